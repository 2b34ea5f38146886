"""Conditions, filters and key conditions: parsed once, then evaluated quickly."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from simulation.aws.dynamodb.comparing import Test, at_most, test_of
from simulation.aws.dynamodb.syntax import Call, Path_, Placeholder, Values, Words
from simulation.aws.dynamodb.values import CANONICAL, ORDERED, kind_of
from simulation.aws.refusals import invalid

COMPARATORS = ("=", "<>", "<", "<=", ">", ">=")
FUNCTIONS = {"attribute_exists": 1, "attribute_not_exists": 1, "attribute_type": 2, "begins_with": 2, "contains": 2}
MOST_IN = 100
KINDS: Mapping[str | tuple[str, int], frozenset[str]] = {
    **dict.fromkeys(("<", "<=", ">", ">=", "BETWEEN"), ORDERED),
    "begins_with": frozenset("SB"),
    ("attribute_type", 1): frozenset("S"),
    "size": frozenset(CANONICAL) - {"N", "BOOL", "NULL"},
}
"""The types that a function takes whose operand is not an attribute of the item."""


class Condition(NamedTuple):
    """A parsed condition: its function, its tree, its placeholders, and the types that these must have."""

    holds: Test
    tree: Call
    names: frozenset[str]
    values: frozenset[str]
    kind: str
    demands: tuple[tuple[Call, Placeholder, frozenset[str]], ...]

    def refuse_misfits(self, values: Values) -> None:
        """Refuse placeholder values of a wrong type, whatever the item holds."""
        for call, operand, kinds in self.demands:
            if kind_of(values[operand.name]) not in kinds:
                raise invalid(
                    f"Invalid {self.kind}: Incorrect operand type for operator or function; operator or function: "
                    f"{call.name}, operand type: {kind_of(values[operand.name])}"
                )
            _refuse_misfit(call, operand, values, self.kind)


@lru_cache(maxsize=4096)
def condition(text: str, kind: str = "ConditionExpression") -> Condition:
    """Parse a condition; `kind` is the parameter that errors name."""
    words = Words(text, kind)
    tree = _any_of(words)
    if words.next:
        words.expect("<EOF>")
    demands = tuple(_demands(tree))
    return Condition(test_of(tree), tree, frozenset(words.names), frozenset(words.values), kind, demands)


def _demands(tree: Call) -> Iterator[tuple[Call, Placeholder, frozenset[str]]]:
    """Yield the placeholders that must have one of some types."""
    for position, operand in enumerate(tree.operands):
        if isinstance(operand, Call):
            yield from _demands(operand)
        elif isinstance(operand, Placeholder) and (kinds := KINDS.get((tree.name, position), KINDS.get(tree.name))):
            yield tree, operand, kinds


def _refuse_misfit(call: Call, operand: Placeholder, values: Values, kind: str) -> None:
    value = values[operand.name]
    if call.name == "attribute_type" and value["S"] not in CANONICAL:
        raise invalid(f"Invalid {kind}: Invalid attribute type name found; type: {value['S']}")
    low, high = call.operands[1:] if call.name == "BETWEEN" else (None, None)
    if operand is low and isinstance(high, Placeholder) and not at_most(value, values[high.name]):
        raise invalid(
            f"Invalid {kind}: The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "
            f"lower bound operand: AttributeValue: {value}, upper bound operand: AttributeValue: {values[high.name]}"
        )


def _any_of(words: Words) -> Call:
    found = _all_of(words)
    while words.skip("OR"):
        found = Call("OR", (found, _all_of(words)))
    return found


def _all_of(words: Words) -> Call:
    found = _negated(words)
    while words.skip("AND"):
        found = Call("AND", (found, _negated(words)))
    return found


def _negated(words: Words) -> Call:
    return Call("NOT", (_negated(words),)) if words.skip("NOT") else _primary(words)


def _primary(words: Words) -> Call:
    if words.skip("("):
        first = words.position
        found = _any_of(words)
        if words.are_bracketed(first):
            raise words.wrong("The expression has redundant parentheses;")
        words.expect(")")
        return found
    if words.is_call() and words.next != "size":
        return _function(words)
    operand = _operand(words)
    if words.skip("BETWEEN"):
        low = _operand(words)
        words.expect("AND")
        return Call("BETWEEN", (operand, low, _operand(words)))
    if words.skip("IN"):
        return Call("IN", (operand, *_list(words)))
    comparator = words.skip(*COMPARATORS)
    if not comparator:
        words.expect("=")
    return Call(comparator, (operand, _operand(words)))


def _function(words: Words) -> Call:
    name = words.take()
    if name not in FUNCTIONS:
        raise words.wrong(f"Invalid function name; function: {name}")
    operands = _list(words)
    if len(operands) != FUNCTIONS[name]:
        raise words.wrong(
            f"Incorrect number of operands for operator or function; operator or function: {name}, "
            f"number of operands: {len(operands)}"
        )
    if name == "attribute_type" and not isinstance(operands[1], Placeholder):
        raise words.wrong("Syntax error; the type that attribute_type compares with is a value")
    if not isinstance(operands[0], Path_) and name.endswith("exists"):
        raise words.wrong(f"Operator or function requires a document path; operator or function: {name}")
    return Call(name, operands)


def _list(words: Words) -> tuple[Any, ...]:
    words.expect("(")
    found = [_operand(words)]
    while words.skip(","):
        found.append(_operand(words))
    words.expect(")")
    if len(found) > MOST_IN:
        raise words.wrong("The IN operator is provided with too many operands; number of operands: " + str(len(found)))
    return tuple(found)


def _operand(words: Words) -> Any:
    if words.is_call():
        name = words.take()
        if name != "size":
            raise words.wrong(f"The function is not allowed to be used this way in an expression; function: {name}")
        operands = _list(words)
        if len(operands) != 1 or isinstance(operands[0], Call):
            raise words.wrong("Incorrect number or type of operands for operator or function: size")
        return Call("size", operands)
    return words.operand()

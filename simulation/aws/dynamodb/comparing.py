"""Conditions as functions of an item.

The comparison of an absent attribute is false, except `<>`, which is true.
"""

from collections.abc import Callable
from typing import Any

from simulation.aws.dynamodb.syntax import Call, Finder, Names, Values, finder
from simulation.aws.dynamodb.values import ORDERED, SETS, Item, Value, is_equal, kind_of, order

Test = Callable[[Item, Names, Values], bool]


def _finder(operand: Any) -> Finder:
    if not isinstance(operand, Call):
        return finder(operand)
    measured = finder(operand.operands[0])

    def size(item: Item, names: Names, values: Values) -> Value | None:
        found = measured(item, names, values)
        if found is None or kind_of(found) in ("N", "BOOL", "NULL"):
            return None
        return {"N": str(len(found[kind_of(found)]))}

    return size


def test_of(tree: Call) -> Test:
    """Return the function that evaluates the tree of a condition."""
    if tree.name in ("AND", "OR", "NOT"):
        return _connected(tree.name, [test_of(part) for part in tree.operands])
    found = [_finder(operand) for operand in tree.operands]
    if tree.name in ("attribute_exists", "attribute_not_exists"):
        return _existing(found[0], wanted=tree.name == "attribute_exists")
    if tree.name in ("=", "<>"):
        return _equal(*found, wanted=tree.name == "=")
    if tree.name == "IN":
        return _among(found[0], found[1:])
    return _applied(TESTS[tree.name], found)


def _connected(name: str, parts: list[Test]) -> Test:
    first, last = parts[0], parts[-1]
    if name == "AND":
        return lambda item, names, values: first(item, names, values) and last(item, names, values)
    if name == "OR":
        return lambda item, names, values: first(item, names, values) or last(item, names, values)
    return lambda item, names, values: not first(item, names, values)


def _existing(find: Finder, *, wanted: bool) -> Test:
    return lambda item, names, values: (find(item, names, values) is not None) is wanted


def _equal(left: Finder, right: Finder, *, wanted: bool) -> Test:
    def test(item: Item, names: Names, values: Values) -> bool:
        one, other = left(item, names, values), right(item, names, values)
        return (one is not None and other is not None and is_equal(one, other)) is wanted

    return test


def _among(find: Finder, choices: list[Finder]) -> Test:
    def test(item: Item, names: Names, values: Values) -> bool:
        one = find(item, names, values)
        others = (choice(item, names, values) for choice in choices)
        return one is not None and any(other is not None and is_equal(one, other) for other in others)

    return test


def _applied(apply: Callable[..., bool], found: list[Finder]) -> Test:
    def test(item: Item, names: Names, values: Values) -> bool:
        operands = [find(item, names, values) for find in found]
        return None not in operands and apply(*operands)

    return test


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Value, Value], bool]:
    def test(one: Value, other: Value) -> bool:
        kind = kind_of(one)
        return kind == kind_of(other) and kind in ORDERED and compare(order(one), order(other))

    return test


at_least = _ordered(lambda one, other: one >= other)
at_most = _ordered(lambda one, other: one <= other)


def _between(value: Value, low: Value, high: Value) -> bool:
    return at_least(value, low) and at_most(value, high)


def begins_with(value: Value, prefix: Value) -> bool:
    """Return whether a text or binary begins with another."""
    kind = kind_of(value)
    return kind in ("S", "B") and kind_of(prefix) == kind and bool(value[kind].startswith(prefix[kind]))


def _contains(value: Value, part: Value) -> bool:
    kind = kind_of(value)
    if kind in ("S", "B"):
        return kind_of(part) == kind and part[kind] in value[kind]
    if kind in SETS:
        return kind_of(part) == SETS[kind] and part[SETS[kind]] in value[kind]
    return kind == "L" and any(is_equal(each, part) for each in value["L"])


def _is_of_type(value: Value, kind: Value) -> bool:
    return kind_of(value) == str(kind["S"])


TESTS: dict[str, Callable[..., bool]] = {
    "<": _ordered(lambda one, other: one < other),
    "<=": at_most,
    ">": _ordered(lambda one, other: one > other),
    ">=": at_least,
    "BETWEEN": _between,
    "begins_with": begins_with,
    "contains": _contains,
    "attribute_type": _is_of_type,
}

"""The values that update expressions compute."""

from collections.abc import Callable, Iterable
from typing import Any

from simulation.aws.dynamodb.syntax import Call, Finder, Names, Values, Words, finder
from simulation.aws.dynamodb.values import SETS, Item, Value, copy, kind_of, number, plus, text_of
from simulation.aws.refusals import Refused, invalid

Change = Callable[[Item, Names, Values], Value | None]


def sum_of(words: Words) -> Finder:
    """Return the function for the right side of a SET: an operand, or two with a sign between."""
    left = _operand(words)
    sign = words.skip("+", "-")
    if not sign:
        return left
    right = _operand(words)

    def total(item: Item, names: Names, values: Values) -> Value:
        one, other = there(left(item, names, values)), there(right(item, names, values))
        if "N" not in one or "N" not in other:
            raise _wrong_type()
        return plus(one, other if sign == "+" else {"N": text_of(-number(other["N"]))})

    return total


def _operand(words: Words) -> Finder:
    if not words.is_call():
        return finder(words.operand())
    call = Call(words.take(), ())
    words.expect("(")
    if call.name == "if_not_exists":
        return _if_not_exists(words)
    if call.name == "list_append":
        return _list_append(words)
    raise words.wrong(f"Invalid function name; function: {call.name}")


def _if_not_exists(words: Words) -> Finder:
    existing = finder(words.path())
    words.expect(",")
    default = _operand(words)
    words.expect(")")

    def chosen(item: Item, names: Names, values: Values) -> Value | None:
        found = existing(item, names, values)
        return default(item, names, values) if found is None else found

    return chosen


def _list_append(words: Words) -> Finder:
    first = _operand(words)
    words.expect(",")
    last = _operand(words)
    words.expect(")")

    def appended(item: Item, names: Names, values: Values) -> Value:
        one, other = there(first(item, names, values)), there(last(item, names, values))
        if "L" not in one or "L" not in other:
            raise _wrong_type()
        return {"L": [*one["L"], *other["L"]]}

    return appended


def there(value: Value | None) -> Value:
    """Return a value; refuse an operand that the item lacks."""
    if value is None:
        raise invalid("The provided expression refers to an attribute that does not exist in the item")
    return value


def _wrong_type() -> Refused:
    return invalid("An operand in the update expression has an incorrect data type")


def onto(place: Finder, operand: Finder, combine: Callable[[Value | None, Value], Value | None], clause: str) -> Change:
    """Return the function that ADD or DELETE applies to the value of a path."""

    def change(item: Item, names: Names, values: Values) -> Value | None:
        old, value = place(item, names, values), there(operand(item, names, values))
        kind = kind_of(value)
        if kind not in SETS and (kind != "N" or clause == "DELETE"):
            raise invalid(
                "Invalid UpdateExpression: Incorrect operand type for operator or function; operator: "
                f"{clause}, operand type: {kind}"
            )
        if old is not None and kind_of(old) != kind:
            raise _wrong_type()
        return combine(old, value)

    return change


def added(old: Value | None, value: Value) -> Value:
    """Add to a number, or members to a set."""
    if old is None:
        return copy(value)
    if "N" in value:
        return plus(old, value)
    return _set_value(kind_of(value), [*old[kind_of(value)], *value[kind_of(value)]])


def without(old: Value | None, value: Value) -> Value | None:
    """Remove members from a set; None when no member is left."""
    if old is None:
        return None
    kind = kind_of(value)
    left = [member for member in old[kind] if member not in value[kind]]
    return _set_value(kind, left) if left else None


def _set_value(kind: str, members: Iterable[Any]) -> Value:
    return {kind: list(dict.fromkeys(members))}

"""Attribute values in DynamoDB's JSON, {"S": "text"}: canonical form, comparison, size, copies."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Context, Decimal, InvalidOperation, Overflow, Rounded
from functools import lru_cache
from typing import Any

from simulation.aws.refusals import invalid

Value = dict[str, Any]
Item = dict[str, Value]
MOST_DIGITS = 38
EXACT = Context(prec=MOST_DIGITS, traps=[InvalidOperation, Overflow, Rounded])
WIDE = Context(prec=300)
ORDERED = frozenset("SNB")
SETS = {"SS": "S", "NS": "N", "BS": "B"}
MUTABLE = frozenset({"M", "L", *SETS})
BIGGEST = Decimal("9.9999999999999999999999999999999999999E+125")
SMALLEST = Decimal("1E-130")


def number(text: str) -> int | Decimal:
    """Return the number that a text stands for."""
    try:
        return int(text)
    except ValueError:
        return Decimal(text)


def text_of(value: int | Decimal) -> str:
    """Return the text of a number as DynamoDB answers it.

    >>> text_of(Decimal("1.500")), text_of(Decimal("1E+3")), text_of(-7)
    ('1.5', '1000', '-7')
    """
    if isinstance(value, int):
        return str(value)
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _number(text: Any) -> str:
    if not isinstance(text, str):
        raise TypeError(f"a number travels as text, not as {text!r}")
    if text.isdecimal() and text.isascii() and len(text) <= MOST_DIGITS and (text[0] != "0" or len(text) == 1):
        return text
    try:
        exact = EXACT.create_decimal(text)
    except Rounded:
        raise invalid("Attempting to store more than 38 significant digits in a Number") from None
    except (InvalidOperation, Overflow):
        message = f"The parameter cannot be converted to a numeric value: {text}"
        raise invalid(message) from None
    if not exact.is_finite() or text != text.strip():
        raise invalid(f"The parameter cannot be converted to a numeric value: {text}")
    if abs(exact) > BIGGEST:
        raise invalid("Number overflow. Attempting to store a number with magnitude larger than supported range")
    if exact and abs(exact) < SMALLEST:
        raise invalid("Number underflow. Attempting to store a number with magnitude smaller than supported range")
    return text_of(exact)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"a string travels as str, not as {value!r}")
    return value


def _binary(value: Any) -> bytes:
    return value.encode() if isinstance(value, str) else bytes(value)


def _set_of(canonical: Callable[[Any], Any], kind: str) -> Callable[[Any], list[Any]]:
    def members(values: Iterable[Any]) -> list[Any]:
        found = [canonical(value) for value in values]
        if not found:
            raise invalid("One or more parameter values were invalid: An number set  may not be empty")
        if len(set(found)) < len(found):
            shown = ", ".join(map(str, found))
            raise invalid(f"One or more parameter values were invalid: Input collection [{shown}] contains duplicates.")
        return found

    members.__name__ = kind
    return members


CANONICAL: Mapping[str, Callable[[Any], Any]] = {
    "S": _text,
    "N": _number,
    "B": _binary,
    "BOOL": bool,
    "NULL": bool,
    "SS": _set_of(_text, "SS"),
    "NS": _set_of(_number, "NS"),
    "BS": _set_of(_binary, "BS"),
    "L": lambda values: [canonical(value) for value in values],
    "M": lambda values: {name: canonical(value) for name, value in values.items()},
}


def canonical(value: Mapping[str, Any]) -> Value:
    """Return a copy of a value in canonical form: equal values are equal there."""
    if len(value) != 1:
        raise invalid(
            "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
            if not value
            else "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported "
            "datatypes"
        )
    ((kind, content),) = value.items()
    if kind == "S" and type(content) is str:
        return {"S": content}
    if kind not in CANONICAL:
        raise invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
    return {kind: CANONICAL[kind](content)}


def plus(one: Value, other: Value) -> Value:
    """Return the exact sum of two numbers; refuse one that needs too many digits.

    >>> plus({"N": "12345678901234567890123456789.1"}, {"N": "0.2"})
    {'N': '12345678901234567890123456789.3'}
    """
    first, second = number(one["N"]), number(other["N"])
    are_whole = isinstance(first, int) and isinstance(second, int)
    return canonical({"N": text_of(first + second if are_whole else WIDE.add(first, second))})


def copy(value: Value) -> Value:
    """Return a copy that shares nothing mutable."""
    ((kind, content),) = value.items()
    if kind not in MUTABLE:
        return {kind: content}
    if kind == "M":
        return {"M": {name: copy(inner) for name, inner in content.items()}}
    if kind == "L":
        return {"L": [copy(inner) for inner in content]}
    return {kind: list(content)}


def copied(item: Item) -> Item:
    """Return a copy of an item."""
    return {name: copy(value) for name, value in item.items()}


def kind_of(value: Value) -> str:
    """Return the type of a value: S, N, B ..."""
    return next(iter(value))


def is_equal(one: Value, other: Value) -> bool:
    """Return whether two canonical values are equal; sets have no order."""
    kind = kind_of(one)
    if kind != kind_of(other):
        return False
    if kind in SETS:
        return set(one[kind]) == set(other[kind])
    if kind == "L":
        return len(one["L"]) == len(other["L"]) and all(map(is_equal, one["L"], other["L"]))
    if kind == "M":
        ours, theirs = one["M"], other["M"]
        return ours.keys() == theirs.keys() and all(is_equal(inner, theirs[name]) for name, inner in ours.items())
    return bool(one[kind] == other[kind])


def order(value: Value) -> Any:
    """Return the sort key of a value (S, N or B): text sorts by code point, as its UTF-8 does."""
    ((kind, content),) = value.items()
    return number(content) if kind == "N" else content


def size(value: Value) -> int:
    """Return the size of a value in bytes."""
    ((kind, content),) = value.items()
    if kind == "S":
        return len(content) if content.isascii() else len(content.encode())
    if kind == "N":
        return _number_size(content)
    if kind == "B":
        return len(content)
    if kind in SETS:
        return sum(size({SETS[kind]: member}) for member in content)
    if kind == "L":
        return 3 + sum(1 + size(inner) for inner in content)
    if kind == "M":
        return 3 + sum(1 + len(name.encode()) + size(inner) for name, inner in content.items())
    return 1


@lru_cache(maxsize=4096)
def _number_size(text: str) -> int:
    digits = len(text.replace("-", "").replace(".", "").strip("0"))
    return (digits + 1) // 2 + 1 + text.startswith("-")


def item_size(item: Item) -> int:
    """Return the size of an item in bytes: names and values."""
    total = 0
    for name, value in item.items():
        total += (len(name) if name.isascii() else len(name.encode())) + size(value)
    return total

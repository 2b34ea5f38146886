"""Build requests of DynamoDB: keys, items, conditions and updates, with the names and values of their expressions.

Every attribute is written as `#name`, so that none is a reserved word, and values are numbered in their order.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from operator import and_
from types import MappingProxyType
from typing import Any, NamedTuple

Scalar = str | int | bytes | frozenset[int]
Attributes = Mapping[str, Scalar]
Request = dict[str, Any]

NO_ATTRIBUTES: Attributes = MappingProxyType({})
NAME = re.compile(r"#(\w+)")


class Expression(NamedTuple):
    """A part of an expression: `#name` is an attribute, each `?` the next of the values.

    >>> equals("status", "open") & (missing("read") | less("read", 3))
    Expression(text='#status = ? AND (attribute_not_exists(#read) OR #read < ?)', values=('open', 3))
    """

    text: str
    values: tuple[Scalar, ...] = ()

    def __and__(self, other: "Expression") -> "Expression":
        return Expression(f"{self.text} AND {other.text}", self.values + other.values)

    def __or__(self, other: "Expression") -> "Expression":
        return Expression(f"({self.text} OR {other.text})", self.values + other.values)


def equals(name: str, value: Scalar) -> Expression:
    """Return the condition that an attribute has that value."""
    return Expression(f"#{name} = ?", (value,))


def differs(name: str, value: Scalar) -> Expression:
    """Return the condition that an attribute has another value."""
    return Expression(f"#{name} <> ?", (value,))


def less(name: str, value: Scalar) -> Expression:
    """Return the condition that an attribute is less than the value."""
    return Expression(f"#{name} < ?", (value,))


def at_most(name: str, value: Scalar) -> Expression:
    """Return the condition that an attribute is the value or less."""
    return Expression(f"#{name} <= ?", (value,))


def greater(name: str, value: Scalar) -> Expression:
    """Return the condition that an attribute is more than the value."""
    return Expression(f"#{name} > ?", (value,))


def at_least(name: str, value: Scalar) -> Expression:
    """Return the condition that an attribute is the value or more."""
    return Expression(f"#{name} >= ?", (value,))


def one_of(name: str, *values: Scalar) -> Expression:
    """Return the condition that an attribute has one of these values."""
    return Expression(f"#{name} IN ({', '.join('?' * len(values))})", values)


def between(name: str, first: Scalar, last: Scalar) -> Expression:
    """Return the condition that an attribute is from the first value to the last, both included."""
    return Expression(f"#{name} BETWEEN ? AND ?", (first, last))


def begins_with(name: str, prefix: str) -> Expression:
    """Return the condition that a text begins with the prefix."""
    return Expression(f"begins_with(#{name}, ?)", (prefix,))


def contains(name: str, part: str) -> Expression:
    """Return the condition that a text contains the part."""
    return Expression(f"contains(#{name}, ?)", (part,))


def missing(name: str) -> Expression:
    """Return the condition that an attribute is missing; of a key attribute, that the item is."""
    return Expression(f"attribute_not_exists(#{name})")


def unchanged(version: str) -> Expression:
    """Return the condition that an item has the version that was read; that it has none, if it had none."""
    return equals("version", version) if version else missing("version")


def all_of(conditions: Iterable[Expression]) -> Expression | None:
    """Return the condition that all of these hold; None for no condition."""
    found = list(conditions)
    return reduce(and_, found) if found else None


def attribute(value: Scalar) -> dict[str, Any]:
    """Return a value in the DynamoDB format.

    >>> attribute("MUG"), attribute(3), attribute(b"body"), attribute(frozenset({3}))
    ({'S': 'MUG'}, {'N': '3'}, {'B': b'body'}, {'NS': ['3']})
    """
    if isinstance(value, str):
        return {"S": str(value)}
    if isinstance(value, bytes):
        return {"B": value}
    if isinstance(value, frozenset):
        return {"NS": sorted(map(str, value))}
    return {"N": str(value)}


def item(values: Attributes) -> Request:
    """Return an item, or a part of one, in the DynamoDB format."""
    return {name: attribute(value) for name, value in values.items()}


def key(pk: str, sk: str) -> Request:
    """Return the key of an item; in every table its attributes are `pk` and `sk`."""
    return item({"pk": pk, "sk": sk})


def put(table: str, values: Attributes, condition: Expression | None = None) -> Request:
    """Return the request that puts a whole item."""
    return {"TableName": table, "Item": item(values), **_rendered(ConditionExpression=condition)}


def delete(table: str, where: Request, condition: Expression | None = None) -> Request:
    """Return the request that deletes an item."""
    return {"TableName": table, "Key": where, **_rendered(ConditionExpression=condition)}


def moves(table: str, was: tuple[str, str] | None, now: tuple[str, str] | None) -> Iterator[Request]:
    """Yield the writes of a transaction that move an item whose key, `pk` and `sk`, says it all: at most two."""
    if was == now:
        return
    if was:
        yield {"Delete": delete(table, key(*was))}
    if now:
        pk, sk = now
        yield {"Put": put(table, {"pk": pk, "sk": sk})}


def check(table: str, where: Request, condition: Expression) -> Request:
    """Return the part of a transaction that holds an item to a condition and does not change it."""
    return {"TableName": table, "Key": where, **_rendered(ConditionExpression=condition)}


def update(
    table: str,
    where: Request,
    *,
    sets: Attributes = NO_ATTRIBUTES,
    defaults: Attributes = NO_ATTRIBUTES,
    adds: Attributes = NO_ATTRIBUTES,
    condition: Expression | None = None,
) -> Request:
    """Return the request that changes attributes of an item; `defaults` are set if missing, `adds` are added.

    >>> update("Stock", key("MUG", "east"), adds={"available": -2}, condition=at_least("available", 2))[
    ...     "ConditionExpression"
    ... ]
    '#available >= :1'
    """
    assigned = [equals(name, value) for name, value in sets.items()]
    assigned += [Expression(f"#{name} = if_not_exists(#{name}, ?)", (value,)) for name, value in defaults.items()]
    added = [Expression(f"#{name} ?", (value,)) for name, value in adds.items()]
    clauses = [*_clause("SET", assigned), *_clause("ADD", added)]
    changes = Expression(" ".join(each.text for each in clauses), sum((each.values for each in clauses), ()))
    expressions = _rendered(UpdateExpression=changes, ConditionExpression=condition)
    return {"TableName": table, "Key": where, **expressions}


def _clause(verb: str, parts: Iterable[Expression]) -> Iterator[Expression]:
    found = list(parts)
    if found:
        yield Expression(f"{verb} " + ", ".join(each.text for each in found), sum((each.values for each in found), ()))


def query(table: str, keys: Expression, *, index: str = "", only: Expression | None = None, **options: Any) -> Request:
    """Return the request for the items of a key condition; `only` filters them, `options` are other parameters."""
    expressions = _rendered(KeyConditionExpression=keys, FilterExpression=only)
    return {"TableName": table, **({"IndexName": index} if index else {}), **expressions, **options}


def _rendered(**expressions: Expression | None) -> Request:
    """Return the expressions of one request, by parameter, with the names and values that they use."""
    request: Request = {}
    names: set[str] = set()
    values: list[Scalar] = []
    for parameter, expression in expressions.items():
        if expression is None:
            continue
        first, *rest = expression.text.split("?")
        numbered = (f":{number}{text}" for number, text in enumerate(rest, start=len(values)))
        request[parameter] = first + "".join(numbered)
        names |= set(NAME.findall(expression.text))
        values += expression.values
    if names:
        request["ExpressionAttributeNames"] = {f"#{name}": name for name in sorted(names)}
    if values:
        request["ExpressionAttributeValues"] = {f":{number}": attribute(each) for number, each in enumerate(values)}
    return request

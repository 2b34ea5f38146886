"""Query and Scan: a page of a partition, or of the whole table."""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, NamedTuple

from simulation.aws.dynamodb.capacity import read_units
from simulation.aws.dynamodb.comparing import test_of
from simulation.aws.dynamodb.conditions import Condition, condition
from simulation.aws.dynamodb.indexes import Index
from simulation.aws.dynamodb.requests import (
    Parameters,
    Placeholders,
    Projection,
    condition_of,
    placeholders,
    projection_of,
    refuse_unknown,
    shown,
)
from simulation.aws.dynamodb.schema import Key, Schema
from simulation.aws.dynamodb.storage import Storage, Stored
from simulation.aws.dynamodb.syntax import Call, Path_, Placeholder
from simulation.aws.dynamodb.tables import Table
from simulation.aws.dynamodb.values import Value, canonical, kind_of, order
from simulation.aws.refusals import Refused, invalid

PAGE_BYTES = 1024 * 1024
COMMON = (
    "TableName IndexName FilterExpression ProjectionExpression ExpressionAttributeNames ExpressionAttributeValues "
    "Limit ExclusiveStartKey ConsistentRead Select"
).split()
RANGES = frozenset({"=", "<", "<=", ">", ">=", "BETWEEN", "begins_with"})


class Reading(NamedTuple):
    """A parsed request: the table or index, the projection, the filter, where the page starts."""

    table: Table
    through: Index | None
    wanted: Projection | None
    filter: Condition | None
    given: Placeholders
    after: Key | None

    @property
    def storage(self) -> Storage:
        """The storage of the table or index that is read."""
        return self.through.storage if self.through else self.table.storage

    @property
    def schema(self) -> Schema:
        """The key schema of the table or index that is read."""
        return self.through.schema if self.through else self.table.schema


def query(table: Table, parameters: Parameters, page_bytes: int = PAGE_BYTES) -> dict[str, Any]:
    """Return the answer to a Query."""
    refuse_unknown(parameters, *COMMON, "KeyConditionExpression", "ScanIndexForward")
    if "KeyConditionExpression" not in parameters:
        raise invalid("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.")
    keys = condition(parameters["KeyConditionExpression"], "KeyConditionExpression")
    reading = _reading(table, parameters, keys)
    partition, in_range = _key_condition(reading.schema, keys.tree, reading.given)
    if reading.after and reading.after[0] != partition:
        raise invalid("The provided starting key is outside query boundaries based on provided conditions")
    beyond = reading.after[1:] if reading.after else None
    forward = parameters.get("ScanIndexForward", True)
    found = reading.storage.walk(partition, beyond, forward=forward)
    return _page(reading, filter(in_range, found), parameters, page_bytes)


def scan(table: Table, parameters: Parameters, page_bytes: int = PAGE_BYTES) -> dict[str, Any]:
    """Return the answer to a Scan."""
    refuse_unknown(parameters, *COMMON)
    reading = _reading(table, parameters, None)
    return _page(reading, reading.storage.walk_all(reading.after), parameters, page_bytes)


def _reading(table: Table, parameters: Parameters, keys: Condition | None) -> Reading:
    if parameters.get("Select", "COUNT") != "COUNT":
        raise NotImplementedError(f"the stand-in does not select {parameters['Select']}")
    index = table.index(parameters["IndexName"]) if "IndexName" in parameters else None
    if index and parameters.get("ConsistentRead"):
        raise invalid("Consistent reads are not supported on global secondary indexes")
    wanted, filtered = projection_of(parameters), condition_of(parameters, "FilterExpression")
    given = placeholders(parameters, keys, wanted, filtered)
    if index and wanted:
        _refuse_lacking(index, wanted, given)
    if keys and filtered:
        _refuse_key_filter(index.schema if index else table.schema, filtered.tree, given)
    return Reading(table, index, wanted, filtered, given, _after(table, index, parameters.get("ExclusiveStartKey")))


def _refuse_lacking(index: Index, wanted: Projection, given: Placeholders) -> None:
    for path in wanted.paths:
        name = str(path.places(given.names)[0])
        if index.lacks(name):
            raise invalid(
                "One or more parameter values were invalid: Global secondary index "
                f"{index.name} does not project [{name}]"
            )


def _refuse_key_filter(schema: Schema, tree: Call, given: Placeholders) -> None:
    for operand in tree.operands:
        if isinstance(operand, Call):
            _refuse_key_filter(schema, operand, given)
        elif isinstance(operand, Path_) and operand.places(given.names)[0] in schema.names:
            raise invalid(
                "Filter Expression can only contain non-primary key attributes: Primary key attribute: "
                f"{operand.places(given.names)[0]}"
            )


def _after(table: Table, index: Index | None, start: Parameters | None) -> Key | None:
    if start is None:
        return None
    names = {*table.schema.names, *(index.schema.names if index else ())}
    if start.keys() != names:
        raise invalid("The provided starting key is invalid")
    item = {name: canonical(value) for name, value in start.items()}
    key = table.schema.checked(item)
    return (*index.schema.checked(item), key) if index else key


# ---- key conditions ----------------------------------------------------------------------------------------


def _key_condition(schema: Schema, tree: Call, given: Placeholders) -> tuple[Any, Callable[[Stored], bool]]:
    """Return the hash key of the request, and the function that checks the range key."""
    found = list(_terms(tree))
    terms = {_attribute(term, given): term for term in found}
    if len(terms) < len(found):
        raise invalid("KeyConditionExpressions must only contain one condition per key")
    hash_name, *range_names = schema.names
    by_hash = terms.pop(hash_name, None)
    if by_hash is None or by_hash.name != "=":
        missed = f"Query condition missed key schema element: {hash_name}"
        raise invalid("Query key condition not supported" if by_hash else missed)
    for name, term in terms.items():
        if name not in range_names:
            raise invalid(f"Query condition missed key schema element: {(range_names or [hash_name])[0]}")
        if term.name not in RANGES:
            raise invalid("Query key condition not supported")
    for attribute, term in zip(schema.attributes, (by_hash, *terms.values()), strict=False):
        _refuse_type(attribute.kind, term, given)
    text = next(iter(terms.values()), None)
    return order(_value(by_hash, given)), _in_range(text, given)


def _in_range(term: Call | None, given: Placeholders) -> Callable[[Stored], bool]:
    if term is None:
        return lambda stored: True
    holds = test_of(term)
    return lambda stored: holds(stored.item, *given)


def _terms(tree: Call) -> Iterator[Call]:
    if tree.name == "AND":
        yield from chain(*map(_terms, tree.operands))
    elif tree.name in RANGES:
        yield tree
    else:
        raise invalid(f"Invalid operator used in KeyConditionExpression: {tree.name}")


def _attribute(term: Call, given: Placeholders) -> str:
    path = term.operands[0]
    if not isinstance(path, Path_):
        raise NotImplementedError("the stand-in simulates key conditions with the attribute on the left only")
    if len(path.steps) > 1:
        raise invalid(
            "Invalid KeyConditionExpression: KeyConditionExpressions cannot have conditions on nested attributes"
        )
    return str(path.places(given.names)[0])


def _value(term: Call, given: Placeholders) -> Value:
    operand = term.operands[1]
    if not isinstance(operand, Placeholder):
        raise invalid("Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition")
    return given.values[operand.name]


def _refuse_type(kind: str, term: Call, given: Placeholders) -> None:
    for operand in term.operands[1:]:
        value = given.values[operand.name] if isinstance(operand, Placeholder) else _value(term, given)
        if kind_of(value) != kind:
            raise invalid(
                "One or more parameter values were invalid: Condition parameter type does not match schema type"
            )
        if value[kind] in ("", b"") and term.name == "=":
            raise _empty(str(term.operands[0].steps[0]))


def _empty(name: str) -> Refused:
    return invalid(
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty "
        f"string value. Key: {name}"
    )


# ---- pages -------------------------------------------------------------------------------------------------


def _page(reading: Reading, found: Iterator[Stored], parameters: Parameters, page_bytes: int) -> dict[str, Any]:
    limit = parameters.get("Limit")
    if limit is not None and limit < 1:
        raise invalid(
            f"1 validation error detected: Value '{limit}' at 'limit' failed to satisfy constraint: "
            "Member must have value greater than or equal to 1"
        )
    items, looked_at, size, last = [], 0, 0, None
    for stored in found:
        looked_at += 1
        size += stored.size
        if reading.filter is None or reading.filter.holds(stored.item, *reading.given):
            items.append(stored)
        if looked_at == limit or size >= page_bytes:
            last = stored
            break
    answer: dict[str, Any] = {"Count": len(items), "ScannedCount": looked_at}
    if parameters.get("Select") != "COUNT":
        answer["Items"] = [shown(stored.item, reading.wanted, reading.given.names) for stored in items]
    if last:
        names = {*reading.table.schema.names, *reading.schema.names}
        answer["LastEvaluatedKey"] = {name: dict(last.item[name]) for name in names}
    answer["_units"] = read_units(size, consistent=bool(parameters.get("ConsistentRead")))
    return answer

"""Writes: planned first and applied afterwards, so that several can be applied together."""

from collections.abc import Callable
from typing import Any, NamedTuple

from simulation.aws.dynamodb.capacity import Cost
from simulation.aws.dynamodb.conditions import Condition
from simulation.aws.dynamodb.requests import Parameters, Placeholders, condition_of, placeholders, refuse_unknown
from simulation.aws.dynamodb.schema import Key, checked_size
from simulation.aws.dynamodb.storage import Stored
from simulation.aws.dynamodb.tables import Table
from simulation.aws.dynamodb.updates import update
from simulation.aws.dynamodb.values import Item, canonical, copied
from simulation.aws.refusals import invalid

EXPRESSIONS = ("TableName", "ConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues")
ANSWERS = ("ReturnValues", "ReturnValuesOnConditionCheckFailure")
NOTHING: Item = {}


class Planned(NamedTuple):
    """A planned write: the item before and after, and the names that an update writes."""

    table: Table
    key: Key
    old: Stored | None
    new: Stored | None
    written: tuple[str, ...] = ()
    is_write: bool = True
    has_deep_paths: bool = False

    def costs(self, times: int = 1) -> list[Cost]:
        """Return its write units."""
        if not self.is_write:
            return self.table.costs(self.key, self.old, self.old, times)
        return self.table.costs(self.key, self.old, self.new, times)


class NotSo(Exception):
    """The condition of a write does not hold."""

    def __init__(self, table: Table, key: Key, old: Stored | None, *, is_shown: bool) -> None:
        super().__init__()
        self.table = table
        self.key = key
        self.old = old
        self.item: dict[str, Any] = {"Item": copied(old.item)} if old and is_shown else {}


def plan_put(table: Table, parameters: Parameters) -> Planned:
    """Plan a Put."""
    refuse_unknown(parameters, "Item", *EXPRESSIONS, *ANSWERS)
    item = {name: canonical(value) for name, value in parameters["Item"].items()}
    key = table.schema.checked(item)
    condition = condition_of(parameters)
    given = placeholders(parameters, condition)
    return Planned(table, key, _old(table, key, condition, given, parameters), _stored(table, item))


def plan_delete(table: Table, parameters: Parameters) -> Planned:
    """Plan a Delete."""
    refuse_unknown(parameters, "Key", *EXPRESSIONS, *ANSWERS)
    key = table.schema.requested_key(parameters["Key"])
    condition = condition_of(parameters)
    given = placeholders(parameters, condition)
    return Planned(table, key, _old(table, key, condition, given, parameters), None)


def plan_check(table: Table, parameters: Parameters) -> Planned:
    """Plan a ConditionCheck."""
    refuse_unknown(parameters, "Key", *EXPRESSIONS, *ANSWERS)
    key = table.schema.requested_key(parameters["Key"])
    condition = condition_of(parameters)
    given = placeholders(parameters, condition)
    old = _old(table, key, condition, given, parameters)
    return Planned(table, key, old, old, is_write=False)


def plan_update(table: Table, parameters: Parameters) -> Planned:
    """Plan an Update."""
    refuse_unknown(parameters, "Key", "UpdateExpression", *EXPRESSIONS, *ANSWERS)
    key = table.schema.requested_key(parameters["Key"])
    text = parameters.get("UpdateExpression")
    change = None if text is None else update(text)
    condition = condition_of(parameters)
    given = placeholders(parameters, change, condition)
    written = change.changed(given.names) if change else []
    for name in table.schema.names:
        if name in written:
            raise invalid(
                f"One or more parameter values were invalid: Cannot update attribute {name}. "
                "This attribute is part of the key"
            )
    old = _old(table, key, condition, given, parameters)
    before = old.item if old else {name: canonical(value) for name, value in parameters["Key"].items()}
    after = change.apply(before, *given) if change else before
    return Planned(
        table, key, old, _stored(table, after), tuple(written), has_deep_paths=bool(change and change.is_deep)
    )


PLANS: dict[str, Callable[[Table, Parameters], Planned]] = {
    "Put": plan_put,
    "Update": plan_update,
    "Delete": plan_delete,
    "ConditionCheck": plan_check,
}


def _old(
    table: Table, key: Key, condition: Condition | None, given: Placeholders, parameters: Parameters
) -> Stored | None:
    old = table.get(key)
    if condition and not condition.holds(old.item if old else NOTHING, *given):
        is_shown = parameters.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
        raise NotSo(table, key, old, is_shown=is_shown)
    return old


def _stored(table: Table, item: Item) -> Stored:
    for index in table.indexes.values():
        index.schema.refuse_misfits(item, index.name)
    return Stored(item, checked_size(item))


def returned(plan: Planned, wanted: str) -> dict[str, Any]:
    """Return the attributes that a write answers with, by ReturnValues."""
    side = plan.old if wanted.endswith("OLD") else plan.new
    if wanted == "NONE" or side is None:
        return {}
    if wanted.startswith("ALL"):
        return {"Attributes": copied(side.item)}
    if plan.has_deep_paths:
        raise NotImplementedError("the stand-in returns whole attributes only")
    found = {name: value for name, value in side.item.items() if name in plan.written}
    return {"Attributes": copied(found)} if found else {}

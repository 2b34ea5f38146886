"""Counts of rows by view and warehouse, in the Work table.

question                              | pk   | sk
rows of a view at a warehouse         | ROWS | view#warehouse
rows of all views at all warehouses   | ROWS | -

They are kept by the stream of the Orders table, and checked by an audit. `seen` is the sequence number of the last
change that is counted: rows of a view have one partition key, whose changes come in order, so that a change that is
delivered again is not counted again.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from botocore.exceptions import ClientError

from packhorse.aws.clients import client
from packhorse.aws.settings import settings
from packhorse.domain.orders.fulfilment_rows import View
from packhorse.domain.values import WarehouseId
from packhorse.store import expressions
from packhorse.store.conditions import ignore_failed_condition, is_failed_condition
from packhorse.store.expressions import Expression, Request, begins_with, equals, less, missing
from packhorse.store.reading import pages
from packhorse.store.rows import NO_WAREHOUSE, RowKey

PARTITION = "ROWS"
Place = tuple[str, WarehouseId | None]
"""What is counted: the rows of a view at a warehouse, or at none."""


class RowChange(NamedTuple):
    """A row that was put where none was (1) or deleted (-1), with its sequence number in the stream."""

    key: RowKey
    rows: int
    number: str

    @property
    def place(self) -> Place:
        """Where it counts."""
        return self.key.view, self.key.warehouse


class RowCount(NamedTuple):
    """The rows of a view at a warehouse, as they are counted, and the last change in them (empty: none yet)."""

    rows: int = 0
    seen: str = ""


def count(changes: Iterable[RowChange]) -> None:
    """Add the changes to their counts, each once; those of a place are in the order of the stream."""
    of_place: dict[Place, list[RowChange]] = {}
    for change in changes:
        of_place.setdefault(change.place, []).append(change)
    for place, found in of_place.items():
        _add(place, found)


def _add(place: Place, changes: list[RowChange]) -> None:
    """Add changes of a place; those that the count has seen are left out."""
    first = padded(changes[0].number)
    try:
        client("dynamodb").update_item(
            **_adding(place, changes, missing("seen") | less("seen", first)),
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    except ClientError as error:
        if not is_failed_condition(error):
            raise
        seen = error.response["Item"]["seen"]["S"]
        unseen = [change for change in changes if padded(change.number) > seen]
        if unseen:
            _add(place, unseen)


def _adding(place: Place, changes: list[RowChange], condition: Expression) -> Request:
    return expressions.update(
        settings.work_table,
        _key(place),
        sets={"seen": padded(changes[-1].number)},
        adds={"rows": sum(change.rows for change in changes)},
        condition=condition,
    )


def padded(number: str) -> str:
    """Return a sequence number as text that sorts as numbers do: it has up to 40 digits, a DynamoDB number 38."""
    return number.zfill(40)


def counts_of(warehouse: str | None) -> "Counter[str]":
    """Return the rows by view, at a warehouse or at all and none."""
    found: Counter[str] = Counter()
    for (view, place), counted in all_counts().items():
        if warehouse in (None, place):
            found[view] += counted.rows
    return Counter({view: max(0, found[view]) for view in View})


def all_counts(view: View | None = None) -> Mapping[Place, RowCount]:
    """Return every count, or those of a view, strongly consistent."""
    keys = equals("pk", PARTITION)
    query = expressions.query(settings.work_table, keys & begins_with("sk", f"{view}#") if view else keys)
    return {
        _place(item["sk"]["S"]): RowCount(int(item["rows"]["N"]), item.get("seen", {}).get("S", ""))
        for item in pages("query", **query, ConsistentRead=True)
    }


def correct(place: Place, counted: RowCount, rows: int) -> bool:
    """Set a count to that many rows if it is as it was read; return whether it was."""
    same_rows = equals("rows", counted.rows)
    unchanged = same_rows if counted.rows else same_rows | missing("rows")
    unchanged &= equals("seen", counted.seen) if counted.seen else missing("seen")
    update = expressions.update(settings.work_table, _key(place), sets={"rows": rows}, condition=unchanged)
    with ignore_failed_condition():
        client("dynamodb").update_item(**update)
        return True
    return False


def _key(place: Place) -> Request:
    view, warehouse = place
    return expressions.key(PARTITION, f"{view}#{warehouse or NO_WAREHOUSE}")


def _place(sk: str) -> Place:
    view, _, name = sk.partition("#")
    return view, None if name == NO_WAREHOUSE else WarehouseId(name)

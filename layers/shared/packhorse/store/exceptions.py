"""Exceptions: all that needs a person, in the Work table.

question                             | pk                      | sk         | index
one exception                        | EXCEPTION#id            | EXCEPTION  | -
exceptions of a state, newest first  | kind = EXCEPTION#state  | at         | by_kind

Those of an order are facts of the order and are written here in its own transaction, so that one list has all.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from packhorse.domain.order import Order, OrderException
from packhorse.domain.values import Instant, OrderId, Value, iso
from packhorse.settings import settings


class State(StrEnum):
    """Whether somebody still has to look at it."""

    OPEN = "open"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"


class OpenException(Value):
    """What went wrong, with what, how often, and where the untouched input is kept; `order` if it is an order's."""

    id: str
    state: State
    cause: str
    concerns: str
    message: str
    raw: str
    times: int
    first_at: Instant
    last_at: Instant
    order: OrderId | None = None
    line: str | None = None


class ByKind(GlobalSecondaryIndex["Record"]):
    """All exceptions, by time."""

    class Meta:
        index_name = "by_kind"
        projection = AllProjection()

    kind = UnicodeAttribute(hash_key=True)
    at = UnicodeAttribute(range_key=True)


class Record(Model):
    """One exception."""

    class Meta:
        table_name = settings.work_table

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default="EXCEPTION")
    kind = UnicodeAttribute()
    at = UnicodeAttribute()
    cause = UnicodeAttribute()
    concerns = UnicodeAttribute()
    message = UnicodeAttribute()
    raw = UnicodeAttribute()
    first_at = UnicodeAttribute()
    times = NumberAttribute()
    order = UnicodeAttribute(null=True)
    line = UnicodeAttribute(null=True)
    by_kind = ByKind()


def open_one(cause: str, concerns: str, message: str, at: datetime, raw: str = "") -> None:
    """Records that something needs a person; the same cause for the same thing again only counts up."""
    name = _id(cause, concerns)
    Record(f"EXCEPTION#{name}", "EXCEPTION").update(
        actions=[
            Record.kind.set(f"EXCEPTION#{State.OPEN}"),
            Record.at.set(f"{iso(at)}#{name}"),
            Record.cause.set(cause),
            Record.concerns.set(concerns),
            Record.message.set(message[:2000]),
            Record.raw.set(raw or Record.raw | ""),
            Record.first_at.set(Record.first_at | iso(at)),
            Record.times.add(1),
        ]
    )


def _id(cause: str, concerns: str) -> str:
    return hashlib.sha256(f"{cause}\n{concerns}".encode()).hexdigest()[:32]


def of_order(before: Order | None, order: Order) -> Iterator[dict[str, Any]]:
    """The writes that bring the list up to date with what an order needs a person for."""
    were = before.listed_exceptions if before else {}
    for name in order.listed_exceptions.keys() - were.keys():
        yield _opened(order, order.listed_exceptions[name])
    for name in were.keys() - order.listed_exceptions.keys():
        yield _resolved(order, were[name])


def _opened(order: Order, problem: OrderException) -> dict[str, Any]:
    key = _key(order, problem)
    told = {
        "kind": f"EXCEPTION#{State.OPEN}",
        "at": f"{iso(problem.opened_at)}#{key['pk']['S'].partition('#')[2]}",
        "cause": problem.cause,
        "concerns": _concerns(order, problem),
        "message": problem.message[:2000],
        "order": order.id,
        "line": problem.line,
    }
    values = {f":{name}": {"S": value} for name, value in told.items() if value}
    kept = {":raw": {"S": ""}, ":first_at": {"S": iso(problem.opened_at)}}
    sets = [f"#{name[1:]} = {name}" for name in values]
    sets += [f"#{name[1:]} = if_not_exists(#{name[1:]}, {name})" for name in kept]
    return _update(key, f"SET {', '.join(sets)} ADD times :one", values | kept | {":one": {"N": "1"}})


def _resolved(order: Order, problem: OrderException) -> dict[str, Any]:
    return _update(_key(order, problem), "SET #kind = :kind", {":kind": {"S": f"EXCEPTION#{State.RESOLVED}"}})


def _update(key: dict[str, Any], expression: str, values: dict[str, Any]) -> dict[str, Any]:
    names = {f"#{name[1:]}": name[1:] for name in values if f"#{name[1:]}" in expression}
    return {
        "Update": {
            "TableName": settings.work_table,
            "Key": key,
            "UpdateExpression": expression,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
        }
    }


def _key(order: Order, problem: OrderException) -> dict[str, Any]:
    name = _id(problem.kind, _concerns(order, problem))
    return {"pk": {"S": f"EXCEPTION#{name}"}, "sk": {"S": "EXCEPTION"}}


def _concerns(order: Order, problem: OrderException) -> str:
    return f"{order.id} line {problem.line}" if problem.line else order.id


def newest(state: State, before: str | None, limit: int) -> tuple[list[OpenException], str | None]:
    """A page of the exceptions of a state, newest first, and the cursor of the next."""
    condition = ByKind.at < before if before else None
    records = list(
        Record.by_kind.query(
            f"EXCEPTION#{state}", condition, scan_index_forward=False, limit=limit + 1, page_size=limit + 1
        )
    )
    return [_read(record) for record in records[:limit]], records[limit - 1].at if len(records) > limit else None


def _read(record: Record) -> OpenException:
    return OpenException(
        id=record.pk.partition("#")[2],
        state=State(record.kind.partition("#")[2]),
        cause=record.cause,
        concerns=record.concerns,
        message=record.message,
        raw=record.raw,
        times=int(record.times),
        first_at=datetime.fromisoformat(record.first_at),
        last_at=datetime.fromisoformat(record.at.partition("#")[0]),
        order=OrderId(record.order) if record.order else None,
        line=record.line,
    )

"""Exceptions: all that needs a person, in the Work table.

question                             | pk                      | sk         | index
one exception                        | EXCEPTION#id            | EXCEPTION  | -
exceptions of a state, newest first  | kind = EXCEPTION#state  | at         | by_kind

Its id is made from its cause and what it concerns, so that the same thing again is the same exception. Those of an
order are facts of the order and are written here in its own transaction, so that one list has all.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Any

from packhorse.aws.clients import client, ignoring
from packhorse.aws.settings import settings
from packhorse.domain.advice import Origin, advice_on, can_be_retried
from packhorse.domain.errors import NotFound
from packhorse.domain.orders.order import Order, OrderException
from packhorse.domain.values import Instant, OrderId, Value, iso
from packhorse.store.reading import batch_get

MAX_EXCEPTIONS_READ = 1000
MAX_EXCEPTION_PAGES = 5
NO_ORIGIN = Origin()


class ExceptionState(StrEnum):
    """Whether somebody still has to look at it; one that was retried opens again if it fails again."""

    OPEN = "open"
    RETRIED = "retried"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"


class OpenException(Value):
    """What went wrong, with what, how often, and what to do about it.

    `raw` is where the untouched input is kept, `order` is there if it is an order's own, `handled_by` is who last
    retried or dismissed it.
    """

    id: str
    state: ExceptionState
    cause: str
    concerns: str
    message: str
    action: str
    retryable: bool
    raw: str
    origin: Origin = NO_ORIGIN
    times: int
    first_at: Instant
    last_at: Instant
    handled_by: str | None = None
    handled_at: Instant | None = None
    order: OrderId | None = None
    line: str | None = None


def open_exception(
    cause: str,
    concerns: str,
    message: str,
    at: datetime,
    raw: str = "",
    origin: Origin = NO_ORIGIN,
    event: str = "",
) -> None:
    """Records that something needs a person; the same cause for the same thing again only counts up.

    An `event` that is told twice in a row counts once.
    """
    told = {"cause": cause, "concerns": concerns, "message": message[:2000], "raw": raw, "event": event}
    source = "" if origin == NO_ORIGIN else origin.model_dump_json(exclude_defaults=True)
    update = _opening(id_of(cause, concerns), at, {**told, "origin": source})
    _done(update | ({"ConditionExpression": "attribute_not_exists(#event) OR #event <> :event"} if event else {}))


def unresolved(cause: str, concerns: Iterable[str]) -> set[str]:
    """Which of those things still need a person for that cause, or were tried again."""
    kinds = {f"EXCEPTION#{state}" for state in (ExceptionState.OPEN, ExceptionState.RETRIED)}
    found = batch_get(settings.work_table, (_key(id_of(cause, each)) for each in concerns))
    return {item["concerns"]["S"] for item in found if item["kind"]["S"] in kinds}


def resolve(cause: str, concerns: str) -> None:
    """Records that it is over; nothing happens where nothing is open."""
    states = {":open": ExceptionState.OPEN, ":retried": ExceptionState.RETRIED}
    values = {name: {"S": f"EXCEPTION#{state}"} for name, state in states.items()}
    update = _update(
        id_of(cause, concerns), "SET #kind = :kind", {":kind": {"S": f"EXCEPTION#{ExceptionState.RESOLVED}"}}
    )
    values |= update["ExpressionAttributeValues"]
    _done(update | {"ConditionExpression": "#kind IN (:open, :retried)", "ExpressionAttributeValues": values})


def mark(read: OpenException, state: ExceptionState, who: str, at: datetime) -> OpenException:
    """The exception after somebody dealt with it; as it is now if it changed, or happened again, since it was read."""
    told = {":kind": f"EXCEPTION#{state}", ":handled_by": who, ":handled_at": iso(at)}
    update = _update(
        read.id,
        "SET #kind = :kind, #handled_by = :handled_by, #handled_at = :handled_at",
        {name: {"S": value} for name, value in told.items()},
    )
    as_read = {":was": {"S": f"EXCEPTION#{read.state}"}, ":read": {"N": str(read.times)}}
    names = {**update["ExpressionAttributeNames"], "#times": "times"}
    values = update["ExpressionAttributeValues"] | as_read
    condition = {"ConditionExpression": "#kind = :was AND #times = :read"}
    _done(update | condition | {"ExpressionAttributeNames": names, "ExpressionAttributeValues": values})
    return get_exception(read.id)


def _done(update: dict[str, Any]) -> None:
    with ignoring("ConditionalCheckFailedException"):
        client("dynamodb").update_item(**update)


def id_of(cause: str, concerns: str) -> str:
    """The exception's id."""
    return hashlib.sha256(f"{cause}\n{concerns}".encode()).hexdigest()[:32]


def order_exception_writes(before: Order | None, order: Order) -> Iterator[dict[str, Any]]:
    """The writes that bring the list up to date with what an order needs a person for."""
    were = before.listed_exceptions if before else {}
    for name in order.listed_exceptions.keys() - were.keys():
        yield {"Update": _opened(order, order.listed_exceptions[name])}
    for name in were.keys() - order.listed_exceptions.keys():
        over = {":kind": {"S": f"EXCEPTION#{ExceptionState.RESOLVED}"}}
        yield {"Update": _update(id_in(order, were[name]), "SET #kind = :kind", over)}


def _opened(order: Order, problem: OrderException) -> dict[str, Any]:
    told = {
        "cause": problem.cause,
        "concerns": _concerns(order, problem),
        "message": problem.message[:2000],
        "order": order.id,
        "line": problem.line,
    }
    return _opening(id_in(order, problem), problem.opened_at, told)


def id_in(order: Order, problem: OrderException) -> str:
    """The id of an order's own exception."""
    return id_of(problem.kind, _concerns(order, problem))


def _concerns(order: Order, problem: OrderException) -> str:
    return f"{order.id} line {problem.line}" if problem.line else order.id


def _opening(name: str, at: datetime, told: Mapping[str, str | None]) -> dict[str, Any]:
    """The write that opens an exception, for the first time or once more."""
    now = {"kind": f"EXCEPTION#{ExceptionState.OPEN}", "at": f"{iso(at)}#{name}"}
    now |= {field: value for field, value in told.items() if value}
    kept = {field: value for field, value in (("first_at", iso(at)), ("raw", "")) if field not in now}
    sets = [f"#{field} = :{field}" for field in now]
    sets += [f"#{field} = if_not_exists(#{field}, :{field})" for field in kept]
    values = {f":{field}": {"S": value} for field, value in (now | kept).items()}
    return _update(name, f"SET {', '.join(sets)} ADD #times :times", values | {":times": {"N": "1"}})


def _update(name: str, expression: str, values: dict[str, Any]) -> dict[str, Any]:
    return {
        "TableName": settings.work_table,
        "Key": _key(name),
        "UpdateExpression": expression,
        "ExpressionAttributeNames": {f"#{value[1:]}": value[1:] for value in values},
        "ExpressionAttributeValues": values,
    }


def _key(name: str) -> dict[str, Any]:
    return {"pk": {"S": f"EXCEPTION#{name}"}, "sk": {"S": "EXCEPTION"}}


def get_exception(name: str) -> OpenException:
    """One exception; raises NotFound."""
    found = client("dynamodb").get_item(TableName=settings.work_table, Key=_key(name), ConsistentRead=True)
    if "Item" not in found:
        raise NotFound(f"there is no exception {name}")
    return _read(found["Item"])


def newest_exceptions(
    state: ExceptionState, before: str | None, limit: int, cause: str | None = None
) -> tuple[list[OpenException], str | None]:
    """A page of the exceptions of a state, newest first, and the cursor of the next.

    What is rare among very many is not looked for to the end at once: such a page is short, or empty.
    """
    query = _query(state, before, cause) | {"Limit": MAX_EXCEPTIONS_READ if cause else limit + 1}
    items: list[Any] = []
    for page in islice(client("dynamodb").get_paginator("query").paginate(**query), MAX_EXCEPTION_PAGES):
        items += page["Items"]
        if len(items) > limit:
            return [_read(item) for item in items[:limit]], items[limit - 1]["at"]["S"]
    last = page.get("LastEvaluatedKey")
    return [_read(item) for item in items], last["at"]["S"] if last else None


def _query(state: ExceptionState, before: str | None, cause: str | None) -> dict[str, Any]:
    asked = {"kind": f"EXCEPTION#{state}", "at": before, "cause": cause}
    values = {name: value for name, value in asked.items() if value}
    query = {
        "TableName": settings.work_table,
        "IndexName": "by_kind",
        "ScanIndexForward": False,
        "KeyConditionExpression": "#kind = :kind AND #at < :at" if before else "#kind = :kind",
        "ExpressionAttributeNames": {f"#{name}": name for name in values},
        "ExpressionAttributeValues": {f":{name}": {"S": value} for name, value in values.items()},
    }
    return query | {"FilterExpression": "#cause = :cause"} if cause else query


def _read(item: Mapping[str, Any]) -> OpenException:
    told = {field: value["S"] for field, value in item.items() if "S" in value}
    origin = Origin.model_validate_json(told["origin"]) if "origin" in told else NO_ORIGIN
    return OpenException(
        **{field: told.get(field) for field in ("handled_by", "handled_at", "order", "line")},
        **{field: told[field] for field in ("cause", "concerns", "raw", "first_at")},
        id=told["pk"].partition("#")[2],
        message=told.get("message", ""),
        state=ExceptionState(told["kind"].partition("#")[2]),
        action=advice_on(told["cause"]).action,
        retryable=can_be_retried(told["cause"], told["concerns"], told["raw"], told.get("order"), origin),
        origin=origin,
        times=int(item["times"]["N"]),
        last_at=told["at"].partition("#")[0],
    )

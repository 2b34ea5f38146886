"""Exceptions: records of what needs a person, in the Work table.

question                             | pk                      | sk         | index
one exception                        | EXCEPTION#id            | EXCEPTION  | -
exceptions of a state, newest first  | kind = EXCEPTION#state  | at         | by_kind

The id of an exception is a hash of its cause and the text of its subject, so that the same failure again is the same
exception, also across versions of the code. Exceptions of an order are stored in the order and written here in the
order's transaction by `order_exceptions`, so that one list has all of them.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from heapq import merge
from itertools import islice
from typing import Any

from pydantic import TypeAdapter

from packhorse.aws.clients import client
from packhorse.aws.settings import settings
from packhorse.domain.errors import NotFound
from packhorse.domain.exceptions.advice import advice_on, can_be_retried
from packhorse.domain.problem import NO_ORIGIN, Cause, Origin, Problem, Subject, qualified
from packhorse.domain.schema import SCHEMA, Reader
from packhorse.domain.values import Instant, OrderId, Value, iso
from packhorse.store import expressions
from packhorse.store.conditions import ignore_failed_condition
from packhorse.store.expressions import (
    Attributes,
    Expression,
    Request,
    at_least,
    at_most,
    differs,
    equals,
    less,
    missing,
    one_of,
)
from packhorse.store.reading import batch_get, get_item, pages, whole_pages
from packhorse.store.subjects_of_schema_1 import subject_of_schema_1

MAX_EXCEPTIONS_READ = 1000
MAX_EXCEPTION_PAGES = 5
MOST_NAMED = 10
"""Other orders that an exception names."""

ABOUT_ORDERS = (
    Cause.UNREADABLE_ORDER,
    Cause.UNKNOWN_CHANNEL,
    Cause.ORDER_REJECTED,
    Cause.ORDER_EXISTS,
    Cause.ORDER_NOT_READ,
)
"""Causes of exceptions about an order of a channel, by its channel's id."""

OF_MESSAGES = (Cause.UNREADABLE_ORDER, Cause.UNKNOWN_CHANNEL, Cause.ORDER_REJECTED)
"""Causes of exceptions about a message of an order, which end once the order is stored."""


class ExceptionState(StrEnum):
    """Whether an exception still needs a person; one that was retried opens again if the retry fails."""

    OPEN = "open"
    RETRIED = "retried"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"


OVER = frozenset({ExceptionState.RESOLVED, ExceptionState.DISMISSED})


class NamedOrder(Value):
    """An order by our id, and as people call it; without a number one that is not stored any more."""

    id: OrderId
    number: str | None = None


class NamedOrders(Value):
    """Other orders that an exception concerns, as it stores them."""

    orders: tuple[NamedOrder, ...] = ()


class OpenException(Value):
    """An exception: what went wrong, with what, how often, and what to do about it.

    `concerns` is the subject as text, `raw` the key of the stored payload, `order` set for an order's own exception,
    `handled_by` who last retried, dismissed or reopened it. `retryable` and `dismissible` are what the API would do.
    `order_number` is the number of the order that it is about, `orders` are the first ones of other orders that it
    concerns, `product` is the name of the product that it is about, and `waiting` how many orders wait for its listing.
    """

    id: str
    state: ExceptionState
    cause: str
    concerns: str
    subject: Subject
    message: str
    action: str
    retryable: bool
    dismissible: bool
    raw: str
    origin: Origin = NO_ORIGIN
    times: int
    first_at: Instant
    last_at: Instant
    handled_by: str | None = None
    handled_at: Instant | None = None
    order: OrderId | None = None
    order_number: str | None = None
    orders: tuple[NamedOrder, ...] = ()
    product: str | None = None
    line: str | None = None
    waiting: int | None = None

    @property
    def order_id(self) -> OrderId | None:
        """The order that it is kept in, or about."""
        return self.order or (OrderId(self.subject.order) if self.subject.order else None)


SUBJECT = Reader(TypeAdapter(Subject))
ORIGIN = Reader(TypeAdapter(Origin))
ORDERS = Reader(TypeAdapter(NamedOrders))


def open_exception(problem: Problem, at: datetime) -> None:
    """Open an exception; if it is open already, update it and count one more.

    The same `event` twice in a row counts once.
    """
    write(_opening_of(problem, at))


def opening_write(problem: Problem, at: datetime) -> dict[str, Any]:
    """Return the write that opens an exception in the transaction of what caused it, whichever event opened it last."""
    return {"Update": opening_update(id_of(problem.cause, problem.subject), at, _fields_of(problem))}


def resolving_write(problem: Problem, at: datetime) -> dict[str, Any]:
    """Return the write that resolves an exception in the transaction that ends it.

    One that was never opened, since older code opened others for the same, is there as resolved after that.
    """
    name = id_of(problem.cause, problem.subject)
    given = {field: value for field, value in _fields_of(problem).items() if value}
    never_opened: Attributes = {
        "schema": SCHEMA,
        "at": f"{iso(at)}#{name}",
        "first_at": iso(at),
        "times": 1,
        "raw": "",
        **given,
    }
    resolved = {"kind": kind_of(ExceptionState.RESOLVED)}
    return {"Update": expressions.update(settings.work_table, item_key(name), sets=resolved, defaults=never_opened)}


def _fields_of(problem: Problem) -> dict[str, str]:
    return {
        "cause": problem.cause,
        "concerns": problem.subject.text,
        "subject": subject_text(problem.subject),
        "message": problem.message[:2000],
        "orders": named_text(problem.orders),
        "raw": problem.raw,
        "event": problem.event,
        "origin": "" if problem.origin == NO_ORIGIN else problem.origin.model_dump_json(exclude_defaults=True),
    }


def _opening_of(problem: Problem, at: datetime) -> Request:
    is_another = missing("event") | differs("event", problem.event) if problem.event else None
    return opening_update(id_of(problem.cause, problem.subject), at, _fields_of(problem), is_another)


def named_text(orders: Sequence[str]) -> str:
    """Return the first ones of other orders as they are stored; empty for none."""
    named = tuple(NamedOrder(id=OrderId(each)) for each in orders[:MOST_NAMED])
    return NamedOrders(orders=named).model_dump_json(exclude_defaults=True) if named else ""


def subject_text(subject: Subject) -> str:
    """Return the subject as it is stored."""
    return subject.model_dump_json(exclude_defaults=True)


def unresolved(cause: Cause, subjects: Iterable[Subject]) -> set[Subject]:
    """Return the subjects with an exception of that cause that is open or retried."""
    kinds = {kind_of(state) for state in (ExceptionState.OPEN, ExceptionState.RETRIED)}
    wanted = {id_of(cause, each): each for each in subjects}
    found = batch_get(settings.work_table, map(item_key, wanted))
    return {wanted[id_in_key(item)] for item in found if item["kind"]["S"] in kinds}


def find_unresolved(cause: Cause, subject: Subject) -> OpenException | None:
    """Return the exception of that cause and subject; None unless it is open or retried."""
    found = _find(cause, subject)
    return found if found and found.state in (ExceptionState.OPEN, ExceptionState.RETRIED) else None


def is_dismissed(cause: Cause, subject: Subject) -> bool:
    """Return whether a person has dismissed the exception of that cause and subject, and it did not open again."""
    found = _find(cause, subject)
    return found is not None and found.state is ExceptionState.DISMISSED


def _find(cause: Cause, subject: Subject) -> OpenException | None:
    try:
        return get_exception(id_of(cause, subject))
    except NotFound:
        return None


def resolve(cause: Cause, subject: Subject) -> None:
    """Resolve the exception of that cause and subject, if it is open or retried."""
    is_unresolved = one_of("kind", kind_of(ExceptionState.OPEN), kind_of(ExceptionState.RETRIED))
    write(item_update(id_of(cause, subject), {"kind": kind_of(ExceptionState.RESOLVED)}, is_unresolved))


def resolve_mended(stored: Mapping[Subject, datetime]) -> None:
    """Resolve the exceptions about messages of these orders of channels, which are stored as they stood at a moment.

    An order that is stored has its channel, and is not rejected; that an earlier message of it was unreadable is over,
    too. It is read first: such exceptions are rare, and a read costs less than a write.
    """
    names = {id_of(cause, subject): (cause, moment) for subject, moment in stored.items() for cause in OF_MESSAGES}
    for item in batch_get(settings.work_table, map(item_key, names), ConsistentRead=False):
        cause, moment = names[id_in_key(item)]
        is_unresolved = one_of("kind", kind_of(ExceptionState.OPEN), kind_of(ExceptionState.RETRIED))
        is_older = at_most("at", f"{iso(moment)}~") if cause is Cause.UNREADABLE_ORDER else None
        resolved = {"kind": kind_of(ExceptionState.RESOLVED)}
        write(item_update(id_in_key(item), resolved, is_unresolved & is_older if is_older else is_unresolved))


def unresolved_of(*causes: Cause, until: datetime | None = None) -> Iterator[OpenException]:
    """Yield the exceptions of these causes that are open or retried, newest first; those that failed last `until`."""
    states = (ExceptionState.OPEN, ExceptionState.RETRIED)
    return merge(*(_of_state(state, causes, until) for state in states), key=_last_at, reverse=True)


def dismissed_of(*causes: Cause, since: datetime) -> Iterator[OpenException]:
    """Yield the exceptions of these causes that people dismissed and that failed last at that moment or later."""
    return _in_index(equals("kind", kind_of(ExceptionState.DISMISSED)) & at_least("at", iso(since)), causes)


def _of_state(state: ExceptionState, causes: Iterable[Cause], until: datetime | None) -> Iterator[OpenException]:
    of_state = equals("kind", kind_of(state))
    return _in_index(of_state & at_most("at", f"{iso(until)}~") if until else of_state, causes)


def _in_index(keys: Expression, causes: Iterable[Cause]) -> Iterator[OpenException]:
    only = one_of("cause", *causes)
    query = expressions.query(settings.work_table, keys, index="by_kind", only=only, ScanIndexForward=False)
    yield from map(_read, pages("query", **query))


def _last_at(each: OpenException) -> datetime:
    return each.last_at


def resolve_as_read(read: OpenException) -> None:
    """Resolve an exception, unless it changed, or counted one more, since it was read."""
    as_read = equals("kind", kind_of(read.state)) & equals("times", read.times)
    write(item_update(read.id, {"kind": kind_of(ExceptionState.RESOLVED)}, as_read))


def mark(read: OpenException, state: ExceptionState, who: str, at: datetime) -> OpenException:
    """Record that a person retried, dismissed or reopened an exception; return it as it is stored after that.

    Nothing is recorded if it changed, or counted one more, since it was read.
    """
    as_read = equals("kind", kind_of(read.state)) & equals("times", read.times)
    write(item_update(read.id, {"kind": kind_of(state), "handled_by": who, "handled_at": iso(at)}, as_read))
    return get_exception(read.id)


def write(update: Request) -> None:
    """Write, unless the condition fails."""
    with ignore_failed_condition():
        client("dynamodb").update_item(**update)


def kind_of(state: ExceptionState) -> str:
    """Return the key of the index for exceptions of that state."""
    return f"EXCEPTION#{state}"


def id_of(cause: str, subject: Subject) -> str:
    """Return the exception's id: a hash of the texts by which schema 1 identified it."""
    kind = qualified(cause, subject.fulfilment, subject.tracking)
    return hashlib.sha256(f"{kind}\n{subject.text}".encode()).hexdigest()[:32]


def opening_update(
    name: str, at: datetime, fields: Mapping[str, str | None], condition: Expression | None = None
) -> Request:
    """Return the write that opens an exception, for the first time or once more."""
    values = {field: value for field, value in fields.items() if value}
    values |= {"message": fields["message"] or ""}  # an empty one replaces that of an earlier opening, too
    first = {"first_at": iso(at)} if "raw" in values else {"first_at": iso(at), "raw": ""}
    return expressions.update(
        settings.work_table,
        item_key(name),
        sets={"schema": SCHEMA, "kind": kind_of(ExceptionState.OPEN), "at": f"{iso(at)}#{name}", **values},
        defaults=first,
        adds={"times": 1},
        condition=condition,
    )


def item_update(name: str, sets: Attributes, condition: Expression | None = None) -> Request:
    """Return the write that changes an exception."""
    return expressions.update(settings.work_table, item_key(name), sets=sets, condition=condition)


def item_key(name: str) -> Request:
    """Return the key of an exception."""
    return expressions.key(f"EXCEPTION#{name}", "EXCEPTION")


def id_in_key(item: Mapping[str, Any]) -> str:
    """Return the id of the exception that an item is."""
    return str(item["pk"]["S"].partition("#")[2])


def get_exception(name: str) -> OpenException:
    """Return an exception; raises NotFound."""
    found = get_item(settings.work_table, item_key(name))
    if found is None:
        raise NotFound(f"there is no exception {name}")
    return _read(found)


def newest_exceptions(
    state: ExceptionState, before: str | None, limit: int, cause: str | None = None
) -> tuple[list[OpenException], str | None]:
    """Return a page of the exceptions of a state, newest first, and the cursor of the next page.

    A read ends after `MAX_EXCEPTION_PAGES`: a page of a rare cause may be short, or empty, and have a next one.
    """
    query = _query(state, before, cause) | {"Limit": MAX_EXCEPTIONS_READ if cause else limit + 1}
    items: list[Any] = []
    for page in islice(whole_pages("query", **query), MAX_EXCEPTION_PAGES):
        items += page["Items"]
        if len(items) > limit:
            return [_read(item) for item in items[:limit]], items[limit - 1]["at"]["S"]
    last = page.get("LastEvaluatedKey")
    return [_read(item) for item in items], last["at"]["S"] if last else None


def _query(state: ExceptionState, before: str | None, cause: str | None) -> Request:
    of_state = equals("kind", kind_of(state))
    keys = of_state & less("at", before) if before else of_state
    only = equals("cause", cause) if cause else None
    return expressions.query(settings.work_table, keys, index="by_kind", only=only, ScanIndexForward=False)


def _read(item: Mapping[str, Any]) -> OpenException:
    fields = {field: value["S"] for field, value in item.items() if "S" in value}
    origin = ORIGIN.read(fields["origin"]) if "origin" in fields else NO_ORIGIN
    subject = SUBJECT.read(fields["subject"]) if "subject" in fields else subject_of_schema_1(fields)
    state, advice = ExceptionState(fields["kind"].partition("#")[2]), advice_on(fields["cause"])
    return OpenException(
        **{field: fields.get(field) for field in ("handled_by", "handled_at", "order", "line")},
        **{field: fields[field] for field in ("cause", "concerns", "raw", "first_at")},
        id=id_in_key(item),
        subject=subject,
        message=fields.get("message", ""),
        state=state,
        action=advice.action,
        retryable=state is not ExceptionState.RESOLVED
        and can_be_retried(fields["cause"], subject, fields["raw"], fields.get("order"), origin),
        dismissible=advice.dismissible and state not in OVER,
        origin=origin,
        orders=ORDERS.read(fields["orders"]).orders if "orders" in fields else (),
        times=int(item["times"]["N"]),
        last_at=fields["at"].partition("#")[0],
    )

"""The exceptions of an order, which are stored in it, in the list of all: written in the order's transaction.

The table is that of `exceptions`.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from packhorse.aws.settings import settings
from packhorse.domain.orders.exceptions import OPENED
from packhorse.domain.orders.order import Order, OrderException
from packhorse.domain.problem import Subject
from packhorse.domain.values import iso
from packhorse.store import expressions
from packhorse.store.exceptions import (
    ABOUT_ORDERS,
    ExceptionState,
    id_in_key,
    id_of,
    item_key,
    item_update,
    kind_of,
    named_text,
    opening_update,
    subject_text,
    write,
)
from packhorse.store.expressions import Request, begins_with, equals
from packhorse.store.reading import batch_get, pages


def order_exception_writes(before: Order | None, order: Order) -> Iterator[dict[str, Any]]:
    """Yield the writes that open an order's new exceptions and resolve those that it no longer has."""
    were = before.listed_exceptions if before else {}
    for name, problem in order.listed_exceptions.items():
        if name not in were or (problem.message and problem.message != were[name].message):
            yield {"Update": _opened(order, problem)}
        elif were[name].message and not problem.message:  # its buyer was erased
            yield {"Update": _emptied(id_in(order, problem))}
    for name in were.keys() - order.listed_exceptions.keys():
        yield {"Update": item_update(id_in(order, were[name]), {"kind": kind_of(ExceptionState.RESOLVED)})}


def _opened(order: Order, problem: OrderException) -> Request:
    subject = _subject(order, problem)
    fields = {
        "cause": problem.cause,
        "concerns": subject.text,
        "subject": subject_text(subject),
        "message": problem.message[:2000],
        "orders": named_text(problem.orders),
        "order": order.id,
        "line": problem.line,
    }
    return opening_update(id_in(order, problem), problem.opened_at, fields)


def id_in(order: Order, problem: OrderException) -> str:
    """Return the id of an order's own exception."""
    return id_of(problem.cause, _subject(order, problem))


def _subject(order: Order, problem: OrderException) -> Subject:
    return Subject.of_order(order.id, problem.line, problem.fulfilment, problem.tracking)


def erase_messages(order: Order) -> None:
    """Empty the messages of all exceptions of an order, also of those that are over, and about its messages.

    Each keeps its state, its cause and its times.
    """
    openings = sorted({entry.at for entry in order.timeline if entry.what == OPENED})
    own = (item for state in ExceptionState for at in openings for item in _opened_at(state, at))
    subject = Subject.of_channel_order(order.channel, order.channel_order_id)
    about = batch_get(settings.work_table, (item_key(id_of(cause, subject)) for cause in ABOUT_ORDERS))
    for item in (*(each for each in own if each.get("order") == {"S": order.id}), *about):
        if item.get("message", {"S": ""})["S"]:
            write(_emptied(id_in_key(item)))


def _opened_at(state: ExceptionState, at: datetime) -> list[dict[str, Any]]:
    keys = equals("kind", kind_of(state)) & begins_with("at", f"{iso(at)}#")
    query = expressions.query(settings.work_table, keys, index="by_kind")
    return list(pages("query", **query))


def _emptied(name: str) -> Request:
    return item_update(name, {"message": ""})

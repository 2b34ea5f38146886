"""Erase the buyers of orders that are marked and over: files, messages of exceptions and results, the order itself.

Killed before the last, the next audit finds the order still marked and does all of it again, which changes nothing.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time
from functools import partial

from packhorse.aws.bucket import delete_file, name_in, payload_keys, payload_prefix
from packhorse.aws.clients import FAILURES
from packhorse.aws.telemetry import logger
from packhorse.domain.errors import Conflict
from packhorse.domain.labels.batch import without_words
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.erasing import erased, label_files
from packhorse.domain.orders.order import Order
from packhorse.store import buyers, label_batches, order_exceptions, orders
from packhorse.store.commit import Write, commit_one

KEYS_PAGE = 1000


def erase_buyers(now: datetime) -> int:
    """Erase what is marked and over; return how many orders were. One that fails is left to the next audit."""
    marked = orders.find_orders(buyers.orders_to_erase()).values()
    return sum(_erase(order, now) for order in marked)


def _erase(order: Order, now: datetime) -> bool:
    blank = erased(order, now)
    if blank == order:
        return False
    with suppress(Conflict):
        try:
            for key in (*label_files(order), *_webhooks_of(order)):
                delete_file(key)
        except FAILURES:
            logger.exception("files of a buyer not deleted", extra={"order_id": order.id})
            return False
        order_exceptions.erase_messages(order)
        label_batches.change_entries_of_order(order, partial(without_words, deleted=frozenset(label_files(order))))
        commit_one(Write(Change(blank), order, "packhorse"), now)
        logger.info("buyer erased", extra={"order_id": order.id})
        return True
    return False


def _webhooks_of(order: Order) -> Iterator[str]:
    """Yield the payloads of webhooks about the order, of the days on which it changed; their keys end with its id."""
    for day in sorted({order.received_at.date(), *(entry.at.date() for entry in order.timeline)}):
        yield from (key for key in _keys_of(order.channel, day) if name_in(key) == order.id)


def _keys_of(channel: str, day: date) -> Iterator[str]:
    prefix, after = payload_prefix(f"webhook/{channel}", datetime.combine(day, time())), ""
    while keys := payload_keys(prefix, after, KEYS_PAGE):
        yield from keys
        if len(keys) < KEYS_PAGE:
            return
        after = keys[-1]

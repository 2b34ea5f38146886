"""Erase the buyers of orders that are marked and over: files, messages of exceptions and results, the order itself.

Killed before the last, the next audit finds the order still marked and does all of it again, which changes nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import partial

from packhorse.aws.bucket import delete_file, payload_keys, payload_prefix
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
DAY = timedelta(days=1)
LONGEST_WAIT = 12 * DAY
"""How long before its order was stored a payload may have come: the audit takes in what came eleven days ago."""


def erase_buyers(now: datetime, is_late: Callable[[], bool]) -> int:
    """Erase what is marked and over; return how many orders were. The next audit does what fails, or is late."""
    marked = orders.find_orders(buyers.orders_to_erase()).values()
    return sum(_erase(order, now) for order in marked if not is_late())


def _erase(order: Order, now: datetime) -> bool:
    blank = erased(order, now)
    if blank == order:
        return False
    with suppress(Conflict):
        try:
            for key in (*label_files(order), *_webhooks_of(order, now)):
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


def _webhooks_of(order: Order, now: datetime) -> Iterator[str]:
    """Yield the payloads of webhooks about the order, of all days: most change nothing that its timeline has."""
    source, first = f"webhook/{order.channel}", (order.received_at - LONGEST_WAIT).date()
    for day in _days(first, now.date()):
        yield from _keys_of(payload_prefix(source, day) + order.id)
    # Older keys end with the id, so that all of a day are listed: of days on which the order changed, and before these.
    changed = {order.received_at.date(), *(entry.at.date() for entry in order.timeline)}
    for day in sorted(changed | {each - DAY for each in changed}):
        yield from (key for key in _keys_of(payload_prefix(source, day)) if key.endswith(f"-{order.id}.json"))


def _days(first: date, last: date) -> Iterator[date]:
    return (first + each * DAY for each in range((last - first).days + 1))


def _keys_of(prefix: str) -> Iterator[str]:
    after = ""
    while keys := payload_keys(prefix, after, KEYS_PAGE):
        yield from keys
        if len(keys) < KEYS_PAGE:
            return
        after = keys[-1]

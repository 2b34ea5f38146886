"""What was measured of the activity of hours and days, in the Work table, for a few weeks.

question                       | pk                          | sk
an hour, a day, by their start | ACTIVITY#hour, ACTIVITY#day | start

Orders are counted and found by `by_state` (see store/order_search.py), a span at a time.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice

from pydantic import TypeAdapter

from packhorse.aws.settings import settings
from packhorse.domain.health.activity import DAYS, DayFigures, HourFigures
from packhorse.domain.orders.order import Order, Status
from packhorse.domain.schema import Reader, stamped
from packhorse.domain.values import iso
from packhorse.store import expressions, orders
from packhorse.store.expressions import Attributes, Request, between, equals
from packhorse.store.order_search import OrderFilter, Sort, keys_of_status
from packhorse.store.putting import write_together
from packhorse.store.reading import batch_get, whole_pages

HOUR, DAY = "ACTIVITY#hour", "ACTIVITY#day"
HOUR_FIGURES = Reader(TypeAdapter(HourFigures))
DAY_FIGURES = Reader(TypeAdapter(DayFigures))
KEPT = timedelta(days=3 * DAYS)
NOT_SENT = frozenset({Status.AWAITING_PAYMENT, Status.CANCELLED})


def keep(figures: Sequence[HourFigures | DayFigures]) -> None:
    """Store figures in place of those that were measured before."""
    items: list[Attributes] = [
        {
            "pk": HOUR if isinstance(each, HourFigures) else DAY,
            "sk": iso(each.start),
            "body": stamped(each.model_dump_json()),
            "expiration": int((each.start + KEPT).timestamp()),
        }
        for each in figures
    ]
    write_together(settings.work_table, items)


def find_hours(starts: Sequence[datetime]) -> dict[datetime, HourFigures]:
    """Return what was measured of these hours, by their start."""
    return {each.start: each for each in map(HOUR_FIGURES.read, _bodies(HOUR, starts))}


def find_days(starts: Sequence[datetime]) -> dict[datetime, DayFigures]:
    """Return what was measured of these days, by their start."""
    return {each.start: each for each in map(DAY_FIGURES.read, _bodies(DAY, starts))}


def _bodies(partition: str, starts: Sequence[datetime]) -> Iterator[str]:
    keys = (expressions.key(partition, iso(start)) for start in starts)
    for item in batch_get(settings.work_table, keys, ConsistentRead=False):
        yield item["body"]["S"]


def count_placed(start: datetime, length: timedelta) -> int:
    """Return how many orders were placed in a span, whatever became of them; reads only their entries in the index."""
    counting: Request = {"Select": "COUNT"}
    keys = between("placed", iso(start), iso(start + length))
    queries = (
        expressions.query(settings.orders_table, equals("status", status) & keys, index="by_state", **counting)
        for status in Status
    )
    return sum(page["Count"] for query in queries for page in whole_pages("query", **query))


def last_placed(start: datetime, length: timedelta, most: int) -> list[Order]:
    """Return the last orders that were placed in a span and may be sent, at most so many."""
    only = OrderFilter(now=start, placed_from=start, placed_to=start + length - timedelta(microseconds=1))
    by_status = (keys_of_status(each, only, Sort.NEWEST, None, most).keys for each in Status if each not in NOT_SENT)
    newest = islice(merge(*by_status, reverse=True), most)
    return orders.recent_orders(map(orders.id_in_key, newest))

"""Record how far behind a channel or a supplier is, for the line over time on its health.

A process writes only what is longer than what it wrote of the same hour or day, so that a steady channel costs a write
or two an hour. A lag that cannot be stored is missing from the line: it is no reason to fail what measured it.
"""

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime, timedelta

from packhorse.aws.clients import FAILURES
from packhorse.domain.errors import Unavailable
from packhorse.domain.health.lag import SPANS, LagKind, LagPoint
from packhorse.store import lags, supplier_work

recorded: dict[tuple[LagKind, str], LagPoint] = {}
"""What this process stored last of each."""


def record_lag(kind: LagKind, name: str, lag: timedelta, now: datetime) -> None:
    """Store a lag of a channel or a supplier, if it is the longest of its hour or day as far as this process knows."""
    point = LagPoint(start=SPANS[kind].start_of(now), seconds=max(0, int(lag.total_seconds())))
    last = recorded.get((kind, name))
    if last and last.start == point.start and last.seconds >= point.seconds:
        return
    recorded[kind, name] = point
    with suppress(Unavailable, *FAILURES):
        lags.keep_longest(kind, name, point)


def record_answers(supplier: str, batches: Collection[int], now: datetime) -> None:
    """Store how long a supplier took until it answered about a part of these batches."""
    for number in batches:
        batch = supplier_work.get_batch(supplier, number)
        sent_at = batch.waits_since or batch.sent_at
        if sent_at:
            record_lag(LagKind.ANSWERS, supplier, now - sent_at, now)

"""Watch what waits in queues and the stream of stock before it expires there, and executions that failed.

An alarm on each of these metrics would cost more by the month than all other alarms. The hourly audit reads them
instead, and logs a warning for each that is over its limit; these warnings are one metric with one alarm.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from packhorse.aws.metrics import (
    Metric,
    age_in_queue,
    age_in_stock_stream,
    failed_executions,
    least_in_queue,
    read_metrics,
)
from packhorse.aws.settings import settings
from packhorse.aws.telemetry import facts_of, logger
from packhorse.domain.errors import Unavailable
from packhorse.domain.health.lag import LagKind
from packhorse.messages.origins import QUEUES
from packhorse.store import configuration
from packhorse.usecases.operations.read_health import is_late, lag_of
from packhorse.usecases.operations.record_lag import record_lag

WATCHED = timedelta(minutes=75)
"""How far back metrics are read: an hour, and the delay of CloudWatch and the schedule."""
HALF_AN_HOUR, A_QUARTER = 30 * 60, 15 * 60


class WatchedMetric(NamedTuple):
    """A metric, its name in the warning, and the value above which the warning is logged."""

    what: str
    metric: Metric
    most: float


def watched_metrics() -> Iterator[WatchedMetric]:
    """Yield what is watched: what functions read, dead letters of FIFO queues, and failed executions.

    Dead letters of standard queues have an alarm of their own. A queue's oldest message is not older than half an hour
    unless nothing reads it: one that cannot be processed is an exception by then.
    """
    for name, url in QUEUES.items():
        yield WatchedMetric(f"seconds in queue {name}", age_in_queue(url), HALF_AN_HOUR)
    yield WatchedMetric("dead letters not drained", least_in_queue(settings.fifo_dead_letters_queue_url, A_QUARTER), 0)
    yield WatchedMetric("milliseconds in the stream of stock", age_in_stock_stream(), HALF_AN_HOUR * 1000)
    yield WatchedMetric("executions failed", failed_executions(), 0)


def warn_of_lag(now: datetime) -> None:
    """Log a warning for each channel that has not been polled to the end for more than an hour, unless it is paused.

    The lag of each is recorded: one whose polls fail has no other that measures it.
    """
    for name, channel in configuration.current().channels.items():
        lag = lag_of(channel, now)
        if lag is None:
            continue
        record_lag(LagKind.ORDERS, name, lag, now)
        if is_late(channel, lag):
            logger.warning(
                "work waits", extra={"what": f"seconds behind channel {name}", "value": int(lag.total_seconds())}
            )


def warn_of_waiting(now: datetime) -> None:
    """Log a warning for each limit that was exceeded in the last hour, or one if the metrics cannot be read."""
    warn_of_lag(now)
    watched = list(watched_metrics())
    try:
        found = read_metrics([each.metric for each in watched], now - WATCHED, now)
    except Unavailable as error:
        logger.warning("work waits", extra={"what": "metrics not read", **facts_of(error)})
        return
    for each, values in zip(watched, found, strict=True):
        if max(values, default=0) > each.most:
            logger.warning("work waits", extra={"what": each.what, "value": max(values), "most": each.most})

"""How far behind channels and suppliers were: the worst of each hour or day, for a line over time."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from packhorse.domain.values import Instant, Value, Whole

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class LagKind(StrEnum):
    """What a lag is the time of.

    `orders`: since the last poll of a channel that came to its end began. `quantities`: from a change of stock to the
    channel's confirmation. `answers`: from the sending of a batch to the supplier's first answer about a part of it.
    """

    ORDERS = "orders"
    QUANTITIES = "quantities"
    ANSWERS = "answers"


class LagSpan(NamedTuple):
    """How long the spans of a kind are, and how many of them are shown."""

    length: timedelta
    shown: int

    def start_of(self, now: datetime) -> datetime:
        """Return when the span of a moment started, in UTC."""
        at = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        return at if self.length < DAY else at.replace(hour=0)

    def first_shown(self, now: datetime) -> datetime:
        """Return when the oldest span that is shown started."""
        return self.start_of(now) - (self.shown - 1) * self.length


SPANS = {
    LagKind.ORDERS: LagSpan(HOUR, 24),
    LagKind.QUANTITIES: LagSpan(HOUR, 24),
    LagKind.ANSWERS: LagSpan(DAY, 14),
}


class LagPoint(Value):
    """The longest lag that was measured in the span from `start`."""

    start: Instant
    seconds: Whole

"""A day without a time of day, in the time zone of whoever wrote it."""

from datetime import datetime, timedelta

from packhorse.domain.values import Instant, Value

SECOND = timedelta(seconds=1)


class WholeDay(Value):
    """A day, as the moments between which it lies: it `ends` where the next one begins."""

    begins: Instant
    ends: Instant

    def moment(self, after: datetime, before: datetime) -> datetime:
        """Return the moment that stands for the day: its noon, which is that day in most time zones.

        It is neither before `after`, if that can be on this day, nor later than `before`.
        """
        noon = self.begins + (self.ends - self.begins) / 2
        return max(min(noon, before), min(after, self.ends - SECOND))

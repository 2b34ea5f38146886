"""What a channel says of stock, beside what it should say."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from packhorse.domain.values import Identifier, Instant, Sku, Value

SETTLE_TIME = timedelta(minutes=10)
"""How long after a publish the channel may still show the older quantity."""
MAX_SHOWN = 100


class Difference(Value):
    """A listing whose number is not ours; `told_at`: when the channel last confirmed one."""

    sku: Sku
    reference: str
    theirs: int | None
    ours: int
    told_at: Instant | None


class DriftReport(Value):
    """How a channel's quantities compared with ours, up to the sku in `reached`.

    The first MAX_SHOWN differences are shown, all are counted; `problem` says why the channel could not be read.
    """

    channel: Identifier
    event: str
    started_at: Instant
    finished_at: Instant | None = None
    looked_at: int = 0
    different: int = 0
    differences: tuple[Difference, ...] = ()
    reached: str | None = None
    problem: str | None = None

    def after(self, reached: str, looked_at: int, found: tuple[Difference, ...]) -> "DriftReport":
        """Return the report with one more page; the same page again changes nothing."""
        if self.reached is not None and reached <= self.reached:
            return self
        return self.replace(
            reached=reached,
            looked_at=self.looked_at + looked_at,
            different=self.different + len(found),
            differences=(*self.differences, *found)[:MAX_SHOWN],
        )


def differences(
    ours: Mapping[Sku, int],
    references: Mapping[Sku, str],
    theirs: Mapping[str, int],
    told_at: Mapping[Sku, datetime],
    now: datetime,
) -> tuple[Difference, ...]:
    """Return the listings that differ, without those published less than SETTLE_TIME ago."""
    settled = {sku: told for sku, told in told_at.items() if now - told > SETTLE_TIME}
    return tuple(
        Difference(sku=sku, reference=references[sku], theirs=said, ours=quantity, told_at=told_at.get(sku))
        for sku, quantity in ours.items()
        if (said := theirs.get(references[sku])) != quantity and (sku in settled or sku not in told_at)
    )

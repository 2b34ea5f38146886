"""Drift: quantities that a channel shows, compared with those that it should show."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from packhorse.domain.values import Identifier, Instant, Sku, Value

SETTLE_TIME = timedelta(minutes=10)
"""How long after a publish the channel may still show the older quantity."""
MAX_SHOWN = 100


class Difference(Value):
    """A listing whose quantity on the channel is not ours; `told_at`: when the channel last confirmed a quantity.

    `location` is that of one of the channel's further `locations`, empty for its quantity itself.
    """

    sku: Sku
    reference: str
    theirs: int | None
    ours: int
    told_at: Instant | None
    location: str = ""

    def __str__(self) -> str:
        at = f" at location {self.location}" if self.location else ""
        return f"{self.sku}: {self.theirs} instead of {self.ours}{at}"


class DriftReport(Value):
    """Result of comparing a channel's quantities with ours, up to the sku in `reached`.

    `different` counts all differences, `differences` holds the first MAX_SHOWN; `problem`: why the channel could not be
    read. `refused` counts listings that could not be read while others could, `refusal` says why of the first.
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
    refused: int = 0
    refusal: str = ""

    def without(self, reached: str, reason: str) -> "DriftReport":
        """Return the report behind a listing that could not be read."""
        if self.reached is not None and reached <= self.reached:
            return self
        refusal = self.refusal or f"{reached}: {reason}"[:300]
        return self.replace(reached=reached, refused=self.refused + 1, refusal=refusal)

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
    settled = {sku for sku, confirmed in told_at.items() if now - confirmed > SETTLE_TIME}
    return tuple(
        Difference(sku=sku, reference=references[sku], theirs=shown, ours=quantity, told_at=told_at.get(sku))
        for sku, quantity in ours.items()
        if (shown := theirs.get(references[sku])) != quantity and (sku in settled or sku not in told_at)
    )

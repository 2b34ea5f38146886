"""Moments as channels take them."""

from datetime import UTC, datetime
from typing import Literal


def moment_left(shipped_at: datetime, placed_at: datetime | None) -> datetime:
    """Return when a parcel left, as a channel takes that: neither before its order was placed nor in the future."""
    return min(max(shipped_at, placed_at or shipped_at), datetime.now(UTC))


def moment_text(moment: datetime, precision: Literal["seconds", "milliseconds"] = "seconds") -> str:
    """Return a moment as text in UTC.

    >>> noon = datetime(2026, 11, 1, 12, tzinfo=UTC)
    >>> moment_text(noon), moment_text(noon, "milliseconds")
    ('2026-11-01T12:00:00Z', '2026-11-01T12:00:00.000Z')
    """
    return moment.astimezone(UTC).isoformat(timespec=precision).replace("+00:00", "Z")

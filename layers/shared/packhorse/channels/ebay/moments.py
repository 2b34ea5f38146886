"""Moments, as eBay writes them."""

from datetime import UTC, datetime


def moment_text(moment: datetime) -> str:
    """Return a moment in UTC, to the millisecond.

    >>> moment_text(datetime(2026, 11, 20, 8, 30, tzinfo=UTC))
    '2026-11-20T08:30:00.000Z'
    """
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

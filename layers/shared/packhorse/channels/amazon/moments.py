"""Moments as Amazon takes them."""

from datetime import UTC, datetime


def moment_text(moment: datetime) -> str:
    """Return a moment as text, to the second.

    >>> moment_text(datetime(2026, 11, 1, 12, tzinfo=UTC))
    '2026-11-01T12:00:00Z'
    """
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

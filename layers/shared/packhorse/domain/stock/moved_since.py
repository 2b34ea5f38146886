"""What has moved on a shelf since a moment: what a number of that moment is by now."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from packhorse.domain.stock.movement import Movement, MovementKind

FOUND = frozenset({MovementKind.SET, MovementKind.COUNT, MovementKind.FEED, MovementKind.SHORT_PICK})
"""Movements that say what is there, whatever was said before."""


class MovedSince(NamedTuple):
    """The units that have come since a moment, less those that left; `found_at` is when it was last said anew."""

    units: int = 0
    found_at: datetime | None = None


def moved_since(movements: Iterable[Movement]) -> MovedSince:
    """Return the sum of movements, oldest first.

    >>> moved_since([])
    MovedSince(units=0, found_at=None)
    """
    units, found_at = 0, None
    for movement in movements:
        units += movement.on_hand
        found_at = movement.at if movement.kind in FOUND else found_at
    return MovedSince(units, found_at)

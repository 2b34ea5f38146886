"""Rejections: units that a warehouse does not ship, and why."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Self

from packhorse.domain.values import Identifier, Instant, Text, Units, Value


class RejectReason(StrEnum):
    """Why a warehouse does not ship units."""

    NONE_LEFT = "none_left"
    DAMAGED = "damaged"
    MISMATCH = "mismatch"
    TOO_BUSY = "too_busy"
    OTHER = "other"

    @property
    def words(self) -> str:
        """It for people."""
        return self.replace("_", " ")


class Rejection(Value):
    """Units by line that a warehouse did not ship of a fulfilment order; `id` is equal in all copies of the report.

    `was_unsent`: it was in no batch for a supplier yet, who was never sent these units. `shipped` are those of
    them that the supplier has shipped all the same.
    """

    id: str
    reason: RejectReason
    units: Mapping[str, int]
    note: Text = ""
    who: Text
    at: Instant
    was_unsent: bool = False
    shipped: Mapping[str, int] = {}

    @property
    def unshipped(self) -> Units:
        """The units by line that a supplier was sent and has not shipped all the same."""
        return Counter() if self.was_unsent else Counter(self.units) - Counter(self.shipped)

    def with_shipped(self, units: Units) -> Self:
        """Return it with those of the units that it has, as shipped all the same."""
        new = units & self.unshipped
        return self.replace(shipped=dict(Counter(self.shipped) + new)) if new else self


class Refusal(Value):
    """A warehouse that rejected units of a line, or from which they were taken back: routing does not choose it.

    That is until more units arrive there. `at` is when it was; None in what 0.1.0 stored.
    """

    warehouse: Identifier
    reason: RejectReason
    at: Instant | None = None
    is_taken_back: bool = False

    def is_over(self, arrived_at: datetime | None) -> bool:
        """Return whether units that arrived at that moment came after it; a moment to the second.

        Of the same second they count as later: an order that is rejected once more is better than one that waits.
        """
        return self.at is None or arrived_at is None or arrived_at >= self.at.replace(microsecond=0)

    @property
    def is_about_order(self) -> bool:
        """Whether the warehouse rejected it for another reason than its goods, or than too much to do."""
        return self.reason is RejectReason.OTHER and not self.is_taken_back

    @property
    def words(self) -> str:
        """Why the warehouse is no candidate, for the trace."""
        if self.is_taken_back:
            return "was taken back from the warehouse"
        return f"rejected by the warehouse: {self.reason.words}"

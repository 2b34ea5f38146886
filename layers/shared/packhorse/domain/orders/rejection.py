"""Rejections: units that a warehouse does not ship, and why."""

from collections.abc import Mapping
from enum import StrEnum

from packhorse.domain.values import Identifier, Instant, Text, Value


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
    """Units by line that a warehouse did not ship of a fulfilment order; `id` is equal in all copies of the report."""

    id: str
    reason: RejectReason
    units: Mapping[str, int]
    note: Text = ""
    who: Text
    at: Instant


class Refusal(Value):
    """A warehouse that rejected units of a line: routing does not choose it for the line."""

    warehouse: Identifier
    reason: RejectReason

    @property
    def words(self) -> str:
        """Why the warehouse is no candidate, for the trace."""
        return f"rejected by the warehouse: {self.reason.words}"

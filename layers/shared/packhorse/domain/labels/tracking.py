"""What carriers report of a parcel on its way."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from packhorse.domain.values import Instant, Text, Value


class TrackingStatus(StrEnum):
    """Where a parcel is."""

    UNKNOWN = "unknown"
    PRE_TRANSIT = "pre_transit"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    AVAILABLE_FOR_PICKUP = "available_for_pickup"
    DELIVERED = "delivered"
    RETURN_TO_SENDER = "return_to_sender"
    FAILURE = "failure"


FAILED = frozenset({TrackingStatus.RETURN_TO_SENDER, TrackingStatus.FAILURE})
"""Statuses of a parcel that does not reach its recipient by itself."""

HAS_LEFT = FAILED | {
    TrackingStatus.IN_TRANSIT,
    TrackingStatus.OUT_FOR_DELIVERY,
    TrackingStatus.AVAILABLE_FOR_PICKUP,
    TrackingStatus.DELIVERED,
}
"""Statuses of a parcel that its carrier has, or had."""


class Transit(Value):
    """Where a parcel is since a time, by the carrier's clock; `detail` is in the carrier's words."""

    status: TrackingStatus
    at: Instant
    detail: Text = ""


class TrackingEvent(Transit):
    """A status of the parcel with a tracking number."""

    carrier: Text
    tracking: Text

    @property
    def transit(self) -> Transit:
        """The status alone."""
        return Transit(status=self.status, at=self.at, detail=self.detail)


STAGES: Mapping[TrackingStatus, int] = {
    TrackingStatus.UNKNOWN: 0,
    TrackingStatus.PRE_TRANSIT: 1,
    TrackingStatus.IN_TRANSIT: 2,
    TrackingStatus.OUT_FOR_DELIVERY: 2,
    TrackingStatus.AVAILABLE_FOR_PICKUP: 2,
    TrackingStatus.FAILURE: 2,
    TrackingStatus.DELIVERED: 3,
    TrackingStatus.RETURN_TO_SENDER: 4,
}
"""How far a parcel is, each stage after those that it has passed for good; of those at one time the last counts."""

MAY_FAIL_LATER = frozenset({TrackingStatus.DELIVERED, TrackingStatus.FAILURE})


def has_left(transit: Transit | None) -> bool:
    """Return whether the carrier has the parcel, or had it, as far as it says."""
    return transit is not None and transit.status in HAS_LEFT


def is_newer(transit: Transit, stored: Transit | None) -> bool:
    """Return whether a report replaces the stored one: it is of a later stage, or later, or at its time farther.

    Carriers repeat reports, send them in any order, and date them by several clocks, to the minute or the day. What was
    delivered can only fail later, or come back; what comes back is scanned on its way, and delivered to its sender.
    """
    if stored is None:
        return True
    stage, before = STAGES[transit.status], STAGES[stored.status]
    if stage != before and {transit.status, stored.status} != MAY_FAIL_LATER:
        return stage > before
    return _moment(transit) > _moment(stored)


def _moment(transit: Transit) -> tuple[datetime, int]:
    return transit.at, list(STAGES).index(transit.status)

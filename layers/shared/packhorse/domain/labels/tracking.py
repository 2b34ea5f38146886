"""What carriers report of a parcel on its way."""

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

AT_SENDER = frozenset({TrackingStatus.UNKNOWN, TrackingStatus.PRE_TRANSIT})
"""Statuses of a parcel that its carrier does not have yet, as far as it says."""


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


def is_newer(transit: Transit, stored: Transit | None) -> bool:
    """Return whether a report replaces the stored one: it is later, and not about a parcel that has arrived.

    Carriers repeat reports, and send them in any order. What was delivered can only come back.
    """
    if stored is None:
        return True
    if transit.at <= stored.at or transit.status is TrackingStatus.UNKNOWN:
        return False
    return stored.status is not TrackingStatus.DELIVERED or transit.status in FAILED

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


class TrackingEvent(Value):
    """A status of a parcel at a time, by the carrier's clock; `detail` is in the carrier's words."""

    carrier: Text
    tracking: Text
    status: TrackingStatus
    at: Instant
    detail: Text = ""

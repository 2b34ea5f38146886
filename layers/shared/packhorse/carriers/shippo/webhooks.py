"""Webhooks of Shippo: `track_updated` holds all that is reported of a parcel, `transaction_updated` a label.

Shippo signs them once its support has set a secret for the account; without one they are not accepted.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from packhorse.carriers.protocol import CarrierReport
from packhorse.carriers.tracking import Reported, refund_reports, tracking_events
from packhorse.domain.labels.purchase import Refund
from packhorse.domain.labels.tracking import TrackingEvent, TrackingStatus
from packhorse.http.body import ExternalId, ExternalModel, parse_json, validated
from packhorse.http.signature import header, is_signed

SIGNATURE = "Shippo-Auth-Signature"
EVENT, OF_A_LABEL = "track_updated", "transaction_updated"
STATUSES = {
    "PRE_TRANSIT": TrackingStatus.PRE_TRANSIT,
    "TRANSIT": TrackingStatus.IN_TRANSIT,
    "DELIVERED": TrackingStatus.DELIVERED,
    "RETURNED": TrackingStatus.RETURN_TO_SENDER,
    "FAILURE": TrackingStatus.FAILURE,
}
FINER = {
    "out_for_delivery": TrackingStatus.OUT_FOR_DELIVERY,
    "pickup_available": TrackingStatus.AVAILABLE_FOR_PICKUP,
}
"""Statuses that are a part of TRANSIT there."""


BOUGHT = {
    "SUCCESS": None,
    "REFUNDPENDING": Refund.SUBMITTED,
    "REFUNDED": Refund.REFUNDED,
    "REFUNDREJECTED": Refund.REJECTED,
}
"""Statuses of a label that was bought, with how far its refund is."""


class TheirSubstatus(ExternalModel):
    """A finer status."""

    code: str = ""


class TheirStatus(ExternalModel):
    """A scan, or another message of the carrier."""

    status: str = ""
    status_details: str = ""
    status_date: str = ""
    substatus: TheirSubstatus | None = None


class TheirTrack(ExternalModel):
    """A parcel on its way; `carrier` is the token of a carrier, such as `usps`."""

    carrier: str = ""
    tracking_number: ExternalId
    tracking_status: TheirStatus | None = None
    tracking_history: tuple[TheirStatus, ...] = ()


class TheirLabel(ExternalModel):
    """A transaction that changed."""

    status: str = ""
    tracking_number: ExternalId = ""


class TheirWebhook(ExternalModel):
    """The body of a webhook."""

    event: str
    data: Any = None


def verify(headers: Mapping[str, str], raw: bytes, secrets: Sequence[str]) -> bool:
    """Return whether a secret signed time and body; an old message is accepted, since repeating it changes nothing."""
    parts = dict(part.strip().partition("=")[::2] for part in header(headers, SIGNATURE).split(","))
    signed = parts.get("t", "").encode(errors="surrogatepass") + b"." + raw
    return bool(parts.get("t")) and is_signed(parts.get("v1", ""), signed, secrets, _in_hex)


def _in_hex(digest: bytes) -> bytes:
    return digest.hex().encode()


def read(_: Mapping[str, str], raw: bytes) -> Sequence[CarrierReport]:
    """Return the statuses of the parcel, or the decision about its label's refund; empty for another event."""
    webhook = validated(TheirWebhook, parse_json(raw), "the webhook makes no sense")
    if webhook.event == OF_A_LABEL:
        label = validated(TheirLabel, webhook.data, "the label makes no sense")
        return refund_reports(label.tracking_number, BOUGHT.get(label.status))
    if webhook.event != EVENT:
        return ()
    return events_of(validated(TheirTrack, webhook.data, "the parcel makes no sense"))


def events_of(track: TheirTrack) -> Sequence[TrackingEvent]:
    """Return all statuses of a parcel: a webhook that was lost is in the next one."""
    return tracking_events(track.carrier, track.tracking_number, _reported(track))


def _reported(track: TheirTrack) -> Iterator[Reported]:
    for each in (*track.tracking_history, *filter(None, (track.tracking_status,))):
        finer = FINER.get(each.substatus.code) if each.substatus else None
        status = STATUSES.get(each.status, TrackingStatus.UNKNOWN)
        is_on_its_way = status is TrackingStatus.IN_TRANSIT
        yield Reported(finer if finer and is_on_its_way else status, each.status_date, each.status_details)

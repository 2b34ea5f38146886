"""Webhooks of EasyPost, and its trackers: an event holds the whole tracker as it was when it changed."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from packhorse.carriers.protocol import CarrierReport
from packhorse.carriers.tracking import Reported, refund_reports, tracking_events
from packhorse.domain.labels.purchase import Refund
from packhorse.domain.labels.tracking import TrackingEvent, TrackingStatus
from packhorse.http.body import ExternalId, ExternalModel, parse_json, validated
from packhorse.http.signature import header, is_signed

SIGNATURE = "X-Hmac-Signature"
OTHER = {"cancelled", "error"}
"""Statuses of a tracker, not of a parcel: its label was refunded, or its carrier does not answer."""


REFUNDS = {
    "submitted": Refund.SUBMITTED,
    "refunded": Refund.REFUNDED,
    "rejected": Refund.REJECTED,
    "not_applicable": Refund.REFUNDED,  # of a carrier that charges at the first scan: nothing was paid
}


class TheirDetail(ExternalModel):
    """A scan, or another message of the carrier."""

    status: str = ""
    message: str = ""
    description: str = ""
    datetime: str = ""


class TheirTracker(ExternalModel):
    """A parcel on its way."""

    tracking_code: ExternalId
    carrier: str = ""
    status: str = ""
    status_detail: str = ""
    updated_at: str = ""
    tracking_details: tuple[TheirDetail, ...] = ()


class TheirRefund(ExternalModel):
    """A refund that was decided."""

    tracking_code: ExternalId
    status: str = ""


class TheirEvent(ExternalModel):
    """The body of a webhook; `result` is the object that changed."""

    description: str
    result: Any = None


def verify(headers: Mapping[str, str], raw: bytes, secrets: Sequence[str]) -> bool:
    """Return whether a secret signed the body; EasyPost takes secrets in Unicode's form NFKD."""
    return is_signed(
        header(headers, SIGNATURE), raw, [unicodedata.normalize("NFKD", each) for each in secrets], _in_hex
    )


def _in_hex(digest: bytes) -> bytes:
    return b"hmac-sha256-hex=" + digest.hex().encode()


def read(_: Mapping[str, str], raw: bytes) -> Sequence[CarrierReport]:
    """Return the statuses of the tracker that changed, or the decision about a refund; empty for another event."""
    event = validated(TheirEvent, parse_json(raw), "the webhook makes no sense")
    if event.description.startswith("refund."):
        refund = validated(TheirRefund, event.result, "the refund makes no sense")
        return refund_reports(refund.tracking_code, REFUNDS.get(refund.status))
    if not event.description.startswith("tracker."):
        return ()
    return events_of(validated(TheirTracker, event.result, "the tracker makes no sense"))


def events_of(tracker: TheirTracker) -> Sequence[TrackingEvent]:
    """Return all statuses of a tracker: a webhook that was lost is in the next one."""
    return tracking_events(tracker.carrier, tracker.tracking_code, _reported(tracker))


def _reported(tracker: TheirTracker) -> Iterator[Reported]:
    for each in tracker.tracking_details:
        yield Reported(_status(each.status), each.datetime, each.message or each.description)
    if all(each.status != tracker.status for each in tracker.tracking_details):
        detail = tracker.status if tracker.status in OTHER else tracker.status_detail
        yield Reported(_status(tracker.status), tracker.updated_at, detail)


def _status(text: str) -> TrackingStatus:
    return TrackingStatus(text) if text in set(TrackingStatus) else TrackingStatus.UNKNOWN

"""Receive a webhook of a carrier: verify its signature on the raw bytes, then queue what it reports.

The payload is not stored: the messages have all of it, and a later webhook of the parcel repeats it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from packhorse.aws import secrets
from packhorse.aws.telemetry import facts_of, logger
from packhorse.carriers import CARRIERS
from packhorse.carriers.protocol import CarrierAdapter, CarrierReport
from packhorse.domain.errors import Rejected
from packhorse.domain.labels.purchase import RefundReport
from packhorse.messages.tracking import CarrierMessage, ParcelTracked, RefundReported, send_tracked
from packhorse.store import configuration
from packhorse.usecases.intake.newest_secrets import newest_secrets

MAX_PAYLOAD_BYTES = 1_000_000


class TrackingOutcome(StrEnum):
    """The outcome of a carrier's webhook; its text is in the answer."""

    ACCEPTED = "accepted"
    IGNORED = "passed over"
    NO_ACCOUNT = "no such carrier account"
    TOO_LARGE = f"at most {MAX_PAYLOAD_BYTES} bytes"
    UNSIGNED = "the signature is missing or wrong"
    UNREADABLE = "the body cannot be read"


def receive_tracking(account_id: str, headers: Mapping[str, str], payload: bytes, now: datetime) -> TrackingOutcome:
    """Receive a webhook of a carrier account; one without a valid signature is only logged."""
    account = configuration.current().carriers.get(account_id)
    # One that is switched off sells no labels; parcels with those that it sold still travel.
    adapter = CARRIERS[account.kind] if account else CarrierAdapter()
    if adapter.verify is None or adapter.read is None:
        return TrackingOutcome.NO_ACCOUNT
    if len(payload) > MAX_PAYLOAD_BYTES:
        return TrackingOutcome.TOO_LARGE
    if not is_authentic(adapter, account_id, headers, payload):
        logger.warning("webhook refused", extra={"carrier": account_id})
        return TrackingOutcome.UNSIGNED
    try:
        events = adapter.read(headers, payload)
    except Rejected as error:
        logger.warning("webhook unreadable", extra={"carrier": account_id, **facts_of(error)})
        return TrackingOutcome.UNREADABLE
    send_tracked(_message(account_id, event, now) for event in events)
    return TrackingOutcome.ACCEPTED if events else TrackingOutcome.IGNORED


def _message(account: str, event: CarrierReport, now: datetime) -> CarrierMessage:
    if isinstance(event, RefundReport):
        return RefundReported(account=account, event=event, received_at=now)
    return ParcelTracked(account=account, event=event, received_at=now)


def is_authentic(adapter: CarrierAdapter, account: str, headers: Mapping[str, str], payload: bytes) -> bool:
    """Return whether one of the account's secrets signed the payload; read newer secrets if no cached one did."""
    cached = secrets.get_credentials(account, of=secrets.CARRIERS).webhook_secrets
    if _verifies(adapter, headers, payload, cached):
        return True
    newest = newest_secrets(account, of=secrets.CARRIERS)
    return newest != cached and _verifies(adapter, headers, payload, newest)


def _verifies(adapter: CarrierAdapter, headers: Mapping[str, str], payload: bytes, known: Sequence[str]) -> bool:
    return adapter.verify is not None and adapter.verify(headers, payload, known)

"""The tracking queue: parcels that left, what carriers report of them on their way, and answers of fulfillers."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from packhorse.aws.queues import message_batches, message_body, send_bodies, send_entries
from packhorse.aws.settings import settings
from packhorse.domain.labels.purchase import RefundReport
from packhorse.domain.labels.tracking import TrackingEvent
from packhorse.domain.orders.parcel import LineQuantity
from packhorse.domain.orders.rejection import RejectReason
from packhorse.domain.orders.shipping import ParcelUpdate
from packhorse.domain.schema import Reader
from packhorse.domain.values import Instant, Label, OrderIdText, Text, Value


class ParcelsShipped(Value):
    """Parcels that left the warehouse of a fulfilment order; with `override` in spite of a hold or a cancellation."""

    order_id: OrderIdText
    fulfilment: int
    parcels: tuple[ParcelUpdate, ...]
    override: bool = False
    who: Label
    at: Instant


class ParcelTracked(Value):
    """A status of a parcel, as a carrier account reported it."""

    account: Label
    event: TrackingEvent
    received_at: Instant


class RefundReported(Value):
    """What a carrier decided about the refund of a label, as a carrier account reported it."""

    kind: Literal["refund"] = "refund"
    account: Label
    event: RefundReport
    received_at: Instant


class FulfilmentRejected(Value):
    """Units of a fulfilment order that its fulfiller does not ship; without lines all that is left.

    `report` is equal in all copies of the answer, such as the name of a file with the row. `unless_answered`: the
    fulfiller was silent, so that its answer, if one comes first, counts instead. `unless_sent`: it has not been sent,
    and stays with the fulfiller if it is sent first. `before` are the units by line that were rejected before, where
    the answer states all that is: what was rejected since is a part of `lines`.
    """

    kind: Literal["rejected"] = "rejected"
    order_id: OrderIdText
    fulfilment: int
    lines: tuple[LineQuantity, ...] = ()
    reason: RejectReason
    note: Text = ""
    report: Annotated[Label, Field(min_length=1)]
    unless_answered: bool = False
    unless_sent: bool = False
    before: Mapping[str, int] | None = None
    who: Label
    at: Instant


class FulfilmentAccepted(Value):
    """A fulfilment order that its fulfiller will ship."""

    kind: Literal["accepted"] = "accepted"
    order_id: OrderIdText
    fulfilment: int
    who: Label
    at: Instant


FulfillerAnswer = FulfilmentRejected | FulfilmentAccepted
# A message without `kind` is one of the first two: each has fields of its own that the others lack.
CarrierMessage = ParcelTracked | RefundReported
TrackingMessage = ParcelsShipped | CarrierMessage | FulfilmentRejected | FulfilmentAccepted
PARCELS_MESSAGE = Reader(TypeAdapter(ParcelsShipped))
TRACKING_MESSAGE: Reader[TrackingMessage] = Reader(
    TypeAdapter(Annotated[TrackingMessage, Field(union_mode="left_to_right")])
)


def send_parcels(message: ParcelsShipped) -> None:
    """Send the message to the tracking queue."""
    send_bodies(settings.tracking_queue_url, [message_body(message)])


def send_tracked(messages: Iterable[CarrierMessage]) -> None:
    """Send reports of a carrier to the tracking queue."""
    send_bodies(settings.tracking_queue_url, [message_body(message) for message in messages])


def send_answers(messages: Iterable[FulfillerAnswer]) -> None:
    """Send answers of fulfillers to the tracking queue."""
    for batch in message_batches({"MessageBody": message_body(message)} for message in messages):
        send_entries(settings.tracking_queue_url, batch)

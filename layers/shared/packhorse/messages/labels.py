"""Messages to the label function: rates, labels and voids are requested synchronously, batches are not."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from packhorse.aws.functions import invoke, invoke_later
from packhorse.aws.queues import message_body
from packhorse.aws.settings import settings
from packhorse.domain.labels.batch import MAX_ENTRIES
from packhorse.domain.labels.label import FulfilmentRef, LabelRef, WantedLabel
from packhorse.domain.labels.label import Label as ParcelLabel
from packhorse.domain.labels.manifest import Manifest
from packhorse.domain.labels.rate_table import MAX_RATED, LabelRates, RatedFulfilment
from packhorse.domain.schema import Reader
from packhorse.domain.values import Label, OrderIdText, Value
from packhorse.messages.failures import Failure


class LabelMessage(Value):
    """A fulfilment order, and the name of who requests something for it."""

    order: OrderIdText
    fulfilment: int
    who: Label


class RateLabel(LabelMessage):
    """Return the rates of a label; nothing is bought."""

    kind: Literal["rate"] = "rate"
    wanted: WantedLabel = WantedLabel()
    units: Mapping[str, int] = {}


class BuyLabel(LabelMessage):
    """Buy a label under an id; the same id again finishes it, or returns it."""

    kind: Literal["buy"] = "buy"
    label: Label
    wanted: WantedLabel = WantedLabel()
    units: Mapping[str, int] = {}


class VoidLabel(LabelMessage):
    """Void a label."""

    kind: Literal["void"] = "void"
    label: Label


class RateMany(Value):
    """Return the rates of many fulfilment orders; nothing is bought."""

    kind: Literal["rate_many"] = "rate_many"
    fulfilments: Annotated[tuple[FulfilmentRef, ...], Field(max_length=MAX_RATED)]
    wanted: WantedLabel = WantedLabel()
    who: Label


class MakeManifest(Value):
    """Make a manifest under an id; the same id again finishes it, or returns it. Without a day it is of today."""

    kind: Literal["manifest"] = "manifest"
    manifest: Label
    account: Label
    warehouse: Label
    carrier: Label | None = None
    day: date | None = None
    who: Label


class AskRefunds(Value):
    """Ask an account what became of the refunds of voided labels."""

    kind: Literal["refunds"] = "refunds"
    account: Label
    labels: tuple[LabelRef, ...]


class LabelChunk(Value):
    """Label a part of a batch; without fulfilment orders, finish the batch."""

    kind: Literal["chunk"] = "chunk"
    batch: Label
    fulfilments: Annotated[tuple[FulfilmentRef, ...], Field(max_length=MAX_ENTRIES)]


OneLabel = RateLabel | BuyLabel | VoidLabel
AnyLabelMessage = OneLabel | LabelChunk | RateMany | MakeManifest | AskRefunds
LABEL_MESSAGE: Reader[AnyLabelMessage] = Reader(TypeAdapter(Annotated[AnyLabelMessage, Field(discriminator="kind")]))


class LabelAnswer(Value):
    """The answer of the label function: a label, or rates with the chosen one, or why neither.

    `rated` has an entry for each of many fulfilment orders.
    """

    label: ParcelLabel | None = None
    rates: LabelRates | None = None
    rated: tuple[RatedFulfilment, ...] = ()
    manifest: Manifest | None = None
    failure: Failure | None = None


LABEL_ANSWER = Reader(TypeAdapter(LabelAnswer))


def send_label(message: OneLabel | MakeManifest | AskRefunds) -> None:
    """Have the label function do what a message requests, without waiting for its answer."""
    invoke_later(settings.label_function, message_body(message))


def send_chunk(chunk: LabelChunk) -> None:
    """Have the label function label a part of a batch."""
    invoke_later(settings.label_function, message_body(chunk))


def request_label(message: OneLabel | RateMany | MakeManifest) -> LabelAnswer:
    """Send a message to the label function and return its answer; raises what it failed with."""
    answer = LABEL_ANSWER.read(invoke(settings.label_function, message_body(message)))
    if answer.failure:
        raise answer.failure.error()
    return answer

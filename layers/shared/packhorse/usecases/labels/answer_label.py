"""Answer a message to the label function: a failure is an answer, too."""

from collections.abc import Callable

from packhorse.aws.telemetry import facts_of, logger
from packhorse.domain.errors import PackhorseError
from packhorse.messages.failures import failure_of
from packhorse.messages.labels import (
    AnyLabelMessage,
    AskRefunds,
    BuyLabel,
    LabelAnswer,
    LabelChunk,
    MakeManifest,
    OneLabel,
    RateMany,
    VoidLabel,
)
from packhorse.usecases.labels.ask_label_refunds import ask_refunds
from packhorse.usecases.labels.buy_label import buy_label
from packhorse.usecases.labels.make_manifest import make_manifest
from packhorse.usecases.labels.rate_label import LabelRequest, rate_label
from packhorse.usecases.labels.rate_many import rate_many
from packhorse.usecases.labels.run_batch import run_batch
from packhorse.usecases.labels.void_label import void_label

ABOUT = frozenset({"order", "fulfilment", "manifest", "kind"})
"""Fields of a message that are logged when it fails."""


def answer_label(message: AnyLabelMessage, remaining: Callable[[], float]) -> LabelAnswer:
    """Do what the message requests; an error of Packhorse's own is returned, any other is raised.

    A part of a batch has no answer: each of its entries has its result, and so has each of many that are rated. Neither
    have questions about refunds.
    """
    if isinstance(message, LabelChunk):
        run_batch(message, remaining)
        return LabelAnswer()
    if isinstance(message, AskRefunds):
        ask_refunds(message, remaining)
        return LabelAnswer()
    if isinstance(message, RateMany):
        return LabelAnswer(rated=tuple(rate_many(message, remaining)))
    try:
        return _answer(message, remaining)
    except PackhorseError as error:
        about = {name: value for name, value in message if name in ABOUT}
        logger.warning("label refused", extra={**about, **facts_of(error)})
        return LabelAnswer(failure=failure_of(error))


def _answer(message: OneLabel | MakeManifest, remaining: Callable[[], float]) -> LabelAnswer:
    if isinstance(message, MakeManifest):
        return LabelAnswer(manifest=make_manifest(message, remaining))
    if isinstance(message, VoidLabel):
        return LabelAnswer(label=void_label(message.order, message.fulfilment, message.label, message.who, remaining))
    name = message.label if isinstance(message, BuyLabel) else "rates"
    request = LabelRequest(message.order, message.fulfilment, name, message.wanted, message.units, message.who)
    if isinstance(message, BuyLabel):
        return LabelAnswer(label=buy_label(request, remaining))
    return LabelAnswer(rates=rate_label(request, remaining))

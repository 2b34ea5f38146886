"""Rate many fulfilment orders: a table of what their labels would cost. Nothing is bought."""

from collections.abc import Callable
from time import monotonic

from packhorse.domain.errors import PackhorseError, Rejected
from packhorse.domain.labels.label import FulfilmentRef
from packhorse.domain.labels.rate_table import RatedFulfilment
from packhorse.domain.values import OrderId
from packhorse.messages.labels import RateMany
from packhorse.usecases.labels.rate_label import LabelRequest, rate_label

SECONDS = 20.0
"""Seconds after which no further fulfilment order is rated: the caller waits for the answer."""


def rate_many(message: RateMany, remaining: Callable[[], float]) -> list[RatedFulfilment]:
    """Return the rates of each fulfilment order, or why it has none."""
    started = monotonic()
    return [
        _rated(ref, message, remaining) if monotonic() - started < SECONDS else _late(ref)
        for ref in message.fulfilments
    ]


def _rated(ref: FulfilmentRef, message: RateMany, remaining: Callable[[], float]) -> RatedFulfilment:
    request = LabelRequest(OrderId(ref.order), ref.fulfilment, "rates", message.wanted, {}, message.who)
    try:
        return RatedFulfilment(**dict(ref), rates=rate_label(request, remaining))
    except Rejected as error:
        return RatedFulfilment(**dict(ref), message=str(error)[:255], errors=error.errors[:20])
    except PackhorseError as error:
        return RatedFulfilment(**dict(ref), message=str(error)[:255])


def _late(ref: FulfilmentRef) -> RatedFulfilment:
    return RatedFulfilment(**dict(ref), message="the carriers took too long: request it again")

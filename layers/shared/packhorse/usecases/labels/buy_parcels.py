"""Buy the labels of several parcels of a fulfilment order, each under an id of its own, with a result for each."""

from collections import Counter
from collections.abc import Mapping, Sequence
from time import monotonic
from typing import NamedTuple

from packhorse.domain.errors import FieldError, NotNow, Rejected, Unavailable
from packhorse.domain.labels.label import Label, WantedLabel
from packhorse.domain.orders.labelled import why_nothing_is_left
from packhorse.domain.orders.labelling import units_beyond
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.shipping import fulfilment_order_of, refuse_beyond
from packhorse.domain.plural import plural
from packhorse.domain.values import OrderId
from packhorse.messages.labels import BuyLabel, request_label
from packhorse.store import orders

MAX_PARCELS = 10
SECONDS = 15.0
"""Seconds after which no further label is begun: the answer has to come before the API's time is over."""


class UnlabelledParcel(NamedTuple):
    """A parcel to buy a label for, under this id."""

    label: str
    wanted: WantedLabel
    units: Mapping[str, int]


class ParcelResult(NamedTuple):
    """The label of a parcel, or why it has none."""

    label: Label | None
    message: str = ""
    errors: Sequence[FieldError] = ()


def buy_parcels(order_id: OrderId, number: int, parcels: Sequence[UnlabelledParcel], who: str) -> list[ParcelResult]:
    """Buy the labels one after the other and return a result for each; what is repeated is finished, not bought again.

    Raises Rejected before anything is spent if the parcels hold more than is left to label; Unavailable as soon as a
    carrier does not answer, or time is short: the same request goes on then.
    """
    require_units(orders.get_order(order_id), number, parcels)
    started, results = monotonic(), list[ParcelResult]()
    for parcel in parcels:
        if monotonic() - started > SECONDS:
            raise Unavailable(
                f"labels of {plural(len(results), 'parcel')} are bought: repeat the request for the others"
            )
        message = BuyLabel(
            order=order_id, fulfilment=number, label=parcel.label, wanted=parcel.wanted, units=parcel.units, who=who
        )
        results.append(_bought(message))
    return results


def require_units(order: Order, number: int, parcels: Sequence[UnlabelledParcel]) -> None:
    """Raise Rejected if the parcels without a label of their id hold more units than are left to label."""
    fulfilment = fulfilment_order_of(order, number)
    new = [parcel for parcel in parcels if fulfilment.label(parcel.label) is None]
    left = fulfilment.unlabelled
    if new and not left:
        raise NotNow(why_nothing_is_left(fulfilment))
    wrong = list[FieldError]()
    for place, parcel in enumerate(parcels):
        if parcel in new:
            wrong += units_beyond(parcel.units, left, f"parcels.{place}.lines")
            left = left - Counter(parcel.units)
    refuse_beyond(wrong, "label")


def _bought(message: BuyLabel) -> ParcelResult:
    try:
        return ParcelResult(request_label(message).label)
    except Rejected as error:
        return ParcelResult(None, str(error), error.errors)

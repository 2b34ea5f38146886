"""Fulfilment orders at Amazon whose progress contradicts our records: a person finds out which is right."""

from collections.abc import Mapping
from datetime import datetime

from packhorse.domain.fba.kits import words_of_begun
from packhorse.domain.fba.outbound import McfProgress
from packhorse.domain.orders.exceptions import with_current_exception, without_difference
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder
from packhorse.domain.orders.mcf import McfStatus
from packhorse.domain.orders.order import Order, OrderException
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.domain.problem import Cause


def with_difference(
    order: Order, number: int, progress: McfProgress | None, stuck: Mapping[str, int], at: datetime
) -> Order:
    """Return the order with the exception that Amazon's state of a fulfilment order differs from ours, or without it.

    `progress` is None if Amazon does not know it any more; `stuck` are the kits that Amazon ships in part only.
    """
    fulfilment = fulfilment_order_of(order, number)
    found = "; ".join(filter(None, (_withdrawn(fulfilment), _not_to_leave(order, fulfilment, progress, stuck))))
    if not found:
        return without_difference(order, number)
    message = f"fulfilment {number}: {found}"[:2000]
    problem = OrderException(cause=Cause.AMAZON_DIFFERS, fulfilment=number, message=message, opened_at=at)
    return with_current_exception(order, problem)


def _not_to_leave(
    order: Order, fulfilment: FulfilmentOrder, progress: McfProgress | None, stuck: Mapping[str, int]
) -> str:
    """Return for people what is open here and does not leave Amazon; empty if nothing is."""
    left = order.in_words(fulfilment.remaining)
    if not fulfilment.is_open or not left:
        return ""
    if progress is None:
        return f"Amazon does not know it any more; recorded here as still to leave: {left}"
    parts = words_of_begun(order, fulfilment, progress)
    if progress.status is McfStatus.COMPLETE:
        said = f"Amazon says that all of it has left; recorded here as still to leave: {left}"
        return "; ".join(filter(None, (said, parts)))
    return f"Amazon ships a kit in part only: {parts}" if stuck else ""


def _withdrawn(fulfilment: FulfilmentOrder) -> str:
    """Return for people which packages count as left here and are withdrawn by Amazon; empty if none are."""
    packages = fulfilment.mcf.packages if fulfilment.mcf else ()
    names = ", ".join(each.tracking or each.id for each in packages if each.is_withdrawn)
    return f"Amazon does not show any more that these left, which count as left here: {names}" if names else ""

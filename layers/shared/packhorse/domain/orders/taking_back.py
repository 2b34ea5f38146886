"""Fulfilment orders that are taken back from their warehouse, and what fulfillers answer that have accepted theirs."""

from collections import Counter
from datetime import datetime

from packhorse.domain.errors import NotNow
from packhorse.domain.orders.allocation import with_named_warehouse
from packhorse.domain.orders.cancellation import CancellationState
from packhorse.domain.orders.cancelling import RequestedBack, with_refusal, with_request
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.editing import with_kept_back
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder, FulfilmentStatus
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.rejecting import with_refusing_lines
from packhorse.domain.orders.rejection import Refusal, RejectReason
from packhorse.domain.orders.releasing import released, with_less
from packhorse.domain.orders.rerouting import to_be_rerouted_anywhere
from packhorse.domain.orders.restock import RestockRule, restocked
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.updates import with_entry, with_fulfilment
from packhorse.domain.values import Units, WarehouseId


def taken_back(
    order: Order, number: int, reason: str, at: datetime, who: str, *, to: WarehouseId | None = None
) -> Change:
    """Return the order with what is left of a fulfilment order taken from its warehouse, to be routed without it.

    At once, or, where the fulfiller has accepted it, by a request. `to` is named for its lines. Raises NotNow where
    that cannot be.
    """
    fulfilment = fulfilment_order_of(order, number)
    if not fulfilment.is_open:
        raise NotNow(f"fulfilment {number} is {fulfilment.status}; nothing is left to take back")
    units = fulfilment.remaining
    if units != fulfilment.unlabelled:
        raise NotNow(f"a label is paid for units of fulfilment {number}: void it, then take them back")
    if to == fulfilment.warehouse:
        raise NotNow(f"fulfilment {number} is at {to} already")
    order = with_named_warehouse(order, units, to) if to else order
    if fulfilment.is_with_partner:
        wanted = RequestedBack(units, elsewhere=True, reason=reason)
        return Change(with_status(with_request(order, fulfilment, wanted, at, who), at, who))
    change = Change(with_fulfilment(order, with_less(fulfilment, units, FulfilmentStatus.CANCELLED)))
    change = _sent_elsewhere(change, fulfilment, units, at)
    detail = ". ".join(filter(None, (f"{fulfilment.warehouse} to {to}" if to else fulfilment.warehouse, reason)))
    entered = with_entry(change.order, at, "taken_back", who, detail)
    return change._replace(order=with_status(entered, at, who))


def cancellation_accepted(
    order: Order, number: int, at: datetime, who: str, *, restock: RestockRule, units: Units | None = None
) -> Change:
    """Return the order after the fulfiller agreed to keep units back, at most those that it was requested to.

    Nothing changes where it has none of them any more. Raises NotNow without a request.
    """
    fulfilment = fulfilment_order_of(order, number)
    request = fulfilment.cancellation
    if not fulfilment.is_open:
        return Change(order)
    if request is None or not request.is_live:
        raise NotNow(f"no cancellation of fulfilment {number} is requested")
    requested = Counter(request.units) & fulfilment.remaining
    taken = requested if units is None else requested & units
    if not taken:
        return Change(order)
    less = with_less(fulfilment, taken, FulfilmentStatus.CANCELLED)
    agreed = Counter(request.accepted) + taken
    settled = request.without(taken, CancellationState.ACCEPTED).replace(accepted=dict(agreed))
    change = Change(with_fulfilment(order, less.replace(cancellation=settled).to_answered()))
    unwanted = taken & Counter(request.unwanted)
    change = released(change, fulfilment.warehouse, unwanted)
    change = restocked(order, with_kept_back(change, unwanted, at, who), restock)
    if request.elsewhere:
        change = _sent_elsewhere(change, fulfilment, taken - unwanted, at)
    elif fulfilment.to_former_place:
        change = change._replace(order=to_be_rerouted_anywhere(change.order))
    named = order.in_words(taken)
    entered = with_entry(change.order, at, "cancellation_accepted", who, f"{fulfilment.warehouse}: {named}")
    return change._replace(order=with_status(entered, at, who))


def cancellation_refused(order: Order, number: int, reason: str, at: datetime, who: str) -> Order:
    """Return the order after the fulfiller said that it ships what it was requested to keep back.

    A second refusal changes nothing. Raises NotNow without a request, and after it had agreed.
    """
    fulfilment = fulfilment_order_of(order, number)
    request = fulfilment.cancellation
    if request is None or request.state is CancellationState.ACCEPTED:
        agreed = "the fulfiller has agreed to it before" if request else "none was requested"
        raise NotNow(f"the cancellation of fulfilment {number} cannot be refused: {agreed}")
    return with_status(with_refusal(order, fulfilment, reason, at, who), at, who)


def _sent_elsewhere(change: Change, fulfilment: FulfilmentOrder, units: Units, at: datetime) -> Change:
    """Return the change with units released from the warehouse, which routing leaves out for their lines."""
    change = released(change, fulfilment.warehouse, units)
    refusal = Refusal(warehouse=fulfilment.warehouse, reason=RejectReason.OTHER, at=at, is_taken_back=True)
    return change._replace(order=with_refusing_lines(change.order, units, refusal))

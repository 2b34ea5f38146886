"""Requests to fulfillers that have accepted a fulfilment order: keep units of it back."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from packhorse.domain.orders.cancellation import Cancellation, CancellationState
from packhorse.domain.orders.exceptions import with_current_exception, with_exception
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder, FulfilmentStatus
from packhorse.domain.orders.order import Order, OrderException
from packhorse.domain.orders.updates import with_entry, with_fulfilment
from packhorse.domain.plural import plural
from packhorse.domain.problem import Cause
from packhorse.domain.values import Units, WarehouseId

NOTHING = Units()


class RequestedBack(NamedTuple):
    """What is requested of a fulfiller: units to keep back, and which of them are `unwanted` in all."""

    units: Units
    unwanted: Units = NOTHING
    elsewhere: bool = False
    reason: str = ""


def with_request(order: Order, fulfilment: FulfilmentOrder, request: RequestedBack, at: datetime, who: str) -> Order:
    """Return the order with units of the fulfilment order requested back, beside those that are requested already.

    Unchanged if they all are. A request that grows is sent again as a whole; one that was refused is made anew.
    """
    found = fulfilment.cancellation
    pending = found if found and found.is_pending else None
    unwanted = unwanted_of(fulfilment) | (request.unwanted & fulfilment.remaining)
    units = (fulfilment.requested if pending else NOTHING) | (request.units & fulfilment.remaining) | unwanted
    if not units:
        return order
    elsewhere = request.elsewhere or (pending is not None and pending.elsewhere)
    is_sent_as_it_is = pending is not None and units == Counter(pending.units)
    if pending and is_sent_as_it_is and (unwanted, elsewhere) == (Counter(pending.unwanted), pending.elsewhere):
        return order
    new = Cancellation(
        units=dict(units),
        unwanted=dict(unwanted),
        elsewhere=elsewhere,
        reason=request.reason or (pending.reason if pending else ""),
        who=who,
        at=at,
        batch=pending.batch if pending and is_sent_as_it_is else None,
        accepted=found.accepted if found else {},
        shipped=found.shipped if found else {},
    )
    changed = with_fulfilment(order, fulfilment.replace(cancellation=new))
    return with_entry(changed, at, "cancellation_requested", who, _detail(order, fulfilment, units, new.reason))


def with_all_unwanted(order: Order, reason: str, at: datetime, who: str) -> Order:
    """Return the order with all that fulfillers have accepted requested back: it is not wanted any more."""
    for fulfilment in order.fulfilments:
        if fulfilment.is_with_partner:
            remaining = fulfilment.remaining
            order = with_request(order, fulfilment, RequestedBack(remaining, remaining, reason=reason), at, who)
    return order


def is_all_unwanted(order: Order) -> bool:
    """Return whether all that fulfillers have is requested back as unwanted, also what they refused to keep back."""
    open_ones = (each for each in order.fulfilments if each.is_open)
    return all(each.is_with_partner and unwanted_of(each) == each.remaining for each in open_ones)


def unwanted_of(fulfilment: FulfilmentOrder, *, refused: bool = True) -> Units:
    """Return the unwanted units that the fulfiller still has; with `refused` those that it will ship, too."""
    found = fulfilment.cancellation
    if found is None or not (found.is_live if refused else found.is_pending):
        return Counter()
    return Counter(found.unwanted) & fulfilment.remaining


def unwanted_units(order: Order, line_id: str, *, refused: bool = True) -> int:
    """Return the unwanted units of a line that fulfillers still have (see `unwanted_of`)."""
    return sum(unwanted_of(each, refused=refused)[line_id] for each in order.fulfilments)


def with_units_requested(
    order: Order, line_id: str, units: int, reason: str, at: datetime, who: str, *, refused: bool = True
) -> tuple[Order, int]:
    """Request that many more units of a line as unwanted; return the order, and how many fulfillers have of them.

    Without `refused`, units that a fulfiller refused to keep back are requested again.
    """
    requested = 0
    for fulfilment in order.fulfilments:
        already = unwanted_of(fulfilment, refused=refused)
        part = min(units - requested, fulfilment.remaining[line_id] - already[line_id])
        if part > 0 and fulfilment.is_with_partner:
            unwanted = already + Counter({line_id: part})
            order = with_request(order, fulfilment, RequestedBack(unwanted, unwanted, reason=reason), at, who)
            requested += part
    return order, requested


def with_units_wanted_again(order: Order, line_id: str, units: int, at: datetime, who: str) -> Order:
    """Return the order with so many units of a line wanted again that fulfillers have and were unwanted.

    A request that no file has becomes smaller, or is none any more. From one that is sent, units cannot be taken: those
    that the fulfiller keeps back are handed over to it again, and those that it ships are wanted.
    """
    for fulfilment in order.fulfilments:
        found, again = fulfilment.cancellation, min(units, unwanted_of(fulfilment)[line_id])
        if found is None or not again:
            continue
        units -= again
        part = Counter({line_id: again})
        wanted = found.replace(unwanted=dict(Counter(found.unwanted) - part))
        is_unsent = found.is_pending and found.batch is None and not (found.elsewhere or order.holds)
        left = wanted.less(part) if is_unsent else wanted
        order = with_fulfilment(order, fulfilment.replace(cancellation=left))
        order = with_entry(order, at, "wanted_again", who, _detail(order, fulfilment, part, ""))
    return order


def staying_units(order: Order, line_id: str) -> dict[WarehouseId, int]:
    """Return the units of a line that fulfillers have accepted and not shipped, by warehouse."""
    units: dict[WarehouseId, int] = {}
    for fulfilment in order.fulfilments:
        if fulfilment.is_with_partner and (staying := fulfilment.remaining[line_id]):
            units[fulfilment.warehouse] = units.get(fulfilment.warehouse, 0) + staying
    return units


def without_unsent_holds(order: Order) -> Order:
    """Return the order without requests that only a hold made, as far as no file has them."""
    for fulfilment in order.fulfilments:
        found = fulfilment.cancellation
        if not found or not found.is_pending or found.elsewhere or found.batch is not None:
            continue
        kept = found.replace(units=dict(found.unwanted)) if found.unwanted else None
        order = with_fulfilment(order, fulfilment.replace(cancellation=kept))
    return order


def with_refusal(order: Order, fulfilment: FulfilmentOrder, reason: str, at: datetime, who: str) -> Order:
    """Return the order after the fulfiller refused to keep units back: it ships them.

    That is an exception, unless it only was to wait for a hold that is released by now.
    """
    found = fulfilment.cancellation
    if found is None or not found.is_pending:
        return order
    refused = found.replace(state=CancellationState.REFUSED, answer=reason)
    # Who ships it has it: that is an answer about the fulfilment order, too.
    is_new = fulfilment.status is FulfilmentStatus.REQUESTED
    status = FulfilmentStatus.ACCEPTED if is_new else fulfilment.status
    order = with_fulfilment(order, fulfilment.replace(cancellation=refused, status=status))
    detail = ". ".join(filter(None, (fulfilment.warehouse, reason)))
    order = with_entry(order, at, "cancellation_refused", who, detail)
    if not (found.unwanted or found.elsewhere or order.holds):
        return order
    why = f": {reason}" if reason else ""
    message = f"fulfilment {fulfilment.number}: {fulfilment.warehouse} ships it in spite of the cancellation{why}"
    problem = OrderException(
        cause=Cause.CANCELLATION_REFUSED, fulfilment=fulfilment.number, message=message, opened_at=at
    )
    return with_exception(order, problem)


def with_overtaken(order: Order, at: datetime) -> Order:
    """Return the order with requests trimmed to what their fulfillers still have.

    That unwanted units have left is an exception: they count as shipped.
    """
    for fulfilment in order.fulfilments:
        found = fulfilment.cancellation
        if found is None or not found.is_live:
            continue
        left = Counter(found.units) & fulfilment.remaining
        if left == Counter(found.units):
            continue
        # What is wanted leaves first: all that is unwanted may still be kept back, as far as it is there.
        kept = found.replace(units=dict(left), unwanted=dict(left & Counter(found.unwanted)))
        trimmed = kept if left else found.replace(state=CancellationState.OVERTAKEN)
        order = with_fulfilment(order, fulfilment.replace(cancellation=trimmed))
        if unwanted := (Counter(found.unwanted) - fulfilment.remaining).total():
            message = f"fulfilment {fulfilment.number}: {plural(unwanted, 'unit')} left {fulfilment.warehouse} whose "
            message += "cancellation was requested"
            problem = OrderException(
                cause=Cause.SHIPPED_AFTER_CANCELLATION, fulfilment=fulfilment.number, message=message, opened_at=at
            )
            order = with_exception(order, problem)
    return order


def pending_cancellations(order: Order) -> Iterator[FulfilmentOrder]:
    """Yield the fulfilment orders whose fulfillers have not answered a request to keep units back."""
    for fulfilment in order.fulfilments:
        if fulfilment.is_open and fulfilment.cancellation and fulfilment.cancellation.is_pending:
            yield fulfilment


def with_request_by_hand(order: Order, number: int, why: str, at: datetime) -> Order:
    """Return the order with an exception: a person must ask the fulfiller to keep units back, since no file does."""
    fulfilment = order.fulfilment(number)
    found = fulfilment.cancellation if fulfilment else None
    if fulfilment is None or found is None or not found.is_pending or found.batch is not None:
        return order
    named = _detail(order, fulfilment, Counter(found.units), found.reason)
    problem = OrderException(
        cause=Cause.CANCELLATION_BY_HAND,
        fulfilment=number,
        message=f"fulfilment {number}: {why}; ask for it: {named}"[:2000],
        opened_at=at,
    )
    return with_current_exception(order, problem)


def with_unanswered(order: Order, number: int, batch: int, waited: timedelta, at: datetime) -> Order:
    """Return the order with an exception if the request in that batch has no answer; it opens again with each step."""
    fulfilment = order.fulfilment(number)
    found = fulfilment.cancellation if fulfilment and fulfilment.is_open else None
    if found is None or not found.is_pending or found.batch != batch:
        return order
    hours = int(waited.total_seconds() // 3600)
    message = f"fulfilment {number}: its supplier has not said for {plural(hours, 'hour')} whether it keeps units back"
    problem = OrderException(cause=Cause.CANCELLATION_UNANSWERED, fulfilment=number, message=message, opened_at=at)
    return with_current_exception(order, problem)


def with_unclear_agreement(order: Order, number: int, said: Units, at: datetime) -> Order:
    """Return the order with an exception if the fulfiller said a number that repeats, or that answers the last request.

    It does either where it is as many as are requested, and no more than it agreed to before: its numbers are to be of
    all requests, and units that it ships all the same would leave twice.
    """
    fulfilment = order.fulfilment(number)
    found = fulfilment.cancellation if fulfilment and fulfilment.is_open else None
    if fulfilment is None or found is None or not found.is_pending or found.batch is None:
        return order
    same = {line: units for line, units in said.items() if units == found.units.get(line, 0)}
    unclear = Counter({line: units for line, units in same.items() if units <= found.accepted.get(line, 0)})
    if not unclear:
        return order
    message = (
        f"fulfilment {number}: {fulfilment.warehouse} says that it keeps back {order.in_words(unclear)}: as many as "
        f"were requested last, but it had agreed to {order.in_words(Counter(found.accepted))} before, and its number "
        "is to be of all. Ask it whether those requested last stay, too, and enter its answer"
    )
    problem = OrderException(cause=Cause.CANCELLATION_UNANSWERED, fulfilment=number, message=message, opened_at=at)
    return with_current_exception(order, problem)


def _detail(order: Order, fulfilment: FulfilmentOrder, units: Units, reason: str) -> str:
    named = order.in_words(units)
    return ". ".join(filter(None, (f"{fulfilment.warehouse}: {named}", reason)))

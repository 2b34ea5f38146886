"""Labels of fulfilment orders: begun, bought, refused, and what leaves with them."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from packhorse.domain.errors import FieldError, NotFound, NotNow, Rejected, Unavailable
from packhorse.domain.labels.label import AT_CARRIER, Label, LabelState
from packhorse.domain.labels.purchase import Purchase
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.exceptions import with_current_exception, with_exception
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder
from packhorse.domain.orders.labelled import why_nothing_is_left
from packhorse.domain.orders.order import Order, OrderException
from packhorse.domain.orders.parcel import Parcel, parts_of
from packhorse.domain.orders.shipping import fulfilment_order_of, refuse_beyond, with_parcel
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.updates import with_entry, with_fulfilment
from packhorse.domain.problem import Cause
from packhorse.domain.values import Units

LATE = timedelta(hours=3)
"""A label that is not bought, refused or voided so long after that was begun is an exception."""

CALL_LASTS = timedelta(minutes=2)
"""Longest time between storing that a carrier is called and its answer: until then no other process calls it."""


def units_to_label(order: Order, number: int, lines: Mapping[str, int]) -> Mapping[str, int]:
    """Return the units of a new label: those of `lines`, or all that have none.

    Raises NotNow if the fulfilment order has nothing left to label, Rejected for more than is left.
    """
    fulfilment = fulfilment_order_of(order, number)
    left = fulfilment.unlabelled
    if not left:
        raise NotNow(why_nothing_is_left(fulfilment))
    wanted = Counter(lines) or left
    refuse_beyond(units_beyond(wanted, left, "lines"), "label")
    return dict(wanted)


def units_beyond(wanted: Mapping[str, int], left: Mapping[str, int], field: str) -> Iterator[FieldError]:
    """Yield the fault of each line of which more units are to be labelled than have no label."""
    for line, units in wanted.items():
        if units > left.get(line, 0):
            yield FieldError(field, f"line {line}: {units} wanted, {left.get(line, 0)} without a label")


def label_of(order: Order, number: int, label_id: str) -> Label:
    """Return the label of that id; raises NotFound."""
    found = fulfilment_order_of(order, number).label(label_id)
    if found is None:
        raise NotFound(f"fulfilment {number} has no label {label_id}")
    return found


def with_label(order: Order, number: int, label: Label) -> Order:
    """Return the order with a label added, or in place of the one of the same id."""
    fulfilment = fulfilment_order_of(order, number)
    labels = {each.id: each for each in fulfilment.labels} | {label.id: label}
    return with_fulfilment(order, fulfilment.replace(labels=tuple(labels.values())))


def unfinished_labels(order: Order, now: datetime) -> Iterator[tuple[int, Label]]:
    """Yield the labels, each with the number of its fulfilment order, that no process buys or voids any more."""
    for fulfilment in order.fulfilments:
        for label in fulfilment.labels:
            if label.state in AT_CARRIER and now - label.attempted_at >= CALL_LASTS:
                yield fulfilment.number, label


def is_late(label: Label, now: datetime) -> bool:
    """Return whether the purchase or the void of a label is not finished hours after it was begun."""
    return label.state in AT_CARRIER and now - (label.begun_at or label.attempted_at) >= LATE


def label_unfinished(order: Order, number: int, label_id: str, failure: Rejected | Unavailable, at: datetime) -> Order:
    """Return the order after a label could not be finished once more; the same failure again changes nothing.

    It is the same whatever the answer says: pages of gateways name each request.
    """
    label, problem = label_of(order, number, label_id), str(failure)[:255]
    if not is_late(label, at) or label.problem == problem:
        return order
    said = failure.in_full[:255]
    what = "bought, or not" if label.state is LabelState.BUYING else "voided, or not"
    found = OrderException(
        cause=Cause.LABEL_UNFINISHED,
        fulfilment=number,
        tracking=(label.id,),
        message=f"fulfilment {number}: {label.account} does not say whether label {label.name} is {what}: {said}",
        opened_at=at,
    )
    return with_current_exception(with_label(order, number, label.replace(problem=problem)), found)


def label_begun(order: Order, number: int, label: Label) -> Order:
    """Return the order with a label that is about to be bought; raises NotNow if its units have another by now.

    Raises Unavailable if another process began this very label meanwhile: the next try finds what became of it.
    """
    units_to_label(order, number, label.units)
    if fulfilment_order_of(order, number).label(label.id):
        raise Unavailable("the label is begun by another request at this moment; try again")
    return with_label(order, number, label)


def attempted(order: Order, number: int, label_id: str, at: datetime) -> Order:
    """Return the order with a label whose carrier is about to be called again.

    Raises Unavailable while another process may be waiting for the carrier's answer.
    """
    label = label_of(order, number, label_id)
    if label.state not in AT_CARRIER:
        raise NotNow(f"the label is {label.state}")
    if at - label.attempted_at < CALL_LASTS:
        raise Unavailable("the carrier is being called at this moment; try again in two minutes")
    begun_at = label.begun_at or label.attempted_at
    return with_label(order, number, label.replace(attempted_at=at, begun_at=begun_at))


def label_bought(
    order: Order,
    number: int,
    label_id: str,
    purchase: Purchase,
    at: datetime,
    *,
    ships: bool,
    awaits_packing: bool = False,
) -> Change:
    """Return the order after the carrier sold the label; `ships`: its parcel counts as left.

    `awaits_packing`: its parcel counts as left once its box is closed.

    A label that is bought already stays as it is. One of which nothing is left to send becomes an exception. The parcel
    of an order that is held meanwhile stays: it leaves when the order is handed over again.
    """
    label = label_of(order, number, label_id)
    if label.state is not LabelState.BUYING:
        return Change(order)
    bought = label.replace(state=LabelState.BOUGHT, purchase=purchase, problem="")
    detail = f"{purchase.carrier} {purchase.service}, {bought.name}, {purchase.price.amount} {purchase.price.currency}"
    order = with_entry(with_label(order, number, bought), at, "label_bought", label.who, detail)
    if ships and not order.holds and units_with(fulfilment_order_of(order, number), bought):
        return label_shipped(order, number, bought, at, label.who)
    if awaits_packing:
        order = with_fulfilment(order, fulfilment_order_of(order, number).replace(awaits_packing=True))
    return Change(with_status(order, at, label.who))


def labels_shipped(order: Order, number: int, at: datetime) -> Change:
    """Return the order after the parcel of each bought label left, recorded in the name of who bought the label."""
    change = Change(order)
    for label in fulfilment_order_of(order, number).labels:
        if label.state is LabelState.BOUGHT:
            change = change.then(label_shipped(change.order, number, label, at, label.who))
    return change


def units_with(fulfilment: FulfilmentOrder, label: Label) -> Units:
    """Return the units by line that leave with a label: fewer than it was bought for, if fewer are left to send."""
    return Counter(label.units) & fulfilment.remaining


def label_shipped(order: Order, number: int, label: Label, at: datetime, who: str) -> Change:
    """Return the order after the parcel of a bought label left.

    The order may have fewer units since the label was bought: the others are an exception, unless the closed box has
    what is left. Without any left, nothing changes.
    """
    fulfilment, purchase = fulfilment_order_of(order, number), label.purchase
    units = units_with(fulfilment, label)
    if purchase is None or fulfilment.parcel_of(label) or not units:
        return Change(order)
    parcel = Parcel(
        carrier=purchase.carrier,
        tracking=purchase.tracking or None,
        former=() if purchase.tracking else (label.name,),
        shipped_at=at,
        lines=parts_of(units),
        label=label.id,
        transit=label.transit,  # reported while its label was being voided
    )
    change = with_parcel(Change(order), fulfilment, parcel)
    detail = f"from {fulfilment.warehouse} by {purchase.carrier}, {label.name}"
    left = with_entry(change.order, at, "shipped", who, detail)
    if (over := Counter(label.units) - units) and not fulfilment.is_packed:
        left = with_exception(left, _too_many(left, number, label, over, at))
    return change._replace(order=with_status(left, at, who))


def _too_many(order: Order, number: int, label: Label, over: Units, at: datetime) -> OrderException:
    message = f"fulfilment {number}: the label of parcel {label.name} was bought for {order.in_words(over)} more than "
    message += "is left of the order; the parcel may hold them"
    tracking = (label.name,)
    return OrderException(
        cause=Cause.SHIPPED_AFTER_CANCELLATION, fulfilment=number, tracking=tracking, message=message, opened_at=at
    )


def label_refused(order: Order, number: int, label_id: str, problem: str, at: datetime) -> Order:
    """Return the order after the carrier refused to sell the label."""
    label = label_of(order, number, label_id)
    if label.state is not LabelState.BUYING:
        return order
    refused = label.replace(state=LabelState.REFUSED, problem=problem[:255])
    order = with_entry(with_label(order, number, refused), at, "label_refused", label.who, problem)
    if fulfilment_order_of(order, number).unlabelled:  # else its units left otherwise meanwhile, or are not wanted
        message = f"fulfilment {number}: {problem}"
        order = with_exception(
            order, OrderException(cause=Cause.LABEL_REFUSED, fulfilment=number, message=message, opened_at=at)
        )
    return with_status(order, at, label.who)

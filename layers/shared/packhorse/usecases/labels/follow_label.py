"""Bring the copies of a label that several orders share up to its state, each order in a step of its own.

A process may die between two of them: a copy that is not there yet is at the carrier by its own state, and is followed
as any such label is (see finish_labels). Every step may be repeated.
"""

from datetime import datetime

from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.warehouse import ShipsOn
from packhorse.domain.labels.label import AT_CARRIER, FulfilmentRef, Label, LabelState
from packhorse.domain.labels.purchase import Purchase, Refund
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.labelling import label_bought, label_of, label_refused, with_label
from packhorse.domain.orders.leaving_labelled import after_refused_void
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.domain.orders.transit import last_report, tracked
from packhorse.domain.orders.voiding import label_voided
from packhorse.domain.values import OrderId
from packhorse.store import orders
from packhorse.usecases.orders.change_order import change_order


def follow_shared(label: Label, config: Configuration) -> None:
    """Bring all copies of a label up to its state."""
    for ref in label.shares:
        follow_label(ref, label, config)


def follow_label(ref: FulfilmentRef, label: Label, config: Configuration) -> None:
    """Bring the copy that a fulfilment order has of a label up to its state; while that is at the carrier, nothing.

    A copy that is VOIDING follows the label as it is stored: `label` may be what it was before its void was begun.
    """
    if label.state in AT_CARRIER:
        return

    def step(order: Order, now: datetime, who: str) -> Change:
        copy = label_of(order, ref.fulfilment, label.id)
        if copy.state is LabelState.BUYING:
            return _as_reported(_after_purchase(order, ref.fulfilment, label, config, now), ref.fulfilment, copy, now)
        if copy.state is LabelState.VOIDING and copy.holder:
            holder = orders.get_order(OrderId(copy.holder.order))
            return _after_void(
                order, ref.fulfilment, label_of(holder, copy.holder.fulfilment, label.id), config, now, who
            )
        return Change(order)

    change_order(OrderId(ref.order), step, label.voided_by or label.who)


def _after_purchase(order: Order, number: int, label: Label, config: Configuration, now: datetime) -> Change:
    if label.purchase is None:
        return Change(label_refused(order, number, label.id, label.problem, now))
    return with_purchase(order, number, label.id, label.purchase, label.file, config, now)


def _as_reported(change: Change, number: int, copy: Label, now: datetime) -> Change:
    """Return the change with what the carrier reported of the parcel before the order had it."""
    holder = copy.holder
    reported = last_report(orders.get_order(OrderId(holder.order)), holder.fulfilment, copy.id) if holder else None
    return change.then(tracked(change.order, number, reported, now)) if reported else change


def _after_void(order: Order, number: int, label: Label, config: Configuration, now: datetime, who: str) -> Change:
    if label.state in AT_CARRIER:
        return Change(order)
    if label.state is LabelState.VOIDED:
        refund = label.refund or Refund.SUBMITTED
        return label_voided(order, number, label.id, refund, now, who, restock=config.restock)
    ships_on = config.ships_on(fulfilment_order_of(order, number).warehouse)
    return after_refused_void(order, number, label.id, ships_on, now, who)


def with_purchase(
    order: Order, number: int, label_id: str, bought: Purchase, file: str | None, config: Configuration, now: datetime
) -> Change:
    """Return the order after its label was bought, which ships its parcel where the warehouse has it so."""
    fulfilment = fulfilment_order_of(order, number)
    ships_on, is_packed = config.ships_on(fulfilment.warehouse), fulfilment.is_packed
    awaits = ships_on is ShipsOn.PACKED and not is_packed
    ships = ships_on.is_done(is_packed=is_packed)
    change = label_bought(order, number, label_id, bought, now, ships=ships, awaits_packing=awaits)
    with_file = label_of(change.order, number, label_id).replace(file=file)
    return change._replace(order=with_label(change.order, number, with_file))

"""Void a label: the carrier takes it back, its parcel has not left after all, and its units are to be sent again."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from packhorse.aws.telemetry import logger
from packhorse.carriers.protocol import Selling
from packhorse.domain.errors import NotNow, Rejected
from packhorse.domain.labels.label import FulfilmentRef, Label, LabelRef, LabelState
from packhorse.domain.labels.purchase import Refund
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.label_refunds import ASKED_AFTER
from packhorse.domain.orders.labelling import label_of
from packhorse.domain.orders.leaving_labelled import after_refused_void
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.domain.orders.voiding import label_voided, voiding
from packhorse.domain.values import OrderId
from packhorse.messages.orders import send_advance
from packhorse.store import configuration, label_refunds, orders
from packhorse.store.backoff import retry_conflicts
from packhorse.store.label_refunds import AwaitedRefund
from packhorse.usecases.labels.connect_carrier import account_of, connect_carrier
from packhorse.usecases.labels.finish_labels import FINISHED_AFTER
from packhorse.usecases.labels.follow_label import follow_label, follow_shared
from packhorse.usecases.labels.note_unfinished import noting_unfinished
from packhorse.usecases.labels.run_batch import record_void
from packhorse.usecases.orders.change_order import change_order, commit_all, commit_step


def void_label(order_id: OrderId, number: int, label_id: str, who: str, remaining: Callable[[], float]) -> Label:
    """Void a label; raises NotNow if the carrier refuses, Unavailable if it does not answer: then request it again.

    That the void is requested is stored before: a process that dies after it is followed by one that repeats it, and
    the carrier answers a repeated request with how far the first one is.
    """
    config = configuration.current()
    label = label_of(orders.get_order(order_id), number, label_id)
    if label.holder:
        return void_copy(order_id, number, label, label.holder, who, remaining)
    with (
        noting_unfinished(order_id, number, label),
        connect_carrier(account_of(label, config), remaining) as carrier,
    ):
        begin_void(order_id, number, label, who)
        refund, problem = requested(carrier, label)
    if refund is Refund.REJECTED:

        def refused(order: Order, now: datetime, _: str) -> Change:
            ships_on = config.ships_on(fulfilment_order_of(order, number).warehouse)
            return after_refused_void(order, number, label_id, ships_on, now, who)

        kept = change_order(order_id, refused, who)
        follow_shared(label_of(kept, number, label_id), config)
        raise NotNow(f"the carrier does not take the label back: {problem}")

    await_refund(LabelRef(order=order_id, fulfilment=number, label=label_id), label.account, refund)
    for each in (FulfilmentRef(order=order_id, fulfilment=number), *label.shares):
        record_void(each, label_id)  # first: what dies after it is repeated, since the label is VOIDING

    def step(order: Order, now: datetime, _: str) -> Change:
        return label_voided(order, number, label_id, refund, now, who, restock=config.restock)

    order = change_order(order_id, step, who)
    logger.info("label voided", extra={"order_id": order_id, "fulfilment": number, "label": label_id})
    voided = label_of(order, number, label_id)
    follow_shared(voided, config)
    return voided


def await_refund(ref: LabelRef, account: str, refund: Refund) -> None:
    """Store, before the void is, that the carrier is queried about a refund that it has not decided."""
    if refund is Refund.SUBMITTED:
        label_refunds.ask_at(AwaitedRefund(ref=ref, account=account), datetime.now(UTC) + ASKED_AFTER[0])


def begin_void(order_id: OrderId, number: int, label: Label, who: str) -> None:
    """Store that the void is requested; where several orders share the label, with all of them in one transaction."""
    if not label.shares or label.state is LabelState.VOIDING:
        after = None if label.state is LabelState.VOIDING else FINISHED_AFTER
        commit_step(order_id, lambda order, now, _: Change(voiding(order, number, label.id, now, who)), who, after)
        return
    follow_shared(label, configuration.current())
    refs = [FulfilmentRef(order=order_id, fulfilment=number), *label.shares]
    ids = [OrderId(each.order) for each in refs]

    def step(found: Mapping[OrderId, Order], now: datetime) -> list[Order]:
        return [voiding(found[OrderId(each.order)], each.fulfilment, label.id, now, who) for each in refs]

    send_advance(ids, FINISHED_AFTER, for_labels=True)
    retry_conflicts(lambda: commit_all(orders.find_orders(ids), step, datetime.now(UTC), who))


def void_copy(
    order_id: OrderId, number: int, copy: Label, holder: FulfilmentRef, who: str, remaining: Callable[[], float]
) -> Label:
    """Void a label that several orders share by the order that has it, and have this one follow."""
    original = label_of(orders.get_order(OrderId(holder.order)), holder.fulfilment, copy.id)
    if copy.state is not LabelState.VOIDING or original.state is LabelState.VOIDING:
        original = void_label(OrderId(holder.order), holder.fulfilment, copy.id, who, remaining)
    follow_label(FulfilmentRef(order=order_id, fulfilment=number), original, configuration.current())
    return label_of(orders.get_order(order_id), number, copy.id)


def requested(carrier: Selling, label: Label) -> tuple[Refund, str]:
    """Request the refund of a label; return how far it is, and why it is refused."""
    try:
        return carrier.void(label.sale), "its parcel is on its way, or it is too old"
    except Rejected as error:
        return Refund.REJECTED, error.in_full

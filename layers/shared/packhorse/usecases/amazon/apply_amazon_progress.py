"""Apply what Amazon says of a fulfilment order to its order, and have what it never ships go elsewhere."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from packhorse.aws.executions import answer_tokens
from packhorse.aws.telemetry import logger
from packhorse.channels.outbound import Outbound
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.fba import FbaSettings, WhenUnfulfillable
from packhorse.domain.errors import Unavailable
from packhorse.domain.fba.holding import held_for_person
from packhorse.domain.fba.outbound import McfProgress
from packhorse.domain.fba.progress import Knowing, has_none_left, with_progress
from packhorse.domain.fba.requesting import may_be_sent
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.mcf import ENDED, McfStatus
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.parcel import parts_of
from packhorse.domain.orders.rejecting import rejected_shelves
from packhorse.domain.orders.rejection import RejectReason
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.domain.stock.goods import Goods
from packhorse.domain.supply.batches import Member
from packhorse.domain.supply.late_parcels import taken_units
from packhorse.domain.values import Units, WarehouseId
from packhorse.messages.orders import send_advance
from packhorse.messages.tracking import FulfilmentRejected, send_answers
from packhorse.store import stock
from packhorse.usecases.orders.change_order import FOLLOW_UP_DELAY
from packhorse.usecases.orders.change_orders import FollowUp, MessageStep, change_orders, nothing

IN_WORDS = {
    McfStatus.REFUSED: "Amazon refused it",
    McfStatus.INVALID: "Amazon found the address or its stock invalid",
    McfStatus.UNFULFILLABLE: "Amazon found no units that can be sold",
    McfStatus.CANCELLED: "it was cancelled at Amazon",
}


class Attending(NamedTuple):
    """What fulfilment orders are attended to with: how the warehouse ships, and a client of the account that does."""

    config: Configuration
    warehouse: WarehouseId
    fba: FbaSettings
    outbound: Outbound
    now: datetime

    @property
    def who(self) -> str:
        """In whose name orders change by what Amazon says."""
        return f"amazon:{self.fba.channel}"


class Lost(NamedTuple):
    """Units by line that Amazon never ships, and why."""

    units: Units
    reason: RejectReason
    note: str


class NotChanged(Unavailable):
    """An order changes at every try: the next exchange goes on."""


def apply_progress(order: Order, member: Member, progress: McfProgress, attending: Attending, reason: str = "") -> None:
    """Apply progress to the order, and have what Amazon never ships routed without it, or held for a person.

    Its end is followed up by a message, too, should this process die: no exchange may find it again.
    """
    now, restock = attending.now, attending.config.restock
    lost = Units()
    why = reason or IN_WORDS.get(progress.status, "Amazon cannot ship it")

    def step(order: Order, message: Member) -> Change:
        nonlocal lost
        may_come = taken_units(fulfilment_order_of(order, message.fulfilment))
        available = stock.available(rejected_shelves(order, message.fulfilment)) if may_come else Goods()
        told = with_progress(order, message.fulfilment, progress, now, attending.who, Knowing(restock, available))
        lost = told.lost
        if not lost or attending.fba.when_unfulfillable is WhenUnfulfillable.ROUTE_AGAIN:
            return told.change
        return told.change.then(held_for_person(told.change.order, message.fulfilment, lost, why, now, restock=restock))

    def follow_up(before: Order, after: Order, _: Sequence[Member]) -> None:
        fulfilment = fulfilment_order_of(after, member.fulfilment)
        answer_tokens([fulfilment])
        if lost and attending.fba.when_unfulfillable is WhenUnfulfillable.ROUTE_AGAIN:
            cause = RejectReason.MISMATCH if has_none_left(progress) else RejectReason.OTHER
            send_answers(_rejections(after, member, Lost(lost, cause, why), attending))
        if before != after or not fulfilment.is_open:
            send_advance([after.id])

    if progress.status in ENDED and fulfilment_order_of(order, member.fulfilment).is_open:
        send_advance([order.id], FOLLOW_UP_DELAY)
    change(member, step, now, follow_up)
    logger.info("progress from Amazon", extra={"order_id": order.id, "status": progress.status})


def follow_up_again(members: Mapping[Member, Order]) -> None:
    """Do once more what follows from progress that is stored: the process that stored it may have died before."""
    parts = {each: fulfilment_order_of(order, each.fulfilment) for each, order in members.items()}
    answer_tokens(parts.values())
    send_advance({each.order for each, part in parts.items() if not part.is_open})


def give_up(order: Order, member: Member, lost: Lost, attending: Attending) -> None:
    """Have units that Amazon was not sent routed without it, or their order held for a person."""
    why = lost.note or "its preview says so"
    if attending.fba.when_unfulfillable is WhenUnfulfillable.ROUTE_AGAIN:
        unsent = _rejections(order, member, lost._replace(note=why), attending)
        send_answers(each.replace(unless_sent=True) for each in unsent)
        return

    def step(order: Order, message: Member) -> Change:
        if not may_be_sent(order, message.fulfilment):
            return Change(order)
        restock = attending.config.restock
        return held_for_person(order, message.fulfilment, lost.units, why, attending.now, restock=restock)

    def follow_up(_: Order, after: Order, __: Sequence[Member]) -> None:
        answer_tokens([fulfilment_order_of(after, member.fulfilment)])
        send_advance([after.id])  # which answers those of the others that the hold takes back

    send_advance([order.id], FOLLOW_UP_DELAY)
    change(member, step, attending.now, follow_up)


def _rejections(order: Order, member: Member, lost: Lost, attending: Attending) -> Iterator[FulfilmentRejected]:
    """Yield the rejection of units for the step that routes again; the same progress again counts once."""
    before = fulfilment_order_of(order, member.fulfilment).rejected
    yield FulfilmentRejected(
        order_id=member.order_id,
        fulfilment=member.fulfilment,
        lines=parts_of(lost.units),
        reason=lost.reason,
        note=lost.note[:255],
        report=f"amazon {before.total() + lost.units.total()}",
        before=before,
        who=attending.who,
        at=attending.now,
    )


def change(member: Member, step: MessageStep[Member], now: datetime, follow_up: FollowUp[Member] = nothing) -> None:
    """Change the order of a fulfilment order; raises NotChanged if that meets conflicts at every try."""
    if change_orders({"": member}, step, follow_up, now):
        raise NotChanged(f"order {member.order_id} was not changed: the next exchange goes on")

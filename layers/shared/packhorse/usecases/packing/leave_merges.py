"""Take a fulfilment order that left a merge out of those of the others; every step may be repeated."""

from datetime import datetime

from packhorse.domain.labels.label import FulfilmentRef
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.merging import departures, without_member
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.updates import with_fulfilment
from packhorse.domain.values import OrderId
from packhorse.store import orders
from packhorse.usecases.orders.change_order import commit_step


def leave_merges(order: Order) -> None:
    """Take each fulfilment order that left a merge out of those of the others, then forget that it left."""
    for fulfilment in departures(order):
        if fulfilment.left_merge is None:
            continue
        own = FulfilmentRef(order=order.id, fulfilment=fulfilment.number)
        others = [each for each in fulfilment.left_merge.members if each != own]
        existing = orders.existing_ids(OrderId(each.order) for each in others)
        for ref in others:
            if ref.order in existing:
                _leave(ref, fulfilment.left_merge.id, own)
        _forget(order, fulfilment.number, fulfilment.left_merge.id)


def _leave(ref: FulfilmentRef, merge_id: str, gone: FulfilmentRef) -> None:
    def step(order: Order, now: datetime, _: str) -> Change:
        return Change(without_member(order, ref.fulfilment, merge_id, gone, now))

    commit_step(OrderId(ref.order), step, "packhorse")


def _forget(order: Order, number: int, merge_id: str) -> None:
    def step(now_it: Order, _: datetime, __: str) -> Change:
        fulfilment = now_it.fulfilment(number)
        if fulfilment is None or fulfilment.left_merge is None or fulfilment.left_merge.id != merge_id:
            return Change(now_it)
        return Change(with_fulfilment(now_it, fulfilment.replace(left_merge=None)))

    commit_step(order.id, step, "packhorse")

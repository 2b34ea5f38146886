"""Select the orders of a turn that another one has to read and route again."""

from collections.abc import Collection, Iterable, Sequence

from packhorse.domain.orders.allocation import lacks_units
from packhorse.domain.orders.order import Order
from packhorse.domain.values import OrderId, Sku
from packhorse.messages.orders import AdvanceOrder, Message
from packhorse.messages.release import StockArrived, send_release
from packhorse.store import orders, stock
from packhorse.usecases.intake.take_in import Pending
from packhorse.usecases.routing.turn import Serving, WrittenOrder


def select_again(
    pending: Pending, written: Sequence[WrittenOrder], serving: Serving | None, stuck: Collection[OrderId]
) -> Pending:
    """Return the orders of the next turn, with their messages if their write met a conflict.

    The stock of an order that was not written is still available: orders that stayed short are routed again.
    """
    conflicted = {each.id for each in written if each.order is None}
    stored = [each for each in written if each.order]
    more = {each.id for each in stored if each.outcome.is_changed and each.outcome.more}
    more |= orders_with_new_stock(stored, serving, stuck)
    more |= {each.id for each in stored if is_newly_held_beside(each)}
    if conflicted:
        more |= {each.id for each in stored if any(map(lacks_units, each.outcome.change.order.lines))}
    again: dict[OrderId, list[Message]] = {}
    for name in (name for name in pending if name in more | conflicted):
        again[name] = [*pending[name], AdvanceOrder(order_id=name)] if name in conflicted else []
    return again


def is_newly_held_beside(written: WrittenOrder) -> bool:
    """Return whether the order was held because of another one, which may have been cancelled since it was read."""
    before, after = written.outcome.stored.order, written.order
    return bool(after and {*after.may_be_again} - {*(before.may_be_again if before else ())})


def orders_with_new_stock(
    written: Iterable[WrittenOrder], serving: Serving | None, stuck: Collection[OrderId]
) -> set[OrderId]:
    """Return the orders that began to wait for a sku of which more is available by now than others wait for.

    It arrived while they were routed: the message that serves backorders was too early to find them. If younger
    orders wait for units that are available, a message has the queue served.
    """
    waiting = [(each.order, new_waits(each), unserved_waits(each, serving, stuck)) for each in written if each.order]
    balances = {sku: stock.of_sku(sku) for sku in {sku for *_, waits in waiting for sku in waits}}
    again: set[OrderId] = set()
    for order, began, waits in waiting:
        own = order.waiting
        if any(each.free + own[each.shelf] > 0 for sku in began for each in balances[sku]):
            again.add(order.id)
        # Some units may be free and others kept, of a sku or of a kit's components: another turn alone does not help.
        kept = [sku for sku in waits if any(is_kept_from(order, each) for each in balances[sku])]
        send_release(StockArrived(sku=sku) for sku in sorted(kept) if orders.is_before_others(order, f"stock#{sku}"))
    return again


def is_kept_from(order: Order, balance: stock.Balance) -> bool:
    """Return whether units of a shelf are available, and other orders wait for some there."""
    return balance.available > 0 and balance.waiting > order.waiting[balance.shelf]


def new_waits(written: WrittenOrder) -> set[Sku]:
    """Return the skus that the order is short of now and was not before."""
    before, after = written.outcome.stored.order, written.order
    return {*(after.short_of if after else ())} - {*(before.short_of if before else ())}


def unserved_waits(written: WrittenOrder, serving: Serving | None, stuck: Collection[OrderId]) -> Collection[Sku]:
    """Return the skus whose queue may not have been served since the order waits for them.

    They are the new ones, and all of an order that another process wrote. Serving sends no message for what it served,
    whether it wrote the order or died before, and neither does an order that is `stuck`: its message comes again, and
    each would bring back one more.
    """
    is_served = serving is not None or written.is_foreseen or written.id in stuck
    if is_served or not written.order or not written.may_be_half_done:
        return new_waits(written)
    return written.order.short_of

"""Have the function that calls Amazon attend to fulfilment orders of an order at once, beside its schedule."""

from collections.abc import Callable, Collection, Iterable

from packhorse.domain.batching import batched
from packhorse.domain.fba.requesting import may_be_sent
from packhorse.domain.orders.cancelling import pending_cancellations
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder
from packhorse.domain.orders.order import Order
from packhorse.domain.supply.batches import Member
from packhorse.messages.fba import MOST_ATTENDED, attend_later, member_named
from packhorse.store import configuration
from packhorse.usecases.fulfilment.fulfilment_kinds import KINDS


def attend_to_unsent(order: Order) -> None:
    """Have what Amazon is to ship sent; safe to repeat."""
    _attend(order, lambda fulfilment: may_be_sent(order, fulfilment.number))


def attend_to_requests(order: Order) -> None:
    """Have Amazon requested to keep back what is to be, and was not requested yet; safe to repeat."""
    unsent = {each.number for each in pending_cancellations(order) if each.cancellation and not each.cancellation.batch}
    _attend(order, lambda fulfilment: fulfilment.number in unsent)


def _attend(order: Order, is_due: Callable[[FulfilmentOrder], bool]) -> None:
    for fulfilment in order.fulfilments:
        if KINDS[fulfilment.kind].by_amazon and is_due(fulfilment):
            attend_later(fulfilment.warehouse, [Member(order=order.id, fulfilment=fulfilment.number)])


def attend_to_named(accounts: Collection[str], names: Iterable[str]) -> None:
    """Have the fulfilment orders read that these channels' accounts name by the ids that we gave; others are not ours.

    Each warehouse that ships from such an account attends to its own.
    """
    members = [found for name in dict.fromkeys(names) if (found := member_named(name))]
    if not members:
        return
    for warehouse in configuration.current().warehouses.values():
        if warehouse.fba and warehouse.fba.channel in accounts:
            for part in batched(members, MOST_ATTENDED):
                attend_later(warehouse.id, part)

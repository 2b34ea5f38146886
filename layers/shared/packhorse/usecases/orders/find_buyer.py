"""Find the orders of a buyer."""

from collections.abc import Iterable

from packhorse.domain.orders.erasing import awaits_erasure
from packhorse.domain.values import ChannelId, OrderId
from packhorse.store import buyers, orders
from packhorse.store.order_search import folded


def orders_of_account(channel: ChannelId, customers: Iterable[str]) -> tuple[OrderId, ...]:
    """Return the orders of a buyer who has these ids in the channel, without those that are to be erased."""
    found = (each for customer in customers for each in buyers.orders_of_account(channel, customer))
    return tuple(dict.fromkeys(found))


def orders_to_erase_of(channel: ChannelId, customer: str) -> tuple[OrderId, ...]:
    """Return the orders of a buyer's id in the channel that are to be erased and still have the buyer's data."""
    marked = orders.find_orders(buyers.orders_to_erase()).values()
    return tuple(
        each.id for each in marked if awaits_erasure(each) and (each.channel, each.customer.id) == (channel, customer)
    )


def orders_of_email(email: str, channel: ChannelId | None = None) -> tuple[OrderId, ...]:
    """Return the orders of an e-mail address, in one channel or in all.

    The index has buyers without an e-mail address by their name, which others may have, too.
    """
    found = orders.find_orders(buyers.orders_of_email(email)).values()
    theirs = (each for each in found if folded(each.customer.email) == folded(email))
    return tuple(each.id for each in theirs if channel in (None, each.channel))

"""Cancel an order in its channel, or leave what the channel cannot cancel to a person."""

import httpx

from packhorse.channels import adapter_of
from packhorse.domain.configuration.account import Restock
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import Rejected
from packhorse.domain.orders.cancel_notice import OwedCancellation
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.restock import RestockRule


class ByHand(Rejected):
    """What no call of this kind of channel does, such as cancelling single lines: a person does it in the channel."""


def cancel_in_channel(
    channel: Channel, http: httpx.Client, order: Order, owed: OwedCancellation, restock: RestockRule
) -> None:
    """Cancel a whole order in its channel; raises ByHand where that cannot be, and what the channel's call raises."""
    cancelling = adapter_of(channel).cancel
    if not owed.is_whole:
        raise ByHand(_by_line(channel, order, owed))
    if cancelling is None:
        raise ByHand(f"{channel.id} takes no cancellations from here: cancel order {_name(order)} there")
    restocks = has_stock_back(order, restock)
    cancelling(channel, http).cancel_order(order.channel_order_id, restock=restocks, job=owed.job)


def has_stock_back(order: Order, restock: RestockRule) -> bool:
    """Return whether the units of a cancelled order can be sold again, by the rules of the warehouses that had it."""
    return all(restock(each.warehouse) is not Restock.NEVER for each in order.fulfilments)


def _by_line(channel: Channel, order: Order, owed: OwedCancellation) -> str:
    lines = {line.id: line for line in order.lines}
    wanted = ((lines[line], units) for line, units in owed.units.items())
    units = ", ".join(f"{units} x {line.sku or line.name} (line {line.id_there})" for line, units in wanted)
    return f"cancelled here, and not in {channel.id}: {units}; take them out of order {_name(order)} there"


def _name(order: Order) -> str:
    return order.number or order.channel_order_id

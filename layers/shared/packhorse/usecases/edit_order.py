"""Edit an order before its hand-over."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.orders.allocation import goods_of_movable_lines, reroute_request
from packhorse.domain.orders.annotations import with_tags
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.intake import takes_stock
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.overrides import set_by_person
from packhorse.domain.values import ChannelId, OrderId
from packhorse.store import configuration
from packhorse.usecases.change_order import change_order
from packhorse.usecases.read_supply import read_supply
from packhorse.usecases.reroute import reroute, shelves_for


def edit_order(
    order_id: OrderId, version: int, changes: Mapping[str, Any], tags: tuple[str, ...] | None, who: str
) -> Order:
    """Edit address, note and tags as one change; another address routes the order again in the same transaction."""
    config = configuration.current()

    def step(order: Order, now: datetime, who: str) -> Change:
        new = set_by_person(order, version, changes, now, who)
        new = new if tags is None else with_tags(new, tags, now, who)
        takes = takes_stock(new, config.channels.get(ChannelId(order.channel)))
        return _rerouted(new, config, now) if takes and new.ship_to != order.ship_to else Change(new)

    return change_order(order_id, step, who)


def _rerouted(order: Order, config: Configuration, now: datetime) -> Change:
    request = reroute_request(order)
    if not request.wanted:
        return Change(order)
    supply = read_supply(shelves_for(request, config), config.account)
    return reroute(order, request, goods_of_movable_lines(order), supply, config, now)

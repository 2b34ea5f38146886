"""Route lines of an order again in the transaction of a person's change."""

from datetime import datetime

from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.orders.allocation import goods_of_lines_to_route, routing_request, skus_that_left, with_decision
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.completion import with_pending_settled
from packhorse.domain.orders.intake import takes_stock
from packhorse.domain.orders.order import Order
from packhorse.domain.routing.rules import RoutingRequest, decide
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.stock.supply import TurnStock
from packhorse.domain.values import ChannelId
from packhorse.store import catalogue
from packhorse.usecases.routing.read_supply import read_supply


def with_new_route(change: Change, config: Configuration, now: datetime) -> Change:
    """Return the change with the lines that lack units routed again, on the stock that the change leaves."""
    order = change.order
    request = routing_request(order)
    if not request.wanted or not takes_stock(order, config.channels.get(ChannelId(order.channel))):
        return change
    supply = read_supply(shelves_for(request, config), config.account)
    for taken in (change.committed, change.lacking, change.quarantined):
        supply.available.subtract(taken)
    supply.available.update(change.returned)
    return change.then(reroute(order, request, goods_of_lines_to_route(order), supply, config, now))


def shelves_for(request: RoutingRequest, config: Configuration) -> set[Shelf]:
    """Return the shelves of all stock that the lines take, in every warehouse."""
    skus = {sku for wanted in request.wanted for sku in (wanted.recipe or (wanted.sku,))}
    return {Shelf(sku, warehouse) for sku in skus for warehouse in config.warehouses}


def reroute(
    order: Order, request: RoutingRequest, held: Goods, supply: TurnStock, config: Configuration, now: datetime
) -> Change:
    """Return the change that routes those lines again; they give back the stock that they `held`."""
    kept = supply.kept_from(order.id, order.waiting)
    free = supply.available - kept + held
    products = catalogue.find_products([wanted.sku for wanted in request.wanted])
    change = with_decision(order, decide(request, free, config, products, kept), now).change
    reserved = supply.reserved(order.id, change.committed, kept, skus_that_left(order))
    return with_pending_settled(change._replace(reserved=reserved), now)

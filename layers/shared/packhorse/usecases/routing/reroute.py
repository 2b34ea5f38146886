"""Route lines of an order again in the transaction of a person's change."""

from datetime import datetime

from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.orders.allocation import with_decision
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.completion import with_pending_settled
from packhorse.domain.orders.order import Order
from packhorse.domain.routing.rules import RoutingRequest, decide
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.stock.supply import TurnStock
from packhorse.store import catalogue


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
    return with_pending_settled(change._replace(reserved=supply.reserved(order.id, change.committed, kept)), now)

"""Reject: take units of a fulfilment order from a warehouse that does not ship them, and route them elsewhere."""

from datetime import datetime

from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.rejecting import RejectedUnits, rejected, rejected_shelves, require_own_or_override
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.domain.supply.late_parcels import with_units_taken
from packhorse.domain.values import OrderId
from packhorse.store import configuration, stock, suppliers
from packhorse.usecases.orders.change_order import change_order
from packhorse.usecases.routing.reroute import with_new_route


def reject(
    order_id: OrderId, number: int, report: RejectedUnits, report_id: str, who: str, *, override: bool = False
) -> Order:
    """Reject units and route them again, in one transaction; a repeated report changes nothing.

    What a partner has is rejected only with `override`: a person enters that the partner does not ship it.
    """
    config = configuration.current()

    def step(order: Order, now: datetime, who: str) -> Change:
        if not override:
            require_own_or_override(order, number, report_id)
        change = rejected_and_routed(order, number, report, report_id, config, now, who)
        return with_units_taken(change, fulfilment_order_of(order, number))

    return change_order(order_id, step, who)


def rejected_and_routed(
    order: Order, number: int, report: RejectedUnits, report_id: str, config: Configuration, now: datetime, who: str
) -> Change:
    """Return the change that rejects the units, corrects the stock by the reason, and routes them again."""
    available = stock.available(rejected_shelves(order, number))
    feeds_available = _feeds_available(fulfilment_order_of(order, number))
    change = rejected(
        order, number, report, report_id, available, now, who, restock=config.restock, feeds_available=feeds_available
    )
    return with_new_route(change, config, now) if change.order != order else change


def _feeds_available(fulfilment: FulfilmentOrder) -> bool:
    """Return whether the feed of the supplier that has a fulfilment order says what is available at its warehouse."""
    supplier = suppliers.find_supplier(fulfilment.supplier) if fulfilment.supplier else None
    return supplier is not None and supplier.feeds_available(fulfilment.warehouse)

"""Name the product of a line that has none, such as a custom item without a sku."""

from datetime import datetime

from packhorse.domain.catalogue import kits
from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.matching import Match, with_named_product
from packhorse.domain.orders.order import Order
from packhorse.domain.values import OrderId, Sku
from packhorse.store import catalogue
from packhorse.usecases.orders.change_order import change_order


def name_product(order_id: OrderId, line_id: str, sku: Sku, who: str) -> Order:
    """Name the product of one line; the order then goes on. Other orders of the same item are not concerned."""
    stored = catalogue.with_components({sku})
    if sku not in stored:
        raise Rejected("the line cannot be that product", [FieldError("sku", f"there is no product {sku}")])
    match = Match(sku, kits.recipe(sku, stored) if stored[sku].is_kit else {})

    def step(order: Order, now: datetime, who: str) -> Change:
        return Change(with_named_product(order, line_id, match, now, who))

    return change_order(order_id, step, who)

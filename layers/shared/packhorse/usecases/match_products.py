"""Match the lines of orders to products, and kits to what they take from stock."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from packhorse.domain.catalogue import kits
from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.account import Unmatched
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.orders import matching
from packhorse.domain.orders.allocation import lacks_units
from packhorse.domain.orders.order import Order, Status
from packhorse.domain.values import Sku
from packhorse.messages.orders import OrderReceived
from packhorse.store import catalogue
from packhorse.usecases.take_in import Message, Pending, reject_message


def expand_kits(matched: list[Order], products: Mapping[Sku, Product]) -> list[Order]:
    """The orders, with what a unit takes of products that have become kits since their lines were matched."""
    lacking = (line for order in matched for line in order.lines if lacks_units(line) and not line.components)
    skus = {sku for line in lacking if (sku := Sku(str(line.matched))) in products and products[sku].is_kit}
    if not skus:
        return matched
    known = catalogue.with_components(skus)
    recipes = {sku: kits.recipe(sku, known) for sku in skus}
    return [matching.with_recipes(order, recipes) for order in matched]


def match_products(
    told_of: list[Order], pending: Pending, config: Configuration, now: datetime
) -> tuple[list[Order], Mapping[Sku, Product]]:
    """The orders with the products of their lines, and what was read of those; new ones may be refused for a line."""
    found = catalogue.matches(told_of)
    policy = config.account.unmatched_sku
    if policy is Unmatched.CREATE:
        found = {order.id: {**found[order.id], **create_products(order, found[order.id])} for order in told_of}
    known = catalogue.with_components({match.sku for each in found.values() for match in each.values()})
    matched = [matching.matched(order, with_kit_components(found[order.id], known), now) for order in told_of]
    if policy is Unmatched.REJECT:
        matched = [order for order in matched if order.version or not reject_unmatched(order, pending[order.id], now)]
    return matched, known


def with_kit_components(found: matching.Matches, known: Mapping[Sku, Product]) -> matching.Matches:
    """The matches with what a unit of each kit among them takes from stock now; that stays with the order's line."""
    is_kit = {match.sku for match in found.values() if match.sku in known and known[match.sku].is_kit}
    recipes = {sku: kits.recipe(sku, known) for sku in is_kit}
    return {line: match._replace(components=recipes.get(match.sku, {})) for line, match in found.items()}


def create_products(order: Order, found: matching.Matches) -> matching.Matches:
    """Products made for lines that have none, marked for review, without stock."""
    new = {}
    for line in order.lines:
        if not line.matched and line.id not in found and (product := matching.product_for(line)):
            catalogue.create_product(product)
            new[line.id] = matching.Match(Sku(product.sku))
    return new


def reject_unmatched(order: Order, messages: Iterable[Message], now: datetime) -> bool:
    """Whether a new order is turned away because a line has no product; that is an exception to be seen."""
    unknown = [known.message for known in order.exceptions if known.kind == "unmatched_sku"]
    if unknown and order.status is not Status.COMPLETE:
        newest = max((m for m in messages if isinstance(m, OrderReceived)), key=lambda m: m.order.modified_at)
        reject_message(newest, "order_rejected", "; ".join(unknown), now)
    return bool(unknown)

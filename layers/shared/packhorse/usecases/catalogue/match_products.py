"""Match the lines of orders to products, and those of kits to their components."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from packhorse.domain.catalogue import kits
from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.account import Unmatched
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.orders import matching
from packhorse.domain.orders.allocation import lacks_units, lines_to_route
from packhorse.domain.orders.order import Order, Status
from packhorse.domain.problem import Cause
from packhorse.domain.values import Sku
from packhorse.messages.orders import OrderReceived
from packhorse.store import catalogue, product_matches
from packhorse.usecases.intake.take_in import AdvancedOrder, reject_message


class MatchedBatch(NamedTuple):
    """Orders whose lines are matched, and all products that routing them may need."""

    outcomes: tuple[AdvancedOrder, ...]
    products: Mapping[Sku, Product]


def match_products(outcomes: Sequence[AdvancedOrder], config: Configuration, now: datetime) -> MatchedBatch:
    """Match the lines of the orders to products.

    For lines without a product the account decides: products are created, new orders are rejected and left out, or the
    lines stay unmatched.
    """
    found = product_matches.find_matches([each.change.order for each in outcomes])
    policy = config.account.unmatched_sku
    if policy is Unmatched.CREATE:
        for each in outcomes:
            found[each.stored.id] = {
                **found[each.stored.id],
                **create_products(each.change.order, found[each.stored.id]),
            }
    stored = catalogue.with_components({match.sku for each in found.values() for match in each.values()})
    matched = [with_matches(each, with_kit_components(found[each.stored.id], stored), now) for each in outcomes]
    if policy is Unmatched.REJECT:
        matched = [each for each in matched if each.change.order.version or not reject_unmatched(each, now)]
    wanted = {Sku(str(line.matched)) for each in matched for line in lines_to_route(each.change.order)}
    products = {**stored, **catalogue.find_products(wanted - stored.keys())}
    return MatchedBatch(tuple(expand_kits(matched, products)), products)


def with_matches(outcome: AdvancedOrder, found: matching.Matches, now: datetime) -> AdvancedOrder:
    """Return the outcome with the order's lines matched."""
    return with_order(outcome, matching.matched(outcome.change.order, found, now))


def with_order(outcome: AdvancedOrder, order: Order) -> AdvancedOrder:
    """Return the outcome with this order in place of its own."""
    return outcome._replace(change=outcome.change._replace(order=order))


def expand_kits(matched: list[AdvancedOrder], products: Mapping[Sku, Product]) -> list[AdvancedOrder]:
    """Return the outcomes with the components of lines whose product became a kit after they were matched."""
    lines = (line for each in matched for line in each.change.order.lines)
    lacking = (line for line in lines if lacks_units(line) and not line.components)
    skus = {sku for line in lacking if (sku := Sku(str(line.matched))) in products and products[sku].is_kit}
    if not skus:
        return matched
    stored = catalogue.with_components(skus)
    recipes = {sku: kits.recipe(sku, stored) for sku in skus}
    return [with_order(each, matching.with_recipes(each.change.order, recipes)) for each in matched]


def with_kit_components(found: matching.Matches, stored: Mapping[Sku, Product]) -> matching.Matches:
    """Return the matches with the components of each kit; the order's line keeps them, whatever the kit becomes."""
    kits_found = {match.sku for match in found.values() if match.sku in stored and stored[match.sku].is_kit}
    recipes = {sku: kits.recipe(sku, stored) for sku in kits_found}
    return {line: match._replace(components=recipes.get(match.sku, {})) for line, match in found.items()}


def create_products(order: Order, found: matching.Matches) -> matching.Matches:
    """Create a product for each line that has none, marked for review; return their matches."""
    new = {}
    for line in order.lines:
        if not line.matched and line.id not in found and (product := matching.product_for(line)):
            catalogue.create_product(product)
            new[line.id] = matching.Match(Sku(product.sku))
    return new


def reject_unmatched(outcome: AdvancedOrder, now: datetime) -> bool:
    """Reject a new order if a line has no product, and open an exception; return whether it is rejected."""
    order = outcome.change.order
    reasons = [problem.message for problem in order.exceptions if problem.cause == Cause.UNMATCHED_SKU]
    if reasons and order.status is not Status.COMPLETE:
        received = (message for message in outcome.stored.messages if isinstance(message, OrderReceived))
        newest = max(received, key=lambda message: message.order.modified_at)
        reject_message(newest, Cause.ORDER_REJECTED, "; ".join(reasons), now)
    return bool(reasons)

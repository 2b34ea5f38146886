"""Lines and their products: matched by listing, sku or barcode; kits with the components that they take from stock."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from pydantic import ValidationError

from packhorse.domain.catalogue.product import Product
from packhorse.domain.errors import NotFound, NotNow
from packhorse.domain.orders.channel_order import ChannelLine
from packhorse.domain.orders.exceptions import with_exception, without_exception
from packhorse.domain.orders.order import Order, OrderException
from packhorse.domain.orders.order_line import OrderLine
from packhorse.domain.orders.updates import with_entry, with_lines
from packhorse.domain.problem import Cause
from packhorse.domain.stock.goods import Recipe
from packhorse.domain.values import Sku


class Match(NamedTuple):
    """The product of a line; `components` is the stock that one unit takes, empty for the sku itself."""

    sku: Sku
    components: Mapping[Sku, int] = {}


Matches = Mapping[str, Match]
"""Products by line id; a line that is missing has no product yet."""


def product_for(line: ChannelLine) -> Product | None:
    """Return a product to create for a line whose sku has none; None if the text cannot be a sku."""
    try:
        return Product(sku=line.sku.strip(), name=line.name, needs_review=True, sync=False)
    except ValidationError:
        return None


def matched(order: Order, matches: Matches, now: datetime) -> Order:
    """Return the order with its lines matched to products, and an exception for each line without one."""
    changed = {line.id: _as(line, matches[line.id]) for line in order.lines if not line.matched and line.id in matches}
    found = with_lines(order, changed)
    for name in changed:
        found = without_exception(found, Cause.UNMATCHED_SKU, name)
    for line in found.lines:
        if line.matched is None and line.unallocated:
            problem = OrderException(cause=Cause.UNMATCHED_SKU, line=line.id, message=_unknown(line), opened_at=now)
            found = with_exception(found, problem)
    return found


def with_named_product(order: Order, line_id: str, match: Match, at: datetime, who: str) -> Order:
    """Return the order with the product that a person named for a line without one.

    Raises NotNow for a line that has a product.
    """
    line = order.line(line_id)
    if line is None:
        raise NotFound(f"the order has no line {line_id}")
    if line.matched == match.sku:
        return order
    if line.matched:
        raise NotNow(f"line {line_id} is {line.matched} already")
    found = without_exception(with_lines(order, {line_id: _as(line, match)}), Cause.UNMATCHED_SKU, line_id)
    return with_entry(found, at, "product_named", who, f"{line.called} is {match.sku}")


def with_recipes(order: Order, recipes: Mapping[Sku, Recipe]) -> Order:
    """Return the order with the components of kits in its lines, except lines that keep what they take."""
    changed = {
        line.id: line.replace(components=_stored(recipes[Sku(str(line.matched))]))
        for line in order.lines
        if line.matched in recipes and not keeps_recipe(line)
    }
    return with_lines(order, changed) if changed else order


def keeps_recipe(line: OrderLine) -> bool:
    """Return whether the line takes what it takes now though its product becomes a kit: it is one, or has units of it.

    Units that left are among these: what comes back of them is the former product.
    """
    return bool(line.components or line.allocations)


def order_that_keeps(sku: Sku, orders: Iterable[Order]) -> Order | None:
    """Return the first of the orders of which a line waits for stock of the sku, and would if that became a kit."""
    for order in orders:
        if any(line.short and sku in line.recipe and keeps_recipe(line) for line in order.lines):
            return order
    return None


def _as(line: OrderLine, match: Match) -> OrderLine:
    return line.replace(matched=match.sku, components=_stored(match.components))


def _stored(recipe: Recipe) -> dict[str, int]:
    return {str(sku): units for sku, units in recipe.items()}


def _unknown(line: ChannelLine) -> str:
    sku = line.sku.strip()
    named = " / ".join(filter(None, (line.reference, sku, line.barcode)))
    if not named:
        item = f", “{line.name[:40]}”" if line.name else ""
        return f"line {line.id} has no sku{item}: name its product, or cancel the line, and the order goes on"
    way = "map the listing, or name the line's product, and the order goes on"
    if sku and product_for(line) is None:
        way = "it cannot be the sku of a product: make one under another sku, and list it under this reference"
    return f"line {line.id} ({named}): no product is listed under this; {way}"

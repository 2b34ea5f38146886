"""Find stock by what people type of a product."""

from typing import NamedTuple

from packhorse.domain.values import Sku
from packhorse.store import product_search, stock
from packhorse.store.product_search import SearchPosition
from packhorse.usecases.stock.read_stock import balances_of

MAX_PRODUCTS = 25
"""Products of a page, each of which is a query of its shelves."""


class FoundStock(NamedTuple):
    """Balances, the names of their products by sku, and where the next page starts."""

    balances: list[stock.Balance]
    names: dict[str, str]
    next: SearchPosition | None


def search_stock(text: str, start: SearchPosition | None, limit: int) -> FoundStock:
    """Return all balances of the next products that the text finds; a sku that no product has is found as a whole."""
    found = product_search.search_products(text, start, min(limit, MAX_PRODUCTS))
    names = {product.sku: product.name for product in found.products}
    skus = list(names) if start or text in names else [text, *names]
    balances = [balance for sku in skus for balance in balances_of(Sku(sku), stock.of_sku)]
    return FoundStock(balances, names, found.next)

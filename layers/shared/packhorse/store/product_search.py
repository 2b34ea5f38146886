"""Searches of products in the Catalogue table by what people type, each with a bounded number of reads."""

from typing import Annotated, NamedTuple

from pydantic import Field

from packhorse.domain.catalogue.barcode import typed_as
from packhorse.domain.catalogue.product import Product
from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.values import Value
from packhorse.store.catalogue import product_page
from packhorse.store.order_search import folded, words_of

MAX_READ = 1000
"""Products that a request reads for words at most: of what is rare it may return fewer, and not be at the end."""


class SearchPosition(Value):
    """Where a search continues: in the products that begin with one of the spellings, or, beyond these, in all."""

    spelling: Annotated[int, Field(ge=0)] = 0
    after: Annotated[str, Field(max_length=200)] | None = None


class Found(NamedTuple):
    """Products that were found, and where the next page starts."""

    products: list[Product]
    next: SearchPosition | None


def search_products(text: str, start: SearchPosition | None, limit: int) -> Found:
    """Return a page of products: those whose sku begins with the text, then those that have its words.

    The sku may begin as typed, in capitals or in small letters. Each word is a part of sku, name or barcode, in any
    case. Raises Rejected for a start in a search for another text.
    """
    spellings = typed_as(text.strip())
    spelling, after = (start.spelling, start.after) if start else (0, None)
    if after is not None and spelling < len(spellings) and not after.startswith(spellings[spelling]):
        raise Rejected("not a cursor of this list", [FieldError("cursor", "belongs to another q")])
    found: list[Product] = []
    while spelling < len(spellings):
        products, after = product_page(after, limit - len(found), spellings[spelling])
        found += products
        spelling = spelling if after else spelling + 1
        if len(found) == limit:
            return Found(found, SearchPosition(spelling=spelling, after=after))
    others, after = product_page(after, MAX_READ)
    words = words_of(text)
    found += [each for each in others if not each.sku.startswith(spellings) and _has(each, words)]
    if len(found) > limit:
        found, after = found[:limit], found[limit - 1].sku
    return Found(found, SearchPosition(spelling=spelling, after=after) if after else None)


def _has(product: Product, words: tuple[str, ...]) -> bool:
    searched = folded(f"{product.sku} {product.name} {product.barcode or ''}")
    return all(word in searched for word in words)

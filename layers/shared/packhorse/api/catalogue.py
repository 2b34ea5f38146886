"""Products, and their listings on channels."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field, StringConstraints, TypeAdapter

from packhorse.api.access import AT_WAREHOUSES, OPERATING, VIEWING, allow
from packhorse.api.documents import DocumentBody, MergePatch, patched, settings_in
from packhorse.api.limits import anything
from packhorse.api.paging import KEY, Cursor, PageSize, cursor_of, position_of
from packhorse.api.paths import NewIdentifier, NewSku, PathValue
from packhorse.api.preconditions import IfMatch, IfNoneMatch, Precondition, tagged
from packhorse.domain.catalogue.product import (
    Listing,
    ListingSettings,
    Product,
    ProductSettings,
)
from packhorse.domain.errors import NotFound
from packhorse.domain.values import ChannelId, Identifier, Sku, SkuText, Value
from packhorse.store import catalogue
from packhorse.store import listings as stored_listings
from packhorse.store.product_search import SearchPosition, search_products
from packhorse.usecases.catalogue.save_listing import is_fulfilled_there, remove_listing, save_listing
from packhorse.usecases.catalogue.save_product import remove_product, save_product

router = APIGatewayHttpRouter()
MAX_PRIORITIES = 100
SEARCH_POSITION = TypeAdapter(SearchPosition)


class ProductBody(DocumentBody, ProductSettings):
    """A product; its sku is in the address."""

    sku: SkuText | None = None
    barcode: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=50)] | None = None
    priorities: Annotated[tuple[Identifier, ...], Field(max_length=MAX_PRIORITIES)] = ()


class ListingBody(DocumentBody, ListingSettings):
    """A listing; its sku and its channel are in the address."""

    sku: SkuText | None = None
    channel: Identifier | None = None


class ProductSaved(Product):
    """The product as it is now, and warnings about warehouses that it names and that ship nothing."""

    warnings: tuple[str, ...]


class ListingSaved(Listing):
    """The listing as it is now, and a warning about the reference that it replaced."""

    warnings: tuple[str, ...]


class ProductPage(Value):
    """A page of products."""

    items: tuple[Product, ...]
    next: str | None


class Listings(Value):
    """The listings of a product."""

    items: tuple[Listing, ...]
    next: None = None


@router.get("/products", summary="All products, by sku", tags=["products"])
@allow(VIEWING | AT_WAREHOUSES, anything)
def products(q: Annotated[str, Query(max_length=100)] = "", limit: PageSize = 50, cursor: Cursor = None) -> ProductPage:
    """A page of products; with `q` of those whose sku begins with it, in any case, then of those that have its words.

    All words of `q` are in sku, name or barcode. Of what is rare a page may have none, and `next` continue.
    """
    if q.strip():
        found = search_products(q, position_of(cursor, SEARCH_POSITION), limit)
        return ProductPage(items=tuple(found.products), next=cursor_of(found.next))
    items, after = catalogue.product_page(position_of(cursor, KEY), limit)
    return ProductPage(items=tuple(items), next=cursor_of(after))


@router.get("/products/<sku>", summary="One product", tags=["products"])
@allow(VIEWING | AT_WAREHOUSES, anything)
def product(sku: PathValue) -> Product:
    """The product as it is now."""
    return tagged(router, catalogue.get_product(Sku(sku)))


@router.put("/products/<sku>", summary="Create or replace a product", tags=["products"])
@allow(OPERATING)
def put_product(
    sku: NewSku, body: ProductBody, if_match: IfMatch = None, if_none_match: IfNoneMatch = None
) -> ProductSaved:
    """Orders that waited for this sku or barcode are advanced, as are those short of a product that became a kit."""
    new = _product(sku, body)
    return _saved(sku, lambda _: new, Precondition(if_match, if_none_match))


@router.patch("/products/<sku>", summary="Change some fields of a product", tags=["products"])
@allow(OPERATING)
def patch_product(sku: PathValue, patch: MergePatch, if_match: IfMatch = None) -> ProductSaved:
    """All other fields stay, also those that are changed at the same time."""

    def edit(stored: Product | None) -> Product:
        if stored is None:
            raise NotFound(f"there is no product {sku}")
        return _product(sku, patched(ProductBody, stored, patch))

    return _saved(sku, edit, Precondition(if_match))


def _product(sku: str, body: ProductBody) -> Product:
    return Product(sku=sku, **settings_in(body, sku=sku))


def _saved(sku: str, edit: Callable[[Product | None], Product], read: Precondition) -> ProductSaved:
    saved = save_product(Sku(sku), read.guarding(edit))
    return ProductSaved(**dict(tagged(router, saved.product)), warnings=saved.warnings)


@router.delete(
    "/products/<sku>",
    summary="Remove a product without listings and stock",
    tags=["products"],
    status_code=HTTPStatus.NO_CONTENT,
)
@allow(OPERATING)
def delete_product(sku: PathValue) -> Response[None]:
    """409 while it is listed, is a component, has stock, or an order waits for its stock."""
    remove_product(Sku(sku))
    return Response(HTTPStatus.NO_CONTENT)


@router.get("/products/<sku>/listings", summary="The listings of a product", tags=["products"])
@allow(VIEWING)
def listings(sku: PathValue) -> Listings:
    """By channel."""
    found = catalogue.get_product(Sku(sku))
    return Listings(items=tuple(stored_listings.listings_of(Sku(found.sku))))


@router.get("/products/<sku>/listings/<channel>", summary="The listing of a product on a channel", tags=["products"])
@allow(VIEWING)
def listing(sku: PathValue, channel: PathValue) -> Listing:
    """404 if the channel does not list the product."""
    return tagged(router, stored_listings.get_listing(Sku(sku), ChannelId(channel)))


@router.put("/products/<sku>/listings/<channel>", summary="Map a channel's reference to a product", tags=["products"])
@allow(OPERATING)
def put_listing(
    sku: NewSku,
    channel: NewIdentifier,
    body: ListingBody,
    if_match: IfMatch = None,
    if_none_match: IfNoneMatch = None,
) -> ListingSaved:
    """Orders that waited for this reference are advanced."""
    new = _listing(sku, channel, body)

    def edit(stored: Listing | None) -> Listing:
        if "fulfilled_by_channel" in body.model_fields_set:
            return new
        if stored and stored.reference == new.reference:
            return new.replace(fulfilled_by_channel=stored.fulfilled_by_channel)
        return new.replace(fulfilled_by_channel=is_fulfilled_there(ChannelId(channel), new.reference))

    return _saved_listing(sku, channel, edit, Precondition(if_match, if_none_match))


@router.patch("/products/<sku>/listings/<channel>", summary="Change some fields of a listing", tags=["products"])
@allow(OPERATING)
def patch_listing(sku: PathValue, channel: PathValue, patch: MergePatch, if_match: IfMatch = None) -> ListingSaved:
    """All other fields stay, also those that are changed at the same time."""
    stored_listings.get_listing(Sku(sku), ChannelId(channel))  # raises NotFound

    def edit(stored: Listing | None) -> Listing:
        if stored is None:
            raise NotFound(f"{channel} does not list {sku}")
        return _listing(sku, channel, patched(ListingBody, stored, patch))

    return _saved_listing(sku, channel, edit, Precondition(if_match))


def _listing(sku: str, channel: str, body: ListingBody) -> Listing:
    return Listing(channel=channel, sku=sku, **settings_in(body, sku=sku, channel=channel))


def _saved_listing(
    sku: str, channel: str, edit: Callable[[Listing | None], Listing], read: Precondition
) -> ListingSaved:
    saved = save_listing(Sku(sku), ChannelId(channel), read.guarding(edit))
    return ListingSaved(**dict(tagged(router, saved.listing)), warnings=saved.warnings)


@router.delete(
    "/products/<sku>/listings/<channel>",
    summary="Remove a listing",
    tags=["products"],
    status_code=HTTPStatus.NO_CONTENT,
)
@allow(OPERATING)
def delete_listing(sku: PathValue, channel: PathValue) -> Response[None]:
    """Lines that were matched by it keep their product."""
    remove_listing(Sku(sku), ChannelId(channel))
    return Response(HTTPStatus.NO_CONTENT)

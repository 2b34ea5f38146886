"""Products, and how channels list them."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated
from uuid import uuid4

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field

from packhorse.api.paging import KEY, Cursor, Limit, cursor_of, position_of
from packhorse.api.paths import NewIdentifier, NewSku, PathValue
from packhorse.domain.catalogue import kits
from packhorse.domain.catalogue.product import (
    MAX_COMPONENTS,
    ComponentUnits,
    Listing,
    ListingSettings,
    Product,
    ProductKind,
)
from packhorse.domain.errors import FieldError, NotNow, Rejected
from packhorse.domain.orders.order import MANY_WAITS
from packhorse.domain.values import ChannelId, Identifier, Sku, SkuText, Text, Value, WarehouseId
from packhorse.messages.changes import send_product_change
from packhorse.messages.orders import send_advance
from packhorse.store import catalogue, configuration, orders, stock
from packhorse.store.backoff import retry_conflicts

router = APIGatewayHttpRouter()
MAX_PRIORITIES = 100
MAX_PARTS = 40
"""Products in a kit, those in kits in it included: all are checked in the transaction that writes it."""


class ProductBody(Value):
    """A product without its sku, which is in the address."""

    name: Text = ""
    kind: ProductKind = ProductKind.STOCKED
    barcode: Annotated[str, Field(min_length=1, max_length=50)] | None = None
    pinned_warehouse: Identifier | None = None
    priorities: Annotated[tuple[Identifier, ...], Field(max_length=MAX_PRIORITIES)] = ()
    needs_review: bool = False
    reserve: Annotated[int, Field(ge=0, le=1_000_000_000)] = 0
    components: Annotated[Mapping[SkuText, ComponentUnits], Field(max_length=MAX_COMPONENTS)] = {}
    sync: bool = True


class ProductPage(Value):
    """A page of products."""

    items: tuple[Product, ...]
    next: str | None


class Listings(Value):
    """The listings of a product."""

    items: tuple[Listing, ...]


@router.get("/products", summary="All products, by sku", tags=["products"])
def products(limit: Limit = 50, cursor: Cursor = None) -> ProductPage:
    """A page of them."""
    items, after = catalogue.product_page(position_of(cursor, KEY), limit)
    return ProductPage(items=tuple(items), next=cursor_of(after))


@router.get("/products/<sku>", summary="One product", tags=["products"])
def product(sku: PathValue) -> Product:
    """The product as it is now."""
    return catalogue.get_product(Sku(sku))


@router.put("/products/<sku>", summary="Create or replace a product", tags=["products"])
def put_product(sku: NewSku, body: ProductBody) -> Product:
    """Orders that waited for this sku or barcode go on by themselves, as do those short of what has become a kit."""
    new = Product(sku=sku, **dict(body))
    _check(new)
    event = uuid4().hex
    is_untold = retry_conflicts(lambda: catalogue.save_product(new, lambda parts: _check_components(new, parts), event))
    _release(*_served_by(new))
    if is_untold:
        send_product_change(Sku(new.sku), event, datetime.now(UTC))
        catalogue.mark_product_published(new, event)
    return new


def _check(new: Product) -> None:
    errors = []
    if new.is_kit and has_stock(Sku(new.sku)):
        errors.append(FieldError("kind", "a kit has no stock of its own, and this product has some"))
    known = configuration.current().warehouses
    if new.pinned_warehouse and WarehouseId(new.pinned_warehouse) not in known:
        errors.append(FieldError("pinned_warehouse", f"there is no warehouse {new.pinned_warehouse}"))
    unknown = [name for name in new.priorities if WarehouseId(name) not in known]
    errors += [FieldError("priorities", f"there is no warehouse {name}") for name in unknown]
    if errors:
        raise Rejected("the product does not fit", errors)


def _check_components(new: Product, parts: Mapping[Sku, Product]) -> None:
    """Of the product, and of the kits that hold it: what it comes to contain, they contain too."""
    if len(parts) > MAX_PARTS:
        raise Rejected("the product does not fit", [FieldError("components", f"more than {MAX_PARTS} products in it")])
    known = {**parts, Sku(new.sku): new}
    errors = list(kits.errors(new, known))
    holders = catalogue.kits_with(Sku(new.sku)) - {Sku(new.sku)}
    if holders and not errors:
        whole = {**catalogue.with_all_components(holders), **known}
        errors += [error for name in sorted(holders) for error in kits.errors(whole[name], whole)]
    if errors:
        raise Rejected("the product does not fit", list(dict.fromkeys(errors)))


def has_stock(sku: Sku) -> bool:
    """Whether anything of it is on hand or committed anywhere."""
    return any(balance.on_hand or balance.committed for balance in stock.of_sku(sku))


def _served_by(new: Product) -> Iterator[str]:
    """What orders wait for that the product gives them."""
    for channel in configuration.current().channels:
        yield f"listing#{channel}#{new.sku}"
    if new.barcode:
        yield f"barcode#{new.barcode}"
    if new.is_kit:
        yield f"stock#{new.sku}"


def _release(*things: str) -> None:
    send_advance(map(orders.id_in_key, orders.orders_waiting_for(*things, MANY_WAITS)))


@router.delete(
    "/products/<sku>",
    summary="Remove a product that nothing lists and nobody stocks",
    tags=["products"],
    status_code=HTTPStatus.NO_CONTENT,
)
def delete_product(sku: PathValue) -> Response[None]:
    """409 while it is listed, has stock, or an order waits for some."""
    if has_stock(Sku(sku)):
        raise NotNow(f"{sku} has stock; set it to 0 first")
    if waiting := next(orders.orders_waiting_for(f"stock#{sku}"), None):
        raise NotNow(
            f"order {orders.id_in_key(waiting)} waits for stock of {sku}; cancel its line, or let it ship first"
        )
    retry_conflicts(lambda: catalogue.remove_product(Sku(sku)))
    return Response(HTTPStatus.NO_CONTENT)


@router.get("/products/<sku>/listings", summary="Where a product is listed", tags=["products"])
def listings(sku: PathValue) -> Listings:
    """By channel."""
    found = catalogue.get_product(Sku(sku))
    return Listings(items=tuple(catalogue.listings_of(Sku(found.sku))))


@router.get("/products/<sku>/listings/<channel>", summary="How a channel lists a product", tags=["products"])
def listing(sku: PathValue, channel: PathValue) -> Listing:
    """404 where it does not."""
    return catalogue.get_listing(Sku(sku), ChannelId(channel))


@router.put("/products/<sku>/listings/<channel>", summary="Map a channel's reference to a product", tags=["products"])
def put_listing(sku: NewSku, channel: NewIdentifier, body: ListingSettings) -> Listing:
    """Orders that waited for this reference go on by themselves."""
    if ChannelId(channel) not in configuration.current().channels:
        raise Rejected("no such channel", [FieldError("channel", f"there is no channel {channel}")])
    new = Listing(channel=channel, sku=sku, **dict(body))
    event = uuid4().hex
    is_untold = retry_conflicts(lambda: catalogue.save_listing(new, event))
    _release(f"listing#{channel}#{body.reference}")
    if is_untold:
        send_product_change(Sku(new.sku), event, datetime.now(UTC))
        catalogue.mark_listing_published(new, event)
    return new


@router.delete(
    "/products/<sku>/listings/<channel>",
    summary="Forget a listing",
    tags=["products"],
    status_code=HTTPStatus.NO_CONTENT,
)
def delete_listing(sku: PathValue, channel: PathValue) -> Response[None]:
    """Orders that came under it keep their product."""
    retry_conflicts(lambda: catalogue.remove_listing(Sku(sku), ChannelId(channel)))
    return Response(HTTPStatus.NO_CONTENT)

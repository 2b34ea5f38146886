"""Warehouses, channels and the account: the merchant's configuration, one version after another."""

from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from itertools import islice
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field, model_validator

from packhorse import schedules, secrets
from packhorse.api.addresses import Known, NewIdentifier
from packhorse.api.caller import name
from packhorse.domain.configuration import (
    Account,
    Channel,
    ChannelSettings,
    Configuration,
    Warehouse,
    WarehouseKind,
    WarehouseSettings,
)
from packhorse.domain.errors import FieldError, NotFound, NotNow, Rejected
from packhorse.domain.product import Product
from packhorse.domain.values import ChannelId, Value, WarehouseId
from packhorse.following import follow
from packhorse.patience import persistently
from packhorse.store import catalogue, configuration, stock

router = APIGatewayHttpRouter()
MOST_NAMED = 10


class ChannelBody(ChannelSettings):
    """A channel as it is set up; credentials are kept in Secrets Manager and never shown."""

    credentials: secrets.Credentials | None = None


class Warehouses(Value):
    """All warehouses."""

    items: tuple[Warehouse, ...]
    next: None = None


class Channels(Value):
    """All channels."""

    items: tuple[Channel, ...]
    next: None = None


class WarehouseSaved(Warehouse):
    """The warehouse as it is now, and what contradicts itself in the configuration."""

    config_version: int
    warnings: tuple[str, ...]


class ChannelSaved(Channel):
    """The channel as it is now, and what contradicts itself in the configuration."""

    config_version: int
    warnings: tuple[str, ...]


class AccountBody(Account):
    """The account's settings, or what was read of them: what answers say beside them is passed over."""

    @model_validator(mode="before")
    @classmethod
    def _settings_only(cls, body: Any) -> Any:
        if not isinstance(body, dict):
            return body
        return {name: value for name, value in body.items() if name not in ("config_version", "warnings")}


class AccountSaved(Account):
    """The account as it is now, and what contradicts itself in the configuration."""

    config_version: Annotated[int, Field(ge=0)]
    warnings: tuple[str, ...]


def save(edit: Callable[[Configuration], Configuration]) -> Configuration:
    """Puts an edited configuration into force in the caller's name; raises Rejected where it does not fit."""

    def checked(before: Configuration) -> Configuration:
        after = edit(before)
        if errors := tuple(after.errors()):
            raise Rejected("the configuration does not fit", errors)
        return after

    now, who = datetime.now(UTC), name(router.current_event.raw_event)
    after = persistently(lambda: configuration.change(checked, who, now))
    follow(now)
    return after


@router.get("/warehouses", summary="All warehouses", tags=["set-up"])
def warehouses() -> Warehouses:
    """By id."""
    return Warehouses(items=tuple(found for _, found in sorted(configuration.current().warehouses.items())))


@router.get("/warehouses/<warehouse_id>", summary="One warehouse", tags=["set-up"])
def warehouse(warehouse_id: Known) -> Warehouse:
    """404 where there is none of that id."""
    return _warehouse(configuration.current(), warehouse_id)


def _warehouse(config: Configuration, warehouse_id: str) -> Warehouse:
    if WarehouseId(warehouse_id) not in config.warehouses:
        raise NotFound(f"there is no warehouse {warehouse_id}")
    return config.warehouses[WarehouseId(warehouse_id)]


@router.put("/warehouses/<warehouse_id>", summary="Create or replace a warehouse", tags=["set-up"])
def put_warehouse(warehouse_id: NewIdentifier, body: WarehouseSettings) -> WarehouseSaved:
    """Answers with warnings about what contradicts itself."""
    new = Warehouse(id=warehouse_id, **dict(body))
    if new.kind is not WarehouseKind.OWN:
        wrong = FieldError("kind", f"{new.kind} warehouses cannot be served yet; only own ones can")
        raise Rejected("the warehouse does not fit", [wrong])
    config = save(lambda before: before.with_warehouse(new))
    return WarehouseSaved(**dict(new), config_version=config.version, warnings=tuple(config.warnings()))


@router.delete(
    "/warehouses/<warehouse_id>",
    summary="Remove an empty warehouse",
    tags=["set-up"],
    status_code=HTTPStatus.NO_CONTENT,
)
def delete_warehouse(warehouse_id: Known) -> Response[None]:
    """409 while it holds stock or something points to it, also a product; some of those are named."""
    _warehouse(configuration.current(), warehouse_id)
    if stock.holds_any(WarehouseId(warehouse_id)):
        raise NotNow(f"warehouse {warehouse_id} has stock; set it inactive instead")
    products = islice(catalogue.shipped_from(WarehouseId(warehouse_id)), MOST_NAMED)
    if errors := [_pointing(product, warehouse_id) for product in products]:
        raise NotNow(f"products ship from warehouse {warehouse_id}", errors)
    try:
        save(lambda before: before.without_warehouse(WarehouseId(warehouse_id)))
    except Rejected as error:
        raise NotNow(f"warehouse {warehouse_id} is still pointed to", error.errors) from error
    return Response(HTTPStatus.NO_CONTENT)


def _pointing(product: Product, warehouse_id: str) -> FieldError:
    field = "pinned_warehouse" if product.pinned_warehouse == warehouse_id else "priorities"
    return FieldError(field, f"{product.sku}: let it ship from elsewhere first")


@router.get("/channels", summary="All channels", tags=["set-up"])
def channels() -> Channels:
    """By id, without their credentials."""
    return Channels(items=tuple(found for _, found in sorted(configuration.current().channels.items())))


@router.get("/channels/<channel_id>", summary="One channel", tags=["set-up"])
def channel(channel_id: Known) -> Channel:
    """Without its credentials."""
    return channel_of(configuration.current(), channel_id)


def channel_of(config: Configuration, channel_id: str) -> Channel:
    """The channel of that id; raises NotFound."""
    if ChannelId(channel_id) not in config.channels:
        raise NotFound(f"there is no channel {channel_id}")
    return config.channels[ChannelId(channel_id)]


@router.put("/channels/<channel_id>", summary="Create or replace a channel", tags=["set-up"])
def put_channel(channel_id: NewIdentifier, body: ChannelBody) -> ChannelSaved:
    """Without `credentials` those it has are kept. A channel that can be polled gets a schedule of its own."""
    new = Channel(id=channel_id, **{field: value for field, value in body if field != "credentials"})
    config = save(lambda before: before.with_channel(new))
    if body.credentials:
        secrets.put(ChannelId(channel_id), body.credentials)
    schedules.keep(new)
    return ChannelSaved(**dict(new), config_version=config.version, warnings=tuple(config.warnings()))


@router.delete("/channels/<channel_id>", summary="Remove a channel", tags=["set-up"], status_code=HTTPStatus.NO_CONTENT)
def delete_channel(channel_id: Known) -> Response[None]:
    """Its orders stay; its schedule and its credentials go."""
    gone = channel_of(configuration.current(), channel_id)
    schedules.keep(gone.model_copy(update={"active": False}))
    secrets.forget(ChannelId(channel_id))
    save(lambda before: before.without_channel(ChannelId(channel_id)))
    return Response(HTTPStatus.NO_CONTENT)


@router.post(
    "/channels/<channel_id>/poll",
    summary="Poll a channel now",
    tags=["set-up"],
    status_code=HTTPStatus.ACCEPTED,
)
def poll(channel_id: Known) -> Channel:
    """202: it is being asked for the orders that it changed."""
    found = channel_of(configuration.current(), channel_id)
    if not schedules.can_be_polled(found):
        raise NotNow(f"channel {channel_id} cannot be polled: it is {found.kind}, or inactive")
    schedules.poll_now(found)
    return found


@router.get("/account", summary="The account's settings", tags=["set-up"])
def account() -> AccountSaved:
    """With what contradicts itself in the configuration."""
    return _account(configuration.current())


@router.put("/account", summary="Replace the account's settings", tags=["set-up"])
def put_account(body: AccountBody) -> AccountSaved:
    """Orders that were routed stay where they are."""
    new = Account(**dict(body))
    return _account(save(lambda before: before.model_copy(update={"account": new})))


def _account(config: Configuration) -> AccountSaved:
    return AccountSaved(**dict(config.account), config_version=config.version, warnings=tuple(config.warnings()))

"""Warehouses: their settings."""

from collections.abc import Callable
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from packhorse.api.access import AT_WAREHOUSES, OWNING, VIEWING, allow, current_name
from packhorse.api.documents import DocumentBody, MergePatch, patched, settings_in
from packhorse.api.limits import anything, of_own_warehouse
from packhorse.api.paths import NewIdentifier, PathValue
from packhorse.api.preconditions import IfMatch, IfNoneMatch, Precondition, tagged, who_changed
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.warehouse import Warehouse, WarehouseSettings
from packhorse.domain.errors import NotFound
from packhorse.domain.values import Identifier, Value, WarehouseId
from packhorse.store import configuration
from packhorse.usecases.configuration import reconfigure
from packhorse.usecases.configuration.keep_kinds import kind_warnings
from packhorse.usecases.configuration.remove_warehouse import pin_warnings, remove_warehouse
from packhorse.usecases.suppliers.save_supplier import supplier_warnings

router = APIGatewayHttpRouter()


class Warehouses(Value):
    """All warehouses."""

    items: tuple[Warehouse, ...]
    next: None = None


class WarehouseBody(DocumentBody, WarehouseSettings):
    """A warehouse; its `id` is in the address."""

    id: Identifier | None = None


class WarehouseSaved(Warehouse):
    """The warehouse as it is now, and the contradictions in the configuration."""

    config_version: int
    warnings: tuple[str, ...]


@router.get("/warehouses", summary="All warehouses", tags=["set-up"])
@allow(VIEWING | AT_WAREHOUSES, anything)
def warehouses() -> Warehouses:
    """By id."""
    return Warehouses(items=tuple(found for _, found in sorted(configuration.current().warehouses.items())))


@router.get("/warehouses/<warehouse_id>", summary="One warehouse", tags=["set-up"])
@allow(VIEWING | AT_WAREHOUSES, of_own_warehouse)
def warehouse(warehouse_id: PathValue) -> Warehouse:
    """404 for an unknown id."""
    return tagged(router, _warehouse(configuration.current(), warehouse_id))


def _warehouse(config: Configuration, warehouse_id: str) -> Warehouse:
    if WarehouseId(warehouse_id) not in config.warehouses:
        raise NotFound(f"there is no warehouse {warehouse_id}")
    return config.warehouses[WarehouseId(warehouse_id)]


@router.put("/warehouses/<warehouse_id>", summary="Create or replace a warehouse", tags=["set-up"])
@allow(OWNING)
def put_warehouse(
    warehouse_id: NewIdentifier, body: WarehouseBody, if_match: IfMatch = None, if_none_match: IfNoneMatch = None
) -> WarehouseSaved:
    """`warnings` are contradictions in the configuration."""
    new = _checked(warehouse_id, body)
    read = Precondition(if_match, if_none_match)
    return _saved(warehouse_id, lambda before: before.with_warehouse(new), read)


@router.patch("/warehouses/<warehouse_id>", summary="Change some settings of a warehouse", tags=["set-up"])
@allow(OWNING)
def patch_warehouse(warehouse_id: PathValue, patch: MergePatch, if_match: IfMatch = None) -> WarehouseSaved:
    """All other settings stay, also those that are changed at the same time."""

    def edit(before: Configuration) -> Configuration:
        return before.with_warehouse(
            _checked(warehouse_id, patched(WarehouseBody, _warehouse(before, warehouse_id), patch))
        )

    return _saved(warehouse_id, edit, Precondition(if_match))


def _checked(warehouse_id: str, body: WarehouseBody) -> Warehouse:
    return Warehouse(id=warehouse_id, **settings_in(body, id=warehouse_id))


def _saved(warehouse_id: str, edit: Callable[[Configuration], Configuration], read: Precondition) -> WarehouseSaved:
    name, former = WarehouseId(warehouse_id), None

    def checked(before: Configuration) -> Configuration:
        nonlocal former
        former = before.warehouses.get(name)
        read.require(former, who_changed(lambda config: config.warehouses.get(name), read))
        return edit(before)

    config = reconfigure.save(checked, current_name())
    new = tagged(router, config.warehouses[name])
    pinned = () if new.active else pin_warnings(name)
    warnings = (*config.warnings(), *pinned, *supplier_warnings(new), *kind_warnings(former, new))
    return WarehouseSaved(**dict(new), config_version=config.version, warnings=warnings)


@router.delete(
    "/warehouses/<warehouse_id>",
    summary="Remove an empty warehouse",
    tags=["set-up"],
    status_code=HTTPStatus.NO_CONTENT,
)
@allow(OWNING)
def delete_warehouse(warehouse_id: PathValue) -> Response[None]:
    """409 while it holds stock, or a product or the configuration names it; the answer lists some of these."""
    remove_warehouse(WarehouseId(warehouse_id), current_name())
    return Response(HTTPStatus.NO_CONTENT)

"""Valid things to route with: a test states only what matters to it."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from packhorse.domain.address import Address
from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.account import Account
from packhorse.domain.configuration.channel import Channel, ChannelKind
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.warehouse import Region, Warehouse
from packhorse.domain.routing.decision import Candidate, LineDecision, RoutingOutcome
from packhorse.domain.routing.rules import LineToRoute, RoutingRequest, decide
from packhorse.domain.stock.goods import Recipe, Shelf
from packhorse.domain.values import ChannelId, Sku, WarehouseId

WALMART = ChannelId("walmart")
CHAIR = Sku("CHAIR ÅS-4 (red)")
LAMP = Sku("0042-lamp")

LOS_ANGELES = Address(city="Los Angeles", state="CA", postcode="90012", country="US")
BOSTON = Address(city="Boston", state="MA", postcode="02139", country="US")
BERLIN = Address(city="Berlin", postcode="10115", country="DE")

US = Region(country="US")
CALIFORNIA = Region(country="US", state="CA")
DOWNTOWN = Region(country="US", postcode_from="90001", postcode_to="90089")


def warehouse(name: str, *regions: Region, active: bool = True, excludes: Iterable[str] = ()) -> Warehouse:
    return Warehouse(id=name, regions=regions, active=active, excludes=frozenset(excludes))


def merchant(*warehouses: str | Warehouse, override: str | None = None, **account: Any) -> Configuration:
    """Sells on Walmart; the first warehouse is the catchall."""
    ours = [warehouse(each) if isinstance(each, str) else each for each in warehouses]
    channel = Channel(id=WALMART, kind=ChannelKind.OFFLINE, override_warehouse=override)
    return Configuration(
        version=7,
        account=Account.model_validate({"catchall": ours[0].id, **account}),
        warehouses={WarehouseId(each.id): each for each in ours},
        channels={WALMART: channel},
    )


REFUSED = "rejected by the warehouse: none left"


def product(sku: Sku = CHAIR, *, pinned: str | None = None, priorities: tuple[str, ...] = ()) -> Product:
    return Product(sku=sku, pinned_warehouse=pinned, priorities=priorities)


def wanted(
    quantity: int = 1,
    sku: Sku = CHAIR,
    *,
    line: str = "1",
    warehouse: str | None = None,
    recipe: Recipe | None = None,
) -> LineToRoute:
    return LineToRoute(line, sku, quantity, WarehouseId(warehouse) if warehouse else None, recipe)


def stock(sku: Sku = CHAIR, /, **units: int) -> dict[Shelf, int]:
    return {Shelf(sku, WarehouseId(warehouse)): quantity for warehouse, quantity in units.items()}


def routed(
    configuration: Configuration,
    available: Mapping[Shelf, int],
    *lines: LineToRoute,
    ship_to: Address | None = LOS_ANGELES,
    products: Iterable[Product] = (),
    without: Iterable[str] = (),
    settled: Mapping[str, Iterable[str]] = MappingProxyType({}),
) -> RoutingOutcome:
    refused = {WarehouseId(each): REFUSED for each in without}
    wanted = tuple(line._replace(without=refused) for line in lines)
    request = RoutingRequest(WALMART, ship_to, wanted, {line: _names(at) for line, at in settled.items()})
    return decide(request, available, configuration, {Sku(each.sku): each for each in products})


def _names(warehouses: Iterable[str]) -> frozenset[WarehouseId]:
    return frozenset(WarehouseId(each) for each in warehouses)


def route(
    configuration: Configuration, available: Mapping[Shelf, int], line: LineToRoute | None = None, **more: Any
) -> LineDecision:
    """The decision for an order of one line."""
    return routed(configuration, available, line or wanted(), **more).lines[0]


def went(decision: LineDecision) -> dict[str, int]:
    return {part.warehouse: part.quantity for part in decision.allocations}


def candidate(decision: LineDecision, name: str) -> Candidate:
    (only,) = (each for each in decision.routing.candidates if each.warehouse == name)
    return only


def reason(decision: LineDecision, name: str) -> str | None:
    return candidate(decision, name).rejected

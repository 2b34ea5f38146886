"""The rules of what channels show: the quantities that are published, by the balances that the ledger left."""

from collections.abc import Iterator

from packhorse.domain.values import ChannelId, Sku
from packhorse.store import catalogue, configuration, listings
from simulation.opening import CUP, MUG, SET
from simulation.outlets.outlet import Outlet
from simulation.outside import Outside
from simulation.stated_orders import SHOP
from simulation.storefront import STORE


def faults_of_offers(day: Outside, *, is_compared: bool = False) -> Iterator[str]:
    """Yield what channels show otherwise than published, unless an owner gave up on a change that decides it."""
    if not day.expected.is_synced or (day.expected.gave_up and not is_compared):
        return
    yield from _faults_of_store(day, is_compared=is_compared)
    for outlet in day.outlets:
        yield from _faults_of_outlet(day, outlet, is_compared=is_compared)
    for sku, units in offered_units(day, SHOP).items():
        offered = day.shop.stock.get(listings.get_listing(Sku(sku), ChannelId(SHOP)).reference, 0)
        if offered != units:
            yield f"the shop shows {offered} {sku}, {units} are available"


def _faults_of_store(day: Outside, *, is_compared: bool) -> Iterator[str]:
    """Yield what the Shopify store shows otherwise; what it changed to less only once it is compared."""
    if not day.expected.has_store:
        return
    for sku, units in offered_units(day, STORE).items():
        offered = day.storefront.offers(sku)
        if offered > units or (offered < units and (is_compared or sku not in day.storefront.moved)):
            yield f"the Shopify store shows {offered} {sku}, {units} are available"


def _faults_of_outlet(day: Outside, outlet: Outlet, *, is_compared: bool) -> Iterator[str]:
    """Yield what an outlet shows otherwise; until it is compared, only of what it did not change by itself."""
    for sku, units in offered_units(day, outlet.id).items():
        if outlet.offers(sku) != units and (is_compared or sku not in outlet.moved):
            yield f"{outlet.id} shows {outlet.offers(sku)} {sku}, {units} are available"


def offered_units(day: Outside, channel: str) -> dict[str, int]:
    """Return the quantity that the channel should show, by sku."""
    config = configuration.current()
    counted = [name for name, warehouse in config.warehouses.items() if warehouse.counts_for_sync]
    reserves = {sku: catalogue.get_product(Sku(sku)).reserve for sku in day.stocked}
    ours = {sku: sum(_sellable(day, sku, place) for place in counted) - reserves[sku] for sku in day.stocked}
    left = {
        (sku, place): max(0, _sellable(day, sku, place) - reserves[sku]) for sku in day.stocked for place in counted
    }
    ours[SET] = sum(min(left[MUG, place], left[CUP, place] // 2) for place in counted)
    held_back = config.channels[ChannelId(channel)].reserve
    return {sku: max(0, min(999, units - held_back)) for sku, units in ours.items()}


def _sellable(day: Outside, sku: str, place: str) -> int:
    """Return the available units that no order waits for."""
    return max(0, day.books.available(sku, place) - day.books.stock.get((sku, place), {}).get("waiting", 0))

"""Set the stock of a warehouse of kind `fba` by what Amazon says that it can sell.

A number is absolute, and the shelf must be as it was read: whichever process dies, the next time sets the same. What
would take too much away waits for a person, who confirms it by a retry of the exception.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from packhorse.aws.telemetry import add_metric, logger
from packhorse.domain.batching import batched
from packhorse.domain.configuration.fba import FbaSettings
from packhorse.domain.errors import Conflict
from packhorse.domain.fba.stock import SellableUnits, concerns_about, on_hand_of, reserved_there, shelf_units
from packhorse.domain.problem import Cause, Problem, Subject
from packhorse.domain.stock.adjustment import ShelfUnits
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.stock.movement import Movement, MovementKind
from packhorse.domain.supply.batches import Member
from packhorse.domain.values import ChannelId, Sku, WarehouseId, iso
from packhorse.store import catalogue, exceptions, fba_state, listings, orders, stock
from packhorse.store.backoff import MAX_TRIES, pause
from packhorse.store.commit import SHELVES_SET, commit_movements

EVERY = timedelta(minutes=30)
"""How often stock is read at most: a seller's list has many pages, at two calls a second."""
ORDERS_A_READ = 100
SHOWN = 20
"""Skus of rows that could not be read that the log has."""


def is_due(warehouse: WarehouseId, now: datetime) -> bool:
    """Return whether the stock of a warehouse is to be read again."""
    last = fba_state.find_stock_read(warehouse)
    return last is None or now - last >= EVERY


def set_stock(
    warehouse: WarehouseId,
    fba: FbaSettings,
    sellable: SellableUnits,
    members: Iterable[Member],
    now: datetime,
    *,
    is_confirmed: bool,
) -> None:
    """Set the stock by units of Amazon's skus; `members` are the fulfilment orders there that are open."""
    if sellable.unread or not sellable.is_whole:
        extra = {"warehouse": warehouse, "skus": sorted(sellable.unread)[:SHOWN], "nameless": not sellable.is_whole}
        logger.warning("rows of Amazon's stock lack fields", extra=extra)
    units = _by_our_skus(warehouse, fba, sellable)
    reserved = _reserved(warehouse, members, now)
    before = _read(warehouse, units)
    available = {shelf.sku: each.on_hand - each.committed - each.quarantined for shelf, each in before.items()}
    concerns = () if is_confirmed else concerns_about(available, units, fba)
    subject = Subject.of_warehouse(f"{warehouse}")
    if concerns:
        text = f"warehouse {warehouse}: {'; '.join(concerns)}"
        exceptions.open_exception(Problem(cause=Cause.AMAZON_STOCK_HELD, subject=subject, message=text), now)
    else:
        _set(warehouse, fba, units, reserved, now)
        exceptions.resolve(Cause.AMAZON_STOCK_HELD, subject)
    fba_state.save_stock_read(warehouse, now)
    logger.info("stock at Amazon", extra={"warehouse": warehouse, "skus": len(units), "held": bool(concerns)})


def _by_our_skus(warehouse: WarehouseId, fba: FbaSettings, sellable: SellableUnits) -> dict[Sku, int]:
    """Return the units by our skus, of products that have stock; those that could not be read stay as they are.

    What the whole of Amazon's list lacks has none there.
    """
    ours = _our_skus(fba, {*sellable.units, *sellable.unread})
    units: dict[Sku, int] = dict.fromkeys(stock.skus_at(warehouse), 0) if sellable.is_whole else {}
    for name, quantity in sellable.units.items():
        if sku := ours.get(name):
            units[sku] = units.get(sku, 0) + quantity
    left = {ours.get(name) for name in sellable.unread}
    return {sku: quantity for sku, quantity in units.items() if sku not in left}


def _our_skus(fba: FbaSettings, names: Iterable[str]) -> dict[str, Sku]:
    """Return our skus of the products that have stock, by the seller's skus under which Amazon ships them.

    A product that the channel does not list is shipped under its own; one that it lists under that name alone.
    """
    channel = ChannelId(fba.channel)
    named = {name: found.sku for name, found in listings.listed_as(channel, names).items()}
    products = catalogue.find_products({*named.values(), *(Sku(name) for name in names if name not in named)})
    unnamed = {name for name in names if name not in named and Sku(name) in products}
    listed = listings.listings_on(channel, map(Sku, unnamed))
    ours = {**named, **{name: Sku(name) for name in unnamed if Sku(name) not in listed}}
    return {name: sku for name, sku in ours.items() if sku in products and not products[sku].is_kit}


def _reserved(warehouse: WarehouseId, members: Iterable[Member], now: datetime) -> Goods:
    """Return the goods of open orders that Amazon has reserved."""
    found, goods = list(members), Goods()
    for part in batched(found, ORDERS_A_READ):
        stored = orders.find_orders({each.order_id for each in part})
        for member in part:
            if order := stored.get(member.order_id):
                goods.update(reserved_there(order, member.fulfilment, warehouse, now))
    return goods


def _read(warehouse: WarehouseId, skus: Iterable[Sku]) -> dict[Shelf, ShelfUnits]:
    return stock.units_at(Shelf(sku, warehouse) for sku in skus)


def _set(warehouse: WarehouseId, fba: FbaSettings, units: Mapping[Sku, int], reserved: Goods, now: datetime) -> None:
    """Set shelves in transactions; those that changed meanwhile are read again. Raises Conflict at the last try."""
    left = sorted(units)
    for attempt in range(MAX_TRIES):
        again: list[Sku] = []
        for skus in batched(left, SHELVES_SET):
            before = _read(warehouse, skus)
            movements = []
            for sku in skus:
                shelf = Shelf(sku, warehouse)
                found = shelf_units(shelf, before)
                if change := on_hand_of(units[sku], found, reserved[shelf]) - found.on_hand:
                    movements.append(_movement(shelf, change, fba, now))
            try:
                if movements:
                    was = {each.shelf: shelf_units(each.shelf, before).on_hand for each in movements}
                    commit_movements(movements, was)
                    add_metric("AmazonStockSet", len(movements))
            except Conflict:
                again += skus
        if not again:
            return
        left = again
        pause(attempt)
    raise Conflict(f"stock of {', '.join(left[:5])} changes at every try")


def _movement(shelf: Shelf, change: int, fba: FbaSettings, now: datetime) -> Movement:
    return Movement(
        sku=shelf.sku,
        warehouse=shelf.warehouse,
        event=f"amazon#{fba.channel}#{iso(now)}",
        kind=MovementKind.FEED,
        on_hand=change,
        committed=0,
        reference=fba.channel,
        reason="stock at Amazon",
        who=f"amazon:{fba.channel}",
        at=now,
    )

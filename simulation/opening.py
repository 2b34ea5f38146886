"""The merchant of a simulated day, by its seed: settings, channels, products and what is on the shelves."""

import random
from collections.abc import Mapping

from packhorse.aws import secrets
from packhorse.domain.catalogue.product import Listing, Product, ProductKind
from packhorse.domain.configuration.account import Account, Backorders, Restock
from packhorse.domain.configuration.channel import Channel, ChannelKind, ReduceOn
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.warehouse import Warehouse, WarehouseKind
from packhorse.domain.stock.costing import CostBasis
from packhorse.domain.values import ChannelId, WarehouseId
from packhorse.store import catalogue, configuration, listings
from simulation.builders import NOON
from simulation.carrier import GRAMS, with_carrier
from simulation.fba.opening import list_at_amazon, with_amazon
from simulation.fba.opening import put_stock as put_stock_at_amazon
from simulation.merchant import put_stock
from simulation.outlets.opening import with_outlets
from simulation.outside import SECRET, SHOP_URL, TOKEN, Outside
from simulation.parcel_rules import SIDE
from simulation.stated_orders import SHOP, TRADE
from simulation.storefront import STORE, STORE_SECRET, STORE_URL, VARIANTS
from simulation.supplier import SUPPLIER, connect_supplier, with_supplier

EAST, WEST = "east", "west"
MUG, CUP, SET, NEW = "MUG", "CUP", "SET", "SOMETHING-NEW"
STOCKED = (MUG, CUP)
MORE = ("JUG", "BOWL", "PLATE")
DOZEN = 12
CENTS = {EAST: 333, WEST: 250}
"""What a unit costs, in minor units; the units of a shelf together one more, which no unit has a whole part of."""
SHOP_SETTINGS = {"kind": "generic", "base_url": SHOP_URL, "calls_per_second": 50}
RULES = ("split_lines", "ship_partial_lines", "ship_complete", "fewest_shipments", "restock")
PARTS = {MUG: 1, CUP: 2}
"""What the kit consists of."""
APART = 0.4
"""The share of suppliers that know the components of the kit, and not the kit."""
AS_THEY_FIT = 0.15
"""The share of merchants who keep nothing for the oldest order."""


def set_up(day: Outside) -> None:
    """Configure the seed's merchant: two warehouses, a shop or two, trade orders, two products and a kit of both.

    Some have more products, and some sell by the dozen.
    """
    day.stocked = day.random.choice((STOCKED, STOCKED, STOCKED, (*STOCKED, *MORE)))
    day.units = day.random.choice((1, 1, DOZEN))
    account = _account(day)
    ours = Configuration(
        account=account,
        warehouses={WarehouseId(name): Warehouse(id=name) for name in (EAST, WEST)},
        channels={ChannelId(each.id): each for each in _channels(day)},
    )
    ours = with_outlets(day, with_amazon(day, with_supplier(day, with_carrier(day, ours))))
    configuration.mark_propagated(configuration.apply_edit(lambda _: ours, "owner", NOON).version)
    secrets.save_credentials(ChannelId(SHOP), secrets.Credentials(webhook_secrets=(SECRET,), token=TOKEN))
    connect_supplier(day)
    open_store(day)
    stock = _stock_up(day)
    make_kit(day)
    list_everywhere(day, SET)
    if not day.expected.is_synced:
        day.deployment.skip_changes_so_far()
    day.report(lambda: described(day, account, stock))


def _account(day: Outside) -> Account:
    dice = day.random
    rule = dice.choice((None, *Restock))
    day.expected.is_synced = dice.random() < 0.5
    day.expected.has_store = dice.random() < 0.3
    day.books.puts_back_by_rule = rule not in (None, Restock.UNSHIPPED)
    day.books.writes_off = rule is Restock.NEVER
    return Account(
        catchall=WEST,
        priorities=(EAST, WEST),
        sync=day.expected.is_synced,
        split_lines=dice.random() < 0.3,
        ship_partial_lines=dice.random() < 0.3,
        ship_complete=dice.random() < 0.2,
        fewest_shipments=dice.random() < 0.2,
        restock={WarehouseKind.OWN: rule} if rule else {},
        heal_drift=True,
        backorders=backorders_of(day),
    )


def _channels(day: Outside) -> tuple[Channel, ...]:
    shop = Channel.model_validate({"id": SHOP, **SHOP_SETTINGS})
    store = Channel(id=STORE, kind=ChannelKind.SHOPIFY, base_url=STORE_URL, calls_per_second=50)
    trade = Channel(id=TRADE, kind=ChannelKind.OFFLINE, reduce_on=day.random.choice(tuple(ReduceOn)))
    return (shop, trade, store) if day.expected.has_store else (shop, trade)


def _stock_up(day: Outside) -> dict[tuple[str, str], int]:
    """Make the products, list them, and put units on their shelves; return how many, by sku and warehouse."""
    grams = GRAMS if day.carrier else 0
    has_boxes = day.carrier and day.carrier.terms.boxes
    sides = dict.fromkeys(("length_mm", "width_mm", "height_mm"), SIDE if has_boxes else 0)
    given = day.scene.stock if day.scene else None
    stock: dict[tuple[str, str], int] = {}
    for sku in day.stocked:
        catalogue.put_product(Product(sku=sku, weight_g=grams, **sides))
        list_everywhere(day, sku)
        for place in (EAST, WEST):
            drawn = day.random.choice((0, 1, 1, 2, 3)) * day.units
            if units := drawn if given is None else given.get((sku, place), 0):
                put_stock(units, sku, place, cost=CostBasis(units, units * CENTS[place] + 1, "EUR"))
                stock[sku, place] = units
            if day.amazon and place == EAST:
                put_stock_at_amazon(day.amazon.amazon, sku, units)
                day.storefront.stock_up(sku, units)
                for outlet in day.outlets:
                    outlet.stock_up(sku, units)
    return stock


def backorders_of(day: Outside) -> Backorders:
    """Return how the merchant serves backorders; a random generator of its own keeps the rest of a seed as it is."""
    dice = random.Random(f"who waits {day.turns.seed}")  # noqa: S311 - the same every time is the point
    fits = day.scene is None and dice.random() < AS_THEY_FIT
    return Backorders.AS_THEY_FIT if fits else Backorders.OLDEST_FIRST


def make_kit(day: Outside) -> None:
    """Make the kit, which a supplier gets as it is or in parts; a random generator of its own decides that, too."""
    dice = random.Random(f"who knows kits {day.turns.seed}")  # noqa: S311 - the same every time is the point
    known = {SUPPLIER: SET}
    if day.supplier and day.scene is None and dice.random() < APART:
        day.supplier.kits, known = {SET: PARTS}, {}
    catalogue.put_product(Product(sku=SET, kind=ProductKind.KIT, components=PARTS, supplier_skus=known))


def described(day: Outside, account: Account, stock: Mapping[tuple[str, str], int]) -> str:
    """Return the merchant in a line: what differs from seed to seed."""
    shelves = ", ".join(f"{units} {sku} in {place}" for (sku, place), units in stock.items())
    shops = " and ".join([SHOP, *[f"{STORE} (Shopify)"] * day.expected.has_store, *(each.id for each in day.outlets)])
    synced = f"stock is published to {shops}" if day.expected.is_synced else f"no stock is published to {shops}"
    rules = [name for name in RULES if getattr(account, name)]
    rules += [Backorders.AS_THEY_FIT] * (account.backorders is Backorders.AS_THEY_FIT)
    sold = "; labels are bought from a carrier" if day.carrier else ""
    sold += f"; a supplier ships what is in {EAST}" if day.supplier else ""
    sold += f"; Amazon ships what is in {EAST}" if day.amazon else ""
    return f"the merchant has {shelves or 'no stock'}; {synced}; rules: {', '.join(rules) or 'none'}{sold}"


def open_store(day: Outside) -> None:
    """Save the store's credentials: its owner's token, which does not expire, or an app's, which is fetched."""
    settings = day.storefront.store.settings
    token = {"token": settings.token}
    app = {"client_id": settings.client_id, "client_secret": settings.client_secret}
    key = day.random.choice((token, app))
    if day.expected.has_store:
        secrets.save_credentials(ChannelId(STORE), secrets.Credentials(webhook_secrets=(STORE_SECRET,), **key))


def list_everywhere(day: Outside, sku: str) -> None:
    """List a product: the shop uses our skus, the store ids of its own."""
    listings.put_listing(Listing(channel=SHOP, sku=sku, reference=sku))
    if day.expected.has_store:
        listings.put_listing(Listing(channel=STORE, sku=sku, reference=VARIANTS[sku]))
    for outlet in day.outlets:
        listings.put_listing(Listing(channel=outlet.id, sku=sku, reference=outlet.reference(sku)))
    if day.amazon:
        list_at_amazon(sku)

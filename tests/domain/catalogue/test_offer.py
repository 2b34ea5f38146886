"""What channels are told of stock: the rule, with the vectors of the field."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from packhorse.domain.catalogue.offer import is_published, quantities_by_place, quantity_inputs, quantity_to_publish
from packhorse.domain.catalogue.product import Listing, Product, ProductKind
from packhorse.domain.configuration.channel import Channel, ChannelKind
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.warehouse import WarehouseKind
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.values import ChannelId, Sku, WarehouseId
from simulation.builders import a_channel, a_configuration, a_warehouse

MUG = Sku("MUG-Ä 11oz #3")


def shelf(sku: str = MUG, **units: int) -> Goods:
    return Goods({Shelf(Sku(sku), WarehouseId(name)): count for name, count in units.items()})


def told(
    available: Goods,
    *warehouses: Any,
    product: Product | None = None,
    channel: Channel | None = None,
    others: tuple[Product, ...] = (),
    **listing: Any,
) -> int | None:
    """What the channel `shop` is told."""
    product = product or Product(sku=MUG)
    config = a_configuration(*(warehouses or (a_warehouse(),)), channel=channel)
    listed = Listing(channel="shop", reference="44211", sku=product.sku, **listing)
    return quantity_to_publish(listed, available, config, {Sku(each.sku): each for each in (product, *others)})


@pytest.mark.parametrize(
    ("there", "reserve", "most", "told_of"),
    [(50, 0, 30, 30), (25, 0, 30, 25), (10, 3, 999, 7), (100, 10, 999, 90), (100, 0, 999, 100), (100, 0, 10, 10)],
)
def test_available_units_less_the_reserve_and_at_most_the_listings_maximum(
    there: int, reserve: int, most: int, told_of: int
) -> None:
    product = Product(sku=MUG, reserve=reserve)

    assert told(shelf(main=there), product=product, max_quantity=most) == told_of


def test_warehouses_that_count_are_added_up_and_the_others_are_not() -> None:
    places = (a_warehouse("amazon", counts_for_sync=False), a_warehouse("elsewhere"), a_warehouse("own"))
    stock = shelf(own=100, amazon=50, elsewhere=25)

    assert told(stock, *places, product=Product(sku=MUG, reserve=10)) == 115


def test_a_channel_that_sends_everything_to_one_warehouse_is_told_of_that() -> None:
    places = (a_warehouse("amazon", counts_for_sync=False), a_warehouse("elsewhere"), a_warehouse("own"))
    stock = shelf(own=100, amazon=50, elsewhere=25)
    product = Product(sku=MUG, reserve=10)

    assert told(stock, *places, product=product, channel=a_channel(override_warehouse="own")) == 90
    assert told(stock, *places, product=product, channel=a_channel(override_warehouse="amazon")) == 40


def test_a_pinned_product_is_told_of_where_it_ships_from_unless_the_channel_overrides() -> None:
    places = (a_warehouse("leeds"), a_warehouse("main"))
    pinned = Product(sku=MUG, pinned_warehouse="leeds")

    assert told(shelf(main=5, leeds=2), *places, product=pinned) == 2
    assert told(shelf(main=5, leeds=2), *places, product=pinned, channel=a_channel(override_warehouse="main")) == 5


def test_inactive_and_excluding_warehouses_do_not_count() -> None:
    places = (a_warehouse("closed", active=False), a_warehouse("trade", excludes={"shop"}), a_warehouse("main"))
    stock = shelf(closed=1, trade=10, main=100)

    assert told(stock, *places) == 100
    assert told(stock, *places, channel=a_channel(override_warehouse="closed")) == 100


@pytest.mark.parametrize(("there", "most", "told_of"), [(175, 15, 15), (0, 200, 200), (3, 200, 200)])
def test_a_listing_can_be_told_its_maximum_whatever_is_there(there: int, most: int, told_of: int) -> None:
    always = there != 175

    assert told(shelf(main=there), max_quantity=most, always_use_max=always) == told_of


def test_a_listing_that_its_channel_fulfils_is_told_nothing() -> None:
    assert told(shelf(main=50), fulfilled_by_channel=True, always_use_max=True) is None


@pytest.mark.parametrize(
    ("there", "reserve", "percent", "told_of"),
    [(100, 0, 50, 50), (101, 1, 50, 50), (3, 0, 50, 1), (5, 10, None, 0), (5, 10, 50, 0), (10, 4, None, 6)],
)
def test_a_channel_may_hold_units_back_and_offer_a_part_of_the_rest(
    there: int, reserve: int, percent: int | None, told_of: int
) -> None:
    assert told(shelf(main=there), channel=a_channel(reserve=reserve, percent=percent)) == told_of


def test_a_kit_is_what_could_be_made_warehouse_by_warehouse() -> None:
    chair, six = Product(sku="CHAIR", reserve=5), Product(sku="THREE", kind=ProductKind.KIT, components={"CHAIR": 3})
    places = (a_warehouse("leeds"), a_warehouse("main"))

    assert told(shelf("CHAIR", main=30), *places, product=six, others=(chair,)) == 8
    assert told(shelf("CHAIR", main=30, leeds=10), *places, product=six, others=(chair,)) == 9
    assert told(shelf("CHAIR", main=7, leeds=7), *places, product=six, others=(chair,)) == 0


def test_the_switches_of_account_product_and_channel_must_all_be_on() -> None:
    on: Configuration = a_configuration(sync=True)

    assert is_published(Product(sku=MUG), a_channel(), on)
    assert not is_published(Product(sku=MUG), a_channel(), a_configuration())
    assert not is_published(Product(sku=MUG, sync=False), a_channel(), on)
    assert not is_published(Product(sku=MUG), a_channel(active=False), on)


def test_a_fresh_account_tells_nobody_anything() -> None:
    assert Configuration.initial().account.sync is False
    assert a_warehouse(kind=WarehouseKind.OWN).counts_for_sync


counts = some.integers(0, 1_000_000)


@given(counts, counts, counts, some.one_of(some.none(), some.integers(1, 100)), counts)
def test_it_is_never_negative_never_above_the_maximum_and_never_more_than_there_is(
    there: int, reserve: int, held_back: int, percent: int | None, most: int
) -> None:
    channel = a_channel(reserve=held_back, percent=percent)
    product = Product(sku=MUG, reserve=reserve)

    found = told(shelf(main=there), product=product, channel=channel, max_quantity=most)
    more = told(shelf(main=there + 1), product=product, channel=channel, max_quantity=most)

    assert found is not None
    assert more is not None
    assert 0 <= found <= min(most, there)
    assert found <= more


PLACES = (a_warehouse("east"), a_warehouse("north"), a_warehouse("west"), a_warehouse("main"))
LOCATIONS = {"east": "gid://shopify/Location/2", "north": "2", "west": "3"}


def offered(available: Goods, product: Product | None = None, listing: Any = None, **channel: Any) -> dict[str, int]:
    """What a channel with three locations is offered at each: main at the first, east and north at one."""
    shop = a_channel("shop", ChannelKind.SHOPIFY, location="1", locations=LOCATIONS, **channel)
    listed = Listing(channel="shop", reference="44211", sku=MUG, **(listing or {}))
    config = a_configuration(*PLACES, channel=shop)
    return dict(quantities_by_place(listed, available, config, {MUG: product or Product(sku=MUG)}))


def test_each_location_is_offered_the_stock_of_its_warehouses() -> None:
    assert offered(shelf(main=5, east=3, north=4, west=1)) == {"": 5, "2": 7, "3": 1}


def test_what_is_owed_at_one_location_is_offered_at_none() -> None:
    assert offered(shelf(main=5, east=3, north=-4)) == {"": 4, "2": 0, "3": 0}


def test_a_warehouse_that_is_the_only_one_to_ship_leaves_nothing_for_other_locations() -> None:
    assert offered(shelf(main=5, east=3, west=4), Product(sku=MUG, pinned_warehouse="west")) == {"": 0, "2": 0, "3": 4}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"reserve": 4}, {"": 8, "2": 6, "3": 2}),
        ({"percent": 50}, {"": 5, "2": 4, "3": 1}),
        ({"listing": {"max_quantity": 3}}, {"": 2, "2": 1, "3": 0}),
        ({"listing": {"always_use_max": True, "max_quantity": 40}}, {"": 20, "2": 16, "3": 4}),
    ],
)
def test_what_the_channel_is_not_offered_is_held_back_by_share_of_stock(rule: Any, expected: dict[str, int]) -> None:
    assert offered(shelf(main=10, east=8, west=2), **rule) == expected


def test_what_is_offered_without_any_stock_is_offered_at_the_location_of_all_others() -> None:
    assert offered(Goods(), listing={"always_use_max": True, "max_quantity": 40}) == {"": 40, "2": 0, "3": 0}


UNITS = some.integers(-20, 200)


@given(UNITS, UNITS, UNITS, UNITS, some.integers(0, 30), some.integers(1, 100))
def test_locations_add_up_to_what_the_channel_is_offered_and_none_has_more_than_is_there(
    main: int, east: int, north: int, west: int, reserve: int, percent: int
) -> None:
    stock = shelf(main=main, east=east, north=north, west=west)
    channel = a_channel("shop", reserve=reserve, percent=percent)

    found = offered(stock, reserve=reserve, percent=percent)

    assert sum(found.values()) == told(stock, *PLACES, channel=channel)
    assert all(found[place] <= max(0, there) for place, there in (("", main), ("2", east + north), ("3", west)))


def test_a_channel_without_further_locations_has_one_place() -> None:
    config = a_configuration(channel=a_channel("shop", ChannelKind.GENERIC, location="1"))
    listed = Listing(channel="shop", reference="44211", sku=MUG)

    assert quantities_by_place(listed, shelf(main=5), config, {MUG: Product(sku=MUG)}) == {"": 5}


@pytest.mark.parametrize(
    ("fields", "counts"),
    [({}, True), ({"counts_for_sync": False}, False), ({"active": False}, False), ({"excludes": ("shop",)}, False)],
)
def test_a_new_warehouse_has_a_channel_published_again_if_its_stock_counts(fields: Any, counts: bool) -> None:
    before = a_configuration(channel=a_channel("shop"))
    after = before.with_warehouse(a_warehouse("new", **fields))
    channel, known = before.channels[ChannelId("shop")], before.warehouses.keys()

    assert (quantity_inputs(channel, before, known) != quantity_inputs(channel, after, known)) is counts


def test_a_known_warehouse_that_is_switched_off_has_its_channels_published_again() -> None:
    before = a_configuration(channel=a_channel("shop")).with_warehouse(a_warehouse("new", counts_for_sync=False))
    after = before.with_warehouse(a_warehouse("new", counts_for_sync=False, active=False))
    channel, known = before.channels[ChannelId("shop")], before.warehouses.keys()

    assert quantity_inputs(channel, before, known) != quantity_inputs(channel, after, known)

"""Quantities at several locations of a Shopify store, each with the stock of its own warehouses."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import pytest

from functions.allocate import publish as publish_function
from local.world.shopify_store import Store
from packhorse.aws.settings import settings
from packhorse.channels.protocol import Answer, ChannelStock, Quantity
from packhorse.domain.catalogue.product import Listing, Product
from packhorse.domain.configuration.channel import MAIN, ChannelKind
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.errors import CallFailed
from packhorse.domain.values import Sku
from packhorse.messages.channels import CompareQuantities, PublishQuantity, QueueRecord
from packhorse.store import catalogue, configuration, exceptions, listings, published
from packhorse.store.exceptions import ExceptionState
from packhorse.usecases.configuration.reconfigure import propagate_configuration
from packhorse.usecases.operations.read_health import read_health
from packhorse.usecases.stock.publish_quantities import publish_quantities
from packhorse.usecases.stock.read_offers import ConnectedChannel
from simulation.aws.boundary import World
from simulation.builders import NOON, a_channel, a_configuration, a_warehouse
from simulation.merchant import MUG, Context, put_stock, set_up
from tests.conftest import invoked, queued
from tests.functions.allocate.test_reports import (
    MAIN_STREET,
    SHOP,
    WAREHOUSE,
    deliver,
    deliver_all,
    publish,
    report,
    serve_store,
)

pytestmark = pytest.mark.usefixtures("cloud")
TWO = {"east": f"gid://shopify/Location/{WAREHOUSE}", "north": WAREHOUSE}


@pytest.fixture
def store(cloud: World) -> Store:
    """A store with a location for the warehouses `east` and `north`, and one for all others."""
    found = serve_store(cloud)
    set_up(merchant())
    listings.put_listing(Listing(channel=SHOP, reference="1", sku=MUG))
    put_stock(5)
    put_stock(3, warehouse="east")
    put_stock(4, warehouse="north")
    return found


def merchant(locations: dict[str, str] | None = None, **channel: Any) -> Configuration:
    more = {"base_url": "https://mugs.myshopify.com", "location": MAIN_STREET, **channel}
    shop = a_channel(SHOP, ChannelKind.SHOPIFY, locations=TWO if locations is None else locations, **more)
    return a_configuration(*map(a_warehouse, ("east", "north", "main")), channel=shop, sync=True)


def reconfigure(wanted: Configuration) -> None:
    """Put it into force, with all that follows from it."""
    configuration.apply_edit(lambda _: wanted, "test", NOON)
    propagate_configuration(NOON)
    for message in invoked(settings.publish_function):
        publish_function.handler(message, Context())
    deliver_all()


def levels(store: Store) -> dict[str, int]:
    return store.variants["1"].levels


def known(place: str) -> int | None:
    return published.last_published(SHOP, [Sku(MUG)], place)[Sku(MUG)].confirmed


def problems() -> list[tuple[str, str]]:
    return [(each.cause, each.message) for each in exceptions.newest_exceptions(ExceptionState.OPEN, None, 10)[0]]


def seen_long_ago(place: str) -> None:
    """Make what was confirmed at a place old enough to be compared."""
    found = published.last_published(SHOP, [Sku(MUG)], place).values()
    published.save_published(SHOP, [each.replace(at=NOON) for each in found], place)


def test_each_location_gets_the_stock_of_its_warehouses_once(store: Store) -> None:
    publish()
    publish()

    assert levels(store) == {MAIN_STREET: 5, WAREHOUSE: 7}
    assert [(each["location"], each["to"]) for each in store.updates] == [(MAIN_STREET, 5), (WAREHOUSE, 7)]


def test_what_changed_at_one_location_is_set_there_only_against_its_own_number(store: Store) -> None:
    publish()
    put_stock(-2, warehouse="north", event="sold")
    levels(store)[WAREHOUSE] = 6  # the store itself sold one

    publish()

    assert levels(store) == {MAIN_STREET: 5, WAREHOUSE: 4}
    assert [(each["location"], each["from"], each["to"]) for each in store.updates[2:]] == [(WAREHOUSE, 6, 4)]


def test_the_echo_of_ours_changes_nothing_at_either_location(store: Store) -> None:
    publish()

    report(5, MAIN_STREET)
    report(7, WAREHOUSE)

    assert (known(MAIN), known(WAREHOUSE), len(store.updates)) == (5, 7, 2)


def test_a_location_that_shows_more_than_is_there_gets_ours_and_the_other_is_not_doubted(store: Store) -> None:
    publish()
    levels(store)[WAREHOUSE] = 9

    report(9, WAREHOUSE)

    assert levels(store) == {MAIN_STREET: 5, WAREHOUSE: 7}
    assert (known(MAIN), known(WAREHOUSE)) == (5, 7)


def test_a_location_that_shows_less_stays_so_until_its_order_comes(store: Store) -> None:
    publish()
    levels(store)[WAREHOUSE] = 6

    report(6, WAREHOUSE)
    publish()

    assert (known(MAIN), known(WAREHOUSE), levels(store)[WAREHOUSE]) == (5, 7, 6)


def test_a_location_whose_number_is_not_known_has_a_quantity_that_waits(store: Store) -> None:
    publish()

    report(None, WAREHOUSE)

    assert (known(MAIN), known(WAREHOUSE)) == (5, None)
    assert read_health(configuration.current().channels[SHOP], NOON).quantities_waiting == 1


def test_what_is_not_stocked_at_one_location_is_an_exception_of_that_one_until_it_is(store: Store) -> None:
    store.put_variant({"id": 1, "sku": MUG, "levels": {MAIN_STREET: 0}})

    publish()
    before = levels(store).copy(), problems()
    store.put_variant({"id": 1, "sku": MUG, "levels": {MAIN_STREET: 5, WAREHOUSE: 0}})
    publish()

    text = f"location {WAREHOUSE}: 1 is not stocked at the location gid://shopify/Location/{WAREHOUSE}: stock it there"
    assert before == ({MAIN_STREET: 5}, [("push_rejected", text)])
    assert (levels(store), problems()) == ({MAIN_STREET: 5, WAREHOUSE: 7}, [])


def test_the_exception_of_a_location_ends_with_the_location(store: Store) -> None:
    store.put_variant({"id": 1, "sku": MUG, "levels": {MAIN_STREET: 0}})
    publish()

    reconfigure(merchant({}))

    assert problems() == []


def test_a_location_that_comes_back_is_set_whatever_was_confirmed_there_before(store: Store) -> None:
    publish()
    reconfigure(merchant({}))
    levels(store)[WAREHOUSE] = 70
    before = levels(store).copy()

    reconfigure(merchant())

    assert before == {MAIN_STREET: 12, WAREHOUSE: 70}
    assert levels(store) == {MAIN_STREET: 5, WAREHOUSE: 7}


def test_a_comparison_says_at_which_location_a_number_differs_and_heals_it(store: Store) -> None:
    publish()
    levels(store)[WAREHOUSE] = 8
    seen_long_ago(MAIN)
    seen_long_ago(WAREHOUSE)

    deliver(CompareQuantities(channel=SHOP, event="tonight").model_dump_json())
    found = published.find_drift(SHOP)
    deliver_all()

    assert found
    assert [(each.location, each.theirs, each.ours) for each in found.differences] == [(WAREHOUSE, 8, 7)]
    assert (found.looked_at, levels(store)[WAREHOUSE]) == (1, 7)
    assert problems() == [("drift", f"1 of 1 listing differs: {MUG}: 8 instead of 7 at location {WAREHOUSE}")]


class FailsAt:
    """What publishes at a location, and fails at some references."""

    at_once = 10

    def __init__(self, *failing: str) -> None:
        self.failing: tuple[str, ...] = failing

    def set_quantities(self, wanted: Sequence[Quantity]) -> Iterator[Mapping[str, Answer]]:
        yield {each.reference: CallFailed("500") if each.reference in self.failing else None for each in wanted}

    def quantities(self, _: Sequence[str]) -> Mapping[str, int]:
        return {}

    def stock_behind(self, _: Sequence[str]) -> Mapping[str, ChannelStock]:
        return {}

    def fulfilled_by_channel(self, _: Sequence[str]) -> Collection[str]:
        return ()


def test_what_fails_at_one_location_is_done_at_the_other_and_tried_again_by_itself(store: Store) -> None:
    catalogue.put_product(Product(sku="POT"))
    listings.put_listing(Listing(channel=SHOP, reference="2", sku="POT"))
    config = configuration.current()
    second = FailsAt("1")
    places = {MAIN: FailsAt(), WAREHOUSE: second}
    connected = ConnectedChannel(config.channels[SHOP], places, config)
    messages = [PublishQuantity(channel=SHOP, sku=Sku(sku), at=NOON) for sku in (MUG, "POT")]
    records = {QueueRecord(f"m{place}", f"h{place}", 1, each): each for place, each in enumerate(messages)}

    done = [records[each].sku for part in publish_quantities(connected, records) for each in part]

    assert done == ["POT", MUG]
    assert (known(MAIN), known(WAREHOUSE)) == (5, None)
    assert [(each["kind"], each["sku"]) for each in queued(settings.channels_queue_url)] == [("retry", MUG)]
    second.failing = ()
    later = [records[each].sku for part in publish_quantities(connected, records) for each in part]
    assert later == [MUG, "POT"]
    assert known(WAREHOUSE) is None  # its next try is not due

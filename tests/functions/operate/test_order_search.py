"""Orders found by filters, parts of names and numbers, in either order, with a bounded number of reads."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from functions.complete import track
from packhorse.aws.settings import settings
from packhorse.domain.address import Address
from packhorse.domain.orders.channel_order import Customer
from packhorse.store import order_search
from simulation.aws.boundary import World
from simulation.builders import NOON, a_configuration, a_line, a_warehouse, an_order, sqs_event
from simulation.merchant import MUG, Context, put_stock, set_up
from tests.conftest import queued
from tests.functions.operate.calls import call
from tests.functions.operate.orders import routed, step

pytestmark = pytest.mark.usefixtures("cloud")

ADA = Customer(name="Ada Lovelace", email="ada@example.com")
EVE = Customer(name="Eve O'Hara", email="eve@example.com")


def found(**query: Any) -> list[str]:
    """The numbers of all orders that a search finds, page by page."""
    answer = call("GET", "/orders", query=query)
    numbers = [item["number"] for item in answer.body["items"]]
    while answer.body["next"]:
        answer = call("GET", "/orders", query={**query, "cursor": answer.body["next"]})
        numbers += [item["number"] for item in answer.body["items"]]
    return numbers


def at(minutes: int) -> str:
    return (NOON + timedelta(minutes=minutes)).isoformat()


@pytest.fixture
def some_orders(cloud: World) -> None:
    """Three open orders, of different buyers, skus, methods and promises."""
    set_up(a_configuration(a_warehouse("east"), a_warehouse()))
    put_stock(5)
    told = (
        an_order(number="#EU-2001-A", customer=ADA, ship_by=NOON + timedelta(days=3)),
        an_order(
            number="#EU-2002-B",
            customer=EVE,
            ship_to=Address(name=EVE.name, city="Ulm", country="DE"),
            ship_by=NOON,
            delivery_method="Express  Saver",
        ),
        an_order(
            a_line("LAMP 7"), number="#US-3001", customer=EVE, ship_to=Address(name="Bob", city="Reno", country="US")
        ),
    )
    ids = ("first", "second", "third")  # no digits, which a search for digits would find
    routed(
        *(
            each.replace(channel_order_id=name, placed_at=NOON + timedelta(minutes=n))
            for n, (name, each) in enumerate(zip(ids, told, strict=True))
        )
    )


FINDS: list[tuple[dict[str, Any], list[str]]] = [
    ({"q": "Ada Lovelace"}, ["#EU-2001-A"]),
    ({"q": "lovel"}, ["#EU-2001-A"]),
    ({"q": "o'hara"}, ["#US-3001", "#EU-2002-B"]),
    ({"q": "bob"}, ["#US-3001"]),
    ({"q": "200"}, ["#EU-2002-B", "#EU-2001-A"]),
    ({"q": "#2001"}, ["#EU-2001-A"]),
    ({"q": "eu-2002-b"}, ["#EU-2002-B"]),
    ({"q": "lamp"}, ["#US-3001"]),
    ({"q": "eve lamp"}, ["#US-3001"]),
    ({"q": "eve 2001"}, []),
    ({"q": MUG}, ["#EU-2002-B", "#EU-2001-A"]),
    ({"warehouse": "main"}, ["#EU-2002-B", "#EU-2001-A"]),
    ({"warehouse": "east"}, []),
    ({"delivery_method": "express saver"}, ["#EU-2002-B"]),
    ({"placed_from": at(1)}, ["#US-3001", "#EU-2002-B"]),
    ({"placed_to": at(1)}, ["#EU-2002-B", "#EU-2001-A"]),
    ({"placed_from": at(1), "placed_to": at(1)}, ["#EU-2002-B"]),
    ({"placed_from": at(9), "placed_to": at(1)}, []),
    ({"ship_by_to": at(0)}, ["#EU-2002-B"]),
    ({"ship_by_from": at(1), "ship_by_to": at(9999)}, ["#US-3001", "#EU-2001-A"]),
    ({"ship_by_to": at(0), "sort": "ship_by"}, ["#EU-2002-B"]),
    ({"placed_from": at(1), "sort": "ship_by"}, ["#EU-2002-B", "#US-3001"]),
    ({"flag": "late", "q": "eve"}, ["#US-3001", "#EU-2002-B"]),
    ({"flag": "late", "sort": "ship_by"}, ["#EU-2002-B", "#US-3001", "#EU-2001-A"]),
    ({"flag": "late", "sort": "-ship_by"}, ["#EU-2001-A", "#US-3001", "#EU-2002-B"]),
    ({"flag": "late", "ship_by_to": at(0), "sort": "ship_by"}, ["#EU-2002-B"]),
    ({"flag": "late", "ship_by_to": at(0)}, ["#EU-2002-B"]),
    ({"flag": "late", "ship_by_from": at(1)}, ["#US-3001", "#EU-2001-A"]),
    ({"flag": "late", "ship_by_from": "2100-01-01T00:00:00Z", "sort": "ship_by"}, []),
    ({"flag": "late", "ship_by_from": "2100-01-01T00:00:00Z"}, []),
    ({"ship_by_from": at(9), "ship_by_to": at(1)}, []),
    ({"placed_from": at(9), "placed_to": at(1), "sort": "ship_by"}, []),
    ({"sort": "placed"}, ["#EU-2001-A", "#EU-2002-B", "#US-3001"]),
    ({"sort": "-placed"}, ["#US-3001", "#EU-2002-B", "#EU-2001-A"]),
    ({"sort": "ship_by"}, ["#EU-2002-B", "#US-3001", "#EU-2001-A"]),
    ({"sort": "-ship_by"}, ["#EU-2001-A", "#US-3001", "#EU-2002-B"]),
    ({"q": "200", "sort": "placed"}, ["#EU-2001-A", "#EU-2002-B"]),
    ({"q": "eve", "status": "complete"}, []),
]


@pytest.mark.usefixtures("some_orders")
def test_orders_are_found_by_what_people_know_of_them(subtests: pytest.Subtests) -> None:
    for query, numbers in FINDS:
        for limit in (1, 50):
            with subtests.test(str((query, limit))):
                assert found(**query, limit=limit) == numbers


@pytest.mark.usefixtures("some_orders")
def test_an_order_is_found_by_its_tracking_number_however_it_is_spelled() -> None:
    order_id = call("GET", "/orders", query={"q": "EU-2001-A"}).body["items"][0]["id"]
    step(order_id, "fulfilments/1/ship", {"parcels": [{"carrier": "UPS", "tracking": "1Z 999-aa 10"}]})
    track.handler(sqs_event(*queued(settings.tracking_queue_url)), Context())

    assert found(q="1z999aa10") == found(q="1Z-999-AA-10") == found(q="999aa") == ["#EU-2001-A"]
    assert "#EU-2001-A" not in found(sort="ship_by")
    assert "#EU-2001-A" in found(sort="placed")


@pytest.mark.usefixtures("some_orders")
def test_what_is_over_is_not_sorted_by_when_it_ships() -> None:
    assert call("GET", "/orders", query={"sort": "ship_by", "status": "complete"}).fields == ["sort"]


def test_an_order_that_is_not_late_yet_is_none_of_the_late_ones(cloud: World) -> None:
    set_up()
    routed(an_order(number="#late", channel_order_id="a", ship_by=NOON))
    routed(an_order(number="#later", channel_order_id="b", ship_by=NOON + timedelta(days=9999)))

    for sort in ("ship_by", "-ship_by", "placed", "-placed"):
        assert found(flag="late", sort=sort) == ["#late"]


def test_a_search_reads_no_more_however_many_orders_exist(cloud: World, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up()
    monkeypatch.setattr(order_search, "MAX_KEYS_READ", 2)
    monkeypatch.setattr(order_search, "MAX_KEY_PAGES", 2)

    def calls(number: int) -> Counter[tuple[str, str]]:
        routed(*(an_order(number=f"#{n}", placed_at=NOON + timedelta(minutes=n)) for n in range(number)))
        before = cloud.calls.copy()
        answer = call("GET", "/orders", query={"q": "nothing has this"})
        assert (answer.body["items"], answer.body["next"] is not None) == ([], True)
        return cloud.calls - before

    assert calls(10) == calls(40)

"""Parcels at a Shopify store, over a real socket: what its fulfillment orders have left becomes fulfillments, once."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.world.server import server
from local.world.shop import Shop
from local.world.shopify_store import Store
from packhorse.channels.http import connect
from packhorse.channels.protocol import Keys, ParcelNotice, TrackingOfBox
from packhorse.channels.shopify import SHOPIFY, sign_in
from packhorse.domain.configuration.channel import Channel, ChannelKind
from packhorse.domain.errors import Rejected
from packhorse.domain.orders.parcel import LineQuantity

DATA = Path(__file__).parents[2] / "data/shopify"
KEYS = Keys("shpat_of-the-store")


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def channel(store: Store) -> Iterator[Channel]:
    http = server(Shop(), store=store)
    threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
    url = f"http://127.0.0.1:{http.server_address[1]}/shopify"
    yield Channel(id="shopify-us", kind=ChannelKind.SHOPIFY, base_url=url, calls_per_second=100)
    http.shutdown()
    http.server_close()


def put(store: Store, lines: int = 1, quantity: int = 2, **changed: Any) -> dict[str, Any]:
    """Put an order with so many lines of so many units, none of which has left."""
    order = json.loads((DATA / "orders-create.json").read_text())
    line = {**order["line_items"][0], "quantity": quantity, "current_quantity": quantity}
    items = [{**line, "id": 9000 + place, "fulfillable_quantity": quantity} for place in range(lines)]
    found: dict[str, Any] = {**order, "line_items": items, "fulfillments": [], "cancelled_at": None, **changed}
    store.put_order(found)
    return found


def a_notice(order: dict[str, Any], *parts: tuple[int, int], tracking: str | None = "1Z1", **more: Any) -> ParcelNotice:
    lines = tuple(LineQuantity(line=str(9000 + place), quantity=units) for place, units in parts or ((0, 2),))
    return ParcelNotice(str(order["id"]), "p-1", "DHLExpress", tracking, lines, **more)


def ship(channel: Channel, notice: ParcelNotice) -> tuple[str, ...]:
    assert SHOPIFY.notify
    with connect(channel, sign_in, KEYS) as http:
        return SHOPIFY.notify(channel, http).notify_shipped(notice)


def correct(channel: Channel, notice: ParcelNotice) -> None:
    assert SHOPIFY.notify
    with connect(channel, sign_in, KEYS) as http:
        SHOPIFY.notify(channel, http).notify_corrected(notice)


def withdraw(channel: Channel, notice: ParcelNotice) -> None:
    assert SHOPIFY.notify
    with connect(channel, sign_in, KEYS) as http:
        SHOPIFY.notify(channel, http).notify_withdrawn(notice)


def sent(order: dict[str, Any]) -> list[tuple[str, list[str], dict[int, int]]]:
    """Status, tracking numbers and units by line of each fulfillment."""
    return [
        (each["status"], each["tracking_numbers"], {part["id"]: part["quantity"] for part in each["line_items"]})
        for each in order["fulfillments"]
    ]


def test_a_parcel_is_a_fulfillment_of_its_lines_and_the_buyer_is_written_to(store: Store, channel: Channel) -> None:
    order = put(store, lines=2)

    [reference] = ship(channel, a_notice(order, (0, 2), (1, 1)))

    [made] = order["fulfillments"]
    assert sent(order) == [("success", ["1Z1"], {9000: 2, 9001: 1})]
    assert (str(made["id"]), made["tracking_company"], made["notified"]) == (reference, "DHL Express", 1)
    assert [line["fulfillable_quantity"] for line in order["line_items"]] == [0, 1]


@pytest.mark.parametrize(
    ("carrier", "company"),
    [
        ("UPSDAP", "UPS"),
        ("FedExDefault", "FedEx"),
        ("DHL", "DHL"),
        ("DHLExpress", "DHL Express"),
        ("DhlEcs", "DHL eCommerce"),
        ("DPD UK", "DPD UK"),
        ("poste italiane", "Poste Italiane"),
        ("Oak", "Oak"),
    ],
)
def test_carriers_have_names_that_shopify_makes_links_of(
    store: Store, channel: Channel, carrier: str, company: str
) -> None:
    order = put(store)

    ship(channel, a_notice(order)._replace(carrier=carrier))

    assert order["fulfillments"][0]["tracking_company"] == company


def test_names_of_the_channel_are_sent_as_they_are(store: Store, channel: Channel) -> None:
    order = put(store)
    box = TrackingOfBox("dpd uk", "1Z2", is_named_there=True)

    ship(channel, a_notice(order, boxes=(box,))._replace(carrier="FedEx SmartPost", is_named_there=True))

    assert order["fulfillments"][0]["tracking_company"] == "FedEx SmartPost, dpd uk"


def test_a_merchant_may_keep_the_store_from_writing_to_buyers(store: Store, channel: Channel) -> None:
    order = put(store)

    ship(channel.replace(notify_customer=False), a_notice(order))

    assert order["fulfillments"][0]["notified"] == 0


def test_lines_of_one_parcel_that_are_reported_one_by_one_are_as_many_fulfillments(
    store: Store, channel: Channel
) -> None:
    order = put(store, lines=2)

    first = ship(channel, a_notice(order, (0, 2)))
    second = ship(channel, a_notice(order, (1, 2), others=first))

    assert len({*first, *second}) == 2
    assert sent(order) == [("success", ["1Z1"], {9000: 2}), ("success", ["1Z1"], {9001: 2})]


def test_an_extra_box_that_is_there_from_the_start_is_in_the_one_message_to_the_buyer(
    store: Store, channel: Channel
) -> None:
    order = put(store)
    main = a_notice(order, boxes=(TrackingOfBox("UPS", "1Z2"), TrackingOfBox("UPS", "1Z3")))

    references = ship(channel, main)
    box = main._replace(id="p-2", tracking="1Z3", lines=(), boxes=(), main=main._replace(references=references))
    assert ship(channel, box) == references

    [made] = order["fulfillments"]
    assert (made["tracking_company"], made["tracking_numbers"]) == ("DHL Express, UPS", ["1Z1", "1Z2", "1Z3"])
    assert made["notified"] == 1


def test_an_extra_box_of_what_the_store_fulfilled_itself_is_refused_until_it_is_there(
    store: Store, channel: Channel
) -> None:
    order = put(store)
    ship(channel, a_notice(order, tracking="OWN"))
    main = a_notice(order, boxes=(TrackingOfBox("UPS", "1Z2"),))
    box = main._replace(id="p-2", tracking="1Z2", lines=(), boxes=(), main=main)

    with pytest.raises(Rejected, match="add this number to it in the store, then retry this"):
        ship(channel, box)
    order["fulfillments"][0]["tracking_numbers"] = ["OWN", "1Z2"]

    assert ship(channel, box) == (str(order["fulfillments"][0]["id"]),)


def test_lines_at_two_locations_are_two_fulfillments(store: Store, channel: Channel) -> None:
    order = put(store, lines=2)
    order["line_items"][1]["location_id"] = 7002

    references = ship(channel, a_notice(order, (0, 2), (1, 2)))

    assert len(set(references)) == 2
    assert [each["location_id"] for each in order["fulfillments"]] == [7001, 7002]


def test_a_parcel_is_fulfilled_at_the_location_of_its_warehouse_if_its_units_are_assigned_there(
    store: Store, channel: Channel
) -> None:
    several = channel.replace(location="7001", locations={"east": "gid://shopify/Location/7002"})
    order = put(store)
    order["line_items"][0] |= {"assigned": {"7001": 1, "7002": 1}}

    ship(several, a_notice(order, (0, 1), tracking="1Z1")._replace(warehouse="east"))
    ship(several, a_notice(order, (0, 1), tracking="1Z2")._replace(warehouse="main"))

    assert [each["location_id"] for each in order["fulfillments"]] == [7002, 7001]


def test_of_a_parcel_at_two_locations_that_was_made_by_half_the_other_half_is_made(
    store: Store, channel: Channel
) -> None:
    order = put(store, lines=2)
    first = ship(channel, a_notice(order, (0, 2)))
    order["line_items"][1]["location_id"] = 7002

    references = ship(channel, a_notice(order, (0, 2), (1, 2)))

    assert references[:1] == first
    assert len(order["fulfillments"]) == 2


def test_a_part_without_a_number_whose_answer_was_lost_is_not_fulfilled_again(store: Store, channel: Channel) -> None:
    order = put(store)

    first, again = (ship(channel, a_notice(order, (0, 1), tracking=None)) for _ in range(2))

    assert first == again
    assert [line["fulfillable_quantity"] for line in order["line_items"]] == [1]


def test_a_second_part_without_a_number_is_another_fulfillment(store: Store, channel: Channel) -> None:
    order = put(store)
    first = ship(channel, a_notice(order, (0, 1), tracking=None))

    second = ship(channel, a_notice(order, (0, 1), tracking=None, others=first))

    assert len({*first, *second}) == 2


def test_a_void_cancels_a_fulfillment_too_whose_answer_was_lost(store: Store, channel: Channel) -> None:
    order = put(store)
    ship(channel, a_notice(order))

    withdraw(channel, a_notice(order))

    assert [status for status, *_ in sent(order)] == ["cancelled"]


def test_three_hundred_lines_are_read_page_by_page(store: Store, channel: Channel) -> None:
    order = put(store, lines=300, quantity=1)

    ship(channel, a_notice(order, *((place, 1) for place in range(300))))

    assert len(order["fulfillments"][0]["line_items"]) == 300


def test_a_void_cancels_the_fulfillment_once_and_the_units_may_be_sent_again(store: Store, channel: Channel) -> None:
    order = put(store)
    references = ship(channel, a_notice(order))

    for _ in range(2):
        withdraw(channel, a_notice(order, references=references))
    ship(channel, a_notice(order, tracking="1Z2"))

    assert [(status, numbers) for status, numbers, _ in sent(order)] == [("cancelled", ["1Z1"]), ("success", ["1Z2"])]


def test_an_order_on_hold_in_the_store_is_refused_in_words(store: Store, channel: Channel) -> None:
    order = put(store, holds=[{"id": 51, "place": "7001", "reason": "other"}])

    with pytest.raises(Rejected, match="on hold, or scheduled"):
        ship(channel, a_notice(order))


# ---- units at a location that another app manages


def at_a_service(store: Store, lines: int = 1) -> dict[str, Any]:
    """Put an order whose last line is assigned to a location that another app manages."""
    store.settings.services = ["7002"]
    order = put(store, lines=lines)
    order["line_items"][-1]["location_id"] = 7002
    return order


def test_units_that_the_store_has_another_app_fulfil_are_for_a_person_who_is_told_where(
    store: Store, channel: Channel
) -> None:
    order = at_a_service(store, lines=2)

    with pytest.raises(Rejected, match="no fulfillment order with 2 of line 9001: another app manages the location"):
        ship(channel, a_notice(order, (0, 2), (1, 2)))

    assert sent(order) == []


def test_a_sent_unit_that_came_back_hides_none_that_the_other_app_has_to_fulfil(store: Store, channel: Channel) -> None:
    order = at_a_service(store)
    there = {"service": "hedgehog-fulfilment", "created_at": "2026-11-23T09:00:00Z", "location_id": 7002}
    order["fulfillments"] = [{"id": 1, "status": "success", "line_items": [{"id": 9000, "quantity": 1}], **there}]
    order["refunds"] = [{"refund_line_items": [{"line_item_id": 9000, "quantity": 1, "restock_type": "return"}]}]
    order["line_items"][0] |= {"current_quantity": 1, "fulfillable_quantity": 1}

    with pytest.raises(Rejected, match="no fulfillment order with 1 of line 9000"):
        ship(channel, a_notice(order, (0, 1)))


def test_once_their_location_was_changed_they_are_fulfilled(store: Store, channel: Channel) -> None:
    order = at_a_service(store)
    with pytest.raises(Rejected):
        ship(channel, a_notice(order))

    order["line_items"][0]["location_id"] = 7001
    ship(channel, a_notice(order))

    assert sent(order) == [("success", ["1Z1"], {9000: 2})]


def test_what_the_other_app_has_fulfilled_needs_no_more(store: Store, channel: Channel) -> None:
    order = at_a_service(store)
    order["fulfillments"] = [
        {
            "id": 1,
            "status": "success",
            "service": "hedgehog-fulfilment",
            "created_at": "2026-11-23T09:00:00Z",
            "location_id": 7002,
            "line_items": [{"id": 9000, "quantity": 2}],
        }
    ]
    order["line_items"][0]["fulfillable_quantity"] = 0

    assert ship(channel, a_notice(order)) == ()


@pytest.mark.parametrize(
    "changed",
    [{"cancelled_at": "2026-11-23T10:00:00Z"}, {"line_items": [{"current_quantity": 0, "fulfillable_quantity": 0}]}],
)
def test_what_is_not_wanted_any_more_there_is_not_asked_for(
    store: Store, channel: Channel, changed: dict[str, Any]
) -> None:
    order = at_a_service(store)
    order["line_items"][0] |= changed.pop("line_items", [{}])[0]
    order |= changed

    assert ship(channel, a_notice(order)) == ()


def test_an_app_that_may_fulfil_for_others_does(store: Store, channel: Channel) -> None:
    order = at_a_service(store)
    store.scopes.append("write_third_party_fulfillment_orders")

    ship(channel, a_notice(order))

    assert sent(order) == [("success", ["1Z1"], {9000: 2})]


# ---- what is refused


def test_what_the_store_refuses_is_quoted(store: Store, channel: Channel) -> None:
    order = put(store)
    references = ship(channel, a_notice(order))
    order["fulfillments"][0]["status"] = "cancelled"

    with pytest.raises(Rejected, match="Fulfillment does not exist"):
        correct(channel, a_notice(order, tracking="1Z2", references=references))


def test_lines_that_the_store_does_not_have_are_refused_by_name_and_nothing_is_made(
    store: Store, channel: Channel
) -> None:
    order = put(store)

    with pytest.raises(Rejected, match=f"the store has no line 9001 in order {order['id']}"):
        ship(channel, a_notice(order, (0, 1), (1, 2)))

    assert sent(order) == []


def test_a_line_that_the_store_does_not_ship_takes_no_fulfillment(store: Store, channel: Channel) -> None:
    order = put(store, lines=2)
    order["line_items"][1]["requires_shipping"] = False

    assert ship(channel, a_notice(order, (1, 2))) == ()

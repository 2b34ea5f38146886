"""Kits that Amazon ships in parts, and shipments that it withdraws, through the real handler."""

from typing import Any

import pytest

from local.world.amazon import Amazon
from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.fba import WhenUnfulfillable
from packhorse.domain.orders.order import Status
from packhorse.store import catalogue
from simulation.aws.boundary import World
from simulation.builders import a_line
from simulation.merchant import MUG, balance, put_stock
from tests.functions.fulfil.fba import BERLIN, an_fba, exchange, follow_up, name_of, part_of, run_requested, sent
from tests.functions.fulfil.partner import hand_over
from tests.functions.fulfil.test_fba import item_of, move, order_of
from tests.functions.fulfil.test_fba_packages import box, parcels
from tests.functions.operate.calls import call
from tests.functions.operate.orders import causes, get, one_routed

TRAY, SET = "TRAY", "SET"
EACH = 2
"""Trays of a set, which has one mug."""


@pytest.fixture
def amazon(cloud: World) -> Amazon:
    found = an_fba(cloud)
    found.stock[TRAY] = {"fulfillable": 20, "reserved": 0, "inbound": 0, "unfulfillable": 0}
    put_stock(20, sku=TRAY, warehouse="amazon")
    put_stock(500, sku=TRAY, warehouse="main")
    for sku in (MUG, TRAY):
        catalogue.put_product(Product(sku=sku, name=sku))
    assert call("PUT", f"/products/{SET}", {"kind": "kit", "components": {MUG: 1, TRAY: EACH}}).status == 200
    return found


def sent_set(cloud: World, quantity: int = 1, country: str = "DE") -> str:
    """An order of sets that Amazon has."""
    order = one_routed(a_line(sku=SET, quantity=quantity), ship_to=BERLIN.replace(country=country))
    hand_over(cloud)
    run_requested()
    return order


def items_of(amazon: Amazon, order: str) -> dict[str, str]:
    """The ids of Amazon's items by its skus."""
    items = amazon.outbound[name_of(order)]["items"]
    return {each["sellerSku"]: each["sellerFulfillmentOrderItemId"] for each in items}


def message_of(order: str) -> str:
    [found] = get(order)["exceptions"]
    return str(found["message"])


def test_components_that_leave_the_country_share_the_value_of_their_kit(amazon: Amazon, cloud: World) -> None:
    order = sent_set(cloud, country="CH")

    items = amazon.outbound[name_of(order)]["items"]
    assert {each["perUnitDeclaredValue"]["value"] for each in items} == {"4.16"}
    assert {each["perUnitDeclaredValue"]["currencyCode"] for each in items} == {"EUR"}


def test_a_kit_has_left_with_the_last_of_its_components(amazon: Amazon, cloud: World) -> None:
    order = sent_set(cloud)
    mug, tray = items_of(amazon, order)["AMZ-MUG"], items_of(amazon, order)[TRAY]
    move(amazon, order, "ship", packages=[box("941", **{mug: 1})])
    exchange()
    assert (parcels(order), causes(order)) == ([("941", 0)], [])

    move(amazon, order, "ship", packages=[box("942", **{tray: EACH})])
    exchange()

    assert (parcels(order), causes(order)) == ([("941", 0), ("942", 1)], [])
    assert order_of(order).status is Status.COMPLETE


@pytest.mark.parametrize("when", list(WhenUnfulfillable))
@pytest.mark.parametrize("decision", ["ship", "reject"])
def test_a_kit_that_amazon_ships_in_part_goes_nowhere_else_until_a_person_decides(
    amazon: Amazon, cloud: World, decision: str, when: WhenUnfulfillable
) -> None:
    configure_again(amazon, when)
    order = sent_set(cloud)
    mug, tray = items_of(amazon, order)["AMZ-MUG"], items_of(amazon, order)[TRAY]
    move(amazon, order, "ship", packages=[box("941", **{mug: 1})])
    move(amazon, order, "fail", **{tray: EACH})
    for _ in range(2):
        exchange()
    opened, said, parts = causes(order), message_of(order), len(order_of(order).fulfilments)
    decide(order, decision)
    exchange()

    assert (opened, parts, causes(order)) == (["amazon_differs"], 1, [])
    assert said.endswith("a kit in part only: of 1 of line 1, 1 MUG-Ä 11oz #3 left and 2 TRAY did not")
    if decision == "ship":
        assert order_of(order).status is Status.COMPLETE
    else:
        assert [each.warehouse for each in order_of(order).fulfilments][1:] == ["main"]


def configure_again(amazon: Amazon, when: WhenUnfulfillable) -> None:
    body = {"kind": "fba", "name": "Amazon", "fba": {"channel": "amazon-de", "when_unfulfillable": when}}
    assert call("PUT", "/warehouses/amazon", body).status == 200


def decide(order: str, decision: str) -> None:
    """Enter a parcel, or reject what is left."""
    ship = {"parcels": [{"carrier": "USPS", "tracking": "BY-HAND"}]}
    body: dict[str, Any] = ship if decision == "ship" else {"reason": "other", "override": True}
    assert call("POST", f"/orders/{order}/fulfilments/1/{decision}", body).status in (200, 202)
    follow_up()


def test_of_several_kits_those_of_which_nothing_left_go_elsewhere(amazon: Amazon, cloud: World) -> None:
    order = sent_set(cloud, 3)
    mug, tray = items_of(amazon, order)["AMZ-MUG"], items_of(amazon, order)[TRAY]
    move(amazon, order, "ship", packages=[box("941", **{mug: 2, tray: EACH})])
    move(amazon, order, "fail", **{tray: 2 * EACH})
    move(amazon, order, "fail", **{mug: 1})

    exchange()
    hand_over(cloud)

    at_amazon, elsewhere = order_of(order).fulfilments
    assert (parcels(order), at_amazon.remaining.total(), elsewhere.wanted.total()) == ([("941", 1)], 1, 1)
    assert causes(order) == ["amazon_differs"]


def test_a_cancelled_kit_of_which_a_part_left_is_a_cancellation_that_is_refused(amazon: Amazon, cloud: World) -> None:
    order = sent_set(cloud)
    mug, tray = items_of(amazon, order)["AMZ-MUG"], items_of(amazon, order)[TRAY]
    move(amazon, order, "ship", packages=[box("941", **{mug: 1})])
    move(amazon, order, "fail", **{tray: EACH})
    assert call("POST", f"/orders/{order}/cancel", {}).status == 200
    follow_up()

    exchange()

    assert sorted(causes(order)) == ["amazon_differs", "cancellation_refused"]
    decide(order, "reject")
    assert (order_of(order).status, causes(order)) == (Status.CANCELLED, [])


def test_amazons_numbers_set_the_stock_of_a_part_that_left(
    amazon: Amazon, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = sent_set(cloud)
    mug, tray = items_of(amazon, order)["AMZ-MUG"], items_of(amazon, order)[TRAY]
    move(amazon, order, "ship", packages=[box("941", **{mug: 1})])
    move(amazon, order, "fail", **{tray: EACH})
    exchange()
    monkeypatch.setattr("packhorse.usecases.amazon.exchange_with_amazon.is_due", lambda *_: True)
    exchange()

    assert balance(MUG, "amazon")[0] == 9


# ---- shipments that are withdrawn ------------------------------------------------------------------------------------


def withdraw(amazon: Amazon, order: str, status: str | None = "CANCELLED_BY_FULFILLER") -> dict[str, Any]:
    """Have Amazon withdraw the first shipment of an order, or not show it at all."""
    shipments: list[dict[str, Any]] = amazon.outbound[name_of(order)]["shipments"]
    first = shipments[0]
    if status is None:
        return shipments.pop(0)
    first["fulfillmentShipmentStatus"] = status
    return first


@pytest.mark.parametrize("status", ["CANCELLED_BY_FULFILLER", "PENDING", None])
def test_a_shipment_that_amazon_withdraws_is_an_exception_until_it_left_after_all(
    amazon: Amazon, cloud: World, status: str | None
) -> None:
    order = sent(cloud, 3)
    move(amazon, order, "ship", packages=[box("941", **{item_of(amazon, order): 1})])
    exchange()
    shipment = withdraw(amazon, order, status)
    for _ in range(2):
        exchange()
    opened, said = causes(order), message_of(order)
    shipment["fulfillmentShipmentStatus"] = "SHIPPED"
    if status is None:
        amazon.outbound[name_of(order)]["shipments"].insert(0, shipment)
    exchange()

    assert (opened, causes(order)) == (["amazon_differs"], [])
    assert said.endswith("which count as left here: 941")
    assert parcels(order) == [("941", 1)]


def test_the_exception_of_a_shipment_that_amazon_withdraws_stays_when_the_order_is_over(
    amazon: Amazon, cloud: World
) -> None:
    order = sent(cloud, 3)
    move(amazon, order, "ship", packages=[box("941", **{item_of(amazon, order): 1})])
    exchange()
    withdraw(amazon, order)
    exchange()

    decide(order, "ship")

    assert (part_of(order).is_open, causes(order)) == (False, ["amazon_differs"])


def test_what_leaves_in_place_of_a_withdrawn_shipment_is_the_same_parcel_with_its_number(
    amazon: Amazon, cloud: World
) -> None:
    order = sent(cloud, 3)
    item = item_of(amazon, order)
    move(amazon, order, "ship", packages=[box("941", **{item: 3})])
    exchange()
    withdraw(amazon, order)
    stored = amazon.outbound[name_of(order)]
    stored["order"] |= {"fulfillmentOrderStatus": "PROCESSING", "statusUpdatedDate": "2036-01-01T00:00:00Z"}
    exchange()
    opened = causes(order)
    move(amazon, order, "ship", packages=[box("942", **{item: 3})])
    stored["order"]["statusUpdatedDate"] = "2036-01-01T00:00:01Z"
    exchange()

    assert (opened, causes(order), parcels(order)) == (["amazon_differs"], [], [("942", 3)])
    assert order_of(order).status is Status.COMPLETE
    assert balance(MUG, "amazon")[1] == 0


def test_a_kit_of_which_a_component_lacks_waits_for_the_others_while_amazon_may_ship_them(
    amazon: Amazon, cloud: World
) -> None:
    order = sent_set(cloud)
    mug, tray = items_of(amazon, order)["AMZ-MUG"], items_of(amazon, order)[TRAY]
    move(amazon, order, "fail", **{tray: EACH})
    exchange()
    before = (len(order_of(order).fulfilments), causes(order))
    move(amazon, order, "fail", **{mug: 1})
    exchange()

    assert before == (1, [])
    assert [each.warehouse for each in order_of(order).fulfilments] == ["amazon", "main"]

"""Packages of Amazon's are known by its ids, whatever their tracking numbers, through the real handler."""

from datetime import UTC, datetime
from typing import Any

import pytest

from local.world.amazon import Amazon
from packhorse.domain.fba.outbound import McfProgress, SentPackage
from packhorse.domain.fba.packages import with_packages
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.fulfilment_order import FulfilmentStatus
from packhorse.domain.orders.mcf import McfStatus
from packhorse.domain.orders.order import Status
from packhorse.domain.stock.goods import Goods
from packhorse.domain.values import OrderId
from packhorse.store import orders
from packhorse.store.commit import Write, commit_one
from simulation.aws.boundary import World
from simulation.merchant import MUG, balance
from tests.functions.fulfil.fba import an_fba, exchange, follow_up, name_of, part_of, run_requested, sent
from tests.functions.fulfil.test_fba import item_of, move, order_of
from tests.functions.operate.calls import call
from tests.functions.operate.orders import causes


@pytest.fixture
def amazon(cloud: World) -> Amazon:
    return an_fba(cloud)


def box(tracking: str | None, **units: int) -> dict[str, Any]:
    number = {"trackingNumber": tracking} if tracking else {}
    return {"carrierCode": "USPS", **number, "units": units}


def boxes_of(amazon: Amazon, order: str) -> list[dict[str, Any]]:
    """The packages at Amazon, of all shipments."""
    shipments = amazon.outbound[name_of(order)]["shipments"]
    return [each for shipment in shipments for each in shipment["fulfillmentShipmentPackage"]]


def parcels(order: str) -> list[tuple[str | None, int]]:
    """The numbers of the parcels, with their units."""
    return [(each.tracking, sum(line.quantity for line in each.lines)) for each in part_of(order).parcels]


@pytest.mark.parametrize("shipments", [1, 2])
def test_packages_of_one_number_each_ship_their_units(amazon: Amazon, cloud: World, shipments: int) -> None:
    order = sent(cloud, 3)
    item = item_of(amazon, order)
    packages = [box("941", **{item: units}) for units in (1, 2)]
    for some in [packages] if shipments == 1 else [[each] for each in packages]:
        move(amazon, order, "ship", packages=some)
        exchange()
    exchange()

    assert parcels(order) == [("941", 1), ("941", 2)]
    assert order_of(order).status is Status.COMPLETE
    assert balance(MUG, "amazon")[1] == 0


@pytest.mark.parametrize("quantity", [1, 3])
def test_what_a_person_entered_under_the_number_counts_once(amazon: Amazon, cloud: World, quantity: int) -> None:
    order = sent(cloud, 3)
    item = item_of(amazon, order)
    line = order_of(order).lines[0].id
    by_hand = {"carrier": "USPS", "tracking": "941", "lines": [{"line": line, "quantity": quantity}]}
    assert call("POST", f"/orders/{order}/fulfilments/1/ship", {"parcels": [by_hand]}).status == 202
    follow_up()
    move(amazon, order, "ship", packages=[box("941", **{item: units}) for units in (1, 2)])

    exchange()
    exchange()

    assert sum(units for _, units in parcels(order)) == 3
    assert (order_of(order).status, causes(order)) == (Status.COMPLETE, [])


@pytest.mark.parametrize("first", [0, 1])
def test_a_number_that_comes_later_is_that_of_its_package(amazon: Amazon, cloud: World, first: int) -> None:
    order = sent(cloud, 3)
    item = item_of(amazon, order)
    move(amazon, order, "ship", packages=[box(None, **{item: units}) for units in (1, 2)])
    exchange()
    for place in (first, 1 - first):
        boxes_of(amazon, order)[place]["trackingNumber"] = f"OF-{place}"
        exchange()

    assert parcels(order) == [("OF-0", 1), ("OF-1", 2)]


def test_packages_that_get_the_same_number_later_both_have_it(amazon: Amazon, cloud: World) -> None:
    order = sent(cloud, 3)
    item = item_of(amazon, order)
    move(amazon, order, "ship", packages=[box(None, **{item: units}) for units in (1, 2)])
    exchange()
    for each in boxes_of(amazon, order):
        each["trackingNumber"] = "941"

    exchange()

    assert parcels(order) == [("941", 1), ("941", 2)]


def test_a_number_that_a_person_corrected_stays(amazon: Amazon, cloud: World) -> None:
    order = sent(cloud, 2)
    move(amazon, order, "ship", packages=[box(None, **{item_of(amazon, order): 2})])
    exchange()
    corrected = call("PATCH", f"/orders/{order}/fulfilments/1/parcels/1", {"was": None, "tracking": "BY-HAND"})
    boxes_of(amazon, order)[0]["trackingNumber"] = "941"

    exchange()

    assert corrected.status == 200, corrected.body
    assert parcels(order) == [("BY-HAND", 2)]


def test_packages_that_were_stored_without_their_parcel_still_get_their_number(amazon: Amazon, cloud: World) -> None:
    order = sent(cloud, 3)
    item = item_of(amazon, order)
    move(amazon, order, "ship", packages=[box("A", **{item: 1}), box(None, **{item: 2})])
    exchange()
    without_parcels(order)
    for place, each in enumerate(boxes_of(amazon, order)):
        each["trackingNumber"] = f"OF-{place}"

    exchange()

    assert parcels(order) == [("OF-0", 1), ("OF-1", 2)]


def without_parcels(order: str) -> None:
    """Store the packages of an order as older code did."""
    found = orders.get_order(OrderId(order))
    [part] = found.fulfilments
    assert part.mcf
    packages = tuple(each.replace(parcel="") for each in part.mcf.packages)
    older = found.replace(fulfilments=(part.replace(mcf=part.mcf.replace(packages=packages)),))
    commit_one(Write(Change(older), found, "tests"), datetime.now(UTC))


def test_amazon_is_done_though_units_are_to_leave_here_which_is_an_exception_until_it_is_so(
    amazon: Amazon, cloud: World
) -> None:
    order = sent(cloud, 3)
    item = item_of(amazon, order)
    move(amazon, order, "ship", packages=[box("941", **{item: 1})])
    amazon.outbound[name_of(order)]["order"]["fulfillmentOrderStatus"] = "COMPLETE"
    exchange()
    exchange()
    opened = causes(order)
    amazon.outbound[name_of(order)]["order"]["fulfillmentOrderStatus"] = "PROCESSING"
    exchange()
    ended = causes(order)
    move(amazon, order, "ship", packages=[box("942", **{item: 2})])
    exchange()

    assert (opened, ended) == (["amazon_differs"], [])
    assert (order_of(order).status, causes(order)) == (Status.COMPLETE, [])


@pytest.mark.parametrize("decision", ["ship", "reject"])
def test_what_a_person_decides_about_units_that_amazon_does_not_ship_ends_it(
    amazon: Amazon, cloud: World, decision: str
) -> None:
    order = sent(cloud, 3)
    amazon.outbound[name_of(order)]["order"]["fulfillmentOrderStatus"] = "COMPLETE"
    exchange()
    opened = causes(order)
    if decision == "ship":
        said: dict[str, Any] = {"parcels": [{"carrier": "USPS", "tracking": "941"}]}
    else:
        said = {"reason": "other", "override": True}

    assert call("POST", f"/orders/{order}/fulfilments/1/{decision}", said).status in (200, 202)
    follow_up()
    exchange()

    assert (opened, causes(order)) == (["amazon_differs"], [])
    mcf = part_of(order).mcf
    assert mcf
    assert mcf.status is McfStatus.COMPLETE


@pytest.mark.parametrize(
    ("are_named", "before", "after"),
    [
        (True, [(None, 2), (None, 1)], [("941", 2), ("942", 1)]),
        (False, [(None, 3)], [("941, 942", 3)]),
    ],
)
def test_packages_that_are_listed_after_their_shipment_left_are_its_parcels(
    amazon: Amazon,
    cloud: World,
    are_named: bool,
    before: list[tuple[str | None, int]],
    after: list[tuple[str | None, int]],
) -> None:
    order = sent(cloud, 3)
    item = item_of(amazon, order)
    move(amazon, order, "ship", packages=[box("941", **{item: 2}), box("942", **{item: 1})])
    [shipment] = amazon.outbound[name_of(order)]["shipments"]
    listed, shipment["fulfillmentShipmentPackage"] = shipment["fulfillmentShipmentPackage"], []
    named = shipment["fulfillmentShipmentItem"]
    if not are_named:
        shipment["fulfillmentShipmentItem"] = [{**each, "packageNumber": None} for each in named]
    exchange()
    assert parcels(order) == before

    shipment["fulfillmentShipmentItem"] = named
    exchange()
    shipment["fulfillmentShipmentPackage"] = listed
    exchange()
    exchange()

    assert (parcels(order), causes(order)) == (after, [])


def test_a_package_of_what_amazon_had_cancelled_is_kept_apart_and_for_a_person(amazon: Amazon, cloud: World) -> None:
    order = sent(cloud, 3)
    call("POST", f"/orders/{order}/cancel", {})
    follow_up()
    run_requested()
    mcf = part_of(order).mcf
    assert mcf
    [item] = mcf.items
    package = SentPackage(id="1", carrier="USPS", tracking="941", units={item.id: 3})
    progress = McfProgress(status=McfStatus.PROCESSING, quantities={item.id: 3}, packages=(package,))

    before, now = order_of(order), datetime.now(UTC)
    after = with_packages(before, 1, progress, now, "amazon", Goods()).order

    [fulfilment] = after.fulfilments
    assert (before.status, fulfilment.status) == (Status.CANCELLED, FulfilmentStatus.CANCELLED)
    assert (fulfilment.parcels, [each.tracking for each in fulfilment.uncounted_parcels]) == ((), ["941"])
    assert [each.cause for each in after.exceptions] == ["shipped_after_cancellation"]
    assert with_packages(after, 1, progress, now, "amazon", Goods()).order == after

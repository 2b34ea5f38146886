"""Parcels that people enter: late ones, after a cancellation, and tracking numbers that were wrong, corrected."""

import pytest

from functions.allocate import route
from functions.complete import track
from packhorse.aws.settings import settings
from packhorse.domain.configuration.account import Restock
from packhorse.domain.configuration.warehouse import WarehouseKind
from simulation.aws.boundary import World
from simulation.builders import a_configuration, a_line, a_warehouse, sqs_event
from simulation.merchant import Context, balance, put_stock, set_up
from tests.conftest import queued
from tests.functions.operate.calls import Answer, call
from tests.functions.operate.orders import causes, get, one_routed, step

pytestmark = pytest.mark.usefixtures("cloud")


def ship(order_id: str, *tracking: str) -> None:
    parcels = [{"carrier": "DHL", "tracking": each, "lines": [{"line": "1", "quantity": 1}]} for each in tracking]
    assert step(order_id, "fulfilments/1/ship", {"parcels": parcels}).status == 202
    track.handler(sqs_event(*queued(settings.tracking_queue_url)), Context())


def correct(order_id: str, place: int = 1, role: str = "operator", was: str = "WRONG-1", **new: str) -> Answer:
    return call("PATCH", f"/orders/{order_id}/fulfilments/1/parcels/{place}", {"was": was, **new}, (role,))


@pytest.fixture
def shipped(cloud: World) -> str:
    """An order of two units in two parcels, WRONG-1 and GOOD-2."""
    set_up()
    put_stock(5)
    order_id = one_routed(a_line(quantity=2), number="#7")
    ship(order_id, "WRONG-1", "GOOD-2")
    return order_id


def test_a_wrong_number_is_corrected_and_no_unit_moves(shipped: str) -> None:
    before = balance()

    answer = correct(shipped, carrier="UPS", tracking="1Z 999")

    order = get(shipped)
    parcels = [(each["carrier"], each["tracking"]) for each in order["fulfilments"][0]["parcels"]]
    assert (answer.status, parcels) == (200, [("UPS", "1Z 999"), ("DHL", "GOOD-2")])
    assert (order["timeline"][-1]["what"], order["timeline"][-1]["detail"]) == (
        "tracking_corrected",
        "from DHL, WRONG-1 to UPS, 1Z 999",
    )
    assert (balance(), order["status"]) == (before, "complete")
    assert [item["number"] for item in call("GET", "/orders", query={"q": "1z999"}).body["items"]] == ["#7"]


def test_a_late_report_with_the_wrong_number_is_no_second_parcel(shipped: str) -> None:
    correct(shipped, tracking="1Z 999")

    ship(shipped, "wrong 1")

    assert len(get(shipped)["fulfilments"][0]["parcels"]) == 2
    assert balance() == (3, 0, 3)


def test_a_number_of_another_parcel_or_a_parcel_that_does_not_exist_is_refused(shipped: str) -> None:
    assert (correct(shipped, tracking="good2").status, correct(shipped, tracking="good2").fields) == (409, ["tracking"])
    assert correct(shipped, place=3, tracking="X").status == 404
    assert correct(shipped, tracking="1.23457E+11").fields == ["tracking"]
    assert correct(shipped, tracking="-").fields == ["tracking"]
    assert correct(shipped, role="read_only", tracking="X").status == 403


def test_the_same_correction_again_changes_nothing(shipped: str) -> None:
    first = correct(shipped, tracking="1Z 999").body

    assert correct(shipped, tracking="1Z 999").body["timeline"] == first["timeline"]


def test_a_parcel_that_is_at_this_place_only_since_is_not_corrected(shipped: str) -> None:
    before = get(shipped)

    answer = correct(shipped, place=2, tracking="1Z 999")

    assert (answer.status, answer.fields, get(shipped)["version"]) == (409, ["was"], before["version"])
    assert call("PATCH", f"/orders/{shipped}/fulfilments/1/parcels/1", {"tracking": "X"}).fields == ["was"]
    assert correct(shipped, place=2, was="good2", tracking="1Z 999").status == 200


# ---- parcels that left after a cancellation


def enter(order_id: str, tracking: str, units: int = 0, *, override: bool = False) -> Answer:
    """Enter a parcel of some units of line 1, or without lines."""
    lines = {"lines": [{"line": "1", "quantity": units}]} if units else {}
    parcel = {"carrier": "DHL", "tracking": tracking, **lines}
    answer = step(order_id, "fulfilments/1/ship", {"parcels": [parcel], "override": override})
    messages = queued(settings.tracking_queue_url)
    if messages:
        track.handler(sqs_event(*messages), Context())
    return answer


def routed(quantity: int, on_hand: int = 5, rule: Restock = Restock.UNSHIPPED) -> str:
    set_up(a_configuration(a_warehouse("main"), restock={WarehouseKind.OWN: rule}))
    put_stock(on_hand)
    return one_routed(a_line(quantity=quantity))


def test_what_left_after_its_cancellation_is_recorded_and_leaves_the_shelf(cloud: World) -> None:
    order_id = routed(3)
    step(order_id, "cancel")

    refused = enter(order_id, "JD01")
    answers = [enter(order_id, "JD01", override=True) for _ in range(2)]

    assert (refused.status, "enter it with override: true" in refused.body["detail"]) == (409, True)
    assert [each.status for each in answers] == [202, 202]
    order = get(order_id)
    [problem] = order["exceptions"]
    assert (order["status"], problem["cause"], problem["tracking"]) == (
        "cancelled",
        "shipped_after_cancellation",
        ["JD01"],
    )
    assert "left main all the same, though that was cancelled; no line counts it" in problem["message"]
    assert balance() == (2, 0, 2)


def test_of_a_line_that_was_cancelled_in_part_the_rest_is_shipped_and_the_others_leave_the_shelf(cloud: World) -> None:
    order_id = routed(3)
    step(order_id, "lines/1/cancel", {"keep": 1})

    refused = enter(order_id, "JD01", 3)
    enter(order_id, "JD01", 3, override=True)

    assert (refused.status, refused.fields) == (422, ["parcels.0.lines"])
    assert (get(order_id)["status"], causes(order_id), balance()) == (
        "complete",
        ["shipped_after_cancellation"],
        (2, 0, 2),
    )


def test_no_more_leaves_the_shelf_than_is_there(cloud: World) -> None:
    order_id = routed(3, on_hand=3)
    step(order_id, "cancel")
    one_routed(a_line(quantity=2), number="#8")

    enter(order_id, "JD01", 3, override=True)

    assert (causes(order_id), balance()) == (["shipped_after_cancellation"], (2, 2, 0))


def test_what_was_written_off_as_it_was_cancelled_leaves_the_shelf_once(cloud: World) -> None:
    order_id = routed(3, rule=Restock.NEVER)
    step(order_id, "cancel")

    enter(order_id, "JD01", 3, override=True)

    assert (causes(order_id), balance()) == (["shipped_after_cancellation"], (2, 0, 2))


def test_what_left_after_it_was_taken_back_counts_and_leaves_whoever_has_it(cloud: World) -> None:
    set_up(a_configuration(a_warehouse("main"), a_warehouse("east"), priorities=("main", "east")))
    put_stock(2)
    put_stock(2, warehouse="east")
    order_id = one_routed(a_line(quantity=2))
    step(order_id, "fulfilments/1/take-back", {"to": "east"})
    for message in queued(settings.orders_queue_url):
        route.handler(sqs_event(message), Context())
    assert [each["warehouse"] for each in get(order_id)["fulfilments"]] == ["main", "east"]

    enter(order_id, "JD01", override=True)

    order = get(order_id)
    assert (order["status"], [each["status"] for each in order["fulfilments"]]) == (
        "complete",
        ["shipped", "cancelled"],
    )
    assert order["exceptions"] == []  # no people in the other warehouse have it yet
    assert (balance(), balance(warehouse="east")) == ((0, 0, 0), (2, 0, 2))


def test_what_its_people_completed_does_not_leave_twice(cloud: World) -> None:
    order_id = routed(2)
    step(order_id, "complete")

    answer = enter(order_id, "JD01", 2, override=True)

    assert (answer.status, answer.fields, balance()) == (422, ["parcels.0.lines"], (3, 0, 3))

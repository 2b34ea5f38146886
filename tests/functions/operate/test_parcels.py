"""Tracking numbers that were entered wrong, corrected."""

import pytest

from functions.complete import track
from packhorse.aws.settings import settings
from simulation.aws.boundary import World
from simulation.builders import a_line, sqs_event
from simulation.merchant import Context, balance, put_stock, set_up
from tests.conftest import queued
from tests.functions.operate.calls import Answer, call
from tests.functions.operate.orders import get, one_routed, step

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

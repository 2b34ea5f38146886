"""Labels of services without tracking, as letters have: their carrier gives no number."""

import pytest

from local.world.carriers.shippo import ShippoAccount
from packhorse.domain.labels.label import LabelState
from packhorse.usecases.labels import finish_labels
from simulation.aws.boundary import World
from tests.functions.fulfil.labels import (
    after_a_while,
    an_order_of,
    configured,
    connected,
    connected_to_shippo,
    labels,
    stored,
)
from tests.functions.fulfil.test_label import advance_all, buy, run_later, void
from tests.functions.operate.calls import call
from tests.functions.operate.orders import get

SIZED = {"account": "shippo", "package": {"weight_g": 80, "length_mm": 240, "width_mm": 160, "height_mm": 20}}


@pytest.fixture
def carrier(cloud: World, monkeypatch: pytest.MonkeyPatch) -> ShippoAccount:
    connected(cloud)
    monkeypatch.setattr("local.world.carriers.shippo.tracking_number", lambda *_: "")
    return connected_to_shippo(cloud)


def test_a_label_without_a_number_is_bought_once_and_ships_its_parcel(
    carrier: ShippoAccount, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = an_order_of()

    bought = buy(order, SIZED)
    after_a_while(monkeypatch)
    for _ in range(3):
        cloud.clock.sleep(finish_labels.FINISHED_AFTER)
        advance_all()
        run_later(cloud)

    [parcel] = stored(order).fulfilments[0].parcels
    assert (bought.status, bought.body["tracking"], bool(bought.body["url"])) == (201, "", True)
    assert (len(carrier.purchases), labels(order)) == (1, [LabelState.BOUGHT])
    assert (get(order)["status"], parcel.tracking, parcel.is_named(bought.body["id"])) == ("complete", None, True)


def test_a_label_without_a_number_is_voided_and_its_order_labelled_anew(carrier: ShippoAccount) -> None:
    orders = [an_order_of(), an_order_of()]
    for each in orders:
        buy(each, SIZED)

    assert [void(each).status for each in orders] == [200, 200]
    assert [labels(each) for each in orders] == [[LabelState.VOIDED]] * 2
    assert [get(each)["exceptions"] for each in orders] == [[], []]
    assert [buy(each, SIZED).status for each in orders] == [201, 201]


def test_an_unused_label_without_a_number_is_an_exception_until_it_is_voided(carrier: ShippoAccount) -> None:
    configured(ships_on="packed")
    order = an_order_of()
    bought = buy(order, SIZED).body
    call("POST", f"/orders/{order}/cancel")

    [unused] = get(order)["exceptions"]
    void(order)

    assert (unused["cause"], bought["id"] in unused["message"]) == ("label_unused", True)
    assert (labels(order), get(order)["exceptions"]) == ([LabelState.VOIDED], [])

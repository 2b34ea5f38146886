"""Purchase orders of what a supplier ships to a buyer after it was taken from it: they say what it will invoice."""

from datetime import UTC, datetime

import pytest

from functions.allocate import release
from packhorse.aws.settings import settings
from packhorse.domain.purchasing.drop_ship import following
from packhorse.domain.purchasing.purchase_order import PurchaseState
from packhorse.domain.values import OrderId
from packhorse.store.purchases import PURCHASES
from packhorse.usecases.suppliers import fetch_answers
from packhorse.usecases.supply.buy_for_orders import buy_for_orders
from simulation.aws.boundary import World
from simulation.builders import a_configuration, a_warehouse
from simulation.merchant import MUG, Context, put_stock, set_up
from tests.conftest import invoked
from tests.functions.fulfil.partner import (
    HEAD,
    Partner,
    an_order,
    answer,
    exchange,
    later,
    route_rejected,
    save,
    stored,
)
from tests.functions.fulfil.test_supplier_cancellations import route_all
from tests.functions.fulfil.test_supplier_silence import LATE
from tests.functions.operate.calls import call
from tests.functions.operate.interference import killed_in


@pytest.fixture
def partner(account: Partner) -> Partner:
    """A supplier that ships to buyers, and a warehouse of our own that can ship them, too."""
    set_up(a_configuration(a_warehouse("acme", kind="dropship"), a_warehouse("main"), priorities=("acme", "main")))
    put_stock(50, warehouse="main")
    save(account, when_silent="route_again", purchasing={"drop_ship": True})
    return account


def taken_from_its_supplier(cloud: World, monkeypatch: pytest.MonkeyPatch) -> str:
    """An order whose supplier did not answer, so that it ships from elsewhere."""
    order = an_order(cloud)
    exchange()
    assert purchase(order) == ("submitted", 2, 0, 0, "0.00")
    for hours in (25, 50):
        later(monkeypatch, hours)
        assert exchange()["failure"] is None
    route_rejected(cloud)
    return order


def purchase(order: str) -> tuple[str, int, int, int, str]:
    """The state of the only purchase order, the units of its line, and its total."""
    buy_for_orders([OrderId(order)])
    [found] = call("GET", "/purchase-orders").body["items"]
    [line] = call("GET", f"/purchase-orders/{found['id']}").body["lines"]
    return found["state"], line["ordered"], line["received"], line["refused"], found["total"]["amount"]


def test_what_ships_after_it_was_refused_is_received(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = taken_from_its_supplier(cloud, monkeypatch)
    assert purchase(order) == ("closed", 2, 0, 2, "0.00")

    answer(partner, f"{order}-1,SHP,{MUG},1,UPS,{LATE},")
    assert purchase(order) == ("received", 2, 1, 1, "0.00")
    answer(partner, f"{order}-1,SHP,{MUG},1,UPS,1Z-LATER,", name="shp2.csv")

    assert purchase(order) == ("received", 2, 2, 0, "0.00")
    timeline = PURCHASES.get("PO-1001").timeline
    assert [each.detail for each in timeline if each.detail.startswith("late")] == [
        f"late: 1 of 2 {MUG} shipped",
        f"late: 2 of 2 {MUG} shipped",
    ]


def test_what_ships_after_another_warehouse_shipped_it_is_received_all_the_same(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = taken_from_its_supplier(cloud, monkeypatch)
    parcel = {"carrier": "dhl", "tracking": "JD1"}
    assert call("POST", f"/orders/{order}/fulfilments/2/ship", {"parcels": [parcel]}).status == 202
    route_rejected(cloud)

    for name in ("shp1.csv", "shp2.csv"):
        answer(partner, f"{order}-1,SHP,{MUG},1,UPS,{LATE},", *[""] * (name == "shp2.csv"), name=name)

    assert [each.tracking for each in stored(order).parcels] == ["JD1"]
    assert purchase(order) == ("received", 2, 1, 1, "0.00")
    answer(partner, f"{order}-1,SHP,{MUG},2,UPS,1Z-LATER,", name="shp3.csv")
    assert purchase(order)[2] == 1
    answer(partner, f"{order}-1,SHP,{MUG},1,UPS,1Z-LATER,", name="shp4.csv")
    assert purchase(order) == ("received", 2, 2, 0, "0.00")


def test_one_that_was_cancelled_is_received_by_what_ships_all_the_same(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = taken_from_its_supplier(cloud, monkeypatch)
    now = datetime.now(UTC)
    cancelled = PURCHASES.get("PO-1001").replace(state=PurchaseState.CANCELLED, cancelled_at=now)

    assert following(cancelled, stored(order), {}, now) is cancelled
    answer(partner, f"{order}-1,SHP,,,UPS,{LATE},")

    assert following(cancelled, stored(order), {}, now).state is PurchaseState.RECEIVED


@pytest.mark.parametrize("again", [False, True])
def test_it_follows_what_its_supplier_ships_by_file_at_once(partner: Partner, cloud: World, *, again: bool) -> None:
    order = an_order(cloud)
    exchange()
    follow()
    partner.put("shp1.csv", HEAD + f"{order}-1,SHP,{MUG},2,UPS,{LATE},\n")
    exchange()
    if again:  # the process dies before what follows
        with killed_in(fetch_answers, "answer_waiting"):
            exchange()

    exchange()
    follow()

    assert PURCHASES.get("PO-1001").state is PurchaseState.RECEIVED


def follow() -> None:
    """Route what was sent, and have bought what follows from it."""
    route_all()
    for payload in invoked(settings.release_function):
        release.handler(payload, Context())

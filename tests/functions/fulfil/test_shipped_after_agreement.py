"""Units that a supplier had agreed to keep back, and ships all the same: they have left, and will be on its invoice."""

import pytest

from packhorse.aws.settings import settings
from packhorse.domain.values import OrderId
from packhorse.usecases.supply.buy_for_orders import buy_for_orders
from simulation.aws.boundary import World
from simulation.builders import a_configuration, a_line, a_warehouse
from simulation.merchant import MUG, balance, put_stock, set_up
from tests.conftest import invoked
from tests.functions.fulfil.partner import Partner, an_order, answer, exchange, hand_over, stored
from tests.functions.fulfil.test_late_drop_ships import purchase
from tests.functions.fulfil.test_supplier_cancellations import cancel, connect, route_all, status
from tests.functions.operate.calls import call, encoded
from tests.functions.operate.orders import causes, get, one_routed
from tests.functions.operate.purchasing import LAMP


@pytest.fixture
def partner(account: Partner) -> Partner:
    """A supplier that ships to buyers by purchase orders, and keeps back what is cancelled."""
    connect(account, purchasing={"drop_ship": True})
    return account


def kept_back_in_part(partner: Partner, cloud: World) -> str:
    """An order of three: two have left, and the supplier agreed to keep the third back."""
    order = an_order(cloud, 3)
    exchange()
    answer(partner, f"{order}-1,SHP,{MUG},2,UPS,1ZAA0001,")
    assert call("POST", f"/orders/{order}/lines/1/cancel", {"keep": 2}).status == 200
    route_all()
    exchange()
    answer(partner, f"{order}-1,CXL,{MUG},1,,,", name="shp2.csv")
    assert (status(order), purchase(order)[:3]) == ("complete", ("received", 2, 2))
    return order


def test_a_unit_that_leaves_though_it_was_to_be_kept_back_is_an_exception_and_on_the_purchase_order(
    partner: Partner, cloud: World
) -> None:
    order = kept_back_in_part(partner, cloud)
    on_hand = balance(warehouse="acme")

    for name in ("shp3.csv", "shp4.csv"):
        answer(partner, f"{order}-1,SHP,{MUG},1,UPS,1ZAA0002,", *[""] * (name == "shp4.csv"), name=name)

    [found] = get(order)["exceptions"]
    assert (found["cause"], found["tracking"]) == ("shipped_after_cancellation", ["1ZAA0002"])
    assert f"1 of {MUG} left acme all the same" in found["message"]
    [fulfilment] = stored(order).fulfilments
    assert [each.tracking for each in fulfilment.parcels] == ["1ZAA0001"]
    assert (status(order), balance(warehouse="acme")) == ("complete", on_hand)
    assert purchase(order)[:4] == ("received", 3, 3, 0)
    assert [each for each in call("GET", "/exceptions").body["items"] if each["cause"] == "supplier_rows_refused"] == []


def test_a_parcel_that_may_only_have_another_number_asks_a_person_and_corrects_none(
    partner: Partner, cloud: World
) -> None:
    order = an_order(cloud)
    exchange()
    answer(partner, f"{order}-1,SHP,{MUG},1,UPS,1ZAA0001,")
    call("POST", f"/orders/{order}/lines/1/cancel", {"keep": 1})
    route_all()
    exchange()
    answer(partner, f"{order}-1,CXL,{MUG},1,,,", name="shp2.csv")

    answer(partner, f"{order}-1,SHP,{MUG},1,UPS,1ZAA0002,", name="shp3.csv")

    [found] = get(order)["exceptions"]
    assert (found["cause"], "another number of parcel 1ZAA0001" in found["message"]) == ("shipment_refused", True)
    assert [each.tracking for each in stored(order).fulfilments[0].parcels] == ["1ZAA0001"]
    assert purchase(order)[:3] == ("received", 1, 1)


@pytest.mark.parametrize(
    ("row", "numbers"), [(f"SHP,{MUG},2,UPS,1Z1,", ["1Z1"]), ("SHP,,,UPS,1Z1,", ["1Z1"]), (f"SHP,{MUG},2,,,", [])]
)
def test_an_order_that_was_cancelled_stays_so_and_its_purchase_order_is_received(
    row: str, numbers: list[str], partner: Partner, cloud: World
) -> None:
    order = an_order(cloud)
    exchange()
    assert purchase(order)[0] == "submitted"
    cancel(order)
    exchange()
    answer(partner, f"{order}-1,CXL,,,,,")
    route_all()
    assert (status(order), purchase(order)[0]) == ("cancelled", "cancelled")

    answer(partner, f"{order}-1,{row}", name="shp2.csv")

    [found] = get(order)["exceptions"]
    assert (status(order), found["cause"], found["tracking"]) == ("cancelled", "shipped_after_cancellation", numbers)
    assert balance(warehouse="acme") == (1000, 0, 1000)
    assert purchase(order)[:4] == ("received", 2, 2, 0)


def without_its_message(cloud: World, *skus: str) -> str:
    """An order of two of each product that is handed over; its purchase order was not made: the message was lost."""
    set_up(a_configuration(a_warehouse("acme", kind="dropship"), priorities=("acme",)), *skus)
    terms = {"supplier": "acme", "price": {"amount": "2.00", "currency": "EUR"}}
    for sku in skus:
        if sku != MUG:
            put_stock(1000, sku, warehouse="acme")
        assert call("PATCH", f"/products/{encoded(sku)}", {"bought_from": [terms]}).status == 200
    order = one_routed(*(a_line(sku, 2, line=str(place)) for place, sku in enumerate(skus, start=1)))
    hand_over(cloud)
    invoked(settings.release_function)
    exchange()
    return order


def test_what_leaves_of_a_cancelled_order_has_a_purchase_order_though_it_had_none(
    partner: Partner, cloud: World
) -> None:
    order = without_its_message(cloud, MUG)
    cancel(order)
    exchange()
    answer(partner, f"{order}-1,CXL,,,,,")
    route_all()

    answer(partner, f"{order}-1,SHP,{MUG},2,UPS,1Z1,", name="shp2.csv")

    assert purchase(order) == ("received", 2, 2, 0, "4.00")


@pytest.mark.parametrize("is_late", [False, True])
def test_what_leaves_of_a_line_that_was_cancelled_before_is_on_the_purchase_order(
    partner: Partner, cloud: World, *, is_late: bool
) -> None:
    order = without_its_message(cloud, MUG, LAMP)
    assert call("POST", f"/orders/{order}/lines/2/cancel", {}).status == 200
    route_all()
    exchange()
    answer(partner, f"{order}-1,CXL,{LAMP},,,,")
    route_all()
    made = purchase(order)
    if is_late:
        answer(partner, f"{order}-1,SHP,{MUG},2,UPS,1Z1,", name="shp2.csv")
        assert purchase(order)[:3] == ("received", 2, 2)

    answer(partner, f"{order}-1,SHP,{LAMP},1,UPS,1Z2,", name="shp3.csv")
    buy_for_orders([OrderId(order)])

    assert made == ("submitted", 2, 0, 0, "4.00")
    [found] = call("GET", "/purchase-orders").body["items"]
    lines = call("GET", f"/purchase-orders/{found['id']}").body["lines"]
    assert [(each["sku"], each["ordered"], each["received"]) for each in lines] == [
        (MUG, 2, 2 if is_late else 0),
        (LAMP, 1, 1),
    ]
    assert (found["state"], found["total"]["amount"]) == ("received" if is_late else "partially_received", "6.00")


def test_a_parcel_of_more_than_remains_and_was_to_be_kept_back_is_two_things(partner: Partner, cloud: World) -> None:
    order = an_order(cloud, 3)
    exchange()
    call("POST", f"/orders/{order}/lines/1/cancel", {"keep": 2})
    route_all()
    exchange()
    answer(partner, f"{order}-1,CXL,{MUG},1,,,")

    answer(partner, f"{order}-1,SHP,{MUG},4,UPS,1Z1,", name="shp2.csv")
    assert (status(order), causes(order)) == ("in_fulfilment", ["shipment_refused"])
    answer(partner, f"{order}-1,SHP,{MUG},3,UPS,1Z1,", name="shp3.csv")

    assert (status(order), causes(order)) == ("complete", ["shipped_after_cancellation"])
    assert [(each.tracking, each.lines[0].quantity) for each in stored(order).fulfilments[0].parcels] == [("1Z1", 2)]
    assert balance(warehouse="acme") == (998, 0, 998)
    assert purchase(order)[:3] == ("received", 3, 3)


def test_what_was_taken_back_for_another_warehouse_leaves_that_one_once(partner: Partner, cloud: World) -> None:
    order = an_order(cloud)
    exchange()
    set_up(a_configuration(a_warehouse("acme", kind="dropship"), a_warehouse("main"), priorities=("acme", "main")))
    put_stock(10)
    call("POST", f"/orders/{order}/fulfilments/1/take-back", {"reason": "too slow"})
    route_all()
    exchange()
    answer(partner, f"{order}-1,CXL,,,,,")
    route_all()
    hand_over(cloud)
    assert balance() == (10, 2, 8)

    answer(partner, f"{order}-1,SHP,{MUG},2,UPS,1Z1,", name="shp2.csv")
    route_all()

    assert (status(order), causes(order)) == ("complete", ["shipped_late"])
    assert (balance(), balance(warehouse="acme")) == ((10, 0, 10), (998, 0, 998))
    assert purchase(order)[:3] == ("received", 2, 2)


@pytest.mark.parametrize("there", [1000, 2])
def test_a_held_order_whose_units_leave_all_the_same_has_shipped(partner: Partner, cloud: World, there: int) -> None:
    counted = {"adjustments": [{"sku": MUG, "warehouse": "acme", "set": there}]}
    assert call("POST", "/stock/adjustments", counted).status == 200
    order = an_order(cloud)
    exchange()
    call("POST", f"/orders/{order}/hold", {"reason": "a doubt"})
    route_all()
    exchange()
    answer(partner, f"{order}-1,CXL,,,,,")
    route_all()

    answer(partner, f"{order}-1,SHP,{MUG},2,UPS,1Z1,", name="shp2.csv")
    route_all()

    assert [each.tracking for each in stored(order).parcels] == ["1Z1"]
    assert balance(warehouse="acme") == (there - 2, 0, there - 2)
    assert purchase(order)[:3] == ("received", 2, 2)

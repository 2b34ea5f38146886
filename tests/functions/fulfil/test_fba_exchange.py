"""An exchange goes on whatever single orders do, and the next one where it ended, through the real handler."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.fulfil import fba
from local.world.amazon import Amazon
from local.world.failures import Failure
from packhorse.channels.amazon.outbound import AmazonOutbound
from packhorse.domain.fba.outbound import McfProgress
from packhorse.domain.orders.order import Status
from packhorse.domain.values import WarehouseId
from packhorse.messages.fba import ExchangeWithAmazon
from packhorse.store import fba_state
from simulation.aws.boundary import Call, World
from simulation.merchant import MUG, Context, balance
from tests.functions.fulfil.fba import SKU, an_fba, exchange, follow_up, later, name_of, part_of, run_exchange, sent
from tests.functions.fulfil.partner import refusing
from tests.functions.fulfil.test_fba import ORDERS, item_of, move, order_of
from tests.functions.operate.calls import call
from tests.functions.operate.orders import open_causes

AMAZON = WarehouseId("amazon")


@pytest.fixture
def amazon(cloud: World) -> Amazon:
    return an_fba(cloud, units=100)


def until() -> datetime:
    return fba_state.get_progress_read(AMAZON, datetime.now(UTC)).until


def message() -> str:
    [opened] = call("GET", "/exceptions").body["items"]
    return str(opened["message"])


# ---- orders of which the answers make no sense -----------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 4])
def test_orders_that_make_no_sense_stop_neither_the_stock_nor_the_others(
    amazon: Amazon, cloud: World, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    broken, fine = [sent(cloud) for _ in range(number)], sent(cloud)
    exchange()
    for order in broken:
        amazon.outbound[name_of(order)]["order"]["fulfillmentOrderStatus"] = "ON_HOLD"
    move(amazon, fine, "ship")
    amazon.stock[SKU]["fulfillable"] = 90
    before = until()

    for minutes in (40, 80):
        later(monkeypatch, minutes)
        exchange()

    assert order_of(fine).status is Status.COMPLETE
    assert balance(MUG, "amazon")[2] == 90
    assert until() > before + timedelta(minutes=60)
    assert open_causes() == ["amazon_failed"]
    assert all(name_of(order) in message() for order in broken)


def test_an_order_that_a_right_lacks_for_stops_neither_the_stock_nor_the_others(amazon: Amazon, cloud: World) -> None:
    refused, fine = sent(cloud), sent(cloud)
    exchange()
    move(amazon, fine, "ship")
    amazon.stock[SKU]["fulfillable"] = 90
    amazon.failures.append(Failure(method="GET", path=ORDERS, ending=name_of(refused), status=403, text="no", times=9))

    exchange()

    assert order_of(fine).status is Status.COMPLETE
    assert open_causes() == ["amazon_failed"]
    assert name_of(refused) in message()


@pytest.mark.parametrize("ending", ["sense", "person"])
def test_the_exception_ends_once_amazon_makes_sense_or_the_order_is_over_here(
    amazon: Amazon, cloud: World, ending: str
) -> None:
    order = sent(cloud)
    amazon.outbound[name_of(order)]["order"]["fulfillmentOrderStatus"] = "ON_HOLD"
    exchange()
    exchange()
    opened = open_causes()
    if ending == "sense":
        amazon.outbound[name_of(order)]["order"]["fulfillmentOrderStatus"] = "PLANNING"
    else:
        assert (
            call("POST", f"/orders/{order}/fulfilments/1/reject", {"reason": "other", "override": True}).status == 200
        )

    exchange()

    assert (opened, open_causes()) == (["amazon_failed"], [])


def test_an_order_that_fails_does_not_hide_the_exception_until_its_turn(
    amazon: Amazon, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("packhorse.usecases.amazon.exchange_with_amazon.MOST_IN_TURN", 1)
    broken, _, _ = sent(cloud), sent(cloud), sent(cloud)
    amazon.outbound[name_of(broken)]["order"]["fulfillmentOrderStatus"] = "ON_HOLD"
    opened = []
    for minutes in (0, 30, 60, 90):
        later(monkeypatch, minutes)
        exchange()
        opened.append(open_causes())

    assert opened == [["amazon_failed"]] * 4


def test_a_list_of_changes_that_makes_no_sense_leaves_the_turn_and_the_stock(amazon: Amazon, cloud: World) -> None:
    order = sent(cloud)
    move(amazon, order, "ship")
    amazon.failures.append(Failure(method="GET", path=ORDERS, ending="Orders", status=200, text="<html>", times=1))

    exchange()

    assert order_of(order).status is Status.COMPLETE
    assert fba_state.find_stock_read(AMAZON) is not None
    assert open_causes() == ["amazon_failed"]


# ---- more than there is time for -------------------------------------------------------------------------------------


class Slow:
    """An Amazon that takes long to read an order, and what it was asked for."""

    def __init__(self) -> None:
        self.left = 0.0
        self.read: list[str] = []

    def exchange(self, seconds: float) -> list[str]:
        """Run an exchange of so many seconds; return the ids of the orders that it read."""
        self.left, self.read = seconds, []
        context = Context(lambda: self.left)
        fba.handler(ExchangeWithAmazon(warehouse="amazon").model_dump(mode="json"), context)
        follow_up()
        return self.read


@contextmanager
def slow(monkeypatch: pytest.MonkeyPatch, seconds: float = 20.0) -> Iterator[Slow]:
    """Each order takes so many seconds to read."""
    found, original = Slow(), AmazonOutbound.find

    def find(outbound: AmazonOutbound, name: str) -> McfProgress | None:
        found.left -= seconds
        found.read.append(name)
        return original(outbound, name)

    with monkeypatch.context() as patched:
        patched.setattr(AmazonOutbound, "find", find)
        yield found


def test_what_there_is_no_time_for_is_read_next_the_oldest_first_and_the_stock_in_between(
    amazon: Amazon, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = [sent(cloud, 1) for _ in range(6)]
    exchange()
    began = datetime.now(UTC)
    for age, order in enumerate(orders):
        move(amazon, order, "ship")
        changed = began + timedelta(minutes=20 - age)
        amazon.outbound[name_of(order)]["order"]["statusUpdatedDate"] = changed.isoformat()
    amazon.stock[SKU]["fulfillable"] = 60

    read, reached = [], []
    with slow(monkeypatch) as hurried:
        for minutes in (40, 50, 60, 71):
            later(monkeypatch, minutes)
            read += hurried.exchange(120)
            reached.append(until())
    exchange()

    names = [name_of(each) for each in reversed(orders)]
    assert read[:2] == names[:2]
    assert sorted(read) == sorted(names)
    assert reached == sorted(reached)
    assert reached[0] < began + timedelta(minutes=21)
    assert {order_of(each).status for each in orders} == {Status.COMPLETE}
    assert balance(MUG, "amazon") == (60, 0, 60)


def test_what_is_over_and_was_read_is_not_read_again(
    amazon: Amazon, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = sent(cloud)
    move(amazon, order, "ship")
    exchange()

    with slow(monkeypatch) as unhurried:
        assert unhurried.exchange(300) == []


def test_a_warehouse_that_stays_behind_is_an_exception_until_it_has_caught_up(
    amazon: Amazon, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        move(amazon, sent(cloud, 1), "ship")
    fba_state.save_progress_read(AMAZON, fba_state.ProgressRead(until=datetime.now(UTC)))
    opened = []
    with slow(monkeypatch, 60.0) as hurried:
        for minutes in (130, 140, 150, 160):
            later(monkeypatch, minutes)
            hurried.exchange(120)
            opened.append(open_causes())

    assert ["amazon_failed"] in opened
    assert opened[-1] == []


@pytest.mark.parametrize("failing", [0, 60])
def test_a_number_is_waited_for_though_what_follows_of_its_package_fails(
    amazon: Amazon, cloud: World, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    order = sent(cloud)
    move(amazon, order, "ship", packages=[{"carrierCode": "USPS", "units": {item_of(amazon, order): 2}}])
    for minutes in (0, 60):
        later(monkeypatch, minutes)
        with refusing(cloud, monkeypatch, is_answer) if minutes == failing else nullcontext():
            run_exchange()
        follow_up()
    later(monkeypatch, 120)
    exchange()
    box: dict[str, Any] = amazon.outbound[name_of(order)]["shipments"][0]["fulfillmentShipmentPackage"][0]
    box["trackingNumber"] = "941"

    later(monkeypatch, 180)
    exchange()

    assert [each.tracking for each in part_of(order).parcels] == ["941"]
    assert open_causes() == []


def is_answer(each: Call) -> bool:
    return each.operation == "SendTaskSuccess"


def test_a_number_is_waited_for_though_nothing_at_amazon_changes_any_more(
    amazon: Amazon, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = sent(cloud)
    move(amazon, order, "ship", packages=[{"carrierCode": "USPS", "units": {item_of(amazon, order): 2}}])
    for minutes in (0, 60, 120):
        later(monkeypatch, minutes)
        exchange()
    box: dict[str, Any] = amazon.outbound[name_of(order)]["shipments"][0]["fulfillmentShipmentPackage"][0]
    box["trackingNumber"] = "941"

    later(monkeypatch, 180)
    exchange()
    later(monkeypatch, 190)
    exchange()

    assert [each.tracking for each in part_of(order).parcels] == ["941"]
    assert fba_state.get_progress_read(AMAZON, datetime.now(UTC)).again == ()

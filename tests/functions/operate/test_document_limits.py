"""What is stored can be read and shown: sums beyond a limit are refused, with the field that was sent."""

from datetime import UTC, datetime
from typing import Any

import pytest

from packhorse.domain.errors import Rejected
from packhorse.domain.numbered import Effects
from packhorse.domain.stock.costing import CostBasis, CostChange
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.values import Sku, WarehouseId
from packhorse.store import costs
from packhorse.store.purchases import PURCHASES
from simulation.merchant import MUG, put_stock
from tests.functions.operate import purchasing, transferring, working
from tests.functions.operate.calls import Answer, call

pytestmark = pytest.mark.usefixtures("cloud")

MOST = 1_000_000
LARGEST = {"amount": "9999999999999.99", "currency": "EUR"}
DEAR = CostBasis(1, 10**15 - 1, "EUR")


def refused(answer: Answer) -> list[str]:
    assert answer.status == 422, answer.body
    return [error["field"] for error in answer.body["errors"]]


def put_dear(sku: str, place: str) -> None:
    put_stock(20, sku, place, event="dear", cost=DEAR)


def landed(name: str, document: str, amount: dict[str, str]) -> Answer:
    return purchasing.do(name, "landed-costs", {"document": document, "amount": amount, "by": "quantity"})


@pytest.mark.parametrize("more", [{}, {"accept_over": True}])
def test_deliveries_that_are_too_much_together_are_refused(more: dict[str, Any]) -> None:
    purchasing.merchant()
    name = purchasing.on_order(purchasing.line(), purchasing.line(purchasing.LAMP))
    arrived = purchasing.arrived(MOST, **more)

    assert purchasing.receive(name, arrived, receipt="1").status == 200
    assert refused(purchasing.receive(name, purchasing.arrived(1, "2"), arrived, receipt="2")) == ["lines.1.accepted"]

    assert purchasing.receive(name, arrived, receipt="1").status == 200
    assert purchasing.do(name, "lines/1/surplus", {"decision": "accept"}).status == 200
    assert [each["id"] for each in call("GET", "/purchase-orders").body["items"]] == [name]
    assert purchasing.shelf() == (MOST, 0)


def test_a_transfer_takes_no_more_units_beyond_it_than_can_be_recorded() -> None:
    transferring.merchant()
    name = transferring.sent()
    found = transferring.arrived(MOST, accept_over=True)

    assert transferring.receive(name, found, receipt="1").status == 200
    assert refused(transferring.receive(name, found, receipt="2")) == ["lines.0.accepted"]
    assert call("GET", f"/transfer-orders/{name}").body["lines"][0]["over"] == MOST - 10


def test_what_is_sent_at_once_costs_no_more_than_an_amount_can_be() -> None:
    transferring.merchant()
    put_dear("DEAR", "east")
    call("PUT", "/products/DEAR", {})
    name = transferring.made({"sku": transferring.LAMP, "units": 2}, {"sku": "DEAR", "units": 10})

    assert refused(transferring.do(name, "send", {})) == ["lines.1.units"]
    assert transferring.do(name, "send", {"lines": [{"line": "2", "units": 1}]}).status == 200


def test_a_work_order_takes_no_more_of_a_component_than_can_be_recorded() -> None:
    working.merchant()
    most = MOST // 4
    made = working.made(most)

    assert refused(call("POST", "/work-orders", working.draft(most + 1))) == ["units"]
    assert refused(call("PUT", f"/work-orders/{made}", working.draft(most + 1))) == ["units"]
    call("PUT", f"/products/{working.TABLE}", {"kind": "built", "components": {working.LEG: 5, working.TOP: 1}})
    assert refused(working.do(made, "submit", {})) == ["units"]


@pytest.mark.parametrize(
    ("broken", "field"),
    [({"failed": 1}, "failed"), ({"scrap": [{"sku": working.LEG, "units": 1}]}, "scrap.0.units")],
)
def test_no_more_breaks_than_can_be_recorded(broken: dict[str, Any], field: str) -> None:
    working.merchant()
    put_stock(MOST, working.LEG, "main", event="many")
    put_stock(MOST, working.TOP, "main", event="many")
    name = working.submitted(2)
    assert working.report(name, failed=MOST // 4, reason="bent").status == 200

    assert refused(working.report(name, number="R-2", reason="bent", **broken)) == [field]


def test_labour_is_an_amount_for_all_units_and_for_those_of_a_report() -> None:
    working.merchant()
    half = {"amount": "5000000000000.00", "currency": "EUR"}

    assert refused(call("POST", "/work-orders", working.draft(2, labour=half))) == ["labour.amount"]
    name = working.submitted(1, labour=half)
    assert refused(working.report(name, failed=2, reason="bent")) == ["labour"]
    assert refused(working.report(name, failed=1, reason="bent", labour=LARGEST | {"amount": "-1.00"})) == [
        "labour.amount"
    ]


def test_what_a_work_order_cost_is_an_amount_in_all_its_reports() -> None:
    working.merchant()
    call("PUT", "/products/GEM", {})
    call("PUT", "/products/RING", {"kind": "built", "components": {"GEM": 1}})
    put_dear("GEM", "main")
    name = working.submitted(3, "RING")

    assert refused(working.report(name, 2)) == ["done"]
    assert working.report(name, 1).body["cost"] == LARGEST
    assert refused(working.report(name, 1, "R-2")) == ["done"]
    assert call("GET", "/work-orders").status == call("GET", "/stock").status == 200


def test_landed_costs_and_the_goods_are_an_amount_together() -> None:
    purchasing.merchant()
    name = purchasing.on_order(purchasing.line(ordered=1, cost="1.00"))

    assert refused(landed(name, "A", LARGEST)) == ["amount.amount"]
    assert landed(name, "A", {"amount": "9999999999998.99", "currency": "EUR"}).status == 200
    assert refused(landed(name, "B", {"amount": "0.01", "currency": "EUR"})) == ["amount.amount"]

    assert purchasing.receive(name, purchasing.arrived(1)).status == 200
    assert call("GET", "/stock").body["items"][0]["average_cost"] == LARGEST


def test_an_average_that_could_not_be_shown_is_not_stored() -> None:
    purchasing.merchant()
    name = purchasing.on_order(purchasing.line(ordered=1, cost=LARGEST["amount"]))
    before, at = PURCHASES.get(name), Shelf(Sku(MUG), WarehouseId("main"))
    effects = Effects(costs={at: CostChange(None, CostBasis(3, 3 * 10**15, "EUR"))})

    with pytest.raises(Rejected, match="cost that much"):
        PURCHASES.save(before, before.replace(note="dear"), effects, datetime.now(UTC))

    assert costs.costs_at([at])[at].basis is None
    assert PURCHASES.get(name) == before


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ({"surplus": MOST + 1}, "lines.0.surplus"),
        ({"rejected": -1}, "lines.0.rejected"),
        ({"answer": "x" * 300}, "lines.0.answer"),
        ({"landed": 10**15}, "lines.0.landed"),
    ],
)
def test_a_document_that_could_not_be_read_or_shown_is_not_stored(line: dict[str, Any], field: str) -> None:
    purchasing.merchant()
    before = PURCHASES.get(purchasing.on_order())

    with pytest.raises(Rejected) as raised:
        PURCHASES.save(before, before.with_line(before.lines[0].replace(**line)), Effects(), datetime.now(UTC))

    assert [error.field for error in raised.value.errors] == [field]
    assert PURCHASES.get(before.id) == before

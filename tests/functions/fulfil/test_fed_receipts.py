"""Purchase, transfer and work orders at a warehouse whose stock a supplier's feed says: no receipt adds to it."""

from typing import Any

import pytest

from packhorse.domain.stock.goods import Shelf
from packhorse.domain.values import Sku, WarehouseId
from packhorse.store import stock
from packhorse.usecases.operations.audit_shelves import OnItsWay, shelf_faults
from simulation.builders import a_configuration, a_warehouse
from simulation.merchant import set_up
from tests.functions.fulfil.partner import Partner, save
from tests.functions.fulfil.test_supplier_feeds import CUP, FEED, feed, units, with_a_feed
from tests.functions.operate.calls import call

DOLLAR = {"amount": "1.00", "currency": "USD"}
NOTE = "no stock changed: a supplier's feed says what is there"


@pytest.fixture
def partner(account: Partner) -> Partner:
    """A logistics partner with a stock feed, beside a warehouse of our own."""
    set_up(a_configuration(a_warehouse("acme", kind="3pl"), a_warehouse("own"), priorities=("acme", "own")))
    return with_a_feed(account)


def a_purchase(**line: Any) -> str:
    """A purchase order of cups that was submitted."""
    call("PUT", "/suppliers/mill", {"name": "Mill"})
    lines = [{"sku": CUP, "ordered": 100, "unit_cost": DOLLAR, **line}]
    made = call(
        "POST", "/purchase-orders", {"supplier": "mill", "warehouse": "acme", "currency": "USD", "lines": lines}
    )
    call("POST", f"/purchase-orders/{made.body['id']}/submit")
    return str(made.body["id"])


def receive(purchase: str, accepted: int = 100) -> Any:
    receipt = {"receipt": "DN-1", "lines": [{"line": "1", "accepted": accepted}]}
    answer = call("POST", f"/purchase-orders/{purchase}/receive", receipt)
    assert answer.status == 200, answer.body
    return answer.body


def at(warehouse: str) -> tuple[int, int]:
    """On hand and incoming."""
    shelf = Shelf(Sku(CUP), WarehouseId(warehouse))
    found = stock.balances_at([shelf]).get(shelf)
    return (found.on_hand, found.incoming) if found else (0, 0)


def test_a_receipt_closes_the_purchase_order_and_leaves_the_stock_to_the_feed(partner: Partner) -> None:
    purchase = a_purchase()
    feed(partner, f"{CUP},100")
    assert at("acme") == (100, 100)

    received = receive(purchase)

    assert (received["state"], at("acme")) == ("received", (100, 0))
    assert NOTE in received["timeline"][-1]["detail"]


def test_a_surplus_that_is_accepted_is_in_the_feed_as_well(partner: Partner) -> None:
    purchase = a_purchase()
    feed(partner, f"{CUP},110")
    receive(purchase, accepted=110)

    call("POST", f"/purchase-orders/{purchase}/lines/1/surplus", {"decision": "accept"})

    assert at("acme") == (110, 0)


@pytest.mark.parametrize("is_fed", [True, False])
def test_a_receipt_that_changed_no_stock_changes_none_when_it_is_withdrawn(partner: Partner, is_fed: bool) -> None:
    purchase = a_purchase()
    receive(purchase)
    feed(partner, f"{CUP},70")
    if not is_fed:
        save(partner)

    withdrawn = call("POST", f"/purchase-orders/{purchase}/receipts/withdraw", {"receipt": "DN-1", "line": "1"})

    assert (withdrawn.status, at("acme")) == (200, (70, 100))


@pytest.mark.parametrize("changes", [{}, {"feed": FEED, "active": False}], ids=["no feed", "switched off"])
def test_units_are_put_on_the_shelf_where_no_feed_is_read(partner: Partner, changes: dict[str, Any]) -> None:
    purchase = a_purchase()
    save(partner, **changes)

    receive(purchase)

    assert at("acme") == (100, 0)


def a_transfer(from_warehouse: str, to_warehouse: str) -> str:
    """A transfer order of cups that was sent."""
    lines = [{"sku": CUP, "units": 50}]
    body = {"from_warehouse": from_warehouse, "to_warehouse": to_warehouse, "lines": lines}
    transfer = call("POST", "/transfer-orders", body).body["id"]
    sent = call("POST", f"/transfer-orders/{transfer}/send", {})
    assert sent.status == 200, sent.body
    return str(transfer)


def arrive(transfer: str, step: str = "receive") -> Any:
    receipt = {"receipt": "VAN-1", "lines": [{"line": "1", "accepted": 50}]}
    answer = call("POST", f"/transfer-orders/{transfer}/{step}", receipt)
    assert answer.status == 200, answer.body
    return answer.body


def test_what_a_transfer_order_brings_is_in_the_feed(partner: Partner) -> None:
    put = {"sku": CUP, "warehouse": "own", "quantity": 50}
    call("POST", "/stock/receipts", {"receipts": [put]})
    transfer = a_transfer("own", "acme")
    assert (at("own"), at("acme")) == ((0, 0), (0, 50))
    feed(partner, f"{CUP},50")

    received = arrive(transfer)

    assert (received["state"], at("acme")) == ("received", (50, 0))
    assert NOTE in received["timeline"][-1]["detail"]


@pytest.mark.parametrize(("step", "own"), [("receive", 50), ("return", 0)])
def test_what_a_transfer_order_takes_away_is_left_out_by_the_feed(partner: Partner, step: str, own: int) -> None:
    feed(partner, f"{CUP},10")  # it has taken 50 of 60 off already

    transfer = a_transfer("acme", "own")

    assert (units(CUP), at("own")) == ((10, 0, 10), (0, 50))
    assert NOTE in call("GET", f"/transfer-orders/{transfer}").body["timeline"][-1]["detail"]
    arrive(transfer, step)
    assert (units(CUP), at("own")) == ((10, 0, 10), (own, 0))


def a_box() -> None:
    """A box is built of two cups."""
    assert call("PUT", "/products/BOX", {"kind": "built", "components": {CUP: 2}}).status == 200


def a_work_order(**more: Any) -> str:
    """A work order of ten boxes that was submitted."""
    work = call("POST", "/work-orders", {"sku": "BOX", "warehouse": "acme", "units": 10, **more}).body["id"]
    assert call("POST", f"/work-orders/{work}/submit", {}).status == 200
    return str(work)


def report(work: str, done: int, **more: Any) -> Any:
    answer = call("POST", f"/work-orders/{work}/report", {"report": f"CARD-{done}", "done": done, **more})
    assert answer.status == 200, answer.body
    return answer.body


def test_what_a_work_order_uses_and_builds_is_in_the_feed(partner: Partner) -> None:
    a_box()
    feed(partner, f"{CUP},100")
    work = a_work_order()
    feed(partner, f"{CUP},84", "BOX,8", name="inv2.csv")

    report(work, 6, failed=2, reason="bent")
    assert (units(CUP), units("BOX")) == ((84, 8, 76), (8, 0, 8))
    done = report(work, 4)

    assert (done["state"], units(CUP), units("BOX")) == ("done", (84, 0, 84), (8, 0, 8))
    assert NOTE in done["timeline"][-1]["detail"]
    assert [each["is_counted"] for each in done["reports"]] == [False, False]
    [row] = call("GET", "/stock", query={"sku": "BOX"}).body["items"]
    assert row["incoming"] == 0
    for sku in (CUP, "BOX"):
        assert shelf_faults(Shelf(Sku(sku), WarehouseId("acme")), OnItsWay.read(), {}, lambda: False) == ""


def test_what_a_feed_has_used_already_keeps_no_report_from_being_recorded(partner: Partner) -> None:
    a_box()
    feed(partner, f"{CUP},20")
    work = a_work_order()

    done = report(work, 10, scrap=[{"sku": CUP, "units": 5}], reason="chipped")

    assert (done["state"], units(CUP)) == ("done", (20, 0, 20))

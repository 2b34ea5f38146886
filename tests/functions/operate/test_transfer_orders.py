"""Transfer orders through the API: no unit is at two places or at none, whoever dies where and repeats what."""

from collections.abc import Callable
from typing import Any

import pytest

from functions.allocate import release
from packhorse.domain.audits import AuditKind
from packhorse.domain.configuration.warehouse import WarehouseKind
from packhorse.domain.errors import NotNow
from packhorse.domain.money import Money
from packhorse.domain.problem import Cause
from packhorse.domain.stock.costing import CostBasis
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.supply.supplier import Supplier
from packhorse.domain.transfers.drafting import TransferDraft
from packhorse.domain.transfers.sending import TransferSending
from packhorse.domain.values import Sku, WarehouseId
from packhorse.store import exceptions, stock, suppliers
from packhorse.store.exceptions import ExceptionState
from packhorse.usecases.supply.change_transfer import create_transfer, send_transfer
from simulation.builders import NOON, a_configuration, a_line, a_warehouse
from simulation.merchant import MUG, Context, balance, ledger_sums, put_stock, set_up, stored
from tests.functions.operate import purchasing
from tests.functions.operate.calls import Answer, call
from tests.functions.operate.interference import killed, meanwhile
from tests.functions.operate.people import WIL, invited
from tests.functions.operate.test_audit import audited, routed
from tests.functions.operate.transferring import LAMP, PLACES, arrived, do, draft, made, merchant, receive, sent, shelf

pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture(autouse=True)
def _merchant(cloud: Any) -> None:
    merchant()


def show(name: str, **more: Any) -> dict[str, Any]:
    return dict(call("GET", f"/transfer-orders/{name}", **more).body)


def differences() -> list[str]:
    found, _ = exceptions.newest_exceptions(ExceptionState.OPEN, None, 10, Cause.TRANSFER_DIFFERS)
    return [each.message for each in found]


# ---- requested, sent


def test_one_is_requested_edited_and_sent() -> None:
    name = made(reference="van 3")

    edited = call("PUT", f"/transfer-orders/{name}", draft({"sku": MUG, "units": 4}, {"sku": LAMP, "units": 2}))
    assert (name, edited.body["state"], shelf("east"), shelf("west")) == (
        "TO-1001",
        "requested",
        (20, 0, 0),
        (0, 0, 0),
    )
    first, again = do(name, "send", {}), do(name, "send", {})

    assert (first.body["state"], again.status, again.body["sent_at"]) == ("sent", 200, first.body["sent_at"])
    assert (shelf("east"), shelf("west"), shelf("west", LAMP)) == ((16, 0, 0), (0, 0, 4), (0, 0, 2))
    assert call("PUT", f"/transfer-orders/{name}", draft()).status == 409
    [item] = call("GET", "/stock", query={"sku": LAMP, "warehouse": "west"}).body["items"]
    assert (item["incoming"], item["in_transit"]) == (2, 2)
    assert [each["what"] for each in show(name)["timeline"]] == ["requested", "edited", "sent"]


def test_a_fault_names_its_field() -> None:
    wrong = draft({"sku": "GONE", "units": 1}, from_warehouse="moon", to_warehouse="theirs")

    answer = call("POST", "/transfer-orders", wrong)

    assert (answer.status, answer.fields) == (422, ["from_warehouse", "to_warehouse", "lines.0.sku"])
    assert call("POST", "/transfer-orders", draft(from_warehouse="amazon")).fields == ["from_warehouse"]
    assert call("POST", "/transfer-orders", draft(to_warehouse="east")).fields == ["to_warehouse"]
    assert call("GET", "/transfer-orders/TO-9").status == 404


def test_a_repeated_request_makes_one_and_two_at_once_have_different_numbers() -> None:
    first, again = (call("POST", "/transfer-orders", draft(), headers={"idempotency-key": "k1"}) for _ in range(2))
    assert first.body["id"] == again.body["id"]

    wanted = TransferDraft.model_validate(draft())
    with meanwhile("TransactWriteItems", lambda: create_transfer(wanted, "another", "user:ada")):
        assert made() == "TO-1003"


def test_what_orders_have_stays() -> None:
    order = stored(routed(a_line(quantity=15)))
    assert [part.warehouse for part in order.lines[0].allocations] == ["east"]
    name = made()

    refused = do(name, "send", {})
    assert (refused.status, refused.fields) == (409, ["lines.0.units"])
    assert "5 of" in refused.body["errors"][0]["message"]
    assert do(name, "send", {"force": True}).status == 409
    assert do(name, "send", {"lines": [{"line": "1", "units": 5}]}).body["lines"][0]["sent"] == 5

    assert balance(warehouse="east") == (15, 15, 0)


def test_what_is_sold_meanwhile_is_not_sent() -> None:
    name = made()

    def sent_late() -> None:
        with meanwhile("TransactWriteItems", lambda: routed(a_line(quantity=15))):
            send_transfer(name, TransferSending(), "user:ada")

    with pytest.raises(NotNow):
        sent_late()
    assert (shelf("east"), shelf("west")) == ((20, 0, 0), (0, 0, 0))


def test_two_that_want_the_same_units_do_not_both_get_them() -> None:
    first, second = made({"sku": MUG, "units": 12}), made({"sku": MUG, "units": 12})
    answers = list[Answer]()

    with meanwhile("TransactWriteItems", lambda: answers.append(do(second, "send", {}))):
        answers.append(do(first, "send", {}))

    assert [each.status for each in answers] == [200, 409]
    assert (shelf("east"), shelf("west")) == ((8, 0, 0), (0, 0, 12))


# ---- received, returned, given up


def test_parts_arrive_until_all_is_there_and_serve_orders() -> None:
    order = routed(a_line(quantity=30))
    assert stored(order).lines[0].short
    name = sent({"sku": LAMP, "units": 8})
    waits = routed(a_line(LAMP, quantity=6), channel_order_id="L-1")
    assert stored(waits).lines[0].short == 6

    first = receive(name, arrived(6), receipt="1").body
    release.handler({"kind": "sku", "sku": LAMP, "arrived_at": ["west"]}, Context())
    last = receive(name, arrived(1, damaged=1, reason="wet"), receipt="2").body

    assert (first["state"], last["state"], shelf("west", LAMP)) == ("partially_received", "received", (8, 1, 0))
    assert stored(waits).lines[0].short == 0


def test_a_receipt_that_comes_three_times_at_once_counts_once() -> None:
    name, answers = sent(), list[Answer]()

    def third() -> None:
        answers.append(receive(name, arrived(6)))

    def second() -> None:
        with meanwhile("TransactWriteItems", third):
            answers.append(receive(name, arrived(6)))

    with meanwhile("TransactWriteItems", second):
        answers.append(receive(name, arrived(6)))

    assert [each.body["lines"][0]["received"] for each in answers] == [6, 6, 6]
    assert shelf("west") == (6, 0, 4)
    assert receive(name, arrived(5)).fields == ["lines.0"]


def test_two_deliveries_at_once_both_count_and_one_comes_back() -> None:
    name = sent()

    with meanwhile("TransactWriteItems", lambda: receive(name, arrived(4), receipt="1")):
        do(name, "return", {"receipt": "2", "lines": [{"line": "1", "accepted": 5}]})

    assert (shelf("east"), shelf("west")) == ((15, 0, 0), (4, 0, 1))


def test_lost_units_are_an_exception_until_they_are_found() -> None:
    name = sent()
    receive(name, arrived(6), receipt="1")

    closed, again = (do(name, "close", {}) for _ in range(2))
    assert (closed.body["state"], again.body["lines"][0]["lost"], shelf("west")) == ("closed", 4, (6, 0, 0))
    todo = "receive there, or take back at east, what is found of them, which ends this"
    assert differences() == [f"transfer order {name}: 10 of {MUG} were sent from east to west, 4 are lost: {todo}"]
    late = receive(name, arrived(3), receipt="2")
    assert differences() == [f"transfer order {name}: 10 of {MUG} were sent from east to west, 1 is lost: {todo}"]
    back = do(name, "return", {"receipt": "3", "lines": [{"line": "1", "damaged": 1, "reason": "torn"}]})

    assert (late.body["state"], back.body["state"], differences()) == ("closed", "closed", [])
    assert (shelf("east"), shelf("west")) == ((11, 1, 0), (9, 0, 0))


def test_more_than_was_sent_is_welcome_to_an_operator_and_an_exception() -> None:
    name = sent()
    assert receive(name, arrived(12)).fields == ["lines.0.accepted"]

    receive(name, arrived(12, accept_over=True))

    assert shelf("west") == (12, 0, 0)
    todo = "set the stock of east to what is counted there, then dismiss this"
    assert differences() == [f"transfer order {name}: 10 of {MUG} were sent from east to west, 2 more came: {todo}"]


def test_what_amazon_counts_is_closed_by_its_figures_and_changes_no_stock() -> None:
    name = sent(to_warehouse="amazon")
    assert (shelf("amazon"), show(name)["is_counted"]) == ((0, 0, 10), False)

    answer = receive(name, arrived(9, lost=1))

    assert (answer.body["state"], shelf("east"), shelf("amazon")) == ("closed", (10, 0, 0), (0, 0, 0))
    assert "1 is lost: ask Amazon, which counts amazon; receive there" in differences()[0]


def test_what_goes_to_amazon_is_taken_where_it_is_sent_from_unless_it_comes_back() -> None:
    def taken() -> int:
        days = ledger_sums(MUG, "east").days
        return sum(each.taken for each in days.values())

    name = sent(to_warehouse="amazon")
    sent({"sku": MUG, "units": 5})
    assert taken() == 10

    do(name, "return", {"receipt": "B-1", "lines": [{"line": "1", "accepted": 3}]})

    assert (taken(), stock.newest_movements(Shelf(Sku(MUG), WarehouseId("east")), None, 1)[0].is_demand) == (7, True)


def test_a_cancelled_one_is_not_sent() -> None:
    name = made()

    cancelled, again = (do(name, "cancel") for _ in range(2))

    assert (cancelled.body["state"], again.status, do(name, "send", {}).status) == ("cancelled", 200, 409)
    assert receive(name, arrived(1)).status == 409
    assert do(sent(), "cancel").status == 409


def test_the_units_bring_what_they_cost() -> None:
    supplier = Supplier(id="acme")
    suppliers.apply_edit("acme", lambda _: supplier, "user:ada", NOON)
    name = purchasing.on_order(purchasing.line(ordered=3, cost="3.33"))
    freight = {"document": "F-1", "kind": "freight", "amount": {"amount": "0.01", "currency": "EUR"}}
    purchasing.do(name, "landed-costs", freight)
    purchasing.receive(name, purchasing.arrived(3))
    moved = sent({"sku": MUG, "units": 3}, from_warehouse="main")
    assert show(moved)["lines"][0]["cost"]["amount"] == "10.00"

    receive(moved, arrived(1), receipt="1")
    with meanwhile("TransactWriteItems", lambda: receive(moved, arrived(1), receipt="2")):
        receive(moved, arrived(1), receipt="3")

    found = {str(each.warehouse): each.average_cost for each in stock.of_sku(MUG)}
    assert found["west"] == found["main"] == Money.of("3.33", "EUR")


def test_units_that_leave_while_others_come_are_not_in_the_average() -> None:
    put_stock(10, MUG, "main", "cost", CostBasis(10, 2000, "EUR"))
    put_stock(10, MUG, "west", "cost", CostBasis(10, 1000, "EUR"))
    name = sent(from_warehouse="main")
    sold = {"adjustments": [{"sku": MUG, "warehouse": "west", "add": -8, "reason": "sold at a fair"}]}

    with meanwhile("TransactWriteItems", lambda: call("POST", "/stock/adjustments", sold)):
        receive(name, arrived(10))

    [west] = [each for each in stock.of_sku(Sku(MUG)) if each.warehouse == "west"]
    assert (west.on_hand, west.average_cost) == (12, Money.of("1.83", "EUR"))


@pytest.mark.parametrize(("place", "step"), [("west", "receive"), ("east", "return")])
def test_what_is_found_after_its_warehouse_became_amazons_is_in_amazons_figures(place: str, step: str) -> None:
    name = sent({"sku": MUG, "units": 20})
    do(name, "close", {})
    kinds = {place: WarehouseKind.FBA}
    set_up(a_configuration(*(a_warehouse(each, kind=kinds.get(each, WarehouseKind.OWN)) for each in PLACES)), MUG)

    answer = do(name, step, {"receipt": "R-9", "lines": [arrived(3)]})

    assert (answer.status, shelf(place)) == (409, (0, 0, 0))
    assert f"{place} counts by Amazon's figures" in answer.body["detail"]


def test_what_is_found_where_amazon_counted_when_it_was_sent_asks_a_person() -> None:
    name = sent({"sku": MUG, "units": 10}, to_warehouse="amazon")
    before = receive(name, arrived(4))
    do(name, "close", {})
    set_up(a_configuration(a_warehouse("amazon"), *map(a_warehouse, PLACES)), MUG)

    found, again = receive(name, arrived(3), receipt="R-9"), receive(name, arrived(4))
    back = do(name, "return", {"receipt": "B-1", "lines": [arrived(2)]})

    assert (found.status, "by hand" in found.body["detail"]) == (409, True)
    assert (before.status, again.status, again.body["lines"][0]["lost"]) == (200, 200, 6)
    assert (back.status, shelf("east"), shelf("amazon")) == (200, (12, 0, 0), (0, 0, 0))


# ---- whoever dies where


@pytest.mark.parametrize("is_after", [False, True])
def test_a_life_that_is_killed_at_any_call_ends_the_same(is_after: bool) -> None:
    wanted = TransferDraft.model_validate(draft())
    put_stock(1000, MUG, "east", "more")

    def life(die: int | None) -> bool:
        back = {"receipt": "2", "lines": [{"line": "1", "accepted": 2}]}
        steps: list[Callable[[], object]] = [
            lambda: names.append(create_transfer(wanted, f"request-{die}", "user:ada").id),
            lambda: do(names[-1], "send", {}),
            lambda: receive(names[-1], arrived(4, damaged=1, reason="wet"), receipt="1"),
            lambda: do(names[-1], "return", back),
            lambda: do(names[-1], "close", {}),
            lambda: receive(names[-1], arrived(3), receipt="3"),
        ]
        names, has_died = list[str](), False
        for step in steps:
            if die is not None and killed(step, die, is_after):
                has_died = True
                step()
        order = show(names[-1])
        [line] = order["lines"]
        assert (order["state"], line["received"], line["damaged"], line["returned"]) == ("closed", 7, 1, 2)
        return has_died

    lives = 0
    while life(lives):
        lives += 1

    assert lives > 3
    done = lives + 1
    assert (shelf("east"), shelf("west")) == ((1020 - 8 * done, 0, 0), (8 * done, done, 0))
    assert (differences(), audited(AuditKind.STOCK).wrong) == ([], 0)


# ---- listed, and by whom


def test_they_are_listed_newest_first_by_state_and_either_warehouse() -> None:
    names = [made(), made(to_warehouse="main"), made(from_warehouse="main", to_warehouse="east")]
    do(names[0], "send", {})

    def ids(**query: str) -> list[str]:
        return [each["id"] for each in call("GET", "/transfer-orders", query=query).body["items"]]

    assert (ids(), ids(state="sent"), ids(warehouse="main")) == (names[::-1], names[:1], [names[2], names[1]])
    page = call("GET", "/transfer-orders", query={"limit": "2"}).body
    rest = call("GET", "/transfer-orders", query={"limit": "2", "cursor": page["next"]}).body
    assert ([each["id"] for each in rest["items"]], rest["next"]) == ([names[0]], None)
    do(names[1], "cancel")
    assert (ids(unfinished="true"), ids(unfinished="false")) == ([names[2], names[0]], [names[1]])
    fourth = made({"sku": LAMP, "units": 1}, reference="Van 4")
    assert (ids(q="van"), ids(q=LAMP), ids(q=names[0])) == ([fourth], [fourth], names[:1])


def test_people_at_a_warehouse_send_from_it_and_receive_at_it() -> None:
    name, other = made(), made(from_warehouse="main", to_warehouse="east")
    foreign = made(to_warehouse="main")
    invited(WIL, "warehouse", warehouses=["west"])
    wil: dict[str, Any] = {"roles": (), "who": WIL}

    assert do(name, "send", {}, **wil).status == 403
    do(name, "send", {})
    answer = receive(name, arrived(3), **wil)

    assert (answer.status, answer.body["lines"][0]["cost"], answer.body["timeline"]) == (200, None, [])
    assert [each["id"] for each in call("GET", "/transfer-orders", **wil).body["items"]] == [name]
    assert call("GET", f"/transfer-orders/{other}", **wil).status == 404
    assert call("GET", f"/transfer-orders/{foreign}", **wil).status == 404
    assert receive(name, arrived(9, accept_over=True), receipt="2", **wil).status == 403
    back = {"receipt": "B", "lines": [{"line": "1", "accepted": 1}]}
    assert (do(name, "return", back, **wil).status, do(name, "close", {}, **wil).status) == (403, 403)


def test_who_sends_does_not_force() -> None:
    name = made()
    invited(WIL, "warehouse", warehouses=["east"])

    assert do(name, "send", {"force": True}, roles=(), who=WIL).status == 403
    assert do(name, "send", {}, roles=(), who=WIL).body["state"] == "sent"
    assert receive(name, arrived(10), roles=(), who=WIL).status == 403


def test_a_warehouse_and_a_product_of_a_transfer_that_is_not_over_stay() -> None:
    name = sent({"sku": MUG, "units": 20})

    removed = call("DELETE", "/warehouses/west")
    assert removed.status == 409
    assert call("DELETE", f"/products/{MUG}").status == 409
    sent({"sku": LAMP, "units": 8}, to_warehouse="main")
    assert name in call("DELETE", "/warehouses/east").body["detail"]


def test_the_audit_compares_what_is_in_transit() -> None:
    sent()
    put_stock(1, MUG, "west", "more")

    assert audited(AuditKind.STOCK).wrong == 0


def test_a_line_says_name_and_barcode_of_its_product_while_there_is_one() -> None:
    call("PATCH", f"/products/{LAMP}", {"name": "Desk lamp", "barcode": "5012345678900"})
    name = sent({"sku": LAMP, "units": 2}, {"sku": MUG, "units": 1})

    said = [(each["name"], each["barcode"]) for each in show(name)["lines"]]
    assert said == [("Desk lamp", "5012345678900"), ("", "")]

"""Purchase orders through the API: their stock is right at every step, whoever dies where and repeats what."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from packhorse.domain.configuration.warehouse import WarehouseKind
from packhorse.domain.problem import Cause
from packhorse.domain.purchasing.drafting import PurchaseDraft
from packhorse.store import exceptions, stock
from packhorse.store.exceptions import ExceptionState
from packhorse.store.purchases import PURCHASES
from packhorse.usecases.supply.change_purchase import create_purchase
from simulation.builders import a_configuration, a_warehouse
from simulation.merchant import MUG, ledger, set_up
from tests.functions.operate.calls import Answer, call
from tests.functions.operate.interference import at_call, killed, meanwhile
from tests.functions.operate.people import WIL, invited
from tests.functions.operate.purchasing import LAMP, arrived, do, draft, line, made, merchant, on_order, receive, shelf

pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture(autouse=True)
def _merchant(cloud: Any) -> None:
    merchant()


def show(name: str, **more: Any) -> dict[str, Any]:
    return dict(call("GET", f"/purchase-orders/{name}", **more).body)


def surpluses() -> list[str]:
    found, _ = exceptions.newest_exceptions(ExceptionState.OPEN, None, 10, Cause.OVER_RECEIVED)
    return [each.message for each in found]


# ---- made, edited, submitted


def test_one_is_made_edited_and_submitted() -> None:
    name = made(reference="autumn")

    edited = call("PUT", f"/purchase-orders/{name}", draft(line(ordered=4), line(LAMP, 6, case_pack=6)))
    assert (name, edited.body["state"], edited.body["total"]["amount"]) == ("PO-1001", "new", "25.00")
    assert (shelf(), shelf(LAMP)) == ((0, 0), (0, 0))

    do(name, "submit")
    again = do(name, "submit")

    assert (again.status, again.body["state"]) == (200, "submitted")
    assert (shelf(), shelf(LAMP)) == ((0, 4), (0, 6))
    assert call("PUT", f"/purchase-orders/{name}", draft()).status == 409
    assert [each["what"] for each in show(name)["timeline"]] == ["created", "edited", "submitted"]


def test_a_line_says_the_barcode_of_its_product() -> None:
    call("PATCH", f"/products/{LAMP}", {"barcode": "5012345678900"})
    name = made(line(LAMP, 6), line(ordered=4))

    assert [each["barcode"] for each in show(name)["lines"]] == ["5012345678900", ""]


def test_a_fault_names_its_field() -> None:
    wrong = draft(line("GONE"), line(LAMP, 5, case_pack=6), supplier="nobody", warehouse="moon")

    answer = call("POST", "/purchase-orders", wrong)

    assert (answer.status, answer.fields) == (422, ["supplier", "warehouse", "lines.0.sku", "lines.1.ordered"])
    assert call("POST", "/purchase-orders", draft(line(LAMP, 5, case_pack=6))).fields == ["lines.0.ordered"]
    assert call("POST", "/purchase-orders", draft(line(cost="1.234"))).status == 422
    assert call("GET", "/purchase-orders/PO-9").status == 404


def test_a_repeated_request_makes_one() -> None:
    first, again = (call("POST", "/purchase-orders", draft(), headers={"idempotency-key": "k1"}) for _ in range(2))

    assert first.body["id"] == again.body["id"]
    assert made() == "PO-1002"


def test_two_that_are_made_at_once_have_different_numbers() -> None:
    wanted = PurchaseDraft.model_validate(draft())

    with meanwhile("TransactWriteItems", lambda: create_purchase(wanted, "another", "user:ada")):
        assert made() == "PO-1002"


# ---- received


def test_parts_arrive_until_all_is_there() -> None:
    name = on_order()

    first = receive(name, arrived(6), receipt="1").body
    assert (first["state"], first["lines"][0]["open"], shelf()) == ("partially_received", 4, (6, 4))
    last = receive(name, arrived(3, rejected=1, reason="broken"), receipt="2").body
    assert (last["state"], shelf(), ledger()) == ("received", (9, 0), (9, 0))
    items = call("GET", f"/stock/{MUG.replace('#', '%23').replace(' ', '%20')}/movements").body["items"]
    assert [(each["reference"], each["reason"], each["on_hand"]) for each in items] == [
        (name, "receipt 2", 3),
        (name, "receipt 1", 6),
    ]


def test_a_receipt_that_comes_twice_counts_once() -> None:
    name = on_order()

    first, again = receive(name, arrived(6)), receive(name, arrived(6))

    assert (first.status, again.status, shelf(), ledger()) == (200, 200, (6, 4), (6, 0))
    other = receive(name, arrived(5))
    assert (other.status, other.fields, shelf()) == (422, ["lines.0"], (6, 4))


def test_three_clients_that_send_a_receipt_at_once_send_one() -> None:
    name, answers = on_order(), list[Answer]()

    def third() -> None:
        answers.append(receive(name, arrived(6)))

    def second() -> None:
        with meanwhile("TransactWriteItems", third):
            answers.append(receive(name, arrived(6)))

    with meanwhile("TransactWriteItems", second):
        answers.append(receive(name, arrived(6)))

    assert [each.body["lines"][0]["received"] for each in answers] == [6, 6, 6]
    assert (shelf(), ledger()) == ((6, 4), (6, 0))


def test_two_deliveries_at_once_both_count() -> None:
    name = on_order()

    with meanwhile("TransactWriteItems", lambda: receive(name, arrived(4), receipt="1")):
        receive(name, arrived(5), receipt="2")

    assert (shelf(), ledger()) == ((9, 1), (9, 0))


def test_what_came_beyond_the_order_is_an_exception_until_a_person_decides() -> None:
    name = on_order()

    receive(name, arrived(12))
    assert shelf() == (10, 0)
    assert surpluses() == [
        f"2 units of {MUG} came to main beyond purchase order {name} of acme: 10 ordered, 10 received"
    ]
    accepted, again = (do(name, "lines/1/surplus", {"decision": "accept"}) for _ in range(2))

    assert (accepted.body["lines"][0]["over"], again.body["lines"][0]["over"]) == (2, 2)
    assert (shelf(), surpluses()) == ((12, 0), [])


def test_a_surplus_is_returned() -> None:
    name = on_order()
    receive(name, arrived(12))

    answer = do(name, "lines/1/surplus", {"decision": "return"})

    assert (answer.body["lines"][0]["surplus"], shelf(), surpluses()) == (0, (10, 0), [])
    assert do(name, "lines/7/surplus", {"decision": "return"}).status == 404


def test_what_was_closed_short_may_still_come() -> None:
    name = on_order()
    receive(name, arrived(6), receipt="1")

    closed, again = (do(name, "close", {}) for _ in range(2))
    assert (closed.body["state"], again.body["lines"][0]["closed"], shelf()) == ("closed", 4, (6, 0))
    late = receive(name, arrived(4), receipt="2")

    assert (late.body["state"], shelf(), surpluses()) == ("received", (10, 0), [])


def test_a_refusal_of_the_supplier_takes_what_was_incoming() -> None:
    name = on_order()

    answer = do(name, "answer", {"lines": [{"line": "1", "refused": 4, "reason": "none left"}]})

    assert (answer.body["lines"][0]["refused"], shelf()) == (4, (0, 6))
    assert do(name, "answer", {"lines": [{"line": "1", "refused": 11}]}).fields == ["lines.0.refused"]


def test_a_cancelled_one_is_not_expected() -> None:
    name = on_order()

    cancelled, again = (do(name, "cancel") for _ in range(2))

    assert (cancelled.body["state"], again.status, shelf()) == ("cancelled", 200, (0, 0))
    assert do(name, "submit").status == 409


# ---- whoever dies where


@pytest.mark.parametrize("is_after", [False, True])
def test_a_life_that_is_killed_at_any_call_ends_the_same(is_after: bool) -> None:
    wanted = PurchaseDraft.model_validate(draft())

    def life(die: int | None) -> bool:
        steps: list[Callable[[], object]] = [
            lambda: names.append(create_purchase(wanted, f"request-{die}", "user:ada").id),
            lambda: do(names[-1], "submit"),
            lambda: receive(names[-1], arrived(6, rejected=1, reason="broken"), receipt="1"),
            lambda: receive(names[-1], arrived(5), receipt="2"),
            lambda: do(names[-1], "lines/1/surplus", {"decision": "accept"}),
            lambda: do(names[-1], "close", {}),
        ]
        names, has_died = list[str](), False
        for step in steps:
            if die is not None and killed(step, die, is_after):
                has_died = True
                step()
        order = show(names[-1])
        [found] = order["lines"]
        assert (order["state"], found["received"], found["over"], len(order["receipts"])) == ("received", 9, 2, 2)
        return has_died

    lives = 0
    while life(lives):
        lives += 1

    assert lives > 3
    assert (shelf(), ledger(), surpluses()) == ((11 * (lives + 1), 0), (11 * (lives + 1), 0), [])


# ---- listed, and by whom


def test_they_are_listed_newest_first_by_state_and_supplier() -> None:
    names = [made() for _ in range(3)]
    do(names[1], "submit")

    def ids(**query: str) -> list[str]:
        return [each["id"] for each in call("GET", "/purchase-orders", query=query).body["items"]]

    assert ids() == names[::-1]
    assert (ids(state="submitted"), ids(state="new", supplier="acme")) == ([names[1]], [names[2], names[0]])
    assert (ids(supplier="other"), ids(warehouse="main")) == ([], names[::-1])
    page = call("GET", "/purchase-orders", query={"limit": "2"}).body
    rest = call("GET", "/purchase-orders", query={"limit": "2", "cursor": page["next"]}).body
    assert ([each["id"] for each in rest["items"]], rest["next"]) == ([names[0]], None)
    do(names[0], "cancel")
    assert (ids(unfinished="true"), ids(unfinished="false")) == ([names[2], names[1]], [names[0]])


def test_they_are_found_by_words_of_theirs_in_any_case() -> None:
    first, second = made(line(LAMP, supplier_sku="AC-77"), reference="Autumn range"), made(note="for the fair")

    def ids(**query: str) -> list[str]:
        answers = [call("GET", path, query=query).body for path in ("/purchase-orders", "/purchase-orders/csv")]
        listed = [each["id"] for each in answers[0]["items"]]
        assert [name for name in (second, first) if name in answers[1]["text"]] == listed
        return listed

    assert (ids(q=second.lower()), ids(q="range AUTUMN"), ids(q="fair"), ids(q="ac-77")) == (
        [second],
        [first],
        [second],
        [first],
    )
    assert (ids(q=LAMP), ids(q="autumn fair"), ids(q="po-", limit="1")) == ([first], [], [second])
    page = call("GET", "/purchase-orders", query={"q": "po-", "limit": "1"}).body
    rest = call("GET", "/purchase-orders", query={"q": "po-", "limit": "1", "cursor": page["next"]}).body
    assert ([each["id"] for each in rest["items"]], rest["next"]) == ([first], None)


def test_people_at_a_warehouse_receive_theirs_and_do_not_see_prices() -> None:
    name = on_order()
    invited(WIL, "warehouse", warehouses=["main"])
    wil: dict[str, Any] = {"roles": (), "who": WIL}

    answer = receive(name, arrived(3), **wil)

    assert (answer.status, answer.body["total"], answer.body["lines"][0]["unit_cost"]) == (200, None, None)
    assert answer.body["received_total"] is None
    [listed] = call("GET", "/purchase-orders", **wil).body["items"]
    assert (listed["id"], listed["total"], listed["received_total"]) == (name, None, None)
    assert do(name, "cancel", **wil).status == 403
    assert receive(name, arrived(50, accept_over=True), receipt="DN-8", **wil).status == 403
    do(name, "answer", {"lines": [{"line": "1", "unit_cost": {"amount": "77777.00", "currency": "EUR"}}]})
    assert "77777" not in json.dumps(call("GET", f"/purchase-orders/{name}", **wil).body)


def test_a_product_and_a_warehouse_of_which_units_are_on_their_way_stay() -> None:
    on_order()

    assert call("DELETE", f"/products/{MUG}").status == 409
    assert call("PATCH", f"/products/{MUG}", {"kind": "kit", "components": {LAMP: 2}}).status == 422


# ---- what it is worth


def totals(body: dict[str, Any]) -> tuple[str, str]:
    return body["total"]["amount"], body["received_total"]["amount"]


def test_its_total_is_of_what_was_ordered_and_what_is_owed_of_what_came() -> None:
    name, gone = on_order(line(ordered=5, cost="8.00")), on_order(line(cost="12.00"))
    do(gone, "cancel")
    assert totals(show(name)) == ("40.00", "0.00")

    receive(name, arrived(2, rejected=1, reason="broken"), receipt="1")
    assert totals(do(name, "close", {}).body) == ("40.00", "16.00")
    receive(name, arrived(6), receipt="2")
    do(name, "lines/1/surplus", {"decision": "accept"})

    assert [totals(each) for each in call("GET", "/purchase-orders").body["items"]] == [
        ("120.00", "0.00"),
        ("40.00", "64.00"),
    ]


def test_an_internal_note_is_found_and_edited_like_the_note_to_the_supplier() -> None:
    name = made(note="to the back door", internal_note="for the fair")

    [found] = call("GET", "/purchase-orders", query={"q": "fair"}).body["items"]
    edited = call("PUT", f"/purchase-orders/{name}", draft(internal_note="for stock")).body

    assert (found["note"], found["internal_note"]) == ("to the back door", "for the fair")
    assert (edited["note"], edited["internal_note"]) == ("", "for stock")


# ---- what it costs


def average() -> str:
    [found] = stock.of_sku(MUG)
    assert found.average_cost
    return found.average_cost.amount


def test_the_average_cost_moves_with_what_comes() -> None:
    name = on_order(line(ordered=10, cost="2.00"))

    receive(name, arrived(4), receipt="1")
    assert average() == "2.00"
    freight = {"document": "F-1", "kind": "freight", "amount": {"amount": "1.00", "currency": "EUR"}}
    added, again = (do(name, "landed-costs", freight) for _ in range(2))
    assert (added.status, again.body["lines"][0]["landed"]["amount"], average()) == (200, "1.00", "2.10")
    receive(name, arrived(6), receipt="2")
    assert average() == "2.10"

    dear = on_order(line(ordered=10, cost="4.00"))
    with meanwhile("TransactWriteItems", lambda: receive(dear, arrived(5), receipt="1")):
        receive(dear, arrived(5), receipt="2")

    assert average() == "3.05"
    assert do(
        name, "landed-costs", {**freight, "document": "F-2", "amount": {"amount": "1", "currency": "USD"}}
    ).fields == ["amount.currency"]


def leave(units: int) -> None:
    sold = {"sku": MUG, "warehouse": "main", "add": -units, "reason": "sold at a fair"}
    assert call("POST", "/stock/adjustments", {"adjustments": [sold]}).status == 200


def test_units_that_leave_while_others_come_are_not_in_the_average() -> None:
    receive(on_order(line(ordered=10, cost="1.00")), arrived(10), receipt="1")
    second = on_order(line(ordered=10, cost="2.00"))

    with meanwhile("TransactWriteItems", lambda: leave(8)):
        assert receive(second, arrived(10), receipt="2").status == 200

    assert (shelf()[0], average()) == (12, "1.83")


def test_a_late_cost_counts_for_the_units_that_are_on_hand_as_it_is_recorded() -> None:
    name = on_order(line(ordered=10, cost="2.00"))
    receive(name, arrived(10))

    freight = {"document": "F-1", "amount": {"amount": "1.00", "currency": "EUR"}}
    with meanwhile("TransactWriteItems", lambda: leave(6)):
        body = do(name, "landed-costs", freight).body

    assert (body["lines"][0]["expensed"]["amount"], average()) == ("0.60", "2.10")


def test_landed_cost_of_units_that_have_left_is_an_expense() -> None:
    name = on_order(line(ordered=10, cost="2.00"))
    receive(name, arrived(10))
    call("POST", "/stock/adjustments", {"adjustments": [{"sku": MUG, "warehouse": "main", "set": 4}]})

    freight = {"document": "F-1", "amount": {"amount": "1.00", "currency": "EUR"}}
    body = [do(name, "landed-costs", freight).body for _ in range(2)][-1]

    assert (body["lines"][0]["landed"]["amount"], body["lines"][0]["expensed"]["amount"]) == ("1.00", "0.60")
    assert average() == "2.10"


def test_a_landed_cost_that_was_typed_wrongly_is_withdrawn_and_recorded_right() -> None:
    name = on_order(line(ordered=10, cost="2.00"))
    receive(name, arrived(10))
    freight = {"document": "INV/88", "amount": {"amount": "1000.00", "currency": "EUR"}}
    do(name, "landed-costs", freight)

    withdrawn = do(name, "landed-costs/withdraw", {"document": "INV/88"})

    assert (withdrawn.status, withdrawn.body["landed"], average()) == (200, [], "2.00")
    assert withdrawn.body["timeline"][-1]["detail"] == "INV/88: 1000.00 by value"
    assert do(name, "landed-costs/withdraw", {"document": "INV/88"}).fields == ["document"]
    assert do(name, "landed-costs", {**freight, "amount": {"amount": "1.00", "currency": "EUR"}}).status == 200
    assert average() == "2.10"


def test_a_receipt_that_was_typed_wrongly_is_withdrawn_with_stock_and_cost() -> None:
    receive(on_order(line(ordered=10, cost="1.00")), arrived(10), receipt="1")
    name = on_order(line(ordered=20, cost="4.00"))
    do(name, "landed-costs", {"document": "F-1", "amount": {"amount": "20.00", "currency": "EUR"}})
    receive(name, arrived(20))
    assert (shelf()[0], average()) == (30, "3.67")

    wrong = {"receipt": "DN-7", "line": "1", "reason": "2 came"}
    with meanwhile("TransactWriteItems", lambda: leave(3)):
        withdrawn = do(name, "receipts/withdraw", wrong)

    assert (withdrawn.status, withdrawn.body["state"], withdrawn.body["receipts"]) == (200, "submitted", [])
    assert shelf()[0] == 7
    assert do(name, "receipts/withdraw", wrong).status == 200
    assert do(name, "receipts/withdraw", {**wrong, "line": "2"}).fields == ["receipt"]
    right = receive(name, arrived(2))
    assert (right.body["lines"][0]["received"], right.body["lines"][0]["open"], shelf()[0]) == (2, 18, 9)
    leave(9)
    assert do(name, "receipts/withdraw", wrong).status == 409


@pytest.mark.parametrize("number", range(8))
def test_a_receipt_whose_units_are_taken_while_it_is_withdrawn_stays(number: int) -> None:
    name = on_order(line(ordered=1, cost="4.00"))
    receive(name, arrived(1))

    with at_call(number, lambda: leave(1)):
        withdrawn = do(name, "receipts/withdraw", {"receipt": "DN-7", "line": "1"})

    assert (withdrawn.status, shelf()[0]) == (409, 0)


def price(amount: str) -> dict[str, Any]:
    return {"lines": [{"line": "1", "unit_cost": {"amount": amount, "currency": "EUR"}}]}


def test_a_price_that_is_agreed_while_units_come_and_leave_is_in_the_average_and_an_expense() -> None:
    name = on_order(line(ordered=10, cost="5.00"))
    receive(name, arrived(6), receipt="1")

    with meanwhile("TransactWriteItems", lambda: leave(3)):
        body = do(name, "answer", price("6.00")).body
    assert (body["lines"][0]["expensed"]["amount"], average()) == ("3.00", "6.00")
    last = receive(name, arrived(4), receipt="2").body
    assert (last["state"], average()) == ("received", "6.00")

    invoiced, again = (do(name, "answer", price("5.50")) for _ in range(2))

    assert (invoiced.status, again.status, average()) == (200, 200, "5.50")
    assert (again.body["total"]["amount"], again.body["lines"][0]["expensed"]["amount"]) == ("55.00", "1.50")


def test_what_came_of_a_cancelled_one_and_was_accepted_has_its_landed_cost() -> None:
    name = on_order(line(ordered=10, cost="2.00"), line(LAMP))
    do(name, "cancel")
    receive(name, arrived(4))
    freight = {"document": "F-1", "amount": {"amount": "1.00", "currency": "EUR"}, "by": "quantity"}

    before = do(name, "landed-costs", freight)
    do(name, "lines/1/surplus", {"decision": "accept"})
    recorded = do(name, "landed-costs", freight)

    assert (before.status, "have no landed cost" in before.body["detail"]) == (409, True)
    assert recorded.status == 200, recorded.body
    assert (recorded.body["state"], [each["landed"]["amount"] for each in recorded.body["lines"]]) == (
        "cancelled",
        ["1.00", "0.00"],
    )
    assert average() == "2.25"
    assert do(name, "landed-costs/withdraw", {"document": "F-1"}).status == 200
    assert average() == "2.00"


def test_a_reference_of_a_supplier_is_that_of_one_purchase_order() -> None:
    name, other = made(reference="SPRING 26"), made()

    again = call("POST", "/purchase-orders", draft(reference="Spring 26"))
    edited = call("PUT", f"/purchase-orders/{other}", draft(reference="spring  26"))

    assert (again.status, again.fields, edited.status) == (409, ["reference"], 409)
    assert again.body["detail"] == f"purchase order {name} has the reference SPRING 26"
    assert call("PUT", f"/purchase-orders/{name}", draft(reference="Spring 26", note="soon")).status == 200
    do(name, "cancel")
    assert call("PUT", f"/purchase-orders/{other}", draft(reference="Spring 26")).status == 200
    assert call("POST", "/purchase-orders", draft(reference="SPRING 26")).status == 409


def test_a_reference_that_was_edited_away_is_free_again() -> None:
    name = made(reference="SPRING")
    call("PUT", f"/purchase-orders/{name}", draft(reference="SUMMER"))

    second = made(reference="SPRING")

    assert call("PUT", f"/purchase-orders/{name}", draft(reference="SPRING")).status == 409
    assert call("GET", f"/purchase-orders/{second}").body["reference"] == "SPRING"


def test_of_two_requests_at_once_one_gets_the_reference() -> None:
    with meanwhile("TransactWriteItems", lambda: made(reference="Spring")):
        answer = call("POST", "/purchase-orders", draft(reference="SPRING"))

    assert (answer.status, answer.fields) == (409, ["reference"])
    assert [each["reference"] for each in call("GET", "/purchase-orders").body["items"]] == ["Spring"]


def test_amazon_counts_for_itself_and_nothing_is_ordered_to_it() -> None:
    before = on_order()
    set_up(a_configuration(a_warehouse("main", kind=WarehouseKind.FBA)))

    answer = call("POST", "/purchase-orders", draft())
    late = receive(before, arrived(4))

    assert (answer.status, answer.fields, "transfer order" in answer.body["errors"][0]["message"]) == (
        422,
        ["warehouse"],
        True,
    )
    assert (late.status, "close the purchase order" in late.body["detail"], shelf()[0]) == (409, True, 0)
    assert do(before, "close", {"lines": []}).body["state"] == "closed"


def test_an_invoice_counts_once_in_capitals_or_not() -> None:
    name = on_order()
    freight = {"document": "INV-88", "kind": "freight", "amount": {"amount": "1.00", "currency": "EUR"}}

    added, again = do(name, "landed-costs", freight), do(name, "landed-costs", {**freight, "document": "inv-88"})

    assert (added.status, again.status, again.body["lines"][0]["landed"]["amount"]) == (200, 200, "1.00")


def test_one_that_is_open_again_is_incoming_and_on_the_list_of_what_is_not_over() -> None:
    name = on_order()
    do(name, "answer", {"lines": [{"line": "1", "refused": 10}]})
    assert (shelf(), list(PURCHASES.unfinished())) == ((0, 0), [])

    again = do(name, "answer", {"lines": [{"line": "1", "refused": 2}]})

    assert (again.body["state"], shelf(), [each.id for each in PURCHASES.unfinished()]) == ("submitted", (0, 8), [name])
    assert receive(name, arrived(8)).body["state"] == "received"
    assert list(PURCHASES.unfinished()) == []


@pytest.mark.parametrize(
    ("more", "field"),
    [({"rejected": 1}, "reason"), ({"reason": "wet"}, "reason"), ({"replaced": True}, "replaced")],
)
def test_what_does_not_fit_in_a_receipt_is_named_by_its_field(more: dict[str, Any], field: str) -> None:
    assert receive(on_order(), arrived(1, **more)).fields == [f"lines.0.{field}"]


def test_a_price_brings_no_refused_unit_back_to_a_purchase_order_that_was_cancelled() -> None:
    """Nothing of it will come: landed cost would wait for these units for good."""
    merchant()
    name = on_order()
    assert do(name, "answer", {"lines": [{"line": "1", "refused": 4}]}).status == 200
    assert do(name, "cancel").status == 200
    assert receive(name, arrived(2, accept_over=True)).status == 200
    price = {"unit_cost": {"amount": "3.00", "currency": "EUR"}}

    assert do(name, "answer", {"lines": [{"line": "1", "refused": 0, **price}]}).status == 409
    answered = do(name, "answer", {"lines": [{"line": "1", **price}]})
    assert (answered.status, answered.body["lines"][0]["open"]) == (200, 0)

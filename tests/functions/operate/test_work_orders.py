"""Work orders through the API: components are used once, by the recipe, whoever dies where and repeats what."""

from collections.abc import Callable
from typing import Any

import pytest

from functions.allocate import release
from packhorse.domain.audits import AuditKind
from packhorse.domain.errors import NotNow
from packhorse.domain.money import Money
from packhorse.domain.problem import Cause
from packhorse.domain.stock.costing import CostBasis
from packhorse.domain.work_orders.drafting import WorkDraft
from packhorse.store import exceptions, stock
from packhorse.store.exceptions import ExceptionState
from packhorse.usecases.supply.build_short_lines import build_short_lines
from packhorse.usecases.supply.change_work import create_work, submit_work
from simulation.builders import a_line
from simulation.merchant import Context, ledger_sums, put_stock, stored
from tests.functions.operate.calls import Answer, call, encoded
from tests.functions.operate.interference import killed, meanwhile
from tests.functions.operate.people import WIL, invited
from tests.functions.operate.test_audit import audited, routed
from tests.functions.operate.working import (
    EUR,
    LEG,
    ROOM,
    TABLE,
    TOP,
    do,
    draft,
    made,
    merchant,
    report,
    shelf,
    show,
    submitted,
)

pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture(autouse=True)
def _merchant(cloud: Any) -> None:
    merchant()


def lacks() -> list[str]:
    found, _ = exceptions.newest_exceptions(ExceptionState.OPEN, None, 10, Cause.WORK_LACKS_COMPONENTS)
    return [each.message for each in found]


def serve(sku: str = TABLE) -> None:
    release.handler({"kind": "sku", "sku": sku, "arrived_at": ["main"]}, Context())


# ---- drafted, submitted


def test_one_is_made_edited_submitted_and_built_in_parts() -> None:
    name = made(5, reference="week 48")
    assert (name, show(name)["state"], shelf(LEG), shelf(TABLE)) == ("WO-1001", "new", (40, 0, 0), (0, 0, 0))

    edited = call("PUT", f"/work-orders/{name}", draft(3))
    first, again = do(name, "submit", {}), do(name, "submit", {})
    assert (edited.body["units"], first.body["state"], again.body["timeline"]) == (
        3,
        "submitted",
        first.body["timeline"],
    )
    assert (shelf(LEG), shelf(TOP), shelf(TABLE)) == ((40, 12, 0), (10, 3, 0), (0, 0, 3))

    assert report(name, 2, "1").body["state"] == "partially_done"
    assert (shelf(LEG), shelf(TOP), shelf(TABLE)) == ((32, 4, 0), (8, 1, 0), (2, 0, 1))
    last = report(name, 1, "2").body

    assert (last["state"], [each["used"] for each in last["inputs"]]) == ("done", [12, 3])
    assert (shelf(LEG), shelf(TOP), shelf(TABLE)) == ((28, 0, 0), (7, 0, 0), (3, 0, 0))
    assert [each["what"] for each in last["timeline"]] == ["created", "edited", "submitted", "reported", "reported"]
    assert report(name, 1, "3").status == 409


def test_a_report_is_the_same_in_capitals_or_not() -> None:
    name = submitted(5)

    first, again = report(name, 2, "Day-1"), report(name, 2, " day-1")

    assert (first.status, again.status, show(name)["done"]) == (200, 200, 2)


def test_a_fault_names_its_field() -> None:
    assert call("POST", "/work-orders", draft(sku="GONE")).fields == ["sku"]
    assert call("POST", "/work-orders", draft(sku=LEG)).fields == ["sku"]
    assert call("POST", "/work-orders", draft(warehouse="moon")).fields == ["warehouse"]
    assert call("POST", "/work-orders", draft(warehouse="amazon")).fields == ["warehouse"]
    assert call("POST", "/work-orders", draft(sku="GONE", warehouse="moon")).fields == ["sku", "warehouse"]
    assert call("POST", "/work-orders", {**draft(), "units": 1.5}).fields == ["units"]
    assert call("POST", "/work-orders", draft(labour={"amount": "-1.00", "currency": EUR})).fields == ["labour.amount"]
    assert call("GET", "/work-orders/WO-9").status == 404


def test_a_recipe_that_contains_itself_is_refused_with_the_path() -> None:
    answer = call("PUT", f"/products/{encoded(TABLE)}", {"kind": "built", "components": {ROOM: 1}})

    assert answer.status == 422
    assert f"{TABLE} > {ROOM} > {TABLE}" in answer.body["errors"][0]["message"]


def test_what_a_work_order_is_to_build_stays_a_built_product_until_that_is_over() -> None:
    nested = show(submitted(2, ROOM))["inputs"][0]["nested"]
    as_kit = {"kind": "kit", "components": {LEG: 4}}

    refused = [call("PUT", f"/products/{encoded(TABLE)}", each) for each in (as_kit, {"kind": "stocked"})]
    other_recipe = call("PUT", f"/products/{encoded(TABLE)}", {"kind": "built", "components": {LEG: 3, TOP: 1}})
    do(nested, "cancel")

    assert [(each.status, each.fields) for each in refused] == [(422, ["kind"])] * 2
    assert all(nested in each.body["errors"][0]["message"] for each in refused)
    assert other_recipe.status == 200
    assert call("PUT", f"/products/{encoded(TABLE)}", as_kit).status == 200


def test_what_a_work_order_is_to_build_is_not_removed_until_that_is_over() -> None:
    nested = show(submitted(2, ROOM))["inputs"][0]["nested"]
    assert call("PUT", f"/products/{ROOM}", {"kind": "built", "components": {TOP: 1}}).status == 200

    refused = call("DELETE", f"/products/{encoded(TABLE)}")
    do(nested, "cancel")

    assert (refused.status, nested in refused.body["detail"]) == (409, True)
    assert call("DELETE", f"/products/{encoded(TABLE)}").status == 204


def test_a_kit_among_the_components_is_taken_as_what_it_holds() -> None:
    call("PUT", "/products/SET", {"kind": "kit", "components": {LEG: 3, TOP: 1}})
    call("PUT", "/products/BENCH", {"kind": "built", "components": {"SET": 2, LEG: 1}})

    name = submitted(1, "BENCH")

    assert {each["sku"]: each["per_unit"] for each in show(name)["inputs"]} == {LEG: 7, TOP: 2}


def test_the_recipe_at_submission_counts_and_stays() -> None:
    name = made(2)
    call("PUT", f"/products/{encoded(TABLE)}", {"kind": "built", "components": {LEG: 3, TOP: 1}})
    do(name, "submit", {})
    call("PUT", f"/products/{encoded(TABLE)}", {"kind": "built", "components": {LEG: 9}})

    assert (report(name, 2).body["state"], shelf(LEG), shelf(TOP)) == ("done", (34, 0, 0), (8, 0, 0))


def test_a_repeated_request_makes_one_and_two_at_once_have_different_numbers() -> None:
    first, again = (call("POST", "/work-orders", draft(), headers={"idempotency-key": "k1"}) for _ in range(2))
    assert first.body["id"] == again.body["id"]

    wanted = WorkDraft.model_validate(draft())
    with meanwhile("TransactWriteItems", lambda: create_work(wanted, "another", "user:ada")):
        assert made() == "WO-1003"


def test_all_components_are_reserved_or_none() -> None:
    name = made(11)

    refused = do(name, "submit", {})

    assert (refused.status, refused.fields) == (409, ["inputs.0", "inputs.1"])
    assert "44 of LEG are needed, 40 are free at main" in refused.body["errors"][0]["message"]
    assert (shelf(LEG), shelf(TABLE)) == ((40, 0, 0), (0, 0, 0))


def test_two_that_want_the_same_components_do_not_both_get_them() -> None:
    first, second = made(6), made(6)
    answers = list[Answer]()

    with meanwhile("TransactWriteItems", lambda: answers.append(do(second, "submit", {}))):
        answers.append(do(first, "submit", {}))

    assert [each.status for each in answers] == [200, 409]
    assert (shelf(LEG), shelf(TOP)) == ((40, 24, 0), (10, 6, 0))


def test_what_orders_have_or_wait_for_is_not_used() -> None:
    order = routed(a_line(LEG, quantity=30))
    assert stored(order).lines[0].allocated == 30
    name = made(3)

    assert do(name, "submit", {}).fields == ["inputs.0"]
    other = made(2)

    def late() -> None:
        with meanwhile("TransactWriteItems", lambda: routed(a_line(TOP, quantity=9), channel_order_id="L-2")):
            submit_work(other, "user:ada", is_forced=False)

    with pytest.raises(NotNow):
        late()
    assert (shelf(LEG), shelf(TOP)) == ((40, 30, 0), (10, 9, 0))


def test_what_orders_wait_for_is_used_by_force() -> None:
    order = routed(a_line(LEG, quantity=41))
    assert stored(order).lines[0].short == 41
    name = made(1)

    assert do(name, "submit", {}).fields == ["inputs.0"]
    assert do(name, "submit", {"force": True}).body["state"] == "submitted"
    assert shelf(LEG) == (40, 4, 0)


# ---- reported


def test_a_report_counts_once_whoever_repeats_it() -> None:
    name, answers = submitted(5), list[Answer]()

    def third() -> None:
        answers.append(report(name, 2))

    def second() -> None:
        with meanwhile("TransactWriteItems", third):
            answers.append(report(name, 2))

    with meanwhile("TransactWriteItems", second):
        answers.append(report(name, 2))

    assert [each.body["done"] for each in answers] == [2, 2, 2]
    assert (shelf(LEG), shelf(TABLE)) == ((32, 12, 0), (2, 0, 3))
    assert report(name, 3).fields == ["done"]


def test_two_reports_at_once_both_count() -> None:
    name = submitted(5)

    with meanwhile("TransactWriteItems", lambda: report(name, 2, "1")):
        report(name, 3, "2")

    assert (show(name)["state"], shelf(LEG), shelf(TABLE)) == ("done", (20, 0, 0), (5, 0, 0))


def test_a_wrong_report_names_its_field() -> None:
    name = made(2)
    assert report(name, 1).status == 409
    do(name, "submit", {})

    assert report(name, 3).fields == ["done"]
    assert report(name, 1, scrap=[{"sku": TABLE, "units": 1}], reason="bent").fields == ["scrap.0.sku"]
    twice = [{"sku": LEG, "units": 1}, {"sku": LEG, "units": 2}]
    assert report(name, 1, scrap=twice, reason="bent").fields == ["scrap.0.sku", "scrap.1.sku"][1:]
    assert report(name, 1, scrap=twice[:1]).status == 422
    assert report(name).status == 422
    assert report(name, 1, labour={"amount": "-1.00", "currency": EUR}).fields == ["labour.amount"]


def test_scrap_is_taken_from_the_shelf_and_what_is_reserved_stays() -> None:
    name = submitted(2)

    answer = report(name, 1, scrap=[{"sku": LEG, "units": 3}], failed=1, reason="dropped").body

    assert {each["sku"]: (each["used"], each["scrapped"]) for each in answer["inputs"]} == {LEG: (4, 7), TOP: (1, 1)}
    assert (answer["open"], shelf(LEG), shelf(TOP), shelf(TABLE)) == (1, (29, 4, 0), (8, 1, 0), (1, 0, 1))
    assert lacks() == []


def test_scrap_of_the_last_ones_leaves_a_lack_that_ends_once_it_is_filled() -> None:
    name = submitted(10)
    answer = report(name, scrap=[{"sku": TOP, "units": 2}], reason="cracked").body

    assert ([each["lacking"] for each in answer["inputs"]], shelf(TOP)) == ([0, 2], (8, 8, 0))
    assert lacks() == [f"work order {name}: 10 of {TABLE} are to be done, and lack 2 of {TOP}"]
    assert do(name, "submit", {}).fields == ["inputs.1"]
    assert report(name, 9, "2").status == 409
    put_stock(2, TOP, "main", "more")
    assert do(name, "submit", {}).body["inputs"][1]["lacking"] == 0

    assert (lacks(), report(name, 10, "2").body["state"], shelf(TOP)) == ([], "done", (0, 0, 0))
    assert audited(AuditKind.STOCK).wrong == 0


# ---- closed, cancelled, taken apart


def test_cancel_gives_all_back_and_close_what_is_open() -> None:
    name, other = submitted(2), submitted(3)
    report(other, 1)

    cancelled, again = (do(name, "cancel") for _ in range(2))
    closed, once_more = (do(other, "close") for _ in range(2))

    assert (cancelled.body["state"], again.status, closed.body["state"], once_more.status) == (
        "cancelled",
        200,
        "closed",
        200,
    )
    assert (shelf(LEG), shelf(TOP), shelf(TABLE)) == ((36, 0, 0), (9, 0, 0), (1, 0, 0))
    assert (do(other, "cancel").status, do(name, "submit", {}).status, do(made(), "close").status) == (409, 409, 409)


def test_a_disassembly_is_the_reverse() -> None:
    report(submitted(4), 4)

    name = submitted(3, kind="disassembly")
    assert (shelf(TABLE), shelf(LEG), shelf(TOP)) == ((4, 3, 0), (24, 0, 12), (6, 0, 3))
    assert report(name, 1, failed=1, reason="?").fields == ["failed"]
    assert report(name, 1, scrap=[{"sku": LEG, "units": 5}], reason="glued").fields == ["scrap.0.units"]
    report(name, 2, scrap=[{"sku": LEG, "units": 1}], reason="glued")

    assert (shelf(TABLE), shelf(LEG), shelf(TOP)) == ((2, 1, 0), (31, 0, 4), (8, 0, 1))
    assert do(name, "close").body["state"] == "closed"
    assert (shelf(TABLE), shelf(LEG), audited(AuditKind.STOCK).wrong) == ((2, 0, 0), (31, 0, 0), 0)


def test_what_is_taken_apart_is_no_demand_and_what_is_built_of_is() -> None:
    def taken(sku: str) -> int:
        days = ledger_sums(sku).days
        return sum(each.taken for each in days.values())

    report(submitted(4), 4)

    do(submitted(3, kind="disassembly"), "close")
    report(submitted(2, kind="disassembly"), 2)

    assert (taken(TABLE), taken(LEG)) == (0, 16)


# ---- nested


def nested_in(name: str) -> str:
    return str(show(name)["inputs"][0]["nested"])


def test_a_component_that_is_built_itself_becomes_a_work_order_of_its_own() -> None:
    report(submitted(1), 1)

    room = submitted(2, ROOM)
    table = nested_in(room)
    order = show(table)
    assert (order["state"], order["units"], order["builds_for"]) == ("new", 3, room)
    assert (shelf(TABLE), shelf(TOP), lacks()) == ((1, 1, 0), (9, 2, 0), [])
    do(table, "submit", {})
    assert shelf(TABLE) == (1, 1, 3)

    report(table, 2)
    assert (shelf(TABLE), show(room)["inputs"][0]["reserved"]) == ((3, 3, 1), 3)
    assert report(room, 1).body["state"] == "partially_done"
    report(table, 1, "2")
    assert (report(room, 1, "2").body["state"], shelf(TABLE), shelf(ROOM)) == ("done", (0, 0, 0), (2, 0, 0))
    assert audited(AuditKind.STOCK).wrong == 0


def test_what_is_built_for_another_work_order_is_reserved_before_orders_get_any() -> None:
    room = submitted(1, ROOM)
    waits = routed(a_line(TABLE, quantity=1))
    table = nested_in(room)
    do(table, "submit", {})

    report(table, 2)
    serve()

    assert (stored(waits).lines[0].short, shelf(TABLE)) == (1, (2, 2, 0))


def test_what_a_nested_one_does_not_build_is_lacking() -> None:
    room = submitted(2, ROOM)
    table = nested_in(room)
    do(table, "submit", {})
    report(table, 1)

    do(table, "close")

    assert lacks() == [f"work order {room}: 2 of {ROOM} are to be done, and lack 3 of {TABLE}"]
    assert do(room, "submit", {}).status == 200
    assert (show(nested_in(room))["units"], lacks()) == (3, [])
    said = show(room)["timeline"][-1]
    assert (said["what"], said["detail"]) == ("awaits", f"3 of {TABLE} by {nested_in(room)}")
    assert call("PUT", f"/work-orders/{nested_in(room)}", draft(2)).body["units"] == 2
    assert lacks() == [f"work order {room}: 2 of {ROOM} are to be done, and lack 1 of {TABLE}"]
    assert call("PUT", f"/work-orders/{nested_in(room)}", draft(2, warehouse="east")).fields == ["warehouse"]


def test_a_cancelled_one_takes_nested_ones_with_it_that_are_new() -> None:
    first, second = submitted(1, ROOM), submitted(1, ROOM)
    do(nested_in(second), "submit", {})

    do(first, "cancel")
    do(second, "cancel")

    assert (show(nested_in(first))["state"], show(nested_in(second))["state"]) == ("cancelled", "submitted")
    assert show(nested_in(first))["timeline"][-1]["detail"] == f"{first} does not need it any more"
    report(nested_in(second), 2)
    assert (shelf(TABLE), lacks(), audited(AuditKind.STOCK).wrong) == ((2, 0, 0), [], 0)


def test_two_nested_reports_at_once_both_reach_the_one_that_waits() -> None:
    room = submitted(2, ROOM)
    table = nested_in(room)
    do(table, "submit", {})

    first, second = (lambda: report(table, 1, "1")), (lambda: report(table, 1, "2"))
    with meanwhile("TransactWriteItems", first), meanwhile("TransactWriteItems", second):
        report(table, 2, "3")

    assert (show(room)["inputs"][0]["reserved"], shelf(TABLE)) == (4, (4, 4, 0))


def test_what_is_reserved_later_is_named() -> None:
    room = submitted(2, ROOM)
    table = nested_in(room)
    assert show(room)["timeline"][-1]["detail"] == f"awaits 4 of {TABLE} by {table}"
    do(table, "cancel")
    put_stock(1, TABLE, event="found")

    do(room, "submit", {})

    said = show(room)["timeline"][-1]
    assert (said["what"], said["detail"]) == ("reserved", f"1 of {TABLE}; awaits 3 of {TABLE} by {nested_in(room)}")


def test_what_lacks_of_a_report_is_named_by_its_field() -> None:
    work = submitted(2)

    assert do(work, "report", {"report": "1", "failed": 1}).fields == ["reason"]
    assert do(work, "report", {"report": "1", "scrap": [{"sku": LEG, "units": 1}]}).fields == ["reason"]
    assert do(work, "report", {"report": "1", "failed": "one"}).fields == ["failed"]


def test_a_kit_is_not_built() -> None:
    assert call("PUT", "/products/SET", {"kind": "kit", "components": {LEG: 2}}).status == 200

    answer = call("POST", "/work-orders", draft(1, "SET"))

    why = "SET is a kit, which is put together when it ships; only a product of the kind `built` is built in advance"
    assert [(each["field"], each["message"]) for each in answer.body["errors"]] == [("sku", why)]


# ---- for orders that wait


def test_what_waits_is_drafted_once_and_serves_the_order_that_it_was_made_for() -> None:
    older = routed(a_line(TABLE, quantity=2))
    [item] = call("POST", "/work-orders/from-short-lines").body["items"]
    assert (item["sku"], item["units"], item["warehouse"], item["state"]) == (TABLE, 2, "main", "new")
    assert show(item["id"])["timeline"][0]["detail"] == f"2 of {TABLE} for {older.number}"
    [awaited] = call("GET", f"/orders/{encoded(older.order_id)}").body["supply"]
    assert (awaited["line"], awaited["sku"], awaited["units"]) == ("1", TABLE, 2)
    assert (awaited["work_order"], awaited["purchase_order"], awaited["state"]) == (item["id"], None, "new")
    of_order = {"order": older.order_id, "unfinished": "true", "sku": TABLE}
    [listed] = call("GET", "/work-orders", query=of_order).body["items"]
    assert (listed["id"], [each["units"] for each in listed["for_order"]]) == (item["id"], [2])
    assert call("GET", "/work-orders", query={**of_order, "unfinished": "false"}).body["items"] == []
    assert call("POST", "/work-orders/from-short-lines").body["items"] == []
    do(item["id"], "submit", {})

    report(item["id"], 1, "1")
    serve()
    assert stored(older).lines[0].short == 2
    report(item["id"], 1, "2")
    serve()
    assert (stored(older).lines[0].short, shelf(TABLE)) == (0, (2, 2, 0))


def test_the_order_that_it_was_made_for_is_before_an_older_one() -> None:
    meant = routed(a_line(TABLE, quantity=2), channel_order_id="L-1")
    [item] = call("POST", "/work-orders/from-short-lines").body["items"]
    do(item["id"], "submit", {})
    older = routed(a_line(TABLE, quantity=2), channel_order_id="L-0", placed_at=stored(meant).placed_at.replace(day=1))
    assert stored(older).lines[0].short == 2

    report(item["id"], 2)
    serve()

    assert (stored(meant).lines[0].short, stored(older).lines[0].short) == (0, 2)


def test_what_is_bought_is_left_to_purchase_orders_and_what_is_built_to_work_orders() -> None:
    routed(a_line(TABLE, quantity=2), a_line(LEG, line="2", quantity=50))

    left = call("POST", "/purchase-orders/from-short-lines").body["left_out"]

    assert {each["sku"]: each["reason"].split(":")[0] for each in left} == {
        TABLE: "it is built here",
        LEG: "no supplier sells it",
    }


def nested_of(parent: str) -> str:
    [found] = [each["nested"] for each in show(parent)["inputs"] if each["nested"]]
    return str(found)


def test_what_a_nested_work_order_builds_for_nobody_any_more_is_for_orders_that_wait() -> None:
    rooms = submitted(2, ROOM)
    assert do(nested_of(rooms), "submit", {}).status == 200
    routed(a_line(TABLE, 3))
    assert [each["units"] for each in call("POST", "/work-orders/from-short-lines").body["items"]] == [3]
    routed(a_line(TABLE, 2), channel_order_id="later")

    assert do(rooms, "close", {"units": 1}).status == 200
    assert call("POST", "/work-orders/from-short-lines").body["items"] == []
    routed(a_line(TABLE, 3), channel_order_id="last")
    assert do(rooms, "cancel").status == 200

    assert [each["units"] for each in call("POST", "/work-orders/from-short-lines").body["items"]] == [1]


def test_what_cannot_be_built_is_left_out_with_its_reason_and_keeps_no_other_from_being_drafted() -> None:
    saved = hamper()
    order = routed(a_line("HAMPER", 1), a_line(TABLE, 2, line="2"))

    answer = call("POST", "/work-orders/from-short-lines")

    reason = "HAMPER takes 30 different skus, a work order takes 25: build a part of it first"
    assert saved.body["warnings"] == [f"it cannot be built: {reason}"]
    assert (answer.status, [each["sku"] for each in answer.body["items"]]) == (201, [TABLE])
    assert answer.body["left_out"] == [
        {"order": stored(order).id, "line": "1", "sku": "HAMPER", "units": 1, "reason": reason}
    ]
    assert call("POST", "/work-orders", draft(1, "HAMPER")).fields == ["sku"]


def test_what_may_ship_only_from_amazon_is_not_built_and_said_so() -> None:
    order = routed(a_line(TABLE, 2, warehouse="amazon"))

    answer = call("POST", "/work-orders/from-short-lines")

    [left] = answer.body["left_out"]
    assert (answer.body["items"], left["order"], left["units"]) == ([], stored(order).id, 2)
    assert left["reason"].startswith("its line may ship only from amazon: get some to a warehouse of yours")


def test_a_kit_that_grows_says_what_cannot_be_built_of_it_any_more() -> None:
    hamper(parts=10)

    grown = call("PUT", "/products/KIT-A", {"kind": "kit", "components": {LEG: 1, **contents("A", 16)}})

    assert [each.split(":")[0] for each in grown.body["warnings"]] == ["HAMPER cannot be built of it"]


def hamper(parts: int = 15) -> Answer:
    """A built product of two kits of so many skus each."""
    for kit in "AB":
        for sku in contents(kit, 16):
            assert call("PUT", f"/products/{sku}", {}).status < 300
        body = {"kind": "kit", "components": contents(kit, parts)}
        assert call("PUT", f"/products/KIT-{kit}", body).status < 300
    return call("PUT", "/products/HAMPER", {"kind": "built", "components": {"KIT-A": 1, "KIT-B": 1}})


def contents(kit: str, parts: int) -> dict[str, int]:
    return {f"{kit}{number}": 1 for number in range(parts)}


def test_two_who_plan_at_once_plan_once() -> None:
    routed(a_line(TABLE, quantity=2))

    with meanwhile("TransactWriteItems", lambda: build_short_lines("other", "user:bob")):
        assert build_short_lines("mine", "user:ada").drafts == ()


# ---- cost


def average(sku: str) -> Money | None:
    return next(each.average_cost for each in stock.of_sku(sku) if each.warehouse == "main")  # type: ignore[arg-type]


def costed() -> None:
    put_stock(60, LEG, "main", "cost", CostBasis(100, 1000, EUR))
    put_stock(30, TOP, "main", "cost", CostBasis(3, 1000, EUR))


def test_components_and_labour_are_what_units_cost() -> None:
    costed()
    name = submitted(3, labour={"amount": "1.00", "currency": EUR})

    first = report(name, 1, "1").body
    assert (first["reports"][0]["cost"], average(TABLE)) == ({"amount": "4.73", "currency": EUR}, Money.of("4.73", EUR))
    report(name, 1, "2", scrap=[{"sku": LEG, "units": 2}], reason="bent", labour={"amount": "2.00", "currency": EUR})
    last = report(name, 1, "3").body

    assert (last["cost"]["amount"], last["expense"]["amount"], average(TABLE)) == (
        "15.39",
        "0.00",
        Money.of("5.13", EUR),
    )
    assert average(LEG) == Money.of("0.10", EUR)


def test_units_that_leave_while_others_are_built_are_not_in_the_average() -> None:
    costed()
    put_stock(10, TABLE, "main", "cost", CostBasis(10, 1000, EUR))
    name = submitted(2)
    sold = {"adjustments": [{"sku": TABLE, "warehouse": "main", "add": -8, "reason": "sold at a fair"}]}

    with meanwhile("TransactWriteItems", lambda: call("POST", "/stock/adjustments", sold)):
        report(name, 2)

    assert (shelf(TABLE)[0], average(TABLE)) == (4, Money.of("2.37", EUR))


def test_what_was_spent_and_brought_no_unit_is_an_expense() -> None:
    costed()
    name = submitted(2)

    report(name, failed=1, reason="fell")
    closed = do(name, "close").body

    assert (closed["cost"]["amount"], closed["expense"]["amount"]) == ("3.73", "3.73")


def test_units_of_components_without_a_cost_have_none() -> None:
    name = submitted(1)

    assert report(name, 1).body["cost"] is None
    assert average(TABLE) is None


def test_what_is_taken_apart_shares_what_it_cost() -> None:
    costed()
    report(submitted(3), 3)
    name = submitted(3, kind="disassembly")

    body = report(name, 3).body

    assert (body["cost"]["amount"], body["expense"]["amount"]) == ("11.20", "0.00")
    assert (average(LEG), average(TOP)) == (Money.of("0.10", EUR), Money.of("3.33", EUR))


# ---- whoever dies where


@pytest.mark.parametrize("is_after", [False, True])
def test_a_life_that_is_killed_at_any_call_ends_the_same(is_after: bool) -> None:
    put_stock(4000, LEG, "main", "more")
    put_stock(1000, TOP, "main", "more")
    wanted = WorkDraft.model_validate(draft(2, ROOM))

    def life(die: int | None) -> bool:
        broken = {"scrap": [{"sku": LEG, "units": 1}], "reason": "bent"}
        steps: list[Callable[[], object]] = [
            lambda: names.append(create_work(wanted, f"request-{die}", "user:ada").id),
            lambda: do(names[-1], "submit", {}),
            lambda: do(nested_in(names[-1]), "submit", {}),
            lambda: report(nested_in(names[-1]), 3, "1", **broken),
            lambda: report(names[-1], 1, "1"),
            lambda: do(nested_in(names[-1]), "close"),
            lambda: do(names[-1], "close"),
        ]
        names, has_died = list[str](), False
        for step in steps:
            if die is not None and killed(step, die, is_after):
                has_died = True
                step()
        order, nested = show(names[-1]), show(nested_in(names[-1]))
        assert (order["state"], order["done"], nested["state"], nested["done"]) == ("closed", 1, "closed", 3)
        call("POST", "/stock/adjustments", {"adjustments": [{"sku": TABLE, "warehouse": "main", "add": -1}]})
        return has_died

    lives = 0
    while life(lives):
        lives += 1

    assert lives > 3
    done = lives + 1
    assert (shelf(LEG), shelf(TOP), shelf(TABLE)) == ((4040 - 13 * done, 0, 0), (1010 - 4 * done, 0, 0), (0, 0, 0))
    assert (shelf(ROOM), lacks(), audited(AuditKind.STOCK).wrong) == ((done, 0, 0), [], 0)


# ---- listed, and by whom


def test_they_are_listed_newest_first_by_state_product_and_warehouse() -> None:
    names = [made(), made(sku=ROOM), made(warehouse="east")]
    do(names[0], "submit", {})

    def ids(**query: str) -> list[str]:
        return [each["id"] for each in call("GET", "/work-orders", query=query).body["items"]]

    assert (ids(), ids(state="submitted"), ids(sku=ROOM), ids(warehouse="east")) == (
        names[::-1],
        names[:1],
        names[1:2],
        names[2:],
    )
    do(names[0], "cancel")
    assert (ids(unfinished="true"), ids(unfinished="false")) == (names[:0:-1], names[:1])
    fourth = made(note="for the fair")
    assert (ids(q="FAIR"), ids(q=ROOM), ids(q=names[0])) == ([fourth], names[1:2], names[:1])


def test_people_at_a_warehouse_report_there_and_do_not_see_what_it_costs() -> None:
    costed()
    name, foreign = submitted(3, labour={"amount": "1.00", "currency": EUR}), made(warehouse="east")
    invited(WIL, "warehouse", warehouses=["main"])
    wil: dict[str, Any] = {"roles": (), "who": WIL}

    answer = do(name, "report", {"report": "R", "done": 1}, **wil)

    assert (answer.status, answer.body["cost"], answer.body["labour"], answer.body["timeline"]) == (200, None, None, [])
    assert answer.body["reports"][0]["cost"] is None
    assert [each["id"] for each in call("GET", "/work-orders", **wil).body["items"]] == [name]
    assert call("GET", f"/work-orders/{foreign}", **wil).status == 404
    paid = {"report": "S", "done": 1, "labour": {"amount": "9.00", "currency": EUR}}
    assert do(name, "report", paid, **wil).status == 403
    assert [do(name, step, {}, **wil).status for step in ("submit", "close", "cancel")] == [403, 403, 403]


def test_a_warehouse_and_a_product_of_a_work_order_that_is_not_over_stay() -> None:
    name = made(warehouse="east")
    assert name in call("DELETE", "/warehouses/east").body["detail"]

    submitted(1)
    assert call("DELETE", f"/products/{encoded(TABLE)}").status == 409


def test_products_are_named_in_a_list_and_in_all_parts_of_a_work_order() -> None:
    for sku, name in ((TABLE, "Table"), (LEG, "Leg")):
        assert call("PATCH", f"/products/{encoded(sku)}", {"name": name}).status == 200
    order = show(made(1))
    apart = show(made(1, kind="disassembly"))

    assert (order["name"], [each["name"] for each in order["inputs"]]) == ("Table", ["Leg", ""])
    assert [each["name"] for each in apart["outputs"]] == ["Leg", ""]
    assert [each["name"] for each in call("GET", "/work-orders").body["items"]] == ["Table", "Table"]

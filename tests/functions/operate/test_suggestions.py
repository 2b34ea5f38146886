"""Suggestions through the API: what orders took last night, drafted once, page by page."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.allocate import route
from packhorse.domain.audits import AuditKind, AuditRun
from packhorse.domain.configuration.account import Backorders
from packhorse.domain.configuration.warehouse import Warehouse
from packhorse.domain.purchasing.demand import Demand
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.values import Sku, WarehouseId
from packhorse.store import demand, stock, suppliers
from packhorse.usecases.operations.audit_shelves import audit_shelves
from packhorse.usecases.supply import suggest_purchases
from packhorse.usecases.supply.suggest_purchases import SuggestionScope, draft_suggestions
from simulation.builders import NOON, a_configuration, a_line, a_warehouse, an_order
from simulation.merchant import MUG, Context, put_stock, set_up, told
from tests.functions.operate.calls import Answer, call, encoded
from tests.functions.operate.interference import meanwhile
from tests.functions.operate.purchasing import LAMP, do, merchant

pytestmark = pytest.mark.usefixtures("cloud")

SHELVES = [Shelf(Sku(sku), WarehouseId("main")) for sku in (MUG, LAMP)]
EUR_2 = {"amount": "2.00", "currency": "EUR"}


@pytest.fixture(autouse=True)
def _sold(cloud: Any) -> None:
    """Ten days with stock, in which orders took twenty mugs and ten lamps."""
    merchant()
    for sku in (MUG, LAMP):
        terms = {"supplier": "acme", "price": EUR_2, "case_pack": 6, "lead_days": 6}
        assert call("PATCH", f"/products/{encoded(sku)}", {"bought_from": [terms]}).status == 200
        put_stock(30, sku)
    route.handler(told(an_order(a_line(MUG, 20), a_line(LAMP, 10, line="2"))), Context())
    first = datetime.now(UTC).date() - timedelta(days=10)
    for sku, units in ((MUG, 20), (LAMP, 10)):
        demand.keep([Demand(sku=sku, warehouse="main", first=first, taken={first: units})])


def night(later: timedelta) -> None:
    now = datetime.now(UTC) + later
    audit_shelves(AuditRun(audit=AuditKind.STOCK, started_at=now), None, now, lambda: False)


def suggestions(**query: str) -> Answer:
    return call("GET", "/purchase-suggestions", query=query)


def drafted(**body: Any) -> Answer:
    answer = call("POST", "/purchase-orders/from-suggestions", body)
    assert answer.status == 201, answer.body
    return answer


def others() -> None:
    """Another supplier and another warehouse exist."""
    assert call("PUT", "/suppliers/other", {"name": "Other"}).status < 300
    assert call("PUT", "/warehouses/other", {"name": "Other"}).status < 300


def units(answer: Answer) -> dict[str, int]:
    return {each["sku"]: each["units"] for each in answer.body["items"]}


def ordered(answer: Answer) -> dict[str, int]:
    return {line["sku"]: line["ordered"] for order in answer.body["items"] for line in order["lines"]}


def test_what_lacks_is_suggested_with_its_arithmetic() -> None:
    answer = suggestions()

    assert units(answer) == {MUG: 30}
    [mug] = answer.body["items"]
    assert (mug["taken"], mug["days"], mug["needed"], mug["available"], mug["supplier"]) == (20, 10, 40, 10, "acme")
    assert mug["sentence"].startswith("20 were taken in 10 days: 6 days to deliver and 14 of safety need 40.")
    assert units(suggestions(safety_days="20")) == {MUG: 42, LAMP: 6}
    others()
    assert units(suggestions(safety_days="20", supplier="other")) == {}
    assert units(suggestions(safety_days="20", warehouse="other")) == {}
    assert suggestions(weeks="27").status == 422


def test_what_waits_at_two_warehouses_is_ordered_for_one() -> None:
    assert call("PUT", "/warehouses/loft", {"name": "Loft"}).status == 200
    assert call("PATCH", "/account", {"priorities": ["main", "loft"]}).status == 200
    before = units(suggestions())
    route.handler(told(an_order(a_line(MUG, 60))), Context())
    waits = {each.shelf.warehouse: each.waiting for each in stock.of_sku(MUG)}
    demand.keep([Demand(sku=MUG, warehouse="loft", first=datetime.now(UTC).date())])

    found = suggestions().body["items"]

    assert waits == {"main": 50, "loft": 60}
    assert [(each["warehouse"], each["waiting"], each["units"]) for each in found] == [("main", 50, before[MUG] + 60)]
    assert sum(line["ordered"] for order in drafted().body["items"] for line in order["lines"]) == before[MUG] + 60
    assert call("POST", "/purchase-orders/from-short-lines").body["items"] == []


def test_the_supplier_does_not_read_what_a_draft_is_for() -> None:
    [suggested] = drafted().body["items"]

    assert (suggested["note"], suggested["internal_note"]) == ("", "suggested")


def test_drafting_it_again_drafts_nothing_new() -> None:
    first, again = drafted(), drafted()

    [order] = first.body["items"]
    assert (order["state"], order["supplier"], order["warehouse"]) == ("new", "acme", "main")
    assert [(line["sku"], line["ordered"]) for line in order["lines"]] == [(MUG, 30)]
    assert (again.body["items"], again.body["next"], units(suggestions())) == ([], None, {})
    do(order["id"], "submit")
    assert (drafted().body["items"], units(suggestions())) == ([], {})


def test_only_what_was_chosen_is_drafted() -> None:
    lamp = {"sku": LAMP, "warehouse": "main"}
    others()

    [order] = drafted(safety_days=20, shelves=[lamp]).body["items"]

    assert [(each["sku"], each["ordered"]) for each in order["lines"]] == [(LAMP, 6)]
    assert units(suggestions(safety_days="20")) == {MUG: 42}
    assert drafted(safety_days=20, shelves=[lamp], supplier="other").body == {"items": [], "next": None}
    nowhere = call("POST", "/purchase-orders/from-suggestions", {"shelves": [{"sku": LAMP, "warehouse": ""}]})
    assert nowhere.fields == ["shelves.0.warehouse"]


def test_what_does_not_exist_is_named_and_not_taken_for_nothing_to_order() -> None:
    shelves = [{"sku": LAMP, "warehouse": "main"}, {"sku": "NONE", "warehouse": "mian"}]

    assert suggestions(supplier="acmee", warehouse="mian").fields == ["warehouse", "supplier"]
    wrong = call("POST", "/purchase-orders/from-suggestions", {"supplier": "acmee", "warehouse": "mian"})
    assert wrong.fields == ["warehouse", "supplier"]
    chosen = call("POST", "/purchase-orders/from-suggestions", {"shelves": shelves})
    assert chosen.fields == ["shelves.1.sku", "shelves.1.warehouse"]
    assert suggestions(supplier="acme", warehouse="main").status == 200


@pytest.mark.parametrize(
    "other",
    [a_warehouse("other", kind="fba"), a_warehouse("other", kind="dropship"), a_warehouse("other", active=False)],
)
def test_nothing_is_drafted_for_a_warehouse_that_nothing_is_ordered_to(other: Warehouse) -> None:
    set_up(a_configuration(a_warehouse("main"), other), "NEW")
    put_stock(1, MUG, "other")
    first = datetime.now(UTC).date() - timedelta(days=10)
    demand.keep([Demand(sku=MUG, warehouse="other", first=first, taken={first: 20})])

    chosen = [{"sku": LAMP, "warehouse": "main"}, {"sku": MUG, "warehouse": "other"}]
    answer = call("POST", "/purchase-orders/from-suggestions", {"shelves": chosen})

    assert (answer.status, answer.fields) == (422, ["shelves.1.warehouse"])
    assert {each["warehouse"] for each in suggestions(safety_days="30").body["items"]} == {"main"}


def test_a_shelf_is_chosen_at_the_warehouse_that_the_request_names() -> None:
    others()
    lamp = {"sku": LAMP, "warehouse": "main"}

    answer = call("POST", "/purchase-orders/from-suggestions", {"shelves": [lamp], "warehouse": "other"})

    assert answer.fields == ["shelves.0.warehouse"]


def test_more_of_it_is_added_to_the_draft() -> None:
    drafted()

    [order] = drafted(safety_days=20).body["items"]

    assert order["id"] == "PO-1001"
    assert {line["sku"]: line["ordered"] for line in order["lines"]} == {MUG: 42, LAMP: 6}
    timeline = call("GET", "/purchase-orders/PO-1001").body["timeline"]
    assert [(each["what"], each["detail"]) for each in timeline] == [
        ("created", f"30 of {MUG}"),
        ("suggestions added", f"12 of {MUG}, 6 of {LAMP}"),
    ]


def test_a_draft_that_meets_the_minimum_gets_no_more_than_is_lacking() -> None:
    terms = {"supplier": "acme", "price": EUR_2, "minimum": 500, "lead_days": 6}
    assert call("PATCH", f"/products/{encoded(MUG)}", {"bought_from": [terms]}).status == 200
    assert ordered(drafted()) == {MUG: 500}
    first = datetime.now(UTC).date() - timedelta(days=10)
    demand.keep([Demand(sku=MUG, warehouse="main", first=first, taken={first: 257})])

    assert units(suggestions()) == {MUG: 4}
    assert ordered(drafted()) == {MUG: 504}
    assert suggestions().body["items"] == []


def test_two_people_who_draft_at_once_draft_it_once() -> None:
    with meanwhile(
        "TransactWriteItems", lambda: draft_suggestions(SuggestionScope(8, 14), None, "another", "user:pat")
    ):
        assert drafted().body["items"] == []


def test_pages_have_all_of_it_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggest_purchases, "READ_PAGE", 1)
    first = suggestions(safety_days="20", limit="1")
    second = suggestions(safety_days="20", limit="1", cursor=first.body["next"])

    assert {**units(first), **units(second)} == {MUG: 42, LAMP: 6}
    monkeypatch.setattr(suggest_purchases, "MAX_DRAFTED", 1)
    part = drafted(safety_days=20)
    rest = drafted(safety_days=20, cursor=part.body["next"])
    assert [len(each.body["items"]) for each in (part, rest)] == [1, 1]
    assert units(suggestions(safety_days="20")) == {}


def test_every_night_the_ledger_says_what_orders_took() -> None:
    today = datetime.now(UTC).date()

    night(timedelta())
    new = demand.find(SHELVES)
    night(timedelta(days=1))
    found = demand.find(SHELVES)

    assert [(each.first, each.taken) for each in new] == [(NOON.date(), {})] * 2
    assert {each.sku: (each.first, each.taken) for each in found} == {
        MUG: (NOON.date(), {today: 20}),
        LAMP: (NOON.date(), {today: 10}),
    }


@pytest.mark.parametrize("backorders", Backorders)
def test_what_orders_wait_for_is_suggested_before_any_night(
    monkeypatch: pytest.MonkeyPatch, backorders: Backorders
) -> None:
    monkeypatch.setattr(suggest_purchases, "READ_PAGE", 1)
    assert call("PATCH", "/account", {"backorders": backorders}).status == 200
    for sku in ("A-NEW", "NEW"):
        call("PUT", f"/products/{sku}", {"name": sku, "bought_from": [{"supplier": "acme", "price": EUR_2}]})
        route.handler(told(an_order(a_line(sku, 5), channel_order_id=f"of {sku}")), Context())

    first = suggestions(limit="1")
    second = suggestions(limit="1", cursor=first.body["next"])
    third = suggestions(limit="1", cursor=second.body["next"])
    assert [units(each) for each in (first, second, third)] == [{"A-NEW": 5}, {MUG: 30}, {"NEW": 5}]
    [order] = drafted(shelves=[{"sku": "NEW", "warehouse": "main"}]).body["items"]
    assert [(each["sku"], each["ordered"]) for each in order["lines"]] == [("NEW", 5)]


def test_an_unchanged_shelf_is_not_written_again() -> None:
    night(timedelta(days=1))

    with pytest.raises(AssertionError, match="never asked for"), meanwhile("BatchWriteItem", lambda: None):
        night(timedelta(days=2))


def test_a_supplier_that_is_gone_is_not_suggested() -> None:
    suppliers.delete_supplier("acme")

    assert units(suggestions()) == {}


def test_a_suggestion_says_the_name_of_its_product() -> None:
    call("PATCH", f"/products/{LAMP}", {"name": "Desk lamp"})
    found = suggestions(safety_days="20").body["items"]

    assert {each["sku"]: each["name"] for each in found} == {LAMP: "Desk lamp", MUG: ""}

"""A row of a supplier's file that was not applied and may say that units left keeps these units with the supplier."""

import json
from typing import Any

import pytest

from functions.operate import audit
from packhorse.domain.audits import AuditKind
from packhorse.messages.audits import AuditRequest
from simulation.aws.boundary import World
from simulation.builders import a_configuration, a_line, a_warehouse
from simulation.merchant import MUG, Context, balance, put_stock, set_up
from tests.functions.fulfil.partner import (
    ANSWERS,
    HEAD,
    Partner,
    an_order,
    answer,
    exchange,
    hand_over,
    later,
    route_rejected,
    save,
    stored,
)
from tests.functions.operate.calls import call
from tests.functions.operate.interference import killed
from tests.functions.operate.orders import one_routed

ROUNDED = "1.23E+11"


@pytest.fixture
def partner(account: Partner) -> Partner:
    """A supplier that gets all orders first, and loses them by its silence to a warehouse of our own."""
    set_up(a_configuration(a_warehouse("acme", kind="dropship"), a_warehouse("main"), priorities=("acme", "main")))
    put_stock(50, warehouse="main")
    save(account, when_silent="route_again")
    return account


def silent_for_days(cloud: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the supplier say nothing more, and what follows from that be done."""
    for hours in (25, 50, 75):
        later(monkeypatch, hours)
        assert exchange()["failure"] is None
        route_rejected(cloud)


def opened() -> list[str]:
    """The causes of exceptions that are open after the hourly audit."""
    audit.handler(AuditRequest(audit=AuditKind.ORDERS).model_dump(mode="json"), Context())
    return sorted({each["cause"] for each in call("GET", "/exceptions").body["items"]})


def statuses(order: str) -> list[str]:
    return [each.status for each in stored(order).fulfilments]


@pytest.mark.parametrize(
    ("row", "cause"),
    [
        (f"{{order}}-1,SHP,{MUG},2,UPS,{ROUNDED},", "supplier_rows_refused"),
        (f"{{order}}-1,SHIPPED?,{MUG},2,UPS,1Z1,", "supplier_rows_refused"),
        ("{order}-1,SHP,NO-SKU,2,UPS,,", "supplier_rows_refused"),
        ("{order}-1,SHP,NO-SKU,2,UPS,1Z1,", "shipment_refused"),
        (f"{{order}}-1;{{order}}-7,SHP,{MUG},2,UPS,1Z1,", "supplier_rows_refused"),
        (f'{{order}}-1,SHP,{MUG},2,UPS,"1Z1,', "supplier_rows_refused"),
    ],
    ids=["rounded", "status", "sku", "parcel", "several", "quotation-mark"],
)
def test_it_is_not_routed_again_by_itself_and_exceptions_say_what_to_do(
    row: str, cause: str, partner: Partner, order: str, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(partner, row.format(order=order))

    silent_for_days(cloud, monkeypatch)

    assert (statuses(order), balance(warehouse="main")) == (["requested"], (50, 0, 50))
    assert {cause, "supplier_silent"} == set(opened())
    [silence] = [each for each in stored(order).exceptions if each.cause == "supplier_silent"]
    assert "it may have shipped, so that nothing follows by itself" in silence.message


def test_a_row_without_a_required_cell_names_its_order_all_the_same(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = [{**each, "required": each["field"] == "tracking"} for each in ANSWERS["columns"]]
    save(partner, when_silent="route_again", answers=[{**ANSWERS, "columns": columns}])
    order = an_order(cloud)
    exchange()
    answer(partner, f"{order}-1,SHP,{MUG},2,UPS,,")

    silent_for_days(cloud, monkeypatch)
    assert statuses(order) == ["requested"]

    answer(partner, f"{order}-1,SHP,{MUG},2,UPS,1Z1,", name="shp2.csv")
    assert (statuses(order), opened()) == (["shipped"], [])


def test_nothing_is_routed_again_while_a_file_cannot_be_read(
    partner: Partner, order: str, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    partner.put("shp0.csv", "what;is\nthis\n")

    silent_for_days(cloud, monkeypatch)
    assert (statuses(order), opened()) == (["requested"], ["supplier_file_unreadable", "supplier_silent"])

    (partner.root / "out" / "shp0.csv").unlink()
    for hours in (100, 125):
        later(monkeypatch, hours)
        exchange()
    route_rejected(cloud)
    assert statuses(order) == ["rejected", "requested"]


def test_a_file_that_no_layout_fetches_any_more_is_no_exception(partner: Partner) -> None:
    partner.put("shp0.csv", "what;is\nthis\n")
    for _ in range(2):
        exchange()
    assert opened() == ["supplier_file_unreadable"]

    save(partner, answers=[{**ANSWERS, "files": "ack*.csv"}])

    assert opened() == []


def test_a_row_that_says_something_else_keeps_nothing(
    partner: Partner, order: str, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(partner, f"{order}-1,ACK,NO-SKU,,,,")

    silent_for_days(cloud, monkeypatch)

    assert (statuses(order), opened()) == (["rejected", "requested"], [])


def test_only_its_shipment_or_a_person_ends_the_exception(partner: Partner, order: str, cloud: World) -> None:
    answer(partner, f"{order}-1,SHP,{MUG},2,UPS,{ROUNDED},")
    taken = {"lines": [], "reason": "other", "override": True}
    assert call("POST", f"/orders/{order}/fulfilments/1/reject", taken).status in {200, 202}
    route_rejected(cloud)
    assert (statuses(order), opened()) == (["rejected", "requested"], ["supplier_rows_refused"])

    answer(partner, f"{order}-1,SHP,{MUG},2,UPS,1Z1,", name="shp2.csv")

    assert (statuses(order), opened()) == (["shipped", "cancelled"], ["shipped_late"])


SHIPPED_IN_PART = f"{{order}}-1,SHP,{MUG},1,UPS,1Z1,"
TAKEN = {"lines": [], "reason": "other", "override": True}
TAKEN_IN_PART = TAKEN | {"lines": [{"line": "1", "quantity": 1}]}


def taken(order: str, body: dict[str, Any], cloud: World) -> None:
    """A person takes units from the supplier, which does not hear of it."""
    assert call("POST", f"/orders/{order}/fulfilments/1/reject", body).status in {200, 202}
    route_rejected(cloud)


@pytest.mark.parametrize("is_taken_first", [False, True])
@pytest.mark.parametrize(
    ("row", "cause"),
    [
        (f"{{order}}-1,SHP,{MUG},1,UPS,{ROUNDED},", "supplier_rows_refused"),
        ("{order}-1,SHP,NO-SKU,1,UPS,1Z9,", "shipment_refused"),
    ],
)
def test_units_that_were_taken_from_it_may_be_those_of_the_row_though_others_ship(
    row: str, cause: str, is_taken_first: bool, partner: Partner, order: str, cloud: World
) -> None:
    answer(partner, row.format(order=order))
    if is_taken_first:
        taken(order, TAKEN_IN_PART, cloud)
    answer(partner, SHIPPED_IN_PART.format(order=order), name="shp2.csv")
    if not is_taken_first:
        taken(order, TAKEN_IN_PART, cloud)

    assert (statuses(order), opened()) == (["shipped", "requested"], [cause])

    answer(partner, f"{order}-1,SHP,{MUG},1,UPS,1Z2,", name="shp3.csv")
    assert [each.tracking for each in stored(order).fulfilments[0].parcels] == ["1Z1", "1Z2"]
    is_settled = cause == "supplier_rows_refused"
    assert opened() == (["shipped_late"] if is_settled else ["shipment_refused", "shipped_late"])


def test_units_that_the_supplier_says_it_does_not_ship_are_not_those_of_the_row(
    partner: Partner, order: str, cloud: World
) -> None:
    answer(partner, f"{order}-1,SHP,{MUG},1,UPS,{ROUNDED},", f"{order}-1,REJ,{MUG},1,,,none left")
    route_rejected(cloud)
    answer(partner, SHIPPED_IN_PART.format(order=order), name="shp2.csv")

    assert (statuses(order), opened()) == (["shipped", "requested"], [])


def test_units_that_were_taken_before_the_row_came_in_part_are_not_awaited(
    partner: Partner, order: str, cloud: World
) -> None:
    taken(order, TAKEN_IN_PART, cloud)
    answer(partner, f"{order}-1,SHP,{MUG},1,UPS,{ROUNDED},")
    assert opened() == ["supplier_rows_refused"]

    answer(partner, SHIPPED_IN_PART.format(order=order), name="shp2.csv")

    assert (statuses(order), opened()) == (["shipped", "requested"], [])


def test_what_was_taken_and_comes_late_in_parts_settles_the_row_with_its_last_part(
    partner: Partner, order: str, cloud: World
) -> None:
    answer(partner, f"{order}-1,SHP,{MUG},2,UPS,{ROUNDED},")
    taken(order, TAKEN, cloud)

    answer(partner, SHIPPED_IN_PART.format(order=order), name="shp2.csv")
    assert opened() == ["shipped_late", "supplier_rows_refused"]

    answer(partner, f"{order}-1,SHP,{MUG},1,UPS,1Z2,", name="shp3.csv")
    assert opened() == ["shipped_late"]


@pytest.mark.parametrize("unread", ["{order}-1,SHP,{mug},1,UPS," + ROUNDED + ",", "{order}-1,SHP,NO-SKU,1,UPS,,"])
def test_a_row_of_that_file_that_rejects_the_rest_is_refused(
    unread: str, partner: Partner, cloud: World, order: str
) -> None:
    answer(partner, unread.format(order=order, mug=MUG), f"{order}-1,REJ,,,,,none left")
    route_rejected(cloud)

    assert (statuses(order), opened()) == (["requested"], ["supplier_rows_refused"])
    [found] = call("GET", "/exceptions").body["items"]
    assert "name the units" in found["message"]


def test_a_row_of_that_file_that_rejects_units_by_their_number_counts(
    partner: Partner, cloud: World, order: str
) -> None:
    answer(partner, f"{order}-1,SHP,{MUG},1,UPS,{ROUNDED},", f"{order}-1,REJ,{MUG},1,,,none left")
    route_rejected(cloud)

    assert [(each.warehouse, each.wanted.total()) for each in stored(order).fulfilments] == [("acme", 1), ("main", 1)]


@pytest.mark.parametrize("is_after", [False, True])
def test_killed_at_any_call_the_exception_ends_as_that_of_a_file_read_once(
    is_after: bool, partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, has_died = 0, True
    while has_died:
        sent = one_routed(a_line(quantity=2), channel_order_id=f"K{number}")
        hand_over(cloud)
        exchange()
        rows = (f"{sent}-1,SHP,{MUG},1,UPS,{ROUNDED},", f"{sent}-1,SHP,{MUG},2,UPS,1Z{number},")
        partner.put(f"shp{number}.csv", HEAD + "".join(f"{row}\n" for row in rows))
        exchange()
        has_died = killed(exchange, number, is_after)
        later(monkeypatch, 1)  # the lease of the process that died is over
        for _ in range(2):
            exchange()
        assert (number, stored(sent).fulfilments[0].status, opened()) == (number, "shipped", [])
        number += 1
    assert number > 10


def test_the_report_says_which_order_each_refused_row_is_about(partner: Partner, order: str, cloud: World) -> None:
    answer(partner, f"{order}-1,SHP,NO-SKU,1,UPS,,", f"{order}-1,SHP,{MUG},9,UPS,1Z8,", "nothing-1,ACK,,,,,")

    [bucket] = cloud.s3.buckets.values()
    [report] = (found.body for key, found in bucket.items() if key.startswith("reports/") and key.endswith(".json"))
    errors: list[dict[str, Any]] = json.loads(report)["errors"]
    assert [(each["row"], each["about"]) for each in sorted(errors, key=lambda each: each["row"])] == [
        (2, f"{order}-1"),
        (3, f"{order}-1"),
        (4, "nothing-1"),
    ]

"""Files of purchase orders and receipts: what the merchant sees, on a deployment in memory."""

import csv
import io
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from functions.ingest import upload
from packhorse.aws.clients import client
from packhorse.aws.settings import settings
from packhorse.domain.purchasing.drafting import TOTAL_TOO_LARGE
from packhorse.files.put_file import File
from packhorse.files.upload import Upload
from simulation.merchant import MUG, Context
from tests.conftest import invoked
from tests.files.upload_builders import NOW, body, dropped, report_of
from tests.functions.operate.calls import call, encoded
from tests.functions.operate.interference import killed
from tests.functions.operate.purchasing import LAMP, arrived, do, line, made, merchant, on_order, receive, shelf

HEAD = "reference,supplier,warehouse,currency,sku,ordered,unit_cost,case_pack,expected_on,note"
RECEIVED = "purchase_order,receipt,line,sku,accepted,rejected,reason,replaced"

pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture(autouse=True)
def _merchant(cloud: None) -> None:
    merchant()


def record_of(rows: tuple[str, ...], head: str, key: str) -> dict[str, Any]:
    return dropped("\n".join((head, *rows, "")).encode(), key)


def deliver(record: dict[str, Any]) -> dict[str, Any]:
    """The report of a file, read with what the policy of the function allows."""
    upload.handler({"Records": [record]}, Context())
    return report_of(Upload.of(File.of(record), NOW))


def ordered(*rows: str, key: str = "purchases/spring.csv") -> dict[str, Any]:
    return deliver(record_of(rows, HEAD, key))


def received(*rows: str, key: str = "receipts/van.csv") -> dict[str, Any]:
    return deliver(record_of(rows, RECEIVED, key))


def errors(report: dict[str, Any]) -> list[tuple[int | None, str | None, str]]:
    return [(each["row"], each["column"], each["message"]) for each in report["errors"]]


def purchase_orders() -> list[dict[str, Any]]:
    return list(call("GET", "/purchase-orders").body["items"])


def test_rows_of_one_supplier_and_reference_are_a_purchase_order_also_apart() -> None:
    rows = (
        f"SPRING,acme,main,EUR,{MUG},12,2.50,6,2026-12-01,by sea",
        f"SUMMER,acme,main,eur,{MUG},1,2.40,,,",
        f"SPRING,ACME,main,EUR,{LAMP},3,12.00,,,",
    )

    report = ordered(*rows)

    assert (report["state"], report["rows"]) == ("done", 3)
    assert report["purchases"] == {"accepted": 2, "duplicate": 0, "rejected": 0}
    spring = next(each for each in purchase_orders() if each["reference"] == "SPRING")
    lines = call("GET", f"/purchase-orders/{spring['id']}").body["lines"]
    assert [(each["sku"], each["ordered"], each["unit_cost"]["amount"]) for each in lines] == [
        (MUG, 12, "2.50"),
        (LAMP, 3, "12.00"),
    ]
    assert (lines[0]["case_pack"], lines[0]["expected_on"]) == (6, "2026-12-01")


@pytest.mark.parametrize("other", ["'4711", "4711\u202c", "4711.0"])
def test_a_reference_is_compared_as_it_is_read(other: str) -> None:
    report = ordered(f"4711,acme,main,EUR,{MUG},12,2.50,6,,", f"{other},acme,main,EUR,{LAMP},3,12.00,,,")

    assert (report["purchases"], errors(report)) == ({"accepted": 1, "duplicate": 0, "rejected": 0}, [])
    assert [(each["reference"], len(each["lines"])) for each in purchase_orders()] == [("4711", 2)]


def test_rows_that_name_a_purchase_order_of_the_same_file_by_its_number_are_compared_with_it() -> None:
    report = ordered(f"S-1,acme,main,EUR,{MUG},12,2.50,6,,", f"PO-1001,acme,main,EUR,{LAMP},3,12.00,,,")

    assert report["purchases"] == {"accepted": 1, "duplicate": 0, "rejected": 1}
    assert [each[:2] for each in errors(report)] == [(3, "sku")]


def test_terms_on_one_row_are_those_of_all_rows_of_its_reference() -> None:
    report = ordered(
        f"SPRING,,,,{LAMP},3,12.00,,,",
        f"SPRING,acme,main,EUR,{MUG},12,2.50,6,,by sea",
        f"SUMMER,acme,main,EUR,{MUG},12,2.50,6,,",
        f"SUMMER,acme,,,{LAMP},3,12.00,,,",
    )

    assert (report["purchases"], errors(report)) == ({"accepted": 2, "duplicate": 0, "rejected": 0}, [])
    assert [(each["reference"], len(each["lines"])) for each in purchase_orders()] == [("SUMMER", 2), ("SPRING", 2)]


def test_a_bad_row_without_a_supplier_has_its_purchase_order_wait_whole_until_it_is_corrected() -> None:
    first = f"SPRING,acme,main,EUR,{MUG},12,2.50,6,,"

    refused = ordered(first, f"SPRING,,,,{LAMP},three,12.00,,,")
    corrected = ordered(first, f"SPRING,,,,{LAMP},3,12.00,,,", key="purchases/again.csv")

    assert (refused["purchases"]["rejected"], [each[:2] for each in errors(refused)]) == (1, [(3, "ordered")])
    assert corrected["purchases"] == {"accepted": 1, "duplicate": 0, "rejected": 0}
    assert [len(each["lines"]) for each in purchase_orders()] == [2]


def test_what_is_drafted_of_what_is_bought_per_order_has_orders_that_lack_it_looked_at_again() -> None:
    terms = [{"supplier": "acme", "price": {"amount": "2.50", "currency": "EUR"}}]
    assert call("PATCH", f"/products/{encoded(MUG)}", {"bought_from": terms, "bought_per_order": True}).status == 200

    ordered(f"A,acme,main,EUR,{MUG},12,2.50,6,,")

    assert [each["kind"] for each in invoked(settings.release_function)] == ["fewer"]


def test_a_row_with_several_faults_is_told_all_of_them_each_with_its_column() -> None:
    report = ordered("A,nobody,moon,EUR,GHOST,7,2.5051,6,soon,", f"A,,,,{MUG},0,2.50,6,,", key="purchases/a.csv")

    assert [each[:2] for each in errors(report)] == [
        (2, "unit_cost"),
        (2, "expected_on"),
        (2, "ordered"),
        (2, "supplier"),
        (2, "warehouse"),
        (2, "sku"),
        (3, "ordered"),
    ]


def test_a_total_that_no_amount_can_be_is_of_no_column() -> None:
    report = ordered(f"A,acme,main,EUR,{MUG},1000000,999999999999.00,,,")

    assert errors(report) == [(2, None, TOTAL_TOO_LARGE)]


def test_a_row_of_a_receipt_is_told_all_that_does_not_go_together() -> None:
    name = on_order({"sku": MUG, "ordered": 12, "unit_cost": {"amount": "2.50", "currency": "EUR"}})

    report = received(f"{name},D1,,,2,,broken,yes", f"{name},D1,1,,x,,broken,perhaps", f"{name},D1,1,,,,,yes")

    assert [each[:2] for each in errors(report)] == [
        (2, "line"),
        (2, "reason"),
        (2, "replaced"),
        (3, "accepted"),
        (3, "replaced"),
        (4, "accepted"),
        (4, "replaced"),
    ]


def test_what_is_not_adjusted_is_said_with_what_is_allowed_and_not_as_done() -> None:
    report = ordered(
        f"A,acme,main,EUR,{MUG},1,2.5051,,,",
        f"B,acme,main,JPY,{MUG},1,250.5,,,",
        f"C,acme,main,EUR,{MUG},1,2.50,,,{'x' * 5001}",
        f"D,acme,main,EUR,{MUG},1,2.50,,,a\x07",
    )

    assert errors(report) == [
        (2, "unit_cost", "“2.5051” has more decimals than EUR, which has 2"),
        (3, "unit_cost", "“250.5” has more decimals than JPY, which has none"),
        (4, "note", "is longer than 5000 characters"),
        (5, "note", "has a character that cannot be read"),
    ]


def test_a_bad_cell_rejects_its_purchase_order_and_no_other() -> None:
    report = ordered(
        f"A,acme,main,EUR,{MUG},twelve,2.50,,,",
        f"A,acme,main,EUR,{LAMP},1,1.00,,,",
        f"B,acme,main,EUR,{MUG},7,2.50,6,,",
        "C,nobody,main,EUR,GHOST,1,2.505,,,",
        f"D,acme,main,EUR,{MUG},1,2.50,,,",
        f"D,acme,north,EUR,{LAMP},1,2.50,,,",
        f"E,acme,main,EUR,{MUG},1,2.50,,,",
    )

    assert report["purchases"] == {"accepted": 1, "duplicate": 0, "rejected": 4}
    assert [each[:2] for each in errors(report)] == [
        (2, "ordered"),
        (4, "ordered"),
        (5, "unit_cost"),
        (5, "supplier"),
        (5, "sku"),
        (7, "warehouse"),
    ]
    assert [each["reference"] for each in report["errors"]] == ["A", "B", "C", "C", "C", "D"]
    found = list(csv.DictReader(io.StringIO(body(report["failed_rows"]).decode("utf-8-sig"))))
    assert [(row["reference"], bool(row["Problem"])) for row in found] == [
        ("A", True),
        ("A", False),
        ("B", True),
        ("C", True),
        ("D", False),
        ("D", True),
    ]


@pytest.mark.parametrize("head", [HEAD, RECEIVED])
def test_text_that_does_not_fit_its_encoding_is_refused(head: str) -> None:
    key = "purchases/a.csv" if head is HEAD else "receipts/a.csv"

    report = deliver(dropped(f"{head}\nA,acme,main,EUR,{MUG},12,2.50,Łukasz\n".encode("cp1250"), key))

    assert report["state"] == "failed"
    assert "“£ukasz” is not text in Windows-1252" in report["errors"][0]["message"]


def test_what_does_not_exist_is_named() -> None:
    report = ordered("C,nobody,nowhere,EUR,GHOST,1,2.50,,,", "D,acme,main,,GHOST,1,2.50,,,")

    assert errors(report) == [
        (2, "supplier", "there is no supplier nobody"),
        (2, "warehouse", "there is no warehouse nowhere"),
        (2, "sku", "there is no product GHOST"),
        (3, "sku", "there is no product GHOST"),
    ]


def test_the_same_file_again_and_another_with_the_same_reference_make_nothing() -> None:
    row = f"SPRING,acme,main,EUR,{MUG},12,2.50,,,"
    record = record_of((row,), HEAD, "purchases/spring.csv")
    first = deliver(record)

    assert deliver(record)["purchases"] == first["purchases"] == {"accepted": 1, "duplicate": 0, "rejected": 0}
    assert ordered(row, key="purchases/again.csv")["purchases"] == {"accepted": 0, "duplicate": 1, "rejected": 0}
    assert len(purchase_orders()) == 1


def test_a_corrected_file_is_rejected_and_says_what_is_ordered() -> None:
    ordered(f"S-1,acme,main,EUR,{MUG},12,2.50,,,", f"S-1,acme,main,EUR,{LAMP},3,1.00,,,")
    assert do("PO-1001", "submit").status == 200

    again = ordered(
        f"S-1,acme,main,EUR,{MUG},99,2.60,,,", f"S-1,acme,main,EUR,{LAMP},3,1.00,,,", key="purchases/again.csv"
    )
    other = ordered(f"s-1,acme,main,EUR,{MUG},12,2.50,,,", "S-1,acme,main,EUR,NEW,3,1.00,,,", key="purchases/new.csv")
    part = ordered(f"S-1,acme,main,EUR,{LAMP},3,1.00,,,", key="purchases/part.csv")

    todo = "enter there what changed, or use another reference for other goods"
    assert (again["purchases"], errors(again)) == (
        {"accepted": 0, "duplicate": 0, "rejected": 1},
        [
            (2, "ordered", f"PO-1001 has this reference, and orders 12, not 99: {todo}"),
            (2, "unit_cost", f"PO-1001 has this reference, and a price of 2.50 EUR, not 2.60: {todo}"),
        ],
    )
    assert errors(other) == [(3, "sku", f"PO-1001 has this reference, and no NEW: {todo}")]
    assert part["purchases"] == {"accepted": 0, "duplicate": 1, "rejected": 0}
    assert [each["lines"][0]["ordered"] for each in purchase_orders()] == [12]


def test_a_price_of_the_suppliers_is_no_other_one() -> None:
    row = f"S-1,acme,main,EUR,{MUG},12,2.50,,,"
    ordered(row)
    do("PO-1001", "submit")
    cost = {"amount": "2.75", "currency": "EUR"}
    assert do("PO-1001", "answer", {"lines": [{"line": "1", "unit_cost": cost}]}).status == 200

    bought = call("GET", "/purchase-orders/csv").body["text"].splitlines()
    ours = deliver(record_of(tuple(bought[1:]), bought[0], "purchases/ours.csv"))
    elsewhere = ordered(row.replace("main", "east"), key="purchases/east.csv")

    assert (ours["purchases"]["duplicate"], [each[1] for each in errors(elsewhere)]) == (1, ["warehouse", "unit_cost"])


def test_rows_of_receipts_are_received_once() -> None:
    name = on_order({"sku": MUG, "ordered": 12, "unit_cost": {"amount": "2.50", "currency": "EUR"}})
    before = shelf()[0]

    rows = (f"{name.lower()},DN-1,,{MUG},8,2,broken,", f"{name},DN-2,1,,2,,,")
    report = received(*rows)

    assert report["receipts"] == {"accepted": 2, "duplicate": 0, "rejected": 0}
    assert shelf() == (before + 10, 0)
    assert received(*rows, key="receipts/again.csv")["receipts"] == {"accepted": 0, "duplicate": 2, "rejected": 0}
    assert shelf() == (before + 10, 0)


def test_rows_of_one_line_in_one_delivery_add_up() -> None:
    name = on_order(line(ordered=30))
    pallet = f"{name},DN-7,1,,10,,,"
    rows = (pallet, f"{name},dn-7,,{MUG},,2,wet,yes", pallet, f"{name},DN-7,01,,,1,torn,yes")

    first, again = received(*rows), received(*rows, key="receipts/again.csv")
    less = received(pallet, key="receipts/less.csv")

    assert first["receipts"] == {"accepted": 4, "duplicate": 0, "rejected": 0}
    assert again["receipts"] == {"accepted": 0, "duplicate": 4, "rejected": 0}
    assert (less["receipts"]["rejected"], shelf()) == (1, (20, 10))
    [receipt] = call("GET", f"/purchase-orders/{name}").body["receipts"]
    assert (receipt["accepted"], receipt["rejected"], receipt["reason"]) == (20, 3, "wet; torn")


@pytest.mark.parametrize("other", ["'4711", "4711\u202c", "4711.0"])
def test_the_number_of_a_delivery_is_compared_as_it_is_read(other: str) -> None:
    name = on_order(line(ordered=24))

    report = received(f"{name},4711,1,,10,,,", f"{name},{other},1,,10,,,")

    assert (report["receipts"]["accepted"], shelf()) == (2, (20, 4))


def test_rows_of_one_line_are_rejected_together_so_that_the_corrected_ones_count_together() -> None:
    name = on_order(line(ordered=20), line(LAMP, 3))
    good, other = f"{name},DN-7,1,,10,,,", f"{name},DN-7,2,,3,,,"

    refused = received(good, f"{name},DN-7,,{MUG},ten,,,", other)
    mixed = received(f"{name},DN-8,1,,,1,wet,yes", f"{name},DN-8,1,,,1,wet,", key="receipts/mixed.csv")
    corrected = received(good, good, key="receipts/corrected.csv")

    assert refused["receipts"] == {"accepted": 1, "duplicate": 0, "rejected": 2}
    assert [each[:2] for each in errors(refused)] == [(2, None), (3, "accepted")]
    assert errors(refused)[0][2].startswith("row 3 about the same line is rejected")
    assert [each[:2] for each in errors(mixed)] == [(2, "replaced"), (3, "replaced")]
    assert (corrected["receipts"]["accepted"], shelf(), shelf(LAMP)) == (2, (20, 0), (3, 0))


@pytest.mark.parametrize(
    "wrong",
    [
        ("{name},DN-7,,GHOST,10,,,", "GHOST", MUG),
        ("{name},DN-7,,,10,,,", ",,,10", ",1,,10"),
        ("{name},DN-7,9,,10,,,", ",9,", ",1,"),
        ("{name},DN-7,1,,10,,,,spare", ",,spare", ","),
        ("{name},,1,,10,,,", ",,1", ",DN-7,1"),
        (",DN-7,1,,10,,,", ",DN-7", "{name},DN-7"),
        ("PO-9999,DN-7,1,,10,,,", "PO-9999", "{name}"),
    ],
)
def test_a_row_that_may_be_of_any_line_has_its_delivery_wait_until_it_is_corrected(wrong: tuple[str, str, str]) -> None:
    name = on_order(line(ordered=20), line(LAMP, 3))
    row, spoiled, right = (each.format(name=name) for each in wrong)

    refused = received(f"{name},DN-7,1,,10,,,", row, f"{name},DN-7,2,,3,,,", f"{name},DN-8,,,,,,", ",,,Total,13,,,")
    nothing = shelf(), shelf(LAMP)
    corrected = [f"{name},DN-7,1,,10,,,", row.replace(spoiled, right, 1), f"{name},DN-7,2,,3,,,"]

    assert {each[0] for each in errors(refused)} == {2, 3, 4, 5, 6}
    assert nothing == ((0, 20), (0, 3))
    assert received(*corrected, key="receipts/corrected.csv")["receipts"]["accepted"] == 3
    assert (shelf(), shelf(LAMP)) == ((20, 0), (3, 0))


def test_a_product_that_nobody_ordered_holds_up_no_line_of_its_delivery() -> None:
    name = on_order(line(ordered=20))

    report = received(f"{name},DN-7,1,,10,,,", f"{name},DN-7,,{LAMP},10,,,", ",,Total,,20,,,")

    assert (report["receipts"], shelf()) == ({"accepted": 1, "duplicate": 0, "rejected": 2}, (10, 10))


def test_a_row_without_a_reference_has_what_it_may_be_a_part_of_wait_until_it_is_corrected() -> None:
    good, other = f"A 1,acme,main,EUR,{MUG},1,2.50,,,", f"B 1,acme,main,EUR,{LAMP},1,2.50,,,"

    refused = ordered(good, f",acme,main,EUR,{LAMP},2,2.50,,,", other)
    corrected = ordered(good, f"A 1,acme,main,EUR,{LAMP},2,2.50,,,", other, key="purchases/corrected.csv")

    assert [each[:2] for each in errors(refused)] == [(2, None), (3, "reference"), (4, None)]
    assert corrected["purchases"] == {"accepted": 2, "duplicate": 0, "rejected": 0}


def test_a_number_that_a_spreadsheet_made_a_fraction_is_the_same() -> None:
    name = on_order(line(ordered=20))
    do(name, "receive", {"receipt": "4711", "lines": [{"line": "1", "accepted": 10}]})
    received(f"{name},4712.0,1.0,,10,,,", key="receipts/second.csv")

    again = received(f"{name},4711.0,1.0,,10,,,", f"{name},4712,1,,10,,,", key="receipts/again.csv")
    bought = ordered(f"815.0,acme,main,EUR,{MUG},1,2.50,,,", f"815,acme,main,EUR,{LAMP},1,2.50,,,")
    more = ordered(f"815,acme,main,EUR,{MUG},1,2.50,,,", key="purchases/more.csv")

    assert (again["receipts"], shelf()[0]) == ({"accepted": 0, "duplicate": 2, "rejected": 0}, 20)
    assert [each["receipt"] for each in call("GET", f"/purchase-orders/{name}").body["receipts"]] == ["4711", "4712"]
    assert (bought["purchases"]["accepted"], more["purchases"]["duplicate"]) == (1, 1)
    assert [(each["reference"], len(each["lines"])) for each in purchase_orders()] == [("815", 2), ("", 1)]


def test_a_reference_is_one_however_it_is_written() -> None:
    report = ordered(f"A 1,acme,main,EUR,{MUG},1,2.50,,,", f"a  1,acme,main,EUR,{LAMP},1,2.50,,,")

    assert report["purchases"] == {"accepted": 1, "duplicate": 0, "rejected": 0}
    assert [(each["reference"], len(each["lines"])) for each in purchase_orders()] == [("A 1", 2)]


def test_what_came_beyond_the_order_is_exported_as_it_is_read() -> None:
    name = on_order(line(ordered=10))
    received(f"{name},DN-1,1,,15,,,")

    came = call("GET", "/purchase-orders/csv", queryStringParameters={"rows": "receipts"}).body["text"].splitlines()

    assert (came[1].split(",")[4], came[1].split(",")[8]) == ("15", "5")
    again = deliver(record_of(tuple(came[1:]), came[0], "receipts/x.csv"))
    assert again["receipts"] == {"accepted": 0, "duplicate": 1, "rejected": 0}


def test_bad_rows_of_receipts_are_named_and_the_others_received() -> None:
    name = on_order()
    received(f"{name},DN-1,1,,3,,,", key="receipts/first.csv")

    report = received(
        "PO-77,DN-1,1,,3,,,",
        f"{name},DN-2,9,,3,,,",
        f"{name},DN-2,,GHOST,3,,,",
        f"{name},DN-2,1,,,,,",
        f"{name},DN-2,1,,1,1,,",
        f"{name},DN-1,1,,4,,,",
        f"{name},DN-3,1,,2,,,",
    )

    assert report["receipts"] == {"accepted": 1, "duplicate": 0, "rejected": 6}
    assert [each[:2] for each in errors(report)] == [
        (2, "purchase_order"),
        (3, "line"),
        (4, "sku"),
        (5, "accepted"),
        (6, "reason"),
        (7, None),
    ]


def test_a_file_without_its_columns_or_with_too_many_rows_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = deliver(record_of(("A,acme",), "reference,supplier", "purchases/lacking.csv"))
    monkeypatch.setattr("packhorse.files.purchasing.sheet.MAX_ROWS", 1)
    large = ordered(*(f"A{place},acme,main,EUR,{MUG},1,2.50,,," for place in range(2)), key="purchases/large.csv")

    assert (lacking["state"], {each["column"] for each in lacking["errors"]}) == (
        "failed",
        {"warehouse", "sku", "ordered", "unit_cost"},
    )
    assert (large["state"], errors(large)) == ("failed", [(None, None, "the file has more than 1 rows: split it")])


def test_a_column_that_looks_like_a_missing_one_is_named() -> None:
    row = f"A,acme,main,{MUG},12,2.50"

    report = deliver(record_of((row,), "ref,suplier,warehouse,sku,qty,price", "purchases/theirs.csv"))

    assert {column: message for _, column, message in errors(report)} == {
        name: f"the column is missing; “{theirs}” looks like it: rename it"
        for name, theirs in {"reference": "ref", "supplier": "suplier", "ordered": "qty", "unit_cost": "price"}.items()
    }


def test_killed_before_or_after_any_call_the_next_delivery_ends_the_same() -> None:
    name, number = on_order(), 0
    while True:
        rows = (f"S{number},acme,main,EUR,{MUG},1,2.50,,,", f"S{number},acme,main,EUR,GHOST,1,2.50,,,")
        more = (f"T{number},acme,main,EUR,{MUG},1,2.50,,,",)
        records = (
            record_of((*rows, *more), HEAD, f"purchases/{number}.csv"),
            record_of((f"{name},K{number},1,,1,,,",), RECEIVED, f"receipts/{number}.csv"),
        )
        is_dead = [killed(partial(deliver, each), number // 2, bool(number % 2)) for each in records]
        bought, came = map(deliver, records)
        assert bought["purchases"] == {"accepted": 1, "duplicate": 0, "rejected": 1}
        assert (len(errors(bought)), came["receipts"]) == (1, {"accepted": 1, "duplicate": 0, "rejected": 0})
        if not any(is_dead):
            break
        number += 1
    assert number > 20
    assert [each["reference"] for each in purchase_orders() if each["reference"].startswith("S")] == []


def test_what_is_exported_is_what_uploads_read() -> None:
    given = f"SPRING,acme,main,EUR,{MUG},12,2.50,6,2026-12-01,=cmd,for the fair"
    deliver(record_of((given,), f"{HEAD},internal_note", "purchases/spring.csv"))
    [made] = purchase_orders()
    call("POST", f"/purchase-orders/{made['id']}/submit")
    received(f"{made['id']},DN-1,1,,5,1,wet,")

    bought = call("GET", "/purchase-orders/csv").body
    came = call("GET", "/purchase-orders/csv", queryStringParameters={"rows": "receipts"}).body

    [row] = csv.DictReader(io.StringIO(bought["text"]))
    assert (bought["filename"], row["reference"], row["unit_cost"], row["received"]) == (
        "purchases.csv",
        "SPRING",
        "2.50",
        "5",
    )
    assert (row["note"], row["internal_note"], row["state"]) == ("'=cmd", "for the fair", "partially_received")
    again = deliver(
        record_of(tuple(bought["text"].splitlines()[1:]), bought["text"].splitlines()[0], "purchases/x.csv")
    )
    assert again["purchases"] == {"accepted": 0, "duplicate": 1, "rejected": 0}
    again = deliver(record_of(tuple(came["text"].splitlines()[1:]), came["text"].splitlines()[0], "receipts/x.csv"))
    assert again["receipts"] == {"accepted": 0, "duplicate": 1, "rejected": 0}


def test_our_own_file_of_what_has_no_reference_orders_nothing_again() -> None:
    made()
    call("PUT", "/suppliers/mill", {"name": "Mill"})
    bought = call("GET", "/purchase-orders/csv").body["text"].splitlines()
    theirs = ordered(f"PO-1001,mill,main,EUR,{MUG},12,2.50,,,", key="purchases/theirs.csv")

    again = deliver(record_of(tuple(bought[1:]), bought[0], "purchases/x.csv"))

    assert again["purchases"] == {"accepted": 0, "duplicate": 1, "rejected": 0}
    assert theirs["purchases"] == {"accepted": 1, "duplicate": 0, "rejected": 0}, "another supplier's number is its own"
    assert len(purchase_orders()) == 2


def test_a_row_of_a_receipt_that_names_two_products_is_rejected() -> None:
    name = on_order(line(supplier_sku=LAMP), line(LAMP, 10))

    by_sku = received(f"{name},DN-1,,{LAMP},4,,,")
    both = received(f"{name},DN-2,2,{MUG},3,,,", key="receipts/second.csv")

    assert (by_sku["receipts"]["accepted"], shelf(), shelf(LAMP)) == (1, (0, 10), (4, 6))
    assert errors(both) == [(2, "sku", f"line “2” is {LAMP}, and the row names “{MUG}”, too")]
    assert (shelf(), shelf(LAMP)) == ((0, 10), (4, 6))


def test_a_sku_that_is_another_product_is_no_spelling_of_a_line() -> None:
    call("PUT", "/products/book", {"name": "A book"})
    call("PUT", "/products/BOOK", {"name": "Another"})
    name = on_order(line("book"), line(LAMP, supplier_sku="BOOK-L"))

    report = received(f"{name},DN-1,,BOOK,5,,,", f"{name},DN-1,,Book,4,,,", f"{name},DN-1,,book-l,3,,,")

    assert errors(report) == [(2, "sku", f"“BOOK” is no product of {name}")]
    assert (shelf("book")[0], shelf(LAMP)[0]) == (4, 3)


def test_a_reference_of_a_supplier_makes_one_purchase_order_for_good() -> None:
    made(line(ordered=12), reference="Fair")
    by_person = ordered(f"FAIR,acme,main,EUR,{MUG},12,2.50,,,", key="purchases/fair.csv")
    row = f"SPRING,acme,main,EUR,{MUG},12,2.50,,,"
    first = ordered(row)
    do("PO-1002", "cancel")
    later = datetime.now(UTC) + timedelta(days=31)
    expire(later)

    again = [ordered(each, key=f"purchases/{each[:6]}.csv") for each in (row, row.lower().replace(MUG.lower(), MUG))]

    assert first["purchases"] == {"accepted": 1, "duplicate": 0, "rejected": 0}
    for report in (by_person, *again):
        assert report["purchases"] == {"accepted": 0, "duplicate": 1, "rejected": 0}, errors(report)
    assert [each["id"] for each in purchase_orders()] == ["PO-1002", "PO-1001"]


def expire(now: datetime) -> None:
    """Deletes what DynamoDB has deleted by then."""
    dynamodb, table = client("dynamodb"), settings.work_table
    for item in dynamodb.scan(TableName=table)["Items"]:
        if int(item.get("expiration", {"N": f"{10**12}"})["N"]) < now.timestamp():
            dynamodb.delete_item(TableName=table, Key={name: item[name] for name in ("pk", "sk")})


def test_an_exported_surplus_is_read_as_what_came() -> None:
    name = on_order(line(ordered=20))
    receive(name, arrived(10), receipt="4711")
    receive(name, arrived(15), receipt="4712")

    came = call("GET", "/purchase-orders/csv", queryStringParameters={"rows": "receipts"}).body["text"].splitlines()

    assert [(row["accepted"], row["surplus"]) for row in csv.DictReader(came)] == [("10", "0"), ("15", "5")]
    again = deliver(record_of(tuple(came[1:]), came[0], "receipts/x.csv"))
    assert again["receipts"] == {"accepted": 0, "duplicate": 2, "rejected": 0}


def test_a_file_is_compared_with_the_purchase_order_that_its_reference_names_now() -> None:
    row = f"S1,acme,main,EUR,{MUG},10,2.50,,,"
    ordered(row)
    [cancelled] = purchase_orders()
    do(cancelled["id"], "cancel")
    lines = [{"sku": MUG, "ordered": 20, "unit_cost": {"amount": "2.50", "currency": "EUR"}}]
    facts = {key: cancelled[key] for key in ("supplier", "warehouse", "currency", "reference")}
    assert call("POST", "/purchase-orders", {**facts, "lines": lines}).status == 201

    report = ordered(row.replace(",10,", ",20,"), key="purchases/again.csv")

    assert (report["purchases"]["duplicate"], errors(report)) == (1, [])

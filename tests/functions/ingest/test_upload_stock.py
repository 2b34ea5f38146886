"""Files of stock: what the merchant sees, on a deployment in memory."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from functions.allocate import route
from functions.ingest import upload
from packhorse.aws.settings import settings
from packhorse.domain.catalogue.product import Product, ProductKind
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.values import WarehouseId
from packhorse.files.put_file import File
from packhorse.files.upload import Upload
from packhorse.store import catalogue, stock
from simulation.builders import a_configuration, a_line, a_warehouse, an_order
from simulation.merchant import MUG, Context, balance, ledger, put_stock, set_up, told
from tests.conftest import invoked
from tests.files.upload_builders import NOW, body, dropped, keys, report_of

ROOT = Path(__file__).parents[3]
LAMP = '00123 LÄMP, 3"'

pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture(autouse=True)
def _merchant(cloud: None) -> None:
    set_up(a_configuration(a_warehouse("north-1"), a_warehouse("main")), MUG, LAMP, "=CHAIR")


def sheet(*rows: str, header: str = "sku,warehouse,set,add,expected,reason") -> str:
    return "\r\n".join([header, *rows])


def deliver(*records: dict[str, Any]) -> None:
    """Notifications of files, handled with what the policy of the function allows."""
    for record in records:
        upload.handler({"Records": [record]}, Context())


def read(content: str | bytes, key: str = "stock/Inventur März.csv") -> dict[str, Any]:
    """The report of a file that is dropped."""
    record = dropped(content.encode() if isinstance(content, str) else content, key)
    deliver(record)
    return report_of(Upload.of(File.of(record), NOW))


def put_again(record: dict[str, Any], sequencer: str) -> dict[str, Any]:
    """The record of the same bytes that are put once more."""
    told = {**record["s3"]["object"], "sequencer": sequencer}
    return {**record, "eventTime": "2026-11-23T09:30:05.000Z", "s3": {**record["s3"], "object": told}}


def failed_rows(report: dict[str, Any], delimiter: str = ",") -> list[dict[str, str]]:
    text = body(report["failed_rows"]).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


def test_a_reason_that_does_not_fit_is_cut_with_a_warning_and_its_row_is_done() -> None:
    put_stock(4)

    report = read(sheet(f"{MUG},main,10,,,{'x' * 300}", f"{MUG},main,x,,,{'y' * 300}"))

    assert balance() == (10, 0, 10)
    assert report["stock"] == {"changed": 1, "unchanged": 0, "rejected": 1}
    assert report["warnings"] == [
        {"row": 2, "sku": MUG, "column": "reason", "message": "is longer than 255 characters, and was cut"}
    ]
    assert [error["row"] for error in report["errors"]] == [3]
    assert [row["sku"] for row in failed_rows(report)] == [MUG]


def test_rows_change_stock_and_the_report_counts_them() -> None:
    put_stock(4)
    report = read(sheet(f"{MUG},main,10,,,counted", f"{MUG},main,,-3,,", '"00123 LÄMP, 3""",north-1,0,,,'))

    assert balance() == (7, 0, 7)
    assert ledger() == (7, 0)
    assert (report["kind"], report["state"], report["rows"]) == ("stock", "done", 3)
    assert report["stock"] == {"changed": 2, "unchanged": 1, "rejected": 0}
    assert (report["errors"], report["failed_rows"], report["channel"]) == ([], None, None)
    assert "orders" not in report
    assert keys("reports/") == [f"reports/{report['id']}.json"]


def test_bad_rows_are_rejected_alone_with_row_column_message_and_sku() -> None:
    report = read(
        sheet(f"{MUG},main,10,,,", "GÖNE #1,main,5,,,", f"{MUG},moon,,1,,", f"{MUG},main,,2,,", f"{MUG},main,1,1,,")
    )

    assert balance() == (12, 0, 12)
    assert report["stock"] == {"changed": 2, "unchanged": 0, "rejected": 3}
    assert report["errors"] == [
        {"row": 3, "sku": "GÖNE #1", "column": "sku", "message": "there is no product “GÖNE #1”"},
        {"row": 4, "sku": MUG, "column": "warehouse", "message": "there is no warehouse “moon”"},
        {"row": 6, "sku": MUG, "column": "set", "message": "give set or add, and not both"},
    ]
    assert [(row["sku"], row["Rejected"]) for row in failed_rows(report)] == [
        ("GÖNE #1", "sku: there is no product “GÖNE #1”"),
        (MUG, "warehouse: there is no warehouse “moon”"),
        (MUG, "set: give set or add, and not both"),
    ]


def test_a_kit_is_rejected_as_it_has_no_stock() -> None:
    catalogue.put_product(Product(sku="SET-2", kind=ProductKind.KIT, components={MUG: 2}))

    report = read(sheet("SET-2,main,5,,,"))

    assert report["errors"][0]["message"] == "“SET-2” is a kit: change the stock of its components"


def test_what_open_orders_have_stays_and_what_is_not_as_expected_too() -> None:
    put_stock(5)
    route.handler(told(an_order(a_line(quantity=4))), Context())

    report = read(sheet(f"{MUG},main,3,,,", f"{MUG},main,,-2,,", f"{MUG},main,9,,4,", f"{MUG},main,9,,5,"))

    assert balance() == (9, 4, 5)
    assert [(error["row"], error["column"], error["message"]) for error in report["errors"]] == [
        (2, "set", "3 would be left, 4 are committed to open orders"),
        (3, "add", "3 would be left, 4 are committed to open orders"),
        (4, "expected", "expected 4, there are 5"),
    ]


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_delimiters_and_spellings_of_columns_are_found(codec: str, delimiter: str) -> None:
    rows = [["Location", "REASON", " Ware_House", "S K U", "Add"], ["7", "Käufer", "MAIN", str(MUG), '=""3""']]
    report = read("\r\n".join(delimiter.join(row) for row in rows).replace('=""3""', '"=""3"""').encode(codec))

    assert (balance(), report["stock"]["changed"]) == ((3, 0, 3), 1)
    assert report["ignored_columns"] == ["Location"]


def test_text_that_does_not_fit_its_encoding_is_refused_before_any_row_is_applied() -> None:
    put_stock(4)

    report = read(sheet(f"{MUG},main,7,,,", f"{MUG},main,8,,,Łódź").encode("cp1250"))

    assert (report["state"], balance()) == ("failed", (4, 0, 4))
    assert "“£ódŸ” is not text in Windows-1252" in report["errors"][0]["message"]


def test_failed_rows_can_be_corrected_and_dropped_again_with_the_reasons_of_their_owner() -> None:
    first = read(
        sheet(
            "=CHAIR;main;1.234;;;=HYPERLINK(1);x",
            f"{MUG};main;5;;;;",
            header="sku;warehouse;set;add;expected;reason;note",
        )
    )
    (row,) = failed_rows(first, ";")
    assert (row["sku"], row["set"], row["reason"], row["note"]) == ("'=CHAIR", "1.234", "'=HYPERLINK(1)", "x")

    corrected = ";".join({**row, "set": "1234"}.values())
    second = read(";".join(row) + "\n" + corrected, "stock/corrected.csv")

    assert second["stock"] == {"changed": 1, "unchanged": 0, "rejected": 0}
    assert second["ignored_columns"] == ["note"]
    assert balance("=CHAIR")[0] == 1234


def corrected(report: dict[str, Any], **cells: str) -> str:
    """The file of the one rejected row, with these cells corrected."""
    (row,) = failed_rows(report)
    text = io.StringIO(newline="")
    csv.writer(text).writerows([list(row), list({**row, **cells}.values())])
    return text.getvalue()


@pytest.mark.parametrize("cells", [f"{MUG},main,1o,,,", "MUGG,main,10,,,", f"{MUG},maine,10,,,"])
def test_a_number_that_is_corrected_leaves_what_came_and_left_since(cells: str) -> None:
    put_stock(7)
    first = read(sheet(f"{MUG},main,,20,,", cells, f"{MUG},main,,5,,delivered"))
    read(sheet(f"{MUG},main,,4,,"), "stock/later.csv")
    read(sheet(f"{MUG},main,,-2,,"), "stock/broken.csv")

    second = read(corrected(first, sku=MUG, warehouse="main", set="10", reason="counted"), "stock/corrected.csv")

    assert second["stock"] == {"changed": 1, "unchanged": 0, "rejected": 0}
    assert balance()[0] == ledger()[0] == 10 + 5 + 4 - 2
    (newest, *_) = stock.newest_movements(Shelf(MUG, WarehouseId("main")), None, 1)
    assert newest.reason.startswith("counted; 10 at 20")
    assert newest.reason.endswith(" UTC, +7 since")


def test_rows_before_a_corrected_number_in_its_file_do_not_count() -> None:
    first = read(sheet("MUGG,main,10,,,"))
    content = corrected(first, sku=MUG).split("\r\n")

    read("\r\n".join([content[0], f"{MUG},main,3,,,,,", content[1], f"{MUG},main,,1,,,,"]), "stock/corrected.csv")

    assert balance()[0] == 11


def test_a_number_is_refused_where_the_stock_was_counted_since_and_done_without_its_moment() -> None:
    first = read(sheet(f"{MUG},main,1o,,,"))
    read(sheet(f"{MUG},main,8,,,"), "stock/counted.csv")

    second = read(corrected(first, set="10"), "stock/corrected.csv")
    assert [(error["column"], error["message"][:35]) for error in second["errors"]] == [
        ("set_as_of", "the stock was set or counted at 202")
    ]
    assert [row["set_as_of"] for row in failed_rows(second)] == [row["set_as_of"] for row in failed_rows(first)]
    assert balance()[0] == 8

    read(corrected(second, set_as_of=""), "stock/again.csv")
    assert balance()[0] == 10


def test_rows_that_the_stock_forbids_have_no_moment() -> None:
    report = read(sheet(f"{MUG},main,,-2,,", f"{MUG},main,9,,4,"))

    assert [row["set_as_of"] for row in failed_rows(report)] == ["", ""]


def test_the_same_event_twice_is_done_once_and_the_same_file_dropped_again_is_another() -> None:
    content = sheet(f"{MUG},main,,5,,", "GONE,main,,5,,").encode()
    record = dropped(content, "stock/delivery.csv")

    deliver(record, record)
    deliver(record)
    assert balance() == (5, 0, 5)
    assert report_of(Upload.of(File.of(record), NOW))["stock"] == {"changed": 1, "unchanged": 0, "rejected": 1}

    deliver(put_again(record, "0063"))
    assert balance() == (10, 0, 10)


def test_the_same_bytes_put_again_where_a_file_was_announced_are_one_upload_and_others_are_another() -> None:
    key = f"stock/{'ab' * 16}/delivery.csv"
    record = dropped(sheet(f"{MUG},main,,5,,").encode(), key)

    deliver(record)
    deliver(put_again(record, "0063"))
    assert balance() == (5, 0, 5)

    other = dropped(sheet(f"{MUG},main,,2,,").encode(), key)
    deliver(put_again(other, "0064"), put_again(other, "0065"))
    assert balance() == (7, 0, 7)
    assert len(keys("reports/")) == 2


def test_many_rows_go_in_together_and_in_their_order() -> None:
    rows = [f"{MUG},main,{number},,," if number % 3 else f"{MUG},main,,1000,," for number in range(1, 250)]
    places = [f"{MUG},{where},,1,," for where in ("main", "north-1")]

    report = read(sheet(*rows, *places))

    assert report["stock"] == {"changed": 251, "unchanged": 0, "rejected": 0}
    assert balance()[0] == ledger()[0] == 248 + 1000 + 1
    assert len(keys("reports/")) == 1


@pytest.mark.parametrize(
    ("content", "column", "message"),
    [
        ("", None, "the file is empty"),
        ("a,b\n1,2", None, "the first row does not name the columns; needed are sku, warehouse"),
        ("sku,set\nx,1", "warehouse", "the column is missing"),
        ("sku,warehouse,expected\nx,main,1", "set", "the column is missing, and so is add: give one"),
        ("sku,warehouse,set,SET\nx,main,1,1", "set", "the column is there twice"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content: str, column: str | None, message: str) -> None:
    report = read(content)

    assert (report["state"], report["stock"]["rejected"]) == ("failed", 0)
    assert report["errors"] == [{"row": None, "sku": None, "column": column, "message": message}]


def test_the_report_holds_a_thousand_errors_and_counts_the_others() -> None:
    report = read(sheet(*(f"SKU {number},main,1,,," for number in range(1_100))))

    assert (len(report["errors"]), report["errors_left_out"]) == (1000, 100)
    assert len(failed_rows(report)) == report["stock"]["rejected"] == report["rows"] == 1_100


def test_short_of_time_the_function_sends_itself_on() -> None:
    hurried = Context(lambda: 1.0)
    record = dropped(sheet(f"{MUG},main,5,,,").encode(), "stock/a.csv")
    events = [{"Records": [record]}]

    hops = 0
    while events:
        upload.handler(events[0], hurried)
        events, hops = invoked(settings.upload_function), hops + 1

    assert hops == 4
    assert report_of(Upload.of(File.of(record), NOW))["stock"]["changed"] == 1


def test_the_example_of_the_manual_is_right() -> None:
    for sku in ("CHAIR-OAK", "LAMP-03", "00123"):
        catalogue.put_product(Product(sku=sku))
    put_stock(10, "00123", "north-1")
    put_stock(4, "LAMP-03", "north-1")

    report = read((ROOT / "docs" / "stock-example.csv").read_bytes())

    assert (report["stock"], report["ignored_columns"]) == ({"changed": 4, "unchanged": 0, "rejected": 0}, [])
    assert [balance(*place)[0] for place in (("CHAIR-OAK",), ("00123", "north-1"), ("LAMP-03", "north-1"))] == [
        120,
        8,
        1,
    ]
    assert json.loads(body(f"reports/{report['id']}.json")) == report

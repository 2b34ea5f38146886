import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain, repeat
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from functions.ingest import upload as reader
from packhorse.aws.settings import settings
from packhorse.domain.configuration.channel import Channel, ChannelKind, FileEncoding
from packhorse.domain.orders.intake import new_order
from packhorse.domain.values import ChannelId
from packhorse.files import upload as files_upload
from packhorse.files.put_file import File
from packhorse.files.upload import Upload
from packhorse.store import configuration, uploads
from packhorse.store.commit import Write, commit_one
from packhorse.usecases.intake.read_upload import MAX_CONTINUATIONS, begin_uploads, in_window, ingest
from simulation.builders import a_line, an_order
from tests.conftest import invoked, queued
from tests.files.order_file_builders import cells, order_rows, sheet
from tests.files.upload_builders import NOW, Shop, body, dropped, keys, report_of, small_cloud, upload_of

ROOT = Path(__file__).parents[3]
GOOD = [*order_rows("G1", 2), *order_rows("G2")]
BAD = [*order_rows("B1"), *order_rows("B1", Quantity="some", ShipPhone="+49 221 1")]


@pytest.fixture
def cloudlet() -> Iterator[None]:
    with small_cloud():
        yield


def read(content: bytes | str, key: str = "orders/web/orders.csv", shop: Shop | None = None) -> dict[str, Any]:
    """The report of a file that is dropped."""
    upload, shop = upload_of(content if isinstance(content, bytes) else content.encode(), key), shop or Shop()
    ingest(uploads.begin(upload, "me"), shop.tools())
    for window in shop.marks:  # which grow meanwhile
        stored = uploads.get(upload.id)
        assert stored
        [again] = in_window(stored, window)
        ingest(again, shop.tools())
    return report_of(upload)


def failed_rows(report: dict[str, Any], delimiter: str = ",") -> list[dict[str, str]]:
    text = body(report["failed_rows"]).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


# ---- what the merchant sees


def test_good_orders_go_in_and_the_report_says_so(cloudlet: None) -> None:
    shop = Shop()

    report = read(sheet(GOOD), shop=shop)

    assert shop.handed == ["G1", "G2"]
    assert (report["state"], report["rows"], report["file"]) == ("done", 3, "orders/web/orders.csv")
    assert report["orders"] == {"accepted": 2, "duplicate": 0, "rejected": 0}
    assert (report["errors"], report["errors_left_out"], report["failed_rows"]) == ([], 0, None)
    assert report["channel"] == "web"
    assert keys(f"reports/{report['id']}") == [f"reports/{report['id']}.json"]


def test_a_bad_row_rejects_its_order_with_row_number_column_and_reason(cloudlet: None) -> None:
    shop = Shop()

    report = read(sheet([*BAD, *GOOD]), shop=shop)

    reason = "“some” is not a whole number from 1 to 1000000"
    assert shop.handed == ["G1", "G2"]
    assert report["orders"] == {"accepted": 2, "duplicate": 0, "rejected": 1}
    assert report["errors"] == [{"row": 3, "order_number": "B1", "column": "Quantity", "message": reason}]
    assert [(row["OrderNumber"], row["Reason"]) for row in failed_rows(report)] == [
        ("B1", "rejected because of row 3"),
        ("B1", f"Quantity: {reason}"),
    ]
    assert failed_rows(report)[1]["ShipPhone"] == "'+49 221 1"


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_failed_rows_can_be_corrected_and_dropped_again(cloudlet: None, delimiter: str) -> None:
    shop = Shop()
    rows = [*BAD, *GOOD, *order_rows("B2", SKU="=1", UnitPrice="12.50" if delimiter == "," else "12,50", ShipCity="")]
    first = read(sheet(rows, delimiter), shop=shop)

    corrected = [{**row, "Quantity": "3", "ShipCity": "=Köln"} for row in failed_rows(first, delimiter)]
    second = read("\ufeff" + sheet(corrected, delimiter), "orders/web/corrected.csv", shop)

    assert second["orders"] == {"accepted": 2, "duplicate": 0, "rejected": 0}
    assert second["ignored_columns"] == []
    assert sorted(shop.handed) == ["B1", "B2", "G1", "G2"]


ODD = [*order_rows("O1", UnitPrice="3.333333"), *order_rows("O2", SoldAsName="x" * 300)]
ROUNDED = {"row": 2, "order_number": "O1", "column": "UnitPrice"}


def test_what_was_cut_and_rounded_is_a_warning_of_the_report(cloudlet: None) -> None:
    shop = Shop()

    report = read(sheet([*ODD, *BAD, *GOOD]), shop=shop)

    assert shop.handed == ["O1", "O2", "G1", "G2"]
    assert report["warnings"] == [
        {**ROUNDED, "message": "“3.333333” has more decimals than EUR, which has 2: rounded to 3.33"},
        {
            "row": 3,
            "order_number": "O2",
            "column": "SoldAsName",
            "message": "is longer than 255 characters, and was cut",
        },
    ]
    assert report["warnings_left_out"] == 0
    assert [row["OrderNumber"] for row in failed_rows(report)] == ["B1", "B1"]


def test_warnings_alone_leave_no_file_of_rejected_rows(cloudlet: None) -> None:
    report = read(sheet([*ODD, *GOOD]))

    assert (len(report["warnings"]), report["failed_rows"]) == (2, None)
    assert keys(f"reports/{report['id']}") == [f"reports/{report['id']}.json"]


def test_an_order_that_is_passed_over_brings_no_warnings(cloudlet: None) -> None:
    shop = Shop()
    read(sheet(ODD), shop=shop)

    again = read(sheet([*ODD, *order_rows("O3", LineTax="none")]), "orders/web/again.csv", shop)

    assert again["orders"] == {"accepted": 1, "duplicate": 2, "rejected": 0}
    assert [warning["column"] for warning in again["warnings"]] == ["LineTax"]


def test_a_report_has_as_many_warnings_at_most_and_counts_the_others(
    cloudlet: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files_upload, "MAX_REPORTED_ERRORS", 100)

    report = read(sheet([row for place in range(110) for row in order_rows(f"O{place}", LineTax="none")]))

    assert (len(report["warnings"]), report["warnings_left_out"]) == (100, 10)


def test_a_thousand_errors_are_reported_as_the_documentation_says() -> None:
    assert files_upload.MAX_REPORTED_ERRORS == 1000


def test_the_same_file_twice_changes_nothing(cloudlet: None) -> None:
    shop = Shop()
    read(sheet(GOOD), shop=shop)

    again = read(sheet([*GOOD, *order_rows("G3")]), "orders/web/again.csv", shop)

    assert shop.handed == ["G1", "G2", "G3"]
    assert again["orders"] == {"accepted": 1, "duplicate": 2, "rejected": 0}


def test_an_order_on_its_way_from_another_file_is_a_duplicate_and_is_sent_all_the_same(cloudlet: None) -> None:
    shop = Shop()
    first = read(sheet(GOOD), shop=shop)
    shop.there.clear()  # not stored yet

    second = read(sheet([*GOOD, *order_rows("G3")]), "orders/web/again.csv", shop)

    assert [each["orders"]["accepted"] for each in (first, second)] == [2, 1]
    assert second["orders"] == {"accepted": 1, "duplicate": 2, "rejected": 0}
    assert shop.handed == ["G1", "G2", "G1", "G2", "G3"]


def test_orders_whose_rows_are_apart_go_in_last(cloudlet: None) -> None:
    shop = Shop()

    report = read(sheet([GOOD[0], *order_rows("G3"), *BAD, GOOD[1], *order_rows("G4")]), shop=shop)

    assert shop.handed == ["G3", "G4", "G1"]
    assert report["orders"] == {"accepted": 3, "duplicate": 0, "rejected": 1}
    assert keys(f"reports/{report['id']}.parts") == []


def test_columns_that_are_not_read_are_named(cloudlet: None) -> None:
    report = read(sheet([cells(Shelf="7", Picker="x", Reason="none")]))

    assert report["ignored_columns"] == ["Shelf", "Picker"]


def test_the_report_holds_a_number_of_errors_and_counts_the_others(
    cloudlet: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files_upload, "MAX_REPORTED_ERRORS", 100)

    report = read(sheet(row for number in range(110) for row in order_rows(f"N{number}", Quantity="x")))

    assert (len(report["errors"]), report["errors_left_out"]) == (100, 10)
    assert [error["row"] for error in report["errors"]] == list(range(2, 102))
    assert len(failed_rows(report)) == 110


@pytest.mark.parametrize(
    ("content", "key", "column", "message"),
    [
        (b"", "web/a.csv", None, "the file is empty"),
        (bytes(range(200)), "web/a.csv", None, "this is a binary file, not a CSV file"),
        (b"\x1f\x8b\x08", "web/a.csv", None, "this is a compressed file, not a CSV file: save it as CSV (UTF-8)"),
        (sheet(GOOD).replace("ShipCity", "City").encode(), "web/a.csv", "ShipCity", "the column is missing"),
        (sheet([cells(Sku="")]).encode(), "web/a.csv", "SKU", "the column is there twice"),
        (sheet(GOOD).encode(), "a.csv", "Channel", "the column is missing"),
        (sheet(GOOD).encode(), "eBay/a.csv", None, "there is no channel “ebay”, in whose folder the file was put"),
    ],
)
def test_a_file_that_cannot_be_read_ends_in_a_report_that_says_why(
    cloudlet: None, content: bytes, key: str, column: str | None, message: str
) -> None:
    report = read(content, f"orders/{key}")

    assert report["state"] == "failed"
    assert report["errors"] == [{"row": None, "order_number": None, "column": column, "message": message}]
    assert report["failed_rows"] is None


@pytest.mark.parametrize(
    ("key", "content", "message"),
    [
        ("orders/web/a.csv", sheet(GOOD), "the file is too large to be surveyed in one invocation: split it"),
        ("stock/a.csv", "sku,warehouse,set" + "\n" * 300_000, "the file is too large to be surveyed in one invocation"),
    ],
)
def test_a_file_that_does_not_get_on_in_all_of_an_invocation_ends_in_a_report(
    cloudlet: None, key: str, content: str, message: str
) -> None:
    upload = uploads.begin(upload_of(content.encode(), key), "me")
    seconds = chain([300.0], repeat(9.0))

    ingest(upload, Shop().tools()._replace(remaining=lambda: next(seconds)))

    report = report_of(upload)
    assert report["state"] == "failed"
    assert message in report["errors"][0]["message"]


@pytest.mark.long
def test_rows_that_make_no_checkpoint_are_left_to_another_invocation_and_given_up_by_that_one(cloudlet: None) -> None:
    blanks = "sku,warehouse,set\n" + "\n" * 600_000 + "a,main,1\n"
    upload = uploads.begin(upload_of(blanks.encode(), "stock/a.csv"), "me")
    shop = Shop()

    for looks in (8, 2):
        found = uploads.get(upload.id)
        assert found is not None
        ingest(found, shop.tools()._replace(remaining=chain(repeat(300.0, looks), repeat(9.0)).__next__))

    report = report_of(upload)
    assert [phase.value for phase in shop.passed_on] == ["first_reading"]
    assert report["errors"][0]["message"] == "the next rows cannot be read in time: drop them in a file of their own"


def test_an_upload_that_goes_on_and_on_ends_in_a_report(cloudlet: None) -> None:
    upload = uploads.begin(upload_of(sheet(GOOD).encode()).replace(continuations=MAX_CONTINUATIONS), "me")
    shop = Shop()
    ingest(upload, shop.tools(seconds=0))
    found = uploads.get(upload.id)
    assert found is not None

    ingest(found, shop.tools())

    report = report_of(upload)
    assert (report["state"], shop.handed) == ("failed", [])
    assert report["errors"][0]["message"] == "the file is not read in 200 invocations: split it"


# ---- the entry point


CONTEXT = SimpleNamespace(
    function_name="upload",
    memory_limit_in_mb=1024,
    invoked_function_arn="arn:aws:lambda:eu-central-1:123456789012:function:upload",
    aws_request_id="request",
    get_remaining_time_in_millis=lambda: 300_000,
)


def event(name: str) -> dict[str, Any]:
    found = json.loads((ROOT / "events" / "upload" / f"{name}.json").read_text())
    assert isinstance(found, dict)
    return found


def save(channels: dict[ChannelId, Channel]) -> None:
    configuration.apply_edit(
        lambda before: before.replace(account=before.account.replace(currency="EUR"), channels=channels), "test", NOW
    )


def with_channel(name: str, kind: ChannelKind = ChannelKind.OFFLINE) -> None:
    channels = {ChannelId(name): Channel(id=name, kind=kind)}
    save(channels)


def put_as_told(event: dict[str, Any], content: bytes) -> Upload:
    """Puts the file that an event tells of, and makes the event tell of its real size and tag."""
    real = dropped(content, "orders/web/Käufe März.csv")["s3"]["object"]
    event["Records"][0]["s3"]["object"].update(size=real["size"], eTag=real["eTag"])
    return Upload.of(File.of(event["Records"][0]), NOW)


@pytest.mark.usefixtures("cloud")
def test_a_file_is_read_once_however_often_it_is_told_of() -> None:
    with_channel("web")
    notification = event("dropped")
    upload = put_as_told(notification, (ROOT / "docs" / "orders-example.csv").read_bytes())

    for _ in range(2):
        reader.handler(notification, CONTEXT)

    told = queued(settings.orders_queue_url)
    assert [(each["kind"], each["who"], each["order"]["number"]) for each in told] == [
        ("order", f"csv:{upload.id}", number) for number in ("W-1001", "W-1002", "W-1003")
    ]
    assert told[0]["order"]["note"] == "Please ring twice,\nthe bell is quiet"
    assert report_of(upload)["orders"] == {"accepted": 3, "duplicate": 0, "rejected": 0}


def shopify_order(number: str, channel_order_id: str) -> None:
    """Store an order as Shopify's webhook brings it."""
    order = an_order(a_line(), channel="shopify", number=number, channel_order_id=channel_order_id)
    commit_one(Write(new_order(order, NOW, "shopify"), None, "shopify"), NOW)


def upload_to(channel: str, kind: ChannelKind, rows: list[dict[str, str]]) -> dict[str, Any]:
    """The report of a file that is dropped into the folder of a channel."""
    with_channel(channel, kind)
    record = dropped(sheet(rows).encode(), f"orders/{channel}/{len(rows)}.csv")
    reader.handler({"Records": [record]}, CONTEXT)
    return report_of(Upload.of(File.of(record), NOW))


@pytest.mark.usefixtures("cloud")
@pytest.mark.parametrize("number", ["#90701", "90701", "90701.0", " #90701 "])
def test_an_order_that_is_known_under_its_id_is_a_duplicate_by_its_visible_number(number: str) -> None:
    shopify_order("#90701", "5550001")

    report = upload_to("shopify", ChannelKind.SHOPIFY, order_rows(number, 2))

    assert report["orders"] == {"accepted": 0, "duplicate": 1, "rejected": 0}
    assert queued(settings.orders_queue_url) == []


@pytest.mark.usefixtures("cloud")
def test_the_number_of_another_channels_order_is_none_of_this_one() -> None:
    shopify_order("#90701", "5550001")

    report = upload_to("corner", ChannelKind.GENERIC, order_rows("#90701"))

    assert report["orders"] == {"accepted": 1, "duplicate": 0, "rejected": 0}


@pytest.mark.usefixtures("cloud")
def test_an_order_without_the_id_under_which_its_channel_would_send_it_again_is_rejected() -> None:
    rows = [*order_rows("#1", 2, StorefrontOrderId=""), *order_rows("#2", StorefrontOrderId="5550002")]

    report = upload_to("shopify", ChannelKind.SHOPIFY, rows)

    assert report["orders"] == {"accepted": 1, "duplicate": 0, "rejected": 1}
    (error,) = report["errors"]
    assert (error["row"], error["order_number"], error["column"]) == (2, "#1", "StorefrontOrderId")
    assert error["message"].startswith("is missing: shopify knows its orders by id")
    assert [row["Reason"][:11] for row in failed_rows(report)] == ["StorefrontO", "rejected be"]


@pytest.mark.usefixtures("cloud")
def test_woocommerces_own_export_needs_the_ids_of_its_orders_and_errors_name_its_columns() -> None:
    header, *rows = (ROOT / "docs" / "export-woocommerce.csv").read_text().splitlines()
    with_ids = "\n".join([f"{header},Order ID", *(f"{row},70{row[:4]}" for row in rows), ""])
    save(
        {
            ChannelId("woo"): Channel(
                id="woo", kind=ChannelKind.WOOCOMMERCE, ignore_before=datetime(2026, 11, 20, 11, tzinfo=UTC)
            )
        }
    )
    reports = []
    for content in ("\n".join([header, *rows, ""]), with_ids):
        record = dropped(content.encode(), f"orders/woo/{len(content)}.csv")
        reader.handler({"Records": [record]}, CONTEXT)
        reports.append(report_of(Upload.of(File.of(record), NOW)))

    assert [error["column"] for error in reports[0]["errors"]] == ["StorefrontOrderId"] * 2
    assert "of WooCommerce Order ID" in reports[0]["errors"][0]["message"]
    assert [each["order"]["channel_order_id"] for each in queued(settings.orders_queue_url)] == ["703002"]
    assert [(error["order_number"], error["column"]) for error in reports[1]["errors"]] == [("3001", "Order Date")]


@pytest.mark.usefixtures("cloud")
def test_an_order_of_a_time_that_its_channel_ignores_is_rejected_unless_it_is_known() -> None:
    early = "2026-11-22"
    shop = Channel(id="corner", kind=ChannelKind.GENERIC, ignore_before=datetime(2026, 11, 23, tzinfo=UTC))
    save({ChannelId("corner"): shop})
    known = an_order(a_line(), channel="corner", number="E2", channel_order_id="E2")
    commit_one(Write(new_order(known, NOW, "shop"), None, "shop"), NOW)
    rows = [
        row
        for number, day in (("E1", early), ("E2", early), ("E3", "2026-11-23"))
        for row in order_rows(number, OrderDate=day)
    ]
    record = dropped(sheet(rows).encode(), "orders/corner/orders.csv")

    reader.handler({"Records": [record]}, CONTEXT)

    report = report_of(Upload.of(File.of(record), NOW))
    assert report["orders"] == {"accepted": 1, "duplicate": 1, "rejected": 1}
    (error,) = report["errors"]
    assert (error["order_number"], error["column"]) == ("E1", "OrderDate")
    assert error["message"].startswith("is before 2026-11-23 00:00 (UTC), and corner ignores orders of that time")
    assert [each["order"]["number"] for each in queued(settings.orders_queue_url)] == ["E3"]


POLISH = sheet([cells(SKU="MUG", ShipName="Łukasz Żak", ShipCity="Łódź")]).encode("windows-1250")


@pytest.mark.usefixtures("cloud")
@pytest.mark.parametrize(
    ("name", "setting", "city"),
    [
        ("orders.csv", None, None),
        ("orders.windows-1250.csv", None, "Łódź"),
        ("report.windows-1250.txt", None, "Łódź"),
        ("orders.csv", FileEncoding.WINDOWS_1250, "Łódź"),
        ("orders.Windows-1250.CSV", FileEncoding.WINDOWS_1252, "Łódź"),
    ],
)
def test_the_encoding_is_named_by_the_file_or_by_its_channel_and_a_bad_guess_is_refused(
    name: str, setting: FileEncoding | None, city: str | None
) -> None:
    channels = {ChannelId("trade"): Channel(id="trade", kind=ChannelKind.OFFLINE, file_encoding=setting)}
    save(channels)
    record = dropped(POLISH, f"orders/trade/{name}")

    reader.handler({"Records": [record]}, CONTEXT)

    report = report_of(Upload.of(File.of(record), NOW))
    sent = [each["order"]["ship_to"]["city"] for each in queued(settings.orders_queue_url)]
    assert (report["state"], sent) == (("done", [city]) if city else ("failed", []))
    assert city or "name its encoding" in report["errors"][0]["message"]


@pytest.mark.usefixtures("cloud")
def test_columns_that_a_channel_has_names_for_are_read_as_ours() -> None:
    theirs = {"Auftrag": "OrderNumber", "Artikel nr": "SKU"}
    save({ChannelId("trade"): Channel(id="trade", kind=ChannelKind.OFFLINE, file_columns=theirs)})
    text = sheet([*GOOD, *BAD]).replace("OrderNumber", "AUFTRAG", 1).replace("SKU", "Artikel-Nr", 1)
    record = dropped(text.encode(), "orders/trade/orders.csv")

    reader.handler({"Records": [record]}, CONTEXT)

    report = report_of(Upload.of(File.of(record), NOW))
    assert report["orders"] == {"accepted": 2, "duplicate": 0, "rejected": 1}
    assert {row["OrderNumber"] for row in failed_rows(report)} == {"B1"}  # to be sent again as they are


@pytest.mark.usefixtures("cloud")
@pytest.mark.parametrize(
    "theirs", [{"OrderNumber": "StorefrontOrderId", "Name": "OrderNumber"}, {"SKU": "Barcode", "Barcode": "SKU"}]
)
def test_rejected_rows_are_read_in_our_columns_though_the_channel_has_another_column_of_that_name(
    theirs: dict[str, str],
) -> None:
    save({ChannelId("trade"): Channel(id="trade", kind=ChannelKind.OFFLINE, file_columns=theirs)})
    text = sheet([cells(OrderNumber="17", Name="#1", SKU="4006381333931", Barcode="MUG", Quantity="some")])
    record = dropped(text.encode(), "orders/trade/orders.csv")
    reader.handler({"Records": [record]}, CONTEXT)
    rejected = body(report_of(Upload.of(File.of(record), NOW))["failed_rows"])

    for name, content in (("corrected", rejected), ("whole", text.encode())):
        reader.handler({"Records": [dropped(content.replace(b"some", b"2"), f"orders/trade/{name}.csv")]}, CONTEXT)

    corrected, whole = ({**each["order"], "source": ""} for each in queued(settings.orders_queue_url))
    assert corrected == whole
    assert (whole["number"], whole["lines"][0]["sku"]) in {("#1", "4006381333931"), ("17", "MUG")}


@pytest.mark.usefixtures("cloud")
def test_shopifys_own_export_goes_into_its_channel_under_the_ids_of_its_orders() -> None:
    shopify_order("#2001", "5550001")
    with_channel("shopify", ChannelKind.SHOPIFY)
    record = dropped((ROOT / "docs" / "export-shopify.csv").read_bytes(), "orders/shopify/orders_export_1.csv")

    reader.handler({"Records": [record]}, CONTEXT)

    report = report_of(Upload.of(File.of(record), NOW))
    assert (report["state"], report["export"]) == ("done", "Shopify")
    assert report["orders"] == {"accepted": 3, "duplicate": 1, "rejected": 0}
    sent = [each["order"]["channel_order_id"] for each in queued(settings.orders_queue_url)]
    assert sent == ["5550002", "5550003", "5550004"]
    assert "Payment Method" in report["ignored_columns"]
    assert "Lineitem sku" not in report["ignored_columns"]


@pytest.mark.usefixtures("cloud")
@pytest.mark.parametrize("number", ["1001.0", "#1001"])
def test_an_order_whose_number_a_spreadsheet_made_a_fraction_is_the_same(number: str) -> None:
    order = an_order(a_line(), channel="trade", number="1001", channel_order_id="1001")
    commit_one(Write(new_order(order, NOW, "csv"), None, "csv"), NOW)

    report = upload_to("trade", ChannelKind.OFFLINE, [*order_rows(number), *order_rows("1002")])

    assert report["orders"] == {"accepted": 1, "duplicate": 1, "rejected": 0}


@pytest.mark.usefixtures("cloud")
def test_short_of_time_the_function_invokes_itself_to_continue() -> None:
    with_channel("web")
    notification = event("dropped")
    upload = put_as_told(notification, sheet(GOOD).encode())
    hurried = SimpleNamespace(**{**vars(CONTEXT), "get_remaining_time_in_millis": lambda: 1_000})

    reader.handler(notification, hurried)
    (message,) = invoked(settings.upload_function)
    assert message == {
        "upload": upload.id,
        "bucket": upload.file.bucket,
        "key": upload.file.key,
        "phase": "first_reading",
        "window": 0,
    }

    continuation = event("continuation")
    assert set(continuation) == {*message, "schema"}
    reader.handler({**continuation, **message}, CONTEXT)
    assert report_of(upload)["orders"] == {"accepted": 2, "duplicate": 0, "rejected": 0}


def test_only_files_below_orders_and_stock_are_uploads(cloudlet: None) -> None:
    wanted = ["orders/web/a b+c.CSV", "stock/x.csv", "stock/web/x.csv"]
    others = ["orders/web/", "raw/a.csv", "reports/a.csv", "stock/", "stock", "stocks/a.csv", "orders.csv"]
    told = [dropped(b"", key) for key in (*others, *wanted)]

    found = list(begin_uploads({"Records": told}, "me"))

    assert [upload.file.key for upload in found] == wanted
    assert [(upload.kind, upload.channel) for upload in found] == [("orders", "web"), ("stock", None), ("stock", None)]


def test_a_continuation_of_an_upload_that_nobody_knows_is_dropped(cloudlet: None) -> None:
    assert list(begin_uploads({"upload": "0" * 32}, "me")) == []

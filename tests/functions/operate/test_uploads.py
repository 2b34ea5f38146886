"""Uploads with their reports."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import httpx
import pytest
import time_machine

from functions.ingest import upload
from packhorse.aws.bucket import URL_LIFETIME
from packhorse.aws.settings import settings
from packhorse.files.put_file import File
from packhorse.files.upload import Upload
from packhorse.store import uploads
from simulation.builders import NOON
from simulation.merchant import MUG, Context, balance, set_up
from tests.conftest import queued
from tests.files.order_file_builders import order_rows, sheet
from tests.files.upload_builders import dropped, upload_of
from tests.functions.operate.calls import Answer, call

pytestmark = pytest.mark.usefixtures("cloud")

GOOD = sheet([*order_rows("G1", 2), *order_rows("G2")]).encode()
BAD = sheet([*order_rows("G1"), *order_rows("B1", Quantity="some")]).encode()


def announced(filename: str = "Bestellungen März.csv", mends: Any = None, **more: Any) -> Answer:
    mending = {"mends": mends} if mends else {}
    return call("POST", "/uploads", {"channel": "shop", "filename": filename, **mending}, **more)


def arrives(key: str, content: bytes) -> dict[str, Any]:
    """The file is put, and S3 says so."""
    record = dropped(content, key)
    upload.handler({"Records": [record]}, Context())
    return record


# ---- announced -------------------------------------------------------------------------------------------


def test_an_announced_encoding_is_that_of_the_file() -> None:
    set_up()

    new = {"channel": "shop", "filename": "Zamówienia.csv"}
    told = call("POST", "/uploads", {**new, "encoding": "windows-1250"})
    unknown = call("POST", "/uploads", {**new, "encoding": "windows-9999"})

    assert told.body["key"].endswith("/Zamówienia.windows-1250.csv")
    assert unknown.status == 422


def test_a_file_is_announced_put_and_reported_on_under_the_id_that_was_told() -> None:
    set_up()
    told = announced()
    before = call("GET", f"/uploads/{told.body['id']}")
    put = httpx.put(told.body["url"], content=GOOD)

    arrives(told.body["key"], GOOD)
    report = call("GET", f"/uploads/{told.body['id']}")

    assert (told.status, before.status, put.status_code, report.status) == (201, 404, 200, 200)
    assert told.body["key"] == f"orders/shop/{told.body['id']}/Bestellungen März.csv"
    assert (report.body["id"], report.body["file"], report.body["channel"]) == (
        told.body["id"],
        told.body["key"],
        "shop",
    )
    assert (report.body["state"], report.body["rows"], report.body["errors"]) == ("done", 3, [])
    assert report.body["orders"] == {"accepted": 2, "duplicate": 0, "rejected": 0}
    assert [message["order"]["number"] for message in queued(settings.orders_queue_url)] == ["G1", "G2"]


def test_a_file_of_stock_is_announced_and_reported_on_likewise() -> None:
    set_up()
    told = call("POST", "/uploads", {"kind": "stock", "filename": "Inventur.csv"}).body
    content = f"sku,warehouse,set\n{MUG},main,7\nGÖNE #2,main,1\n".encode()
    put = httpx.put(told["url"], content=content)
    arrives(told["key"], content)

    report = call("GET", f"/uploads/{told['id']}").body
    [listed] = call("GET", "/uploads").body["items"]

    assert (put.status_code, told["key"]) == (200, f"stock/{told['id']}/Inventur.csv")
    assert (report["kind"], report["channel"], report["rows"], report["orders"]) == ("stock", None, 2, None)
    assert report["stock"] == listed["stock"] == {"changed": 1, "unchanged": 0, "rejected": 1}
    [error] = report["errors"]
    assert (error["row"], error["sku"], error["column"], error["order_number"]) == (3, "GÖNE #2", "sku", None)
    assert "GÖNE" in httpx.get(report["failed_rows_url"]).content.decode()
    assert balance() == (7, 0, 7)


def test_the_link_is_good_for_a_quarter_of_an_hour() -> None:
    set_up()

    told = announced().body

    link = urlsplit(told["url"])
    assert unquote(link.path) == f"/{told['key']}"
    assert parse_qs(link.query)["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert parse_qs(link.query)["X-Amz-Expires"] == ["900"]
    left = datetime.fromisoformat(told["expires_at"]) - datetime.now(UTC)
    assert timedelta(minutes=14) < left <= URL_LIFETIME


@pytest.mark.parametrize("filename", ["20260101.txt", "orders.TSV", "Orders.Csv"])
def test_a_report_of_a_marketplace_is_announced_under_the_name_that_it_was_downloaded_with(filename: str) -> None:
    set_up()

    answer = announced(filename)

    assert (answer.status, answer.body["key"].rpartition("/")[2]) == (201, filename)


UNFIT: list[tuple[dict[str, str], str]] = [
    ({"channel": "moon", "filename": "a.csv"}, "channel"),
    ({"channel": "Not An Id", "filename": "a.csv"}, "channel"),
    ({"channel": "shop", "filename": "a.xlsx"}, "filename"),
    ({"channel": "shop", "filename": ".csv"}, "filename"),
    ({"channel": "shop", "filename": "../a.csv"}, "filename"),
    ({"channel": "shop", "filename": "a\nb.csv"}, "filename"),
    ({"channel": "shop", "filename": "x" * 200 + ".csv"}, "filename"),
    ({"channel": "shop", "filename": "a.csv", "id": "mine"}, "id"),
    ({"filename": "a.csv"}, "channel"),
    ({"kind": "orders", "filename": "a.csv"}, "channel"),
    ({"kind": "stock", "channel": "shop", "filename": "a.csv"}, "channel"),
    ({"kind": "returns", "channel": "shop", "filename": "a.csv"}, "kind"),
]


def test_an_announcement_that_does_not_fit_is_422(subtests: pytest.Subtests) -> None:
    set_up()

    for body, field in UNFIT:
        with subtests.test(str(body)):
            answer = call("POST", "/uploads", body)
            assert (answer.status, answer.fields) == (422, [field])


def test_the_same_announcement_under_a_key_is_one_upload() -> None:
    set_up()
    headers = {"idempotency-key": "k1"}

    first = announced(headers=headers).body
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=1), tick=False):
        again = announced(headers=headers).body
        assert datetime.fromisoformat(again["expires_at"]) > datetime.now(UTC)

    assert (first["id"], first["key"]) == (again["id"], again["key"])
    assert first["url"] != again["url"]
    assert announced().body["id"] != announced().body["id"]


def test_another_file_that_is_put_to_the_same_link_is_an_upload_of_its_own() -> None:
    set_up()
    told = announced().body
    first, second = arrives(told["key"], BAD), arrives(told["key"], GOOD)

    for record in (first, second, second):
        upload.handler({"Records": [record]}, Context())

    assert call("GET", f"/uploads/{told['id']}").body["rows"] == 2
    assert {item["rows"] for item in call("GET", "/uploads").body["items"]} == {2, 3}
    assert len(call("GET", "/uploads").body["items"]) == 2


# ---- reported on -----------------------------------------------------------------------------------------------


def test_a_file_that_is_still_being_read_says_how_far_that_is() -> None:
    set_up()
    upload = uploads.begin(upload_of(GOOD), "me")

    report = call("GET", f"/uploads/{upload.id}")

    assert (report.status, report.body["state"], report.body["finished_at"]) == (200, "reading", None)
    assert (report.body["failed_rows"], report.body["failed_rows_url"]) == (None, None)


def test_a_report_names_the_bad_rows_and_links_to_them() -> None:
    set_up()
    told = announced().body
    arrives(told["key"], BAD)

    report = call("GET", f"/uploads/{told['id']}").body

    assert report["orders"] == {"accepted": 1, "duplicate": 0, "rejected": 1}
    assert [(error["row"], error["order_number"], error["column"]) for error in report["errors"]] == [
        (3, "B1", "Quantity")
    ]
    assert report["failed_rows"] == f"reports/{told['id']}.failed.csv"
    rows = httpx.get(report["failed_rows_url"])
    assert (rows.status_code, b"B1" in rows.content, b"G1" in rows.content) == (200, True, False)


def test_a_report_numbers_all_rows_of_a_rejected_order() -> None:
    set_up()
    wrong, right = order_rows("B1", 2)
    rows = [*order_rows("G1"), wrong | {"Quantity": "some"}, right, *order_rows("G2"), *order_rows("B2", SKU="")]
    told = announced()

    arrives(told.body["key"], sheet(rows).encode())

    report = call("GET", f"/uploads/{told.body['id']}").body
    assert [each["row"] for each in report["errors"]] == [3, 6]
    assert report["failed_row_numbers"] == [3, 4, 6]


def test_rows_that_were_mended_are_those_of_an_upload_that_has_arrived_and_can_be_read() -> None:
    set_up()
    first = announced()
    arrives(first.body["key"], BAD)
    path = f"/uploads/{first.body['id']}"

    again = announced("mended.csv", mends={"upload": first.body["id"], "rows": [0]})
    before = call("GET", path).body["sent_again"]
    arrives(again.body["key"], GOOD)
    lost = announced("lost.csv", mends={"upload": first.body["id"], "rows": [0]})
    arrives(lost.body["key"], b"nothing")

    assert before == []
    assert call("GET", path).body["sent_again"] == [
        {"upload": again.body["id"], "file": again.body["key"], "rows": [0]}
    ]


@pytest.mark.parametrize("mends", [{"upload": "none", "rows": [0]}, {"upload": "", "rows": [0]}])
def test_only_what_was_read_is_mended(mends: dict[str, Any]) -> None:
    set_up()

    assert announced(mends=mends).fields == ["mends.upload"]


def test_a_file_that_cannot_be_read_is_reported_on_too() -> None:
    set_up()
    told = announced().body
    arrives(told["key"], b"PK\x03\x04 not a CSV at all")

    report = call("GET", f"/uploads/{told['id']}").body

    assert (report["state"], report["orders"]["accepted"]) == ("failed", 0)
    assert report["errors"]


def test_an_upload_that_nobody_knows_is_404() -> None:
    assert call("GET", f"/uploads/{'0' * 32}").status == 404


def test_uploads_are_listed_newest_first_page_by_page_however_they_came() -> None:
    set_up()
    for minute in range(3):
        file = File.of(dropped(GOOD, f"orders/shop/{minute}.csv"))
        uploads.begin(Upload.of(file, NOON + timedelta(minutes=minute // 2)), "me")

    first = call("GET", "/uploads", query={"limit": 2}).body
    second = call("GET", "/uploads", query={"limit": 2, "cursor": first["next"]}).body

    files = [item["file"] for item in (*first["items"], *second["items"])]
    assert files[0] == "orders/shop/2.csv"
    assert sorted(files) == [f"orders/shop/{minute}.csv" for minute in range(3)]
    assert second["next"] is None
    told = "id kind file channel state rows orders stock purchases receipts uploaded_at finished_at"
    assert set(first["items"][0]) == set(told.split())


def test_a_cursor_that_is_none_of_ours_is_422() -> None:
    assert call("GET", "/uploads", query={"cursor": "e30="}).fields == ["cursor"]

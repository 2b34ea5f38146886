"""CSV files dropped into the deployed stack's bucket."""

import csv
import io
import json
from typing import Any

import pytest

from local.api import Api, wait_for
from local.running import Stack
from local.seed import TRADE

pytestmark = pytest.mark.e2e

COLUMNS = "OrderNumber,SKU,Quantity,UnitPrice,ShipName,ShipAddress1,ShipCity,ShipZip,ShipCountry,PaymentDate"
ADDRESS = "Żółć & Söhne,Rue de l’Église 5,Lyon,69001,FR,2026-11-02"


def a_file(*rows: str) -> bytes:
    """Rows of order number, sku, quantity and price; as Windows Excel saves them: UTF-16."""
    return "\r\n".join([COLUMNS, *(f"{row},{ADDRESS}" for row in rows)]).encode("utf-16")


def drop(stack: Stack, name: str, content: bytes, folder: str = f"orders/{TRADE}") -> None:
    bucket = stack.outputs["UploadsBucket"]
    stack.client("s3").put_object(Bucket=bucket, Key=f"{folder}/{name}", Body=content)


def report_of(api: Api, name: str, seen: int = 0) -> dict[str, Any]:
    """The report of the file of that name that came after the ones seen before."""

    def finished() -> dict[str, Any] | None:
        uploads = [each for each in api.all("/uploads") if each["file"].endswith(name)]
        done = [each for each in uploads if each["state"] in ("done", "failed")]
        return api.get(f"/uploads/{done[0]['id']}") if len(done) > seen else None

    report: dict[str, Any] = wait_for(finished, f"the report of {name}")
    return report


def the_order(api: Api, number: str) -> dict[str, Any]:
    def routed() -> dict[str, Any] | None:
        found = api.get(f"/orders?channel={TRADE}&q={number}")["items"]
        order = api.get(f"/orders/{found[0]['id']}") if found else None
        return order if order and order["lines"][0]["routing"] else None

    order: dict[str, Any] = wait_for(routed, f"order {number}")
    return order


def test_a_bad_row_rejects_its_order_alone_and_can_be_corrected(stack: Stack, api: Api) -> None:
    rows = ("F-1,FORK-SET-6,2,9.50", "F-2,FORK-SET-6,1,9.50", "F-2,MUG-WHITE,-1,9.50", "F-1,MUG-WHITE,1,4.00")
    drop(stack, "mixed.csv", a_file(*rows))

    report = report_of(api, "mixed.csv")

    assert report["orders"] == {"accepted": 1, "duplicate": 0, "rejected": 1}
    assert [(error["row"], error["order_number"], error["column"]) for error in report["errors"]] == [
        (4, "F-2", "Quantity")
    ]
    order = the_order(api, "F-1")
    assert [(line["sku"], line["quantity"]) for line in order["lines"]] == [("FORK-SET-6", 2), ("MUG-WHITE", 1)]
    assert order["ship_to"]["name"] == "Żółć & Söhne"

    failed = stack.client("s3").get_object(Bucket=stack.outputs["UploadsBucket"], Key=report["failed_rows"])
    text = failed["Body"].read().decode("utf-8-sig")
    assert [row["OrderNumber"] for row in csv.DictReader(io.StringIO(text))] == ["F-2", "F-2"]
    drop(stack, "corrected.csv", text.replace(",-1,", ",1,").encode())
    assert report_of(api, "corrected.csv")["orders"] == {"accepted": 1, "duplicate": 0, "rejected": 0}
    assert len(the_order(api, "F-2")["lines"]) == 2


def test_the_same_file_again_changes_nothing(stack: Stack, api: Api) -> None:
    content = a_file("F-3,BOARD-OAK,3,19.00")
    drop(stack, "twice.csv", content)
    report_of(api, "twice.csv")
    before = the_order(api, "F-3")["timeline"][:3]

    drop(stack, "twice.csv", content)

    assert report_of(api, "twice.csv", seen=1)["orders"] == {"accepted": 0, "duplicate": 1, "rejected": 0}
    assert the_order(api, "F-3")["timeline"][:3] == before


def test_a_file_that_is_none_ends_in_a_report(stack: Stack, api: Api) -> None:
    drop(stack, "no-orders.csv", b"\x89PNG\r\n\x1a\n\0\0\0")

    report = report_of(api, "no-orders.csv")

    assert report["state"] == "failed"
    assert report["errors"][0]["message"]


def test_the_report_is_in_the_bucket_too(stack: Stack, api: Api) -> None:
    drop(stack, "report.csv", a_file("F-4,BOARD-OAK,1,19.00"))
    report = report_of(api, "report.csv")

    found = stack.client("s3").get_object(Bucket=stack.outputs["UploadsBucket"], Key=f"reports/{report['id']}.json")

    assert json.loads(found["Body"].read())["orders"] == report["orders"]


# ---- stock


def test_a_file_of_stock_changes_what_it_can_and_says_what_it_cannot(stack: Stack, api: Api) -> None:
    api.put("/products/COUNTED-CUP", {"name": "Cup"})
    rows = (
        "SKU;Warehouse;Set;Add;Reason",
        "COUNTED-CUP;reno;12;;counted",
        "COUNTED-CUP;reno;;-20;broken",
        "NO-CUP;reno;1;;",
    )
    drop(stack, "shelf.csv", "\r\n".join(rows).encode(), "stock")

    report = report_of(api, "shelf.csv")

    assert report["stock"] == {"changed": 1, "unchanged": 0, "rejected": 2}
    assert [(error["row"], error["sku"], error["column"]) for error in report["errors"]] == [
        (3, "COUNTED-CUP", "add"),
        (4, "NO-CUP", "sku"),
    ]
    assert api.get("/stock?sku=COUNTED-CUP")["items"][0]["on_hand"] == 12
    assert api.get("/stock/COUNTED-CUP/movements?warehouse=reno")["items"][0]["reason"] == "counted"

"""The packing bench on the deployed local stack: a parcel packed, labelled and printed by a scanner alone."""

from itertools import count
from typing import Any

import httpx
import pytest

from local.api import Api, wait_for
from local.seed import TRADE

pytestmark = pytest.mark.e2e

MUG, LAMP = "BENCH-MUG", "BENCH-LAMP"
MUG_CODE, LAMP_CODE, SEEN_AS = "5012345678900", "036000291452", "0036000291452"
SCANS = count(1)
SLIP = "packing_slip"


def placed(api: Api, mugs: int = 2, lamps: int = 1) -> str:
    """Two mugs and a lamp, of a warehouse where the packed box is what ships."""
    for sku, code, place in ((MUG, MUG_CODE, "A-2"), (LAMP, LAMP_CODE, "A-10")):
        api.put(f"/products/{sku}", {"name": sku, "barcode": code, "weight_g": 300, "bins": {"leeds": place}})
    shelves = [{"sku": sku, "warehouse": "leeds", "set": 9} for sku in (MUG, LAMP)]
    api.post("/stock/adjustments", {"adjustments": shelves})
    price = {"amount": "7.00", "currency": "GBP"}
    new = {
        "channel": TRADE,
        "paid": True,
        "ship_to": {
            "name": "Ada Lovelace",
            "address1": "12 St James's Square",
            "city": "London",
            "postcode": "SW1Y 4JH",
            "country": "GB",
            "phone": "+44 20 5555 0100",
        },
        "lines": [
            {"sku": sku, "quantity": quantity, "unit_price": price, "warehouse": "leeds"}
            for sku, quantity in ((MUG, mugs), (LAMP, lamps))
            if quantity
        ],
    }
    order_id = str(api.post("/orders", new)["id"])

    def handed_over() -> Any:
        found = api.get(f"/orders?q={order_id}")["items"]
        fulfilments = api.get(f"/orders/{order_id}")["fulfilments"] if found else ()
        return [each for each in fulfilments if each["status"] != "queued"]

    wait_for(handed_over, "the hand-over", 60)
    return order_id


def test_a_parcel_is_packed_labelled_and_printed_by_a_scanner_alone(api: Api) -> None:
    order_id = placed(api)
    api.get(f"/orders/{order_id}/fulfilments/1/packing-slip")
    on_paper = api.get(f"/orders/{order_id}")["fulfilments"][0]["short_id"]

    def scan(code: str, box: dict[str, Any] | None = None) -> Any:
        body = {"id": f"e2e-scan-{next(SCANS)}", "code": code, "label": True}
        named = {"order": box["order"], "fulfilment": box["fulfilment"]} if box else {}
        return api.post("/bench/wharf-1/scan" if box else "/bench/wharf-1/open", body | named)

    box = scan(on_paper)["box"]
    results = [scan(code, box) for code in (MUG_CODE, "4006381333931", SEEN_AS, SEEN_AS, MUG_CODE)]

    assert [each["sku"] for each in box["items"]] == [MUG, LAMP]
    assert [each["result"] for each in results] == ["right", "unknown", "right", "too_many", "closed"]
    last = results[-1]
    assert (last["box"]["shipped"], last["label_problem"]) == (True, "")
    order = api.get(f"/orders/{order_id}")
    assert (order["status"], [each["what"] for each in order["timeline"]][-5:]) == (
        "complete",
        ["packed", "label_bought", "shipped", "completed", "printed"],
    )

    [job] = api.get("/print-jobs?station=wharf-1")["items"]
    assert job["id"] == last["print_job"]
    assert httpx.get(job["url"]).raise_for_status().content.startswith(b"%PDF")
    assert api.post(f"/print-jobs/{job['id']}/done", {})["done_at"]
    assert api.get("/print-jobs?station=wharf-1")["items"] == []


def test_every_request_of_the_bench_does_what_the_page_about_it_says(api: Api) -> None:
    order_id = placed(api, mugs=3, lamps=0)

    def send(verb: str, **more: Any) -> Any:
        body = {"id": f"e2e-step-{next(SCANS)}", "order": order_id, "fulfilment": 1, **more}
        return api.post(f"/bench/wharf-2/{verb}", body)

    def count(verb: str, **more: Any) -> tuple[str, int]:
        answer = send(verb, **more)
        return answer["result"], answer["box"]["counted"]

    assert count("open") == ("opened", 0)
    assert count("scan", code=LAMP_CODE) == ("wrong", 0)
    assert [count("scan", code=MUG_CODE, id="e2e-one-scan") for _ in range(2)] == [("right", 1), ("right", 1)]
    assert (count("undo"), count("aside"), count("open")) == (("undone", 0), ("aside", 0), ("opened", 0))
    assert [count("scan", code=MUG, by_hand=True)[1] for _ in range(2)] == [1, 2]
    assert count("close") == ("incomplete", 2)
    assert send("reject", reason="mismatch", code=MUG_CODE)["detail"] == "rejected: mismatch"
    assert (count("reopen"), count("close")) == (("reopened", 2), ("closed", 2))

    slip = api.post("/bench/wharf-2/print", {"id": "e2e-print-1", "order": order_id, "fulfilment": 1, "document": SLIP})
    assert api.post(f"/print-jobs/{slip['id']}/done", {})["done_at"]
    batch = api.post("/label-batches", {"filter": {"view": "packed", "warehouse": "leeds"}, "order": "bin"})
    wait_for(lambda: api.get(f"/label-batches/{batch['id']}")["done"], "the batch", 60)
    [entry] = api.get(f"/label-batches/{batch['id']}")["items"]
    assert (entry["order"], entry["state"]) == (order_id, "bought")
    first = api.get(f"/orders/{order_id}")["fulfilments"][0]
    assert (first["status"], [each["quantity"] for each in first["lines"]]) == ("shipped", [2])
    assert first["rejections"][0]["reason"] == "mismatch"

"""Documents on the deployed local stack: drawn by their function with its layer and its role, and stored."""

import io
from typing import Any

import httpx
import pytest
from pypdf import PdfReader

from local.api import Api, wait_for
from local.seed import TRADE

pytestmark = pytest.mark.e2e


def printed(link: dict[str, Any]) -> str:
    """The text of the PDF behind a link."""
    found = httpx.get(link["url"]).raise_for_status()
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(found.content)).pages)


def test_a_slip_and_a_pick_list_are_printed_and_a_second_slip_is_a_reprint(api: Api) -> None:
    api.put("/products/PAPER", {"name": "Zeszyt", "bins": {"reno": "A-10"}})
    api.post("/stock/adjustments", {"adjustments": [{"sku": "PAPER", "warehouse": "reno", "set": 5}]})
    order: dict[str, Any] = {
        "channel": TRADE,
        "paid": True,
        "ship_to": {
            "name": "Łukasz 東京",
            "address1": "1 Main St",
            "city": "Reno",
            "postcode": "89501",
            "country": "US",
        },
        "lines": [{"sku": "PAPER", "quantity": 2, "unit_price": {"amount": "3.00", "currency": "USD"}}],
    }
    order_id = api.post("/orders", order)["id"]

    def handed_over() -> Any:
        found = api.get(f"/orders?q={order_id}")["items"]
        return found and api.get(f"/orders/{order_id}")["fulfilments"]

    [fulfilment] = wait_for(handed_over, "the hand-over")
    first, second = (printed(api.get(f"/orders/{order_id}/fulfilments/1/packing-slip")) for _ in range(2))
    third = printed(api.post("/packing-slips", {"fulfilments": [{"order": order_id, "fulfilment": 1}]}))
    picks = printed(api.post("/pick-lists", {"fulfilments": [{"order": order_id, "fulfilment": 1}]}))

    assert [word for word in ("Łukasz 東京", "PAPER", fulfilment["short_id"]) if word not in first] == []
    assert ("3.00" in first, "REPRINT" in first, "REPRINT" in second, "REPRINT" in third) == (False, False, True, True)
    assert ("A-10" in picks, fulfilment["short_id"] in picks) == (True, True)
    assert [each["what"] for each in api.get(f"/orders/{order_id}")["timeline"]][-4:] == [
        "printed",
        "reprinted",
        "reprinted",
        "printed",
    ]

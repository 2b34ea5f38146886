"""The list that people ship from on the deployed local stack: a row comes and goes, and the counts follow."""

from typing import Any

import pytest

from local.api import Api, wait_for

pytestmark = pytest.mark.e2e

SKU = "ROW-LAMP-7"


def rows(api: Api, order_id: str) -> list[dict[str, Any]]:
    """The rows of an order, found by its sku."""
    return [row for row in api.get(f"/fulfilments?q={SKU}")["items"] if row["order_id"] == order_id]


def in_view(api: Api, order_id: str, view: str) -> bool:
    return [row["view"] for row in rows(api, order_id)] == [view]


def counts(api: Api) -> dict[str, int]:
    return {view: each["rows"] for view, each in api.get("/fulfilments?limit=1")["counts"].items()}


def all_rows(api: Api) -> dict[str, int]:
    """How many rows each view has, by reading them all."""
    found = dict.fromkeys(counts(api), 0)
    for view in found:
        page = api.get(f"/fulfilments?view={view}&limit=100")
        found[view] += len(page["items"])
        while page["next"]:
            page = api.get(f"/fulfilments?view={view}&limit=100&cursor={page['next']}")
            found[view] += len(page["items"])
    return found


def placed(api: Api, units: int) -> str:
    new = {
        "channel": "trade",
        "ship_to": {
            "name": "Ada",
            "address1": "1 Lane",
            "city": "Reno",
            "state": "NV",
            "postcode": "89501",
            "country": "US",
        },
        "lines": [
            {
                "sku": SKU,
                "quantity": units,
                "unit_price": {"amount": "5.00", "currency": "USD"},
                "warehouse": "reno",
            }
        ],
        "paid": True,
    }
    return str(api.post("/orders", new)["id"])


def test_a_row_comes_and_goes_and_the_counts_partition_the_rows(api: Api) -> None:
    api.put(f"/products/{SKU}", {"name": SKU})
    api.post("/stock/adjustments", {"adjustments": [{"sku": SKU, "warehouse": "reno", "set": 1}]})
    wait_for(lambda: counts(api) == all_rows(api), "counts at rest", 60)
    before = counts(api)

    ships, waits = placed(api, 1), placed(api, 9)
    wait_for(lambda: in_view(api, ships, "to-ship"), "the row of the order", 60)
    wait_for(lambda: in_view(api, waits, "short"), "the row of the short one", 60)
    more = {**before, "to-ship": before["to-ship"] + 1, "short": before["short"] + 1}
    wait_for(lambda: counts(api) == more == all_rows(api), "counts with both", 60)
    [row], [short] = rows(api, ships), rows(api, waits)
    assert (row["warehouse"], row["fulfilment"], row["units"]) == ("reno", 1, 1)
    assert (short["fulfilment"], short["checks"]) == (None, ["stock"])

    api.post(f"/orders/{waits}/hold", {"reason": "call the buyer"})
    assert in_view(api, waits, "held")

    for order_id in (ships, waits):
        api.post(f"/orders/{order_id}/cancel", {})
    assert rows(api, ships) == rows(api, waits) == []
    wait_for(lambda: counts(api) == before == all_rows(api), "counts as before", 60)

"""Pages of docs/ with commands for the seeded stack: each command succeeds there, and the goods are where they say."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.api import Api, wait_for
from local.running import Stack
from local.seed_supplier import PURCHASING, SUPPLIER
from tests.e2e.pages import page, run, steps

pytestmark = pytest.mark.e2e


def followed(stack: Stack, folder: Path, name: str, prefix: str) -> tuple[str, list[str]]:
    """Run the commands of a page, of which the first block prints the document that it makes; return its id.

    And what each block printed.
    """
    printed = run(steps(page(name)), stack, folder)
    return next(word for word in printed[0].split() if word.startswith(f"{prefix}-")), printed


@pytest.fixture
def as_seeded(api: Api) -> Iterator[None]:
    """Give the supplier and the product of the page of purchase orders their settings back."""
    yield
    api.call("PATCH", f"/suppliers/{SUPPLIER}", {"purchasing": PURCHASING}).raise_for_status()
    api.call("PATCH", "/products/CUSHION-LINEN", {"bought_per_order": False}).raise_for_status()


@pytest.mark.usefixtures("as_seeded")
def test_the_page_of_purchase_orders(api: Api, stack: Stack, tmp_path: Path) -> None:
    name, printed = followed(stack, tmp_path, "purchasing.md", "PO")

    def sent() -> dict[str, Any] | None:
        found: dict[str, Any] = api.get(f"/purchase-orders/{name}")
        return found if found["sending"]["state"] == "sent" else None

    [drafts] = [json.loads(each.splitlines()[-1]) for each in printed if '"more_wait"' in each]
    assert [(each["warehouse"], each["lines"][0]["ordered"]) for each in drafts["items"]] == [("newark", 12)]

    order = wait_for(sent, f"{name} was not sent")
    [line] = order["lines"]
    assert (order["state"], line["received"], line["open"]) == ("partially_received", 10, 2)
    assert line["landed"]["amount"] == "0.00"
    assert {"landed cost", "landed cost withdrawn"} <= {each["what"] for each in order["timeline"]}


def test_the_page_of_the_api(stack: Stack, tmp_path: Path, api: Api) -> None:
    [printed] = run(steps(page("api.md")), stack, tmp_path)

    done, refused = map(json.loads, printed.splitlines()[-2:])
    assert (done["name"], refused["status"]) == ("Mug, white, 30 cl", 412)
    assert api.get("/products/MUG-WHITE")["name"] == done["name"]


def test_the_page_of_transfer_orders(api: Api, stack: Stack, tmp_path: Path) -> None:
    name, _ = followed(stack, tmp_path, "transfers.md", "TO")

    [line] = api.get(f"/transfer-orders/{name}")["lines"]
    assert (line["received"], line["damaged"], line["lost"], line["open"]) == (9, 1, 2, 0)


def test_the_page_of_work_orders(api: Api, stack: Stack, tmp_path: Path) -> None:
    name, _ = followed(stack, tmp_path, "work-orders.md", "WO")

    work = api.get(f"/work-orders/{name}")
    assert (work["state"], work["done"], work["closed"]) == ("closed", 4, 6)
    used = {each["sku"]: (each["used"], each["scrapped"], each["reserved"]) for each in work["inputs"]}
    assert used == {"MUG-WHITE": (8, 1, 0), "BOARD-OAK": (4, 0, 0)}


def test_the_page_of_amazon_as_a_warehouse(stack: Stack, tmp_path: Path) -> None:
    _, before, after = run(steps(page("fba.md")), stack, tmp_path)

    assert json.loads(before)["fulfilments"][0]["status"] == "accepted"
    order, shelves = map(json.loads, after.splitlines()[-2:])
    assert order["fulfilments"][0]["parcels"]
    assert [each["available"] for each in shelves["items"] if each["warehouse"] == "amazon"] == [300]

"""Lists of stock at Amazon, page by page."""

import json
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import httpx
import pytest

from packhorse.channels.amazon.inventory import AmazonInventory
from packhorse.domain.errors import CallFailed, Rejected
from packhorse.domain.fba.stock import SellableUnits

PAGE = 50


def listing(*rows: Mapping[str, Any]) -> AmazonInventory:
    """The inventory of a seller of whom Amazon lists these rows."""
    body = {"payload": {"inventorySummaries": rows}}
    http = httpx.Client(
        transport=httpx.MockTransport(lambda _: httpx.Response(200, json=body)), base_url="https://amazon.example"
    )
    return AmazonInventory("A1PA6795UKMFR9", http)


def a_row(sku: str, units: int | str = 1) -> dict[str, Any]:
    return {"sellerSku": sku, "inventoryDetails": {"fulfillableQuantity": units}}


def an_inventory(skus: int) -> AmazonInventory:
    """The inventory of a seller with so many skus, of one unit each; the last page's token leads nowhere."""

    def answered(request: httpx.Request) -> httpx.Response:
        first = int(request.url.params.get("nextToken", "0"))
        names = [f"A-{number}" for number in range(first, min(first + PAGE, skus))]
        items = [a_row(name) for name in names]
        page = {"nextToken": str(first + PAGE)} if first + PAGE < skus else {}
        return httpx.Response(200, content=json.dumps({"payload": {"inventorySummaries": items}, "pagination": page}))

    http = httpx.Client(transport=httpx.MockTransport(answered), base_url="https://amazon.example")
    return AmazonInventory("A1PA6795UKMFR9", http)


@pytest.mark.parametrize("skus", [0, PAGE, 100 * PAGE + 1])
def test_a_list_of_any_length_is_read_whole(skus: int) -> None:
    assert an_inventory(skus).sellable() == SellableUnits({f"A-{number}": 1 for number in range(skus)})


def test_a_list_without_an_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("packhorse.channels.amazon.inventory"), "MOST_PAGES", 3)

    with pytest.raises(Rejected, match="no end"):
        an_inventory(4 * PAGE).sellable()


@pytest.mark.parametrize(
    "odd", [{"sellerSku": "B"}, {"sellerSku": "B", "inventoryDetails": {}}, a_row("B", "7"), a_row("B", -1)]
)
def test_a_row_without_its_units_is_left_out_alone(odd: Mapping[str, Any]) -> None:
    found = listing(a_row("A", 3), odd, a_row("B", 5), a_row("C", 0)).sellable()

    assert found == SellableUnits({"A": 3, "C": 0}, frozenset("B"))


@pytest.mark.parametrize("odd", [{"inventoryDetails": {"fulfillableQuantity": 7}}, {"sellerSku": ""}, {}])
def test_with_a_row_without_its_sku_the_list_is_not_whole(odd: Mapping[str, Any]) -> None:
    assert listing(a_row("A", 3), odd).sellable() == SellableUnits({"A": 3}, is_whole=False)


def test_a_list_of_which_no_row_can_be_read_is_none() -> None:
    with pytest.raises(CallFailed, match="no row"):
        listing({"sellerSku": "A", "totalQuantity": 4}).sellable()

"""Lists of stock at Amazon, page by page."""

import json
from collections import Counter
from importlib import import_module

import httpx
import pytest

from packhorse.channels.amazon.inventory import AmazonInventory
from packhorse.domain.errors import Rejected

PAGE = 50


def an_inventory(skus: int) -> AmazonInventory:
    """The inventory of a seller with so many skus, of one unit each; the last page's token leads nowhere."""

    def answered(request: httpx.Request) -> httpx.Response:
        first = int(request.url.params.get("nextToken", "0"))
        names = [f"A-{number}" for number in range(first, min(first + PAGE, skus))]
        items = [{"sellerSku": name, "inventoryDetails": {"fulfillableQuantity": 1}} for name in names]
        page = {"nextToken": str(first + PAGE)} if first + PAGE < skus else {}
        return httpx.Response(200, content=json.dumps({"payload": {"inventorySummaries": items}, "pagination": page}))

    http = httpx.Client(transport=httpx.MockTransport(answered), base_url="https://amazon.example")
    return AmazonInventory("A1PA6795UKMFR9", http)


@pytest.mark.parametrize("skus", [0, PAGE, 100 * PAGE + 1])
def test_a_list_of_any_length_is_read_whole(skus: int) -> None:
    assert an_inventory(skus).sellable() == Counter({f"A-{number}": 1 for number in range(skus)})


def test_a_list_without_an_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("packhorse.channels.amazon.inventory"), "MOST_PAGES", 3)

    with pytest.raises(Rejected, match="no end"):
        an_inventory(4 * PAGE).sellable()

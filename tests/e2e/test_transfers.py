"""A transfer order on the deployed local stack: two scanners send one receipt, and the audit finds nothing."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from local.api import Api

pytestmark = pytest.mark.e2e
SKU = "E2E-VAN"


def shelf(api: Api, warehouse: str) -> tuple[int, int, int]:
    """on_hand, quarantined, in_transit."""
    [found] = (each for each in api.get(f"/stock?sku={SKU}")["items"] if each["warehouse"] == warehouse)
    return found["on_hand"], found["quarantined"], found["in_transit"]


def test_goods_go_from_one_warehouse_to_another(api: Api) -> None:
    api.put(f"/products/{SKU}", {"name": SKU})
    shelves = [{"sku": SKU, "warehouse": place, "set": units} for place, units in (("leeds", 9), ("reno", 0))]
    api.post("/stock/adjustments", {"adjustments": shelves})
    draft = {"from_warehouse": "leeds", "to_warehouse": "reno", "lines": [{"sku": SKU, "units": 6}]}
    path = f"/transfer-orders/{api.post('/transfer-orders', draft)['id']}"

    api.post(f"{path}/send", {})
    assert (shelf(api, "leeds"), shelf(api, "reno")) == ((3, 0, 0), (0, 0, 6))
    receipt = {"receipt": "VAN", "lines": [{"line": "1", "accepted": 3, "damaged": 1, "reason": "wet"}]}
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: api.post(f"{path}/receive", receipt), range(2)))
    api.post(f"{path}/return", {"receipt": "BACK", "lines": [{"line": "1", "accepted": 1}]})
    closed = api.post(f"{path}/close", {})

    assert [each["lines"][0]["received"] for each in answers] == [3, 3]
    assert (closed["state"], closed["lines"][0]["lost"]) == ("closed", 1)
    assert (shelf(api, "leeds"), shelf(api, "reno")) == ((4, 0, 0), (4, 1, 0))

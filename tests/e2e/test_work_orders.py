"""A work order on the deployed local stack: built in two parts, a component broken, one report sent twice at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from local.api import Api

pytestmark = pytest.mark.e2e
TABLE, LEG, TOP = "E2E-TABLE", "E2E-LEG", "E2E-TOP"


def shelf(api: Api, sku: str) -> tuple[int, int, int]:
    """on_hand, committed, incoming; all 0 before its first movement."""
    found = api.get(f"/stock?sku={sku}&warehouse=leeds")["items"]
    return (found[0]["on_hand"], found[0]["committed"], found[0]["incoming"]) if found else (0, 0, 0)


def shelves(api: Api) -> list[tuple[int, int, int]]:
    return [shelf(api, sku) for sku in (LEG, TOP, TABLE)]


def test_tables_are_built_in_two_parts_with_a_leg_broken(api: Api) -> None:
    api.put(f"/products/{LEG}", {"name": LEG})
    api.put(f"/products/{TOP}", {"name": TOP})
    api.put(f"/products/{TABLE}", {"name": TABLE, "kind": "built", "components": {LEG: 4, TOP: 1}})
    there = [{"sku": sku, "warehouse": "leeds", "set": units} for sku, units in ((LEG, 20), (TOP, 5))]
    api.post("/stock/adjustments", {"adjustments": there})
    path = f"/work-orders/{api.post('/work-orders', {'sku': TABLE, 'warehouse': 'leeds', 'units': 3})['id']}"
    assert shelves(api) == [(20, 0, 0), (5, 0, 0), (0, 0, 0)]

    api.post(f"{path}/submit", {})
    assert shelves(api) == [(20, 12, 0), (5, 3, 0), (0, 0, 3)]

    part = {"report": "MON", "done": 2, "scrap": [{"sku": LEG, "units": 1}], "reason": "split"}
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: api.post(f"{path}/report", part), range(2)))
    assert [(each["state"], each["done"]) for each in answers] == [("partially_done", 2)] * 2
    assert shelves(api) == [(11, 4, 0), (3, 1, 0), (2, 0, 1)]

    rest = api.post(f"{path}/report", {"report": "TUE", "done": 1})
    assert (rest["state"], rest["done"]) == ("done", 3)
    assert {each["sku"]: (each["used"], each["scrapped"]) for each in rest["inputs"]} == {LEG: (12, 1), TOP: (3, 0)}
    assert shelves(api) == [(7, 0, 0), (2, 0, 0), (3, 0, 0)]
    ledger = api.get(f"/stock/{LEG}/movements?warehouse=leeds")["items"]
    assert sum(each["on_hand"] for each in ledger if each["kind"] == "work_out") == -13

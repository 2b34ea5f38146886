"""A merchant who builds tables of legs and tops, and requests about work orders."""

from typing import Any

from packhorse.domain.configuration.warehouse import WarehouseKind
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.values import Sku, WarehouseId
from packhorse.store import stock, work_orders
from simulation.builders import a_configuration, a_warehouse
from simulation.merchant import ledger, put_stock, set_up
from tests.functions.operate.calls import Answer, call

LEG, TOP, TABLE, ROOM = "LEG", "00123", "TABLE ½", "ROOM"
EUR = "EUR"


def merchant() -> None:
    """A table is four legs and a top, a room two tables and a top."""
    amazon = a_warehouse("amazon", kind=WarehouseKind.FBA)
    set_up(a_configuration(amazon, a_warehouse("main"), a_warehouse("east")), LEG, TOP)
    for sku, components in ((TABLE, {LEG: 4, TOP: 1}), (ROOM, {TABLE: 2, TOP: 1})):
        assert call("PUT", f"/products/{sku}", {"kind": "built", "components": components}).status == 200
    put_stock(40, LEG, "main")
    put_stock(10, TOP, "main")


def draft(units: int = 5, sku: str = TABLE, **more: Any) -> dict[str, Any]:
    return {"sku": sku, "warehouse": "main", "units": units, **more}


def made(units: int = 5, sku: str = TABLE, **more: Any) -> str:
    answer = call("POST", "/work-orders", draft(units, sku, **more))
    assert answer.status == 201, answer.body
    return str(answer.body["id"])


def submitted(units: int = 5, sku: str = TABLE, **more: Any) -> str:
    name = made(units, sku, **more)
    answer = do(name, "submit", {})
    assert answer.body["state"] == "submitted", answer.body
    return name


def do(name: str, step: str, body: Any = None, **more: Any) -> Answer:
    return call("POST", f"/work-orders/{name}/{step}", body, **more)


def report(name: str, done: int = 0, number: str = "R-1", **more: Any) -> Answer:
    return do(name, "report", {"report": number, "done": done, **more})


def show(name: str, **more: Any) -> dict[str, Any]:
    return dict(call("GET", f"/work-orders/{name}", **more).body)


def shelf(sku: str, place: str = "main") -> tuple[int, int, int]:
    """What is on hand, committed and incoming; the ledger and work orders say the same."""
    at = Shelf(Sku(sku), WarehouseId(place))
    found = stock.balances_at([at]).get(at) or stock.empty_balance(at)
    assert found.incoming == work_orders.incoming()[at]
    assert ledger(sku, place)[:2] == (found.on_hand, found.committed)
    return found.on_hand, found.committed, found.incoming

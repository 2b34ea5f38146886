"""A merchant with three warehouses, and requests about transfer orders."""

from typing import Any

from packhorse.domain.configuration.warehouse import WarehouseKind
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.values import Sku, WarehouseId
from packhorse.store import stock, transfers
from simulation.builders import a_configuration, a_warehouse
from simulation.merchant import MUG, ledger, put_stock, set_up
from tests.functions.operate.calls import Answer, call

LAMP = "00123"
PLACES = ("east", "west", "main")


def merchant() -> None:
    amazon = a_warehouse("amazon", kind=WarehouseKind.FBA)
    theirs = a_warehouse("theirs", kind=WarehouseKind.DROPSHIP)
    set_up(a_configuration(amazon, theirs, *map(a_warehouse, PLACES)), MUG, LAMP)
    put_stock(20, MUG, "east")
    put_stock(8, LAMP, "east")


def draft(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"from_warehouse": "east", "to_warehouse": "west", **more, "lines": lines or [{"sku": MUG, "units": 10}]}


def made(*lines: dict[str, Any], **more: Any) -> str:
    answer = call("POST", "/transfer-orders", draft(*lines, **more))
    assert answer.status == 201, answer.body
    return str(answer.body["id"])


def sent(*lines: dict[str, Any], **more: Any) -> str:
    name = made(*lines, **more)
    assert do(name, "send", {}).body["state"] == "sent"
    return name


def do(name: str, step: str, body: Any = None, **more: Any) -> Answer:
    return call("POST", f"/transfer-orders/{name}/{step}", body, **more)


def receive(name: str, *lines: dict[str, Any], receipt: str = "R-7", **more: Any) -> Answer:
    return do(name, "receive", {"receipt": receipt, "lines": lines}, **more)


def arrived(accepted: int = 0, line: str = "1", **more: Any) -> dict[str, Any]:
    return {"line": line, "accepted": accepted, **more}


def shelf(place: str, sku: str = MUG) -> tuple[int, int, int]:
    """What is on hand, quarantined and in transit; the ledger and transfer orders say the same."""
    at = Shelf(Sku(sku), WarehouseId(place))
    found = stock.balances_at([at]).get(at) or stock.empty_balance(at)
    assert found.incoming == found.in_transit == transfers.on_their_way()[at]
    assert ledger(sku, place)[0] == found.on_hand
    return found.on_hand, found.quarantined, found.in_transit

"""A merchant with a supplier, and requests about purchase orders."""

from typing import Any

from packhorse.domain.supply.supplier import Supplier
from packhorse.domain.values import Sku
from packhorse.store import stock, suppliers
from packhorse.store.purchases import PURCHASES
from simulation.builders import NOON
from simulation.merchant import MUG, set_up
from tests.functions.operate.calls import Answer, call

LAMP = "00123"


def merchant() -> None:
    set_up(None, MUG, LAMP)
    supplier = Supplier(id="acme")
    suppliers.apply_edit("acme", lambda _: supplier, "user:ada", NOON)


def line(sku: str = MUG, ordered: int = 10, cost: str = "2.50", **more: Any) -> dict[str, Any]:
    return {"sku": sku, "ordered": ordered, "unit_cost": {"amount": cost, "currency": "EUR"}, **more}


def draft(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"supplier": "acme", "warehouse": "main", "currency": "EUR", "lines": lines or [line()], **more}


def made(*lines: dict[str, Any], **more: Any) -> str:
    answer = call("POST", "/purchase-orders", draft(*lines, **more))
    assert answer.status == 201, answer.body
    return str(answer.body["id"])


def on_order(*lines: dict[str, Any]) -> str:
    name = made(*lines)
    assert do(name, "submit").body["state"] == "submitted"
    return name


def do(name: str, step: str, body: Any = None, **more: Any) -> Answer:
    return call("POST", f"/purchase-orders/{name}/{step}", body, **more)


def receive(name: str, *lines: dict[str, Any], receipt: str = "DN-7", **more: Any) -> Answer:
    return do(name, "receive", {"receipt": receipt, "lines": lines}, **more)


def arrived(accepted: int = 0, line: str = "1", **more: Any) -> dict[str, Any]:
    return {"line": line, "accepted": accepted, **more}


def shelf(sku: str = MUG) -> tuple[int, int]:
    """What is on hand and incoming; what is incoming is what purchase orders say."""
    balances = stock.of_sku(Sku(sku))
    found = sum(each.on_hand for each in balances), sum(each.incoming for each in balances)
    incoming = [each.incoming for each in PURCHASES.unfinished()]
    assert found[1] == sum(units for each in incoming for at, units in each.items() if at.sku == sku)
    return found

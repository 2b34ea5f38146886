"""A supplier that we buy from, too: its files say what goods cost, also once they have come."""

from typing import Any

from simulation.opening import WEST
from simulation.outside import Outside
from simulation.purchasing import EUR_2, receive
from simulation.supplier import PRICES, SUPPLIER
from simulation.supplying import exchange

ORDERED = 4
NEAR, FAR = ("2.00", "2.05", "2.20"), ("1.50", "2.90")
"""Prices within the tolerance, and beyond it."""


def a_supplier_that_reprices(day: Outside, name: str) -> None:
    """Writes other prices of goods before and after they come; to what differs a lot a person may agree."""
    line = {"sku": day.random.choice(day.stocked), "ordered": ORDERED, "unit_cost": EUR_2}
    body = {"supplier": SUPPLIER, "warehouse": WEST, "currency": "EUR", "lines": [line]}
    made = day.call_api("POST", "/purchase-orders", body)
    if not made.is_done or not day.call_api("POST", f"/purchase-orders/{made.body['id']}/submit").is_done:
        return
    for number in range(4):
        day.turns.sleep(60 * day.random.random())
        if day.random.random() < 0.5:
            arrived = {"line": made.body["lines"][0]["id"], "accepted": 1}
            receive(day, made.body, f"{name}-{number}", arrived, twice=False)
        _write(day, f"{name}-{number}", made.body, day.random.choice((*NEAR, *FAR)))
        if day.random.random() < 0.3:
            said = {"line": made.body["lines"][0]["id"], "unit_cost": {"amount": FAR[1], "currency": "EUR"}}
            day.call_api("POST", f"/purchase-orders/{made.body['id']}/answer", {"lines": [said]})


def _write(day: Outside, name: str, purchase: Any, price: str) -> None:
    """Have a file written that says what a unit of a line costs, and read."""
    text = f"PO,LINE,COST\n{purchase['id']},{purchase['lines'][0]['id']},{price}\n"
    day.report(lambda: f"the supplier writes that a unit of {purchase['id']} costs {price}")
    day.sftp.put(f"{PRICES}/{name}.csv", text.encode())
    day.sftp.put(f"{PRICES}/{name}.csv.done", b"")
    exchange(day, name)

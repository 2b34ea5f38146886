"""The part of the demo about purchase orders of what the supplier ships to buyers: each follows a fulfilment order."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from rich.table import Table

from local.api import Api, wait_for
from local.demo.tables import Orders
from local.seed_supplier import SUPPLIER

TIMEOUT = 300
ENDS = {"shipped": "received", "rejected": "closed"}
"""The state of a purchase order by the status of the fulfilment order that it follows."""

Purchase = dict[str, Any]


def followed(api: Api, orders: Orders) -> list[Purchase]:
    """Return the purchase orders of what the supplier was to ship, once each is over, oldest first."""
    wanted = _expected(orders)

    def over() -> list[Purchase] | None:
        listed = api.all(f"/purchase-orders?supplier={SUPPLIER}&limit=100")
        found = [each for each in listed if each["ships"] and _ref(each) in wanted]
        is_over = len(found) >= len(wanted) and all(each["state"] in ENDS.values() for each in found)
        return sorted(found, key=lambda each: str(each["created_at"])) if is_over else None

    return wait_for(over, "the purchase orders of what the supplier ships", TIMEOUT)


def _expected(orders: Orders) -> dict[tuple[str, int], str]:
    """Return the expected state of the purchase order of each fulfilment order of the supplier."""
    return {
        (order["id"], work["number"]): ENDS[work["status"]]
        for order in orders.values()
        for work in order["fulfilments"]
        if work["warehouse"] == SUPPLIER
    }


def _ref(purchase: Purchase) -> tuple[str, int]:
    return purchase["ships"]["order"], purchase["ships"]["fulfilment"]


def differences(purchases: list[Purchase], orders: Orders) -> Iterator[str]:
    """Yield how the purchase orders differ from the fulfilment orders that they follow."""
    expected = _expected(orders)
    for each in purchases:
        if each["state"] != expected[_ref(each)]:
            yield f"purchase order {each['id']} is {each['state']}, not {expected[_ref(each)]}"
    yield from (f"{ref} has {n} purchase orders" for ref, n in Counter(map(_ref, purchases)).items() if n > 1)


def drop_ship_table(purchases: list[Purchase], orders: Orders) -> Table:
    """Show what each orders of the supplier, for which order, and at which cost."""
    numbers = {order["id"]: order["number"] for order in orders.values()}
    title = f"Purchase orders of what {SUPPLIER} ships to buyers"
    table = Table("purchase order", "for order", "ordered", "received", "total", "state", title=title)
    for each in purchases:
        ordered = ", ".join(f"{line['ordered']} x {line['sku']}" for line in each["lines"])
        received = sum(line["received"] for line in each["lines"])
        total = f"{each['total']['amount']} {each['total']['currency']}"
        table.add_row(each["id"], numbers[_ref(each)[0]], ordered, str(received), total, each["state"])
    return table

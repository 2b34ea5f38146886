"""Many buyers, few units: on a local stack of its own, through the API, all at once.

Every buyer places an order of one unit, 200 at once, the first before any function has run; half of the stock is in
one warehouse, half in another. Units that orders hold are sold; those held beyond the stock are oversold, those
available while an order waits undersold.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from statistics import quantiles
from typing import Any

from local.api import Api, wait_for
from local.home import CHECKOUT, Home
from local.running import Stack
from local.seed import TRADE, seed
from local.stack import down, reset, up

CLIENTS = 200
READERS = 8
WAREHOUSES = ("leeds", "reno")
Figures = dict[str, Any]


@contextmanager
def cold_stack(goods: dict[str, int]) -> Iterator[Stack]:
    """Yield a stack of its own with that stock, no function of which has run since its start; gone at the end."""
    home = Home(folder=CHECKOUT / ".local" / "bench")
    reset(home)
    stack = up(home, empty=True)
    try:
        seed(stack)
        with closing(Api(stack)) as api:
            for sku, units in goods.items():
                stock_up(api, sku, units)
        down(home)
        yield up(home, empty=True)
    finally:
        reset(home)


def measure() -> Figures:
    """Run the two races of bench/results.json; return their figures."""
    with cold_stack({"RACE-200": 100, "RACE-2000": 100}) as stack, closing(Api(stack)) as api:
        return {
            "race_200_of_100": race(api, "RACE-200", buyers=200, units=100),
            "race_2000_of_100": race(api, "RACE-2000", buyers=2000, units=100),
        }


def race(api: Api, sku: str, buyers: int, units: int) -> Figures:
    """Run one race until every order is decided; return its figures."""
    with ThreadPoolExecutor(CLIENTS) as pool:
        bought = list(pool.map(lambda number: buy(api, sku, number), range(buyers)))
    placed = {order_id: at for status, order_id, at in bought if status < 300}
    ended = wait_for(lambda: decided(api, placed), f"{len(placed)} orders", 600)
    held = sum(part["quantity"] for order in ended for line in order["lines"] for part in line["allocations"])
    available = sum(each["available"] for each in api.get(f"/stock?sku={sku}")["items"])
    seconds = [took(order, placed[order["id"]]) for order in ended]
    return {
        "sold": held,
        "oversold": max(0, held - units),
        "undersold": available if held < min(units, buyers) else 0,
        "errors": buyers - len(placed),
        "p99_s": round(quantiles(seconds, n=100)[98], 2),
    }


def stock_up(api: Api, sku: str, units: int) -> None:
    """Create a product with half of its stock in either warehouse."""
    api.put(f"/products/{sku}", {"name": sku})
    shelves = [{"sku": sku, "warehouse": name, "set": units // len(WAREHOUSES)} for name in WAREHOUSES]
    api.post("/stock/adjustments", {"adjustments": shelves})


def buy(api: Api, sku: str, number: int) -> tuple[int, str, datetime]:
    """Place an order; return the answer's status, the order's id and the time of the request."""
    at = datetime.now(UTC)
    answer = api.call(
        "POST",
        "/orders",
        {
            "channel": TRADE,
            "channel_order_id": f"{sku}-{number}",
            "paid": True,
            "ship_to": {
                "name": "Buyer",
                "address1": "1 Main Street",
                "city": "Berlin",
                "postcode": "10117",
                "country": "DE",
            },
            "lines": [{"sku": sku, "quantity": 1, "unit_price": {"amount": "9.50", "currency": "EUR"}}],
        },
    )
    return answer.status_code, str(answer.json().get("id")), at


def decided(api: Api, placed: dict[str, datetime]) -> list[dict[str, Any]] | None:
    """Return all of the orders, once each has a warehouse or waits; None before."""
    listed = [order for order in api.all(f"/orders?channel={TRADE}&limit=100") if order["id"] in placed]
    if len(listed) < len(placed) or not all(order["warehouses"] or order["flags"] for order in listed):
        return None
    with ThreadPoolExecutor(READERS) as pool:
        return list(pool.map(lambda order: api.get(f"/orders/{order['id']}"), listed))


def took(order: dict[str, Any], placed_at: datetime) -> float:
    """Return the seconds from the buyer's request to the decision."""
    routed = next(entry["at"] for entry in order["timeline"] if entry["what"] == "routed")
    return (datetime.fromisoformat(routed) - placed_at).total_seconds()

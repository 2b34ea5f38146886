"""The tables of the demo: what became of orders, stock and the quantities that the shops can sell."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

from rich.table import Table

from local.scenario import Example
from local.seed import GIFT_SET, GIFT_SET_PARTS, OWN, PRODUCTS
from local.seed_amazon import SOLD_ON_AMAZON

Orders = dict[str, dict[str, Any]]


class Offer(NamedTuple):
    """The quantity of a sku that each shop can sell."""

    shopify: int | None
    shop: int | None
    woo: int | None
    ebay: int | None
    amazon: int | None


def expected_offers(stock: Mapping[tuple[str, str], Mapping[str, int]]) -> dict[str, Offer]:
    """Compute the quantities: all warehouses, for Shopify less a reserve of ten; Leeds alone for the corner shop."""
    units = sellable(stock)
    total = {sku: units[sku].total() for sku in (*PRODUCTS, GIFT_SET[0])}
    return {
        sku: Offer(
            shopify=min(999, max(0, total[sku] - 10)),
            shop=min(200, units[sku]["leeds"]),
            woo=min(999, total[sku]) if sku in OWN else None,
            ebay=min(999, total[sku]),
            amazon=min(999, total[sku]) if sku in SOLD_ON_AMAZON else None,
        )
        for sku in total
    }


def sellable(stock: Mapping[tuple[str, str], Mapping[str, int]]) -> Mapping[str, "Counter[str]"]:
    """Return the available units of each sku by warehouse: of the kit as many as its components there make."""
    units: dict[str, Counter[str]] = defaultdict(Counter)
    for (sku, warehouse), balance in stock.items():
        units[sku][warehouse] = balance["available"]
    for warehouse in {each for part in GIFT_SET_PARTS for each in units[part]}:
        made = (units[part][warehouse] // quantity for part, quantity in GIFT_SET_PARTS.items())
        units[GIFT_SET[0]][warehouse] = min(made)
    return units


def orders_table(examples: list[Example], orders: Orders) -> Table:
    """Show warehouse, rule and status of every line of every order."""
    table = Table("order", "channel", "line", "ships from", "rule", "parcels", "status", title="What happened")
    for example in examples:
        order = orders[example.id]
        fulfilments = order["fulfilments"]
        parcels = [parcel["tracking"] or "-" for each in fulfilments for parcel in each["parcels"]]
        for index, line in enumerate(order["lines"]):
            warehouses = ", ".join(part["warehouse"] for part in line["allocations"]) or f"{line['short']} short"
            first = index == 0
            table.add_row(
                example.name if first else "",
                example.channel if first else "",
                f"{line['quantity']} x {line['sku']}",
                "-" if order["status"] == "cancelled" else warehouses,
                line["routing"]["rule"],
                "\n".join(parcels) if first else "",
                _status(order) if first else "",
            )
    table.caption = "\n".join(dict.fromkeys(_advice(order) for order in orders.values() if order["exceptions"]))
    return table


def _status(order: dict[str, Any]) -> str:
    """Return the status with the flags, and the cause of each exception."""
    causes = ", ".join(dict.fromkeys(each["cause"] for each in order["exceptions"]))
    flags = [f"{flag}: {causes}" if flag == "exception" and causes else flag for flag in order["flags"]]
    return f"{order['status']} ({', '.join(flags)})" if flags else str(order["status"])


def _advice(order: dict[str, Any]) -> str:
    """Return what a person does about the exceptions of an order."""
    return "\n".join(dict.fromkeys(f"{each['cause']}: {each['action']}" for each in order["exceptions"]))


def stock_table(before: dict[tuple[str, str], Any], after: dict[tuple[str, str], Any]) -> Table:
    """Show the balances that changed, or have units that are committed or quarantined."""
    places = ("on_hand", "committed", "quarantined", "available")
    heads = ("on hand before", "after", *places[1:])
    table = Table("sku", "warehouse", *heads, title="Stock")
    for shelf, now in after.items():
        was = before.get(shelf, {}).get("on_hand", 0)
        if was != now["on_hand"] or now["committed"] or now["quarantined"]:
            table.add_row(*shelf, str(was), *(str(now[place]) for place in places))
    return table


def offers_table(before: Mapping[str, Offer], after: Mapping[str, Offer]) -> Table:
    """Show the published quantities that changed."""
    shops = ("Shopify", "corner shop", "WooCommerce", "eBay", "Amazon")
    names = [heading for shop in shops for heading in (f"{shop} before", "now")]
    table = Table("sku", *names, title="What the shops can sell")
    for sku, now in after.items():
        if (was := before.get(sku)) != now:
            pairs = zip(was or (None,) * len(now), now, strict=True)
            numbers = (number for pair in pairs for number in pair)
            table.add_row(sku, *("-" if number is None else str(number) for number in numbers))
    return table


def timeline_table(order: dict[str, Any]) -> Table:
    """Show the timeline of one order."""
    table = Table("at", "what", "who", "detail", title=f"Timeline of order {order['number']}")
    for entry in order["timeline"]:
        table.add_row(entry["at"][11:19], entry["what"], entry["who"], entry["detail"])
    return table

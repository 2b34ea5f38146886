"""A supplier whose stock feeds count its warehouse, and people who decide about those that are held."""

from collections import Counter
from collections.abc import Mapping

from simulation.feed_rules import Feed, FeedBooks
from simulation.order_documents import open_parts, works_of
from simulation.outside import Outside
from simulation.supplier import FEEDS, SUPPLIER, WAREHOUSE, read_orders
from simulation.supply_rules import SupplierBooks, goods_in
from simulation.supplying import exchange


def a_supplier_that_counts(day: Outside, name: str) -> None:
    """Writes what it has of some products now and then; people accept what is held of that, or discard it."""
    for number in range(6):
        day.turns.sleep(100 * day.random.random())
        if day.supplier and (feeds := day.supplier.feeds):
            read_orders(day, day.supplier)
            write_feed(day, feeds, _counted(day), had(day, day.supplier))
        exchange(day, f"{name}-{number}", at_once=day.random.random() < 0.5)
        if day.random.random() < 0.5:
            decide(day, accepts=day.random.random() < 0.6)


def _counted(day: Outside) -> dict[str, int]:
    """Return the units of some products, as many as on the shelf, more, few or none."""
    skus = day.random.sample(day.stocked, day.random.randint(1, len(day.stocked)))
    there = {sku: day.books.stock.get((sku, WAREHOUSE), {}).get("on_hand", 0) for sku in skus}
    return {sku: day.random.choice((units, units + 3 * day.units, 1, 0)) for sku, units in there.items()}


def had(day: Outside, books: SupplierBooks) -> Mapping[str, int] | None:
    """Return the units of orders that the supplier has by now; None where wrong clocks hide when it had which."""
    return None if day.deployment.clocks_wrong_by else known_units(day, books)


def known_units(day: Outside, books: SupplierBooks) -> "Counter[str]":
    """Return the units of orders that the supplier has, and that are still to leave."""
    units: Counter[str] = Counter()
    for order in day.books.orders.values():
        works = [work for work in works_of(order) if work["id"] in books.works]
        units += goods_in(order, [{"lines": open_parts(work)} for work in works])
    return units


def write_feed(day: Outside, feeds: FeedBooks, units: Mapping[str, int], known: Mapping[str, int] | None) -> None:
    """Have the supplier write a feed."""
    name = f"inv_{len(feeds.written) + 1:04d}.csv"
    feeds.written[name] = Feed(dict(units), known)
    rows = [f"{sku},{number},{name}" for sku, number in units.items()]
    day.report(lambda: f"the supplier counts in {name}: {' | '.join(rows)}")
    day.sftp.put(f"{FEEDS}/{name}", "\n".join(["ITEM,QTY,FILE", *rows, ""]).encode())
    day.sftp.put(f"{FEEDS}/{name}.done", b"")


def decide(day: Outside, *, accepts: bool) -> None:
    """Let a person decide about a feed that is held, with those before it."""
    listed = day.call_api("GET", f"/suppliers/{SUPPLIER}/files", query={"state": "held"})
    if listed.is_done and listed.body["items"]:
        file = day.random.choice(listed.body["items"])["id"]
        day.call_api("POST", f"/suppliers/{SUPPLIER}/files/{file}/{'accept' if accepts else 'discard'}")

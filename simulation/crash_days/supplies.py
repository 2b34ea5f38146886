"""A supplier: acknowledges, rejects, ships and keeps back."""

from collections import Counter
from collections.abc import Iterator

from local.world.shop import now
from simulation import opening
from simulation.closing import Closing
from simulation.crash_days.day import LOOKS, PATIENCE, CrashDay, awaited, buys_in_the_shop
from simulation.outside import Outside
from simulation.scene import SUPPLIER, Scene
from simulation.supplier import ACKNOWLEDGED, KEPT_BACK, REJECTED, SHIPPED, answer, read_orders
from simulation.supply_rules import SupplierBooks
from simulation.supplying import Row, exchange


def buyers_of_a_supplier(outside: Outside, name: str) -> None:
    """Buy what the supplier has: one order is acknowledged and shipped, one rejected, one cancelled by the shop."""
    for number, sku in enumerate((opening.MUG, opening.MUG, opening.CUP)):
        buys_in_the_shop(outside, f"{name}-{number}", {sku: 1})
    _until_sent(outside, 3)
    outside.expected.cancelled.add(f"{name}-2")
    outside.post(outside.change_order(f"{name}-2", cancelled_at=now()), "order.updated")


def _until_sent(outside: Outside, works: int) -> None:
    if books := outside.supplier:
        awaited(outside, lambda: len(books.works) >= works)


def a_schedule(outside: Outside, name: str) -> None:
    """Has files exchanged every minute and a half."""
    for number in range(12):
        outside.turns.sleep(90)
        exchange(outside, f"{name}-{number}")


def a_supplier_that_answers(outside: Outside, name: str) -> None:
    """Answers each fulfilment order step by step, each answer in two files."""
    books = outside.supplier
    for _ in range(LOOKS):
        outside.turns.sleep(PATIENCE)
        if books and (rows := list(_answers(outside, books))):
            answer(outside, rows)
            answer(outside, [*rows, ("nonsense-1", SHIPPED, opening.MUG, 1, "UPS", "1ZNONE", "")])


def _answers(outside: Outside, books: SupplierBooks) -> Iterator[Row]:
    """Yield the rows of a step: acknowledged, and then kept back if that is requested, rejected or shipped."""
    read_orders(outside, books)
    for name, work in sorted(books.works.items()):
        buyer = outside.books.orders[name.rpartition("-")[0]]["channel_order_id"]
        left, asked = +work.left, work.requested & work.left
        if not left:
            continue
        if not work.is_acknowledged:
            work.is_acknowledged = True
            yield name, ACKNOWLEDGED, "", "", "", "", ""
        elif asked:
            work.kept, work.requested = work.kept + asked, Counter()
            yield from ((name, KEPT_BACK, sku, units, "", "", "") for sku, units in asked.items())
        elif buyer.endswith("-1"):
            work.rejected += left
            yield from ((name, REJECTED, sku, units, "", "", "none left") for sku, units in left.items())
        elif buyer.endswith("-0"):
            work.parcels[f"1Z{name}"] = left
            yield from ((name, SHIPPED, sku, units, "UPS", f"1Z{name}", "") for sku, units in left.items())


SUPPLIES = CrashDay(
    (
        ("buyers", buyers_of_a_supplier),
        ("schedule", a_schedule),
        ("supplier", a_supplier_that_answers),
    ),
    scene=Scene(
        SUPPLIER, {(opening.MUG, opening.EAST): 2, (opening.CUP, opening.EAST): 2, (opening.MUG, opening.WEST): 1}
    ),
    end=Closing.close_for_good,
)

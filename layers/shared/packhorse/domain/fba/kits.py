"""Kits of which Amazon shipped some components: they have not left while others of these are to follow."""

from collections import Counter
from collections.abc import Iterator

from packhorse.domain.fba.items import lines_of
from packhorse.domain.fba.outbound import McfProgress
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder
from packhorse.domain.orders.mcf import McfItem
from packhorse.domain.orders.order import Order
from packhorse.domain.values import Sku, Units


def begun_kits(order: Order, fulfilment: FulfilmentOrder, progress: McfProgress) -> Units:
    """Return the units by line of which some components have left Amazon, and not all."""
    if fulfilment.mcf is None:
        return Counter()
    gone, items = items_that_left(progress), fulfilment.mcf.items
    begun = lines_of(items, order, gone, any_part=True) - lines_of(items, order, gone)
    return begun & fulfilment.remaining


def stuck_kits(order: Order, fulfilment: FulfilmentOrder, progress: McfProgress, never: Units) -> Units:
    """Return the begun kits that Amazon does not complete; `never` are the units by line that it does not ship."""
    return begun_kits(order, fulfilment, progress) - (fulfilment.remaining - never)


def items_that_left(progress: McfProgress) -> "Counter[str]":
    """Return the units by item in all packages."""
    return sum((Counter(each.units) for each in progress.packages), Counter[str]())


def words_of_begun(order: Order, fulfilment: FulfilmentOrder, progress: McfProgress) -> str:
    """Return for people what has left of kits that are not whole, and what has not; empty if all are whole.

    For example `of 1 of line 2, 1 MUG left and 2 TRAY did not`.
    """
    begun, gone = begun_kits(order, fulfilment, progress), items_that_left(progress)
    if fulfilment.mcf is None or not begun:
        return ""
    whole = lines_of(fulfilment.mcf.items, order, gone)
    said = []
    for line, kits in begun.items():
        parts = list(_parts(order, fulfilment.mcf.items, line, gone, whole[line]))
        left = ", ".join(f"{units} {sku}" for sku, _, units in parts if units)
        rest = ", ".join(f"{kits * each - units} {sku}" for sku, each, units in parts if kits * each > units)
        said.append(f"of {kits} of line {line}, {left} left and {rest} did not")
    return "; ".join(said)


def _parts(
    order: Order, items: tuple[McfItem, ...], name: str, gone: "Counter[str]", whole: int
) -> Iterator[tuple[str, int, int]]:
    """Yield each component of a line: its sku, how many a kit has, and how many left beside whole kits."""
    line = order.line(name)
    for item in items:
        if item.line == name:
            each = line.recipe.get(Sku(item.sku), 1) if line else 1
            yield item.sku, each, gone[item.id] - whole * each

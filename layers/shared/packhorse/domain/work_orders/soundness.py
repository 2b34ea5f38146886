"""What must hold of a work order and the ledger of its shelves."""

from collections.abc import Iterator

from packhorse.domain.plural import plural
from packhorse.domain.stock.goods import Goods
from packhorse.domain.work_orders.work_order import WorkKind, WorkOrder, WorkRecord


def moved_by(order: WorkOrder) -> Goods:
    """Return the change of what is on hand that its reports made, by shelf; what a feed counts changed nothing."""
    is_build = order.kind is WorkKind.BUILD
    moved = Goods()
    for report in (each for each in order.reports if each.is_counted):
        for used in order.inputs:
            broken = sum(_scrapped(report, used.sku, used.per_unit)) if is_build else 0
            moved[used.shelf(order.warehouse)] -= report.done * used.per_unit + broken
        for made in order.outputs:
            broken = 0 if is_build else sum(_scrapped(report, made.sku, made.per_unit))
            moved[made.shelf(order.warehouse)] += report.done * made.per_unit - broken
    return moved


def faults(order: WorkOrder) -> Iterator[str]:
    """Yield each contradiction in the work order: every one would be a bug."""
    is_build = order.kind is WorkKind.BUILD
    for used in order.inputs:
        if used.used != order.done * used.per_unit:
            yield f"{used.used} of {used.sku} used for {plural(order.done, 'unit')} of {used.per_unit} each"
        broken = (sum(_scrapped(each, used.sku, used.per_unit)) for each in order.reports)
        scrapped = sum(broken) if is_build else 0
        if used.scrapped != scrapped:
            yield f"{used.scrapped} of {used.sku} scrapped, {scrapped} by its reports"
        if used.reserved + used.awaited > order.open * used.per_unit:
            yield f"{used.reserved} of {used.sku} reserved and {used.awaited} awaited for {plural(order.open, 'unit')}"
    for made in order.outputs:
        if made.made + made.scrapped != order.done * made.per_unit:
            yield f"{made.made} of {made.sku} made and {made.scrapped} scrapped of {plural(order.done, 'unit')}"
    if order.done != sum(each.done for each in order.reports):
        yield f"{plural(order.done, 'unit')} done, its reports have {sum(each.done for each in order.reports)}"


def _scrapped(report: WorkRecord, sku: str, per_unit: int) -> Iterator[int]:
    yield report.failed * per_unit
    yield from (scrap.units for scrap in report.scrap if scrap.sku == sku)

"""Valid work orders, of which a test changes what it is about."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from packhorse.domain.catalogue.product import Product
from packhorse.domain.stock.costing import CostBasis
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.stock.source_shelf import SourceShelf
from packhorse.domain.values import Sku, WarehouseId
from packhorse.domain.work_orders.drafting import WorkDraft, drafted
from packhorse.domain.work_orders.recipe import components_of
from packhorse.domain.work_orders.reporting import WorkReport, report_work
from packhorse.domain.work_orders.steps import Submission, WorkChange, submit
from packhorse.domain.work_orders.work_order import WorkOrder

AT = datetime(2026, 11, 2, 12, tzinfo=UTC)
ADA = "user:ada"
LEG, TOP, TABLE = "LEG", "00123", "TABLE ½"
PRODUCTS = {
    Sku(LEG): Product(sku=LEG),
    Sku(TOP): Product(sku=TOP),
    Sku(TABLE): Product(sku=TABLE, kind="built", components={LEG: 4, TOP: 1}),
}


def at(sku: str) -> Shelf:
    return Shelf(Sku(sku), WarehouseId("main"))


def shelves(**available: int) -> dict[Shelf, SourceShelf]:
    names = {"leg": LEG, "top": TOP, "table": TABLE}
    return {at(names[name]): SourceShelf(available=units, on_hand=units) for name, units in available.items()}


def shelves_that_cost(**bases: CostBasis | None) -> dict[Shelf, SourceShelf]:
    """Shelves with as many units as their basis is of, ten without one."""
    found = shelves(**{name: basis.units if basis else 10 for name, basis in bases.items()})
    names = dict(zip(bases, found, strict=True))
    return {names[name]: found[names[name]]._replace(basis=basis) for name, basis in bases.items()}


PLENTY = shelves(leg=1000, top=1000, table=1000)


def made(units: int = 5, **more: Any) -> WorkOrder:
    draft = WorkDraft(**{"sku": TABLE, "warehouse": "main", "units": units, **more})
    return drafted("WO-1", draft, components_of(TABLE, PRODUCTS), ADA, AT)


def submitting(order: WorkOrder, found: Mapping[Shelf, SourceShelf] = PLENTY) -> WorkChange:
    return submit(order, Submission(PRODUCTS, found, 2, lambda number: f"WO-{number}"), ADA, AT)


def submitted(units: int = 5, **more: Any) -> WorkOrder:
    return submitting(made(units, **more)).order


def reporting(
    order: WorkOrder, done: int = 0, report: str = "1", found: Mapping[Shelf, SourceShelf] = PLENTY, **more: Any
) -> WorkChange:
    is_counted = more.pop("is_counted", True)
    if more:
        more["reason"] = "bent"
    return report_work(order, WorkReport(report=report, done=done, **more), found, ADA, AT, is_counted=is_counted)

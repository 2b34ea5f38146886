"""Fetch a supplier's answers about purchase orders: each file once by its content, as other answers."""

from collections.abc import Callable, Sequence
from datetime import datetime

from packhorse.aws.telemetry import add_metric, logger
from packhorse.domain.errors import NotFound
from packhorse.domain.purchasing.purchase_answers import PurchaseRow, Terms, with_rows
from packhorse.domain.purchasing.purchase_order import PurchaseOrder
from packhorse.domain.supply.answer_layout import PurchaseAnswerLayout
from packhorse.domain.supply.answers import RowFault
from packhorse.domain.supply.received import FileKind
from packhorse.domain.supply.supplier import Supplier, author_of
from packhorse.files.answers.purchase_sheet import PurchaseReading, read_purchase_answers
from packhorse.store import catalogue
from packhorse.store.purchases import PURCHASES
from packhorse.suppliers.exchange import Fetched
from packhorse.usecases.change_purchase import change_purchase
from packhorse.usecases.read_folder import Layouts, Outcome, Place, read_layouts, read_once
from packhorse.usecases.refused_rows import open_refused
from packhorse.usecases.report_file import RowReport, as_errors, store_report


def fetch_purchase_answers(supplier: Supplier, now: datetime, remaining: Callable[[], float]) -> bool:
    """Read the files that are whole, in the folder of each layout; return whether none is left for the next call.

    Raises Rejected with what failed, once all else is read.
    """

    def read(place: Place, layout: PurchaseAnswerLayout, file: Fetched) -> Outcome:
        def apply(reading: PurchaseReading) -> bool:
            report = apply_reading(supplier, layout, reading)
            store_report(place.received(file, now), report)
            open_refused(place.received(file, now), report, report.errors, now)
            return True

        return read_once(place, file, lambda content: read_purchase_answers(content, layout), apply, now)

    layouts = Layouts(FileKind.PURCHASE_ANSWERS, "purchases ", supplier.purchasing.answers)
    return read_layouts(supplier, layouts, read, now, remaining)


def apply_reading(supplier: Supplier, layout: PurchaseAnswerLayout, reading: PurchaseReading) -> RowReport:
    """Apply what a file says, each purchase order in one change; return the report of its rows."""
    names = {ours: theirs for theirs, ours in catalogue.skus_of_supplier(supplier.id).items()}
    terms = Terms(names, layout.counts_cases, supplier.purchasing.price_tolerance_percent)
    groups: dict[str, list[PurchaseRow]] = {}
    for row in reading.answers:
        groups.setdefault(row.purchase_order.upper(), []).append(row)
    faults = [fault for name, rows in groups.items() for fault in apply_rows(supplier, name, rows, terms)]
    errors = [*reading.errors, *as_errors(faults, {row.row: row.purchase_order for row in reading.answers})]
    applied = {row.row for row in reading.answers} - {error.row for error in errors}
    logger.info("answers about purchase orders read", extra={"supplier": supplier.id, "rows": reading.rows})
    add_metric("PurchaseAnswers", len(applied))
    return RowReport(reading.rows, len(applied), errors, reading.warnings)


def apply_rows(supplier: Supplier, name: str, rows: Sequence[PurchaseRow], terms: Terms) -> Sequence[RowFault]:
    """Apply the rows about one purchase order; return the faults of those that do not fit it."""
    faults: list[RowFault] = []

    def step(order: PurchaseOrder, who: str, at: datetime) -> PurchaseOrder:
        after, faults[:] = with_rows(order, rows, terms, who, at)
        return after

    try:
        is_theirs = PURCHASES.get(name).supplier == supplier.id
    except NotFound:
        is_theirs = False
    if not is_theirs:
        return [RowFault(row.row, "purchase_order", f"“{name[:40]}” was not ordered here") for row in rows]
    change_purchase(name, step, author_of(supplier.id))
    return faults

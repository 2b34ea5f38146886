"""Fetch a supplier's answers about purchase orders: each file once by its content, as other answers.

The report of a file is stored before it changes anything. Killed in between, the file is read again: a purchase order
that it has changed stays as it is, whatever people changed of it since, and its rows are reported as they were.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from packhorse.aws.telemetry import add_metric, logger
from packhorse.domain.purchasing.purchase_answers import PurchaseAnswerTerms, with_file
from packhorse.domain.purchasing.purchase_order import PurchaseOrder
from packhorse.domain.purchasing.purchase_rows import PurchaseRow
from packhorse.domain.supply.answer_layout import PurchaseAnswerLayout
from packhorse.domain.supply.answers import RowFault
from packhorse.domain.supply.received import FileKind, ReceivedFile
from packhorse.domain.supply.supplier import Supplier, author_of
from packhorse.files.answers.purchase_sheet import PurchaseReading, read_purchase_answers
from packhorse.store import catalogue
from packhorse.store.purchases import PURCHASES
from packhorse.suppliers.exchange import Fetched
from packhorse.usecases.suppliers.read_folder import (
    FileOutcome,
    FolderRead,
    Layouts,
    SupplierFolder,
    read_layouts,
    read_once,
)
from packhorse.usecases.suppliers.refused_rows import awaited_purchases, open_refused
from packhorse.usecases.suppliers.report_file import RowReport, as_errors, by_row, read_report, store_report
from packhorse.usecases.supply.change_purchase import answer_purchase

Faults = Mapping[str, Sequence[RowFault]]
"""Rows that do not fit, by the number of the purchase order that they are about."""


class PurchaseAnswerFile(NamedTuple):
    """A file, whose it is, and how its rows are read."""

    supplier: Supplier
    file: ReceivedFile
    terms: PurchaseAnswerTerms

    @property
    def who(self) -> str:
        """In whose name it changes purchase orders."""
        return author_of(self.supplier.id)


def fetch_purchase_answers(supplier: Supplier, now: datetime, remaining: Callable[[], float]) -> FolderRead:
    """Read the files that are whole, in the folder of each layout; return how far that came in all of them."""

    def read(place: SupplierFolder, layout: PurchaseAnswerLayout, file: Fetched) -> FileOutcome:
        def apply(reading: PurchaseReading) -> bool:
            apply_reading(supplier, layout, place.received(file, now), reading, now)
            return True

        return read_once(place, file, lambda content: read_purchase_answers(content, layout), apply, now)

    layouts = Layouts(FileKind.PURCHASE_ANSWERS, "purchases ", supplier.purchasing.answers)
    return read_layouts(supplier, layouts, read, now, remaining)


def apply_reading(
    supplier: Supplier, layout: PurchaseAnswerLayout, file: ReceivedFile, reading: PurchaseReading, now: datetime
) -> None:
    """Apply what a file says, each purchase order in one change, and store the report of its rows."""
    names = {ours: theirs for theirs, ours in catalogue.skus_of_supplier(supplier.id).items()}
    source = PurchaseAnswerFile(
        supplier, file, PurchaseAnswerTerms(names, layout.counts_cases, supplier.purchasing.price_tolerance_percent)
    )
    groups: dict[str, list[PurchaseRow]] = {}
    for row in reading.answers:
        groups.setdefault(row.purchase_order.upper(), []).append(row)
    orders = PURCHASES.find(filter(PURCHASES.may_name, sorted(set(reading.named.values()))))
    wrong = {name: not_answered(orders.get(name), supplier, rows) for name, rows in groups.items()}
    expected = {
        name: faults_expected(source, orders[name], rows, now) for name, rows in groups.items() if not wrong[name]
    }
    report = report_of(file, reading, {**wrong, **expected}, orders)
    store_report(file, report)
    done = {name: apply_rows(source, name, groups[name], faults) for name, faults in expected.items()}
    if done != expected:  # a purchase order was changed meanwhile
        report = report_of(file, reading, {**wrong, **done}, orders)
        store_report(file, report)
    open_refused(file, report, report.errors, now)
    logger.info("answers about purchase orders read", extra={"supplier": supplier.id, "rows": reading.rows})
    add_metric("PurchaseAnswers", report.applied)


def not_answered(order: PurchaseOrder | None, supplier: Supplier, rows: Sequence[PurchaseRow]) -> list[RowFault]:
    """Return a fault for each row about a purchase order that files of this supplier do not answer."""
    if order is None or order.supplier != supplier.id:
        wrong = f"“{rows[0].purchase_order[:40]}” was not ordered here"
        return [RowFault(row.row, "purchase_order", wrong) for row in rows]
    return []


def faults_expected(
    source: PurchaseAnswerFile, order: PurchaseOrder, rows: Sequence[PurchaseRow], now: datetime
) -> list[RowFault]:
    """Return the rows that do not fit a purchase order: those of the report, where an earlier reading changed it."""
    if source.file.id not in order.answer_files:
        return with_file(order, source.file.id, rows, source.terms, source.who, now)[1]
    numbers = {row.row for row in rows}
    return [
        RowFault(each.row, each.column, each.message)
        for each in read_report(source.file).errors
        if each.row is not None and each.row in numbers
    ]


def apply_rows(
    source: PurchaseAnswerFile, name: str, rows: Sequence[PurchaseRow], expected: Sequence[RowFault]
) -> list[RowFault]:
    """Apply the rows about one purchase order, unless an earlier reading did; return those that do not fit it."""
    faults = list(expected)

    def step(order: PurchaseOrder, who: str, at: datetime) -> PurchaseOrder:
        if source.file.id in order.answer_files:
            return order
        after, faults[:] = with_file(order, source.file.id, rows, source.terms, who, at)
        return after

    answer_purchase(name, step, source.who)
    return faults


def report_of(
    file: ReceivedFile, reading: PurchaseReading, faults: Faults, orders: Mapping[str, PurchaseOrder]
) -> RowReport:
    """Return the report of a file; `orders` are those that it names, as they were before."""
    found = [fault for each in faults.values() for fault in each]
    errors = by_row([*reading.errors, *as_errors(found, reading.named)])
    applied = {row.row for row in reading.answers} - {error.row for error in errors}
    awaited = awaited_purchases(file, reading.named, orders, {error.row for error in errors})
    return RowReport(reading.rows, len(applied), errors, reading.warnings, awaited_purchases=awaited)

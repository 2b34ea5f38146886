"""Store the report of a file from a supplier: what of its rows was not applied, and what was noted about others."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from pydantic import TypeAdapter

from packhorse.aws.bucket import read_payload, store_file
from packhorse.domain.errors import NotNow
from packhorse.domain.schema import Reader, stamped
from packhorse.domain.supply.answers import RowFault
from packhorse.domain.supply.received import ReceivedFile
from packhorse.domain.values import OrderId, Value
from packhorse.files.csvfile.cells import guarded
from packhorse.files.rows import RowError
from packhorse.store import supplier_files

MOST_LISTED = 1000
"""Rows that the report lists at most; the CSV file has all."""


class AwaitedFulfilment(Value):
    """A fulfilment order whose end settles refused rows; if one may say that it has shipped, that of all its `units`.

    Reports of older code do not say whether one may, and of which units.
    """

    order: OrderId
    fulfilment: int
    may_have_shipped: bool = True
    units: Mapping[str, int] = {}


class RowReport(NamedTuple):
    """The rows of a file: how many it has and how many were applied, errors in others, warnings about the applied.

    `awaited` are the fulfilment orders, and `awaited_purchases` the purchase orders, whose end settles the errors; None
    if only a person settles them.
    """

    rows: int
    applied: int
    errors: Sequence[RowError]
    warnings: Sequence[RowError] = ()
    awaited: tuple[AwaitedFulfilment, ...] | None = None
    awaited_purchases: tuple[str, ...] | None = None


class ReportedRow(Value):
    """A row that was refused, or noted; `about` is the order or sku that it names."""

    row: int | None
    about: str | None = None
    column: str | None
    message: str


class FileReport(Value):
    """The report of a file, as it is stored; `failed_rows` is the key of the CSV file with all of its rows.

    `awaited` are the fulfilment orders, and `awaited_purchases` the purchase orders, whose end ends the exception about
    refused rows; None if a person ends it.
    """

    errors: tuple[ReportedRow, ...] = ()
    errors_left_out: int = 0
    warnings: tuple[ReportedRow, ...] = ()
    warnings_left_out: int = 0
    failed_rows: str | None = None
    awaited: tuple[AwaitedFulfilment, ...] | None = None
    awaited_purchases: tuple[str, ...] | None = None


REPORT = Reader(TypeAdapter(FileReport))


def as_errors(faults: Iterable[RowFault], about: Mapping[int, str]) -> list[RowError]:
    """Return faults as errors of rows; `about` is what the rows name, by their numbers."""
    return [RowError(fault.row, about.get(fault.row), fault.column, fault.message) for fault in faults]


def by_row(errors: Iterable[RowError]) -> list[RowError]:
    """Return errors in the order of their rows, after those of the whole file."""
    return sorted(errors, key=lambda error: error.row or 0)


def report_key(supplier: str, file_id: str, ending: str) -> str:
    """Return the key of a report in the bucket."""
    return f"reports/suppliers/{supplier}/{file_id}.{ending}"


def store_report(file: ReceivedFile, report: RowReport) -> ReceivedFile:
    """Store the report of a file, and the file with its counts; return that."""
    counted = file.replace(
        rows=report.rows,
        applied=report.applied,
        refused=len({each.row for each in report.errors}),
        noted=len(report.warnings),
    )
    failed_rows = None
    if report.errors or report.warnings:
        failed_rows = store_file(report_key(file.supplier, file.id, "csv"), as_csv(report), "text/csv")
    stored = FileReport(
        errors=_listed(report.errors),
        errors_left_out=max(0, len(report.errors) - MOST_LISTED),
        warnings=_listed(report.warnings),
        warnings_left_out=max(0, len(report.warnings) - MOST_LISTED),
        failed_rows=failed_rows,
        awaited=report.awaited,
        awaited_purchases=report.awaited_purchases,
    )
    content = stamped(stored.model_dump_json()).encode()
    store_file(report_key(file.supplier, file.id, "json"), content, "application/json")
    supplier_files.save_file(counted)
    return counted


def _listed(found: Sequence[RowError]) -> tuple[ReportedRow, ...]:
    return tuple(ReportedRow(**each._asdict()) for each in found[:MOST_LISTED])


def read_report(file: ReceivedFile) -> FileReport:
    """Return the report of a file; an empty one if it has none, or that is not kept any more."""
    try:
        return REPORT.read(read_payload(report_key(file.supplier, file.id, "json")))
    except NotNow:
        return FileReport()


def as_csv(report: RowReport) -> bytes:
    """Return all errors and warnings as CSV, after a byte order mark, without which Excel does not detect UTF-8."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(("Row", "Severity", "About", "Column", "Reason"))
    for severity, found in (("error", report.errors), ("warning", report.warnings)):
        for each in found:
            rows.writerow(
                (each.row or "", severity, *(guarded(text or "") for text in (each.about, each.column, each.message)))
            )
    return text.getvalue().encode("utf-8-sig")

"""An upload: a CSV file of any kind, with the checkpoint from which another invocation continues."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import chain, takewhile
from typing import Annotated, Any, NamedTuple

from packhorse.domain.schema import ByName
from packhorse.domain.values import Instant, Value, iso
from packhorse.files.csvfile.cells import folded
from packhorse.files.csvfile.encoding import Unreadable
from packhorse.files.csvfile.layout import Layout
from packhorse.files.csvfile.output import REASON
from packhorse.files.csvfile.records import Position
from packhorse.files.orders import order_sheet
from packhorse.files.orders.columns import names_in
from packhorse.files.orders.exports import export_of
from packhorse.files.orders.order_rows import Drop
from packhorse.files.orders.survey import Survey
from packhorse.files.purchasing import sheet as purchase_sheet
from packhorse.files.put_file import File, UploadKind
from packhorse.files.rows import RowError
from packhorse.files.stock import stock_sheet
from packhorse.files.stock.stock_rows import DecidedRows

MAX_NUMBERED = 10_000
"""Rejected rows whose numbers a report has, the first ones."""
MAX_REPORTED_ERRORS = 1000
"""Most errors of a report, and most warnings."""
START = Position(0, 0)
StoredError = Annotated[RowError, ByName()]


class ReportTerms(NamedTuple):
    """What the reports on files of a kind have: columns, the field an error is about, counts, the column of reasons."""

    columns: Callable[[tuple[str, ...]], Mapping[str, str]]
    about: str
    counted: tuple[str, ...]
    reasons: str


COUNTED = ("accepted", "duplicate", "rejected")
TERMS = {
    UploadKind.ORDERS: ReportTerms(names_in, "order_number", COUNTED, REASON),
    UploadKind.STOCK: ReportTerms(
        lambda _header: stock_sheet.STOCK_COLUMNS_BY_NAME,
        "sku",
        ("changed", "unchanged", "rejected"),
        stock_sheet.REASONS,
    ),
    UploadKind.PURCHASES: ReportTerms(
        lambda _header: purchase_sheet.PURCHASES.by_name, "reference", COUNTED, purchase_sheet.REASONS
    ),
    UploadKind.RECEIPTS: ReportTerms(
        lambda _header: purchase_sheet.RECEIPTS.by_name, "receipt", COUNTED, purchase_sheet.REASONS
    ),
}


class UploadState(StrEnum):
    """State of an upload. One that is done may have rejected orders; one that failed could not be read."""

    READING = "reading"
    DONE = "done"
    FAILED = "failed"


class Phase(StrEnum):
    """The next phase of an upload."""

    SURVEY = "survey"
    FIRST_READING = "first_reading"
    SECOND_READING = "second_reading"
    REPORT = "report"


class UploadCounts(Value):
    """Orders or rows counted so far, by result; `parts` are the stored pieces of the report."""

    accepted: int = 0
    duplicate: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    errors: int = 0
    warnings: int = 0
    parts: int = 0


class Midway(Value):
    """Checkpoint within a batch of stock rows: the last row that is applied or rejected, and the errors up to it.

    `unread` are the rows that could not be read, with the moment at which they would have been applied.
    """

    row: int = 0
    errors: tuple[StoredError, ...] = ()
    unread: Mapping[int, Instant] = {}


class Upload(Value):
    """An upload and its checkpoint; `known` are the orders of the next batch that existed before any of it was sent.

    `claimed` are those that another upload sends. `midway` is the checkpoint within the next batch of stock rows;
    `continuations` counts the invocations that left the rest to another. `ahead` are the orders that were sent in the
    present `window`: the next one begins once these are routed.
    """

    id: str
    file: File
    kind: UploadKind = UploadKind.ORDERS
    channel: str | None
    state: UploadState = UploadState.READING
    phase: Phase = Phase.SURVEY
    position: Annotated[Position, ByName()] = START
    layout: Annotated[Layout, ByName()] | None = None
    survey: Annotated[Survey, ByName()] = Survey(0, 0, 0)
    counts: UploadCounts = UploadCounts()
    known: tuple[str, ...] | None = None
    claimed: tuple[str, ...] = ()
    midway: Midway = Midway()
    problems: tuple[StoredError, ...] = ()
    started_at: Instant
    finished_at: Instant | None = None
    revision: int = 0
    continuations: int = 0
    window: int = 0
    ahead: int = 0

    @classmethod
    def of(cls, file: File, now: datetime) -> "Upload":
        """Return a new upload."""
        return cls(id=file.upload_id, file=file, kind=file.kind, channel=file.channel, started_at=now)

    @property
    def is_over(self) -> bool:
        """Whether it has its report."""
        return self.state is not UploadState.READING

    @property
    def goes_on_by_batches(self) -> bool:
        """Whether one more batch is enough to reach the next checkpoint."""
        return self.phase is Phase.FIRST_READING or (self.phase is Phase.SECOND_READING and self.position != START)

    @property
    def sends_orders(self) -> bool:
        """Whether its next batch sends orders."""
        return self.kind is UploadKind.ORDERS and self.phase in {Phase.FIRST_READING, Phase.SECOND_READING}

    @property
    def terms(self) -> ReportTerms:
        """The terms of its report."""
        return TERMS[self.kind]

    @property
    def who(self) -> str:
        """The name of the upload in timelines and movements."""
        return f"csv:{self.id}"

    @property
    def sheet(self) -> Layout:
        """The layout that the survey found."""
        if self.layout is None:
            raise ValueError("not surveyed yet")
        return self.layout

    @property
    def errors_left(self) -> int:
        """How many more errors the report has room for."""
        return max(0, MAX_REPORTED_ERRORS - self.counts.errors)

    @property
    def warnings_left(self) -> int:
        """How many more warnings the report has room for."""
        return max(0, MAX_REPORTED_ERRORS - self.counts.warnings)

    @property
    def failed_sheet(self) -> Layout:
        """The layout of its rejected rows, without their reasons."""
        return stock_sheet.dated_sheet(self.sheet) if self.kind is UploadKind.STOCK else self.sheet

    def drop(
        self, channels: Collection[str], currency: str | None, warehouses: Collection[str], time_zone: str
    ) -> Drop:
        """Return the data of the file that every order of it needs."""
        return Drop(
            channel=self.channel,
            channels=frozenset(channels),
            uploaded_at=self.file.put_at,
            currency=currency,
            decimal_comma=self.sheet.delimiter in ";\t",
            warehouses=frozenset(warehouses),
            time_zone=time_zone,
            source=self.who,
        )

    def surveyed(self, layout: Layout, survey: Survey) -> "Upload":
        """Return the upload after its survey, ready for the first reading."""
        return self.replace(layout=layout, survey=survey, position=layout.start, phase=Phase.FIRST_READING)

    def on_to(self, phase: Phase) -> "Upload":
        """Return the upload at the beginning of a phase."""
        return self.replace(phase=phase, position=START)

    def warnings_of(self, batch: order_sheet.OrderBatch) -> tuple[RowError, ...]:
        """Return the warnings about the orders of a batch that count as accepted."""
        passed_over = {*(self.known or ()), *self.claimed}
        accepted = (order.order_id for order in batch.orders if order.order_id not in passed_over)
        return tuple(chain.from_iterable(batch.warnings[order] for order in accepted))

    def after(self, batch: order_sheet.OrderBatch) -> "Upload":
        """Return the upload after a batch of orders, which is sent or rejected."""
        duplicate = sum(order.order_id in {*(self.known or ()), *self.claimed} for order in batch.orders)
        warnings = self.warnings_of(batch)
        counts = UploadCounts(
            accepted=self.counts.accepted + len(batch.orders) - duplicate,
            duplicate=self.counts.duplicate + duplicate,
            rejected=self.counts.rejected + batch.rejected,
            errors=self.counts.errors + len(batch.errors),
            warnings=self.counts.warnings + len(warnings),
            parts=self.counts.parts + bool(batch.failed or warnings),
        )
        sent = sum(order.order_id not in (self.known or ()) for order in batch.orders)
        ahead = self.ahead + sent
        return self.replace(counts=counts, position=batch.after, known=None, claimed=(), ahead=ahead)

    def in_window(self, window: int) -> "Upload":
        """Return the upload with nothing sent yet in a window."""
        return self.replace(window=window, ahead=0)

    def within(self, step: DecidedRows, unread: Mapping[int, datetime]) -> "Upload":
        """Return the upload after some rows of a batch of stock rows; `unread` are those that could not be read."""
        midway = Midway(
            row=step.row, errors=(*self.midway.errors, *step.errors), unread={**self.midway.unread, **unread}
        )
        counts = self.counts.replace(
            changed=self.counts.changed + len(step.movements),
            unchanged=self.counts.unchanged + step.unchanged,
            rejected=self.counts.rejected + step.rejected,
        )
        return self.replace(counts=counts, midway=midway)

    def after_rows(self, batch: stock_sheet.StockBatch, warnings: Sequence[RowError] = ()) -> "Upload":
        """Return the upload after a whole batch of stock rows."""
        errors = self.midway.errors
        counts = self.counts.replace(
            errors=self.counts.errors + len(errors),
            warnings=self.counts.warnings + len(warnings),
            parts=self.counts.parts + bool(errors or warnings),
        )
        return self.replace(counts=counts, position=batch.after, midway=Midway())

    def after_document(self, counted: Mapping[str, int], errors: Sequence[RowError]) -> "Upload":
        """Return the upload after the rows of one more purchase order or delivery."""
        added = {name: getattr(self.counts, name) + units for name, units in counted.items()}
        added |= {"errors": self.counts.errors + len(errors), "parts": self.counts.parts + bool(errors)}
        position = self.position._replace(offset=self.position.offset + 1)
        return self.replace(counts=self.counts.replace(**added), position=position)

    def unreadable(self, error: Unreadable) -> "Upload":
        """Return the upload ready for a report that says why the file, or the rest of it, could not be read."""
        wrong = [RowError(None, None, each.field, each.message) for each in error.errors]
        problems = (*self.midway.errors, *(wrong or [RowError(None, None, None, str(error))]))
        return self.on_to(Phase.REPORT).replace(problems=problems, known=None, claimed=(), midway=Midway())

    def finished(self, now: datetime) -> "Upload":
        """Return the upload as finished, with its report stored."""
        state = UploadState.FAILED if self.problems else UploadState.DONE
        return self.replace(state=state, finished_at=now)

    def report(
        self,
        errors: Sequence[RowError],
        warnings: Sequence[RowError] = (),
        numbers: Sequence[int | None] = (),
    ) -> dict[str, Any]:
        """Return the report for the merchant; `numbers` are those of the rejected rows, up to the first None."""
        terms = self.terms
        header = self.layout.header if self.layout else ()
        read = set(self.layout.columns(terms.columns(header)).values()) if self.layout else set()
        ignored = [
            name
            for index, name in enumerate(header)
            if index not in read and folded(name) not in {folded(terms.reasons), ""}
        ]
        export = export_of(header) if self.kind is UploadKind.ORDERS else None
        counted = self.counts.model_dump(include=set(terms.counted))
        return {
            "id": self.id,
            "kind": self.kind,
            "file": self.file.key,
            "channel": self.channel,
            "state": self.state,
            "rows": sum(counted.values()) if self.kind is UploadKind.STOCK else self.survey.rows,
            self.kind: counted,
            "errors": [_error_entry(error, terms.about) for error in errors],
            "errors_left_out": len(self.problems) + self.counts.errors - len(errors),
            "warnings": [_error_entry(warning, terms.about) for warning in warnings],
            "warnings_left_out": self.counts.warnings - len(warnings),
            "failed_rows": failed_rows_key(self.id) if self.counts.errors else None,
            "failed_row_numbers": list(takewhile(lambda number: number is not None, numbers[:MAX_NUMBERED])),
            "encoding": self.layout.codec if self.layout else None,
            "export": export.name if export else None,
            "ignored_columns": ignored,
            "uploaded_at": iso(self.file.put_at),
            "finished_at": iso(self.finished_at) if self.finished_at else None,
        }


def _error_entry(error: RowError, about: str) -> dict[str, Any]:
    return {"row": error.row, about: error.about, "column": error.column, "message": error.message}


def report_key(upload_id: str) -> str:
    """Return the key of the report."""
    return f"reports/{upload_id}.json"


def failed_rows_key(upload_id: str) -> str:
    """Return the key of the rejected rows."""
    return f"reports/{upload_id}.failed.csv"

"""Answers of suppliers: each row of a file parsed to what it says, or to all errors in it."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple, TypeVar

from packhorse.domain.orders.rejection import RejectReason
from packhorse.domain.supply.answer_layout import AnswerField, AnswerLayout, FeedLayout, Meaning
from packhorse.domain.supply.answers import AnswerRow, Reference, RowReference
from packhorse.domain.supply.feeds import FeedRow, FeedSku
from packhorse.domain.supply.layout import FileFormat
from packhorse.domain.supply.patterns import read_when
from packhorse.files.answers.csv_table import csv_table
from packhorse.files.answers.parsed_cells import ParsedCells, meaning_of
from packhorse.files.answers.table import Cells, FileRow, check_required
from packhorse.files.answers.tree_table import tree_table
from packhorse.files.cells import quote_cell
from packhorse.files.rows import RowError

T = TypeVar("T")
MAX_TRACKING = 255
MAX_PARTS = 1000
_SEVERAL = re.compile(r"[;,|]")
REFERENCES = (AnswerField.FULFILMENT, AnswerField.ORDER, AnswerField.PURCHASE_ORDER)
"""By what a row names its fulfilment order, as `Reference` has it."""
_JOINED = (
    *REFERENCES,
    AnswerField.LINE,
    AnswerField.SKU,
    AnswerField.SUPPLIER_SKU,
    AnswerField.QUANTITY,
    AnswerField.TRACKING,
)


class AnswerReading(NamedTuple):
    """What the rows of a file say; rows with errors say nothing, those with warnings do.

    `references` are how rows, also those with errors, name their fulfilment order, as far as that can be read.
    """

    rows: int
    answers: tuple[AnswerRow, ...]
    errors: tuple[RowError, ...] = ()
    warnings: tuple[RowError, ...] = ()
    references: tuple[RowReference, ...] = ()


class FeedReading(NamedTuple):
    """The rows of a stock feed, and the errors in others; `unread` is how those name their products."""

    rows: int
    found: tuple[FeedRow, ...]
    errors: tuple[RowError, ...] = ()
    warnings: tuple[RowError, ...] = ()
    unread: tuple[FeedSku, ...] = ()

    @property
    def has_unread_sku(self) -> bool:
        """Whether the sku of a row could not be read: it may be of any product."""
        return FeedSku() in self.unread


def read_answers(content: bytes, layout: AnswerLayout) -> AnswerReading:
    """Return what a supplier's file says.

    Raises Unreadable if it cannot be read as a whole, Unfinished if a part of it is missing yet.
    """
    rows = file_rows(content, layout)
    answers: list[AnswerRow] = []
    errors: list[RowError] = []
    warnings: list[RowError] = []
    references: list[RowReference] = []
    for row in rows:
        parts = _separated(row, layout, errors)
        references += [] if parts else _references(ParsedCells(row.number, row.cells), layout)
        for cells in parts:
            parsed = ParsedCells(row.number, cells)
            answer = _answer(parsed, layout)
            errors += parsed.errors
            warnings += () if parsed.errors else parsed.warnings
            said = [answer] if answer and not parsed.errors and answer.meaning is not Meaning.IGNORED else []
            answers += said
            references += [RowReference(row.number, each.reference, each.meaning is Meaning.SHIPPED) for each in said]
            references += _references(ParsedCells(row.number, cells), layout) if parsed.errors else []
    return AnswerReading(len(rows), tuple(answers), tuple(errors), tuple(warnings), tuple(references))


def read_feed(content: bytes, layout: FeedLayout) -> FeedReading:
    """Return the quantities in a supplier's stock feed; raises as `read_answers` does."""
    rows = file_rows(content, layout)
    found: list[FeedRow] = []
    errors: list[RowError] = []
    warnings: list[RowError] = []
    unread: list[FeedSku] = []
    for row in rows:
        parsed = ParsedCells(row.number, row.cells)
        if row.problem:
            errors.append(parsed.error(None, row.problem))
            unread.append(FeedSku())
            continue
        sku, supplier_sku = (parsed.code(field) for field in (AnswerField.SKU, AnswerField.SUPPLIER_SKU))
        quantity = parsed.available()
        if not parsed.errors and not (sku or supplier_sku):
            parsed.fail(AnswerField.SKU, "is missing")
        if not parsed.errors and quantity is None:
            parsed.fail(AnswerField.QUANTITY, "is blank, which is not zero")
        errors += parsed.errors
        unread += [FeedSku(sku, supplier_sku)] if parsed.errors else []
        if not parsed.errors and quantity is not None:
            found.append(FeedRow(row.number, sku, supplier_sku, quantity))
            warnings += parsed.warnings
    return FeedReading(len(rows), tuple(found), tuple(errors), tuple(warnings), tuple(unread))


def file_rows(content: bytes, layout: AnswerLayout) -> tuple[FileRow, ...]:
    """Return the rows of a file, whatever its format; raises Unreadable and Unfinished."""
    table = csv_table(content, layout) if layout.format is FileFormat.CSV else tree_table(content, layout)
    return tuple(check_required(row, layout.columns) for row in table.rows)


def _references(parsed: ParsedCells, layout: AnswerLayout) -> list[RowReference]:
    """Return how a row names its fulfilment orders, as far as that can be read: several in one cell are all meant.

    What has no meaning that can be read may say anything.
    """
    may_have_shipped = meaning_of(parsed, layout) in (None, Meaning.SHIPPED)
    names = [_names(parsed.code(name), layout.joined_by) for name in REFERENCES]
    many = max(map(len, names))
    if all(len(each) in {1, many} for each in names):
        as_many = (each if len(each) == many else each * many for each in names)
        meant = [Reference(*each) for each in zip(*as_many, strict=True)]
    else:  # which of one cell belongs to which of another cannot be read
        by_field = zip(REFERENCES, names, strict=True)
        meant = [Reference(**{field: each}) for field, cell in by_field for each in cell if each]
    return [RowReference(parsed.number, each, may_have_shipped) for each in meant]


def _names(cell: str, joined_by: str | None) -> list[str]:
    parts = cell.split(joined_by) if joined_by else _SEVERAL.split(cell)
    return [part.strip() for part in parts if part.strip()] or [""]


def _separated(row: FileRow, layout: AnswerLayout, errors: list[RowError]) -> list[Cells]:
    """Return the cells of a row, or of each of the parts that are joined in it; none, and an error, if they differ."""
    parsed = ParsedCells(row.number, row.cells)
    if row.problem:
        errors.append(parsed.error(None, row.problem))
        return []
    if not (joint := layout.joined_by):
        return [row.cells]
    if too_many := [name for name in _JOINED if row.cells.get(name, "").count(joint) >= MAX_PARTS]:
        errors.append(parsed.error(too_many[0], f"has more than {MAX_PARTS} parts joined by {joint}"))
        return []
    parts = {name: [part.strip() for part in row.cells.get(name, "").split(joint)] for name in _JOINED}
    many = max(map(len, parts.values()))
    if wrong := [name for name, each in parts.items() if len(each) not in {1, many}]:
        counted = len(parts[wrong[0]])
        errors.append(parsed.error(wrong[0], f"has {counted} parts joined by {joint}, another cell {many}"))
        return []
    return [
        {**row.cells, **{name: each[place] if len(each) > 1 else each[0] for name, each in parts.items()}}
        for place in range(many)
    ]


def _answer(parsed: ParsedCells, layout: AnswerLayout) -> AnswerRow | None:
    named = Reference(*(_reference(parsed, name) for name in REFERENCES))
    if not parsed.errors and not any(named):
        parsed.fail(next((name for name in REFERENCES[1:] if name in layout.fields), REFERENCES[0]), "is missing")
    meaning = meaning_of(parsed, layout)
    quantity = parsed.quantity()
    if quantity == 0 and meaning is not Meaning.ACKNOWLEDGED and not parsed.errors:
        parsed.warn(AnswerField.QUANTITY, "is 0: the row changes nothing")
        return None
    fields = {
        "reason": parsed.words(AnswerField.REASON),
        "cause": _cause(parsed, layout.reasons),
        "line": parsed.code(AnswerField.LINE),
        "sku": parsed.code(AnswerField.SKU),
        "supplier_sku": parsed.code(AnswerField.SUPPLIER_SKU),
        "carrier": _carrier(parsed, layout.carriers),
        "tracking": parsed.code_of_number(AnswerField.TRACKING, MAX_TRACKING),
        "shipped_at": _moment(parsed, layout),
    }
    if parsed.errors or meaning is None:
        return None
    return AnswerRow(
        row=parsed.number,
        meaning=meaning,
        fulfilment=named.fulfilment,
        order=named.order,
        purchase_order=named.purchase_order,
        quantity=quantity,
        **fields,
    )


def _reference(parsed: ParsedCells, field: AnswerField) -> str:
    found = parsed.code(field)
    if len([part for part in _SEVERAL.split(found) if part.strip()]) > 1:
        parsed.fail(field, f"{quote_cell(found)} names several orders in one row: set joined_by in the layout")
        return ""
    return found


def _cause(parsed: ParsedCells, reasons: Mapping[str, RejectReason]) -> RejectReason:
    """Return what a row says of the stock, by its reason or else its status: nothing if neither is in the table."""
    table = _by_words(reasons)
    said = (_words(parsed.cells.get(field, "")) for field in (AnswerField.REASON, AnswerField.STATUS))
    return next((table[text] for text in said if text in table), RejectReason.OTHER)


def _carrier(parsed: ParsedCells, carriers: Mapping[str, str]) -> str:
    """Return our name of a carrier; one that the table does not have stays as it is."""
    cell = parsed.words(AnswerField.CARRIER)
    table = _by_words(carriers)
    if cell and carriers and _words(cell) not in table and cell not in carriers.values():
        parsed.warn(AnswerField.CARRIER, f"{quote_cell(cell)} is not in the table of carriers: kept as it is")
    return table.get(_words(cell), cell)


def _by_words(table: Mapping[str, T]) -> dict[str, T]:
    return {_words(key): value for key, value in table.items()}


def _words(text: str) -> str:
    """Return a text as it is looked up in a table of the layout: without regard to case and blanks."""
    return " ".join(text.split()).casefold()


def _moment(parsed: ParsedCells, layout: AnswerLayout) -> Any:
    """Return the moment or the day on which a parcel left.

    A date in another pattern is left out with a warning, since it only decorates.
    """
    cell = parsed.cells.get(AnswerField.SHIPPED_AT, "")
    if not cell:
        return None
    try:
        return read_when(cell, layout.date, layout.time_zone)
    except ValueError as error:
        parsed.warn(AnswerField.SHIPPED_AT, f"{error}; it was left out")
        return None

"""What a supplier's file says of a purchase order, row by row: confirmed, changed, refused, on its way."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from packhorse.domain.errors import FieldError, NotNow, Rejected
from packhorse.domain.money import Money
from packhorse.domain.plural import plural
from packhorse.domain.purchasing.drop_ship_prices import with_stated_price
from packhorse.domain.purchasing.line_names import LineName, called, line_named
from packhorse.domain.purchasing.purchase_line import PurchaseLine
from packhorse.domain.purchasing.purchase_order import PurchaseOrder
from packhorse.domain.purchasing.purchase_rows import NamedRow, PurchaseRow, added_up, at_highest_prices, in_sequence
from packhorse.domain.purchasing.refusing import check_late, refused_by
from packhorse.domain.purchasing.steps import (
    MAX_ANSWER,
    AnsweredLine,
    SupplierAnswer,
    check_answer,
    with_answer,
    with_answers,
)
from packhorse.domain.supply.answers import RowFault
from packhorse.domain.values import Sku

MOST_FILES = 10
"""Files that a purchase order keeps as those that changed it: one that was not finished is read again soon."""


NAMED_ALIKE = ("line", "sku", "supplier_sku", "status", "quantity", "unit_cost")
COLUMNS = {"refused": "quantity", **{name: name for name in NAMED_ALIKE}}
"""The columns of files by the fields of rows, and of an answer that a person enters."""


class PurchaseAnswerTerms(NamedTuple):
    """How rows are read: the supplier's skus by ours, quantities in cases, and by how much a price may differ."""

    names: Mapping[Sku, str]
    counts_cases: bool
    tolerance_percent: int


def with_rows(
    order: PurchaseOrder, rows: Iterable[PurchaseRow], terms: PurchaseAnswerTerms, who: str, at: datetime
) -> tuple[PurchaseOrder, list[RowFault]]:
    """Return the purchase order after the rows that fit it, and a fault for each other one.

    Neither their sequence nor the same rows again change anything: refused units are a total, never fewer than before.
    """
    faults: list[RowFault] = []
    named = []
    for row in rows:
        with _faulted(row, faults):
            named.append(_named(order, row, terms))
    after = order
    for each in at_highest_prices(list(added_up(in_sequence(named)))):
        with _faulted(each.row, faults):
            after = _with_named(after, each, terms, who, at)
    # Rows about one line that say different things, read again, say them one after the other again.
    is_changed = after.lines != order.lines
    return after if is_changed else order, sorted(faults, key=lambda fault: fault.row)


def _with_named(
    order: PurchaseOrder, named: NamedRow, terms: PurchaseAnswerTerms, who: str, at: datetime
) -> PurchaseOrder:
    if order.ships:
        return with_stated_price(order, named, _price_of(named.row, order), who, at)
    for line in named.lines:
        order = _with_row(order, line, named.row, terms, who, at)
    return order


@contextmanager
def _faulted(row: PurchaseRow, faults: list[RowFault]) -> Iterator[None]:
    """Record each fault for which what is done inside refuses a row."""
    try:
        yield
    except Rejected as error:
        of_fields = error.errors or (FieldError("", str(error)),)
        faults += (RowFault(row.row, _column_of(each), each.message) for each in of_fields)
    except NotNow as error:
        faults.append(RowFault(row.row, "purchase_order", str(error)))


def _column_of(error: FieldError) -> str | None:
    """Return the column that has what a fault is about: of `lines.0.refused` the quantity."""
    return next((COLUMNS[part] for part in error.field.split(".") if part in COLUMNS), None)


def with_file(
    order: PurchaseOrder, file_id: str, rows: Iterable[PurchaseRow], terms: PurchaseAnswerTerms, who: str, at: datetime
) -> tuple[PurchaseOrder, list[RowFault]]:
    """Return the purchase order after the rows of a file, as `with_rows` does, and with the file if that changed it."""
    after, faults = with_rows(order, rows, terms, who, at)
    if after == order:
        return order, faults
    return after.replace(answer_files=(*order.answer_files, file_id)[-MOST_FILES:]), faults


def _named(order: PurchaseOrder, row: PurchaseRow, terms: PurchaseAnswerTerms) -> NamedRow:
    """Return a row with the lines that it speaks of, in units; raises Rejected for one that was not ordered.

    That is also so for a price that is no amount of the currency.
    """
    wrong = _price_faults(row, order)
    try:
        named = _with_lines(order, row, terms)
    except Rejected as error:
        raise Rejected(str(error), [*error.errors, *wrong]) from error
    if wrong:
        raise Rejected("no price", wrong)
    return named


def _with_lines(order: PurchaseOrder, row: PurchaseRow, terms: PurchaseAnswerTerms) -> NamedRow:
    name = LineName(row.line, row.sku, row.supplier_sku)
    if name.line:  # skus that we do not know say nothing: the line is named by its number
        known = {field: sku for field, sku in name.skus if called(order, field, sku, terms.names)}
        name = LineName(name.line, **known)
    if any(name):
        line = line_named(order, name, terms.names)
        has_cases = terms.counts_cases and row.quantity is not None
        return NamedRow(row.replace(quantity=(row.quantity or 0) * line.case_pack) if has_cases else row, (line,))
    if row.quantity is not None or row.unit_cost is not None:
        raise Rejected("no line", [FieldError("line", "a quantity or a price needs a line or a sku")])
    return NamedRow(row, order.lines)


def _with_row(
    order: PurchaseOrder, named: PurchaseLine, row: PurchaseRow, terms: PurchaseAnswerTerms, who: str, at: datetime
) -> PurchaseOrder:
    line = order.line(named.id) or named
    price = _price_of(row, order)
    refused = refused_by(line, row)
    if not line.open and refused == line.refused:
        check_late(order, line, row)
        if price in (None, line.unit_cost, line.offered):
            return order
    is_near = price is None or _is_near(price, line.agreed_cost, terms.tolerance_percent)
    said = AnsweredLine(
        line=line.id,
        refused=refused if refused != line.refused else None,
        unit_cost=price if is_near and price != line.unit_cost else None,
        expected_on=row.expected_on,
        reason=_said(line, row, refused, price) or None,
    )
    check_answer(order, SupplierAnswer(lines=(said,)))
    after = with_answer(line, said)
    after = after.replace(
        agreed=line.agreed_cost if after.unit_cost != line.agreed_cost else None,
        offered=(None if is_near else price) if price else after.offered,
        delivery=row.delivery or after.delivery,
    )
    return with_answers(order, [after], who, at)


def _price_of(row: PurchaseRow, order: PurchaseOrder) -> Money | None:
    try:
        return None if row.unit_cost is None else Money.of(str(row.unit_cost), order.currency)
    except ValueError as error:
        raise Rejected("no price", [FieldError("unit_cost", str(error))]) from error


def _price_faults(row: PurchaseRow, order: PurchaseOrder) -> tuple[FieldError, ...]:
    try:
        _price_of(row, order)
    except Rejected as error:
        return error.errors
    return ()


def _is_near(price: Money, ordered: Money, percent: int) -> bool:
    return abs(price.minor - ordered.minor) * 100 <= ordered.minor * percent


def _said(line: PurchaseLine, row: PurchaseRow, refused: int, price: Money | None) -> str:
    """Return what the supplier says that differs from what was ordered, with its reason."""
    before = line.unit_cost if price == line.agreed_cost else line.agreed_cost
    priced = f"{price.amount} instead of {before.amount}" if price and price != before else ""
    says = refused > line.refused or priced or row.reason
    units = f"{line.ordered - refused} of {plural(line.ordered, 'unit')}" if refused and says else ""
    return ", ".join(filter(None, (units, priced, row.reason)))[:MAX_ANSWER]

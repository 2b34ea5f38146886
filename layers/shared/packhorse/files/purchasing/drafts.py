"""The rows of a purchase order in a file, as the draft that they make."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import ValidationError

from packhorse.domain.errors import FieldError
from packhorse.domain.purchasing.drafting import PurchaseDraft, PurchaseReferences, case_fault
from packhorse.domain.purchasing.purchase_order import MAX_LINES, PurchaseOrder, PurchaseState
from packhorse.domain.validation import faults_of
from packhorse.files.cells import parse_currency, quote_cell
from packhorse.files.purchasing.cells import REQUIRED_OF_PURCHASES, purchase_readers
from packhorse.files.rows import Row, RowError, read_cells

TERMS = ("supplier", "warehouse", "currency", "reference", "note", "internal_note")
"""What all rows of a purchase order say alike, or some of them only."""
CASES = ("case_pack", "minimum")


class DraftedRows(NamedTuple):
    """The draft of a purchase order, or all errors in its rows and what of it they name all the same."""

    draft: PurchaseDraft | None
    errors: tuple[RowError, ...] = ()
    named: PurchaseReferences = PurchaseReferences(None, None, ())


def draft_of(rows: Sequence[Row], currency: str | None, decimal_comma: bool) -> DraftedRows:
    """Return the draft that the rows make; `currency` is that of rows which name none."""
    given_once = {name: next((row.cells[name] for row in rows if row.cells.get(name)), "") for name in TERMS}
    read = [(row, *_values(row, given_once, currency, decimal_comma)) for row in rows]
    wrong = [RowError(row.number, about(row), *each) for row, _, errors in read for each in errors.items()]
    wrong += [RowError(row.number, about(row), None, row.problem) for row in rows if row.problem]
    if len(rows) > MAX_LINES:
        text = f"the purchase order has {len(rows)} lines, and at most {MAX_LINES} are possible: make two of it"
        wrong.append(RowError(rows[0].number, about(rows[0]), None, text))
    values = [(row, found) for row, found, _ in read]
    wrong += [*_contradictions(values), *_case_faults(read)]
    terms = {name: _first(name, values) for name in TERMS}
    named = PurchaseReferences(
        terms["supplier"], terms["warehouse"], tuple(found.get("sku", "") for _, found in values)
    )
    if wrong:
        return DraftedRows(None, tuple(wrong), named)
    given = {name: value for name, value in terms.items() if value is not None}
    given.setdefault("currency", currency)
    try:
        draft = PurchaseDraft.model_validate({**given, "lines": [_without_terms(found) for _, found in values]})
    except ValidationError as error:
        return DraftedRows(None, tuple(row_errors(rows, faults_of(error))), named)
    return DraftedRows(draft)


def differences(rows: Sequence[Row], draft: PurchaseDraft, made: PurchaseOrder) -> Iterator[RowError]:
    """Yield an error for each row that says another thing than the purchase order that has its reference.

    A row that is not there takes nothing away. A price may be that of any time: the supplier's, or the agreed one.
    """
    what = "edit that draft" if made.state is PurchaseState.NEW else "enter there what changed"
    todo = f"{what}, or use another reference for other goods"
    if draft.warehouse != made.warehouse:
        text = f"{made.id} has this reference, and is for {made.warehouse}: {todo}"
        yield RowError(rows[0].number, about(rows[0]), "warehouse", text)
    for row, wanted in zip(rows, draft.lines, strict=True):
        line = next((each for each in made.lines if each.sku == wanted.sku), None)
        if line is None:
            text = f"{made.id} has this reference, and no {wanted.sku}: {todo}"
            yield RowError(row.number, about(row), "sku", text)
            continue
        if wanted.ordered != line.ordered:
            text = f"{made.id} has this reference, and orders {line.ordered}, not {wanted.ordered}: {todo}"
            yield RowError(row.number, about(row), "ordered", text)
        if wanted.unit_cost not in (line.unit_cost, line.agreed_cost, line.offered):
            costs = f"{line.unit_cost.amount} {line.unit_cost.currency}, not {wanted.unit_cost.amount}"
            text = f"{made.id} has this reference, and a price of {costs}: {todo}"
            yield RowError(row.number, about(row), "unit_cost", text)


def about(row: Row) -> str | None:
    """Return the reference of a row, as its report names it."""
    return row.cells.get("reference", "")[:100] or None


def row_errors(rows: Sequence[Row], faults: Iterable[FieldError]) -> Iterator[RowError]:
    """Yield faults of a draft as errors of its rows: that of a line in its row, any other in the first one."""
    for fault in faults:
        path = fault.field.split(".")
        is_of_line = path[0] == "lines" and len(path) > 1 and path[1].isdigit() and int(path[1]) < len(rows)
        row = rows[int(path[1])] if is_of_line else rows[0]
        column = (path[2] if len(path) > 2 else None) if is_of_line else path[0] if path[0] in TERMS else None
        yield RowError(row.number, about(row), column, fault.message)


def _values(
    row: Row, given_once: Mapping[str, str], currency: str | None, decimal_comma: bool
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the values of a row and what is wrong; what another row of its purchase order gives may lack."""
    try:
        said = row.cells.get("currency") or given_once["currency"]
        named = parse_currency(said) if said else currency
    except ValueError:
        named = currency  # the currency itself is named as wrong
    required = [name for name in REQUIRED_OF_PURCHASES if not given_once.get(name) or name == "reference"]
    return read_cells(row.cells, purchase_readers(named, decimal_comma), required)


def _contradictions(values: Sequence[tuple[Row, dict[str, Any]]]) -> Iterator[RowError]:
    for name in TERMS:
        if name == "reference":  # rows are grouped by it, however it is written
            continue
        first = _first(name, values)
        for row, found in values:
            if name in found and found[name] != first:
                text = f"{quote_cell(str(found[name]))} contradicts {quote_cell(str(first))} of an earlier row"
                yield RowError(row.number, about(row), name, text)


def _case_faults(read: Iterable[tuple[Row, dict[str, Any], dict[str, str]]]) -> Iterator[RowError]:
    """Yield an error for each row that orders no whole cases, as far as these could be read."""
    for row, found, errors in read:
        if "ordered" not in found or not errors.keys().isdisjoint(CASES):
            continue
        if fault := case_fault(**{name: found[name] for name in ("ordered", *CASES) if name in found}):
            yield RowError(row.number, about(row), "ordered", fault)


def _first(name: str, values: Sequence[tuple[Row, dict[str, Any]]]) -> Any:
    return next((found[name] for _, found in values if name in found), None)


def _without_terms(found: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if name not in TERMS}

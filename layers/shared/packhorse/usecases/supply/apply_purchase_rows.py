"""Apply files of purchase orders and of receipts, document by document.

What is done twice after a crash is done once: a purchase order is made once for its supplier and reference, a line of a
receipt counts once. What this upload did itself is counted as accepted, also by a later invocation.
"""

from collections.abc import Callable, Container, Iterable
from itertools import chain
from typing import NamedTuple

from pydantic import ValidationError

from packhorse.domain.errors import NotFound, NotNow, Rejected
from packhorse.domain.purchasing.drafting import PurchaseDraft
from packhorse.domain.purchasing.line_names import names_exactly
from packhorse.domain.purchasing.purchase_line import PurchaseLine
from packhorse.domain.purchasing.purchase_order import PurchaseOrder
from packhorse.domain.purchasing.receipts import records_of
from packhorse.domain.purchasing.receiving import PurchaseReceipt
from packhorse.domain.validation import faults_of
from packhorse.domain.values import Sku
from packhorse.files.cells import as_compared
from packhorse.files.purchasing.arrivals import ReceiptRow, arrived_in, line_of_cells, receipt_row
from packhorse.files.purchasing.drafts import about, differences, draft_of, row_errors
from packhorse.files.purchasing.sheet import Group
from packhorse.files.put_file import UploadKind
from packhorse.files.rows import Row, RowError
from packhorse.files.upload import Upload
from packhorse.store import catalogue
from packhorse.store.purchase_references import named_by
from packhorse.store.purchases import PURCHASES
from packhorse.usecases.supply.change_purchase import create_purchase, receive_purchase, reference_errors

MAY_BE_OF = "row {row} may be a part of this {document}: correct it, and give all rows of the {document} again"


class Applied(NamedTuple):
    """What became of a document's rows: counts of purchase orders, or of rows of receipts, and the errors."""

    accepted: int = 0
    duplicate: int = 0
    rejected: int = 0
    errors: tuple[RowError, ...] = ()


def apply_purchase(group: Group, upload: Upload, currency: str | None) -> Applied:
    """Draft the purchase order of these rows; one bad row rejects it whole, and so does one that may be of it."""
    found = draft_of(group.rows, currency, upload.sheet.delimiter in ";\t")
    if found.draft is None:
        of_named = row_errors(group.rows, reference_errors(found.named))
        return Applied(rejected=1, errors=_in_order((*found.errors, *of_named)))
    if group.unsure:
        text = MAY_BE_OF.format(row=group.unsure, document="purchase order")
        return Applied(rejected=1, errors=(RowError(group.rows[0].number, about(group.rows[0]), None, text),))
    request = f"csv#{found.draft.supplier}#{found.draft.reference}"
    try:
        made = named_by(found.draft) or PURCHASES.made_by(request)
        known = PURCHASES.get(made) if made else _numbered(found.draft)
        order = known or create_purchase(found.draft, request, upload.who)
    except Rejected as error:
        wrong = _in_order(row_errors(group.rows, error.errors))
        return Applied(rejected=1, errors=wrong or (RowError(group.rows[0].number, request, None, str(error)),))
    if wrong := tuple(differences(group.rows, found.draft, order)):
        return Applied(rejected=1, errors=wrong)
    is_ours = order.timeline[0].who == upload.who
    return Applied(accepted=1) if is_ours else Applied(duplicate=1)


def _numbered(draft: PurchaseDraft) -> PurchaseOrder | None:
    """Return the supplier's purchase order whose number the reference is, as our own files have it without another."""
    number = draft.reference.upper()
    found = PURCHASES.find(filter(PURCHASES.may_name, [number])).get(number)
    return found if found and found.supplier == draft.supplier else None


def apply_receipt(group: Group, upload: Upload, _: str | None) -> Applied:
    """Receive the rows of a delivery, each line on its own: its rows add up, and a bad one rejects them all.

    A row that may be of any line of the delivery rejects the delivery: its units would not count once it is corrected,
    as those of a line count once.
    """
    named = group.rows[0].cells.get("purchase_order", "").strip().upper()
    namesakes = {name.upper(): row for name, row in group.namesakes.items()}
    known = PURCHASES.find(filter(PURCHASES.may_name, [named, *namesakes]))
    unsure = group.unsure or next((row for name, row in namesakes.items() if name not in known), 0)
    accepted = duplicate = 0
    order = known.get(named)
    lines, errors = _by_line(group, order, unsure) if order else ([], _without_order(group))
    for line in lines:
        done = _receive(line, upload)
        accepted, duplicate = accepted + done.accepted, duplicate + done.duplicate
        errors += done.errors
    return Applied(accepted, duplicate, len({error.row for error in errors}), _in_order(errors))


def _in_order(errors: Iterable[RowError]) -> tuple[RowError, ...]:
    return tuple(sorted(errors, key=lambda error: error.row or 0))


class DeliveredLine(NamedTuple):
    """The rows of a delivery about one line of a purchase order."""

    order: PurchaseOrder
    line: PurchaseLine
    rows: list[ReceiptRow]

    def errors(self, column: str | None, message: str) -> list[RowError]:
        """Return an error of each row."""
        return [row.error(column, message) for row in self.rows]


def _without_order(group: Group) -> list[RowError]:
    rows = map(receipt_row, group.rows)
    absent = "there is no purchase order “{}”"
    each_of = (
        (row.error("purchase_order", absent.format(row.purchase_order)),) if isinstance(row, ReceiptRow) else row
        for row in rows
    )
    return list(chain.from_iterable(each_of))


def _by_line(group: Group, order: PurchaseOrder, unsure: int) -> tuple[list[DeliveredLine], list[RowError]]:
    """Return the rows of a delivery by line, and the errors of those that are rejected.

    `unsure` is a row of the file that may be of any line, 0 without one.
    """
    errors: list[RowError] = []
    found: dict[str, DeliveredLine] = {}
    wrong: dict[str, int] = {}
    others = _other_products(group, order)
    for row in group.rows:
        read = _read(row, order, others)
        if isinstance(read, DeliveredLine):
            found.setdefault(read.line.id, read._replace(rows=[])).rows.extend(read.rows)
            continue
        errors += read
        if _is_of_another_product(row, others):
            continue
        if line := line_of_cells(row, order):
            wrong.setdefault(line.id, row.number)
        else:
            unsure = unsure or row.number
    for name in wrong.keys() & found.keys():
        text = f"row {wrong[name]} about the same line is rejected: correct it, and give all rows of the line again"
        errors += found.pop(name).errors(None, text)
    if unsure:
        text = f"row {unsure} may be about the same line: correct it, and give all rows of the delivery again"
        return [], [*errors, *chain.from_iterable(each.errors(None, text) for each in found.values())]
    return list(found.values()), errors


def _read(row: Row, order: PurchaseOrder, others: Container[str]) -> DeliveredLine | tuple[RowError, ...]:
    """Return the line that a row is about, with the row alone, or all errors in it."""
    parsed = receipt_row(row)
    if not isinstance(parsed, ReceiptRow):
        return parsed
    try:
        return DeliveredLine(order, parsed.line_in(order, others), [parsed])
    except Rejected as error:
        return tuple(parsed.error(*each) for each in error.errors)


def _is_of_another_product(row: Row, others: Container[str]) -> bool:
    """Return whether a row is about a product of ours that was not ordered, so that it can be of no line."""
    return _sku_of(row) in others and not row.cells.get("line")


def _other_products(group: Group, order: PurchaseOrder) -> frozenset[str]:
    """Return the skus in a delivery that are products of ours, and of no line as they are written (capitals)."""
    skus = set(map(_sku_of, group.rows))
    known = catalogue.find_products(Sku(sku) for sku in skus if sku and not names_exactly(order, sku))
    return frozenset(known)


def _sku_of(row: Row) -> str:
    return as_compared(row.cells.get("sku", ""))


def _receive(delivered: DeliveredLine, upload: Upload) -> Applied:
    """Receive what all rows about a line say together; return what became of them."""
    order, line, rows = delivered
    receipt = rows[0].receipt
    try:
        arrived = PurchaseReceipt.model_validate({"receipt": receipt, "lines": [arrived_in(rows, line)]})
    except ValidationError as error:
        faults = faults_of(error)
        wrong = (delivered.errors(each.field.rpartition(".")[2], each.message) for each in faults)
        return Applied(errors=tuple(chain.from_iterable(wrong)))
    except ValueError as error:
        return Applied(errors=tuple(delivered.errors("replaced", str(error))))
    try:
        after = receive_purchase(order.id, arrived, upload.who)
    except Rejected as error:
        messages = [each.message for each in error.errors] or [str(error)]
        return Applied(errors=tuple(chain.from_iterable(delivered.errors(None, each) for each in messages)))
    except (NotNow, NotFound) as error:
        return Applied(errors=tuple(delivered.errors("purchase_order", str(error))))
    is_ours = _is_by(after, receipt, line.id, upload.who)
    return Applied(accepted=len(rows)) if is_ours else Applied(duplicate=len(rows))


def _is_by(order: PurchaseOrder, receipt: str, line: str, who: str) -> bool:
    return any(each.who == who for each in records_of(order.receipts, receipt, line))


APPLY: dict[UploadKind, Callable[[Group, Upload, str | None], Applied]] = {
    UploadKind.PURCHASES: apply_purchase,
    UploadKind.RECEIPTS: apply_receipt,
}

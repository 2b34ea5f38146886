"""Apply files of purchase orders and of receipts, document by document.

What is done twice after a crash is done once: a purchase order is made once for its supplier and reference, a line of a
receipt counts once. What this upload did itself is counted as accepted, also by a later invocation.
"""

from collections.abc import Callable
from typing import NamedTuple

from pydantic import ValidationError

from packhorse.domain.errors import NotFound, NotNow, Rejected
from packhorse.domain.purchasing import receiving
from packhorse.domain.purchasing.purchase_order import PurchaseOrder
from packhorse.domain.purchasing.receipts import spelled
from packhorse.domain.purchasing.receiving import PurchaseReceipt
from packhorse.domain.validation import faults_of
from packhorse.files.purchasing.arrivals import ReceiptRow, receipt_row
from packhorse.files.purchasing.drafts import draft_of, row_errors
from packhorse.files.purchasing.sheet import Group
from packhorse.files.rows import RowError
from packhorse.files.upload import Upload, UploadKind
from packhorse.store.purchase_references import named_by
from packhorse.store.purchases import PURCHASES
from packhorse.usecases.change_purchase import change_purchase, create_purchase


class Applied(NamedTuple):
    """What became of a document's rows: counts of purchase orders, or of rows of receipts, and the errors."""

    accepted: int = 0
    duplicate: int = 0
    rejected: int = 0
    errors: tuple[RowError, ...] = ()


def apply_purchase(group: Group, upload: Upload, currency: str | None) -> Applied:
    """Draft the purchase order of these rows; one bad row rejects it whole."""
    found = draft_of(group.rows, currency, upload.sheet.delimiter in ";\t")
    if found.draft is None:
        return Applied(rejected=1, errors=found.errors)
    request = f"csv#{found.draft.supplier}#{found.draft.reference}"
    try:
        made = PURCHASES.made_by(request) or named_by(found.draft)
        order = PURCHASES.get(made) if made else create_purchase(found.draft, request, upload.who)
    except Rejected as error:
        wrong = tuple(row_errors(group.rows, error.errors))
        return Applied(rejected=1, errors=wrong or (RowError(group.rows[0].number, request, None, str(error)),))
    return Applied(accepted=1) if order.timeline[0].who == upload.who else Applied(duplicate=1)


def apply_receipt(group: Group, upload: Upload, _: str | None) -> Applied:
    """Receive the rows of a delivery, each on its own."""
    counts = {"accepted": 0, "duplicate": 0, "rejected": 0}
    errors: list[RowError] = []
    for row in group.rows:
        parsed = receipt_row(row)
        wrong = parsed if not isinstance(parsed, ReceiptRow) else _receive(parsed, upload, counts)
        counts["rejected"] += bool(wrong)
        errors += wrong
    return Applied(**counts, errors=tuple(errors))


def _receive(row: ReceiptRow, upload: Upload, counts: dict[str, int]) -> tuple[RowError, ...]:
    """Receive a row and count it; return the errors that reject it."""
    order = PURCHASES.find([row.purchase_order]).get(row.purchase_order)
    if order is None:
        return (row.error("purchase_order", f"there is no purchase order “{row.purchase_order}”"),)
    try:
        line = row.line_in(order)
    except Rejected as error:
        return tuple(row.error(*each) for each in error.errors)
    try:
        arrived = PurchaseReceipt.model_validate({"receipt": row.receipt, "lines": [row.arrived(line)]})
    except ValidationError as error:
        return tuple(row.error(each.field.rpartition(".")[2], each.message) for each in faults_of(error))
    try:
        after = change_purchase(order.id, lambda each, who, at: receiving.receive(each, arrived, who, at), upload.who)
    except Rejected as error:
        return tuple(row.error(None, each.message) for each in error.errors) or (row.error(None, str(error)),)
    except (NotNow, NotFound) as error:
        return (row.error("purchase_order", str(error)),)
    counts["accepted" if _is_by(after, row.receipt, line.id, upload.who) else "duplicate"] += 1
    return ()


def _is_by(order: PurchaseOrder, receipt: str, line: str, who: str) -> bool:
    own = (spelled(receipt), line, who)
    return any((spelled(each.receipt), each.line, each.who) == own for each in order.receipts)


APPLY: dict[UploadKind, Callable[[Group, Upload, str | None], Applied]] = {
    UploadKind.PURCHASES: apply_purchase,
    UploadKind.RECEIPTS: apply_receipt,
}

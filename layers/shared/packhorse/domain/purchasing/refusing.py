"""How many units of a line its supplier refuses by a row of its file, and which rows contradict a line that is over."""

from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.plural import agree, plural
from packhorse.domain.purchasing.purchase_line import PurchaseLine
from packhorse.domain.purchasing.purchase_order import PurchaseOrder, PurchaseState
from packhorse.domain.purchasing.purchase_rows import PurchaseRow
from packhorse.domain.purchasing.receipts import records_of
from packhorse.domain.supply.answer_layout import Meaning


def refused_by(line: PurchaseLine, row: PurchaseRow) -> int:
    """Return how many units of a line the supplier refuses in all; raises Rejected if it confirms too many."""
    if row.meaning is Meaning.REJECTED:
        said = line.refused + line.open if row.quantity is None else row.quantity
        return max(line.refused, said) if line.open else line.refused
    if row.meaning is Meaning.ACKNOWLEDGED and row.quantity is not None:
        return _left_by_confirming(line, row.quantity)
    return line.refused


def _left_by_confirming(line: PurchaseLine, units: int) -> int:
    """Return how many units are refused where so many are confirmed, of those that were requested last.

    A confirmation of exactly what is still to come confirms that, also where a part has come.
    """
    requested = line.requested
    confirmed = f"{plural(units, 'unit')} of {line.sku} {agree(units, 'is', 'are')} confirmed"
    if units > line.ordered:
        raise _wrong("quantity", f"{confirmed}, and {line.ordered} {agree(line.ordered, 'was', 'were')} ordered")
    if requested.units < units < line.ordered:
        verb = agree(requested.units, "was", "were")
        raise _wrong("quantity", f"{confirmed}, and {requested.units} {verb} to come: enter the answer")
    in_all = requested.refused + max(0, requested.units - units)
    if line.refused == in_all or units == line.open:
        return line.refused
    closed = max(0, line.closed - requested.closed)  # these do not come whatever is confirmed
    refused = max(requested.refused, in_all - closed)
    if refused < line.refused:
        verb = agree(line.refused, "was", "were")
        before = f"{line.refused} {verb} refused before: enter the answer if these come after all"
        raise _wrong("quantity", f"{confirmed}, and {before}")
    return refused if line.open else line.refused


def check_late(order: PurchaseOrder, line: PurchaseLine, row: PurchaseRow) -> None:
    """Raise Rejected where a row about a line of which nothing is open contradicts what became of it.

    One that only says late what has come contradicts nothing.
    """
    if _contradicts(order, line, row):
        gone = f"{plural(line.refused, 'unit')} refused, {line.closed} closed"
        raise _wrong("status", f"nothing of {line.sku} in purchase order {order.id} is still to come: {gone}")


def _wrong(column: str, message: str) -> Rejected:
    return Rejected("the row does not fit the purchase order", [FieldError(column, message)])


def _contradicts(order: PurchaseOrder, line: PurchaseLine, row: PurchaseRow) -> bool:
    """Return whether a row cannot be true of its line, or of all lines if it names none; of open ones it can."""
    is_named = row.names_line
    about = (line,) if is_named else order.lines
    if any(each.open for each in about):
        return False
    refused, closed = sum(each.refused for each in about), sum(each.closed for each in about)
    has_arrived = any(each.has_arrived for each in about)
    if row.meaning is Meaning.REJECTED:
        return not refused + closed
    if order.state is PurchaseState.CANCELLED:
        return True
    if row.meaning is Meaning.SHIPPED and is_named:
        return bool(refused + closed) and not _has_come(order, line, row)
    if closed and is_named:
        return not line.acknowledged
    return row.quantity is None and bool(refused + closed) and not has_arrived


def _has_come(order: PurchaseOrder, line: PurchaseLine, row: PurchaseRow) -> bool:
    """Return whether a shipping notice is about what has come: by its number, or without one by its units."""
    if row.delivery:
        return bool(records_of(order.receipts, row.delivery, line.id))
    return line.has_arrived and (row.quantity or 0) <= line.came + line.all_rejected + line.surplus

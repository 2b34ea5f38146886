"""Rows of a supplier's file that were not applied: one exception for the file, and what ends it.

A row is settled once the fulfilment order that it names has ended, by another file or by a person: nothing is left of
which the row could speak. One that may say that units have left is settled only once each unit that it may be about is
in a parcel of that fulfilment order, or its supplier says that it does not ship it: what others took from the
supplier may go out twice. A later row that can be read settles nothing by itself, since it may be about other units.
One that may mean several is settled with the last of them. So only a person settles a row that names no fulfilment
order, or only such that had ended before the file came. A row about a purchase order is settled in the same way, once
that is received, closed or cancelled.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from operator import attrgetter

from packhorse.domain.batching import batched
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.parcel import units_of
from packhorse.domain.plural import agree, plural
from packhorse.domain.problem import Cause, Problem, Subject
from packhorse.domain.purchasing.purchase_order import PurchaseOrder
from packhorse.domain.purchasing.state import OVER
from packhorse.domain.supply.answers import Reference, RowReference
from packhorse.domain.supply.received import FileKind, ReceivedFile
from packhorse.domain.supply.supplier import author_of
from packhorse.domain.supply.unread import has_shipped
from packhorse.files.answers.answer_sheet import AnswerReading
from packhorse.files.rows import RowError
from packhorse.store import exceptions, orders, supplier_files
from packhorse.store.purchases import PURCHASES
from packhorse.usecases.suppliers.named_fulfilments import NamedFulfilment
from packhorse.usecases.suppliers.report_file import AwaitedFulfilment, FileReport, RowReport, read_report

MOST_QUOTED = 5
"""Rows that an exception quotes at most."""
MOST_AWAITED = 5000
"""Fulfilment orders that a report names at most: a file with more is sent again as a whole, and a person dismisses."""
ORDERS_A_READ = 100


def awaited_for(
    reading: AnswerReading, named: Mapping[Reference, Sequence[NamedFulfilment]], refused: Collection[int | None]
) -> tuple[AwaitedFulfilment, ...] | None:
    """Return the fulfilment orders whose end settles the refused rows; None if only a person can settle them."""
    references: dict[int | None, set[RowReference]] = defaultdict(set)
    for each in reading.references:
        references[each.row].add(each)
    may_have_shipped: dict[NamedFulfilment, bool] = {}
    for number in refused:
        if not references[number]:
            return None
        for row in references[number]:
            meant = _meant_by(row, named[row.reference])
            if not meant:
                return None
            for found in meant:
                may_have_shipped[found] = may_have_shipped.get(found, False) or row.may_have_shipped
    if len(may_have_shipped) > MOST_AWAITED:
        return None
    return tuple(
        AwaitedFulfilment(
            order=each.order_id,
            fulfilment=each.number,
            may_have_shipped=may_have_shipped[each],
            units=units_of(each.units),
        )
        for each in sorted(may_have_shipped, key=attrgetter("order_id", "number"))
    )


def awaited_purchases(
    file: ReceivedFile, named: Mapping[int, str], found: Mapping[str, PurchaseOrder], refused: Collection[int | None]
) -> tuple[str, ...] | None:
    """Return the purchase orders whose end settles the refused rows; None if only a person can settle them.

    `named` are those that rows name, and `found` those that exist, as they were before the file was read.
    """
    meant = {named.get(row, "") if row else "" for row in refused}
    return tuple(sorted(meant)) if all(_is_awaited_of(file, found.get(name)) for name in meant) else None


def _is_awaited_of(file: ReceivedFile, order: PurchaseOrder | None) -> bool:
    if order is None or order.supplier != file.supplier or order.ships:
        return False
    return order.state not in OVER or file.id in order.answer_files


def _meant_by(row: RowReference, found: Sequence[NamedFulfilment]) -> Sequence[NamedFulfilment]:
    """Return the fulfilment orders of which a row may speak; none if all had ended before."""
    open_ones = [each for each in found if each.is_open]
    return found if open_ones and row.may_have_shipped else open_ones


def open_refused(file: ReceivedFile, report: RowReport, refused: Sequence[RowError], now: datetime) -> None:
    """Open the exception about rows of a file that were not applied; a file is one, however often it is read."""
    if not refused:
        return
    count = len({each.row for each in refused})
    quoted = [f"row {each.row or '?'}, {each.column or 'all'}: {each.message}" for each in refused[:MOST_QUOTED]]
    is_bought = file.kind is FileKind.PURCHASE_ANSWERS
    ending = _purchases_ending(report) if is_bought else _ending(report)
    rows = f"{count} of {plural(report.rows, 'row')} {agree(count, 'was', 'were')}"
    message = f"{file.name}: {rows} not applied: {'; '.join(quoted)}"[: 2000 - len(ending)] + ending
    subject = Subject.of_file(file.supplier, file.id)
    if is_bought:
        problem = Problem(cause=Cause.PURCHASE_ROWS_REFUSED, subject=subject, message=message)
    else:
        problem = Problem(cause=Cause.SUPPLIER_ROWS_REFUSED, subject=subject, message=message)
    exceptions.open_exception(problem, now)


def are_settled(subject: Subject) -> bool:
    """Return whether what all refused rows of a file are about has ended as these may say."""
    file = supplier_files.find_file(subject.supplier, subject.file) if subject.supplier and subject.file else None
    report = read_report(file) if file else FileReport()
    if file and report.awaited is not None:
        author = author_of(file.supplier)
        return all(_have_ended(part, author) for part in batched(report.awaited, ORDERS_A_READ))
    if report.awaited_purchases is None:
        return False
    return all(order.state in OVER for order in PURCHASES.find(report.awaited_purchases).values())


def _have_ended(awaited: Sequence[AwaitedFulfilment], author: str) -> bool:
    found = orders.find_orders({each.order for each in awaited})
    return not any(_is_awaited(each, found[each.order], author) for each in awaited if each.order in found)


def _is_awaited(awaited: AwaitedFulfilment, order: Order, author: str) -> bool:
    fulfilment = order.fulfilment(awaited.fulfilment)
    if fulfilment is None:
        return False
    if awaited.may_have_shipped:
        return not has_shipped(fulfilment, awaited.units, author)
    return fulfilment.is_open


def _purchases_ending(report: RowReport) -> str:
    entered = "; enter what they mean as the answer to the purchase order"
    return f"{entered}, and dismiss this" if report.awaited_purchases is None else entered


def _ending(report: RowReport) -> str:
    if report.awaited is None:
        return "; not all of them name an open order: look at them, and dismiss this"
    if any(each.may_have_shipped for each in report.awaited):
        return "; what may have shipped stays with the supplier until its parcels are entered, or a person rejects it"
    return ""

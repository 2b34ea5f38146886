"""Rows of a supplier's file that were not applied: one exception for the file, and what ends it.

A row is settled once the fulfilment order that it names has ended, by another file or by a person: nothing is left of
which the row could speak. A later row that can be read settles nothing by itself, since it may be about other units.
So only a person settles a row that names no fulfilment order, or one that had ended before the file came.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from packhorse.domain.problem import Cause, Problem, Subject
from packhorse.domain.supply.answers import Reference
from packhorse.domain.supply.received import ReceivedFile
from packhorse.files.answers.answer_sheet import Reading
from packhorse.files.rows import RowError
from packhorse.store import exceptions, orders, supplier_files
from packhorse.usecases.named_fulfilments import Named
from packhorse.usecases.report_file import AwaitedFulfilment, RowReport, read_report

MOST_QUOTED = 5
"""Rows that an exception quotes at most."""
MOST_AWAITED = 5000
"""Fulfilment orders that a report names at most: a file with more is sent again as a whole, and a person dismisses."""
TOGETHER = 100


def awaited_for(
    reading: Reading, named: Mapping[Reference, Sequence[Named]], refused: Collection[int | None]
) -> tuple[AwaitedFulfilment, ...] | None:
    """Return the fulfilment orders whose end settles the refused rows; None if only a person can settle them."""
    references: dict[int | None, set[Reference]] = defaultdict(set)
    for row, reference in reading.references:
        references[row].add(reference)
    found: set[Named] = set()
    for number in refused:
        meant = [named[reference] for reference in references[number]]
        if not meant or any(len(each) != 1 or not each[0].is_open for each in meant):
            return None
        found.update(each[0] for each in meant)
    if len(found) > MOST_AWAITED:
        return None
    return tuple(AwaitedFulfilment(order=each.order_id, fulfilment=each.number) for each in sorted(found))


def open_refused(file: ReceivedFile, report: RowReport, refused: Sequence[RowError], now: datetime) -> None:
    """Open the exception about rows of a file that were not applied; a file is one, however often it is read."""
    if not refused:
        return
    count = len({each.row for each in refused})
    quoted = [f"row {each.row or '?'}, {each.column or 'all'}: {each.message}" for each in refused[:MOST_QUOTED]]
    ending = "" if report.awaited is not None else "; not all of them name an open order: a person dismisses this"
    message = f"{file.name}: {count} of {report.rows} rows were not applied: {'; '.join(quoted)}"
    subject = Subject.of_file(file.supplier, file.id)
    problem = Problem(
        cause=Cause.SUPPLIER_ROWS_REFUSED, subject=subject, message=message[: 2000 - len(ending)] + ending
    )
    exceptions.open_exception(problem, now)


def are_settled(subject: Subject) -> bool:
    """Return whether the fulfilment orders of all refused rows of a file have ended."""
    file = supplier_files.find_file(subject.supplier, subject.file) if subject.supplier and subject.file else None
    awaited = read_report(file).awaited if file else None
    if awaited is None:
        return False
    return all(_have_ended(awaited[first : first + TOGETHER]) for first in range(0, len(awaited), TOGETHER))


def _have_ended(awaited: Sequence[AwaitedFulfilment]) -> bool:
    found = orders.find_orders({each.order for each in awaited})
    fulfilments = (found[each.order].fulfilment(each.fulfilment) for each in awaited if each.order in found)
    return not any(each.is_open for each in fulfilments if each)

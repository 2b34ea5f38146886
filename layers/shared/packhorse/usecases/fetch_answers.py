"""Fetch a supplier's answers: each file once by its content, each fulfilment order in one change of its order.

A file is put aside after all that it says is stored. Killed in between, it is read again, and what it says of orders
that were changed already changes nothing: the order as stored decides what is new.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from packhorse.aws.bucket import store_file
from packhorse.aws.executions import answer_tokens
from packhorse.aws.telemetry import add_metric, logger
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.rejection import RejectReason
from packhorse.domain.problem import Cause, Problem, Subject
from packhorse.domain.supply.answer_layout import AnswerLayout
from packhorse.domain.supply.answering import answered, is_silent, with_silence
from packhorse.domain.supply.answers import AnswerRow, RowFault, by_reference
from packhorse.domain.supply.arrivals import is_answer
from packhorse.domain.supply.batches import Member, SupplierBatch
from packhorse.domain.supply.replies import Reply
from packhorse.domain.supply.supplier import Supplier
from packhorse.domain.values import OrderId
from packhorse.files.answers.answer_sheet import Reading, read_answers
from packhorse.files.answers.table import Unfinished
from packhorse.files.csvfile.encoding import Unreadable
from packhorse.messages.tracking import FulfilmentRejected, send_answers
from packhorse.store import exceptions, order_search, orders, supplier_work
from packhorse.suppliers import exchange
from packhorse.suppliers.exchange import Fetched
from packhorse.suppliers.protocol import FileDrop
from packhorse.usecases.change_orders import change_orders
from packhorse.usecases.connect_supplier import connect_supplier

MOST_LISTED = 4000
"""Files of a list that are compared with the next one."""
SECONDS_A_FILE = 60.0
TOGETHER = 100
FULFILMENT_ID = re.compile(r"(.+)-([1-9][0-9]{0,3})")


class Answer(NamedTuple):
    """The rows of a file about one fulfilment order."""

    order_id: OrderId
    number: int
    rows: tuple[AnswerRow, ...]
    who: str


def fetch_answers(supplier: Supplier, now: datetime, remaining: Callable[[], float]) -> None:
    """Read the files that are whole, in the folder of each layout; the next call reads the rest."""
    if not supplier.answers:
        return
    with connect_supplier(supplier) as drop:
        for place in range(len(supplier.answers)):
            fetch_layout(supplier, drop, place, now, remaining)


def fetch_layout(supplier: Supplier, drop: FileDrop, place: int, now: datetime, remaining: Callable[[], float]) -> None:
    """Read the files of one layout; those that cannot be read are one exception, until none is left."""
    layout = supplier.answers[place]
    before = supplier_work.get_listing(supplier.id, place)
    found = exchange.arrivals(drop, layout, before)
    listed = tuple(sorted(file for file in found.listed if is_answer(file.name, layout.files)))[:MOST_LISTED]
    if listed != before:
        supplier_work.save_listing(supplier.id, place, listed)
    unreadable = []
    for file in found.whole:
        if remaining() < SECONDS_A_FILE:
            return
        if problem := read_file(supplier, drop, layout, exchange.fetch(drop, layout, file), now):
            unreadable.append(f"{file.name}: {problem}")
    subject = Subject.of_supplier(supplier.id, f"folder {layout.folder} {layout.files}")
    if unreadable:
        message = f"files that cannot be read: {'; '.join(unreadable)}"
        problem_found = Problem(cause=Cause.SUPPLIER_FILE_UNREADABLE, subject=subject, message=message[:2000])
        exceptions.open_exception(problem_found, now)
    else:
        exceptions.resolve(Cause.SUPPLIER_FILE_UNREADABLE, subject)


def read_file(supplier: Supplier, drop: FileDrop, layout: AnswerLayout, file: Fetched, now: datetime) -> str:
    """Apply a file and put it aside; one that was read changes nothing. Returns why it cannot be read, if so."""
    if not supplier_work.is_read(supplier.id, file.digest):
        try:
            reading = read_answers(file.content, layout)
        except Unfinished:
            return ""
        except Unreadable as error:
            return error.in_full
        if not apply_reading(supplier, file, reading, now):
            return ""  # orders that met conflicts: the file is read again
        supplier_work.mark_read(supplier.id, file.digest, file.name, now)
    exchange.put_aside(drop, supplier, layout, file)
    return ""


def apply_reading(supplier: Supplier, file: Fetched, reading: Reading, now: datetime) -> bool:
    """Apply what a file says, and store the report of its rows; return False if orders are to be changed again."""
    answers, faults = _addressed(supplier, by_reference(reading.answers))
    replies: dict[tuple[OrderId, int], Reply] = {}

    def step(order: Order, answer: Answer) -> Change:
        done = answered(order, answer.number, answer.rows, now, answer.who)
        replies[order.id, answer.number] = done.reply
        return done.change

    def follow_up(before: Order, after: Order, done: Sequence[Answer]) -> None:
        answer_waiting(before, after, done)
        send_answers(_rejections(done, replies, f"{supplier.id} {file.digest}", now))

    for first in range(0, len(answers), TOGETHER):
        messages = {f"{place}": each for place, each in enumerate(answers[first : first + TOGETHER])}
        if change_orders(messages, step, follow_up, now):
            return False
    faults += [fault for reply in replies.values() for fault in reply.faults]
    store_report(supplier, file, reading, replies.values(), faults, now)
    about = {"supplier": supplier.id, "file": file.name, "rows": reading.rows, "faults": len(faults)}
    logger.info("answers read", extra=about)
    add_metric("SupplierAnswers", len(answers))
    return True


def answer_waiting(_: Order, after: Order, answers: Sequence[Answer]) -> None:
    """Answer the task tokens of fulfilment orders that have ended; answering again is harmless."""
    numbers = {each.number for each in answers}
    answer_tokens(each for each in after.fulfilments if each.number in numbers)


def _rejections(
    answers: Iterable[Answer], replies: Mapping[tuple[OrderId, int], Reply], report: str, now: datetime
) -> Iterator[FulfilmentRejected]:
    """Yield the rejections, for the step that routes again; the same file again counts once."""
    for answer in answers:
        rejection = replies[answer.order_id, answer.number].rejection
        if rejection:
            yield FulfilmentRejected(
                order_id=answer.order_id,
                fulfilment=answer.number,
                lines=rejection.lines,
                reason=RejectReason.OTHER,
                note=rejection.reason,
                report=report,
                who=answer.who,
                at=now,
            )


def _addressed(
    supplier: Supplier, groups: Mapping[tuple[str, str], tuple[AnswerRow, ...]]
) -> tuple[list[Answer], list[RowFault]]:
    """Return the rows by the fulfilment order that they are about, and a fault for each that names none."""
    rows: dict[tuple[OrderId, int], tuple[AnswerRow, ...]] = {}
    faults: list[RowFault] = []
    for (fulfilment, number), group in groups.items():
        found = _named(supplier, fulfilment, number)
        if len(found) == 1:
            rows[found[0]] = (*rows.get(found[0], ()), *group)
            continue
        wrong = "several fulfilment orders have this number" if found else "was not sent to this supplier"
        column = "fulfilment" if fulfilment else "order"
        faults += [RowFault(row.row, column, f"“{row.reference[:40]}” {wrong}") for row in group]
    who = f"supplier:{supplier.id}"
    return [Answer(order, number, found, who) for (order, number), found in rows.items()], faults


def _named(supplier: Supplier, fulfilment: str, number: str) -> list[tuple[OrderId, int]]:
    """Return the fulfilment orders that a row names and the supplier was sent; of several the open ones."""
    named = FULFILMENT_ID.fullmatch(fulfilment.lower()) if fulfilment else None
    ids = [OrderId(named[1])] if named else list(order_search.numbered_ids(number)) if number else []
    sent = [
        (order.id, each.number, each.is_open)
        for order in orders.find_orders(ids).values()
        for each in order.fulfilments
        if each.warehouse in supplier.warehouses
        and each.batch is not None
        and (named is None or each.number == int(named[2]))
    ]
    wanted = sent if len(sent) < 2 else [each for each in sent if each[2]]
    return [(order, place) for order, place, _ in wanted]


def store_report(
    supplier: Supplier,
    file: Fetched,
    reading: Reading,
    replies: Iterable[Reply],
    faults: Iterable[RowFault],
    now: datetime,
) -> None:
    """Store the report of a file: what of its rows was not applied, and what was noted about others."""
    warnings = [fault._asdict() for reply in replies for fault in reply.warnings]
    report = {
        "supplier": supplier.id,
        "file": file.name,
        "read_at": now.isoformat(),
        "rows": reading.rows,
        "errors": [*(each._asdict() for each in reading.errors), *(each._asdict() for each in faults)],
        "warnings": [*(each._asdict() for each in reading.warnings), *warnings],
    }
    key = f"reports/suppliers/{supplier.id}/{file.digest}.json"
    store_file(key, json.dumps(report, ensure_ascii=False).encode(), "application/json")


# ---- silence ---------------------------------------------------------------------------------------------------------


def check_silence(supplier: Supplier, now: datetime) -> None:
    """Open an exception for each fulfilment order without an answer in time, and again after as long once more."""
    limit = timedelta(hours=supplier.answers_within_hours)
    for batch in supplier_work.batches_to_check(supplier.id, now):
        stored = orders.find_orders({each.order_id for each in batch.members})
        silent = [each for each in batch.members if is_silent(stored.get(each.order_id), each.fulfilment, batch.number)]
        messages = {f"{place}": each for place, each in enumerate(silent)}
        change_orders(messages, partial(_silence, batch=batch, now=now), _nothing, now)
        supplier_work.save_batch(batch.replace(check_at=now + limit if silent else None))


def _silence(order: Order, member: Member, batch: SupplierBatch, now: datetime) -> Change:
    if not is_silent(order, member.fulfilment, batch.number):
        return Change(order)
    return Change(with_silence(order, member.fulfilment, now - (batch.sent_at or batch.created_at), now))


def _nothing(_: Order, __: Order, ___: Sequence[Member]) -> None:
    """Follow up a change that nothing follows from."""

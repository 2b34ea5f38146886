"""Fetch a supplier's answers: each file once by its content, each fulfilment order in one change of its order.

A file is put aside after all that it says is stored. Killed in between, it is read again, and what it says of orders
that were changed already changes nothing: the order as stored decides what is new.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from packhorse.aws.executions import answer_tokens
from packhorse.aws.telemetry import add_metric, logger
from packhorse.domain.batching import batched
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.rejecting import rejected_shelves
from packhorse.domain.orders.rejection import RejectReason
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.domain.stock.goods import Goods
from packhorse.domain.supply.answer_layout import NOT_SHIPPED, AnswerLayout, Meaning
from packhorse.domain.supply.answering import Known
from packhorse.domain.supply.answers import AnswerRow, Reference, RowFault, by_reference
from packhorse.domain.supply.late_parcels import taken_units
from packhorse.domain.supply.received import FileKind, ReceivedFile
from packhorse.domain.supply.reply import Reply
from packhorse.domain.supply.sent_rows import SupplierSkus
from packhorse.domain.supply.supplier import Supplier, author_of
from packhorse.domain.supply.unread import answered_as_read, answered_in_part
from packhorse.domain.values import OrderId
from packhorse.files.answers.answer_sheet import AnswerReading, read_answers
from packhorse.messages.orders import send_advance
from packhorse.store import catalogue, configuration, stock
from packhorse.suppliers.exchange import Fetched
from packhorse.usecases.operations.record_lag import record_answers
from packhorse.usecases.orders.change_orders import change_orders
from packhorse.usecases.routing.reroute import with_new_route
from packhorse.usecases.suppliers.named_fulfilments import NamedFulfilment, find_named
from packhorse.usecases.suppliers.read_folder import (
    FileOutcome,
    FolderRead,
    Layouts,
    SupplierFolder,
    read_layouts,
    read_once,
)
from packhorse.usecases.suppliers.refused_rows import awaited_for, open_refused
from packhorse.usecases.suppliers.report_file import RowReport, as_errors, by_row, store_report

MOST_ORDERS = 100
"""Orders that are changed together."""
MOST_NAMED = 5
"""Fulfilment orders that a row may mean, and that its fault names."""


class FulfilmentAnswer(NamedTuple):
    """The rows of a file about one fulfilment order.

    `is_in_part`: other rows, which may say that it shipped, could not be read.
    """

    order_id: OrderId
    number: int
    rows: tuple[AnswerRow, ...]
    who: str
    is_in_part: bool


def fetch_answers(supplier: Supplier, now: datetime, remaining: Callable[[], float]) -> FolderRead:
    """Read the files that are whole, in the folder of each layout; return how far that came in all of them."""

    def read(place: SupplierFolder, layout: AnswerLayout, file: Fetched) -> FileOutcome:
        def apply(reading: AnswerReading) -> bool:
            version = f"{file.digest} {place.source.layout_hash}"
            return apply_reading(supplier, place.received(file, now), reading, version, now)

        return read_once(place, file, lambda content: read_answers(content, layout), apply, now)

    return read_layouts(supplier, layouts_of(supplier), read, now, remaining)


def layouts_of(supplier: Supplier) -> Layouts[AnswerLayout]:
    """Return the layouts of a supplier's answers about fulfilment orders."""
    return Layouts(FileKind.ANSWERS, "", supplier.answers)


def apply_reading(supplier: Supplier, file: ReceivedFile, reading: AnswerReading, version: str, now: datetime) -> bool:
    """Apply what a file says, and store the report of its rows; return False if orders are to be changed again.

    `version` is equal for the same content that is read by the same layout.
    """
    references = {each.reference for each in reading.references} | {each.reference for each in reading.answers}
    named = find_named(supplier, file, references)
    answers, faults = _addressed(supplier, reading, named)
    names = supplier_skus(supplier, reading.answers)
    answering = _Answering(supplier, f"{supplier.id} {version}", names, configuration.current(), now)
    for part in _parts(answers):
        messages = {f"{place}": each for place, each in enumerate(part)}
        if change_orders(messages, answering.step, answering.follow_up, now):
            return False
    replies = answering.replies.values()
    faults += [fault for reply in replies for fault in reply.faults]
    report = report_of(reading, replies, faults)
    known = rows_of_exceptions(reading, replies)
    refused = [each for each in report.errors if each.row not in known]
    report = report._replace(awaited=awaited_for(reading, named, {each.row for each in refused}))
    store_report(file, report)
    open_refused(file, report, refused, now)
    about = {"supplier": supplier.id, "file": file.name, "rows": reading.rows, "faults": len(faults)}
    logger.info("answers read", extra=about)
    add_metric("SupplierAnswers", len(answers))
    record_answers(supplier.id, answering.first_answered, now)
    return True


class _Answering:
    """The answers of a file as they are applied: the replies so far, and the batches that had no answer before."""

    def __init__(
        self, supplier: Supplier, report: str, names: SupplierSkus, config: Configuration, now: datetime
    ) -> None:
        self.replies: dict[tuple[OrderId, int], Reply] = {}
        self.first_answered: set[int] = set()
        self._supplier, self._report, self._names = supplier, report, names
        self._config, self._now = config, now

    def step(self, order: Order, answer: FulfilmentAnswer) -> Change:
        """Return the change of an order by an answer; what its supplier does not ship is routed again."""
        apply = answered_in_part if answer.is_in_part else answered_as_read
        done = apply(order, answer.number, answer.rows, self._now, answer.who, self._known(order, answer))
        self.replies[order.id, answer.number] = done.reply
        return with_new_route(done.change, self._config, self._now) if done.reply.rejection else done.change

    def _known(self, order: Order, answer: FulfilmentAnswer) -> Known:
        fulfilment = fulfilment_order_of(order, answer.number)
        is_emptied = any(row.cause is RejectReason.NONE_LEFT for row in answer.rows)
        reads_stock = is_emptied or bool(taken_units(fulfilment) + fulfilment.refused)
        return Known(
            restock=self._config.restock,
            names=self._names,
            available=stock.available(rejected_shelves(order, answer.number)) if reads_stock else Goods(),
            line_names=self._supplier.line_names,
            report=self._report,
            feeds_available=self._supplier.feeds_available(fulfilment.warehouse),
        )

    def follow_up(self, before: Order, after: Order, done: Sequence[FulfilmentAnswer]) -> None:
        """Do what follows from the answers about an order once they are stored."""
        self.first_answered.update(_first_answered(before, done))
        answer_waiting(before, after, done, is_bought=self._supplier.purchasing.drop_ship)


def _first_answered(before: Order, answers: Iterable[FulfilmentAnswer]) -> Iterator[int]:
    """Yield the batches of those fulfilment orders of which the supplier had said nothing before."""
    for answer in answers:
        fulfilment = fulfilment_order_of(before, answer.number)
        if fulfilment.is_unanswered and fulfilment.batch is not None:
            yield fulfilment.batch


def answer_waiting(before: Order, after: Order, answers: Sequence[FulfilmentAnswer], *, is_bought: bool) -> None:
    """Answer the task tokens of fulfilment orders that have ended, by the answer or with it; again is harmless.

    The order is advanced if units are not shipped, which may go elsewhere now, or if purchase orders follow it.
    """
    numbers = {each.number for each in answers}
    answer_tokens(each for each in after.fulfilments if each.number in numbers or each not in before.fulfilments)
    if is_bought or any(row.meaning in NOT_SHIPPED for each in answers for row in each.rows):
        send_advance([after.id])


def _parts(answers: Iterable[FulfilmentAnswer]) -> Iterator[Sequence[FulfilmentAnswer]]:
    """Yield the answers in parts, each with one of an order: what it leaves of the stock is read for the next one."""
    seen: Counter[OrderId] = Counter()
    turns: dict[int, list[FulfilmentAnswer]] = {}
    for answer in answers:
        turns.setdefault(seen[answer.order_id], []).append(answer)
        seen[answer.order_id] += 1
    for turn in turns.values():
        yield from batched(turn, MOST_ORDERS)


def _addressed(
    supplier: Supplier, reading: AnswerReading, named: Mapping[Reference, Sequence[NamedFulfilment]]
) -> tuple[list[FulfilmentAnswer], list[RowFault]]:
    """Return the rows by the fulfilment order that they are about, and a fault for each that names none."""
    in_part = _read_in_part(reading, named)
    rows: dict[tuple[OrderId, int], tuple[AnswerRow, ...]] = dict.fromkeys(in_part, ())
    faults: list[RowFault] = []
    for reference, group in by_reference(reading.answers).items():
        found = named[reference]
        if len(found) == 1:
            key = found[0].order_id, found[0].number
            rows[key] = (*rows.get(key, ()), *group)
            continue
        wrong = _several(found) if found else "was not sent to this supplier"
        faults += [RowFault(row.row, reference.column, f"“{str(reference)[:40]}” {wrong}") for row in group]
    who = author_of(supplier.id)
    answers = [FulfilmentAnswer(*key, found, who, key in in_part) for key, found in rows.items()]
    return answers, faults


def _several(found: Sequence[NamedFulfilment]) -> str:
    """Return why a row that may mean several fulfilment orders is refused, with these."""
    meant = ", ".join(f"{each.order_id}-{each.number}" for each in found[:MOST_NAMED])
    more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    return f"may mean {meant}{more}: name the fulfilment order, or a sku or tracking number of one only"


def _read_in_part(
    reading: AnswerReading, named: Mapping[Reference, Sequence[NamedFulfilment]]
) -> list[tuple[OrderId, int]]:
    """Return the fulfilment orders that rows may say have shipped which cannot be read, or may mean several."""
    unread = {error.row for error in reading.errors}
    references = [each for each in reading.references if each.may_have_shipped]
    doubtful = (each.reference for each in references if each.row in unread or len(named[each.reference]) > 1)
    return [(each.order_id, each.number) for reference in doubtful for each in named[reference]]


def supplier_skus(supplier: Supplier, rows: Sequence[AnswerRow]) -> SupplierSkus:
    """Return the supplier's skus by ours, if rows name any sku."""
    if not any(row.sku or row.supplier_sku for row in rows):
        return {}
    return {ours: theirs for theirs, ours in catalogue.skus_of_supplier(supplier.id).items()}


def report_of(reading: AnswerReading, replies: Iterable[Reply], faults: Sequence[RowFault]) -> RowReport:
    """Return the report of a file: what of its rows was not applied, and what was noted about others."""
    about = {each.row: str(each.reference) for each in reading.references}
    noted = (fault for reply in replies for fault in reply.warnings)
    errors = by_row([*reading.errors, *as_errors(faults, about)])
    warnings = by_row([*reading.warnings, *as_errors(noted, about)])
    refused = {error.row for error in errors}
    applied = {row.row for row in reading.answers} - refused
    return RowReport(reading.rows, len(applied), errors, warnings)


def rows_of_exceptions(reading: AnswerReading, replies: Iterable[Reply]) -> set[int]:
    """Return the refused rows of which their order has an exception: parcels that do not fit it."""
    refused = {fault.row for reply in replies for fault in reply.faults}
    return {
        row.row for row in reading.answers if row.row in refused and row.meaning is Meaning.SHIPPED and row.tracking
    }

"""What a supplier's answer changes of an order: parcels, corrections, acceptance, silence."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from packhorse.domain.errors import NotNow
from packhorse.domain.orders.cancelling import with_unclear_agreement
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.exceptions import (
    with_current_exception,
    with_exception,
    without_reported_parcels,
)
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder, FulfilmentStatus
from packhorse.domain.orders.order import Order, OrderException
from packhorse.domain.orders.parcel import Parcel, parts_of
from packhorse.domain.orders.rejecting import RejectedUnits, rejected
from packhorse.domain.orders.rejection import RejectReason
from packhorse.domain.orders.restock import RestockRule
from packhorse.domain.orders.shipping import fulfilment_order_of, with_parcel
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.taking_back import cancellation_accepted, cancellation_refused
from packhorse.domain.orders.tracking import TrackingCorrection, tracking_corrected
from packhorse.domain.orders.updates import with_entry, with_fulfilment
from packhorse.domain.plural import plural
from packhorse.domain.problem import Cause
from packhorse.domain.stock.goods import Goods
from packhorse.domain.supply.answer_layout import NOT_SHIPPED, Meaning
from packhorse.domain.supply.answers import AnswerRow, Expected, RowFault, lines_named
from packhorse.domain.supply.batches import SupplierBatch
from packhorse.domain.supply.expecting import expected_of
from packhorse.domain.supply.kept_rows import UNREQUESTED
from packhorse.domain.supply.late_parcels import LateParcels, is_taken_away, shipped_late, taken_units
from packhorse.domain.supply.refused_parcels import with_refused_parcels, without_corrected_parcels
from packhorse.domain.supply.replies import LEFT_IN_ANOTHER, reply_of, stored_parcels
from packhorse.domain.supply.reply import Reply, ReportedParcel, SupplierRejection, TrackingChange
from packhorse.domain.supply.sending import is_of
from packhorse.domain.supply.sent_rows import NO_NAMES, SupplierSkus
from packhorse.domain.supply.sources import LINE_NAMES, Source
from packhorse.domain.supply.whole_day import WholeDay
from packhorse.domain.supply.whole_kits import WholeRows, in_whole_kits
from packhorse.domain.values import Units


class Known(NamedTuple):
    """What an answer is read with: the rule of stock given back, the supplier's skus by ours, and `available`.

    That is what its warehouse has of the goods that were taken from it. `line_names`: by what rows name lines.
    `report` is equal in all copies of the file. `is_in_part`: rows of it which may say that units left are not read.
    `feeds_available`: the supplier's feed says what is available there.
    """

    restock: RestockRule
    names: SupplierSkus = NO_NAMES
    available: Goods = Goods()
    line_names: Collection[Source] = LINE_NAMES
    report: str = ""
    is_in_part: bool = False
    feeds_available: bool = False


class _Answer(NamedTuple):
    """The rows of one file about a fulfilment order, by its number, and the faults that are found in them."""

    number: int
    rows: Sequence[AnswerRow]
    knowing: Known
    at: datetime
    who: str
    faults: list[RowFault]

    def add_fault(self, meanings: Collection[Meaning], error: NotNow) -> None:
        """Add an error as a fault of the first row that means one of these."""
        wrong = next(row.row for row in self.rows if row.meaning in meanings)
        self.faults.append(RowFault(wrong, "status", str(error)))


class Answered(NamedTuple):
    """The change of an order by an answer, and what of the answer was and was not applied."""

    change: Change
    reply: Reply


def _expected(order: Order, fulfilment: FulfilmentOrder, knowing: Known) -> Expected:
    return expected_of(order, fulfilment, knowing.names, knowing.line_names, is_in_part=knowing.is_in_part)


def _rejected_since_sent(fulfilment: FulfilmentOrder) -> Units:
    """Return the units by line of those sent that were rejected, whether a file or a person said so."""
    return sum((Counter(each.units) for each in fulfilment.rejections if not each.was_unsent), Units())


def answered(order: Order, number: int, rows: Sequence[AnswerRow], at: datetime, who: str, knowing: Known) -> Answered:
    """Return the order after the rows of one file about a fulfilment order; rows that are repeated change nothing.

    What the supplier keeps back without a request is a rejection. Rejected units have no warehouse then, and are routed
    next.
    """
    fulfilment, answer = fulfilment_order_of(order, number), _Answer(number, rows, knowing, at, who, [])
    if is_taken_away(fulfilment):
        return _answered_late(order, fulfilment, answer)
    said_before = _rejected_since_sent(fulfilment)
    whole = in_whole_kits(rows, _expected(order, fulfilment, knowing)._replace(rejected=said_before))
    reply = reply_of(whole.rows, whole.expected)
    answer.faults.extend(whole.faults)
    change = Change(order)
    for parcel in reply.parcels:
        change = _shipped(change, number, parcel, at, who)
    change = change.then(_shipped_late(change.order, reply.late, answer))
    if reply.cancelled:
        kept = reply.cancelled.units & fulfilment_order_of(change.order, number).requested
        change = change.then(_kept_back(change.order, kept, answer)) if kept else change
        rest = reply.cancelled.units - kept - said_before
        reply = reply.replace(rejection=_beyond(reply.cancelled, rest, reply.rejection))
    answer.faults.extend(reply.faults)
    after = with_unclear_agreement(change.order, number, _cancelled_units(whole), at)
    if reply.cancel_refused is not None:
        after = _with_refusal(after, reply.cancel_refused, answer)
    after = _with_corrections(after, reply.corrections, answer)
    after = _with_receipt(after, reply, answer)
    after = without_corrected_parcels(order, after, number, answer.faults, who)
    named = [row.tracking for row in rows if row.meaning is Meaning.SHIPPED and row.tracking]
    after = without_reported_parcels(after, number, named)
    after = with_refused_parcels(after, number, rows, answer.faults, at)
    if {row.row for row in rows} - {fault.row for fault in answer.faults}:
        after = with_fulfilment(after, fulfilment_order_of(after, number).to_answered())
    change = change._replace(order=with_status(after, at, who))
    change = change.then(_with_rejection(change.order, reply.rejection, answer))
    return Answered(change, reply.replace(faults=tuple(answer.faults)))


def _with_receipt(order: Order, reply: Reply, answer: _Answer) -> Order:
    """Return the order as accepted by its supplier, whole or in part."""
    fulfilment = fulfilment_order_of(order, answer.number)
    if reply.acknowledged and fulfilment.status is FulfilmentStatus.REQUESTED:
        accepted = with_fulfilment(order, fulfilment.replace(status=FulfilmentStatus.ACCEPTED))
        order = with_entry(accepted, answer.at, "accepted", answer.who, fulfilment.warehouse)
    return _with_fewer_accepted(order, reply, answer)


def _with_fewer_accepted(order: Order, reply: Reply, answer: _Answer) -> Order:
    """Return the order with an exception if its supplier acknowledges fewer units than it has, and not as before."""
    fulfilment = fulfilment_order_of(order, answer.number)
    others = {line: units for line, units in fulfilment.accepts_only.items() if line not in reply.accepts_all_of}
    fewer = {**others, **reply.accepts_only}
    if fewer == fulfilment.accepts_only:
        return order  # the exception is open, or was dismissed
    order = with_fulfilment(order, fulfilment.replace(accepts_only=fewer))
    if not reply.accepts_only:
        return order
    message = f"fulfilment {answer.number}: {answer.who} accepts {reply.accepts_words}; the others are with it, too"
    problem = OrderException(
        cause=Cause.ACCEPTED_IN_PART, fulfilment=answer.number, message=message, opened_at=answer.at
    )
    return with_current_exception(order, problem)


def _with_rejection(order: Order, rejection: SupplierRejection | None, answer: _Answer) -> Change:
    """Return the change by a rejection, with what each cause says of the stock.

    One that cannot be is a fault of its first row.
    """
    change = Change(order)
    if rejection is None:
        return change
    for cause, units in rejection.by_cause.items():
        report = RejectedUnits(lines=parts_of(Counter(units)), reason=cause, note=rejection.reason)
        try:
            change = change.then(_rejected(change.order, report, answer))
        except NotNow as error:
            answer.add_fault(NOT_SHIPPED, error)
            return Change(order)
    return change


def _rejected(order: Order, report: RejectedUnits, answer: _Answer) -> Change:
    knowing = answer.knowing
    return rejected(
        order,
        answer.number,
        report,
        _report_id(knowing.report, report.reason),
        knowing.available,
        answer.at,
        answer.who,
        restock=knowing.restock,
        feeds_available=knowing.feeds_available,
    )


def _report_id(report: str, cause: RejectReason) -> str:
    """Return the id of the rejection of a file for a cause: `other` has that of the file itself."""
    return report if cause is RejectReason.OTHER else f"{report} {cause}"


def _cancelled_units(whole: WholeRows) -> Units:
    """Return the units that rows name of single lines as kept back; a row that is there twice counts once."""
    said = Units()
    for row in {row.replace(row=0): row for row in whole.rows if row.meaning is Meaning.CANCELLED}.values():
        try:
            lines = lines_named(row, whole.expected)
        except ValueError:
            continue  # a fault of the reply
        if len(lines) == 1:
            said[lines[0].id] += row.quantity or 0
    return said


def _answered_late(order: Order, fulfilment: FulfilmentOrder, answer: _Answer) -> Answered:
    """Return the order after an answer about a fulfilment order that was taken from its supplier: what left counts."""
    rows, wrong = answer.rows, answer.faults
    expected, taken = _expected(order, fulfilment, answer.knowing), taken_units(fulfilment)
    sent = fulfilment.shipped + taken
    lines = tuple(line._replace(quantity=sent[line.id], remaining=taken[line.id]) for line in expected.lines)
    late = expected._replace(lines=lines, withheld={}, rejected={}, cancelled={})
    # Rows of units that do not ship are read, too: "the rest" that has left is none of these.
    unclear = _unclear_rows(rows, expected, fulfilment)
    whole = in_whole_kits([*_without_recorded([row for row in rows if row not in unclear], expected)], late)
    said = reply_of(whole.rows, whole.expected)
    said = said.replace(faults=(*whole.faults, *said.faults))
    others = {row.row for row in rows if row.meaning is not Meaning.SHIPPED}
    faults, warnings = (tuple(each for each in some if each.row not in others) for some in (said.faults, said.warnings))
    faults += tuple(RowFault(each.row, "tracking", LEFT_IN_ANOTHER) for each in unclear if each.tracking)
    warnings += tuple(RowFault(each.row, "tracking", LEFT_IN_ANOTHER) for each in unclear if not each.tracking)
    text = "was taken from this supplier: only what it ships counts"
    warnings += tuple(RowFault(row, "status", text) for row in sorted(others))
    wrong.extend(faults)
    done = _shipped_late(order, said.parcels, answer)
    after = _with_corrections(done.order, said.corrections, answer)
    after = with_refused_parcels(after, answer.number, rows, wrong, answer.at)
    after = _with_refused_taking(after, answer)
    done = done._replace(order=with_status(after, answer.at, answer.who)) if after != order else done
    reply = Reply(
        parcels=said.parcels, late=said.late, corrections=said.corrections, faults=tuple(wrong), warnings=warnings
    )
    return Answered(done, reply)


def _without_recorded(rows: Iterable[AnswerRow], expected: Expected) -> Iterator[AnswerRow]:
    """Yield the rows without those that name a recorded parcel and no units: it holds what it held."""
    for row in rows:
        if not (_is_vague(row) and stored_parcels(row.tracking, expected.reported)):
            yield row


def _unclear_rows(rows: Sequence[AnswerRow], expected: Expected, fulfilment: FulfilmentOrder) -> Sequence[AnswerRow]:
    """Return rows of parcels without units, where others name units of recorded ones: they may mean those units.

    A file that comes again is thus read as it was before its parcels were recorded. Once units left that had been
    taken, its supplier ships them, and these rows mean the others.
    """
    agreed = fulfilment.cancellation.shipped if fulfilment.cancellation else {}
    has_shipped_taken = bool(agreed) or any(each.shipped for each in fulfilment.rejections)
    recorded = [row for row in rows if stored_parcels(row.tracking, expected.reported)]
    is_counted = any(row.meaning is Meaning.SHIPPED and row.quantity is not None for row in recorded)
    if has_shipped_taken or not is_counted:
        return ()
    return [row for row in rows if _is_vague(row) and row not in recorded]


def _is_vague(row: AnswerRow) -> bool:
    return row.meaning is Meaning.SHIPPED and row.quantity is None


def _shipped_late(order: Order, parcels: Sequence[ReportedParcel], answer: _Answer) -> Change:
    if not parcels:
        return Change(order)
    left = tuple(_parcel(order, answer.number, each, answer.at) for each in parcels)
    late = LateParcels(left, answer.knowing.available)
    return shipped_late(order, answer.number, late, answer.at, answer.who)


def _with_refused_taking(order: Order, answer: _Answer) -> Order:
    """Return the order with an exception if its supplier says that it ships what was taken from it."""
    refusals = [row for row in answer.rows if row.meaning is Meaning.CANCEL_REFUSED]
    return _with_contradiction(order, "was taken from it", refusals[0].reason, answer) if refusals else order


def _kept_back(order: Order, units: Units, answer: _Answer) -> Change:
    restock = answer.knowing.restock
    return cancellation_accepted(order, answer.number, answer.at, answer.who, restock=restock, units=units)


def _beyond(cancelled: SupplierRejection, rest: Units, rejection: SupplierRejection | None) -> SupplierRejection | None:
    """Return what is rejected, with the `rest`: units that the supplier keeps back though that was not requested."""
    if not rest:
        return rejection
    by_cause = {cause: Counter(units) for cause, units in rejection.by_cause.items()} if rejection else {}
    for cause, units in cancelled.by_cause.items():
        beyond = Counter(units) & rest
        rest = rest - beyond
        by_cause[cause] = by_cause.get(cause, Counter()) + beyond
    reasons = (cancelled.reason or UNREQUESTED, rejection.reason if rejection else "")
    found = {cause: dict(units) for cause, units in by_cause.items() if units}
    return SupplierRejection(reason="; ".join(filter(None, reasons))[:255], by_cause=found)


def _with_refusal(order: Order, reason: str, answer: _Answer) -> Order:
    """Return the order after its supplier refused to keep units back; if it had agreed before, that is an exception."""
    try:
        return cancellation_refused(order, answer.number, reason, answer.at, answer.who)
    except NotNow as error:
        answer.add_fault({Meaning.CANCEL_REFUSED}, error)
    fulfilment = fulfilment_order_of(order, answer.number)
    if fulfilment.may_come_late:
        return _with_refused_taking(order, answer)
    if fulfilment.cancellation is None:
        return order
    return _with_contradiction(order, "it had agreed to keep back", reason, answer)


def _with_contradiction(order: Order, what: str, reason: str, answer: _Answer) -> Order:
    """Return the order with an exception: its supplier will ship all the same `what` it is not to ship any more.

    None if this very file rejected units when it was read before: it does not contradict itself.
    """
    number, report = answer.number, answer.knowing.report
    own = {_report_id(report, cause) for cause in RejectReason} if report else set()
    if any(each.id in own for each in fulfilment_order_of(order, number).rejections):
        return order
    message = f"fulfilment {number}: {answer.who} will ship what {what}: {reason}".removesuffix(": ")
    problem = OrderException(cause=Cause.ANSWER_REFUSED, fulfilment=number, message=message, opened_at=answer.at)
    return with_exception(order, problem)


def _parcel(order: Order, number: int, parcel: ReportedParcel, at: datetime) -> Parcel:
    """Return a parcel that was reported; without a time it left on that day, after its supplier got the order.

    A time that cannot be, before the order was placed or in the future, says nothing.
    """
    left, left_by = parcel.shipped_at, None
    if isinstance(left, WholeDay):
        left_by = min(left.ends, at)
        left = left.moment(after=_handed_over_at(order, fulfilment_order_of(order, number)), before=at)
    if left is None or not order.placed_at <= left <= at:
        left, left_by = at, None
    return Parcel(
        carrier=parcel.carrier or None,
        tracking=parcel.tracking or None,
        shipped_at=left,
        left_by=left_by,
        lines=parcel.lines,
    )


def _handed_over_at(order: Order, fulfilment: FulfilmentOrder) -> datetime:
    """Return when the warehouse of a fulfilment order last got one, or else when the order was placed."""
    got = (each.at for each in order.timeline if (each.what, each.detail) == ("handed_over", fulfilment.warehouse))
    return max(got, default=order.placed_at)


def _shipped(change: Change, number: int, parcel: ReportedParcel, at: datetime, who: str) -> Change:
    """Return the change with one more parcel; it has left, held or not, with or without a carrier."""
    fulfilment = fulfilment_order_of(change.order, number)
    shipped = with_parcel(change, fulfilment, _parcel(change.order, number, parcel, at))
    detail = f"from {fulfilment.warehouse} by {parcel.carrier or '?'}, {parcel.tracking or '?'}"
    return shipped._replace(order=with_entry(shipped.order, at, "shipped", who, detail))


def _with_corrections(order: Order, corrections: Iterable[TrackingChange], answer: _Answer) -> Order:
    """Return the order with other numbers of its parcels; one that cannot be is a fault of the row that names it."""
    for each in corrections:
        new = TrackingCorrection(tracking=each.tracking, carrier=each.carrier or None)
        try:
            order = tracking_corrected(order, answer.number, each.place, new, answer.at, answer.who)
        except NotNow as error:
            named = next((row.row for row in answer.rows if row.tracking == each.tracking), answer.rows[0].row)
            answer.faults.append(RowFault(named, "tracking", f"{each.tracking}: {error}"))
    return order


def is_silent(order: Order | None, number: int, batch: SupplierBatch) -> bool:
    """Return whether a fulfilment order that was sent in that batch has no answer."""
    fulfilment = order.fulfilment(number) if order else None
    return fulfilment is not None and is_of(fulfilment, batch) and fulfilment.is_unanswered


def with_silence(order: Order, number: int, hours: int, at: datetime) -> Order:
    """Return the order with the exception that its supplier does not answer; it opens again with each further step."""
    message = f"fulfilment {number}: its supplier has not answered for {plural(hours, 'hour')}"
    if fulfilment_order_of(order, number).may_have_shipped:
        message = (
            f"{message}, except in rows that were not applied: it may have shipped, so that nothing follows by itself"
        )
    problem = OrderException(cause=Cause.SUPPLIER_SILENT, fulfilment=number, message=message, opened_at=at)
    return with_current_exception(order, problem)

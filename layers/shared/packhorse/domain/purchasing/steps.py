"""The steps of a purchase order beside its receipts: submit, answer of the supplier, close short, cancel."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from packhorse.domain.errors import FieldError, NotNow, Rejected
from packhorse.domain.money import Money
from packhorse.domain.plural import plural
from packhorse.domain.purchasing.case_pack import SomeUnits
from packhorse.domain.purchasing.drafting import TOTAL_TOO_LARGE, exceeds_total
from packhorse.domain.purchasing.made_for import without_unneeded
from packhorse.domain.purchasing.purchase_line import PurchaseLine
from packhorse.domain.purchasing.purchase_order import MAX_LINES, PurchaseOrder, PurchaseState
from packhorse.domain.purchasing.state import OVER, REOPENED, check_open, with_state
from packhorse.domain.values import Text, Value

MAX_ANSWER = 255
"""Characters of what a supplier answered about a line."""


class AnsweredLine(Value):
    """What the supplier answered about a line: how many units it refuses in all, another price or date.

    What is not named stays as it was answered before; a reason, while what it was for does.
    """

    line: Annotated[str, Field(min_length=1, max_length=10)]
    refused: SomeUnits | None = None
    unit_cost: Money | None = None
    expected_on: date | None = None
    reason: Text | None = None


class SupplierAnswer(Value):
    """The supplier's answer; lines that it does not name stay unanswered."""

    lines: Annotated[tuple[AnsweredLine, ...], Field(min_length=1, max_length=MAX_LINES)]


def submitted(order: PurchaseOrder, who: str, at: datetime, today: date) -> PurchaseOrder:
    """Return a new purchase order as it is submitted; one that was submitted stays as it is.

    What is expected after the lead days of the supplier is so from `today` on, the day at the warehouse.
    """
    if order.state is PurchaseState.CANCELLED:
        raise NotNow(f"purchase order {order.id} is cancelled: make another one")
    if order.submitted_at is not None:
        return order
    lines = tuple(line.ordered_on(today) for line in order.lines)
    return with_state(order.replace(lines=lines, submitted_at=at)).with_entry(at, "submitted", who)


def answered(order: PurchaseOrder, answer: SupplierAnswer, who: str, at: datetime) -> PurchaseOrder:
    """Return the purchase order with the supplier's answer; raises Rejected, and NotNow while nothing is open.

    The same answer again changes nothing. One that takes a refusal back opens a purchase order that was over by it, and
    the price of units that came may be corrected after all: by their invoice.
    """
    check_answer(order, answer)
    said = ((order.line(each.line), each) for each in answer.lines)
    return with_answers(order, [with_answer(line, each) for line, each in said if line], who, at)


def with_answers(order: PurchaseOrder, lines: Iterable[PurchaseLine], who: str, at: datetime) -> PurchaseOrder:
    """Return the purchase order with lines as they were answered; raises NotNow if it takes none of these answers."""
    after, details = order, []
    for line in lines:
        if (before := order.line(line.id)) and before != line:
            after = after.with_line(_settled(before, line))
            details.append(f"{line.sku}: {_detail(before, line)}")
    if after == order:
        return order
    if not (_is_reopened(order, after) or _is_repriced(order, after)):
        check_open(order, "answered")
    return with_state(after).with_entry(at, "answered", who, "; ".join(details))


def _is_reopened(before: PurchaseOrder, after: PurchaseOrder) -> bool:
    return before.state in REOPENED and any(line.open for line in after.lines)


def _is_repriced(before: PurchaseOrder, after: PurchaseOrder) -> bool:
    """Return whether units that came have another price, or are offered at one, and no others are to come."""
    if any(line.open > was.open for was, line in zip(before.lines, after.lines, strict=True)):
        return False
    were = {line.id: (line.unit_cost, line.offered) for line in before.lines if line.came}
    return any(line.id in were and were[line.id] != (line.unit_cost, line.offered) for line in after.lines)


def check_answer(order: PurchaseOrder, answer: SupplierAnswer) -> None:
    """Raise Rejected with every fault of an answer."""
    if faults := tuple(_answer_faults(order, answer)):
        raise Rejected("the answer does not fit the purchase order", faults)


def _answer_faults(order: PurchaseOrder, answer: SupplierAnswer) -> Iterator[FieldError]:
    for index, each in enumerate(answer.lines):
        line = order.line(each.line)
        if line is None:
            yield FieldError(f"lines.{index}.line", f"purchase order {order.id} has no line {each.line}")
            continue
        if any(other.line == each.line for other in answer.lines[:index]):
            yield FieldError(f"lines.{index}.line", "the same line twice")
        if (each.refused or 0) > (most := line.open + line.refused):
            yield FieldError(f"lines.{index}.refused", f"more than the {plural(most, 'unit')} that may still come")
        if each.unit_cost and each.unit_cost.currency != order.currency:
            yield FieldError(f"lines.{index}.unit_cost.currency", f"the purchase order is in {order.currency}")
        if each.unit_cost and each.unit_cost.minor < 0:
            yield FieldError(f"lines.{index}.unit_cost.amount", "is negative")
    prices = {each.line: each.unit_cost for each in answer.lines if each.unit_cost}
    if exceeds_total((prices.get(line.id) or line.unit_cost, line.ordered) for line in order.lines):
        yield FieldError("lines", TOTAL_TOO_LARGE)


def with_answer(line: PurchaseLine, answer: AnsweredLine) -> PurchaseLine:
    """Return a line as it was answered."""
    refused = line.refused if answer.refused is None else answer.refused
    after = line.replace(
        refused=refused,
        made_for=without_unneeded(line.made_for, max(0, refused - line.refused)),
        unit_cost=answer.unit_cost or line.unit_cost,
        agreed=None if answer.unit_cost else line.agreed,
        expected_on=answer.expected_on or line.expected_on,
        acknowledged=True,
        offered=None if answer.unit_cost else line.offered,
    )
    return after.replace(answer=_reason_kept(line, after) if answer.reason is None else answer.reason)


def _reason_kept(before: PurchaseLine, after: PurchaseLine) -> str:
    """Return the reason of earlier answers that a later one without a reason leaves.

    It is over with what it may have been for: with a refusal that is taken back, and with a date that is another one
    now, unless a refusal or another price stands.
    """
    stands = before.offered or after.offered or after.agreed or (after.refused and after.refused == before.refused)
    is_other = after.refused < before.refused or after.expected_on != before.expected_on
    return "" if is_other and not stands else before.answer


def _settled(before: PurchaseLine, line: PurchaseLine) -> PurchaseLine:
    """Return a line with the price that was agreed in its answer, if that still says what was offered before."""
    if not before.offered or line.offered or not line.answer or line.answer != before.answer:
        return line
    agreed = f", {line.unit_cost.amount} agreed"
    return line.replace(answer=line.answer[: MAX_ANSWER - len(agreed)] + agreed)


def _detail(before: PurchaseLine, after: PurchaseLine) -> str:
    parts = [f"{after.refused} refused"] if after.refused else ["acknowledged"]
    if after.unit_cost != before.unit_cost:
        parts.append(f"{after.unit_cost.amount} instead of {before.unit_cost.amount}")
    elif before.offered and not after.offered:
        parts.append(f"{after.unit_cost.amount} agreed")
    if after.offered and after.offered != before.offered:
        parts.append(f"{after.offered.amount} offered instead of {after.unit_cost.amount}")
    if after.expected_on != before.expected_on:
        parts.append(f"expected on {after.expected_on}")
    if after.delivery != before.delivery:
        parts.append(f"delivery {after.delivery}")
    return ", ".join(parts)


def closed_short(order: PurchaseOrder, only: Collection[str], who: str, at: datetime) -> PurchaseOrder:
    """Return the purchase order without what is still open, of these lines or of all: the rest never comes."""
    if unknown := [name for name in only if order.line(name) is None]:
        errors = [FieldError("lines", f"purchase order {order.id} has no line {name}") for name in unknown]
        raise Rejected("the lines cannot be closed", errors)
    if order.state is PurchaseState.NEW or order.state is PurchaseState.CANCELLED:
        check_open(order, "closed")
    closing = [line for line in order.lines if line.open and (not only or line.id in only)]
    if not closing:
        return order
    for line in closing:
        order = order.with_line(line.ended)
    detail = ", ".join(f"{line.open} of {line.sku}" for line in closing)
    return with_state(order).with_entry(at, "closed short", who, detail)


def cancelled(order: PurchaseOrder, who: str, at: datetime, why: str = "") -> PurchaseOrder:
    """Return the cancelled purchase order; raises NotNow once anything of it has arrived, or it is over."""
    if order.state is PurchaseState.CANCELLED:
        return order
    if order.state in OVER:
        raise NotNow(f"purchase order {order.id} is {order.state}: nothing is left to be cancelled")
    if any(line.has_arrived for line in order.lines):
        raise NotNow(f"units of purchase order {order.id} have arrived: close it short instead")
    # Nothing of it is open any more: what it has of landed cost is an expense, until units come all the same.
    order = order.replace(lines=tuple(line.ended for line in order.lines), cancelled_at=at)
    return with_state(order).with_entry(at, "cancelled", who, why)

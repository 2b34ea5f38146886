"""Draft purchase orders: by hand, or edited while they are new."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated, NamedTuple, Self

from pydantic import Field

from packhorse.domain.errors import FieldError, NotNow, Rejected
from packhorse.domain.money import AMOUNT_TOO_LARGE, Money, is_amount
from packhorse.domain.orders.order import Order
from packhorse.domain.purchasing.additions import added
from packhorse.domain.purchasing.case_pack import whole_cases
from packhorse.domain.purchasing.made_for import MadeFor
from packhorse.domain.purchasing.purchase_line import PurchaseLine, WantedLine, needed_in
from packhorse.domain.purchasing.purchase_order import MAX_LINES, LeftOut, PurchaseOrder, PurchaseState, PurchaseTerms
from packhorse.domain.values import Sku, shared_fields

MAX_NAMED = 1500
"""Lines of orders that a draft of ours names at most: it has to fit an item, with its receipts."""
MAX_AT_ONCE = 90
"""Lines, and orders that these name, of one that is submitted as it is made: writes of that transaction, as up to ten
others are."""
NOT_PLACED = "the purchase order cannot be placed like this"
TOTAL_TOO_LARGE = f"the total {AMOUNT_TOO_LARGE}"


class PurchaseDraft(PurchaseTerms):
    """A purchase order as a person writes it."""

    lines: Annotated[tuple[WantedLine, ...], Field(min_length=1, max_length=MAX_LINES)]


class PurchaseReferences(NamedTuple):
    """What a purchase order names that has to exist, as far as it could be read: of a line its sku, or an empty one."""

    supplier: str | None
    warehouse: str | None
    skus: tuple[str, ...]

    @classmethod
    def by(cls, order: PurchaseDraft | PurchaseOrder) -> Self:
        """Return all that a purchase order, or a draft, names."""
        return cls(order.supplier, order.warehouse, tuple(line.sku for line in order.lines))


def drafted(
    purchase_id: str, draft: PurchaseDraft, who: str, at: datetime, called: Mapping[str, str] | None = None
) -> PurchaseOrder:
    """Return a new purchase order; raises Rejected with every fault of its lines.

    With what its orders are `called`, its timeline says what it was made of.
    """
    check_draft(draft)
    order = PurchaseOrder(
        id=purchase_id, **shared_fields(PurchaseTerms, draft), lines=_numbered(draft.lines), created_at=at
    )
    return order.with_entry(at, "created", who, "" if called is None else added((), order.lines, called))


def edited(order: PurchaseOrder, draft: PurchaseDraft, who: str, at: datetime) -> PurchaseOrder:
    """Return a new purchase order as a person edited it; raises Rejected, and NotNow once it is submitted."""
    if order.state is not PurchaseState.NEW:
        raise NotNow(f"purchase order {order.id} is {order.state}: only a new one can be edited")
    check_draft(draft)
    lines = tuple(_edited(each, order.lines) for each in _numbered(draft.lines))
    after = order.replace(**shared_fields(PurchaseTerms, draft), lines=lines, left_out=_left_out(order, lines))
    return order if after == order else after.with_entry(at, "edited", who)


def _edited(line: PurchaseLine, before: Iterable[PurchaseLine]) -> PurchaseLine:
    """Return a line of an edited draft; of what orders as many as before, as many are for stock.

    So are those, too, that the person ordered for an order no more. A day that stays the same is not the person's.
    """
    was = next((each for each in before if each.sku == line.sku), None)
    if was is None:
        return line
    if line.expected_on == was.expected_on:
        line = line.replace(lead_days=was.lead_days)
    if line.ordered != was.ordered:
        return line
    is_for_the_same = needed_in([was]) == needed_in([line])
    return line.replace(for_stock=was.for_stock if is_for_the_same else max(was.for_stock, line.for_stock))


def _left_out(order: PurchaseOrder, lines: Iterable[PurchaseLine]) -> tuple[LeftOut, ...]:
    """Return what was drafted for orders and a person took out: they want it, and it is not bought again by itself."""
    left = Counter({each.purpose: each.units for each in order.left_out})
    left.update(needed_in(order.lines))
    left.subtract(needed_in(lines))
    return tuple(LeftOut(**purpose._asdict(), units=units) for purpose, units in (+left).items())


def check_draft(draft: PurchaseDraft) -> None:
    """Raise Rejected with every fault of the lines."""
    if faults := tuple(draft_faults(draft)):
        raise Rejected(NOT_PLACED, faults)


def draft_faults(draft: PurchaseDraft) -> Iterator[FieldError]:
    """Yield every fault of the lines."""
    seen: set[str] = set()
    for index, line in enumerate(draft.lines):
        if line.sku in seen:
            yield FieldError(f"lines.{index}.sku", f"{line.sku} is on another line already: order all units there")
        seen.add(line.sku)
        yield from _line_faults(f"lines.{index}", line, draft.currency)
    if exceeds_total((line.unit_cost, line.ordered) for line in draft.lines):
        yield FieldError("lines", TOTAL_TOO_LARGE)


def _line_faults(field: str, line: WantedLine, currency: str) -> Iterator[FieldError]:
    if fault := case_fault(line.ordered, line.case_pack, line.minimum):
        yield FieldError(f"{field}.ordered", fault)
    for place, each in enumerate(line.made_for):
        for name in ("unneeded", "came_before"):
            if getattr(each, name):
                yield FieldError(f"{field}.made_for.{place}.{name}", "is not set by a request: leave it out")
    if line.unit_cost.currency != currency:
        yield FieldError(f"{field}.unit_cost.currency", f"the purchase order is in {currency}")
    if line.unit_cost.minor < 0:
        yield FieldError(f"{field}.unit_cost.amount", "is negative")


def case_fault(ordered: int, case_pack: int = 1, minimum: int = 0) -> str | None:
    """Return why so many units cannot be ordered, None if they are whole cases, the minimum at least.

    >>> case_fault(7, 6), case_fault(12, 6)
    ('the supplier sells cases of 6: order 12', None)
    """
    if ordered == (whole := whole_cases(ordered, case_pack, minimum)):
        return None
    wants = f"cases of {case_pack}" + (f", {minimum} at least" if minimum else "")
    return f"the supplier sells {wants}: order {whole}"


def drafts_of_lines(
    terms: Mapping[str, str], lines: Iterable[WantedLine], most: int | None = None
) -> list[PurchaseDraft]:
    """Return drafts on the same terms that have all these lines, each with no more than its size and total allow.

    Each has a product once: a further line of it is of another draft. `most` limits the lines of a draft and the orders
    that these name, together.
    """
    drafts: list[list[WantedLine]] = []
    for line in lines:
        if drafts and _fits(line, drafts[-1], most):
            drafts[-1].append(line)
        else:
            drafts.append([line])
    return [PurchaseDraft(**terms, lines=tuple(each)) for each in drafts]


def _fits(line: WantedLine, others: Sequence[WantedLine], most: int | None) -> bool:
    """Return whether a draft that has other lines takes one more."""
    lines = (*others, line)
    named = [each.order for one in lines for each in one.made_for]
    if len(lines) > MAX_LINES or len(named) > MAX_NAMED:
        return False
    if most is not None and len(lines) + len(set(named)) > most:
        return False
    is_there = any(each.sku == line.sku for each in others)
    return not is_there and not exceeds_total((each.unit_cost, each.ordered) for each in lines)


def made_for_errors(made_for: MadeFor, sku: str, order: Order | None) -> Iterator[FieldError]:
    """Yield why units of a product cannot be made for a line of an order."""
    if order is None:
        yield FieldError("order", f"there is no order {made_for.order}")
    elif (line := order.line(made_for.line)) is None:
        yield FieldError("line", f"order {order.id} has no line {made_for.line}")
    elif not (units := line.recipe.get(Sku(sku), 0) * (line.quantity - line.cancelled)):
        yield FieldError("line", f"line {line.id} of order {order.id} wants no {sku}")
    elif made_for.units > units:
        yield FieldError("units", f"line {line.id} of order {order.id} wants {units} of {sku}")


def exceeds_total(lines: Iterable[tuple[Money, int]]) -> bool:
    """Return whether the sum of prices and units is more than an amount can be."""
    return not is_amount(sum(abs(price.minor) * units for price, units in lines))


def _numbered(lines: Sequence[WantedLine]) -> tuple[PurchaseLine, ...]:
    return tuple(PurchaseLine.numbered(number, line) for number, line in enumerate(lines, start=1))

"""Report what was done of a work order: units, and what broke; each report once."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from packhorse.domain.errors import FieldError, NotNow, Rejected
from packhorse.domain.money import AMOUNT_TOO_LARGE, Money, is_amount
from packhorse.domain.plural import agree, plural
from packhorse.domain.purchasing.case_pack import MAX_UNITS, SomeUnits
from packhorse.domain.purchasing.receipts import ReceiptId, spelled
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.stock.movement import Movement, MovementKind
from packhorse.domain.stock.source_shelf import SourceShelf
from packhorse.domain.transfers.figures import COUNTED_BY_FEED
from packhorse.domain.values import Text, Value
from packhorse.domain.work_orders.costing import ReportedGoods, costed
from packhorse.domain.work_orders.state import with_state
from packhorse.domain.work_orders.steps import WorkChange
from packhorse.domain.work_orders.work_order import (
    MAX_INPUTS,
    MAX_RECORDS,
    Input,
    Output,
    ScrappedUnits,
    WorkKind,
    WorkOrder,
    WorkRecord,
)


class WorkReport(Value):
    """Units that are done, and what broke: the same `report` again is the same work.

    `failed` units used up their components and are still to be built; `scrap` are units of components. `labour` is the
    cost of this work, if it is not that of the work order for each unit.
    """

    report: ReceiptId
    done: SomeUnits = 0
    failed: SomeUnits = 0
    scrap: Annotated[tuple[ScrappedUnits, ...], Field(max_length=MAX_INPUTS)] = ()
    reason: Annotated[Text, Field(validate_default=True)] = ""
    labour: Money | None = None

    @field_validator("reason")
    @classmethod
    def _says_why(cls, reason: str, read: ValidationInfo) -> str:
        if (read.data.get("failed") or read.data.get("scrap")) and not reason:
            raise ValueError("what failed or broke has a reason")
        return reason

    @model_validator(mode="after")
    def _has_units(self) -> Self:
        if not (self.done or self.failed or self.scrap):
            raise ValueError("give units that are done, that failed, or scrap")
        return self


def report_work(
    order: WorkOrder,
    report: WorkReport,
    shelves: Mapping[Shelf, SourceShelf],
    who: str,
    at: datetime,
    *,
    is_counted: bool,
) -> WorkChange:
    """Return the work order with a report that it does not have yet: inputs leave their shelves, outputs come.

    What broke is taken from what is free on the shelf, else from what is reserved. Unless it `is_counted` here what is
    used and made, since a supplier's feed says what is there, no unit leaves or comes: what is reserved for it is free.
    Raises Rejected for more than is open, and for another report of the same id, NotNow where components are lacking.
    """
    if before := next((each for each in order.reports if spelled(each.report) == spelled(report.report)), None):
        _check_same(before, report)
        return WorkChange(order)
    if not order.open or not order.submitted_at:
        raise NotNow(f"work order {order.id} is {order.state}: nothing of it is being {order.kind.participle}")
    if faults := tuple(_faults(order, report)):
        raise Rejected("the report cannot be recorded", faults)
    broken = Counter({each.sku: each.units for each in report.scrap})
    after = order.replace(done=order.done + report.done)
    inputs = _used(after, report, broken, shelves, is_counted=is_counted)
    outputs = tuple(_made(part, report, broken) for part in after.outputs)
    pairs = tuple(zip(order.inputs, inputs, strict=True))
    used = +Goods({new.shelf(order.warehouse): new.taken - was.taken for was, new in pairs})
    came = tuple(zip(order.outputs, outputs, strict=True))
    made = +Goods({new.shelf(order.warehouse): new.made - was.made for was, new in came})
    off = +Goods({new.shelf(order.warehouse): new.scrapped - was.scrapped for was, new in came})
    labour = _labour(order, report)
    after = after.replace(inputs=inputs, outputs=outputs)
    after, cost, costs = costed(after, ReportedGoods(used, made, off), labour, shelves)
    said = report.model_dump(exclude={"labour"})
    record = WorkRecord(**said, labour=labour, cost=cost, is_counted=is_counted, at=at, who=who)
    after = with_state(after.replace(reports=(*order.reports, record)))
    after = after.with_entry(at, "reported", who, _detail(record))
    committed = {new.shelf(order.warehouse): new.reserved - was.reserved for was, new in pairs}
    if not is_counted:
        freed = [_movement(after, record, shelf, 0, units) for shelf, units in committed.items() if units]
        return WorkChange(after, tuple(freed), costs=costs)
    moved = [_movement(after, record, shelf, -units, committed[shelf]) for shelf, units in used.items()]
    moved += [_movement(after, record, shelf, units, 0) for shelf, units in made.items()]
    beyond = {shelf: shelves[shelf].kept for shelf, units in used.items() if units + committed[shelf] > 0}
    return WorkChange(after, tuple(moved), beyond, costs)


def _check_same(before: WorkRecord, report: WorkReport) -> None:
    same = ("done", "failed", "scrap", "reason")
    if differing := [name for name in same if getattr(before, name) != getattr(report, name)]:
        problem = f"report {report.report} was recorded with another one: use another report id for other work"
        raise Rejected("the report is recorded already", [FieldError(name, problem) for name in differing])


def _faults(order: WorkOrder, report: WorkReport) -> Iterator[FieldError]:
    is_build = order.kind is WorkKind.BUILD
    if report.done > order.open:
        yield FieldError(
            "done",
            f"{plural(order.open, 'unit')} {agree(order.open, 'is', 'are')} open: make another work order for more",
        )
    if report.failed and not is_build:
        yield FieldError("failed", "what is taken apart is done: name the components that broke as scrap")
    parts = {part.sku: part for part in (order.inputs if is_build else order.outputs)}
    for index, each in enumerate(report.scrap):
        part = parts.get(each.sku)
        if part is None or any(other.sku == each.sku for other in report.scrap[:index]):
            problem = "is no component of it" if part is None else "is named twice"
            yield FieldError(f"scrap.{index}.sku", f"{each.sku} {problem}")
        elif not is_build and each.units > report.done * part.per_unit:
            yield FieldError(f"scrap.{index}.units", f"{report.done * part.per_unit} of {each.sku} came apart")
    if report.labour and report.labour.minor < 0:
        yield FieldError("labour.amount", "is negative")
    yield from _too_many(order, report)
    if len(order.reports) >= MAX_RECORDS:
        yield FieldError("report", f"a work order has at most {MAX_RECORDS} reports")


def _too_many(order: WorkOrder, report: WorkReport) -> Iterator[FieldError]:
    """Yield an error for what broke of a component, and for labour, beyond what can be recorded."""
    failed = report.failed if order.kind is WorkKind.BUILD else 0
    places = {each.sku: (f"scrap.{index}.units", each.units) for index, each in enumerate(report.scrap)}
    for part in (*order.inputs, *order.outputs):
        field, broken = places.get(part.sku, ("failed", 0))
        if broken + part.scrapped + failed * part.per_unit > MAX_UNITS:
            yield FieldError(field, f"{part.scrapped:,} of {part.sku} broke already, {MAX_UNITS:,} can at most")
    labour = _labour_minor(order, report)
    if not is_amount(labour):
        yield FieldError("labour", f"that of each unit makes a sum that {AMOUNT_TOO_LARGE}: give it with the report")


def _used(
    order: WorkOrder,
    report: WorkReport,
    broken: "Counter[str]",
    shelves: Mapping[Shelf, SourceShelf],
    *,
    is_counted: bool,
) -> tuple[Input, ...]:
    """Return the inputs as a report leaves them; raises NotNow. `order` has the units of the report done already."""
    is_build = order.kind is WorkKind.BUILD
    inputs, lacking = [], []
    for index, part in enumerate(order.inputs):
        used, scrapped = report.done * part.per_unit, 0
        if is_build:
            scrapped = report.failed * part.per_unit + broken[part.sku]
        found = shelves.get(part.shelf(order.warehouse), SourceShelf())
        free, spare = max(0, found.available - found.waiting), min(part.reserved, order.open * part.per_unit)
        beyond = max(0, used + scrapped - (part.reserved - spare))
        left = spare
        if is_counted:
            left = min(order.open * part.per_unit, part.reserved - (used + scrapped - min(beyond, free)))
        if left < 0:
            needed = f"{used + scrapped} of {part.sku} {agree(used + scrapped, 'is', 'are')} needed"
            reserved = f"{part.reserved} {agree(part.reserved, 'is', 'are')} reserved"
            there = f"{reserved} and {free} more {agree(free, 'is', 'are')} free"
            lacking.append(FieldError(f"inputs.{index}", f"{needed}, {there}"))
        awaited = max(0, min(part.awaited, order.open * part.per_unit - left))
        inputs.append(
            part.replace(
                used=part.used + used, scrapped=part.scrapped + scrapped, reserved=max(0, left), awaited=awaited
            )
        )
    if lacking:
        raise NotNow("components are lacking", lacking)
    return tuple(inputs)


def _made(part: Output, report: WorkReport, broken: "Counter[str]") -> Output:
    """Return an output as a report leaves it: without those that broke when they were taken off."""
    scrapped = broken[part.sku]
    made = part.made + report.done * part.per_unit - scrapped
    return part.replace(made=made, scrapped=part.scrapped + scrapped)


def _labour(order: WorkOrder, report: WorkReport) -> Money | None:
    return report.labour or (order.labour and order.labour.replace(minor=_labour_minor(order, report)))


def _labour_minor(order: WorkOrder, report: WorkReport) -> int:
    if report.labour:
        return report.labour.minor
    return order.labour.minor * (report.done + report.failed) if order.labour else 0


def _detail(record: WorkRecord) -> str:
    parts = [f"{record.done} done"]
    if record.failed:
        parts.append(f"{record.failed} failed")
    parts += [f"{each.units} of {each.sku} scrapped" for each in record.scrap]
    if not record.is_counted:
        parts.append(COUNTED_BY_FEED)
    return f"{record.report}: {', '.join(parts)}" + (f" ({record.reason})" if record.reason else "")


def _movement(order: WorkOrder, record: WorkRecord, shelf: Shelf, on_hand: int, committed: int) -> Movement:
    return Movement(
        sku=shelf.sku,
        warehouse=shelf.warehouse,
        # No report, whatever it is called, has the event of another step.
        event=f"work#{order.id}#report#{record.report}#{'in' if on_hand > 0 else 'out'}",
        kind=MovementKind.WORK_IN if on_hand > 0 else MovementKind.WORK_OUT,
        on_hand=on_hand,
        committed=committed,
        reference=order.id,
        reason=f"report {record.report}: {record.reason}"[:255] if record.reason else f"report {record.report}",
        who=record.who,
        at=record.at,
    )

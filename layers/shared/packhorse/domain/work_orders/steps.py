"""The steps of a work order beside its reports: submit, close short, cancel; what it reserves and gives back."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from packhorse.domain.catalogue.kits import Catalogue
from packhorse.domain.catalogue.product import ProductKind
from packhorse.domain.errors import FieldError, NotNow, Rejected
from packhorse.domain.numbered import NO_COSTS, NOTHING_RESERVED
from packhorse.domain.plural import agree
from packhorse.domain.purchasing.additions import joined
from packhorse.domain.purchasing.made_for import without_unneeded
from packhorse.domain.stock.costing import CostChange
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.stock.movement import Movement, MovementKind
from packhorse.domain.stock.shelf_change import Reserved
from packhorse.domain.stock.source_shelf import SourceShelf
from packhorse.domain.values import Sku
from packhorse.domain.work_orders.drafting import drafted
from packhorse.domain.work_orders.recipe import components_of, parts_of
from packhorse.domain.work_orders.state import OVER, with_state
from packhorse.domain.work_orders.work_order import MAX_NESTED, Input, WorkKind, WorkOrder, WorkState, WorkTerms


class WorkChange(NamedTuple):
    """A work order after a change, its movements, what must hold of the shelves, and new work orders that it needs.

    The new ones have the numbers from `first` on.
    """

    order: WorkOrder
    movements: tuple[Movement, ...] = ()
    reserved: Mapping[Shelf, Reserved] = NOTHING_RESERVED
    costs: Mapping[Shelf, CostChange] = NO_COSTS
    nested: tuple[WorkOrder, ...] = ()
    first: int = 0


class Submission(NamedTuple):
    """What a submission finds: the product with all that it is made of, their shelves, and the `first` free number.

    With `is_forced` also units that orders wait for are reserved.
    """

    products: Catalogue
    shelves: Mapping[Shelf, SourceShelf]
    first: int
    id_of: Callable[[int], str]
    is_forced: bool = False

    def free(self, shelf: Shelf) -> int:
        """Return the units that may be reserved."""
        found = self.shelves.get(shelf, SourceShelf())
        return max(0, found.available if self.is_forced else found.available - found.waiting)


def submit(order: WorkOrder, found: Submission, who: str, at: datetime) -> WorkChange:
    """Return the work order with all that it needs reserved; one that was submitted reserves what it lacks.

    What is built itself and not there becomes a nested work order. Raises NotNow where anything else is not there.
    """
    if order.state is WorkState.CANCELLED:
        raise NotNow(f"work order {order.id} is cancelled: make another one")
    if order.state in OVER:
        return WorkChange(order)
    after = order if order.submitted_at else with_state(order.replace(submitted_at=at))
    needs = [_need(after, part, found) for part in after.inputs]
    if lacking := tuple(_lacking(after, needs, found.products)):
        raise NotNow("components are lacking", lacking)
    unfilled = [need for need in needs if need.rest]
    nested = {need.part.sku: _nested(after, need, found, place, who, at) for place, need in enumerate(unfilled)}
    movements = []
    for part, taken, rest in needs:
        reserving = part.replace(reserved=part.reserved + taken)
        after = after.with_input(reserving.replace(awaited=rest, nested=nested[part.sku].id) if rest else reserving)
        if taken:
            movements.append(_movement(after, part.shelf(after.warehouse), taken, f"{order.version}#reserved", who, at))
    if after == order:
        return WorkChange(order)
    after = after.with_entry(at, *_submission(order, needs, nested.values(), who))
    kept = {} if found.is_forced else {each.shelf: found.shelves[each.shelf].kept for each in movements}
    return WorkChange(after, tuple(movements), kept, nested=tuple(nested.values()), first=found.first)


def _submission(
    order: WorkOrder, needs: Iterable["_Need"], nested: Iterable[WorkOrder], who: str
) -> tuple[str, str, str]:
    """Return what a submission did, for the timeline: one that reserves nothing more awaits what is built."""
    awaited = joined([f"{each.units} of {each.sku} by {each.id}" for each in nested])
    if not order.submitted_at:
        return "submitted", who, awaited and f"awaits {awaited}"
    if reserved := joined([f"{need.taken} of {need.part.sku}" for need in needs if need.taken]):
        return "reserved", who, reserved + (f"; awaits {awaited}" if awaited else "")
    return "awaits", who, awaited


class _Need(NamedTuple):
    """An input, the units of it that are reserved now, and the rest of what it lacks."""

    part: Input
    taken: int
    rest: int


def _need(order: WorkOrder, part: Input, found: Submission) -> _Need:
    wanted = order.lacking(part)
    taken = min(wanted, found.free(part.shelf(order.warehouse)))
    return _Need(part, taken, wanted - taken)


def _lacking(order: WorkOrder, needs: Sequence[_Need], products: Catalogue) -> Iterator[FieldError]:
    """Yield an error for each input that is not there, unless a nested work order can build the rest."""
    nested = 0
    for index, (part, taken, rest) in enumerate(needs):
        if not rest:
            continue
        nested += 1
        if nested > MAX_NESTED or not _may_nest(order, part, products):
            needed = f"{taken + rest} of {part.sku} {agree(taken + rest, 'is', 'are')} needed"
            there = f"{taken} {agree(taken, 'is', 'are')} free at {order.warehouse} that no order has or waits for"
            first = f"; {part.nested} has to be over before another work order builds some" if part.awaited else ""
            yield FieldError(f"inputs.{index}", f"{needed}, {there}{first}")


def by_recipe(order: WorkOrder, products: Catalogue) -> WorkOrder:
    """Return a new work order by the recipe that its product has now; from its submission on it keeps it."""
    if order.state is not WorkState.NEW:
        return order
    inputs, outputs = parts_of(order, components_of(order.sku, products))
    return order.replace(inputs=inputs, outputs=outputs)


def _may_nest(order: WorkOrder, part: Input, products: Catalogue) -> bool:
    product = products.get(Sku(part.sku))
    is_built = product is not None and product.kind is ProductKind.BUILT
    return is_built and order.kind is WorkKind.BUILD and not part.awaited


def _nested(order: WorkOrder, need: _Need, found: Submission, place: int, who: str, at: datetime) -> WorkOrder:
    terms = WorkTerms(sku=need.part.sku, warehouse=order.warehouse, units=need.rest)
    taken = components_of(need.part.sku, found.products)
    return drafted(found.id_of(found.first + place), terms, taken, who, at, builds_for=order.id)


def closed_short(order: WorkOrder, units: int | None, who: str, at: datetime) -> WorkChange:
    """Return the work order without what is open, or so many units of that; what it has reserved for it is given back.

    Units that orders do not want are the first of them.
    """
    if order.state is WorkState.NEW or order.state is WorkState.CANCELLED:
        raise NotNow(f"work order {order.id} is {order.state}: nothing of it can be closed")
    if not order.open:
        return WorkChange(order)
    closing = order.open if units is None else units
    if closing > order.open:
        problem = f"at most {order.open} {agree(order.open, 'is', 'are')} still to be {order.kind.participle}"
        raise Rejected("fewer units are open", [FieldError("units", problem)])
    made_for = without_unneeded(order.made_for, closing)
    after = order.replace(closed=order.closed + closing, made_for=made_for)
    return _given_back(
        with_state(after).with_entry(at, "closed short", who, f"{closing} not {order.kind.participle}"), who, at
    )


def cancelled(order: WorkOrder, who: str, at: datetime, why: str = "") -> WorkChange:
    """Return the cancelled work order, with what it had reserved given back; raises NotNow once it was worked on."""
    if order.state is WorkState.CANCELLED:
        return WorkChange(order)
    if order.reports or order.state in OVER:
        raise NotNow(_why_not_cancelled(order))
    after = order.replace(cancelled_at=at)
    return _given_back(with_state(after).with_entry(at, "cancelled", who, why), who, at)


def _why_not_cancelled(order: WorkOrder) -> str:
    """Return why a work order that was worked on, or is over, cannot be cancelled, and what can be done instead."""
    undo = "take apart" if order.kind is WorkKind.BUILD else "build again"
    undone = f"{undo} what was {order.kind.participle} by another work order"
    if order.state not in OVER:
        return f"work order {order.id} was worked on: close it short{f', or {undone}' if order.done else ''}"
    return f"work order {order.id} is {order.state}: {undone if order.done else 'nothing of it is to be done'}"


def _given_back(order: WorkOrder, who: str, at: datetime) -> WorkChange:
    """Return the work order without what it reserves beyond its open units, and waits for."""
    movements = []
    for part in order.inputs:
        reserved = min(part.reserved, order.open * part.per_unit)
        awaited = min(part.awaited, order.open * part.per_unit - reserved)
        if given_back := part.reserved - reserved:
            shelf = part.shelf(order.warehouse)
            movements.append(_movement(order, shelf, -given_back, f"{order.version}#released", who, at))
        order = order.with_input(part.replace(reserved=reserved, awaited=awaited))
    return WorkChange(order, tuple(movements))


def followed(parent: WorkOrder, before: WorkOrder, after: WorkOrder, who: str, at: datetime) -> WorkChange:
    """Return the work order that a nested one is built for, as the change of that one leaves it.

    What is built is reserved for it at once, unless a supplier's feed says when it is there. What the nested one does
    not build any more, it lacks.
    """
    part = next((each for each in parent.inputs if each.nested == after.id), None)
    if part is None or not part.awaited:
        return WorkChange(parent)
    done = min(part.awaited, after.done - before.done)
    came = done if done and after.reports[-1].is_counted else 0
    waiting = part.replace(reserved=part.reserved + came, awaited=min(part.awaited - done, after.open))
    if waiting == part:
        return WorkChange(parent)
    changed = parent.with_input(waiting)
    if not came:
        return WorkChange(changed.with_entry(at, "awaits", who, f"{waiting.awaited} of {part.sku} by {after.id}"))
    shelf = part.shelf(parent.warehouse)
    movement = _movement(parent, shelf, came, f"nested#{after.id}#{after.reports[-1].report}", who, at)
    return WorkChange(changed.with_entry(at, "reserved", who, f"{came} of {part.sku} by {after.id}"), (movement,))


def lowered(nested: WorkOrder, was: Input, now: Input | None, who: str, at: datetime) -> WorkChange:
    """Return a nested work order that is still new without the units that are not awaited of it any more."""
    fewer = was.awaited - (now.awaited if now else 0)
    if nested.state is not WorkState.NEW or fewer <= 0:
        return WorkChange(nested)
    if not now or not now.awaited:
        return cancelled(nested, who, at, f"{nested.builds_for} does not need it any more")
    after = nested.replace(units=nested.units - fewer)
    return WorkChange(after.with_entry(at, "lowered", who, f"{nested.builds_for} needs {fewer} fewer"))


def _movement(order: WorkOrder, shelf: Shelf, units: int, event: str, who: str, at: datetime) -> Movement:
    return Movement(
        sku=shelf.sku,
        warehouse=shelf.warehouse,
        event=f"work#{order.id}#{event}",
        kind=MovementKind.COMMIT if units > 0 else MovementKind.RELEASE,
        on_hand=0,
        committed=units,
        reference=order.id,
        reason=f"to build {order.sku}" if order.kind is WorkKind.BUILD else f"to take {order.sku} apart",
        who=who,
        at=at,
        waited_since=order.submitted_at.date() if order.submitted_at and units < 0 else None,
        is_demand=None if order.kind is WorkKind.BUILD else False,
    )

"""Make and change work orders: read, decide, write, again after a conflict."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.stock.goods import Recipe
from packhorse.domain.transfers.figures import is_counted_here
from packhorse.domain.values import Sku, WarehouseId
from packhorse.domain.work_orders.drafting import WorkDraft, drafted, edited
from packhorse.domain.work_orders.effects import effects_of
from packhorse.domain.work_orders.recipe import components_of
from packhorse.domain.work_orders.reporting import WorkReport, report_work
from packhorse.domain.work_orders.steps import Submission, WorkChange, by_recipe, followed, lowered, submit
from packhorse.domain.work_orders.work_order import WorkOrder
from packhorse.store import catalogue, configuration
from packhorse.store.backoff import retry_conflicts
from packhorse.store.register import Saving
from packhorse.store.source_shelves import source_shelves
from packhorse.store.work_orders import WORK_ORDERS
from packhorse.usecases.supply.make_numbered import is_counted_at, make_once

Step = Callable[[WorkOrder, str, datetime], WorkChange]
"""What changes a work order, in whose name and when."""
NOT_THERE = "nothing can be built there"


def create_work(draft: WorkDraft, request: str, who: str) -> WorkOrder:
    """Make a new work order; the same request again returns the same one. Raises Rejected."""
    taken = checked_recipe(draft)
    return make_once(WORK_ORDERS, request, lambda name, at: drafted(name, draft, taken, who, at))


def edit_work(work_id: str, draft: WorkDraft, who: str, require: Callable[[WorkOrder], None]) -> WorkOrder:
    """Replace the terms of a new work order; raises Rejected, and NotNow once it is submitted.

    `require` raises if what is stored is not what the caller read.
    """
    taken = checked_recipe(draft)

    def step(order: WorkOrder, who: str, at: datetime) -> WorkChange:
        require(order)
        return WorkChange(edited(order, draft, taken, who, at))

    return change_work(work_id, step, who)


def submit_work(work_id: str, who: str, *, is_forced: bool) -> WorkOrder:
    """Submit a work order, or reserve what a submitted one lacks; nested ones are drafted with it."""

    def step(order: WorkOrder, who: str, at: datetime) -> WorkChange:
        check_place(order.warehouse)
        first = WORK_ORDERS.next_number()
        products = catalogue.with_all_components({Sku(order.sku)})
        order = by_recipe(order, products)
        shelves = source_shelves(part.shelf(order.warehouse) for part in order.inputs)
        return submit(order, Submission(products, shelves, first, WORK_ORDERS.id_of, is_forced), who, at)

    return change_work(work_id, step, who)


def report(work_id: str, done: WorkReport, who: str) -> WorkOrder:
    """Record what was done of a work order."""

    def step(order: WorkOrder, who: str, at: datetime) -> WorkChange:
        shelves = source_shelves(part.shelf(order.warehouse) for part in (*order.inputs, *order.outputs))
        return report_work(order, done, shelves, who, at, is_counted=is_counted_at(order.warehouse))

    return change_work(work_id, step, who)


def change_work(work_id: str, step: Step, who: str) -> WorkOrder:
    """Change a work order with the stock that changes by it, and those that depend on it, in one transaction."""

    def change() -> WorkOrder:
        now, before = datetime.now(UTC), WORK_ORDERS.get(work_id)
        made = step(before, who, now)
        if made.order == before:
            return before
        changes = [(before, made), *_dependent(before, made.order, who, now)]
        savings = [Saving(was, each.order, effects_of(was, each)) for was, each in changes]
        savings += [Saving(None, each) for each in made.nested]
        return WORK_ORDERS.save_together(savings, made.first, now)[0]

    return retry_conflicts(change)


def _dependent(before: WorkOrder, after: WorkOrder, who: str, at: datetime) -> Iterator[tuple[WorkOrder, WorkChange]]:
    """Yield the changes of the work order that this one is built for, and of nested ones that it awaits less of."""
    if after.builds_for:
        parent = WORK_ORDERS.get(after.builds_for)
        if (made := followed(parent, before, after, who, at)).order != parent:
            yield parent, made
    was, now = ({part.nested: part for part in order.inputs if part.nested} for order in (before, after))
    changed = [name for name in was if was[name] != now.get(name)]
    for name, nested in WORK_ORDERS.find(changed).items():
        if (fewer := lowered(nested, was[name], now.get(name), who, at)).order != nested:
            yield nested, fewer


def checked_recipe(draft: WorkDraft) -> Recipe:
    """Return what the product of a draft is built of; raises Rejected if it, or its warehouse, is none to build at."""
    wrong = list(_place_errors(draft.warehouse))
    try:
        taken = components_of(draft.sku, catalogue.with_all_components({Sku(draft.sku)}))
    except Rejected as error:
        raise Rejected(str(error), [*error.errors, *wrong]) from error
    if wrong:
        raise Rejected(NOT_THERE, wrong)
    return taken


def check_place(name: str) -> None:
    """Raise Rejected unless stock of that warehouse is counted here."""
    if wrong := list(_place_errors(name)):
        raise Rejected(NOT_THERE, wrong)


def _place_errors(name: str) -> Iterator[FieldError]:
    warehouse = configuration.current().warehouses.get(WarehouseId(name))
    if warehouse is None:
        yield FieldError("warehouse", f"there is no warehouse {name}")
    elif not is_counted_here(warehouse.kind):
        yield FieldError("warehouse", f"what is in {name} is not counted here: build at a warehouse of ours")

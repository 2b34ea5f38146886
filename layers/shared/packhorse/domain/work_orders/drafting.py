"""Draft work orders: by hand, for orders that wait, for another work order; edited while they are new."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from packhorse.domain.errors import FieldError, NotNow, Rejected
from packhorse.domain.money import AMOUNT_TOO_LARGE, is_amount
from packhorse.domain.purchasing.additions import for_orders
from packhorse.domain.purchasing.made_for import MadeFor
from packhorse.domain.stock.goods import Recipe
from packhorse.domain.values import shared_fields
from packhorse.domain.work_orders.recipe import parts_of
from packhorse.domain.work_orders.work_order import WorkOrder, WorkState, WorkTerms


class WorkDraft(WorkTerms):
    """A work order as a person writes it."""


def drafted(
    work_id: str,
    draft: WorkTerms,
    taken: Recipe,
    who: str,
    at: datetime,
    *,
    made_for: tuple[MadeFor, ...] = (),
    called: Mapping[str, str] = MappingProxyType({}),
    builds_for: str = "",
) -> WorkOrder:
    """Return a new work order for a product of that recipe, for orders that are `called` so; raises Rejected."""
    check_draft(draft)
    inputs, outputs = parts_of(draft, taken)
    terms = shared_fields(WorkTerms, draft)
    order = WorkOrder(id=work_id, **terms, inputs=inputs, outputs=outputs, created_at=at)
    order = order.replace(made_for=made_for, builds_for=builds_for)
    detail = f"for {builds_for}" if builds_for else for_orders(order.sku, made_for, called)
    return order.with_entry(at, "created", who, detail)


def edited(order: WorkOrder, draft: WorkDraft, taken: Recipe, who: str, at: datetime) -> WorkOrder:
    """Return a new work order as a person edited it; raises Rejected, and NotNow once it is submitted.

    For whom it is made stays, unless it makes something else, or elsewhere.
    """
    if order.state is not WorkState.NEW:
        raise NotNow(f"work order {order.id} is {order.state}: only a new one can be edited")
    check_draft(draft)
    same = ("kind", "sku", "warehouse")
    differing = [name for name in same if getattr(order, name) != getattr(draft, name)]
    if differing and order.builds_for:
        problem = f"{order.builds_for} needs it as it is: cancel this one, and make another"
        raise Rejected("the work order is nested", [FieldError(name, problem) for name in differing])
    inputs, outputs = parts_of(draft, taken)
    made_for = () if differing else order.made_for
    after = order.replace(**shared_fields(WorkTerms, draft), inputs=inputs, outputs=outputs, made_for=made_for)
    return order if after == order else after.with_entry(at, "edited", who)


def check_draft(draft: WorkTerms) -> None:
    """Raise Rejected if the work costs less than nothing, or on all units more than an amount can be."""
    if not draft.labour:
        return
    faults = ["is negative"] if draft.labour.minor < 0 else []
    if not is_amount(draft.labour.minor * draft.units):
        faults.append(f"is that of a unit: of {draft.units} it {AMOUNT_TOO_LARGE}")
    if faults:
        raise Rejected("the work order cannot be made like this", [FieldError("labour.amount", faults[0])])

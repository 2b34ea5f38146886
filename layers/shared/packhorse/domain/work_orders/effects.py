"""What a change of a work order does beside: its stock and costs, and what needs a person."""

from collections.abc import Iterator

from packhorse.domain.numbered import Effects, opened_and_ended
from packhorse.domain.plural import agree, plural
from packhorse.domain.problem import Cause, Problem, Subject
from packhorse.domain.purchasing.made_for import orders_giving_up
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.values import Sku, WarehouseId
from packhorse.domain.work_orders.steps import WorkChange
from packhorse.domain.work_orders.work_order import WorkOrder


def effects_of(before: WorkOrder, made: WorkChange) -> Effects:
    """Return what a change does beside the work order itself."""
    opened, ended = opened_and_ended(problems_of(before), problems_of(made.order))
    return Effects(made.movements, made.costs, made.reserved, opened, ended)


def problems_of(order: WorkOrder) -> Iterator[Problem]:
    """Yield what a person has to settle about a work order as it is."""
    subject = Subject.of_work(order.id, Shelf(Sku(order.sku), WarehouseId(order.warehouse)))
    if order.is_submitted and order.unneeded:
        names = orders_giving_up(order.made_for)
        verb, by = agree(order.unneeded, "is", "are"), plural(len(names), "order")
        message = f"work order {order.id}: {order.unneeded} of {order.sku} {verb} not wanted any more by {by}"
        yield Problem(cause=Cause.WORK_UNNEEDED, subject=subject, message=message, orders=names)
    lacking = [f"{units} of {part.sku}" for part in order.inputs if (units := order.lacking(part))]
    if lacking:
        verbs = agree(order.open, "is to be done, and lacks", "are to be done, and lack")
        message = f"work order {order.id}: {order.open} of {order.sku} {verbs} {', '.join(lacking)}"
        yield Problem(cause=Cause.WORK_LACKS_COMPONENTS, subject=subject, message=message)

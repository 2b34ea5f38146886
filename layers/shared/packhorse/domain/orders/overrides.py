"""What people set on an order in place of its channel: delivery address, customer's note and gift message."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from packhorse.domain.address import one_line
from packhorse.domain.errors import FieldError, NotNow
from packhorse.domain.orders.field_words import field_words
from packhorse.domain.orders.new_address import without_refusals_of_address
from packhorse.domain.orders.order import Order, Replaced
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.steps import recalled
from packhorse.domain.orders.updates import with_entry


def set_by_person(order: Order, version: int, changes: Mapping[str, Any], at: datetime, who: str) -> Order:
    """Return the order with those values of fields that `Replaced` names, and the channel's remembered beside them.

    An order whose buyer was erased, and that has units to send again, is to be erased once more when it is over. Raises
    NotNow for another version, and once a warehouse has a part of the order.
    """
    _check_editable(order, version)
    for name, value in changes.items():
        before = getattr(order, name)
        if value == before:
            continue
        first = next((part for part in order.replaced if part.field == name), Replaced(field=name, **{name: before}))
        others = tuple(part for part in order.replaced if part.field != name)
        kept = others if first.value == value else (*others, first)
        order = order.replace(**{name: value}, replaced=kept, erased_at=None)
        order = with_entry(order, at, "edited", who, f"{field_words([name])} from {_shown(before)} to {_shown(value)}")
        order = without_refusals_of_address(order) if name == "ship_to" else order
    return with_status(order, at, who)


def require_version(order: Order, version: int) -> None:
    """Raise NotNow for another version than the order has: its caller decided on what is not stored any more."""
    if order.version != version:
        message = f"the order is at version {order.version}; read it again"
        raise NotNow("another change came first", [FieldError("version", message)])


def _check_editable(order: Order, version: int) -> None:
    require_version(order, version)
    if order.is_over:
        raise NotNow(f"the order is {order.status}; it cannot be edited any more")
    for number, fulfilment in enumerate(order.fulfilments, 1):
        if fulfilment.is_open and not fulfilment.is_taken_back:
            is_held_back = recalled(fulfilment) != fulfilment
            how = "hold the order to take it back first" if is_held_back else "take back what is left of it first"
            raise NotNow(f"{fulfilment.warehouse} has fulfilment order {number}; {how}")


def repeated_by_channel(order: Order, stated: Mapping[str, Any]) -> frozenset[str]:
    """Return the fields that a person set for which the channel says what it said before: the person's stay."""
    return frozenset(part.field for part in order.replaced if stated.get(part.field, part.value) == part.value)


def without_replaced(order: Order, stated: Mapping[str, Any], at: datetime, who: str) -> Order:
    """Return the order without what is remembered of fields that the channel changed since: the channel's value wins.

    `order` has the person's values still; the timeline gets those that are overwritten.
    """
    stay = repeated_by_channel(order, stated)
    for part in order.replaced:
        if part.field not in stay:
            ours, theirs = getattr(order, part.field), stated[part.field]
            detail = f"{field_words([part.field])} from {_shown(ours)}, which a person had set, to {_shown(theirs)}"
            order = with_entry(order, at, "edit_overwritten", who, detail) if ours != theirs else order
    return order.replace(replaced=tuple(part for part in order.replaced if part.field in stay))


def _shown(value: Any) -> str:
    return f'"{value[:200]}"' if isinstance(value, str) else one_line(value)

"""Edit an order before its hand-over."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from packhorse.domain.catalogue import kits
from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.orders.annotations import with_tags
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.line_edits import LineEdit, with_edited_lines, withdrawn
from packhorse.domain.orders.matching import Match
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.overrides import set_by_person
from packhorse.domain.orders.rerouting import to_be_rerouted_anywhere, with_new_place
from packhorse.domain.values import OrderId, Sku, SkuText, Value, Whole
from packhorse.store import catalogue, configuration
from packhorse.usecases.orders.change_order import change_order
from packhorse.usecases.routing.reroute import with_new_route


class EditedLine(Value):
    """What a person sets of a line: another product, how many units stay wanted (0 cancels the line), or both."""

    id: Annotated[str, Field(min_length=1, max_length=100)]
    sku: SkuText | None = None
    quantity: Annotated[Whole, Field(ge=0, le=1_000_000)] | None = None


class OrderEdits(NamedTuple):
    """What a person sets of an order: values of fields that `Replaced` names, tags (None: as they are), and lines."""

    values: Mapping[str, Any]
    tags: tuple[str, ...] | None = None
    lines: Sequence[EditedLine] = ()


def edit_order(order_id: OrderId, version: int, edits: OrderEdits, who: str) -> Order:
    """Edit an order as one change, and route it again in the same transaction.

    Another address routes all that is not handed over, an edited line what lacks units. What a hold took back from a
    warehouse is handed over anew, since it may ship from another one. Raises Rejected for an unknown line or product.
    """
    config = configuration.current()
    matches = _matches(edits.lines)

    def step(order: Order, now: datetime, who: str) -> Change:
        new = set_by_person(order, version, edits.values, now, who)
        new = new if edits.tags is None else with_tags(new, edits.tags, now, who)
        is_moved = new.ship_to != order.ship_to
        new = _at_new_address(order, new, now, who) if is_moved else new
        wanted = _line_edits(new, edits.lines, matches)
        change = with_edited_lines(new, wanted, now, who, restock=config.restock)
        return with_new_route(change, config, now) if is_moved or needs_more(new, change.order) else change

    return change_order(order_id, step, who)


def _at_new_address(before: Order, order: Order, now: datetime, who: str) -> Order:
    """Return the order with all that no warehouse has to be routed again, also what a hold took back."""
    taken_back = withdrawn(with_new_place(before, order, now, who), now, who)
    return to_be_rerouted_anywhere(taken_back)


def needs_more(before: Order, order: Order) -> bool:
    """Return whether a line lacks more units than before, or units of another product."""
    lacked = {line.id: (line.matched, line.unallocated) for line in before.lines}
    return any(lacked[line.id][0] != line.matched or line.unallocated > lacked[line.id][1] for line in order.lines)


def _matches(lines: Sequence[EditedLine]) -> dict[str, LineEdit]:
    """Return the edit of a line that gets another product, by the sku of that; raises Rejected for an unknown sku."""
    wanted = {Sku(line.sku) for line in lines if line.sku}
    stored = catalogue.with_components(wanted) if wanted else {}
    absent = [
        FieldError(f"lines.{index}.sku", f"there is no product {line.sku}")
        for index, line in enumerate(lines)
        if line.sku and line.sku not in stored
    ]
    if absent:
        raise Rejected("the line cannot be that product", absent)
    recipes = {sku: kits.recipe(sku, stored) if stored[sku].is_kit else {} for sku in wanted}
    return {sku: LineEdit(match=Match(sku, recipes[sku]), name=stored[sku].name) for sku in wanted}


def _line_edits(order: Order, lines: Sequence[EditedLine], matches: Mapping[str, LineEdit]) -> dict[str, LineEdit]:
    absent = [
        FieldError(f"lines.{index}.id", f"the order has no line {line.id}")
        for index, line in enumerate(lines)
        if order.line(line.id) is None
    ]
    if absent:
        raise Rejected("the line does not exist", absent)
    return {line.id: matches.get(line.sku or "", LineEdit())._replace(quantity=line.quantity) for line in lines}

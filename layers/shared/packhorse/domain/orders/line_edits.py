"""Lines as a person set them before hand-over; the channel's next message leaves them unless it changes that field."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from packhorse.domain.errors import FieldError, NotNow
from packhorse.domain.labels.label import AT_CARRIER, Label, LabelState
from packhorse.domain.orders.cancelling import staying_units, unwanted_units, with_units_wanted_again
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.channel_order import ChannelLine, ChannelOrder
from packhorse.domain.orders.editing import cancelled_if_empty, going_on_with_more, is_another_item
from packhorse.domain.orders.exceptions import without_exception
from packhorse.domain.orders.matching import Match
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.order_line import OrderLine, StatedItem
from packhorse.domain.orders.releasing import without_units
from packhorse.domain.orders.reported import gone_units
from packhorse.domain.orders.restock import RestockRule, restocked
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.updates import with_entry, with_lines
from packhorse.domain.plural import agree, plural
from packhorse.domain.problem import Cause

ITEM_FIELDS = tuple(StatedItem.model_fields)


class LineEdit(NamedTuple):
    """What a person sets of a line: how many units stay wanted, and the product with its name; None stays."""

    quantity: int | None = None
    match: Match | None = None
    name: str = ""


def withdrawn(order: Order, at: datetime, who: str) -> Order:
    """Return the order with the fulfilment orders ended that a hold took back: it is routed and handed over anew.

    Their tokens are answered as those of other cancelled ones. Raises NotNow while one has a label: that is paid for,
    has the address of before, and could not be sent any more.
    """
    for each in order.fulfilments:
        if each.is_taken_back and each.waiting_labels:
            raise NotNow(_why_labelled(each.number, each.waiting_labels[0]))
    ended = tuple(each.stopped() if each.is_taken_back else each for each in order.fulfilments)
    return order if ended == order.fulfilments else with_status(order.replace(fulfilments=ended), at, who)


def _why_labelled(number: int, label: Label) -> str:
    if label.state in AT_CARRIER:
        done = "bought" if label.state is LabelState.BUYING else "voided"
        return f"the label of fulfilment {number} is being {done}: try again in two minutes"
    return f"fulfilment {number} has label {label.name}: void it first, then edit the order"


def with_edited_lines(
    order: Order, edits: Mapping[str, LineEdit], at: datetime, who: str, *, restock: RestockRule
) -> Change:
    """Return the order with its lines as a person set them; those that lack units are routed next.

    Raises NotNow where units of the line have left: for fewer than these, and for another product.
    """
    lines = [line for line in order.lines if line.id in edits and _differs(order, line, edits[line.id])]
    if not lines:
        return Change(order)
    change = Change(withdrawn(order, at, who))
    for line in map(_without_late_item, lines):
        change = change._replace(order=with_lines(change.order, {line.id: line}))
        change = _with_item(change, line, edits[line.id], at, who)
        change = _with_quantity(change, change.order.line(line.id) or line, edits[line.id].quantity, at, who)
    ended = with_status(cancelled_if_empty(going_on_with_more(order, change.order), at), at, who)
    return restocked(order, change._replace(order=ended), restock)


def _differs(order: Order, line: OrderLine, edit: LineEdit) -> bool:
    is_fewer_or_more = edit.quantity is not None and edit.quantity != line.quantity - line.cancelled
    is_wanted_again = edit.quantity is not None and unwanted_units(order, line.id) > 0
    return is_fewer_or_more or is_wanted_again or _is_new_item(line, edit)


def _is_new_item(line: OrderLine, edit: LineEdit) -> bool:
    return edit.match is not None and edit.match.sku != line.matched


def _has_shipped(line: OrderLine, gone: int) -> str:
    return f"{gone} of line {line.id} {agree(gone, 'has', 'have')} shipped"


def _without_late_item(line: OrderLine) -> OrderLine:
    """Return the line as one that stays its item since a person edits it: that of its channel is stated only."""
    if (theirs := line.late_item) is None:
        return line
    return line.replace(late_item=None, stated_item=_item_of(theirs), stated_quantity=theirs.quantity)


def _item_of(line: ChannelLine) -> StatedItem:
    return StatedItem(**{name: getattr(line, name) for name in ITEM_FIELDS})


def _with_item(change: Change, line: OrderLine, edit: LineEdit, at: datetime, who: str) -> Change:
    if edit.match is None or not _is_new_item(line, edit):
        return change
    if gone := gone_units(change.order)[line.id]:
        raise NotNow("a part of the line has shipped", [FieldError("sku", _has_shipped(line, gone))])
    if staying := sum(staying_units(change.order, line.id).values()):
        message = f"a fulfiller has accepted {staying} of line {line.id}: take them back first"
        raise NotNow("a part of the line is with its fulfiller", [FieldError("sku", message)])
    change, _ = without_units(change, line, line.quantity - line.cancelled, at, who)
    stated = line.stated_item or _item_of(line)
    ours = StatedItem(sku=edit.match.sku, name=edit.name)
    is_stated = stated.sku == edit.match.sku
    item = OrderLine(
        **{
            **dict(line),
            **dict(stated if is_stated else ours),
            "matched": edit.match.sku,
            "components": dict(edit.match.components),
            "allocations": (),
            "waits": (),
            "routing": None,
            "stated_item": None if is_stated else stated,
            "refused": (),
        }
    ).with_former(line, len(change.order.fulfilments))
    order = with_lines(change.order, {line.id: item})
    for cause in (Cause.UNMATCHED_SKU, Cause.EXCLUDED_WAREHOUSE):
        order = without_exception(order, cause, line.id)
    before = line.matched or line.sku or line.reference
    return change._replace(order=with_entry(order, at, "edited", who, f"{edit.match.sku} in place of {before}"))


def _with_quantity(change: Change, line: OrderLine, wanted: int | None, at: datetime, who: str) -> Change:
    before = line.quantity - line.cancelled
    if wanted is None:
        return change
    change, line = _wanted_again(change, line, wanted, at, who)
    if wanted == before:
        return change
    if wanted < (gone := gone_units(change.order)[line.id]):
        raise NotNow("less than has shipped", [FieldError("quantity", _has_shipped(line, gone))])
    staying = 0
    if wanted < before:
        asked = min(before - wanted, unwanted_units(change.order, line.id, refused=False))
        change, more = without_units(change, line, before - wanted - asked, at, who, "fewer are ordered")
        line = change.order.line(line.id) or line
        staying = asked + more  # in the line until their fulfiller agrees
    if wanted + staying == before:
        return change
    stated, quantity = _stated_quantity(line), wanted + staying + line.cancelled
    late = min(line.removed_late, staying)  # a person wants those that have left
    is_stated = quantity - late == stated
    changed = line.replace(quantity=quantity, removed_late=late, stated_quantity=None if is_stated else stated)
    order = with_lines(change.order, {line.id: changed})
    return change._replace(
        order=with_entry(order, at, "edited", who, f"{line.called}: {plural(wanted, 'unit')}, not {before}")
    )


def _wanted_again(change: Change, line: OrderLine, wanted: int, at: datetime, who: str) -> tuple[Change, OrderLine]:
    """Return the line with those of its unwanted units wanted again that a person wants, whoever removed them."""
    unwanted = unwanted_units(change.order, line.id)
    again = min(unwanted, wanted - (line.quantity - line.cancelled - unwanted))
    if again <= 0:
        return change, line
    order = with_units_wanted_again(change.order, line.id, again, at, who)
    late = max(0, line.removed_late - again)
    line = line.replace(
        removed_late=late, stated_quantity=line.stated_quantity if late == line.removed_late else _stated_quantity(line)
    )
    return change._replace(order=with_lines(order, {line.id: line})), line


# ---- the channel's next message ----------------------------------------------------------------------------------


def as_stated(order: Order) -> Order:
    """Return the order with its lines as the channel states them, so that a message can be compared with it."""
    return order.replace(lines=tuple(map(_as_stated, order.lines)))


def _stated_quantity(line: OrderLine) -> int:
    """Return how many units its channel has in the line."""
    return line.quantity - line.removed_late if line.stated_quantity is None else line.stated_quantity


def _as_stated(line: OrderLine) -> OrderLine:
    if line.stated_quantity is not None:
        line = line.replace(quantity=line.stated_quantity)
    return line.replace(**dict(line.stated_item)) if line.stated_item else line


def with_edits_kept(order: Order, received: ChannelOrder, at: datetime, who: str) -> tuple[Order, ChannelOrder]:
    """Return the message with what a person set in place of what it repeats.

    The order no longer remembers what the message changes; the timeline gets what is overwritten.
    """
    edited = {line.id: line for line in order.lines if line.stated_quantity is not None or line.stated_item}
    if not edited or order.is_cancelled_whole:  # the lines of a cancelled order stay as they are
        return order, received
    theirs = {line.id: line for line in received.lines}
    theirs |= {
        name: _removed(line) for name, line in edited.items() if name not in theirs and not _stated_quantity(line)
    }
    lines = (_with_ours(edited[name], line) if name in edited else line for name, line in theirs.items())
    order = _without_changed(order, edited.values(), theirs, at, who)
    return order, received.replace(lines=tuple(lines))


def _removed(line: OrderLine) -> ChannelLine:
    """Return a line that its channel has no units in any more, as if its messages still listed it."""
    fields = dict(_as_stated(line))
    return ChannelLine(**{name: fields[name] for name in ChannelLine.model_fields}).replace(quantity=0)


def _repeats_quantity(ours: OrderLine, line: ChannelLine) -> bool:
    """Return whether the channel repeats its quantity: one of another item is another, be the number equal."""
    is_equal = ours.stated_quantity is not None and line.quantity == ours.stated_quantity
    return is_equal and not is_another_item(_as_stated(ours), line)


def _repeats_item(ours: OrderLine, line: ChannelLine) -> bool:
    return ours.stated_item is not None and not is_another_item(_as_stated(ours), line)


def _with_ours(ours: OrderLine, line: ChannelLine) -> ChannelLine:
    if _repeats_quantity(ours, line):
        line = line.replace(quantity=ours.quantity - ours.removed_late)
    return line.replace(**{name: getattr(ours, name) for name in ITEM_FIELDS}) if _repeats_item(ours, line) else line


def _without_changed(
    order: Order, edited: Iterable[OrderLine], received: Mapping[str, ChannelLine], at: datetime, who: str
) -> Order:
    for line in edited:
        if forgotten := _forgotten(line, received.get(line.id)):
            fields = " and ".join(FORGOTTEN[name] for name in forgotten)
            order = with_lines(order, {line.id: _as_if_not_fewer(line, received).replace(**forgotten)})
            order = with_entry(order, at, "edit_overwritten", who, f"{line.called}: {fields}, which a person had set")
    return order


FORGOTTEN = {"stated_quantity": "its units", "stated_item": "its product"}


def _forgotten(line: OrderLine, theirs: ChannelLine | None) -> dict[str, Any]:
    """Return the fields of what the channel stated that it does not repeat."""
    forgotten: dict[str, Any] = {}
    if line.stated_quantity is not None and not (theirs and _repeats_quantity(line, theirs)):
        forgotten["stated_quantity"] = None
    if line.stated_item and not (theirs and _repeats_item(line, theirs)):
        forgotten["stated_item"] = None
    return forgotten


def _as_if_not_fewer(line: OrderLine, received: Mapping[str, ChannelLine]) -> OrderLine:
    """Return the line with the channel's quantity of before, if a person had set less and it states another now.

    What it has less then is first what was cancelled here, as of a line without edits. The units have no warehouse.
    """
    theirs = received.get(line.id)
    if not theirs or _repeats_quantity(line, theirs) or is_another_item(_as_stated(line), theirs):
        return line
    return line.replace(quantity=max(line.quantity, line.stated_quantity or 0))

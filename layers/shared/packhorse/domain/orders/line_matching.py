"""Lines of one order under other ids: a file numbers its rows, a channel has ids of its own, and may renew them.

Our id of a line is that of the first source of the order. What its channel calls it is kept beside that.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import count

from packhorse.domain.orders.channel_order import ChannelLine, ChannelOrder, ChannelParcel
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.order_line import OrderLine
from packhorse.domain.orders.updates import with_lines

OurIds = Mapping[str, str]
"""Our id of each line of a message, by the message's own."""


def our_line_ids(order: Order, received: ChannelOrder) -> OurIds:
    """Return our ids of the lines of a message: those of the stored lines that they are paired with.

    A line stays with the one that has its id, or had it. Any other is paired with a stored line that the message does
    not contain: one of the same item and quantity, else one of the same item; one of no units is not. A new line keeps
    its id if that is free.
    """
    is_of_channel = order.is_heard and received.lists_parcels
    ours = _by_id(order, received.lines) if is_of_channel else _by_id_and_item(order, received.lines)
    ours |= _by_item(order, received.lines, ours)
    if not is_of_channel:
        ours |= _by_place(order, received.lines, ours)
    return ours | _of_new_lines(order, received.lines, ours)


def with_our_line_ids(order: Order, received: ChannelOrder, ours: OurIds) -> ChannelOrder:
    """Return the message with our ids of its lines; its parcels may name them by any id that they have had."""
    names = {name: line.id for line in order.lines for name in line.ids_there} | dict(ours)
    if all(name == our for name, our in names.items()):
        return received
    lines = tuple(line.replace(id=ours[line.id]) for line in received.lines)
    parcels = tuple(_in_names(parcel, names) for parcel in received.parcels)
    return received.replace(lines=lines, parcels=parcels)


def with_ids_there(before: Order, order: Order, ours: OurIds, *, is_newest: bool) -> Order:
    """Return the order with the ids of a message of its channel, which was applied to the order `before`.

    Those of the newest message are the channel's present ones; an older one adds former ones at most.
    """
    theirs = {our: their for their, our in ours.items()}
    had = {line.id: line.ids_there or ((line.id,) if before.is_heard else ()) for line in before.lines}
    changed = {}
    for line in order.lines:
        ids = had.get(line.id, ())
        if is_newest:  # an id that another line has now is of this one no more
            ids = tuple(each for each in ids if ours.get(each, line.id) == line.id)
        ids = _with_id(ids, theirs[line.id], is_newest=is_newest) if line.id in theirs else ids
        ids = () if ids == (line.id,) else ids
        if ids != line.ids_there:
            changed[line.id] = line.replace(ids_there=ids)
    return with_lines(order, changed) if changed else order


def _with_id(ids: tuple[str, ...], their: str, *, is_newest: bool) -> tuple[str, ...]:
    if is_newest:
        return (*(each for each in ids if each != their), their)
    return ids if their in ids else (their, *ids)


def _by_id(order: Order, received: Iterable[ChannelLine]) -> dict[str, str]:
    """Pair lines by the channel's ids, the present ones first."""
    present = {line.id_there: line.id for line in order.lines}
    former = {name: line.id for line in order.lines for name in line.ids_there[:-1]}
    found = {line.id: present[line.id] for line in received if line.id in present}
    for line in received:
        our = former.get(line.id)
        if our and line.id not in found and our not in found.values():
            found[line.id] = our
    return found


def _by_id_and_item(order: Order, received: Iterable[ChannelLine]) -> dict[str, str]:
    """Pair lines by our ids, which may be another source's: equal ids alone, such as numbers of rows, mean nothing."""
    ours = {line.id: line for line in order.lines}
    return {line.id: line.id for line in received if line.id in ours and is_same_item(ours[line.id], line)}


def _by_place(order: Order, received: Iterable[ChannelLine], found: OurIds) -> dict[str, str]:
    """Pair what is left by equal ids: another item in the place of the one before."""
    free = {line.id for line in order.lines} - set(found.values())
    return {line.id: line.id for line in received if line.id not in found and line.id in free}


def _by_item(order: Order, received: Iterable[ChannelLine], found: OurIds) -> dict[str, str]:
    taken = set(found.values())
    theirs = [line for line in received if line.id not in found and line.quantity]
    ours = [line for line in order.lines if line.id not in taken and line.quantity]
    pairs: dict[str, str] = {}
    for is_same in (_is_equal, is_same_item):
        for line in list(theirs):
            same = _first(ours, line, is_same)
            if same:
                theirs.remove(line)
                ours.remove(same)
                pairs[line.id] = same.id
    return pairs


def _first(
    ours: Iterable[OrderLine], line: ChannelLine, is_same: Callable[[ChannelLine, ChannelLine], bool]
) -> OrderLine | None:
    return next((each for each in ours if is_same(each, line)), None)


def _is_equal(one: ChannelLine, other: ChannelLine) -> bool:
    return one.quantity == other.quantity and is_same_item(one, other)


def is_same_item(one: ChannelLine, other: ChannelLine) -> bool:
    """Return whether both have one sku or, where a sku is missing, one reference."""
    if one.sku and other.sku:
        return one.sku.strip() == other.sku.strip()
    return bool(one.reference) and one.reference == other.reference


def _of_new_lines(order: Order, received: Collection[ChannelLine], found: OurIds) -> dict[str, str]:
    taken = {line.id for line in order.lines}
    given: dict[str, str] = {}
    for line in received:
        if line.id not in found:
            given[line.id] = _free(line.id, taken | {each.id for each in received}) if line.id in taken else line.id
            taken.add(given[line.id])
    return given


def _free(name: str, taken: Collection[str]) -> str:
    return next(each for number in count(2) if (each := f"{name[:90]}-{number}") not in taken)


def _in_names(parcel: ChannelParcel, names: OurIds) -> ChannelParcel:
    parts = (part.replace(line=names.get(part.line, part.line)) for part in parcel.lines)
    return parcel.replace(lines=tuple(parts))

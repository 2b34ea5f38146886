"""Lines of one order under other ids: a file numbers its rows, a channel has ids of its own."""

from collections.abc import Callable, Iterable, Iterator

from packhorse.domain.orders.channel_order import ChannelLine, ChannelOrder, ChannelParcel
from packhorse.domain.orders.order import Order


def with_our_line_ids(order: Order, received: ChannelOrder) -> ChannelOrder:
    """Return the message with the stored ids of its lines, which the first source of the order gave.

    A line with an id that is not stored is paired with a stored line that the message does not contain: one of the same
    item and quantity, else one of the same item.
    """
    names = dict(_pairs(order, received.lines))
    if not names:
        return received
    lines = tuple(line.replace(id=names.get(line.id, line.id)) for line in received.lines)
    parcels = tuple(_in_names(parcel, names) for parcel in received.parcels)
    return received.replace(lines=lines, parcels=parcels)


def _pairs(order: Order, received: Iterable[ChannelLine]) -> Iterator[tuple[str, str]]:
    existing, named = {line.id for line in order.lines}, {line.id for line in received}
    theirs = [line for line in received if line.id not in existing]
    ours: list[ChannelLine] = [line for line in order.lines if line.id not in named and line.quantity]
    for is_same in (_is_equal, is_same_item):
        for line in list(theirs):
            found = _first(ours, line, is_same)
            if found:
                theirs.remove(line)
                ours.remove(found)
                yield line.id, found.id


def _first(
    ours: Iterable[ChannelLine], line: ChannelLine, is_same: Callable[[ChannelLine, ChannelLine], bool]
) -> ChannelLine | None:
    return next((each for each in ours if is_same(each, line)), None)


def _is_equal(one: ChannelLine, other: ChannelLine) -> bool:
    return one.quantity == other.quantity and is_same_item(one, other)


def is_same_item(one: ChannelLine, other: ChannelLine) -> bool:
    """Return whether both have one sku or, where a sku is missing, one reference."""
    if one.sku and other.sku:
        return one.sku.strip() == other.sku.strip()
    return bool(one.reference) and one.reference == other.reference


def _in_names(parcel: ChannelParcel, names: dict[str, str]) -> ChannelParcel:
    parts = (part.replace(line=names.get(part.line, part.line)) for part in parcel.lines)
    return parcel.replace(lines=tuple(parts))

"""Lines of one order that two sources call differently: a file numbers its rows, a channel has ids of its own."""

from collections.abc import Callable, Iterable, Iterator

from packhorse.domain.orders.channel_order import ChannelLine, ChannelOrder, ChannelParcel
from packhorse.domain.orders.order import Order


def with_our_line_ids(order: Order, told: ChannelOrder) -> ChannelOrder:
    """What is told of the order, its lines under the ids that they have here.

    A line under an id that the order does not know is the line of the same thing that is not told of, if there is one,
    of the same quantity first: whoever told of the order first named it.
    """
    names = dict(_pairs(order, told.lines))
    if not names:
        return told
    lines = tuple(line.replace(id=names.get(line.id, line.id)) for line in told.lines)
    parcels = tuple(_in_names(parcel, names) for parcel in told.parcels)
    return told.replace(lines=lines, parcels=parcels)


def _pairs(order: Order, told: Iterable[ChannelLine]) -> Iterator[tuple[str, str]]:
    known, named = {line.id for line in order.lines}, {line.id for line in told}
    theirs = [line for line in told if line.id not in known]
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
    """Whether both are of one sku or, where a sku is missing, of one reference."""
    if one.sku and other.sku:
        return one.sku.strip() == other.sku.strip()
    return bool(one.reference) and one.reference == other.reference


def _in_names(parcel: ChannelParcel, names: dict[str, str]) -> ChannelParcel:
    parts = (part.replace(line=names.get(part.line, part.line)) for part in parcel.lines)
    return parcel.replace(lines=tuple(parts))

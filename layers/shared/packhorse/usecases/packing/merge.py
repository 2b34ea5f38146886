"""Merge fulfilment orders of several orders into one parcel, undo it, and find what could ship together."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice

from packhorse.domain.errors import FieldError, NotFound, NotNow, Rejected
from packhorse.domain.labels.label import FulfilmentRef
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.fulfilment_rows import View
from packhorse.domain.orders.merging import FulfilmentOfOrder, merged, why_not_merged, why_not_together, without_merge
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.domain.values import OrderId
from packhorse.store import configuration, orders
from packhorse.store.order_search import words_of
from packhorse.store.row_search import RowFilter, rows_of_view
from packhorse.usecases.orders.change_order import change_order, change_together

MAX_SUGGESTED = 20
ROWS_READ = 200


def merge(refs: Sequence[FulfilmentRef], request: str, who: str) -> list[FulfilmentOfOrder]:
    """Merge these fulfilment orders in one transaction; a repeated request changes nothing.

    Raises Rejected with each that does not exist, or does not fit.
    """
    channels = configuration.current().channels
    ids = [OrderId(each.order) for each in refs]
    if wrong := list(_unknown(refs)):
        raise Rejected("not all of these exist", wrong)

    def step(found: Mapping[OrderId, Order], now: datetime) -> list[Order]:
        members = [_member(found[OrderId(each.order)], each.fulfilment) for each in refs]
        return merged(members, request, channels, now, who)

    after = change_together(ids, step, who)
    return [_member(after[OrderId(each.order)], each.fulfilment) for each in refs]


def _unknown(refs: Sequence[FulfilmentRef]) -> Iterator[FieldError]:
    found = orders.find_orders({OrderId(each.order) for each in refs})
    for place, ref in enumerate(refs):
        order = found.get(OrderId(ref.order))
        if order is None:
            yield FieldError(f"fulfilments.{place}.order", f"there is no order {ref.order}")
        elif order.fulfilment(ref.fulfilment) is None:
            yield FieldError(f"fulfilments.{place}.fulfilment", f"the order has no fulfilment {ref.fulfilment}")
        elif ref.order in {each.order for each in refs[:place]}:
            yield FieldError(f"fulfilments.{place}.order", "is there twice: parts of one order are joined instead")


def unmerge(order_id: OrderId, number: int, who: str) -> Order:
    """Take a fulfilment order out of its merge; of two, neither is merged then. Raises NotNow once it has a label."""

    def step(order: Order, now: datetime, who: str) -> Change:
        fulfilment = fulfilment_order_of(order, number)
        if fulfilment.ships_shared:
            raise NotNow(f"fulfilment {number} has a label with other orders: void it first")
        if fulfilment.merge is None:
            return Change(order)
        return Change(without_merge(order, fulfilment, "undone", now, who))

    return change_order(order_id, step, who)


def could_ship_with(order_id: OrderId, number: int) -> list[FulfilmentOfOrder]:
    """Return the fulfilment orders of other orders that could leave in the same parcel, soonest first.

    They are searched among rows to ship at the warehouse by the recipient's name, of which a bounded number is read.
    """
    member = _member(orders.get_order(order_id), number)
    address = member.order.ship_to
    if why_not_merged(member) or address is None:
        return []
    words = words_of(address.name)
    only = RowFilter(warehouse=member.fulfilment.warehouse, country=address.country, words=words, now=datetime.now(UTC))
    rows = rows_of_view(View.TO_SHIP, only, "", ROWS_READ, is_backwards=False).rows.values()
    near = [row for row in rows if row.fulfilment and row.postcode == address.postcode and row.order_id != order_id]
    found = orders.find_orders(OrderId(row.order_id) for row in near)
    channels = configuration.current().channels
    members = (_member(found[OrderId(row.order_id)], row.fulfilment or 0) for row in near if row.order_id in found)
    fitting = (each for each in members if not why_not_merged(each) and not why_not_together(member, each, channels))
    return list(islice(fitting, MAX_SUGGESTED))


def _member(order: Order, number: int) -> FulfilmentOfOrder:
    found = order.fulfilment(number)
    if found is None:
        raise NotFound(f"the order has no fulfilment {number}")
    return FulfilmentOfOrder(order, found)

"""Forget the tries of what the channel of an order is not owed any more: should it be owed again, it is sent anew."""

from collections.abc import Iterator

from packhorse.domain.orders.cancel_notice import lacking_cancellation
from packhorse.domain.orders.hold_notice import owed_hold
from packhorse.domain.orders.notice import NEVER_TRIED, NoticeKind, OwedNotice, named_parcels, owed_notices
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.parcel import Parcel
from packhorse.domain.orders.updates import with_changed_parcel


def without_past_tries(order: Order) -> Order:
    """Return the order without them; the exceptions about them end, too."""
    order = _of_parcels(order)
    hold, cancellation = order.hold_notice, order.cancel_notice
    if hold and hold.tries and owed_hold(order) is None:
        order = order.replace(hold_notice=hold.untried())
    if cancellation and cancellation.tries and lacking_cancellation(order) is None:
        order = order.replace(cancel_notice=None)
    return order


def _of_parcels(order: Order) -> Order:
    if tried := list(_tried(order)):
        owed = {each.id for each in owed_notices(order)}
        for each in (each for each in tried if each.id not in owed):
            order = with_changed_parcel(order, each, _without_tries)
    return order


def _tried(order: Order) -> Iterator[OwedNotice]:
    """Yield the parcels of which something was sent in vain."""
    for fulfilment in order.fulfilments:
        for name, parcel in named_parcels(fulfilment).items():
            if parcel.notice and parcel.notice.tries:
                yield OwedNotice(NoticeKind.SHIPPED, fulfilment, name, parcel)


def _without_tries(parcel: Parcel) -> Parcel:
    return parcel.replace(notice=(parcel.notice or NEVER_TRIED).untried())

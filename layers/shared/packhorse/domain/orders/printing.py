"""What becomes of an order when a document of it is printed."""

from datetime import datetime

from packhorse.domain.errors import NotNow
from packhorse.domain.labels.label import Label, LabelState
from packhorse.domain.orders.fulfilment_order import DocumentKind, FulfilmentOrder, FulfilmentStatus
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.domain.orders.updates import with_entry, with_fulfilment

WITHDRAWN = frozenset({FulfilmentStatus.CANCELLED, FulfilmentStatus.REJECTED})


def printable(order: Order, number: int, kind: DocumentKind) -> FulfilmentOrder:
    """Return the fulfilment order that a document is to be printed of.

    Raises NotNow if nothing of it is to be packed, or picked: a sheet on the bench is taken for work to be done.
    """
    fulfilment = fulfilment_order_of(order, number)
    if fulfilment.status in WITHDRAWN:
        raise NotNow(f"fulfilment {number} is {fulfilment.status}: nothing of it is packed")
    if fulfilment.is_taken_back:
        raise NotNow(f"fulfilment {number} was taken back by a hold: release the order first")
    if kind is DocumentKind.PICK_LIST and not fulfilment.remaining:
        raise NotNow(f"fulfilment {number} is shipped: nothing of it is left to pick")
    return fulfilment


def printed(order: Order, number: int, kind: DocumentKind, at: datetime, who: str) -> Order:
    """Return the order after a document of a fulfilment order was printed, for the first time or once more."""
    fulfilment = fulfilment_order_of(order, number)
    what = "reprinted" if kind in fulfilment.printed else "printed"
    kinds = tuple(sorted({*fulfilment.printed, kind}))
    return with_entry(
        with_fulfilment(order, fulfilment.replace(printed=kinds)), at, what, who, f"{kind.words} of fulfilment {number}"
    )


def labels_to_print(fulfilment: FulfilmentOrder) -> tuple[Label, ...]:
    """Return the labels of all parcels that are on the bench; of none, the newest label, unless a parcel lacks one."""
    here = labels_on_bench(fulfilment)
    if here or fulfilment.unlabelled:
        return here
    return tuple(each for each in fulfilment.labels if each.is_printable)[-1:]


def labels_on_bench(fulfilment: FulfilmentOrder) -> tuple[Label, ...]:
    """Return the labels of all parcels that are on the bench, oldest first.

    What left before its box was closed, or without one, is not on the bench.
    """
    closed_at = fulfilment.packing.closed_at if fulfilment.packing else None
    left = {each.label for each in fulfilment.parcels if closed_at is None or each.boxed_at != closed_at}
    return tuple(each for each in fulfilment.labels if each.state is LabelState.BOUGHT and each.id not in left)


def labels_to_print_with(box: FulfilmentOrder) -> tuple[Label, ...]:
    """Return the labels that are printed when a box is closed.

    A parcel of several orders has one label, which is printed with the box of the order that has it.
    """
    return tuple(each for each in labels_on_bench(box) if each.holder is None)

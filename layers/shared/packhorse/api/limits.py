"""What requests of limited callers may be about, and which part of an order they see and find."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

from packhorse.api.access import Arguments
from packhorse.domain.errors import FieldError, NotAllowed, NotFound, Rejected
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.part import concerns, needs_buyer, part_at
from packhorse.domain.stock.adjustment import RequestedChange
from packhorse.domain.users import Limits
from packhorse.domain.values import OrderId
from packhorse.store import orders, print_jobs
from packhorse.store.order_search import has_words, is_named
from packhorse.store.purchases import PURCHASES
from packhorse.store.transfers import TRANSFERS
from packhorse.store.work_orders import WORK_ORDERS


def anything(_limits: Limits, arguments: Arguments) -> Arguments:
    """Return the arguments: the answer alone is narrowed."""
    return arguments


def of_warehouse(limits: Limits, arguments: Arguments) -> Arguments:
    """Return the arguments with a `warehouse` of the caller's: the only one, if the request names none."""
    named, own = arguments.get("warehouse"), sorted(limits.warehouses)
    if not own:
        raise NotAllowed("you work at no warehouse yet: ask an owner to assign you to one")
    if named is None and len(own) == 1:
        return {**arguments, "warehouse": own[0]}
    if named not in own:
        raise Rejected("this is about one warehouse of yours", [FieldError("warehouse", f"one of {', '.join(own)}")])
    return arguments


def of_order(limits: Limits, arguments: Arguments) -> Arguments:
    """Return the arguments if order and fulfilment order concern the caller's warehouses; raises NotFound."""
    _own_order(limits, arguments["order_id"], arguments.get("number"))
    return arguments


def _own_order(limits: Limits, order_id: str, number: int | None) -> Order:
    order = orders.get_order(OrderId(order_id))
    if not concerns(order, limits.warehouses):
        raise NotFound(f"there is no order {order.id}")
    if number and not any(each.number == number for each in order.fulfilments if each.warehouse in limits.warehouses):
        raise NotFound(f"the order has no fulfilment {number}")
    return order


WITHOUT_BUYER = "your warehouses no longer need this buyer: an operator or an owner opens its labels and slips"


def of_paper(limits: Limits, arguments: Arguments) -> Arguments:
    """Return the arguments likewise, if the caller sees the buyer, whom the paper names; raises NotAllowed."""
    _require_buyer(limits, arguments["order_id"], arguments["number"])
    return arguments


def of_box_paper(limits: Limits, arguments: Arguments) -> Arguments:
    """Return the arguments likewise, of the box in the body."""
    box = arguments["new"].box
    _require_buyer(limits, box.order, box.number)
    return arguments


def _require_buyer(limits: Limits, order_id: str, number: int) -> None:
    if not knows_buyer(_own_order(limits, order_id, number), limits):
        raise NotAllowed(WITHOUT_BUYER)


def of_printed(limits: Limits, arguments: Arguments) -> Arguments:
    """Return the arguments if all fulfilment orders in the body are at warehouses of the caller's; raises Rejected.

    Raises NotAllowed if the caller does not see the buyer of one any more.
    """
    named = arguments["new"].fulfilments
    found = orders.find_orders({OrderId(each.order) for each in named})
    own = {
        (order.id, each.number)
        for order in found.values()
        for each in order.fulfilments
        if each.warehouse in limits.warehouses
    }
    wrong = [
        FieldError(f"fulfilments.{place}", "there is none at your warehouses")
        for place, each in enumerate(named)
        if (each.order, each.fulfilment) not in own
    ]
    if wrong:
        raise Rejected("this is not about warehouses of yours", wrong)
    if not all(knows_buyer(order, limits) for order in found.values()):
        raise NotAllowed(WITHOUT_BUYER)
    return arguments


def of_shipment(limits: Limits, arguments: Arguments) -> Arguments:
    """Return the arguments if the order concerns the caller's warehouses; raises NotAllowed if a hold is overridden."""
    if arguments["shipment"].override:
        raise NotAllowed("only an operator or an owner ships an order that is held, or more than is left of it")
    return of_order(limits, arguments)


def of_rejection(limits: Limits, arguments: Arguments) -> Arguments:
    """Return the arguments if the fulfilment order concerns the caller's warehouses; it answers for no partner."""
    of_order(limits, arguments)
    if arguments["units"].override:
        raise NotAllowed("only an operator or an owner rejects what a supplier or another partner has")
    return arguments


def of_box(limits: Limits, arguments: Arguments) -> Arguments:
    """Return the arguments if the box in the body is at a warehouse of the caller's; raises NotFound."""
    box = arguments["new"].box
    of_order(limits, {"order_id": box.order, "number": box.number})
    return arguments


def of_print_job(limits: Limits, arguments: Arguments) -> Arguments:
    """Return the arguments if the print job is of a warehouse of the caller's; raises NotFound."""
    job = print_jobs.get_job(arguments["job_id"])
    if job.warehouse not in limits.warehouses:
        raise NotFound(f"there is no print job {job.id}")
    return arguments


def of_purchase(limits: Limits, arguments: Arguments) -> Arguments:
    """Return the arguments if the purchase order is for a warehouse of the caller's; raises NotFound."""
    if PURCHASES.get(arguments["purchase_id"]).warehouse not in limits.warehouses:
        raise NotFound(f"there is no purchase order {arguments['purchase_id']}")
    return arguments


def of_receipt(limits: Limits, arguments: Arguments) -> Arguments:
    """Return the arguments if the purchase order is for a warehouse of the caller's; it decides on no surplus."""
    if any(line.accept_over for line in arguments["receipt"].lines):
        raise NotAllowed("only an operator or an owner accepts units beyond the order")
    return of_purchase(limits, arguments)


def of_transfer(limits: Limits, arguments: Arguments) -> Arguments:
    """Return the arguments if the transfer order is from or to a warehouse of the caller's; raises NotFound."""
    order = TRANSFERS.get(arguments["transfer_id"])
    if not limits.warehouses & {order.from_warehouse, order.to_warehouse}:
        raise NotFound(f"there is no transfer order {order.id}")
    return arguments


def of_transfer_return(limits: Limits, arguments: Arguments) -> Arguments:
    """Return the arguments if the transfer order is from a warehouse of the caller's; raises NotFound, NotAllowed."""
    of_transfer(limits, arguments)
    if (source := TRANSFERS.get(arguments["transfer_id"]).from_warehouse) not in limits.warehouses:
        raise NotAllowed(f"only people at {source} do that")
    return arguments


def of_sending(limits: Limits, arguments: Arguments) -> Arguments:
    """Return the arguments likewise; what orders wait for is not sent by the caller."""
    if (sending := arguments.get("sending")) and sending.force:
        raise NotAllowed("only an operator or an owner sends what orders wait for")
    return of_transfer_return(limits, arguments)


def of_transfer_receipt(limits: Limits, arguments: Arguments) -> Arguments:
    """Return the arguments if the transfer order is to a warehouse of the caller's; raises NotFound, NotAllowed."""
    of_transfer(limits, arguments)
    if any(line.accept_over for line in arguments["receipt"].lines):
        raise NotAllowed("only an operator or an owner accepts units beyond those that were sent")
    if (destination := TRANSFERS.get(arguments["transfer_id"]).to_warehouse) not in limits.warehouses:
        raise NotAllowed(f"only people at {destination} do that")
    return arguments


def of_work(limits: Limits, arguments: Arguments) -> Arguments:
    """Return the arguments if the work order is at a warehouse of the caller's; raises NotFound, NotAllowed."""
    if WORK_ORDERS.get(arguments["work_id"]).warehouse not in limits.warehouses:
        raise NotFound(f"there is no work order {arguments['work_id']}")
    if (report := arguments.get("done")) and report.labour:
        raise NotAllowed("only an operator or an owner enters what labour costs")
    return arguments


def of_opening(limits: Limits, arguments: Arguments) -> Arguments:
    """Return the arguments if the named box, and the warehouse of the station, are the caller's."""
    new = arguments["new"]
    if new.warehouse and new.warehouse not in limits.warehouses:
        raise Rejected("this is about one warehouse of yours", [FieldError("warehouse", "is none of yours")])
    return of_box(limits, arguments) if new.box else arguments


def of_own_warehouse(limits: Limits, arguments: Arguments) -> Arguments:
    """Return the arguments if the warehouse in the path is the caller's; raises NotFound."""
    if arguments["warehouse_id"] not in limits.warehouses:
        raise NotFound(f"there is no warehouse {arguments['warehouse_id']}")
    return arguments


def of_changes(limits: Limits, arguments: Arguments) -> Arguments:
    """Return the arguments if every change of stock in the body is at warehouses of the caller's."""
    if wrong := list(_foreign(limits, arguments["new"].changes())):
        raise Rejected("this is not about warehouses of yours", wrong)
    return arguments


def _foreign(limits: Limits, changes: Iterable[RequestedChange]) -> Iterator[FieldError]:
    for change in changes:
        if change.shelf.warehouse not in limits.warehouses:
            own = ", ".join(sorted(limits.warehouses)) or "none"
            yield FieldError(change.field, f"your warehouses: {own}")


def own_part(order: Order, limits: Limits | None) -> Order:
    """Return what the caller may see of an order."""
    return part_at(order, limits.warehouses, datetime.now(UTC), with_phone=limits.shows_phone) if limits else order


def knows_buyer(order: Order, limits: Limits | None) -> bool:
    """Return whether the caller sees who the buyer is."""
    return limits is None or needs_buyer(order, limits.warehouses, datetime.now(UTC))


def finder(text: str | None, limits: Limits | None) -> Callable[[Order], bool] | None:
    """Return a test whether a limited caller finds an order by the text; None for a caller without limits.

    It reads only what the caller sees: else hidden parts, such as an e-mail address, could be guessed letter by letter.
    """
    if limits is None:
        return None

    def finds(order: Order) -> bool:
        part = own_part(order, limits)
        is_found = not text or is_named(part, text) or has_words(part, text)
        return concerns(order, limits.warehouses) and is_found

    return finds

"""Submit a purchase order, and have it sent to a supplier that gets them; send one again deliberately."""

from datetime import UTC, datetime

from packhorse.domain.errors import NotFound, NotNow
from packhorse.domain.purchasing.purchase_order import PurchaseOrder, PurchaseState
from packhorse.domain.purchasing.steps import submitted
from packhorse.domain.purchasing.to_supplier import is_to_be_sent, to_send
from packhorse.messages.suppliers import ExchangeFiles, exchange_later
from packhorse.store import configuration, supplier_work, suppliers
from packhorse.store.purchases import PURCHASES
from packhorse.usecases.supply.change_purchase import change_purchase, check_references
from packhorse.usecases.supply.send_purchases import send_again


def submit_purchase(purchase_id: str, who: str) -> PurchaseOrder:
    """Submit a purchase order; its supplier gets it with the next exchange, which begins now, if it gets any.

    Raises Rejected if its supplier, its warehouse or a product of a draft was removed meanwhile.
    """
    order = PURCHASES.get(purchase_id)
    if order.state is PurchaseState.NEW:
        check_references(order)
    is_sent = gets_purchases(order.supplier)

    config = configuration.current()

    def step(order: PurchaseOrder, who: str, at: datetime) -> PurchaseOrder:
        after = submitted(order, who, at, config.day_at(order.warehouse, at))
        return to_send(after, at) if is_sent and order.submitted_at is None else after

    order = change_purchase(purchase_id, step, who)
    if is_to_be_sent(order):
        exchange_later(ExchangeFiles(supplier=order.supplier))
    return order


def gets_purchases(supplier_id: str) -> bool:
    """Return whether purchase orders are sent to a supplier; people write to one that was removed."""
    try:
        return suppliers.get_supplier(supplier_id).gets_purchases
    except NotFound:
        return False


def resend_purchase(purchase_id: str, who: str) -> PurchaseOrder:
    """Have a purchase order sent again, under a new batch number, or at once if it still waits to be sent.

    What it says now is sent: other prices that were answered, without what the supplier refused. Raises NotNow if it
    never was to be sent, or nothing is sent to its supplier any more.
    """
    order = PURCHASES.get(purchase_id)
    if is_to_be_sent(order):
        if not gets_purchases(order.supplier):
            raise NotNow(f"{order.supplier} is sent no purchase orders: send {order.id} yourself, or set that up")
        exchange_later(ExchangeFiles(supplier=order.supplier))
        return order
    number = order.sending.batch if order.sending else None
    if number is None:
        raise NotNow(f"purchase order {order.id} was not sent to {order.supplier} from here: send it yourself")
    send_again(supplier_work.get_batch(order.supplier, number), who, datetime.now(UTC))
    exchange_later(ExchangeFiles(supplier=order.supplier))
    return PURCHASES.get(purchase_id)

"""Purchase orders on their way to a supplier: which are to be sent, as what, in which batch, and what became of it."""

from collections.abc import Mapping
from datetime import datetime

from packhorse.domain.address import Address
from packhorse.domain.catalogue.product import Product, name_and_barcode
from packhorse.domain.configuration.warehouse import Warehouse
from packhorse.domain.documents.purchase_paper import supplier_sku_of
from packhorse.domain.errors import NotNow
from packhorse.domain.purchasing.purchase_line import PurchaseLine, RequestedUnits
from packhorse.domain.purchasing.purchase_order import PurchaseOrder
from packhorse.domain.purchasing.sending import PurchaseSending, SendingState
from packhorse.domain.purchasing.state import OVER
from packhorse.domain.supply.sent import PurchaseFacts, SentOrder, SentOrderLine
from packhorse.domain.supply.supplier import Supplier
from packhorse.domain.values import Sku

WAITING = frozenset({SendingState.SENDING, SendingState.NOT_SENT})
SENT_AGAIN = frozenset({SendingState.SENT, SendingState.UNKNOWN})
MAX_REASON = 255
"""Characters of a reason that are stored; the exception of the supplier has all of them."""


def is_to_be_sent(order: PurchaseOrder) -> bool:
    """Return whether the supplier is still to get it."""
    return order.sending is not None and order.sending.state in WAITING and order.is_open


def to_send(order: PurchaseOrder, at: datetime) -> PurchaseOrder:
    """Return a purchase order as one that its supplier is to get; one that was submitted before stays as it is."""
    return order if order.sending else order.replace(sending=PurchaseSending(at=at))


def in_batch(order: PurchaseOrder, batch: int, replaces: int | None) -> PurchaseOrder:
    """Return the purchase order as sent with that batch; unchanged if it is not to be sent, or with another one."""
    sending = order.sending
    if sending is None or not is_to_be_sent(order):
        return order
    if sending.replaces != replaces or sending.batch not in (None, batch):
        return order
    return order.replace(sending=sending.replace(batch=batch), lines=tuple(map(_as_sent, order.lines)))


def _as_sent(line: PurchaseLine) -> PurchaseLine:
    """Return a line with what files that are made now request of it; a line of which nothing is open is not in them."""
    if not line.open:
        return line
    rest = RequestedUnits(units=line.open, refused=line.refused, closed=line.closed)
    return line.replace(sent=None if line.open == line.ordered else rest)


def is_in_batch(order: PurchaseOrder, batch: int) -> bool:
    """Return whether it goes out with that batch."""
    return is_to_be_sent(order) and order.sending is not None and order.sending.batch == batch


def not_sent(order: PurchaseOrder, reason: str, at: datetime) -> PurchaseOrder:
    """Return the purchase order after an attempt to send it failed for a reason; each attempt is a failure."""
    sending = order.sending
    if sending is None or not is_to_be_sent(order):
        return order
    return order.replace(sending=sending.replace(state=SendingState.NOT_SENT, reason=reason[:MAX_REASON], at=at))


def not_attempted(order: PurchaseOrder, reason: str, at: datetime) -> PurchaseOrder:
    """Return the purchase order with the reason why no attempt is made to send it; the same reason changes nothing."""
    sending = order.sending
    is_said = sending and sending.state is SendingState.NOT_SENT and sending.reason == reason[:MAX_REASON]
    return order if is_said else not_sent(order, reason, at)


def out_of_batch(order: PurchaseOrder, batch: int, reason: str, at: datetime) -> PurchaseOrder:
    """Return the purchase order in no batch, if it waits in that one, of which nothing was sent for a reason."""
    sending = order.sending
    if sending is None or sending.batch != batch or sending.state not in WAITING:
        return order
    return not_sent(order.replace(sending=sending.replace(batch=None)), reason, at)


def is_unknown_in(order: PurchaseOrder, batch: int) -> bool:
    """Return whether it is recorded that the supplier may have it, or not, by that batch."""
    sending = order.sending
    return sending is not None and sending.batch == batch and sending.state is SendingState.UNKNOWN


def sent(order: PurchaseOrder, batch: int, state: SendingState, reason: str, at: datetime) -> PurchaseOrder:
    """Return the purchase order after its batch was sent, or perhaps sent, in that state."""
    sending = order.sending
    if sending is None or sending.batch != batch or sending.state is state:
        return order
    after = order.replace(sending=sending.replace(state=state, reason=reason[:MAX_REASON], at=at))
    what = "sent to supplier" if state is SendingState.SENT else "perhaps sent to supplier"
    return after.with_entry(at, what, "packhorse", f"batch {batch}")


def is_unanswered(order: PurchaseOrder) -> bool:
    """Return whether the supplier has it, and has neither answered nor delivered anything of it."""
    is_sent = order.sending is not None and order.sending.state is SendingState.SENT
    return is_sent and order.is_open and not order.receipts and not any(map(_has_answer, order.lines))


def _has_answer(line: PurchaseLine) -> bool:
    return bool(line.acknowledged or line.refused or line.answer or line.offered or line.delivery)


def with_silence(order: PurchaseOrder, batch: int, hours: int) -> PurchaseOrder:
    """Return the purchase order with how long its supplier has not answered it; unchanged if it did."""
    sending = order.sending
    if sending is None or sending.batch != batch or not is_unanswered(order):
        return order
    return order.replace(sending=sending.replace(silent_hours=hours))


def sent_again(order: PurchaseOrder, batch: int, who: str, at: datetime) -> PurchaseOrder:
    """Return the purchase order as one that goes out again, under a new number; raises NotNow unless it may."""
    sending = order.sending
    if sending and sending.replaces == batch and sending.state in WAITING:
        return order
    if sending is None or sending.batch != batch or sending.state not in SENT_AGAIN:
        raise NotNow(f"batch {batch} is not the last one of purchase order {order.id}: look at how it is sent now")
    if order.state in OVER:
        raise NotNow(f"purchase order {order.id} is {order.state}: nothing of it is to be sent")
    return order.replace(sending=PurchaseSending(at=at, replaces=batch)).with_entry(at, "to be sent again", who)


def still_to_come(order: PurchaseOrder) -> PurchaseOrder:
    """Return a purchase order of what its supplier is still to deliver, without what came or was closed short."""
    lines = (line.replace(ordered=line.open + line.refused, received=0, rejected=0, closed=0) for line in order.lines)
    return order.replace(lines=tuple(lines))


def sent_purchase(
    order: PurchaseOrder, supplier: Supplier, warehouse: Warehouse, products: Mapping[Sku, Product]
) -> SentOrder:
    """Return a purchase order as its supplier gets it: what it did not refuse."""
    lines = tuple(_line(line, supplier, products) for line in order.lines if line.ordered > line.refused)
    return SentOrder(
        fulfilment=order.id,
        order=order.id,
        number=order.id,
        channel="purchasing",
        warehouse=order.warehouse,
        placed_at=order.created_at,
        ship_to=warehouse.sender or Address(name=warehouse.name or warehouse.id),
        note=order.note,
        lines=lines,
        purchase=PurchaseFacts(
            ordered_at=order.submitted_at or order.created_at,
            currency=order.currency,
            reference=order.reference,
            account=supplier.purchasing.account,
        ),
    )


def _line(line: PurchaseLine, supplier: Supplier, products: Mapping[Sku, Product]) -> SentOrderLine:
    return SentOrderLine(
        id=line.id,
        number=int(line.id),
        sku=line.sku,
        supplier_sku=supplier_sku_of(line, products, supplier.id),
        **name_and_barcode(products.get(Sku(line.sku))),
        quantity=line.ordered - line.refused,
        price=line.unit_cost,
        amount=line.unit_cost.replace(minor=line.unit_cost.minor * (line.ordered - line.refused)),
        case_pack=line.case_pack,
        expected_on=line.expected_on,
    )

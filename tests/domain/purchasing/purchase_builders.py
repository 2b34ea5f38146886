"""Valid purchase orders, of which a test changes what it is about."""

from datetime import UTC, datetime
from typing import Any

from packhorse.domain.money import Money
from packhorse.domain.purchasing.drafting import PurchaseDraft, drafted
from packhorse.domain.purchasing.purchase_line import WantedLine
from packhorse.domain.purchasing.purchase_order import PurchaseOrder
from packhorse.domain.purchasing.receiving import ArrivedLine, PurchaseReceipt, receive
from packhorse.domain.purchasing.steps import submitted

AT = datetime(2026, 11, 19, 9, 30, tzinfo=UTC)
ADA = "user:ada"
MUG, LAMP = "MUG-Ä 11oz #3", "00123"


def wanted(sku: str = MUG, ordered: int = 10, cost: str = "2.50", **more: Any) -> WantedLine:
    return WantedLine(sku=sku, ordered=ordered, **{"unit_cost": Money.of(cost, "EUR"), **more})


def draft(*lines: WantedLine, **more: Any) -> PurchaseDraft:
    terms = {"supplier": "acme", "warehouse": "main", "currency": "EUR", **more}
    return PurchaseDraft(lines=lines or (wanted(),), **terms)


def new(*lines: WantedLine) -> PurchaseOrder:
    return drafted("PO-1001", draft(*lines), ADA, AT)


def on_order(*lines: WantedLine) -> PurchaseOrder:
    return submitted(new(*lines), ADA, AT, AT.date())


def arrived(accepted: int = 0, line: str = "1", **more: Any) -> ArrivedLine:
    return ArrivedLine(line=line, accepted=accepted, **more)


def received(order: PurchaseOrder, *lines: ArrivedLine, receipt: str = "DN-7") -> PurchaseOrder:
    return receive(order, PurchaseReceipt(receipt=receipt, lines=lines), ADA, AT, is_counted=True).order

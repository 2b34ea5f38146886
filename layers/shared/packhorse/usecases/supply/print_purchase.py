"""Print a purchase order: read what is on its page, and have it drawn."""

from datetime import UTC, datetime

from packhorse.aws.bucket import document_key
from packhorse.domain.configuration.warehouse import Warehouse
from packhorse.domain.documents.purchase_paper import PurchasePaper, purchase_paper, without_prices
from packhorse.domain.errors import NotFound
from packhorse.domain.purchasing.purchase_order import PurchaseOrder
from packhorse.domain.supply.supplier import Supplier
from packhorse.domain.values import Sku, WarehouseId
from packhorse.messages.documents import DrawDocument, request_document
from packhorse.store import catalogue, configuration, suppliers
from packhorse.store.purchases import PURCHASES


def print_purchase(purchase_id: str, request: str, *, has_prices: bool) -> str:
    """Have the page of a purchase order drawn as it is now; return the key of its PDF."""
    now = datetime.now(UTC)
    order = PURCHASES.get(purchase_id)
    paper = paper_of(order, _supplier(order), now)
    return drawn(paper if has_prices else without_prices(paper), request, now)


def drawn(paper: PurchasePaper, name: str, at: datetime) -> str:
    """Have a page drawn; return the key of its PDF."""
    key = document_key(paper.kind, name, at)
    request_document(DrawDocument(key=key, document=paper))
    return key


def paper_of(order: PurchaseOrder, supplier: Supplier, now: datetime) -> PurchasePaper:
    """Return the page of a purchase order."""
    named = WarehouseId(order.warehouse)
    warehouse = configuration.current().warehouses.get(named) or Warehouse(id=named)  # removed meanwhile
    products = catalogue.find_products(Sku(line.sku) for line in order.lines)
    return purchase_paper(order, supplier, warehouse, products, now)


def _supplier(order: PurchaseOrder) -> Supplier:
    try:
        return suppliers.get_supplier(order.supplier)
    except NotFound:
        return Supplier(id=order.supplier)  # removed meanwhile: what it was ordered stays

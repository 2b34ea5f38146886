"""Files of a purchase order for its supplier: one in its layout, and the page."""

from collections.abc import Iterator
from datetime import datetime

from packhorse.aws.bucket import read_payload
from packhorse.domain.configuration.warehouse import Warehouse
from packhorse.domain.purchasing.purchase_order import PurchaseOrder
from packhorse.domain.purchasing.to_supplier import sent_purchase, still_to_come
from packhorse.domain.supply.arrivals import content_hash
from packhorse.domain.supply.batches import BatchFile, SupplierBatch
from packhorse.domain.supply.purchasing import ALL_VISIBLE
from packhorse.domain.supply.rendering import faults_of, render
from packhorse.domain.supply.sent import Batch, SentOrder
from packhorse.domain.supply.supplier import Supplier
from packhorse.domain.values import Sku, WarehouseId
from packhorse.store import catalogue, configuration
from packhorse.usecases.suppliers.batch_files import store_content
from packhorse.usecases.supply.print_purchase import drawn, paper_of


def faults_in(supplier: Supplier, order: PurchaseOrder, number: int, now: datetime) -> str:
    """Return why a purchase order cannot be sent as its supplier wants it; empty if it can."""
    purchasing = supplier.purchasing
    if not purchasing.sends:
        return "the supplier's settings send no purchase orders any more: send it yourself"
    if purchasing.layout is None:
        return ""
    sent = _sent(supplier, order)
    batch = Batch(supplier=supplier.id, number=number, created_at=now, orders=(sent,))
    faults = faults_of(purchasing.layout, batch, sent, ALL_VISIBLE)
    if not faults:
        return ""
    named = "; ".join(f"{fault.field.partition('.')[2] or fault.field}: {fault.message}" for fault in faults[:10])
    return f"it does not fit the layout: {named}"


def said_by(supplier: Supplier, order: PurchaseOrder) -> str:
    """Return a hash of what the files of a purchase order say: another one, and they are to be made anew."""
    return content_hash(_sent(supplier, order).model_dump_json().encode()) if order.is_open else ""


def store_purchase_files(
    supplier: Supplier, order: PurchaseOrder, batch: SupplierBatch, now: datetime
) -> tuple[BatchFile, ...]:
    """Make the files of a purchase order, and store them before any is sent."""
    return tuple(_files(supplier, order, batch, now))


def _files(supplier: Supplier, order: PurchaseOrder, batch: SupplierBatch, now: datetime) -> Iterator[BatchFile]:
    purchasing = supplier.purchasing
    if purchasing.layout:
        whole = Batch(
            supplier=supplier.id,
            number=batch.number,
            created_at=batch.created_at,
            orders=(_sent(supplier, order),),
        )
        for file in render(purchasing.layout, whole, ALL_VISIBLE):
            key = store_content(supplier, batch.number, file.name, file.content, "text/plain")
            by_mail = supplier.transport is None
            yield BatchFile(name=file.name, key=key, rows=file.rows, fulfilments=(order.id,), by_mail=by_mail)
    if purchasing.pdf:
        name = f"{order.id}-{batch.number}.pdf" if batch.replaces else f"{order.id}.pdf"
        paper = paper_of(still_to_come(order), supplier, now)
        said = content_hash(paper.model_dump_json().encode())[:12]  # two processes may draw the same batch's page
        page = read_payload(drawn(paper, f"{supplier.id}_{batch.number}_{said}", now))
        key = store_content(supplier, batch.number, name, page, "application/pdf")
        yield BatchFile(name=name, key=key, rows=1, fulfilments=(order.id,), by_mail=purchasing.email is not None)


def _sent(supplier: Supplier, order: PurchaseOrder) -> SentOrder:
    named = WarehouseId(order.warehouse)
    warehouse = configuration.current().warehouses.get(named) or Warehouse(id=named)  # removed meanwhile
    products = catalogue.find_products(Sku(line.sku) for line in order.lines)
    return sent_purchase(still_to_come(order), supplier, warehouse, products)

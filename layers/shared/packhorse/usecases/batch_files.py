"""Files of batches: rendered and stored before they are sent."""

from collections.abc import Sequence

from packhorse.aws.bucket import read_payload, store_file
from packhorse.domain.errors import PackhorseError
from packhorse.domain.supply.batches import BatchFile, SupplierBatch
from packhorse.domain.supply.layout import OrderLayout
from packhorse.domain.supply.rendering import SupplierFile, render
from packhorse.domain.supply.sent import Batch
from packhorse.domain.supply.supplier import Supplier
from packhorse.store import supplier_work
from packhorse.suppliers import exchange
from packhorse.suppliers.protocol import FileDrop


def store_files(supplier: Supplier, layout: OrderLayout, batch: Batch) -> tuple[BatchFile, ...]:
    """Render the files of a batch, and store them."""
    return tuple(
        BatchFile(
            name=file.name,
            key=store_file(f"suppliers/{supplier.id}/{batch.number}/{file.name}", file.content, "text/plain"),
            rows=file.rows,
            fulfilments=file.fulfilments,
        )
        for file in render(layout, batch, supplier.visible)
    )


def stored_file(file: BatchFile) -> SupplierFile:
    """Return a file of a batch with its content, as it was stored."""
    return SupplierFile(file.name, read_payload(file.key), file.fulfilments, file.rows)


def send_stored(drop: FileDrop, folder: str, batch: SupplierBatch, files: Sequence[SupplierFile]) -> None:
    """Send files of a batch, which is stored as attempted before; as it was if it is certain that none arrived."""
    attempted = batch.replace(attempted=True)
    if attempted != batch:
        supplier_work.save_batch(attempted)
    try:
        exchange.send_files(drop, folder, files)
    except PackhorseError as error:
        if exchange.is_unsent(drop, folder, files, error):
            supplier_work.save_batch(batch)
        raise

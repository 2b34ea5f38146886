"""Files of batches: rendered and stored before they are sent, each under a key of its content.

Two processes may form one batch at once: what one of them stores never replaces what the other one sends.
"""

from collections.abc import Sequence

from packhorse.aws.bucket import read_payload, store_file
from packhorse.domain.errors import PackhorseError
from packhorse.domain.supply.arrivals import content_hash
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
            key=store_content(supplier, batch.number, file.name, file.content, "text/plain"),
            rows=file.rows,
            fulfilments=file.fulfilments,
        )
        for file in render(layout, batch, supplier.visible)
    )


def store_content(supplier: Supplier, number: int, name: str, content: bytes, media_type: str) -> str:
    """Store a file of a batch; return its key, which no other content has."""
    return store_file(f"suppliers/{supplier.id}/{number}/{content_hash(content)[:32]}/{name}", content, media_type)


def stored_file(file: BatchFile) -> SupplierFile:
    """Return a file of a batch with its content, as it was stored."""
    return SupplierFile(file.name, read_payload(file.key), file.fulfilments, file.rows)


def as_attempted(batch: SupplierBatch) -> SupplierBatch:
    """Store a batch as attempted, before any file of it is sent; return it.

    From then on its files stay as they are. Raises Conflict if another process goes on with it.
    """
    return batch if batch.attempted else supplier_work.save_batch(batch.replace(attempted=True))


def send_stored(drop: FileDrop, folder: str, attempted: SupplierBatch, files: Sequence[SupplierFile]) -> None:
    """Send files of a batch whose first attempt this is; it is stored as not attempted if none arrived, for certain."""
    try:
        exchange.send_files(drop, folder, files)
    except PackhorseError as error:
        if exchange.is_unsent(drop, folder, files, error):
            supplier_work.save_batch(attempted.replace(attempted=False))
        raise

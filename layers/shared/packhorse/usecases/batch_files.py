"""Files of batches: rendered and stored before they are sent."""

from packhorse.aws.bucket import store_file
from packhorse.domain.supply.batches import BatchFile
from packhorse.domain.supply.layout import OrderLayout
from packhorse.domain.supply.rendering import render
from packhorse.domain.supply.sent import Batch
from packhorse.domain.supply.supplier import Supplier


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

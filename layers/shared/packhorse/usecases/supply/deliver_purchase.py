"""Deliver the files of a purchase order: each once, and whether one arrived is recorded, or looked up at the server."""

from contextlib import AbstractContextManager

from packhorse.aws.bucket import read_payload
from packhorse.domain.supply.batches import BatchFile, BatchState, SupplierBatch
from packhorse.domain.supply.supplier import Supplier
from packhorse.store import supplier_work
from packhorse.suppliers import exchange
from packhorse.suppliers.protocol import FileDrop, PerhapsSent
from packhorse.usecases.suppliers.batch_files import as_attempted, send_stored, stored_file
from packhorse.usecases.suppliers.connect_supplier import connect_purchase_mail, connect_supplier


def deliver(supplier: Supplier, batch: SupplierBatch) -> SupplierBatch:
    """Send the files that are not delivered; return the batch as sent, or as unknown if the supplier may have them."""
    for file in batch.files:
        if file.is_delivered:
            continue
        content = stored_file(file)
        with connection_for(supplier, file) as drop:
            attempted = as_attempted(batch)
            try:
                if batch.attempted:
                    exchange.send_files(drop, folder_of(supplier), [content])
                else:
                    send_stored(drop, folder_of(supplier), attempted, [content])
            except PerhapsSent as error:
                return attempted.replace(state=BatchState.UNKNOWN, problem=error.in_full)
        batch = with_delivered(attempted, file)
    return batch.replace(state=BatchState.SENT)


def with_delivered(batch: SupplierBatch, file: BatchFile) -> SupplierBatch:
    """Store that a file of a batch was delivered; return the batch."""
    files = (each.replace(is_delivered=True) if each.name == file.name else each for each in batch.files)
    return supplier_work.save_batch(batch.replace(files=tuple(files)))


def is_begun(batch: SupplierBatch) -> bool:
    """Return whether a file of a batch has been delivered, for certain."""
    return any(file.is_delivered for file in batch.files)


def as_seen_there(supplier: Supplier, batch: SupplierBatch, *, must_know: bool) -> SupplierBatch:
    """Return a batch whose process may have died while it delivered, with the files that the supplier's server has.

    Its state is UNKNOWN if a server does not say whether it has a file, and the caller `must_know`.
    """
    for file in batch.files:
        with connection_for(supplier, file) as drop:
            found = drop.has(folder_of(supplier), file.name, read_payload(file.key))
        if found:
            batch = with_delivered(batch, file)
        elif found is None and must_know:
            problem = f"whoever sent {file.name} has not recorded it, and the purchase order was changed since"
            return batch.replace(state=BatchState.UNKNOWN, problem=problem)
    return batch


def connection_for(supplier: Supplier, file: BatchFile) -> AbstractContextManager[FileDrop]:
    """Return the connection to the server that a file goes to."""
    return connect_purchase_mail(supplier) if file.by_mail else connect_supplier(supplier)


def folder_of(supplier: Supplier) -> str:
    """Return the folder that files of purchase orders go to."""
    return supplier.purchasing.folder or supplier.folders.orders

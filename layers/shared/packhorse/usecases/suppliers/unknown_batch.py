"""The exception about a batch that may have reached its supplier, or not."""

from datetime import datetime

from packhorse.domain.problem import Cause, Problem, Subject
from packhorse.domain.supply.batches import SupplierBatch
from packhorse.store import exceptions, supplier_work


def subject_of(batch: SupplierBatch) -> Subject:
    """Return what an exception about a batch is about."""
    return Subject.of_batch(batch.supplier, batch.number)


def unknown_problem(batch: SupplierBatch) -> Problem:
    """Return the problem that only a person can find out whether the supplier has a batch."""
    names = ", ".join(each.name for each in batch.files)[:300]
    message = f"batch {batch.number} ({names}) may have reached the supplier, or not: {batch.problem}"
    return Problem(cause=Cause.SUPPLIER_BATCH_UNKNOWN, subject=subject_of(batch), message=message)


def save_as_unknown(batch: SupplierBatch, now: datetime) -> SupplierBatch:
    """Store a batch of which that is unknown, and open its exception, together; raises Conflict."""
    return supplier_work.save_batch(batch, exceptions.opening_write(unknown_problem(batch), now))

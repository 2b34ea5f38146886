"""Find what a station is to print: of a label that was voided since its job was queued, nothing."""

from datetime import datetime

from packhorse.domain.documents.print_job import PrintJob
from packhorse.domain.orders.fulfilment_order import DocumentKind
from packhorse.domain.orders.order import Order
from packhorse.domain.values import OrderId
from packhorse.store import orders, print_jobs


def jobs_to_print(station: str, now: datetime) -> list[PrintJob]:
    """Return the jobs of a station that are neither done nor expired, oldest first."""
    jobs = print_jobs.jobs_at(station, now)
    named = {OrderId(each.order) for each in jobs if each.document is DocumentKind.LABEL}
    found = orders.find_orders(named) if named else {}
    return [each for each in jobs if not _is_withdrawn(each, found.get(OrderId(each.order)))]


def _is_withdrawn(job: PrintJob, order: Order | None) -> bool:
    """Return whether a job is of a label that no parcel may leave with any more."""
    fulfilment = order.fulfilment(job.fulfilment) if order else None
    labels = fulfilment.labels if fulfilment else ()
    return any(each.file == job.file and not each.is_printable for each in labels)

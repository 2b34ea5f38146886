"""Have a station of the packing bench print the label or the packing slip of a box."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

from packhorse.domain.documents.print_job import PrintJob, digest_of, job_id
from packhorse.domain.errors import NotNow
from packhorse.domain.labels.label import Label
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.fulfilment_order import DocumentKind, FulfilmentOrder
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.printing import printed
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.store import orders, print_jobs
from packhorse.store.parcels import FulfilmentKey
from packhorse.usecases.orders.change_order import commit_step
from packhorse.usecases.packing.print_documents import PrintCaller, print_packing_slips


class Printing(NamedTuple):
    """What is to be printed where, and who requests it under which id."""

    station: str
    document: DocumentKind
    box: FulfilmentKey
    caller: PrintCaller


def print_at_station(printing: Printing) -> PrintJob:
    """Queue a job for the document of a box, once for the request; it is marked as a reprint if it was printed before.

    Raises NotNow if the box has no label to print.
    """
    now, digest = datetime.now(UTC), digest_of(printing.caller.request)
    if found := print_jobs.recent_job(printing.station, digest, now):
        return found
    fulfilment = fulfilment_order_of(orders.get_order(printing.box.order), printing.box.number)
    file = FILES[printing.document](printing, fulfilment)
    job = _job(printing, fulfilment, file, job_id(printing.station, now, digest), now)
    return _stored(job)


def queue_label(printing: Printing, order: Order, closed_at: datetime) -> PrintJob | None:
    """Queue the label of a box that was closed at that time, once; None if it has no file."""
    fulfilment = fulfilment_order_of(order, printing.box.number)
    label = _label_of(fulfilment)
    if label is None or label.file is None:
        return None
    name = job_id(printing.station, closed_at, digest_of(order.id, str(fulfilment.number), label.id))
    if found := print_jobs.find_job(name):
        return found
    job = _job(printing, fulfilment, label.file, name, closed_at)
    _record_label(printing)
    return _stored(job)


def _stored(job: PrintJob) -> PrintJob:
    print_jobs.add_job(job)
    return job


def _job(printing: Printing, fulfilment: FulfilmentOrder, file: str, name: str, at: datetime) -> PrintJob:
    return PrintJob(
        id=name,
        station=printing.station,
        document=printing.document,
        order=printing.box.order,
        fulfilment=printing.box.number,
        warehouse=fulfilment.warehouse,
        file=file,
        is_reprint=printing.document in fulfilment.printed,
        who=printing.caller.who,
        created_at=at,
    )


def _label_of(fulfilment: FulfilmentOrder) -> Label | None:
    """Return the newest label that can be printed, None without one."""
    return next((each for each in reversed(fulfilment.labels) if each.is_printable), None)


def _label_file(printing: Printing, fulfilment: FulfilmentOrder) -> str:
    label = _label_of(fulfilment)
    if label is None or label.file is None:
        raise NotNow(f"fulfilment {fulfilment.number} has no label to print")
    _record_label(printing)
    return label.file


def _record_label(printing: Printing) -> None:
    def step(order: Order, now: datetime, who: str) -> Change:
        return Change(printed(order, printing.box.number, DocumentKind.LABEL, now, who))

    commit_step(printing.box.order, step, printing.caller.who)


def _slip_file(printing: Printing, _: FulfilmentOrder) -> str:
    box, caller = printing.box, printing.caller
    request = digest_of(caller.who, box.order, str(box.number), caller.request)  # a part of the file's key
    return print_packing_slips([FulfilmentKey(box.order, box.number)], caller._replace(request=request))


FILES: dict[DocumentKind, Callable[[Printing, FulfilmentOrder], str]] = {
    DocumentKind.LABEL: _label_file,
    DocumentKind.PACKING_SLIP: _slip_file,
}
"""The key of the file of each document that a station prints."""

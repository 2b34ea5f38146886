"""Have a station of the packing bench print the labels or the packing slip of a box."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

from packhorse.domain.documents.print_job import PrintJob, digest_of, job_id
from packhorse.domain.errors import NotNow
from packhorse.domain.labels.label import Label
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.fulfilment_order import DocumentKind, FulfilmentOrder
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.printing import labels_to_print, labels_to_print_with, printed
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

    Each label of several has a job, and the last one is returned. Raises NotNow if the box has no label to print.
    """
    now, request = datetime.now(UTC), _request_of(printing)
    if found := print_jobs.recent_job(printing.station, digest_of(*request), now):
        return found
    fulfilment = fulfilment_order_of(orders.get_order(printing.box.order), printing.box.number)
    *others, last = FILES[printing.document](printing, fulfilment)
    for file in others:
        digest = digest_of(*request, file)
        if not print_jobs.recent_job(printing.station, digest, now):
            _stored(_job(printing, fulfilment, file, job_id(printing.station, now, digest), now))
    return _stored(_job(printing, fulfilment, last, job_id(printing.station, now, digest_of(*request)), now))


def _request_of(printing: Printing) -> tuple[str, ...]:
    """Return what makes a repeated request one: its id is that of a caller who may use it for another box, too."""
    return printing.caller.request, printing.box.order, str(printing.box.number), printing.document


def queue_labels(printing: Printing, order: Order, closed_at: datetime) -> PrintJob | None:
    """Queue the labels of a box that was closed at that time, each once; return the last job, None without a file."""
    fulfilment = fulfilment_order_of(order, printing.box.number)
    jobs = [
        _job(printing, fulfilment, label.file, _name_of(printing, label, closed_at), closed_at)
        for label in labels_to_print_with(fulfilment)
        if label.file
    ]
    queued = {job.id: found for job in jobs if (found := print_jobs.find_job(job.id))}
    if len(queued) < len(jobs):
        _record_label(printing)
    stored = [queued.get(job.id) or _stored(job) for job in jobs]
    return stored[-1] if stored else None


def _name_of(printing: Printing, label: Label, closed_at: datetime) -> str:
    box = printing.box
    return job_id(printing.station, closed_at, digest_of(box.order, str(box.number), label.id))


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


def _label_files(printing: Printing, fulfilment: FulfilmentOrder) -> list[str]:
    files = [label.file for label in labels_to_print(fulfilment) if label.file]
    if not files:
        raise NotNow(f"fulfilment {fulfilment.number} has no label to print")
    _record_label(printing)
    return files


def _record_label(printing: Printing) -> None:
    def step(order: Order, now: datetime, who: str) -> Change:
        return Change(printed(order, printing.box.number, DocumentKind.LABEL, now, who))

    commit_step(printing.box.order, step, printing.caller.who)


def _slip_files(printing: Printing, _: FulfilmentOrder) -> list[str]:
    box, caller = printing.box, printing.caller
    request = digest_of(caller.who, box.order, str(box.number), caller.request)  # a part of the file's key
    return [print_packing_slips([FulfilmentKey(box.order, box.number)], caller._replace(request=request))]


FILES: dict[DocumentKind, Callable[[Printing, FulfilmentOrder], list[str]]] = {
    DocumentKind.LABEL: _label_files,
    DocumentKind.PACKING_SLIP: _slip_files,
}
"""The keys of the files of each document that a station prints."""

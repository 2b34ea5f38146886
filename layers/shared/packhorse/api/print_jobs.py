"""Print jobs of stations: an agent at the bench polls them, prints, and says so."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from packhorse.api.access import AT_BENCH, OPERATING, allow
from packhorse.api.bench import BoxRequest, Station, caller
from packhorse.api.limits import anything, of_box_paper, of_print_job
from packhorse.api.paths import PathValue
from packhorse.aws.bucket import presign_get
from packhorse.domain.documents.print_job import PrintJob
from packhorse.domain.orders.fulfilment_order import DocumentKind
from packhorse.domain.values import Identifier, Instant, Value, shared_fields
from packhorse.store import print_jobs
from packhorse.usecases.packing.jobs_to_print import jobs_to_print
from packhorse.usecases.packing.print_at_station import Printing, print_at_station

router = APIGatewayHttpRouter()


class PrintJobView(Value):
    """A job: `url` opens the file for a quarter of an hour, `reprint` marks what was printed before."""

    id: str
    station: str
    document: DocumentKind
    order: str
    fulfilment: int
    warehouse: str
    url: str
    reprint: bool
    created_at: Instant
    expires_at: Instant
    done_at: Instant | None


class PrintJobs(Value):
    """The jobs of a station that are to be printed, oldest first."""

    items: tuple[PrintJobView, ...]
    next: None = None


class PrintRequest(BoxRequest):
    """What of a box is to be printed."""

    document: Literal["label", "packing_slip"]


@router.post(
    "/bench/<station>/print", summary="Print a label or a slip", tags=["bench"], status_code=HTTPStatus.CREATED
)
@allow(OPERATING | AT_BENCH, of_box_paper)
def print_document(station: Station, new: PrintRequest) -> PrintJobView:
    """Queued for the station's printer; a second one is a reprint, here and in the timeline. 409 without a label.

    Of several parcels each label has a job: the answer is the last.
    """
    return _view(print_at_station(Printing(station, DocumentKind(new.document), new.box, caller(new.id))))


@router.get("/print-jobs", summary="What a station is to print", tags=["bench"])
@allow(OPERATING | AT_BENCH, anything)
def listed(station: Annotated[Identifier, Query()]) -> PrintJobs:
    """Jobs that are not done, of the last quarter of an hour: older ones expire."""
    return PrintJobs(items=tuple(_view(job) for job in jobs_to_print(station, datetime.now(UTC))))


@router.post("/print-jobs/<job_id>/done", summary="A job is printed", tags=["bench"])
@allow(OPERATING | AT_BENCH, of_print_job)
def done(job_id: PathValue) -> PrintJobView:
    """Said once more, it changes nothing."""
    job = print_jobs.get_job(job_id)
    if not job.done_at:
        job = job.replace(done_at=datetime.now(UTC))
        print_jobs.finish_job(job)
    return _view(job)


def _view(job: PrintJob) -> PrintJobView:
    same = shared_fields(PrintJobView, job, "url", "reprint")
    return PrintJobView(**same, url=presign_get(job.file), reprint=job.is_reprint)

"""Files that came from suppliers: what of their rows was applied, and what people decide about held stock feeds."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from packhorse.api.access import OPERATING, VIEWING, allow, current_name
from packhorse.api.paging import KEY, Cursor, PageSize, cursor_of, position_of
from packhorse.api.paths import PathValue
from packhorse.aws.bucket import presign_get
from packhorse.domain.errors import NotNow
from packhorse.domain.supply.feeds import FeedDecision
from packhorse.domain.supply.received import FileState, ReceivedFile
from packhorse.domain.values import Value
from packhorse.messages.suppliers import ExchangeFiles, exchange_later
from packhorse.store import supplier_files, suppliers
from packhorse.usecases.suppliers.report_file import FileReport, read_report

router = APIGatewayHttpRouter()

HeldOnly = Annotated[
    Literal["held"] | None, Query(description="Only stock feeds that wait for a person: all of them in one page")
]


class ReceivedFiles(Value):
    """A page of the files from a supplier."""

    items: tuple[ReceivedFile, ...]
    next: str | None


class ReceivedReport(ReceivedFile, FileReport):
    """A file from a supplier and the report of its rows; `failed_rows_url`, of all of them, is valid for a while."""

    failed_rows_url: str | None = None


@router.get("/suppliers/<supplier_id>/files", summary="Files from a supplier, newest first", tags=["suppliers"])
@allow(VIEWING)
def received_files(
    supplier_id: PathValue, state: HeldOnly = None, limit: PageSize = 50, cursor: Cursor = None
) -> ReceivedFiles:
    """Answers and stock feeds of the last half year, with how many of their rows were applied and refused."""
    supplier = suppliers.get_supplier(supplier_id)
    if state:
        return ReceivedFiles(items=tuple(supplier_files.held_files(supplier.id)), next=None)
    items, last = supplier_files.newest_files(supplier.id, position_of(cursor, KEY), limit)
    return ReceivedFiles(items=tuple(items), next=cursor_of(last))


@router.get("/suppliers/<supplier_id>/files/<file_id>", summary="The report of a file", tags=["suppliers"])
@allow(VIEWING)
def received_file(supplier_id: PathValue, file_id: PathValue) -> ReceivedReport:
    """Each row that was refused, with its column and the reason; all of them are in the CSV file at the URL."""
    file = supplier_files.get_file(suppliers.get_supplier(supplier_id).id, file_id)
    found = read_report(file)
    url = presign_get(found.failed_rows) if found.failed_rows else None
    return ReceivedReport(**dict(file), **dict(found), failed_rows_url=url)


@router.post(
    "/suppliers/<supplier_id>/files/<file_id>/accept",
    summary="Accept a held stock feed",
    tags=["suppliers"],
    status_code=HTTPStatus.ACCEPTED,
)
@allow(OPERATING)
def accept_feed(supplier_id: PathValue, file_id: PathValue) -> ReceivedFile:
    """202: the stock is set by it, and by those held before it. 409 if it is not held, or not any more."""
    return _decided(supplier_id, file_id, accepted=True)


@router.post(
    "/suppliers/<supplier_id>/files/<file_id>/discard",
    summary="Discard a held stock feed",
    tags=["suppliers"],
    status_code=HTTPStatus.ACCEPTED,
)
@allow(OPERATING)
def discard_feed(supplier_id: PathValue, file_id: PathValue) -> ReceivedFile:
    """202: the stock stays as it is; those held before it are over, too. 409 if it is not held, or not any more."""
    return _decided(supplier_id, file_id, accepted=False)


def _decided(supplier_id: str, file_id: str, *, accepted: bool) -> ReceivedFile:
    """Store what a person decided, and have it done by the next exchange, which is requested."""
    supplier = suppliers.get_supplier(supplier_id)
    file = supplier_files.get_file(supplier.id, file_id)
    feed = supplier_files.find_feed(supplier.id)
    is_held = feed is not None and any(each.id == file.id for each in feed.all_held)
    if file.state is not FileState.HELD or not is_held:
        raise NotNow(f"file {file.name} is {file.state}: only a feed that is held is accepted or discarded")
    who = current_name()
    supplier_files.save_decision(supplier.id, file.id, FeedDecision(accepted=accepted, who=who, at=datetime.now(UTC)))
    exchange_later(ExchangeFiles(supplier=supplier.id))
    return file

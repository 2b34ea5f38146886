"""Uploads with their reports."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import StringConstraints, TypeAdapter

from packhorse import links
from packhorse.api.addresses import Known
from packhorse.api.caller import request_id
from packhorse.api.paging import Cursor, Key, Limit, cursor_of, position_of
from packhorse.aws import client
from packhorse.domain.errors import FieldError, NotFound, Rejected
from packhorse.domain.values import ChannelId, Identifier, Instant, Value
from packhorse.files.upload import Upload, UploadState, announced_key
from packhorse.settings import settings
from packhorse.store import configuration
from packhorse.store.uploads import Spot, Uploads

router = APIGatewayHttpRouter()
SPOT: TypeAdapter[tuple[str, str]] = TypeAdapter(tuple[Key, Key])


class NewUpload(Value):
    """A CSV file that is about to be put, and the channel of its orders."""

    channel: Identifier
    filename: Annotated[str, StringConstraints(max_length=200, pattern=r"^[^/\x00-\x1f]+\.(csv|CSV)$")]


class Announced(Value):
    """Where to PUT the file, and the id under which its report will be found."""

    id: str
    key: str
    url: str
    expires_at: Instant


class Counted(Value):
    """What became of the orders of a file."""

    accepted: int
    duplicate: int
    rejected: int


class UploadSummary(Value):
    """An upload in a list."""

    id: str
    file: str
    channel: str | None
    state: UploadState
    rows: int
    orders: Counted
    uploaded_at: Instant
    finished_at: Instant | None


class BadRow(Value):
    """What is wrong with a row, or with the whole file."""

    row: int | None
    order_number: str | None
    column: str | None
    message: str


class UploadReport(UploadSummary):
    """What became of a file; `failed_rows_url` is good for a quarter of an hour."""

    errors: tuple[BadRow, ...]
    errors_left_out: int
    failed_rows: str | None
    failed_rows_url: str | None = None
    encoding: str | None
    ignored_columns: tuple[str, ...]


class UploadPage(Value):
    """A page of uploads."""

    items: tuple[UploadSummary, ...]
    next: str | None


def _uploads() -> Uploads:
    return Uploads(client("s3"), client("dynamodb"), settings.work_table, writer="api")


@router.post("/uploads", summary="Announce a CSV file of orders", tags=["uploads"], status_code=HTTPStatus.CREATED)
def announce(new: NewUpload) -> Announced:
    """PUT the file to `url` as it is, within a quarter of an hour; its report is then found under `id`."""
    if ChannelId(new.channel) not in configuration.current().channels:
        raise Rejected("no such channel", [FieldError("channel", f"there is no channel {new.channel}")])
    upload_id = request_id(router.current_event.raw_event)
    key = announced_key(new.channel, upload_id, new.filename)
    return Announced(id=upload_id, key=key, url=links.to_put(key), expires_at=datetime.now(UTC) + links.WORKS_FOR)


@router.get("/uploads", summary="Files of orders, newest first", tags=["uploads"])
def uploads(limit: Limit = 50, cursor: Cursor = None) -> UploadPage:
    """Those that have arrived, however they came."""
    after = position_of(cursor, SPOT)
    items, last = _uploads().newest(Spot(*after) if after else None, limit)
    return UploadPage(items=tuple(map(_summary, items)), next=cursor_of(last))


def _summary(upload: Upload) -> UploadSummary:
    report = upload.report(())
    return UploadSummary(**{field: report[field] for field in UploadSummary.model_fields})


@router.get("/uploads/<upload_id>", summary="What became of a file", tags=["uploads"])
def upload(upload_id: Known) -> UploadReport:
    """404 until the file has arrived; while it is `reading`, how far that is."""
    found = _uploads().get(upload_id)
    if not found:
        raise NotFound(f"there is no upload {upload_id}, or its file has not arrived yet")
    if not found.is_over:
        return UploadReport(**{**found.report(()), "failed_rows": None})
    report = UploadReport.model_validate_json(_uploads().report(found))
    url = links.to_get(report.failed_rows) if report.failed_rows else None
    return report.model_copy(update={"failed_rows_url": url})

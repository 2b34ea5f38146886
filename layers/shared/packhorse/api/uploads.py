"""Uploads: announce one, list them, and read a report."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field, StringConstraints, TypeAdapter

from packhorse.api.access import OPERATING, VIEWING, allow, current_request_id
from packhorse.api.paging import Cursor, Key, PageSize, cursor_of, position_of
from packhorse.api.paths import PathValue
from packhorse.aws.bucket import URL_LIFETIME, presign_get, presign_put
from packhorse.domain.configuration.channel import FileEncoding
from packhorse.domain.errors import FieldError, NotFound, Rejected
from packhorse.domain.schema import Reader
from packhorse.domain.values import ChannelId, Identifier, Instant, Value, Whole
from packhorse.files.put_file import UploadKind, announced_key
from packhorse.files.upload import Upload, UploadState
from packhorse.store import configuration, upload_files
from packhorse.store import uploads as store
from packhorse.store.uploads import UploadPosition

router = APIGatewayHttpRouter()
UPLOAD_KEY: TypeAdapter[tuple[str, str]] = TypeAdapter(tuple[Key, Key])


FILE_NAME = r"^[^/\x00-\x1f]+\.([cC][sS][vV]|[tT][sS][vV]|[tT][xX][tT])$"
MAX_MENDED = 10_000
RowPlace = Annotated[Whole, Field(ge=0)]


class Mended(Value):
    """Rejected rows of an upload, by their places in its file of failed rows, from 0, that are sent again."""

    upload: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    rows: Annotated[tuple[RowPlace, ...], Field(min_length=1, max_length=MAX_MENDED)]


class NewUpload(Value):
    """A file (`.csv`, `.tsv`, `.txt`) that is about to be put; one of orders needs a channel, any other has none.

    With `mends` it has rejected rows of an earlier upload, whose report says so once this one has arrived.
    """

    kind: UploadKind = UploadKind.ORDERS
    channel: Identifier | None = None
    encoding: FileEncoding | None = None
    mends: Mended | None = None
    filename: Annotated[str, StringConstraints(max_length=200, pattern=FILE_NAME)]


class Announced(Value):
    """The presigned URL to PUT the file to, and the id of the upload."""

    id: str
    key: str
    url: str
    expires_at: Instant


class Counted(Value):
    """How many orders, purchase orders or lines of receipts of a file had which outcome."""

    accepted: int
    duplicate: int
    rejected: int


class CountedStock(Value):
    """How many rows of a file of stock had which outcome."""

    changed: int
    unchanged: int
    rejected: int


class UploadSummary(Value):
    """An upload in a list; it has the counts of its kind. `receipts` are counted by their rows."""

    id: str
    kind: UploadKind = UploadKind.ORDERS
    file: str
    channel: str | None
    state: UploadState
    rows: int
    orders: Counted | None = None
    stock: CountedStock | None = None
    purchases: Counted | None = None
    receipts: Counted | None = None
    uploaded_at: Instant
    finished_at: Instant | None


class BadRow(Value):
    """An error of a row or of the file, or a warning; it names the order, sku, reference or receipt of its row."""

    row: int | None
    order_number: str | None = None
    sku: str | None = None
    reference: str | None = None
    receipt: str | None = None
    column: str | None
    message: str


class SentAgain(Value):
    """Rejected rows, by their places in the file of failed rows, that a later upload has as they were mended."""

    upload: str
    file: str
    rows: tuple[int, ...]


class UploadReport(UploadSummary):
    """The report of an upload; `failed_rows_url` is valid for a quarter of an hour.

    `failed_row_numbers` are the numbers of the failed rows in the file that was sent, of the first ones at least;
    `sent_again` are those of them that later uploads have, oldest first, unless these could not be read.
    """

    errors: tuple[BadRow, ...]
    errors_left_out: int
    warnings: tuple[BadRow, ...] = ()
    warnings_left_out: int = 0
    failed_rows: str | None
    failed_rows_url: str | None = None
    failed_row_numbers: tuple[int, ...] = ()
    sent_again: tuple[SentAgain, ...] = ()
    encoding: str | None
    export: str | None = None
    ignored_columns: tuple[str, ...]


UPLOAD_REPORT = Reader(TypeAdapter(UploadReport))


class UploadPage(Value):
    """A page of uploads."""

    items: tuple[UploadSummary, ...]
    next: str | None


@router.post("/uploads", summary="Announce a CSV file", tags=["uploads"], status_code=HTTPStatus.CREATED)
@allow(OPERATING)
def announce(new: NewUpload) -> Announced:
    """PUT the file to `url` within a quarter of an hour; the upload's report is at /uploads/`id` then."""
    if wrong := _wrong_channel(new):
        raise Rejected("the channel does not fit", [FieldError("channel", wrong)])
    upload_id = current_request_id()
    if new.mends:
        _require_rows(new.mends)
        store.save_mended(new.mends.upload, upload_id, new.mends.rows)
    key = announced_key(new.kind, new.channel, upload_id, new.filename, new.encoding)
    return Announced(id=upload_id, key=key, url=presign_put(key), expires_at=datetime.now(UTC) + URL_LIFETIME)


def _require_rows(mends: Mended) -> None:
    found = store.get(mends.upload)
    if not found or not found.is_over:
        raise Rejected("there is nothing to mend", [FieldError("mends.upload", "is no upload that was read")])


def _sent_again(upload_id: str) -> tuple[SentAgain, ...]:
    rows = store.mended_rows(upload_id)
    later = sorted(filter(None, map(store.get, rows)), key=lambda each: each.started_at)
    return tuple(
        SentAgain(upload=each.id, file=each.file.key, rows=rows[each.id])
        for each in later
        if each.state is not UploadState.FAILED
    )


def _wrong_channel(new: NewUpload) -> str | None:
    if new.kind is not UploadKind.ORDERS:
        return f"a file of {new.kind} has no channel" if new.channel else None
    if not new.channel:
        return "a file of orders needs the channel of its orders"
    is_set_up = ChannelId(new.channel) in configuration.current().channels
    return None if is_set_up else f"there is no channel {new.channel}"


@router.get("/uploads", summary="CSV files that were uploaded, newest first", tags=["uploads"])
@allow(VIEWING)
def uploads(limit: PageSize = 50, cursor: Cursor = None) -> UploadPage:
    """Files that have arrived, announced or not."""
    after = position_of(cursor, UPLOAD_KEY)
    items, last = store.newest(UploadPosition(*after) if after else None, limit)
    return UploadPage(items=tuple(map(_summary, items)), next=cursor_of(last))


def _summary(upload: Upload) -> UploadSummary:
    report = upload.report(())
    return UploadSummary(**{field: report[field] for field in UploadSummary.model_fields if field in report})


@router.get("/uploads/<upload_id>", summary="The report of an upload", tags=["uploads"])
@allow(VIEWING)
def upload(upload_id: PathValue) -> UploadReport:
    """404 until the file has arrived; its counts so far while its state is `reading`."""
    found = store.get(upload_id)
    if not found:
        raise NotFound(f"there is no upload {upload_id}, or its file has not arrived yet")
    if not found.is_over:
        return UploadReport(**{**found.report(()), "failed_rows": None})
    report = UPLOAD_REPORT.read(upload_files.read_report(found))
    url = presign_get(report.failed_rows) if report.failed_rows else None
    return report.replace(failed_rows_url=url, sent_again=_sent_again(found.id))

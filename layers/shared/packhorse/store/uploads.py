"""Uploads: their state in the Work table (see store/upload_files.py for their files).

question                      | pk             | sk     | index
the checkpoint of an upload   | UPLOAD#id      | STATE  | -
rows of it that were mended   | UPLOAD#id      | MENDED#id of the upload that has them | -
uploads, newest first         | kind = UPLOAD  | at     | by_kind
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import TypeAdapter

from packhorse.aws.clients import client, raising
from packhorse.aws.settings import settings
from packhorse.domain.errors import Conflict
from packhorse.domain.schema import Reader, stamped
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.stock.movement import Movement
from packhorse.domain.values import Value, iso
from packhorse.files.upload import Upload
from packhorse.store import expressions
from packhorse.store.commit import commit_movements
from packhorse.store.conditions import CONDITION_FAILED, ignore_failed_condition
from packhorse.store.expressions import Attributes, Expression, Request, begins_with, equals, missing
from packhorse.store.reading import get_item, pages

KIND = "UPLOAD"

UPLOAD = Reader(TypeAdapter(Upload))


class UploadPosition(NamedTuple):
    """The cursor after an upload, in the list by time."""

    at: str
    upload: str


def get(upload_id: str) -> Upload | None:
    """Return the upload at its last checkpoint; None if no upload has this id."""
    found = get_item(settings.work_table, _key(upload_id))
    return UPLOAD.read(found["body"]["S"]) if found else None


def newest(after: UploadPosition | None, limit: int) -> tuple[list[Upload], UploadPosition | None]:
    """Return a page of uploads, newest first, and the cursor of the next page."""
    options: dict[str, Any] = {"ScanIndexForward": False, "Limit": limit}
    if after:
        options["ExclusiveStartKey"] = _key(after.upload) | expressions.item({"kind": KIND, "at": after.at})
    answer = client("dynamodb").query(
        **expressions.query(settings.work_table, equals("kind", KIND), index="by_kind", **options)
    )
    found = [UPLOAD.read(item["body"]["S"]) for item in answer["Items"]]
    more = "LastEvaluatedKey" in answer
    return found, UploadPosition(at=iso(found[-1].started_at), upload=found[-1].id) if more else None


def begin(upload: Upload, writer: str) -> Upload:
    """Store a new upload and return it; return a stored one at its last checkpoint.

    Another file that is put under an announced key is an upload of its own.
    """
    with ignore_failed_condition():
        _put(upload, writer, missing("pk"))
        return upload
    stored = get(upload.id) or upload
    is_another = stored.file.put_id != upload.file.put_id and upload.id != upload.file.put_id
    return begin(upload.replace(id=upload.file.put_id), writer) if is_another else stored


def save(upload: Upload, writer: str) -> Upload:
    """Store the upload over the revision it was read at; raises Conflict if another invocation wrote a newer one.

    The SDK repeats a write whose answer was lost, which then finds its own revision stored: it is accepted by its
    `writer`, which is different in every invocation.
    """
    newer = upload.replace(revision=upload.revision + 1)
    is_ours = equals("revision", newer.revision) & equals("writer", writer)
    with raising({CONDITION_FAILED: _overtaken(upload)}):
        _put(newer, writer, equals("revision", upload.revision) | is_ours)
    return newer


def save_with(upload: Upload, writer: str, movements: Sequence[Movement], was: Mapping[Shelf, int]) -> Upload | None:
    """Store the upload over its revision and commit movements, in one transaction; None if the stock changed first.

    Raises Conflict if another invocation wrote a newer revision.
    """
    newer = upload.replace(revision=upload.revision + 1)
    write = _write(newer, writer, equals("revision", upload.revision))
    try:
        commit_movements(movements, was, beside=[{"Put": write}])
    except Conflict as error:
        stored = get(upload.id)
        if stored is None or stored.revision != upload.revision:
            raise _overtaken(upload) from error
        return None
    return newer


def _put(upload: Upload, writer: str, condition: Expression) -> None:
    client("dynamodb").put_item(**_write(upload, writer, condition))


def _write(upload: Upload, writer: str, condition: Expression) -> Request:
    values: Attributes = {
        "pk": f"UPLOAD#{upload.id}",
        "sk": "STATE",
        "kind": KIND,
        "at": iso(upload.started_at),
        "writer": writer,
        "body": stamped(upload.model_dump_json()),
        "revision": upload.revision,
    }
    return expressions.put(settings.work_table, values, condition)


class MendedRows(Value):
    """Rejected rows of an upload, by their places among these, that another upload has as they were mended."""

    rows: tuple[int, ...]


MENDED_ROWS = Reader(TypeAdapter(MendedRows))
MENDED = "MENDED#"


def save_mended(upload_id: str, mended: str, rows: Sequence[int]) -> None:
    """Store that the upload `mended`, which may not have arrived yet, has these rejected rows of an upload."""
    body = stamped(MendedRows(rows=tuple(rows)).model_dump_json())
    values: Attributes = {"pk": f"UPLOAD#{upload_id}", "sk": f"{MENDED}{mended}", "body": body}
    client("dynamodb").put_item(**expressions.put(settings.work_table, values))


def mended_rows(upload_id: str) -> dict[str, tuple[int, ...]]:
    """Return the rejected rows of an upload that were mended, by the id of the upload that has them."""
    keys = equals("pk", f"UPLOAD#{upload_id}") & begins_with("sk", MENDED)
    items = pages("query", **expressions.query(settings.work_table, keys, ConsistentRead=True))
    return {item["sk"]["S"].removeprefix(MENDED): MENDED_ROWS.read(item["body"]["S"]).rows for item in items}


def _key(upload_id: str) -> Request:
    return expressions.key(f"UPLOAD#{upload_id}", "STATE")


def _overtaken(upload: Upload) -> Conflict:
    return Conflict(f"upload {upload.id} is being read by another invocation")

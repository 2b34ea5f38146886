"""Uploads: their state in the Work table (see store/upload_files.py for their files).

question                      | pk          | sk     | index
how far is an upload          | UPLOAD#id   | STATE  | -
uploads, newest first         | UPLOAD      | at     | by_kind (kind, at)
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import TypeAdapter

from packhorse.aws.clients import client, ignoring, raising
from packhorse.aws.settings import settings
from packhorse.domain.errors import Conflict
from packhorse.domain.schema import Reader, stamped
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.stock.movement import Movement
from packhorse.domain.values import iso
from packhorse.files.upload import Upload
from packhorse.store import expressions
from packhorse.store.commit import commit_movements
from packhorse.store.expressions import Attributes, Expression, Request, equals, missing

KIND = "UPLOAD"

UPLOAD = Reader(TypeAdapter(Upload))


class UploadPosition(NamedTuple):
    """Where an upload stands among the others."""

    at: str
    upload: str


def get(upload_id: str) -> Upload | None:
    """How far the upload is, if there is one."""
    answer = client("dynamodb").get_item(TableName=settings.work_table, Key=_key(upload_id), ConsistentRead=True)
    return UPLOAD.read(answer["Item"]["body"]["S"]) if "Item" in answer else None


def newest(after: UploadPosition | None, limit: int) -> tuple[list[Upload], UploadPosition | None]:
    """A page of the uploads, newest first, and after which one the next page starts."""
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
    """Stores a new upload; one that is stored already comes back as far as it is.

    Another file that is put where one was announced is an upload of its own.
    """
    with ignoring("ConditionalCheckFailedException"):
        _put(upload, writer, missing("pk"))
        return upload
    known = get(upload.id) or upload
    is_another = known.file.put_id != upload.file.put_id and upload.id != upload.file.put_id
    return begin(upload.replace(id=upload.file.put_id), writer) if is_another else known


def save(upload: Upload, writer: str) -> Upload:
    """Stores the upload over the revision it was read at; raises Conflict where somebody else went on with it.

    A write of ours whose answer was lost is sent again by the SDK, and finds itself: hence the `writer`, which is
    different in every invocation.
    """
    newer = upload.replace(revision=upload.revision + 1)
    is_ours = equals("revision", newer.revision) & equals("writer", writer)
    with raising({"ConditionalCheckFailedException": _overtaken(upload)}):
        _put(newer, writer, equals("revision", upload.revision) | is_ours)
    return newer


def save_with(upload: Upload, writer: str, movements: Sequence[Movement], was: Mapping[Shelf, int]) -> Upload | None:
    """Stores the upload like `save`, and changes stock, both or nothing; None where the stock changed first."""
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


def _key(upload_id: str) -> Request:
    return expressions.key(f"UPLOAD#{upload_id}", "STATE")


def _overtaken(upload: Upload) -> Conflict:
    return Conflict(f"upload {upload.id} is being read by another invocation")

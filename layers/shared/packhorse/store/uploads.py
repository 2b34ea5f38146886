"""Uploads: their state in the Work table, their files and reports in the bucket.

question                      | pk          | sk     | index
how far is an upload          | UPLOAD#id   | STATE  | -
uploads, newest first         | UPLOAD      | at     | by_kind (kind, at)

object                                  | holds
orders/<channel>/<name>.csv             | what was dropped; only read
orders/<channel>/<id>/<name>.csv        | the same, announced by POST /uploads
stock/<name>.csv, stock/<id>/<name>.csv | likewise, of stock
reports/<id>.json                       | the report
reports/<id>.failed.csv                 | the rows that were rejected
reports/<id>.parts/                     | what the next invocation needs; gone once the report is there
"""

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import BotoCoreError
from pydantic import TypeAdapter

from packhorse.aws.clients import ignoring, raising
from packhorse.domain.errors import Conflict, Unavailable
from packhorse.domain.schema import SCHEMA, Reader, stamped
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.stock.movement import Movement
from packhorse.domain.values import Value, iso
from packhorse.files.csvfile.encoding import Unreadable
from packhorse.files.upload import File, StoredError, Upload, failed_rows_key, report_key
from packhorse.store import expressions
from packhorse.store.commit import commit_movements
from packhorse.store.expressions import Attributes, Expression, Request, equals, missing

KIND = "UPLOAD"
READ_AT_ONCE = 4 * 1024 * 1024
MAX_OBJECT_TRIES = 3
MAX_DELETED = 1000
ONE_BY_ONE = TransferConfig(use_threads=False)
MISSING_FILE = {
    "NoSuchKey": "the file is not there any more",
    "NoSuchVersion": "the file is not there any more",
    "PreconditionFailed": "the file was replaced while it was read; the new one is an upload of its own",
}


class ReportPart(Value):
    """A piece of the report: errors, and failed rows as CSV."""

    errors: tuple[StoredError, ...]
    rows: str


UPLOAD = Reader(TypeAdapter(Upload))
REPORT_PART = Reader(TypeAdapter(ReportPart))


class UploadPosition(NamedTuple):
    """Where an upload stands among the others."""

    at: str
    upload: str


class Uploads:
    """The uploads of one deployment; `writer` is whose writes these are, different in every invocation."""

    def __init__(self, s3: Any, dynamodb: Any, table: str, writer: str) -> None:
        self._s3 = s3
        self._dynamodb = dynamodb
        self._table = table
        self._writer = writer

    def get(self, upload_id: str) -> Upload | None:
        """How far the upload is, if there is one."""
        answer = self._dynamodb.get_item(TableName=self._table, Key=_key(upload_id), ConsistentRead=True)
        return UPLOAD.read(answer["Item"]["body"]["S"]) if "Item" in answer else None

    def newest(self, after: UploadPosition | None, limit: int) -> tuple[list[Upload], UploadPosition | None]:
        """A page of the uploads, newest first, and after which one the next page starts."""
        options: dict[str, Any] = {"ScanIndexForward": False, "Limit": limit}
        if after:
            options["ExclusiveStartKey"] = _key(after.upload) | expressions.item({"kind": KIND, "at": after.at})
        answer = self._dynamodb.query(
            **expressions.query(self._table, equals("kind", KIND), index="by_kind", **options)
        )
        found = [UPLOAD.read(item["body"]["S"]) for item in answer["Items"]]
        more = "LastEvaluatedKey" in answer
        return found, UploadPosition(at=iso(found[-1].started_at), upload=found[-1].id) if more else None

    def begin(self, upload: Upload) -> Upload:
        """Stores a new upload; one that is stored already comes back as far as it is.

        Another file that is put where one was announced is an upload of its own.
        """
        with ignoring("ConditionalCheckFailedException"):
            self._put(upload, missing("pk"))
            return upload
        known = self.get(upload.id) or upload
        is_another = known.file.put_id != upload.file.put_id and upload.id != upload.file.put_id
        return self.begin(upload.replace(id=upload.file.put_id)) if is_another else known

    def save(self, upload: Upload) -> Upload:
        """Stores the upload over the revision it was read at; raises Conflict where somebody else went on with it.

        A write of ours whose answer was lost is sent again by the SDK, and finds itself: hence the writer.
        """
        newer = upload.replace(revision=upload.revision + 1)
        is_ours = equals("revision", newer.revision) & equals("writer", self._writer)
        with raising({"ConditionalCheckFailedException": _overtaken(upload)}):
            self._put(newer, equals("revision", upload.revision) | is_ours)
        return newer

    def save_with(self, upload: Upload, movements: Sequence[Movement], was: Mapping[Shelf, int]) -> Upload | None:
        """Stores the upload like `save`, and changes stock, both or nothing; None where the stock changed first."""
        newer = upload.replace(revision=upload.revision + 1)
        write = self._write(newer, equals("revision", upload.revision))
        try:
            commit_movements(movements, was, beside=[{"Put": write}])
        except Conflict as error:
            stored = self.get(upload.id)
            if stored is None or stored.revision != upload.revision:
                raise _overtaken(upload) from error
            return None
        return newer

    def _put(self, upload: Upload, condition: Expression) -> None:
        self._dynamodb.put_item(**self._write(upload, condition))

    def _write(self, upload: Upload, condition: Expression) -> Request:
        values: Attributes = {
            "pk": f"UPLOAD#{upload.id}",
            "sk": "STATE",
            "kind": KIND,
            "at": iso(upload.started_at),
            "writer": self._writer,
            "body": stamped(upload.model_dump_json()),
            "revision": upload.revision,
        }
        return expressions.put(self._table, values, condition)

    def open(self, upload: Upload, offset: int = 0) -> BinaryIO:
        """The file from a byte on; raises Unreadable, here or while it is read, if it is not the same file any more."""
        return cast("BinaryIO", io.BufferedReader(_Object(self._s3, upload.file, offset), READ_AT_ONCE))

    def put_part(self, upload: Upload, part: ReportPart) -> None:
        """Stores the next piece of the report; doing it again replaces it."""
        self._put_object(upload, _part_key(upload.id, upload.counts.parts), stamped(part.model_dump_json()).encode())

    def parts(self, upload: Upload) -> Iterator[ReportPart]:
        """The pieces of the report, in the order of the file."""
        for number in range(upload.counts.parts):
            answer = self._s3.get_object(Bucket=upload.file.bucket, Key=_part_key(upload.id, number))
            yield REPORT_PART.read(answer["Body"].read())

    def save_fates(self, upload: Upload, path: Path) -> None:
        """Stores what the survey found, for invocations to come."""
        self._s3.upload_file(str(path), upload.file.bucket, _fates_key(upload.id), Config=ONE_BY_ONE)

    def fetch_fates(self, upload: Upload, path: Path) -> None:
        """Brings what the survey found to a file here."""
        self._s3.download_file(upload.file.bucket, _fates_key(upload.id), str(path), Config=ONE_BY_ONE)

    def put_failed_rows(self, upload: Upload, chunks: Iterable[bytes]) -> None:
        """Stores the rows that were rejected, without ever holding them all."""
        body = io.BufferedReader(_Chunks(chunks))
        told = {"ContentType": "text/csv; charset=utf-8"}
        key = failed_rows_key(upload.id)
        self._s3.upload_fileobj(body, upload.file.bucket, key, ExtraArgs=told, Config=ONE_BY_ONE)

    def put_report(self, upload: Upload, report: dict[str, Any]) -> None:
        """Stores the report."""
        self._put_object(
            upload,
            report_key(upload.id),
            json.dumps({"schema": SCHEMA, **report}, ensure_ascii=False, indent=1).encode(),
        )

    def report(self, upload: Upload) -> bytes:
        """The report of an upload that is over."""
        return bytes(self._s3.get_object(Bucket=upload.file.bucket, Key=report_key(upload.id))["Body"].read())

    def discard_parts(self, upload: Upload) -> None:
        """Deletes what only unfinished uploads need."""
        keys = [_part_key(upload.id, number) for number in range(upload.counts.parts)]
        keys += [_fates_key(upload.id)] if upload.survey.fates else []
        for start in range(0, len(keys), MAX_DELETED):
            objects = [{"Key": key} for key in keys[start : start + MAX_DELETED]]
            self._s3.delete_objects(Bucket=upload.file.bucket, Delete={"Objects": objects, "Quiet": True})

    def _put_object(self, upload: Upload, key: str, body: bytes) -> None:
        self._s3.put_object(Bucket=upload.file.bucket, Key=key, Body=body, ContentType="application/json")


def _key(upload_id: str) -> Request:
    return expressions.key(f"UPLOAD#{upload_id}", "STATE")


def _overtaken(upload: Upload) -> Conflict:
    return Conflict(f"upload {upload.id} is being read by another invocation")


def _part_key(upload_id: str, number: int) -> str:
    return f"reports/{upload_id}.parts/{number:06d}.json"


def _fates_key(upload_id: str) -> str:
    return f"reports/{upload_id}.parts/fates.sqlite"


class _Object(io.RawIOBase):
    """An object read range by range: no connection stays open while rows are dealt with."""

    def __init__(self, s3: Any, file: File, offset: int) -> None:
        self._s3 = s3
        self._offset = offset
        self._size = file.size
        version = {"VersionId": file.version} if file.version else {}
        self._which = {"Bucket": file.bucket, "Key": file.key, "IfMatch": f'"{file.etag}"', **version}

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._offset >= self._size:
            return 0
        found = self._range(self._offset, min(self._offset + len(buffer), self._size) - 1)
        buffer[: len(found)] = found
        self._offset += len(found)
        return len(found)

    def _range(self, first: int, last: int) -> bytes:
        for _ in range(MAX_OBJECT_TRIES):
            try:
                with raising({code: Unreadable(message) for code, message in MISSING_FILE.items()}):
                    return bytes(self._s3.get_object(Range=f"bytes={first}-{last}", **self._which)["Body"].read())
            except BotoCoreError as error:
                broken = error
        raise Unavailable("the file could not be read") from broken


class _Chunks(io.RawIOBase):
    """Chunks of bytes as a file to read."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = chunk
        found, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(found)] = found
        return len(found)

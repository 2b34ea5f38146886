"""The files of uploads and their reports, in the bucket.

object                                  | holds
orders/<channel>/<name>.csv             | a file of orders, which is only read
orders/<channel>/<id>/<name>.csv        | the same, announced by POST /uploads
stock/<name>.csv, stock/<id>/<name>.csv | a file of stock
reports/<id>.json                       | the report
reports/<id>.failed.csv                 | the rejected rows
reports/<id>.parts/                     | files for the next invocation; deleted once the report is stored
"""

import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import BotoCoreError
from pydantic import TypeAdapter

from packhorse.aws.clients import client, raising
from packhorse.domain.batching import batched
from packhorse.domain.errors import Conflict, Unavailable
from packhorse.domain.schema import SCHEMA, Reader, stamped
from packhorse.domain.values import Value
from packhorse.files.csvfile.encoding import Unreadable
from packhorse.files.put_file import File
from packhorse.files.upload import StoredError, Upload, failed_rows_key, report_key

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
    """A part of the report: errors, rejected rows as CSV with their numbers in the file, and warnings."""

    errors: tuple[StoredError, ...]
    rows: str
    numbers: tuple[int, ...] = ()
    warnings: tuple[StoredError, ...] = ()


REPORT_PART = Reader(TypeAdapter(ReportPart))


def open_file(upload: Upload, offset: int = 0) -> BinaryIO:
    """Open the file from a byte on; raises Unreadable, here or during a read, if the file was replaced or deleted."""
    return cast("BinaryIO", io.BufferedReader(_Object(upload.file, offset), READ_AT_ONCE))


def put_part(upload: Upload, part: ReportPart) -> None:
    """Store the next part of the report; a repeated call replaces it."""
    _put_object(upload, _part_key(upload.id, upload.counts.parts), stamped(part.model_dump_json()).encode())


def parts(upload: Upload) -> Iterator[ReportPart]:
    """Yield the parts of the report, in the order of the file; raises Conflict once another invocation has ended it."""
    for number in range(upload.counts.parts):
        with raising(_discarded()):
            answer = client("s3").get_object(Bucket=upload.file.bucket, Key=_part_key(upload.id, number))
        yield REPORT_PART.read(answer["Body"].read())


def save_fates(upload: Upload, path: Path) -> None:
    """Store the database of orders that the survey found, for later invocations."""
    client("s3").upload_file(str(path), upload.file.bucket, _fates_key(upload.id), Config=ONE_BY_ONE)


def fetch_fates(upload: Upload, path: Path) -> None:
    """Download the database of orders that the survey found; raises Conflict once another invocation has ended it."""
    with raising(_discarded()):
        client("s3").download_file(upload.file.bucket, _fates_key(upload.id), str(path), Config=ONE_BY_ONE)


def put_failed_rows(upload: Upload, chunks: Iterable[bytes]) -> None:
    """Store the file of rejected rows, without holding all of them in memory."""
    body = io.BufferedReader(_Chunks(chunks))
    options = {"ContentType": "text/csv; charset=utf-8"}
    key = failed_rows_key(upload.id)
    client("s3").upload_fileobj(body, upload.file.bucket, key, ExtraArgs=options, Config=ONE_BY_ONE)


def put_report(upload: Upload, report: dict[str, Any]) -> None:
    """Store the report."""
    _put_object(
        upload, report_key(upload.id), json.dumps({"schema": SCHEMA, **report}, ensure_ascii=False, indent=1).encode()
    )


def read_report(upload: Upload) -> bytes:
    """Return the report of an upload that is over."""
    return bytes(client("s3").get_object(Bucket=upload.file.bucket, Key=report_key(upload.id))["Body"].read())


def discard_parts(upload: Upload) -> None:
    """Delete the files that only an unfinished upload needs."""
    keys = [_part_key(upload.id, number) for number in range(upload.counts.parts)]
    keys += [_fates_key(upload.id)] if upload.survey.fates else []
    for part in batched(keys, MAX_DELETED):
        objects = [{"Key": key} for key in part]
        client("s3").delete_objects(Bucket=upload.file.bucket, Delete={"Objects": objects, "Quiet": True})


def _put_object(upload: Upload, key: str, body: bytes) -> None:
    client("s3").put_object(Bucket=upload.file.bucket, Key=key, Body=body, ContentType="application/json")


def _discarded() -> dict[str, Exception]:
    """Return what a file that only an unfinished upload needs raises, by error code, if it is gone."""
    return dict.fromkeys(("NoSuchKey", "404"), Conflict("another invocation has ended the upload"))


def _part_key(upload_id: str, number: int) -> str:
    return f"reports/{upload_id}.parts/{number:06d}.json"


def _fates_key(upload_id: str) -> str:
    return f"reports/{upload_id}.parts/fates.sqlite"


class _Object(io.RawIOBase):
    """An object that is read range by range, so that no connection stays open while rows are applied."""

    def __init__(self, file: File, offset: int) -> None:
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
                    return bytes(client("s3").get_object(Range=f"bytes={first}-{last}", **self._which)["Body"].read())
            except BotoCoreError as error:
                broken = error
        raise Unavailable("the file could not be read") from broken


class _Chunks(io.RawIOBase):
    """Chunks of bytes as a readable file."""

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

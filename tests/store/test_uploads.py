from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from packhorse.aws import clients
from packhorse.aws.settings import settings
from packhorse.domain.errors import Conflict, Unavailable
from packhorse.files.csvfile.encoding import Unreadable
from packhorse.files.csvfile.records import Position
from packhorse.files.orders.survey import Survey
from packhorse.files.rows import RowError
from packhorse.files.upload import UploadCounts
from packhorse.store import upload_files, uploads
from packhorse.store.upload_files import ReportPart
from tests.files.order_file_builders import cells, layout_of, sheet
from tests.files.upload_builders import body, dropped, keys, small_cloud, upload_of

CONTENT = sheet([cells()]).encode()


@pytest.fixture(autouse=True)
def cloud() -> Iterator[None]:
    with small_cloud():
        yield


def test_an_upload_is_begun_once_and_then_found_as_far_as_it_is() -> None:
    upload = uploads.begin(upload_of(CONTENT), "me")
    further = uploads.save(upload.surveyed(layout_of(CONTENT), Survey(1, 0, 0)), "me")

    assert uploads.begin(upload, "me") == further
    assert uploads.get(upload.id) == further
    assert further.position == Position(len(CONTENT.splitlines(keepends=True)[0]), 1)


def test_an_upload_that_nobody_knows_is_none() -> None:
    assert uploads.get("0" * 32) is None


def test_uploads_are_listed_by_kind_and_time() -> None:
    upload = uploads.begin(upload_of(CONTENT), "me")

    found = clients.client("dynamodb").query(
        TableName=settings.work_table,
        IndexName="by_kind",
        KeyConditionExpression="kind = :kind AND #at >= :since",
        ExpressionAttributeNames={"#at": "at"},
        ExpressionAttributeValues={":kind": {"S": "UPLOAD"}, ":since": {"S": "2026-11-23"}},
    )

    assert [item["pk"]["S"] for item in found["Items"]] == [f"UPLOAD#{upload.id}"]


def test_of_two_who_go_on_from_the_same_checkpoint_one_is_stopped() -> None:
    upload = uploads.begin(upload_of(CONTENT), "me")
    first = uploads.save(upload, "first")

    with pytest.raises(Conflict):
        uploads.save(upload, "second")
    assert uploads.save(first, "first").revision == 2


def test_a_write_whose_answer_was_lost_finds_itself() -> None:
    upload = uploads.begin(upload_of(CONTENT), "me")

    assert uploads.save(upload, "me") == uploads.save(upload, "me")


def test_the_same_put_is_the_same_upload_and_another_put_is_another() -> None:
    one, again, other = upload_of(CONTENT), upload_of(CONTENT), upload_of(CONTENT, "orders/web/other.csv")

    assert one.id == again.id != other.id
    assert len(one.id) == 32
    later = one.file.replace(sequencer="0063")
    assert later.upload_id != one.id


def test_of_versioned_files_the_version_alone_tells_puts_apart() -> None:
    file = upload_of(CONTENT).file.replace(version="v1")

    assert file.replace(sequencer="0063").upload_id == file.upload_id
    assert file.replace(version="v2").upload_id != file.upload_id


@pytest.mark.parametrize(
    ("key", "channel"),
    [("orders/web/a.csv", "web"), ("orders/Web/2026/a.csv", "web"), ("orders/a.csv", None)],
)
def test_the_folder_below_orders_is_the_channel(key: str, channel: str | None) -> None:
    assert upload_of(CONTENT, key).channel == channel


@pytest.mark.parametrize("offset", [0, 1, 70, len(CONTENT) - 1, len(CONTENT), len(CONTENT) + 5])
def test_a_file_is_read_from_any_byte_on(offset: int) -> None:
    upload = upload_of(CONTENT)

    assert upload_files.open_file(upload, offset).read() == CONTENT[offset:]


def test_a_large_file_is_read_range_by_range() -> None:
    content = bytes(range(256)) * 20_000
    stream = upload_files.open_file(upload_of(content), 3)

    assert stream.read(1000) == content[3:1003]
    assert stream.read() == content[1003:]


def test_a_file_that_was_replaced_is_not_read_on() -> None:
    upload = upload_of(CONTENT)
    dropped(CONTENT + b"more", upload.file.key)

    with pytest.raises(Unreadable, match="replaced while it was read"):
        upload_files.open_file(upload).read()


def test_a_file_that_is_gone_is_unreadable() -> None:
    upload = upload_of(CONTENT)
    clients.client("s3").delete_object(Bucket=settings.uploads_bucket, Key=upload.file.key)

    with pytest.raises(Unreadable, match="not there any more"):
        upload_files.open_file(upload).read()


class Flaky:
    """An S3 that fails some times before it answers."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)

    def get_object(self, **asked: Any) -> Any:
        if self.failures:
            raise self.failures.pop()
        return clients.client("s3").get_object(**asked)


def read_from(*failures: Exception) -> bytes:
    """A file that is read from an S3 which fails so before it answers."""
    upload, s3 = upload_of(CONTENT), Flaky(*failures)
    with patch.object(upload_files, "client", lambda _: s3):
        return upload_files.open_file(upload).read()


def test_a_broken_connection_costs_a_range_only() -> None:
    broken = ReadTimeoutError(endpoint_url="s3")

    assert read_from(broken, broken) == CONTENT
    with pytest.raises(Unavailable):
        read_from(broken, broken, broken)


def test_what_s3_refuses_for_another_reason_is_not_explained_away() -> None:
    denied = ClientError({"Error": {"Code": "AccessDenied"}}, "GetObject")

    with pytest.raises(ClientError):
        read_from(denied)


def test_parts_come_back_in_order_and_are_gone_when_discarded(tmp_path: Path) -> None:
    upload = upload_of(CONTENT).replace(survey=Survey(9, 1, 1))
    (tmp_path / "fates").write_bytes(b"fates")
    upload_files.save_fates(upload, tmp_path / "fates")
    parts = [ReportPart(errors=(RowError(2, "W1", "SKU", f"wrong {number}"),), rows="a\r\n") for number in (0, 1)]
    for number, part in enumerate(parts):
        upload_files.put_part(upload.replace(counts=UploadCounts(parts=number)), part)
    stored = upload.replace(counts=UploadCounts(parts=2))

    upload_files.fetch_fates(stored, tmp_path / "fetched")
    assert (tmp_path / "fetched").read_bytes() == b"fates"
    assert list(upload_files.parts(stored)) == parts
    upload_files.discard_parts(stored)
    assert keys("reports/") == []


def test_failed_rows_are_stored_whole_however_large_they_are() -> None:
    upload = upload_of(CONTENT)

    upload_files.put_failed_rows(upload, (bytes([number]) * 1_000_000 for number in range(9)))

    assert body(f"reports/{upload.id}.failed.csv") == b"".join(bytes([number]) * 1_000_000 for number in range(9))

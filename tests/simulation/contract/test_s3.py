"""S3: objects whole and in ranges, under conditions, in parts; lists."""

import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from boto3.s3.transfer import TransferConfig

from simulation.contract.backends import Backend

Code = Callable[..., str]
PART = 5 * 1024 * 1024


class Bucket:
    """A bucket of its own, with what a test asks of it most."""

    def __init__(self, aws: Backend, name: str) -> None:
        self.client = aws.client("s3")
        self.name = name
        self.client.create_bucket(Bucket=name)

    def put(self, key: str, body: bytes | str = b"", **told: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.client.put_object(Bucket=self.name, Key=key, Body=body, **told)
        return answer

    def get(self, key: str, **told: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.client.get_object(Bucket=self.name, Key=key, **told)
        return answer

    def read(self, key: str, **told: Any) -> bytes:
        return bytes(self.get(key, **told)["Body"].read())

    def delete(self, key: str) -> None:
        self.client.delete_object(Bucket=self.name, Key=key)

    def keys(self, **told: Any) -> list[str]:
        return [each["Key"] for each in self.client.list_objects_v2(Bucket=self.name, **told).get("Contents", [])]


@pytest.fixture
def bucket(aws: Backend, name: str) -> Bucket:
    return Bucket(aws, f"bucket-{name}")


def test_an_object_comes_as_it_was_put(bucket: Bucket) -> None:
    etag = f'"{hashlib.md5(b"0123456789", usedforsecurity=False).hexdigest()}"'

    put = bucket.put("raw/Ä 1+2.csv", b"0123456789", ContentType="text/csv", Metadata={"who": "ada"})
    answer = bucket.get("raw/Ä 1+2.csv")

    assert answer["Body"].read() == b"0123456789"
    assert (put["ETag"], answer["ETag"], answer["ContentLength"]) == (etag, etag, 10)
    assert (answer["ContentType"], answer["Metadata"]) == ("text/csv", {"who": "ada"})


def test_metadata_has_two_kilobytes(bucket: Bucket, code: Code) -> None:
    bucket.put("a", Metadata={"orders": "x" * (2048 - len("orders"))})

    assert code(bucket.put, key="a", Metadata={"orders": "x" * (2049 - len("orders"))}) == "MetadataTooLarge"


def test_putting_again_replaces(bucket: Bucket) -> None:
    bucket.put("a", b"one", ContentType="text/csv")
    bucket.put("a", "zwölf")

    assert bucket.read("a") == "zwölf".encode()
    assert bucket.get("a")["ContentType"] == "binary/octet-stream"


def test_an_object_that_is_not_there_is_no_such_key(bucket: Bucket, code: Code) -> None:
    assert code(bucket.get, key="gone") == "NoSuchKey"
    with pytest.raises(bucket.client.exceptions.NoSuchKey):
        bucket.get("gone")
    assert code(bucket.client.head_object, Bucket=bucket.name, Key="gone") == "404"


def test_a_bucket_that_is_not_there_is_no_such_bucket(bucket: Bucket, code: Code) -> None:
    told = {"Bucket": f"{bucket.name}-gone", "Key": "a"}

    assert code(bucket.client.get_object, **told) == "NoSuchBucket"
    assert code(bucket.client.put_object, **told) == "NoSuchBucket"


@pytest.mark.parametrize(
    ("asked", "found", "where"),
    [
        ("bytes=0-3", b"0123", "bytes 0-3/10"),
        ("bytes=4-", b"456789", "bytes 4-9/10"),
        ("bytes=-3", b"789", "bytes 7-9/10"),
        ("bytes=8-99", b"89", "bytes 8-9/10"),
        ("bytes=9-9", b"9", "bytes 9-9/10"),
    ],
)
def test_a_range_is_a_part_of_an_object(bucket: Bucket, asked: str, found: bytes, where: str) -> None:
    bucket.put("a", b"0123456789")

    answer = bucket.get("a", Range=asked)

    assert (answer["Body"].read(), answer["ContentRange"], answer["ContentLength"]) == (found, where, len(found))


def test_a_range_beyond_the_end_is_refused(bucket: Bucket, code: Code) -> None:
    bucket.put("a", b"0123456789")
    bucket.put("empty")

    assert code(bucket.get, key="a", Range="bytes=10-12") == "InvalidRange"
    assert code(bucket.get, key="empty", Range="bytes=0-0") == "InvalidRange"


def test_who_reads_may_ask_for_the_object_that_was_meant(bucket: Bucket, code: Code) -> None:
    etag = bucket.put("a", b"one")["ETag"]
    assert bucket.read("a", IfMatch=etag, Range="bytes=1-1") == b"n"

    bucket.put("a", b"two")
    assert code(bucket.get, key="a", IfMatch=etag) == "PreconditionFailed"
    bucket.delete("a")
    assert code(bucket.get, key="a", IfMatch=etag) == "NoSuchKey"


def test_deleting_is_done_once_or_more_often(bucket: Bucket) -> None:
    bucket.put("a")
    bucket.delete("a")
    bucket.delete("a")
    for key in "bcd":
        bucket.put(key)

    objects = [{"Key": key} for key in ("b", "gone", "c")]
    answer = bucket.client.delete_objects(Bucket=bucket.name, Delete={"Objects": objects, "Quiet": True})

    assert "Errors" not in answer
    assert bucket.keys() == ["d"]


def test_many_are_deleted_a_thousand_at_a_time(bucket: Bucket, code: Code) -> None:
    objects = [{"Key": str(number)} for number in range(1001)]

    assert code(bucket.client.delete_objects, Bucket=bucket.name, Delete={"Objects": objects}) == "MalformedXML"


def test_a_list_is_in_the_order_of_bytes_and_has_a_prefix(bucket: Bucket) -> None:
    for key in ("raw/b", "raw/B", "raw/ä", "raw/a/1", "other"):
        bucket.put(key)

    assert bucket.keys() == ["other", "raw/B", "raw/a/1", "raw/b", "raw/ä"]
    assert bucket.keys(Prefix="raw/a") == ["raw/a/1"]
    assert bucket.keys(Prefix="none") == []


def test_a_list_comes_in_pages(bucket: Bucket) -> None:
    for key in "abcde":
        bucket.put(key, key.encode() * 3)

    first = bucket.client.list_objects_v2(Bucket=bucket.name, MaxKeys=2)
    pages = list(bucket.client.get_paginator("list_objects_v2").paginate(Bucket=bucket.name, MaxKeys=2))

    assert (first["KeyCount"], first["IsTruncated"]) == (2, True)
    assert [[each["Key"] for each in page["Contents"]] for page in pages] == [["a", "b"], ["c", "d"], ["e"]]
    assert {each["Size"] for page in pages for each in page["Contents"]} == {3}


# ---- in parts ------------------------------------------------------------------------------------------------------


def upload(bucket: Bucket, *parts: bytes) -> dict[str, Any]:
    which = {"Bucket": bucket.name, "Key": "large"}
    which["UploadId"] = bucket.client.create_multipart_upload(**which)["UploadId"]
    numbered = list(enumerate(parts, 1))
    told = [(number, bucket.client.upload_part(**which, PartNumber=number, Body=body)) for number, body in numbered]
    parts_told = [{"PartNumber": number, "ETag": answer["ETag"]} for number, answer in told]
    answer: dict[str, Any] = bucket.client.complete_multipart_upload(**which, MultipartUpload={"Parts": parts_told})
    return answer


def test_parts_become_one_object(bucket: Bucket) -> None:
    parts = (b"a" * PART, b"b" * 10)
    digests = b"".join(hashlib.md5(part, usedforsecurity=False).digest() for part in parts)

    answer = upload(bucket, *parts)

    assert answer["ETag"] == f'"{hashlib.md5(digests, usedforsecurity=False).hexdigest()}-2"'
    assert bucket.read("large", Range=f"bytes={PART - 1}-{PART}") == b"ab"


def test_a_part_that_is_not_the_last_has_five_megabytes(bucket: Bucket, code: Code) -> None:
    def small() -> None:
        upload(bucket, b"a" * (PART - 1), b"b")

    assert code(small) == "EntityTooSmall"


def test_an_upload_that_was_given_up_is_not_there(bucket: Bucket, code: Code) -> None:
    which = {"Bucket": bucket.name, "Key": "large"}
    which["UploadId"] = bucket.client.create_multipart_upload(**which)["UploadId"]
    bucket.client.abort_multipart_upload(**which)

    assert code(bucket.client.upload_part, **which, PartNumber=1, Body=b"x") == "NoSuchUpload"
    assert bucket.keys() == []


def test_files_go_up_and_come_down(bucket: Bucket, tmp_path: Path) -> None:
    one_by_one = TransferConfig(use_threads=False)
    content = b"0123456789" * 900_000

    bucket.client.upload_fileobj(io.BytesIO(content), bucket.name, "large", {"ContentType": "x/y"}, Config=one_by_one)
    bucket.client.download_file(bucket.name, "large", str(tmp_path / "large"), Config=one_by_one)

    assert (tmp_path / "large").read_bytes() == content
    assert bucket.get("large")["ContentType"] == "x/y"

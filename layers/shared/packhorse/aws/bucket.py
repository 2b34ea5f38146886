"""Objects of the uploads bucket: raw payloads below `raw/`, files that were made, presigned URLs that expire."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from packhorse.aws.clients import client, ignoring, raising
from packhorse.aws.settings import settings
from packhorse.domain.errors import Conflict, NotNow


def store_payload(
    source: str, payload: bytes, at: datetime, name: str = "", about: Mapping[str, str] | None = None
) -> str:
    """Store the payload, with `about` as S3 metadata; return its key, equal for an equal payload on the same day.

    The name of the file begins with `name`, if it has one: a list has it, and one call lists those of a name and a day.
    """
    named = f"{name}." if name else ""
    key = f"{payload_prefix(source, at)}{named}{hashlib.sha256(payload).hexdigest()[:32]}.json"
    client("s3").put_object(Bucket=settings.uploads_bucket, Key=key, Body=payload, Metadata=dict(about or {}))
    return key


def payload_prefix(source: str, day: date) -> str:
    """Return the beginning of the keys of all payloads that a source sent on a day."""
    return f"raw/{source}/{day:%Y/%m/%d}/"


def payload_keys(prefix: str, after: str, most: int) -> list[str]:
    """Return the next keys of payloads with a prefix, in their order."""
    answer = client("s3").list_objects_v2(Bucket=settings.uploads_bucket, Prefix=prefix, StartAfter=after, MaxKeys=most)
    return [each["Key"] for each in answer.get("Contents", ())]


def name_in(key: str) -> str:
    """Return the name in the key of a payload; an older key ends with it.

    >>> name_in("raw/webhook/shop/2026/11/25/3c4d.0a1b.json"), name_in("raw/webhook/shop/2026/11/25/0a1b-3c4d.json")
    ('3c4d', '3c4d')
    >>> name_in("raw/poll/a-shop/2026/11/25/0a1b.json")
    ''
    """
    name, _, rest = key.rpartition("/")[2].removesuffix(".json").rpartition(".")
    return name or rest.partition("-")[2]


def words_about(key: str) -> Mapping[str, str]:
    """Return the S3 metadata of a payload; empty once its retention is over."""
    with ignoring("404"):
        found: Mapping[str, str] = client("s3").head_object(Bucket=settings.uploads_bucket, Key=key)["Metadata"]
        return found
    return {}


def read_payload(key: str) -> bytes:
    """Return a stored payload; raises NotNow if its retention is over."""
    with raising({"NoSuchKey": NotNow(f"{key} is not kept any more")}):
        return bytes(client("s3").get_object(Bucket=settings.uploads_bucket, Key=key)["Body"].read())


def store_file(key: str, content: bytes, media_type: str) -> str:
    """Store a file that people open; return its key."""
    client("s3").put_object(Bucket=settings.uploads_bucket, Key=key, Body=content, ContentType=media_type)
    return key


def store_file_once(key: str, content: bytes, media_type: str) -> bool:
    """Store a file unless its key has one; return whether it was stored. Raises Conflict during another one's call."""
    put = {"Bucket": settings.uploads_bucket, "Key": key, "Body": content, "ContentType": media_type}
    with (
        ignoring("PreconditionFailed"),
        raising({"ConditionalRequestConflict": Conflict(f"{key} is being stored by another process")}),
    ):
        client("s3").put_object(**put, IfNoneMatch="*")
        return True
    return False


def delete_file(key: str) -> None:
    """Delete an object; one that is deleted already is no failure. Its version lives on for 30 days."""
    client("s3").delete_object(Bucket=settings.uploads_bucket, Key=key)


def document_key(kind: str, name: str, at: datetime) -> str:
    """Return the key of a document: the prefix `documents/` expires after a week.

    >>> document_key("pick_list", "0a1b", datetime(2026, 11, 26))
    'documents/pick_list/2026/11/26/0a1b.pdf'
    """
    return f"documents/{kind}/{at:%Y/%m/%d}/{name}.pdf"


URL_LIFETIME = timedelta(minutes=15)


@cache
def _signer() -> Any:
    """Return a client that presigns locally, without a network call.

    Signature version 4: buckets refuse the older one, which boto3 uses by default in some regions. Virtual addressing:
    the host of another region would redirect, and the signature would not fit.
    """
    return boto3.client("s3", config=Config(signature_version="s3v4", s3={"addressing_style": "virtual"}))


def presign_put(key: str) -> str:
    """Return a presigned URL to PUT the object."""
    return _presign("put_object", key)


def presign_get(key: str) -> str:
    """Return a presigned URL to GET the object."""
    return _presign("get_object", key)


def _presign(operation: str, key: str) -> str:
    parameters = {"Bucket": settings.uploads_bucket, "Key": key}
    seconds = int(URL_LIFETIME.total_seconds())
    return str(_signer().generate_presigned_url(operation, Params=parameters, ExpiresIn=seconds))

"""Objects of the uploads bucket: raw payloads below `raw/`, and presigned URLs that expire."""

import hashlib
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from packhorse.aws.clients import client, raising
from packhorse.aws.settings import settings
from packhorse.domain.errors import NotNow


def store_payload(source: str, payload: bytes, at: datetime) -> str:
    """Store the payload; return its key, which is equal for the same payload on the same day."""
    key = f"raw/{source}/{at:%Y/%m/%d}/{hashlib.sha256(payload).hexdigest()[:32]}.json"
    client("s3").put_object(Bucket=settings.uploads_bucket, Key=key, Body=payload)
    return key


def read_payload(key: str) -> bytes:
    """Return a stored payload; raises NotNow if its retention is over."""
    with raising({"NoSuchKey": NotNow(f"{key} is not kept any more")}):
        return bytes(client("s3").get_object(Bucket=settings.uploads_bucket, Key=key)["Body"].read())


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

"""Links to single objects of the uploads bucket, for people who are not let in otherwise; each works for a while."""

from datetime import timedelta
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from packhorse.settings import settings

WORKS_FOR = timedelta(minutes=15)


@cache
def _signer() -> Any:
    """Signs by itself, asking nobody.

    Buckets refuse the old signatures that boto3 makes by default in some regions, and the host of another region would
    redirect, which a signed link does not survive.
    """
    return boto3.client("s3", config=Config(signature_version="s3v4", s3={"addressing_style": "virtual"}))


def to_put(key: str) -> str:
    """Where to PUT the object."""
    return _link("put_object", key)


def to_get(key: str) -> str:
    """Where to GET the object."""
    return _link("get_object", key)


def _link(operation: str, key: str) -> str:
    parameters = {"Bucket": settings.uploads_bucket, "Key": key}
    seconds = int(WORKS_FOR.total_seconds())
    return str(_signer().generate_presigned_url(operation, Params=parameters, ExpiresIn=seconds))

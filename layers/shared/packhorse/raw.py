"""What came in, kept untouched in the uploads bucket under `raw/`, so that it can be read again."""

import hashlib
from datetime import datetime

from packhorse.aws import client
from packhorse.domain.errors import NotNow
from packhorse.settings import settings


def keep(source: str, payload: bytes, at: datetime) -> str:
    """Stores the payload and gives its key; the same payload on the same day is stored once."""
    key = f"raw/{source}/{at:%Y/%m/%d}/{hashlib.sha256(payload).hexdigest()[:32]}.json"
    client("s3").put_object(Bucket=settings.uploads_bucket, Key=key, Body=payload)
    return key


def read(key: str) -> bytes:
    """What was kept; raises NotNow for what was kept too long ago."""
    s3 = client("s3")
    try:
        return bytes(s3.get_object(Bucket=settings.uploads_bucket, Key=key)["Body"].read())
    except s3.exceptions.NoSuchKey as error:
        raise NotNow(f"{key} is not kept any more") from error

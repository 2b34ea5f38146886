"""The console's files: into their bucket, newest pages last, and out of it before the stack is deleted."""

import json
import mimetypes
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3

from local.background import CONSOLE_FILES

FOREVER, ALWAYS_ASK = "public, max-age=31536000, immutable", "no-cache"
KEPT = timedelta(days=30)
"""How long parts of earlier versions stay once they are replaced: a tab that is open loads them when it needs them."""
REPLACED = "replaced.json"
"""Since when parts are no more of the newest version, by name."""
AT_ONCE = 1000
"""Objects that S3 deletes in a call."""


def publish(session: boto3.Session, outputs: Mapping[str, str], folder: Path = CONSOLE_FILES) -> int:
    """Upload the built console with its settings, and have CloudFront read the pages again; return how many files."""
    files = sorted(_files(folder), key=lambda name: not _is_part(name))
    for name in files:
        _put(session, outputs, name, (folder / name).read_bytes())
    _put(session, outputs, "settings.json", json.dumps(_settings(outputs)).encode())
    _forget_replaced(session, outputs, {*files, "settings.json", REPLACED})
    paths = ["/", "/index.html", "/settings.json", "/scheme.js", "/icon.svg"]
    session.client("cloudfront").create_invalidation(
        DistributionId=outputs["ConsoleDistributionId"],
        InvalidationBatch={"Paths": {"Quantity": len(paths), "Items": paths}, "CallerReference": str(uuid4())},
    )
    return len(files)


def empty(session: boto3.Session, bucket: str) -> None:
    """Delete all files: CloudFormation deletes no bucket that has any."""
    _delete(session, bucket, [each["Key"] for each in _objects(session, bucket)])


def _settings(outputs: Mapping[str, str]) -> dict[str, str]:
    """Return what local.console serves as settings.json, too."""
    return {"client_id": outputs["ConsoleClientId"], "sign_in_url": outputs["SignInUrl"]}


def _files(folder: Path) -> Iterator[str]:
    for file in folder.rglob("*"):
        name = file.relative_to(folder).as_posix()
        if file.is_file() and not name.startswith("."):
            yield name


def _is_part(name: str) -> bool:
    """Return whether a file has a digest of its content in its name; pages, which load such files, come after them."""
    return name.startswith("assets/")


def _put(session: boto3.Session, outputs: Mapping[str, str], name: str, content: bytes) -> None:
    session.client("s3").put_object(
        Bucket=outputs["ConsoleBucket"],
        Key=name,
        Body=content,
        ContentType=mimetypes.guess_type(name)[0] or "application/octet-stream",
        CacheControl=FOREVER if _is_part(name) else ALWAYS_ASK,
    )


def _objects(session: boto3.Session, bucket: str) -> Iterator[Any]:
    for page in session.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket):
        yield from page.get("Contents", [])


def _forget_replaced(session: boto3.Session, outputs: Mapping[str, str], current: set[str]) -> None:
    """Delete what was replaced long enough ago; what is replaced now was in use until now, however old it is."""
    bucket, now = outputs["ConsoleBucket"], datetime.now(UTC)
    names = [each["Key"] for each in _objects(session, bucket)]
    known = json.loads(_read(session, bucket, REPLACED)) if REPLACED in names else {}
    since = {name: datetime.fromisoformat(known.get(name, now.isoformat())) for name in names if name not in current}
    over = [name for name, moment in since.items() if now - moment > KEPT]
    _delete(session, bucket, over)
    kept = {name: moment.isoformat() for name, moment in since.items() if name not in over}
    _put(session, outputs, REPLACED, json.dumps(kept).encode())


def _read(session: boto3.Session, bucket: str, name: str) -> bytes:
    return bytes(session.client("s3").get_object(Bucket=bucket, Key=name)["Body"].read())


def _delete(session: boto3.Session, bucket: str, keys: list[str]) -> None:
    for start in range(0, len(keys), AT_ONCE):
        objects = [{"Key": key} for key in keys[start : start + AT_ONCE]]
        session.client("s3").delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})

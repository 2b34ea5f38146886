"""S3: buckets and objects in memory, and what buckets announce."""

import hashlib
import io
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import quote_plus

from botocore.response import StreamingBody

from simulation.aws.clock import Time
from simulation.aws.refusals import Refused

Parameters = Mapping[str, Any]
MOST_KEYS = 1000
LEAST_PART = 5 * 1024 * 1024
RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class Object(NamedTuple):
    """What is stored under a key."""

    body: bytes
    etag: str
    at: float
    about: Mapping[str, Any]


class Announcement(NamedTuple):
    """An event that a bucket invokes a function with, once or more often, by whoever runs the world."""

    function: str
    event: dict[str, Any]


class Subscription(NamedTuple):
    """Which keys of a bucket are announced to which function (its name)."""

    bucket: str
    prefix: str
    function: str


class S3:
    """All buckets; `announcements` grows as objects are created that somebody subscribed to."""

    def __init__(self, clock: Time) -> None:
        self._clock = clock
        self.buckets: dict[str, dict[str, Object]] = {}
        self.subscriptions: list[Subscription] = []
        self.announcements: list[Announcement] = []
        self._parts: dict[str, dict[int, bytes]] = {}
        self._begun: dict[str, Parameters] = {}
        self._sequence = 0
        self.operations: dict[str, Callable[[Parameters], dict[str, Any]]] = {
            "CreateBucket": self._create_bucket,
            "PutObject": self._put,
            "GetObject": self._get,
            "HeadObject": self._head,
            "DeleteObject": self._delete,
            "DeleteObjects": self._delete_many,
            "ListObjectsV2": self._list,
            "CreateMultipartUpload": self._begin,
            "UploadPart": self._part,
            "CompleteMultipartUpload": self._complete,
            "AbortMultipartUpload": self._abort,
        }

    def _create_bucket(self, told: Parameters) -> dict[str, Any]:
        self.buckets.setdefault(told["Bucket"], {})
        return {"Location": f"/{told['Bucket']}"}

    def _bucket(self, told: Parameters) -> dict[str, Object]:
        found = self.buckets.get(told["Bucket"])
        if found is None:
            raise Refused("NoSuchBucket", "The specified bucket does not exist", 404, BucketName=told["Bucket"])
        return found

    # ---- in ----------------------------------------------------------------------------------------------

    def _put(self, told: Parameters) -> dict[str, Any]:
        known = self._bucket(told).get(told["Key"])
        if told.get("IfNoneMatch") == "*" and known:
            raise _precondition_failed("If-None-Match")
        body = _bytes(told.get("Body", b""))
        digest = hashlib.md5(body, usedforsecurity=False).hexdigest()
        return self._store(told, body, f'"{digest}"', "Put")

    def _store(self, told: Parameters, body: bytes, etag: str, how: str) -> dict[str, Any]:
        about = {name: told[name] for name in ("ContentType", "Metadata") if name in told}
        self._bucket(told)[told["Key"]] = Object(body, etag, self._clock.now, about)
        for each in self.subscriptions:
            if each.bucket == told["Bucket"] and told["Key"].startswith(each.prefix):
                event = self._event(told["Bucket"], told["Key"], len(body), etag, how)
                self.announcements.append(Announcement(each.function, event))
        return {"ETag": etag}

    def _event(self, bucket: str, key: str, size: int, etag: str, how: str) -> dict[str, Any]:
        self._sequence += 1
        told = {
            "key": quote_plus(key, safe="/"),
            "size": size,
            "eTag": etag.strip('"'),
            "sequencer": f"{self._sequence:016X}",
        }
        place = {"s3SchemaVersion": "1.0", "bucket": {"name": bucket, "arn": f"arn:aws:s3:::{bucket}"}, "object": told}
        record = {
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "awsRegion": "us-east-1",
            "eventTime": _time(self._clock.now).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "eventName": f"ObjectCreated:{how}",
            "s3": place,
        }
        return {"Records": [record]}

    # ---- out ---------------------------------------------------------------------------------------------

    def _object(self, told: Parameters) -> Object:
        found = self._bucket(told).get(told["Key"])
        if found is None:
            raise Refused("NoSuchKey", "The specified key does not exist.", 404, Key=told["Key"])
        if "IfMatch" in told and told["IfMatch"].strip('"') != found.etag.strip('"'):
            raise _precondition_failed("If-Match")
        return found

    def _get(self, told: Parameters) -> dict[str, Any]:
        if told.get("VersionId"):
            raise NotImplementedError("the stand-in keeps no versions")
        found = self._object(told)
        body, ranged = _ranged(found.body, told.get("Range"))
        stream = StreamingBody(io.BytesIO(body), len(body))
        return {**_about(found), **ranged, "Body": stream, "ContentLength": len(body)}

    def _head(self, told: Parameters) -> dict[str, Any]:
        try:
            found = self._object(told)
        except Refused as refused:
            raise Refused(str(refused.status), "Not Found", refused.status) from None
        return {**_about(found), "ContentLength": len(found.body)}

    def _list(self, told: Parameters) -> dict[str, Any]:
        if "Delimiter" in told:
            raise NotImplementedError("the stand-in lists without delimiters")
        prefix = told.get("Prefix", "")
        after = told.get("ContinuationToken", told.get("StartAfter", ""))
        keys = sorted(key for key in self._bucket(told) if key.startswith(prefix) and key > after)
        most = min(told.get("MaxKeys", MOST_KEYS), MOST_KEYS)
        answer: dict[str, Any] = {"Name": told["Bucket"], "Prefix": prefix, "KeyCount": len(keys[:most])}
        answer["IsTruncated"] = len(keys) > most
        if answer["IsTruncated"]:
            answer["NextContinuationToken"] = keys[most - 1]
        found = self._bucket(told)
        contents = [
            {"Key": key, "Size": len(found[key].body), "ETag": found[key].etag, "LastModified": _time(found[key].at)}
            for key in keys[:most]
        ]
        return {**answer, "Contents": contents} if contents else answer

    # ---- away --------------------------------------------------------------------------------------------

    def _delete(self, told: Parameters) -> dict[str, Any]:
        self._bucket(told).pop(told["Key"], None)
        return {}

    def _delete_many(self, told: Parameters) -> dict[str, Any]:
        keys = [each["Key"] for each in told["Delete"]["Objects"]]
        if not 1 <= len(keys) <= MOST_KEYS:
            raise Refused("MalformedXML", "The XML you provided was not well-formed")
        for key in keys:
            self._bucket(told).pop(key, None)
        return {} if told["Delete"].get("Quiet") else {"Deleted": [{"Key": key} for key in keys]}

    # ---- in parts ----------------------------------------------------------------------------------------

    def _begin(self, told: Parameters) -> dict[str, Any]:
        self._bucket(told)
        name = f"upload-{len(self._begun) + 1}"
        self._begun[name], self._parts[name] = told, {}
        return {"UploadId": name, "Bucket": told["Bucket"], "Key": told["Key"]}

    def _parts_of(self, told: Parameters) -> dict[int, bytes]:
        if told["UploadId"] not in self._parts:
            raise Refused("NoSuchUpload", "The specified multipart upload does not exist.", 404)
        return self._parts[told["UploadId"]]

    def _part(self, told: Parameters) -> dict[str, Any]:
        body = _bytes(told["Body"])
        self._parts_of(told)[told["PartNumber"]] = body
        return {"ETag": _part_etag(body)}

    def _complete(self, told: Parameters) -> dict[str, Any]:
        parts = self._parts_of(told)
        wanted = told.get("MultipartUpload", {}).get("Parts", [])
        numbers = [each["PartNumber"] for each in wanted]
        if numbers != sorted(set(numbers)):
            raise Refused("InvalidPartOrder", "The list of parts was not in ascending order.")
        for each in wanted:
            body = parts.get(each["PartNumber"])
            if body is None or _part_etag(body).strip('"') != each["ETag"].strip('"'):
                raise Refused("InvalidPart", "One or more of the specified parts could not be found.")
        if any(len(parts[number]) < LEAST_PART for number in numbers[:-1]):
            raise Refused("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size")
        digests = b"".join(hashlib.md5(parts[number], usedforsecurity=False).digest() for number in numbers)
        etag = f'"{hashlib.md5(digests, usedforsecurity=False).hexdigest()}-{len(numbers)}"'
        begun = self._begun[told["UploadId"]]
        del self._parts[told["UploadId"]]
        body = b"".join(parts[number] for number in numbers)
        return self._store(begun, body, etag, "CompleteMultipartUpload")

    def _abort(self, told: Parameters) -> dict[str, Any]:
        self._parts_of(told)
        del self._parts[told["UploadId"]]
        return {}


def _bytes(body: Any) -> bytes:
    if hasattr(body, "read"):
        body = body.read()
    return body.encode() if isinstance(body, str) else bytes(body)


def _part_etag(body: bytes) -> str:
    return f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'


def _about(found: Object) -> dict[str, Any]:
    told = {"ETag": found.etag, "LastModified": _time(found.at), "AcceptRanges": "bytes", "Metadata": {}}
    return {**told, "ContentType": "binary/octet-stream", **found.about}


def _time(now: float) -> datetime:
    return datetime.fromtimestamp(int(now), UTC)


def _ranged(body: bytes, asked: str | None) -> tuple[bytes, dict[str, Any]]:
    match = RANGE.fullmatch(asked) if asked else None
    if not match or match[0] == "bytes=-":
        return body, {}
    first, last = match[1], match[2]
    start = int(first) if first else max(0, len(body) - int(last))
    end = min(int(last), len(body) - 1) if first and last else len(body) - 1
    if start >= len(body) or (first and last and int(last) < start):
        raise Refused("InvalidRange", "The requested range is not satisfiable", 416)
    return body[start : end + 1], {"ContentRange": f"bytes {start}-{end}/{len(body)}"}


def _precondition_failed(condition: str) -> Refused:
    message = "At least one of the pre-conditions you specified did not hold"
    return Refused("PreconditionFailed", message, 412, Condition=condition)

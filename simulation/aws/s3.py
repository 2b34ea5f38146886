"""S3: buckets and objects in memory, and their notifications."""

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
MOST_METADATA = 2048
LEAST_PART = 5 * 1024 * 1024
RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class Object(NamedTuple):
    """An object of a bucket."""

    body: bytes
    etag: str
    at: float
    about: Mapping[str, Any]


class Announcement(NamedTuple):
    """A notification: an event and the function that the simulation invokes with it, once or more often."""

    function: str
    event: dict[str, Any]


class Subscription(NamedTuple):
    """A bucket's notification configuration: keys with a prefix, and the name of the function."""

    bucket: str
    prefix: str
    function: str


class S3:
    """All buckets; `announcements` are the notifications of objects created since, for subscribed functions."""

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

    def _create_bucket(self, parameters: Parameters) -> dict[str, Any]:
        self.buckets.setdefault(parameters["Bucket"], {})
        return {"Location": f"/{parameters['Bucket']}"}

    def _bucket(self, parameters: Parameters) -> dict[str, Object]:
        found = self.buckets.get(parameters["Bucket"])
        if found is None:
            raise Refused("NoSuchBucket", "The specified bucket does not exist", 404, BucketName=parameters["Bucket"])
        return found

    # ---- in ----------------------------------------------------------------------------------------------

    def _put(self, parameters: Parameters) -> dict[str, Any]:
        existing = self._bucket(parameters).get(parameters["Key"])
        if parameters.get("IfNoneMatch") == "*" and existing:
            raise _precondition_failed("If-None-Match")
        _require_small(parameters.get("Metadata", {}))
        body = _bytes(parameters.get("Body", b""))
        digest = hashlib.md5(body, usedforsecurity=False).hexdigest()
        return self._store(parameters, body, f'"{digest}"', "Put")

    def _store(self, parameters: Parameters, body: bytes, etag: str, how: str) -> dict[str, Any]:
        about = {name: parameters[name] for name in ("ContentType", "Metadata") if name in parameters}
        self._bucket(parameters)[parameters["Key"]] = Object(body, etag, self._clock.now, about)
        for each in self.subscriptions:
            if each.bucket == parameters["Bucket"] and parameters["Key"].startswith(each.prefix):
                event = self._event(parameters["Bucket"], parameters["Key"], len(body), etag, how)
                self.announcements.append(Announcement(each.function, event))
        return {"ETag": etag}

    def _event(self, bucket: str, key: str, size: int, etag: str, how: str) -> dict[str, Any]:
        self._sequence += 1
        described = {
            "key": quote_plus(key, safe="/"),
            "size": size,
            "eTag": etag.strip('"'),
            "sequencer": f"{self._sequence:016X}",
        }
        place = {
            "s3SchemaVersion": "1.0",
            "bucket": {"name": bucket, "arn": f"arn:aws:s3:::{bucket}"},
            "object": described,
        }
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

    def _object(self, parameters: Parameters) -> Object:
        found = self._bucket(parameters).get(parameters["Key"])
        if found is None:
            raise Refused("NoSuchKey", "The specified key does not exist.", 404, Key=parameters["Key"])
        if "IfMatch" in parameters and parameters["IfMatch"].strip('"') != found.etag.strip('"'):
            raise _precondition_failed("If-Match")
        return found

    def _get(self, parameters: Parameters) -> dict[str, Any]:
        if parameters.get("VersionId"):
            raise NotImplementedError("the stand-in keeps no versions")
        found = self._object(parameters)
        body, ranged = _ranged(found.body, parameters.get("Range"))
        stream = StreamingBody(io.BytesIO(body), len(body))
        return {**_about(found), **ranged, "Body": stream, "ContentLength": len(body)}

    def _head(self, parameters: Parameters) -> dict[str, Any]:
        try:
            found = self._object(parameters)
        except Refused as refused:
            raise Refused(str(refused.status), "Not Found", refused.status) from None
        return {**_about(found), "ContentLength": len(found.body)}

    def _list(self, parameters: Parameters) -> dict[str, Any]:
        if "Delimiter" in parameters:
            raise NotImplementedError("the stand-in lists without delimiters")
        prefix = parameters.get("Prefix", "")
        after = parameters.get("ContinuationToken", parameters.get("StartAfter", ""))
        keys = sorted(key for key in self._bucket(parameters) if key.startswith(prefix) and key > after)
        most = min(parameters.get("MaxKeys", MOST_KEYS), MOST_KEYS)
        answer: dict[str, Any] = {"Name": parameters["Bucket"], "Prefix": prefix, "KeyCount": len(keys[:most])}
        answer["IsTruncated"] = len(keys) > most
        if answer["IsTruncated"]:
            answer["NextContinuationToken"] = keys[most - 1]
        found = self._bucket(parameters)
        contents = [
            {"Key": key, "Size": len(found[key].body), "ETag": found[key].etag, "LastModified": _time(found[key].at)}
            for key in keys[:most]
        ]
        return {**answer, "Contents": contents} if contents else answer

    # ---- deletion ----------------------------------------------------------------------------------------

    def _delete(self, parameters: Parameters) -> dict[str, Any]:
        self._bucket(parameters).pop(parameters["Key"], None)
        return {}

    def _delete_many(self, parameters: Parameters) -> dict[str, Any]:
        keys = [each["Key"] for each in parameters["Delete"]["Objects"]]
        if not 1 <= len(keys) <= MOST_KEYS:
            raise Refused("MalformedXML", "The XML you provided was not well-formed")
        for key in keys:
            self._bucket(parameters).pop(key, None)
        return {} if parameters["Delete"].get("Quiet") else {"Deleted": [{"Key": key} for key in keys]}

    # ---- multipart uploads --------------------------------------------------------------------------------

    def _begin(self, parameters: Parameters) -> dict[str, Any]:
        self._bucket(parameters)
        _require_small(parameters.get("Metadata", {}))
        name = f"upload-{len(self._begun) + 1}"
        self._begun[name], self._parts[name] = parameters, {}
        return {"UploadId": name, "Bucket": parameters["Bucket"], "Key": parameters["Key"]}

    def _parts_of(self, parameters: Parameters) -> dict[int, bytes]:
        if parameters["UploadId"] not in self._parts:
            raise Refused("NoSuchUpload", "The specified multipart upload does not exist.", 404)
        return self._parts[parameters["UploadId"]]

    def _part(self, parameters: Parameters) -> dict[str, Any]:
        body = _bytes(parameters["Body"])
        self._parts_of(parameters)[parameters["PartNumber"]] = body
        return {"ETag": _part_etag(body)}

    def _complete(self, parameters: Parameters) -> dict[str, Any]:
        parts = self._parts_of(parameters)
        wanted = parameters.get("MultipartUpload", {}).get("Parts", [])
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
        begun = self._begun[parameters["UploadId"]]
        del self._parts[parameters["UploadId"]]
        body = b"".join(parts[number] for number in numbers)
        return self._store(begun, body, etag, "CompleteMultipartUpload")

    def _abort(self, parameters: Parameters) -> dict[str, Any]:
        self._parts_of(parameters)
        del self._parts[parameters["UploadId"]]
        return {}


def _bytes(body: Any) -> bytes:
    if hasattr(body, "read"):
        body = body.read()
    return body.encode() if isinstance(body, str) else bytes(body)


def _require_small(metadata: Mapping[str, str]) -> None:
    if sum(len(key.encode()) + len(value.encode()) for key, value in metadata.items()) > MOST_METADATA:
        raise Refused("MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size")


def _part_etag(body: bytes) -> str:
    return f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'


def _about(found: Object) -> dict[str, Any]:
    headers = {"ETag": found.etag, "LastModified": _time(found.at), "AcceptRanges": "bytes", "Metadata": {}}
    return {**headers, "ContentType": "binary/octet-stream", **found.about}


def _time(now: float) -> datetime:
    return datetime.fromtimestamp(int(now), UTC)


def _ranged(body: bytes, wanted: str | None) -> tuple[bytes, dict[str, Any]]:
    match = RANGE.fullmatch(wanted) if wanted else None
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

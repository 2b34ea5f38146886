"""S3: parts of a version of an object."""

from http import HTTPStatus
from typing import Any

from ministack.services import s3

Json = dict[str, Any]


def read_ranges_of_versions() -> None:
    """Answer GetObject of a version and a range with that range.

    Plain MiniStack answers with the whole version, so that a file that is read from a row on begins with its header.
    """
    get_object = s3._get_object

    def get_range(bucket: str, key: str, headers: Json, query: Json | None = None) -> tuple[int, Json, Any]:
        status, found, body = get_object(bucket, key, headers, query)
        wanted = headers.get("range", "")
        if status != HTTPStatus.OK or not wanted:
            return status, found, body
        span = s3._parse_range(wanted, len(body))
        if span is None:
            refused = {"Content-Type": "application/xml", "Content-Range": f"bytes */{len(body)}"}
            error = s3._xml_body(s3._range_error_xml(bucket, key))
            return HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, refused, error
        first, last = span
        whole = {name: value for name, value in found.items() if not name.lower().startswith("x-amz-checksum-")}
        part = body[first : last + 1]
        place = {"Content-Length": str(len(part)), "Content-Range": f"bytes {first}-{last}/{len(body)}"}
        return HTTPStatus.PARTIAL_CONTENT, {**whole, **place}, part

    s3._get_object = get_range

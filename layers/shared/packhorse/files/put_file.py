"""A file that was put into the bucket to be read: its key says its kind, and perhaps its channel and encoding."""

import hashlib
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from urllib.parse import unquote_plus

from packhorse.domain.configuration.channel import FileEncoding
from packhorse.domain.values import Instant, Value

TEXT_FILE = re.compile(r"\.(csv|tsv|txt)$")
ANNOUNCED = re.compile(r"(?:orders/[^/]+|stock|purchases|receipts)/([0-9a-f]{32})/[^/]+")


class UploadKind(StrEnum):
    """What the rows of a file are; the name of its folder at the root of the bucket."""

    ORDERS = "orders"
    STOCK = "stock"
    PURCHASES = "purchases"
    RECEIPTS = "receipts"


class File(Value):
    """One version of an object in the bucket, as one put made it."""

    bucket: str
    key: str
    etag: str
    version: str | None = None
    sequencer: str = ""
    size: int
    put_at: Instant

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> "File":
        """Return the object of an S3 event record; its key is URL-encoded there."""
        stored = record["s3"]["object"]
        version = stored.get("versionId")
        return cls(
            bucket=record["s3"]["bucket"]["name"],
            key=unquote_plus(stored["key"]),
            etag=stored["eTag"].strip('"'),
            version=None if version == "null" else version,
            sequencer=stored.get("sequencer", ""),
            size=stored["size"],
            put_at=record["eventTime"],
        )

    @property
    def upload_id(self) -> str:
        """The id of the upload: the announced one, which is a part of the key, else `put_id`."""
        return self._announced or self.put_id

    @property
    def put_id(self) -> str:
        """The id of a put, equal in all of its notifications; another put, even of the same bytes, is another upload.

        In a bucket without versions the sequencer distinguishes puts: a file that is put again, once its channel
        exists, is another upload. An announced file is another one only with other bytes: a client whose put was not
        answered repeats it.
        """
        put = self.etag if self._announced else self.version or f"{self.etag}\n{self.sequencer}"
        return hashlib.sha256(f"{self.bucket}\n{self.key}\n{put}".encode()).hexdigest()[:32]

    @property
    def _announced(self) -> str | None:
        found = ANNOUNCED.fullmatch(self.key)
        return found[1] if found else None

    @property
    def is_to_be_read(self) -> bool:
        """Whether it is in a folder of uploads, and no folder itself."""
        folder, _, name = self.key.partition("/")
        return folder in set(UploadKind) and name != "" and not name.endswith("/")

    @property
    def encoding(self) -> FileEncoding | None:
        """The encoding that its name gives: `orders.windows-1250.csv`."""
        named = TEXT_FILE.sub("", self.key.casefold()).rpartition(".")[2]
        return FileEncoding(named) if named in set(FileEncoding) else None

    @property
    def kind(self) -> UploadKind:
        """The kind of its rows; raises ValueError outside the folders of uploads."""
        return UploadKind(self.key.partition("/")[0])

    @property
    def channel(self) -> str | None:
        """The channel whose folder it is in: `orders/<channel>/...`."""
        parts = self.key.split("/")
        return parts[1].casefold() if self.kind is UploadKind.ORDERS and len(parts) > 2 else None


def announced_key(
    kind: UploadKind, channel: str | None, upload_id: str, filename: str, encoding: FileEncoding | None
) -> str:
    """Return the key for an announced file, which has its encoding, and the channel of orders.

    >>> bool(ANNOUNCED.fullmatch(announced_key(UploadKind.ORDERS, "web", "0" * 32, "März.csv", None)))
    True
    """
    folder = f"{kind}/{channel}" if channel else str(kind)
    named = f"{filename[:-4]}.{encoding}{filename[-4:]}" if encoding else filename
    return f"{folder}/{upload_id}/{named}"

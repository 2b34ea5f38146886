"""Uploads in memory, whose reading may be cut off at any call."""

import io
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from packhorse.domain.errors import Conflict
from packhorse.files.upload import Upload
from packhorse.store.upload_files import ReportPart


class InMemory:
    """Uploads without AWS, so that every place to be killed at can be tried."""

    def __init__(self, content: bytes, upload: Upload) -> None:
        self.content = content
        self.upload = upload
        self.objects: dict[str, Any] = {}

    @property
    def outcome(self) -> tuple[dict[str, Any], bytes]:
        """What the merchant gets: the report but for its moment, and the failed rows."""
        report = {name: value for name, value in self.objects["report"].items() if name != "finished_at"}
        return report, self.objects.get("failed rows", b"")

    def save(self, upload: Upload, writer: str) -> Upload:
        if upload.revision != self.upload.revision:
            raise Conflict("somebody else was first")
        self.upload = upload.replace(revision=upload.revision + 1)
        return self.upload

    def open_file(self, upload: Upload, offset: int = 0) -> BinaryIO:
        return io.BytesIO(self.content[offset:])

    def put_part(self, upload: Upload, part: ReportPart) -> None:
        self.objects[f"part {upload.counts.parts}"] = part

    def parts(self, upload: Upload) -> Iterator[ReportPart]:
        return iter([self.objects[f"part {number}"] for number in range(upload.counts.parts)])

    def save_fates(self, upload: Upload, path: Path) -> None:
        self.objects["fates"] = path.read_bytes()

    def fetch_fates(self, upload: Upload, path: Path) -> None:
        path.write_bytes(self.objects["fates"])

    def put_failed_rows(self, upload: Upload, chunks: Iterable[bytes]) -> None:
        self.objects["failed rows"] = b"".join(chunks)

    def put_report(self, upload: Upload, report: dict[str, Any]) -> None:
        self.objects["report"] = report

    def discard_parts(self, upload: Upload) -> None:
        for name in [name for name in self.objects if name.startswith("part")]:
            del self.objects[name]


class Mortal:
    """Something whose calls may be the last, before or after they have their effect."""

    def __init__(self, inner: object, call: Callable[[], None]) -> None:
        self._inner = inner
        self._call = call

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._inner, name)

        def mortal(*given: Any) -> Any:
            self._call()
            answer = method(*given)
            self._call()
            return answer

        return mortal

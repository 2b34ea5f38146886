"""Files over FTP and FTPS by ftplib."""

import ftplib
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TypeVar

from packhorse.domain.errors import NotFound, PackhorseError, Rejected, Unavailable
from packhorse.domain.supply.arrivals import RemoteFile
from packhorse.domain.supply.transport import FtpSettings
from packhorse.domain.values import in_utc
from packhorse.suppliers.ftp_connection import NO_FILE, Refused550, called, client_of, log_in
from packhorse.suppliers.protocol import MAX_FILE_BYTES, MAX_LISTED, SupplierKeys, is_plain_name, path_of
from packhorse.suppliers.temporary import is_temporary, leftovers, temporary_name

T = TypeVar("T")
UNKNOWN_COMMAND = frozenset({"500", "502"})
NOT_IMPLEMENTED = UNKNOWN_COMMAND | {"501", "504"}
TOO_LARGE = f"{{}} has more than {MAX_FILE_BYTES:,} bytes"
FAILURES = (ftplib.Error, OSError, EOFError, PackhorseError)
REFUSALS = (ftplib.error_perm, ftplib.error_temp)


class FtpDrop:
    """The folders of an account on an FTP server, over one connection."""

    def __init__(self, client: ftplib.FTP) -> None:
        self._client = client
        self._swept: set[str] = set()
        self.reports_doubt = False

    def list_files(self, folder: str) -> Sequence[RemoteFile]:
        """Return the files in a folder."""
        found = self._call(f"list {folder}", lambda: self._listed(folder), lambda: self._has_folder(folder))
        if len(found) > MAX_LISTED:
            raise Rejected(f"the folder {folder} has more than {MAX_LISTED:,} files: move old ones away")
        return found

    def _listed(self, folder: str) -> list[RemoteFile]:
        try:
            entries = list(self._client.mlsd(folder, facts=["type", "size", "modify"]))
        except ftplib.error_perm as error:
            if str(error)[:3] not in NOT_IMPLEMENTED:
                raise
            return self._listed_by_name(folder)
        return [
            RemoteFile(name, int(facts.get("size", "0")), _moment(facts.get("modify", "")))
            for name, facts in entries
            if facts.get("type", "file").lower() == "file" and is_plain_name(name)
        ]

    def _listed_by_name(self, folder: str) -> list[RemoteFile]:
        """Return the files of a server without MLSD; what has no size is a folder, unless none has on that server."""
        found = []
        for path in self._client.nlst(folder):
            name = path.rpartition("/")[2]
            try:
                self._client.voidcmd("TYPE I")
                size = self._client.size(path_of(folder, name))
            except ftplib.error_perm as error:
                if str(error)[:3] in UNKNOWN_COMMAND:
                    raise
                continue
            found.append(RemoteFile(name, size or 0, self._modified(path_of(folder, name))))
        return found

    def _modified(self, path: str) -> datetime | None:
        """Return when a file was written; None where the server does not say."""
        try:
            return _moment(self._client.sendcmd(f"MDTM {path}").partition(" ")[2])
        except ftplib.error_perm:
            return None

    def fetch(self, folder: str, name: str) -> bytes:
        """Return the bytes of a file."""
        path = path_of(folder, name)
        return self._call(f"fetch {name}", lambda: self._read(path), lambda: self._exists(path))

    def _read(self, path: str) -> bytes:
        self._client.voidcmd("TYPE I")
        size = self._client.size(path)
        if size is not None and size > MAX_FILE_BYTES:
            raise Rejected(TOO_LARGE.format(path))
        content = bytearray()

        def add(part: bytes) -> None:
            content.extend(part)
            if len(content) > MAX_FILE_BYTES:
                raise Unavailable(TOO_LARGE.format(path))  # the connection is in the midst of it: what follows is lost

        self._client.retrbinary(f"RETR {path}", add)
        if size is not None and size != len(content):
            raise Unavailable(f"{path} has {size:,} bytes, and {len(content):,} came")
        return bytes(content)

    def put(self, folder: str, name: str, content: bytes) -> None:
        """Write a file under a temporary name of its own, compare its size and rename it."""
        self._call(f"put {name}", lambda: self._put(folder, name, content), lambda: self._has_folder(folder))

    def _put(self, folder: str, name: str, content: bytes) -> None:
        path = path_of(folder, name)
        if self._has_same(path, content):
            return
        temporary = temporary_name(name)
        writing = path_of(folder, temporary)
        try:
            self._write(writing, content)
            self._remove_leftovers(folder, temporary)
            self._rename_to_final(writing, path, content)
        except FAILURES:
            self._remove_own(writing)
            raise

    def has(self, folder: str, name: str, content: bytes) -> bool:
        """Return whether the file is there, with that content."""
        path = path_of(folder, name)
        return called(f"look for {name}", lambda: self._exists(path) and self._read(path) == content)

    def _has_same(self, path: str, content: bytes) -> bool:
        """Return whether the file is there already; raises Rejected if it has other content."""
        if not self._exists(path):
            return False
        if self._read(path) != content:
            raise Rejected(f"{path} is there already, with other content")
        return True

    def _write(self, path: str, content: bytes) -> None:
        try:
            self._client.storbinary(f"STOR {path}", io.BytesIO(content))
        except ConnectionError:  # of the data alone: its answer is still to come, or the next command would read it
            self._client.voidresp()
            raise
        size = self._client.size(path)
        if size != len(content):
            raise Unavailable(f"{path} has {size} bytes instead of {len(content)}: the disk may be full")

    def _remove_leftovers(self, folder: str, temporary: str) -> None:
        """Remove what writers left that died, once for each connection; its failures are none of the file's."""
        if folder in self._swept:
            return
        self._swept.add(folder)
        with suppress(*REFUSALS):
            names = [path.rpartition("/")[2] for path in self._client.nlst(folder)]
            ours = [RemoteFile(name, 0, self._modified(path_of(folder, name))) for name in names if is_temporary(name)]
            for name in leftovers(ours, temporary):
                self._client.delete(path_of(folder, name))

    def _rename_to_final(self, temporary: str, path: str, content: bytes) -> None:
        """Rename, unless another writer was first: then its file is the same one, or the call is rejected."""
        if not self._has_same(path, content):  # most servers would replace it
            try:
                self._client.rename(temporary, path)
            except ftplib.error_perm:
                if not self._has_same(path, content):
                    raise
            else:
                return
        self._remove_own(temporary)

    def _remove_own(self, temporary: str) -> None:
        with suppress(*FAILURES):
            self._client.delete(temporary)

    def _has_folder(self, folder: str) -> bool:
        try:
            self._client.nlst(folder)
        except ftplib.error_perm as error:
            if str(error)[:3] != NO_FILE:
                raise
            return False
        return True

    def _exists(self, path: str) -> bool:
        try:
            self._client.voidcmd("TYPE I")
            return self._client.size(path) is not None
        except ftplib.error_perm as error:
            if str(error)[:3] != NO_FILE:
                raise
            return False

    def move(self, folder: str, name: str, to: str, new_name: str) -> None:
        """Move a file; some servers would replace one that is there."""

        def moved() -> None:
            self._client.voidcmd("TYPE I")
            target = path_of(to, new_name)
            if self._exists(target):
                raise Rejected(f"{target} is there already")
            self._client.rename(path, target)

        path = path_of(folder, name)
        self._call(f"move {name}", moved, lambda: self._exists(path) and self._has_folder(to))

    def delete(self, folder: str, name: str) -> None:
        """Delete a file."""
        path = path_of(folder, name)
        self._call(f"delete {name}", lambda: self._client.delete(path), lambda: self._exists(path))

    def _call(self, what: str, call: Callable[[], T], is_there: Callable[[], bool]) -> T:
        """Return the result of a call; raises NotFound if what it needs is not there."""
        try:
            return called(what, call)
        except Refused550 as error:
            if called(what, is_there):
                raise
            raise NotFound(str(error)) from error


@contextmanager
def ftp_drop(settings: FtpSettings, keys: SupplierKeys) -> Iterator[FtpDrop]:
    """Connect for the time of a `with` block."""
    client = client_of(settings)
    called(f"connect to {settings.host}", lambda: log_in(client, settings, keys))
    try:
        yield FtpDrop(client)
    finally:
        client.close()


def _moment(text: str) -> datetime | None:
    """Return the moment of an MLSD fact, which is UTC: `20261123093000` with or without a fraction."""
    try:
        return in_utc(datetime.strptime(text[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC))
    except ValueError:
        return None

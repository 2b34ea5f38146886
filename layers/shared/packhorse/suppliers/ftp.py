"""FTP and FTPS by ftplib: passive mode, and with FTPS a certificate that is checked on both connections."""

import ftplib
import io
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TypeVar

from packhorse.domain.errors import CredentialsRefused, NotFound, PackhorseError, Rejected, Unavailable
from packhorse.domain.supply.arrivals import RemoteFile
from packhorse.domain.supply.transport import FtpSettings
from packhorse.suppliers.protocol import (
    CONNECT_SECONDS,
    MAX_FILE_BYTES,
    MAX_LISTED,
    TEMPORARY,
    SupplierKeys,
    is_plain_name,
    path_of,
)

T = TypeVar("T")
NOT_LOGGED_IN = "530"
NO_FILE = "550"
"""Missing or refused: servers say the same of both, so the difference is found out."""
FULL = frozenset({"452", "552"})
NOT_IMPLEMENTED = frozenset({"500", "501", "502", "504"})


class _FtpTls(ftplib.FTP_TLS):
    """Resumes the session of the control connection on each data connection, which many servers insist on."""

    def ntransfercmd(self, cmd: str, rest: int | str | None = None) -> tuple[socket.socket, int | None]:
        """Return the data connection, encrypted."""
        connection, size = ftplib.FTP.ntransfercmd(self, cmd, rest)  # noqa: S321 - it is encrypted below
        session = self.sock.session if isinstance(self.sock, ssl.SSLSocket) else None
        return self.context.wrap_socket(connection, server_hostname=self.host, session=session), size


class _Refused550(Rejected):
    """The server answered 550."""


class FtpDrop:
    """The folders of an account on an FTP server, over one connection."""

    def __init__(self, client: ftplib.FTP) -> None:
        self._client = client

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
        """Return the files of a server without MLSD; what has no size is a folder."""
        found = []
        for path in self._client.nlst(folder):
            name = path.rpartition("/")[2]
            with suppress(ftplib.error_perm):
                self._client.voidcmd("TYPE I")
                size = self._client.size(path_of(folder, name))
                modified = self._client.sendcmd(f"MDTM {path_of(folder, name)}").partition(" ")[2]
                found.append(RemoteFile(name, size or 0, _moment(modified)))
        return found

    def fetch(self, folder: str, name: str) -> bytes:
        """Return the bytes of a file."""
        path = path_of(folder, name)
        return self._call(f"fetch {name}", lambda: self._read(path), lambda: self._exists(path))

    def _read(self, path: str) -> bytes:
        self._client.voidcmd("TYPE I")
        size = self._client.size(path)
        content = bytearray()

        def add(part: bytes) -> None:
            content.extend(part)
            if len(content) > MAX_FILE_BYTES:
                raise Rejected(f"{path} has more than {MAX_FILE_BYTES:,} bytes")

        self._client.retrbinary(f"RETR {path}", add)
        if size is not None and size != len(content):
            raise Unavailable(f"{path} has {size:,} bytes, and {len(content):,} came")
        return bytes(content)

    def put(self, folder: str, name: str, content: bytes) -> None:
        """Write a file under a temporary name, compare its size and rename it."""
        path = path_of(folder, name)
        self._call(f"put {name}", lambda: self._write(path, content), lambda: self._has_folder(folder))

    def _write(self, path: str, content: bytes) -> None:
        self._client.voidcmd("TYPE I")
        temporary = path + TEMPORARY
        if self._exists(path):
            if self._read(path) != content:
                raise Rejected(f"{path} is there already, with other content")
            with suppress(ftplib.Error):
                self._client.delete(temporary)
            return
        self._client.storbinary(f"STOR {temporary}", io.BytesIO(content))
        size = self._client.size(temporary)
        if size != len(content):
            raise Unavailable(f"{temporary} has {size} bytes instead of {len(content)}: the disk may be full")
        self._client.rename(temporary, path)

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
            return _called(what, call)
        except _Refused550 as error:
            if _called(what, is_there):
                raise
            raise NotFound(str(error)) from error


@contextmanager
def ftp_drop(settings: FtpSettings, keys: SupplierKeys) -> Iterator[FtpDrop]:
    """Connect for the time of a `with` block."""
    client = _client(settings)
    _called(f"connect to {settings.host}", lambda: _log_in(client, settings, keys))
    try:
        yield FtpDrop(client)
    finally:
        client.close()


def _client(settings: FtpSettings) -> ftplib.FTP:
    if settings.kind == "ftp":
        return ftplib.FTP(timeout=CONNECT_SECONDS, encoding="utf-8")  # noqa: S321 - where a supplier has nothing else
    try:
        context = ssl.create_default_context(cadata=settings.certificate or None)
    except ssl.SSLError as error:
        raise Rejected(
            "the certificate cannot be read: it is a text that begins with -----BEGIN CERTIFICATE"
        ) from error
    return _FtpTls(timeout=CONNECT_SECONDS, context=context, encoding="utf-8")


def _log_in(client: ftplib.FTP, settings: FtpSettings, keys: SupplierKeys) -> None:
    try:
        client.connect(settings.host, settings.port)
        client.login(settings.user, keys.password)
        if isinstance(client, ftplib.FTP_TLS):
            client.prot_p()
    except BaseException:
        client.close()
        raise


def _called(what: str, call: Callable[[], T]) -> T:
    """Return the result of a call; its failures are raised in our three kinds."""
    try:
        return call()
    except ssl.SSLCertVerificationError as error:
        raise Rejected(f"{what}: the server's certificate is not trusted: {error.verify_message}") from error
    except ftplib.error_perm as error:
        raise _refusal(what, str(error)) from error
    except (ftplib.Error, OSError, EOFError) as error:
        raise Unavailable(f"{what}: {type(error).__name__}", answer=str(error)) from error
    except UnicodeDecodeError as error:
        raise Rejected(f"{what}: the server's names of files are not UTF-8") from error


def _refusal(what: str, said: str) -> PackhorseError:
    code = said[:3]
    if code == NOT_LOGGED_IN:
        return CredentialsRefused(f"{what}: the server refuses user or password", answer=said)
    if code in FULL:
        return Unavailable(f"{what}: the disk or the quota is full", answer=said)
    return _Refused550(f"{what}: {said}") if code == NO_FILE else Rejected(f"{what}: {said}")


def _moment(text: str) -> datetime | None:
    """Return the moment of an MLSD fact, which is UTC: `20261123093000` with or without a fraction."""
    try:
        return datetime.strptime(text[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None

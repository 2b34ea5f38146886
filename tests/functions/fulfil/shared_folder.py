"""A folder of this machine as a supplier's SFTP account: the product's transport runs on it, without a connection.

Connections are tested on real servers, in `tests/suppliers`.
"""

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch

import asyncssh

from packhorse.domain.errors import CredentialsRefused
from packhorse.domain.supply.transport import SftpSettings, TransportKind
from packhorse.suppliers import TRANSPORTS
from packhorse.suppliers.protocol import SupplierKeys, TransportAdapter
from simulation.sftp import InMemoryDrop


@contextmanager
def shared(root: Path, port: int, password: str) -> Iterator[None]:
    """Have a port of this machine lead to a folder for the time of a `with` block; other ports are connected to."""
    really = TRANSPORTS[TransportKind.SFTP].connect

    @contextmanager
    def connect(settings: SftpSettings, keys: SupplierKeys) -> Iterator[Any]:
        if settings.port != port:
            with really(settings, keys) as drop:
                yield drop
            return
        if keys.password != password:
            raise CredentialsRefused("wrong password")
        yield InMemoryDrop(cast("Any", Client(root)))

    with patch.dict(TRANSPORTS, {TransportKind.SFTP: TransportAdapter(connect)}):
        yield


class Client:
    """What the product uses of asyncssh's SFTPClient."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def _path(self, path: str) -> Path:
        found = self.root / path
        if not found.exists():
            raise asyncssh.SFTPNoSuchFile("No such file")
        return found

    async def exists(self, path: str) -> bool:
        """Return whether a file is there."""
        return (self.root / path).exists()

    async def getsize(self, path: str) -> int:
        """Return the size of a file."""
        return self._path(path).stat().st_size

    async def scandir(self, folder: str) -> AsyncIterator[asyncssh.SFTPName]:
        """Yield what is in a folder."""
        for each in sorted(self._path(folder).iterdir()):
            kind = asyncssh.FILEXFER_TYPE_DIRECTORY if each.is_dir() else asyncssh.FILEXFER_TYPE_REGULAR
            about = each.stat()
            yield asyncssh.SFTPName(
                each.name, attrs=asyncssh.SFTPAttrs(type=kind, size=about.st_size, mtime=int(about.st_mtime))
            )

    def open(self, path: str, mode: str) -> "File":
        """Open a file."""
        return File(self.root / path, mode)

    async def remove(self, path: str) -> None:
        """Delete a file."""
        self._path(path).unlink()

    async def rename(self, path: str, to: str) -> None:
        """Rename a file, unless the name is taken."""
        if (self.root / to).exists():
            raise asyncssh.SFTPFailure("Failure")
        if not (self.root / to).parent.exists():
            raise asyncssh.SFTPNoSuchFile("No such file")
        shutil.move(self._path(path), self.root / to)


class File:
    """An open file."""

    def __init__(self, path: Path, mode: str) -> None:
        self.path, self.mode = path, mode

    async def __aenter__(self) -> "File":
        try:
            self.file = self.path.open(self.mode)
        except FileNotFoundError as error:
            raise asyncssh.SFTPNoSuchFile("No such file") from error
        return self

    async def __aexit__(self, *_: object) -> None:
        self.file.close()

    async def read(self, size: int) -> bytes:
        """Return the content, to so many bytes."""
        return bytes(self.file.read(size))

    async def write(self, content: bytes) -> None:
        """Write the content."""
        self.file.write(content)

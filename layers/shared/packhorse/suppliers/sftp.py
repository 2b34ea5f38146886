"""Files over SFTP by asyncssh; needs the sftp layer."""

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any, TypeVar

import asyncssh

from packhorse.domain.errors import PackhorseError, Rejected, Unavailable
from packhorse.domain.supply.arrivals import RemoteFile
from packhorse.domain.supply.transport import SftpSettings
from packhorse.domain.values import in_utc
from packhorse.suppliers.protocol import (
    CALL_SECONDS,
    CONNECT_SECONDS,
    MAX_FILE_BYTES,
    MAX_LISTED,
    SupplierKeys,
    is_plain_name,
    path_of,
)
from packhorse.suppliers.ssh import PinnedHost, open_client, translated
from packhorse.suppliers.temporary import leftovers, temporary_name

T = TypeVar("T")
FAILURES = (asyncssh.Error, OSError, PackhorseError)


class SftpDrop:
    """The folders of an account on an SFTP server, over one connection."""

    def __init__(
        self, runner: asyncio.Runner, connection: asyncssh.SSHClientConnection, client: asyncssh.SFTPClient
    ) -> None:
        self._runner = runner
        self._connection = connection
        self._client = client
        self._swept: set[str] = set()
        self.reports_doubt = False

    def _call(self, what: str, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(translated(what, self._in_time(work)))

    async def _in_time(self, work: Coroutine[Any, Any, T]) -> T:
        """Return the result, or end the connection: a cancelled call would wait for the server to close its file."""
        task = asyncio.ensure_future(work)
        done, _ = await asyncio.wait({task}, timeout=CALL_SECONDS)
        if not done:
            self._connection.abort()
            ended, _ = await asyncio.wait({task}, timeout=CALL_SECONDS)
            for each in ended:
                each.exception()  # that of the aborted connection: asyncio logs one that nobody retrieves
            raise TimeoutError(f"no answer within {CALL_SECONDS:.0f} seconds")
        return await task

    def list_files(self, folder: str) -> Sequence[RemoteFile]:
        """Return the files in a folder."""
        return self._call(f"list {folder}", self._list(folder))

    async def _list(self, folder: str) -> list[RemoteFile]:
        found: list[RemoteFile] = []
        async for entry in self._client.scandir(folder):
            name = str(entry.filename)
            if entry.attrs.type == asyncssh.FILEXFER_TYPE_REGULAR and is_plain_name(name):
                found.append(RemoteFile(name, entry.attrs.size or 0, _moment(entry.attrs.mtime)))
            if len(found) > MAX_LISTED:
                raise Rejected(f"the folder {folder} has more than {MAX_LISTED:,} files: move old ones away")
        return found

    def fetch(self, folder: str, name: str) -> bytes:
        """Return the bytes of a file."""
        return self._call(f"fetch {name}", self._read(path_of(folder, name)))

    async def _read(self, path: str) -> bytes:
        size = await self._client.getsize(path) or 0
        if size > MAX_FILE_BYTES:
            raise Rejected(f"{path} has {size:,} bytes, more than {MAX_FILE_BYTES:,}")
        async with self._client.open(path, "rb") as file:
            content: bytes = await file.read(MAX_FILE_BYTES + 1)
        if len(content) != size:
            raise Unavailable(f"{path} has {size:,} bytes, and {len(content):,} came")
        return content

    def put(self, folder: str, name: str, content: bytes) -> None:
        """Write a file under a temporary name of its own, compare its size and rename it."""
        self._call(f"put {name}", self._put(folder, name, content))

    async def _put(self, folder: str, name: str, content: bytes) -> None:
        path = path_of(folder, name)
        if await self._has_same(path, content):
            return
        temporary = temporary_name(name)
        writing = path_of(folder, temporary)
        try:
            await self._write(writing, content)
            await self._remove_leftovers(folder, temporary)
            await self._rename_to_final(writing, path, content)
        except FAILURES:
            await self._remove_own(writing)
            raise

    def has(self, folder: str, name: str, content: bytes) -> bool:
        """Return whether the file is there, with that content."""
        return self._call(f"look for {name}", self._has(path_of(folder, name), content))

    async def _has(self, path: str, content: bytes) -> bool:
        return await self._client.exists(path) and await self._read(path) == content

    async def _has_same(self, path: str, content: bytes) -> bool:
        """Return whether the file is there already; raises Rejected if it has other content."""
        if not await self._client.exists(path):
            return False
        if await self._read(path) != content:
            raise Rejected(f"{path} is there already, with other content")
        return True

    async def _write(self, path: str, content: bytes) -> None:
        try:
            async with self._client.open(path, "wb") as file:
                await file.write(content)
        except asyncssh.SFTPFailure as error:  # what most servers say of a full disk
            raise Unavailable(f"{path} cannot be written, the disk may be full: {error.reason}") from error
        size = await self._client.getsize(path)
        if size != len(content):
            raise Unavailable(f"{path} has {size} bytes instead of {len(content)}: the disk may be full")

    async def _remove_leftovers(self, folder: str, temporary: str) -> None:
        """Remove what writers left that died, once for each connection; its failures are none of the file's."""
        if folder in self._swept:
            return
        self._swept.add(folder)
        with suppress(asyncssh.SFTPError, PackhorseError):
            for name in leftovers(await self._list(folder), temporary):
                await self._client.remove(path_of(folder, name))

    async def _rename_to_final(self, temporary: str, path: str, content: bytes) -> None:
        """Rename, unless another writer was first: then its file is the same one, or the call is rejected."""
        if not await self._has_same(path, content):  # some servers would replace it
            try:
                await self._rename(temporary, path)
            except Rejected:
                if not await self._has_same(path, content):
                    raise
            else:
                return
        await self._remove_own(temporary)

    async def _remove_own(self, temporary: str) -> None:
        with suppress(*FAILURES):
            await self._client.remove(temporary)

    async def _rename(self, path: str, to: str) -> None:
        """Rename a file; raises Rejected if the server refuses, whose reason is not more than "failure" with many."""
        try:
            await self._client.rename(path, to)
        except (asyncssh.SFTPFailure, asyncssh.SFTPFileAlreadyExists) as error:
            raise Rejected(f"{path} cannot be renamed to {to}: {error.reason}") from error

    def move(self, folder: str, name: str, to: str, new_name: str) -> None:
        """Move a file."""
        self._call(f"move {name}", self._move(path_of(folder, name), path_of(to, new_name)))

    async def _move(self, path: str, target: str) -> None:
        """Move a file; some servers would replace one that is there."""
        if await self._client.exists(target):
            raise Rejected(f"{target} is there already")
        await self._rename(path, target)

    def delete(self, folder: str, name: str) -> None:
        """Delete a file."""
        self._call(f"delete {name}", self._client.remove(path_of(folder, name)))


@contextmanager
def sftp_drop(settings: SftpSettings, keys: SupplierKeys) -> Iterator[SftpDrop]:
    """Connect for the time of a `with` block."""
    host = PinnedHost(settings.host_keys)
    with asyncio.Runner() as runner:
        opening = open_client(settings, keys, host)
        connection, client = runner.run(translated(f"connect to {settings.host}", opening, host))
        try:
            yield SftpDrop(runner, connection, client)
        finally:
            connection.abort()
            with suppress(asyncssh.Error, OSError, TimeoutError):
                runner.run(asyncio.wait_for(connection.wait_closed(), CONNECT_SECONDS))


def _moment(modified: int | None) -> datetime | None:
    """Return the moment of so many seconds since 1970, which version 4 of the protocol has 64 bits for."""
    try:
        return None if modified is None else in_utc(datetime.fromtimestamp(modified, UTC))
    except (ValueError, OverflowError, OSError):
        return None

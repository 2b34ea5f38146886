"""SFTP by asyncssh: the server's key is pinned, old algorithms are used only where a supplier's settings say so.

Needs the sftp layer.
"""

import asyncio
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any, TypeVar

import asyncssh

from packhorse.domain.errors import CredentialsRefused, NotFound, PackhorseError, Rejected, Unavailable
from packhorse.domain.supply.arrivals import RemoteFile
from packhorse.domain.supply.transport import SftpSettings
from packhorse.suppliers.protocol import (
    CALL_SECONDS,
    CONNECT_SECONDS,
    MAX_FILE_BYTES,
    MAX_LISTED,
    TEMPORARY,
    SupplierKeys,
    is_plain_name,
    path_of,
)

T = TypeVar("T")
HOST_KEYS = (
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "rsa-sha2-512",
    "rsa-sha2-256",
)
MODERN: Mapping[str, Any] = {
    "kex_algs": "-gss-*,*-sha1",
    "encryption_algs": "default",
    "mac_algs": "-hmac-sha1*",
    "server_host_key_algs": HOST_KEYS,
    "signature_algs": HOST_KEYS,
}
OLD: Mapping[str, Any] = {
    "kex_algs": "+diffie-hellman-group14-sha1,diffie-hellman-group-exchange-sha1,diffie-hellman-group1-sha1",
    "encryption_algs": "+aes256-cbc,aes192-cbc,aes128-cbc,3des-cbc",
    "mac_algs": "default",
    "server_host_key_algs": (*HOST_KEYS, "ssh-rsa"),
    "signature_algs": (*HOST_KEYS, "ssh-rsa"),
}
MISSING = (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath)
FULL = (asyncssh.SFTPNoSpaceOnFilesystem, asyncssh.SFTPQuotaExceeded)
GONE = (asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection, asyncssh.SFTPEOFError, asyncssh.SFTPBadMessage)


class _PinnedHost(asyncssh.SSHClient):
    """Accepts a server that shows one of the pinned keys; `shown` is the fingerprint of one that it refused."""

    def __init__(self, pinned: Sequence[str]) -> None:
        self.pinned = pinned
        self.shown = ""

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:  # noqa: ARG002
        """Return whether the key is pinned; asyncssh calls this, since it is given no file of host keys."""
        self.shown = key.get_fingerprint()
        return self.shown in self.pinned


class SftpDrop:
    """The folders of an account on an SFTP server, over one connection."""

    def __init__(
        self, runner: asyncio.Runner, connection: asyncssh.SSHClientConnection, client: asyncssh.SFTPClient
    ) -> None:
        self._runner = runner
        self._connection = connection
        self._client = client

    def _call(self, what: str, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(_translated(what, self._in_time(work)))

    async def _in_time(self, work: Coroutine[Any, Any, T]) -> T:
        """Return the result, or end the connection: a cancelled call would wait for the server to close its file."""
        task = asyncio.ensure_future(work)
        done, _ = await asyncio.wait({task}, timeout=CALL_SECONDS)
        if not done:
            self._connection.abort()
            await asyncio.wait({task}, timeout=CALL_SECONDS)
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
                modified = entry.attrs.mtime
                moment = None if modified is None else datetime.fromtimestamp(modified, UTC)
                found.append(RemoteFile(name, entry.attrs.size or 0, moment))
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
        """Write a file under a temporary name, compare its size and rename it."""
        self._call(f"put {name}", self._write(path_of(folder, name), content))

    async def _write(self, path: str, content: bytes) -> None:
        temporary = path + TEMPORARY
        if await self._client.exists(path):
            if await self._read(path) != content:
                raise Rejected(f"{path} is there already, with other content")
            with suppress(asyncssh.SFTPError):
                await self._client.remove(temporary)
            return
        try:
            async with self._client.open(temporary, "wb") as file:
                await file.write(content)
        except asyncssh.SFTPFailure as error:  # what most servers say of a full disk
            raise Unavailable(f"{temporary} cannot be written, the disk may be full: {error.reason}") from error
        size = await self._client.getsize(temporary)
        if size != len(content):
            raise Unavailable(f"{temporary} has {size} bytes instead of {len(content)}: the disk may be full")
        await self._rename(temporary, path)

    async def _rename(self, path: str, to: str) -> None:
        """Rename a file; raises Rejected if the server refuses, whose reason is not more than "failure" with many."""
        try:
            await self._client.rename(path, to)
        except (asyncssh.SFTPFailure, asyncssh.SFTPFileAlreadyExists) as error:
            raise Rejected(f"{path} cannot be renamed to {to}: {error.reason}") from error

    def move(self, folder: str, name: str, to: str, new_name: str) -> None:
        """Move a file."""
        self._call(f"move {name}", self._rename(path_of(folder, name), path_of(to, new_name)))

    def delete(self, folder: str, name: str) -> None:
        """Delete a file."""
        self._call(f"delete {name}", self._client.remove(path_of(folder, name)))


@contextmanager
def sftp_drop(settings: SftpSettings, keys: SupplierKeys) -> Iterator[SftpDrop]:
    """Connect for the time of a `with` block."""
    host = _PinnedHost(settings.host_keys)
    with asyncio.Runner() as runner:
        connection, client = runner.run(_translated(f"connect to {settings.host}", _open(settings, keys, host), host))
        try:
            yield SftpDrop(runner, connection, client)
        finally:
            connection.abort()
            with suppress(asyncssh.Error, OSError, TimeoutError):
                runner.run(asyncio.wait_for(connection.wait_closed(), CONNECT_SECONDS))


async def _open(
    settings: SftpSettings, keys: SupplierKeys, host: _PinnedHost
) -> tuple[asyncssh.SSHClientConnection, asyncssh.SFTPClient]:
    connection = await asyncssh.connect(
        settings.host,
        settings.port,
        username=settings.user,
        client_factory=lambda: host,
        known_hosts=asyncssh.import_known_hosts(""),
        config=None,
        agent_path=None,
        client_keys=_client_keys(keys),
        password=keys.password or None,
        gss_host=None,
        x509_trusted_certs=None,
        connect_timeout=CONNECT_SECONDS,
        login_timeout=CONNECT_SECONDS,
        keepalive_interval=CONNECT_SECONDS,
        **(OLD if settings.old_algorithms else MODERN),
    )
    try:
        return connection, await connection.start_sftp_client()
    except BaseException:
        connection.abort()
        raise


def _client_keys(keys: SupplierKeys) -> Sequence[asyncssh.SSHKey] | None:
    if not keys.private_key:
        return None
    try:
        return [asyncssh.import_private_key(keys.private_key, keys.passphrase or None)]
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as error:
        raise Rejected(f"the private key cannot be read: {error}") from error


async def _translated(what: str, work: Coroutine[Any, Any, T], host: _PinnedHost | None = None) -> T:
    """Return the result of a call; its failures are raised in our three kinds."""
    try:
        return await work
    except PackhorseError:
        raise
    except asyncssh.SFTPError as error:
        raise _sftp_failure(what, error) from error
    except asyncssh.Error as error:
        raise _ssh_failure(what, error, host) from error
    except (OSError, TimeoutError) as error:
        raise Unavailable(f"{what}: {type(error).__name__}", answer=str(error)) from error


def _sftp_failure(what: str, error: asyncssh.SFTPError) -> PackhorseError:
    text = f"{what}: {error.reason}"
    if isinstance(error, MISSING):
        return NotFound(text)
    if isinstance(error, FULL):
        return Unavailable(f"{what}: the disk is full", answer=error.reason)
    return Unavailable(text) if isinstance(error, GONE) else Rejected(text)


def _ssh_failure(what: str, error: asyncssh.Error, host: _PinnedHost | None) -> PackhorseError:
    if isinstance(error, asyncssh.PermissionDenied):
        return CredentialsRefused(f"{what}: the server refuses user, password or key")
    if isinstance(error, asyncssh.HostKeyNotVerifiable):
        shown = host.shown if host else ""
        return Rejected(
            f"{what}: the server shows the key {shown}, which is not one of host_keys: is it the right one?"
        )
    if isinstance(error, asyncssh.KeyExchangeFailed):
        return Rejected(f"{what}: no algorithm in common (old_algorithms allows more): {error.reason}")
    return Unavailable(f"{what}: {type(error).__name__}", answer=error.reason)


def host_key_of(host: str, port: int = 22) -> str:
    """Return the fingerprint of the key that a server shows, for a person who compares it with the supplier's."""

    async def shown() -> str:
        key = await asyncssh.get_server_host_key(
            host, port, config=None, server_host_key_algs=OLD["server_host_key_algs"]
        )
        return key.get_fingerprint() if key else ""

    return asyncio.run(_translated(f"connect to {host}", shown()))

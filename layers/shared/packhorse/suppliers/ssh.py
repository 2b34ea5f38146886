"""Connections by SSH: the server's key is pinned, old algorithms are used only where a supplier's settings say so.

Needs the sftp layer.
"""

from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, TypeVar

import asyncssh

from packhorse.domain.errors import CredentialsRefused, NotFound, PackhorseError, Rejected, Unavailable
from packhorse.domain.supply.transport import SftpSettings
from packhorse.suppliers.protocol import CONNECT_SECONDS, SupplierKeys

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


class PinnedHost(asyncssh.SSHClient):
    """Accepts a server that shows one of the pinned keys; `shown` is the fingerprint of one that it refused."""

    def __init__(self, pinned: Sequence[str]) -> None:
        self.pinned = pinned
        self.shown = ""

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:  # noqa: ARG002
        """Return whether the key is pinned; asyncssh calls this, since it is given no file of host keys."""
        self.shown = key.get_fingerprint()
        return self.shown in self.pinned


async def open_client(
    settings: SftpSettings, keys: SupplierKeys, host: PinnedHost
) -> tuple[asyncssh.SSHClientConnection, asyncssh.SFTPClient]:
    """Sign in, and return the connection and its SFTP client."""
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


async def translated(what: str, work: Coroutine[Any, Any, T], host: PinnedHost | None = None) -> T:
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


def _ssh_failure(what: str, error: asyncssh.Error, host: PinnedHost | None) -> PackhorseError:
    if isinstance(error, asyncssh.PermissionDenied):
        return CredentialsRefused(f"{what}: the server refuses user, password or key")
    if isinstance(error, asyncssh.HostKeyNotVerifiable):
        shown = host.shown if host else ""
        return Rejected(
            f"{what}: the server shows the key {shown}, which is not one of host_keys: is it the right one?"
        )
    if isinstance(error, asyncssh.KeyExchangeFailed):
        return Rejected(f"{what}: no algorithm in common (old_algorithms allows more): {error.reason}")
    if isinstance(error, asyncssh.ConnectionLost):
        return Unavailable(f"{what}: the connection broke")
    return Unavailable(f"{what}: {type(error).__name__}", answer=error.reason)

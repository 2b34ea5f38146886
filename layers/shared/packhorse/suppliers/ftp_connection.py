"""Connections by FTP and FTPS: passive mode, and with FTPS a certificate that is checked on both connections."""

import ftplib
import socket
import ssl
from collections.abc import Callable
from typing import TypeVar

from packhorse.domain.errors import CredentialsRefused, PackhorseError, Rejected, Unavailable
from packhorse.domain.supply.transport import FtpSettings
from packhorse.suppliers.protocol import CONNECT_SECONDS, SupplierKeys

T = TypeVar("T")
NOT_LOGGED_IN = "530"
NO_FILE = "550"
"""Missing or refused: servers say the same of both, so the difference is found out."""
FULL = frozenset({"452", "552"})


class _FtpTls(ftplib.FTP_TLS):
    """Resumes the session of the control connection on each data connection, which many servers insist on."""

    def ntransfercmd(self, cmd: str, rest: int | str | None = None) -> tuple[socket.socket, int | None]:
        """Return the data connection, encrypted."""
        connection, size = ftplib.FTP.ntransfercmd(self, cmd, rest)  # noqa: S321 - it is encrypted below
        session = self.sock.session if isinstance(self.sock, ssl.SSLSocket) else None
        return self.context.wrap_socket(connection, server_hostname=self.host, session=session), size


class Refused550(Rejected):
    """The server answered 550."""


def client_of(settings: FtpSettings) -> ftplib.FTP:
    """Return a client that is not connected yet; raises Rejected for a certificate that cannot be read."""
    if settings.kind == "ftp":
        return ftplib.FTP(timeout=CONNECT_SECONDS, encoding="utf-8")  # noqa: S321 - where a supplier has nothing else
    try:
        context = ssl.create_default_context(cadata=settings.certificate or None)
    except ssl.SSLError as error:
        raise Rejected(
            "the certificate cannot be read: it is a text that begins with -----BEGIN CERTIFICATE"
        ) from error
    return _FtpTls(timeout=CONNECT_SECONDS, context=context, encoding="utf-8")


def log_in(client: ftplib.FTP, settings: FtpSettings, keys: SupplierKeys) -> None:
    """Connect and sign in; with FTPS data connections are encrypted, too."""
    try:
        client.connect(settings.host, settings.port)
        client.login(settings.user, keys.password)
        if isinstance(client, ftplib.FTP_TLS):
            client.prot_p()
    except BaseException:
        client.close()
        raise


def called(what: str, call: Callable[[], T]) -> T:
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
    return Refused550(f"{what}: {said}") if code == NO_FILE else Rejected(f"{what}: {said}")

"""Suppliers: a module for each kind of connection, and one `TransportAdapter` that holds all that the kind can do.

Importing this imports neither asyncssh, which only functions with the sftp layer have, nor httpx.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager

from packhorse.domain.errors import PackhorseError, Unavailable
from packhorse.domain.supply.transport import (
    EmailSettings,
    FtpSettings,
    HttpsSettings,
    SftpSettings,
    Transport,
    TransportKind,
    kind_of,
)
from packhorse.http.blanking import blanked
from packhorse.suppliers.protocol import FileDrop, SupplierKeys, TransportAdapter


def _sftp(settings: SftpSettings, keys: SupplierKeys) -> AbstractContextManager[FileDrop]:
    from packhorse.suppliers.sftp import sftp_drop

    return sftp_drop(settings, keys)


def _ftp(settings: FtpSettings, keys: SupplierKeys) -> AbstractContextManager[FileDrop]:
    from packhorse.suppliers.ftp import ftp_drop

    return ftp_drop(settings, keys)


def _email(settings: EmailSettings, keys: SupplierKeys) -> AbstractContextManager[FileDrop]:
    from packhorse.suppliers.mail import mail_drop

    return mail_drop(settings, keys)


def _https(settings: HttpsSettings, keys: SupplierKeys) -> AbstractContextManager[FileDrop]:
    from packhorse.suppliers.https import https_drop

    return https_drop(settings, keys)


TRANSPORTS: Mapping[TransportKind, TransportAdapter] = {
    TransportKind.SFTP: TransportAdapter(_sftp),
    TransportKind.FTP: TransportAdapter(_ftp),
    TransportKind.FTPS: TransportAdapter(_ftp),
    TransportKind.EMAIL: TransportAdapter(_email, lists=False, moves=False),
    TransportKind.HTTPS: TransportAdapter(_https, moves=False),
}


@contextmanager
def connect(transport: Transport, keys: SupplierKeys) -> Iterator[FileDrop]:
    """Open the connection to a supplier for the time of a `with` block; its errors quote none of the credentials."""
    try:
        with TRANSPORTS[kind_of(transport)].connect(transport, keys) as drop:
            yield drop
    except PackhorseError as error:
        error.args = tuple(blanked(str(each), keys) for each in error.args)
        if isinstance(error, Unavailable):
            error.answer = blanked(error.answer, keys)
        raise

"""Connections to suppliers: how files get there and back. Passwords, keys and tokens are never here."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from packhorse.domain.configuration.web_address import HOST_NAME, address_error, is_local, origin_of
from packhorse.domain.errors import FieldError
from packhorse.domain.values import MAY_BREAK, NOT_PRINTABLE_ASCII, Text, Value, Whole, is_printable_ascii

Port = Annotated[Whole, Field(ge=1, le=65535)]
Host = Annotated[str, StringConstraints(min_length=1, max_length=253)]
UserName = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Folder = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\\*?]+$")]
"""A folder on the supplier's server; `.` is where the account begins."""

HostKey = Annotated[str, StringConstraints(pattern=r"^SHA256:[A-Za-z0-9+/]{43}$")]
"""The fingerprint of a server's key, as ssh-keygen writes it."""

EmailAddress = Annotated[str, StringConstraints(max_length=254, pattern=r"^[^\s@<>,;\"]+@[^\s@<>,;\"]+$")]


class TransportKind(StrEnum):
    """The protocol by which files go to a supplier and come back."""

    SFTP = "sftp"
    FTP = "ftp"
    FTPS = "ftps"
    EMAIL = "email"
    HTTPS = "https"


class SftpSettings(Value):
    """An account on an SFTP server. `host_keys` are the fingerprints that the server may show: none connects nowhere.

    `old_algorithms` allows SHA-1 signatures and key exchanges and CBC ciphers, for servers that have no better ones.
    """

    kind: Literal["sftp"] = "sftp"
    host: Host
    port: Port = 22
    user: UserName
    host_keys: Annotated[tuple[HostKey, ...], Field(min_length=1, max_length=8)]
    old_algorithms: bool = False


class FtpSettings(Value):
    """An account on an FTP server, always in passive mode; `ftps` encrypts, with a certificate that is checked.

    `ftp` is in the clear, the password included: only where a supplier has nothing else.
    """

    kind: Literal["ftp", "ftps"]
    host: Host
    port: Port = 21
    user: UserName
    certificate: Annotated[str, Field(max_length=20_000), MAY_BREAK] = ""
    """PEM of the authority or the certificate to trust, where it is not one of the public ones."""


class SmtpSecurity(StrEnum):
    """How a connection to a mail server is encrypted; `none` is for a server on this machine."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class EmailSettings(Value):
    """A mail server that takes our mails (that of SES, for example), and who gets them. Nothing comes back this way."""

    kind: Literal["email"] = "email"
    host: Host
    port: Port = 587
    security: SmtpSecurity = SmtpSecurity.STARTTLS
    user: Annotated[str, StringConstraints(max_length=200)] = ""
    sender: EmailAddress
    recipients: Annotated[tuple[EmailAddress, ...], Field(min_length=1, max_length=20)]
    subject: Text = "Orders {file}"


class HttpMethod(StrEnum):
    """How a file is sent by HTTPS."""

    PUT = "PUT"
    POST = "POST"


class HttpsSettings(Value):
    """An API that takes a file at `{base_url}/{folder}/{name}`, and lists those of a folder as JSON, if `lists`.

    The token is in `auth_header`, after `auth_scheme` if that is not empty. A list is an array of objects with `name`,
    `size` and `modified`.
    """

    kind: Literal["https"] = "https"
    base_url: Annotated[str, Field(max_length=500, pattern=r"^https?://")]
    method: HttpMethod = HttpMethod.PUT
    lists: bool = False
    auth_header: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,60}$")] = "Authorization"
    auth_scheme: Annotated[str, StringConstraints(max_length=20)] = "Bearer"


Transport = Annotated[SftpSettings | FtpSettings | EmailSettings | HttpsSettings, Field(discriminator="kind")]


def kind_of(transport: Transport) -> TransportKind:
    """Return the protocol of a connection."""
    return TransportKind(transport.kind)


def origin_of_transport(transport: Transport) -> str:
    """Return the server of a connection: credentials of one are never sent to another."""
    if isinstance(transport, HttpsSettings):
        return origin_of(transport.base_url)
    return f"{transport.kind}://{transport.host.lower().rstrip('.')}:{transport.port}"


def carriage_fault(transport: Transport, text: str) -> str | None:
    """Return why the protocol of a connection cannot carry a user or a password; None if it can.

    SMTP signs in with ASCII, and a command of FTP is one line. SSH carries any password.
    """
    if isinstance(transport, EmailSettings) and not is_printable_ascii(text):
        return NOT_PRINTABLE_ASCII
    if isinstance(transport, FtpSettings) and ("\r" in text or "\n" in text):
        return "holds a line break"
    return None


def transport_faults(transport: Transport, local_allowed: bool) -> Iterator[FieldError]:
    """Yield why a connection may not be saved; `local_allowed`: machines that are not on the internet may be named."""
    if isinstance(transport, HttpsSettings):
        yield from _https_faults(transport, local_allowed)
        return
    if not HOST_NAME.fullmatch(transport.host):
        yield FieldError("host", "is not the name of a host")
    elif is_local(transport.host) and not local_allowed:
        yield FieldError("host", "is an address of a private network or of this machine, not of the internet")
    if fault := carriage_fault(transport, transport.user):
        yield FieldError("user", fault)
    elif not transport.user.isprintable():
        yield FieldError("user", "holds a character that is not printable")
    if isinstance(transport, EmailSettings):
        yield from _mail_faults(transport, local_allowed)


def _https_faults(transport: HttpsSettings, local_allowed: bool) -> Iterator[FieldError]:
    if fault := address_error(transport.base_url, local_allowed):
        yield FieldError("base_url", fault)
    if not is_printable_ascii(transport.auth_scheme):
        yield FieldError("auth_scheme", NOT_PRINTABLE_ASCII)


def _mail_faults(transport: EmailSettings, local_allowed: bool) -> Iterator[FieldError]:
    if transport.security is SmtpSecurity.NONE and not local_allowed:
        yield FieldError("security", "must be starttls or tls: orders have addresses of people")
    recipients = {f"recipients.{index}": each for index, each in enumerate(transport.recipients)}
    for field, address in {"sender": transport.sender, **recipients}.items():
        if not is_printable_ascii(address):
            yield FieldError(field, NOT_PRINTABLE_ASCII)

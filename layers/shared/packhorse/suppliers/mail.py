"""E-mail by SMTP, which SES speaks too: each file goes out as an attachment, and nothing comes back."""

import smtplib
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from typing import TypeVar

from packhorse.domain.errors import CredentialsRefused, PackhorseError, Rejected, Unavailable
from packhorse.domain.supply.arrivals import RemoteFile, content_hash
from packhorse.domain.supply.transport import EmailSettings, SmtpSecurity
from packhorse.suppliers.protocol import CONNECT_SECONDS, PerhapsSent, SupplierKeys

T = TypeVar("T")
MAX_MAIL_BYTES = 10_000_000
"""Most bytes of a file in a mail; many servers take no more."""
ACCEPTED, FORWARDED = 250, 251
PERMANENT = 500
LOST = (smtplib.SMTPServerDisconnected, OSError, EOFError)
TYPES = {
    "pdf": ("application", "pdf"),
    "csv": ("text", "csv"),
    "json": ("application", "json"),
    "xml": ("application", "xml"),
}


class MailDrop:
    """A mail server that takes our mails."""

    def __init__(self, client: smtplib.SMTP, settings: EmailSettings) -> None:
        self._client = client
        self._settings = settings
        self.reports_doubt = True

    def put(self, folder: str, name: str, content: bytes) -> None:  # noqa: ARG002 - a mail has no folder
        """Send the file; raises PerhapsSent if the server did not say whether it took the mail.

        A file that is sent once more has the same Message-ID, by which many mailboxes show it once.
        """
        if len(content) > MAX_MAIL_BYTES:
            raise Rejected(f"{name} has {len(content):,} bytes: a mail takes {MAX_MAIL_BYTES:,}")
        message = _message(self._settings, name, content)
        _called(f"mail {name}", self._address)
        try:
            code, said = self._client.data(message.as_bytes())
        except LOST as error:
            raise PerhapsSent(f"mail {name}: the connection broke before the server's answer") from error
        except smtplib.SMTPResponseException as error:
            raise _refusal(f"mail {name}", error.smtp_code, error.smtp_error) from error
        if code != ACCEPTED:
            raise _refusal(f"mail {name}", code, said)

    def _address(self) -> None:
        for code, said in (
            self._client.mail(self._settings.sender),
            *(self._client.rcpt(each) for each in self._settings.recipients),
        ):
            if code not in {ACCEPTED, FORWARDED}:
                raise smtplib.SMTPResponseException(code, said)

    def has(self, folder: str, name: str, content: bytes) -> None:
        """Return None: a mail server does not say what it took."""

    def list_files(self, folder: str) -> Sequence[RemoteFile]:
        """Refuse: nothing comes back by mail."""
        raise Rejected(f"list {folder}: nothing comes back by mail")

    def fetch(self, folder: str, name: str) -> bytes:  # noqa: ARG002
        """Refuse."""
        raise Rejected(f"fetch {name}: nothing comes back by mail")

    def move(self, folder: str, name: str, to: str, new_name: str) -> None:  # noqa: ARG002
        """Refuse."""
        raise Rejected(f"move {name}: nothing comes back by mail")

    def delete(self, folder: str, name: str) -> None:  # noqa: ARG002
        """Refuse."""
        raise Rejected(f"delete {name}: a mail that was sent stays sent")


@contextmanager
def mail_drop(settings: EmailSettings, keys: SupplierKeys) -> Iterator[MailDrop]:
    """Connect for the time of a `with` block."""
    client = _called(f"connect to {settings.host}", lambda: _connected(settings, keys))
    try:
        yield MailDrop(client, settings)
    finally:
        client.close()


def _connected(settings: EmailSettings, keys: SupplierKeys) -> smtplib.SMTP:
    client: smtplib.SMTP
    if settings.security is SmtpSecurity.TLS:
        client = smtplib.SMTP_SSL(
            settings.host, settings.port, timeout=CONNECT_SECONDS, context=ssl.create_default_context()
        )
    else:
        client = smtplib.SMTP(settings.host, settings.port, timeout=CONNECT_SECONDS)
    try:
        client.ehlo()
        if settings.security is SmtpSecurity.STARTTLS:
            client.starttls(context=ssl.create_default_context())
            client.ehlo()
        if settings.user:
            client.login(settings.user, keys.password)
    except BaseException:
        client.close()
        raise
    return client


def _message(settings: EmailSettings, name: str, content: bytes) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = settings.sender
    message["To"] = ", ".join(settings.recipients)
    message["Subject"] = " ".join(settings.subject.replace("{file}", name).split())
    message["Date"] = formatdate()
    domain = settings.sender.rpartition("@")[2]
    message["Message-ID"] = f"<{content_hash(name.encode() + content)[:40]}@{domain}>"
    message.set_content(f"Please see the attached file {name}.\n")
    main, sub = TYPES.get(name.rpartition(".")[2].lower(), ("application", "octet-stream"))
    message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return message


def _called(what: str, call: Callable[[], T]) -> T:
    """Return the result of a call; its failures are raised in our three kinds."""
    try:
        return call()
    except smtplib.SMTPAuthenticationError as error:
        raise CredentialsRefused(f"{what}: the server refuses user or password", answer=str(error.smtp_code)) from error
    except smtplib.SMTPNotSupportedError as error:
        raise Rejected(f"{what}: {error}") from error
    except smtplib.SMTPResponseException as error:
        raise _refusal(what, error.smtp_code, error.smtp_error) from error
    except ssl.SSLCertVerificationError as error:
        raise Rejected(f"{what}: the server's certificate is not trusted: {error.verify_message}") from error
    except (smtplib.SMTPException, OSError, EOFError) as error:
        raise Unavailable(f"{what}: {type(error).__name__}", answer=str(error)) from error


def _refusal(what: str, code: int, said: bytes | str) -> PackhorseError:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    if code >= PERMANENT:
        return Rejected(f"{what}: {code} {text}")
    return Unavailable(f"{what}: {code}", answer=text)

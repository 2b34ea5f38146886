"""A server that repeats what it was sent has none of our credentials quoted."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from packhorse.domain.errors import CredentialsRefused, Rejected
from packhorse.domain.supply.transport import EmailSettings, FtpSettings, SmtpSecurity
from packhorse.suppliers import connect
from packhorse.suppliers.protocol import SupplierKeys

KEYS = SupplierKeys(password="hunter2-secret")


@contextmanager
def answering(answers: Mapping[str, str]) -> Iterator[int]:
    """A server that greets, and answers each command by its first word; yields its port."""

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rwb", buffering=0) as stream:
            stream.write(b"220 hello\r\n")
            for line in stream:
                stream.write(f"{answers.get(line.decode().split()[0].upper(), '250 ok')}\r\n".encode())

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(5)


def put(settings: FtpSettings | EmailSettings) -> None:
    with connect(settings, KEYS) as drop:
        drop.put(".", "ORD_000214.csv", b"PO")


def test_a_refused_login_by_ftp_is_quoted_without_the_password() -> None:
    said = {"USER": "331 and the password?", "PASS": "530 not acme with hunter2-secret"}

    with answering(said) as port, pytest.raises(CredentialsRefused) as raised:
        put(FtpSettings(kind="ftp", host="127.0.0.1", port=port, user="acme"))

    assert raised.value.in_full.endswith("530 not acme with ***")


def test_a_refused_mail_is_quoted_without_the_password() -> None:
    said = {"MAIL": "550 no relay for hunter2-secret"}
    given = {"host": "127.0.0.1", "sender": "orders@oxbarrow.example", "recipients": ("desk@weaver.example",)}

    with answering(said) as port, pytest.raises(Rejected) as raised:
        put(EmailSettings.model_validate({**given, "port": port, "security": SmtpSecurity.NONE}))

    assert raised.value.in_full == "mail ORD_000214.csv: 550 no relay for ***"

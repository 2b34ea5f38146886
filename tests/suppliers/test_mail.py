"""E-mail against a real SMTP server: the file arrives byte by byte, and an unknown outcome is a person's."""

import email
import email.policy
from pathlib import Path
from typing import Any

import pytest

from local.partners.servers import Server, free_port, running_mail
from packhorse.domain.errors import Rejected, Unavailable
from packhorse.domain.supply.transport import EmailSettings, SmtpSecurity
from packhorse.suppliers import connect
from packhorse.suppliers.protocol import PerhapsSent, SupplierKeys

pytestmark = pytest.mark.long

CONTENT = "PO;NAME\r\na-1;Łukasz\r\n.\r\n".encode()


def put(server: Server, **fields: Any) -> None:
    given = {
        "host": "127.0.0.1",
        "port": server.port,
        "security": SmtpSecurity.NONE,
        "sender": "orders@oxbarrow.example",
        "recipients": ("desk@weaver.example", "copy@weaver.example"),
        **fields,
    }
    with connect(EmailSettings(**given), SupplierKeys()) as drop:
        drop.put(".", "ORD_000214.csv", CONTENT)


def mails(server: Server) -> list[Any]:
    paths = sorted(server.root.iterdir())
    return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in paths]


def test_the_file_arrives_byte_by_byte_as_an_attachment(tmp_path: Path) -> None:
    with running_mail(tmp_path) as server:
        put(server)

        (mail,) = mails(server)

    (attached,) = mail.iter_attachments()
    assert (attached.get_filename(), attached.get_payload(decode=True)) == ("ORD_000214.csv", CONTENT)
    assert mail["Subject"] == "Orders ORD_000214.csv"
    assert mail["To"] == "desk@weaver.example, copy@weaver.example"


def test_a_mail_that_is_sent_again_has_the_same_message_id(tmp_path: Path) -> None:
    with running_mail(tmp_path) as server:
        put(server)
        put(server)

        assert len({mail["Message-ID"] for mail in mails(server)}) == 1


def test_a_server_that_breaks_off_after_the_content_may_have_the_mail(tmp_path: Path) -> None:
    with running_mail(tmp_path, "drop") as server:
        with pytest.raises(PerhapsSent, match="before the server's answer"):
            put(server)

        assert len(mails(server)) == 1


@pytest.mark.parametrize(("fault", "kind"), [("refuse", Rejected), ("busy", Unavailable)])
def test_a_mail_that_is_not_taken_is_not_sent(tmp_path: Path, fault: str, kind: type[Exception]) -> None:
    with running_mail(tmp_path, fault) as server:
        with pytest.raises(kind) as raised:
            put(server)

        assert not isinstance(raised.value, PerhapsSent)
        assert mails(server) == []


def test_a_server_without_encryption_is_sent_nothing(tmp_path: Path) -> None:
    with running_mail(tmp_path) as server:
        with pytest.raises(Rejected):
            put(server, security=SmtpSecurity.STARTTLS)

        assert mails(server) == []


def test_a_server_that_is_away_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        put(Server(free_port(), tmp_path, tmp_path))


def test_nothing_comes_back_by_mail(tmp_path: Path) -> None:
    settings = EmailSettings(
        host="127.0.0.1",
        security=SmtpSecurity.NONE,
        sender="a@b.example",
        recipients=("c@d.example",),
    )
    with running_mail(tmp_path) as server, connect(settings.replace(port=server.port), SupplierKeys()) as drop:
        with pytest.raises(Rejected, match="nothing comes back"):
            drop.list_files(".")
        with pytest.raises(Rejected, match="nothing comes back"):
            drop.fetch(".", "a.csv")

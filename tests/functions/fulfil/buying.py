"""What tests of purchase orders on their way to a supplier stand on: its SFTP server, a mail server, its settings."""

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from functions.operate import documents
from local.partners.servers import Server
from packhorse.domain.catalogue.product import Product
from packhorse.domain.values import Sku
from packhorse.store import catalogue
from simulation.aws.boundary import World
from simulation.builders import a_configuration, a_warehouse
from simulation.merchant import MUG, Context, set_up
from tests.functions.fulfil.partner import PASSWORD, Partner, configured, run_requested
from tests.functions.operate.calls import call
from tests.functions.operate.purchasing import LAMP, do, line, made

LAYOUT: dict[str, Any] = {
    "file_name": "PO_{order}_{batch:4}.csv",
    "line_end": "lf",
    "records": [
        {
            "level": "line",
            "columns": [
                {"name": "PO", "source": "purchase_order.number"},
                {"name": "LINE", "source": "line.number"},
                {"name": "ITEM", "source": "line.supplier_sku", "instead": "line.sku"},
                {"name": "CASES", "source": "line.cases"},
                {"name": "QTY", "source": "line.quantity"},
                {"name": "PRICE", "source": "line.price"},
                {"name": "DUE", "source": "line.expected_on", "written": {"date": "%d/%m/%Y"}},
                {"name": "NAME", "source": "line.name", "written": {"max_length": 12}},
            ],
        }
    ],
}


def bought(cloud: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A warehouse of our own, what it buys, and the functions behind the API."""
    configured(cloud, monkeypatch)
    set_up(a_configuration(a_warehouse("acme", kind="dropship"), a_warehouse("main")))
    catalogue.put_product(Product(sku=MUG, name="Mug", supplier_skus={"acme": "TW-0010"}))
    catalogue.put_product(Product(sku=Sku(LAMP), name="Lamp"))
    cloud.functions.handlers["test-documents"] = lambda payload: documents.handler(payload, Context())


def save(partner: Partner | None, post: Server | None = None, **purchasing: Any) -> None:
    """Set a supplier up that goods are only bought from."""
    settings: dict[str, Any] = {"layout": LAYOUT if partner else None, "pdf": post is not None, **purchasing}
    if post:
        settings["email"] = {
            "host": "127.0.0.1",
            "port": post.port,
            "security": "none",
            "sender": "buying@oxbarrow.example",
            "recipients": ["sales@acme.example"],
        }
    body = {"purchasing": settings}
    if partner:
        folders = {"orders": "in", "processed": "done"}
        body |= {"transport": partner.transport, "folders": folders, "credentials": {"password": PASSWORD}}
    answer = call("PUT", "/suppliers/acme", body)
    assert (answer.status, answer.body.get("warnings")) == (200, []), answer.body


def submitted(*lines: dict[str, Any]) -> str:
    """A purchase order that was submitted, with what its supplier function does about that."""
    name = made(*(lines or (line(ordered=12, case_pack=6, expected_on="2026-12-01"), line(LAMP, 3))))
    assert do(name, "submit").body["sending"]["state"] == "sending"
    run_requested()
    return name


def sending(name: str) -> dict[str, Any]:
    """How a purchase order gets to its supplier."""
    return dict(call("GET", f"/purchase-orders/{name}").body["sending"])


def mails(post: Server) -> list[EmailMessage]:
    """The mails that a mail server took."""
    return [read_mail(path) for path in sorted(post.root.iterdir())]


def read_mail(path: Path) -> EmailMessage:
    """A mail in a file."""
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)


def attached(mail: EmailMessage) -> dict[str, bytes]:
    """The attachments of a mail, by name."""
    return {str(part.get_filename()): part.get_content() for part in mail.iter_attachments()}

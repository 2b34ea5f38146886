"""What tests of suppliers stand on: a folder as its SFTP account, settings, and the functions behind the API."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from functions.allocate import route
from functions.complete import track
from functions.fulfil import own, supplier
from local.partners.servers import free_port
from packhorse.aws.settings import settings
from packhorse.domain.catalogue.product import Product
from packhorse.domain.orders.order import Order
from packhorse.domain.values import OrderId
from packhorse.messages.suppliers import ExchangeFiles
from packhorse.store import catalogue, orders
from simulation.aws.boundary import Call, World
from simulation.aws.refusals import failed
from simulation.builders import a_configuration, a_line, a_warehouse, sqs_event
from simulation.merchant import MUG, Context, put_stock, set_up
from tests.conftest import invoked, queued
from tests.functions.fulfil.shared_folder import shared
from tests.functions.operate.calls import Answer, call
from tests.functions.operate.interference import Killed
from tests.functions.operate.orders import one_routed

USER, PASSWORD = "shop", "a-password"
HOST_KEY = f"SHA256:{'a' * 43}"
ORDERS: dict[str, Any] = {
    "file_name": "ORD_{batch:4}.csv",
    "line_end": "lf",
    "records": [
        {
            "level": "line",
            "columns": [
                {"name": "PO", "source": "fulfilment.id"},
                {"name": "SKU", "source": "line.sku"},
                {"name": "QTY", "source": "line.quantity"},
                {"name": "NAME", "source": "ship_to.name", "written": {"max_length": 30}},
            ],
        }
    ],
}
HEAD = "PO,STATUS,SKU,QTY,CARRIER,TRACKING,REASON\n"
ANSWERS: dict[str, Any] = {
    "folder": "out",
    "files": "shp*.csv",
    "statuses": {"ACK": "acknowledged", "REJ": "rejected", "SHP": "shipped"},
    "columns": [
        {"field": "fulfilment", "names": ["PO"]},
        {"field": "status", "names": ["STATUS"]},
        {"field": "sku", "names": ["SKU"]},
        {"field": "quantity", "names": ["QTY"]},
        {"field": "carrier", "names": ["CARRIER"]},
        {"field": "tracking", "names": ["TRACKING"]},
        {"field": "reason", "names": ["REASON"]},
    ],
}


class Partner:
    """A supplier's account: its files, and the settings that lead there."""

    def __init__(self, root: Path, port: int) -> None:
        self.root = root
        self.transport = {"kind": "sftp", "host": "127.0.0.1", "port": port, "user": USER, "host_keys": [HOST_KEY]}

    def files(self, folder: str = "in") -> dict[str, str]:
        """The files in a folder, by name."""
        return {path.name: path.read_text() for path in sorted((self.root / folder).iterdir()) if path.is_file()}

    def rows(self) -> list[str]:
        """All rows of all files of orders, without their headers."""
        return [row for text in self.files().values() for row in text.splitlines()[1:]]

    def put(self, name: str, text: str) -> None:
        """Write a file of answers."""
        (self.root / "out" / name).write_text(text)


@contextmanager
def a_partner(root: Path) -> Iterator[Partner]:
    """A supplier's SFTP account for the time of a `with` block: a folder, reached without a connection."""
    for folder in ("in", "out", "done"):
        (root / folder).mkdir(parents=True)
    port = free_port()
    with shared(root, port, PASSWORD):
        yield Partner(root, port)


def configured(cloud: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A warehouse of a supplier that has stock, and the function behind the API."""
    allowed = replace(settings, local_addresses="allowed")
    monkeypatch.setattr("packhorse.usecases.suppliers.save_supplier.settings", allowed)
    set_up(a_configuration(a_warehouse("acme", kind="dropship"), priorities=("acme",)))
    catalogue.put_product(Product(sku=MUG, name="Mug"))
    put_stock(1000, warehouse="acme")
    cloud.functions.handlers["test-supplier"] = run_supplier


def save(partner: Partner, name: str = "acme", **changes: Any) -> Answer:
    """Set the supplier up."""
    body = {
        "warehouses": [name],
        "transport": partner.transport,
        "folders": {"orders": "in", "processed": "done"},
        "orders": ORDERS,
        "answers": [ANSWERS],
        "credentials": {"password": PASSWORD},
        **changes,
    }
    answer = call("PUT", f"/suppliers/{name}", body)
    assert answer.status == 200, answer.body
    return answer


def run_supplier(event: dict[str, Any]) -> Any:
    """The answer of the supplier function."""
    return supplier.handler(event, Context())


def exchange(name: str = "acme", *, send: bool = False) -> Any:
    """Run what the schedule starts."""
    return run_supplier(ExchangeFiles(supplier=name, send=send).model_dump(mode="json"))


def read_files() -> None:
    """Exchange until each file is whole and read."""
    for _ in range(2):
        assert exchange()["failure"] is None


def answer(partner: Partner, *rows: str, name: str = "shp1.csv") -> None:
    """Put a file of rows, and exchange until it is whole and read."""
    partner.put(name, HEAD + "".join(f"{row}\n" for row in rows))
    read_files()


def exchange_that_dies(step: str) -> None:
    """Run what the schedule starts, in a process that ends before a step, by the name of its function."""
    with patch(step, side_effect=Killed), pytest.raises(Killed):
        exchange()


def run_requested() -> int:
    """Run what the API had invoked."""
    payloads = invoked(settings.supplier_function)
    for payload in payloads:
        run_supplier(payload)
    return len(payloads)


def an_order(cloud: World, quantity: int = 2, **more: Any) -> str:
    """An order that was handed over, by the state machine's own message."""
    order = one_routed(a_line(quantity=quantity), **more)
    hand_over(cloud)
    return order


def hand_over(cloud: World) -> None:
    """Let executions send their messages, and have them handled."""
    while cloud.states.advance():
        pass
    for message in queued(settings.own_queue_url):
        assert own.handler(sqs_event(message), Context()) == {"batchItemFailures": []}


def handle_tracking() -> None:
    """Let the messages that reject and ship be handled."""
    for message in queued(settings.tracking_queue_url):
        assert track.handler(sqs_event(message), Context()) == {"batchItemFailures": []}


def route_rejected(cloud: World) -> None:
    """Handle them, and have what is routed again handed over."""
    handle_tracking()
    for message in queued(settings.orders_queue_url):
        assert route.handler(sqs_event(message), Context()) == {"batchItemFailures": []}
    hand_over(cloud)


def stored(order: str) -> Order:
    """The order as it is."""
    return orders.get_order(OrderId(order))


@contextmanager
def refusing(cloud: World, monkeypatch: pytest.MonkeyPatch, is_struck: Callable[[Call], bool]) -> Iterator[None]:
    """Fail the calls that are struck, for the time of a `with` block."""

    def refuse(each: Call) -> None:
        if is_struck(each):
            raise failed()

    with monkeypatch.context() as patched:
        patched.setattr(cloud, "before", refuse)
        yield


@contextmanager
def not_written(cloud: World, monkeypatch: pytest.MonkeyPatch, order: str) -> Iterator[None]:
    """A table that takes no change of an order, for the time of a `with` block."""

    def is_change(each: Call) -> bool:
        writes = each.parameters.get("TransactItems", [{"Put": each.parameters}])
        return any(write.get("Put", {}).get("Item", {}).get("pk") == {"S": order} for write in writes)

    with refusing(cloud, monkeypatch, is_change):
        yield


def later(monkeypatch: pytest.MonkeyPatch, hours: float, *modules: str) -> None:
    """As if it were so many hours later for the supplier function, and in these modules."""

    class Later(datetime):
        """A clock that is ahead."""

        @classmethod
        def now(cls, tz: Any = None) -> Any:
            """Return the time, hours ahead."""
            return datetime.now(tz or UTC) + timedelta(hours=hours)

    steps = (f"packhorse.usecases.suppliers.{step}" for step in ("send_batch", "read_folder"))
    for module in ("functions.fulfil.supplier", *steps, *modules):
        monkeypatch.setattr(f"{module}.datetime", Later)

"""Two suppliers at once, on OpenSSH, through the real handler: one that hangs or refuses delays and spoils nothing."""

import shutil
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from functions.fulfil import supplier
from local.partners.servers import PASSWORD, USER, Server
from packhorse.messages.suppliers import ExchangeFiles
from packhorse.suppliers import sftp
from simulation.aws.boundary import World
from simulation.builders import a_configuration, a_line, a_warehouse
from simulation.merchant import MUG, Context, put_stock, set_up
from tests.functions.fulfil.partner import ANSWERS, ORDERS, configured, hand_over, stored
from tests.functions.operate.calls import call
from tests.functions.operate.orders import get, one_routed
from tests.suppliers.doors import breaking

pytestmark = pytest.mark.long

HEAD = "PO,STATUS,SKU,QTY,CARRIER,TRACKING,REASON\n"


class Shared:
    """A supplier's folders on the server."""

    def __init__(self, server: Server, name: str) -> None:
        self.server, self.name = server, name
        for path in (server.root / name, *(server.root / name / each for each in ("in", "out", "done"))):
            path.mkdir()
            path.chmod(0o777)

    def save(self, port: int | None = None, **changes: Any) -> None:
        body = {
            "warehouses": [self.name],
            "transport": {
                "kind": "sftp",
                "host": "127.0.0.1",
                "port": port or self.server.port,
                "user": USER,
                "host_keys": [self.server.key],
            },
            "folders": {"orders": f"{self.name}/in", "processed": f"{self.name}/done"},
            "orders": ORDERS,
            "answers": [{**ANSWERS, "folder": f"{self.name}/out"}],
            "credentials": {"password": PASSWORD},
            **changes,
        }
        answer = call("PUT", f"/suppliers/{self.name}", body)
        assert answer.status == 200, answer.body

    def files(self, folder: str) -> list[str]:
        return sorted(path.name for path in (self.server.root / self.name / folder).iterdir())

    def put(self, name: str, *rows: str) -> None:
        path = self.server.root / self.name / "out" / name
        path.write_text(HEAD + "".join(f"{row}\n" for row in rows))
        path.chmod(0o666)


@pytest.fixture
def two(cloud: World, partner: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Shared, Shared]]:
    """Two suppliers, each with a warehouse that has stock."""
    configured(cloud, monkeypatch)
    places = a_warehouse("acme", kind="dropship"), a_warehouse("north", kind="3pl")
    set_up(a_configuration(*places, priorities=("acme", "north")))
    put_stock(1000, warehouse="north")
    found = Shared(partner, "acme"), Shared(partner, "north")
    yield found
    for each in found:
        shutil.rmtree(partner.root / each.name, ignore_errors=True)


def exchange(name: str) -> None:
    assert supplier.handler(ExchangeFiles(supplier=name).model_dump(mode="json"), Context())["failure"] is None


def an_order(cloud: World, number: str, warehouse: str) -> str:
    order = one_routed(a_line(quantity=1, warehouse=warehouse), channel_order_id=number)
    hand_over(cloud)
    return order


def opened() -> list[tuple[str, str]]:
    return [(each["cause"], each["subject"]["supplier"]) for each in call("GET", "/exceptions").body["items"]]


def exchanged_at_once(suppliers: Iterable[Shared]) -> dict[str, float]:
    """Exchange the files of all suppliers at the same time; return when each was done."""
    ended: dict[str, float] = {}

    def run(name: str) -> None:
        exchange(name)
        ended[name] = time.monotonic()

    threads = [threading.Thread(target=run, args=(each.name,)) for each in suppliers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return ended


def test_a_partner_that_hangs_delays_no_other(
    two: tuple[Shared, Shared], cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("packhorse.suppliers.ssh.CONNECT_SECONDS", 4.0)
    acme, north = two
    with breaking(acme.server.port, after=0, stalls=True) as port:
        acme.save(port)
        north.save()
        hanging, waiting = an_order(cloud, "1001", "acme"), an_order(cloud, "1002", "north")
        ended = exchanged_at_once(two)

    assert ended["north"] < ended["acme"]
    assert (acme.files("in"), north.files("in")) == ([], ["ORD_0001.csv"])
    assert opened() == [("supplier_failed", "acme")]
    assert [stored(each).fulfilments[0].batch for each in (hanging, waiting)] == [1, 1]
    acme.save()
    exchange("acme")
    assert (acme.files("in"), opened()) == (["ORD_0001.csv"], [])


def test_a_partner_whose_listing_stalls_delays_no_other_gets_its_orders_and_is_read_later(
    two: tuple[Shared, Shared], cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sftp, "CALL_SECONDS", 3.0)
    acme, north = two
    for number in range(1000):
        (acme.server.root / "acme" / "out" / f"{number}_{'old' * 60}.txt").touch()

    with breaking(acme.server.port, after=100_000, stalls=True, of_server=True) as port:
        acme.save(port)
        north.save()
        slow, quick = an_order(cloud, "1001", "acme"), an_order(cloud, "1002", "north")
        acme.put("shp1.csv", f"{slow}-1,SHP,{MUG},1,UPS,1Z1,")
        north.put("shp1.csv", f"{quick}-1,SHP,{MUG},1,UPS,1Z2,")
        ended = exchanged_at_once(two)

    assert ended["north"] < ended["acme"]
    assert (acme.files("in"), north.files("in")) == (["ORD_0001.csv"], ["ORD_0001.csv"])
    [problem] = call("GET", "/exceptions").body["items"]
    text = "supplier acme: answers: list acme/out: TimeoutError no answer within 3 seconds"
    assert (problem["cause"], problem["message"]) == ("supplier_failed", text)
    acme.save()
    for _ in range(2):
        exchange("acme")
    assert (get(slow)["status"], opened()) == ("complete", [])


def test_orders_that_cannot_be_sent_keep_no_answer_waiting_and_the_reverse(
    two: tuple[Shared, Shared], cloud: World
) -> None:
    acme, _ = two
    acme.save()
    first = an_order(cloud, "1001", "acme")
    exchange("acme")
    second = an_order(cloud, "1002", "acme")
    acme.save(folders={"orders": "acme/nowhere", "processed": "acme/done"})
    acme.put("shp1.csv", f"{first}-1,SHP,{MUG},1,UPS,1Z1,")

    for _ in range(2):
        exchange("acme")
    assert (get(first)["status"], opened()) == ("complete", [("supplier_failed", "acme")])

    acme.save(answers=[{**ANSWERS, "folder": "acme/gone"}, {**ANSWERS, "folder": "acme/out", "files": "ack*.csv"}])
    acme.put("ack1.csv", f"{second}-1,ACK,,,,,")
    for _ in range(2):
        exchange("acme")

    assert acme.files("in") == ["ORD_0001.csv", "ORD_0002.csv"]
    assert (stored(second).fulfilments[0].status, opened()) == ("accepted", [("supplier_failed", "acme")])
    [problem] = call("GET", "/exceptions").body["items"]
    assert "acme/gone" in problem["message"]
    acme.save()
    exchange("acme")
    assert opened() == []


def test_a_folder_that_takes_no_file_leaves_it_there_and_it_counts_once(
    two: tuple[Shared, Shared], cloud: World
) -> None:
    acme, _ = two
    acme.save(folders={"orders": "acme/in", "processed": "acme/nowhere"})
    order = an_order(cloud, "1001", "acme")
    acme.put("shp1.csv", f"{order}-1,SHP,{MUG},1,UPS,1Z1,")
    acme.put("shp2.csv", f"{order}-1,ACK,,,,,")

    for _ in range(4):
        exchange("acme")

    assert (get(order)["status"], acme.files("out")) == ("complete", ["shp1.csv", "shp2.csv"])
    assert opened() == [("supplier_failed", "acme")]
    assert [each["state"] for each in call("GET", "/suppliers/acme/files").body["items"]] == ["read", "read"]
    acme.save()
    exchange("acme")
    assert (acme.files("done"), opened()) == (["shp1.csv", "shp2.csv"], [])


def test_garbage_of_one_file_spoils_no_other(two: tuple[Shared, Shared], cloud: World) -> None:
    acme, _ = two
    acme.save()
    order = an_order(cloud, "1001", "acme")
    (Path(acme.server.root) / "acme" / "out" / "shp0.csv").write_bytes(bytes(range(256)) * 50)
    acme.put("shp1.csv", "", f"{order}-1,SHP,{MUG},one,UPS,1Z1,", f"{order}-1,SHP,{MUG},1,UPS,1.23E+11,")
    acme.put("shp2.csv", f"{order}-1,SHP,{MUG},1,UPS,1Z1,")

    for _ in range(3):
        exchange("acme")

    assert get(order)["status"] == "complete"
    assert opened() == [("supplier_file_unreadable", "acme"), ("supplier_rows_refused", "acme")]
    found = {each["name"]: each for each in call("GET", "/suppliers/acme/files").body["items"]}
    assert [(name, found[name]["state"]) for name in sorted(found)] == [
        ("shp0.csv", "unreadable"),
        ("shp1.csv", "read"),
        ("shp2.csv", "read"),
    ]
    assert (found["shp1.csv"]["rows"], found["shp1.csv"]["applied"], found["shp1.csv"]["refused"]) == (2, 0, 2)

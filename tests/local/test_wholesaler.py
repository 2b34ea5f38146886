"""The simulated supplier takes files of orders over SFTP, answers them, and fails where a test wants it to."""

import json
import re
from collections.abc import Callable, Iterator
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from local.api import wait_for
from local.partners.servers import free_port
from local.world import saved
from local.world.control import CONTROLS
from local.world.suppliers.server import Site, open_site
from local.world.suppliers.wholesaler import Settings, Wholesaler
from packhorse.domain.errors import Rejected, Unavailable
from packhorse.domain.supply.transport import SftpSettings
from packhorse.suppliers import connect
from packhorse.suppliers.protocol import FileDrop, SupplierKeys

HEAD = "PO_NUM,LINE,ITEM,QTY"
DOCS = Path(__file__).parents[2] / "docs" / "suppliers.md"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A supplier at work."""
    with open_site(Wholesaler(), tmp_path, free_port()) as site:
        yield site


@pytest.fixture
def drop(site: Site) -> Iterator[FileDrop]:
    """Its server, as we reach it."""
    account = control(site, "GET", "/_control/account")
    with connect(SftpSettings(**account["transport"]), SupplierKeys(**account["credentials"])) as drop:
        yield drop


def control(site: Site, method: str, path: str, body: Any = None) -> Any:
    found = site.answer(method, f"/supplier{path}", Message(), json.dumps(body).encode() if body is not None else b"")
    assert found is not None
    assert found[0] == 200, found
    return found[1]


def answers(drop: FileDrop) -> dict[str, str]:
    """The rows of all files of answers that are whole."""
    listed = {file.name for file in drop.list_files("out")}
    whole = sorted(name for name in listed if f"{name}.done" in listed)
    return {name: drop.fetch("out", name).decode("latin-1") for name in whole}


def when(drop: FileDrop, done: Callable[[dict[str, str]], bool]) -> dict[str, str]:
    def look() -> dict[str, str] | None:
        found = answers(drop)
        return found if done(found) else None

    return wait_for(look, "the answers", 10)


def test_it_acknowledges_what_it_has_rejects_what_it_lacks_and_ships_the_rest(site: Site, drop: FileDrop) -> None:
    control(site, "PUT", "/_control/settings", {"lacking": ['W-9 "x"']})

    drop.put("in", "ORD_000001.csv", f'{HEAD}\na-1,1,TW-10,2\nb-1,1,"W-9 ""x""",1\n'.encode())

    first, second = when(drop, lambda found: len(found) == 2).values()
    assert first.splitlines()[1:] == ["a-1,ACK,TW-10,2,,,", 'b-1,REJ,"W-9 ""x""",1,,,"no W-9 ""x"" left"']
    assert second.splitlines()[1:] == ["a-1,SHP,TW-10,2,UPS,1ZSUPPLIER000001,"]
    rows = control(site, "GET", "/_control/received")["rows"]
    assert [(row["file"], row["order"], row["quantity"]) for row in rows] == [
        ("ORD_000001.csv", "a-1", 2),
        ("ORD_000001.csv", "b-1", 1),
    ]


def documented_file() -> bytes:
    """The file of the first layout in docs/suppliers.md, as it is shown there."""
    [shown] = re.findall(r"```text\n(PO_NUM;.*?)```", DOCS.read_text(), re.DOTALL)
    return str(shown).encode("windows-1252")


def test_it_reads_the_file_of_the_first_documented_layout(site: Site, drop: FileDrop) -> None:
    drop.put("in", "ORD_000001.csv", documented_file())

    first, _ = when(drop, lambda found: len(found) == 2).values()
    assert first.splitlines()[1:] == ["7k3l9a-1,ACK,TW-10,2,,,", "7k3l9a-1,ACK,W-2245,1,,,"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "has no row of an order"),
        (b"PK\x03\x04\x00\x00", "is not a text"),
        (b"Order,Item,Qty\na-1,TW-10,2\n", "has no column PO_NUM, ITEM, QTY"),
        (f"{HEAD}\na-1,1\n".encode(), "row 2: ITEM is blank"),
        (f"{HEAD}\na-1,1,TW-10,1\na-1,2,TW-11,two\n".encode(), "row 3: QTY is not a number of units"),
        (f"{HEAD}\na-1,1,TW-10,0\n".encode(), "row 2: QTY is not a number of units"),
        (f'{HEAD}\na-1,1,"TW-10,2\n'.encode(), "is not a CSV file: unexpected end of data"),
    ],
)
def test_it_refuses_a_file_that_it_cannot_read_and_reads_the_next_one(
    site: Site, drop: FileDrop, content: bytes, reason: str
) -> None:
    drop.put("in", "ORD_000001.csv", content)
    drop.put("in", "ORD_000002.csv", f"{HEAD}\nb-1,1,TW-10,2\n".encode())

    first, _ = when(drop, lambda found: len(found) == 2).values()
    assert first.splitlines()[1:] == ["b-1,ACK,TW-10,2,,,"]
    assert control(site, "GET", "/_control/received")["refused"] == [{"file": "ORD_000001.csv", "reason": reason}]


def test_a_silent_one_reads_nothing_until_it_is_not(site: Site, drop: FileDrop) -> None:
    control(site, "PUT", "/_control/settings", {"silent": True})
    drop.put("in", "ORD_000001.csv", f"{HEAD}\na-1,1,TW-10,2\n".encode())
    site.wholesaler.work(site.root)
    assert site.wholesaler.files == []

    control(site, "PUT", "/_control/settings", {"silent": False, "ships": False, "refusing": "closed"})

    [only] = when(drop, bool).values()
    assert "REJ" in only
    assert "closed" in only


def test_an_answer_is_garbage_until_it_is_mended_and_another_is_there_twice(site: Site, drop: FileDrop) -> None:
    control(site, "PUT", "/_control/settings", {"next_answers": ["garbage", "duplicate"]})
    drop.put("in", "ORD_000001.csv", f"{HEAD}\na-1,1,TW-10,2\n".encode())
    found = when(drop, lambda found: len(found) == 3)
    assert "PO_NUM" not in found["ack_000001.csv"]
    assert found["ship_000002.csv"] == found["again_ship_000002.csv"]

    assert control(site, "POST", "/_control/mend") == {"files": ["ack_000001.csv"]}

    assert "a-1,ACK" in answers(drop)["ack_000001.csv"]


@pytest.mark.parametrize(("folder", "where"), [({}, "out"), ({"folder": "confirmed"}, "confirmed")])
def test_an_answer_of_ones_own_is_in_the_folder_of_its_kind(site: Site, folder: dict[str, str], where: str) -> None:
    control(site, "POST", "/_control/answers", {"name": "own.csv", "text": "PO,STATUS\n", **folder})

    assert (site.root / where / "own.csv").read_text() == "PO,STATUS\n"
    assert (site.root / where / "own.csv.done").exists()


def test_an_answer_of_ones_own_is_in_no_other_folder(site: Site) -> None:
    body = json.dumps({"name": "own.csv", "text": "", "folder": "in"}).encode()

    refused = site.answer("POST", "/supplier/_control/answers", Message(), body)

    assert refused == (400, {"error": "folder: out or confirmed"})
    assert list((site.root / "in").iterdir()) == []


def test_a_connection_that_breaks_after_the_rename_leaves_the_whole_file_and_the_next_call_finds_it(
    site: Site, drop: FileDrop
) -> None:
    control(site, "PUT", "/_control/settings", {"silent": True})
    control(site, "POST", "/_control/failures", {"status": 0, "method": "rename", "after": True})

    with pytest.raises(Unavailable):
        drop.put("in", "ORD_000001.csv", b"x")

    assert (site.root / "in" / "ORD_000001.csv").read_bytes() == b"x"


def test_a_refused_rename_leaves_no_file(site: Site, drop: FileDrop) -> None:
    control(site, "POST", "/_control/failures", {"status": 4, "method": "rename"})

    with pytest.raises(Rejected):
        drop.put("in", "ORD_000001.csv", b"x")

    assert list((site.root / "in").iterdir()) == []


def test_its_books_are_kept_and_forgotten_on_command(site: Site, drop: FileDrop, tmp_path: Path) -> None:
    drop.put("in", "ORD_000001.csv", f"{HEAD}\na-1,1,TW-10,2\n".encode())
    when(drop, lambda found: len(found) == 2)
    saved.save(site.wholesaler, tmp_path / "supplier.json")
    again = saved.load(Wholesaler, Settings, tmp_path / "supplier.json")
    assert (again.rows, again.lines) == (site.wholesaler.rows, site.wholesaler.lines)

    control(site, "DELETE", "/_control")

    assert (site.wholesaler.rows, list((site.root / "in").iterdir())) == ([], [])
    assert site.answer("GET", "/orders", Message(), b"") is None


def test_its_routes_are_documented(site: Site) -> None:
    text = DOCS.read_text()
    table = {(method, pattern.pattern) for method, pattern, _ in (*site.protocol.routes, *CONTROLS)}

    documented = {(method, path) for method, path in re.findall(r"`([A-Z]+) (/_control[a-z/]*)`", text)}

    assert documented == table - {("GET", "/_control/health")}


def test_it_confirms_a_purchase_order_and_refuses_what_it_lacks(site: Site, drop: FileDrop) -> None:
    control(site, "PUT", "/_control/settings", {"lacking": ["LAMP"]})

    drop.put("purchases", "PO_PO-7_1.csv", b"PO,LINE,ITEM,QTY\nPO-7,1,MUG,12\nPO-7,2,LAMP,3\n")

    name = "ack_PO_PO-7_1.csv"
    wait_for(lambda: f"{name}.done" in {file.name for file in drop.list_files("confirmed")}, "the confirmation", 10)
    mug, lamp = (row.split(",") for row in drop.fetch("confirmed", name).decode().splitlines()[1:])
    assert (mug[:4], mug[5:]) == (["PO-7", "ACK", "1", "12"], ["DN-PO-7", ""])
    assert lamp == ["PO-7", "REJ", "2", "3", "", "", "no LAMP left"]


def test_it_refuses_a_purchase_order_that_it_cannot_read_and_confirms_the_next_one(site: Site, drop: FileDrop) -> None:
    drop.put("purchases", "PO_PO-7_1.csv", b"Purchase;Item\nPO-7;MUG\n")
    drop.put("purchases", "PO_PO-8_1.csv", b"PO;LINE;ITEM;QTY\nPO-8;1;MUG;12\n")

    name = "ack_PO_PO-8_1.csv"
    wait_for(lambda: f"{name}.done" in {file.name for file in drop.list_files("confirmed")}, "the confirmation", 10)
    [refused] = control(site, "GET", "/_control/received")["refused"]
    assert refused == {"file": "PO_PO-7_1.csv", "reason": "has no column PO, LINE, ITEM, QTY"}

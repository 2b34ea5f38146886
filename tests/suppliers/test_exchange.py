"""Files of a supplier, from the order to the answer, over a real SFTP server."""

import os
import subprocess
import sys
from typing import Any

import pytest

from local.partners.servers import PASSWORD, USER, Server
from packhorse.domain.errors import NotFound
from packhorse.domain.supply.answer_layout import AnswerColumn, AnswerField, AnswerLayout, Completeness, Meaning
from packhorse.domain.supply.answers import by_reference
from packhorse.domain.supply.rendering import render
from packhorse.domain.supply.supplier import Supplier
from packhorse.domain.supply.transport import TransportKind
from packhorse.files.answers.answer_sheet import read_answers
from packhorse.suppliers import TRANSPORTS, connect
from packhorse.suppliers.exchange import arrivals, fetch, put_aside, send_files, try_connection
from packhorse.suppliers.protocol import SupplierKeys
from simulation.template import ROOT
from tests.domain.supply_builders import HIDDEN, batch, flat, sent_order

pytestmark = pytest.mark.long

KEYS = SupplierKeys(password=PASSWORD)
FOLDERS = ("in", "out", "processed")
SHIPPED = AnswerLayout(
    folder="out",
    files="shp*.csv",
    means=Meaning.SHIPPED,
    columns=(
        AnswerColumn(field=AnswerField.FULFILMENT, names=("PO",)),
        AnswerColumn(field=AnswerField.TRACKING, names=("TRACKING",)),
    ),
)


@pytest.fixture
def supplier(partner: Server, request: pytest.FixtureRequest) -> Supplier:
    """A supplier with folders of its own."""
    own = f"x{abs(hash(request.node.name))}"
    for path in (partner.root / own, *(partner.root / own / each for each in FOLDERS)):
        path.mkdir()
        path.chmod(0o777)
    return Supplier.model_validate(
        {
            "id": "weaver",
            "transport": {
                "kind": "sftp",
                "host": "127.0.0.1",
                "port": partner.port,
                "user": USER,
                "host_keys": [partner.key],
            },
            "folders": {"orders": f"{own}/in", "processed": f"{own}/processed"},
            "orders": flat().model_dump(),
            "answers": [SHIPPED.replace(folder=f"{own}/out").model_dump()],
        }
    )


def contents(partner: Server, supplier: Supplier, folder: str) -> dict[str, bytes]:
    own = supplier.folders.orders.partition("/")[0]
    return {path.name: path.read_bytes() for path in (partner.root / own / folder).iterdir()}


def write(partner: Server, supplier: Supplier, name: str, content: bytes) -> None:
    own = supplier.folders.orders.partition("/")[0]
    (partner.root / own / "out" / name).write_bytes(content)


def test_an_order_goes_out_and_its_answer_comes_back(partner: Server, supplier: Supplier) -> None:
    files = render(supplier.order_layout, batch(sent_order("a-1"), sent_order("b-1")), HIDDEN)
    (layout,) = supplier.answers

    with connect(supplier.connection, KEYS) as drop:
        send_files(drop, supplier.folders.orders, files)
        send_files(drop, supplier.folders.orders, files)
        write(partner, supplier, "shp_1.csv", b"PO,TRACKING\na-1,T1\n")
        first = arrivals(drop, layout, ())
        second = arrivals(drop, layout, first.listed)
        (file,) = second.whole
        fetched = fetch(drop, layout, file)
        reading = read_answers(fetched.content, layout)
        put_aside(drop, supplier, layout, fetched)
        put_aside(drop, supplier, layout, fetched)

    assert contents(partner, supplier, "in") == {"orders_214.csv": b"PO,QTY\r\na-1,2\r\nb-1,2\r\n"}
    assert first.whole == ()
    assert [f"{each}" for each in by_reference(reading.answers)] == ["a-1"]
    assert contents(partner, supplier, "out") == {}
    assert contents(partner, supplier, "processed") == {"shp_1.csv": b"PO,TRACKING\na-1,T1\n"}


def test_another_file_of_the_same_name_is_kept_beside_the_first(partner: Server, supplier: Supplier) -> None:
    (layout,) = supplier.answers
    with connect(supplier.connection, KEYS) as drop:
        for content in (b"PO,TRACKING\na-1,T1\n", b"PO,TRACKING\na-1,T2\n"):
            write(partner, supplier, "shp.csv", content)
            (file,) = arrivals(drop, layout.replace(complete=Completeness.TRAILER), ()).whole
            put_aside(drop, supplier, layout, fetch(drop, layout, file))

    assert len(contents(partner, supplier, "processed")) == 2
    assert set(contents(partner, supplier, "processed").values()) == {
        b"PO,TRACKING\na-1,T1\n",
        b"PO,TRACKING\na-1,T2\n",
    }


def test_a_file_that_is_there_under_both_names_is_deleted(partner: Server, supplier: Supplier) -> None:
    (layout,) = supplier.answers
    with connect(supplier.connection, KEYS) as drop:
        for _ in range(4):
            write(partner, supplier, "shp.csv", b"PO\n")
            (file,) = arrivals(drop, layout.replace(complete=Completeness.TRAILER), ()).whole
            put_aside(drop, supplier, layout, fetch(drop, layout, file))

    assert contents(partner, supplier, "out") == {}
    assert list(contents(partner, supplier, "processed").values()) == [b"PO\n"] * 2


def test_markers_go_with_their_file(partner: Server, supplier: Supplier) -> None:
    layout = supplier.answers[0].replace(complete=Completeness.DONE)
    for name in ("shp.csv", "shp.csv.done", "shp2.csv"):
        write(partner, supplier, name, b"PO\na-1\n")

    with connect(supplier.connection, KEYS) as drop:
        (file,) = arrivals(drop, layout, ()).whole
        put_aside(drop, supplier, layout, fetch(drop, layout, file))

    assert list(contents(partner, supplier, "out")) == ["shp2.csv"]


def test_read_files_are_deleted_where_no_folder_is_set(partner: Server, supplier: Supplier) -> None:
    (layout,) = supplier.answers
    write(partner, supplier, "shp.csv", b"PO\na-1\n")
    deleting = supplier.replace(folders=supplier.folders.replace(processed=None))

    with connect(supplier.connection, KEYS) as drop:
        listed = arrivals(drop, layout, ()).listed
        put_aside(drop, deleting, layout, fetch(drop, layout, listed[0]))

    assert contents(partner, supplier, "out") == {}


def test_a_missing_folder_of_processed_files_is_noticed(partner: Server, supplier: Supplier) -> None:
    (layout,) = supplier.answers
    write(partner, supplier, "shp.csv", b"PO\na-1\n")
    wrong = supplier.replace(folders=supplier.folders.replace(processed="nowhere"))

    with connect(supplier.connection, KEYS) as drop:
        listed = arrivals(drop, layout, ()).listed
        fetched = fetch(drop, layout, listed[0])
        with pytest.raises(NotFound):
            put_aside(drop, wrong, layout, fetched)


def steps(supplier: Supplier, keys: SupplierKeys = KEYS) -> dict[str, bool]:
    (file,) = render(supplier.order_layout, batch(), HIDDEN)
    return {step.name: step.ok for step in try_connection(supplier, keys, file)}


def test_a_connection_is_tried_step_by_step(partner: Server, supplier: Supplier) -> None:
    listed = f"list {supplier.answers[0].folder}"

    assert steps(supplier) == {"connect": True, "send": True, "fetch": True, "delete": True, listed: True}
    assert contents(partner, supplier, "in") == {}


@pytest.mark.parametrize(
    ("fields", "keys", "expected"),
    [
        ({}, SupplierKeys(password="wrong"), {"connect": False}),
        ({"folders": {"orders": "nowhere"}}, KEYS, {"connect": True, "send": False}),
    ],
)
def test_the_first_step_that_fails_ends_the_try(
    supplier: Supplier, fields: dict[str, Any], keys: SupplierKeys, expected: dict[str, bool]
) -> None:
    changed = Supplier.model_validate({**supplier.model_dump(), **fields})

    assert steps(changed, keys) == expected


def test_every_kind_of_connection_is_registered() -> None:
    assert set(TRANSPORTS) == set(TransportKind)


def test_the_registry_imports_no_client() -> None:
    """A function without the sftp layer can read it."""
    code = "import sys, packhorse.suppliers; print(sorted({'asyncssh', 'httpx', 'ftplib'} & sys.modules.keys()))"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "layers/shared")}

    ran = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)  # noqa: S603

    assert ran.stdout == "[]\n"

"""Two that write one file at once, and what one that died left: over SFTP, FTP and FTPS, against real servers."""

import os
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from local.partners.servers import PASSWORD, USER, Server
from packhorse.domain.errors import PackhorseError, Rejected
from packhorse.domain.supply.file_names import TEMPORARY_SUFFIXES
from packhorse.domain.supply.transport import FtpSettings, SftpSettings
from packhorse.suppliers import connect
from packhorse.suppliers.protocol import FileDrop, SupplierKeys
from packhorse.suppliers.temporary import TEMPORARY, is_temporary, temporary_name

pytestmark = pytest.mark.long

KEYS = SupplierKeys(password=PASSWORD)
CONTENT = b"PO;QTY\r\na-1;2\r\n"
BIG = bytes(range(256)) * 4_000
HOUR = 3600.0
Open = Callable[[], AbstractContextManager[FileDrop]]


@pytest.fixture(params=["sftp", "ftp", "ftps"])
def server(request: pytest.FixtureRequest) -> Server:
    names = {"sftp": "partner", "ftp": "ftp_server", "ftps": "ftps_server"}
    found: Server = request.getfixturevalue(names[request.param])
    return found


@pytest.fixture
def door(server: Server, tls: tuple[Path, str], request: pytest.FixtureRequest) -> Open:
    kind = request.node.callspec.params["server"]
    place = {"host": "127.0.0.1", "port": server.port, "user": USER}
    if kind == "sftp":
        return lambda: connect(SftpSettings.model_validate({**place, "host_keys": [server.key]}), KEYS)
    certificate = tls[1] if kind == "ftps" else ""
    return lambda: connect(FtpSettings.model_validate({**place, "kind": kind, "certificate": certificate}), KEYS)


@pytest.fixture
def folder(server: Server, request: pytest.FixtureRequest) -> Path:
    """A folder of its own for each test."""
    path = server.root / f"w{abs(hash(request.node.name))}"
    path.mkdir()
    path.chmod(0o777)
    return path


def left(folder: Path, name: str, age: float) -> Path:
    """Put half a file there, written so many seconds ago."""
    path = folder / name
    path.write_bytes(CONTENT[:5])
    path.chmod(0o666)
    os.utime(path, (time.time() - age, time.time() - age))
    return path


def write_at_once(door: Open, folder: Path, contents: Iterable[bytes]) -> list[PackhorseError]:
    """Put the contents under one name, each over a connection of its own; return the failures."""
    contents = list(contents)
    ready = threading.Barrier(len(contents))
    failures: list[PackhorseError] = []

    def write(content: bytes) -> None:
        with door() as drop:
            ready.wait(20)
            try:
                drop.put(folder.name, "ORD_1.csv", content)
            except PackhorseError as error:
                failures.append(error)

    threads = [threading.Thread(target=write, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return failures


def test_two_that_write_one_file_at_once_leave_it_whole_and_nothing_else(door: Open, folder: Path) -> None:
    for _ in range(5):
        failures = write_at_once(door, folder, [BIG, BIG])

        assert failures == []
        assert {each.name: each.read_bytes() for each in folder.iterdir()} == {"ORD_1.csv": BIG}
        (folder / "ORD_1.csv").unlink()


@pytest.mark.parametrize("server", ["sftp"], indirect=True)
def test_of_two_that_differ_the_first_stays_and_the_second_is_rejected(door: Open, folder: Path) -> None:
    for _ in range(5):
        (failure,) = write_at_once(door, folder, [BIG, BIG[::-1]])

        assert isinstance(failure, Rejected)
        (only,) = folder.iterdir()
        assert (only.name, only.read_bytes() in (BIG, BIG[::-1])) == ("ORD_1.csv", True)
        only.unlink()


def test_what_another_still_writes_is_left_alone(door: Open, folder: Path) -> None:
    other = left(folder, temporary_name("ORD_1.csv"), age=HOUR)

    with door() as drop:
        drop.put(folder.name, "ORD_1.csv", CONTENT)

    assert (folder / "ORD_1.csv").read_bytes() == CONTENT
    assert other.read_bytes() == CONTENT[:5]


def test_what_a_writer_left_that_died_is_removed_hours_later(door: Open, folder: Path) -> None:
    left(folder, temporary_name("ORD_1.csv"), age=5 * HOUR)
    left(folder, temporary_name("ORD_7.csv"), age=5 * HOUR)

    with door() as drop:
        drop.put(folder.name, "ORD_8.csv", CONTENT)

    assert [each.name for each in folder.iterdir()] == ["ORD_8.csv"]


@pytest.mark.parametrize("name", ["ORD_1.csv.tmp", "theirs.tmp", "stock.packhorse-1.tmp", "ORD_1.csv.packhorse-0123"])
def test_an_old_file_of_the_partner_is_never_removed(door: Open, folder: Path, name: str) -> None:
    theirs = left(folder, name, age=100 * HOUR)

    with door() as drop:
        drop.put(folder.name, "ORD_1.csv", CONTENT)

    assert theirs.read_bytes() == CONTENT[:5]


def test_a_temporary_name_ends_as_that_of_a_file_that_is_still_written() -> None:
    assert TEMPORARY in TEMPORARY_SUFFIXES
    assert temporary_name("ORD_1.csv").endswith(TEMPORARY)
    assert is_temporary(temporary_name("ORD_1.csv"))
    assert temporary_name("ORD_1.csv") != temporary_name("ORD_1.csv")

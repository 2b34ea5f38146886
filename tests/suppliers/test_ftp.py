"""FTP and FTPS against pyftpdlib: the same as SFTP, and a certificate that is checked."""

import ftplib
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from local.partners.servers import PASSWORD, USER, Server, certificate, free_port, running_ftp
from packhorse.domain.errors import CredentialsRefused, NotFound, Rejected, Unavailable
from packhorse.domain.supply.arrivals import RemoteFile
from packhorse.domain.supply.transport import FtpSettings
from packhorse.suppliers import connect
from packhorse.suppliers.ftp import FtpDrop
from packhorse.suppliers.protocol import FileDrop, SupplierKeys
from packhorse.suppliers.temporary import is_temporary

pytestmark = pytest.mark.long

KEYS = SupplierKeys(password=PASSWORD)
CONTENT = b"PO;QTY\r\na-1;2\r\n"
BIG = bytes(range(256)) * 4_000


def opened(server: Server, keys: SupplierKeys = KEYS, **fields: Any) -> AbstractContextManager[FileDrop]:
    given = {"kind": "ftp", "host": "127.0.0.1", "port": server.port, "user": USER, **fields}
    return connect(FtpSettings(**given), keys)


Opened = Callable[[], AbstractContextManager[FileDrop]]


@pytest.fixture(params=["ftp", "ftps"])
def server(request: pytest.FixtureRequest) -> Server:
    found: Server = request.getfixturevalue(f"{request.param}_server")
    return found


@pytest.fixture
def door(server: Server, tls: tuple[Path, str], request: pytest.FixtureRequest) -> Opened:
    kind = request.node.callspec.params["server"]
    return lambda: opened(server, kind=kind, certificate=tls[1] if kind == "ftps" else "")


@pytest.fixture
def folder(server: Server, request: pytest.FixtureRequest) -> tuple[str, Path]:
    """A folder of its own for each test, by its name there and here."""
    path = server.root / f"f{abs(hash(request.node.name))}"
    path.mkdir()
    return path.name, path


def test_a_file_goes_out_and_comes_back(door: Opened, folder: tuple[str, Path]) -> None:
    (folder[1] / "processed").mkdir()

    with door() as drop:
        drop.put(folder[0], "ORD_1.csv", CONTENT)
        (listed,) = drop.list_files(folder[0])
        fetched = drop.fetch(folder[0], "ORD_1.csv")

    assert (listed.name, listed.size, fetched) == ("ORD_1.csv", len(CONTENT), CONTENT)
    assert listed.modified


def test_line_ends_stay_as_they_are(door: Opened, folder: tuple[str, Path]) -> None:
    content = b"a\nb\r\nc\rd\x00\xff"

    with door() as drop:
        drop.put(folder[0], "ORD_1.csv", content)
        assert drop.fetch(folder[0], "ORD_1.csv") == content

    assert (folder[1] / "ORD_1.csv").read_bytes() == content


def test_sending_again_changes_nothing(door: Opened, folder: tuple[str, Path]) -> None:
    with door() as drop:
        drop.put(folder[0], "ORD_1.csv", CONTENT)
        inode = (folder[1] / "ORD_1.csv").stat().st_ino
        drop.put(folder[0], "ORD_1.csv", CONTENT)

    assert {each.name: each.read_bytes() for each in folder[1].iterdir()} == {"ORD_1.csv": CONTENT}
    assert (folder[1] / "ORD_1.csv").stat().st_ino == inode


def test_a_file_is_there_if_it_has_that_content(door: Opened, folder: tuple[str, Path]) -> None:
    name, _ = folder
    with door() as drop:
        assert drop.has(name, "a.csv", b"one") is False
        drop.put(name, "a.csv", b"one")

        assert [drop.has(name, "a.csv", content) for content in (b"one", b"other")] == [True, False]


def test_another_file_of_that_name_is_not_replaced(door: Opened, folder: tuple[str, Path]) -> None:
    (folder[1] / "ORD_1.csv").write_bytes(b"theirs")

    with door() as drop, pytest.raises(Rejected, match="other content"):
        drop.put(folder[0], "ORD_1.csv", CONTENT)


def test_a_file_is_moved_but_onto_no_other(door: Opened, folder: tuple[str, Path]) -> None:
    (folder[1] / "done").mkdir()
    (folder[1] / "shp.csv").write_bytes(CONTENT)

    with door() as drop:
        drop.move(folder[0], "shp.csv", f"{folder[0]}/done", "shp.csv")
        (folder[1] / "shp.csv").write_bytes(b"another")
        with pytest.raises(Rejected):
            drop.move(folder[0], "shp.csv", f"{folder[0]}/done", "shp.csv")
        drop.delete(folder[0], "shp.csv")

    assert (folder[1] / "done" / "shp.csv").read_bytes() == CONTENT
    assert not (folder[1] / "shp.csv").exists()


@pytest.mark.parametrize("call", ["list", "fetch", "put", "move", "delete"])
def test_what_does_not_exist_is_not_found(door: Opened, call: str) -> None:
    calls: dict[str, Callable[[FileDrop], object]] = {
        "list": lambda drop: drop.list_files("nowhere"),
        "fetch": lambda drop: drop.fetch(".", "nothing.csv"),
        "put": lambda drop: drop.put("nowhere", "a.csv", CONTENT),
        "move": lambda drop: drop.move(".", "nothing.csv", ".", "b.csv"),
        "delete": lambda drop: drop.delete(".", "nothing.csv"),
    }

    with door() as drop, pytest.raises(NotFound):
        calls[call](drop)


def test_wrong_credentials_wait_for_others(ftp_server: Server) -> None:
    with pytest.raises(CredentialsRefused), opened(ftp_server, SupplierKeys(password="wrong")):
        pass


def test_a_certificate_of_an_unknown_authority_is_refused(ftps_server: Server) -> None:
    with pytest.raises(Rejected, match="not trusted"), opened(ftps_server, kind="ftps"):
        pass


def test_a_certificate_of_another_host_is_refused(tmp_path: Path) -> None:
    path, text = certificate(tmp_path, address="192.0.2.1")

    with (
        running_ftp(tmp_path, certificate=path) as server,
        pytest.raises(Rejected, match="not trusted"),
        opened(server, kind="ftps", certificate=text),
    ):
        pass


def test_a_certificate_that_is_none_is_refused(ftps_server: Server) -> None:
    with pytest.raises(Rejected, match="cannot be read"), opened(ftps_server, kind="ftps", certificate="x"):
        pass


def test_nothing_is_sent_in_the_clear_to_a_server_that_encrypts(ftps_server: Server) -> None:
    with pytest.raises((Rejected, Unavailable)), opened(ftps_server, kind="ftp"):
        pass


def test_a_server_that_is_away_is_unavailable(ftp_server: Server) -> None:
    with pytest.raises(Unavailable), opened(ftp_server, port=free_port()):
        pass


def test_a_connection_that_breaks_leaves_no_file(tmp_path: Path) -> None:
    with running_ftp(tmp_path, cut_after=200_000) as server:
        with opened(server) as drop, pytest.raises(Unavailable):
            drop.put(".", "ORD_1.csv", BIG)

        (left,) = server.root.iterdir()
        assert is_temporary(left.name)


def test_a_full_disk_is_unavailable_and_leaves_no_file(tmp_path: Path) -> None:
    with running_ftp(tmp_path, file_kilobytes=64) as server:
        with opened(server) as drop, pytest.raises(Unavailable):
            drop.put(".", "ORD_1.csv", BIG)

        assert list(server.root.iterdir()) == []


def test_a_refused_rename_leaves_no_file(tmp_path: Path) -> None:
    with running_ftp(tmp_path, permissions="elradmwMT") as server:
        with opened(server) as drop, pytest.raises(Rejected):
            drop.put(".", "ORD_1.csv", CONTENT)

        assert list(server.root.iterdir()) == []


def test_a_folder_of_ten_thousand_files_is_listed(ftp_server: Server) -> None:
    many = ftp_server.root / "many"
    many.mkdir()
    for number in range(10_000):
        (many / f"shp_{number:05}.csv").touch()
    begun = time.monotonic()

    with opened(ftp_server) as drop:
        assert len(drop.list_files("many")) == 10_000

    assert time.monotonic() - begun < 30


def test_a_server_without_mlsd_is_listed_by_names(
    ftp_server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise ftplib.error_perm("500 Command not understood")  # noqa: S321 - what an old server says

    monkeypatch.setattr(ftplib.FTP, "mlsd", unknown)
    old = ftp_server.root / "old"
    (old / "folder").mkdir(parents=True)
    (old / "shp.csv").write_bytes(CONTENT)

    with opened(ftp_server) as drop:
        (listed,) = drop.list_files("old")

    assert (listed.name, listed.size) == ("shp.csv", len(CONTENT))
    assert listed.modified


class OldServer:
    """What ftplib does at a server that lacks MLSD, and each of some commands."""

    def __init__(self, *unknown: str) -> None:
        self.unknown = unknown

    def require(self, command: str) -> None:
        """Refuse a command that the server lacks."""
        if command in self.unknown:
            raise ftplib.error_perm("502 Command not implemented.")  # noqa: S321 - what an old server says

    def mlsd(self, *_: object, **__: object) -> None:
        """List with facts."""
        raise ftplib.error_perm("500 MLSD not understood")  # noqa: S321 - what an old server says

    def nlst(self, _: str) -> list[str]:
        """List names: of a file, and of a folder."""
        return ["out/shp1.csv", "out/old"]

    def voidcmd(self, _: str) -> str:
        """Do what is said."""
        return "200"

    def size(self, path: str) -> int:
        """Return the size of a file."""
        self.require("SIZE")
        if path == "out/old":
            raise ftplib.error_perm("550 not a plain file")  # noqa: S321 - what a server says
        return 120

    def sendcmd(self, _: str) -> str:
        """Return when a file was written."""
        self.require("MDTM")
        return "213 20261123093000"


def test_files_of_a_server_that_does_not_date_them_are_there() -> None:
    server: Any = OldServer("MDTM")

    assert FtpDrop(server).list_files("out") == [RemoteFile("shp1.csv", 120, None)]


def test_a_server_that_says_no_sizes_is_refused_and_shows_no_empty_folder() -> None:
    server: Any = OldServer("SIZE")

    with pytest.raises(Rejected, match="502"):
        FtpDrop(server).list_files("out")

"""SFTP against OpenSSH: a file is there as a whole or not at all, and each failure is of the right kind."""

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from local.partners.servers import PASSWORD, USER, Server, SshdOptions, free_port, open_folder, running_sshd
from local.partners.sftp_server import serving
from packhorse.domain.errors import CredentialsRefused, NotFound, Rejected, Unavailable
from packhorse.domain.supply.transport import SftpSettings
from packhorse.suppliers import connect, sftp
from packhorse.suppliers.protocol import FileDrop, SupplierKeys
from tests.suppliers.doors import breaking

pytestmark = pytest.mark.long

KEYS = SupplierKeys(password=PASSWORD)
CONTENT = b"PO;QTY\r\na-1;2\r\n"
BIG = bytes(range(256)) * 4_000


def settings(server: Server, **fields: Any) -> SftpSettings:
    given = {"host": "127.0.0.1", "port": server.port, "user": USER, "host_keys": (server.key,), **fields}
    return SftpSettings(**given)


def opened(server: Server, **fields: Any) -> AbstractContextManager[FileDrop]:
    return connect(settings(server, **fields), KEYS)


@pytest.fixture
def folder(partner: Server, request: pytest.FixtureRequest) -> tuple[str, Path]:
    """A folder of its own for each test, by its name there and here."""
    name = f"f{abs(hash(request.node.name))}"
    path = partner.root / name
    return made(path), path


def made(path: Path) -> str:
    path.mkdir()
    path.chmod(0o777)
    return path.name


def test_a_file_goes_out_and_comes_back(partner: Server, folder: tuple[str, Path]) -> None:
    with opened(partner) as drop:
        drop.put(folder[0], "ORD_1.csv", CONTENT)
        (listed,) = drop.list_files(folder[0])
        fetched = drop.fetch(folder[0], "ORD_1.csv")

    assert (listed.name, listed.size, fetched) == ("ORD_1.csv", len(CONTENT), CONTENT)
    assert listed.modified
    assert [each.name for each in folder[1].iterdir()] == ["ORD_1.csv"]


def test_a_key_signs_in_too(partner: Server) -> None:
    with connect(settings(partner), SupplierKeys(private_key=partner.client_key)) as drop:
        drop.list_files(".")


def test_sending_again_changes_nothing(partner: Server, folder: tuple[str, Path]) -> None:
    with opened(partner) as drop:
        drop.put(folder[0], "ORD_1.csv", CONTENT)
        written = (folder[1] / "ORD_1.csv").stat()
        drop.put(folder[0], "ORD_1.csv", CONTENT)

    assert (folder[1] / "ORD_1.csv").stat().st_ino == written.st_ino
    assert (folder[1] / "ORD_1.csv").stat().st_mtime_ns == written.st_mtime_ns


def test_a_file_is_there_if_it_has_that_content(partner: Server, folder: tuple[str, Path]) -> None:
    name, _ = folder
    with opened(partner) as drop:
        assert drop.has(name, "a.csv", b"one") is False
        drop.put(name, "a.csv", b"one")

        assert [drop.has(name, "a.csv", content) for content in (b"one", b"other")] == [True, False]


def test_another_file_of_that_name_is_not_replaced(partner: Server, folder: tuple[str, Path]) -> None:
    (folder[1] / "ORD_1.csv").write_bytes(b"theirs")

    with opened(partner) as drop, pytest.raises(Rejected, match="other content"):
        drop.put(folder[0], "ORD_1.csv", CONTENT)

    assert (folder[1] / "ORD_1.csv").read_bytes() == b"theirs"


def test_a_file_is_moved_and_deleted(partner: Server, folder: tuple[str, Path]) -> None:
    (folder[1] / "shp.csv").write_bytes(CONTENT)
    (folder[1] / "inv.csv").write_bytes(CONTENT)
    made(folder[1] / "done")

    with opened(partner) as drop:
        drop.move(folder[0], "shp.csv", f"{folder[0]}/done", "shp.csv")
        drop.delete(folder[0], "inv.csv")
        left = drop.list_files(folder[0])

    assert left == []
    assert (folder[1] / "done" / "shp.csv").exists()


def test_a_file_is_not_moved_onto_another(partner: Server, folder: tuple[str, Path]) -> None:
    made(folder[1] / "done")
    for path in (folder[1] / "shp.csv", folder[1] / "done" / "shp.csv"):
        path.write_bytes(CONTENT)

    with opened(partner) as drop, pytest.raises(Rejected):
        drop.move(folder[0], "shp.csv", f"{folder[0]}/done", "shp.csv")


@pytest.mark.parametrize("call", ["list", "fetch", "put", "move", "delete"])
def test_what_does_not_exist_is_not_found(partner: Server, call: str) -> None:
    calls: dict[str, Callable[[FileDrop], object]] = {
        "list": lambda drop: drop.list_files("nowhere"),
        "fetch": lambda drop: drop.fetch(".", "nothing.csv"),
        "put": lambda drop: drop.put("nowhere", "a.csv", CONTENT),
        "move": lambda drop: drop.move(".", "nothing.csv", ".", "b.csv"),
        "delete": lambda drop: drop.delete(".", "nothing.csv"),
    }

    with opened(partner) as drop, pytest.raises(NotFound):
        calls[call](drop)


def test_a_folder_that_is_not_ours_is_refused(partner: Server) -> None:
    with opened(partner) as drop, pytest.raises(Rejected, match="denied"):
        drop.put("/", "a.csv", CONTENT)


@pytest.mark.parametrize("name", ["../a.csv", "a/b.csv", "..", "a\nb.csv", ""])
def test_a_name_leads_nowhere_else(partner: Server, name: str) -> None:
    with opened(partner) as drop, pytest.raises(Rejected, match="not the name of a file"):
        drop.put(".", name, CONTENT)


def test_another_key_of_the_server_is_refused_and_shown(partner: Server) -> None:
    wrong = settings(partner, host_keys=("SHA256:" + "a" * 43,))

    with pytest.raises(Rejected, match=partner.key.replace("+", r"\+")), connect(wrong, KEYS):
        pass


@pytest.mark.parametrize("keys", [SupplierKeys(password="wrong"), SupplierKeys()])
def test_wrong_credentials_wait_for_others(partner: Server, keys: SupplierKeys) -> None:
    with pytest.raises(CredentialsRefused), connect(settings(partner), keys):
        pass


def test_a_private_key_that_is_none_is_refused(partner: Server) -> None:
    with pytest.raises(Rejected, match="private key"), connect(settings(partner), SupplierKeys(private_key="x")):
        pass


def test_a_server_that_is_away_is_unavailable(partner: Server) -> None:
    with pytest.raises(Unavailable), connect(settings(partner, port=free_port()), KEYS):
        pass


@pytest.mark.parametrize("after", [10_000, 200_000, 900_000])
def test_a_connection_that_breaks_leaves_no_file_and_the_next_try_sends_it(
    partner: Server, folder: tuple[str, Path], after: int
) -> None:
    with (
        breaking(partner.port, after) as port,
        pytest.raises(Unavailable),
        connect(settings(partner, port=port), KEYS) as drop,
    ):
        drop.put(folder[0], "ORD_1.csv", BIG)

    assert not (folder[1] / "ORD_1.csv").exists()
    with opened(partner) as drop:
        drop.put(folder[0], "ORD_1.csv", BIG)
    assert (folder[1] / "ORD_1.csv").read_bytes() == BIG


def test_a_full_disk_is_unavailable_and_leaves_no_file() -> None:
    with open_folder() as place, running_sshd(place, SshdOptions(file_kilobytes=64)) as server:
        with opened(server) as drop, pytest.raises(Unavailable, match="full"):
            drop.put(".", "ORD_1.csv", BIG)

        assert list(server.root.iterdir()) == []


def test_a_refused_rename_leaves_no_file() -> None:
    options = SshdOptions(refused=("rename", "posix-rename"))
    with open_folder() as place, running_sshd(place, options) as server:
        with opened(server) as drop, pytest.raises(Rejected):
            drop.put(".", "ORD_1.csv", CONTENT)

        assert list(server.root.iterdir()) == []


OLD = SshdOptions(
    lines=(
        "KexAlgorithms diffie-hellman-group14-sha1",
        "HostKeyAlgorithms ssh-rsa",
        "Ciphers aes128-cbc",
        "MACs hmac-sha1",
    ),
    host_key="ssh-rsa",
)


@pytest.mark.filterwarnings("ignore:Diffie-Hellman")  # of cryptography, about what the server insists on
def test_old_algorithms_are_used_by_choice_only() -> None:
    with open_folder() as place, running_sshd(place, OLD) as server:
        refused(server)
        with opened(server, old_algorithms=True) as drop:
            drop.put(".", "ORD_1.csv", CONTENT)
            assert drop.fetch(".", "ORD_1.csv") == CONTENT


@pytest.mark.filterwarnings("ignore:Diffie-Hellman")  # of cryptography, about what the server insists on
@pytest.mark.parametrize("line", ["KexAlgorithms diffie-hellman-group14-sha1", "Ciphers aes256-cbc"])
def test_each_old_algorithm_is_refused_by_itself(line: str) -> None:
    with open_folder() as place, running_sshd(place, SshdOptions(lines=(line,))) as server:
        refused(server)
        with opened(server, old_algorithms=True) as drop:
            drop.list_files(".")


def refused(server: Server) -> None:
    """A server that has nothing in common may close the connection before it is heard why, on a busy machine often."""
    with pytest.raises(Rejected, match="old_algorithms"):
        connect_often(server, 40)


def connect_often(server: Server, tries: int) -> None:
    for _ in range(tries):
        with suppress(Unavailable), opened(server):
            pass


def test_a_folder_of_ten_thousand_files_is_listed(partner: Server, folder: tuple[str, Path]) -> None:
    for number in range(10_000):
        (folder[1] / f"shp_{number:05}.csv").touch()
    begun = time.monotonic()

    with opened(partner) as drop:
        listed = drop.list_files(folder[0])

    assert len(listed) == 10_000
    assert time.monotonic() - begun < 30


def test_a_server_that_does_not_answer_is_given_up(partner: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sftp, "CALL_SECONDS", 1.0)
    begun = time.monotonic()

    with (
        breaking(partner.port, 100_000, stalls=True) as port,
        pytest.raises(Unavailable, match="put"),
        connect(settings(partner, port=port), KEYS) as drop,
    ):
        drop.put(".", "STALLED.csv", BIG)

    assert time.monotonic() - begun < 10


def test_two_suppliers_at_once_do_not_wait_for_each_other(partner: Server, folder: tuple[str, Path]) -> None:
    def send(number: int) -> None:
        with opened(partner) as drop:
            drop.put(folder[0], f"ORD_{number}.csv", BIG)

    threads = [threading.Thread(target=send, args=(number,)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(each.name for each in folder[1].iterdir()) == ["ORD_1.csv", "ORD_2.csv"]


class _Replacing(asyncssh.SFTPServer):
    """A server that renames onto a file which is there, as some partners' do."""

    def rename(self, oldpath: bytes, newpath: bytes) -> None:
        self.posix_rename(oldpath, newpath)


def test_a_file_is_not_moved_onto_another_where_the_server_would_replace_it(tmp_path: Path) -> None:
    files = tmp_path / "files"
    (files / "done").mkdir(parents=True)
    (files / "shp.csv").write_bytes(CONTENT)
    (files / "done" / "shp.csv").write_bytes(b"read before")
    port, account = free_port(), ("packhorse", "secret")

    def replacing(channel: Any) -> asyncssh.SFTPServer:
        return _Replacing(channel, chroot=str(files).encode())

    with serving(files, port, *account, tmp_path / "key", replacing) as fingerprint:
        server = SftpSettings(host="127.0.0.1", port=port, user=account[0], host_keys=(fingerprint,))
        with connect(server, SupplierKeys(password=account[1])) as drop:
            with pytest.raises(Rejected, match="is there already"):
                drop.move(".", "shp.csv", "done", "shp.csv")
            drop.move(".", "shp.csv", "done", "shp-2.csv")

    assert (files / "done" / "shp.csv").read_bytes() == b"read before"
    assert (files / "done" / "shp-2.csv").read_bytes() == CONTENT

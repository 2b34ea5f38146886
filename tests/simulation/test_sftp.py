"""The SFTP server in memory behaves, through our own transport, as the servers do that the transport is tested with."""

import pytest

from packhorse.domain.errors import NotFound, Rejected, Unavailable
from simulation.aws.boundary import World
from simulation.sftp import Client, InMemoryDrop, SftpServer


@pytest.fixture
def server() -> SftpServer:
    """A server without files."""
    return SftpServer(World())


@pytest.fixture
def drop(server: SftpServer) -> InMemoryDrop:
    """A connection to it."""
    return InMemoryDrop(Client(server))


def test_a_file_is_there_once_and_one_with_other_content_is_refused(server: SftpServer, drop: InMemoryDrop) -> None:
    for _ in range(2):
        drop.put("in", "a.csv", b"12345")

    assert server.names("in") == ["a.csv"]
    assert drop.fetch("in", "a.csv") == b"12345"
    assert [(file.name, file.size) for file in drop.list_files("in")] == [("a.csv", 5)]
    with pytest.raises(Rejected):
        drop.put("in", "a.csv", b"other")


def test_a_rename_whose_answer_is_lost_is_done_and_one_that_is_refused_is_not(
    server: SftpServer, drop: InMemoryDrop
) -> None:
    server.lost_renames = 1
    with pytest.raises(Unavailable):
        drop.put("in", "a.csv", b"1")
    assert server.names("in") == ["a.csv"]
    with pytest.raises(Unavailable):  # the connection is gone
        drop.has("in", "a.csv", b"1")

    server.refuses_renames = True
    with pytest.raises(Rejected):
        InMemoryDrop(Client(server)).put("in", "b.csv", b"2")
    assert server.names("in") == ["a.csv"]


def test_files_are_moved_unless_the_name_is_taken_and_deleted_once(server: SftpServer, drop: InMemoryDrop) -> None:
    server.put("out/a.csv", b"1")
    server.put("done/b.csv", b"2")

    with pytest.raises(Rejected):
        drop.move("out", "a.csv", "done", "b.csv")
    drop.move("out", "a.csv", "done", "a.csv")
    drop.delete("done", "a.csv")

    assert server.names("done") == ["b.csv"]
    for gone in (lambda: drop.fetch("out", "a.csv"), lambda: drop.delete("out", "a.csv")):
        with pytest.raises(NotFound):
            gone()

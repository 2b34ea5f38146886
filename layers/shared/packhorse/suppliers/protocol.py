"""Protocols of connections to suppliers, and their values."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, Protocol

from packhorse.domain.errors import Rejected
from packhorse.domain.supply.arrivals import RemoteFile

MAX_FILE_BYTES = 50_000_000
MAX_LISTED = 50_000
CONNECT_SECONDS = 15.0
CALL_SECONDS = 60.0


class FileDrop(Protocol):
    """Folders that a supplier shares with us; `.` is where the account begins.

    Each call raises Rejected if the other side refuses, NotFound for a file or folder that does not exist, Unavailable
    if it is busy, full or does not answer, CredentialsRefused if it refuses our credentials.
    """

    @property
    def reports_doubt(self) -> bool:
        """Whether `put` raises PerhapsSent whenever the file may have arrived: after any other error it has not."""
        ...

    def list_files(self, folder: str) -> Sequence[RemoteFile]:
        """Return the files in a folder, without folders."""
        ...

    def fetch(self, folder: str, name: str) -> bytes:
        """Return the bytes of a file; raises Rejected for one of more than MAX_FILE_BYTES."""
        ...

    def put(self, folder: str, name: str, content: bytes) -> None:
        """Write a file under a temporary name and rename it, so that it is there as a whole or not at all.

        A file of that name with the same content stays as it is: the call may be repeated after a crash, and two
        processes may make it at once. One with other content is Rejected.
        """
        ...

    def has(self, folder: str, name: str, content: bytes) -> bool | None:
        """Return whether a file of that name is there with that content; None where that cannot be found out."""
        ...

    def move(self, folder: str, name: str, to: str, new_name: str) -> None:
        """Move a file to another folder; raises Rejected if it has a file of that name already."""
        ...

    def delete(self, folder: str, name: str) -> None:
        """Delete a file."""
        ...


class PerhapsSent(Rejected):
    """The connection broke after the file was sent and before the answer: only a person can find out.

    Sending again is a deliberate act, under a new batch number.
    """


class SupplierKeys(NamedTuple):
    """The credentials of a supplier's account; a private key is in the format of OpenSSH or PEM."""

    password: str = ""
    private_key: str = ""
    passphrase: str = ""
    token: str = ""


class TransportAdapter(NamedTuple):
    """All that a kind of connection can do.

    `connect` opens it, with the settings of its kind. `lists`: files can be listed and fetched. `moves`: they can be
    moved to another folder, else they are deleted.
    """

    connect: Callable[[Any, SupplierKeys], AbstractContextManager[FileDrop]]
    lists: bool = True
    moves: bool = True


def is_plain_name(name: str) -> bool:
    """Return whether a name in a list is that of a file in this folder, and can be used in a command.

    >>> [is_plain_name(name) for name in ("shp_1.csv", "..", "a/b", "a" + chr(10) + "b", "")]
    [True, False, False, False, False]
    """
    return bool(name) and name not in {".", ".."} and "/" not in name and "\\" not in name and name.isprintable()


def path_of(folder: str, name: str) -> str:
    """Return the path of a file in a folder; raises Rejected for a name that leads elsewhere.

    >>> path_of("in/orders/", "a.csv"), path_of(".", "a.csv"), path_of("/", "a.csv")
    ('in/orders/a.csv', './a.csv', '/a.csv')
    """
    if not is_plain_name(name):
        raise Rejected(f"“{name[:40]}” is not the name of a file")
    return f"{folder.rstrip('/')}/{name}"

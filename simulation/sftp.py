"""An SFTP server in memory, in place of the client of asyncssh: the transport of the product runs on it, unchanged.

Each operation is a call, which may fail or end the process: a file is written in two halves.
"""

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from typing import Any, NamedTuple, TypeVar, cast
from unittest.mock import patch

import asyncssh

from packhorse.domain.errors import CredentialsRefused
from packhorse.domain.supply.transport import SftpSettings, TransportKind
from packhorse.suppliers import TRANSPORTS, temporary
from packhorse.suppliers.protocol import SupplierKeys, TransportAdapter
from packhorse.suppliers.sftp import SftpDrop
from packhorse.suppliers.ssh import translated
from simulation.aws.boundary import Call, World

T = TypeVar("T")
SERVICE = "sftp"
HOST, USER, PASSWORD = "sftp.example.com", "packhorse", "supplier-password"


class Stored(NamedTuple):
    """A file of the server, and when it was written last."""

    content: bytes
    at: float


class SftpServer:
    """The files by their paths. `refuses_renames`: each rename is refused, as without a permission.

    `lost_renames`: so many more are done, and the connection breaks before their answer. Its clock is so many seconds
    `ahead`.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.files: dict[str, Stored] = {}
        self.refuses_renames = False
        self.lost_renames = 0
        self.ahead = 0.0
        self._tokens = count(1)

    def put(self, path: str, content: bytes) -> None:
        """Write a file as the supplier does, at once."""
        self.files[path] = Stored(content, self.world.clock.now + self.ahead)

    def names(self, folder: str) -> list[str]:
        """Return the names of the files in a folder."""
        return sorted(path.removeprefix(f"{folder}/") for path in self.files if path.startswith(f"{folder}/"))

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Have all suppliers over SFTP reached here meanwhile."""
        transport = patch.dict(TRANSPORTS, {TransportKind.SFTP: TransportAdapter(self.connect)})
        names = patch.object(temporary, "token_hex", lambda size: f"{next(self._tokens):0{2 * size}x}")
        with transport, names:
            yield

    @contextmanager
    def connect(self, settings: SftpSettings, keys: SupplierKeys) -> Iterator["InMemoryDrop"]:
        """Connect for the time of a `with` block."""
        if keys.password != PASSWORD:
            raise CredentialsRefused("wrong password")
        finished(translated(f"connect to {settings.host}", self._connected()))
        yield InMemoryDrop(Client(self))

    async def _connected(self) -> None:
        self.call("Connect", HOST, lambda: None)

    def call(self, operation: str, path: str, perform: Callable[[], T]) -> T:
        """Make one call, with the hooks of the world around it."""
        call = Call(SERVICE, operation, {"Name": path})
        self.world.before(call)
        self.world.calls[SERVICE, operation] += 1
        found = perform()
        self.world.after(call)
        return found


class InMemoryDrop(SftpDrop):
    """The product's transport, whose calls never wait."""

    def __init__(self, client: "Client") -> None:
        nothing: Any = None
        super().__init__(nothing, nothing, cast("Any", client))

    def _call(self, what: str, work: Coroutine[Any, Any, T]) -> T:
        return finished(translated(what, work))


def finished(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that waits for nothing to its end, and return its result."""
    try:
        work.send(None)
    except StopIteration as ended:
        result: T = ended.value
        return result
    raise AssertionError("a call of the SFTP server in memory waits")


class Client:
    """What the product uses of asyncssh's SFTPClient."""

    def __init__(self, server: SftpServer) -> None:
        self.server = server
        self.is_broken = False

    def call(self, operation: str, path: str, perform: Callable[[], T]) -> T:
        """Make one call; a connection that broke once takes no more."""
        if self.is_broken:
            raise ConnectionResetError("the connection broke before")
        try:
            return self.server.call(operation, path, perform)
        except OSError:
            self.is_broken = True
            raise

    def _stored(self, path: str) -> Stored:
        if path not in self.server.files:
            raise asyncssh.SFTPNoSuchFile("No such file")
        return self.server.files[path]

    async def exists(self, path: str) -> bool:
        """Return whether a file is there."""
        return self.call("GetAttributes", path, lambda: path in self.server.files)

    async def getsize(self, path: str) -> int:
        """Return the size of a file."""
        return self.call("GetAttributes", path, lambda: len(self._stored(path).content))

    async def scandir(self, folder: str) -> AsyncIterator[asyncssh.SFTPName]:
        """Yield the files of a folder."""
        for name in self.call("List", folder, lambda: self.server.names(folder)):
            found = self._stored(f"{folder}/{name}")
            attrs = asyncssh.SFTPAttrs(
                type=asyncssh.FILEXFER_TYPE_REGULAR, size=len(found.content), mtime=int(found.at)
            )
            yield asyncssh.SFTPName(name, attrs=attrs)

    def open(self, path: str, mode: str) -> "File":
        """Open a file; `wb` empties it."""
        return File(self, path, mode)

    async def remove(self, path: str) -> None:
        """Delete a file."""
        self._stored(path)
        self.call("Remove", path, lambda: self.server.files.pop(path, None))

    async def rename(self, path: str, to: str) -> None:
        """Rename a file, unless the name is taken."""
        self.call("Rename", f"{path} to {to}", lambda: self._rename(path, to))

    def _rename(self, path: str, to: str) -> None:
        found = self._stored(path)
        if self.server.refuses_renames or (to in self.server.files and to != path):
            raise asyncssh.SFTPFailure("Failure")
        del self.server.files[path]
        self.server.files[to] = found
        if self.server.lost_renames:
            self.server.lost_renames -= 1
            raise ConnectionResetError("the connection broke")


class File:
    """An open file."""

    def __init__(self, client: Client, path: str, mode: str) -> None:
        self.client, self.path = client, path
        self.server = client.server
        self.mode = mode

    async def __aenter__(self) -> "File":
        if "w" in self.mode:
            self.server.put(self.path, b"")
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close nothing."""

    async def read(self, size: int) -> bytes:
        """Return the content."""
        return self.client.call("GetFile", self.path, lambda: self.client._stored(self.path).content[:size])

    async def write(self, content: bytes) -> None:
        """Write one half, then the other."""
        half = len(content) // 2
        for part in (content[:half], content):
            self.client.call("Write", self.path, partial(self.server.put, self.path, part))

"""The wholesaler's server: SFTP on a port of its own, and the control API below /supplier over HTTP.

GET    /_control/account      how it is reached: {"transport": ..., "credentials": ...} as PUT /suppliers takes them
PUT    /_control/settings     {"lacking", "refusing", "silent", "ships", "carrier", "next_answers"}, any of them
POST   /_control/answers      {"name", "text", "folder"}: put a file of answers of one's own there, by default into
                              `out`; `confirmed` is for answers to purchase orders
POST   /_control/mend         write the answers that were garbage once more
POST   /_control/failures     {"status", "method", "path", "after", "times"}: of SFTP; method `rename`, `open`,
                              `remove` or `list`; status 0 breaks the connection, any other is a failure; "after":
                              once it took effect
PUT    /_control/delay        {"seconds"}: before each of these operations
GET    /_control/received     the whole state: settings, files, rows, lines, answers, ...
DELETE /_control              forget everything, and delete its files
"""

import asyncio
import secrets
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from email.message import Message
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import asyncssh

from local.partners.sftp_server import serving
from local.world import control
from local.world.control import Protocol, Request
from local.world.failures import LOST, take_failure
from local.world.routes import BAD_REQUEST, OK, Answer, Query, routes
from local.world.suppliers.wholesaler import ANSWERS, CONFIRMATIONS, FOLDERS, Wholesaler, make_folders, put

PREFIX = "/supplier"
USER = "packhorse"
PAUSE = 0.3
"""Seconds between two looks of the wholesaler at its folders."""


class Site(NamedTuple):
    """Where the wholesaler is reached: the files below `root`, and the account on its SFTP server."""

    wholesaler: Wholesaler
    root: Path
    port: int
    password: str
    host_key: str

    def answer(self, method: str, target: str, _: Message, body: bytes) -> Answer | None:
        """Answer a request below the prefix; None if it is for another."""
        if not target.startswith(f"{PREFIX}/"):
            return None
        with self.wholesaler.lock:
            path = target.removeprefix(PREFIX)
            if (method, path) == ("DELETE", control.CONTROL):
                self.delete_files()
            return control.answer(self.protocol, self.wholesaler, Request(method, path, body, True))

    @property
    def protocol(self) -> Protocol:
        """Its control API; all else is done over SFTP."""
        table = routes(
            ("GET", r"/_control/account", self.get_account),
            ("POST", r"/_control/answers", self.post_answer),
            ("POST", r"/_control/mend", self.post_mend),
        )
        return Protocol(table, lambda text: {"error": text}, "")

    def get_account(self, *_: Any) -> Answer:
        """GET /_control/account."""
        transport = {"kind": "sftp", "host": "127.0.0.1", "port": self.port, "user": USER, "host_keys": [self.host_key]}
        return OK, {"transport": transport, "credentials": {"password": self.password}}

    def post_answer(self, _: Wholesaler, __: Query, body: Any) -> Answer:
        """POST /_control/answers."""
        folder = body.get("folder", ANSWERS)
        if folder not in (ANSWERS, CONFIRMATIONS):
            return BAD_REQUEST, {"error": f"folder: {ANSWERS} or {CONFIRMATIONS}"}
        put(self.root / folder / Path(body["name"]).name, body["text"].encode())
        return OK, {}

    def post_mend(self, wholesaler: Wholesaler, *_: Any) -> Answer:
        """POST /_control/mend."""
        return OK, {"files": wholesaler.mend(self.root)}

    def delete_files(self) -> None:
        """Empty the folders."""
        for folder in FOLDERS:
            for path in (self.root / folder).iterdir():
                path.unlink()


class Files(asyncssh.SFTPServer):
    """The files of the account, with the delay and the failures that were injected."""

    def __init__(self, channel: "asyncssh.SSHServerChannel[Any]", root: Path, wholesaler: Wholesaler) -> None:
        super().__init__(channel, chroot=str(root).encode())
        self.wholesaler = wholesaler

    async def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        """Open a file."""
        return await self._done("open", path, partial(super().open, path, pflags, attrs))

    async def rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Rename a file."""
        await self._done("rename", newpath, partial(super().rename, oldpath, newpath))

    async def remove(self, path: bytes) -> None:
        """Delete a file."""
        await self._done("remove", path, partial(super().remove, path))

    async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        """List a folder."""
        await self._done("list", path, lambda: None)
        async for each in super().scandir(path):
            yield each

    async def _done(self, method: str, path: bytes, work: Any) -> Any:
        await asyncio.sleep(self.wholesaler.delay)
        failure = take_failure(self.wholesaler.failures, method, path.decode())
        done = work() if failure is None or failure.after else None
        if failure is None:
            return done
        if failure.status == LOST:
            self.channel.get_connection().abort()
        raise asyncssh.SFTPFailure("injected failure")


@contextmanager
def open_site(wholesaler: Wholesaler, folder: Path, port: int) -> Iterator[Site]:
    """Serve the wholesaler's files, and let it work, for the time of a `with` block."""
    root = folder / "files"
    make_folders(root)
    password, key_file, ended = _password(folder / "password"), folder / "host_key", threading.Event()
    with serving(root, port, USER, password, key_file, lambda channel: Files(channel, root, wholesaler)) as host_key:
        worker = threading.Thread(target=_work, args=(wholesaler, root, ended), daemon=True)
        worker.start()
        yield Site(wholesaler, root, port, password, host_key)
        ended.set()
        worker.join()


def _work(wholesaler: Wholesaler, root: Path, ended: threading.Event) -> None:
    while not ended.wait(PAUSE):
        wholesaler.work(root)


def _password(file: Path) -> str:
    """Return the password of the account, which is made at the first call."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(24))
    return file.read_text()

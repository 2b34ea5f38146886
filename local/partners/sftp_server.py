"""A small SFTP server for the local stack, in a thread of the process that starts it; needs no package of Debian.

The tests of SFTP run against OpenSSH: this one is only for suppliers of the demo.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncssh

START_SECONDS = 10.0


class _Accounts(asyncssh.SSHServer):
    """Lets one user in, by password."""

    def __init__(self, user: str, password: str) -> None:
        self.user = user
        self.password = password

    def begin_auth(self, username: str) -> bool:  # noqa: ARG002 - everybody needs a password
        """Demand authentication."""
        return True

    def password_auth_supported(self) -> bool:
        """Offer passwords."""
        return True

    def validate_password(self, username: str, password: str) -> bool:
        """Return whether user and password are the right ones."""
        return (username, password) == (self.user, self.password)


def host_key(path: Path) -> asyncssh.SSHKey:
    """Return the host key in a file, which is made at the first call: its fingerprint is pinned, so it must stay."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        asyncssh.generate_private_key("ssh-ed25519").write_private_key(path)
        path.chmod(0o600)
    return asyncssh.read_private_key(path)


Factory = Callable[["asyncssh.SSHServerChannel[Any]"], asyncssh.SFTPServer]


@contextmanager
def serving(
    root: Path, port: int, user: str, password: str, key_file: Path, files: Factory | None = None
) -> Iterator[str]:
    """Serve the files below `root` for the time of a `with` block; yield the fingerprint to pin.

    `files` makes what serves them to one connection, with faults for example.
    """
    key = host_key(key_file)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="sftp", daemon=True)
    thread.start()

    def factory(channel: "asyncssh.SSHServerChannel[Any]") -> asyncssh.SFTPServer:
        return asyncssh.SFTPServer(channel, chroot=str(root).encode())

    async def listen() -> asyncssh.SSHAcceptor:
        return await asyncssh.create_server(
            lambda: _Accounts(user, password),
            "127.0.0.1",
            port,
            server_host_keys=[key],
            sftp_factory=files or factory,
            allow_scp=False,
        )

    acceptor = asyncio.run_coroutine_threadsafe(listen(), loop).result(START_SECONDS)
    try:
        yield key.get_fingerprint()
    finally:
        asyncio.run_coroutine_threadsafe(_close(acceptor), loop).result(START_SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(START_SECONDS)
        loop.close()


async def _close(acceptor: asyncssh.SSHAcceptor) -> None:
    acceptor.close()
    await acceptor.wait_closed()

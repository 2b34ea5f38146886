"""A mail server that keeps mails as files: a script of the environment `partners`, started by servers.py."""

import asyncio
import sys
from pathlib import Path
from typing import Any

from aiosmtpd.controller import UnthreadedController


class Keeper:
    """Writes each mail to a file, unless it is to fail."""

    def __init__(self, root: Path, faults: frozenset[str]) -> None:
        self.root = root
        self.faults = faults

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: ARG002, N802 - aiosmtpd's
        """Answer as a mail server does, after it has the content."""
        if "refuse" in self.faults:
            return "554 5.7.1 refused"
        if "busy" in self.faults:
            return "451 4.3.0 try again later"
        number = len(list(self.root.iterdir()))
        (self.root / f"{number:04}.eml").write_bytes(envelope.content)
        if "drop" in self.faults:
            server.transport.abort()
        return "250 OK"


def main(port: str, root: str, *faults: str) -> None:
    """Serve until the process is ended."""
    loop = asyncio.new_event_loop()
    keeper = Keeper(Path(root), frozenset(faults))
    controller = UnthreadedController(keeper, hostname="127.0.0.1", port=int(port), loop=loop)
    controller.begin()
    loop.run_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])

"""The folder of a local stack, its ports, and the error of everything that manages it."""

import json
import socket
import zlib
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
ENVIRONMENTS = CHECKOUT / ".local" / "env"
# Below the ephemeral ports, which the system gives to outgoing connections.
PORTS = range(20_000, 30_000)


class StackError(Exception):
    """A failure of the local stack; the message says what to do."""

    @classmethod
    def with_log(cls, log: Path, message: str) -> "StackError":
        """Return the error with the last lines of a log in its message."""
        last_lines = "\n".join(log.read_text(errors="replace").splitlines()[-25:])
        return cls(f"{message}. The end of {log}:\n{last_lines}")


@dataclass(frozen=True)
class Home:
    """The folder with all files of one local stack, and the checkout that it runs."""

    folder: Path = CHECKOUT / ".local"
    checkout: Path = CHECKOUT

    def private_folder(self) -> Path:
        """Create the folder if it is missing; return it, closed to other users: it holds keys and customers' data."""
        for folder in {self.folder, CHECKOUT / ".local"} & {self.folder, *self.folder.parents}:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)
        return self.folder

    @property
    def stack_file(self) -> Path:
        """The description of the running stack, for scripts: URLs, outputs, the operator."""
        return self.folder / "stack.json"

    @property
    def state(self) -> Path:
        """The folder of the state that the emulator and the outside world keep between `down` and `up`."""
        return self.folder / "state"

    def port(self, name: str) -> int:
        """Return the port of the named process, chosen at the first call."""
        return self._ports().get(name) or self.new_port(name)

    def new_port(self, name: str) -> int:
        """Choose a free port and store it.

        The search starts at a hash of folder and name, so that checkouts rarely collide.
        """
        ports = self._ports()
        start = zlib.crc32(f"{self.folder}:{name}".encode()) % len(PORTS)
        candidates = [*PORTS[start:], *PORTS[:start]]
        ports[name] = next(port for port in candidates if port not in ports.values() and is_free(port))
        self.private_folder()
        self._ports_file.write_text(json.dumps(ports))
        return ports[name]

    @property
    def _ports_file(self) -> Path:
        return self.folder / "ports.json"

    def _ports(self) -> dict[str, int]:
        return dict(json.loads(self._ports_file.read_text())) if self._ports_file.exists() else {}


def is_free(port: int) -> bool:
    """Return whether a server could listen on the port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True

"""Where one local stack lives, and the ports it keeps."""

import json
import socket
import zlib
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
ENVIRONMENTS = CHECKOUT / ".local" / "env"
# Below the range from which systems take ports for outgoing connections.
PORTS = range(20_000, 30_000)


class StackError(Exception):
    """The local stack cannot go on; says what to do."""

    @classmethod
    def with_log(cls, log: Path, what: str) -> "StackError":
        """What failed, and the last lines that it printed."""
        last_lines = "\n".join(log.read_text(errors="replace").splitlines()[-25:])
        return cls(f"{what}. The end of {log}:\n{last_lines}")


@dataclass(frozen=True)
class Home:
    """A folder that holds everything of one local stack, and the checkout that it runs."""

    folder: Path = CHECKOUT / ".local"
    checkout: Path = CHECKOUT

    @property
    def stack_file(self) -> Path:
        """What others read to find their way: URLs, outputs, the operator."""
        return self.folder / "stack.json"

    @property
    def state(self) -> Path:
        """What the emulator and the world remember between `down` and `up`."""
        return self.folder / "state"

    def port(self, name: str) -> int:
        """The port that this home keeps for the process of that name; chosen at the first call."""
        return self._ports().get(name) or self.new_port(name)

    def new_port(self, name: str) -> int:
        """Choose a free port and keep it. Starts at another place for every home, so that checkouts rarely meet."""
        ports = self._ports()
        start = zlib.crc32(f"{self.folder}:{name}".encode()) % len(PORTS)
        candidates = [*PORTS[start:], *PORTS[:start]]
        ports[name] = next(port for port in candidates if port not in ports.values() and is_free(port))
        self.folder.mkdir(parents=True, exist_ok=True)
        self._ports_file.write_text(json.dumps(ports))
        return ports[name]

    @property
    def _ports_file(self) -> Path:
        return self.folder / "ports.json"

    def _ports(self) -> dict[str, int]:
        return dict(json.loads(self._ports_file.read_text())) if self._ports_file.exists() else {}


def is_free(port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True

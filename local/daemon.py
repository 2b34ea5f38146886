"""A background process that outlives the command that started it."""

import fcntl
import hashlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from local.home import StackError

START_TIMEOUT, STOP_TIMEOUT = 30.0, 60.0  # seconds
LAUNCH = '"$@" </dev/null >>"$LOG" 2>&1 & echo $!'


@dataclass(frozen=True)
class Daemon:
    """A named process with a health URL, a log and a lock file below `folder`.

    The process holds the lock until it ends, however it ends. A pid alone is not enough: it may belong to a zombie or,
    by now, to another program.
    """

    name: str
    folder: Path
    command: tuple[str, ...]
    environment: dict[str, str]
    health_url: str
    version: str = ""

    @property
    def log(self) -> Path:
        """The file that receives stdout and stderr."""
        return self.folder / f"{self.name}.log"

    def is_running(self) -> bool:
        """Return whether the process is alive, healthy or not."""
        with self._lock() as lock:
            return lock is None

    def is_current(self) -> bool:
        """Return whether it is alive and healthy, and was started with the present command, environment and version."""
        return self.is_running() and self._pid_file.read_text().endswith(self._fingerprint) and self._is_healthy()

    def start(self) -> None:
        """Start it and wait until it is healthy; raise StackError with the end of its log otherwise."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._lock() as lock:
            if lock is None:
                raise StackError.with_log(self.log, f"{self.name} is already running")
            self.log.write_text("")
            pid = subprocess.run(
                ["/bin/sh", "-c", LAUNCH, "sh", *self.command],
                env={**self.environment, "LOG": str(self.log)},
                pass_fds=[lock],
                start_new_session=True,
                stdout=subprocess.PIPE,
                text=True,
                check=True,
            ).stdout.strip()
            self._pid_file.write_text(f"{pid} {self._fingerprint}")
        self._wait_until_healthy()

    def stop(self) -> bool:
        """Send SIGTERM and wait until it has saved its state and ended; return False if it was not running."""
        if not self.is_running():
            return False
        pid = int(self._pid_file.read_text().split()[0])
        group = os.getpgid(pid)
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_TIMEOUT
        while self.is_running():
            if time.monotonic() > deadline:
                raise StackError.with_log(self.log, f"{self.name} does not stop: end process {pid} by hand")
            time.sleep(0.05)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGTERM)  # its remaining children
        return True

    @contextmanager
    def _lock(self) -> Iterator[int | None]:
        """Yield the descriptor of the acquired lock, or None while the process holds it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(self.folder / f"{self.name}.lock", os.O_RDWR | os.O_CREAT)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
        else:
            yield lock
        finally:
            os.close(lock)

    def _wait_until_healthy(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT
        while not self._is_healthy():
            if not self.is_running() or time.monotonic() > deadline:
                raise StackError.with_log(self.log, f"{self.name} did not start")
            time.sleep(0.05)

    def _is_healthy(self) -> bool:
        try:
            return httpx.get(self.health_url, timeout=5).is_success
        except httpx.TransportError:
            return False

    @property
    def _fingerprint(self) -> str:
        started_as = repr((self.command, sorted(self.environment.items()), self.version))
        return hashlib.sha256(started_as.encode()).hexdigest()

    @property
    def _pid_file(self) -> Path:
        """The file with the pid and the fingerprint of its start."""
        return self.folder / f"{self.name}.pid"

"""A process in the background that outlives the command that started it."""

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

    The process holds the lock for as long as it lives, however it ends: a pid alone may be dead, a zombie or
    somebody else's by now.
    """

    name: str
    folder: Path
    command: tuple[str, ...]
    environment: dict[str, str]
    health_url: str
    version: str = ""

    @property
    def log(self) -> Path:
        """Everything it prints."""
        return self.folder / f"{self.name}.log"

    def is_running(self) -> bool:
        """Whether the process lives, healthy or not."""
        with self._lock() as lock:
            return lock is None

    def is_current(self) -> bool:
        """Whether it lives, answers, and was started as it would be now."""
        return self.is_running() and self._note.read_text().endswith(self._fingerprint) and self._answers()

    def start(self) -> None:
        """Start it and wait until it answers; StackError with the end of its log if it does not."""
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
            self._note.write_text(f"{pid} {self._fingerprint}")
        self._wait_until_it_answers()

    def stop(self) -> bool:
        """Ask it to end and wait until it has: it saves its state on the way. False if it was not running."""
        if not self.is_running():
            return False
        pid = int(self._note.read_text().split()[0])
        group = os.getpgid(pid)
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_TIMEOUT
        while self.is_running():
            if time.monotonic() > deadline:
                raise StackError.with_log(self.log, f"{self.name} does not stop: end process {pid} by hand")
            time.sleep(0.05)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGTERM)  # what it left behind
        return True

    @contextmanager
    def _lock(self) -> Iterator[int | None]:
        """The descriptor of the lock while it is ours, None while the process has it."""
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

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT
        while not self._answers():
            if not self.is_running() or time.monotonic() > deadline:
                raise StackError.with_log(self.log, f"{self.name} did not start")
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            return httpx.get(self.health_url, timeout=5).is_success
        except httpx.TransportError:
            return False

    @property
    def _fingerprint(self) -> str:
        started_as = repr((self.command, sorted(self.environment.items()), self.version))
        return hashlib.sha256(started_as.encode()).hexdigest()

    @property
    def _note(self) -> Path:
        """The pid, and what it was started as."""
        return self.folder / f"{self.name}.pid"

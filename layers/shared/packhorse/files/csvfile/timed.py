"""A file that is read only as long as an invocation has time."""

from collections.abc import Callable

from packhorse.files.csvfile.encoding import ByteSource


class ReadingInterrupted(Exception):
    """The invocation is about to end in the middle of a reading."""


class Timed:
    """A file that checks the clock before every block, however few records the bytes make."""

    def __init__(self, stream: ByteSource, remaining: Callable[[], float], reserve: float) -> None:
        self._stream = stream
        self._remaining = remaining
        self._reserve = reserve

    def read(self, size: int, /) -> bytes:
        """Return the next bytes; raises ReadingInterrupted where no more than the reserve is left, in seconds."""
        if self._remaining() < self._reserve:
            raise ReadingInterrupted
        return self._stream.read(size)

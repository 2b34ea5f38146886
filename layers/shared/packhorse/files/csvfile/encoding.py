"""The encoding of a file, and its lines with the exact size of each."""

import codecs
from collections.abc import Iterator
from typing import NamedTuple, Protocol

from packhorse.domain.configuration.channel import FileEncoding
from packhorse.domain.errors import Rejected
from packhorse.domain.file_encodings import codec_of

BLOCK = 256 * 1024
MAX_LINE_BYTES = 1024 * 1024
SAMPLE = 512

BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
OTHERS = {
    b"PK\x03\x04": "an Excel workbook or a zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"\x1f\x8b": "a compressed file",
    b"%PDF": "a PDF",
}


class Unreadable(Rejected):
    """The file as a whole cannot be read; `errors` names the columns at fault, if any."""


class ByteSource(Protocol):
    """Where bytes come from."""

    def read(self, size: int, /) -> bytes:
        """Return at most so many bytes; none at the end."""
        ...


class Encoding(NamedTuple):
    """The codec of a file, and the size of its byte order mark; that of nothing but ASCII is no guess."""

    codec: str
    mark: int = 0
    is_guess: bool = False


class FileLine(NamedTuple):
    """A line with its line end, and its size in bytes of the file."""

    text: str
    size: int


def detect(stream: ByteSource, named: FileEncoding | None = None) -> Encoding:
    """Return the encoding: by byte order mark, by the NULs of UTF-16, else UTF-8 or Windows-1252.

    A byte order mark is right even where another encoding is `named`. A UTF-8 file with some damaged bytes stays UTF-8:
    the damage is visible in its rows (as U+FFFD), while as Windows-1252 all other names in it would be garbled without
    notice.
    """
    head = stream.read(BLOCK)
    if not head:
        raise Unreadable("the file is empty")
    for signature, kind in OTHERS.items():
        if head.startswith(signature):
            raise Unreadable(f"this is {kind}, not a CSV file: save it as CSV (UTF-8)")
    for mark, codec in BOMS:
        if head.startswith(mark):
            return Encoding(codec, len(mark))
    if b"\0" in head[:SAMPLE]:
        return Encoding(_utf16(head[:SAMPLE]))
    if named:
        return Encoding(codec_of(named))
    return _guessed(head, stream)


def _utf16(head: bytes) -> str:
    """Return the byte order of UTF-16: of Latin letters every other byte is NUL; raises Unreadable for other files."""
    even, odd, half = head[::2].count(0), head[1::2].count(0), len(head) // 2
    if even * 4 < odd and odd * 2 > half:
        return "utf-16-le"
    if odd * 4 < even and even * 2 > half:
        return "utf-16-be"
    raise Unreadable("this is a binary file, not a CSV file")


def _guessed(head: bytes, stream: ByteSource) -> Encoding:
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    sound = damaged = 0
    block = head
    while block:
        following = stream.read(BLOCK)
        text = decoder.decode(block, final=not following)
        if not text.isascii():
            readable = text.encode("utf-8", "ignore").decode()
            damaged += len(text) - len(readable)
            sound += len(readable) - len(readable.encode("ascii", "ignore"))
        block = following
    if damaged and sound <= damaged:
        return Encoding("cp1252", is_guess=True)
    return Encoding("utf-8", is_guess=sound > 0)


def lines(stream: ByteSource, codec: str) -> Iterator[FileLine]:
    """Yield the lines from the stream's position on, ended by LF, CRLF or CR.

    Bytes that cannot be decoded are U+FFFD.
    """
    if codec.startswith("utf-16"):
        for raw in _split(_as_utf8(stream, codec)):
            text = raw.decode()
            yield FileLine(text, len(text.encode(codec)))
    else:
        for raw in _split(_blocks(stream)):
            yield FileLine(raw.decode(codec, "replace"), len(raw))


def _blocks(stream: ByteSource) -> Iterator[bytes]:
    while block := stream.read(BLOCK):
        yield block


def _as_utf8(stream: ByteSource, codec: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(codec)("replace")
    for block in _blocks(stream):
        yield decoder.decode(block).encode()
    yield decoder.decode(b"", final=True).encode()


def _split(blocks: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for block in blocks:
        found = (rest + block).splitlines(keepends=True)
        # The last one may go on in the next block, and its CR may be half of a CRLF.
        rest = found.pop() if found and not found[-1].endswith(b"\n") else b""
        yield from found
        if len(rest) > MAX_LINE_BYTES:
            raise Unreadable("a line is longer than a megabyte: this is not a CSV file")
    if rest:
        yield rest

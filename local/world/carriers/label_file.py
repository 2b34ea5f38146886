"""Labels of four by six inches, as PDF, PNG and ZPL: addresses, service, and the tracking number as a barcode."""

import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from textwrap import wrap
from typing import NamedTuple

from local.world.carriers.code128 import modules
from local.world.carriers.pixels import ADVANCE, HEIGHT, pixels, plain

DPI = 203
WIDE, HIGH = 4 * DPI, 6 * DPI
POINTS = 72 / DPI
"""Points in a dot."""
MARGIN = 40
LETTER = 0.58
"""The width of a usual letter, in heights of the line."""
BARCODE_TOP, BARCODE_HEIGHT = 800, 200


class Line(NamedTuple):
    """A line of text; positions and sizes are dots of a printer of 203 dpi, from above left."""

    x: int
    y: int
    size: int
    text: str


class Label(NamedTuple):
    """All that is on a label."""

    lines: tuple[Line, ...]
    tracking: str

    @property
    def bars(self) -> tuple[int, int, str]:
        """The left edge of the barcode, the width of a module, and its modules."""
        drawn = modules(self.tracking)
        width = (WIDE - 2 * MARGIN) // len(drawn)
        return (WIDE - width * len(drawn)) // 2, width, drawn


def label(service: str, sender: Sequence[str], recipient: Sequence[str], tracking: str, note: str = "") -> Label:
    """Lay out a label; `note` is what the shipper wants to be printed on it."""
    lines = [
        Line(MARGIN, 40, 56, service),
        *_block(150, 390, (28, 22), sender),
        Line(MARGIN, 400, 28, "SHIP TO:"),
        *_block(450, BARCODE_TOP - 10, (42, 34, 28, 22), recipient),
        Line(MARGIN, BARCODE_TOP + BARCODE_HEIGHT + 30, 35, tracking),
        Line(MARGIN, HIGH - 80, 28, note),
    ]
    return Label(tuple(line for line in lines if line.text), tracking)


def _block(top: int, bottom: int, sizes: Sequence[int], texts: Iterable[str]) -> Iterator[Line]:
    """Yield the texts in the largest size in which they fit, each wrapped to the width of the label."""
    whole = [text for text in texts if text]
    for size in sizes:
        lines = [line for text in whole for line in wrap(text, int((WIDE - 2 * MARGIN) / (LETTER * size)))]
        if top + len(lines) * (size + 12) <= bottom:
            break
    for place, text in enumerate(lines):
        yield Line(MARGIN, top + place * (size + 12), size, text)


def pdf(drawn: Label) -> bytes:
    """Return the label as a PDF of one page."""
    left, width, bars = drawn.bars
    top = HIGH - BARCODE_TOP - BARCODE_HEIGHT
    drawing = [
        f"{(left + place * width) * POINTS:.3f} {top * POINTS:.3f} {width * POINTS:.3f} "
        f"{BARCODE_HEIGHT * POINTS:.3f} re"
        for place, module in enumerate(bars)
        if module == "1"
    ]
    content = "\n".join([*(_pdf_text(line) for line in drawn.lines), *drawing, "f"]).encode("cp1252")
    packed = zlib.compress(content)
    resources = b"<< /Font << /F1 4 0 R >> >>"
    return _pdf_file(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 288 432] /Resources " + resources + b" /Contents 5 0 R >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%b\nendstream" % (len(packed), packed),
    )


def _pdf_text(line: Line) -> str:
    text = "".join(letter if letter.encode("cp1252", "ignore") else plain(letter) for letter in line.text)
    escaped = "".join(f"\\{letter}" if letter in "\\()" else letter for letter in text)
    y = (HIGH - line.y - line.size) * POINTS
    return f"BT /F1 {line.size * POINTS:.2f} Tf {line.x * POINTS:.2f} {y:.2f} Td ({escaped}) Tj ET"


def _pdf_file(*objects: bytes) -> bytes:
    file, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, each in enumerate(objects, 1):
        offsets.append(len(file))
        file += b"%d 0 obj\n%b\nendobj\n" % (number, each)
    start, count = len(file), len(objects) + 1
    file += b"xref\n0 %d\n0000000000 65535 f \n" % count
    file += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    file += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, start)
    return bytes(file)


def png(drawn: Label) -> bytes:
    """Return the label as an image of black and white, 812 by 1218 pixels."""
    rows = [bytearray(b"\x01" * WIDE) for _ in range(HIGH)]
    for line in drawn.lines:
        scale = max(min(line.size // HEIGHT - 1, (WIDE - 2 * MARGIN) // (len(line.text) * ADVANCE)), 2)
        for column, row in pixels(line.text):
            _fill(rows, line.x + column * scale, line.y + row * scale, scale, scale)
    left, width, bars = drawn.bars
    for place, module in enumerate(bars):
        if module == "1":
            _fill(rows, left + place * width, BARCODE_TOP, width, BARCODE_HEIGHT)
    packed = zlib.compress(b"".join(b"\0" + _bits(row) for row in rows))
    head = struct.pack(">IIBBBBB", WIDE, HIGH, 1, 0, 0, 0, 0)
    inch = struct.pack(">IIB", round(DPI / 0.0254), round(DPI / 0.0254), 1)
    chunks = (_chunk(b"IHDR", head), _chunk(b"pHYs", inch), _chunk(b"IDAT", packed), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _fill(rows: list[bytearray], x: int, y: int, width: int, height: int) -> None:
    for row in rows[y : y + height]:
        end = min(x + width, WIDE)
        row[x:end] = bytes(max(end - x, 0))


def _bits(row: bytearray) -> bytes:
    padded = row + b"\x01" * (-len(row) % 8)
    return int(padded.translate(bytes((48, 49)) + bytes(254)), 2).to_bytes(len(padded) // 8, "big")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def zpl(drawn: Label) -> bytes:
    """Return the label as commands of a Zebra printer, in UTF-8."""
    left, width, _ = drawn.bars
    texts = [f"^FO{line.x},{line.y}^A0N,{line.size}^FD{_zpl_text(line.text)}^FS" for line in drawn.lines]
    barcode = f"^FO{left},{BARCODE_TOP}^BY{width}^BCN,{BARCODE_HEIGHT},N,N,N,A^FD{drawn.tracking}^FS"
    return "\n".join(["^XA", "^CI28", f"^PW{WIDE}", f"^LL{HIGH}", *texts, barcode, "^XZ", ""]).encode()


def _zpl_text(text: str) -> str:
    return text.replace("^", " ").replace("~", " ")


WRITERS: Mapping[str, Callable[[Label], bytes]] = {"pdf": pdf, "png": png, "zpl": zpl}
"""How a label is written, by the ending of its file."""
MEDIA_TYPES = {"pdf": "application/pdf", "png": "image/png", "zpl": "application/zpl"}

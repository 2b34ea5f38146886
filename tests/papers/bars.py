"""Reads the Code 128 on a page: its black bars, as they are drawn."""

import io
from collections.abc import Iterator

from pypdf import PdfReader
from pypdf.generic import ContentStream

START_B, STOP, CODE_C = 104, 106, 99
WIDTHS = [
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222",
    "123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321",
    "232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121",
    "313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224",
    "111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111",
    "111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113",
    "114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112",
]
SYMBOLS = {widths: value for value, widths in enumerate(" ".join(WIDTHS).split())}
"""The standard's table: widths of three bars and three spaces, by value."""


def bars(pdf: bytes, page: int = 0) -> list[list[tuple[float, float]]]:
    """The bars of each barcode of a page, as x and width, from the left; a barcode's are drawn one after another."""
    reader = PdfReader(io.BytesIO(pdf))
    found: list[list[tuple[float, float]]] = []
    for name, x, width in _rectangles(ContentStream(reader.pages[page].get_contents(), reader)):
        if name == "begin":
            found.append([])
        else:
            found[-1].append((x, width))
    return [each for each in found if len(each) > 12]


def _rectangles(content: ContentStream) -> Iterator[tuple[str, float, float]]:
    """Yield rectangles; other coordinates, and their end, begin another drawing."""
    yield "begin", 0, 0
    for operands, operator in content.operations:
        if operator in (b"cm", b"Q"):
            yield "begin", 0, 0
        elif operator == b"re":
            yield "bar", float(operands[0]), float(operands[2])


def decoded(found: list[tuple[float, float]]) -> str:
    """The text of a barcode, as a scanner reads it: its check symbol is right."""
    narrow = min(width for _, width in found)
    widths: list[int] = []
    for (x, width), following in zip(found, [*found[1:], None], strict=True):
        widths.append(round(width / narrow))
        if following:
            widths.append(round((following[0] - x - width) / narrow))
    symbols = ["".join(map(str, widths[at : at + 6])) for at in range(0, len(widths) - 7, 6)]
    start, *values, check = [SYMBOLS[each] for each in symbols]
    assert SYMBOLS["".join(map(str, widths[-7:]))] == STOP
    assert (start + sum(place * value for place, value in enumerate(values, 1))) % 103 == check
    return "".join(_characters(start, values))


def _characters(start: int, values: list[int]) -> Iterator[str]:
    is_pairs = start == START_B + 1
    for value in values:
        if value in (99, 100) and is_pairs != (value == CODE_C):
            is_pairs = not is_pairs
        else:
            yield f"{value:02}" if is_pairs else chr(value + 32)

"""Text in two fonts: Noto Sans for Latin, Greek and Cyrillic, WenQuanYi Micro Hei for Chinese, Japanese and Korean.

reportlab draws TrueType outlines, as they are: it does not shape Arabic, Hebrew, Thai or the scripts of India. What no
font has is printed as U+FFFD, so that its reader sees that something is missing. Both fonts are Regular; bold text is
drawn with an outline.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import as_file, files
from itertools import groupby
from typing import NamedTuple

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

MISSING = "\ufffd"
LATIN = "NotoSans"
CJK = "WenQuanYiMicroHei"
FILES = {
    LATIN: ("fontpkg_noto_sans", "files/NotoSans[wdth,wght].ttf"),
    CJK: ("paperang_p2_fonts_cjk", "fonts/wqy-microhei.ttc"),
}
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Categories of characters that have no picture: controls, joiners, halves of pairs."""
SELECTORS = re.compile("[\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]")
"""Variants of the character before: of an emoji one replacement is enough."""
WIDE = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef"
"""Characters of scripts without spaces: a line may end after each of them."""
PIECES = re.compile(rf"[ ]+|[{WIDE}]|[^ {WIDE}]+")


class Run(NamedTuple):
    """Text in one font."""

    font: str
    text: str


@cache
def _glyphs(font: str) -> frozenset[int]:
    """Register a font, and return the characters that it has; loading the larger one takes a third of a second."""
    package, path = FILES[font]
    with as_file(files(package) / path) as file:
        found = TTFont(font, str(file))
    pdfmetrics.registerFont(found)
    return frozenset(found.face.charToGlyph)


@cache
def _font_of(character: str) -> str | None:
    """Return the first font that has a character."""
    return next((font for font in FILES if ord(character) in _glyphs(font)), None)


@cache
def _printed(character: str) -> str:
    if character.isspace():
        return " "
    if unicodedata.category(character) in UNSEEN:
        return "" if unicodedata.category(character) != "Cs" else MISSING
    return character if _font_of(character) else MISSING


def printed(text: str) -> str:
    r"""Return a text of one line as it is printed, composed, with U+FFFD for what no font has.

    >>> printed("Łukasz\t東京 \U0001f468\u200d\U0001f469 \u0634")
    'Łukasz 東京 �� �'
    """
    composed = SELECTORS.sub("", unicodedata.normalize("NFC", text))
    return "".join(map(_printed, composed))


def runs(text: str) -> Iterator[Run]:
    """Yield the text, which was `printed`, in runs of one font."""
    for font, characters in groupby(text, key=_font_of):
        yield Run(font or LATIN, "".join(characters))


@cache
def _advance(character: str) -> float:
    """Return the width of a character in one point."""
    return float(pdfmetrics.stringWidth(character, _font_of(character) or LATIN, 1))


def width_of(text: str, size: float) -> float:
    """Return the width of a printed text in points; nothing is kerned."""
    return size * sum(map(_advance, text))


def wrap(text: str, size: float, width: float) -> list[str]:
    """Return the lines of a text within a width; a word that is wider is cut. Line breaks in the text are kept."""
    return [line for paragraph in text.splitlines() or [""] for line in _wrap_paragraph(paragraph, size, width)]


def _wrap_paragraph(text: str, size: float, width: float) -> list[str]:
    lines, line = [], ""
    whole = printed(text).strip()
    if width_of(whole, size) <= width:
        return [whole]
    for piece in PIECES.findall(whole):
        if width_of((line + piece).rstrip(), size) <= width:
            line += piece
            continue
        if line:
            lines.append(line.rstrip())
        *full, line = _cut(piece.lstrip(), size, width)
        lines += full
    return [*lines, line.rstrip()]


def _cut(word: str, size: float, width: float) -> list[str]:
    """Return a word in parts that fit."""
    parts = [""]
    for character in word:
        if parts[-1] and width_of(parts[-1] + character, size) > width:
            parts.append("")
        parts[-1] += character
    return parts

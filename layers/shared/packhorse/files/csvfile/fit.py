"""Whether text fits the encoding that was guessed for it: wrong letters in an address are worse than a refused file."""

import re
from collections.abc import Iterable, Iterator

from packhorse.files.csvfile.encoding import Encoding, Unreadable
from packhorse.files.csvfile.records import Record

_LETTER = r"[^\W\d_]"
_SMALL = r"[a-z\u00df-\u00f6\u00f8-\u00ff\u0153\u0161\u017e]"
_SYMBOL_IN_WORD = re.compile(
    rf"{_LETTER}[\u00a1-\u00a9\u00ab-\u00b3\u00b5\u00b6\u00b8\u00b9\u00bb-\u00bf\u00d7\u00f7\u2020\u2021\u2030\u02c6]{_LETTER}"
    rf"|(?<!\w)[\u00a3\u00a5\u00a6\u00b3\u00b9\u00bc\u00be]{_LETTER}"
    rf"|(?<![mM]){_LETTER}[\u00a3\u00a5\u00a6\u00bc\u00be](?!\w)|[^\W\d_mM][\u00b3\u00b9](?!\w)"
)
"""Symbols where Windows-1250 and others have letters; not ordinals, apostrophes, trade marks, square metres."""
_CAPITAL_IN_WORD = re.compile(
    rf"{_LETTER}{_SMALL}[\u0152\u0160\u017d](?:{_SMALL}|(?!\w))|{_LETTER}\u0178{_SMALL}|{_SMALL}\u0178"
)
"""Capitals where Macintosh and DOS have small letters with accents; not behind a single letter, as in eŠkola."""
_QUOTE_IN_WORD = re.compile(rf"{_LETTER}[\u0192\u201a\u201c-\u201e\u2039]{_SMALL}")
_QUOTE_BESIDE_WORD = re.compile(
    rf'"|(?<!{_LETTER})[\u2018\u201a\u201c-\u201e\u2039\u203a]|[\u2018\u201a\u201c-\u201e\u2039\u203a](?!{_LETTER})'
)
"""Quotation marks that are no letters of Macintosh and DOS: one inside a word of their cell just lacks its blank."""
_FOREIGN_WORD = re.compile(r"[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e]{3,}")
"""Three letters with accents in a row, as Cyrillic, Greek and other alphabets look in Windows-1252."""
SURELY_FOREIGN = 2
"""Letters beyond ASCII of a word with a damaged one: more of them are no damage, but another encoding."""
_TWICE = re.compile(r"[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]+")


def checked(records: Iterable[Record], encoding: Encoding) -> Iterator[Record]:
    """Yield the records; raises Unreadable at a word that shows that the encoding was guessed wrongly."""
    if not encoding.is_guess:
        yield from records
        return
    for record in records:
        for cell in record.cells:
            word = "" if cell.isascii() else misfit(cell, encoding.codec)
            if word:
                raise Unreadable(_advice(record.row, word, encoding.codec))
        yield record


def misfit(text: str, codec: str) -> str:
    """Return the first word that does not fit the guess; none if all do.

    >>> misfit("\u00a3ukasz", "cp1252"), misfit("L\u00f6we, 5 m\u00b3", "cp1252"), misfit("M\u00c3\u00bcller", "utf-8")
    ('\u00a3ukasz', '', 'M\u00c3\u00bcller')
    """
    found = next((word for word in text.split() if not word.isascii() and _is_wrong(word, codec)), "")
    if found or codec != "cp1252" or _QUOTE_BESIDE_WORD.search(text):
        return found
    return next((word for word in text.split() if _QUOTE_IN_WORD.search(word)), "")


def _is_wrong(word: str, codec: str) -> bool:
    if codec == "cp1252":
        if "\ufffd" in word and sum(not letter.isascii() for letter in word) > SURELY_FOREIGN:
            return True  # bytes that Windows-1252 does not have, and more than a damaged place
        return any(each.search(word) for each in (_SYMBOL_IN_WORD, _FOREIGN_WORD, _CAPITAL_IN_WORD))
    return any(_was_utf8(part[0]) for part in _TWICE.finditer(word))


def _was_utf8(part: str) -> bool:
    """Return whether the text is UTF-8 that was read as Windows-1252 and saved again."""
    try:
        return len(part.encode("cp1252").decode()) < len(part)
    except UnicodeError:
        return False


def _advice(row: int, word: str, codec: str) -> str:
    shown = "Windows-1252" if codec == "cp1252" else "UTF-8"
    return (
        f"row {row}: \u201c{word[:40]}\u201d is not text in {shown}: save the file as CSV UTF-8, or name its encoding, "
        "in the channel's settings or in the name of the file (such as orders.windows-1250.csv)"
    )

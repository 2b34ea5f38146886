"""Files of orders as the wholesaler reads them: rows by the names of its columns, whatever delimits them."""

import csv
import io
from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]
QUANTITY = "QTY"
DELIMITERS = ",;\t|"


class Refused(Exception):
    """A file that it does not take, as a whole; its text is the reason."""


def read_rows(content: bytes, needed: Sequence[str]) -> list[Json]:
    """Return the cells of each row; raises Refused if one that is `needed` is blank, or the quantity is no number."""
    text = _text(content)
    delimiter = max(DELIMITERS, key=text.partition("\n")[0].count)
    try:
        rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise Refused(f"is not a CSV file: {error}") from error
    if not rows:
        raise Refused("has no row of an order")
    if missing := [name for name in (*needed, QUANTITY) if name not in rows[0]]:
        raise Refused(f"has no column {', '.join(missing)}")
    for number, row in enumerate(rows, start=2):
        _check(number, row, needed)
    return rows


def _text(content: bytes) -> str:
    if b"\0" in content:
        raise Refused("is not a text")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("windows-1252", errors="replace")


def _check(number: int, row: Json, needed: Sequence[str]) -> None:
    for name in needed:
        if not (row[name] or "").strip():
            raise Refused(f"row {number}: {name} is blank")
    quantity = (row[QUANTITY] or "").strip()
    if not (quantity.isdecimal() and int(quantity)):
        raise Refused(f"row {number}: {QUANTITY} is not a number of units")

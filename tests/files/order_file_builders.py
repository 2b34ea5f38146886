"""Rows and files of orders that are right, so that a test says only what is wrong with them."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from packhorse.files.csvfile.encoding import detect
from packhorse.files.csvfile.layout import Layout, find_layout
from packhorse.files.orders.columns import OUR_COLUMNS
from packhorse.files.orders.order_rows import REQUIRED_ORDER_COLUMNS, Drop
from packhorse.files.orders.order_sheet import OrderSheet

DROPPED_AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def cells(**changed: str) -> dict[str, str]:
    """The cells of a row by column."""
    valid = {
        "OrderNumber": "W-1001",
        "SKU": "CH/A-IR 2 (blå)",
        "Quantity": "2",
        "UnitPrice": "12.50",
        "ShipName": "Jürgen Müller",
        "ShipAddress1": "Hauptstraße 1",
        "ShipCity": "Köln",
        "ShipCountry": "DE",
    }
    return {**valid, **changed}


def sheet(rows: Iterable[Mapping[str, str]], delimiter: str = ",", line_end: str = "\r\n") -> str:
    """The text of a file with these rows; the columns are all that any row has."""
    rows = list(rows)
    columns = list(dict.fromkeys(column for row in rows for column in row)) or list(cells())
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, delimiter=delimiter, lineterminator=line_end)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def order_rows(number: str, lines: int = 1, **changed: str) -> list[dict[str, str]]:
    """Rows of one order."""
    return [cells(**{"OrderNumber": number, "SKU": f"SKU-{line}", **changed}) for line in range(1, lines + 1)]


def drop(**changed: object) -> Drop:
    """A file put into the folder of channel `web`."""
    valid = {
        "channel": "web",
        "channels": frozenset({"web", "ebay"}),
        "uploaded_at": DROPPED_AT,
        "currency": "EUR",
        "decimal_comma": False,
        "warehouses": frozenset({"main", "north-1"}),
        "time_zone": "UTC",
        "source": "csv:1",
    }
    return Drop(**{**valid, **changed})


def layout_of(content: bytes, required: Iterable[str] = REQUIRED_ORDER_COLUMNS) -> Layout:
    """The layout that the file turns out to have."""
    return find_layout(io.BytesIO(content), detect(io.BytesIO(content)), OUR_COLUMNS, tuple(required))


def opened(content: bytes, offset: int) -> io.BytesIO:
    """The file from a byte on."""
    return io.BytesIO(content[offset:])


def sheet_of(content: bytes, **changed: object) -> OrderSheet:
    """The file as rows of orders."""
    return OrderSheet(layout_of(content), drop(**changed))

"""Records as the text of a CSV file."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Literal

from packhorse.domain.supply.layout import LineEnd, OrderLayout, Quoting
from packhorse.domain.supply.trees import FilledRecord

_QUOTING: Mapping[Quoting, Literal[0, 1, 3]] = {
    Quoting.NEEDED: csv.QUOTE_MINIMAL,
    Quoting.ALL: csv.QUOTE_ALL,
    Quoting.NONE: csv.QUOTE_NONE,
}
LINE_ENDS = {LineEnd.CRLF: "\r\n", LineEnd.LF: "\n", LineEnd.CR: "\r"}


def as_csv(layout: OrderLayout, records: Sequence[FilledRecord]) -> str:
    """Return the rows of a file, after a row with the names of columns if the layout has one."""
    text = io.StringIO()
    quoting = layout.quoting
    writer = csv.writer(
        text,
        delimiter=layout.delimiter.value,
        quoting=_QUOTING[quoting],
        quotechar=None if quoting is Quoting.NONE else '"',
        lineterminator=LINE_ENDS[layout.line_end],
    )
    if layout.header:
        writer.writerow([column.name for column in layout.records[0].columns])
    writer.writerows([cell.text for cell in record.cells] for record in records)
    return text.getvalue()


def quoting_fault(text: str, layout: OrderLayout) -> str | None:
    """Return why a cell cannot be in a file without quotation marks."""
    if layout.quoting is Quoting.NONE and (found := {layout.delimiter.value, '"'} & set(text)):
        return f"has {' and '.join(sorted(found))}, and the layout has no quotation marks"
    return None

"""Files of orders as a supplier's layout has them. Cells are never guarded against formulas: that would change skus."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.file_encodings import encoded
from packhorse.domain.supply.cell_texts import text_of
from packhorse.domain.supply.csv_text import as_csv, quoting_fault
from packhorse.domain.supply.file_names import file_name
from packhorse.domain.supply.layout import FileFormat, FilePer, OrderLayout, RecordType
from packhorse.domain.supply.sent import Batch, SentOrder, Visible
from packhorse.domain.supply.sources import FileTotals, Level, RecordPlace
from packhorse.domain.supply.trees import Cell, FilledRecord, as_json, as_xml

MAX_SHOWN_FAULTS = 50


class SupplierFile(NamedTuple):
    """A file to send, with our ids of the fulfilment orders in it; `rows` counts its records without the header."""

    name: str
    content: bytes
    fulfilments: tuple[str, ...]
    rows: int


class Unfit(Rejected):
    """A fulfilment order does not fit the layout; `errors` name it and the columns: `7K3L9A-1.ADDR1`."""


def render(layout: OrderLayout, batch: Batch, visible: Visible) -> tuple[SupplierFile, ...]:
    """Return the files of a batch: the same bytes for the same batch; raises Unfit if an order does not fit."""
    whole = layout.file_per is FilePer.BATCH
    parts = (batch.orders,) if whole else tuple((order,) for order in batch.orders)
    files = tuple(_file(layout, batch.replace(orders=orders), visible) for orders in parts)
    if len({each.name for each in files}) < len(files):
        raise Rejected("two files of the batch have one name", [FieldError("file_name", "must have {fulfilment}")])
    return files


def faults_of(layout: OrderLayout, batch: Batch, order: SentOrder, visible: Visible) -> tuple[FieldError, ...]:
    """Return why an order cannot be in a file of this batch, by column; the other orders of the batch go out."""
    try:
        _file(layout, batch.replace(orders=(order,)), visible)
    except Rejected as error:
        return error.errors or (FieldError(order.fulfilment, str(error)),)
    return ()


def _file(layout: OrderLayout, batch: Batch, visible: Visible) -> SupplierFile:
    records, faults = _records(layout, batch, visible)
    if faults:
        count = len({fault.field for fault in faults})
        text = "1 cell does not fit the layout" if count == 1 else f"{count} cells do not fit the layout"
        raise Unfit(text, faults[:MAX_SHOWN_FAULTS])
    text = _WRITERS[layout.format](layout, records)
    mark = "\ufeff" if layout.byte_order_mark else ""
    content = encoded(mark + text, layout.encoding)
    return SupplierFile(
        file_name(layout.file_name, batch), content, tuple(each.fulfilment for each in batch.orders), len(records)
    )


_WRITERS = {FileFormat.CSV: as_csv, FileFormat.JSON: as_json, FileFormat.XML: as_xml}


def _records(layout: OrderLayout, batch: Batch, visible: Visible) -> tuple[list[FilledRecord], list[FieldError]]:
    """Return the records in their order, and the faults of cells by fulfilment order and column."""
    records: list[FilledRecord] = []
    faults: list[FieldError] = []
    for record_type, place in _places(layout, batch):
        cells: list[Cell] = []
        for column in record_type.columns:
            try:
                text = text_of(column, place, visible)
                _check_text(text, layout)
            except ValueError as error:
                about = place.order.fulfilment if place.order else "file"
                faults.append(FieldError(f"{about}.{column.name}", str(error)))
                text = ""
            cells.append(Cell(column, text))
        records.append(FilledRecord(record_type, tuple(cells)))
    return records, faults


def _check_text(text: str, layout: OrderLayout) -> None:
    if layout.format is FileFormat.CSV and (fault := quoting_fault(text, layout)):
        raise ValueError(fault)
    encoded(text, layout.encoding)


def _places(layout: OrderLayout, batch: Batch) -> Iterator[tuple[RecordType, RecordPlace]]:
    counts = _counts(layout, batch.orders)
    start, end = layout.of_level(Level.START), layout.of_level(Level.END)
    place = RecordPlace(batch, counts)
    if start:
        yield start, place
    yield from _rows(layout, place)
    if end:
        yield end, place


def _rows(layout: OrderLayout, place: RecordPlace) -> Iterator[tuple[RecordType, RecordPlace]]:
    by_order, by_line = layout.of_level(Level.ORDER), layout.of_level(Level.LINE)
    row = 0
    for order in place.batch.orders:
        if by_order:
            row += 1
            yield by_order, place._replace(record=row, order=order)
        for line in order.lines if by_line else ():
            row += 1
            if by_line:
                yield by_line, place._replace(record=row, order=order, line=line)


def _counts(layout: OrderLayout, orders: Sequence[SentOrder]) -> FileTotals:
    lines = sum(len(order.lines) for order in orders)
    units = sum(line.quantity for order in orders for line in order.lines)
    records = (len(orders) if layout.of_level(Level.ORDER) else 0) + (lines if layout.of_level(Level.LINE) else 0)
    return FileTotals(len(orders), lines, units, records)

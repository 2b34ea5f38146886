"""The packing slip as pages."""

from collections.abc import Iterator

from packhorse.domain.documents.packing_slip import PackingSlip, SlipLine
from packhorse.domain.plural import plural
from packhorse.papers.fonts import wrap
from packhorse.papers.sheet import LEADING, Align, Cell, CellLine, Sheet, TableColumn, fitted

BARCODE_HEIGHT, BARCODE_BAR = 34.0, 0.96
"""In points: bars of a third of a millimetre, which any scanner reads."""
BARCODE_ROOM = 190.0
GAP = 16.0


def draw_packing_slip(slip: PackingSlip) -> bytes:
    """Return the PDF of a packing slip."""
    foot = f"{slip.short_id} · order {slip.order_number} · printed {slip.printed_on}"
    sheet = Sheet(slip.paper, f"Packing slip {slip.short_id}", foot)
    _top(sheet, slip)
    _addresses(sheet, slip)
    sheet.table(_columns(sheet, slip), [_row(line, slip) for line in slip.lines])
    _below(sheet, slip)
    return sheet.pdf()


def _top(sheet: Sheet, slip: PackingSlip) -> None:
    begins = sheet.barcode(sheet.right, sheet.y, slip.short_id, BARCODE_HEIGHT, BARCODE_BAR)
    below = sheet.y + BARCODE_HEIGHT + 5
    sheet.text(begins, below, CellLine(slip.short_id, 13, is_bold=True))
    if slip.is_reprint:
        sheet.text(sheet.right, below, CellLine("REPRINT", 11, is_bold=True), Align.RIGHT)
    sheet.text(sheet.left, sheet.y - 4, CellLine("Packing slip", 20, is_bold=True))
    lines = fitted(slip.sender, sheet.inner - BARCODE_ROOM, is_grey=True)
    y = sheet.lines(sheet.left, sheet.y + 30, lines)
    sheet.y = max(y, below + 20) + GAP


def _addresses(sheet: Sheet, slip: PackingSlip) -> None:
    half = sheet.inner / 2
    sheet.text(sheet.left, sheet.y, CellLine("Ship to", 8, is_bold=True, is_grey=True))
    to = sheet.lines(sheet.left, sheet.y + 13, fitted(slip.ship_to or ("no address",), half - GAP, 11.0))
    y, x, label = sheet.y, sheet.left + half, 84.0
    for name, value in _facts(slip):
        sheet.text(x, y + 1, CellLine(name, 8, is_bold=True, is_grey=True))
        y = sheet.lines(x + label, y, [CellLine(words, 9) for words in wrap(value, 9, half - label)]) + 2
    sheet.y = max(to, y) + GAP


def _facts(slip: PackingSlip) -> Iterator[tuple[str, str]]:
    yield "Order", slip.order_number
    yield "Ordered", f"{slip.placed_on}"
    yield "Shop", slip.channel
    method = " · ".join(filter(None, (slip.delivery_method, "EXPEDITED" if slip.is_expedited else "")))
    if method:
        yield "Delivery", method
    units = sum(line.quantity for line in slip.lines)
    yield "Contents", f"{plural(units, 'unit')} in {plural(len(slip.lines), 'line')}"


def _columns(sheet: Sheet, slip: PackingSlip) -> list[TableColumn]:
    prices = (
        [TableColumn("Price", 74, Align.RIGHT), TableColumn("Amount", 74, Align.RIGHT)] if _has_prices(slip) else []
    )
    fixed = [TableColumn("Qty", 44, Align.RIGHT), TableColumn("SKU", 130)]
    rest = sheet.inner - sum(column.width for column in (*fixed, *prices))
    return [*fixed, TableColumn("Item", rest), *prices]


def _has_prices(slip: PackingSlip) -> bool:
    return any(line.unit_price for line in slip.lines)


def _row(line: SlipLine, slip: PackingSlip) -> list[Cell]:
    components = [
        CellLine(f"{part.quantity} × {part.sku}" + (f"  {part.name}" if part.name else ""), 8, is_grey=True, indent=10)
        for part in line.components
    ]
    row: list[Cell] = [
        [CellLine(f"{line.quantity}", is_bold=True)],
        [CellLine(line.sku, 9)],
        [CellLine(line.name or line.sku, 9), *components],
    ]
    if not _has_prices(slip):
        return row
    price, amount = line.unit_price, line.amount
    texts = (
        f"{price.amount} {price.currency}" if price else "",
        f"{amount.amount} {amount.currency}" if amount else "",
    )
    return [*row, *([CellLine(text, 9)] for text in texts)]


def _below(sheet: Sheet, slip: PackingSlip) -> None:
    written = {"Gift message": (slip.gift_message,), "Note from the buyer": (slip.note,), "Notes": slip.notes}
    for title, texts in {**written, "Returns to": (", ".join(slip.returns_to),)}.items():
        if not any(texts):
            continue
        sheet.y += GAP
        sheet.ensure(40)
        sheet.text(sheet.left, sheet.y, CellLine(title, 8, is_bold=True, is_grey=True))
        sheet.y += 8 * LEADING + 2
        for text in texts:
            sheet.paragraph(text, 10)

"""The purchase order as pages."""

from collections.abc import Iterator

from packhorse.domain.documents.purchase_paper import PaperLine, PurchasePaper
from packhorse.domain.money import Money
from packhorse.domain.plural import plural
from packhorse.papers.sheet import LEADING, Align, Cell, CellLine, Sheet, TableColumn, fitted

BARCODE_HEIGHT, BARCODE_BAR = 34.0, 0.96
"""In points: bars of a third of a millimetre, which any scanner reads."""
BARCODE_ROOM = 200.0
GAP = 16.0


def draw_purchase_order(paper: PurchasePaper) -> bytes:
    """Return the PDF of a purchase order."""
    foot = f"Purchase order {paper.number} · {paper.ordered_on} · printed {paper.printed_on}"
    sheet = Sheet(paper.paper, f"Purchase order {paper.number}", foot)
    _top(sheet, paper)
    _addresses(sheet, paper)
    has_prices = paper.total is not None
    sheet.table(_columns(sheet, has_prices), [_row(line, has_prices) for line in paper.lines])
    _totals(sheet, paper)
    _texts(sheet, paper)
    return sheet.pdf()


def _top(sheet: Sheet, paper: PurchasePaper) -> None:
    sheet.text(sheet.left, sheet.y - 4, CellLine("Purchase order", 20, is_bold=True))
    begins = sheet.barcode(sheet.right, sheet.y, paper.number, BARCODE_HEIGHT, BARCODE_BAR)
    below = sheet.y + BARCODE_HEIGHT + 5
    sheet.text(begins, below, CellLine(paper.number, 13, is_bold=True))
    if paper.stamp:
        sheet.text(sheet.right, below, CellLine(paper.stamp, 11, is_bold=True), Align.RIGHT)
    buyer = fitted(paper.buyer, sheet.inner - BARCODE_ROOM, is_grey=True)
    sheet.y = max(sheet.lines(sheet.left, sheet.y + 30, buyer), below + 20) + GAP


def _addresses(sheet: Sheet, paper: PurchasePaper) -> None:
    third = sheet.inner / 3
    ends = []
    for place, (title, texts) in enumerate((("Supplier", paper.supplier), ("Ship to", paper.ship_to))):
        x = sheet.left + place * third
        sheet.text(x, sheet.y, CellLine(title, 8, is_bold=True, is_grey=True))
        ends.append(sheet.lines(x, sheet.y + 13, fitted(texts, third - GAP, 10.0)))
    y, x, label = sheet.y, sheet.left + 2 * third, 76.0
    for name, value in _facts(paper):
        sheet.text(x, y + 1, CellLine(name, 8, is_bold=True, is_grey=True))
        y = sheet.lines(x + label, y, fitted((value,), third - label)) + 2
    sheet.y = max(*ends, y) + GAP


def _facts(paper: PurchasePaper) -> Iterator[tuple[str, str]]:
    yield "Ordered", f"{paper.ordered_on}"
    for name, value in (("Reference", paper.reference), ("Account", paper.account)):
        if value:
            yield name, value
    dates = {line.expected_on for line in paper.lines}
    if len(dates) == 1 and (only := dates.pop()):
        yield "Expected", f"{only}"
    yield "Currency", paper.currency


def _columns(sheet: Sheet, has_prices: bool) -> list[TableColumn]:
    prices = [TableColumn("Price", 62, Align.RIGHT), TableColumn("Amount", 74, Align.RIGHT)] if has_prices else []
    around = [
        TableColumn("#", 26),
        TableColumn("Item", 0),
        TableColumn("Units", 48, Align.RIGHT),
        TableColumn("Cases", 62, Align.RIGHT),
    ]
    around += [TableColumn("Expected", 62), *prices]
    rest = sheet.inner - sum(column.width for column in around)
    return [column if column.width else column._replace(width=rest) for column in around]


def _row(line: PaperLine, has_prices: bool) -> list[Cell]:
    skus = [CellLine(line.supplier_sku, 9, is_bold=True), CellLine(f"our sku {line.sku}", 8, is_grey=True)]
    named = skus if line.supplier_sku else [CellLine(line.sku, 9, is_bold=True)]
    if line.name:
        named = [*named, CellLine(line.name, 8)]
    row: list[Cell] = [
        [CellLine(line.number, 9, is_grey=True)],
        named,
        [CellLine(f"{line.quantity}", is_bold=True)],
        [CellLine(f"{line.cases} × {line.case_pack}" if line.cases else "", 9)],
        [CellLine(f"{line.expected_on or ''}", 9)],
    ]
    if not has_prices:
        return row
    return [*row, *([CellLine(money.amount if money else "", 9)] for money in (line.unit_cost, line.amount))]


def _totals(sheet: Sheet, paper: PurchasePaper) -> None:
    sheet.y += GAP / 2
    sheet.ensure(40)
    units = sum(line.quantity for line in paper.lines)
    contents = f"{plural(units, 'unit')} in {plural(len(paper.lines), 'line')}"
    sheet.text(sheet.left, sheet.y + 2, CellLine(contents, 9, is_grey=True))
    if paper.total is not None:
        sheet.text(sheet.right - 4, sheet.y, CellLine(f"Total  {_written(paper.total)}", 12, is_bold=True), Align.RIGHT)
    sheet.y += 12 * LEADING


def _written(money: Money) -> str:
    return f"{money.amount} {money.currency}"


def _texts(sheet: Sheet, paper: PurchasePaper) -> None:
    for title, text in (("Terms", paper.terms), ("Notes", paper.note)):
        if text:
            sheet.y += GAP
            sheet.ensure(40)
            sheet.text(sheet.left, sheet.y, CellLine(title, 8, is_bold=True, is_grey=True))
            sheet.y += 8 * LEADING + 2
            sheet.paragraph(text, 10)

"""The pick list as pages: the way past the bins first, then what goes to which order."""

from collections.abc import Sequence

from packhorse.domain.documents.pick_list import OrderPick, PickedOrder, PickList, TotalPick
from packhorse.domain.plural import plural
from packhorse.papers.fonts import wrap
from packhorse.papers.sheet import LEADING, Align, Cell, CellLine, Sheet, TableColumn

BARCODE_HEIGHT, BARCODE_BAR = 22.0, 0.8
GAP = 16.0
MOST_PLACES = 8
"""Orders that a total names; of more it has the number."""


def draw_pick_list(found: PickList) -> bytes:
    """Return the PDF of a pick list."""
    units = sum(total.quantity for total in found.totals)
    foot = f"Pick list · {found.warehouse} · printed {found.printed_on}"
    sheet = Sheet(found.paper, foot, foot)
    sheet.text(sheet.left, sheet.y - 4, CellLine("Pick list", 20, is_bold=True))
    sheet.y += 28
    about = f"{plural(len(found.orders), 'order')}, {plural(units, 'unit')}"
    sheet.paragraph(f"{found.warehouse} · {found.printed_on} · {about}", 10)
    sheet.y += GAP / 2
    if len(found.orders) > 1:
        sheet.table(_total_columns(sheet), [_total(total) for total in found.totals])
        sheet.y += GAP
    for order in found.orders:
        _order(sheet, order)
    return sheet.pdf()


def _total_columns(sheet: Sheet) -> list[TableColumn]:
    fixed = [
        TableColumn("Bin", 84),
        TableColumn("SKU", 130),
        TableColumn("Qty", 44, Align.RIGHT),
        TableColumn("For", 76),
    ]
    rest = sheet.inner - sum(column.width for column in fixed)
    return [*fixed[:2], TableColumn("Item", rest), *fixed[2:]]


def _total(total: TotalPick) -> list[Cell]:
    many = len(total.places) > MOST_PLACES
    places = plural(len(total.places), "order") if many else ", ".join(f"#{place}" for place in total.places)
    return [
        [CellLine(total.bin or "no bin", 9, is_bold=bool(total.bin), is_grey=not total.bin)],
        [CellLine(total.sku, 9)],
        [CellLine(total.name, 9)],
        [CellLine(f"{total.quantity}", is_bold=True)],
        [CellLine(places, 8, is_grey=True)],
    ]


def _order(sheet: Sheet, order: PickedOrder) -> None:
    """Draw an order with its head and its first row on the same page."""
    notes = [CellLine(words, 9) for note in order.notes for words in wrap(note, 9, sheet.inner)]
    sheet.ensure(BARCODE_HEIGHT + 84)
    sheet.rule(sheet.y, weight=1.2, grey=0)
    sheet.y += 8
    sheet.text(sheet.left, sheet.y, CellLine(f"#{order.place}", 18, is_bold=True))
    begins = sheet.barcode(sheet.right, sheet.y, order.short_id, BARCODE_HEIGHT, BARCODE_BAR)
    middle, room = sheet.left + 62, begins - sheet.left - 62 - 2 * GAP
    facts = [*_fitted(order.short_id, 12, room, is_bold=True), *_fitted(_about(order), 9, room)]
    y = sheet.lines(middle, sheet.y, facts)
    sheet.y = max(y, sheet.y + BARCODE_HEIGHT) + 6
    for line in notes:
        sheet.ensure(line.size * LEADING)
        sheet.text(sheet.left, sheet.y, line)
        sheet.y += line.size * LEADING
    sheet.y += 2
    sheet.table(_order_columns(sheet), [_pick(line) for line in order.lines])
    sheet.y += GAP


def _fitted(text: str, size: float, width: float, *, is_bold: bool = False) -> Sequence[CellLine]:
    return [CellLine(words, size, is_bold) for words in wrap(text, size, width)]


def _about(order: PickedOrder) -> str:
    due = f"ship by {order.ship_by}" if order.ship_by else ""
    marks = ("EXPEDITED" if order.is_expedited else "", "REPRINT" if order.is_reprint else "")
    return " · ".join(filter(None, (f"order {order.order_number}", order.channel, due, *marks)))


def _order_columns(sheet: Sheet) -> list[TableColumn]:
    fixed = [TableColumn("Bin", 84), TableColumn("SKU", 130), TableColumn("Qty", 44, Align.RIGHT)]
    rest = sheet.inner - sum(column.width for column in fixed)
    return [*fixed[:2], TableColumn("Item", rest), *fixed[2:]]


def _pick(line: OrderPick) -> list[Cell]:
    kit = [CellLine(f"of kit {line.kit}", 8, is_grey=True)] if line.kit else []
    return [
        [CellLine(line.bin or "no bin", 9, is_bold=bool(line.bin), is_grey=not line.bin)],
        [CellLine(line.sku, 9)],
        [CellLine(line.name, 9), *kit],
        [CellLine(f"{line.quantity}", is_bold=True)],
    ]

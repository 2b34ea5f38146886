"""Documents to be drawn, and PDF read back."""

import io
from datetime import date
from typing import Any

from pypdf import PageObject, PdfReader

from packhorse.domain.documents.packing_slip import PackingSlip, SlipComponent, SlipLine
from packhorse.domain.documents.pick_list import OrderPick, PickedOrder, PickList, TotalPick
from packhorse.domain.documents.purchase_paper import PaperLine, PurchasePaper
from packhorse.domain.money import Money

DAY = date(2026, 11, 26)
LINE = SlipLine(sku="MUG-Ä 11oz #3", name="Blue mug", quantity=2)
PRICED = LINE.replace(unit_price=Money.of("12.50", "EUR"), amount=Money.of("25.00", "EUR"))
KIT = LINE.replace(sku="SET", components=(SlipComponent(sku="PLATE", name="Plate", quantity=4),))


def a_slip(*lines: SlipLine, **more: Any) -> PackingSlip:
    values: dict[str, Any] = {
        "paper": "a4",
        "short_id": "1W7GY3RF-2",
        "is_reprint": False,
        "order_number": "#1001",
        "channel": "Mug shop",
        "placed_on": DAY,
        "printed_on": DAY,
        "delivery_method": "Courier",
        "is_expedited": False,
        "sender": ("Example Mugs", "1 Kiln Lane", "Leeds"),
        "ship_to": ("Ada Lovelace", "Unter den Linden 1", "Berlin"),
        "returns_to": ("Returns, Unit 7",),
        "lines": lines or (LINE,),
        "note": "",
        "notes": (),
    }
    return PackingSlip(**{**values, **more})


def a_list(orders: int = 1, **more: Any) -> PickList:
    lines = (OrderPick(bin="A-1", sku="MUG", name="Blue mug", quantity=2),)
    picked = tuple(
        PickedOrder(
            place=place,
            short_id=f"1W7GY3RF-{place}",
            is_reprint=False,
            order_number=f"#{1000 + place}",
            channel="Mug shop",
            ship_by=DAY,
            is_expedited=False,
            notes=(),
            lines=lines,
        )
        for place in range(1, orders + 1)
    )
    places = tuple(range(1, orders + 1))
    total = TotalPick(bin="A-1", sku="MUG", name="Blue mug", quantity=2 * orders, places=places)
    found = PickList(paper="a4", warehouse="Leeds", printed_on=DAY, totals=(total,), orders=picked)
    return found.replace(**more)


def pages(pdf: bytes) -> list[str]:
    """The text of each page."""
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def page_heights(page: PageObject) -> list[float]:
    """How far above the bottom of its page each text stands."""
    found: list[float] = []
    page.extract_text(visitor_text=lambda words, _, at, *__: found.append(at[5]) if words.strip() else None)
    return found


def text(pdf: bytes) -> str:
    return "\n".join(pages(pdf))


def a_paper_line(number: int = 1, **more: Any) -> PaperLine:
    values: dict[str, Any] = {
        "number": f"{number}",
        "sku": f"MUG-{number:03}",
        "supplier_sku": f"TW-{number:04}",
        "name": "Blue mug",
        "quantity": 12,
        "cases": 2,
        "case_pack": 6,
        "unit_cost": Money.of("2.50", "EUR"),
        "amount": Money.of("30.00", "EUR"),
        "expected_on": DAY,
    }
    return PaperLine(**{**values, **more})


def a_purchase(*lines: PaperLine, **more: Any) -> PurchasePaper:
    found = lines or (a_paper_line(),)
    total = Money(minor=sum(line.amount.minor for line in found if line.amount), currency="EUR")
    values: dict[str, Any] = {
        "paper": "a4",
        "number": "PO-1001",
        "reference": "autumn",
        "stamp": "",
        "ordered_on": DAY,
        "printed_on": DAY,
        "currency": "EUR",
        "buyer": ("Example Mugs",),
        "supplier": ("Thole Ware", "2 Mill Street", "Shrewsbury"),
        "account": "PKH-77",
        "ship_to": ("Example Mugs", "1 Kiln Lane", "Leeds"),
        "terms": "30 days net",
        "note": "",
        "lines": found,
        "total": total,
    }
    return PurchasePaper(**{**values, **more})

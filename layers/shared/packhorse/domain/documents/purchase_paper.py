"""Purchase orders on paper: what a supplier is to deliver where, in its own skus, by whole cases."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from packhorse.domain.address import Address
from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.warehouse import Paper, Warehouse
from packhorse.domain.documents.address_lines import address_lines
from packhorse.domain.documents.packing_slip import name_of
from packhorse.domain.money import Money
from packhorse.domain.purchasing.purchase_line import PurchaseLine
from packhorse.domain.purchasing.purchase_order import PurchaseOrder, PurchaseState
from packhorse.domain.supply.supplier import Supplier
from packhorse.domain.values import Sku, Value


class PaperLine(Value):
    """A line of the page: units that the supplier did not refuse, as `cases` of `case_pack` where it sells cases."""

    number: str
    sku: str
    supplier_sku: str
    name: str
    quantity: int
    cases: int
    case_pack: int
    unit_cost: Money | None
    amount: Money | None
    expected_on: date | None


class PurchasePaper(Value):
    """What is on the page of a purchase order; without prices for those who may not see them.

    `stamp` says what the page is where it is no order: a draft, or cancelled.
    """

    kind: Literal["purchase_order"] = "purchase_order"
    paper: Paper
    number: str
    reference: str
    stamp: str
    ordered_on: date
    printed_on: date
    currency: str
    buyer: tuple[str, ...]
    supplier: tuple[str, ...]
    account: str
    ship_to: tuple[str, ...]
    terms: str
    note: str
    lines: tuple[PaperLine, ...]
    total: Money | None


STAMPS = {PurchaseState.NEW: "DRAFT", PurchaseState.CANCELLED: "CANCELLED"}


def purchase_paper(
    order: PurchaseOrder, supplier: Supplier, warehouse: Warehouse, products: Mapping[Sku, Product], now: datetime
) -> PurchasePaper:
    """Return the page of a purchase order as it is now."""
    zone = ZoneInfo(warehouse.handling.time_zone)
    return PurchasePaper(
        paper=warehouse.paper,
        number=order.id,
        reference=order.reference,
        stamp=STAMPS.get(order.state, ""),
        ordered_on=(order.submitted_at or order.created_at).astimezone(zone).date(),
        printed_on=now.astimezone(zone).date(),
        currency=order.currency,
        buyer=(_buyer(warehouse),),
        supplier=_supplier(supplier),
        account=supplier.purchasing.account,
        ship_to=_place(warehouse),
        terms=supplier.purchasing.terms,
        note=order.note,
        lines=tuple(_lines(order, products)),
        total=order.total,
    )


def without_prices(paper: PurchasePaper) -> PurchasePaper:
    """Return the page for people who see no prices."""
    return paper.replace(
        total=None, lines=tuple(line.replace(unit_cost=None, amount=None) for line in paper.lines), terms=""
    )


def supplier_sku_of(line: PurchaseLine, products: Mapping[Sku, Product], supplier: str) -> str:
    """Return what the supplier calls the product of a line: as the line says, else as its product does."""
    product = products.get(Sku(line.sku))
    return line.supplier_sku or (product.supplier_skus.get(supplier, "") if product else "")


def _lines(order: PurchaseOrder, products: Mapping[Sku, Product]) -> Iterator[PaperLine]:
    for line in order.lines:
        units = line.ordered - line.refused
        if not units:
            continue
        is_whole = line.case_pack > 1 and units % line.case_pack == 0
        yield PaperLine(
            number=line.id,
            sku=line.sku,
            supplier_sku=supplier_sku_of(line, products, order.supplier),
            name=name_of(products, line.sku),
            quantity=units,
            cases=units // line.case_pack if is_whole else 0,
            case_pack=line.case_pack,
            unit_cost=line.unit_cost,
            amount=Money(minor=line.unit_cost.minor * units, currency=order.currency),
            expected_on=line.expected_on,
        )


def _supplier(supplier: Supplier) -> tuple[str, ...]:
    name = supplier.name or supplier.id
    lines = address_lines(supplier.purchasing.address)
    return lines if name in lines else (name, *lines)


def _buyer(warehouse: Warehouse) -> str:
    sender = warehouse.sender or Address()
    return sender.name or sender.company or warehouse.name or warehouse.id


def _place(warehouse: Warehouse) -> tuple[str, ...]:
    return address_lines(warehouse.sender) or (warehouse.name or warehouse.id,)

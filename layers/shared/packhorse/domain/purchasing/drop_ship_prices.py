"""Prices of what a supplier ships to buyers, named after it was ordered: by its terms, its files, or a person."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from packhorse.domain.catalogue.product import Product
from packhorse.domain.errors import FieldError, NotNow, Rejected
from packhorse.domain.money import Money
from packhorse.domain.purchasing.additions import joined
from packhorse.domain.purchasing.drafting import exceeds_total
from packhorse.domain.purchasing.purchase_line import PurchaseLine
from packhorse.domain.purchasing.purchase_order import PurchaseOrder
from packhorse.domain.purchasing.purchase_rows import NamedRow
from packhorse.domain.purchasing.state import OVER, check_open
from packhorse.domain.purchasing.steps import AnsweredLine, SupplierAnswer, check_answer
from packhorse.domain.supply.answer_layout import Meaning
from packhorse.domain.values import Sku


def supplier_price(product: Product | None, supplier: str) -> Money | None:
    """Return the price in the terms on which a supplier sells a product, None without any."""
    terms = product.bought_from if product else ()
    return next((each.price for each in terms if each.supplier == supplier), None)


def unpriced(purchase: PurchaseOrder) -> frozenset[Sku]:
    """Return the products of which nothing has been received and no price was named, not even 0."""
    if purchase.state in OVER:
        return frozenset()
    return frozenset(Sku(line.sku) for line in purchase.lines if _is_unpriced(line))


def _is_unpriced(line: PurchaseLine) -> bool:
    return not line.unit_cost.minor and line.agreed is None and not line.received


def with_terms(purchase: PurchaseOrder, products: Mapping[Sku, Product], who: str, at: datetime) -> PurchaseOrder:
    """Return the purchase order whose lines without a price have that of the supplier's terms, where these name one.

    As when it was ordered, it is in the currency of the first price, if no line has any.
    """
    lacking = unpriced(purchase)
    found = {sku: price for sku in sorted(lacking) if (price := supplier_price(products.get(sku), purchase.supplier))}
    if len(lacking) == len(purchase.lines) and found:
        purchase = _in_currency(purchase, next(iter(found.values())).currency)
    fitting = {sku: price for sku, price in found.items() if price.minor and price.currency == purchase.currency}
    lines = [_priced(line, fitting.get(Sku(line.sku))) for line in purchase.lines]
    if exceeds_total((line.unit_cost, line.ordered) for line in lines):
        return purchase
    return _with_lines(purchase, lines, who, at)


def _in_currency(purchase: PurchaseOrder, currency: str) -> PurchaseOrder:
    nothing = Money(minor=0, currency=currency)
    return purchase.replace(currency=currency, lines=tuple(line.replace(unit_cost=nothing) for line in purchase.lines))


def _priced(line: PurchaseLine, price: Money | None) -> PurchaseLine:
    return line.replace(unit_cost=price) if price else line


def _with_lines(purchase: PurchaseOrder, lines: Iterable[PurchaseLine], who: str, at: datetime) -> PurchaseOrder:
    after = purchase.replace(lines=tuple(lines))
    if after == purchase:
        return purchase
    changed = zip(purchase.lines, after.lines, strict=True)
    parts = [f"{line.unit_cost.amount} for {line.sku}" for was, line in changed if line != was]
    return after.with_entry(at, "priced", who, joined(parts))


def with_answered_prices(purchase: PurchaseOrder, answer: SupplierAnswer, who: str, at: datetime) -> PurchaseOrder:
    """Return the purchase order with the prices that a person enters of lines of which nothing has been received.

    Raises NotNow for all else: units and days are those of its fulfilment order.
    """
    if any(each.unit_cost is None or each.refused or each.expected_on for each in answer.lines):
        raise NotNow(f"{following_text(purchase)}: here only prices are entered")
    check_answer(purchase, answer)
    check_open(purchase, "priced")
    prices = {each.line: each.unit_cost for each in answer.lines}
    if late := [line.sku for line in purchase.lines if line.id in prices and line.received]:
        raise NotNow(f"purchase order {purchase.id} has received {', '.join(late)}: the price of these stays")
    return _with_lines(purchase, (_agreed(line, prices.get(line.id)) for line in purchase.lines), who, at)


def _agreed(line: PurchaseLine, price: Money | None) -> PurchaseLine:
    return line.replace(unit_cost=price, agreed=price) if price else line


def with_stated_price(
    purchase: PurchaseOrder, named: NamedRow, price: Money | None, who: str, at: datetime
) -> PurchaseOrder:
    """Return the purchase order with the price that a row of its supplier's file states of a line without one.

    Raises Rejected for a row that says anything else: its supplier answers about the fulfilment order.
    """
    row, lines = named
    line = purchase.line(lines[0].id) or lines[0]
    says_more = row.meaning is not Meaning.ACKNOWLEDGED or row.quantity not in (None, line.ordered)
    if price is None or says_more:
        text = f"{following_text(purchase)}: answer about that"
        raise Rejected("it follows a fulfilment order", [FieldError("purchase_order", text)])
    if price == line.unit_cost and (price.minor or line.agreed):
        return purchase
    if Sku(line.sku) not in unpriced(purchase):
        text = f"{line.sku} is {line.unit_cost.amount} in {purchase.id}: a person enters another price before it ships"
        raise Rejected("it has a price", [FieldError("unit_cost", text)])
    check_answer(purchase, SupplierAnswer(lines=(AnsweredLine(line=line.id, unit_cost=price),)))
    return _with_lines(purchase, (_agreed(each, price if each == line else None) for each in purchase.lines), who, at)


def following_text(purchase: PurchaseOrder) -> str:
    """Return what a purchase order follows, for a person who would change it."""
    ships = purchase.ships
    return f"{purchase.id} follows fulfilment order {ships.order}-{ships.fulfilment}" if ships else purchase.id

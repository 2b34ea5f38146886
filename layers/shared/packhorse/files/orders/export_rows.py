"""Rows of exports in our columns: states, prices and names as their shops and marketplaces write them."""

import re
from collections.abc import Mapping
from decimal import Decimal

from packhorse.domain.money import MAX_CHARACTERS, WRITTEN_OUT, price_of_one
from packhorse.files.cells import PARTLY_SHIPPED

Cells = dict[str, str]
NOT_A_LINE = "not a line"
"""The column of a row that says something about its order only: a second payment, a refund, a total, a download."""
NO_PRICE = "no price"
"""The column of a row whose price its export does not say."""

UNPAID = "New"
_SHOPIFY = {"paid": "InProcess", "partially_refunded": "InProcess", "refunded": "Cancelled", "voided": "Cancelled"}
_WOOCOMMERCE = {
    **dict.fromkeys(("pending", "pendingpayment", "onhold", "draft", "checkoutdraft"), UNPAID),
    **dict.fromkeys(("cancelled", "refunded", "failed", "trash"), "Cancelled"),
    "processing": "InProcess",
    "completed": "Complete",
}
_SHIPSTATION = {
    "awaitingpayment": UNPAID,
    "awaitingshipment": "InProcess",
    "onhold": "InProcess",
    "shipped": "Complete",
    "cancelled": "Cancelled",
}
_CURRENCIES = {"US $": "USD", "AU $": "AUD", "C $": "CAD", "£": "GBP", "€": "EUR"}
DOLLAR = "$"
_DOLLARS = frozenset("AUD CAD HKD NZD SGD TWD USD".split())
_EBAY_OF_ORDER = frozenset({"ShippingAmount", "TotalAmount", "Tax1Amount"})
_PRICE = re.compile(r"([^\d.,-]*)(-?[\d.,]+)([^\d.,]*)")
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
_THREE_DECIMALS = re.compile(r"-?\d+\.\d{3}", re.ASCII)
_AMOUNTS = ("UnitPrice", "ShippingAmount", "TotalAmount", "Tax1Amount")


def _status(cell: str, words: Mapping[str, str]) -> str:
    word = re.sub(r"[\s_-]", "", cell.casefold()).removeprefix("wc")
    return words.get(word, words.get(cell.casefold(), cell))


def _unmistakable(amount: str) -> str:
    """Return an amount with decimals after a point such that they cannot be taken for thousands.

    >>> _unmistakable("8.325"), _unmistakable("8.32")
    ('8.3250', '8.32')
    """
    return f"{amount}0" if _THREE_DECIMALS.fullmatch(amount) else amount


def _full_name(cells: Cells, side: str) -> Cells:
    """Return the name that stands in two columns."""
    parts = [cells.pop(f"{side}First", ""), cells.pop(f"{side}Last", "")]
    return {f"{side}Name": " ".join(filter(None, parts))}


def shopify_row(cells: Cells) -> Cells:
    """Return a row of Shopify's export; of an order of several rows the first has what concerns all of it."""
    paid, cancelled, sent = cells.pop("Paid", ""), cells.pop("CancelledAt", ""), cells.pop("Sent", "")
    if not cells.get("Quantity") or cells.pop("RequiresShipping", "").casefold() == "false":
        cells[NOT_A_LINE] = "yes"
    if not paid:
        return cells
    status = _SHOPIFY.get(paid.casefold(), UNPAID)
    if sent.casefold() == "fulfilled":
        status = "Complete"
    elif sent.casefold() == "partial":
        status = PARTLY_SHIPPED
    return {**cells, "Status": "Cancelled" if cancelled else status}


def woocommerce_row(cells: Cells) -> Cells:
    """Return a row of the plugin Advanced Order Export, which writes net prices with as many decimals as they have."""
    cells |= {column: _unmistakable(cells[column]) for column in _AMOUNTS if column in cells}
    names = {**_full_name(cells, "Bill"), **_full_name(cells, "Ship")}
    found = {**cells, **names, "Status": _status(cells.get("Status", ""), _WOOCOMMERCE)}
    found["Quantity"] = found.pop("QuantityLeft", "") or found.get("Quantity", "")
    if found["Quantity"] == "0" or not (found["Quantity"] or found.get("SKU")):  # all refunded; a further coupon
        found[NOT_A_LINE] = "yes"
    if not found.get("ShipAddress1"):  # the same as the billing address: WooCommerce leaves it empty
        sides = {column: cell for column, cell in found.items() if column.startswith("Bill")}
        found |= {f"Ship{column[4:]}": cell for column, cell in sides.items()}
    return found


def amazon_row(cells: Cells) -> Cells:
    """Return a row of an order report, whose amounts are those of all units, also of those that have shipped."""
    bought, left = cells.get("Quantity", ""), cells.pop("QuantityLeft", "")
    found = {**cells, **_amounts_of(cells, bought, left or bought), "Status": "InProcess"}
    if left:
        found["Quantity"] = left
    if left == "0" or not bought:
        found[NOT_A_LINE] = "yes"
    return found


def _amounts_of(cells: Cells, bought: str, left: str) -> Cells:
    """Return the amounts of the units that are left; what is no number stays, and is an error of its row.

    No price of one unit may make up that of all: it is rounded up, and the discount has the rest.
    """
    price = _number(cells.get("UnitPrice", ""))
    units, all_units = _number(left), _number(bought)
    if price is None or not units or not all_units:
        return {}
    discount, tax = (_number(cells.get(name, "")) or Decimal() for name in ("LineDiscount", "LineTax"))
    each = price_of_one(price, all_units, cells.get("Currency", ""))
    paid = (price - abs(discount)) * units / all_units
    found = {"UnitPrice": each, "LineDiscount": each * units - paid, "LineTax": tax * units / all_units}
    return {name: _written(amount) if amount else "" for name, amount in found.items()} | {"UnitPrice": _written(each)}


def _written(amount: Decimal) -> str:
    return _unmistakable(f"{amount:.6f}".rstrip("0").rstrip("."))


def _number(cell: str) -> Decimal | None:
    return Decimal(cell) if WRITTEN_OUT.fullmatch(cell) and len(cell) <= MAX_CHARACTERS else None


def ebay_row(cells: Cells) -> Cells:
    """Return a row of an orders report; an order of several items has a row of its own, without an item."""
    sent, paid, item = cells.pop("SentAt", ""), cells.get("PaymentDate", ""), cells.pop("Item", "")
    currency = ""
    for column in _AMOUNTS:
        if found := _PRICE.fullmatch(cells.get(column, "")):
            cells[column] = found[2].replace(",", "") if _GROUPED.fullmatch(found[2]) else found[2]
            sign = found[1].strip() or found[3].strip()
            currency = currency or _CURRENCIES.get(sign, sign)  # a code as it is; of another sign the order is rejected
    if not item:
        return {**cells, NOT_A_LINE: "yes", "Status": _state(sent, paid), "Currency": currency}
    if not cells.get("ShipAddress1"):  # of a line of several, whose order has its own row
        cells = {column: cell for column, cell in cells.items() if column not in _EBAY_OF_ORDER}
    return {**cells, "Status": _state(sent, paid), "Currency": currency}


def dollar(account: str | None) -> str:
    """Return the currency that a lone dollar sign means: the account's if that is a dollar, else that of eBay.com.

    >>> dollar("CAD"), dollar("EUR"), dollar(None)
    ('CAD', 'USD', 'USD')
    """
    return account if account in _DOLLARS else "USD"


def _state(sent: str, paid: str) -> str:
    """Return the state of an order by what it has dates of; nothing where it has none, as of a line of several."""
    return "Complete" if sent else "InProcess" if paid else ""


def etsy_row(cells: Cells) -> Cells:
    """Return a row of sold order items."""
    return {**cells, "Status": _state(cells.pop("SentAt", ""), cells.get("PaymentDate", ""))}


def shipstation_row(cells: Cells) -> Cells:
    """Return a row of an export of orders."""
    return {**cells, "Status": _status(cells.get("Status", ""), _SHIPSTATION)}

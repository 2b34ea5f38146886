"""What the buyer paid: for units of a line, its discount spread over them, and for the whole order."""

from collections.abc import Iterable

from packhorse.domain.money import Money, is_amount
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.order_line import OrderLine
from packhorse.domain.spreading import spread


def price_paid(line: OrderLine, units: int) -> Money | None:
    """Return the price of so many units after the discount, which is that of all units that the channel states.

    It is rounded down: units in several parcels, or one by one, never add up to more than was paid for the line. None
    if it is more than an amount can be, or if its source has no price.
    """
    if not line.has_price:
        return None
    ordered = max(line.quantity if line.stated_quantity is None else line.stated_quantity, 1)
    paid = line.unit_price.minor * ordered - (line.discount.minor if line.discount else 0)
    price = max(paid, 0) * units // ordered
    return Money(minor=price, currency=line.unit_price.currency) if is_amount(price) else None


def tax_of(order: Order) -> Money | None:
    """Return the tax of the order, or that of its lines where its source states none of the whole."""
    return order.tax or _sum(order.currency, (_of_present_units(line, line.tax) for line in order.lines))


def discount_of(order: Order) -> Money | None:
    """Return the discount of the order, or that of its lines where its source states none of the whole, or less.

    Discounts of lines have what their prices of one unit, which are rounded up, make too much.
    """
    of_lines = _sum(order.currency, (_of_present_units(line, line.discount) for line in order.lines))
    stated = [each for each in (order.discount, of_lines) if each]
    return max(stated, key=lambda each: each.minor, default=None)


def _of_present_units(line: OrderLine, amount: Money | None) -> Money | None:
    """Return the part of a line's amount that is of its units now, if a person set others than its source states."""
    if amount is None or line.stated_quantity is None:
        return amount
    minor = amount.minor * line.quantity // max(line.stated_quantity, 1)
    return amount.replace(minor=minor) if is_amount(minor) else None


def total_of(order: Order) -> Money | None:
    """Return the total that its source states, else that of its lines and shipping and tax, less the discount.

    Units that were cancelled here are in it, as in that of a channel. None without any price, or that of a line.
    """
    if order.total or not all(line.has_price for line in order.lines):
        return order.total
    goods = sum(line.unit_price.minor * line.quantity for line in order.lines)
    added = [each.minor for each in (order.shipping, tax_of(order)) if each]
    taken = discount_of(order)
    total = max(goods + sum(added) - (taken.minor if taken else 0), 0)
    return Money(minor=total, currency=order.currency) if (goods or added) and is_amount(total) else None


def _sum(currency: str, amounts: Iterable[Money | None]) -> Money | None:
    stated = [each.minor for each in amounts if each]
    total = sum(stated)
    return Money(minor=total, currency=currency) if stated and is_amount(total) else None


def with_discount_in_lines(order: ChannelOrder) -> ChannelOrder:
    """Return the order with its discount spread over its lines by their value, where none of them states its own."""
    values = [line.unit_price.minor * line.quantity for line in order.lines]
    if not order.discount or any(line.discount for line in order.lines) or not any(values):
        return order
    shares = spread(min(order.discount.minor, sum(values)), values)
    discounts = [order.discount.replace(minor=share) if share else None for share in shares]
    lines = (line.replace(discount=each) for line, each in zip(order.lines, discounts, strict=True))
    return order.replace(lines=tuple(lines))

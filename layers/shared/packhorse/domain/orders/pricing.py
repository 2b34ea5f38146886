"""What the buyer paid for units of a line, its discount spread over them."""

from packhorse.domain.money import Money
from packhorse.domain.orders.order_line import OrderLine


def price_paid(line: OrderLine, units: int) -> Money:
    """Return the price of so many units after the discount, which is that of all units that the channel states.

    It is rounded down: units in several parcels, or one by one, never add up to more than was paid for the line.
    """
    ordered = max(line.quantity if line.stated_quantity is None else line.stated_quantity, 1)
    paid = line.unit_price.minor * ordered - (line.discount.minor if line.discount else 0)
    return Money(minor=max(paid, 0) * units // ordered, currency=line.unit_price.currency)

"""What the buyer paid for units of a line."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packhorse.domain.money import Money
from packhorse.domain.orders.order_line import OrderLine
from packhorse.domain.orders.pricing import price_paid
from simulation.builders import a_line


def line(quantity: int, discount: str | None = None, **more: Any) -> OrderLine:
    of_line = Money.of(discount, "EUR") if discount else None
    return OrderLine(**dict(a_line("CUP Ü/1", quantity, discount=of_line))).replace(**more)


@pytest.mark.parametrize(
    ("quantity", "discount", "units", "paid"),
    [
        (3, None, 2, "25.00"),
        (1, "9.00", 1, "3.50"),
        (3, "9.00", 1, "9.50"),
        (3, "1.00", 2, "24.33"),
        (2, "25.00", 2, "0.00"),
        (2, "99.00", 1, "0.00"),
    ],
)
def test_the_discount_of_a_line_is_spread_over_its_units(
    quantity: int, discount: str | None, units: int, paid: str
) -> None:
    assert price_paid(line(quantity, discount), units) == Money.of(paid, "EUR")


def test_units_that_a_person_took_off_the_line_had_their_part_of_the_discount() -> None:
    assert price_paid(line(2, "9.00", stated_quantity=3), 2) == Money.of("19.00", "EUR")


@given(st.integers(1, 50), st.integers(0, 100_000), st.data())
def test_parcels_of_a_line_never_have_more_than_was_paid_for_it(
    quantity: int, discount: int, data: st.DataObject
) -> None:
    whole = line(quantity).replace(discount=Money(minor=discount, currency="EUR"))
    first = data.draw(st.integers(0, quantity))

    parcels = price_paid(whole, first).minor + price_paid(whole, quantity - first).minor

    assert max(parcels, price_paid(whole, 1).minor * quantity) <= price_paid(whole, quantity).minor
    assert price_paid(whole, quantity).minor == max(1250 * quantity - discount, 0)

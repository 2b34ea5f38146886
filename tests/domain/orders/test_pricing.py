"""What the buyer paid for units of a line, and for an order."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packhorse.domain.money import MAX_MINOR, Money
from packhorse.domain.orders.order_line import OrderLine
from packhorse.domain.orders.pricing import discount_of, price_paid, tax_of, total_of, with_discount_in_lines
from simulation.builders import a_line, an_order
from tests.domain.order_builders import received


def line(quantity: int, discount: str | None = None, **more: Any) -> OrderLine:
    of_line = Money.of(discount, "EUR") if discount else None
    return OrderLine(**dict(a_line("CUP Ü/1", quantity, discount=of_line))).replace(**more)


def paid_minor(of_line: OrderLine, units: int) -> int:
    price = price_paid(of_line, units)
    assert price is not None
    return price.minor


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

    parcels = paid_minor(whole, first) + paid_minor(whole, quantity - first)

    assert max(parcels, paid_minor(whole, 1) * quantity) <= paid_minor(whole, quantity)
    assert paid_minor(whole, quantity) == max(1250 * quantity - discount, 0)


def test_what_is_more_than_an_amount_can_be_has_no_price() -> None:
    dear = line(2).replace(unit_price=Money(minor=MAX_MINOR, currency="EUR"))

    assert (price_paid(dear, 1), price_paid(dear, 2)) == (dear.unit_price, None)


def eur(amount: str) -> Money:
    return Money.of(amount, "EUR")


@pytest.mark.parametrize(
    ("stated", "total"),
    [
        ({}, "37.50"),
        ({"shipping": eur("4.90")}, "42.40"),
        ({"shipping": eur("4.90"), "tax": eur("8.05"), "discount": eur("5.00")}, "45.45"),
        ({"discount": eur("99.00")}, "0.00"),
        ({"shipping": eur("4.90"), "total": eur("40.00")}, "40.00"),
    ],
)
def test_an_order_without_a_total_costs_its_lines_and_shipping_and_tax_less_its_discount(
    stated: dict[str, Money], total: str
) -> None:
    assert total_of(received(a_line(quantity=2), a_line(line="2"), **stated)) == eur(total)


def test_taxes_and_discounts_of_lines_count_where_none_of_the_order_is_stated() -> None:
    order = received(a_line(quantity=2, discount=eur("3.00"), tax=eur("1.00")), a_line(line="2", tax=eur("0.50")))

    assert (tax_of(order), discount_of(order), total_of(order)) == (eur("1.50"), eur("3.00"), eur("36.00"))
    assert total_of(order.replace(tax=eur("2.00"), discount=eur("4.00"))) == eur("35.50")


def test_taxes_and_discounts_of_lines_are_those_of_the_units_that_a_person_set() -> None:
    order = received(a_line(quantity=5, discount=eur("25.00"), tax=eur("2.50")))
    fewer = order.lines[0].replace(quantity=2, stated_quantity=5)
    edited = order.replace(lines=(fewer,))

    assert (tax_of(edited), discount_of(edited), total_of(edited)) == (eur("1.00"), eur("10.00"), eur("16.00"))
    assert price_paid(fewer, 2) == eur("15.00")


@pytest.mark.parametrize(("of_order", "shown"), [("0.00", "0.06"), ("5.00", "5.00")])
def test_a_discount_of_lines_that_the_order_does_not_state_is_shown(of_order: str, shown: str) -> None:
    order = received(a_line(quantity=10, discount=eur("0.06")), discount=eur(of_order))

    assert discount_of(order) == eur(shown)


def test_a_discount_of_the_order_is_spread_over_lines_that_state_none() -> None:
    order = an_order(a_line(quantity=3), a_line(line="2"), discount=eur("30.00"))
    beyond = order.replace(discount=eur("99.00"))
    stated = order.replace(lines=(order.lines[0].replace(discount=eur("1.00")), order.lines[1]))

    assert [each.discount for each in with_discount_in_lines(order).lines] == [eur("22.50"), eur("7.50")]
    assert [each.discount for each in with_discount_in_lines(beyond).lines] == [eur("37.50"), eur("12.50")]
    assert with_discount_in_lines(stated) == stated
    assert with_discount_in_lines(order.replace(discount=None)) == order.replace(discount=None)


def test_units_that_were_cancelled_here_stay_in_the_total() -> None:
    order = received(a_line(quantity=2))
    [line] = order.lines

    assert total_of(order.replace(lines=(line.replace(cancelled=2),))) == eur("25.00")


def test_an_order_with_a_line_whose_price_is_not_known_has_no_total_and_the_line_no_price() -> None:
    order = received(a_line(quantity=2), a_line(line="2", has_price=False))

    assert (price_paid(order.lines[1], 1), total_of(order)) == (None, None)
    assert total_of(order.replace(total=eur("40.00"))) == eur("40.00")


def test_an_order_of_which_no_price_is_known_has_no_total() -> None:
    free = a_line().replace(unit_price=eur("0.00"))

    assert total_of(received(free)) is None

"""What units cost: the average moves with what comes, and no minor unit is lost on the way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packhorse.domain.errors import NotNow, Rejected
from packhorse.domain.money import Money
from packhorse.domain.purchasing.landed import landed_so_far, spread, with_landed_cost
from packhorse.domain.purchasing.purchase_order import LandedCost, PurchaseOrder, SpreadBy
from packhorse.domain.purchasing.steps import cancelled, closed_short
from packhorse.domain.stock.costing import Arrival, CostBasis, with_arrival
from tests.domain.purchasing.purchase_builders import ADA, AT, LAMP, arrived, new, on_order, received, wanted


def landed(
    order: PurchaseOrder, amount: str = "10.00", by: SpreadBy = SpreadBy.VALUE, document: str = "F-1"
) -> PurchaseOrder:
    return with_landed_cost(order, LandedCost(document=document, amount=Money.of(amount, "EUR"), by=by), ADA, AT)


@given(st.integers(1, 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=20).filter(any))
def test_shares_add_up_and_are_within_one_of_their_exact_value(amount: int, weights: list[int]) -> None:
    shares = spread(amount, weights)

    assert sum(shares) == amount
    whole = sum(weights)
    assert all(abs(share * whole - amount * weight) < whole for share, weight in zip(shares, weights, strict=True))


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 9999)), min_size=1, max_size=10))
def test_what_is_never_sold_is_worth_what_was_paid(deliveries: list[tuple[int, int]]) -> None:
    basis, on_hand = None, 0
    for units, price in deliveries:
        basis = with_arrival(basis, on_hand, Arrival(units, units * price, 0, 0, "EUR"))
        on_hand += units

    assert basis == CostBasis(on_hand, sum(units * price for units, price in deliveries), "EUR")


def test_what_was_sold_does_not_weigh() -> None:
    basis = with_arrival(CostBasis(10, 1000, "EUR"), 0, Arrival(5, 900, 0, 0, "EUR"))

    assert basis == CostBasis(5, 900, "EUR")
    assert basis.average.amount == "1.80"


def test_stock_without_a_cost_is_taken_to_cost_what_comes() -> None:
    assert with_arrival(None, 100, Arrival(5, 900, 0, 0, "EUR")) == CostBasis(5, 900, "EUR")


def test_another_currency_leaves_the_average_as_it_is() -> None:
    basis = CostBasis(10, 1000, "EUR")

    assert with_arrival(basis, 10, Arrival(5, 900, 0, 0, "USD")) is basis


def test_later_cost_is_that_of_the_units_that_are_there() -> None:
    assert with_arrival(CostBasis(10, 1000, "EUR"), 4, Arrival(0, 0, 100, 10, "EUR")) == CostBasis(4, 440, "EUR")
    assert with_arrival(CostBasis(10, 1000, "EUR"), 0, Arrival(0, 0, 100, 10, "EUR")) == CostBasis(10, 1000, "EUR")


def test_a_landed_cost_is_spread_by_value_or_quantity() -> None:
    order = on_order(wanted(ordered=1, cost="10.00"), wanted(LAMP, ordered=3, cost="0.00"))

    assert [line.landed for line in landed(order).lines] == [1000, 0]
    assert [line.landed for line in landed(order, by=SpreadBy.QUANTITY).lines] == [250, 750]


@pytest.mark.parametrize("parts", [(3, 3, 4), (1, 9), (10,), (7,)])
def test_the_whole_of_it_is_that_of_the_units_that_came(parts: tuple[int, ...]) -> None:
    order, so_far = landed(on_order(), "0.99"), [0]
    for number, units in enumerate(parts):
        order = received(order, arrived(units), receipt=str(number))
        so_far.append(landed_so_far(order.lines[0]))
    if sum(parts) < 10:
        order = closed_short(order, (), ADA, AT)

    assert so_far == sorted(so_far)
    assert landed_so_far(order.lines[0]) == 99


def test_the_same_document_counts_once() -> None:
    order = landed(on_order())

    assert landed(order) is order
    with pytest.raises(Rejected) as raised:
        landed(order, "11.00")
    assert [error.field for error in raised.value.errors] == ["document"]
    assert landed(order, "11.00", document="F-2").lines[0].landed == 2100


def test_what_has_no_units_has_no_landed_cost() -> None:
    for order in (new(), cancelled(new(), ADA, AT)):
        with pytest.raises(NotNow):
            landed(order)
    with pytest.raises(NotNow, match="by quantity"):
        landed(on_order(wanted(cost="0.00")))

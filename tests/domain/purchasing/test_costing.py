"""What units cost: the average moves with what comes, and no minor unit is lost on the way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packhorse.domain.errors import NotNow, Rejected
from packhorse.domain.money import Money
from packhorse.domain.purchasing.landed import (
    arrival_of,
    arrivals_of,
    costed,
    landed_so_far,
    with_landed_cost,
    without_landed_cost,
)
from packhorse.domain.purchasing.purchase_order import LandedCost, PurchaseOrder, SpreadBy
from packhorse.domain.purchasing.receipts import Decision
from packhorse.domain.purchasing.receiving import settle_surplus
from packhorse.domain.purchasing.steps import AnsweredLine, SupplierAnswer, answered, cancelled, closed_short
from packhorse.domain.purchasing.withdrawing import ReceiptToWithdraw, withdrawn
from packhorse.domain.spreading import spread
from packhorse.domain.stock.costing import Arrival, CostBasis, Costed, CostedShelf, with_arrival
from packhorse.domain.stock.source_shelf import SourceShelf
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
        basis = with_arrival(basis, on_hand, Arrival(units, units * price, 0, 0, 0, "EUR")).basis
        on_hand += units

    assert basis == CostBasis(on_hand, sum(units * price for units, price in deliveries), "EUR")


def test_what_was_sold_does_not_weigh() -> None:
    basis = with_arrival(CostBasis(10, 1000, "EUR"), 0, Arrival(5, 900, 0, 0, 0, "EUR")).basis

    assert basis == CostBasis(5, 900, "EUR")
    assert basis.average.amount == "1.80"


def test_stock_without_a_cost_is_taken_to_cost_what_comes() -> None:
    assert with_arrival(None, 100, Arrival(5, 900, 0, 0, 0, "EUR")).basis == CostBasis(5, 900, "EUR")


def test_another_currency_leaves_the_average_as_it_is() -> None:
    basis = CostBasis(10, 1000, "EUR")

    assert with_arrival(basis, 10, Arrival(5, 900, 100, 20, 10, "USD")) == Costed(basis, 120)


@pytest.mark.parametrize(
    ("on_hand", "coming", "after", "expensed"),
    [
        (10, 0, CostBasis(10, 1100, "EUR"), 0),
        (25, 0, CostBasis(25, 2600, "EUR"), 0),
        (4, 0, CostBasis(4, 440, "EUR"), 60),
        (0, 0, CostBasis(10, 1000, "EUR"), 100),
        (0, 6, CostBasis(6, 1200, "EUR"), 100),
        (4, 6, CostBasis(10, 1640, "EUR"), 60),
    ],
)
def test_later_cost_is_that_of_units_that_are_there_and_an_expense_for_the_others(
    on_hand: int, coming: int, after: CostBasis, expensed: int
) -> None:
    arrival = Arrival(coming, 200 * coming, 0, 100, 10, "EUR")

    assert with_arrival(CostBasis(10, 1000, "EUR"), on_hand, arrival) == Costed(after, expensed)


def test_units_that_come_carry_their_own_share_and_none_of_those_before_them() -> None:
    part = received(landed(on_order(wanted(ordered=10)), "10.00"), arrived(4), receipt="1")
    last = received(part, arrived(2, rejected=4, reason="broken"), receipt="2")

    arrival = arrival_of(part.lines[0], last.lines[0], "EUR")

    assert arrival == Arrival(2, 2 * 250 + 333, 333, 667 - 400, 4, "EUR")


Step = tuple[str, int, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from("receive over reject settle undo landed withdraw price close cancel sell other".split()),
        st.integers(1, 9),
        st.integers(1, 999),
    ),
    max_size=12,
)


@given(STEPS)
def test_no_minor_unit_of_prices_and_landed_cost_is_lost_whatever_happens(steps: list[Step]) -> None:
    order, on_hand, basis, in_stock = on_order(wanted(ordered=10)), 0, None, 0
    for number, (what, units, minor) in enumerate(steps):
        before = order
        if what == "sell":
            on_hand -= min(on_hand, units)
            continue
        if what == "other":
            basis = with_arrival(basis, on_hand, Arrival(units, units * minor, 0, 0, 0, "EUR")).basis
            on_hand += units
            continue
        order = taken(order, what, units, minor, str(number), on_hand)
        for line, arrival in arrivals_of(before, order):
            in_stock += arrival.minor + arrival.later
            arrived_at = CostedShelf(on_hand, basis)
            order, changes = costed(before, order, {order.shelf(line): arrived_at})
            basis = changes[order.shelf(line)].after if changes else basis
            on_hand += arrival.units
            in_stock -= order.lines[0].expensed - before.lines[0].expensed
            assert basis is None or basis.minor >= 0

    (line,) = order.lines
    price = line.came * line.unit_cost.minor
    assert in_stock + line.expensed == price + landed_so_far(line)
    if not line.open:
        assert in_stock + line.expense == price + line.landed
        assert line.landed == sum(each.amount.minor for each in order.landed)


def taken(order: PurchaseOrder, what: str, units: int, minor: int, name: str, on_hand: int) -> PurchaseOrder:
    """Takes a step of a purchase order, where it can be taken."""
    amount = f"{minor // 100}.{minor % 100:02}"
    steps = {
        "landed": lambda: landed(order, amount, document=name),
        "withdraw": lambda: without_landed_cost(order, order.landed[units % len(order.landed)].document, ADA, AT),
        "price": lambda: repriced(order, amount),
        "cancel": lambda: cancelled(order, ADA, AT),
        "close": lambda: closed_short(order, (), ADA, AT),
        "reject": lambda: received(order, arrived(rejected=units, reason="broken"), receipt=name),
        "settle": lambda: settle_surplus(order, "1", [*Decision][units % 2], ADA, AT, is_counted=True).order,
        "undo": lambda: undone(order, order.receipts[units % len(order.receipts)].receipt, on_hand),
        "receive": lambda: received(order, arrived(units), receipt=name),
        "over": lambda: received(order, arrived(units, accept_over=True), receipt=name),
    }
    try:
        return steps[what]()
    except (NotNow, ZeroDivisionError):  # there is no landed cost, or no receipt
        return order


def undone(order: PurchaseOrder, receipt: str, on_hand: int) -> PurchaseOrder:
    there = {order.shelf(order.lines[0]): SourceShelf(on_hand)}
    return withdrawn(order, ReceiptToWithdraw(receipt=receipt, line="1"), there, ADA, AT, is_counted=True).order


def changed(before: PurchaseOrder, after: PurchaseOrder, shelf: CostedShelf) -> tuple[PurchaseOrder, CostedShelf]:
    """What a change leaves of a purchase order of one line, and of its shelf."""
    order, changes = costed(before, after, {before.shelf(before.lines[0]): shelf})
    came = order.lines[0].came - before.lines[0].came
    basis = next((each.after for each in changes.values()), shelf.basis)
    return order, CostedShelf(shelf.on_hand + came, basis)


def repriced(order: PurchaseOrder, cost: str) -> PurchaseOrder:
    said = AnsweredLine(line="1", unit_cost=Money.of(cost, "EUR"))
    return answered(order, SupplierAnswer(lines=(said,)), ADA, AT)


@pytest.mark.parametrize(
    ("cost", "on_hand", "after", "expense"),
    [
        ("6.00", 6, CostBasis(6, 3600, "EUR"), 0),
        ("6.00", 2, CostBasis(2, 1200, "EUR"), 400),
        ("6.00", 0, CostBasis(6, 3000, "EUR"), 600),
        ("6.00", 9, CostBasis(9, 5100, "EUR"), 0),
        ("4.00", 6, CostBasis(6, 2400, "EUR"), 0),
        ("4.00", 2, CostBasis(2, 800, "EUR"), -400),
        ("4.00", 0, CostBasis(6, 3000, "EUR"), -600),
    ],
)
@pytest.mark.parametrize("is_over", [False, True])
def test_a_price_that_is_agreed_after_units_came_is_that_of_those_on_hand_and_else_an_expense(
    is_over: bool, cost: str, on_hand: int, after: CostBasis, expense: int
) -> None:
    start = on_order(wanted(ordered=10, cost="5.00"))
    order, shelf = changed(start, received(start, arrived(6)), CostedShelf())
    order = closed_short(order, (), ADA, AT) if is_over else order

    right, there = changed(order, repriced(order, cost), CostedShelf(on_hand, shelf.basis))
    again, same = changed(right, repriced(right, cost), there)

    assert (there.basis, right.lines[0].expense) == (after, expense)
    assert (again, same) == (right, there)


def test_a_price_that_is_taken_back_leaves_what_units_cost_as_it_was() -> None:
    start = on_order(wanted(ordered=10, cost="5.00"))
    order, shelf = changed(start, received(start, arrived(7)), CostedShelf())
    for on_hand in range(9):
        there = CostedShelf(on_hand, CostBasis(on_hand or 7, 5 * 777, "EUR"))
        wrong, dearer = changed(order, repriced(order, "6.13"), there)
        right, back = changed(wrong, repriced(wrong, "5.00"), dearer)

        assert (right.lines[0].expense, back) == (0, there)
    assert shelf.on_hand == 7


def test_the_price_of_units_that_are_in_no_average_is_no_expense_when_it_changes() -> None:
    start = on_order(wanted(ordered=10, cost="5.00"))
    in_dollars = CostedShelf(3, CostBasis(3, 900, "USD"))
    order, shelf = changed(start, received(start, arrived(6)), in_dollars)

    right, there = changed(order, repriced(order, "6.00"), shelf)

    assert (right.lines[0].expense, there.basis) == (0, in_dollars.basis)


@pytest.mark.parametrize("on_hand", [0, 1, 2, 3, 7, 10, 12])
@pytest.mark.parametrize("amount", ["0.01", "0.05", "0.15", "0.99", "10.00"])
def test_a_landed_cost_that_is_taken_back_at_once_leaves_no_trace(on_hand: int, amount: str) -> None:
    start = received(landed(on_order(), "3.33", document="F-0"), arrived(10))
    shelf = CostedShelf(on_hand, CostBasis(on_hand or 1, 777, "EUR"))

    wrong, dearer = changed(start, landed(start, amount), shelf)
    right, after = changed(wrong, without_landed_cost(wrong, "F-1", ADA, AT), dearer)

    assert (right.lines, right.landed, after) == (start.lines, start.landed, shelf)
    assert [each.what for each in right.timeline[-2:]] == ["landed cost", "landed cost withdrawn"]


def test_what_is_taken_back_of_units_that_left_is_a_negative_expense() -> None:
    start = landed(on_order(), "10.00")
    order, shelf = changed(start, received(start, arrived(10)), CostedShelf())
    assert shelf == CostedShelf(10, CostBasis(10, 3500, "EUR"))

    order, shelf = changed(order, without_landed_cost(order, "F-1", ADA, AT), CostedShelf(4, shelf.basis))

    assert (shelf.basis, order.lines[0].landed, order.lines[0].expense) == (CostBasis(4, 1000, "EUR"), 0, -600)


def test_no_unit_costs_less_than_nothing_when_a_cost_is_taken_back() -> None:
    start = landed(on_order(), "10.00")
    order, _ = changed(start, received(start, arrived(10)), CostedShelf())
    cheap = CostedShelf(10, CostBasis(10, 300, "EUR"))

    order, shelf = changed(order, without_landed_cost(order, "F-1", ADA, AT), cheap)

    assert (shelf.basis, order.lines[0].expense) == (CostBasis(10, 0, "EUR"), -700)


def test_a_cost_is_taken_back_as_it_was_spread_whatever_changed_since() -> None:
    order = landed(on_order(wanted(ordered=1), wanted(LAMP, ordered=3)), "10.00", SpreadBy.QUANTITY)
    order = landed(received(order, arrived(3, line="2", rejected=1, reason="broken")), "5.00", document="F-2")

    after = without_landed_cost(order, "F-1", ADA, AT)

    assert [line.landed for line in after.lines] == list(after.landed[0].shares)
    assert [line.landed for line in without_landed_cost(after, "F-2", ADA, AT).lines] == [0, 0]
    with pytest.raises(Rejected) as raised:
        without_landed_cost(after, "F-1", ADA, AT)
    assert [error.field for error in raised.value.errors] == ["document"]


def test_a_cost_whose_shares_were_not_stored_takes_what_no_other_explains() -> None:
    order = landed(on_order(wanted(), wanted(LAMP, ordered=3)), "10.01", document="old")
    order = landed(landed(order, "5.00", document="older"), "7.00", SpreadBy.QUANTITY, "new")
    order = order.replace(landed=(*(each.replace(shares=()) for each in order.landed[:2]), order.landed[2]))

    one = without_landed_cost(order, "old", ADA, AT)
    none = without_landed_cost(one, "older", ADA, AT)

    assert [line.landed for line in none.lines] == list(order.landed[2].shares)
    assert [line.landed for line in without_landed_cost(none, "new", ADA, AT).lines] == [0, 0]


def test_what_left_at_another_cost_than_it_came_is_an_expense_though_no_unit_came_in_the_end() -> None:
    start = on_order(wanted(ordered=10))
    order, shelf = changed(start, received(start, arrived(10)), CostedShelf())
    order, shelf = changed(order, repriced(order, "3.50"), CostedShelf(4, shelf.basis))
    order, shelf = changed(order, undone(order, "DN-7", 20), CostedShelf(20, CostBasis(20, 6000, "EUR")))
    assert (shelf.basis, order.lines[0].expense) == (CostBasis(10, 2500, "EUR"), 600)

    assert closed_short(order, (), ADA, AT).lines[0].expense == 600


def test_nothing_of_a_cancelled_purchase_order_is_open_and_its_landed_cost_is_an_expense() -> None:
    order = cancelled(landed(on_order()), ADA, AT)
    assert (order.lines[0].open, order.lines[0].closed, order.lines[0].expense) == (0, 10, 1000)

    late, shelf = changed(order, received(order, arrived(3, accept_over=True)), CostedShelf())

    assert (shelf.basis, late.lines[0].expense) == (CostBasis(3, 3 * 250 + 1000, "EUR"), 0)
    assert without_landed_cost(order, "F-1", ADA, AT).lines[0].expense == 0


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

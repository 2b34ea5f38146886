"""What the routing would do, today and with a draft."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.orders.allocation import goods_of_lines_to_route, routing_request
from packhorse.domain.orders.dry_run import (
    ChosenWarehouses,
    LineOutcome,
    OrderOutcome,
    detailed_outcomes,
    figures,
    outcome,
    shelves_for,
)
from packhorse.domain.orders.order import Order
from packhorse.domain.routing.decision import Rule
from packhorse.domain.routing.rules import decide
from packhorse.domain.stock.goods import Goods
from packhorse.domain.values import Sku
from simulation.builders import a_channel, a_configuration, a_line, a_warehouse, an_order
from tests.domain.order_builders import LAMP, MUG, heard, in_fulfilment, place, received, routed, sent, shelf
from tests.examples import times

EAST_FIRST = a_configuration(a_warehouse("east"), a_warehouse("west"), a_warehouse("main"))
WEST_FIRST = EAST_FIRST.replace(account=EAST_FIRST.account.replace(priorities=("west", "east", "main")))
TWO_MUGS = a_line(quantity=2)
A_LAMP = a_line(LAMP, line="2")


def run(order: Order, stock: Goods, draft: Configuration = WEST_FIRST, **products: Product) -> OrderOutcome:
    return outcome(order, stock, EAST_FIRST, draft, {Sku(each.sku): each for each in products.values()})


def where(choice: ChosenWarehouses | None) -> dict[str, int]:
    assert choice is not None
    return {part.warehouse: part.quantity for part in choice.allocations}


def went(line: LineOutcome) -> tuple[dict[str, int], dict[str, int]]:
    return where(line.today), where(line.draft)


# ---- one order ----------------------------------------------------------------------------------------------------


def test_a_line_is_shown_where_it_goes_with_both() -> None:
    [line] = run(received(TWO_MUGS), shelf(east=5, west=5)).lines

    assert went(line) == ({"east": 2}, {"west": 2})
    assert (line.differs, line.moves) == (True, True)
    assert line.today is not None
    lost = {str(each.warehouse): each.rejected for each in line.today.routing.candidates}
    assert lost["west"] == "comes after east"


def test_an_order_is_asked_as_if_none_of_it_had_a_warehouse() -> None:
    order = routed(received(TWO_MUGS), shelf(east=2), EAST_FIRST)

    [line] = run(order, shelf(east=0, west=1)).lines

    assert (line.quantity, went(line)) == (2, ({"east": 2}, {"east": 2}))


def test_what_has_shipped_is_asked_again_but_is_no_stock_any_more() -> None:
    order = sent(in_fulfilment(TWO_MUGS))

    [line] = run(order, shelf(main=1)).lines

    assert went(line) == ({"main": 1}, {"main": 1})
    assert line.today is not None
    assert line.today.short == 1


def test_what_was_cancelled_is_not_asked_for() -> None:
    gone = received(a_line(quantity=3), A_LAMP)
    cancelled = gone.lines[0].replace(cancelled=3)
    order = gone.replace(lines=(cancelled, gone.lines[1]))

    assert [line.line for line in run(order, Goods()).lines] == ["2"]


def test_a_line_without_product_goes_nowhere() -> None:
    order = heard(an_order(TWO_MUGS))

    result = run(order, shelf(east=5))

    assert (result.lines[0].unmatched, result.lines[0].today, result.differs) == (True, None, False)
    assert (figures([result], "today").orders, figures([result], "today").lines) == (0, 0)


def test_another_rule_or_more_units_differ_without_moving() -> None:
    east_only = a_configuration(
        a_warehouse("east"), a_warehouse("west"), a_warehouse("main"), channel=a_channel(override_warehouse="east")
    )

    [line] = run(received(TWO_MUGS), shelf(east=5), east_only).lines

    assert (line.differs, line.moves) == (True, False)


def test_nothing_differs_from_itself() -> None:
    result = run(received(TWO_MUGS, A_LAMP), shelf(east=1), EAST_FIRST)

    assert (result.differs, [went(line)[0] == went(line)[1] for line in result.lines]) == (False, [True, True])


def test_stock_is_looked_at_wherever_either_could_take_it() -> None:
    draft = EAST_FIRST.with_warehouse(a_warehouse("york"))

    found = shelves_for([received(TWO_MUGS)], EAST_FIRST, draft)

    assert found == {place(MUG, name) for name in ("east", "west", "main", "york")}


@times(0.5)
@given(st.lists(st.tuples(st.sampled_from([MUG, LAMP]), st.integers(1, 4)), min_size=1, max_size=4), st.data())
def test_a_new_order_is_shown_where_the_routing_sends_it(lines: list[tuple[str, int]], data: Any) -> None:
    order = received(*(a_line(sku, n, str(at)) for at, (sku, n) in enumerate(lines)))
    stock = Goods({at: data.draw(st.integers(0, 6)) for at in sorted(shelves_for([order], EAST_FIRST))})

    shown = run(order, stock, EAST_FIRST)

    decision = decide(routing_request(order), stock + goods_of_lines_to_route(order), EAST_FIRST, {})
    assert [line.today and line.today.routing for line in shown.lines] == [part.routing for part in decision.lines]
    assert [line.today and line.today.allocations for line in shown.lines] == [
        part.allocations for part in decision.lines
    ]


@times(0.5)
@given(st.integers(1, 6), st.lists(st.integers(0, 6), min_size=3, max_size=3))
def test_an_order_that_was_just_routed_is_shown_where_it_is(quantity: int, units: list[int]) -> None:
    there = shelf(**dict(zip(("east", "west", "main"), units, strict=True)))
    order = routed(received(a_line(quantity=quantity)), there, EAST_FIRST)
    left = Goods(there)
    for part in order.lines[0].allocations:
        left[place(MUG, part.warehouse)] -= part.quantity

    [line] = run(order, left, EAST_FIRST).lines

    assert line.today is not None
    assert (line.today.allocations, line.today.routing) == (order.lines[0].allocations, order.lines[0].routing)


# ---- many orders ----------------------------------------------------------------------------------------------------


def test_the_figures_count_what_was_routed() -> None:
    stock = shelf(east=2, west=2) + shelf(LAMP, west=1)
    outcomes = [run(received(TWO_MUGS, A_LAMP), stock), run(received(a_line(quantity=9)), stock)]

    today, draft = figures(outcomes, "today"), figures(outcomes, "draft")

    assert (today.orders, today.lines, today.split_rate, today.short_rate) == (2, 3, 0.5, 0.3333)
    assert (draft.split_orders, draft.split_rate, draft.short_lines) == (0, 0.0, 1)
    assert (today.rules[Rule.PRIORITY], today.rules[Rule.CATCHALL], today.rules[Rule.GEO]) == (0.6667, 0.3333, 0.0)


def test_no_orders_have_figures_of_nothing() -> None:
    nothing = figures([], "draft")

    assert (nothing.orders, nothing.split_rate, set(nothing.rules.values())) == (0, 0.0, {0.0})


def test_orders_that_differ_are_told_first() -> None:
    same, other = run(received(TWO_MUGS), shelf(east=5)), run(received(TWO_MUGS), shelf(east=5, west=5))

    assert list(detailed_outcomes([same, other, same], 2, 1_000_000)) == [other, same]


def test_an_order_too_long_to_be_told_loses_its_traces_first() -> None:
    one = run(received(TWO_MUGS), shelf(east=5, west=5))
    size = len(one.model_dump_json().encode())

    [cut] = detailed_outcomes([one], 50, size - 1)

    assert (cut.traced, [went(line) for line in cut.lines]) == (False, [went(line) for line in one.lines])
    assert [line.today and line.today.routing.candidates for line in cut.lines] == [()]
    assert list(detailed_outcomes([one], 50, 10)) == []
    assert list(detailed_outcomes([one, one], 50, size)) == [one]

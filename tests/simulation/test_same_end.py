"""The same end, whatever the order and number of deliveries and whatever clocks say; and how many calls it takes."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from packhorse.domain.orders.channel_order import ChannelOrder
from simulation.builders import NOON, a_line, an_order, later
from simulation.order_documents import Document, shipped_units
from simulation.sale import EAST, MUG, PAIR, WEST, Sale, a_sale
from simulation.stated_orders import TRADE

PLENTY = 50
TEN_MINUTES = 600.0
CALLS_AN_ORDER = 32


class Line(NamedTuple):
    """What became of a line: the units that nobody cancelled, those that have left, those that stock is held for.

    Which stock those took that the shop shipped depends on the order of messages, by rule: an order that is first seen
    as shipped takes none.
    """

    wanted: int
    gone: int
    held: int


def end(document: Document) -> Mapping[str, Any]:
    """An order at its end, without the way that it took there."""
    gone = shipped_units(document)
    lines = {
        line["id"]: Line(
            line["quantity"] - line.get("cancelled", 0),
            line.get("elsewhere", 0) + gone[line["id"]],
            sum(part["quantity"] for part in line.get("allocations", ())) - gone[line["id"]],
        )
        for line in document["lines"]
    }
    return {
        "lines": {name: line for name, line in lines.items() if any(line)},
        "exceptions": sorted(problem["cause"] for problem in document.get("exceptions", ())),
        **{fact: document.get(fact) for fact in ("status", "modified_at", "paid_at", "cancelled_at")},
    }


def ends(sale: Sale) -> tuple[Sequence[Mapping[str, Any]], Counter[tuple[str, str]]]:
    """All orders at their ends, and what is committed, of which sku."""
    assert sale.errors == []
    documents = sorted(sale.orders.values(), key=lambda each: str(each["channel_order_id"]))
    committed = Counter({place: balance["committed"] for place, balance in sale.run.books.stock.items()})
    return [end(document) for document in documents], +committed


# ---- order and number of deliveries ------------------------------------------------------------------------------


@st.composite
def histories(draw: Callable[..., Any]) -> list[ChannelOrder]:
    """What a channel says of an order, one after the other, until it is cancelled or shipped."""
    told = [an_order(a_line(MUG, 2), a_line(PAIR, 1, "2"), channel=TRADE, paid_at=draw(st.sampled_from((None, NOON))))]
    for _ in range(draw(st.integers(0, 3))):
        lines = (a_line(MUG, draw(st.integers(0, 4))), a_line(PAIR, draw(st.integers(0, 2)), "2"))
        told.append(later(told[-1], **draw(st.sampled_from(({"paid_at": NOON}, {"lines": lines})))))
    last = draw(st.sampled_from(({}, {"cancelled_at": NOON}, {"shipped_at": NOON})))
    return [*told, later(told[-1], **last)]


@settings(max_examples=60)
@given(histories(), st.randoms(use_true_random=False), st.booleans(), st.integers(0, 1000))
def test_deliveries_in_any_order_and_number_end_as_those_in_turn_do(
    told: list[ChannelOrder], dice: Any, is_at_once: bool, seed: int
) -> None:
    shuffled = [each for each in told for _ in range(dice.choice((1, 1, 2)))]
    dice.shuffle(shuffled)

    assert delivered(shuffled, seed, seconds=3 if is_at_once else None) == delivered(told, seed)


def delivered(told: Sequence[ChannelOrder], seed: int, seconds: float | None = None) -> Any:
    """What comes of messages: all within so many seconds, or each once what came before has settled."""
    with a_sale(seed) as sale:
        sale.stock({EAST: PLENTY, WEST: PLENTY})
        for each in [told] if seconds else [[one] for one in told]:
            sale.send(each, seconds or 0)
            sale.until_quiet()
        return ends(sale)


# ---- clocks ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(10))
def test_clocks_that_are_ten_minutes_wrong_change_nothing(seed: int) -> None:
    assert a_day(seed, TEN_MINUTES) == a_day(seed, 0.0)


def a_day(seed: int, clocks_wrong_by: float) -> Any:
    """Orders, a delivery for those who wait, an edit, a cancellation, parcels."""
    with a_sale(seed) as sale:
        sale.run.deployment.clocks_wrong_by = clocks_wrong_by
        sale.stock({EAST: 2})
        orders = [an_order(a_line(MUG, 2), channel=TRADE, channel_order_id=f"{number}") for number in range(3)]
        for each in orders:
            sale.send([each], seconds=0)
            sale.until_quiet()
        sale.send([later(orders[1], lines=(a_line(MUG, 1),)), later(orders[2], cancelled_at=NOON)], seconds=0)
        sale.until_quiet()
        sale.receive(5)
        sale.until_quiet()
        sale.run.turns.spawn(sale.run.outside.ship_all, "warehouse")
        sale.until_quiet()
        return ends(sale)


# ---- how long it takes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("buyers", [1, 10, 60])
def test_orders_come_to_their_end_after_a_bounded_number_of_calls(buyers: int) -> None:
    with a_sale(seed=5) as sale:
        sale.stock({EAST: buyers})
        sale.until_quiet()
        before = sale.world.calls.total()

        sale.send([an_order(a_line(MUG), channel=TRADE) for _ in range(buyers)], seconds=2)
        sale.until_quiet()
        sale.run.turns.spawn(sale.run.outside.ship_all, "warehouse")
        sale.until_quiet()

        assert [end(each)["status"] for each in sale.orders.values()] == ["complete"] * buyers
        assert sale.world.calls.total() - before <= CALLS_AN_ORDER * buyers

"""What of a purchase order's line no order needs any more, and could be taken off it."""

from typing import Any

import pytest

from packhorse.domain.money import Money
from packhorse.domain.purchasing.made_for import MadeFor
from packhorse.domain.purchasing.purchase_line import PurchaseLine


def part(order: str, units: int, unneeded: int = 0) -> MadeFor:
    return MadeFor(order=order, line="1", units=units, unneeded=unneeded)


def a_line(ordered: int, *made_for: MadeFor, **more: Any) -> PurchaseLine:
    return PurchaseLine(
        id="1", sku="MUG", ordered=ordered, unit_cost=Money.of("2.00", "EUR"), made_for=made_for, **more
    )


@pytest.mark.parametrize(
    ("line", "given_up", "unneeded"),
    [
        (a_line(10, part("a", 5), part("b", 5, 5)), 5, 5),
        (a_line(12, part("a", 5, 5), for_stock=12), 5, 0),
        (a_line(20, part("a", 10, 2), for_stock=10), 2, 2),
        (a_line(12, part("a", 5), part("b", 5, 5), case_pack=12), 5, 0),
        (a_line(12, part("a", 5, 5), part("b", 5, 5), case_pack=12), 10, 10),
        (a_line(20, part("a", 5, 3), minimum=20), 3, 0),
        (a_line(20, part("a", 10, 10), for_stock=10, refused=10), 10, 0),
        (a_line(10, part("a", 5), part("b", 5, 5), received=4, closed=3), 2, 2),
        (a_line(10, part("a", 5), part("b", 5, 5), received=10), 0, 0),
        (a_line(12, part("a", 12, 6), minimum=12, received=6), 6, 6),
        (a_line(12, part("a", 10, 8), case_pack=12, received=2), 8, 8),
        (a_line(20, part("a", 12, 6), for_stock=8, minimum=20, received=6), 6, 0),
    ],
    ids=[
        "for orders alone",
        "for stock, which served one that went",
        "for both, and an order wants fewer",
        "the rest of a case",
        "a whole case",
        "the supplier's minimum",
        "what is left is for stock",
        "closed short in part",
        "all came",
        "the rest of the minimum, of which nothing is awaited",
        "the rest of a case, of which nothing is awaited",
        "the rest of the minimum, some of it for stock",
    ],
)
def test_units_that_orders_gave_up_are_unneeded_unless_they_come_anyway(
    line: PurchaseLine, given_up: int, unneeded: int
) -> None:
    assert (line.given_up, line.unneeded) == (given_up, unneeded)


def claimed(line: PurchaseLine, units: int) -> PurchaseLine:
    """The line after an order took units of it that no other one needs, and gave them up."""
    later = MadeFor(order="later", line="1", units=units, unneeded=units, came_before=line.came)
    return line.replace(made_for=(*line.made_for, later))


@pytest.mark.parametrize(
    "line",
    [
        a_line(5, part("a", 5, 5)),
        a_line(10, part("a", 5), part("b", 5, 5)),
        a_line(20, part("a", 10, 2), for_stock=10),
        a_line(12, part("a", 5, 5), part("b", 5, 5), case_pack=12),
        a_line(10, part("a", 5), part("b", 5, 5), received=4, closed=3),
        a_line(10, part("a", 2), part("b", 4, 4), received=6),
        a_line(12, part("a", 10, 8), case_pack=12, received=2),
    ],
)
def test_units_that_a_person_keeps_are_wanted_whoever_takes_and_leaves_them(line: PurchaseLine) -> None:
    assert line.unneeded
    kept = line.kept

    assert [claimed(kept, units).unneeded for units in range(1, kept.free + 1)] == [0] * kept.free


def test_the_rest_of_a_case_stays_for_the_order_that_a_person_keeps_nothing_of() -> None:
    line = a_line(12, part("a", 5), part("b", 5, 5), case_pack=12)

    assert line.kept == a_line(12, part("a", 5), case_pack=12)

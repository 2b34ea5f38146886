"""What is new of a purchase order is said with its orders, as people call them."""

from packhorse.domain.numbered import Entry
from packhorse.domain.purchasing.additions import added
from packhorse.domain.purchasing.made_for import MadeFor
from packhorse.domain.purchasing.purchase_line import PurchaseLine, WantedLine
from tests.domain.purchasing.purchase_builders import AT, LAMP, MUG, wanted

CALLED = {"a": "#1001", "b": "UK-7"}


def made_for(order: str, units: int) -> MadeFor:
    return MadeFor(order=order, line="1", units=units)


def lines(*wanted: WantedLine) -> list[PurchaseLine]:
    return [PurchaseLine.numbered(number, each) for number, each in enumerate(wanted, start=1)]


def test_units_are_said_by_order_and_those_that_no_order_needs_apart() -> None:
    one = lines(wanted(ordered=6, made_for=(made_for("a", 2), made_for("b", 3))), wanted(LAMP, 4))

    assert added((), one, CALLED) == f"2 of {MUG} for #1001, 3 of {MUG} for UK-7, 1 of {MUG}, 4 of {LAMP}"


def test_of_a_line_that_was_there_only_what_is_new_is_said() -> None:
    before = lines(wanted(ordered=6, made_for=(made_for("a", 2),)), wanted(LAMP, 4))
    after = lines(wanted(ordered=6, made_for=(made_for("a", 2), made_for("b", 3))), wanted(LAMP, 9))

    assert added(before, after, CALLED) == f"3 of {MUG} for UK-7, 5 of {LAMP}"


def test_an_order_that_is_called_nothing_is_said_by_its_id() -> None:
    assert added((), lines(wanted(ordered=2, made_for=(made_for("c", 2),))), CALLED) == f"2 of {MUG} for c"


def test_of_very_many_as_many_are_said_as_an_entry_takes() -> None:
    one = lines(wanted(ordered=200, made_for=tuple(made_for(f"order {number}", 1) for number in range(200))))
    said = added((), one, {})

    assert said.startswith(f"1 of {MUG} for order 0, ")
    assert said.endswith(" more")
    assert Entry(at=AT, what="created", who="user:ada", detail=said).detail == said
    long = lines(*(wanted("ö" * 100 if place else "Ä" * 100, 1) for place in range(2)))
    assert len(Entry(at=AT, what="created", who="user:ada", detail=added((), long, {})).detail) <= 255

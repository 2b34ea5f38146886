"""What a person sets of a line stays while its channel repeats what it has there, whatever that is."""

from packhorse.domain.orders.intake import is_other_order
from packhorse.domain.orders.line_edits import LineEdit, with_edited_lines
from packhorse.domain.orders.matching import Match
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.restock import unshipped_only
from packhorse.domain.orders.steps import cancelled, with_hold
from packhorse.domain.values import Sku
from simulation.builders import a_line, an_order, later
from tests.domain.order_builders import (
    LAMP,
    LATER,
    MUG,
    hear,
    in_fulfilment,
    kinds,
    received,
    routed,
    sent,
    story,
    the_line,
)
from tests.domain.orders.test_taking_back import HOLD, PERSON, with_supplier

PLACED = an_order(a_line(MUG, 2), a_line(LAMP, 2, line="2"))
WITHOUT_LAMPS = later(PLACED, lines=PLACED.lines[:1])


def edited(order: Order, line: str, edit: LineEdit) -> Order:
    return with_edited_lines(order, {line: edit}, LATER, PERSON, restock=unshipped_only).order


def waiting() -> Order:
    """The order without its lamps, which its channel removed."""
    return hear(routed(received(*PLACED.lines)), WITHOUT_LAMPS)


def test_a_line_that_the_channel_removed_and_a_person_wants_stays() -> None:
    order = edited(waiting(), "2", LineEdit(quantity=1))

    again = hear(order, WITHOUT_LAMPS, later(WITHOUT_LAMPS, note="Ring twice"))

    assert (the_line(again, "2").quantity, "edit_overwritten" in story(again)) == (1, False)


def test_it_is_as_the_channel_has_it_once_that_adds_it_again() -> None:
    order = edited(waiting(), "2", LineEdit(quantity=1))

    again = hear(order, later(PLACED, 3))

    assert (the_line(again, "2").quantity, the_line(again, "2").stated_quantity) == (2, None)


def test_another_item_in_a_line_that_the_channel_removed_stays() -> None:
    order = edited(waiting(), "2", LineEdit(match=Match(Sku("BOWL"))))

    assert hear(order, WITHOUT_LAMPS).lines == order.lines


def test_an_order_of_a_file_in_which_a_person_put_another_item_is_the_one_that_its_channel_sends_later() -> None:
    of_file = received(a_line(MUG), channel_order_id="1", number="1", source="csv:orders.csv", lists_parcels=False)
    told = an_order(a_line(MUG), channel_order_id="1", number="#2001")

    assert not is_other_order(edited(of_file, "1", LineEdit(match=Match(Sku("BOWL")))), told)
    assert is_other_order(of_file, told.replace(lines=(a_line(LAMP),)))


def test_what_a_person_set_of_a_cancelled_order_is_not_forgotten() -> None:
    """No message changes lines of it: a second one may not take a new line for the edited one."""
    order = edited(routed(received(a_line(MUG, 2))), "1", LineEdit(match=Match(Sku(LAMP))))
    order = cancelled(order, LATER, PERSON, restock=unshipped_only).order
    other = later(an_order(a_line(LAMP, line="7")))

    again = hear(order, other)

    assert (again.lines, hear(again, other)) == (order.lines, again)


def test_more_of_a_line_of_which_the_channel_removed_units_that_had_left_stay() -> None:
    fewer = later(PLACED, lines=(PLACED.lines[0], a_line(LAMP, 1, line="2")))
    shipped = sent(in_fulfilment(*PLACED.lines), _2=2)
    held = with_hold(hear(shipped, fewer), HOLD)
    order = edited(held, "2", LineEdit(quantity=3))
    assert (the_line(order, "2").stated_quantity, the_line(order, "2").removed_late) == (1, 0)

    assert hear(order, fewer) == order


def test_units_that_a_person_wants_of_those_a_supplier_is_to_keep_back_stay() -> None:
    one = an_order(a_line(quantity=1), number="#1")
    order = hear(with_supplier(), later(one))
    order = edited(order, "1", LineEdit(quantity=2))
    assert (the_line(order).stated_quantity, the_line(order).removed_late) == (1, 1)

    assert hear(order, later(one)) == order


def test_a_line_that_a_person_keeps_while_the_channel_has_another_item_there_stays() -> None:
    other = an_order(a_line("BOWL", 1), number="#1")
    order = hear(with_supplier(), later(other))
    order = edited(order, "1", LineEdit(quantity=2))

    again = hear(order, later(other), later(other, 2))

    assert again.lines == order.lines
    assert ("edit_overwritten" in story(again), the_line(again).late_item) == (False, None)
    assert kinds(order) == kinds(again)


def test_a_line_that_is_removed_is_none_of_no_units_of_its_former_item_whatever_a_person_wanted() -> None:
    order = hear(sent(in_fulfilment(a_line(MUG, 3)), _1=1), later(an_order(a_line(LAMP, 1))))
    order = edited(order, "1", LineEdit(quantity=2))
    removed = later(an_order(a_line(MUG, 0, line="7")), 2)

    once = hear(order, removed)

    assert (the_line(once).quantity, hear(once, removed)) == (1, once)

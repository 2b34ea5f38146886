from collections import Counter
from datetime import datetime, timedelta

import pytest

from packhorse.domain.address import Address
from packhorse.domain.configuration.channel import ReduceOn
from packhorse.domain.orders.allocation import ready_lines, with_hand_over
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.channel_order import ChannelHold
from packhorse.domain.orders.completion import completed, with_pending_settled
from packhorse.domain.orders.destination import with_checked_destination
from packhorse.domain.orders.fulfilment_order import FulfilmentStatus
from packhorse.domain.orders.intake import takes_stock, updated
from packhorse.domain.orders.order import Hold, Status
from packhorse.domain.orders.restock import unshipped_only
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.steps import cancelled, with_hold, without_hold
from simulation.builders import NOON, a_channel, a_configuration, a_line, an_order, later
from tests.domain.order_builders import (
    LATER,
    SHOP,
    changes,
    handed,
    heard,
    in_fulfilment,
    kinds,
    place,
    received,
    routed,
    shelf,
    where,
    with_products,
)

NARNIA = Address(name="Lucy", address1="1 Lamp Post", city="Cair Paravel", country="Narnia")
GONDOR = NARNIA.replace(country="Gondor")
BERLIN = NARNIA.replace(city="Berlin", country="Germany")


def test_an_order_to_an_unknown_country_takes_its_stock_and_says_so() -> None:
    order = with_checked_destination(heard(an_order(ship_to=NARNIA)), NOON)

    assert takes_stock(order, None)
    assert kinds(order) == ["unknown_country"]
    assert "“Narnia”" in order.exceptions[0].message


def test_looking_at_it_again_changes_nothing() -> None:
    order = with_checked_destination(heard(an_order(ship_to=NARNIA)), NOON)

    assert with_checked_destination(order, LATER) == order


@pytest.mark.parametrize("ship_to", [None, Address(), Address(name="Lucy", country="DE")])
def test_an_order_without_an_address_takes_its_stock_and_is_handed_over_once_it_has_one(
    ship_to: Address | None,
) -> None:
    told = an_order(ship_to=ship_to)
    order = with_checked_destination(heard(told), NOON)

    assert (kinds(order), takes_stock(order, None)) == (["no_address"], True)
    order = with_checked_destination(routed(with_products(order)), LATER)
    assert (where(order), kinds(order)) == ({"main": 1}, ["no_address"])
    assert with_hand_over(order, a_configuration(), LATER) == order
    order = updated(order, later(told, ship_to=BERLIN), LATER, SHOP, restock=unshipped_only).order
    order = handed(with_checked_destination(order, LATER))
    assert (kinds(order), order.status) == ([], Status.IN_FULFILMENT)


@pytest.mark.parametrize(("paid_at", "takes"), [(None, False), (NOON, True)])
def test_where_stock_is_taken_when_paid_an_order_without_an_address_takes_it_then(
    paid_at: datetime | None, *, takes: bool
) -> None:
    channel = a_channel(reduce_on=ReduceOn.PAID)

    assert takes_stock(heard(an_order(ship_to=None, paid_at=paid_at)), channel) is takes


def test_what_may_be_another_order_once_more_takes_no_stock_whether_it_has_an_address_or_not() -> None:
    hold = Hold(id="1", owner="packhorse", reason="the same?", placed_at=NOON, other="0" * 32)

    for ship_to in (None, BERLIN):
        assert not takes_stock(with_hold(heard(an_order(ship_to=ship_to)), hold), None)


@pytest.mark.parametrize("ship_to", [None, NARNIA])
def test_what_is_short_of_an_order_without_an_address_waits_for_stock(ship_to: Address | None) -> None:
    order = routed(received(a_line(quantity=3), ship_to=ship_to), shelf(main=1))

    assert (where(order), order.lines[0].short, order.lines[0].awaited) == ({"main": 1}, 2, ("main",))
    whole = routed(order, shelf(main=2))
    assert where(whole) == {"main": 3}
    assert with_hand_over(whole, a_configuration(), LATER) == whole


@pytest.mark.parametrize("ship_to", [None, NARNIA])
def test_a_cancelled_order_without_an_address_gives_its_stock_back(ship_to: Address | None) -> None:
    told = an_order(a_line(quantity=2), ship_to=ship_to, paid_at=None)
    order = routed(with_products(heard(told)))

    change = updated(order, later(told, cancelled_at=LATER), LATER, SHOP, restock=unshipped_only)

    assert (change.order.status, changes(change.committed)) == (Status.CANCELLED, {place(): -2})


def test_what_the_buyer_fetches_leaves_from_where_its_stock_is_once_its_channel_says_that_all_has_left() -> None:
    told = an_order(ship_to=None, is_fetched=True)
    order = with_checked_destination(routed(with_products(heard(told))), NOON)

    gone = updated(order, later(told, shipped_at=LATER), LATER, SHOP, restock=unshipped_only)

    assert (gone.order.status, kinds(gone.order)) == (Status.COMPLETE, [])
    assert gone.order.shipped == Counter({line.id: line.quantity for line in told.lines})
    assert changes(gone.shipped) == {place(): 1}


def test_what_the_buyer_has_fetched_before_its_order_is_heard_of_takes_its_stock() -> None:
    order = received(ship_to=None, is_fetched=True, shipped_at=LATER)

    left = with_pending_settled(Change(routed(order)), LATER).order

    assert (left.status, kinds(left)) == (Status.COMPLETE, [])
    assert left.shipped == Counter({line.id: line.quantity for line in order.lines})


def test_what_the_buyer_fetches_leaves_from_where_its_stock_is_once_a_person_completes_it() -> None:
    order = with_checked_destination(routed(received(ship_to=None, is_fetched=True)), NOON)

    gone = completed(order, LATER, "Eve")

    assert (gone.order.status, kinds(gone.order), changes(gone.shipped)) == (Status.COMPLETE, [], {place(): 1})
    assert [(each.warehouse, each.status) for each in gone.order.fulfilments] == [("main", FulfilmentStatus.SHIPPED)]


def test_what_the_channel_has_on_hold_needs_no_address_from_anyone_else_until_it_is_released() -> None:
    held = ChannelHold(id="pending", reason="not authorised yet")
    told = an_order(ship_to=None, holds_there=(held,))
    order = with_checked_destination(heard(told), NOON)

    assert (kinds(order), takes_stock(order, None)) == ([], True)
    released = updated(order, later(told, holds_there=()), LATER, SHOP, restock=unshipped_only).order
    assert kinds(with_checked_destination(released, LATER)) == ["no_address"]


def test_an_order_that_has_its_stock_is_not_handed_over_without_an_address() -> None:
    order = routed(received()).replace(ship_to=None)

    assert list(ready_lines(order, a_configuration().account)) == []
    assert kinds(with_checked_destination(order, LATER)) == ["no_address"]


@pytest.mark.parametrize("ship_to", [NARNIA.replace(country=""), BERLIN, BERLIN.replace(country="AGO")])
def test_an_order_whose_address_names_no_country_or_a_known_one_is_not_about_it(ship_to: Address | None) -> None:
    order = heard(an_order(ship_to=ship_to))

    assert with_checked_destination(order, NOON) == order
    assert takes_stock(order, None)


def test_the_channels_next_message_with_a_country_ends_it() -> None:
    told = an_order(ship_to=NARNIA)
    order = with_checked_destination(heard(told), NOON)

    order = updated(order, later(told, ship_to=BERLIN), LATER, SHOP, restock=unshipped_only).order

    assert kinds(order) == []
    assert takes_stock(order, None)


def test_another_unknown_country_is_named_instead() -> None:
    told = an_order(ship_to=NARNIA)
    order = with_checked_destination(heard(told), NOON)

    order = updated(order, later(told, ship_to=GONDOR), LATER, SHOP, restock=unshipped_only).order
    order = with_checked_destination(order, LATER)

    assert [problem.message.split("“")[1][:6] for problem in order.exceptions] == ["Gondor"]


def test_it_ends_with_the_order() -> None:
    order = with_checked_destination(with_products(heard(an_order(ship_to=NARNIA))), NOON)

    order = cancelled(order, LATER, "Eve", restock=unshipped_only).order

    assert kinds(with_status(order, LATER, "Eve")) == []


def test_an_order_that_has_its_stock_is_not_handed_over_to_an_unknown_country() -> None:
    order = routed(received()).replace(ship_to=NARNIA)

    assert list(ready_lines(order, a_configuration().account)) == []
    assert kinds(with_checked_destination(order, LATER)) == ["unknown_country"]


def test_what_was_handed_over_in_full_is_no_matter_of_it() -> None:
    order = in_fulfilment().replace(ship_to=NARNIA, modified_at=NOON + timedelta(hours=2))

    assert kinds(with_checked_destination(order, LATER)) == []


@pytest.mark.parametrize("ship_to", [Address(), NARNIA])
def test_what_a_hold_took_back_is_not_handed_over_again_without_an_address(ship_to: Address) -> None:
    hold = Hold(id="1", owner="Eve", reason="look", placed_at=LATER)
    order = with_hold(in_fulfilment(), hold).replace(ship_to=ship_to)

    released = with_checked_destination(without_hold(order, "1", LATER, "Eve"), LATER)

    assert with_hand_over(released, a_configuration(), LATER) == released
    assert kinds(released) == ["no_address" if ship_to == Address() else "unknown_country"]
    addressed = with_checked_destination(released.replace(ship_to=BERLIN), LATER)
    assert kinds(addressed) == []
    assert not with_hand_over(addressed, a_configuration(), LATER).fulfilments[0].is_taken_back

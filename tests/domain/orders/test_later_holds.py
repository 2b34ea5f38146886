"""What a channel says of an order that is over holds it once it goes on."""

from collections.abc import Callable

import pytest

from packhorse.domain.orders import deleting
from packhorse.domain.orders.allocation import with_hand_over
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.orders.order import Order, Status
from packhorse.domain.orders.shipping import shipped
from packhorse.domain.orders.steps import without_hold
from simulation.builders import a_configuration, a_line, an_order, later
from tests.domain.label_builders import begun, bought, voided
from tests.domain.order_builders import LATER, SHOP, a_parcel, hear, kinds, shipping, story

TOLD = an_order(a_line(quantity=1))
SAID: dict[str, Callable[[Order], Order]] = {
    "deleted": lambda order: deleting.deleted(order, LATER, SHOP),
    "refunded": lambda order: hear(order, later(TOLD, refunded_at=LATER)),
    "unpaid": lambda order: hear(order, later(TOLD, paid_at=None, is_unpaid=True)),
}
"""What a channel says that holds an order, by the id of the hold."""
TAKEN_BACK: dict[str, ChannelOrder] = {
    "deleted": later(TOLD, 24 * 60, is_restored=True),
    "refunded": later(TOLD, 2),
    "unpaid": later(TOLD, 2),
}

every_word = pytest.mark.parametrize("name", SAID)


def complete() -> Order:
    """Return an order that is complete, all of it sent by a label of ours."""
    order = bought(begun(shipping(TOLD), _1=1)).order
    assert order.status is Status.COMPLETE
    return order


def is_handed_over(order: Order) -> bool:
    """Return whether its warehouse would be asked to ship it now."""
    return with_hand_over(order, a_configuration(), LATER).attempts > order.attempts


@every_word
def test_an_order_that_goes_on_is_held_for_what_its_channel_said_when_it_was_over(name: str) -> None:
    order = SAID[name](complete())
    again = voided(order).order

    assert (order.holds, kinds(order), "held" in story(order)) == ((), [], False)
    assert ([hold.id for hold in again.holds], again.later_holds, "held" in story(again)) == ([name], (), True)
    assert kinds(again) == (["deleted_in_channel"] if name == "deleted" else [])
    assert is_handed_over(again) is False
    assert is_handed_over(without_hold(again, name, LATER, "Eve")) is True


@every_word
def test_it_is_said_once_and_a_person_who_releases_it_is_not_overruled(name: str) -> None:
    order = SAID[name](SAID[name](complete()))
    released = without_hold(voided(order).order, name, LATER, "Eve")

    assert len(order.later_holds) == 1
    assert SAID[name](released).holds == ()


@every_word
def test_nothing_holds_an_order_of_which_the_channel_has_taken_it_back_before(name: str) -> None:
    order = hear(SAID[name](complete()), TAKEN_BACK[name])

    assert voided(order).order.holds == ()


def test_a_deletion_is_said_again_once_what_had_left_all_the_same_is_to_be_sent_again() -> None:
    order = deleting.deleted(begun(shipping(TOLD), _1=1), LATER, SHOP)
    gone = shipped(bought(order).order, 1, [a_parcel("9400 1", _1=1)], LATER, "warehouse", override=True).order
    again = voided(gone).order

    assert (kinds(order), kinds(gone), kinds(again)) == (["deleted_in_channel"], [], ["deleted_in_channel"])
    assert again.holds == order.holds

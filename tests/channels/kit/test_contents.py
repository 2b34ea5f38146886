"""What orders hold: each case is read the same of every kind, by every way in which its orders come."""

from datetime import timedelta

import pytest

from packhorse.channels.protocol import UnreadableOrder
from packhorse.domain.configuration.channel import ChannelKind
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.orders.intake import new_order, updated
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.restock import unshipped_only
from tests.channels.kit.cases import CASES, STORIES, Refused
from tests.channels.kit.place import Place, Taken
from tests.channels.kit.places import PLACES
from tests.channels.kit.ports import PORTS
from tests.channels.kit.sale import PLACED, End, Read, end_of, view

ACTS = frozenset(
    {*PORTS, "refuse a listing", "lack a permission", "ship without a number", "extra box", "end a listing"}
)
"""What a kind may not be able to do, beside what its orders cannot say."""


@pytest.mark.parametrize("kind", PLACES)
def test_what_a_kind_cannot_say_is_a_case_and_has_a_reason(kind: ChannelKind) -> None:
    made = PLACES[kind]
    stated = [made.cannot, *made.silent.values()]

    assert {name for each in stated for name in each} <= CASES.keys() | STORIES.keys() | ACTS
    assert all(reason for each in stated for reason in each.values())


@pytest.mark.parametrize("name", CASES)
def test_what_an_order_holds_is_read_by_every_way(place: Place, name: str) -> None:
    if name in place.cannot:
        pytest.skip(place.cannot[name])
    case = CASES[name]

    taken = {}
    for way, deliver in place.ways.items():
        place.reset()
        taken[way] = outcome(deliver(case.sale), case.reads)

    expected = {way: None if name in place.silent.get(way, ()) else stated(place, case.reads) for way in place.ways}
    assert taken == expected
    assert set(place.silent) < set(place.ways) or not place.silent


def outcome(taken: Taken, reads: Read | Refused | None) -> Read | Refused | str | None:
    """Return what was read, nothing of an order that is not to be stored; of one refused as it should be, that."""
    if isinstance(taken, ChannelOrder):
        return None if taken.only_if_stored else view(taken)
    if isinstance(taken, UnreadableOrder):
        return reads if isinstance(reads, Refused) and f"{reads.field}: " in taken.reason else taken.reason
    return None


def stated(place: Place, reads: Read | Refused | None) -> Read | Refused | None:
    """Return what a kind says of it: not all list their parcels."""
    return reads if place.lists_parcels or not isinstance(reads, Read) else reads._replace(parcels=())


@pytest.mark.parametrize("name", STORIES)
def test_messages_in_any_order_end_the_same(place: Place, name: str) -> None:
    if name in place.cannot:
        pytest.skip(place.cannot[name])
    story = STORIES[name]

    for way, deliver in place.ways.items():
        messages = [deliver(each) for each in story.messages]

        assert end_of(taken_in(*messages)) == ending(place, story.ends), way


def ending(place: Place, ends: End) -> End:
    """Return how it ends of a kind that may not list its parcels."""
    return ends if place.lists_parcels else ends._replace(numbers=())


def taken_in(*messages: Taken) -> Order:
    """Return the order after messages as they came."""
    orders = [each for each in messages if isinstance(each, ChannelOrder)]
    assert len(orders) == len(messages)
    found = new_order(orders[0], PLACED, "kit").order
    for number, each in enumerate(orders[1:], 1):
        found = updated(found, each, PLACED + timedelta(minutes=number), "kit", restock=unshipped_only).order
    return found

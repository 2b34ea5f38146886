"""What channels say about orders, in whatever order and however often they say it."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packhorse.domain.address import Address
from packhorse.domain.configuration.channel import ReduceOn
from packhorse.domain.money import Money
from packhorse.domain.orders.awaited import is_ignored, why_too_early
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.channel_order import ChannelHold, ChannelLine, ChannelOrder, ChannelParcel, Customer
from packhorse.domain.orders.deleting import deleted
from packhorse.domain.orders.hold_notice import HoldCategory, HoldNotice
from packhorse.domain.orders.intake import as_connected, new_order, takes_stock, updated
from packhorse.domain.orders.matching import Match, matched, product_for
from packhorse.domain.orders.order import Flag, Hold, Order, Status
from packhorse.domain.orders.overrides import set_by_person
from packhorse.domain.orders.parcel import units_of
from packhorse.domain.orders.reported import pending_units
from packhorse.domain.orders.restock import unshipped_only
from packhorse.domain.orders.steps import cancelled, with_hold, without_hold
from packhorse.domain.values import Sku
from simulation.builders import NOON, a_channel, a_line, an_order, later
from tests.domain.order_builders import (
    LAMP,
    LATER,
    MUG,
    SHOP,
    a_told_parcel,
    arrived,
    changes,
    handed,
    hear,
    heard,
    in_fulfilment,
    kinds,
    made_there,
    parts,
    place,
    sent,
    settled,
    shipping,
    story,
    the_line,
    with_products,
)
from tests.examples import times


def change_by(order: Order, told: ChannelOrder) -> Change:
    return updated(order, told, LATER, SHOP, restock=unshipped_only)


# ---- fields that did not fit


def test_the_timeline_names_the_fields_that_were_cut_or_rounded() -> None:
    told = an_order(adjusted=("note", "tax"))
    order = heard(told)
    changed = later(told, adjusted=("note",), note="Ring twice")
    other = hear(order, changed)

    assert ("adjusted", "cut, rounded or left out: note, tax") in [(e.what, e.detail) for e in order.timeline]
    assert other.timeline[-1].detail == "cut, rounded or left out: note"
    assert hear(other, later(changed)).timeline == other.timeline


# ---- new orders, in every state that a channel may send


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({"paid_at": None}, Status.AWAITING_PAYMENT),
        ({}, Status.OPEN),
        ({"parcels": (a_told_parcel(_1=1),)}, Status.PARTIALLY_SHIPPED),
        ({"shipped_at": NOON}, Status.COMPLETE),
        ({"shipped_at": NOON, "paid_at": None}, Status.COMPLETE),
        ({"shipped_at": NOON, "parcels": (a_told_parcel(),)}, Status.COMPLETE),
        ({"cancelled_at": NOON}, Status.CANCELLED),
        ({"cancelled_at": NOON, "paid_at": None}, Status.CANCELLED),
    ],
)
def test_a_new_order_has_the_status_of_what_its_channel_tells(facts: dict[str, Any], status: Status) -> None:
    told = an_order(a_line(quantity=2), **facts)

    assert new_order(told, LATER, SHOP).shelves == []
    assert (arrived(told).status, kinds(arrived(told))) == (status, [])


def test_a_new_order_is_kept_as_it_was_told() -> None:
    told = an_order(a_line(quantity=2, reference="44211"), note="Leave it with the neighbour", source="uploads/1.csv")

    order = heard(told)

    assert (order.id, order.version, order.received_at) == (told.order_id, 0, NOON)
    differs = {"lines", "parcels", "lists_parcels", "is_archived", "is_restored", "by_hand", "adjusted", "payment"}
    differs |= {"holds_there", "parts_not_held", "read_at", "is_unpaid", "is_fetched", "only_if_stored"}
    differs |= {"internal_note"}
    assert order.model_dump(include=set(ChannelOrder.model_fields) - differs) == told.model_dump(exclude=differs)
    assert the_line(order).model_dump(include=set(ChannelLine.model_fields)) == told.lines[0].model_dump()
    first = order.timeline[0]
    assert (first.what, first.who, first.detail) == ("received", SHOP, "uploads/1.csv")


def test_an_order_that_was_cancelled_before_we_heard_of_it_stays_cancelled() -> None:
    told = an_order(a_line(quantity=2))
    order = heard(later(told, cancelled_at=LATER))

    assert order.status is Status.CANCELLED
    assert change_by(order, told) == Change(order)


def test_an_order_that_had_left_before_it_was_cancelled_has_left() -> None:
    order = arrived(an_order(shipped_at=NOON, cancelled_at=LATER))

    assert (order.status, kinds(order)) == (Status.COMPLETE, ["cancelled_after_shipping"])


def test_an_order_that_left_and_was_cancelled_at_the_same_moment_has_left() -> None:
    assert arrived(an_order(shipped_at=NOON, cancelled_at=NOON)).status is Status.COMPLETE


def test_an_order_that_left_after_it_was_cancelled_is_cancelled() -> None:
    order = heard(an_order(shipped_at=LATER, cancelled_at=NOON))

    assert (order.status, kinds(order)) == (Status.CANCELLED, ["shipped_after_cancellation"])


# ---- news


def test_the_same_message_again_changes_nothing() -> None:
    told = an_order(a_line(quantity=2), parcels=(a_told_parcel(_1=1),))
    order = heard(told)

    assert change_by(order, told) == Change(order)


def test_an_order_is_in_the_currency_that_its_channel_states_though_a_file_had_another() -> None:
    told = an_order(currency="EUR")

    assert hear(heard(told), later(told, currency="USD")).currency == "USD"


def test_an_older_message_changes_nothing() -> None:
    told = an_order(paid_at=None)
    order = heard(later(told, paid_at=NOON))

    assert change_by(order, told) == Change(order)


@pytest.mark.parametrize(
    ("fact", "status"),
    [("paid_at", Status.OPEN), ("cancelled_at", Status.CANCELLED), ("shipped_at", Status.COMPLETE)],
)
def test_what_an_older_message_says_has_happened_has_happened(fact: str, status: Status) -> None:
    told = an_order(a_line(quantity=2), paid_at=None)
    from_a_file = later(told, minutes=60, lines=(a_line(quantity=3),))

    order = hear(heard(from_a_file), later(told, minutes=30, **{fact: LATER}))

    assert order.modified_at == from_a_file.modified_at
    assert the_line(order).quantity == 3
    routed = settled(Change(with_products(order))).order
    assert routed.status is (Status.PARTIALLY_SHIPPED if status is Status.COMPLETE else status)


def test_of_an_older_message_only_what_the_order_had_then_has_left() -> None:
    told = an_order(a_line(quantity=2))
    with_more = later(told, minutes=60, lines=(a_line(quantity=2), a_line(LAMP, line="2")))

    order = hear(arrived(with_more), later(told, minutes=30, shipped_at=LATER))

    assert (order.status, order.shipped) == (Status.PARTIALLY_SHIPPED, {"1": 2})
    assert hear(arrived(later(told, minutes=30, shipped_at=LATER)), with_more).status is Status.PARTIALLY_SHIPPED


def test_an_older_message_that_all_has_left_takes_nothing_back_of_what_is_listed_as_ours_since() -> None:
    placed = an_order(a_line(quantity=5))
    ours = a_told_parcel("JD01", _1=2).replace(id="f1")
    order = made_there(sent(in_fulfilment(a_line(quantity=5)), tracking="JD01", _1=2), "f1")
    newest = hear(order, later(placed, minutes=60, shipped_at=LATER, parcels=(ours,)))

    order = hear(newest, later(placed, minutes=30, shipped_at=LATER))

    assert (order.status, order.shipped, kinds(order)) == (Status.COMPLETE, {"1": 5}, [])
    assert ours in order.told_parcels


def test_a_newer_message_moves_the_order_on() -> None:
    told = an_order(paid_at=None)

    order = hear(heard(told), later(told, paid_at=NOON))

    assert (order.status, order.paid_at, order.modified_at) == (Status.OPEN, NOON, NOON + timedelta(minutes=1))
    assert (order.timeline[-1].what, order.timeline[-1].who) == ("paid", SHOP)


def test_a_message_of_the_same_moment_is_listened_to() -> None:
    told = an_order(paid_at=None)

    assert hear(heard(told), later(told, minutes=0, paid_at=NOON)).status is Status.OPEN


def test_what_changed_about_the_order_is_told() -> None:
    told = an_order()
    address = Address(name="Grace Hopper", address1="1 Broadway", city="Boston", country="US")

    order = hear(heard(told), later(told, ship_to=address, note="no bell"))

    assert (order.ship_to, order.note) == (address, "no bell")
    assert [(entry.what, entry.detail) for entry in order.timeline[-2:]] == [
        ("updated", "delivery address, note"),
        (
            "address_changed",
            "from Ada Lovelace, Unter den Linden 1, Berlin, 10117, DE to Grace Hopper, 1 Broadway, Boston, US",
        ),
    ]


def test_an_address_with_its_state_in_another_spelling_is_no_change() -> None:
    tokyo = Address(address1="1-1", city="Shibuya-ku", state="13", postcode="150-0001", country="JP")
    told = an_order(ship_to=tokyo)
    edited = set_by_person(heard(told), 0, {"ship_to": tokyo.replace(address1="1-2")}, NOON, "user:eve")
    respelled = later(told, ship_to=tokyo.replace(state="東京都"))

    assert hear(heard(told), respelled).ship_to == tokyo
    assert hear(edited, respelled).ship_to == edited.ship_to


def test_an_address_that_changed_after_hand_over_is_an_exception_until_the_warehouse_gave_it_back() -> None:
    told = an_order()
    address = Address(name="Grace Hopper", address1="1 Broadway", city="Boston", country="US")

    order = hear(shipping(told), later(told, ship_to=address))
    assert kinds(order) == ["address_changed"]

    hold = Hold(id="h1", reason="the old address", owner="Eve", placed_at=LATER)
    assert kinds(with_hold(order, hold)) == []


def test_an_address_that_a_message_lacks_stays_unless_the_buyer_fetches_the_goods() -> None:
    told = an_order()
    order = heard(told)

    withheld, fetched = hear(order, later(told, ship_to=None)), hear(order, later(told, ship_to=None, is_fetched=True))

    assert (withheld.ship_to, fetched.ship_to) == (told.ship_to, None)
    assert fetched.timeline[-1].detail.endswith(" to no address")


def test_what_a_message_lacks_of_the_buyer_stays_unless_it_names_another_one() -> None:
    ada = Customer(id="ada_1815", name="Ada Lovelace", email="ada@example.com", phone="+49 30 1")
    told = an_order(customer=ada)
    order = heard(told)

    for less in (Customer(id="ada_1815"), Customer(), Customer(name="Ada Lovelace", phone="+49 30 1")):
        assert hear(order, later(told, customer=less)).customer == ada
    for other in (Customer(name="Grace Hopper"), Customer(id="grace_1906", name="Ada Lovelace")):
        assert hear(order, later(told, customer=other)).customer == other
    moved = Customer(id="ada_1815", email="ada@example.org")
    assert hear(order, later(told, customer=moved)).customer == ada.replace(email="ada@example.org")


def test_an_address_that_a_person_set_stays_when_the_channel_withholds_its_own() -> None:
    told = an_order()
    address = Address(name="Grace Hopper", address1="1 Broadway", city="Boston", country="US")
    edited = set_by_person(heard(told), 0, {"ship_to": address}, NOON, "user:eve")

    order = hear(edited, later(told, ship_to=None))

    assert (order.ship_to, order.replaced) == (address, edited.replaced)
    assert "edit_overwritten" not in {entry.what for entry in order.timeline}


# ---- on hold in the channel


def on_hold(told: ChannelOrder, *names: str) -> ChannelOrder:
    return told.replace(holds_there=tuple(ChannelHold(id=name, reason="fraud?") for name in names))


def test_an_order_that_its_channel_holds_is_held_here_until_it_is_released_there() -> None:
    told = an_order()
    held = heard(on_hold(told, "51"))

    assert [(hold.id, hold.reason) for hold in held.holds] == [("channel 51", "on hold in the channel: fraud?")]
    assert hear(held, on_hold(later(told))).holds == ()


def test_a_hold_of_the_channel_has_the_channels_category() -> None:
    there = (ChannelHold(id="51", category=HoldCategory.PAYMENT), ChannelHold(id="52"))

    held = heard(an_order().replace(holds_there=there))

    assert [hold.category for hold in held.holds] == [HoldCategory.PAYMENT, HoldCategory.OTHER]


def test_a_hold_of_the_channel_takes_back_what_is_handed_over_and_its_release_lets_it_go() -> None:
    told = an_order()
    held = hear(shipping(told), on_hold(later(told), "51"))

    assert held.flags == {Flag.HELD}
    assert [each.is_taken_back for each in held.fulfilments] == [True]
    assert hear(held, on_hold(later(later(told)))).flags == frozenset()


def test_a_persons_own_hold_stays_when_the_channel_releases_its_own() -> None:
    told = an_order()
    own = Hold(id="own", reason="call the buyer", owner="Eve", placed_at=NOON)
    order = with_hold(heard(on_hold(told, "51")), own)

    assert hear(order, on_hold(later(told))).holds == (own,)


def test_holds_of_an_order_that_is_shipped_in_the_channel_for_a_while_are_those_of_the_channel_afterwards() -> None:
    told = an_order(a_line(quantity=2))
    order = with_products(heard(on_hold(told, "51")))
    shipped = later(told, shipped_at=NOON, parcels=(a_told_parcel(_1=2),))

    order = hear(order, on_hold(shipped, "52"))
    assert order.holds == ()

    order = hear(order, on_hold(later(told, 500, shipped_at=None, parcels=()), "52"))
    assert [hold.id for hold in order.holds] == ["channel 52"]


def test_one_of_two_holds_of_the_channel_ends_alone() -> None:
    told = an_order()
    order = heard(on_hold(told, "51", "52"))

    assert [hold.id for hold in hear(order, on_hold(later(told), "52")).holds] == ["channel 52"]


def test_a_hold_of_the_channel_that_a_person_released_here_comes_back_as_another_one_alone() -> None:
    told = an_order()
    order = without_hold(heard(on_hold(told, "51")), "channel 51", LATER, "Eve")

    assert hear(order, on_hold(told, "51"), on_hold(later(told), "51")).holds == ()
    assert [hold.id for hold in hear(order, on_hold(later(told), "51", "52")).holds] == ["channel 52"]


def test_a_message_that_does_not_say_leaves_the_holds_of_the_channel() -> None:
    told = an_order()

    assert hear(heard(on_hold(told, "51")), later(told)).flags == {Flag.HELD}


def test_an_older_message_neither_places_nor_releases_a_hold_of_the_channel() -> None:
    told = an_order()

    assert hear(heard(on_hold(later(told))), on_hold(told, "51")).holds == ()
    assert hear(heard(on_hold(later(told), "51")), on_hold(told)).flags == {Flag.HELD}


def read(told: ChannelOrder, minute: int, *names: str) -> ChannelOrder:
    """The order as a request of that minute found it."""
    return on_hold(told, *names).replace(read_at=NOON + timedelta(minutes=minute))


@given(
    data=st.data(),
    readings=st.lists(st.tuples(st.frozensets(st.sampled_from(["51", "52"])), st.booleans()), min_size=1, max_size=6),
)
def test_of_readings_in_any_order_and_number_the_holds_of_the_last_one_count(
    data: st.DataObject, readings: list[tuple[frozenset[str], bool]]
) -> None:
    told, found = an_order(), []
    for minute, (names, is_changed) in enumerate(readings):
        told = later(told) if is_changed else told
        found.append(read(told, minute, *sorted(names)))
    delivered = data.draw(st.permutations([*found, *data.draw(st.lists(st.sampled_from(found), max_size=3))]))

    order = hear(heard(an_order()), *delivered)

    assert {hold.id for hold in order.holds} == {f"channel {name}" for name in readings[-1][0]}


def test_a_newer_message_that_says_nothing_of_holds_does_not_hide_those_that_were_read_before() -> None:
    told = an_order()

    assert hear(heard(told), later(told), read(told, 1, "51")).flags == {Flag.HELD}


def test_parts_that_an_earlier_reading_lacks_our_hold_of_are_not_held_again() -> None:
    told = an_order()
    notice = HoldNotice(is_held=True, parts=("1",))
    order = hear(heard(told), read(told, 2)).replace(hold_notice=notice)

    assert hear(order, read(told, 1).replace(parts_not_held=("2",))).hold_notice == notice
    assert hear(order, read(told, 3).replace(parts_not_held=("2",))).hold_notice == notice.replace(is_held=False)


@pytest.mark.parametrize("facts", [{"shipped_at": NOON}, {"cancelled_at": NOON}])
def test_a_hold_of_the_channel_on_an_order_that_is_over_holds_nothing(facts: dict[str, Any]) -> None:
    told = on_hold(an_order(**facts), "51")

    assert hear(arrived(told), told).holds == ()


def test_the_internal_note_of_a_file_is_one_of_the_order() -> None:
    order = new_order(an_order(internal_note="Call before delivery"), NOON, "csv:orders.csv").order

    assert [(note.text, note.author) for note in order.internal_notes] == [("Call before delivery", "csv:orders.csv")]


# ---- sent before they are paid


@pytest.mark.parametrize(
    ("payment", "goes"),
    [(("pending", "Cash on Delivery (COD)"), True), (("COD",), False), ((), False), (("authorized",), True)],
)
def test_an_order_goes_out_unpaid_if_its_channel_says_so(payment: tuple[str, ...], goes: bool) -> None:
    channel = a_channel(ship_unpaid=("cash on delivery (cod)", "Authorized"), reduce_on=ReduceOn.PAID)
    told = as_connected(an_order(paid_at=None, payment=payment), channel, ())

    order = heard(told)

    assert (order.status is Status.OPEN, takes_stock(order, channel)) == (goes, goes)
    assert bool(handed(with_products(order)).fulfilments) == goes


def test_an_order_that_goes_out_unpaid_does_so_whatever_its_channel_says_later() -> None:
    told = an_order(paid_at=None, ships_unpaid=True)

    order = hear(heard(told), later(told, ships_unpaid=False))

    assert (order.status, order.paid_at) == (Status.OPEN, None)
    assert hear(order, later(told, 2, paid_at=LATER)).paid_at == LATER


def test_a_deletion_ends_once_the_order_is_cancelled() -> None:
    order = deleted(in_fulfilment(), LATER, SHOP)

    over = cancelled(order, LATER, "Eve", restock=unshipped_only).order

    assert (kinds(order), kinds(over)) == (["deleted_in_channel"], [])


def test_an_order_that_its_channel_restores_is_not_held_any_more() -> None:
    told = an_order()
    gone = deleted(heard(told), LATER, SHOP)

    restored = hear(gone, later(told, 24 * 60, is_restored=True))

    assert (kinds(gone), [hold.id for hold in gone.holds]) == (["deleted_in_channel"], ["deleted"])
    assert (kinds(restored), restored.holds, restored.deleted_at) == ([], (), None)
    assert hear(gone, later(told, 24 * 60)).holds == gone.holds  # it may be one from before the deletion
    again = deleted(restored, LATER, SHOP)
    assert hear(again, later(told, 24 * 60, is_restored=True)).holds == again.holds  # the same message once more


def test_a_payment_after_a_cancellation_is_an_exception_and_the_order_stays_cancelled() -> None:
    told = an_order(paid_at=None)
    cancelled_here = cancelled(heard(told), LATER, "Eve", restock=unshipped_only).order

    order = hear(cancelled_here, later(told, paid_at=LATER))

    assert (order.status, order.paid_at, kinds(order)) == (Status.CANCELLED, LATER, ["paid_after_cancellation"])
    assert hear(order, later(told, 2, paid_at=LATER)).exceptions == order.exceptions


def test_a_return_is_an_entry_in_the_timeline_and_no_exception() -> None:
    told = an_order(a_line(quantity=2))

    order = hear(sent(shipping(told)), later(told, lines=(a_line(quantity=2, returned=1),)))

    assert (order.timeline[-1].what, kinds(order)) == ("returned", [])


def test_of_two_messages_of_one_moment_the_one_that_was_sent_later_counts() -> None:
    told = an_order(a_line(quantity=3), triggered_at=NOON)
    refunded = told.replace(lines=(a_line(quantity=2),), triggered_at=LATER)

    for messages in ([told, refunded], [refunded, told]):
        assert the_line(hear(heard(messages[0]), messages[1])).quantity == 2


def test_of_two_messages_of_one_moment_none_takes_back_what_the_other_says_has_left() -> None:
    told = an_order(a_line(quantity=2))
    shipped = told.replace(parcels=(a_told_parcel(_1=2),), shipped_at=NOON)

    for messages in ([told, shipped], [shipped, told]):
        order = hear(arrived(messages[0]), messages[1])
        assert (settled(Change(order)).order.status, kinds(order)) == (Status.COMPLETE, [])


def test_of_two_messages_of_one_moment_a_fulfilment_of_ours_stands_for_none_of_the_channel() -> None:
    told = an_order(a_line(quantity=2))
    ours, theirs = (a_told_parcel(number, _1=1).replace(id=name) for number, name in (("JD01", "f1"), ("1Z9", "f2")))
    order = hear(made_there(sent(shipping(told), _1=1), "f1"), told.replace(parcels=(theirs,)))

    other = hear(order, told.replace(parcels=(ours,)))

    assert (other.taken_back, other.told_parcels) == ({}, (theirs, ours))
    assert hear(other, told.replace(parcels=(ours,))) == other


def test_of_two_messages_of_one_moment_none_makes_a_line_grow() -> None:
    told = an_order(a_line(quantity=3))
    refunded = told.replace(lines=(a_line(quantity=2),))

    for messages in ([told, refunded], [refunded, told]):
        assert the_line(hear(heard(messages[0]), messages[1])).quantity == 2


def test_lines_that_changed_are_edited_in_the_same_step() -> None:
    told = an_order(a_line(quantity=3))

    change = change_by(shipping(told), later(told, lines=(a_line(quantity=1),)))

    assert changes(change.committed) == {place(): -2}
    assert change.order.status is Status.IN_FULFILMENT


# ---- facts are never taken back


def test_a_payment_is_never_taken_back() -> None:
    told = an_order()

    order = hear(heard(told), later(told, paid_at=None))

    assert (order.status, order.paid_at) == (Status.OPEN, NOON)


def test_a_payment_is_kept_also_where_it_comes_too_late() -> None:
    told = an_order(paid_at=None, cancelled_at=NOON)

    order = hear(heard(told), later(told, paid_at=LATER))

    assert (order.status, order.paid_at) == (Status.CANCELLED, LATER)


def test_a_cancellation_is_never_taken_back() -> None:
    told = an_order(cancelled_at=NOON)

    order = hear(heard(told), later(told, cancelled_at=None))

    assert (order.status, order.cancelled_at) == (Status.CANCELLED, NOON)


def test_a_shipment_is_never_taken_back() -> None:
    told = an_order(shipped_at=NOON, parcels=(a_told_parcel(),))

    order = hear(arrived(told), later(told, shipped_at=None, parcels=()))

    assert (order.status, kinds(order)) == (Status.COMPLETE, ["fulfilment_cancelled"])


# ---- cancellation against shipment


def test_a_cancellation_gives_back_what_the_order_held() -> None:
    told = an_order(a_line(quantity=2))

    change = change_by(shipping(told), later(told, cancelled_at=LATER))

    assert changes(change.committed) == {place(): -2}
    assert (change.order.status, change.order.cancelled_at, kinds(change.order)) == (Status.CANCELLED, LATER, [])


def test_a_cancellation_after_a_part_left_cancels_the_rest_and_is_an_exception() -> None:
    told = an_order(a_line(quantity=5))

    change = change_by(sent(shipping(told), _1=2), later(told, cancelled_at=LATER))

    assert changes(change.committed) == {place(): -3}
    assert (change.order.status, the_line(change.order).cancelled) == (Status.COMPLETE, 3)
    assert change.order.exceptions[0].message == "the channel cancelled the order when 2 units had shipped"


def test_what_left_here_and_elsewhere_has_both_left_before_a_cancellation() -> None:
    foreign = (a_told_parcel(_1=1).replace(is_foreign=True),)
    told = an_order(a_line(quantity=3), parcels=foreign)
    both = sent(shipping(told), _1=1)

    order = hear(both, later(told, 2, cancelled_at=LATER))

    assert order.exceptions[0].message == "the channel cancelled the order when 2 units had shipped"


def test_a_cancellation_after_all_of_it_left_is_an_exception_and_no_change() -> None:
    told = an_order()

    change = change_by(sent(shipping(told)), later(told, cancelled_at=LATER))

    assert (change.order.status, change.shelves) == (Status.COMPLETE, [])
    assert kinds(change.order) == ["cancelled_after_shipping"]


@pytest.mark.parametrize("units", [0, 2, 5], ids=["before anything left", "after a part left", "after all left"])
def test_a_cancellation_that_is_repeated_changes_nothing(units: int) -> None:
    told = an_order(a_line(quantity=5))
    news = later(told, cancelled_at=LATER)
    order = sent(shipping(told), _1=units) if units else shipping(told)

    once = hear(order, news)

    assert change_by(once, news) == Change(once)


def test_what_our_own_people_cancelled_is_not_wanted_again_because_the_channel_repeats_it() -> None:
    told = an_order(a_line(quantity=5))
    whole = cancelled(shipping(told), LATER, "Eve", restock=unshipped_only).order
    rest = cancelled(sent(shipping(told), _1=2), LATER, "Eve", restock=unshipped_only).order

    assert hear(whole, later(told)).status is Status.CANCELLED
    assert hear(rest, later(told)).status is Status.COMPLETE


def test_a_shipment_after_the_cancellation_is_an_exception_and_no_change() -> None:
    told = an_order(cancelled_at=NOON)

    order = hear(heard(told), later(told, shipped_at=LATER, parcels=(a_told_parcel(),)))

    assert (order.status, kinds(order)) == (Status.CANCELLED, ["shipped_after_cancellation"])


def test_a_complete_order_that_is_told_of_again_stays_complete() -> None:
    told = an_order(a_line(quantity=2))
    complete = sent(shipping(told))

    order = hear(complete, later(told, note="thanks"))

    assert (order.status, order.note) == (Status.COMPLETE, "thanks")
    assert story(order).count("completed") == 1


def test_an_edit_and_a_shipment_in_one_message_are_both_taken_in() -> None:
    told = an_order(a_line(quantity=2))
    complete = sent(shipping(told))

    order = hear(complete, later(told, lines=(a_line(quantity=3),), shipped_at=LATER))

    assert pending_units(order) == {"1": 1}
    assert settled(Change(order)).order.status is Status.COMPLETE


def test_an_order_emptied_and_filled_again_goes_on() -> None:
    told = an_order(a_line(quantity=2))

    order = hear(shipping(told), later(told, 1, lines=(a_line(quantity=0),)), later(told, 2))

    assert (order.status, the_line(order).unallocated) == (Status.OPEN, 2)


def test_an_order_emptied_and_then_filled_and_shipped_by_its_channel_is_complete() -> None:
    told = an_order(a_line(quantity=2))

    order = hear(shipping(told), later(told, 1, lines=(a_line(quantity=0),)), later(told, 2, shipped_at=LATER))

    assert settled(Change(order)).order.status is Status.COMPLETE


def test_an_emptied_order_that_was_then_cancelled_stays_cancelled() -> None:
    told = an_order(a_line(quantity=2))
    emptied = hear(shipping(told), later(told, 1, lines=(a_line(quantity=0),)))

    order = hear(emptied, later(told, 2, lines=(a_line(quantity=0),), cancelled_at=LATER), later(told, 3))

    assert (order.status, order.cancelled_at) == (Status.CANCELLED, LATER)


# ---- any permutation and repetition (P5)


class Shop:
    """A channel that does to one order what channels do, and sends the whole order after each step."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.lines = [a_line(line="1", quantity=draw(st.integers(1, 4)))]
        self.parcels: list[ChannelParcel] = []
        self.most: Counter[str] = Counter()
        self.facts: dict[str, datetime] = {}
        self.number = str(draw(st.integers(0, 9)))
        self.sent: list[ChannelOrder] = []

    @property
    def now(self) -> datetime:
        return NOON + timedelta(minutes=len(self.sent))

    def message(self) -> None:
        more = {"paid_at": None, **self.facts, "modified_at": self.now, "parcels": tuple(self.parcels)}
        self.sent.append(an_order(*self.lines, channel_order_id=self.number, number="#1", **more))

    def reported(self) -> "Counter[str]":
        return units_of(part for parcel in self.parcels for part in parcel.lines)

    def left(self, line: ChannelLine) -> int:
        """Units of a line that never left; one that was taken back may have."""
        return line.quantity - max(self.reported()[line.id], self.most[line.id])

    def over(self) -> bool:
        return "cancelled_at" in self.facts or "shipped_at" in self.facts

    def pay(self) -> None:
        self.facts.setdefault("paid_at", self.now)

    def cancel(self) -> None:
        if not self.most:  # whether a unit left that it then took back is known only before it is cancelled
            self.facts.setdefault("cancelled_at", self.now)

    def resize(self) -> None:
        if not self.over():
            index = self.draw(st.integers(0, len(self.lines) - 1))
            line = self.lines[index]
            quantity = self.draw(st.integers(line.quantity - self.left(line), 5))
            self.lines[index] = line.replace(quantity=quantity)

    def reprice(self) -> None:
        price = Money(minor=self.draw(st.integers(1, 3)), currency="EUR")
        self.lines[-1] = self.lines[-1].replace(unit_price=price)

    def replace(self) -> None:
        if not self.over() and self.left(self.lines[0]) == self.lines[0].quantity:
            sku = self.draw(st.sampled_from([MUG, LAMP]))
            self.lines[0] = self.lines[0].replace(sku=sku)

    def add(self) -> None:
        if not self.over():
            self.lines.append(a_line(LAMP, line=str(len(self.sent) + 1), quantity=self.draw(st.integers(0, 2))))

    def ship(self) -> None:
        reported = self.reported()
        ready = {line.id: line.quantity - reported[line.id] for line in self.lines if line.quantity > reported[line.id]}
        if ready and not self.over():
            line = self.draw(st.sampled_from(sorted(ready)))
            tracking = self.draw(st.sampled_from([None, f"1Z{len(self.sent)}"]))
            lines = parts({line: self.draw(st.integers(1, ready[line]))})
            name = f"f{len(self.sent)}"
            self.parcels.append(ChannelParcel(id=name, carrier="UPS", tracking=tracking, lines=lines))
            if all(self.reported()[line.id] == line.quantity for line in self.lines):
                self.facts["shipped_at"] = self.now

    def unship(self) -> None:
        """Cancels a fulfilment."""
        if self.parcels and not self.over():
            self.most |= self.reported()
            self.parcels.pop(self.draw(st.integers(0, len(self.parcels) - 1)))

    def name(self) -> None:
        for index, parcel in enumerate(self.parcels):
            if parcel.tracking is None:
                self.parcels[index] = parcel.replace(tracking=f"1Z-late-{index}")
                return


STEPS = (Shop.ship, Shop.unship, Shop.resize, Shop.pay, Shop.cancel, Shop.add, Shop.name, Shop.reprice, Shop.replace)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[ChannelOrder], list[int]]:
    """What a channel sends of an order, and in which order and how often it comes: the last at least once.

    Of one that took back a fulfilment every message comes.
    """
    shop = Shop(draw)
    shop.message()
    for step in draw(st.lists(st.sampled_from(STEPS), min_size=1, max_size=6)):
        step(shop)
        shop.message()
    last = len(shop.sent) - 1
    arrivals = draw(st.lists(st.integers(0, last), max_size=10))
    needed = range(last + 1) if shop.most else [last]
    return shop.sent, draw(st.permutations([*arrivals, *needed]))


def told_in(messages: list[ChannelOrder]) -> Order:
    """The order after these messages, each routed in a warehouse that has plenty."""
    first, *others = messages
    order = arrived(first)
    for message in others:
        order = settled(Change(with_products(change_by(order, message).order))).order
    return order


def essence(order: Order) -> dict[str, Any]:
    """All of an order but what was told when: the timeline, and lines of which nothing is wanted."""
    lines = {
        line.id: (line.sku, line.quantity - line.cancelled, order.shipped[line.id], line.unit_price)
        for line in order.lines
        if line.quantity > line.cancelled
    }
    problems = {(known.kind, known.line) for known in order.exceptions}
    parcels = Counter((parcel.tracking, parcel.lines) for parcel in order.told_parcels)
    differs = {"lines", "exceptions", "told_parcels", "timeline", "fulfilments"}
    return order.model_dump(exclude=differs) | {"lines": lines, "exceptions": problems, "parcels": parcels}


@times(1.5)
@given(histories())
def test_any_permutation_and_repetition_of_messages_gives_the_same_order(
    history: tuple[list[ChannelOrder], list[int]],
) -> None:
    messages, arrivals = history

    in_order = told_in(messages)
    shuffled = told_in([messages[index] for index in arrivals])

    assert essence(shuffled) == essence(in_order)
    assert change_by(shuffled, messages[-1]) == Change(shuffled)


# ---- what is listened to at all, and when it takes stock


def test_an_order_placed_before_the_channel_was_connected_is_passed_over() -> None:
    connected = a_channel(ignore_before=NOON)

    assert is_ignored(an_order(placed_at=NOON - timedelta(seconds=1)), connected)
    assert not is_ignored(an_order(placed_at=NOON), connected)
    assert not is_ignored(an_order(placed_at=NOON - timedelta(days=999)), a_channel())


def test_a_person_is_told_from_when_on_a_channel_takes_orders() -> None:
    order, since = an_order(channel="web", placed_at=NOON), datetime(2026, 11, 23, tzinfo=UTC)

    assert why_too_early(order.replace(placed_at=since - timedelta(seconds=1)), since) == (
        "is before 2026-11-23 00:00 (UTC), and web ignores orders of that time by its ignore_before"
    )
    assert [why_too_early(order.replace(placed_at=since), since), why_too_early(order, None)] == [None, None]


def test_an_archived_order_that_is_seen_first_is_passed_over() -> None:
    assert is_ignored(an_order(is_archived=True), a_channel())


def test_an_order_with_nothing_to_ship_is_passed_over() -> None:
    assert is_ignored(an_order(only_if_stored=True), a_channel())


@pytest.mark.parametrize(
    ("reduce_on", "paid", "takes"),
    [("created", False, True), ("created", True, True), ("paid", False, False), ("paid", True, True)],
)
def test_an_order_takes_stock_when_its_channel_says_so(reduce_on: str, paid: bool, takes: bool) -> None:
    order = heard(an_order()) if paid else heard(an_order(paid_at=None))

    assert takes_stock(order, a_channel(reduce_on=ReduceOn(reduce_on))) is takes


def test_an_order_that_is_over_takes_none_and_one_of_a_forgotten_channel_does() -> None:
    assert not takes_stock(heard(an_order(cancelled_at=NOON)), a_channel())
    assert not takes_stock(arrived(an_order(shipped_at=NOON)), None)
    assert takes_stock(heard(an_order(shipped_at=NOON, paid_at=None)), a_channel(reduce_on=ReduceOn.PAID))
    assert takes_stock(heard(an_order(paid_at=None)), None)


@pytest.mark.parametrize(("paid_at", "takes"), [(None, False), (NOON, True)])
def test_an_order_whose_payment_failed_takes_stock_once_it_is_paid(paid_at: datetime | None, takes: bool) -> None:
    assert takes_stock(heard(an_order(paid_at=paid_at, payment_failed=True)), a_channel()) is takes


def test_whether_its_payment_failed_is_as_the_newest_message_has_it() -> None:
    told = an_order(paid_at=None)
    failed = later(told, payment_failed=True)
    same_moment = [failed, failed.replace(payment_failed=False)]
    again = later(told, 2)

    assert {hear(heard(a), b).payment_failed for a, b in permutations(same_moment)} == {True}
    assert {hear(heard(a), b, c).payment_failed for a, b, c in permutations([told, failed, again])} == {False}


def test_a_held_order_takes_its_stock() -> None:
    hold = Hold(id="h1", reason="fraud?", owner="Eve", placed_at=NOON)

    assert takes_stock(with_hold(heard(an_order()), hold), a_channel())


# ---- products


def test_a_line_is_matched_to_its_product_and_keeps_what_it_takes_from_stock() -> None:
    order = matched(heard(an_order(a_line("SET 2+1"))), {"1": Match(Sku("KIT-1"), {Sku("CUP"): 2})}, NOON)

    assert (the_line(order).matched, the_line(order).recipe) == ("KIT-1", {"CUP": 2})


def test_a_line_without_a_product_is_an_exception_that_names_it() -> None:
    line = a_line("A-SHOPS-OWN-SKU", reference="44211", barcode="4006381333931")

    order = matched(heard(an_order(line)), {}, LATER)

    assert order.flags == {Flag.EXCEPTION}
    assert order.waits_for == {"listing#shop#44211", "listing#shop#A-SHOPS-OWN-SKU", "barcode#4006381333931"}
    assert order.exceptions[0].message.startswith("line 1 (44211 / A-SHOPS-OWN-SKU / 4006381333931): no product")


@pytest.mark.parametrize("sku", ["", " "])
def test_a_line_that_says_nothing_about_itself_is_an_exception_too(sku: str) -> None:
    message = matched(heard(an_order(a_line(sku, name="Engraved plate"))), {}, LATER).exceptions[0].message

    assert message.startswith("line 1 has no sku, “Engraved plate”: name its product")


def test_a_line_whose_sku_cannot_be_a_products_says_what_to_do() -> None:
    message = matched(heard(an_order(a_line("BOLT-1/2"))), {}, LATER).exceptions[0].message

    assert message.endswith("make one under another sku, and list it under this reference")


def test_a_line_that_finds_its_product_later_loses_its_exception() -> None:
    waiting = matched(heard(an_order(a_line(line="1"), a_line(LAMP, line="2"))), {}, LATER)

    order = matched(waiting, {"1": Match(Sku(MUG))}, LATER)

    assert [known.line for known in order.exceptions] == ["2"]


def test_a_line_keeps_the_product_that_it_has() -> None:
    order = with_products(heard(an_order()))

    assert matched(order, {"1": Match(Sku(LAMP))}, LATER) == order


def test_a_line_of_an_order_that_is_over_needs_no_product() -> None:
    order = heard(an_order(cancelled_at=NOON))

    assert matched(order, {}, LATER) == order


def test_a_product_is_made_for_a_sku_that_can_be_one() -> None:
    made = product_for(a_line("  NEW 1 ", name="A new thing"))

    assert made
    assert (made.sku, made.name, made.needs_review) == ("NEW 1", "A new thing", True)


@pytest.mark.parametrize("sku", ["", "   ", "a/b", "x" * 101])
def test_no_product_is_made_for_a_sku_that_cannot_be_one(sku: str) -> None:
    assert product_for(a_line(sku)) is None


def test_an_order_in_fulfilment_that_is_told_of_again_keeps_its_work() -> None:
    order = in_fulfilment()

    assert matched(order, {}, LATER) == order

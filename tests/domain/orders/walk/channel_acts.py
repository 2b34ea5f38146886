"""What the channel of an order does, and what it takes of what it is owed; messages come late, twice, in any order."""

from collections import Counter
from random import Random
from typing import Any

from packhorse.domain.address import Address
from packhorse.domain.orders import deleting, intake
from packhorse.domain.orders.cancel_notice import next_cancellation
from packhorse.domain.orders.cancel_notifying import cancelled_in_channel
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.channel_order import ChannelLine, ChannelOrder, ChannelParcel
from packhorse.domain.orders.notice import NoticeKind, OwedNotice, next_notice
from packhorse.domain.orders.notifying import (
    not_notified,
    notified,
    with_notice_intended,
    without_notice_intended,
)
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.parcel import LineQuantity, contents_of
from packhorse.domain.orders.reported import is_reported
from simulation.builders import a_line
from tests.domain.order_builders import SHOP
from tests.domain.orders.walk.world import SKUS, Story

ELSEWHERE = "elsewhere"


def deliver(story: Story, message: ChannelOrder) -> None:
    """Apply a message; the same once more changes nothing."""
    story.commit(applied(story, message))
    again = applied(story, message)
    assert again.order == story.order, f"a message that is repeated changes: {different(story.order, again.order)}"
    assert not again.shelves, "a message that is repeated moves stock"


def applied(story: Story, message: ChannelOrder) -> Change:
    """Return the change by a message, as the intake makes it."""
    order, now, restock = story.order, story.world.now(), story.world.settings.restock
    is_first = not order.is_heard
    change = intake.updated(order, message, now, SHOP, restock=restock)
    if story.world.is_notified and message.lists_parcels:
        change = change._replace(order=intake.notifiable(change.order, is_first=is_first))
    return change


def different(before: Order, after: Order) -> list[str]:
    """Return what of an order is another, for people."""
    fields = [name for name in type(before).model_fields if getattr(before, name) != getattr(after, name)]
    entries = [f"{each.what}: {each.detail}" for each in after.timeline[len(before.timeline) :]]
    return [*fields, *entries]


def tell(story: Story, dice: Random, **news: Any) -> None:
    """Change the order in its channel; one message in six about that comes late, by `hear_late`."""
    if not story.told.lists_parcels:  # as a file had brought it: the channel has ids of its own
        story.told = as_the_channel_has_it(story.told)
        news = {name: value for name, value in news.items() if name not in ("lines", "parcels")}
    story.told = story.told.replace(**news, modified_at=story.world.now())
    message = story.told.replace(parcels=(*story.told.parcels, *story.there.values()))
    story.messages.append(message)
    story.say({name: value for name, value in news.items() if name != "lines"} | shown(message))
    if dice.random() < 1 / 6:
        story.say("comes late")
    else:
        deliver(story, message)


def as_the_channel_has_it(told: ChannelOrder) -> ChannelOrder:
    """Return an order of a file as its channel has it: with other ids, and parcels."""
    lines = tuple(line.replace(id=f"c{line.id}") for line in told.lines)
    return told.replace(lines=lines, lists_parcels=True, source="")


def shown(message: ChannelOrder) -> dict[str, Any]:
    """Return the lines of a message for people."""
    return {"lines": [(line.id, line.sku, line.quantity, line.returned) for line in message.lines]}


def any_line(story: Story, dice: Random) -> ChannelLine:
    """Return a line that the channel has."""
    return dice.choice(story.told.lines)


def tell_line(story: Story, dice: Random, line: ChannelLine, **news: Any) -> None:
    """Change a line in the channel."""
    tell(story, dice, lines=tuple(each.replace(**news) if each == line else each for each in story.told.lines))


# ---- lines


def change_a_quantity(story: Story, dice: Random) -> None:
    tell_line(story, dice, any_line(story, dice), quantity=dice.randint(0, 4))


def put_another_item_in(story: Story, dice: Random) -> None:
    tell_line(story, dice, any_line(story, dice), sku=dice.choice(SKUS), quantity=dice.randint(1, 3))


def add_a_line(story: Story, dice: Random) -> None:
    if len(story.told.lines) < 4:
        line = a_line(dice.choice(SKUS), line=story.world.name("n"), quantity=dice.randint(1, 2))
        tell(story, dice, lines=(*story.told.lines, line))


def remove_a_line(story: Story, dice: Random) -> None:
    if len(story.told.lines) > 1:
        gone = any_line(story, dice)
        tell(story, dice, lines=tuple(line for line in story.told.lines if line != gone))


def enter_a_line_again(story: Story, dice: Random) -> None:
    """WooCommerce gives a line another id then."""
    line = any_line(story, dice)
    if not contents_of((*story.told.parcels, *story.there.values()))[line.id]:
        tell_line(story, dice, line, id=story.world.name("again"))


# ---- parcels


def fulfil_there(story: Story, dice: Random) -> None:
    """People of the store send a unit, from a warehouse that is ours or not."""
    is_foreign = dice.random() < 0.3
    parcel = ChannelParcel(
        id=dice.choice(["", story.world.name("theirs")]),
        carrier="UPS",
        tracking=dice.choice([None, story.world.name("1Z")]),
        lines=(LineQuantity(line=any_line(story, dice).id, quantity=1),),
        is_foreign=is_foreign,
        location=ELSEWHERE if is_foreign else "",
    )
    tell(story, dice, parcels=(*story.told.parcels, parcel))


def take_a_parcel_back_there(story: Story, dice: Random) -> None:
    if story.told.parcels:
        gone = dice.choice(story.told.parcels)
        tell(story, dice, parcels=tuple(each for each in story.told.parcels if each != gone))


def number_a_parcel_there(story: Story, dice: Random) -> None:
    if story.told.parcels:
        one = dice.choice(story.told.parcels)
        numbered = one.replace(tracking=story.world.name("1Z"))
        tell(story, dice, parcels=tuple(numbered if each == one else each for each in story.told.parcels))


def complete_there(story: Story, dice: Random) -> None:
    tell(story, dice, shipped_at=None if story.told.shipped_at else story.world.now())


# ---- money, cancellation, address


def pay_there(story: Story, dice: Random) -> None:
    tell(story, dice, paid_at=story.world.now(), is_unpaid=False, payment_failed=False, payment_due=False)


def put_on_hold_there(story: Story, dice: Random) -> None:
    """Its payment is taken back, such as by WooCommerce's `on-hold`."""
    tell(story, dice, paid_at=None, is_unpaid=True)


def decline_there(story: Story, dice: Random) -> None:
    """The buyer's payment is declined, or the buyer tries again."""
    tell(story, dice, paid_at=None, is_unpaid=True, payment_failed=not story.told.payment_failed)


def charge_more_there(story: Story, dice: Random) -> None:
    """The order costs more than was paid, such as one to which items were added."""
    tell(story, dice, paid_at=None, payment_due=True)


def cancel_there(story: Story, dice: Random) -> None:
    story.is_cancelled_by_any = True
    tell(story, dice, cancelled_at=story.world.now())


def take_the_cancellation_back(story: Story, dice: Random) -> None:
    if story.told.cancelled_at:
        tell(story, dice, cancelled_at=None)


def refund_there(story: Story, dice: Random) -> None:
    tell(story, dice, refunded_at=None if story.told.refunded_at else story.world.now())


def refund_units_there(story: Story, dice: Random) -> None:
    """With or without that they come back: fewer units of the line, or some that count as returned."""
    line = any_line(story, dice)
    if line.quantity > line.returned:
        news = {"returned": line.returned + 1} if dice.random() < 0.5 else {"quantity": line.quantity - 1}
        tell_line(story, dice, line, **news)


def change_the_address(story: Story, dice: Random) -> None:
    """Another street, or another place, which is routed again; or the first address of an order that had none."""
    city = dice.choice((("Berlin", "10117", "DE"), ("Berlin", "10117", "DE"), ("Paris", "75001", "FR")))
    place = dict(zip(("city", "postcode", "country"), city, strict=True))
    address = (story.told.ship_to or Address(name="Ada Lovelace")).replace(address1=f"Street {dice.randint(1, 2)}")
    tell(story, dice, ship_to=address.replace(**place), is_fetched=False)


def have_it_fetched(story: Story, dice: Random) -> None:
    """The buyer fetches it, so that it has no address."""
    tell(story, dice, ship_to=None, is_fetched=True)


def delete_there(story: Story, dice: Random) -> None:
    if dice.random() < 0.3:
        story.commit(Change(deleting.deleted(story.order, story.world.now(), SHOP)))


def restore_there(story: Story, dice: Random) -> None:
    if story.order.deleted_at:
        tell(story, dice, is_restored=True)
        story.told = story.told.replace(is_restored=False)


# ---- messages


def say_it_again(story: Story, dice: Random) -> None:
    if story.messages:
        newest = max(story.messages, key=lambda each: each.modified_at)
        deliver(story, newest)


def hear_late(story: Story, dice: Random) -> None:
    """A message of any time comes, perhaps for the first time."""
    if story.messages:
        message = dice.choice(story.messages)
        story.is_cancelled_by_any |= message.cancelled_at is not None
        story.say(f"of {message.modified_at:%H:%M:%S}, cancelled {message.cancelled_at}, {shown(message)}")
        deliver(story, message)


# ---- what the channel is owed


def take_a_notice(story: Story, dice: Random) -> None:
    """Send what is due: it is taken, refused, or its answer is lost."""
    owed = next_notice(story.order)
    if owed:
        send(story, owed, dice.choice(["taken", "taken", "taken", "lost", "unheard", "refused"]))


def send(story: Story, owed: OwedNotice, outcome: str) -> None:
    """Send a notice as the product does: what is about to be sent is stored before, the answer after."""
    now, world = story.world.now(), story.world
    story.commit(Change(with_notice_intended(story.order, owed)))
    if owed.kind is NoticeKind.SHIPPED and is_reported(story.order, owed.parcel):
        story.say(f"{owed.kind} {owed.name}: the channel has it")
        return story.commit(Change(notified(story.order, owed, (), now)))
    references = taken_there(story, owed) if outcome in ("taken", "lost") else ()
    if references is None:
        outcome = "refused"
    story.say(f"{owed.kind} {owed.name} {owed.parcel.tracking}: {outcome}")
    if outcome == "taken":
        return story.commit(Change(notified(story.order, owed, references or (), now)))
    is_for_good = outcome == "refused"
    order = without_notice_intended(story.order, owed) if is_for_good else story.order
    story.commit(Change(not_notified(order, owed, outcome, world.now(), for_good=is_for_good, wait=None)))
    return None


def taken_there(story: Story, owed: OwedNotice) -> tuple[str, ...] | None:
    """Return the channel's ids of a parcel that it takes; None if it has no room for it."""
    if owed.kind is NoticeKind.WITHDRAWN:
        story.there.pop(owed.id, None)
        return ()
    parcel = owed.parcel
    names = {line.id: line.id_there for line in story.order.lines}
    lines = tuple(part.replace(line=names[part.line]) for part in parcel.lines)
    if owed.id not in story.there and not has_room(story, lines):
        return None
    listed = ChannelParcel(id=owed.id, carrier=parcel.carrier, tracking=parcel.tracking, lines=lines)
    if parcel.lines:
        story.there[owed.id] = listed
    return (owed.id,) if owed.kind is NoticeKind.SHIPPED else ()


def has_room(story: Story, lines: tuple[LineQuantity, ...]) -> bool:
    """Return whether the channel has so many units that are in no parcel."""
    whole = Counter({line.id: line.quantity for line in story.told.lines})
    if story.told.shipped_at:
        return False
    left = whole - contents_of((*story.told.parcels, *story.there.values()))
    return not contents_of([ChannelParcel(lines=lines)]) - left


def take_a_cancellation(story: Story, dice: Random) -> None:
    """The channel takes that the order, or what it has more of it, is cancelled here."""
    owed = next_cancellation(story.order)
    if owed is None:
        return
    if owed.is_whole:
        story.told = story.told.replace(cancelled_at=story.world.now())
        story.commit(Change(cancelled_in_channel(story.order, story.world.now())))
        tell(story, dice)
    else:
        less = Counter({line.id_there: owed.units[line.id] for line in story.order.lines})
        lines = (line.replace(quantity=max(0, line.quantity - less[line.id])) for line in story.told.lines)
        tell(story, dice, lines=tuple(lines))


ACTS = {
    change_a_quantity: 2,
    put_another_item_in: 1,
    add_a_line: 1,
    remove_a_line: 1,
    enter_a_line_again: 1,
    fulfil_there: 2,
    take_a_parcel_back_there: 1,
    number_a_parcel_there: 1,
    complete_there: 0.5,
    pay_there: 1,
    put_on_hold_there: 0.5,
    decline_there: 0.5,
    charge_more_there: 0.5,
    cancel_there: 0.5,
    take_the_cancellation_back: 2,
    refund_there: 0.5,
    refund_units_there: 1,
    change_the_address: 0.8,
    have_it_fetched: 0.3,
    delete_there: 0.5,
    restore_there: 1,
    say_it_again: 1,
    hear_late: 3,
    take_a_notice: 4,
    take_a_cancellation: 1,
}

"""What holds after every step of a history, each rule by its name; a rule yields what contradicts it."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime

from packhorse.domain.configuration.account import Restock
from packhorse.domain.labels.label import LabelState
from packhorse.domain.orders.cancelled_parcels import expected_units
from packhorse.domain.orders.cancelling import staying_units
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder, FulfilmentStatus
from packhorse.domain.orders.fulfilment_rows import rows_of
from packhorse.domain.orders.notice import named_parcels, owed_notices
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.parcel import contents_of, units_of
from packhorse.domain.orders.reported import gone_units
from packhorse.domain.orders.soundness import faults
from packhorse.domain.orders.status import UNFORESEEN, with_status
from packhorse.domain.stock.goods import Goods
from simulation.builders import NOON
from tests.domain.order_builders import committed_by
from tests.domain.orders.walk.world import SHELVES, Story, World

Finding = Iterator[object]

# ---- stock


def the_stock_is_committed_that_orders_hold(world: World) -> Finding:
    held = committed_by(story.order for story in world.stories)
    for shelf in {*world.committed, *held}:
        if world.committed[shelf] != held[shelf]:
            yield shelf, f"{world.committed[shelf]} committed, {held[shelf]} held"


def a_shelf_has_what_is_committed(world: World) -> Finding:
    for shelf in SHELVES:
        if not 0 <= world.committed[shelf] <= world.on_hand[shelf] - world.quarantined[shelf]:
            yield shelf, world.on_hand[shelf], world.committed[shelf], world.quarantined[shelf]


def an_order_that_is_over_holds_nothing(world: World) -> Finding:
    over = [story.order for story in world.stories if story.order.is_over]
    yield from committed_by(over).items()
    for order in over:
        yield from (each.number for each in order.fulfilments if each.is_open)
        yield from (line.id for line in order.lines if line.unallocated)
        yield from order.waits_for
        yield from rows_of(order)


def what_comes_back_is_what_was_cancelled(world: World) -> Finding:
    """What had left of an order that was cancelled under `always`; under the default, nothing."""
    for story in world.stories:
        expected = Goods()
        for (name, house), units in expected_units(story.order, lambda _: False).items():
            if line := story.order.line(name):
                expected.update(line.goods(house, units))
        for shelf in {*expected, *story.returned}:
            rule = world.settings.restock(shelf.warehouse)
            if rule is not Restock.NEVER and story.returned[shelf] != expected[shelf]:
                yield shelf, f"{story.returned[shelf]} came back, {expected[shelf]} were cancelled"
            if rule is Restock.NEVER and story.returned[shelf] > 0:
                yield shelf, "came back though nothing does"


# ---- lines


def an_order_contradicts_nothing(story: Story) -> Finding:
    yield from faults(story.order)


def every_unit_of_a_line_is_somewhere(story: Story) -> Finding:
    for line in story.order.lines:
        parts = (line.cancelled, line.elsewhere, line.allocated, line.unallocated, line.removed_late)
        if min(parts) < 0 or line.quantity != sum(parts[:4]):
            yield line.id, line.quantity, parts


def no_more_leaves_than_is_ordered(story: Story) -> Finding:
    """Unless an exception says so."""
    for line in story.order.lines:
        over = line.elsewhere + story.order.shipped[line.id] - (line.quantity - line.cancelled)
        if over > 0 and not any(each.line == line.id for each in story.order.exceptions):
            yield line.id, over


def a_line_is_as_its_channel_has_it(story: Story) -> Finding:
    """Until a person edits it, or the order is cancelled."""
    heard = [each for each in story.messages if each.lists_parcels] if story.order.is_heard else []
    newest = max((each for each in heard if each.modified_at <= story.order.modified_at), default=None, key=_time)
    if story.is_edited or story.order.cancelled_at or newest is None or newest.refunded_at:
        return
    told = {story.id_here(line.id): line.quantity for line in newest.lines}
    for line in story.order.lines:
        if not line.late_item and line.quantity - line.removed_late != told.get(line.id, 0):
            yield line.id, line.quantity, line.removed_late, told.get(line.id, 0)


def _time(message: ChannelOrder) -> datetime:
    return message.modified_at


def nobody_cancelled_what_is_not_cancelled(story: Story) -> Finding:
    if not story.is_cancelled_by_any and not story.is_edited:
        yield from (line.id for line in story.order.lines if line.cancelled)


def what_a_channel_put_in_late_waits_for_something(story: Story) -> Finding:
    order = story.order
    for line in order.lines:
        is_there = gone_units(order)[line.id] or staying_units(order, line.id)
        if line.late_item and not order.cancelled_at and not is_there:
            yield line.id


# ---- fulfilment orders


def a_fulfilment_order_is_what_its_status_says(story: Story) -> Finding:
    for each in story.order.fulfilments:
        if each.is_open and not each.remaining:
            yield each.number, "open, with nothing to ship"
        if each.status is FulfilmentStatus.SHIPPED and (not each.parcels or each.wanted != each.shipped):
            yield each.number, "shipped", each.wanted, each.shipped
        if each.status in (FulfilmentStatus.CANCELLED, FulfilmentStatus.REJECTED) and each.parcels:
            yield each.number, f"{each.status}, with parcels"


def a_label_has_something_to_send(story: Story) -> Finding:
    for fulfilment in story.order.fulfilments:
        for label in fulfilment.labels:
            is_waiting = label.state is LabelState.BOUGHT and not fulfilment.parcel_of(label)
            if (
                is_waiting
                and not Counter(label.units) & fulfilment.remaining
                and not _is_named(fulfilment, label.tracking)
            ):
                yield fulfilment.number, label.id


def _is_named(fulfilment: FulfilmentOrder, tracking: str) -> bool:
    return any(each.is_named(tracking) for each in fulfilment.parcels)


def a_label_sends_no_unit_twice(story: Story) -> Finding:
    for fulfilment in story.order.fulfilments:
        for label in fulfilment.labels:
            sent = [each for each in fulfilment.parcels if each.label == label.id]
            if len(sent) > 1 or contents_of(sent) - Counter(label.units):
                yield fulfilment.number, label.id


def a_merge_is_with_those_that_it_names(world: World) -> Finding:
    orders = {story.order.id: story.order for story in world.stories}
    for order in orders.values():
        for fulfilment in order.fulfilments:
            for ref in fulfilment.merge.members if fulfilment.merge and not fulfilment.ships_shared else ():
                other = orders[ref.order].fulfilment(ref.fulfilment)
                theirs = other and (other.merge or other.left_merge)
                if theirs is None or fulfilment.merge is None or theirs.id != fulfilment.merge.id:
                    yield fulfilment.id, f"is merged with {ref}, which is not"


# ---- the order


def its_status_and_exceptions_follow_from_it(story: Story) -> Finding:
    again = with_status(story.order, NOON, "x")
    if any(label.state is LabelState.BUYING for each in story.order.fulfilments for label in each.labels):
        return  # one that was refused is being bought again: its exception ends with the next change
    if again != story.order:
        gone = {each.kind for each in story.order.exceptions} ^ {each.kind for each in again.exceptions}
        yield gone, [each.detail for each in again.timeline[len(story.order.timeline) :]]


def its_status_moves_as_foreseen(story: Story) -> Finding:
    yield from (each.detail for each in story.order.timeline if each.what == UNFORESEEN)


def it_is_the_same_after_it_was_stored(story: Story) -> Finding:
    stored = story.order.model_dump_json(exclude_defaults=True)
    if Order.model_validate_json(stored) != story.order:
        yield stored


# ---- what the channel is owed


def what_is_owed_has_names_of_its_own(story: Story) -> Finding:
    names = Counter(each.id for each in owed_notices(story.order))
    yield from (name for name, times in names.items() if times > 1)


def a_channel_is_owed_what_it_does_not_have(story: Story) -> Finding:
    """Each parcel of ours that it has not confirmed as it is; voided ones until it has taken them out."""
    order = story.order
    if not order.is_notifiable:
        return
    owed = {each.id for each in owed_notices(order)}
    for fulfilment in order.fulfilments:
        for name, parcel in named_parcels(fulfilment).items():
            confirmed = parcel.notice if parcel.notice and parcel.notice.notified_at else None
            is_void = parcel in fulfilment.voided_parcels
            is_same = confirmed and (confirmed.carrier, confirmed.tracking) == (parcel.carrier, parcel.tracking)
            is_done = (
                confirmed and confirmed.is_withdrawn if is_void else is_same or (confirmed and confirmed.is_theirs)
            )
            if not is_done and (is_void or units_of(parcel.lines)) and f"{fulfilment.id}-{name}" not in owed:
                yield fulfilment.number, name, parcel.tracking


OF_WORLD: tuple[Callable[[World], Finding], ...] = (
    the_stock_is_committed_that_orders_hold,
    a_shelf_has_what_is_committed,
    an_order_that_is_over_holds_nothing,
    what_comes_back_is_what_was_cancelled,
    a_merge_is_with_those_that_it_names,
)
OF_STORY: tuple[Callable[[Story], Finding], ...] = (
    an_order_contradicts_nothing,
    every_unit_of_a_line_is_somewhere,
    no_more_leaves_than_is_ordered,
    a_line_is_as_its_channel_has_it,
    nobody_cancelled_what_is_not_cancelled,
    what_a_channel_put_in_late_waits_for_something,
    a_fulfilment_order_is_what_its_status_says,
    a_label_has_something_to_send,
    a_label_sends_no_unit_twice,
    its_status_and_exceptions_follow_from_it,
    its_status_moves_as_foreseen,
    what_is_owed_has_names_of_its_own,
    a_channel_is_owed_what_it_does_not_have,
)


def check(world: World) -> None:
    """Raise AssertionError with the first rule that is broken, and by what; nothing is checked twice."""
    versions = sum(story.order.version for story in world.stories)
    if versions == world.checked:
        return
    world.checked = versions
    for of_world in OF_WORLD:
        for found in of_world(world):
            raise AssertionError(f"{of_world.__name__}: {found}")
    for story in world.stories:
        for of_story in OF_STORY:
            for found in of_story(story):
                raise AssertionError(f"{of_story.__name__}: {found}")

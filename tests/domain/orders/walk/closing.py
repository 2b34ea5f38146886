"""The end of every history: with enough stock, money and answers each order comes to its end, and its channel knows."""

from collections import Counter
from collections.abc import Callable, Sequence
from random import Random

from packhorse.domain.labels.label import LabelState
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.matching import with_named_product
from packhorse.domain.orders.notice import owed_notices
from packhorse.domain.orders.parcel import contents_of
from packhorse.domain.orders.rejecting import without_refusals
from packhorse.domain.orders.reported import own_parcels
from packhorse.domain.orders.shipping import ParcelUpdate, shipped
from packhorse.domain.orders.soundness import is_stuck
from packhorse.domain.orders.steps import paid, without_hold
from packhorse.domain.orders.taking_back import cancellation_accepted
from tests.domain.order_builders import LAMP
from tests.domain.orders.walk.advancing import advance
from tests.domain.orders.walk.channel_acts import change_the_address, deliver, send
from tests.domain.orders.walk.people_acts import EVE
from tests.domain.orders.walk.rules import check, it_is_the_same_after_it_was_stored
from tests.domain.orders.walk.warehouse_acts import answer_a_purchase, answer_a_void, labels
from tests.domain.orders.walk.world import PRODUCTS, SHELVES, Story, World

ROUNDS = 5


def close(world: World) -> None:
    """Bring every order to its end; raises AssertionError for one that does not come to it."""
    world.is_listed = True
    for shelf in SHELVES:
        world.on_hand[shelf] += 100
    for story in world.stories:
        if story.told.ship_to is None:
            change_the_address(story, Random(0))  # noqa: S311  # no secret
        if story.messages:
            deliver(story, max(story.messages, key=lambda each: each.modified_at))
    _in_rounds(world, (_let_go, _answer, _name_products, _forgive, advance))
    for story in world.stories:
        assert not is_stuck(story.order, world.settings.account), "the order is stuck"
    _in_rounds(world, (_ship_all, advance))
    for story in world.stories:
        _notify(story)
        check(world)
        assert not [*it_is_the_same_after_it_was_stored(story)], "the order is another one once it was stored"
        assert story.order.is_over, f"the order stays: {story.order.status}"
        _compare(story)


def _in_rounds(world: World, acts: Sequence[Callable[[Story], None]]) -> None:
    for story in world.stories * ROUNDS:
        for act in acts:
            act(story)
        check(world)


def _let_go(story: Story) -> None:
    """Pay and release the order."""
    now = story.world.now()
    if not story.order.is_over and not story.order.may_ship:
        story.commit(Change(paid(story.order, now, now, EVE)))
    if story.order.holds:
        story.commit(Change(without_hold(story.order, None, now, EVE)))


def _answer(story: Story) -> None:
    """Partners agree to all requests, and carriers answer about all labels."""
    world = story.world
    for each in story.order.fulfilments:
        if each.is_open and each.cancellation and each.cancellation.is_live:
            restock = world.settings.restock
            story.commit(cancellation_accepted(story.order, each.number, world.now(), "partner", restock=restock))
    dice = Random(0)  # noqa: S311  # no secret
    for other in world.stories * 9:
        if labels(other, LabelState.BUYING):
            answer_a_purchase(other, dice)
        answer_a_void(other, dice)


def _name_products(story: Story) -> None:
    for line in story.order.lines:
        if line.unallocated and not line.matched:
            order = with_named_product(story.order, line.id, PRODUCTS[LAMP], story.world.now(), EVE)
            story.commit(Change(order))


def _forgive(story: Story) -> None:
    """All warehouses have what they rejected before."""
    story.commit(Change(without_refusals(story.order, dict.fromkeys(SHELVES))))


def _ship_all(story: Story) -> None:
    for each in story.order.fulfilments:
        found = story.order.fulfilment(each.number)
        if found and found.is_open and not story.order.holds:
            parcel = ParcelUpdate(carrier="DHL", tracking=story.world.name("END"))
            story.commit(shipped(story.order, each.number, [parcel], story.world.now(), EVE))


def _notify(story: Story) -> None:
    """Send all that the channel is owed."""
    for _ in range(30):
        owed = owed_notices(story.order)
        if not owed:
            return
        send(story, owed[0], "taken")
        if owed_notices(story.order) == owed or (owed_notices(story.order)[:1] and owed_notices(story.order)[0].tries):
            return  # the channel has no room for it


def _compare(story: Story) -> None:
    """Compare what left with what the channel has in parcels, where nothing is owed to it any more."""
    order = story.order
    is_whole = any(each.is_whole for each in order.told_parcels)  # the channel says of it that all has left
    if not order.is_notifiable or owed_notices(order) or is_whole:
        return
    listed = contents_of((*story.there.values(), *own_parcels(order, story.told.parcels)))
    there: Counter[str] = Counter()
    for name, units in listed.items():
        there[story.id_here(name)] += units
    lacking = contents_of(each for each in order.parcels if not each.is_reported) - there
    stated = Counter({story.id_here(line.id): line.quantity for line in story.told.lines})
    if story.told.shipped_at or story.told.refunded_at or lacking - stated:
        return
    assert not lacking, f"the channel never heard of: {dict(lacking)}"

"""What the product does by itself after every step: it matches, routes, hands over and requests."""

from packhorse.domain.orders import intake, matching
from packhorse.domain.orders.allocation import (
    goods_of_lines_to_route,
    lacks_units,
    routing_request,
    with_decision,
    with_hand_over,
)
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.completion import with_pending_settled
from packhorse.domain.orders.destination import with_checked_destination
from packhorse.domain.orders.fulfilment import requested
from packhorse.domain.orders.leaving_labelled import shipped_after_hold
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.rerouting import without_left_places
from packhorse.domain.orders.status import without_past_merges
from packhorse.domain.routing.rules import decide
from simulation.builders import a_channel
from tests.domain.orders.walk.people_acts import leave_merges
from tests.domain.orders.walk.world import Story

MOST_TURNS = 8


def advance(story: Story) -> None:
    """Bring the order as far as it goes by itself, and those that are merged with it."""
    for _ in range(MOST_TURNS):
        if not route(story):
            break
    for each in story.world.stories:
        leave_merges(each)
    request(story)


def route(story: Story) -> bool:
    """Route the order and hand it over; return whether it has to be routed once more."""
    world, now = story.world, story.world.now()
    order = without_left_places(story.order, world.settings, now, "packhorse")
    order = matching.matched(order, world.matches(order), now)
    order = without_past_merges(with_checked_destination(order, now), now)
    change, more = Change(order), False
    if intake.takes_stock(order, a_channel()):
        free = world.available + goods_of_lines_to_route(order)
        change, more = with_decision(order, decide(routing_request(order), free, world.settings, {}), now)
    if not more:
        settled = with_pending_settled(change, now)
        handed = with_hand_over(settled.order, world.settings, now)
        more = handed != settled.order and any(map(lacks_units, handed.lines))
        change = settled._replace(order=handed)
    if change.order != story.order:
        story.commit(change)
    return more


def request(story: Story) -> None:
    """Request what is queued of its warehouses; what a hold kept back of labelled parcels leaves then."""
    for each in story.order.fulfilments:
        if each.is_open and each.attempt and not each.token:
            order = requested(story.order, each.number, story.world.name("token"), story.world.now())
            story.commit(_after_hold(story, order, each.number))


def _after_hold(story: Story, order: Order, number: int) -> Change:
    found = order.fulfilment(number)
    if not found or not found.has_label:
        return Change(order)
    return shipped_after_hold(order, number, story.world.ships_on, story.world.now())

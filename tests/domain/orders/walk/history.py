"""A history: orders that live through random acts under the rules, from a seed; one that fails is shrunk."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import NamedTuple

from packhorse.domain.errors import PackhorseError
from packhorse.domain.orders import intake
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.channel_order import ChannelOrder
from simulation.builders import NOON, a_line, an_order
from tests.domain.order_builders import SHOP
from tests.domain.orders.walk import channel_acts, partner_acts, people_acts, warehouse_acts
from tests.domain.orders.walk.advancing import advance
from tests.domain.orders.walk.closing import close
from tests.domain.orders.walk.people_acts import Act
from tests.domain.orders.walk.rules import check
from tests.domain.orders.walk.world import SKUS, Story, World

ACTS: dict[Act, float] = {**channel_acts.ACTS, **people_acts.ACTS, **warehouse_acts.ACTS, **partner_acts.ACTS}
ADVANCES = 0.7
"""How often what follows from an act is done before the next one."""


class Step(NamedTuple):
    """An act, and the seed of all that it chooses: it chooses the same whatever was before."""

    act: Act
    seed: int


class Failure(NamedTuple):
    """A history that breaks a rule: its seed, the acts that are needed for that, what they chose, and the rule."""

    seed: int
    steps: Sequence[Step]
    log: Sequence[str]
    error: Exception

    def __str__(self) -> str:
        lines = [f"history {self.seed}: {type(self.error).__name__}: {self.error}", *self.log]
        return "\n  ".join(lines)


def steps_of(seed: int, count: int) -> list[Step]:
    """Return the acts of a history."""
    dice = Random(seed)  # noqa: S311  # no secret
    return [Step(act, dice.getrandbits(32)) for act in dice.choices([*ACTS], [*ACTS.values()], k=count)]


def run(seed: int, steps: Sequence[Step]) -> Failure | None:
    """Run a history; return how it fails, None if it does not."""
    dice = Random(seed)  # noqa: S311  # no secret
    world, log = World(dice), list[str]()
    try:
        for _ in range(dice.choice([1, 1, 2])):
            begin(world, dice, log)
        for step in steps:
            take(world, step, log)
        log.append("the end")
        close(world)
    except Exception as error:  # whatever it is, it is a fault
        return Failure(seed, steps, log, error)
    return None


def begin(world: World, dice: Random, log: list[str]) -> None:
    """Receive an order, by its channel or by a file that may be older or newer than what its channel says."""
    lines = [
        a_line(dice.choice(SKUS[:-1]), line=str(number), quantity=dice.randint(1, 3))
        for number in range(1, dice.randint(2, 4))
    ]
    told = an_order(
        *lines, channel_order_id=f"order-{len(world.stories)}", paid_at=NOON if dice.random() < 0.9 else None
    )
    if dice.random() < 0.2:
        told = told.replace(ship_to=None)
    elif dice.random() < 0.25:
        at = NOON + timedelta(days=dice.choice([-1, 1]))
        told = told.replace(lists_parcels=False, source="orders.csv", modified_at=at)
    story = Story(world, told)
    story.log = log
    story.say(f"{told.source or 'channel'}: {[(line.id, line.sku, line.quantity) for line in told.lines]}")
    world.stories.append(story)
    story.commit(_new(world, told))
    if told.lists_parcels:
        story.messages.append(told)
    advance(story)
    check(world)


def _new(world: World, told: ChannelOrder) -> Change:
    change = intake.new_order(told, world.now(), SHOP)
    if world.is_notified and told.lists_parcels:
        return change._replace(order=intake.notifiable(change.order, is_first=True))
    return change


def take(world: World, step: Step, log: list[str]) -> None:
    """Do an act with one of the orders; what is refused changes nothing."""
    dice = Random(step.seed)  # noqa: S311  # no secret
    number = dice.randrange(len(world.stories))
    story = world.stories[number]
    log.append(f"{step.act.__name__} ({number})")
    try:
        step.act(story, dice)
    except PackhorseError as error:
        log.append(f"  refused: {error}")
    check(world)
    if dice.random() < ADVANCES:
        advance(story)
        check(world)


def shrunk(failure: Failure) -> Failure:
    """Return the failure with the fewest acts that still break the same rule."""
    rule, best = _rule(failure), failure
    size = max(1, len(best.steps) // 2)
    while size:
        start = 0
        while start < len(best.steps):
            fewer = [*best.steps[:start], *best.steps[start + size :]]
            found = run(failure.seed, fewer)
            if found and _rule(found) == rule:
                best = found
            else:
                start += size
        size = size // 2
    return best


def _rule(failure: Failure) -> tuple[type[Exception], str]:
    return type(failure.error), str(failure.error).partition(":")[0]

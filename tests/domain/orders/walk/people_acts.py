"""What people do with an order: hold it, edit it, cancel of it, move it, split and merge what a warehouse has of it."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from random import Random

from packhorse.domain.configuration.account import Restock
from packhorse.domain.configuration.warehouse import WarehouseKind
from packhorse.domain.labels.label import FulfilmentRef
from packhorse.domain.orders import splitting
from packhorse.domain.orders.allocation import goods_of_line, move_request, moved, with_decision
from packhorse.domain.orders.cancel_notifying import kept_in_channel
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.completion import completed
from packhorse.domain.orders.editing import line_cancelled
from packhorse.domain.orders.exceptions import dismissed
from packhorse.domain.orders.intake import takes_stock
from packhorse.domain.orders.line_edits import LineEdit, with_edited_lines, withdrawn
from packhorse.domain.orders.matching import with_named_product
from packhorse.domain.orders.merging import (
    FulfilmentOfOrder,
    departures,
    merged,
    why_not_merged,
    without_member,
    without_merge,
)
from packhorse.domain.orders.order import Hold
from packhorse.domain.orders.overrides import set_by_person
from packhorse.domain.orders.parcel import Parcel, parts_of
from packhorse.domain.orders.rejecting import RejectedUnits, rejected, require_own_or_override
from packhorse.domain.orders.rejection import RejectReason
from packhorse.domain.orders.shipping import ParcelUpdate, shipped
from packhorse.domain.orders.steps import cancelled, paid, with_hold, without_hold
from packhorse.domain.orders.taking_back import cancellation_accepted, cancellation_refused, taken_back
from packhorse.domain.orders.tracking import TrackingCorrection, tracking_corrected
from packhorse.domain.orders.updates import with_fulfilment
from packhorse.domain.routing.rules import decide
from packhorse.domain.stock.goods import Goods
from packhorse.domain.supply.late_parcels import LateParcels, shipped_late, with_units_taken
from packhorse.domain.values import WarehouseId
from simulation.builders import a_channel
from tests.domain.orders.walk.world import KINDS, PRODUCTS, Story, some

EVE = "Eve"

# ---- holds, money, the end


def hold(story: Story, dice: Random) -> None:
    now = story.world.now()
    new = Hold(id=story.world.name("hold"), reason="fraud?", owner=EVE, placed_at=now, is_shared=dice.random() < 0.3)
    story.commit(Change(with_hold(story.order, new)))


def release(story: Story, dice: Random) -> None:
    name = None if dice.random() < 0.8 or not story.order.holds else dice.choice(story.order.holds).id
    story.commit(Change(without_hold(story.order, name, story.world.now(), EVE)))


def mark_paid(story: Story, dice: Random) -> None:
    now = story.world.now()
    story.commit(Change(paid(story.order, now, now, EVE)))


def cancel(story: Story, dice: Random) -> None:
    story.is_cancelled_by_any = True
    now = story.world.now()
    change = cancelled(story.order, now, EVE, restock=story.world.settings.restock)
    if dice.random() < 0.2:
        change = change._replace(order=kept_in_channel(change.order, now))
    story.commit(change)


def cancel_units(story: Story, dice: Random) -> None:
    line, keep = dice.choice(story.order.lines), dice.randint(0, 2)
    story.say(f"line {line.id}, all but {keep}")
    story.is_cancelled_by_any = True
    now, restock = story.world.now(), story.world.settings.restock
    story.commit(line_cancelled(story.order, line.id, keep, now, EVE, restock=restock))


def complete(story: Story, dice: Random) -> None:
    story.commit(completed(story.order, story.world.now(), EVE))


def dismiss(story: Story, dice: Random) -> None:
    if story.order.exceptions:
        problem = dice.choice(story.order.exceptions)
        story.say(problem.kind)
        story.commit(Change(dismissed(story.order, problem, story.world.now(), EVE)))


# ---- edits


def edit_a_line(story: Story, dice: Random) -> None:
    line = dice.choice(story.order.lines)
    match = PRODUCTS[dice.choice([*PRODUCTS])] if dice.random() < 0.4 else None
    edit = LineEdit(quantity=dice.choice([None, 0, 1, 2, 3]), match=match)
    now, restock = story.world.now(), story.world.settings.restock
    set_by_person(story.order, story.order.version, {}, now, EVE)  # raises while a warehouse has any of it
    story.say(f"line {line.id}: {edit}")
    story.is_edited = True
    story.commit(with_edited_lines(story.order, {line.id: edit}, now, EVE, restock=restock))


def edit_the_address(story: Story, dice: Random) -> None:
    address, now = story.order.ship_to, story.world.now()
    if address:
        new = address.replace(address1=f"Street {dice.randint(3, 4)}")
        order = set_by_person(story.order, story.order.version, {"ship_to": new}, now, EVE)
        story.commit(Change(withdrawn(order, now, EVE)))


def name_a_product(story: Story, dice: Random) -> None:
    line, match = dice.choice(story.order.lines), PRODUCTS[dice.choice([*PRODUCTS])]
    story.commit(Change(with_named_product(story.order, line.id, match, story.world.now(), EVE)))


def move_a_line(story: Story, dice: Random) -> None:
    """Name a warehouse for a line, which is routed there in the same step."""
    line, house, world = dice.choice(story.order.lines), WarehouseId(dice.choice([*KINDS])), story.world
    order = moved(story.order, line.id, house, world.now(), EVE)
    story.say(f"line {line.id} to {house}")
    if takes_stock(order, a_channel()):
        there = world.available + goods_of_line(order, line.id)
        decision = decide(move_request(order, line.id), there, world.settings, {})
        story.commit(with_decision(order, decision, world.now()).change)


# ---- fulfilment orders


def split(story: Story, dice: Random) -> None:
    if found := story.any_fulfilment(dice):
        part = splitting.PartToSplit(lines=parts_of(some(dice, found.wanted)))
        story.say(f"{found.number}: {dict(found.wanted)} {part}")
        name, now = story.world.name("split"), story.world.now()
        story.commit(Change(splitting.split(story.order, found.number, part, name, now, EVE)))


def join(story: Story, dice: Random) -> None:
    one, other = story.any_fulfilment(dice), story.any_fulfilment(dice)
    if one and other:
        now = story.world.now()
        story.commit(Change(splitting.joined(story.order, one.number, other.number, now, EVE)))


def take_back(story: Story, dice: Random) -> None:
    if found := story.any_fulfilment(dice):
        to = WarehouseId(dice.choice([*KINDS])) if dice.random() < 0.5 else None
        story.say(f"{found.number} to {to}")
        story.commit(taken_back(story.order, found.number, "why", story.world.now(), EVE, to=to))


def reject(story: Story, dice: Random) -> None:
    """Units, or all that is left; what a partner has only where a person overrides that."""
    found = story.any_fulfilment(dice)
    if not found:
        return
    lines = parts_of(some(dice, found.remaining)) if dice.random() < 0.7 else ()
    report, name = RejectedUnits(lines=lines, reason=dice.choice([*RejectReason])), story.world.name("report")
    if dice.random() < 0.5:
        require_own_or_override(story.order, found.number, name)
    story.say(f"{found.number}: {report.reason} {lines}")
    now, restock, there = story.world.now(), story.world.settings.restock, story.world.available
    change = rejected(story.order, found.number, report, name, there, now, EVE, restock=restock)
    story.commit(with_units_taken(change, found))


def ship(story: Story, dice: Random) -> None:
    """Enter a parcel: of some units or of all, with a number that may be in use."""
    found = story.any_fulfilment(dice)
    if found:
        lines = parts_of(some(dice, found.remaining)) if dice.random() < 0.6 else ()
        tracking = dice.choice([story.world.name("JD"), "JD1", "JD2"])
        story.say(f"{found.number}: {lines} {tracking}")
        parcel = ParcelUpdate(carrier="DHL", tracking=tracking, lines=lines, unnumbered=dice.random() < 0.1)
        now, override = story.world.now(), dice.random() < 0.3
        story.commit(shipped(story.order, found.number, [parcel], now, EVE, override=override))


def ship_late(story: Story, dice: Random) -> None:
    """Enter a parcel of what was cancelled, or taken from its warehouse, and has left all the same."""
    if not story.order.fulfilments:
        return
    found, world = dice.choice(story.order.fulfilments), story.world
    line = dice.choice(story.order.lines)
    lines = parts_of(Counter({line.id: dice.randint(1, 2)})) if dice.random() < 0.6 else ()
    story.say(f"{found.number}: {lines}")

    def late(change: Change, number: int, parcel: Parcel, at: datetime, who: str) -> Change:
        available = Goods(world.available)
        available.subtract(change.committed)
        is_ours = found.kind is WarehouseKind.OWN
        return change.then(shipped_late(change.order, number, LateParcels((parcel,), available, is_ours), at, who))

    entered = ParcelUpdate(carrier="DHL", tracking=world.name("JD"), lines=lines)
    story.commit(shipped(story.order, found.number, [entered], world.now(), EVE, override=True, late=late))


def correct_a_number(story: Story, dice: Random) -> None:
    sent = [each for each in story.order.fulfilments if each.parcels]
    if sent:
        found = dice.choice(sent)
        place, new = dice.randint(1, len(found.parcels)), TrackingCorrection(tracking=story.world.name("NEW"))
        story.commit(Change(tracking_corrected(story.order, found.number, place, new, story.world.now(), EVE)))


def answer_a_request(story: Story, dice: Random) -> None:
    """A person enters what a partner says about units that are to be kept back."""
    found = story.any_fulfilment(dice, WarehouseKind.DROPSHIP, WarehouseKind.THIRD_PARTY)
    if found is None:
        return
    now, restock = story.world.now(), story.world.settings.restock
    if dice.random() < 0.5:
        story.commit(Change(cancellation_refused(story.order, found.number, "no", now, EVE)))
    else:
        story.commit(cancellation_accepted(story.order, found.number, now, EVE, restock=restock))


# ---- several orders in one parcel


def merge(story: Story, dice: Random) -> None:
    members = []
    for each in story.world.stories:
        fitting = [FulfilmentOfOrder(each.order, part) for part in each.fulfilments(WarehouseKind.OWN)]
        fitting = [part for part in fitting if not why_not_merged(part)] or fitting[:1]
        members += dice.sample(fitting, 1) if fitting else []
    if len(members) > 1:
        orders = merged(members, story.world.name("merge"), {}, story.world.now(), EVE)
        for each, order in zip(story.world.stories, orders, strict=True):
            each.commit(Change(order))


def unmerge(story: Story, dice: Random) -> None:
    found = next((each for each in story.fulfilments() if each.merge and not each.ships_shared), None)
    if found:
        story.commit(Change(without_merge(story.order, found, "undone", story.world.now(), EVE)))


def leave_merges(story: Story) -> None:
    """Take what left a merge out of those of the others, as the product does after every step."""
    for found in departures(story.order):
        own = FulfilmentRef(order=story.order.id, fulfilment=found.number)
        assert found.left_merge
        for other in story.world.stories:
            for ref in found.left_merge.members:
                if ref.order == other.order.id and ref != own:
                    left = without_member(other.order, ref.fulfilment, found.left_merge.id, own, story.world.now())
                    other.commit(Change(left))
        now_it = story.order.fulfilment(found.number)
        assert now_it
        story.commit(Change(with_fulfilment(story.order, now_it.replace(left_merge=None))))


# ---- settings


def receive_stock(story: Story, dice: Random) -> None:
    for shelf in dice.sample([*story.world.on_hand], 3):
        story.world.on_hand[shelf] += 2


def list_the_unknown(story: Story, dice: Random) -> None:
    story.world.is_listed = True


Act = Callable[[Story, Random], None]


def change_the_restock_rule(story: Story, _: Random) -> None:
    """Have back what was not expected back before, or the reverse; what never comes back stays so."""
    world, account = story.world, story.world.settings.account
    others = {Restock.UNSHIPPED: Restock.ALWAYS, Restock.ALWAYS: Restock.UNSHIPPED}
    rules = {kind: account.restock.get(kind, Restock.UNSHIPPED) for kind in WarehouseKind}
    restock = {kind: others.get(rule, rule) for kind, rule in rules.items()}
    world.settings = world.settings.replace(account=account.replace(restock=restock))


ACTS: dict[Act, float] = {
    hold: 1,
    release: 2,
    mark_paid: 1,
    cancel: 0.3,
    cancel_units: 1,
    complete: 0.2,
    dismiss: 1,
    edit_a_line: 2,
    edit_the_address: 0.5,
    name_a_product: 0.5,
    move_a_line: 1,
    split: 1,
    join: 1,
    take_back: 1,
    reject: 1,
    ship: 2,
    ship_late: 0.3,
    correct_a_number: 0.5,
    answer_a_request: 1,
    merge: 1.5,
    unmerge: 0.5,
    receive_stock: 1,
    list_the_unknown: 0.3,
    change_the_restock_rule: 0.5,
}

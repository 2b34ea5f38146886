"""What happens at warehouses of our own: boxes at benches, labels and their voids, manifests, reports of carriers."""

from collections import Counter
from datetime import timedelta
from random import Random

from packhorse.domain.configuration.warehouse import ShipsOn, WarehouseKind
from packhorse.domain.labels.label import FulfilmentRef, Label, LabelState
from packhorse.domain.labels.purchase import Refund
from packhorse.domain.labels.tracking import TrackingEvent, TrackingStatus
from packhorse.domain.orders import bench, bench_rejecting
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder
from packhorse.domain.orders.labelling import (
    label_begun,
    label_bought,
    label_of,
    label_refused,
)
from packhorse.domain.orders.leaving_labelled import after_refused_void
from packhorse.domain.orders.manifesting import can_be_claimed, claimed, manifested
from packhorse.domain.orders.packing import Scan
from packhorse.domain.orders.rejecting import RejectedUnits, rejected
from packhorse.domain.orders.rejection import RejectReason
from packhorse.domain.orders.transit import last_report, tracked
from packhorse.domain.orders.voiding import label_voided, voiding
from tests.domain.label_builders import SOLD, a_label
from tests.domain.orders.walk.world import Story, some

EVE = bench.Packer("Eve", "one")

# ---- benches


def a_box(story: Story, dice: Random) -> FulfilmentOrder | None:
    """Return what has a box, else what may get one."""
    own = [each for each in story.order.fulfilments if each.kind is WarehouseKind.OWN]
    found = [each for each in own if each.packing] or own
    return dice.choice(found) if found else None


def packed(story: Story, number: int, outcome: bench.BenchOutcome) -> None:
    """Store what a packer did; a box that is closed leaves where that ships."""
    story.say(f"{number}: {outcome.result} {outcome.detail}")
    change = outcome.change
    if outcome.result is bench.Result.CLOSED:
        ships_on, now = story.world.ships_on, story.world.now()
        change = change.then(bench.shipped_as_packed(change.order, number, ships_on, now, EVE.who))
    story.commit(change)


def open_a_box(story: Story, dice: Random) -> None:
    own = story.fulfilments(WarehouseKind.OWN)
    found = dice.choice(own) if own and dice.random() < 0.6 else a_box(story, dice)
    if found:
        packed(story, found.number, bench.opened(story.order, found.number, EVE, story.world.now()))


def count_units(story: Story, dice: Random) -> None:
    found = a_box(story, dice)
    if found and found.packing:
        missing = [*found.packing.missing.elements()]
        for sku in missing[: dice.randint(1, 6)]:
            scan = Scan(id=f"scan-{story.world.name('0')}", sku=sku)
            packed(story, found.number, bench.counted(story.order, found.number, EVE, scan, story.world.now()))


def put_a_box_aside(story: Story, dice: Random) -> None:
    if found := a_box(story, dice):
        packed(story, found.number, bench.put_aside(story.order, found.number, EVE, story.world.now()))


def open_a_box_again(story: Story, dice: Random) -> None:
    if found := a_box(story, dice):
        packed(story, found.number, bench.reopened(story.order, found.number, EVE, story.world.now()))


def close_a_box(story: Story, dice: Random) -> None:
    if found := a_box(story, dice):
        packed(story, found.number, bench.closed(story.order, found.number, EVE, story.world.now()))


def finish_a_box(story: Story, dice: Random) -> None:
    """Close it with what is in it; the rest is packed later."""
    if found := a_box(story, dice):
        request = f"finish-{story.world.name('0')}"
        outcome = bench_rejecting.finished(story.order, found.number, EVE, request, story.world.now())
        packed(story, found.number, outcome)


def reject_at_the_bench(story: Story, dice: Random) -> None:
    found = a_box(story, dice)
    if not found or not found.packing:
        return
    name, now, world = f"bench-{story.world.name('0')}", story.world.now(), story.world
    lacking = bench_rejecting.Lacking(dice.choice([*RejectReason]))
    report = bench_rejecting.rejection_of(story.order, found.number, EVE, lacking, name)
    if isinstance(report, RejectedUnits):
        restock, there = world.settings.restock, world.available
        change = rejected(story.order, found.number, report, name, there, now, EVE.who, restock=restock)
        report = bench_rejecting.without_rejected(change, found.number, EVE, report, now)
    packed(story, found.number, report)


# ---- labels; those that several orders share are copied to all of them


def label(story: Story, dice: Random) -> None:
    found = story.any_fulfilment(dice, WarehouseKind.OWN)
    if not found or found.is_taken_back or not found.unlabelled or story.order.holds:
        return None
    if found.merge:
        return label_merged(story, found)
    units = some(dice, found.unlabelled) if dice.random() < 0.5 else found.unlabelled
    new = _begun(story, units)
    story.say(f"{found.number}: {new.id} {dict(units)}")
    story.commit(Change(label_begun(story.order, found.number, new)))
    return None


def label_merged(story: Story, found: FulfilmentOrder) -> None:
    """Begin one label for all members of a merge, each with what it has left."""
    assert found.merge
    refs = {ref.order: ref.fulfilment for ref in found.merge.members}
    members = [each for each in story.world.stories if each.order.id in refs]
    parts = {each.order.id: each.order.fulfilment(refs[each.order.id]) for each in members}
    is_fit = all(
        part and part.merge and not each.order.holds for each, part in zip(members, parts.values(), strict=True)
    )
    if len(members) < len(refs) or not is_fit:
        return
    holder = FulfilmentRef(order=story.order.id, fulfilment=found.number)
    shares = tuple(ref for ref in found.merge.members if ref != holder)
    new = _begun(story, found.unlabelled)
    after = {story.order.id: label_begun(story.order, found.number, new.replace(shares=shares))}
    for each in members:
        part = parts[each.order.id]
        if each is not story and part:
            copy = new.replace(units=dict(part.unlabelled), holder=holder)
            after[each.order.id] = label_begun(each.order, part.number, copy)
    story.say(f"{new.id} for {len(members)} orders")
    for each in members:
        each.commit(Change(after[each.order.id]))


def _begun(story: Story, units: "Counter[str]") -> Label:
    name = story.world.name("label")
    return a_label(name).replace(units=dict(units), attempted_at=story.world.now() - timedelta(hours=1))


def labels(story: Story, *states: LabelState) -> list[tuple[int, Label]]:
    return [(each.number, label) for each in story.order.fulfilments for label in each.labels if label.state in states]


def copies(story: Story, found: Label) -> list[tuple[Story, int]]:
    """Return the other orders that have the label, each with the number of its fulfilment order."""
    refs = {ref.order: ref.fulfilment for ref in found.shares}
    return [(each, refs[each.order.id]) for each in story.world.stories if each.order.id in refs]


def answer_a_purchase(story: Story, dice: Random) -> None:
    """The carrier sells a label, or refuses to; copies follow, at once or later by an audit."""
    own = [pair for pair in labels(story, LabelState.BUYING) if not pair[1].holder]
    if not own:
        return follow_labels(story)
    number, found = dice.choice(own)
    if dice.random() < 0.1:
        story.commit(Change(label_refused(story.order, number, found.id, "no", story.world.now())))
    else:
        story.commit(_bought(story, number, found.id))
    if dice.random() < 0.7:
        for other, _ in copies(story, found):
            follow_labels(other)
    return None


def _bought(story: Story, number: int, label_id: str) -> Change:
    found, ships_on = story.order.fulfilment(number), story.world.ships_on
    is_packed = bool(found and found.is_packed)
    ships = ships_on.is_done(is_packed=is_packed)
    awaits = ships_on is ShipsOn.PACKED and not is_packed
    sold = SOLD.replace(tracking=f"94{label_id}")
    return label_bought(story.order, number, label_id, sold, story.world.now(), ships=ships, awaits_packing=awaits)


def follow_labels(story: Story) -> None:
    """Bring the copies of this order up to the labels that others have."""
    for number, copy in labels(story, LabelState.BUYING, LabelState.VOIDING):
        holder = copy.holder
        other = next((each for each in story.world.stories if holder and each.order.id == holder.order), None)
        if holder is None or other is None:
            continue
        theirs, now = label_of(other.order, holder.fulfilment, copy.id), story.world.now()
        if copy.state is LabelState.BUYING and theirs.state is LabelState.REFUSED:
            story.commit(Change(label_refused(story.order, number, copy.id, "no", now)))
        elif copy.state is LabelState.BUYING and theirs.purchase:
            change = _bought(story, number, copy.id)
            reported = last_report(other.order, holder.fulfilment, copy.id)
            story.commit(change.then(tracked(change.order, number, reported, now)) if reported else change)
        elif copy.state is LabelState.VOIDING and theirs.state is LabelState.VOIDED:
            _void(story, number, copy)
        elif copy.state is LabelState.VOIDING and theirs.state in (LabelState.BOUGHT, LabelState.UNUSED):
            story.commit(_after_refused_void(story, number, copy.id))


def begin_a_void(story: Story, dice: Random) -> None:
    own = [pair for pair in labels(story, LabelState.BOUGHT, LabelState.UNUSED) if not pair[1].holder]
    if not own:
        return
    number, found = dice.choice(own)
    story.say(f"{number}: {found.id}")
    now, others = story.world.now(), copies(story, found)
    for other, _ in others:
        follow_labels(other)
    begun = [voiding(other.order, part, found.id, now, EVE.who) for other, part in others]
    story.commit(Change(voiding(story.order, number, found.id, now, EVE.who)))
    for (other, _), order in zip(others, begun, strict=True):
        other.commit(Change(order))


def answer_a_void(story: Story, dice: Random) -> None:
    own = [pair for pair in labels(story, LabelState.VOIDING) if not pair[1].holder]
    if not own:
        return follow_labels(story)
    number, found = dice.choice(own)
    story.say(f"{number}: {found.id}")
    if dice.random() < 0.25:
        story.commit(_after_refused_void(story, number, found.id))
    else:
        _void(story, number, found)
    if dice.random() < 0.7:
        for other, _ in copies(story, found):
            follow_labels(other)
    return None


def _void(story: Story, number: int, found: Label) -> None:
    now, restock = story.world.now(), story.world.settings.restock
    story.commit(label_voided(story.order, number, found.id, Refund.SUBMITTED, now, EVE.who, restock=restock))


def _after_refused_void(story: Story, number: int, label_id: str) -> Change:
    now, ships_on = story.world.now(), story.world.ships_on
    return after_refused_void(story.order, number, label_id, ships_on, now, EVE.who)


# ---- manifests and carriers


def put_on_a_manifest(story: Story, dice: Random) -> None:
    bought = labels(story, LabelState.BOUGHT)
    if bought:
        number, found = dice.choice(bought)
        name = story.world.name("manifest")
        if can_be_claimed(story.order, number, found, name):
            story.commit(Change(claimed(story.order, number, found.id, name)))
            now, ships_on = story.world.now(), story.world.ships_on
            story.commit(manifested(story.order, number, found.id, name, ships_on, now, EVE.who))


def hear_of_a_carrier(story: Story, dice: Random) -> None:
    """A report of any parcel, in whatever order; the same once more changes nothing."""
    known = labels(story, *LabelState)
    if not known:
        return
    number, found = dice.choice(known)
    at = story.world.now() - timedelta(minutes=dice.randint(0, 20))
    event = TrackingEvent(carrier="USPS", tracking=f"94{found.id}", status=dice.choice([*TrackingStatus]), at=at)
    story.say(f"{number}: {event.tracking} {event.status} at {at:%H:%M}")
    story.commit(tracked(story.order, number, event, story.world.now()))
    again = tracked(story.order, number, event, story.world.now())
    assert again.order == story.order, "a report that is repeated changes the order"


ACTS = {
    open_a_box: 2,
    count_units: 3,
    put_a_box_aside: 0.5,
    open_a_box_again: 0.5,
    close_a_box: 1,
    finish_a_box: 0.5,
    reject_at_the_bench: 1,
    label: 3,
    answer_a_purchase: 4,
    begin_a_void: 2,
    answer_a_void: 3,
    put_on_a_manifest: 1,
    hear_of_a_carrier: 1.5,
}

"""What fulfillers outside do: suppliers by files, logistics partners by answers, Amazon by its progress."""

from collections import Counter
from random import Random
from typing import Any, NamedTuple

from packhorse.domain.address import Address
from packhorse.domain.configuration.fba import Speed
from packhorse.domain.configuration.warehouse import WarehouseKind
from packhorse.domain.fba.holding import held_for_person, with_whole_request
from packhorse.domain.fba.outbound import McfPreview, McfProgress, McfRequest, SentPackage
from packhorse.domain.fba.progress import Knowing, with_progress
from packhorse.domain.fba.requesting import items_of, may_be_sent, with_intent
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.fulfilment import WaitOutcome, accepted_by_partner, finished
from packhorse.domain.orders.mcf import McfStatus
from packhorse.domain.orders.parcel import parts_of
from packhorse.domain.orders.rejecting import RejectedUnits, rejected
from packhorse.domain.orders.rejection import RejectReason
from packhorse.domain.orders.taking_back import cancellation_accepted
from packhorse.domain.supply.answer_layout import Meaning
from packhorse.domain.supply.answering import Known
from packhorse.domain.supply.answers import AnswerRow
from packhorse.domain.supply.batches import SupplierBatch
from packhorse.domain.supply.cancelling import request_of, with_request_in_batch
from packhorse.domain.supply.sending import marked, never_sent, unmarked
from packhorse.domain.supply.unread import answered_as_read
from simulation.builders import NOON
from tests.domain.orders.walk.channel_acts import different
from tests.domain.orders.walk.world import Story

ACME = "acme"
AMAZON = "amazon:us"
MEANINGS = (
    Meaning.SHIPPED,
    Meaning.SHIPPED,
    Meaning.SHIPPED,
    Meaning.REJECTED,
    Meaning.CANCELLED,
    Meaning.CANCEL_REFUSED,
    Meaning.ACKNOWLEDGED,
)

# ---- a supplier with files


def send_a_batch(story: Story, dice: Random) -> None:
    """Put all that waits into a file, and requests to keep units back into another one."""
    for found in story.fulfilments(WarehouseKind.DROPSHIP):
        story.batches += 1
        now = story.world.now()
        batch = SupplierBatch(supplier=ACME, number=story.batches, created_at=now)
        story.commit(Change(marked(story.order, found.number, batch, now)))
        story.commit(Change(with_request_in_batch(story.order, found.number, 100 + story.batches, None, now)))


def lose_a_file(story: Story, dice: Random) -> None:
    """A file never reached its supplier: what was requested back is given back, and the rest is sent again."""
    sent = [each for each in story.fulfilments(WarehouseKind.DROPSHIP) if each.batch is not None]
    unheard = [each for each in sent if each.is_unanswered and not each.rejections]
    if not unheard:
        return
    found, now, restock = dice.choice(unheard), story.world.now(), story.world.settings.restock
    if request_of(story.order, found.number, None):
        change = cancellation_accepted(story.order, found.number, now, "packhorse", restock=restock)
        story.commit(change._replace(order=never_sent(change.order, found.number)))
    elif not found.cancellation:
        story.commit(Change(unmarked(story.order, found.number, found.batch or 0)))


def answer_by_a_file(story: Story, dice: Random) -> None:
    """One to three rows about a fulfilment order; the same file once more changes nothing."""
    sent = [each for each in story.order.fulfilments if each.kind is WarehouseKind.DROPSHIP and each.batch is not None]
    if not sent:
        return
    found = dice.choice(sent)
    names = ["", *map(str, range(1, len(found.sent_rows) + 1))]
    rows = [_row(found.id, place, dice.choice(names), dice) for place in range(2, 2 + dice.randint(1, 3))]
    story.say(f"{found.number}: {[(row.meaning.value, row.line, row.quantity, row.tracking) for row in rows]}")
    world, report = story.world, story.world.name("file")
    known = Known(world.settings.restock, available=world.available, report=report)
    done = answered_as_read(story.order, found.number, rows, world.now(), ACME, known)
    story.say([each.message for each in (*done.reply.faults, *done.reply.warnings)])
    story.commit(done.change)
    if sum(row.meaning is Meaning.SHIPPED and row.quantity is None for row in rows) > 1:
        return  # each of them means all that remains: who reads first has it
    known = known._replace(available=world.available)
    again = answered_as_read(story.order, found.number, rows, world.now(), ACME, known).change
    assert again.order == story.order, f"a file that is read again changes: {different(story.order, again.order)}"
    assert not again.shelves, "a file that is read again moves stock"


def _row(fulfilment: str, place: int, line: str, dice: Random) -> AnswerRow:
    return AnswerRow(
        row=place,
        fulfilment=fulfilment,
        meaning=dice.choice(MEANINGS),
        line=line,
        quantity=dice.choice([None, 1, 1, 2]) if line else None,
        tracking=dice.choice(["", "A1", "A2", f"A{fulfilment[-1]}3"]),
        carrier="DHL",
    )


def accept(story: Story, dice: Random) -> None:
    found = story.any_fulfilment(dice, WarehouseKind.DROPSHIP, WarehouseKind.THIRD_PARTY)
    if found:
        story.commit(Change(accepted_by_partner(story.order, found.number, story.world.now(), "depot")))


def lose_patience(story: Story, dice: Random) -> None:
    found = story.any_fulfilment(dice)
    if found:
        late = [WaitOutcome(fulfilment=found.number, outcome="overdue")]
        story.commit(Change(finished(story.order, found.attempt, late, story.world.now())))


# ---- Amazon


class AtAmazon(NamedTuple):
    """What Amazon has of a fulfilment order, as its answers say."""

    progress: McfProgress
    earlier: tuple[McfProgress, ...] = ()

    def moved(self, story: Story, **news: Any) -> "AtAmazon":
        """Return it after a change, under the time of it."""
        now = self.progress.replace(**news, changed_at=story.world.now())
        return AtAmazon(now, (*self.earlier, self.progress))

    @property
    def left(self) -> "Counter[str]":
        """Units by item that it has not decided about."""
        gone = sum((Counter(each.units) for each in self.progress.packages), Counter[str]())
        never = Counter(self.progress.unfulfillable) + Counter(self.progress.cancelled)
        return Counter(self.progress.quantities) - gone - never


def send_to_amazon(story: Story, dice: Random) -> None:
    """Store what is about to be sent; Amazon gets it."""
    for found in story.fulfilments(WarehouseKind.FBA):
        if not may_be_sent(story.order, found.number):
            continue
        items, now, address = items_of(story.order, found, {}), story.world.now(), story.order.ship_to
        request = McfRequest(found.id, "#1", NOON, "", Speed.STANDARD, (), address or Address(), items)
        preview = McfPreview(is_fulfillable=True, unfulfillable={}, reasons=(), fee=None, arrives_by=None)
        story.commit(Change(with_intent(story.order, found.number, request, preview, now)))
        quantities = {each.id: each.quantity for each in items}
        story.amazon[found.number] = AtAmazon(McfProgress(status=McfStatus.RECEIVED, quantities=quantities))


def request_back_from_amazon(story: Story, dice: Random) -> None:
    """Amazon keeps whole orders back, unless it has begun to pick."""
    for number, found in story.amazon.items():
        order = with_whole_request(story.order, number, story.world.now())
        if order == story.order:
            continue
        story.commit(Change(order))
        if found.progress.status is McfStatus.RECEIVED:
            story.amazon[number] = found.moved(story, status=McfStatus.CANCELLED, cancelled=dict(found.left))


def work_at_amazon(story: Story, dice: Random) -> None:
    """Amazon picks, ships a package, finds that it lacks units, or is done; then its progress is read."""
    if not story.amazon:
        return
    number = dice.choice([*story.amazon])
    found, left = story.amazon[number], story.amazon[number].left
    is_over = found.progress.status in (McfStatus.CANCELLED, McfStatus.COMPLETE, McfStatus.COMPLETE_PARTIALLED)
    if left and not is_over:
        units = Counter({name: dice.randint(0, most) for name, most in left.items()})
        units = +units or left
        if dice.random() < 0.75:
            name = story.world.name("package")
            package = SentPackage(id=name, carrier="AMZN", tracking=dice.choice(["", name, "TBA1"]), units=dict(units))
            news: dict[str, Any] = {"packages": (*found.progress.packages, package)}
        else:
            news = {"unfulfillable": dict(Counter(found.progress.unfulfillable) + units)}
        rest = left - units
        ended = (
            McfStatus.COMPLETE_PARTIALLED
            if found.progress.unfulfillable or "unfulfillable" in news
            else McfStatus.COMPLETE
        )
        news["status"] = McfStatus.PROCESSING if rest else ended
        story.amazon[number] = found.moved(story, **news)
    elif found.progress.packages and dice.random() < 0.3:
        first, *others = found.progress.packages
        numbered = first.replace(tracking=story.world.name("TBA"))
        story.amazon[number] = found.moved(story, packages=(numbered, *others))
    read_amazon(story, dice)


def read_amazon(story: Story, dice: Random) -> None:
    """Apply what Amazon says, now or in an answer that was overtaken; the same once more changes nothing."""
    if not story.amazon:
        return
    number = dice.choice([*story.amazon])
    found = story.amazon[number]
    progress = dice.choice(found.earlier) if found.earlier and dice.random() < 0.1 else found.progress
    is_held = dice.random() < 0.3
    packages = [(each.tracking, dict(each.units)) for each in progress.packages]
    story.say(f"{number}: {progress.status} {packages} lost {progress.unfulfillable} kept {progress.cancelled}")
    world = story.world
    knowing = Knowing(world.settings.restock, world.available)
    done = with_progress(story.order, number, progress, world.now(), AMAZON, knowing)
    change = done.change
    if done.lost and is_held:
        now, restock = world.now(), world.settings.restock
        change = change.then(held_for_person(change.order, number, done.lost, "why", now, restock=restock))
    story.commit(change)
    if done.lost and not is_held:
        _reject_lost(story, number, done.lost)
    again = with_progress(story.order, number, progress, world.now(), AMAZON, knowing).change
    if not is_held:
        assert again.order == story.order, f"progress that is read again changes: {different(story.order, again.order)}"


def _reject_lost(story: Story, number: int, lost: "Counter[str]") -> None:
    found, world = story.order.fulfilment(number), story.world
    if found and found.is_open and (units := lost & found.remaining):
        report, name = RejectedUnits(lines=parts_of(units), reason=RejectReason.MISMATCH), world.name("lost")
        now, restock, there = world.now(), world.settings.restock, world.available
        story.commit(rejected(story.order, number, report, name, there, now, AMAZON, restock=restock))


ACTS = {
    send_a_batch: 3,
    lose_a_file: 0.5,
    answer_by_a_file: 3,
    accept: 1,
    lose_patience: 0.5,
    send_to_amazon: 2,
    request_back_from_amazon: 1,
    work_at_amazon: 2.5,
    read_amazon: 1,
}

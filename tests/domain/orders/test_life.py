"""Orders driven through their lives at random, beside a model of the stock that must always agree with them."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.errors import Rejected
from packhorse.domain.orders import intake, matching
from packhorse.domain.orders.allocation import movable_units, with_hand_over
from packhorse.domain.orders.change import MAX_SHELVES, Change, movements_of, owed_change
from packhorse.domain.orders.channel_order import ChannelOrder, ChannelParcel
from packhorse.domain.orders.completion import completed, with_pending_settled
from packhorse.domain.orders.fulfilment import WaitOutcome, finished, requested
from packhorse.domain.orders.fulfilment_order import FulfilmentStatus
from packhorse.domain.orders.matching import Match, Matches
from packhorse.domain.orders.order import Hold, Order, Status
from packhorse.domain.orders.parcel import LineQuantity
from packhorse.domain.orders.rejecting import RejectedUnits, rejected, without_refusals
from packhorse.domain.orders.rejection import RejectReason
from packhorse.domain.orders.restock import unshipped_only
from packhorse.domain.orders.shipping import ParcelUpdate, shipped
from packhorse.domain.orders.status import status_of
from packhorse.domain.orders.steps import cancelled, paid, with_hold, without_hold
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.values import Sku, WarehouseId
from simulation.builders import NOON, a_configuration, a_line, a_warehouse, an_order
from tests.domain.order_builders import LAMP, MUG, SHOP, committed_by, kinds, routing

KIT = "SET 2+1"
UNKNOWN = "NEVER HEARD OF"
COMPONENTS = {Sku(MUG): 2, Sku(LAMP): 1}
HOUSES = ("east", "west", "main")
PLACES = [Shelf(Sku(sku), WarehouseId(house)) for sku in (MUG, LAMP) for house in HOUSES]
GONE = {Status.PARTIALLY_SHIPPED, Status.COMPLETE}

ANY = st.integers(0, 5)
UNITS = st.integers(0, 6)
SKUS = st.sampled_from([MUG, LAMP, KIT, UNKNOWN])
OPTIONS = st.fixed_dictionaries(
    {name: st.booleans() for name in ("split_lines", "fewest_shipments", "ship_partial_lines", "ship_complete")}
)
TRACKING = st.sampled_from([None, "1Z1", "1Z2", "1Z3", "JD1", "JD2"])


class Merchant(RuleBasedStateMachine):
    """One to three orders of one channel, three warehouses, two products, a kit of both, and a sku not yet known."""

    @initialize(
        options=OPTIONS,
        priorities=st.permutations(HOUSES),
        units=st.lists(UNITS, min_size=6, max_size=6),
        skus=st.lists(SKUS, min_size=1, max_size=3),
    )
    def begin(self, options: dict[str, Any], priorities: list[str], units: list[int], skus: list[str]) -> None:
        houses = (a_warehouse(house) for house in HOUSES)
        self.ours: Configuration = a_configuration(*houses, priorities=tuple(priorities), **options)
        self.received = Goods(dict(zip(PLACES, units, strict=True)))
        self.on_hand, self.committed = Goods(self.received), Goods()
        self.quarantined, self.lost = Goods(), Goods()
        self.told: list[ChannelOrder] = []
        self.orders: list[Order] = []
        self.listed = False
        self.numbers = 0
        self.receive(skus, units=3, is_paid=True, house=None)

    # ---- what the store does

    @property
    def now(self) -> datetime:
        self.numbers += 1
        return NOON + timedelta(seconds=self.numbers)

    def commit(self, index: int, change: Change) -> None:
        """What fits one transaction under the conditions that the stock table sets, then what is owed."""
        change = change.affordable()
        while True:
            self.transact(index, change)
            if not self.orders[index].owed:
                return
            change = owed_change(self.orders[index]).affordable()

    def transact(self, index: int, change: Change) -> None:
        movements = list(movements_of(change, NOON, "test"))
        assert len(movements) <= MAX_SHELVES
        for movement in movements:
            self.on_hand[movement.shelf] += movement.on_hand
            self.committed[movement.shelf] += movement.committed
            self.quarantined[movement.shelf] += movement.quarantined
            self.lost[movement.shelf] += change.lacking[movement.shelf]
            assert (
                0 <= self.committed[movement.shelf] <= self.on_hand[movement.shelf] - self.quarantined[movement.shelf]
            )
        before, after = self.orders[index], change.order
        assert before.status not in GONE or after.status in GONE
        assert before.status is not Status.CANCELLED or not before.cancelled_at or after.status is Status.CANCELLED
        assert after.timeline[: len(before.timeline)] == before.timeline
        self.orders[index] = after.replace(version=after.version + 1)

    def step(self, index: int, act: Callable[[Order], Change]) -> None:
        """What a person asks for; what cannot be done changes nothing."""
        with suppress(Rejected):
            index %= len(self.orders)
            self.commit(index, act(self.orders[index]))

    # ---- what the channel does

    def tell(self, index: int, **news: Any) -> None:
        index %= len(self.orders)
        told = self.told[index].replace(**news, modified_at=self.now)
        self.told[index] = told
        self.commit(index, intake.updated(self.orders[index], told, self.now, SHOP, restock=unshipped_only))

    def tell_line(self, index: int, line: int, **news: Any) -> None:
        lines = list(self.told[index % len(self.told)].lines)
        lines[line % len(lines)] = lines[line % len(lines)].replace(**news)
        self.tell(index, lines=tuple(lines))

    @rule(
        skus=st.lists(SKUS, min_size=1, max_size=3),
        units=st.integers(1, 4),
        is_paid=st.booleans(),
        house=st.sampled_from([None, "west"]),
    )
    def receive(self, skus: list[str], units: int, is_paid: bool, house: str | None) -> None:
        if len(self.orders) == 3:
            return
        lines = [a_line(sku, quantity=units, line=str(number), warehouse=house) for number, sku in enumerate(skus)]
        told = an_order(*lines, channel_order_id=str(len(self.orders)), paid_at=NOON if is_paid else None)
        change = intake.new_order(told, self.now, SHOP)
        self.told.append(told)
        self.orders.append(change.order)
        self.commit(len(self.orders) - 1, change)

    @rule(order=ANY, line=ANY, quantity=st.integers(0, 5))
    def change_a_quantity(self, order: int, line: int, quantity: int) -> None:
        self.tell_line(order, line, quantity=quantity)

    @rule(order=ANY, line=ANY, sku=SKUS, how=st.sampled_from(["add", "replace", "remove"]))
    def change_the_lines(self, order: int, line: int, sku: str, how: str) -> None:
        lines = self.told[order % len(self.told)].lines
        if how == "replace":
            self.tell_line(order, line, sku=sku)
        elif how == "add":
            self.tell(order, lines=(*lines, a_line(sku, quantity=2, line=f"new-{self.numbers}")))
        elif len(lines) > 1:
            self.tell(order, lines=lines[1:])

    @rule(order=ANY, line=ANY, units=st.integers(0, 3), tracking=TRACKING)
    def tell_of_a_parcel(self, order: int, line: int, units: int, tracking: str | None) -> None:
        told = self.told[order % len(self.told)]
        lines = (LineQuantity(line=told.lines[line % len(told.lines)].id, quantity=units),) if units else ()
        self.tell(order, parcels=(*told.parcels, ChannelParcel(carrier="UPS", tracking=tracking, lines=lines)))

    @rule(order=ANY)
    def say_it_again(self, order: int) -> None:
        known, told = self.orders[order % len(self.orders)], self.told[order % len(self.told)]

        assert intake.updated(known, told, self.now, SHOP, restock=unshipped_only) == Change(known)

    @rule(order=ANY, what=st.sampled_from(["paid_at", "paid_at", "shipped_at", "cancelled_at"]))
    def tell_a_fact(self, order: int, what: str) -> None:
        self.tell(order, **{what: self.now})

    # ---- what our people do

    @rule(order=ANY, how=st.sampled_from([partial(cancelled, restock=unshipped_only), completed]))
    def end(self, order: int, how: Callable[[Order, datetime, str], Change]) -> None:
        self.step(order, lambda known: how(known, self.now, "Eve"))

    @rule(order=ANY)
    def pay(self, order: int) -> None:
        self.step(order, lambda known: Change(paid(known, NOON, self.now, "Eve")))

    @rule(order=ANY, name=st.sampled_from(["h1", "h2"]))
    def hold(self, order: int, name: str) -> None:
        new = Hold(id=name, reason="fraud?", owner="Eve", placed_at=NOON)
        self.step(order, lambda known: Change(with_hold(known, new)))

    @rule(order=ANY, name=st.sampled_from(["h1", None]))
    def free(self, order: int, name: str | None) -> None:
        self.step(order, lambda known: Change(without_hold(known, name, self.now, "Eve")))

    @rule(place=st.sampled_from(PLACES), units=UNITS)
    def receive_stock(self, place: Shelf, units: int) -> None:
        self.received[place] += units
        self.on_hand[place] += units

    @rule()
    def list_the_unknown(self) -> None:
        self.listed = True

    # ---- what our functions do

    def matches(self, order: Order) -> Matches:
        known = {MUG: Match(Sku(MUG)), LAMP: Match(Sku(LAMP)), KIT: Match(Sku(KIT), COMPONENTS)}
        if self.listed:
            known[UNKNOWN] = Match(Sku(LAMP))
        return {line.id: known[line.sku] for line in order.lines if line.sku in known}

    @rule(order=ANY)
    def route(self, order: int) -> None:
        index, more = order % len(self.orders), True
        while more:
            known = matching.matched(self.orders[index], self.matches(self.orders[index]), self.now)
            change, more = routing(known, self.on_hand - self.committed - self.quarantined, self.ours)
            if not more:
                change = with_pending_settled(change, self.now)
                change = change._replace(order=with_hand_over(change.order, self.ours, self.now))
            self.commit(index, change)

    @rule(order=ANY, work=st.integers(1, 3))
    def ask(self, order: int, work: int) -> None:
        self.route(order)
        self.step(order, lambda known: Change(requested(known, work, f"token-{self.numbers}", self.now)))

    @rule(order=ANY, work=st.integers(1, 3), tracking=st.sampled_from(["JD1", "JD2", "JD3"]), units=UNITS, line=ANY)
    def ship(self, order: int, work: int, tracking: str, units: int, line: int) -> None:
        """A part of a line, as often as not more than there is of it; no units: all that remains."""
        lines = self.orders[order % len(self.orders)].lines
        named = (LineQuantity(line=lines[line % len(lines)].id, quantity=units),) if units else ()
        parcel = ParcelUpdate(carrier="DHL", tracking=tracking, lines=named)
        self.step(order, lambda known: shipped(known, work, [parcel], self.now, "warehouse"))

    @rule(order=ANY, work=st.integers(1, 4), units=st.integers(0, 2), line=ANY, reason=st.sampled_from(RejectReason))
    def reject(self, order: int, work: int, units: int, line: int, reason: RejectReason) -> None:
        """Some units of a line, or all that is left; then they are routed without the warehouse."""
        index = order % len(self.orders)
        known = self.orders[index]
        lines = known.lines
        named = (LineQuantity(line=lines[line % len(lines)].id, quantity=units),) if units else ()
        report = RejectedUnits(lines=named, reason=reason)
        self.step(index, lambda known: self.rejected(known, work, report))
        self.route(index)

    def rejected(self, order: Order, work: int, report: RejectedUnits) -> Change:
        there = self.on_hand - self.committed - self.quarantined
        return rejected(
            order, work, report, f"report-{self.numbers}", there, self.now, "warehouse", restock=unshipped_only
        )

    @invariant()
    def no_line_is_routed_to_a_warehouse_that_rejected_it(self) -> None:
        """Units that it shipped, or is to ship, it had before."""
        for order in self.orders:
            for line in order.lines:
                refused = {WarehouseId(each.warehouse) for each in line.refused}
                assert not refused & movable_units(order, line).keys()
                chosen = (
                    {each.warehouse for each in line.routing.candidates if not each.rejected} if line.routing else {}
                )
                assert not line.unallocated or not line.routing or not refused & {*chosen}

    @rule(order=ANY, work=st.integers(1, 3))
    def lose_patience(self, order: int, work: int) -> None:
        late = [WaitOutcome(fulfilment=work, outcome="overdue")]
        attempts = {each.number: each.attempt for each in self.orders[order % len(self.orders)].fulfilments}
        self.step(order, lambda known: Change(finished(known, attempts.get(work, 0), late, self.now)))

    # ---- what always holds

    @invariant()
    def the_stock_is_what_the_orders_say(self) -> None:
        assert self.committed == committed_by(self.orders)
        assert +self.on_hand == self.received - self.left() - self.lost
        assert all(0 <= self.committed[place] <= self.on_hand[place] for place in PLACES)

    def left(self) -> Goods:
        gone = Goods()
        for order in self.orders:
            for work in order.fulfilments:
                for line_id, units in work.shipped.items():
                    line = order.line(line_id)
                    assert line
                    gone.update(line.goods(work.warehouse, units))
        return gone

    @invariant()
    def every_unit_of_a_line_is_somewhere(self) -> None:
        for order in self.orders:
            for line in order.lines:
                parts = (line.cancelled, line.elsewhere, line.allocated, line.unallocated)
                assert min(parts) >= 0
                assert line.quantity == sum(parts)
                assert line.elsewhere + order.shipped[line.id] <= line.quantity - line.cancelled

    @invariant()
    def work_is_never_for_more_than_is_allocated(self) -> None:
        for order in self.orders:
            for line in order.lines:
                for house in HOUSES:
                    works = [work for work in order.fulfilments if work.warehouse == house]
                    busy = sum(work.remaining[line.id] + work.shipped[line.id] for work in works)
                    assert busy <= sum(part.quantity for part in line.allocations if part.warehouse == house)

    @invariant()
    def the_status_follows_from_the_order(self) -> None:
        for order in self.orders:
            assert order.status is status_of(order)

    @invariant()
    def an_order_that_is_over_holds_and_waits_for_nothing(self) -> None:
        over = [order for order in self.orders if order.is_over]
        assert committed_by(over) == Goods()
        for order in over:
            assert not any(work.is_open for work in order.fulfilments)
            assert not any(line.unallocated for line in order.lines)
            assert not {"unmatched_sku", "overdue_1", "overdue_2"} & set(kinds(order))
            assert order.waits_for == frozenset()

    @invariant()
    def work_that_is_open_has_something_to_ship(self) -> None:
        for order in self.orders:
            assert all(work.remaining for work in order.fulfilments if work.is_open)
            assert all(work.shipped for work in order.fulfilments if work.status is FulfilmentStatus.SHIPPED)

    @invariant()
    def an_order_is_the_same_after_it_was_written(self) -> None:
        for order in self.orders[-1:]:
            assert Order.model_validate_json(order.model_dump_json(exclude_defaults=True)) == order

    # ---- and at the end

    def teardown(self) -> None:
        """With enough stock, all products, the money and no holds, every order comes to its end."""
        self.listed = True
        for place in PLACES:
            self.receive_stock(place, 1000)
        for index in range(len(self.orders)):
            self.pay(index)
            self.free(index, None)
            self.commit(index, Change(without_refusals(self.orders[index], dict.fromkeys(PLACES))))
            self.route(index)
            for work in self.orders[index].fulfilments:
                self.ask(index, work.number)
                self.ship(index, work.number, f"JD{self.now}", 0, 0)
            assert self.orders[index].is_over
        self.the_stock_is_what_the_orders_say()
        assert self.committed == Goods()


Merchant.TestCase.settings = settings(max_examples=100, stateful_step_count=40)
TestMerchant = pytest.mark.long(Merchant.TestCase)

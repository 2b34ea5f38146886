"""Whatever is asked of stock, in whatever order, and whoever dies meanwhile: the books are right after every step."""

import json
import logging
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import product
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from packhorse.domain.catalogue.product import Product, ProductKind
from packhorse.store import catalogue
from simulation.api_requests import request
from simulation.books import check
from simulation.builders import a_channel, a_configuration, a_warehouse
from simulation.closing import Closing
from simulation.faults import Fault
from simulation.merchant import put_stock, set_up
from simulation.opening import CUP, EAST, MUG, SET, STOCKED, WEST
from simulation.order_documents import OVER, Document, Place, holdings
from simulation.run import Case, Run
from simulation.shortage_rules import faults_of_shortages
from simulation.stated_orders import TRADE, hand_order

PLACES = st.sampled_from([*product(STOCKED, (EAST, WEST))])
WAREHOUSES = st.sampled_from((EAST, WEST))
FEW = st.integers(1, 4)
WHICH = st.integers(0, 5)
LINES = st.dictionaries(st.sampled_from((MUG, CUP, SET)), FEW, min_size=1, max_size=2)
ROWS = st.lists(st.tuples(PLACES, st.sampled_from(("set", "add")), st.integers(-1, 4)), min_size=1, max_size=3)
KILLS = st.sampled_from((Fault.KILL_BEFORE, Fault.KILL_AFTER))
PAUSES = st.sampled_from((1.0, 30.0, 400.0, 4000.0))
ENOUGH = settings(max_examples=40, stateful_step_count=50, derandomize=True)


class Merchant(RuleBasedStateMachine):
    """Two products and a kit of both in two warehouses; orders, people, files, deliveries and deaths."""

    def __init__(self) -> None:
        super().__init__()
        self.run = Run(Case(0, points=()))
        self.run.faults.draw = lambda _: self.fate()
        self.turns, self.books, self.outside = self.run.turns, self.run.books, self.run.outside
        self.outside.stocked = STOCKED
        self.dies_in, self.dies_how = 0, Fault.NONE
        self.numbers = 0
        self.compared = -1
        self._stack = ExitStack()
        self._stack.callback(logging.disable, logging.NOTSET)
        logging.disable(logging.CRITICAL)
        self._stack.enter_context(self.turns.installed())
        self._stack.enter_context(self.run.world.installed())

    @initialize(
        units=st.integers(0, 3), bought=st.lists(LINES, max_size=4), is_split=st.booleans(), in_parts=st.booleans()
    )
    def begin(self, units: int, bought: list[Mapping[str, int]], is_split: bool, in_parts: bool) -> None:
        warehouses = a_warehouse(EAST), a_warehouse(WEST)
        account = {"split_lines": is_split, "ship_partial_lines": in_parts}
        set_up(a_configuration(*warehouses, channel=a_channel(TRADE), **account), *STOCKED)
        catalogue.put_product(Product(sku=SET, kind=ProductKind.KIT, components={MUG: 1, CUP: 2}))
        for sku, warehouse in product(STOCKED, (EAST, WEST)):
            put_stock(units, sku, warehouse)
        for lines in bought:
            self.place_an_order(lines, is_paid=True)
        self.run.until_quiet(patience=60.0)

    # ---- people change stock -----------------------------------------------------------------------------------

    @rule(place=PLACES, by=st.integers(-3, 4))
    def adjust(self, place: Place, by: int) -> None:
        change = {"sku": place[0], "warehouse": place[1], "add": by}
        self.change("adjustments", change, {place: self.on_hand(place) + by})

    @rule(place=PLACES, to=st.integers(0, 6), off=st.sampled_from((None, 0, 0, 1)))
    def set_to(self, place: Place, to: int, off: int | None) -> None:
        expected = {} if off is None else {"expected": self.on_hand(place) + off}
        change = {"sku": place[0], "warehouse": place[1], "set": to, **expected}
        self.change("adjustments", change, {place: to}, is_expected=not off)

    @rule(place=PLACES, units=FEW)
    def receive(self, place: Place, units: int) -> None:
        change = {"sku": place[0], "warehouse": place[1], "quantity": units}
        self.change("receipts", change, {place: self.on_hand(place) + units})

    @rule(place=PLACES, counted=st.integers(0, 6))
    def count(self, place: Place, counted: int) -> None:
        self.change("counts", {"sku": place[0], "warehouse": place[1], "counted": counted}, {place: counted})

    @rule(place=PLACES, units=FEW)
    def transfer(self, place: Place, units: int) -> None:
        sku, source = place
        to = WEST if source == EAST else EAST
        change = {"sku": sku, "from": source, "to": to, "quantity": units}
        there, here = self.on_hand((sku, to)), self.on_hand(place)
        self.change("transfers", change, {place: here - units, (sku, to): there + units})

    def change(
        self, what: str, change: Mapping[str, Any], wanted: Mapping[Place, int], *, is_expected: bool = True
    ) -> None:
        """It is done as it was asked for, or, where that cannot be, not at all."""
        fits = is_expected and all(units >= self.committed(place) for place, units in wanted.items())
        before = {place: self.on_hand(place) for place in wanted}

        answer = self.outside.call_api("POST", f"/stock/{what}", {what: [change]})

        self.books.check()
        assert answer.status == (200 if fits else 409)
        assert {place: self.on_hand(place) for place in wanted} == (wanted if fits else before)

    @rule(rows=ROWS)
    def drop_a_file(self, rows: list[tuple[Place, str, int]]) -> None:
        self.numbers += 1
        lines = [f"{sku},{at},{n if verb == 'set' else ''},{n if verb == 'add' else ''}" for (sku, at), verb, n in rows]
        self.outside.drop(f"stock/{self.numbers}.csv", "\n".join(["sku,warehouse,set,add", *lines]))

    # ---- orders ------------------------------------------------------------------------------------------------

    @rule(lines=LINES, is_paid=st.booleans())
    def place_an_order(self, lines: Mapping[str, int], is_paid: bool) -> None:
        self.numbers += 1
        answer = self.outside.call_api("POST", "/orders", hand_order(f"order-{self.numbers}", lines, paid=is_paid))
        assert answer.is_done

    @precondition(lambda self: len(self.open) > 2)
    @rule(which=WHICH)
    def cancel(self, which: int) -> None:
        self.steer(which, "cancel", {})

    @precondition(lambda self: self.open)
    @rule(which=WHICH, keep=st.integers(0, 1))
    def cancel_a_line(self, which: int, keep: int) -> None:
        self.steer(which, "lines/1/cancel", {"keep": keep})

    @precondition(lambda self: self.open)
    @rule(which=WHICH, warehouse=WAREHOUSES)
    def move(self, which: int, warehouse: str) -> None:
        self.steer(which, "lines/1/move", {"warehouse": warehouse})

    def steer(self, which: int, verb: str, body: Mapping[str, Any]) -> None:
        """It happens, or is refused for what the order is."""
        answer = self.outside.call_api("POST", f"/orders/{self.open[which % len(self.open)]}/{verb}", body)
        assert answer.status in (200, 409)

    @precondition(lambda self: self.asked_for)
    @rule(which=WHICH, is_whole=st.booleans())
    def ship(self, which: int, is_whole: bool) -> None:
        order, number = self.asked_for[which % len(self.asked_for)]
        part = {"line": self.work(order)[number - 1]["lines"][0]["line"], "quantity": 1}
        self.outside.ship(order, number, [] if is_whole else [part], name=f"-{is_whole}")

    @property
    def open(self) -> list[str]:
        """Orders to which something may still happen."""
        return sorted(name for name, each in self.books.orders.items() if each["status"] not in OVER)

    @property
    def asked_for(self) -> list[tuple[str, int]]:
        """Orders and their work that a warehouse was asked for."""
        works = ((name, number, work) for name in self.open for number, work in enumerate(self.work(name), 1))
        return [(name, number) for name, number, work in works if work.get("status") == "requested"]

    def work(self, order: str) -> list[Document]:
        found: list[Document] = self.books.orders[order].get("fulfilments", [])
        return found

    # ---- what goes on meanwhile ----------------------------------------------------------------------------------

    @rule(steps=st.integers(1, 40), is_twice=st.booleans())
    def deliver(self, steps: int, is_twice: bool) -> None:
        self.run.deployment.is_lost = lambda _: is_twice and self.turns.random.random() < 0.5
        for _ in range(steps):
            self.run.deployment.pump()
            if not self.turns.step():
                return
            self.books.check()

    @rule()
    def deliver_all(self) -> None:
        self.run.deployment.is_lost = lambda _: False
        self.run.until_quiet(patience=60.0)

    @rule(calls=st.integers(1, 12), how=KILLS)
    def have_somebody_die(self, calls: int, how: Fault) -> None:
        self.dies_in, self.dies_how = calls, how

    def fate(self) -> Fault:
        """Whoever makes the call that was named dies at it."""
        self.dies_in -= 1
        return self.dies_how if self.dies_in == 0 else Fault.NONE

    @rule(seconds=PAUSES)
    def let_time_pass(self, seconds: float) -> None:
        self.turns.sleep(seconds)

    # ---- what must be --------------------------------------------------------------------------------------------

    @invariant()
    def books_are_right(self) -> None:
        self.books.check()
        held = Counter[Place]()
        for document in self.books.orders.values():
            held.update(holdings(document)[0])
        assert +held == Counter({place: self.committed(place) for place in self.books.stock if self.committed(place)})
        for place, balance in self.books.stock.items():
            assert min(balance.values()) >= 0
            assert balance["available"] == balance["on_hand"] - balance["committed"]
            moved = [each for each in self.books.movements if each["place"] == place]
            assert balance["on_hand"] == sum(each["on_hand"] for each in moved)
            assert balance["committed"] == sum(each["committed"] for each in moved)

    @invariant()
    def what_was_a_moment_ago_is_what_is(self) -> None:
        if len(self.books.movements) == self.compared:
            return
        self.compared = len(self.books.movements)
        left, self.dies_in = self.dies_in, 0
        for sku in STOCKED:
            past, now = self.shown(sku=sku, at=datetime.now(UTC).isoformat()), self.shown(sku=sku)
            assert past == [{**balance, "waiting": 0} for balance in now]
        self.dies_in = left

    def shown(self, **query: str) -> list[Document]:
        """Stock as the API shows it."""
        answer = self.run.deployment.call("ApiFunction", request("GET", "/stock", query=query))
        assert answer["statusCode"] == 200
        found: list[Document] = json.loads(answer["body"])["items"]
        return found

    def on_hand(self, place: Place) -> int:
        return self.books.stock.get(place, {}).get("on_hand", 0)

    def committed(self, place: Place) -> int:
        return self.books.stock.get(place, {}).get("committed", 0)

    def teardown(self) -> None:
        """In the end, nobody waits for what is there, and nothing broke."""
        with self._stack:
            self.run.deployment.is_lost = lambda _: False
            self.dies_in = 0
            self.run.until_quiet()
            end = Closing(self.outside, self.run.until_quiet)
            end.retry()
            check(faults_of_shortages(end.day))
            assert [*self.run.deployment.errors, *self.turns.failures] == []


def test_stock_is_right_whatever_happens_to_it() -> None:
    run_state_machine_as_test(Merchant, settings=ENOUGH)

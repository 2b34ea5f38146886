"""Files of stock that are cut off, overtaken, or raced: every row is done once, or refused once."""

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random
from typing import Any, BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packhorse.domain.errors import Conflict
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.stock.movement import Movement
from packhorse.domain.values import Sku, WarehouseId
from packhorse.files.csvfile.encoding import Unreadable
from packhorse.files.put_file import File
from packhorse.files.stock import stock_sheet
from packhorse.files.upload import Upload
from packhorse.usecases.intake.read_upload import ingest, progress
from packhorse.usecases.stock import apply_stock_rows
from tests.examples import times
from tests.files.upload_builders import NOW, Shop, kept_in
from tests.functions.ingest.interrupted import InMemory, Mortal
from tests.functions.operate.interference import Killed

pytestmark = pytest.mark.long

SKUS = ("00123", "LÄMP #3", "A (x2)")
START = 50
COMMITTED = 10
ROWS = 250


def content() -> bytes:
    """Sets, adds, refusals of every kind and rows that change nothing, over a few places."""
    random = Random(7)  # noqa: S311 - no secret
    rows = ["sku;warehouse;set;add;expected;reason"]
    for number in range(ROWS):
        place = f"{random.choice([*SKUS, 'GONE'])};{random.choice(['main', 'main', 'north-1', 'moon'])}"
        change = random.choice(
            [f"{random.randint(0, 60)};;;", f";{random.randint(-30, 30)};;", "9;;12;", "x;;;", ";0;;"]
        )
        rows.append(f"{place};{change}=row {number}")
    return "\r\n".join(rows).encode()


CONTENT = content()


class Counted(InMemory):
    """Stock changes with the upload or not at all, now and then after a race that is lost."""

    def __init__(self, shop: Shop, races: Callable[[], bool]) -> None:
        file = File(bucket="b", key="stock/a.csv", etag="e", size=len(CONTENT), put_at=NOW)
        super().__init__(CONTENT, Upload.of(file, NOW))
        self.shop = shop
        self.races = races

    def save_with(
        self, upload: Upload, writer: str, movements: Sequence[Movement], was: Mapping[Shelf, int]
    ) -> Upload | None:
        assert len(movements) + len({movement.shelf for movement in movements}) <= apply_stock_rows.MAX_ROW_ACTIONS
        there = self.shop.balances(was)
        if self.races() or any(there[place].on_hand != before for place, before in was.items() if place in there):
            return None
        saved = self.save(upload, writer)
        self.shop.move(movements)
        return saved


@dataclass
class World:
    """A merchant whose processes die at these calls, and whose stock others change at those."""

    deaths: frozenset[int] = frozenset()
    sales: frozenset[int] = frozenset()
    races: Callable[[], bool] = lambda: False
    shop: Shop = field(default_factory=Shop)
    calls: Iterator[int] = field(default_factory=count)
    sold: int = 0

    def __post_init__(self) -> None:
        self.shop.skus |= set(SKUS)
        for sku in SKUS:
            self.shop.put(Shelf(Sku(sku), WarehouseId("main")), START, COMMITTED)
        self.store = Counted(self.shop, self.races)

    def call(self) -> None:
        number = next(self.calls)
        if number in self.sales:
            self.sell()
        if number in self.deaths:
            raise Killed

    def sell(self) -> None:
        """Ships a unit that was committed, wherever there is one."""
        for place, balance in self.shop.shelf.items():
            if balance.committed:
                self.shop.put(place, -1, -1)
                self.sold += 1
                return

    def run(self, seconds: float = 900.0) -> "World":
        """Delivers the message until the upload is over."""
        tools = Shop.tools(cast("Shop", Mortal(self.shop, self.call)), seconds=seconds)
        for _ in range(100):
            try:
                with kept_in(Mortal(self.store, self.call)):
                    ingest(self.store.upload, tools)
            except Killed:
                continue
            if self.store.upload.is_over:
                break
        return self

    @property
    def outcome(self) -> tuple[Any, ...]:
        """What is there at the end: report, failed rows but for their moments, movements."""
        told, failed = self.store.outcome
        moved = [(each.event, each.shelf, each.on_hand, each.reason) for each in self.shop.ledger.values()]
        return told, re.sub(rb"\d{4}-\d\d-\d\dT[\d:.]+Z", b"then", failed), moved


def check(world: World) -> None:
    """Every row is counted once: as a movement, as a row that changed nothing, or as one given back."""
    told, failed, moved = world.outcome
    assert told["state"] == "done"
    assert sum(told["stock"].values()) == told["rows"] == ROWS
    assert told["stock"]["changed"] == len(moved)
    assert told["stock"]["rejected"] == failed.count(b"\n") - 1 == len({error["row"] for error in told["errors"]})
    on_hand = sum(balance.on_hand for balance in world.shop.shelf.values())
    assert on_hand == START * len(SKUS) + sum(on_hand for _, _, on_hand, _ in moved) - world.sold


UNDISTURBED = World().run()


def test_undisturbed_every_row_is_done_or_given_back_in_the_order_of_the_file() -> None:
    check(UNDISTURBED)
    told, failed, moved = UNDISTURBED.outcome

    assert min(told["stock"].values()) > 20
    assert [event for event, *_ in moved] == sorted(event for event, *_ in moved)
    assert b"'=row" in failed


def test_killed_before_or_after_any_call_the_next_delivery_ends_the_same() -> None:
    for death in range(next(UNDISTURBED.calls)):
        assert World(frozenset({death})).run().outcome == UNDISTURBED.outcome, death


def test_killed_within_a_batch_the_next_delivery_goes_on_behind_the_last_row_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(apply_stock_rows, "MAX_ROW_ACTIONS", 20)
    whole = World().run()
    assert whole.outcome == UNDISTURBED.outcome

    for death in range(0, next(whole.calls), 3):
        assert World(frozenset({death})).run().outcome == UNDISTURBED.outcome, death


@times(0.3)
@given(deaths=st.frozensets(st.integers(0, 120), max_size=8), seconds=st.sampled_from([0.0, 900.0]))
def test_killed_again_and_again_and_short_of_time_it_ends_the_same(deaths: frozenset[int], seconds: float) -> None:
    assert World(deaths).run(seconds).outcome == UNDISTURBED.outcome


@times(0.5)
@given(
    deaths=st.frozensets(st.integers(0, 120), max_size=5),
    sales=st.frozensets(st.integers(0, 100), max_size=20),
    lost=st.frozensets(st.integers(0, 30), max_size=6),
)
def test_whatever_others_do_to_the_stock_meanwhile_every_row_counts_once(
    deaths: frozenset[int], sales: frozenset[int], lost: frozenset[int]
) -> None:
    tries = count()

    check(World(deaths, sales, races=lambda: next(tries) in lost).run())


def test_stock_that_is_changed_all_the_time_is_tried_again_by_a_later_delivery() -> None:
    world = World(races=lambda: True)

    with pytest.raises(Conflict, match="row 2 of upload"):
        world.run()

    world.store.races = lambda: False
    assert world.run().outcome == UNDISTURBED.outcome


def test_two_deliveries_at_once_do_not_disturb_each_other() -> None:
    world = World()
    begun = world.store.upload
    tools = world.shop.tools()

    def overtaken(places: Iterable[Shelf]) -> Any:
        if not world.shop.ledger:
            world.run()
        return world.shop.balances(places)

    with kept_in(world.store), pytest.raises(Conflict):
        ingest(begun, tools._replace(shelves=tools.shelves._replace(balances=overtaken)))

    assert world.outcome == UNDISTURBED.outcome


class Replaced(Counted):
    """A file that is not the same any more."""

    def open_file(self, upload: Upload, offset: int = 0) -> BinaryIO:
        raise Unreadable("the file was replaced while it was read")


def test_a_file_that_is_replaced_in_the_middle_of_a_batch_ends_there_and_tells_what_was_done() -> None:
    world = World()
    tools = world.shop.tools()
    with kept_in(world.store):
        upload = next(progress(world.store.upload, tools, Path()))
        start = upload.sheet.start.offset
        batch = next(stock_sheet.stock_batches(upload.sheet.records(io.BytesIO(CONTENT[start:]))))
        asked = apply_stock_rows.parse_rows(upload, batch, tools.shelves)
        done = apply_stock_rows.apply_rows(upload, asked, tools.writer, tools.shelves)

    replaced = Replaced(world.shop, world.races)
    replaced.upload = done
    with kept_in(replaced):
        ingest(done, tools)

    report, _ = replaced.outcome
    assert report["state"] == "failed"
    assert report["stock"]["changed"] == len(world.shop.ledger) > 0
    assert len({error["row"] for error in report["errors"]} - {None}) == report["stock"]["rejected"] > 0
    assert report["errors"][-1]["message"] == "the file was replaced while it was read"

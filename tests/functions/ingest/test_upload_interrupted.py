"""Uploads that are cut off, overtaken, or out of time: they end the same."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from itertools import chain, count, repeat
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packhorse.domain.errors import Conflict, Unavailable
from packhorse.domain.orders.channel_order import ChannelOrder, order_id
from packhorse.domain.values import ChannelId, OrderId
from packhorse.files.put_file import File
from packhorse.files.upload import Phase, Upload, UploadState
from packhorse.store import uploads
from packhorse.usecases.intake.read_upload import in_window, ingest, ingest_unless_overtaken, progress
from tests.examples import times
from tests.files.order_file_builders import cells, order_rows, sheet
from tests.files.upload_builders import NOW, Shop, dropped, kept_in, report_of, small_cloud, upload_of
from tests.functions.ingest.interrupted import InMemory, Mortal
from tests.functions.operate.interference import Killed

pytestmark = pytest.mark.long

GOOD = [*order_rows("G1", 2), *order_rows("G2")]
BAD = [*order_rows("B1"), *order_rows("B1", Quantity="some")]
MIXED = [
    *order_rows("G1"),
    *BAD,
    *order_rows("APART"),
    *order_rows("G2", 2),
    *[cells(OrderNumber="")],
    *order_rows("NEAR"),
    *order_rows("APART2"),
    *order_rows("G3"),
    *order_rows("G4"),
    *order_rows("OLD"),
    *order_rows("APART"),
    *order_rows("APART2"),
    *order_rows("G5", CustomerNote="line\r\nline"),
]


@pytest.fixture
def cloudlet() -> Iterator[None]:
    with small_cloud():
        yield


def read(content: bytes, key: str) -> dict[str, Any]:
    """The report of a file that is read at once."""
    upload = uploads.begin(upload_of(content, key), "me")
    ingest(upload, Shop().tools())
    return report_of(upload)


def stored(upload: Upload) -> Upload:
    found = uploads.get(upload.id)
    assert found is not None
    return found


@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_without_time_every_invocation_comes_one_checkpoint_further_and_it_ends_the_same(
    cloudlet: None, codec: str
) -> None:
    content = sheet(MIXED).encode(codec)
    upload = uploads.begin(upload_of(content), "me")
    shop = Shop()

    for invocation in range(20):
        ingest(stored(upload), shop.tools(f"writer {invocation}", seconds=0))

    assert 5 < len(shop.passed_on) < 19
    assert set(shop.passed_on) == {Phase.FIRST_READING, Phase.SECOND_READING, Phase.REPORT}
    assert same(report_of(upload), read(content, "orders/web/at-once.csv"))
    assert sorted(shop.handed) == sorted(set(shop.handed))


def test_what_cannot_be_interrupted_begins_with_half_of_the_time_or_in_an_invocation_of_its_own(cloudlet: None) -> None:
    upload = uploads.begin(upload_of(sheet(MIXED).encode()), "me")
    shop = Shop()
    seconds = chain([100.0], repeat(40.0))

    ingest(upload, shop.tools()._replace(remaining=lambda: next(seconds)))

    assert shop.passed_on == [Phase.SECOND_READING]


def same(report: dict[str, Any], other: dict[str, Any]) -> bool:
    said = ("state", "rows", "orders", "errors", "errors_left_out")
    return [report[name] for name in said] == [other[name] for name in said]


def test_two_deliveries_at_once_do_not_disturb_each_other(cloudlet: None) -> None:
    upload = uploads.begin(upload_of(sheet(MIXED).encode()), "me")
    shop = Shop()

    def overtaken(orders: Iterable[ChannelOrder]) -> set[OrderId]:
        if not shop.handed:
            ingest(stored(upload), shop.tools("the other"))
        return shop.known_orders(orders)

    with pytest.raises(Conflict):
        ingest(upload, shop.tools("the first")._replace(known_orders=overtaken))

    assert same(report_of(upload), read(sheet(MIXED).encode(), "orders/web/alone.csv"))


def test_an_upload_that_another_invocation_has_ended_is_left_to_it(cloudlet: None, tmp_path: Path) -> None:
    """The parts of its report are gone by then."""
    shop, upload = Shop(), uploads.begin(upload_of(sheet(MIXED).encode()), "me")
    with closing(progress(upload, shop.tools(), tmp_path)) as checkpoints:
        stale = next(each for each in checkpoints if each.phase is Phase.REPORT)
    ingest(stale, shop.tools("other"))
    report = report_of(upload)

    ingest_unless_overtaken(stale, shop.tools("late"))

    assert report_of(upload) == report


def overtaken(monkeypatch: pytest.MonkeyPatch, upload: Upload, shop: Shop, meanwhile: Callable[[], object]) -> None:
    """Read an upload that another invocation wrote a moment ago; `meanwhile` happens while it waits."""
    monkeypatch.setattr(time, "sleep", lambda _: meanwhile())
    stale = stored(upload)
    uploads.save(stale, "other")
    ingest_unless_overtaken(stale, shop.tools("late"))


def test_an_upload_that_another_invocation_gets_on_with_is_left_to_it(
    cloudlet: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, upload = Shop(), uploads.begin(upload_of(sheet(GOOD).encode()), "me")

    overtaken(monkeypatch, upload, shop, lambda: uploads.save(stored(upload), "other"))

    assert (shop.handed, stored(upload).is_over) == ([], False)


def test_an_upload_whose_other_invocation_is_dead_is_read_to_its_end(
    cloudlet: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, upload = Shop(), uploads.begin(upload_of(sheet(GOOD).encode()), "me")

    overtaken(monkeypatch, upload, shop, lambda: None)

    assert (shop.handed, stored(upload).state) == (["G1", "G2"], UploadState.DONE)


def test_orders_that_could_not_be_handed_over_are_handed_over_by_the_next_delivery(cloudlet: None) -> None:
    upload = uploads.begin(upload_of(sheet(GOOD).encode()), "me")
    shop = Shop()

    def refuse(orders: Iterable[ChannelOrder], who: str) -> None:
        raise Unavailable("the queue hiccuped")

    with pytest.raises(Unavailable):
        ingest(upload, shop.tools()._replace(send_orders=refuse))
    ingest(stored(upload), shop.tools("later"))

    assert shop.handed == ["G1", "G2"]
    assert report_of(upload)["orders"] == {"accepted": 2, "duplicate": 0, "rejected": 0}


def test_a_file_that_is_replaced_while_it_is_read_ends_there_and_keeps_its_count(cloudlet: None) -> None:
    shop = Shop()
    content = sheet(row for number in range(4) for row in order_rows(f"N{number}")).encode()
    upload = uploads.begin(upload_of(content), "me")
    ingest(upload, shop.tools(seconds=0))
    ingest(stored(upload), shop.tools(seconds=0))
    dropped(content + b"\r\n", upload.file.key)

    ingest(stored(upload), shop.tools())

    report = report_of(upload)
    assert (report["state"], report["orders"]["accepted"]) == ("failed", 3)
    assert "replaced while it was read" in report["errors"][0]["message"]


@dataclass
class World:
    """A merchant's deployment in which everything can be cut off in the middle."""

    content: bytes
    shop: Shop = field(default_factory=Shop)
    calls: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        file = File(bucket="b", key="orders/web/a.csv", etag="e", size=len(self.content), put_at=NOW)
        self.store = InMemory(self.content, Upload.of(file, NOW))
        self.shop.there.add(order_id(ChannelId("web"), "OLD"))

    def deliver(self, deaths: frozenset[int], seconds: float, most_ahead: int, window: int) -> None:
        """One delivery of a message about a window, which may die."""

        def call() -> None:
            if next(self.calls) in deaths:
                raise Killed

        tools = Shop.tools(cast("Shop", Mortal(self.shop, call)), seconds=seconds)._replace(most_ahead=most_ahead)
        with kept_in(Mortal(self.store, call)), suppress(Killed):
            for upload in in_window(self.store.upload, window):
                ingest(upload, tools)

    def run(
        self, deaths: frozenset[int] = frozenset(), seconds: float = 900.0, most_ahead: int = 800
    ) -> tuple[dict[str, Any], bytes]:
        """Deliver until the upload is over, each message again until it has its effect; what the merchant gets then."""
        for _ in range(100):
            window, first = max(self.shop.marks, default=0), len(self.shop.handed)
            self.deliver(deaths, seconds, most_ahead, window)
            assert len(self.shop.handed) - first <= max(most_ahead, 3)  # a batch, at least
            if self.store.upload.state is not UploadState.READING:
                break
        return self.store.outcome


def test_killed_before_or_after_any_call_the_next_delivery_ends_the_same() -> None:
    content = sheet(MIXED).encode()
    undisturbed = World(content)
    expected = undisturbed.run()
    calls = next(undisturbed.calls)

    assert expected[0]["orders"] == {"accepted": 6, "duplicate": 1, "rejected": 3}
    for death in range(calls):
        world = World(content)
        assert world.run(frozenset({death})) == expected, death
        assert set(world.shop.handed) == set(undisturbed.shop.handed)


@times(0.25)
@given(
    deaths=st.frozensets(st.integers(0, 150), max_size=8),
    seconds=st.sampled_from([0.0, 900.0]),
    most_ahead=st.sampled_from([1, 6, 800]),
)
def test_killed_again_and_again_and_short_of_time_it_ends_the_same(
    deaths: frozenset[int], seconds: float, most_ahead: int
) -> None:
    content = sheet(MIXED).encode("utf-16")

    assert World(content).run(deaths, seconds, most_ahead) == World(content).run()


# ---- windows -----------------------------------------------------------------------------------------------------


def test_killed_before_or_after_any_call_a_file_of_several_windows_ends_the_same() -> None:
    content = sheet(MIXED).encode()
    undisturbed = World(content)
    expected = undisturbed.run(most_ahead=3)
    calls = next(undisturbed.calls)

    assert expected == World(content).run()
    assert undisturbed.shop.marks == [1, 2, 3]
    for death in range(calls):
        world = World(content)
        assert world.run(frozenset({death}), most_ahead=3) == expected, death
        assert set(world.shop.handed) == set(undisturbed.shop.handed)


def test_a_file_sends_a_window_and_goes_on_once_that_is_routed(cloudlet: None) -> None:
    content = sheet(row for number in range(10) for row in order_rows(f"N{number}")).encode()
    upload, shop = uploads.begin(upload_of(content), "me"), Shop()
    tools = shop.tools()._replace(most_ahead=6)

    ingest(upload, tools)
    first = list(shop.handed)
    for window in (1, 2):
        for again in in_window(stored(upload), window):
            ingest(again, tools)

    assert (len(first), len(shop.handed), shop.marks) == (6, 10, [1, 2])
    assert report_of(upload)["orders"] == {"accepted": 10, "duplicate": 0, "rejected": 0}


def test_a_message_that_comes_twice_begins_no_window_and_repeats_a_mark_that_may_be_lost(cloudlet: None) -> None:
    content = sheet(row for number in range(10) for row in order_rows(f"N{number}")).encode()
    upload, shop = uploads.begin(upload_of(content), "me"), Shop()
    tools = shop.tools()._replace(most_ahead=3)

    for window in (0, 0, 1, 0, 1):
        for again in in_window(stored(upload), window):
            ingest(again, tools)

    assert (len(shop.handed), shop.marks) == (6, [1, 1, 2, 2])


def test_orders_that_are_stored_already_fill_no_window(cloudlet: None) -> None:
    content = sheet(row for number in range(10) for row in order_rows(f"N{number}")).encode()
    upload, shop = uploads.begin(upload_of(content), "me"), Shop()
    shop.there |= {order_id(ChannelId("web"), f"N{number}") for number in range(8)}

    ingest(upload, shop.tools()._replace(most_ahead=6))

    assert (shop.handed, shop.marks) == (["N8", "N9"], [])

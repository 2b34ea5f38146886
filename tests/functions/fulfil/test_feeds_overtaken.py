"""Two exchanges with a supplier that read its files at once: what is newer counts, and what a file named stays."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from functions.fulfil import supplier
from packhorse.domain.supply.feeds import FeedState
from packhorse.messages.suppliers import ExchangeFiles
from packhorse.store import supplier_files
from packhorse.usecases.suppliers import answer_supplier
from simulation.aws.boundary import World
from simulation.merchant import MUG, Context
from tests.functions.fulfil.partner import HEAD, Partner, an_order, exchange, save, stored
from tests.functions.fulfil.test_supplier_feeds import FEED, units
from tests.functions.operate.interference import at_call
from tests.functions.operate.orders import open_causes

START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def partner(account: Partner, monkeypatch: pytest.MonkeyPatch) -> Partner:
    """A supplier with a stock feed and a thousand mugs, whose lease is over as soon as it begins."""
    monkeypatch.setattr(answer_supplier, "LEASE_SECONDS", -1)
    save(account, feed={**FEED, "absent": "zero"})
    return account


def put(partner: Partner, number: int, quantity: int) -> None:
    """Put the feed of that number, each a minute newer than the one before."""
    name, written = f"inv{number:04}.csv", (START + timedelta(minutes=number)).timestamp()
    partner.put(name, f"SKU,QTY\n{MUG},{quantity}\n")
    os.utime(partner.root / "out" / name, (written, written))


def names_of(state: FeedState | None) -> tuple[str | None, str | None]:
    """The names of the last feed, and of the one that is held."""
    assert state
    return (state.last.name if state.last else None, state.held.name if state.held else None)


def run() -> None:
    """Run an exchange that others happen in."""
    assert supplier.handler(ExchangeFiles(supplier="acme").model_dump(mode="json"), Context())["failure"] is None


@pytest.mark.parametrize("older", [800, 10])
def test_a_newer_feed_that_another_exchange_reads_at_any_call_of_an_older_one_counts(
    partner: Partner, older: int
) -> None:
    number = 0

    def newer() -> None:
        put(partner, 2 * number + 1, 700)
        for _ in range(2):
            exchange()

    while True:
        put(partner, 2 * number, older)
        exchange()
        with at_call(number, newer) as made_calls:
            run()
        exchange()
        if not made_calls:
            break
        assert units(MUG) == (700, 0, 700), number
        assert names_of(supplier_files.find_feed("acme")) == (f"inv{2 * number + 1:04}.csv", None), number
        assert (open_causes(), partner.files("out")) == ([], {}), number
        number += 1
    assert number > 15


def test_what_a_file_names_stays_though_another_exchange_reads_it_at_any_call(partner: Partner, cloud: World) -> None:
    [bucket] = cloud.s3.buckets.values()
    number = 0
    while True:
        order = an_order(cloud, channel_order_id=f"order-{number}")
        exchange()
        partner.put(f"shp{number}.csv", f"{HEAD}{order}-1,SHP,,,DHL,T{number},\n{order}-1,SHP,CUP,7,DHL,U{number},\n")
        exchange()
        with at_call(number, exchange) as made_calls:
            run()
        exchange()
        found = {key: each.body for key, each in bucket.items() if "/named/" in key}
        assert len(found) == number + 1
        assert [key for key, body in found.items() if b'"is_open":true' not in body] == [], number
        assert [each.tracking for each in stored(order).fulfilments[0].parcels] == [f"T{number}"]
        if not made_calls:
            break
        number += 1
    assert number > 15

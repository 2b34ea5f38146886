"""Feeds that are applied later than they were written: what has left since is not in the stock again."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from simulation.aws.boundary import World
from simulation.merchant import MUG
from tests.functions.fulfil.partner import (
    ANSWERS,
    Partner,
    an_order,
    exchange,
    handle_tracking,
    later,
    run_requested,
    save,
    stored,
)
from tests.functions.fulfil.test_supplier_feeds import FEED, feed, files, movements, units, without_dates
from tests.functions.operate.calls import call
from tests.functions.operate.orders import open_causes

DATED = {**ANSWERS, "columns": [*ANSWERS["columns"], {"field": "shipped_at", "names": ["SHIPPED"]}]}


@pytest.fixture
def partner(account: Partner) -> Partner:
    """A supplier with a stock feed and a thousand mugs."""
    save(account, feed=FEED, answers=[DATED])
    return account


def ships(partner: Partner, order: str, shipped_at: str = "", units: int = 30) -> None:
    """Put the file that says that an order has left; the next exchanges read it."""
    partner.put("shp1.csv", f"PO,STATUS,SKU,QTY,TRACKING,SHIPPED\n{order}-1,SHP,{MUG},{units},1Z1,{shipped_at}\n")


def ago(**time: Any) -> datetime:
    return datetime.now(UTC) - timedelta(**time)


def test_a_held_feed_that_is_accepted_leaves_out_what_was_sent_and_has_left_since(
    partner: Partner, cloud: World
) -> None:
    feed(partner, f"{MUG},400", at=ago(hours=8))
    assert open_causes() == ["supplier_feed_held"]
    [held] = files()
    order = an_order(cloud, quantity=30)
    exchange()
    ships(partner, order)
    for _ in range(2):
        exchange()
    assert stored(order).status == "complete"

    call("POST", f"/suppliers/acme/files/{held['id']}/accept")
    run_requested()

    assert (units(MUG), open_causes()) == ((370, 0, 370), [])
    assert movements()[0].reason == "stock feed of acme, less 30 that left after it was written"


def test_a_feed_that_is_read_late_leaves_out_what_was_sent_and_has_left_since(partner: Partner, cloud: World) -> None:
    order = an_order(cloud, quantity=30)
    exchange()
    ships(partner, order)

    feed(partner, f"{MUG},900", at=ago(hours=8))

    assert units(MUG) == (870, 0, 870)


def test_a_part_that_has_left_is_left_out_and_the_rest_is_taken_off(partner: Partner, cloud: World) -> None:
    order = an_order(cloud, quantity=30)
    exchange()
    ships(partner, order, units=10)

    feed(partner, f"{MUG},900", at=ago(hours=8))

    assert units(MUG) == (890, 20, 870)


def test_an_order_that_the_supplier_had_is_not_in_its_number_though_it_left_later(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = an_order(cloud, quantity=30)
    exchange()
    later(monkeypatch, 2)
    ships(partner, order)

    feed(partner, f"{MUG},900", at=datetime.now(UTC) + timedelta(hours=1))

    assert (stored(order).status, units(MUG)) == ("complete", (900, 0, 900))


@pytest.mark.parametrize(("minutes", "left"), [(90, 870), (30, 900)])
def test_a_number_of_all_that_lies_there_counts_what_left_after_it_was_written(
    minutes: int, left: int, partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(partner, feed={**FEED, "counts": "on_hand"}, answers=[DATED])
    order = an_order(cloud, quantity=30)
    exchange()
    later(monkeypatch, 2)
    now = datetime.now(UTC)
    ships(partner, order, (now + timedelta(minutes=minutes)).isoformat())

    feed(partner, f"{MUG},900", at=now + timedelta(hours=1))

    assert (stored(order).status, units(MUG)) == ("complete", (left, 0, left))


def test_what_a_person_shipped_without_a_file_is_left_out(partner: Partner, cloud: World) -> None:
    save(partner, feed=FEED, forward="on_command")
    order = an_order(cloud, quantity=30)
    call("POST", f"/orders/{order}/fulfilments/1/ship", {"parcels": [{"carrier": "DHL", "tracking": "JD01"}]})
    handle_tracking()
    assert stored(order).status == "complete"

    feed(partner, f"{MUG},900", at=ago(hours=8))

    assert units(MUG) == (870, 0, 870)


def test_a_feed_without_a_date_knows_no_order_that_was_sent_while_it_was_looked_at_whether_it_grows(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_dates(monkeypatch)
    partner.put("inv1.csv", f"SKU,QTY\n{MUG},900\n")
    an_order(cloud, quantity=3)
    exchange()

    with monkeypatch.context() as patched:
        later(patched, 0.25)
        exchange()

    assert units(MUG) == (900, 3, 897)

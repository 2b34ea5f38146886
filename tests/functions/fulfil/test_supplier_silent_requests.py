"""Suppliers that are silent about what is requested back, and that answer about what was taken from them."""

import pytest

from packhorse.aws.settings import settings
from simulation.aws.boundary import World
from simulation.builders import a_configuration, a_warehouse
from simulation.merchant import MUG, balance, put_stock, set_up
from tests.conftest import queued
from tests.functions.fulfil.partner import (
    Partner,
    an_order,
    answer,
    exchange,
    exchange_that_dies,
    later,
    not_written,
    read_files,
    route_rejected,
    stored,
)
from tests.functions.fulfil.test_supplier_cancellations import cancel, connect, requests, route_all
from tests.functions.fulfil.test_supplier_silence import LATE, statuses
from tests.functions.operate.orders import causes


@pytest.fixture
def partner(account: Partner) -> Partner:
    """A supplier that can be requested to keep units back, and a warehouse of our own that can ship them, too."""
    set_up(a_configuration(a_warehouse("acme", kind="dropship"), a_warehouse("main"), priorities=("acme", "main")))
    put_stock(50, warehouse="main")
    connect(account)
    return account


def sent_files(partner: Partner) -> dict[str, str]:
    return {name: text for name, text in partner.files().items() if name.startswith("ORD")}


def wait(monkeypatch: pytest.MonkeyPatch, *hours: int) -> None:
    for each in hours:
        later(monkeypatch, each)
        read_files()


def test_a_reminder_leaves_out_what_is_requested_back(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(partner, when_silent="remind")
    first, second = an_order(cloud, channel_order_id="1001"), an_order(cloud, channel_order_id="1002")
    exchange()
    cancel(first)

    wait(monkeypatch, 25, 51)

    assert list(sent_files(partner)) == ["ORD_0001.csv", "ORD_0003.csv"]
    assert [row.split(",")[0] for row in sent_files(partner)["ORD_0003.csv"].splitlines()[1:]] == [f"{second}-1"]
    assert [row.split(",")[0] for row in requests(partner)["CXL_0002.csv"]] == [f"{first}-1"]
    assert sorted(causes(first)) == ["cancellation_unanswered", "supplier_silent"]


def test_a_request_without_an_answer_that_an_order_could_not_get_is_there_after_the_next_exchange(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = an_order(cloud)
    exchange()
    cancel(order)
    exchange()
    later(monkeypatch, 25)
    with not_written(cloud, monkeypatch, order):
        exchange()
    assert causes(order) == []

    exchange()

    assert sorted(causes(order)) == ["cancellation_unanswered", "supplier_silent"]


def test_what_is_requested_back_when_its_reminder_waits_is_not_given_back_without_an_answer(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(partner, when_silent="remind")
    order = an_order(cloud)
    exchange()
    wait(monkeypatch, 25)
    later(monkeypatch, 51)
    exchange()
    exchange_that_dies("packhorse.usecases.suppliers.send_batch.deliver")
    assert stored(order).fulfilments[0].batch == 2

    cancel(order)
    exchange()

    assert (list(sent_files(partner)), statuses(order)) == (["ORD_0001.csv"], ["requested"])
    assert list(requests(partner)) == ["CXL_0003.csv"]


def test_what_is_requested_back_is_not_routed_again_for_a_silence(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(partner, when_silent="route_again")
    order = an_order(cloud)
    exchange()
    wait(monkeypatch, 25)
    later(monkeypatch, 51)
    cancel(order)
    exchange()
    route_rejected(cloud)

    assert (statuses(order), balance(warehouse="acme")) == (["requested"], (1000, 2, 998))

    answer(partner, f"{order}-1,CXL,,,,,")
    route_all()
    assert (statuses(order), balance(warehouse="acme"), causes(order)) == (["cancelled"], (1000, 0, 1000), [])


def test_a_rejection_for_a_silence_changes_nothing_once_the_units_are_requested_back(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(partner, when_silent="route_again")
    order = an_order(cloud)
    exchange()
    wait(monkeypatch, 25, 51)

    cancel(order)
    route_rejected(cloud)

    assert (statuses(order), balance(warehouse="acme")) == (["requested"], (1000, 2, 998))


def test_a_refusal_is_an_answer_about_the_order_too(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(partner, when_silent="route_again")
    order = an_order(cloud)
    exchange()
    cancel(order)
    exchange()
    wait(monkeypatch, 25)
    assert sorted(causes(order)) == ["cancellation_unanswered", "supplier_silent"]

    answer(partner, f"{order}-1,NOCXL,,,,,it is packed")
    wait(monkeypatch, 51, 77)
    route_rejected(cloud)

    assert (statuses(order), causes(order)) == (["accepted"], ["cancellation_refused"])


def test_who_will_ship_what_was_taken_from_it_is_an_exception_and_who_will_not_is_noted(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(partner, when_silent="route_again")
    order = an_order(cloud)
    exchange()
    wait(monkeypatch, 25, 51)
    route_rejected(cloud)
    assert statuses(order) == ["rejected", "requested"]

    answer(partner, f"{order}-1,CXL,,,,,")
    assert (statuses(order), causes(order)) == (["rejected", "requested"], [])
    answer(partner, f"{order}-1,NOCXL,,,,,it is packed", name="shp2.csv")
    assert (statuses(order), causes(order)) == (["rejected", "requested"], ["answer_refused"])
    answer(partner, f"{order}-1,SHP,{MUG},2,UPS,{LATE},", name="shp3.csv")

    assert statuses(order) == ["shipped", "cancelled"]
    assert "shipped_late" in causes(order)
    assert queued(settings.tracking_queue_url) == []

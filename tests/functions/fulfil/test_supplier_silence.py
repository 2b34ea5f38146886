"""A supplier that does not answer: an exception, then what its settings say; and what it ships later all the same."""

from typing import Any
from unittest.mock import patch

import pytest

from packhorse.domain.errors import Rejected
from packhorse.domain.orders.fulfilment_order import FulfilmentStatus
from packhorse.suppliers import exchange as exchanging
from packhorse.usecases.suppliers import fetch_answers, read_folder
from simulation.aws.boundary import World
from simulation.builders import a_configuration, a_warehouse
from simulation.merchant import MUG, balance, put_stock, set_up
from tests.functions.fulfil.partner import (
    ANSWERS,
    HEAD,
    Partner,
    an_order,
    answer,
    exchange,
    later,
    not_written,
    route_rejected,
    save,
    stored,
)
from tests.functions.operate.calls import call
from tests.functions.operate.interference import Killed
from tests.functions.operate.orders import causes, get

LATE = "1Z-LATE"


@pytest.fixture
def partner(account: Partner) -> Partner:
    """A supplier that gets all orders first, and a warehouse of our own that can ship them, too."""
    set_up(a_configuration(a_warehouse("acme", kind="dropship"), a_warehouse("main"), priorities=("acme", "main")))
    put_stock(50, warehouse="main")
    save(account)
    return account


def silent(partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch, rule: str) -> str:
    """An order that its supplier has not answered at two checks."""
    save(partner, when_silent=rule)
    order = an_order(cloud)
    exchange()
    for hours in (25, 50):
        later(monkeypatch, hours)
        assert exchange()["failure"] is None
    return order


def opened() -> list[str]:
    return sorted(each["cause"] for each in call("GET", "/exceptions").body["items"])


def sent_and_checked_once(partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch) -> str:
    """An order that is routed again at the next check, of a supplier that does not answer."""
    save(partner, when_silent="route_again")
    order = an_order(cloud)
    exchange()
    later(monkeypatch, 25)
    exchange()
    later(monkeypatch, 50)
    return order


def statuses(order: str) -> list[str]:
    return [each.status for each in stored(order).fulfilments]


def test_nothing_follows_a_silence_by_default(partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch) -> None:
    order = silent(partner, cloud, monkeypatch, "nothing")

    assert (causes(order), statuses(order), len(partner.files())) == (["supplier_silent"], ["requested"], 1)


def test_a_silent_supplier_is_reminded_once_under_a_new_number(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = silent(partner, cloud, monkeypatch, "remind")
    assert list(partner.files()) == ["ORD_0001.csv"]

    for hours in (51, 77, 103):
        later(monkeypatch, hours)
        exchange()

    assert list(partner.files()) == ["ORD_0001.csv", "ORD_0002.csv"]
    assert (stored(order).fulfilments[0].batch, causes(order)) == (2, ["supplier_silent"])
    assert "103 hours" in get(order)["exceptions"][0]["message"]
    answer(partner, f"{order}-1,ACK,,,,,")
    assert (causes(order), statuses(order)) == ([], ["accepted"])


@pytest.mark.parametrize("rule", ["nothing", "remind", "route_again"])
def test_a_silence_that_an_order_could_not_get_is_there_after_the_next_exchange_and_nothing_follows_before(
    rule: str, partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(partner, when_silent=rule)
    first, second = an_order(cloud, channel_order_id="1001"), an_order(cloud, channel_order_id="1002")
    exchange()
    later(monkeypatch, 25)
    with not_written(cloud, monkeypatch, first):
        exchange()
    assert (causes(first), causes(second)) == ([], ["supplier_silent"])

    later(monkeypatch, 26)
    exchange()
    route_rejected(cloud)

    assert (causes(first), statuses(first)) == (["supplier_silent"], ["requested"])
    assert list(partner.files()) == ["ORD_0001.csv"]


def test_a_reminder_that_dies_halfway_is_sent_once(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:

    save(partner, when_silent="remind")
    order = an_order(cloud)
    exchange()
    later(monkeypatch, 25)
    exchange()
    later(monkeypatch, 50)
    with patch("packhorse.usecases.suppliers.check_silence.logger.info", side_effect=Killed), pytest.raises(Killed):
        exchange()

    for _ in range(3):
        exchange()

    assert list(partner.files()) == ["ORD_0001.csv", "ORD_0002.csv"]
    assert stored(order).fulfilments[0].batch == 2


def test_orders_of_a_silent_supplier_are_routed_again(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = silent(partner, cloud, monkeypatch, "route_again")

    route_rejected(cloud)

    assert (statuses(order), causes(order)) == (["rejected", "requested"], [])
    [first, second] = stored(order).fulfilments
    assert (first.rejections[0].note, second.warehouse) == ("no answer for 50 hours", "main")
    assert (balance(warehouse="acme"), balance(warehouse="main")) == ((1000, 0, 1000), (50, 2, 48))


def test_an_answer_that_comes_before_the_route_keeps_the_order_there(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = silent(partner, cloud, monkeypatch, "route_again")
    answer(partner, f"{order}-1,ACK,,,,,")

    route_rejected(cloud)

    assert (statuses(order), causes(order)) == (["accepted"], [])


def test_what_a_supplier_ships_late_counts_once_and_is_taken_from_whoever_has_it_now(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = silent(partner, cloud, monkeypatch, "route_again")
    route_rejected(cloud)

    answer(partner, f"{order}-1,SHP,,,UPS,{LATE},")
    answer(partner, f"{order}-1,SHP,,,UPS,{LATE},", f"{order}-1,ACK,,,,,", name="shp2.csv")

    assert (statuses(order), get(order)["status"]) == (["shipped", "cancelled"], "complete")
    assert [each.tracking for each in stored(order).parcels] == [LATE]
    assert (balance(warehouse="acme"), balance(warehouse="main")) == ((998, 0, 998), (50, 0, 50))
    assert causes(order) == ["shipped_late"]
    assert not any(each.status == "RUNNING" for each in cloud.states.executions.values())


def test_what_has_left_twice_is_not_counted_twice_and_a_person_must_see_it(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = silent(partner, cloud, monkeypatch, "route_again")
    route_rejected(cloud)
    shipped = call("POST", f"/orders/{order}/fulfilments/2/ship", {"parcels": [{"carrier": "dhl", "tracking": "JD1"}]})
    assert shipped.status in {200, 202}
    route_rejected(cloud)

    answer(partner, f"{order}-1,SHP,,,UPS,{LATE},")

    assert (statuses(order), causes(order)) == (["rejected", "shipped"], ["shipped_late"])
    assert "twice" in get(order)["exceptions"][0]["message"]
    assert (balance(warehouse="acme"), balance(warehouse="main")) == ((1000, 0, 1000), (48, 0, 48))


def test_more_than_was_taken_that_ships_late_is_an_exception(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = silent(partner, cloud, monkeypatch, "route_again")
    route_rejected(cloud)

    answer(partner, f"{order}-1,SHP,{MUG},3,UPS,{LATE},")

    [problem] = get(order)["exceptions"]
    assert (problem["cause"], problem["tracking"]) == ("shipment_refused", [LATE])
    assert "more units have left than remain: 1 too many of" in problem["message"]


def test_a_part_that_ships_late_leaves_the_rest_where_it_is(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = silent(partner, cloud, monkeypatch, "route_again")
    route_rejected(cloud)

    answer(partner, f"{order}-1,SHP,{MUG},1,UPS,{LATE},")

    first, second = stored(order).fulfilments
    assert (first.status, second.status) == (FulfilmentStatus.SHIPPED, FulfilmentStatus.REQUESTED)
    assert (first.shipped.total(), second.remaining.total(), get(order)["status"]) == (1, 1, "partially_shipped")
    assert (balance(warehouse="acme"), balance(warehouse="main")) == ((999, 0, 999), (50, 1, 49))


def test_what_ships_late_in_two_parcels_has_left_in_two(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = silent(partner, cloud, monkeypatch, "route_again")
    route_rejected(cloud)
    answer(partner, f"{order}-1,SHP,{MUG},1,UPS,{LATE},")

    answer(partner, f"{order}-1,SHP,{MUG},1,UPS,1Z-LATER,", name="shp2.csv")
    answer(partner, f"{order}-1,SHP,{MUG},1,UPS,1Z-LATER,", f"{order}-1,ACK,,,,,", name="shp3.csv")

    assert (statuses(order), get(order)["status"]) == (["shipped", "cancelled"], "complete")
    assert [each.tracking for each in stored(order).parcels] == [LATE, "1Z-LATER"]
    assert (balance(warehouse="acme"), balance(warehouse="main")) == ((998, 0, 998), (50, 0, 50))


def test_what_a_supplier_answered_stays_with_it_though_its_files_cannot_be_fetched(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = sent_and_checked_once(partner, cloud, monkeypatch)
    partner.put("shp1.csv", HEAD + f"{order}-1,ACK,,,,,\n")
    with monkeypatch.context() as patched:
        patched.setattr(read_folder, "read_folder", refuse)
        exchange()

    route_rejected(cloud)
    assert (statuses(order), opened()) == (["requested"], ["supplier_failed", "supplier_silent"])

    for _ in range(2):
        exchange()
    assert (statuses(order), opened()) == (["accepted"], [])


def refuse(*_: Any, **__: Any) -> Any:
    raise Rejected("the folder is full")


@pytest.mark.parametrize("why", ["no time", "a conflict", "still written"])
def test_what_a_supplier_answered_stays_with_it_though_its_files_are_left_for_later(
    why: str, partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = sent_and_checked_once(partner, cloud, monkeypatch)
    partner.put("shp1.csv", HEAD + f"{order}-1,ACK,,,,,\n")
    with monkeypatch.context() as patched:
        if why != "still written":
            arrivals = exchanging.arrivals
            patched.setattr(
                exchanging, "arrivals", lambda drop, layout, _: arrivals(drop, layout, drop.list_files("out"))
            )
        if why == "no time":
            patched.setattr(read_folder, "SECONDS_A_FILE", 10_000.0)
        if why == "a conflict":
            patched.setattr(fetch_answers, "apply_reading", lambda *_: False)
        exchange()

    route_rejected(cloud)
    assert statuses(order) == ["requested"]

    for _ in range(2):
        exchange()
    assert (statuses(order), causes(order)) == (["accepted"], [])


def test_a_supplier_that_is_activated_again_is_not_silent_before_its_answers_are_read(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = sent_and_checked_once(partner, cloud, monkeypatch)
    save(partner, when_silent="route_again", active=False)
    partner.put("shp1.csv", HEAD + f"{order}-1,ACK,,,,,\n")
    exchange()
    save(partner, when_silent="route_again")

    for _ in range(2):
        exchange()
    route_rejected(cloud)

    assert (statuses(order), causes(order)) == (["accepted"], [])


def test_a_file_that_is_never_whole_hides_no_silence(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = {**ANSWERS, "complete": "done"}
    save(partner, when_silent="route_again", answers=[answers])
    order = an_order(cloud)
    partner.put("shp1.csv", HEAD)
    for hours in (0, 25, 50):
        later(monkeypatch, hours)
        exchange()

    route_rejected(cloud)

    assert statuses(order) == ["rejected", "requested"]

"""Holds that end by themselves."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from functions.allocate import route
from functions.operate import drain
from packhorse.aws.settings import settings
from packhorse.domain.values import iso
from packhorse.store.timed_holds import ended_holds
from simulation.builders import a_line, sqs_event
from simulation.merchant import Context, put_stock, set_up
from tests.conftest import queued
from tests.functions.operate.calls import call
from tests.functions.operate.orders import get, one_routed, step

pytestmark = pytest.mark.usefixtures("cloud")

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def order(clock: time_machine.Traveller) -> str:
    """An order that is at its warehouse."""
    set_up()
    put_stock(10)
    return one_routed(a_line(quantity=2))


def hold(order: str, until: datetime, reason: str = "buyer is away") -> str:
    answer = step(order, "hold", {"reason": reason, "until": iso(until)})
    assert answer.status == 200
    return str(answer.body["holds"][-1]["id"])


def a_minute() -> None:
    """What is due each minute is done, and then what it has sent."""
    drain.handler({}, Context())
    while messages := queued(settings.orders_queue_url):
        assert route.handler(sqs_event(*messages), Context()) == {"batchItemFailures": []}


def entries(order: str, what: str) -> list[dict[str, Any]]:
    return [each for each in get(order)["timeline"] if each["what"] == what]


def listed(now: datetime) -> list[str]:
    return [each.order_id for each in ended_holds(now, 10)]


def test_a_hold_ends_at_its_time_and_the_order_goes_on(clock: time_machine.Traveller, order: str) -> None:
    hold(order, TOMORROW)
    assert [each["until"] for each in get(order)["holds"]] == ["2026-11-27T09:30:00Z"]

    clock.move_to(TOMORROW - timedelta(seconds=1))
    a_minute()
    assert "held" in get(order)["flags"]

    clock.move_to(TOMORROW)
    a_minute()

    shown = get(order)
    assert ("held" in shown["flags"], shown["holds"], shown["status"]) == (False, [], "in_fulfilment")
    assert [each["who"] for each in entries(order, "released")] == ["packhorse"]
    assert entries(order, "held")[0]["detail"] == f"until {iso(TOMORROW)}: buyer is away"
    assert listed(TOMORROW) == []


def test_another_hold_stays(clock: time_machine.Traveller, order: str) -> None:
    hold(order, TOMORROW)
    step(order, "hold", {"reason": "its address"})

    clock.move_to(TOMORROW)
    a_minute()

    assert [each["reason"] for each in get(order)["holds"]] == ["its address"]


def test_of_two_with_an_end_each_has_its_own(clock: time_machine.Traveller, order: str) -> None:
    hold(order, TOMORROW + timedelta(hours=1), "later")
    hold(order, TOMORROW, "sooner")

    clock.move_to(TOMORROW)
    a_minute()
    assert [each["reason"] for each in get(order)["holds"]] == ["later"]

    clock.move_to(TOMORROW + timedelta(hours=1))
    a_minute()
    assert get(order)["holds"] == []


def test_a_message_that_comes_twice_releases_once(clock: time_machine.Traveller, order: str) -> None:
    hold(order, TOMORROW)
    clock.move_to(TOMORROW)

    drain.handler({}, Context())
    a_minute()

    assert len(entries(order, "released")) == 1


def test_one_that_a_person_released_is_due_no_more(clock: time_machine.Traveller, order: str) -> None:
    hold(order, TOMORROW)
    assert listed(TOMORROW) == [order]

    step(order, "release")

    assert listed(TOMORROW) == []


def test_a_cancelled_order_is_due_no_more(order: str) -> None:
    hold(order, TOMORROW)

    step(order, "cancel", {"reason": "changed her mind"})

    assert listed(TOMORROW) == []


@pytest.mark.parametrize("until", [NOW, NOW - timedelta(days=1), NOW + timedelta(days=400)])
def test_an_end_that_is_past_or_far_away_is_refused(order: str, until: datetime) -> None:
    answer = step(order, "hold", {"reason": "wait", "until": iso(until)})

    assert (answer.status, answer.fields, get(order)["holds"]) == (422, ["until"], [])


def test_an_end_has_a_time_zone(order: str) -> None:
    assert step(order, "hold", {"reason": "wait", "until": "2026-12-01T08:00:00"}).fields == ["until"]
    assert call("GET", f"/orders/{order}").body["holds"] == []

"""GET /lags: the longest lag of each hour of a channel, and of each day of a supplier."""

from datetime import UTC, datetime, timedelta

import pytest

from packhorse.domain.configuration.channel import ChannelKind
from packhorse.domain.health.lag import DAY, HOUR, SPANS, LagKind
from packhorse.domain.values import ChannelId
from packhorse.store import connections, lags
from packhorse.usecases.operations import record_lag
from packhorse.usecases.operations.record_lag import record_lag as record
from packhorse.usecases.operations.watch_waiting import warn_of_lag
from simulation.aws.boundary import Call, World
from simulation.aws.refusals import Refused
from simulation.builders import a_channel, a_configuration
from simulation.merchant import set_up
from tests.functions.operate.calls import call

NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SHOP = ChannelId("shop")

pytestmark = pytest.mark.usefixtures("cloud")


def recorded(kind: LagKind, name: str, now: datetime = NOW) -> list[tuple[datetime, int]]:
    found = lags.find_lags(kind, name, SPANS[kind].first_shown(now))
    return [(each.start, each.seconds) for each in found]


def test_of_an_hour_the_longest_lag_stays_whichever_process_measured_it() -> None:
    for lag in (5 * MINUTE, 9 * MINUTE, 6 * MINUTE):
        record_lag.recorded.clear()
        record(LagKind.ORDERS, "shop", lag, NOW)
    record(LagKind.ORDERS, "shop", MINUTE, NOW + HOUR)

    assert recorded(LagKind.ORDERS, "shop", NOW + HOUR) == [
        (NOW.replace(minute=0), 540),
        (NOW.replace(minute=0) + HOUR, 60),
    ]


def test_a_process_writes_only_what_is_longer_than_what_it_wrote(cloud: World) -> None:
    for lag in (5 * MINUTE, 5 * MINUTE, 4 * MINUTE, 6 * MINUTE):
        record(LagKind.QUANTITIES, "shop", lag, NOW)

    assert cloud.calls["dynamodb", "UpdateItem"] == 2


def test_a_supplier_has_one_for_each_day_and_a_channel_those_of_the_last_day() -> None:
    for ago in (20 * DAY, 13 * DAY, DAY, HOUR):
        record(LagKind.ANSWERS, "acme", ago, NOW - ago)
        record(LagKind.ORDERS, "shop", ago, NOW - ago)

    assert [at.day for at, _ in recorded(LagKind.ANSWERS, "acme")] == [5, 17, 18]
    assert [at.hour for at, _ in recorded(LagKind.ORDERS, "shop")] == [8]


def test_a_lag_that_cannot_be_stored_is_missing_and_fails_nothing(cloud: World) -> None:
    def refuse(call: Call) -> None:
        if call.operation == "UpdateItem":
            raise Refused("AccessDeniedException", "not now", 400)

    cloud.before = refuse
    record(LagKind.ORDERS, "shop", MINUTE, NOW)

    assert recorded(LagKind.ORDERS, "shop") == []


def test_a_channel_whose_polls_fail_has_the_lag_of_each_hourly_audit() -> None:
    set_up(a_configuration(channel=a_channel(SHOP, ChannelKind.GENERIC, base_url="https://shop.example")))
    connections.save_poll(SHOP, NOW - 3 * HOUR)

    warn_of_lag(NOW)
    warn_of_lag(NOW + HOUR)

    assert [seconds for _, seconds in recorded(LagKind.ORDERS, SHOP, NOW + HOUR)] == [3 * 3600, 4 * 3600]


def test_the_api_answers_with_every_channel_and_supplier() -> None:
    set_up()
    now = datetime.now(UTC)
    record(LagKind.QUANTITIES, "shop", MINUTE, now)

    answer = call("GET", "/lags")

    [shop] = [each for each in answer.body["channels"] if each["channel"] == "shop"]
    assert (answer.status, answer.body["suppliers"], shop["orders"]) == (200, [], [])
    assert ([each["seconds"] for each in shop["quantities"]], shop["late_after"]) == ([60], 3600 + 5 * 60)

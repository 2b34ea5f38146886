"""Until when orders ship follows the handling of their warehouses as it is now, also of those that are under way."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.allocate import release
from packhorse.aws.settings import settings
from simulation.aws.boundary import World
from simulation.builders import NOON, a_configuration, a_line, a_warehouse
from simulation.merchant import Context, put_stock, set_up
from tests.conftest import invoked
from tests.functions.operate.calls import call
from tests.functions.operate.orders import get, one_routed, step

pytestmark = pytest.mark.usefixtures("cloud")

TODAY = datetime.now(UTC)
HOLIDAYS = [(TODAY + timedelta(days=days)).date().isoformat() for days in range(-2, 30)]


@pytest.fixture(autouse=True)
def _merchant(cloud: World) -> None:
    set_up(a_configuration(a_warehouse(), a_warehouse("east")))
    put_stock(9)


def changed(path: str, patch: Any) -> None:
    """Change a setting, and all that follows from that."""
    assert call("PATCH", path, patch).status == 200
    while messages := invoked(settings.release_function):
        for message in messages:
            release.handler(message, Context())


def ship_by(order_id: str) -> datetime:
    return datetime.fromisoformat(get(order_id)["ship_by"])


def test_holidays_move_what_is_under_way_whether_it_is_paid_or_not() -> None:
    sent, unpaid = one_routed(paid_at=TODAY), one_routed(channel_order_id="b", paid_at=None, placed_at=TODAY)
    assert max(ship_by(sent), ship_by(unpaid)) < TODAY + timedelta(days=5)

    changed("/warehouses/main", {"handling": {"closed_on": HOLIDAYS}})

    assert min(ship_by(sent), ship_by(unpaid)) > TODAY + timedelta(days=29)
    [row] = [each for each in call("GET", "/fulfilments").body["items"] if each["order_id"] == sent]
    assert datetime.fromisoformat(row["ship_by"]) == ship_by(sent)


def test_an_order_is_not_late_any_more_by_that(cloud: World) -> None:
    order = one_routed(placed_at=TODAY - timedelta(days=9), paid_at=TODAY - timedelta(days=9))
    assert "late" in get(order)["flags"]

    changed("/warehouses/main", {"handling": {"days": 30}})

    assert "late" not in get(order)["flags"]
    assert call("GET", "/orders", query={"flag": "late", "sort": "ship_by"}).body["items"] == []


def test_what_is_over_keeps_its_time_and_what_the_channel_promised_counts() -> None:
    over, promised = one_routed(paid_at=TODAY), one_routed(channel_order_id="b", ship_by=NOON)
    step(over, "complete")
    before = get(over)

    changed("/warehouses/main", {"handling": {"closed_on": HOLIDAYS}})

    assert get(over) == before
    assert ship_by(promised) == NOON


def test_what_has_no_warehouse_yet_is_planned_for_the_catchall_of_now() -> None:
    changed("/warehouses/east", {"handling": {"closed_on": HOLIDAYS}})
    order = one_routed(a_line("LAMP"), paid_at=TODAY)

    changed("/account", {"catchall": "east"})

    assert ship_by(order) > TODAY + timedelta(days=29)

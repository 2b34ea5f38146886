"""How long a quiet channel's orders wait while a file floods the orders queue, in virtual time."""

from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

import pytest

from functions.ingest import upload
from packhorse.aws.settings import settings
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.values import ChannelId
from packhorse.messages.orders import send_orders
from packhorse.store import configuration, orders
from packhorse.usecases.intake.read_upload import tools_for
from simulation.aws.queues import quiet_first
from simulation.builders import NOON, a_channel, a_line, an_order
from simulation.sale import EAST, MUG, Sale, a_sale
from simulation.stated_orders import TRADE, order_file

WINDOW, UNBOUNDED = 40, 1_000_000
SECONDS_A_CALL = 0.3
QUIET, MOMENTS = ChannelId("quiet"), (2, 15, 30, 60, 90)
MOST_SECONDS = 15.0
"""Twice what a window and the orders in flight take to be routed."""

pytestmark = pytest.mark.long


class Waits(NamedTuple):
    """The seconds that the orders of the quiet channel waited, and what the file had on the queue at most meanwhile."""

    seconds: list[float]
    ahead: list[int]


def waits_beside(file_orders: int, window: int, monkeypatch: pytest.MonkeyPatch, *, is_fair: bool = False) -> Waits:
    """Drop a file while a quiet channel sends an order now and then."""
    monkeypatch.setattr(upload, "tools_for", partial(tools_of_window, window))
    waits = Waits([], [])
    with a_sale(seed=7) as sale:
        configuration.apply_edit(with_quiet_channel, "owner", NOON)
        sale.stock({EAST: 10 * file_orders})
        sale.until_quiet()
        queue = sale.world.sqs.queues[settings.orders_queue_url.rpartition("/")[2]]
        if is_fair:
            queue.choose = quiet_first(queue)
        sale.slow_down(SECONDS_A_CALL)
        drop_file(sale, file_orders)
        for moment in MOMENTS:
            sale.run.turns.spawn(partial(send_and_wait, sale, waits), f"quiet-{moment}", after=moment)
        sale.until_quiet()
        assert sale.errors == []
        assert len(sale.orders) == file_orders + len(MOMENTS)
    return waits


def tools_of_window(window: int, *given: Any) -> Any:
    return tools_for(*given)._replace(most_ahead=window, batch_orders=20)


def with_quiet_channel(config: Configuration) -> Configuration:
    return config.replace(channels={**config.channels, QUIET: a_channel(QUIET)})


def drop_file(sale: Sale, count: int) -> None:
    lines: Mapping[str, Mapping[str, int]] = {f"F-{number}": {MUG: 1} for number in range(count)}
    sale.run.outside.drop(f"orders/{TRADE}/flood.csv", order_file(lines))


def send_and_wait(sale: Sale, waits: Waits) -> None:
    """Send an order of the quiet channel; note how long it takes until it is stored."""
    turns, order = sale.run.turns, an_order(a_line(MUG), channel=QUIET)
    queue = sale.world.sqs.queues[settings.orders_queue_url.rpartition("/")[2]]
    began = turns.now
    waits.ahead.append(sum(message.group.startswith("csv:") for message in queue.messages))
    send_orders([order], who="channel:quiet")
    while orders.find_order(order.order_id) is None:
        turns.sleep(1)
    waits.seconds.append(turns.now - began)


@pytest.mark.parametrize("file_orders", [120, 360])
def test_beside_a_file_of_any_size_an_order_waits_as_long_as_a_window_takes(
    file_orders: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = waits_beside(file_orders, WINDOW, monkeypatch)

    assert max(waits.ahead) <= WINDOW + 1  # and the mark
    assert max(waits.seconds) <= MOST_SECONDS


def test_in_a_fair_queue_it_does_not_wait_even_for_a_file_without_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    waits = waits_beside(360, UNBOUNDED, monkeypatch, is_fair=True)

    assert max(waits.ahead) > 4 * WINDOW
    assert max(waits.seconds) <= MOST_SECONDS


def test_without_windows_and_fairness_it_waits_for_the_whole_file(monkeypatch: pytest.MonkeyPatch) -> None:
    assert max(waits_beside(360, UNBOUNDED, monkeypatch).seconds) > MOST_SECONDS

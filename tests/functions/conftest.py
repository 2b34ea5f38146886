"""What tests of functions stand on."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from packhorse.domain.configuration.channel import ChannelKind
from packhorse.usecases.suppliers import read_folder
from simulation.aws.boundary import World
from simulation.builders import a_channel, a_configuration
from simulation.merchant import put_stock, set_up
from tests.functions.queue_readings import SHOP, SOURCES, Reading


@pytest.fixture(autouse=True)
def _lists_follow_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let files be read by two exchanges at once: their time is that of the machine."""
    monkeypatch.setattr(read_folder, "QUIET", timedelta())


@pytest.fixture(params=SOURCES)
def reading(request: pytest.FixtureRequest, cloud: World) -> Reading:
    cloud.web.serve("https://shop.example", ok)
    channel = a_channel(SHOP, ChannelKind.GENERIC, base_url="https://shop.example")
    set_up(a_configuration(channel=channel, sync=True))
    put_stock(100)
    source = SOURCES[request.param]
    return Reading(request.param, source, cloud.sqs.queues[source.target], cloud)


def ok(_: Any) -> httpx.Response:
    return httpx.Response(200, json={})

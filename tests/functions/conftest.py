"""What tests of functions stand on."""

import importlib
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

import httpx
import pytest

from packhorse.aws import executions
from packhorse.domain.configuration.channel import ChannelKind
from packhorse.usecases.suppliers import read_folder
from simulation.aws.boundary import World
from simulation.builders import a_channel, a_configuration
from simulation.merchant import put_stock, set_up
from simulation.permissions import Permission, granted, is_granted, recorded
from simulation.template import resources
from tests.functions.queue_readings import SHOP, SOURCES, Reading


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Task tokens that were answered, and with what."""
    answers: list[tuple[str, str]] = []
    monkeypatch.setattr(executions, "answer_token", lambda token, work: answers.append((token, work.status)))
    return answers


@pytest.fixture(autouse=True)
def _within_rights(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no function do what its role in template.yaml does not allow."""
    for name, properties in resources("AWS::Serverless::Function").items():
        folder, file = properties["CodeUri"].replace("/", "."), properties["Handler"].removesuffix(".handler")
        module = importlib.import_module(f"{folder}.{file}")
        monkeypatch.setattr(module, "handler", within_rights(name, module.handler))


def within_rights(name: str, handler: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(handler)
    def call(*arguments: Any) -> Any:
        needed: list[Permission] = []
        try:
            with recorded() as needed:
                return handler(*arguments)
        finally:
            assert [each for each in needed if not is_granted(each, granted(name))] == []

    return call


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

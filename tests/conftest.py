"""What tests stand on: an AWS in memory with what template.yaml makes."""

import json
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from functools import cache
from pathlib import Path
from typing import Any, Self

import pytest
from hypothesis import settings

from simulation.aws.boundary import World
from simulation.cloud import make
from simulation.template import prepare

prepare()
FEW_EXAMPLES = 20
"""Of a property in `make unit`; `make check` tries a hundred, and of some properties several hundred."""
settings.register_profile("packhorse", settings.default, deadline=None)  # with CI set: the same examples every time
settings.register_profile("unit", settings.get_profile("packhorse"), max_examples=FEW_EXAMPLES)
settings.load_profile("packhorse")

from packhorse.aws import clients  # noqa: E402 - after the environment is there
from packhorse.usecases.channels import channel_client  # noqa: E402 - after the environment is there
from simulation.caches import clear_caches  # noqa: E402 - after the environment is there

WORLDS: list[World] = []
"""Of the test that runs."""
HELD_BACK = 5.0
"""Seconds that a queue of ours holds back every message."""
TESTS = Path(__file__).parent
LONG = (
    *("simulation", "local", "bench", "deploy", "agent", "test_imports.py", "test_transformed.py"),
    *("channels/kit", "carriers/test_contract.py"),  # each case at each kind of partner, simulated
    "functions/operate/test_hostile_addresses.py",
    "functions/operate/test_hostile_bodies.py",
    "functions/ingest/test_hostile_webhooks.py",
)
"""What `make unit` leaves out, beside tests that are marked: they say what it is in pyproject.toml."""

AT_ANY_CALL = "_any_call"
"""In the name of a test that repeats its story for each call at which a process may die: it is left out, too."""


def pytest_configure(config: pytest.Config) -> None:
    if leaves_out(config, "long"):
        settings.load_profile("unit")


def leaves_out(config: pytest.Config, marker: str) -> bool:
    return f"not {marker}" in config.option.markexpr


@cache
def is_long(path: Path) -> bool:
    return path.is_relative_to(TESTS) and any(path.is_relative_to(TESTS / each) for each in LONG)


def is_of_functions(path: Path) -> bool:
    return path.is_relative_to(TESTS / "functions")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Import nothing of what is left out."""
    is_long_and_left_out = leaves_out(config, "long") and is_long(collection_path)
    return is_long_and_left_out or (leaves_out(config, "functions") and is_of_functions(collection_path)) or None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if is_long(item.path) or AT_ANY_CALL in item.name:
            item.add_marker(pytest.mark.long)
        if is_of_functions(item.path):
            item.add_marker(pytest.mark.functions)


@pytest.fixture
def _waits_take_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Skip our pauses between calls: the clock by which a rate has calls again goes on by them, and nobody waits."""
    sleep, skipped = time.sleep, timedelta()

    def skip(seconds: float) -> None:
        nonlocal skipped
        if sys._getframe(1).f_globals["__name__"].startswith("packhorse."):
            skipped += timedelta(seconds=seconds)
        else:
            sleep(seconds)  # for a server that starts: without a pause its caller would take its processor

    class Ahead(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return super().now(tz) + skipped

    monkeypatch.setattr(time, "sleep", skip)
    monkeypatch.setattr(channel_client, "datetime", Ahead)


@pytest.fixture
def cloud(_waits_take_no_time: None) -> Iterator[World]:
    """An empty deployment in memory."""
    clear_caches()
    world = World(validates=True)
    make(world)
    with world.installed():
        WORLDS.append(world)
        yield world
        WORLDS.pop()


def invoked(function: str) -> list[dict[str, Any]]:
    """The payloads of all asynchronous invocations of a function so far, taken out, without their schema's number."""
    waiting = WORLDS[-1].functions.invocations
    payloads = [without_schema(each.payload) for each in waiting if each.function == function]
    waiting[:] = [each for each in waiting if each.function != function]
    return payloads


def queued(url: str) -> list[dict[str, Any]]:
    """The bodies of all messages in a queue, taken out of it a moment later, without the number of their schema."""
    WORLDS[-1].clock.sleep(HELD_BACK)
    bodies = []
    while messages := clients.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            bodies.append(without_schema(json.loads(message["Body"])))
            clients.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return bodies


def without_schema(body: Any) -> Any:
    """A message without the number of its schema; anything else as it is."""
    return {name: value for name, value in body.items() if name != "schema"} if isinstance(body, dict) else body

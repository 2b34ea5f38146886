"""The records of all kinds: what each can do, and what an inactive or a paused channel still can."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from packhorse.channels import CHANNELS, adapter_of
from packhorse.domain.configuration.channel import Channel, ChannelKind
from tests.channels.kit.places import PLACES


def test_every_kind_of_channel_is_in_the_registry() -> None:
    assert set(CHANNELS) == set(ChannelKind)


def test_every_kind_that_can_be_called_has_a_place() -> None:
    assert PLACES.keys() == {kind for kind, adapter in CHANNELS.items() if any(adapter)}
    assert {kind for kind, made in PLACES.items() if made.webhooks} == {
        kind for kind, adapter in CHANNELS.items() if adapter.receive
    }


def test_every_kind_that_can_be_called_signs_in() -> None:
    called = {kind for kind, adapter in CHANNELS.items() if adapter.poll or adapter.stock or adapter.notify}

    assert called == {kind for kind, adapter in CHANNELS.items() if adapter.sign_in}
    assert called == {kind for kind, adapter in CHANNELS.items() if adapter.sign_in_by}


def test_an_inactive_channel_can_do_nothing() -> None:
    assert not any(adapter_of(Channel(id="web", kind=ChannelKind.GENERIC, active=False)))


@pytest.mark.parametrize("why", [{"paused_since": datetime.now(UTC)}, {"awaits_connection": True}])
@pytest.mark.parametrize("kind", ChannelKind)
def test_a_channel_that_is_not_called_keeps_only_what_takes_its_webhooks(
    kind: ChannelKind, why: dict[str, Any]
) -> None:
    paused = adapter_of(Channel(id="web", kind=kind, base_url="https://shop.example", **why))
    calling = ("poll", "read", "names", "stock", "notify", "cancel", "hold", "connect", "outbound", "inventory")

    assert [name for name in calling if getattr(paused, name)] == []
    assert {name for name in paused._fields if name not in calling and getattr(paused, name)} == {
        name for name in paused._fields if name not in calling and getattr(CHANNELS[kind], name)
    }


@pytest.mark.long
def test_the_door_does_not_pay_for_a_client() -> None:
    program = "import sys, packhorse.channels; sys.exit('httpx' in sys.modules)"
    layer = Path(__file__).parents[3] / "layers/shared"

    said = subprocess.run([sys.executable, "-c", program], env={"PYTHONPATH": str(layer)})  # noqa: S603

    assert said.returncode == 0

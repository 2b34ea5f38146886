"""An Amazon and its channel."""

from collections.abc import Iterator

import pytest

from local.world.amazon import Amazon
from packhorse.domain.configuration.channel import Channel
from tests.channels.amazon.shop import an_amazon, serving


@pytest.fixture
def amazon() -> Amazon:
    return an_amazon()


@pytest.fixture
def channel(amazon: Amazon) -> Iterator[Channel]:
    with serving(amazon) as found:
        yield found

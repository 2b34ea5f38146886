"""A place of each kind, which is made once and begins each test empty."""

from collections.abc import Iterator

import pytest

from packhorse.domain.configuration.channel import ChannelKind
from tests.channels.kit.place import Place
from tests.channels.kit.places import PLACES


@pytest.fixture(scope="session")
def places() -> Iterator[dict[ChannelKind, Place]]:
    made = {kind: place() for kind, place in PLACES.items()}
    yield made
    for each in made.values():
        each.close()


@pytest.fixture(params=sorted(PLACES))
def place(request: pytest.FixtureRequest, places: dict[ChannelKind, Place]) -> Place:
    found = places[ChannelKind(request.param)]
    found.reset()
    found.gate.reset()
    return found

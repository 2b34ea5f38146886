"""A simulated carrier for each test."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from packhorse.domain.configuration.carrier import CarrierKind
from tests.carriers.counter import CARRIERS_THAT_SELL, Counter, counter_of


@pytest.fixture(scope="session")
def counters() -> Iterator[dict[CarrierKind, Counter]]:
    """One server a kind, since a client takes a tenth of a second to make."""
    with ExitStack() as stack:
        yield {carrier.kind: stack.enter_context(counter_of(carrier)) for carrier in CARRIERS_THAT_SELL}


@pytest.fixture(params=CARRIERS_THAT_SELL, ids=lambda carrier: carrier.kind.value)
def counter(request: pytest.FixtureRequest, counters: dict[CarrierKind, Counter]) -> Counter:
    """An account as it is at first."""
    found = counters[request.param.kind]
    found.clients[0].delete("/_control").raise_for_status()
    return found

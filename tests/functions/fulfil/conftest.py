"""What tests of suppliers stand on: an account, and the supplier that it is of."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulation.aws.boundary import World
from tests.functions.fulfil.partner import Partner, a_partner, an_order, configured, exchange, save


@pytest.fixture
def account(cloud: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Partner]:
    """An account of a supplier that is not set up yet, with its warehouse and a thousand mugs in it."""
    configured(cloud, monkeypatch)
    with a_partner(tmp_path / "acme") as found:
        yield found


@pytest.fixture
def partner(account: Partner) -> Partner:
    """A supplier that is set up, and gets orders of its warehouse."""
    save(account)
    return account


@pytest.fixture
def order(partner: Partner, cloud: World) -> str:
    """An order that was sent."""
    sent = an_order(cloud)
    exchange()
    return sent

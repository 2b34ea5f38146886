"""Kinds whose webhooks have a shared secret, and recorded bodies of them."""

from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck

from packhorse.channels import CHANNELS
from packhorse.channels.protocol import Receiving
from packhorse.domain.configuration.channel import Channel, ChannelKind
from tests.channels.kit.place import Webhooks
from tests.channels.kit.places import PLACES
from tests.examples import times

DATA = Path(__file__).parents[2] / "data"
SECRET, OLD_SECRET = "shh-new", "shh-old"


class Shop(NamedTuple):
    """A shop of some kind, and how it writes its webhooks."""

    kind: ChannelKind
    webhooks: Webhooks

    @property
    def receiving(self) -> Receiving:
        receive = CHANNELS[self.kind].receive
        assert receive
        return receive(Channel(id=f"{self.kind}-1", kind=self.kind))

    def signed(self, raw: bytes, secret: str = SECRET) -> dict[str, str]:
        return self.webhooks.signed(raw, secret)

    def body(self, name: str) -> bytes:
        return (DATA / self.kind / f"{name}.json").read_bytes()


SHOPS = [Shop(kind, made.webhooks) for kind, made in PLACES.items() if made.webhooks]
BODIES = [(shop, name) for shop in SHOPS for name in shop.webhooks.topics]

every_shop = pytest.mark.parametrize("shop", SHOPS, ids=lambda shop: shop.kind)
every_body = pytest.mark.parametrize(("shop", "name"), BODIES, ids=lambda part: getattr(part, "kind", part))
searching = times(0.5, suppress_health_check=[HealthCheck.function_scoped_fixture])

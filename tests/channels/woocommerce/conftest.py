"""A simulated WooCommerce store over a real socket, and a channel of it."""

import threading
from collections.abc import Iterator

import httpx
import pytest

from local.world.server import server
from local.world.shop import Shop
from local.world.woocommerce.server import site
from local.world.woocommerce.store import Store
from packhorse.channels.http import connect
from packhorse.channels.protocol import Keys
from packhorse.channels.woocommerce import sign_in
from packhorse.domain.configuration.channel import Channel, ChannelKind

KEYS = Keys("", client_id="ck_simulated", client_secret="cs_simulated")


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def channel(store: Store) -> Iterator[Channel]:
    http = server(Shop(), 0, None, None, site(store))
    threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
    url = f"http://127.0.0.1:{http.server_address[1]}/woocommerce"
    yield Channel(id="woo", kind=ChannelKind.WOOCOMMERCE, base_url=url, calls_per_second=100)
    http.shutdown()
    http.server_close()


@pytest.fixture
def client(channel: Channel) -> Iterator[httpx.Client]:
    with connect(channel, sign_in, KEYS) as http:
        yield http

"""Connecting a channel through the API and the real connect function, with a simulated shop behind it."""

import json
from functools import partial
from typing import Any

import httpx

from functions.ingest import connect
from local.world import server, shopify_server
from local.world.shop import Shop
from local.world.shopify_store import Store
from packhorse.aws import secrets
from packhorse.aws.settings import settings
from packhorse.domain.configuration.channel import Channel, ChannelKind
from packhorse.domain.values import ChannelId
from packhorse.store import configuration
from simulation.aws.boundary import World
from simulation.builders import a_channel, a_configuration
from simulation.merchant import Context, set_up
from tests.conftest import invoked
from tests.functions.operate.calls import call

SHOP, STORE = ChannelId("shop"), ChannelId("store")
SHOP_URL, STORE_URL = "https://shop.example", "https://mugs.myshopify.example"
SHOP_BODY = {"kind": "generic", "base_url": SHOP_URL, "calls_per_second": 100}
APP = {"client_id": "app-of-the-store", "client_secret": "shpss_of-the-store"}


class Short(Context):
    """The context of an invocation with little time."""

    def get_remaining_time_in_millis(self) -> int:
        return 30_000


def merchant(cloud: World, *skus: str) -> None:
    """A merchant with a generic shop and a Shopify store, neither of them connected."""
    shop = a_channel(SHOP, ChannelKind.GENERIC, base_url=SHOP_URL, calls_per_second=100)
    store = a_channel(STORE, ChannelKind.SHOPIFY, base_url=STORE_URL, calls_per_second=100)
    config = a_configuration(channel=shop, sync=True)
    set_up(config.replace(channels={**config.channels, STORE: store, ChannelId("file"): offline()}), *skus)
    cloud.functions.handlers["test-connect"] = run


def offline() -> Channel:
    return a_channel("file", ChannelKind.OFFLINE)


def serve_shop(cloud: World, shop: Shop, url: str = SHOP_URL) -> None:
    cloud.web.serve(url, partial(answer_of, shop))


def answer_of(shop: Shop, request: httpx.Request) -> httpx.Response:
    token = request.headers.get("Authorization", "")
    status, content = server.answer(shop, request.method, request.url.raw_path.decode(), token, request.content)
    return httpx.Response(status, json=content)


def serve_store(cloud: World, store: Store) -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        token = request.headers.get("X-Shopify-Access-Token", "")
        path = request.url.raw_path.decode()
        status, content = shopify_server.answer(store, request.method, path, token, request.content)
        return httpx.Response(status, json=content)

    cloud.web.serve(STORE_URL, handle)


def run(event: dict[str, Any], context: Context | None = None) -> Any:
    """Invoke the connect function."""
    return connect.handler(event, context or Context())


def runs_waiting() -> list[Any]:
    """Take the messages that continue runs, without those that have notices sent."""
    return [each for each in invoked(settings.connect_function) if each["kind"] == "connect"]


def run_all(context: Context | None = None, most: int = 50) -> int:
    """Run what waits for the connect function until nothing does; return how many invocations that took."""
    count = 0
    while waiting := invoked(settings.connect_function):
        for payload in waiting:
            run(payload, context)
            count += 1
        assert count < most
    return count


def connect_shop(**body: Any) -> Any:
    return call("POST", f"/channels/{SHOP}/connect", {"credentials": {"token": "shop-token"}, **body})


def connect_store(**body: Any) -> Any:
    return call("POST", f"/channels/{STORE}/connect", {"credentials": APP, **body})


def connection(name: str = SHOP) -> Any:
    return call("GET", f"/channels/{name}/connection").body


def listings(sku: str) -> dict[str, str]:
    found = call("GET", f"/products/{sku}/listings").body["items"]
    return {each["channel"]: each["reference"] for each in found}


def channel(name: ChannelId = SHOP) -> Channel:
    return configuration.current().channels[name]


def webhook_secrets(name: ChannelId = SHOP) -> tuple[str, ...]:
    """The secrets that verify webhooks, the newest first."""
    return secrets.get_credentials(name, max_age=0).webhook_secrets


def as_text(value: Any) -> str:
    return json.dumps(value)

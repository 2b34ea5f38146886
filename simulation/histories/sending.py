"""How what a channel has to say of an order comes in: by a webhook, or read once a notification named the order."""

import json
from collections.abc import Callable, Mapping
from functools import partial

import httpx

from functions.ingest import poll, webhook
from local.world import ebay_server
from local.world.ebay import Ebay
from packhorse.aws import secrets
from packhorse.channels.ebay.login import clear_tokens
from simulation.aws.boundary import World
from simulation.aws.web import response_of
from simulation.merchant import Context

SHOP, SHOP_URL, SECRET = "shop", "https://shop.example", "shh"
Send = Callable[[World, bytes], None]
Headers = Callable[[bytes], Mapping[str, str]]


def by_webhook(headers: Headers) -> Send:
    """Return what posts a body to the webhook function."""

    def send(_: World, body: bytes) -> None:
        event = {
            "pathParameters": {"channel": SHOP},
            "headers": headers(body),
            "body": body.decode(),
            "isBase64Encoded": False,
        }
        answer = webhook.handler(event, Context())
        if answer["statusCode"] != 200:
            raise AssertionError(f"a webhook is answered {answer}: {body.decode()}")

    return send


def by_reading(world: World, body: bytes) -> None:
    """Have eBay show an order in this version, with its fulfilments, and read it as a notification has it read."""
    order = json.loads(body)
    ebay = Ebay()
    ebay.fulfilments[order["orderId"]] = order.pop("shippingFulfillments")
    ebay.put_order(order)
    keys = ebay.settings
    own = secrets.Credentials(client_id=keys.client_id, client_secret=keys.client_secret, token=keys.refresh_token)
    secrets.save_credentials(SHOP, own)
    clear_tokens()
    world.web.serve(SHOP_URL, partial(answers_of, ebay))
    if poll.handler({"channel": SHOP, "orders": [order["orderId"]]}, Context()) != {"orders": 1}:
        raise AssertionError(f"an order is not read: {body.decode()}")


def answers_of(ebay: Ebay, received: httpx.Request) -> httpx.Response:
    """Return the answer of a simulated eBay."""
    target = received.url.raw_path.decode()
    return response_of(*ebay_server.answer(ebay, received.method, target, received.headers, received.read()))

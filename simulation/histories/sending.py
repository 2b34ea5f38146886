"""Deliveries of an order by its channel: a webhook with it, or a notification that names it, which is then read."""

import json
from collections.abc import Callable, Mapping
from functools import partial

import httpx

from functions.ingest import amazon as notifications
from functions.ingest import poll, webhook
from local.world import amazon_server, ebay_server
from local.world.amazon import Amazon, Settings
from local.world.amazon_notifications import announce
from local.world.ebay import Ebay
from packhorse.aws import secrets
from packhorse.channels.amazon.login import clear_tokens as forget_tokens_of_amazon
from packhorse.channels.ebay.login import clear_tokens
from packhorse.store import call_rates
from simulation.aws.boundary import World
from simulation.aws.web import response_of
from simulation.builders import sqs_event
from simulation.fba.opening import subscribe
from simulation.merchant import Context

SHOP, SHOP_URL, SECRET = "shop", "https://shop.example", "shh"
SELLER, MARKETPLACE = Settings.seller, "A1PA6795UKMFR9"
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


def by_notification(world: World, body: bytes) -> None:
    """Have Amazon show an order in this version and notify us of it, and read it as the notifications have it read."""
    order = json.loads(body)
    amazon = Amazon(Settings(marketplaces=[MARKETPLACE], has_rates=False, deliveries=2))
    amazon.put_order(order)
    subscribe(amazon)
    announce(amazon, amazon.orders[order["orderId"]])
    keys = amazon.settings
    own = secrets.Credentials(client_id=keys.client_id, client_secret=keys.client_secret, token=keys.refresh_token)
    secrets.save_credentials(SHOP, own)
    forget_tokens_of_amazon()
    call_rates.newest.clear()
    world.web.serve(SHOP_URL, partial(answers_of_amazon, amazon))
    notifications.handler(sqs_event(*(each["body"] for each in amazon.outbox)), Context())
    requested = world.functions.invocations.pop()
    if poll.handler(requested.payload, Context()) != {"orders": 1}:
        raise AssertionError(f"an order is not read: {body.decode()}")


def answers_of_amazon(amazon: Amazon, received: httpx.Request) -> httpx.Response:
    """Return the answer of a simulated Amazon, which is the whole host here."""
    target = amazon_server.PREFIX + received.url.raw_path.decode()
    answer = amazon_server.answer(amazon, received.method, target, received.headers, received.read())
    return response_of(*answer)


def answers_of(ebay: Ebay, received: httpx.Request) -> httpx.Response:
    """Return the answer of a simulated eBay."""
    target = received.url.raw_path.decode()
    return response_of(*ebay_server.answer(ebay, received.method, target, received.headers, received.read()))

"""The outlets of a merchant's day: the kinds that the seed draws, and how they are reached."""

import json
from datetime import UTC, datetime
from random import Random
from urllib.parse import parse_qsl

import httpx

from packhorse.aws import secrets
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.values import ChannelId
from packhorse.store import polls
from simulation.outlets.ebay import EbayOutlet
from simulation.outlets.outlet import Outlet
from simulation.outlets.woocommerce import WooOutlet
from simulation.outside import Outside

API, WEBHOOKS = "https://api.example.com", "/webhooks/"
SHARES: tuple[tuple[float, tuple[type[Outlet], ...]], ...] = (
    (0.14, (WooOutlet,)),
    (0.28, (EbayOutlet,)),
    (0.32, (WooOutlet, EbayOutlet)),
)
"""Which outlets a day has, for numbers below each share; above the last it has none."""


def with_outlets(day: Outside, config: Configuration) -> Configuration:
    """Return the configuration with the channels of the seed's outlets, whose credentials are stored.

    It draws from a random generator of its own, so that the other acts of a seed are the same without outlets.
    """
    number = Random(f"outlets {day.random.getstate()}").random()  # noqa: S311 - the same for a seed is the point
    kinds = () if day.scene else next((kinds for share, kinds in SHARES if number < share), ())
    for kind in kinds:
        open_outlet(day, kind(day.turns))
    for outlet in day.outlets:
        config = config.with_channel(outlet.channel)
    return config


def open_outlet(day: Outside, outlet: Outlet) -> None:
    """Serve an outlet that was just connected: it posts what we change in it, and its orders are polled from now on."""
    day.outlets.append(outlet)
    web = day.deployment.world.web
    web.serve(outlet.url, outlet.answers)
    web.serve(API, lambda received: _challenged(day, received))
    outlet.changed = lambda number: day.post_change(outlet, number)
    secrets.save_credentials(ChannelId(outlet.id), outlet.keys)
    polls.advance_watermark(ChannelId(outlet.id), datetime.now(UTC))


def _challenged(day: Outside, received: httpx.Request) -> httpx.Response:
    """Answer a request of an outlet to our API: the challenge before the first notification; no other is taken."""
    path = received.url.path
    if received.method != "GET" or not path.startswith(WEBHOOKS):
        return httpx.Response(503)
    event = {
        "routeKey": "GET /webhooks/{channel}",
        "rawPath": path,
        "pathParameters": {"channel": path.removeprefix(WEBHOOKS)},
        "queryStringParameters": dict(parse_qsl(received.url.query.decode())),
        "requestContext": {"domainName": received.url.host},
    }
    answer = day.deployment.call_beside("WebhookFunction", event)
    return httpx.Response(answer["statusCode"], json=json.loads(answer["body"])) if answer else httpx.Response(503)

"""A carrier account on the stand-ins: EasyPost's protocol, as the simulated carrier of the laptop speaks it."""

from collections.abc import Callable
from random import Random

import httpx

from local.world.carriers import easypost_server
from local.world.carriers.account import Account
from local.world.carriers.easypost import EasyPostAccount
from local.world.failures import LOST
from local.world.routes import Answer, reply_of
from packhorse.aws import secrets
from packhorse.domain.address import Address
from packhorse.domain.configuration.carrier import CarrierAccount, CarrierKind
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.warehouse import ShipsOn
from packhorse.domain.configuration.web_address import origin_of
from simulation.aws.boundary import World
from simulation.label_rules import CarrierBooks
from simulation.outside import Outside

CARRIER = "easypost"
HOST = "http://carrier.example"
URL = f"{HOST}/easypost"
ACCOUNT = CarrierAccount(id=CARRIER, kind=CarrierKind.EASYPOST, base_url=URL, calls_per_second=100)
SENDER = Address(
    name="Ada Packer", company="Packhorse", address1="1 Dock St", city="Hamburg", postcode="20095", country="DE",
    phone="+49 40 1234567",
)  # fmt: skip


SHARE = 0.25
"""The share of days with a carrier account."""
GRAMS = 350
"""The weight of a product on such a day."""


def with_carrier(day: Outside, config: Configuration) -> Configuration:
    """Return the configuration, on some days with a carrier account and addresses of the warehouses.

    The dice are of its own: the other acts of a seed are the same with an account or without.
    """
    dice = Random(f"carrier {day.random.getstate()}")  # noqa: S311 - the same for a seed is the point
    if dice.random() >= SHARE:
        return config
    books = day.carrier = day.books.carrier = CarrierBooks(connect_carrier(day.deployment.world))

    def answers(received: httpx.Request) -> httpx.Response:
        books.is_new = True
        with day.turns.skewed(0.0):
            return answer(books.account, received)

    day.deployment.world.web.serve(HOST, answers)
    places = {
        name: each.replace(address=SENDER, ships_on=dice.choice((ShipsOn.LABEL, ShipsOn.LABEL, ShipsOn.PACKED)))
        for name, each in config.warehouses.items()
    }
    packing = (name for name, each in places.items() if each.ships_on is ShipsOn.PACKED)
    day.books.packing_places = frozenset(packing)
    return config.replace(warehouses=places).with_carrier(ACCOUNT)


def connect_carrier(world: World) -> EasyPostAccount:
    """Serve a new account, store its credentials, and return the carrier's side of it."""
    account = EasyPostAccount()
    keys = secrets.Credentials(
        token=account.settings.key, webhook_secrets=(account.settings.webhook_secret,), origin=origin_of(URL)
    )
    secrets.save_credentials(CARRIER, keys, of=secrets.CARRIERS)
    world.web.serve(HOST, lambda request: answer(account, request))
    return account


def answer(account: EasyPostAccount, request: httpx.Request) -> httpx.Response:
    """Return the account's answer; one that does not come breaks the connection."""
    return answer_with(easypost_server.answer, account, request)


def answer_with(serve: Callable[..., Answer], account: Account, request: httpx.Request) -> httpx.Response:
    """Return the answer of an account whose protocol `serve` speaks."""
    token = request.headers.get("authorization", "")
    target = request.url.raw_path.decode()
    status, content = serve(account, request.method, target, token, request.read(), request.url.netloc.decode())
    if status == LOST:
        raise httpx.ReadError("the connection was closed", request=request)
    reply = reply_of(content)
    headers = {"Content-Type": reply.media_type, **reply.headers}
    return httpx.Response(status, content=reply.body, headers=headers)

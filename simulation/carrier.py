"""A carrier account on the stand-ins: EasyPost's protocol, as the simulated carrier of the laptop speaks it."""

from collections.abc import Callable, Mapping
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
from packhorse.domain.labels.box_sizes import BoxSize
from packhorse.domain.money import Money
from packhorse.domain.values import WarehouseId
from simulation.aws.boundary import World
from simulation.label_rules import CarrierBooks
from simulation.outside import Outside
from simulation.parcel_rules import Box, Terms
from simulation.scene import CARRIER as A_CARRIER
from simulation.stated_orders import TRADE

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
WAYS = (ShipsOn.LABEL, ShipsOn.LABEL, ShipsOn.PACKED, ShipsOn.MANIFEST)
"""What makes work count as shipped, as often as it is here."""
LIMITS: tuple[Mapping[str, int], ...] = ({}, {}, {"": 700}, {TRADE: 650}, {"": 900, TRADE: 600})
"""The most that labels cost, by channel, "" for the account; a product costs 584, two cost 735."""
BOXES = ((), (), (Box("s", 120, 40), Box("m", 250, 90), Box("l", 500, 300)))
"""The boxes that a merchant has, the smallest first."""


def with_carrier(day: Outside, config: Configuration) -> Configuration:
    """Return the configuration, on some days with a carrier account and addresses of the warehouses.

    It draws from a random generator of its own, so that the other acts of a seed are the same without an account.
    """
    dice = Random(f"carrier {day.random.getstate()}")  # noqa: S311 - the same for a seed is the point
    if (dice.random() >= SHARE) if day.scene is None else day.scene.partner != A_CARRIER:
        return config
    account = connect_carrier(day.deployment.world)
    limits = {} if day.scene else dice.choice(LIMITS)
    boxes = () if day.scene else dice.choice(BOXES)
    books = day.carrier = day.books.carrier = CarrierBooks(account, Terms(limits, boxes, GRAMS))

    def answers(received: httpx.Request) -> httpx.Response:
        books.is_new = True
        with day.turns.skewed(0.0):
            return answer(books.account, received)

    day.deployment.world.web.serve(HOST, answers)
    ways = {name: dice.choice(WAYS) for name in config.warehouses}
    ways |= {WarehouseId(name): ShipsOn(way) for name, way in (day.scene.ships_on if day.scene else {}).items()}
    places = {name: each.replace(address=SENDER, ships_on=ways[name]) for name, each in config.warehouses.items()}
    day.books.packing_places = frozenset(name for name, way in ways.items() if way is ShipsOn.PACKED)
    day.books.manifest_places = frozenset(name for name, way in ways.items() if way is ShipsOn.MANIFEST)
    return with_limits(config.replace(warehouses=places), books).with_carrier(ACCOUNT)


def with_limits(config: Configuration, books: CarrierBooks) -> Configuration:
    """Return the configuration with the limits and boxes of the books."""
    currency = books.account.settings.currency
    prices = {name: Money(minor=minor, currency=currency) for name, minor in books.terms.limits.items()}
    sizes = tuple(
        BoxSize(id=box.id, length_mm=box.side, width_mm=box.side, height_mm=box.side, tare_g=box.tare)
        for box in books.terms.boxes
    )
    channels = {name: each.replace(max_label_price=prices.get(name)) for name, each in config.channels.items()}
    account = config.account.replace(max_label_price=prices.get(""), boxes=sizes)
    return config.replace(account=account, channels=channels)


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

"""What tests of Amazon as a fulfiller stand on: a simulated Amazon, a warehouse there, and the functions behind it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from functions.allocate import route
from functions.complete import track
from functions.fulfil import fba
from local.world import amazon_server
from local.world.amazon import Amazon
from packhorse.aws import secrets
from packhorse.aws.settings import settings
from packhorse.channels.amazon import login
from packhorse.domain.address import Address
from packhorse.domain.catalogue.product import Listing
from packhorse.domain.configuration.channel import Channel, ChannelKind
from packhorse.domain.configuration.fba import FbaSettings
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder
from packhorse.domain.values import ChannelId, OrderId
from packhorse.messages.fba import ExchangeWithAmazon
from packhorse.store import listings, orders
from simulation.aws.boundary import World
from simulation.aws.web import response_of
from simulation.builders import a_channel, a_configuration, a_line, a_warehouse, sqs_event
from simulation.merchant import MUG, Context, put_stock, set_up
from tests.channels.amazon.shop import GERMANY, an_amazon, keys_of
from tests.conftest import invoked, queued
from tests.functions.fulfil.partner import hand_over
from tests.functions.operate.orders import one_routed

SKU = "AMZ-MUG"
ACCOUNT, ADDRESS = ChannelId("amazon-de"), "https://amazon.example"
BERLIN = Address(name="Ada", address1="Unter den Linden 1", city="Berlin", postcode="10117", country="DE")


def an_fba(cloud: World, *, units: int = 10, channel: dict[str, Any] | None = None, **settings: Any) -> Amazon:
    """An Amazon with mugs, whose warehouse is the first by priority; `main` has mugs, too."""
    amazon = an_amazon()
    serve(cloud, amazon)
    configure(amazon, channel or {}, **settings)
    keys = keys_of(amazon)
    given = secrets.Credentials(token=keys.token, client_id=keys.client_id, client_secret=keys.client_secret)
    secrets.save_credentials(ACCOUNT, given)
    listings.put_listing(Listing(channel=ACCOUNT, sku=MUG, reference=SKU))
    amazon.stock[SKU] = {"fulfillable": units, "reserved": 0, "inbound": 0, "unfulfillable": 0}
    put_stock(units, warehouse="amazon")
    put_stock(500, warehouse="main")
    return amazon


def serve(cloud: World, amazon: Amazon) -> None:
    """Have Amazon answer at its address."""
    login.clear_tokens()

    def answered(request: httpx.Request) -> httpx.Response:
        target = f"/amazon{request.url.raw_path.decode()}"
        try:
            status, content = amazon_server.answer(amazon, request.method, target, request.headers, request.content)
        except ConnectionError as error:
            raise httpx.ReadError("the connection is closed", request=request) from error
        return response_of(status, content)

    cloud.web.serve(ADDRESS, answered)


def configure(amazon: Amazon, changed: dict[str, Any], **settings: Any) -> None:
    """Put a configuration with Amazon's warehouse into force."""
    account = Channel(
        id=ACCOUNT,
        kind=ChannelKind.AMAZON,
        base_url=ADDRESS,
        seller=amazon.settings.seller,
        marketplace=GERMANY,
        calls_per_second=100,
    )
    ours = FbaSettings(channel=account.id, **settings)
    places = (a_warehouse("amazon", kind="fba", fba=ours), a_warehouse("main"))
    config = a_configuration(*places, channel=a_channel(**changed), priorities=("amazon", "main"))
    set_up(config.with_channel(account), MUG)


def run_fba(event: dict[str, Any]) -> None:
    """Run the function."""
    fba.handler(event, Context())


def exchange() -> None:
    """Run what the schedule starts, and handle what follows."""
    run_exchange()
    follow_up()


def run_exchange() -> None:
    """Run what the schedule starts."""
    run_fba(ExchangeWithAmazon(warehouse="amazon").model_dump(mode="json"))


def run_requested() -> int:
    """Run what was invoked, and handle what follows."""
    payloads = invoked(settings.fba_function)
    for payload in payloads:
        run_fba(payload)
    follow_up()
    return len(payloads)


def follow_up() -> None:
    """Handle the messages of the tracking and of the orders queue."""
    for url, handler in ((settings.tracking_queue_url, track.handler), (settings.orders_queue_url, route.handler)):
        for message in queued(url):
            assert handler(sqs_event(message), Context()) == {"batchItemFailures": []}


def handed_over(cloud: World, quantity: int = 2, **more: Any) -> str:
    """An order that was handed over to Amazon's warehouse, and not sent yet."""
    order = one_routed(a_line(quantity=quantity), **{"ship_to": BERLIN, **more})
    hand_over(cloud)
    return order


def sent(cloud: World, quantity: int = 2, **more: Any) -> str:
    """An order that Amazon has."""
    order = handed_over(cloud, quantity, **more)
    run_requested()
    return order


def part_of(order: str, number: int = 1) -> FulfilmentOrder:
    """A fulfilment order as it is."""
    found = orders.get_order(OrderId(order)).fulfilment(number)
    assert found
    return found


def name_of(order: str, number: int = 1) -> str:
    """The id of a fulfilment order at Amazon."""
    return part_of(order, number).id


def later(monkeypatch: Any, minutes: int) -> None:
    """As if it were so many minutes later for the function."""

    class Later(datetime):
        """A clock that is ahead."""

        @classmethod
        def now(cls, tz: Any = None) -> Any:
            """Return the time, minutes ahead."""
            return datetime.now(tz or UTC) + timedelta(minutes=minutes)

    monkeypatch.setattr("functions.fulfil.fba.datetime", Later)

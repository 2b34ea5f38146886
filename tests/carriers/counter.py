"""A simulated carrier behind a real socket, and what tests say to it, whatever its protocol."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import httpx

from local.world.carriers import easypost_trackers, shippo
from local.world.carriers.account import Account
from local.world.carriers.easypost import EasyPostAccount
from local.world.carriers.shippo import ShippoAccount
from local.world.failures import Failure
from local.world.server import Carriers, server
from local.world.shop import Shop
from packhorse.carriers import CARRIERS
from packhorse.carriers.http import connect
from packhorse.carriers.protocol import CarrierAdapter, CarrierKeys, CarrierReport, Selling
from packhorse.domain.address import Address
from packhorse.domain.configuration.carrier import CarrierAccount, CarrierKind
from packhorse.domain.labels.consignment import Consignment, CustomsItem, LabelFormat, Package
from packhorse.domain.labels.purchase import Rate, Sale
from packhorse.domain.labels.tracking import TrackingEvent
from packhorse.domain.money import Money


def only_tracking(reports: Sequence[CarrierReport]) -> list[TrackingEvent]:
    """The reports of a webhook, each of which is about a parcel on its way."""
    assert all(isinstance(each, TrackingEvent) for each in reports)
    return [each for each in reports if isinstance(each, TrackingEvent)]


class Carrier(NamedTuple):
    """How a kind of carrier is simulated: its account, its paths, and how it signs webhooks."""

    kind: CarrierKind
    account: Callable[[Carriers], Account]
    rates_path: str
    buy_ending: str
    refund_ending: str
    signed: Callable[[bytes, str], dict[str, str]]
    webhook: Callable[[str], bytes]
    refund_webhook: Callable[[str], bytes]
    signature: str

    @property
    def adapter(self) -> CarrierAdapter:
        return CARRIERS[self.kind]


EASYPOST = Carrier(
    kind=CarrierKind.EASYPOST,
    account=lambda carriers: carriers.easypost,
    rates_path="/v2/shipments",
    buy_ending="/buy",
    refund_ending="/refund",
    signed=easypost_trackers.signature,
    webhook=lambda status: (
        b'{"description": "tracker.updated", "result": {"tracking_code": "94001", "carrier": "USPS", "status": "%b",'
        b' "tracking_details": [{"status": "%b", "datetime": "2026-11-23T09:30:00Z", "message": "Scanned"}]}}'
        % (status.encode(), status.encode())
    ),
    refund_webhook=lambda status: (
        b'{"description": "refund.successful", "result": {"tracking_code": "94001", "status": "%b"}}' % status.encode()
    ),
    signature="X-Hmac-Signature",
)
SHIPPO = Carrier(
    kind=CarrierKind.SHIPPO,
    account=lambda carriers: carriers.shippo,
    rates_path="/shipments",
    buy_ending="/transactions",
    refund_ending="/refunds",
    signed=shippo.signature,
    webhook=lambda status: (
        b'{"event": "track_updated", "test": true, "data": {"tracking_number": "94001", "carrier": "usps",'
        b' "tracking_history": [{"status": "%b", "status_date": "2026-11-23T09:30:00Z", "status_details": "Scanned"}]}}'
        % {"in_transit": b"TRANSIT", "delivered": b"DELIVERED"}[status]
    ),
    refund_webhook=lambda status: (
        b'{"event": "transaction_updated", "data": {"tracking_number": "94001", "status": "%b"}}'
        % {"refunded": b"REFUNDED", "rejected": b"REFUNDREJECTED", "submitted": b"REFUNDPENDING"}[status]
    ),
    signature="Shippo-Auth-Signature",
)
CARRIERS_THAT_SELL = [EASYPOST, SHIPPO]


class Counter(NamedTuple):
    """An account that is connected: our side of it, and the carrier's."""

    carrier: Carrier
    selling: Selling
    account: Account
    url: str
    clients: list[httpx.Client]

    def fails(self, status: int, ending: str = "", method: str = "", **more: Any) -> None:
        """Have the next request that matches answered with a failure."""
        self.account.failures.append(Failure(status, method=method, ending=ending, **more))

    def control(self, path: str, **body: Any) -> Any:
        """Send a request to the control API of the simulated carrier."""
        answer = self.clients[0].post(f"/_control/{path}", json=body)
        assert answer.is_success, answer.text
        return answer.json()

    def connected(self, key: str) -> Selling:
        """The same account under another key."""
        return selling_at(self.carrier, self.url, key, self.clients)

    def sale(self, carrier: str = "USPS", **fields: Any) -> Sale:
        """A rated shipment, about to be bought."""
        wanted = consignment(**fields)
        rated = self.selling.rates(wanted)
        rate = next(rate for rate in rated.rates if rate.carrier == carrier)
        return Sale(rated.id, rate, wanted.reference, wanted.label_format)


def selling_at(carrier: Carrier, url: str, key: str, clients: list[httpx.Client]) -> Selling:
    """What sells the labels of an account at a URL; its client is added to `clients`, to be closed."""
    account = CarrierAccount(id="main", kind=carrier.kind, base_url=url, calls_per_second=100)
    assert carrier.adapter.sell
    clients.append(connect(account, CarrierKeys(key)))
    clients[-1].event_hooks["request"].clear()  # they let each call wait for its turn
    return carrier.adapter.sell(account, clients[-1])


@contextmanager
def counter_of(carrier: Carrier) -> Iterator[Counter]:
    """Serve a new simulated account of a carrier."""
    carriers = Carriers(EasyPostAccount(), ShippoAccount())
    http = server(Shop(), carriers=carriers)
    thread = threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    account = carrier.account(carriers)
    url = f"http://127.0.0.1:{http.server_address[1]}/{carrier.kind.value}"
    clients: list[httpx.Client] = []
    try:
        yield Counter(carrier, selling_at(carrier, url, account.settings.key, clients), account, url, clients)
    finally:
        for client in clients:
            client.close()
        http.shutdown()
        http.server_close()


SENDER = Address(
    name="Ada Packer", company="Packhorse Ltd", address1="1 Dock St", city="Reno", state="NV", postcode="89501",
    country="US", phone="+1 775 555 0100",
)  # fmt: skip
RECIPIENT = Address(
    name="Łukasz Müller-東京", address1="179 N Harbor Dr", address2="Apt 2", city="Redondo Beach", state="CA",
    postcode="90277", country="US",
)  # fmt: skip
ABROAD = Address(
    name="Zoë Ørsted", address1="Unter den Linden 77", city="Berlin", postcode="10117", country="DE",
    phone="+49 30 901820",
)  # fmt: skip
CUSTOMS = (
    CustomsItem(
        description="T-shirt", quantity=2, value=Money.of("23.25", "USD"), weight_g=312, origin_country="PT",
        hs_code="610910",
    ),
    CustomsItem(description="Mug “東京”", quantity=1, value=Money.of("9", "USD"), weight_g=300),
)  # fmt: skip


def consignment(**fields: Any) -> Consignment:
    """A consignment that any carrier takes, but for what is stated."""
    package = Package(weight_g=1000, length_mm=300, width_mm=200, height_mm=101)
    given = {
        "reference": "lbl-7",
        "sender": SENDER,
        "recipient": RECIPIENT,
        "package": package,
        "order_number": "R-1001",
    }
    return Consignment.model_validate({**given, **fields})


def abroad(**fields: Any) -> Consignment:
    """A consignment that leaves the country."""
    return consignment(recipient=ABROAD, customs=CUSTOMS, **fields)


A_RATE = Rate(id="rate_of-another", carrier="USPS", service="Priority", price=Money.of("9", "USD"))
BEGINNINGS = {LabelFormat.PDF: b"%PDF-1.", LabelFormat.PNG: b"\x89PNG\r\n\x1a\n", LabelFormat.ZPL: b"^XA"}

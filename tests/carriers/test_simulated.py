"""The simulated carriers keep to the protocols that the adapters are written for."""

import re
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from local.world import saved
from local.world.carriers import easypost_server, shippo_server
from local.world.carriers.account import Settings
from local.world.carriers.code128 import STOP, WIDTHS
from local.world.carriers.label_file import BARCODE_TOP, LETTER, MARGIN, WIDE, label
from local.world.carriers.pixels import GLYPHS, HEIGHT
from local.world.carriers.rating import tracking_number
from local.world.control import CONTROLS
from packhorse.carriers.protocol import CarrierReport
from packhorse.domain.labels.purchase import Refund, RefundReport
from packhorse.domain.labels.tracking import TrackingEvent, TrackingStatus
from tests.carriers.counter import Counter, consignment, only_tracking

HEALTH = ("GET", "/_control/health")
Received = list[tuple[dict[str, str], bytes]]


@pytest.fixture
def received(counter: Counter) -> Iterator[Received]:
    """The webhooks that the carrier sends."""
    calls: Received = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            calls.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(202)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
    counter.account.settings.webhook_url = f"http://127.0.0.1:{http.server_address[1]}/"
    yield calls
    http.shutdown()
    http.server_close()


def read(counter: Counter, call: tuple[dict[str, str], bytes]) -> TrackingEvent:
    """The last status of a webhook."""
    return only_tracking(reports_of(counter, call))[-1]


def reports_of(counter: Counter, call: tuple[dict[str, str], bytes]) -> Sequence[CarrierReport]:
    """What a webhook reports, whose signature is right."""
    adapter = counter.carrier.adapter
    assert adapter.read
    assert adapter.verify
    assert adapter.verify(*call, [counter.account.settings.webhook_secret])
    return adapter.read(*call)


# ---- webhooks


def test_a_scan_is_a_signed_webhook(counter: Counter, received: Received) -> None:
    tracking = counter.selling.buy(counter.sale()).tracking

    counter.control("parcels", tracking=tracking, status="delivered", message="Left at the door, Zoë")

    (call,) = received
    event = read(counter, call)
    assert (event.tracking, event.status) == (tracking, TrackingStatus.DELIVERED)
    assert event.detail == "Left at the door, Zoë"
    assert [each["status"] for each in counter.account.deliveries] == [202]


def test_a_webhook_may_come_twice(counter: Counter, received: Received) -> None:
    tracking = counter.selling.buy(counter.sale()).tracking

    counter.control("parcels", tracking=tracking, status="in_transit", times=2)

    (_, first), (_, second) = received
    assert first == second


def test_webhooks_may_come_in_another_order(counter: Counter, received: Received) -> None:
    tracking = counter.selling.buy(counter.sale()).tracking
    for status in ("in_transit", "delivered"):
        counter.control("parcels", tracking=tracking, status=status, webhook=False)
    assert received == []

    counter.control("webhooks", tracking=tracking, places=[1, 0])

    assert [read(counter, call).status for call in received] == [TrackingStatus.DELIVERED, TrackingStatus.IN_TRANSIT]


def test_a_refund_that_succeeds_is_a_signed_webhook(counter: Counter, received: Received) -> None:
    sale = counter.sale()
    tracking = counter.selling.buy(sale).tracking
    counter.selling.void(sale)

    counter.control("refunds", tracking=tracking)

    [call] = received
    assert reports_of(counter, call) == (RefundReport(tracking=tracking, refund=Refund.REFUNDED),)


def test_a_receiver_that_is_down_stops_nothing(counter: Counter) -> None:
    tracking = counter.selling.buy(counter.sale()).tracking
    counter.account.settings.webhook_url = "http://127.0.0.1:1/"

    answer = counter.control("parcels", tracking=tracking, status="delivered")

    assert [each["status"] for each in answer["deliveries"]] == [None]


# ---- state


def test_two_buyers_at_once_of_one_account_pay_twice(counter: Counter) -> None:
    sales = [counter.sale(reference=f"lbl-{number}") for number in range(2)]
    found: list[str] = []

    buyers = [
        threading.Thread(target=lambda one=sale: found.append(counter.selling.buy(one).tracking)) for sale in sales
    ]
    for buyer in buyers:
        buyer.start()
    for buyer in buyers:
        buyer.join()

    assert sorted(found) == sorted(each["tracking"] for each in counter.account.purchases)
    assert len(set(found)) == 2


def test_an_account_is_saved_and_loaded(counter: Counter, tmp_path: Path) -> None:
    counter.selling.buy(counter.sale())
    counter.fails(500, times=2)
    file = tmp_path / "state" / "account.json"

    saved.save(counter.account, file)

    assert saved.load(type(counter.account), Settings, file) == counter.account
    assert not saved.load(type(counter.account), Settings, tmp_path / "none.json").purchases


def test_the_same_consignments_have_the_same_rates_and_tracking_numbers(counter: Counter) -> None:
    first = counter.sale(), counter.selling.buy(counter.sale()).tracking
    counter.clients[0].delete("/_control").raise_for_status()

    assert (counter.sale(), counter.selling.buy(counter.sale()).tracking) == first


def test_what_is_received_is_shown_to_tests(counter: Counter) -> None:
    counter.selling.rates(consignment())

    assert len(counter.clients[0].get("/_control/received").json()["shipments"]) == 1


def test_the_bucket_of_the_files_refuses_a_second_way_of_authorization(counter: Counter) -> None:
    answer = counter.clients[0].get("/files/postage_label/x.png")

    assert answer.status_code == 400


def test_nothing_is_answered_without_credentials(counter: Counter) -> None:
    assert httpx.get(f"{counter.url}{counter.carrier.rates_path}/1").status_code == 401


def test_a_parcel_that_is_none_and_a_status_that_is_none_are_refused(counter: Counter) -> None:
    tracking = counter.selling.buy(counter.sale()).tracking
    client = counter.clients[0]

    assert client.post("/_control/parcels", json={"tracking": "x", "status": "delivered"}).status_code == 404
    assert client.post("/_control/parcels", json={"tracking": tracking, "status": "eaten"}).is_client_error
    assert client.post("/_control/webhooks", json={"tracking": tracking, "places": [3]}).status_code == 400


def test_the_documented_controls_are_there() -> None:
    page = (Path(__file__).parents[2] / "docs" / "carriers.md").read_text()
    documented = set(re.findall(r"^\| `([A-Z]+) (/_control\S*)`", page, re.MULTILINE))

    for own in (easypost_server.ROUTES, shippo_server.ROUTES):
        known = {(method, path.pattern) for method, path, _ in (*CONTROLS, *own)}
        assert documented == {route for route in known if route[1].startswith("/_control")} - {HEALTH}


# ---- labels


def test_each_symbol_of_the_barcode_has_eleven_modules_and_bars_of_even_width() -> None:
    assert len(set(WIDTHS)) == 106
    assert {sum(map(int, widths)) for widths in WIDTHS} == {11}
    assert {sum(map(int, widths[::2])) % 2 for widths in (*WIDTHS, STOP[:-1])} == {0}


def test_each_letter_is_seven_rows() -> None:
    assert {len(rows) for rows in GLYPHS.values()} == {HEIGHT}
    assert len({*GLYPHS.values()}) == len(GLYPHS)
    assert set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") < set(GLYPHS)


@pytest.mark.parametrize("carrier", ["USPS", "UPS"])
def test_tracking_numbers_are_of_one_length_and_each_its_own(carrier: str) -> None:
    numbers = [tracking_number(carrier, f"shp_{number}") for number in range(1000)]

    assert len(set(numbers)) == 1000
    assert {len(number) for number in numbers} == {22 if carrier == "USPS" else 18}


def test_a_long_address_is_whole_on_a_label_and_above_its_barcode() -> None:
    recipient = [
        "Łukasz Żółć Świętopełk " * 3,
        "Wholesale and Retail Trading Company of Franconia " * 2,
        "1 Mill Rd",
        "US",
    ]

    lines = label("Ground", ["Dispatch"], recipient, "1Z1").lines

    printed = [line for line in lines if 450 <= line.y < BARCODE_TOP]
    assert " ".join(line.text for line in printed).split() == " ".join(recipient).split()
    assert all(len(line.text) * line.size * LETTER <= WIDE - 2 * MARGIN for line in printed)
    assert printed[-1].y + printed[-1].size < BARCODE_TOP

"""Notifications, through the real handlers and to a simulated eBay: handed over, verified, and read."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from functions.ingest import notification, poll, webhook
from local.world import ebay_server
from local.world.ebay import Ebay
from local.world.ebay_notifications import signed
from local.world.failures import Failure
from local.world.routes import reply_of
from packhorse.aws import secrets
from packhorse.aws.settings import settings
from packhorse.channels.ebay import login, sign_in
from packhorse.channels.ebay.notifications import clear_keys
from packhorse.channels.ebay.polling import EbayPolling
from packhorse.channels.protocol import Keys, Page
from packhorse.domain.configuration.channel import ChannelKind
from packhorse.domain.errors import CredentialsRefused, Unavailable
from packhorse.domain.orders.channel_order import ChannelOrder, Customer
from packhorse.domain.orders.intake import new_order
from packhorse.domain.problem import Cause
from packhorse.domain.values import ChannelId
from packhorse.messages import notifications, polls
from packhorse.store import connections, exceptions
from packhorse.store import orders as orders_table
from packhorse.store import polls as watermarks
from packhorse.store.commit import Write, commit_one
from packhorse.usecases.channels.refused_credentials import record_refused_poll
from packhorse.usecases.intake import poll as usecase
from packhorse.usecases.intake import read_orders, receive_notification
from simulation import builders
from simulation.builders import NOON, a_channel, a_configuration
from simulation.merchant import Context, set_up
from tests.channels.ebay.shop import TOKEN, an_order, keys_of
from tests.conftest import queued
from tests.functions.operate.calls import call

pytestmark = pytest.mark.usefixtures("cloud")

CHANNEL, URL = ChannelId("ebay-de"), "https://api.ebay.com"
ORDER = an_order()["orderId"]
BODY = json.dumps(
    {"metadata": {"topic": "ORDER_CONFIRMATION"}, "notification": {"data": {"order": {"orderId": ORDER}}}}
).encode()

DELETED = json.dumps(
    {
        "metadata": {"topic": "MARKETPLACE_ACCOUNT_DELETION"},
        "notification": {"data": {"username": "zelda_q", "userId": "ma8vp1jySJC", "eiasToken": "nY+sHZ2PrBmdj6wVnY+s"}},
    }
).encode()


def an_order_of(**customer: Any) -> ChannelOrder:
    return builders.an_order(channel=CHANNEL, customer=Customer(**customer))


@pytest.fixture
def ebay(monkeypatch: pytest.MonkeyPatch) -> Ebay:
    """EBay with an order, connected; functions are invoked in this process."""
    found = Ebay()
    found.put_order(an_order())
    clear_keys()
    monkeypatch.setattr(notifications, "invoke", invoked)
    monkeypatch.setattr(polls, "invoke_later", lambda _, payload: poll.handler(json.loads(payload), Context()))
    login.clear_tokens()
    for module in (read_orders, receive_notification, usecase):
        monkeypatch.setattr(module, "client_of_channel", lambda _, keys, *__: connected(found, keys))
    set_up(a_configuration(channel=a_channel(CHANNEL, ChannelKind.EBAY, base_url=URL)))
    keys = keys_of(found)
    given = {"token": keys.token, "client_id": keys.client_id, "client_secret": keys.client_secret}
    secrets.save_credentials(CHANNEL, secrets.Credentials(webhook_secrets=(TOKEN,), origin=f"{URL}:443", **given))
    return found


def connected(ebay: Ebay, keys: Keys) -> httpx.Client:
    """A client whose requests reach eBay without a socket."""

    def answer(request: httpx.Request) -> httpx.Response:
        target = request.url.raw_path.decode()
        status, content = ebay_server.answer(ebay, request.method, target, request.headers, request.read())
        return httpx.Response(status, content=reply_of(content).body)

    http = httpx.Client(transport=httpx.MockTransport(answer), base_url=URL)
    sign_in(http, keys)
    return http


def invoked(_: str, payload: str) -> str:
    return json.dumps(notification.handler(json.loads(payload), Context()))


def post(body: bytes, headers: dict[str, str]) -> int:
    event = {"pathParameters": {"channel": CHANNEL}, "headers": headers, "body": body.decode()}
    return int(webhook.handler(event, Context())["statusCode"])


def orders() -> list[str]:
    return [each["order"]["channel_order_id"] for each in queued(settings.orders_queue_url)]


def test_a_notification_has_its_order_read_and_queued(ebay: Ebay) -> None:
    assert post(BODY, {"x-ebay-signature": signed(ebay, BODY)}) == 200

    assert orders() == [ORDER]
    assert watermarks.find_watermark(CHANNEL) is None, "what changed before is still to be polled"


def test_a_notification_that_ebay_did_not_sign_is_401(ebay: Ebay) -> None:
    assert post(BODY, {"x-ebay-signature": signed(Ebay(), BODY)}) == 401
    assert orders() == []
    assert connections.last_event(CHANNEL) is None


def test_the_health_of_a_channel_says_when_it_sent_a_notification(ebay: Ebay) -> None:
    post(BODY, {"x-ebay-signature": signed(ebay, BODY)})

    assert connections.last_event(CHANNEL)


def test_one_without_a_signature_is_not_even_handed_over(ebay: Ebay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(notifications, "invoke")

    assert post(BODY, {}) == 401


def test_one_that_cannot_be_verified_now_is_503_and_comes_again(ebay: Ebay) -> None:
    ebay.failures.append(Failure(500, times=1, path="/commerce/"))

    assert [post(BODY, {"x-ebay-signature": signed(ebay, BODY)}) for _ in range(2)] == [503, 200]
    assert orders() == [ORDER]


def test_one_whose_function_fails_is_503(ebay: Ebay, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: Any) -> str:
        raise Unavailable("it fails")

    monkeypatch.setattr(notifications, "invoke", failing)

    assert post(BODY, {"x-ebay-signature": signed(ebay, BODY)}) == 503


NAMELESS = [b"{}", b'{"metadata": {"topic": "FEEDBACK_LEFT"}, "notification": {"data": {}}}']
NAMELESS += [BODY.replace(ORDER.encode(), b"7" * 2000), BODY.replace(ORDER.encode(), b" ")]


@pytest.mark.parametrize("body", NAMELESS)
def test_what_ebay_signed_and_names_no_order_is_answered(ebay: Ebay, body: bytes) -> None:
    assert post(body, {"x-ebay-signature": signed(ebay, body)}) == 200
    assert orders() == []


def test_an_order_that_cannot_be_read_is_read_by_the_next_poll_that_can(ebay: Ebay) -> None:
    ebay.failures.append(Failure(500, times=1, path="/sell/"))
    assert post(BODY, {"x-ebay-signature": signed(ebay, BODY)}) == 200
    assert orders() == []
    watermarks.advance_watermark(CHANNEL, datetime.now(UTC) + timedelta(days=1))  # polls do not list it any more

    ebay.failures.append(Failure(500, times=2, path="/sell/"))
    found = []
    for _ in range(3):
        poll.handler({"channel": CHANNEL}, Context())
        found.append(orders())

    assert found == [[], [ORDER], []]


def test_an_order_that_the_channel_refuses_is_an_exception_until_it_is_read(ebay: Ebay) -> None:
    ebay.put_order(an_order(orderId="other"))
    ebay.failures.append(Failure(422, times=1, path="/sell/"))

    poll.handler({"channel": CHANNEL, "orders": [ORDER, "other"]}, Context())

    assert orders() == ["other"], "the one that is refused stops no other"
    [found] = exceptions.unresolved_of(Cause.ORDER_NOT_READ)
    assert (found.subject.channel_order_id, found.retryable) == (ORDER, True)

    watermarks.advance_watermark(CHANNEL, datetime.now(UTC) + timedelta(days=1))
    assert call("POST", f"/exceptions/{found.id}/retry").status == 202
    poll.handler({"channel": CHANNEL}, Context())

    assert orders() == [ORDER]
    assert [*exceptions.unresolved_of(Cause.ORDER_NOT_READ)] == []


def test_an_order_that_the_channel_refused_is_read_by_the_next_poll_which_ends_the_exception(ebay: Ebay) -> None:
    ebay.failures.append(Failure(422, times=2, path="/sell/"))
    poll.handler({"channel": CHANNEL, "orders": [ORDER]}, Context())
    watermarks.advance_watermark(CHANNEL, datetime.now(UTC) + timedelta(days=1))  # polls do not list it any more

    read = [read_orders.read_unread(CHANNEL, datetime.now(UTC), lambda: 300.0) for _ in range(3)]

    assert read == [0, 1, 0]
    assert [*exceptions.unresolved_of(Cause.ORDER_NOT_READ)] == []


def test_an_order_that_a_person_gives_up_is_not_read_any_more(ebay: Ebay) -> None:
    ebay.failures.append(Failure(422, times=1, path="/sell/"))
    poll.handler({"channel": CHANNEL, "orders": [ORDER]}, Context())
    [found] = exceptions.unresolved_of(Cause.ORDER_NOT_READ)

    assert call("POST", f"/exceptions/{found.id}/dismiss").status == 200

    assert watermarks.unread(CHANNEL, 50) == {}


def test_orders_that_can_never_be_read_block_none_of_the_others(ebay: Ebay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_orders, "MOST_UNREAD", 2)
    watermarks.save_unread(CHANNEL, ["a", "b", ORDER], datetime.now(UTC))
    real = EbayPolling.orders_named

    def failing(self: EbayPolling, names: Sequence[str]) -> Page:
        if names[0] in ("a", "b"):
            raise Unavailable("500")
        return real(self, names)

    monkeypatch.setattr(EbayPolling, "orders_named", failing)
    moment = datetime.now(UTC) + timedelta(minutes=1)

    found = [read_orders.read_unread(CHANNEL, moment + timedelta(minutes=n), lambda: 300.0) for n in range(2)]

    assert sum(found) == 1
    assert watermarks.unread(CHANNEL, 50).keys() == {"a", "b"}


@pytest.mark.parametrize("is_good", [True, False])
def test_an_order_that_a_right_lacks_for_keeps_no_other_unread_and_is_an_exception(
    ebay: Ebay, monkeypatch: pytest.MonkeyPatch, is_good: bool
) -> None:
    now, real = datetime.now(UTC), EbayPolling.orders_named
    watermarks.save_unread(CHANNEL, ["a"], now - timedelta(hours=1))
    watermarks.save_unread(CHANNEL, [ORDER], now)
    refused = CredentialsRefused("GET /order/a: 403", status=403)
    if not is_good:
        record_refused_poll(CHANNEL, refused, now)

    def refusing(self: EbayPolling, names: Sequence[str]) -> Page:
        if names[0] == "a":
            raise refused
        return real(self, names)

    monkeypatch.setattr(EbayPolling, "orders_named", refusing)

    assert read_orders.read_unread(CHANNEL, now, lambda: 300.0) == 1
    assert watermarks.unread(CHANNEL, 50).keys() == {"a"}
    assert len([*exceptions.unresolved_of(Cause.ORDER_NOT_READ)]) == is_good


def test_orders_without_time_to_read_them_stay_for_the_next_poll(ebay: Ebay) -> None:
    now, seconds = datetime.now(UTC), iter([300.0, *[5.0] * 99])
    ebay.put_order(an_order(orderId="other"))

    assert read_orders.read_orders(CHANNEL, ["other", ORDER], now, lambda: next(seconds)) == 1
    assert watermarks.unread(CHANNEL, 50).keys() == {ORDER}
    assert read_orders.read_unread(CHANNEL, now, lambda: 300.0) == 1
    assert watermarks.unread(CHANNEL, 50) == {}


def test_a_channel_that_does_not_answer_is_not_called_for_every_order(ebay: Ebay) -> None:
    ebay.failures.append(Failure(500, times=99, path="/sell/"))
    names = [f"o{number}" for number in range(9)]

    read_orders.read_orders(CHANNEL, names, datetime.now(UTC), lambda: 300.0)

    assert ebay.failures[0].times == 99 - read_orders.MOST_FAILURES
    assert watermarks.unread(CHANNEL, 50).keys() == set(names)


def test_an_order_that_a_paused_channel_names_is_read_once_it_is_resumed(ebay: Ebay) -> None:
    call("POST", f"/channels/{CHANNEL}/pause")
    poll.handler({"channel": CHANNEL, "orders": [ORDER]}, Context())
    assert poll.handler({"channel": CHANNEL}, Context()) == {"orders": 0}
    watermarks.advance_watermark(CHANNEL, datetime.now(UTC) + timedelta(days=1))

    call("POST", f"/channels/{CHANNEL}/resume")

    assert poll.handler({"channel": CHANNEL}, Context()) == {"orders": 1}


def test_another_kind_of_channel_reads_no_named_orders(ebay: Ebay) -> None:
    set_up(a_configuration(channel=a_channel(CHANNEL, ChannelKind.OFFLINE)))

    assert poll.handler({"channel": CHANNEL, "orders": [ORDER]}, Context()) == {"orders": 0}
    assert notification.handler({"pathParameters": {"channel": CHANNEL}, "headers": {}}, Context())["statusCode"] == 404


def test_a_deleted_account_of_a_buyer_of_two_sellers_has_the_orders_of_both_marked(ebay: Ebay) -> None:
    """EBay sends it to the one address of an app, whatever sellers use that."""
    config = a_configuration(channel=a_channel(CHANNEL, ChannelKind.EBAY, base_url=URL))
    other = a_channel("ebay-uk", ChannelKind.EBAY, base_url=URL)
    set_up(config.replace(channels={**config.channels, ChannelId("ebay-uk"): other}))
    bought = builders.an_order(channel="ebay-uk", customer=Customer(id="zelda_q"))
    commit_one(Write(new_order(bought, NOON, "channel:ebay-uk"), None, "channel:ebay-uk"), NOON)

    assert post(DELETED, {"x-ebay-signature": signed(ebay, DELETED)}) == 200

    assert orders_table.get_order(bought.order_id).erase_requested_at


def test_a_deleted_account_has_the_orders_of_its_buyer_marked_and_no_others(ebay: Ebay) -> None:
    hers = an_order_of(id="zelda_q")
    other = an_order_of(id="ada")
    for each in (hers, other):
        commit_one(Write(new_order(each, NOON, f"channel:{CHANNEL}"), None, f"channel:{CHANNEL}"), NOON)

    assert [post(DELETED, {"x-ebay-signature": signed(ebay, DELETED)}) for _ in range(2)] == [200, 200]

    marked, spared = (orders_table.get_order(each.order_id) for each in (hers, other))
    assert [entry.what for entry in marked.timeline].count("erasure_requested") == 1
    assert spared.erase_requested_at is None


def test_a_deleted_account_that_no_order_is_of_is_answered(ebay: Ebay) -> None:
    assert post(DELETED, {"x-ebay-signature": signed(ebay, DELETED)}) == 200


def test_an_inactive_channel_takes_deleted_accounts_and_no_orders(ebay: Ebay) -> None:
    hers = an_order_of(id="zelda_q")
    commit_one(Write(new_order(hers, NOON, f"channel:{CHANNEL}"), None, f"channel:{CHANNEL}"), NOON)
    assert call("PATCH", f"/channels/{CHANNEL}", {"active": False}).status == 200

    answers = [post(body, {"x-ebay-signature": signed(ebay, body)}) for body in (BODY, DELETED)]

    assert (answers, orders()) == ([404, 200], [])
    assert orders_table.get_order(hers.order_id).erase_requested_at
    assert post(DELETED, {"x-ebay-signature": signed(Ebay(), DELETED)}) == 401
    assert post(DELETED, {}) == 401

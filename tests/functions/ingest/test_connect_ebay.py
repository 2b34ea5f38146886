"""Connecting a seller of eBay: it challenges the address that it is given, wherever the API thinks that it is."""

from typing import Any

import httpx
import pytest

from functions.ingest import webhook
from local.world import ebay_notifications, ebay_server
from local.world.ebay import Ebay
from local.world.routes import reply_of
from packhorse.aws import secrets
from packhorse.aws.settings import settings
from packhorse.channels.ebay import login
from packhorse.domain.configuration.channel import ChannelKind
from packhorse.domain.values import ChannelId
from packhorse.usecases.channels import run_connection
from packhorse.usecases.intake import webhook_secrets
from simulation.aws.boundary import World
from simulation.builders import a_channel, a_configuration
from simulation.merchant import Context, set_up
from tests.channels.ebay.shop import keys_of
from tests.functions.ingest.connecting import connection, run, run_all
from tests.functions.operate.calls import Answer, call
from tests.functions.stale import cache_again

SELLER, URL = ChannelId("ebay-de"), "https://api.ebay.com"
OUTSIDE = "https://oms.example.com"


@pytest.fixture
def ebay(cloud: World, monkeypatch: pytest.MonkeyPatch) -> Ebay:
    """EBay, whose challenges come to the webhook function as a proxy passes them on."""
    found = Ebay()
    login.clear_tokens()
    set_up(a_configuration(channel=a_channel(SELLER, ChannelKind.EBAY, base_url=URL, calls_per_second=100)))
    cloud.functions.handlers[settings.connect_function] = run

    def answer(request: httpx.Request) -> httpx.Response:
        target = request.url.raw_path.decode()
        status, content = ebay_server.answer(found, request.method, target, request.headers, request.content)
        return httpx.Response(status, content=reply_of(content).body)

    cloud.web.serve(URL, answer)
    monkeypatch.setattr(ebay_notifications, "CLIENT", httpx.Client(transport=httpx.MockTransport(behind_a_proxy)))
    return found


def behind_a_proxy(request: httpx.Request) -> httpx.Response:
    """Pass a challenge on to the API, which sees its own host alone."""
    event = {
        "routeKey": "GET /webhooks/{channel}",
        "rawPath": f"/prod{request.url.path}",
        "pathParameters": {"channel": request.url.path.rpartition("/")[2]},
        "queryStringParameters": dict(request.url.params),
        "requestContext": {"domainName": "a1b2.execute-api.eu-central-1.amazonaws.com"},
    }
    answer = webhook.handler(event, Context())
    return httpx.Response(answer["statusCode"], text=answer["body"])


def connect_seller(ebay: Ebay, **body: Any) -> Answer:
    keys = keys_of(ebay)
    given = {"token": keys.token, "client_id": keys.client_id, "client_secret": keys.client_secret}
    answer = call("POST", f"/channels/{SELLER}/connect", {"credentials": given, **body})
    run_all()
    return answer


def test_notifications_are_connected_at_the_address_that_ebay_is_given(ebay: Ebay) -> None:
    assert connect_seller(ebay, api_url=OUTSIDE).status == 202

    assert connection(SELLER)["webhooks_refused"] == ""
    [place] = ebay.destinations.values()
    assert place["deliveryConfig"]["endpoint"] == f"{OUTSIDE}/webhooks/{SELLER}"
    assert {each["status"] for each in ebay.subscriptions.values()} == {"ENABLED"}


def test_without_an_address_for_alerts_the_run_says_where_to_set_one_and_goes_on(ebay: Ebay) -> None:
    ebay.settings.alert_email = ""

    connect_seller(ebay, api_url=OUTSIDE)

    assert "Alerts and Notifications" in connection(SELLER)["webhooks_refused"]
    assert connection(SELLER)["step"] == "done"


def test_a_rotated_token_answers_its_challenge_also_in_a_process_that_cached_the_one_before(
    ebay: Ebay, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect_seller(ebay, api_url=OUTSIDE)
    before = secrets.get_credentials(SELLER)

    def in_another_process(request: httpx.Request) -> httpx.Response:
        cache_again(SELLER, before)
        return behind_a_proxy(request)

    monkeypatch.setattr(ebay_notifications, "CLIENT", httpx.Client(transport=httpx.MockTransport(in_another_process)))
    connect_seller(ebay, rotate_secret=True)

    assert connection(SELLER)["webhooks_refused"] == ""
    [place] = ebay.destinations.values()
    assert place["deliveryConfig"]["verificationToken"] not in before.webhook_secrets


TUNNEL = "https://tunnel.example.net"


def endpoints(ebay: Ebay) -> list[str]:
    return [each["deliveryConfig"]["endpoint"] for each in ebay.destinations.values()]


def test_a_destination_of_the_address_before_is_moved_to_the_new_one_and_back(ebay: Ebay) -> None:
    for address in (TUNNEL, OUTSIDE, TUNNEL):
        connect_seller(ebay, api_url=address)

        assert endpoints(ebay) == [f"{address}/webhooks/{SELLER}"]
        assert {each["destinationId"] for each in ebay.subscriptions.values()} == set(ebay.destinations)
        assert {each["status"] for each in ebay.subscriptions.values()} == {"ENABLED"}
        assert (connection(SELLER)["webhooks_refused"], connection(SELLER)["former_urls"]) == ("", [])


def test_a_destination_that_ebay_challenges_in_vain_stays_unused(ebay: Ebay) -> None:
    connect_seller(ebay, api_url=TUNNEL)
    [place] = ebay.destinations.values()
    ebay.destinations["by-hand"] = {
        **place,
        "destinationId": "by-hand",
        "deliveryConfig": {**place["deliveryConfig"], "endpoint": f"{OUTSIDE}/webhooks/{SELLER}"},
    }

    connect_seller(ebay, api_url=OUTSIDE)

    assert {each["destinationId"] for each in ebay.subscriptions.values()} == {"by-hand"}
    assert connection(SELLER)["former_urls"] == [f"{TUNNEL}/webhooks/{SELLER}"]


def test_a_run_that_was_overtaken_removes_nothing_of_the_newer_one(ebay: Ebay, monkeypatch: pytest.MonkeyPatch) -> None:
    connect_seller(ebay, api_url=TUNNEL)
    send = webhook_secrets.send_webhook_secret

    def overtaken(*given: Any) -> None:
        send(*given)
        monkeypatch.setattr(run_connection, "send_webhook_secret", send)
        connect_seller(ebay, api_url=TUNNEL)

    monkeypatch.setattr(run_connection, "send_webhook_secret", overtaken)
    connect_seller(ebay, api_url=OUTSIDE)

    assert endpoints(ebay) == [f"{TUNNEL}/webhooks/{SELLER}"]
    assert {each["destinationId"] for each in ebay.subscriptions.values()} == set(ebay.destinations)
    assert len(ebay.subscriptions) == 2

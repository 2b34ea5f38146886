"""What people save of a channel while it is being connected, which may take minutes where the channel is slow."""

from collections.abc import Callable
from http import HTTPStatus

import httpx
import pytest

from local.world.shop import Shop
from packhorse.aws import secrets
from packhorse.aws.secrets import Credentials
from packhorse.store import connections
from simulation.aws.boundary import World
from simulation.merchant import MUG
from tests.functions.ingest.connecting import (
    SHOP,
    SHOP_BODY,
    SHOP_URL,
    answer_of,
    channel,
    connect_shop,
    merchant,
    run_all,
    serve_shop,
    webhook_secrets,
)
from tests.functions.operate.calls import call


@pytest.fixture
def shop(cloud: World) -> Shop:
    merchant(cloud, MUG)
    shop = Shop()
    serve_shop(cloud, shop)
    return shop


def meanwhile(cloud: World, shop: Shop, act: Callable[[], object]) -> None:
    """Have something done while the shop answers its next call."""
    acts = iter([act])

    def handle(request: httpx.Request) -> httpx.Response:
        for each in acts:
            each()
        return answer_of(shop, request)

    cloud.web.serve(SHOP_URL, handle)


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_settings_that_are_saved_meanwhile_hold_and_the_credentials_count(
    cloud: World, shop: Shop, method: str
) -> None:
    settings = {"reserve": 7, "name": "Corner shop", "poll_minutes": 15}
    body = settings if method == "PATCH" else {**SHOP_BODY, **settings}
    meanwhile(cloud, shop, lambda: call(method, f"/channels/{SHOP}", body))

    answer = connect_shop()
    run_all()

    assert answer.status == HTTPStatus.OK
    assert channel().model_dump(include=set(settings)) == settings
    assert secrets.get_credentials(SHOP, max_age=0).token == "shop-token"


def test_a_channel_that_is_removed_meanwhile_stays_removed(cloud: World, shop: Shop) -> None:
    meanwhile(cloud, shop, lambda: call("DELETE", f"/channels/{SHOP}"))

    answer = connect_shop()
    run_all()

    assert (answer.status, call("GET", f"/channels/{SHOP}").status) == (404, 404)
    assert secrets.get_credentials(SHOP, max_age=0) == Credentials()
    assert connections.find_connection(SHOP) is None


@pytest.mark.parametrize("late", ["secret", "config"])
def test_a_channel_that_is_removed_as_its_credentials_are_stored_stays_removed(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, late: str
) -> None:
    write, acts = secrets._write, iter([lambda: call("DELETE", f"/channels/{SHOP}")])

    def write_and_remove(name: str, secret: str, after: str | None) -> None:
        acting = next(acts, None)
        if late == "config" and acting:
            acting()
        write(name, secret, after)
        if late == "secret" and acting:
            acting()

    monkeypatch.setattr(secrets, "_write", write_and_remove)

    answer = connect_shop()

    assert (answer.status, call("GET", f"/channels/{SHOP}").status) == (404, 404)
    assert secrets.get_credentials(SHOP, max_age=0) == Credentials()


def test_a_channel_that_is_switched_off_meanwhile_stays_off(cloud: World, shop: Shop) -> None:
    meanwhile(cloud, shop, lambda: call("PATCH", f"/channels/{SHOP}", {"active": False}))

    answer = connect_shop()

    assert (answer.status, channel().active) == (409, False)
    assert secrets.get_credentials(SHOP, max_age=0) == Credentials()


def test_a_channel_that_is_paused_meanwhile_stays_paused(cloud: World, shop: Shop) -> None:
    meanwhile(cloud, shop, lambda: call("POST", f"/channels/{SHOP}/pause"))

    answer = connect_shop()

    assert (answer.status, channel().is_paused) == (409, True)


def test_credentials_that_were_tried_at_one_address_are_not_stored_for_another(cloud: World, shop: Shop) -> None:
    meanwhile(cloud, shop, lambda: call("PATCH", f"/channels/{SHOP}", {"base_url": "https://other.example"}))

    answer = connect_shop()

    assert answer.status == 409
    assert "connect it again" in answer.body["detail"]
    assert secrets.get_credentials(SHOP, max_age=0) == Credentials()


@pytest.mark.parametrize("is_sent", [True, False])
def test_two_rotations_at_once_lose_no_secret_that_the_shop_may_sign_with(
    cloud: World, shop: Shop, *, is_sent: bool
) -> None:
    connect_shop()
    run_all()
    meanwhile(cloud, shop, lambda: (connect_shop(rotate_secret=True), is_sent and run_all()))

    answer = connect_shop(rotate_secret=True)

    kept = webhook_secrets()
    assert answer.status == HTTPStatus.OK
    assert len(kept) == (2 if is_sent else 3)
    assert shop.settings.webhook_secret in kept[1:]
    run_all()
    assert shop.settings.webhook_secret == kept[0]

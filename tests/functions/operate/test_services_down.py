"""What callers are told where a service of AWS fails."""

import pytest

from packhorse.aws.secrets import Credentials, get_credentials, save_credentials
from packhorse.domain.values import ChannelId
from simulation.aws.boundary import Call, World
from simulation.aws.refusals import failed
from simulation.merchant import set_up
from tests.functions.operate.calls import call


@pytest.fixture
def down(cloud: World) -> World:
    """A world that breaks as soon as it has been set up."""
    set_up()
    cloud.before = broken
    return cloud


def broken(_: Call) -> None:
    raise failed()


@pytest.mark.parametrize("key", [{}, {"idempotency-key": "one"}])
@pytest.mark.parametrize(("method", "path"), [("GET", "/orders"), ("POST", "/audits")])
def test_the_caller_is_asked_to_try_again(down: World, method: str, path: str, key: dict[str, str]) -> None:
    answer = call(method, path, headers=key)

    assert (answer.status, answer.headers["content-type"]) == (503, "application/problem+json")
    assert "try again" in answer.body["detail"]


def test_what_failed_is_done_under_the_same_key_once_the_service_is_back(down: World) -> None:
    first = call("POST", "/audits", headers={"idempotency-key": "two"})
    down.before = lambda _: None

    assert (first.status, call("POST", "/audits", headers={"idempotency-key": "two"}).status) == (503, 202)


def test_two_who_give_a_channel_its_first_credentials_do_not_meet(cloud: World) -> None:
    shop, others = ChannelId("shop"), Credentials(token="theirs")

    def somebody_was_first(call: Call) -> None:
        if call.operation == "CreateSecret":
            cloud.before = lambda _: None
            save_credentials(shop, others)

    cloud.before = somebody_was_first
    save_credentials(shop, Credentials(token="ours"))

    assert get_credentials(shop).token == "ours"

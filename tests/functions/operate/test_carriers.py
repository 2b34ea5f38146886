"""Carrier accounts as owners change them."""

import pytest

from simulation.merchant import set_up
from tests.functions.operate.calls import call

pytestmark = pytest.mark.usefixtures("cloud")

ACCOUNT = "/carriers/post"


def test_an_account_that_sells_labels_keeps_its_kind() -> None:
    set_up()
    assert call("PUT", ACCOUNT, {"kind": "easypost", "credentials": {"token": "t" * 20}}).status == 200
    other = {"kind": "shippo", "credentials": {"token": "s" * 20}}

    refused = call("PATCH", ACCOUNT, other), call("PUT", ACCOUNT, other)

    assert [(each.status, each.fields) for each in refused] == [(422, ["kind"])] * 2
    assert call("GET", ACCOUNT).body["kind"] == "easypost"
    assert call("PATCH", ACCOUNT, {"name": "Post"}).status == 200


@pytest.mark.parametrize(
    ("kind", "token", "warned"),
    [
        ("easypost", "EZTK1234567890abcdef", True),
        ("easypost", "EZAK1234567890abcdef", False),
        ("shippo", "shippo_test_1234567890", True),
        ("shippo", "shippo_live_1234567890", False),
    ],
)
def test_who_saves_a_test_token_is_warned(kind: str, token: str, warned: bool) -> None:
    set_up()

    saved = call("PUT", ACCOUNT, {"kind": kind, "credentials": {"token": token, "webhook_secrets": ["w" * 20]}})

    assert saved.status == 200
    assert [each for each in saved.body["warnings"] if "is a test token" in each] == [
        "carrier account post: this is a test token, no carrier takes parcels with its labels"
    ] * warned


def test_one_that_sold_none_may_begin_to() -> None:
    set_up()
    call("PUT", ACCOUNT, {"kind": "manual"})

    assert call("PATCH", ACCOUNT, {"kind": "shippo", "credentials": {"token": "s" * 20}}).status == 200

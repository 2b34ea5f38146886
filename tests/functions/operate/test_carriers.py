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


def test_one_that_sold_none_may_begin_to() -> None:
    set_up()
    call("PUT", ACCOUNT, {"kind": "manual"})

    assert call("PATCH", ACCOUNT, {"kind": "shippo", "credentials": {"token": "s" * 20}}).status == 200

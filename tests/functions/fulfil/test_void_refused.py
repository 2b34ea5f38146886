"""Voids that the carrier refuses after other things happened."""

import pytest

from local.world.carriers.easypost import EasyPostAccount
from packhorse.aws.settings import settings
from simulation.aws.boundary import World
from simulation.merchant import balance
from tests.conftest import invoked
from tests.functions.fulfil.labels import (
    after_a_while,
    an_order_of,
    configured,
    connected,
    fails,
    labels,
    run_label,
    stored,
)
from tests.functions.fulfil.test_bench import label, opened, scan
from tests.functions.fulfil.test_merged import advance, request
from tests.functions.operate.calls import Answer, call


@pytest.fixture
def carrier(cloud: World) -> EasyPostAccount:
    return connected(cloud)


def void(order: str) -> Answer:
    return call("POST", f"/orders/{order}/fulfilments/1/void", {})


def finish(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    after_a_while(monkeypatch)
    advance(*names)
    for payload in invoked(settings.label_function):
        run_label(payload)
    advance(*names)


def test_box_closed_while_void_is_asked_and_refused(carrier: EasyPostAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    configured(ships_on="packed")
    order = an_order_of()
    request(order)
    label(order)
    fails(carrier, 503, "/refund", times=1)
    assert void(order).status == 503
    assert labels(order) == ["voiding"]
    opened(order)
    assert [scan(order).body["result"] for _ in range(2)] == ["right", "closed"]
    [parcel] = carrier.parcels.values()
    parcel["status"] = "in_transit"
    finish(monkeypatch, order)
    assert labels(order) == ["bought"]
    assert (stored(order).status, balance()) == ("complete", (998, 0, 998))


def test_released_while_void_is_asked_and_refused(carrier: EasyPostAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    order = an_order_of()
    request(order)
    configured(ships_on="packed")
    label(order)
    configured(ships_on="label")
    call("POST", f"/orders/{order}/hold", {"reason": "look"})
    fails(carrier, 503, "/refund", times=1)
    assert void(order).status == 503
    [hold] = stored(order).holds
    assert call("POST", f"/orders/{order}/release", {"hold": hold.id}).status == 200
    advance(order)
    request(order)
    [parcel] = carrier.parcels.values()
    parcel["status"] = "in_transit"
    finish(monkeypatch, order)
    assert (stored(order).status, balance()) == ("complete", (998, 0, 998))

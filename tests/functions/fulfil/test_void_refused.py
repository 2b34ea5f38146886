"""Voids that the carrier refuses after other things happened."""

from datetime import UTC, datetime

import pytest

from local.world.carriers.easypost import EasyPostAccount
from packhorse.aws.settings import settings
from packhorse.domain.configuration.warehouse import ShipsOn
from packhorse.domain.labels.tracking import TrackingEvent
from packhorse.domain.orders.leaving_labelled import after_refused_void
from packhorse.domain.orders.order import Status
from packhorse.domain.orders.transit import tracked
from packhorse.domain.orders.voiding import voiding
from packhorse.domain.problem import Cause
from packhorse.domain.values import OrderId
from packhorse.usecases.orders.change_order import change_order
from simulation.aws.boundary import World
from simulation.builders import NOON, a_line
from simulation.merchant import balance
from tests.conftest import invoked
from tests.domain.label_builders import begun, bought, causes
from tests.domain.order_builders import LATER, in_fulfilment
from tests.domain.orders.test_transit import IN_TRANSIT, after, an_event
from tests.functions.fulfil.labels import (
    after_a_while,
    an_order_of,
    configured,
    connected,
    fails,
    labels,
    merge,
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


@pytest.mark.parametrize("is_shared", [False, True])
def test_what_the_carrier_has_is_not_voided_though_it_would_be_refunded(
    carrier: EasyPostAccount, is_shared: bool
) -> None:
    order = an_order_of()
    other = an_order_of() if is_shared else None
    if other:
        assert merge(order, other).status == 201
    number = call("POST", f"/orders/{order}/fulfilments/1/label", {}).body["tracking"]
    seen = TrackingEvent(status=IN_TRANSIT, at=datetime.now(UTC), carrier="FedEx", tracking=number)
    change_order(OrderId(other or order), lambda it, now, _: tracked(it, 1, seen, now), "FedEx")
    stock = balance()

    refused = void(order)

    assert (refused.status, labels(order), balance()) == (409, ["bought"], stock)
    assert "its carrier has the parcel (in_transit" in refused.body["detail"]
    assert all(each["refund_status"] is None for each in carrier.shipments.values())


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


def test_a_parcel_that_its_carrier_reported_before_it_refused_the_void_has_left() -> None:
    order = voiding(
        bought(begun(in_fulfilment(a_line(quantity=2)), _1=2), ships=False).order, 1, "label-1", NOON, "Eve"
    )
    reported = after(order, an_event(IN_TRANSIT))
    assert causes(reported) == [Cause.UNEXPECTED_PARCEL]

    kept = after_refused_void(reported, 1, "label-1", ShipsOn.MANIFEST, LATER, "Eve").order

    assert (kept.status, causes(kept)) == (Status.COMPLETE, [])

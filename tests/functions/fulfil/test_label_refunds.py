"""What becomes of the money of voided labels, through the audit, the label function and webhooks of a carrier."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.complete import track
from functions.ingest import transit
from functions.operate import audit
from local.world.carriers import easypost_shipments, easypost_trackers, shippo
from local.world.carriers.easypost import EasyPostAccount
from local.world.carriers.shippo import ShippoAccount
from packhorse.aws.settings import settings
from packhorse.domain.labels.label import LabelState
from packhorse.domain.labels.purchase import Refund
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.label_refunds import ASKED_AFTER
from packhorse.domain.orders.labelling import with_label
from packhorse.domain.values import OrderId
from packhorse.messages.tracking import TRACKING_MESSAGE
from packhorse.store import configuration, label_refunds
from packhorse.usecases.labels.ask_label_refunds import request_refunds
from packhorse.usecases.orders.change_order import commit_step
from simulation.aws.boundary import World
from simulation.builders import NOON, sqs_event
from simulation.carrier import CARRIER
from simulation.merchant import Context
from tests.conftest import invoked, queued
from tests.functions.fulfil.labels import (
    SHIPPO,
    an_order_of,
    connected,
    connected_to_shippo,
    fails,
    merge,
    run_label,
    stored,
)
from tests.functions.operate.calls import call
from tests.functions.operate.orders import causes, get

DAYS = [int(each.days) for each in ASKED_AFTER]


@pytest.fixture
def carrier(cloud: World) -> EasyPostAccount:
    return connected(cloud)


def voided(**wanted: Any) -> str:
    """An order whose label was bought and voided."""
    order = an_order_of()
    box = {"package": {"weight_g": 700, "length_mm": 300, "width_mm": 200, "height_mm": 100}, **wanted}
    assert call("POST", f"/orders/{order}/fulfilments/1/label", box).status == 201
    assert call("POST", f"/orders/{order}/fulfilments/1/void").status == 200
    return order


def refund(order: str) -> Refund | None:
    [label] = stored(order).fulfilments[0].labels
    return label.refund


def night(order: str, age: int) -> list[dict[str, Any]]:
    """The audit of a night, that many days after the void, and what it has the label function do."""
    [label] = stored(order).fulfilments[0].labels
    older = label.replace(attempted_at=datetime.now(UTC) - timedelta(days=age, minutes=1))
    commit_step(OrderId(order), lambda before, _, __: Change(with_label(before, 1, older)), "test")
    request_refunds(datetime.now(UTC) + timedelta(days=100))
    payloads = invoked(settings.label_function)
    for each in payloads:
        run_label(each)
    return payloads


def waiting() -> int:
    return len(list(label_refunds.refunds_due(datetime.now(UTC) + timedelta(days=1000))))


def decide(carrier: EasyPostAccount, *, is_rejected: bool = False) -> dict[str, Any]:
    [shipment] = [each for each in carrier.shipments.values() if each["refund_status"]]
    easypost_shipments.settle_refund(carrier, shipment, is_rejected=is_rejected)
    return shipment


def test_the_nightly_audit_asks_until_the_carrier_has_decided(carrier: EasyPostAccount) -> None:
    order = voided()
    assert (refund(order), waiting()) == (Refund.SUBMITTED, 1)
    request_refunds(datetime.now(UTC) + timedelta(hours=23))
    assert invoked(settings.label_function) == []

    night(order, 1)
    before = refund(order)
    decide(carrier)
    night(order, 2)

    assert (before, refund(order), waiting()) == (Refund.SUBMITTED, Refund.REFUNDED, 0)
    assert get(order)["timeline"][-1]["what"] == "label_refunded"
    assert get(order)["fulfilments"][0]["labels"][0]["refund"] == "refunded"
    assert night(order, 4) == []


def test_a_refusal_of_the_refund_is_an_exception_until_the_carrier_pays_after_all(carrier: EasyPostAccount) -> None:
    order = voided()
    decide(carrier, is_rejected=True)
    night(order, 1)

    [problem] = call("GET", "/exceptions").body["items"]
    price = carrier.purchases[0]["price"]
    assert problem["cause"] == "label_not_refunded"
    assert f"refuses to refund the label {carrier.purchases[0]['tracking']} of {price} USD" in problem["message"]
    assert (refund(order), waiting()) == (Refund.REJECTED, 1)

    decide(carrier)
    night(order, 2)

    assert (refund(order), causes(order), waiting()) == (Refund.REFUNDED, [], 0)
    assert call("GET", "/exceptions").body["items"] == []


def test_no_decision_in_the_usual_time_is_an_exception_and_it_is_asked_on_until_the_last_day(
    carrier: EasyPostAccount,
) -> None:
    order = voided()
    found = {}
    for age in DAYS:
        night(order, age)
        found[age] = (refund(order), len(causes(order)), waiting())

    assert found[16] == (Refund.SUBMITTED, 0, 1)
    assert found[31] == found[60] == (Refund.UNDECIDED, 1, 1)
    assert found[90] == (Refund.UNDECIDED, 1, 0)


def test_a_carrier_that_does_not_answer_is_asked_again_and_undecided_in_the_end(carrier: EasyPostAccount) -> None:
    order = voided()
    fails(carrier, 503, times=20)

    night(order, 1)
    assert (refund(order), waiting()) == (Refund.SUBMITTED, 1)
    night(order, 31)
    assert refund(order) is Refund.UNDECIDED

    carrier.failures.clear()
    decide(carrier)
    night(order, 45)
    assert (refund(order), causes(order)) == (Refund.REFUNDED, [])


def test_refunds_of_an_account_that_was_removed_are_undecided_in_the_end(carrier: EasyPostAccount) -> None:
    order = voided()
    configuration.apply_edit(lambda before: before.replace(carriers={}), "owner", NOON)

    night(order, 31)

    assert (refund(order), waiting()) == (Refund.UNDECIDED, 1)


def test_a_void_that_is_not_recorded_yet_stays_due(carrier: EasyPostAccount) -> None:
    order = voided()
    [label] = stored(order).fulfilments[0].labels
    again = label.replace(state=LabelState.VOIDING)
    commit_step(OrderId(order), lambda before, _, __: Change(with_label(before, 1, again)), "test")

    night(order, 1)

    assert waiting() == 1


def test_all_refunds_of_an_account_are_asked_about_by_few_messages(
    carrier: EasyPostAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("packhorse.usecases.labels.ask_label_refunds.AT_ONCE", 2)
    orders = {voided() for _ in range(3)}

    request_refunds(datetime.now(UTC) + timedelta(days=2))

    sent = invoked(settings.label_function)
    assert [len(each["labels"]) for each in sent] == [2, 1]
    assert {ref["order"] for each in sent for ref in each["labels"]} == orders


def test_the_audit_of_channels_asks_carriers_too(carrier: EasyPostAccount) -> None:
    order = voided()
    decide(carrier)
    [awaited] = label_refunds.refunds_due(datetime.now(UTC) + timedelta(days=2))
    label_refunds.ask_at(awaited, datetime.now(UTC) - timedelta(hours=1))

    audit.handler({"audit": "channels"}, Context())
    for each in invoked(settings.label_function):
        run_label(each)

    assert refund(order) is Refund.REFUNDED


def test_a_shared_label_is_refunded_in_every_order_and_refused_in_the_one_that_has_it(
    carrier: EasyPostAccount,
) -> None:
    one, other = an_order_of(), an_order_of()
    assert merge(one, other).status == 201
    assert call("POST", f"/orders/{one}/fulfilments/1/label", {}).status == 201
    assert call("POST", f"/orders/{other}/fulfilments/1/void").status == 200
    assert waiting() == 1
    decide(carrier, is_rejected=True)

    night(one, 1)

    assert (refund(one), refund(other)) == (Refund.REJECTED, Refund.REJECTED)
    assert (causes(one), causes(other)) == (["label_not_refunded"], [])
    decide(carrier)
    night(one, 2)
    assert (refund(one), refund(other), causes(one)) == (Refund.REFUNDED, Refund.REFUNDED, [])


# ---- webhooks


def post(account: str, headers: dict[str, str], body: bytes) -> None:
    """Have a webhook received, and what it reports recorded."""
    event = {"pathParameters": {"carrier": account}, "headers": headers, "body": body.decode()}
    assert transit.handler(event, Context())["statusCode"] == 200
    found = queued(settings.tracking_queue_url)
    for each in found:
        assert TRACKING_MESSAGE.read(json.dumps(each))
    track.handler(sqs_event(*found), Context())


def test_easyposts_webhook_of_a_refund_is_recorded_at_once_and_twice_as_once(carrier: EasyPostAccount) -> None:
    order = voided()
    event = easypost_trackers.refund_decided(carrier, decide(carrier))
    assert event
    body = json.dumps(event["body"]).encode()

    for _ in range(2):
        post(CARRIER, easypost_trackers.signature(body, carrier.settings.webhook_secret), body)

    assert refund(order) is Refund.REFUNDED
    assert [each["what"] for each in get(order)["timeline"]].count("label_refunded") == 1
    night(order, 1)
    assert waiting() == 0


def test_shippos_webhook_of_a_refusal_is_recorded(carrier: EasyPostAccount, cloud: World) -> None:
    account: ShippoAccount = connected_to_shippo(cloud)
    order = voided(account=SHIPPO.id)
    [transaction] = account.transactions.values()
    shippo.settle_refund(account, transaction, is_rejected=True)
    body = json.dumps(shippo.refund_decided(account, transaction)["body"]).encode()

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("packhorse.usecases.labels.receive_tracking.is_authentic", lambda *_: True)
        post(SHIPPO.id, {}, body)

    assert (refund(order), causes(order)) == (Refund.REJECTED, ["label_not_refunded"])
    assert get(order)["timeline"][-2]["who"] == SHIPPO.id


def test_shippo_is_asked_likewise(carrier: EasyPostAccount, cloud: World) -> None:
    account = connected_to_shippo(cloud)
    order = voided(account=SHIPPO.id)
    [transaction] = account.transactions.values()
    shippo.settle_refund(account, transaction)

    night(order, 1)

    assert (refund(order), waiting()) == (Refund.REFUNDED, 0)

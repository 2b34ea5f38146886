"""The Idempotency-Key: the same request twice is done once and answered alike."""

import json
import time
from functools import partial
from typing import Any

import pytest

from packhorse.api import idempotency
from packhorse.aws import clients
from packhorse.aws.settings import settings
from simulation.builders import a_warehouse
from simulation.merchant import MUG, balance, put_stock, set_up
from tests.conftest import queued
from tests.functions.operate.calls import Answer, call
from tests.functions.operate.interference import answered_by, killed, meanwhile
from tests.functions.operate.orders import an_order_by_hand

pytestmark = pytest.mark.usefixtures("cloud")


def add(units: int, key: str, **more: Any) -> Answer:
    """Adds stock under a key."""
    adjustment = {"sku": MUG, "warehouse": "main", "add": units}
    return call("POST", "/stock/adjustments", {"adjustments": [adjustment]}, headers={"idempotency-key": key}, **more)


def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time at which no invocation of before can be at work any more."""
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + 900)


def forget() -> None:
    """What happens when a function dies before it has kept its answer."""
    for item in clients.client("dynamodb").scan(TableName=settings.requests_table)["Items"]:
        clients.client("dynamodb").delete_item(TableName=settings.requests_table, Key={"id": item["id"]})


def test_the_same_key_and_body_is_the_same_answer_and_one_effect() -> None:
    set_up()

    answers = [add(5, "k1") for _ in range(3)]

    assert answers[0].status == 200
    assert answers[0] == answers[1] == answers[2]
    assert balance() == (5, 0, 5)


def test_the_same_key_with_another_body_is_422() -> None:
    set_up()
    add(5, "k1")

    answer = add(6, "k1")

    assert (answer.status, answer.fields) == (422, ["Idempotency-Key"])
    assert answer.headers["content-type"] == "application/problem+json"
    assert balance() == (5, 0, 5)


def test_the_same_key_for_another_address_is_422() -> None:
    set_up()
    call("PUT", "/products/A", {}, headers={"idempotency-key": "k1"})

    assert call("PUT", "/products/B", {}, headers={"idempotency-key": "k1"}).status == 422
    assert call("GET", "/products/B").status == 404


def test_the_same_key_for_another_page_is_422() -> None:
    body, key = {"email": "nobody@example.com"}, {"idempotency-key": "k1"}

    answers = [call("POST", "/privacy/export", body, query={"limit": limit}, headers=key) for limit in (1, 1, 2)]

    assert [answer.status for answer in answers] == [200, 200, 422]


def test_the_same_key_of_somebody_else_is_another_request() -> None:
    set_up()

    assert add(5, "k1").status == add(6, "k1", who="bob@example.com").status == 200
    assert add(5, "k1", who="carol@example.com").status == 200

    assert balance() == (16, 0, 16)


@pytest.mark.parametrize("units", [5, 6])
def test_a_second_request_while_the_first_is_at_work_is_409(units: int) -> None:
    set_up()
    second: list[Answer] = []

    with meanwhile("TransactWriteItems", lambda: second.append(add(units, "k1"))):
        first = add(5, "k1")

    assert (first.status, second[0].status) == (200, 409)
    assert balance() == (5, 0, 5)


def test_an_answer_that_blames_the_moment_is_not_kept() -> None:
    set_up()

    refused = add(-1, "k1")
    put_stock(3)
    done = add(-1, "k1")

    assert (refused.status, done.status) == (409, 200)
    assert balance() == (2, 0, 2)


def test_an_answer_of_503_is_not_kept() -> None:
    set_up()
    headers = {"idempotency-key": "k1"}
    not_taken = {"Failed": [{"Id": "0", "Code": "InternalError", "SenderFault": False}]}

    with answered_by("SendMessageBatch", not_taken):
        busy = call("POST", "/orders", an_order_by_hand(), headers=headers)
    done = call("POST", "/orders", an_order_by_hand(), headers=headers)

    assert (busy.status, done.status) == (503, 202)


def test_another_body_under_the_key_of_an_order_names_that_order() -> None:
    set_up()
    headers = {"idempotency-key": "k1"}
    first = call("POST", "/orders", an_order_by_hand(), headers=headers)

    other = call("POST", "/orders", an_order_by_hand(note="ring twice"), headers=headers)

    made = first.body["id"]
    assert (other.status, other.fields) == (422, ["Idempotency-Key"])
    assert other.body["earlier"] == {"request": "POST /orders", "status": 202, "id": made}
    assert other.body["detail"].endswith(f"POST /orders, answered by 202, {made}")
    assert len(queued(settings.orders_queue_url)) == 1


def test_another_body_is_refused_too_where_the_first_got_no_answer() -> None:
    """What it did is not known: other content under its key would be a second order."""
    set_up()
    headers = {"idempotency-key": "k1"}
    not_taken = {"Failed": [{"Id": "0", "Code": "InternalError", "SenderFault": False}]}
    with answered_by("SendMessageBatch", not_taken):
        call("POST", "/orders", an_order_by_hand(), headers=headers)

    other = call("POST", "/orders", an_order_by_hand(note="ring twice"), headers=headers)

    assert (other.status, other.fields, other.body["earlier"]) == (422, ["Idempotency-Key"], None)
    assert call("POST", "/orders", an_order_by_hand(), headers=headers).status == 202


@pytest.mark.parametrize("number", range(2, 12))
def test_who_dies_leaves_the_key_to_the_same_request_alone(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    set_up()
    headers = {"idempotency-key": "k1"}
    place = partial(call, "POST", "/orders", an_order_by_hand(), headers=headers)
    if not killed(place, number, is_after=True):
        return
    later(monkeypatch)

    other = call("POST", "/orders", an_order_by_hand(note="ring twice"), headers=headers)
    again = place()

    assert (other.status, again.status) == (422, 202)
    ids = {message["order"]["channel_order_id"] for message in queued(settings.orders_queue_url)}
    assert ids == {again.body["channel_order_id"]}


def test_a_key_whose_request_was_refused_for_now_may_be_that_of_another() -> None:
    set_up()

    assert [add(-1, "k1").status, add(2, "k1").status] == [409, 200]


def test_an_answer_that_blames_the_request_is_kept() -> None:
    set_up()
    body = {"adjustments": [{"sku": "NEW", "warehouse": "main", "add": 1}]}

    first = call("POST", "/stock/adjustments", body, headers={"idempotency-key": "k1"})
    call("PUT", "/products/NEW", {})
    second = call("POST", "/stock/adjustments", body, headers={"idempotency-key": "k1"})

    assert first.status == 422
    assert first == second


def test_who_died_before_keeping_the_answer_does_it_once_all_the_same() -> None:
    set_up()
    order = an_order_by_hand()
    headers = {"idempotency-key": "k1"}

    for _ in range(2):
        adjusted = add(5, "k2")
        placed = call("POST", "/orders", order, headers=headers)
        forget()

    assert adjusted.body["items"][0]["on_hand"] == 5
    assert balance() == (5, 0, 5)
    assert {message["order"]["channel_order_id"] for message in queued(settings.orders_queue_url)} == {
        placed.body["channel_order_id"]
    }


def test_without_a_key_everything_is_done_every_time() -> None:
    set_up()

    for key in ("", ""):
        add(5, key)

    assert balance() == (10, 0, 10)


def test_a_key_on_a_get_means_nothing() -> None:
    set_up()
    headers = {"idempotency-key": "k1"}

    before = call("GET", "/stock", headers=headers)
    add(5, "k1")

    assert (before.body["items"], len(call("GET", "/stock", headers=headers).body["items"])) == ([], 1)


def test_an_answer_longer_than_an_item_is_kept_whole() -> None:
    body = json.dumps([{"sku": f"SKU-{n}", "ü": n} for n in range(30_000)])
    answer = {"statusCode": 200, "headers": {}, "body": body}

    assert len(idempotency.packed(answer)) < 400_000 < len(body)
    assert idempotency.unpacked(idempotency.packed(answer)) == answer


def test_nothing_of_credentials_is_kept() -> None:
    set_up()
    body = {"kind": "offline", "credentials": {"token": "s3cret-token"}}

    call("PUT", "/channels/shop", body, headers={"idempotency-key": "k1"})

    kept = clients.client("dynamodb").scan(TableName=settings.requests_table)["Items"]
    assert len(kept) == 1
    assert "s3cret" not in json.dumps(idempotency.unpacked(json.loads(kept[0]["data"]["S"])))


def test_a_delete_with_a_key_is_answered_alike_twice() -> None:
    set_up()
    call("PUT", "/warehouses/second", {"name": a_warehouse("second").name})

    answers = [call("DELETE", "/warehouses/second", headers={"idempotency-key": "k1"}) for _ in range(2)]

    assert [answer.status for answer in answers] == [204, 204]

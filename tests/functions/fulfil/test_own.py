"""The own queue, through the real handler."""

from typing import Any

import pytest

from functions.allocate import route
from functions.fulfil import own
from packhorse.aws import clients
from packhorse.aws.settings import settings
from packhorse.domain.batching import batched
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.orders.fulfilment_order import FulfilmentStatus
from packhorse.domain.orders.order import Order, Status
from packhorse.domain.orders.restock import unshipped_only
from packhorse.domain.orders.steps import cancelled
from packhorse.store import orders
from packhorse.store.commit import Write, commit_one
from packhorse.usecases.fulfilment import hand_over
from simulation.aws.boundary import Call, World, nothing
from simulation.builders import NOON, a_configuration, a_line, a_warehouse, an_order, sqs_event
from simulation.merchant import Context, put_stock, set_up, stored, told
from tests.conftest import queued

pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Task tokens that were answered, and with what."""
    answers: list[tuple[str, str]] = []
    monkeypatch.setattr(hand_over, "answer_token", lambda token, work: answers.append((token, work.status)))
    return answers


def an_allocated_order() -> ChannelOrder:
    set_up()
    put_stock(10)
    order = an_order()
    route.handler(told(order), Context())
    return order


def ask(order: ChannelOrder, *, token: str = "token-1") -> list[Any]:
    message = {"order": order.order_id, "attempt": 1, "fulfilment": 1, "kind": "own", "token": token}
    answer = own.handler(sqs_event(message), Context())
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def test_work_is_put_before_its_warehouse_and_the_token_kept() -> None:
    order = an_allocated_order()

    assert ask(order) == []

    work = stored(order).fulfilments[0]
    assert (work.status, work.token) == (FulfilmentStatus.REQUESTED, "token-1")
    assert stored(order).timeline[-1].what == "handed_over"


@pytest.mark.long
def test_of_sixty_warehouses_each_has_its_work_at_once_though_a_map_waits_for_forty(cloud: World) -> None:
    names = [f"w{number:02}" for number in range(60)]
    set_up(a_configuration(*map(a_warehouse, names)), *names)
    for name in names:
        put_stock(1, sku=name, warehouse=name)
    order = an_order(*(a_line(name, line=name) for name in names))
    route.handler(told(order), Context())

    while cloud.states.advance():
        pass
    messages = queued(settings.own_queue_url)
    for batch in batched(messages, 10):
        own.handler(sqs_event(*batch), Context())

    assert sorted(message["fulfilment"] for message in messages) == list(range(1, 61))
    assert {work.status for work in stored(order).fulfilments} == {FulfilmentStatus.REQUESTED}


def test_asked_twice_is_asked_once() -> None:
    order = an_allocated_order()

    ask(order)
    told_once = stored(order).timeline
    assert ask(order) == []

    assert stored(order).timeline == told_once
    assert stored(order).status is Status.IN_FULFILMENT


def test_work_that_was_cancelled_meanwhile_is_answered_at_once(answered: list[tuple[str, str]]) -> None:
    order = an_allocated_order()
    known = stored(order)
    commit_one(Write(cancelled(known, NOON, "user:ada", restock=unshipped_only), known, "user:ada"), NOON)

    assert ask(order) == []

    assert answered == [("token-1", "cancelled")]
    assert stored(order).fulfilments[0].token is None


def test_an_order_that_changed_meanwhile_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    order = an_allocated_order()
    find, stale = orders.find_orders, [stored(order).replace(version=0)]
    monkeypatch.setattr(orders, "find_orders", lambda ids: {each.id: each for each in taken(stale)} or find(ids))

    assert ask(order) == []

    assert stored(order).fulfilments[0].status is FulfilmentStatus.REQUESTED


def taken(left: list[Order]) -> list[Order]:
    """What is left, which is nothing the next time."""
    found, left[:] = left[:], []
    return found


def asking(order: ChannelOrder, fulfilment: int = 1) -> dict[str, Any]:
    token = f"token-{order.number}-{fulfilment}"
    return {"order": order.order_id, "attempt": 1, "fulfilment": fulfilment, "kind": "own", "token": token}


def allocated_orders(count: int) -> list[ChannelOrder]:
    an_allocated_order()
    found = [an_order() for _ in range(count)]
    route.handler(told(*found), Context())
    return found


def test_a_batch_is_read_at_once_and_each_order_is_put_by_itself(cloud: World) -> None:
    batch = allocated_orders(5)
    cloud.calls.clear()

    own.handler(sqs_event(*map(asking, batch)), Context())

    assert cloud.calls == {("dynamodb", "BatchGetItem"): 1, ("dynamodb", "PutItem"): 5}
    assert {stored(each).fulfilments[0].token for each in batch} == {asking(each)["token"] for each in batch}


def test_of_those_that_lost_a_race_alone_is_read_and_put_again(cloud: World) -> None:
    batch = allocated_orders(3)
    loser = batch[1]

    def interfere(call: Call) -> None:
        if call.operation == "PutItem" and call.parameters["Item"]["pk"]["S"] == loser.order_id:
            cloud.before = nothing
            commit_one(Write(Change(stored(loser).replace(note="ring")), stored(loser), "test"), NOON)
            cloud.calls.clear()

    cloud.before = interfere
    answer = own.handler(sqs_event(*map(asking, batch)), Context())

    assert answer == {"batchItemFailures": []}
    assert [stored(each).fulfilments[0].status for each in batch] == [FulfilmentStatus.REQUESTED] * 3
    assert (stored(loser).note, cloud.calls["dynamodb", "PutItem"]) == ("ring", 3)  # its own, the third, and again


def test_an_order_that_cannot_be_read_fails_alone() -> None:
    good, broken = allocated_orders(2)
    clients.client("dynamodb").update_item(
        TableName=settings.orders_table,
        Key={"pk": {"S": broken.order_id}, "sk": {"S": "ORDER"}},
        UpdateExpression="SET body = :body",
        ExpressionAttributeValues={":body": {"B": b"nothing"}},
    )

    answer = own.handler(sqs_event(asking(good), asking(broken)), Context())

    assert answer == {"batchItemFailures": [{"itemIdentifier": "m1"}]}
    assert stored(good).fulfilments[0].status is FulfilmentStatus.REQUESTED


def test_a_bad_message_fails_alone() -> None:
    order = an_allocated_order()
    good = {"order": order.order_id, "attempt": 1, "fulfilment": 1, "kind": "own", "token": "t"}
    unknown = {**good, "order": "0" * 32}

    answer = own.handler(sqs_event(good, "{}", unknown, good), Context())

    assert [each["itemIdentifier"] for each in answer["batchItemFailures"]] == ["m1", "m2"]
    assert stored(order).fulfilments[0].status is FulfilmentStatus.REQUESTED

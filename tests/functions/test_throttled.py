"""A delivery for which Lambda has no environment costs a message nothing but time, on every queue."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from functions.operate import drain
from packhorse.aws import clients
from packhorse.aws.queues import send_dead_letter
from packhorse.aws.settings import settings
from packhorse.store import exceptions
from packhorse.store.exceptions import ExceptionState, OpenException
from packhorse.usecases.operations import begin_batch
from packhorse.usecases.operations.begin_batch import MOST_TRIES
from simulation.merchant import Context
from simulation.permissions import granted, is_granted, recorded
from tests.conftest import WORLDS
from tests.functions.queue_readings import MINUTE, Reading, refuse_batches_with

A_DAY_OF_THROTTLES = 500


def throttle(reading: Reading, times: int) -> None:
    """Lambda receives the messages, has no environment for them, and leaves them to the visibility timeout."""
    for _ in range(times):
        assert reading.queue.receive(reading.source.most)
        reading.world.clock.sleep(reading.queue.setting("VisibilityTimeout"))


def dead_letters(reading: Reading) -> list[str]:
    assert reading.queue.dead
    return [message.body for message in reading.queue.dead.messages]


def test_what_was_throttled_five_hundred_times_is_handled_then(reading: Reading) -> None:
    work = reading.work(1)
    reading.send(work.message)
    throttle(reading, A_DAY_OF_THROTTLES)

    reading.deliver()

    assert work.is_done()
    assert (reading.queue.messages, dead_letters(reading)) == ([], [])


def test_what_is_handled_at_the_first_delivery_is_not_counted(reading: Reading) -> None:
    work = reading.work(1)
    reading.send(work.message)
    before = len(WORLDS[-1].dynamodb.tables[settings.requests_table].records)

    reading.deliver()

    assert work.is_done()
    assert len(WORLDS[-1].dynamodb.tables[settings.requests_table].records) == before


def test_what_fails_between_throttles_is_tried_as_often_and_comes_again_as_soon(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = reading.work(1)
    reading.send(work.message)
    throttle(reading, 20)
    with monkeypatch.context() as refusing:
        refuse_batches_with(work.key, refusing)

        assert reading.seconds_to_dead_letter() < 10 * MINUTE


def test_a_message_whose_process_always_dies_is_given_up_as_soon_as_another(reading: Reading) -> None:
    reading.send("{")
    for _ in range(MOST_TRIES):
        event = reading.queue.event(reading.queue.receive(1))
        begin_batch.begin_batch(event, reading.name)
        reading.world.clock.sleep(reading.queue.setting("VisibilityTimeout"))

    reading.deliver()

    assert (reading.queue.messages, dead_letters(reading)) == ([], ["{"])


def test_a_delivery_whose_count_had_to_be_repeated_is_one_try(reading: Reading) -> None:
    reading.send("{")
    reading.queue.receive(1)
    reading.world.clock.sleep(reading.queue.setting("VisibilityTimeout"))
    event = reading.queue.event(reading.queue.receive(1))

    tries = [begin_batch.begin_batch(event, reading.name).tries for _ in range(3)]

    assert [list(each.values()) for each in tries] == [[2], [2], [2]]


def test_a_message_that_was_given_up_is_an_exception_that_goes_back_where_it_came_from(reading: Reading) -> None:
    body = json.dumps({"kind": "nothing", "order_id": "6f1b"})
    reading.send(body)
    reading.seconds_to_dead_letter()

    drain.handler({}, Context())

    [found] = open_exceptions()
    assert (found.cause, found.retryable, found.times) == ("dead_letter", True, 1)
    assert found.origin.queue == reading.name
    assert found.origin.group == ("shop" if reading.queue.is_fifo else "")
    assert dead_letters(reading) == []


def open_exceptions() -> list[OpenException]:
    return exceptions.newest_exceptions(ExceptionState.OPEN, None, 50)[0]


def test_a_message_that_is_given_up_twice_is_one_exception_once(reading: Reading) -> None:
    reading.send("{")
    [record] = reading.queue.event(reading.queue.receive(1))["Records"]

    for _ in range(2):
        send_dead_letter(reading.name, record)
    drain.handler({}, Context())

    assert [found.times for found in open_exceptions()] == [1]


def test_a_message_with_a_group_goes_to_the_dead_letters_of_the_type_of_its_queue(reading: Reading) -> None:
    group = {"MessageGroupId": "shop", "MessageDeduplicationId": "1"}
    reading.queue.send({"MessageBody": "{", **(group if reading.queue.is_fifo else {"MessageGroupId": "shop"})})
    [record] = reading.queue.event(reading.queue.receive(1))["Records"]

    send_dead_letter(reading.name, record)

    assert reading.queue.dead
    assert [(each.body, each.group) for each in reading.queue.dead.messages] == [("{", "shop")]


def test_a_function_may_count_and_give_up(reading: Reading) -> None:
    reading.send("{")
    function = reading.source.function.name
    with recorded() as needed:
        reading.seconds_to_dead_letter()

    asked = {(each.action, each.resource) for each in needed}
    assert {("dynamodb:UpdateItem", "RequestsTable")} <= asked
    assert [each for each in needed if not is_granted(each, granted(function))] == []


def failing(operation: str, monkeypatch: pytest.MonkeyPatch, only: Callable[[dict[str, Any]], bool]) -> None:
    service = "sqs" if operation.startswith("send") else "dynamodb"
    real = getattr(clients.client(service), operation)

    def call(**request: Any) -> Any:
        if only(request):
            raise ClientError({"Error": {"Code": "InternalError", "Message": "down"}}, operation)
        return real(**request)

    monkeypatch.setattr(clients.client(service), operation, call)


def test_what_cannot_be_counted_is_handled_all_the_same(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    work = reading.work(1)
    reading.send(work.message)
    throttle(reading, MOST_TRIES + 1)
    with monkeypatch.context() as broken:
        failing("update_item", broken, lambda request: request["TableName"] == settings.requests_table)

        reading.deliver()

    assert work.is_done()
    assert dead_letters(reading) == []


def test_what_cannot_be_given_up_is_kept_and_given_up_later(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    reading.send("{")
    dead = {settings.dead_letters_queue_url, settings.fifo_dead_letters_queue_url}
    with monkeypatch.context() as broken:
        failing("send_message_batch", broken, lambda request: request["QueueUrl"] in dead)
        for _ in range(MOST_TRIES + 2):
            reading.deliver()
            reading.world.clock.sleep(2 * MINUTE)
    assert (len(reading.queue.messages), dead_letters(reading)) == (1, [])

    reading.deliver()

    assert (reading.queue.messages, dead_letters(reading)) == ([], ["{"])

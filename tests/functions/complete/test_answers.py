"""Answers of fulfillers on the tracking queue, through the real handler."""

from typing import Any

import pytest

from functions.allocate import route
from functions.complete import track
from functions.fulfil import own
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.orders.fulfilment_order import FulfilmentStatus
from simulation.builders import NOON, a_configuration, a_line, a_warehouse, an_order, sqs_event
from simulation.merchant import Context, advance, balance, put_stock, set_up, stored, told

pytestmark = pytest.mark.usefixtures("cloud")


def a_requested_order() -> ChannelOrder:
    """Three units, requested from `east`."""
    set_up(a_configuration(a_warehouse("main"), a_warehouse("east"), a_warehouse("west"), priorities=("east", "west")))
    put_stock(10, warehouse="east")
    put_stock(5, warehouse="west")
    order = an_order(a_line(quantity=3))
    route.handler(told(order), Context())
    message = {"order": order.order_id, "attempt": 1, "fulfilment": 1, "kind": "own", "token": "token-1"}
    own.handler(sqs_event(message), Context())
    return order


def an_answer(order: ChannelOrder, kind: str, **more: Any) -> dict[str, Any]:
    return {
        "kind": kind,
        "order_id": order.order_id,
        "fulfilment": 1,
        "who": "supplier:acme",
        "at": NOON.isoformat(),
        **({"reason": "none_left", "report": "answers.csv#2"} if kind == "rejected" else {}),
        **more,
    }


def send(*bodies: Any) -> None:
    answer = track.handler(sqs_event(*bodies), Context())
    assert answer == {"batchItemFailures": []}


def causes(order: ChannelOrder) -> list[str]:
    return [each.cause for each in stored(order).exceptions]


def test_rejected_units_go_elsewhere_and_the_execution_is_answered(answered: list[tuple[str, str]]) -> None:
    order = a_requested_order()

    send(an_answer(order, "rejected"))
    route.handler(advance(order), Context())

    seen = [(each.warehouse, each.status) for each in stored(order).fulfilments]
    assert seen == [("east", FulfilmentStatus.REJECTED), ("west", FulfilmentStatus.QUEUED)]
    assert (balance(warehouse="east"), balance(warehouse="west")) == ((0, 0, 0), (5, 3, 2))
    assert ("token-1", "rejected") in answered


def test_the_same_answer_again_changes_nothing_in_one_batch_or_later(answered: list[tuple[str, str]]) -> None:
    order = a_requested_order()
    part = an_answer(order, "rejected", lines=[{"line": "1", "quantity": 1}], reason="mismatch")

    send(part, part)
    once = stored(order)
    send(part)

    assert stored(order) == once
    assert dict(once.fulfilments[0].remaining) == {"1": 2}
    assert (balance(warehouse="east"), balance(warehouse="west")) == ((9, 2, 7), (5, 1, 4))


def test_two_answers_about_one_order_are_both_applied() -> None:
    order = a_requested_order()
    one = {"lines": [{"line": "1", "quantity": 1}], "reason": "damaged"}

    send(an_answer(order, "rejected", **one), an_answer(order, "rejected", **one, report="answers.csv#3"))

    assert dict(stored(order).fulfilments[0].remaining) == {"1": 1}
    assert (balance(warehouse="east"), balance(warehouse="west")) == ((10, 1, 7), (5, 2, 3))


def test_an_accepted_fulfilment_order_says_so_once() -> None:
    order = a_requested_order()

    send(an_answer(order, "accepted"), an_answer(order, "accepted"))

    assert stored(order).fulfilments[0].status is FulfilmentStatus.ACCEPTED
    assert [entry.what for entry in stored(order).timeline].count("accepted") == 1


def test_what_was_accepted_can_still_be_rejected() -> None:
    order = a_requested_order()

    send(an_answer(order, "accepted"), an_answer(order, "rejected"))

    assert stored(order).fulfilments[0].status is FulfilmentStatus.REJECTED


def test_an_impossible_answer_is_an_exception_until_an_answer_fits() -> None:
    order = a_requested_order()

    send(an_answer(order, "rejected", lines=[{"line": "1", "quantity": 9}]))
    assert causes(order) == ["answer_refused"]
    assert "line 1: 9 rejected, 3 left" in stored(order).exceptions[0].message
    send(an_answer(order, "rejected", report="answers.csv#3"))

    assert causes(order) == []


def test_work_that_was_rejected_here_and_accepted_there_is_an_exception() -> None:
    order = a_requested_order()
    send(an_answer(order, "rejected"))

    send(an_answer(order, "accepted"))

    assert causes(order) == ["answer_refused"]
    send(an_answer(order, "rejected", report="answers.csv#9"))
    assert causes(order) == []

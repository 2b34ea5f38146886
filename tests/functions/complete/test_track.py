"""The tracking queue, through the real handler."""

from typing import Any

import pytest

from functions.allocate import route
from functions.complete import track
from functions.fulfil import own
from packhorse.aws import executions
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.orders.order import Flag, Status
from simulation.builders import NOON, a_line, an_order, sqs_event
from simulation.merchant import Context, balance, ledger, put_stock, set_up, stored, told

pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Task tokens that were answered, and with what."""
    answers: list[tuple[str, str]] = []
    monkeypatch.setattr(executions, "answer_token", lambda token, work: answers.append((token, work.status)))
    return answers


def a_requested_order(quantity: int = 4) -> ChannelOrder:
    set_up()
    put_stock(10)
    order = an_order(a_line(quantity=quantity))
    route.handler(told(order), Context())
    message = {"order": order.order_id, "attempt": 1, "fulfilment": 1, "kind": "own", "token": "token-1"}
    own.handler(sqs_event(message), Context())
    return order


def news(order: ChannelOrder, *parcels: dict[str, Any]) -> dict[str, Any]:
    return {
        "order_id": order.order_id,
        "fulfilment": 1,
        "parcels": parcels,
        "who": "user:ada",
        "at": NOON.isoformat(),
    }


def tell(*bodies: Any) -> list[str]:
    answer = track.handler(sqs_event(*bodies), Context())
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def a_parcel(tracking: str = "1Z999", quantity: int | None = None) -> dict[str, Any]:
    lines = [{"line": "1", "quantity": quantity}] if quantity else []
    return {"carrier": "UPS", "tracking": tracking, "lines": lines}


def test_a_parcel_without_lines_ships_all_that_remains(answered: list[tuple[str, str]]) -> None:
    order = a_requested_order()

    assert tell(news(order, a_parcel())) == []

    assert stored(order).status is Status.COMPLETE
    assert balance() == (6, 0, 6)
    assert ledger() == (6, 0)
    assert answered == [("token-1", "shipped")]


def test_the_same_news_again_changes_nothing_and_answers_again(answered: list[tuple[str, str]]) -> None:
    order = a_requested_order()

    assert tell(news(order, a_parcel()), news(order, a_parcel())) == []
    assert tell(news(order, a_parcel())) == []

    assert balance() == (6, 0, 6)
    assert answered == [("token-1", "shipped")] * 3


def test_part_of_it_ships_part_of_it(answered: list[tuple[str, str]]) -> None:
    order = a_requested_order()

    tell(news(order, a_parcel("P1", 1), a_parcel("P2", 2)))

    assert stored(order).status is Status.PARTIALLY_SHIPPED
    assert balance() == (7, 1, 6)
    assert answered == []


def test_news_that_cannot_be_true_is_an_exception_of_the_order() -> None:
    order = a_requested_order()

    assert tell(news(order, a_parcel("P1", 5))) == []

    assert stored(order).flags == {Flag.EXCEPTION}
    assert "5 shipped, 4 left" in stored(order).exceptions[0].message
    assert balance() == (10, 4, 6)


def test_each_refusal_is_an_exception_of_its_own_once() -> None:
    order = a_requested_order()

    tell(news(order, a_parcel("P1", 5)), news(order, a_parcel("P2", 9)), news(order, a_parcel("P1", 5)))

    kinds = [each.kind for each in stored(order).exceptions]
    assert kinds == ["shipment_refused_1_P1", "shipment_refused_1_P2"]


def test_a_bad_message_fails_alone(answered: list[tuple[str, str]]) -> None:
    order = a_requested_order()
    unknown = {**news(order, a_parcel()), "order_id": "0" * 32}

    assert tell("{}", news(order, a_parcel()), unknown) == ["m0", "m2"]

    assert stored(order).status is Status.COMPLETE
    assert answered == [("token-1", "shipped")]

"""The tracking queue, through the real handler."""

from typing import Any

import pytest

from functions.allocate import route
from functions.complete import track
from functions.fulfil import own
from packhorse.aws import executions
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.orders.order import Flag, Status
from simulation.aws.boundary import World
from simulation.aws.refusals import Refused, cancelled
from simulation.builders import NOON, a_configuration, a_line, a_warehouse, an_order, sqs_event
from simulation.merchant import MUG, Context, balance, ledger, put_stock, set_up, stored, told

pytestmark = pytest.mark.usefixtures("cloud")


def a_requested_order(quantity: int = 4) -> ChannelOrder:
    set_up()
    put_stock(10)
    order = an_order(a_line(quantity=quantity))
    route.handler(told(order), Context())
    message = {"order": order.order_id, "attempt": 1, "fulfilment": 1, "kind": "own", "token": "token-1"}
    own.handler(sqs_event(message), Context())
    return order


def news(order: ChannelOrder, *parcels: dict[str, Any], fulfilment: int = 1) -> dict[str, Any]:
    return {
        "order_id": order.order_id,
        "fulfilment": fulfilment,
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
    assert answered == [("token-1", "shipped")] * 2


def test_each_fulfilment_is_answered_once_by_the_parcels_that_end_it(answered: list[tuple[str, str]]) -> None:
    order = an_order_of_two_warehouses()

    tell(news(order, a_parcel("P1")))
    tell(news(order, a_parcel("P2"), fulfilment=2))

    assert stored(order).status is Status.COMPLETE
    assert answered == [("token-1", "shipped"), ("token-2", "shipped")]


def an_order_of_two_warehouses() -> ChannelOrder:
    set_up(a_configuration(a_warehouse("west"), a_warehouse("east")), MUG, "CUP")
    put_stock(1, MUG, "west")
    put_stock(1, "CUP", "east")
    order = an_order(a_line(MUG, line="1"), a_line("CUP", line="2"))
    route.handler(told(order), Context())
    asked = [
        {"order": order.order_id, "attempt": 1, "fulfilment": number, "kind": "own", "token": f"token-{number}"}
        for number in (1, 2)
    ]
    own.handler(sqs_event(*asked), Context())
    return order


def test_a_batch_is_read_at_once_and_shipped_in_one_transaction(cloud: World) -> None:
    orders = [a_requested_order(1)]
    for _ in range(3):
        orders.append(an_order())
        route.handler(told(orders[-1]), Context())
    cloud.calls.clear()

    tell(*(news(order, a_parcel()) for order in orders))

    assert cloud.calls["dynamodb", "BatchGetItem"] == cloud.calls["dynamodb", "TransactWriteItems"] == 1
    assert balance() == (6, 0, 6)


def test_of_a_group_that_lost_its_race_every_order_ships_in_the_end(cloud: World) -> None:
    orders = [a_requested_order(1)]
    orders.append(an_order())
    route.handler(told(orders[-1]), Context())
    refused = [cancelled([{"Code": "ConditionalCheckFailed"}])] * 3
    cloud.before = lambda call: _refused(refused) if call.operation == "TransactWriteItems" else None

    assert tell(*(news(order, a_parcel()) for order in orders)) == []

    assert (refused, balance()) == ([], (8, 0, 8))


def _refused(left: list[Refused]) -> None:
    if left:
        raise left.pop()


def test_an_answer_that_failed_is_given_when_the_message_comes_again(
    answered: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    order = a_requested_order()
    with monkeypatch.context() as patched:
        patched.setattr(executions, "answer_token", fail)
        assert tell(news(order, a_parcel())) == ["m0"]
    assert stored(order).status is Status.COMPLETE

    assert tell(news(order, a_parcel())) == []

    assert answered == [("token-1", "shipped")]


def fail(*_: Any) -> None:
    raise RuntimeError("Step Functions is down")


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


def test_a_refused_shipment_ends_once_its_parcel_is_recorded(answered: list[tuple[str, str]]) -> None:
    order = a_requested_order()
    tell(news(order, a_parcel("P1", 99)))
    assert [each.kind for each in stored(order).exceptions] == ["shipment_refused_1_P1"]

    tell(news(order, a_parcel("p 1", 4)))

    assert stored(order).exceptions == ()


def test_a_bad_message_fails_alone(answered: list[tuple[str, str]]) -> None:
    order = a_requested_order()
    unknown = {**news(order, a_parcel()), "order_id": "0" * 32}

    assert tell("{}", news(order, a_parcel()), unknown) == ["m0", "m2"]

    assert stored(order).status is Status.COMPLETE
    assert answered == [("token-1", "shipped")]

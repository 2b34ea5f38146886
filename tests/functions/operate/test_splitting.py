"""Fulfilment orders that are split and joined, through the API."""

from typing import Any

import pytest

from functions.allocate import route
from functions.fulfil import own
from packhorse.aws import executions
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.users import Role
from simulation.builders import a_configuration, a_line, a_warehouse, an_order, sqs_event
from simulation.merchant import MUG, Context, advance, balance, put_stock, set_up, stored, told
from tests.functions.operate.calls import Answer, call
from tests.functions.operate.interference import meanwhile
from tests.functions.operate.people import invited

pytestmark = pytest.mark.usefixtures("cloud")


def a_requested_order(quantity: int = 3) -> ChannelOrder:
    """Requested from `east`."""
    set_up(a_configuration(a_warehouse("east"), a_warehouse("west")))
    put_stock(10, warehouse="east")
    order = an_order(a_line(quantity=quantity))
    route.handler(told(order), Context())
    request(order, 1)
    return order


def request(order: ChannelOrder, number: int) -> None:
    """Hand a fulfilment order over, as its execution does."""
    work = stored(order).fulfilments[number - 1]
    token = f"token-{number}"
    body = {"order": order.order_id, "attempt": work.attempt, "fulfilment": number, "kind": "own", "token": token}
    own.handler(sqs_event(body), Context())


def split(order: ChannelOrder, units: int = 1, number: int = 1, **more: Any) -> Answer:
    lines = [{"line": "1", "quantity": units}]
    path = f"/orders/{order.order_id}/fulfilments/{number}/split"
    return call("POST", path, {"lines": lines}, () if "who" in more else ("owner",), **more)


def join(order: ChannelOrder, number: int = 2, into: int = 1) -> Answer:
    return call("POST", f"/orders/{order.order_id}/fulfilments/{number}/join", {"into": into})


def works(order: ChannelOrder) -> list[tuple[str, dict[str, int]]]:
    return [(each.status.value, dict(each.wanted)) for each in stored(order).fulfilments]


def test_a_part_is_split_off_handed_over_and_shipped_by_itself() -> None:
    order = a_requested_order()

    body = split(order).body
    route.handler(advance(order), Context())
    request(order, 2)

    assert [(each["number"], each["split_from"]) for each in body["fulfilments"]] == [(1, None), (2, 1)]
    assert works(order) == [("requested", {"1": 2}), ("requested", {"1": 1})]
    assert balance(warehouse="east") == (10, 3, 7)
    rows = call("GET", "/fulfilments", query={"q": MUG}).body["items"]
    assert sorted((row["fulfilment"], row["units"]) for row in rows) == [(1, 2), (2, 1)]


def test_of_two_people_who_split_at_once_both_get_their_part_while_there_are_units() -> None:
    order = a_requested_order()

    with meanwhile("TransactWriteItems", lambda: split(order)):
        assert split(order).status == 200

    assert works(order) == [("requested", {"1": 1}), ("queued", {"1": 1}), ("queued", {"1": 1})]


def test_of_two_people_who_split_at_once_the_second_is_refused_what_is_not_left() -> None:
    order = a_requested_order(quantity=2)

    with meanwhile("TransactWriteItems", lambda: split(order)):
        answer = split(order)

    assert (answer.status, answer.fields) == (422, ["lines"])
    assert works(order) == [("requested", {"1": 1}), ("queued", {"1": 1})]


def test_a_repeated_request_splits_once() -> None:
    order = a_requested_order()

    answers = [split(order, headers={"idempotency-key": "one"}) for _ in range(2)]

    assert [each.status for each in answers] == [200, 200]
    assert len(stored(order).fulfilments) == 2


def test_the_execution_of_a_joined_part_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[tuple[str, str]] = []
    monkeypatch.setattr(executions, "answer_token", lambda token, work: answers.append((token, work.status)))
    order = a_requested_order()
    split(order)
    request(order, 2)

    body = join(order).body
    route.handler(advance(order), Context())

    assert [(each["status"], each["joined_into"]) for each in body["fulfilments"]] == [
        ("requested", None),
        ("cancelled", 1),
    ]
    assert (answers[0], works(order)[0]) == (("token-2", "cancelled"), ("requested", {"1": 3}))


def test_split_then_cancelled_gives_the_stock_back_once() -> None:
    order = a_requested_order()
    split(order)

    assert call("POST", f"/orders/{order.order_id}/cancel").body["status"] == "cancelled"

    assert balance(warehouse="east") == (10, 0, 10)
    parcel = {"carrier": "UPS", "tracking": "1Z999"}
    assert call("POST", f"/orders/{order.order_id}/fulfilments/2/ship", {"parcels": [parcel]}).status == 409


def test_bad_input_is_refused_with_its_field() -> None:
    order = a_requested_order()
    split(order)

    assert (split(order, units=9).status, split(order, units=9).fields) == (422, ["lines.0.quantity"])
    assert call("POST", f"/orders/{order.order_id}/fulfilments/1/split", {"lines": []}).fields == ["lines"]
    assert (join(order, into=7).status, join(order, into=7).fields) == (422, ["into"])
    assert split(order, number=9).status == 404


@pytest.mark.parametrize("role", [Role.WAREHOUSE, Role.PACKER])
def test_people_at_the_warehouse_split_there_and_nowhere_else(role: Role) -> None:
    order = a_requested_order()
    invited("ann@example.com", role, warehouses=["east"])
    invited("bob@example.com", role, warehouses=["west"])

    assert split(order, who="bob@example.com").status == 404
    assert split(order, who="ann@example.com").status == 200

"""A listing that means no product is one exception, with the orders that wait for it; mapping it releases them."""

from typing import Any
from urllib.parse import quote

import pytest

from functions.allocate import route
from packhorse.aws.queues import message_body
from packhorse.aws.settings import settings
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.values import OrderId
from packhorse.messages.orders import AdvanceOrder
from packhorse.store import exceptions
from packhorse.store.exceptions import ExceptionState
from packhorse.usecases.operations.end_exceptions import end_exceptions
from simulation.builders import NOON, a_configuration, a_line, an_order, sqs_event
from simulation.merchant import MUG, Context, put_stock, set_up, told
from simulation.permissions import granted, is_granted, recorded
from tests.conftest import queued
from tests.functions.operate.calls import call
from tests.functions.operate.orders import get


@pytest.fixture(autouse=True)
def merchant(cloud: Any) -> None:
    set_up(a_configuration())
    put_stock(100)


def listed(state: str = "open", kind: str | None = "unmatched_listing") -> list[dict[str, Any]]:
    query = {"state": state, **({"kind": kind} if kind else {})}
    found: list[dict[str, Any]] = call("GET", "/exceptions", query=query).body["items"]
    return found


def deliver(event: dict[str, Any]) -> None:
    assert route.handler(event, Context()) == {"batchItemFailures": []}


def arrive(*orders: ChannelOrder) -> None:
    deliver(told(*orders))


def advance_all() -> int:
    """Deliver the messages of the orders queue until none is left; return how many orders were advanced."""
    names: set[str] = set()
    while found := [each["order_id"] for each in queued(settings.orders_queue_url) if each["kind"] == "advance"]:
        names |= {*found}
        deliver(sqs_event(*(message_body(AdvanceOrder(order_id=OrderId(each))) for each in found)))
    return len(names)


def waiting(*numbers: int, reference: str = "44211", sku: str = "A-SHOPS-OWN") -> list[ChannelOrder]:
    return [an_order(a_line(sku, reference=reference), channel_order_id=str(number)) for number in numbers]


def test_a_listing_is_one_exception_for_all_orders_and_ends_with_the_last_that_it_releases() -> None:
    orders = waiting(1, 2, 3)
    arrive(*orders)

    [found] = listed()
    assert (found["concerns"], found["waiting"], found["subject"]["reference"]) == ("shop listing 44211", 3, "44211")
    assert "lists no product under 44211" in found["message"]
    assert listed(kind="unmatched_sku") == []
    assert get(orders[0].order_id)["exceptions"][0]["cause"] == "unmatched_sku"

    call("PUT", f"/products/{MUG}/listings/shop", {"reference": "44211"})
    assert advance_all() == 3

    assert listed() == []
    assert [each["id"] for each in listed("resolved")] == [found["id"]]
    assert {get(order.order_id)["status"] for order in orders} == {"in_fulfilment"}


def test_every_listing_has_an_exception_of_its_own() -> None:
    arrive(*waiting(1, 2), *waiting(3, reference="", sku="PLATE"))

    assert {each["concerns"]: each["waiting"] for each in listed()} == {
        "shop listing 44211": 2,
        "shop listing PLATE": 1,
    }


def test_a_product_with_the_sku_ends_it_too() -> None:
    arrive(*waiting(1, reference="", sku="PLATE"))

    call("PUT", "/products/PLATE", {"name": "Plate"})
    advance_all()

    assert listed() == []


def test_a_listing_of_a_sku_that_its_channel_writes_with_blanks_ends_it_too() -> None:
    [order] = waiting(1, reference="", sku=" A-SHOPS-OWN ")
    arrive(order)
    assert [each["subject"]["reference"] for each in listed()] == ["A-SHOPS-OWN"]

    call("PUT", f"/products/{quote(MUG, safe='')}/listings/shop", {"reference": "A-SHOPS-OWN"})
    advance_all()

    assert (listed(), get(order.order_id)["lines"][0]["sku"]) == ([], MUG)


def test_an_order_that_comes_later_opens_it_again_while_another_one_only_counts() -> None:
    arrive(*waiting(1))
    arrive(*waiting(2))

    [found] = listed()
    assert (found["times"], found["waiting"]) == (1, 2)


@pytest.mark.parametrize("left", ["cancelled", "named"])
def test_it_ends_when_the_last_order_leaves_it_and_not_before(left: str) -> None:
    first, second = waiting(1, 2)
    arrive(first, second)

    def leave(order: ChannelOrder) -> None:
        if left == "cancelled":
            assert call("POST", f"/orders/{order.order_id}/cancel", {}).status == 200
        else:
            assert call("POST", f"/orders/{order.order_id}/lines/1/product", {"sku": MUG}).status == 200

    leave(first)
    assert [each["waiting"] for each in listed()] == [1]
    leave(second)
    assert listed() == []


def test_a_custom_item_without_a_sku_is_an_exception_until_a_person_names_its_product() -> None:
    [order] = waiting(1, reference="", sku="")
    arrive(order)

    assert listed() == []
    [found] = listed(kind="unmatched_sku")
    assert (found["order"], found["waiting"]) == (order.order_id, None)
    call("POST", f"/orders/{order.order_id}/lines/1/product", {"sku": MUG})
    assert listed(kind="unmatched_sku") == []


def test_a_retry_advances_all_orders_that_wait_and_nobody_dismisses_it() -> None:
    arrive(*waiting(1, 2))
    [found] = listed()

    assert call("POST", f"/exceptions/{found['id']}/retry").status == 202
    assert call("POST", f"/exceptions/{found['id']}/dismiss").status == 409

    assert len(queued(settings.orders_queue_url)) == 2


def test_a_process_that_died_before_it_was_opened_opens_it_when_the_message_comes_again() -> None:
    [order] = waiting(1)
    arrive(order)
    [found] = listed()
    exceptions.resolve_as_read(exceptions.get_exception(found["id"]))

    deliver(sqs_event(message_body(AdvanceOrder(order_id=order.order_id))))

    assert [each["id"] for each in listed()] == [found["id"]]


def test_the_audit_ends_one_for_which_no_order_waits_any_more() -> None:
    [order] = waiting(1)
    arrive(order)
    [found] = listed()
    call("POST", f"/orders/{order.order_id}/cancel", {})
    exceptions.mark(exceptions.get_exception(found["id"]), ExceptionState.OPEN, "as if it died", NOON)

    with recorded() as needed:
        end_exceptions(NOON, lambda: False)

    assert [each for each in needed if not is_granted(each, granted("AuditFunction"))] == []
    assert listed() == []


def test_an_order_of_many_listings_keeps_the_exception_of_each_until_it_leaves_it() -> None:
    names = [f"Sku {number:02}" for number in range(20)]
    order = an_order(*(a_line(name, reference=name, line=name) for name in names))
    arrive(order)

    end_exceptions(NOON, lambda: False)

    assert {each["concerns"]: each["waiting"] for each in listed()} == {f"shop listing {name}": 1 for name in names}
    assert call("POST", f"/orders/{order.order_id}/cancel", {}).status < 300
    advance_all()
    assert listed() == []


def test_the_exceptions_that_older_code_opened_for_each_line_become_one_for_the_listing() -> None:
    first, second = waiting(1, 2)
    arrive(first, second)
    [found] = listed()
    exceptions.resolve_as_read(exceptions.get_exception(found["id"]))
    for order in (first, second):
        open_as_before(order.order_id)
    assert len(listed(kind="unmatched_sku")) == 2

    end_exceptions(NOON, lambda: False)

    assert listed(kind="unmatched_sku") == []
    assert [each["waiting"] for each in listed()] == [2]


def open_as_before(order_id: str) -> None:
    """Open the exception of a line as 0.1.0 did: one for each order."""
    from packhorse.aws.clients import client
    from packhorse.store.order_exceptions import _opened
    from packhorse.store.orders import get_order

    order = get_order(OrderId(order_id))
    client("dynamodb").update_item(**_opened(order, order.exceptions[0]))

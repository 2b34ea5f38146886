"""What needs a person: listed, retried and dismissed through the API."""

import json
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from functions.allocate import route
from functions.complete import finish
from packhorse.aws import clients
from packhorse.aws.bucket import store_payload
from packhorse.aws.queues import message_body
from packhorse.aws.settings import settings
from packhorse.channels.shopify.orders import Shopify
from packhorse.domain.catalogue.product import Listing, Product
from packhorse.domain.configuration.account import Unmatched
from packhorse.domain.configuration.channel import ChannelKind
from packhorse.domain.errors import Rejected
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.problem import NO_ORIGIN, Cause, Origin, Problem, Subject
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.values import ChannelId, OrderId, WarehouseId
from packhorse.messages import origins
from packhorse.messages.orders import AdvanceOrder, OrderReceived
from packhorse.store import catalogue, configuration, exceptions, listings, orders, polls
from packhorse.usecases.intake import receive
from simulation.builders import NOON, a_channel, a_configuration, a_line, an_order, sqs_event
from simulation.merchant import MUG, Context, put_stock, set_up, stored
from tests.conftest import invoked, queued
from tests.functions.operate.calls import Answer, call
from tests.functions.operate.interference import meanwhile
from tests.functions.operate.orders import get, one_routed

pytestmark = pytest.mark.usefixtures("cloud")

PAID = Path(__file__).parents[2] / "data" / "shopify" / "orders-paid.json"
US = ChannelId("shopify-us")


def listed(**query: Any) -> Any:
    return call("GET", "/exceptions", query=query).body["items"]


def the_one(**query: Any) -> Any:
    [found] = listed(**query)
    return found


def retry(found: Any, **more: Any) -> Answer:
    return call("POST", f"/exceptions/{found['id']}/retry", **more)


def dismiss(found: Any, **more: Any) -> Answer:
    return call("POST", f"/exceptions/{found['id']}/dismiss", **more)


def opened(
    cause: str, subject: Subject, message: str, at: datetime = NOON, raw: str = "", origin: Origin = NO_ORIGIN
) -> None:
    """Something goes wrong."""
    problem = Problem(cause=Cause(cause), subject=subject, message=message, origin=origin, raw=raw)
    exceptions.open_exception(problem, at)


def dead(body: str, queue: str, group: str = "") -> Any:
    """The exception of a dead letter of that queue."""
    key = store_payload(f"dead/{queue}", body.encode(), NOON)
    subject = Subject(text=f"{queue}: {body}")
    opened("dead_letter", subject, "given up", raw=key, origin=Origin(queue=queue, group=group))
    return the_one(kind="dead_letter")


def set_up_shopify(**account: Any) -> None:
    set_up(a_configuration(channel=a_channel(US, ChannelKind.SHOPIFY), **account))


def set_up_later(channel: str) -> None:
    configuration.apply_edit(lambda before: before.with_channel(a_channel(channel)), "owner", NOON)


def unreadable(body: bytes) -> Any:
    """The exception of a webhook whose order makes no sense."""
    headers = {"X-Shopify-Topic": "orders/paid", "X-Shopify-Hmac-SHA256": "checked", "Cookie": "secret"}
    receive.queue_order(Shopify(US), a_channel(US, ChannelKind.SHOPIFY), headers, body, NOON)
    return the_one(kind="unreadable_order")


# ---- listed --------------------------------------------------------------------------------------------------------


def test_exceptions_are_listed_newest_first_page_by_page() -> None:
    for minute in range(3):
        subject = Subject.of_payload("shop", str(minute))
        opened("unreadable_order", subject, "no lines", NOON + timedelta(minutes=minute), "raw/x")

    first = call("GET", "/exceptions", query={"limit": 2}).body
    second = call("GET", "/exceptions", query={"limit": 2, "cursor": first["next"]}).body

    assert [item["concerns"] for item in (*first["items"], *second["items"])] == ["shop 2", "shop 1", "shop 0"]
    assert second["next"] is None


def test_an_exception_says_what_with_what_how_often_what_to_do_and_where_the_input_is() -> None:
    opened("unreadable_order", Subject.of_payload("shop", "1"), "no lines", NOON, "raw/webhook/1.json")
    opened("unreadable_order", Subject.of_payload("shop", "1"), "no address", NOON + timedelta(hours=1))

    found = the_one()

    assert found | {"id": "", "action": found["action"][:4]} == {
        "id": "",
        "state": "open",
        "cause": "unreadable_order",
        "concerns": "shop 1",
        "subject": found["subject"],
        "message": "no address",
        "action": "Corr",
        "retryable": False,
        "dismissible": True,
        "raw": "raw/webhook/1.json",
        "origin": {"queue": "", "group": "", "channel": "", "headers": {}},
        "times": 2,
        "first_at": NOON.isoformat().replace("+00:00", "Z"),
        "last_at": (NOON + timedelta(hours=1)).isoformat().replace("+00:00", "Z"),
        "handled_by": None,
        "handled_at": None,
        "order": None,
        "order_number": None,
        "orders": [],
        "product": None,
        "line": None,
        "waiting": None,
    }
    told = {name: value for name, value in found["subject"].items() if value}
    assert told == {"text": "shop 1", "channel": "shop"}
    assert call("GET", f"/exceptions/{found['id']}").body == found


@pytest.mark.parametrize("name", ["cause", "kind"])
def test_those_of_a_cause_are_found_among_many_others(name: str) -> None:
    for minute in range(12):
        cause = "drift" if minute % 6 == 0 else "unreadable_order"
        opened(cause, Subject.of_payload("shop", str(minute)), "", NOON + timedelta(minutes=minute))

    first = call("GET", "/exceptions", query={name: "drift", "limit": 1}).body
    second = call("GET", "/exceptions", query={name: "drift", "limit": 1, "cursor": first["next"]}).body

    assert [item["concerns"] for item in (*first["items"], *second["items"])] == ["shop 6", "shop 0"]
    assert (second["next"], listed(**{name: "push_rejected"})) == (None, [])


def test_two_causes_at_once_are_422() -> None:
    assert call("GET", "/exceptions", query={"cause": "drift", "kind": "overdue"}).fields == ["kind"]
    assert call("GET", "/exceptions", query={"cause": "drift", "kind": "drift"}).status == 200


def test_a_cursor_or_a_state_that_is_none_of_ours_is_422() -> None:
    assert call("GET", "/exceptions", query={"cursor": "e30="}).fields == ["cursor"]
    assert call("GET", "/exceptions", query={"state": "lost"}).status == 422


@pytest.mark.parametrize("step", ["", "/retry", "/dismiss", "/reopen"])
def test_an_exception_that_nobody_knows_is_404(step: str) -> None:
    assert call("POST" if step else "GET", f"/exceptions/{'0' * 32}{step}").status == 404


def test_what_is_over_is_resolved_and_nothing_happens_where_nothing_was_open() -> None:
    opened("push_rejected", Subject.of_listing("shop", MUG), "unknown item", NOON)

    exceptions.resolve(Cause.PUSH_REJECTED, Subject.of_listing("shop", MUG))
    exceptions.resolve(Cause.PUSH_REJECTED, Subject.of_listing("shop", "NEVER HEARD OF"))

    assert listed() == []
    assert the_one(state="resolved")["concerns"] == f"shop {MUG}"


def test_what_was_dismissed_stays_dismissed_when_it_is_over() -> None:
    opened("drift", Subject.of_channel("shop"), "2 differ", NOON)
    dismiss(the_one())

    exceptions.resolve(Cause.DRIFT, Subject.of_channel("shop"))

    assert the_one(state="dismissed")["cause"] == "drift"


def retry_while(found: Any, succeed: Callable[[], object], *, is_over_first: bool) -> None:
    """Retries an exception whose cause ends just before the retry is stored, or just after."""
    if is_over_first:
        with meanwhile("UpdateItem", succeed):
            retry(found)
    else:
        retry(found)
        succeed()


@pytest.mark.parametrize("is_over_first", [True, False])
def test_what_is_over_while_it_is_retried_ends_resolved_whichever_is_first(*, is_over_first: bool) -> None:
    set_up()
    subject = Subject.of_listing("shop", MUG)
    opened("push_rejected", subject, "unknown item", NOON)
    found = the_one()

    retry_while(found, lambda: exceptions.resolve(Cause.PUSH_REJECTED, subject), is_over_first=is_over_first)

    assert listed() == listed(state="retried") == []
    assert the_one(state="resolved")["id"] == found["id"]


@pytest.mark.parametrize("is_over_first", [True, False])
def test_an_exception_of_a_listing_that_is_over_while_it_is_retried_ends_resolved(*, is_over_first: bool) -> None:
    set_up()
    order_id = one_routed(a_line("NEW"))
    found = the_one(kind="unmatched_listing")

    def succeed() -> None:
        catalogue.put_product(Product(sku="NEW"))
        route.handler(sqs_event(message_body(AdvanceOrder(order_id=OrderId(order_id)))), Context())

    retry_while(found, succeed, is_over_first=is_over_first)

    assert listed() == listed(state="retried") == []
    assert the_one(state="resolved")["id"] == found["id"]
    assert "exception" not in get(order_id)["flags"]


# ---- dead letters --------------------------------------------------------------------------------------------------


def test_a_dead_letter_goes_back_to_its_queue_byte_for_byte() -> None:
    found = dead('{"kind": "advance",   "order_id": "Ä"}', "orders")

    answer = retry(found)

    assert (answer.status, answer.body["state"], answer.body["handled_by"]) == (202, "retried", "user:ada@example.com")
    [message] = clients.client("sqs").receive_message(QueueUrl=settings.orders_queue_url)["Messages"]
    assert message["Body"] == '{"kind": "advance",   "order_id": "Ä"}'
    assert (listed(), the_one(state="retried")["id"]) == ([], found["id"])


@pytest.mark.parametrize("queue", ["orders", "own", "tracking"])
def test_every_queue_gets_its_own_back(queue: str) -> None:
    retry(dead('{"a": 1}', queue))

    assert queued(origins.QUEUES[queue]) == [{"a": 1}]


def test_what_a_queue_of_an_earlier_release_gave_up_goes_to_the_queue_of_now() -> None:
    retry(dead('{"a": 1}', "quantities", group="shop"))

    assert queued(settings.channels_queue_url) == [{"a": 1}]


@pytest.mark.parametrize("name", origins.FUNCTIONS)
def test_a_function_is_invoked_once_more_with_what_it_gave_up(name: str) -> None:
    assert retry(dead('{"a": "Ä"}', name)).status == 202

    assert invoked(origins.FUNCTIONS[name]) == [{"a": "Ä"}]


def test_an_order_whose_dead_letter_goes_back_is_advanced_too_since_its_work_may_be_half_done() -> None:
    order = an_order()
    letter = OrderReceived(order=order, who="channel:shop").model_dump_json()

    retry(dead(letter, "orders"))

    [first, second] = queued(settings.orders_queue_url)
    assert (first["kind"], second) == (
        "order",
        {"kind": "advance", "order_id": order.order_id, "for_labels": False, "foreseen": False},
    )


def test_a_dead_letter_of_a_fifo_goes_back_into_its_group_once_for_each_failure() -> None:
    found = dead('{"kind": "tell", "sku": "MUG #3"}', "channels", group="g-1")

    assert [retry(found).status for _ in range(2)] == [202, 202]

    received = clients.client("sqs").receive_message(
        QueueUrl=settings.channels_queue_url, AttributeNames=["All"], MaxNumberOfMessages=10
    )
    assert [message["Attributes"]["MessageGroupId"] for message in received["Messages"]] == ["g-1"]


def test_a_dead_letter_of_the_orders_queue_goes_back_into_its_lane() -> None:
    retry(dead('{"kind": "advance", "order_id": "6f1b"}', "orders", group="csv:1"))

    [message] = clients.client("sqs").receive_message(QueueUrl=settings.orders_queue_url, AttributeNames=["All"])[
        "Messages"
    ]
    assert message["Attributes"]["MessageGroupId"] == "csv:1"


def test_what_fails_again_after_a_retry_is_open_again_and_counted() -> None:
    retry(dead('{"a": 1}', "orders"))

    found = dead('{"a": 1}', "orders")

    assert (found["state"], found["times"], found["handled_by"]) == ("open", 2, "user:ada@example.com")


def test_what_failed_again_while_it_was_retried_stays_open() -> None:
    before = exceptions.get_exception(dead('{"a": 1}', "orders")["id"])
    again = dead('{"a": 1}', "orders")

    exceptions.mark(before, exceptions.ExceptionState.RETRIED, "user:ada", NOON)

    assert the_one() == again


def test_a_dead_letter_that_is_not_kept_any_more_is_409() -> None:
    found = dead('{"a": 1}', "orders")
    clients.client("s3").delete_object(Bucket=settings.uploads_bucket, Key=found["raw"])

    answer = retry(found)

    assert (answer.status, "not kept any more" in answer.body["detail"]) == (409, True)
    assert the_one()["times"] == 1


# ---- orders that could not be read, or had no channel, or were rejected -------------------------------------------


def test_an_unreadable_order_is_read_again_as_it_came_once_the_adapter_is_mended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_up_shopify()
    with monkeypatch.context() as broken:
        broken.setattr(Shopify, "read", _does_not_understand)
        found = unreadable(PAID.read_bytes())

    answer = retry(found)

    assert (answer.status, answer.body["state"]) == (202, "resolved")
    assert found["origin"] == {"queue": "", "group": "", "channel": US, "headers": {"X-Shopify-Topic": "orders/paid"}}
    [message] = queued(settings.orders_queue_url)
    assert message["order"]["channel_order_id"] == str(json.loads(PAID.read_text())["id"])
    assert (message["who"], message["raw"]) == (f"channel:{US}", found["raw"])


def _does_not_understand(*_: Any) -> None:
    raise Rejected("not understood")


def test_an_order_that_still_cannot_be_read_is_409_and_counted() -> None:
    set_up_shopify()
    found = unreadable(b'{"id": 1, "line_items": "none"}')

    answer = retry(found)

    assert (answer.status, answer.body["detail"].startswith("it failed again")) == (409, True)
    assert (the_one()["state"], the_one()["times"]) == ("open", 2)
    assert "line_items: " in the_one()["message"]
    assert queued(settings.orders_queue_url) == []


def test_an_unreadable_order_ends_once_the_channel_sends_it_mended() -> None:
    set_up_shopify()
    told_of = an_order(channel=US, channel_order_id="1")
    found = unreadable(b'{"id": 1, "line_items": "none"}')
    earlier = told_of.replace(modified_at=datetime.fromisoformat(found["last_at"]) - timedelta(minutes=1))

    assert taken_in(earlier, [told(earlier)])
    assert the_one(kind="unreadable_order")["concerns"] == "shopify-us 1"

    mended = earlier.replace(modified_at=datetime.fromisoformat(found["last_at"]) + timedelta(minutes=5))
    assert taken_in(mended, [told(mended)])
    assert listed(kind="unreadable_order") == []
    assert the_one(state="resolved", kind="unreadable_order")["id"] == found["id"]


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"line_items": 7}', b'{"id": {"$oid": "1"}}', b'{"id": " "}'])
def test_an_unreadable_payload_without_an_id_is_named_by_its_key(body: bytes) -> None:
    set_up_shopify()

    found = unreadable(body)

    assert found["concerns"] == f"{US} {found['raw']}"


def test_an_order_of_a_channel_that_is_gone_cannot_be_read() -> None:
    set_up_shopify()
    found = unreadable(b'{"id": 1, "line_items": "none"}')
    set_up()

    answer = retry(found)

    assert (answer.status, answer.body["detail"]) == (409, "channel shopify-us is not set up")
    assert the_one()["times"] == 1


def taken_in(order: ChannelOrder, messages: Iterable[Any]) -> bool:
    """Whether it is one of our orders after the orders queue brought those messages, and an order beside it."""
    beside = OrderReceived(order=an_order(), who="channel:shop").model_dump(mode="json")
    assert route.handler(sqs_event(*messages, beside), Context()) == {"batchItemFailures": []}
    return orders.existing_ids([order.order_id]) == {order.order_id}


def told(order: ChannelOrder) -> Any:
    """The message that brings an order."""
    return OrderReceived(order=order, who=f"poll:{order.channel}").model_dump(mode="json")


def test_an_order_of_an_unknown_channel_comes_in_once_the_channel_is_set_up() -> None:
    set_up()
    order = an_order(channel="market")
    assert not taken_in(order, [told(order)])
    found = the_one(kind="unknown_channel")

    set_up_later("market")
    answer = retry(found)

    assert (answer.status, found["concerns"]) == (202, f"market {order.channel_order_id}")
    assert taken_in(order, queued(settings.orders_queue_url))
    assert the_one(state="resolved")["cause"] == "unknown_channel"


def test_a_rejected_order_comes_in_once_its_skus_are_known() -> None:
    set_up(a_configuration(unmatched_sku=Unmatched.REJECT))
    order = an_order(a_line("THEIR-SKU", reference="44211"))
    assert not taken_in(order, [told(order)])

    listings.put_listing(Listing(channel="shop", reference="44211", sku=MUG))
    assert retry(the_one(kind="order_rejected")).status == 202

    assert taken_in(order, queued(settings.orders_queue_url))
    assert stored(order).lines[0].matched == MUG
    assert the_one(state="resolved")["cause"] == "order_rejected"


# ---- polls and pushes ----------------------------------------------------------------------------------------------


def test_a_poll_that_failed_is_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(a_configuration(channel=a_channel("corner", ChannelKind.GENERIC, base_url="https://corner.example")))
    opened("poll_failed", Subject.of_channel("corner"), "Unavailable", raw="raw/x", origin=Origin(channel="corner"))
    asked: list[Any] = []
    monkeypatch.setattr(clients.client("lambda"), "invoke", lambda **what: asked.append(what))

    assert retry(the_one()).body["state"] == "retried"

    assert [json.loads(each["Payload"]) for each in asked] == [{"channel": "corner", "now": True}]


def test_a_poll_that_failed_of_a_channel_that_is_gone_is_409() -> None:
    set_up()
    opened("poll_failed", Subject.of_channel("corner"), "Unavailable", raw="raw/x", origin=Origin(channel="corner"))

    assert retry(the_one()).body["detail"] == "channel corner is not set up"


def test_a_refused_quantity_is_told_again() -> None:
    set_up()
    opened("push_rejected", Subject.of_listing("shop", MUG), "unknown item", NOON)

    assert retry(the_one()).status == 202

    [message] = queued(settings.channels_queue_url)
    assert (message["kind"], message["channel"], message["sku"], message["forced"]) == ("tell", "shop", MUG, True)


def test_a_channel_that_drifts_is_told_all_that_it_lists() -> None:
    set_up()
    opened("drift", Subject.of_channel("shop"), "2 differ", NOON)

    assert retry(the_one()).status == 202

    [message] = invoked(settings.publish_function)
    assert (message["kind"], message["channel"], message["forced"]) == ("channel", "shop", True)


@pytest.mark.parametrize("cause", ["push_rejected", "drift", "credentials_refused"])
def test_nothing_is_told_again_to_a_channel_that_is_gone(cause: str) -> None:
    set_up()
    opened(cause, Subject.of_listing("corner", MUG), "refused", NOON)

    answer = retry(the_one())

    assert (answer.status, answer.body["detail"]) == (409, "channel corner is not set up")
    assert (queued(settings.channels_queue_url), the_one()["state"]) == ([], "open")


def test_a_refused_quantity_is_not_told_again_to_a_channel_that_is_inactive() -> None:
    set_up()
    opened("push_rejected", Subject.of_listing("shop", MUG), "unknown item", NOON)
    assert call("PATCH", "/channels/shop", {"active": False}).status == 200

    answer = retry(the_one())

    assert (answer.status, answer.body["detail"].startswith("channel shop is inactive")) == (409, True)


def test_after_changes_that_were_missed_everybody_looks_at_the_stock() -> None:
    set_up()
    opened("changes_missed", Subject(text="stock"), "not heard of", NOON)

    assert retry(the_one()).status == 202

    assert [message["channel"] for message in invoked(settings.publish_function)] == ["shop"]
    assert [message["kind"] for message in invoked(settings.release_function)] == ["all"]


# ---- what trying again cannot help ------------------------------------------------------------------------------


def test_what_is_over_or_cannot_be_helped_is_not_tried_again() -> None:
    opened("ledger_differs", Subject.of_shelf(Shelf(MUG, WarehouseId("main"))), "2 too many", NOON)
    opened("drift", Subject.of_channel("shop"), "2 differ", NOON)
    exceptions.resolve(Cause.DRIFT, Subject.of_channel("shop"))

    found = the_one(), the_one(state="resolved")
    helpless, over = map(retry, found)

    assert [each["retryable"] for each in found] == [False, False]
    assert (helpless.status, over.status) == (409, 409)
    assert "corrected in the tables" in helpless.body["detail"]
    assert over.body["detail"] == "it is over already"


# ---- an order's own ------------------------------------------------------------------------------------------------


def test_an_orders_own_exception_is_looked_at_again_and_stays_open_until_the_order_is_without_it() -> None:
    set_up()
    order_id = one_routed(a_line(""))

    answer = retry(the_one())

    assert (answer.status, answer.body["state"], answer.body["order"]) == (202, "open", order_id)
    assert answer.body["order_number"] == get(order_id)["number"]
    assert answer.body["handled_by"] == "user:ada@example.com"
    assert {"kind": "advance", "order_id": order_id, "for_labels": False, "foreseen": False} in queued(
        settings.orders_queue_url
    )


def overdue_order() -> str:
    """An order one of whose exceptions may be put away."""
    set_up()
    put_stock(1)
    order_id = one_routed()
    outcome = {"fulfilment": 1, "outcome": "overdue"}
    finish.handler({"order": order_id, "attempt": 1, "outcomes": [outcome]}, Context())
    assert get(order_id)["flags"] != []
    return order_id


def test_an_orders_own_exception_that_is_dismissed_is_off_the_order_whose_timeline_tells_of_it() -> None:
    order_id = overdue_order()

    found = the_one(kind="overdue")

    answer = dismiss(found)

    assert (answer.status, answer.body["state"]) == (200, "dismissed")
    assert (found["dismissible"], answer.body["dismissible"]) == (True, False)
    order = get(order_id)
    assert (order["exceptions"], "exception" in order["flags"]) == ([], False)
    entry = next(entry for entry in order["timeline"] if entry["what"] == "dismissed")
    assert (entry["who"], entry["detail"]) == ("user:ada@example.com", answer.body["message"])
    assert listed() == []


def reopen(found: Any, **more: Any) -> Answer:
    return call("POST", f"/exceptions/{found['id']}/reopen", **more)


def test_an_orders_own_exception_that_was_dismissed_is_reopened_with_that_of_its_order() -> None:
    order_id = overdue_order()
    found = the_one(kind="overdue")
    before = get(order_id)["exceptions"]
    dismiss(found)

    answer = reopen(found)

    assert (answer.status, answer.body["state"], answer.body["dismissible"]) == (200, "open", True)
    assert the_one(kind="overdue")["message"] == found["message"]
    order = get(order_id)
    assert [each["message"] for each in order["exceptions"]] == [each["message"] for each in before]
    assert "exception" in order["flags"]
    entry = order["timeline"][-1]
    assert (entry["what"], entry["who"], entry["detail"]) == (
        "exception",
        "user:ada@example.com",
        found["message"],
    )
    assert reopen(found).body == the_one(kind="overdue")
    assert dismiss(found).body["state"] == "dismissed"


def test_what_is_over_by_now_is_not_reopened() -> None:
    order_id = overdue_order()
    found = the_one(kind="overdue")
    dismiss(found)
    call("POST", f"/orders/{order_id}/complete")

    answer = reopen(found)

    assert (answer.status, answer.body["detail"]) == (409, "what it is about is over")
    assert (get(order_id)["exceptions"], listed(), the_one(state="dismissed")["id"]) == ([], [], found["id"])


def test_what_was_dismissed_is_reopened_and_ends_as_before() -> None:
    opened("drift", Subject.of_channel("shop"), "2 differ", NOON)
    dismiss(the_one())

    answer = reopen(the_one(state="dismissed"), who="grace@example.com")

    assert (answer.body["state"], answer.body["handled_by"]) == ("open", "user:grace@example.com")
    assert answer.body["times"] == 1
    exceptions.resolve(Cause.DRIFT, Subject.of_channel("shop"))
    assert (reopen(answer.body).status, listed()) == (409, [])


def test_an_order_that_is_not_read_any_more_is_read_again_once_that_is_reopened() -> None:
    opened("order_not_read", Subject.of_channel_order("shop", "4711"), "404", NOON)
    polls.save_unread(ChannelId("shop"), ["4711"], NOON)
    dismiss(the_one())
    assert polls.unread(ChannelId("shop"), 9) == {}

    reopen(the_one(state="dismissed"))

    assert list(polls.unread(ChannelId("shop"), 9)) == ["4711"]


def test_what_an_order_cannot_go_on_without_is_not_dismissed() -> None:
    set_up()
    order_id = one_routed(a_line(""))

    answer = dismiss(found := the_one())

    assert (answer.status, "Name the line's product" in answer.body["detail"]) == (409, True)
    assert (found["dismissible"], found["order_number"]) == (False, get(order_id)["number"])
    assert "exception" in get(order_id)["flags"]


def test_an_exception_names_its_product_and_the_orders_that_it_concerns() -> None:
    order_id = overdue_order()
    catalogue.put_product(Product(sku=MUG, name="Mug"))
    shelf = Subject.of_shelf(Shelf(MUG, WarehouseId("main")))
    problem = Problem(cause=Cause.DRIFT, subject=shelf, message="2 differ", orders=(order_id, "gone"))
    exceptions.open_exception(problem, NOON)

    found = the_one(cause="drift")

    number = get(order_id)["number"]
    assert found["orders"] == [{"id": order_id, "number": number}, {"id": "gone", "number": None}]
    assert found["product"] == "Mug"
    assert dismiss(found).body["orders"] == found["orders"]


def test_of_many_orders_that_it_concerns_an_exception_names_the_first() -> None:
    many = tuple(f"{number}" for number in range(30))
    exceptions.open_exception(
        Problem(cause=Cause.DRIFT, subject=Subject.of_channel("shop"), message="", orders=many), NOON
    )

    assert [each["id"] for each in the_one()["orders"]] == list(many[:10])


def test_the_same_thing_again_opens_what_was_dismissed() -> None:
    opened("drift", Subject.of_channel("shop"), "2 differ", NOON)
    dismissed = dismiss(the_one())
    assert (dismissed.status, listed()) == (200, [])

    opened("drift", Subject.of_channel("shop"), "3 differ", NOON + timedelta(days=1))

    assert (the_one()["times"], the_one()["handled_by"]) == (2, "user:ada@example.com")


def test_dismissing_twice_changes_nothing() -> None:
    opened("drift", Subject.of_channel("shop"), "2 differ", NOON)
    found = the_one()

    assert dismiss(found).body == dismiss(found, who="grace@example.com").body


# ---- who may -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("roles", "status"), [(["operator"], 200), (["warehouse"], 403), (["read_only"], 403)])
def test_operators_and_owners_deal_with_exceptions(roles: Iterable[str], status: int) -> None:
    opened("drift", Subject.of_channel("shop"), "2 differ", NOON)

    assert dismiss(the_one(), roles=roles).status == status

"""A buyer's data exported on request: through the API, as an owner does it."""

from typing import Any

import pytest

from functions.operate import audit
from packhorse.domain.audits import AuditKind
from packhorse.domain.orders.channel_order import Customer
from packhorse.domain.orders.order import TimelineEntry
from packhorse.domain.problem import Cause, Problem, Subject
from packhorse.domain.values import OrderId
from packhorse.messages.audits import AuditRequest
from packhorse.store import exceptions, orders
from packhorse.store.exceptions import ExceptionState
from simulation.aws.boundary import World
from simulation.builders import NOON, an_order
from simulation.merchant import Context, put_stock, set_up
from tests.functions.operate.calls import call
from tests.functions.operate.orders import routed, step
from tests.functions.operate.test_erasing import BUYER, GIFT, HOME, WHOSE, audited, her_order

pytestmark = pytest.mark.usefixtures("cloud")

PATH = "/privacy/export"


@pytest.fixture(autouse=True)
def _merchant(cloud: World) -> None:
    set_up()
    put_stock(100)


def exported(whose: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    answer = call("POST", PATH, whose, **more)
    assert answer.status == 200
    items: list[dict[str, Any]] = answer.body["items"]
    return items


def entries(order_id: str) -> list[TimelineEntry]:
    return [each for each in orders.get_order(OrderId(order_id)).timeline if each.what == "exported"]


@pytest.mark.parametrize("whose", WHOSE)
def test_all_that_is_stored_of_a_buyer_is_exported_and_recorded_and_nothing_of_others(whose: dict[str, Any]) -> None:
    [hers] = routed(her_order())
    [other] = routed(an_order(customer=Customer(id="u-47", name="Ada Quirk", email="ada@quirk.example")))
    step(hers, "notes", {"text": "Zelda rang: after six"})
    step(hers, "hold", {"reason": "Zelda Quirk wants it later"})

    [found] = exported(whose)

    assert (found["id"], found["customer"]) == (hers, BUYER.model_dump())
    assert found["ship_to"] == found["bill_to"] == HOME.model_dump()
    assert found["note"] == "birthday: leave it at the door"
    assert found["gift_message"] == GIFT
    assert [note["text"] for note in found["internal_notes"]] == ["Zelda rang: after six"]
    assert found["remarks"] == ["Zelda Quirk wants it later"]
    assert [entry["what"] for entry in found["timeline"]] == ["held", "taken_back"]
    assert [line["quantity"] for line in found["lines"]] == [line.quantity for line in her_order().lines]
    assert [entry.who for entry in entries(hers)] == ["user:ada@example.com"]
    assert entries(other) == []


def test_an_export_names_nobody_of_our_people() -> None:
    [hers] = routed(her_order())
    step(hers, "notes", {"text": "Zelda rang"})

    assert "ada@example.com" not in str(exported({"order": hers}))


def test_an_order_that_is_to_be_erased_is_exported_until_it_is() -> None:
    [hers] = routed(her_order())
    call("POST", "/privacy/erase", WHOSE[0])

    assert [each["id"] for each in exported(WHOSE[0])] == [hers]
    assert exported({"channel": "shop", "customer": "another"}) == []

    step(hers, "complete")
    audit.handler(AuditRequest(audit=AuditKind.ORDERS).model_dump(mode="json"), Context())

    assert exported(WHOSE[0]) == exported(WHOSE[1]) == []
    [blank] = exported({"order": hers})
    assert (blank["customer"], blank["timeline"]) == (Customer().model_dump(), [])


def test_an_export_is_not_stored_under_its_key_and_an_erased_buyer_is_not_exported_by_it() -> None:
    [hers] = routed(her_order())
    step(hers, "complete")
    key = {"idempotency-key": "export-of-hers"}
    [before] = exported({"order": hers}, headers=key)

    call("POST", "/privacy/erase", {"order": hers})
    audited()

    [after] = exported({"order": hers}, headers=key)
    assert (before["customer"]["email"], after["customer"]["email"]) == (BUYER.email, "")
    assert call("POST", PATH, {"email": BUYER.email}, headers=key).status == 422


def test_many_orders_come_by_pages_each_once() -> None:
    hers = routed(*(her_order() for _ in range(5)))
    seen: list[str] = []
    cursor: str | None = None
    for size in (2, 2, 1):
        page = call("POST", PATH, WHOSE[0], query={"limit": "2"} | ({"cursor": cursor} if cursor else {})).body
        assert len(page["items"]) == size
        seen += [each["id"] for each in page["items"]]
        cursor = page["next"]

    assert (sorted(seen), cursor) == (sorted(hers), None)
    assert [len(entries(each)) for each in hers] == [1] * 5


def test_a_data_request_of_a_channel_ends_once_all_of_its_orders_are_exported() -> None:
    first, second = routed(her_order(), her_order())
    subject = Subject(text="shop data request 9999", channel="shop", orders=(first, second))
    exceptions.open_exception(Problem(cause=Cause.DATA_REQUESTED, subject=subject, message="-"), NOON)

    exported({"order": first})
    assert len(exceptions.newest_exceptions(ExceptionState.OPEN, None, 9)[0]) == 1

    exported({"order": second})
    assert exceptions.newest_exceptions(ExceptionState.OPEN, None, 9)[0] == []


@pytest.mark.parametrize("body", [{}, {"channel": "shop"}, {"order": "0" * 32, "email": "a@b.example"}])
def test_a_request_says_whose_data_in_one_way(body: dict[str, str]) -> None:
    assert call("POST", PATH, body).status == 422


def test_an_unknown_order_is_404_a_wrong_cursor_422_and_only_an_owner_may_export() -> None:
    assert call("POST", PATH, {"order": "0" * 32}).status == 404
    assert call("POST", PATH, WHOSE[0], query={"cursor": "?"}).fields == ["cursor"]
    assert call("POST", PATH, {"order": "0" * 32}, roles=("operator",)).status == 403

"""Buyers erased on request: through the API and the audit, as an owner does it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.allocate import route
from functions.operate import audit
from packhorse.aws.bucket import payload_keys, payload_prefix, store_file, store_payload
from packhorse.domain.address import Address
from packhorse.domain.audits import AuditKind
from packhorse.domain.orders.channel_order import Customer
from packhorse.domain.values import OrderId
from packhorse.messages.audits import AuditRequest
from packhorse.store import order_search, orders
from packhorse.usecases.orders import erase_buyers
from simulation.aws.boundary import World
from simulation.builders import NOON, a_line, an_order, later
from simulation.merchant import Context, put_stock, set_up, told
from tests.functions.operate.calls import call
from tests.functions.operate.orders import routed, step

pytestmark = pytest.mark.usefixtures("cloud")

BUYER = Customer(id="u-4711", name="Zelda Quirk", email="zelda@quirk.example", phone="+49 171 5550199")
HOME = Address(name="Zelda Quirk", address1="Hidden Alley 7", city="Ulm", postcode="89073", country="DE")
ITS_DATA = ("zelda", "quirk", "5550199", "hidden alley", "ulm", "89073", "u-4711", "leave it at", "birthday", "cousin")
GIFT = "with love, your cousin"
PATH = "/privacy/erase"
WHOSE: list[dict[str, Any]] = [
    {"channel": "shop", "customer": "u-4711"},
    {"email": "Zelda@Quirk.example"},
]


@pytest.fixture(autouse=True)
def _merchant(cloud: World) -> None:
    set_up()
    put_stock(100)


def her_order(**more: Any) -> Any:
    note = "birthday: leave it at the door"
    return an_order(customer=BUYER, ship_to=HOME, bill_to=HOME, note=note, gift_message=GIFT, **more)


def audited() -> None:
    audit.handler(AuditRequest(audit=AuditKind.ORDERS).model_dump(mode="json"), Context())


def text_of(order_id: str) -> str:
    return orders.get_order(OrderId(order_id)).model_dump_json().casefold()


@pytest.mark.parametrize("whose", WHOSE)
def test_an_order_that_is_over_is_erased_with_its_timeline_and_search_words(whose: dict[str, Any]) -> None:
    [order_id] = routed(her_order())
    step(order_id, "complete")
    before = orders.get_order(OrderId(order_id))

    asked = call("POST", PATH, whose)
    audited()

    assert (asked.status, asked.body) == (202, {"orders": [order_id]})
    after = orders.get_order(OrderId(order_id))
    assert [data for data in ITS_DATA if data in text_of(order_id)] == []
    assert [data for data in ITS_DATA if data in str(order_search.attributes(after)).casefold()] == []
    assert after.ship_to == Address(country="DE")
    assert (after.lines, after.status, after.total) == (before.lines, before.status, before.total)
    assert [(entry.what, entry.detail) for entry in after.timeline[-2:]] == [("erasure_requested", ""), ("erased", "")]
    assert call("GET", "/orders", query={"q": "quirk"}).body["items"] == []


def test_an_open_order_keeps_its_address_until_it_is_over() -> None:
    [order_id] = routed(her_order())
    call("POST", PATH, {"order": order_id})

    audited()
    assert "hidden alley" in text_of(order_id)

    step(order_id, "complete")
    audited()
    assert "hidden alley" not in text_of(order_id)


def test_a_second_request_and_a_second_audit_change_nothing() -> None:
    [order_id] = routed(her_order())
    step(order_id, "cancel")
    for _ in range(2):
        call("POST", PATH, {"order": order_id})
        audited()

    assert [entry.what for entry in orders.get_order(OrderId(order_id)).timeline].count("erased") == 1


def test_a_later_message_of_the_channel_does_not_bring_the_buyer_back() -> None:
    order = her_order()
    [order_id] = routed(order)
    step(order_id, "complete")
    call("POST", PATH, {"order": order_id})
    audited()
    entries = len(orders.get_order(OrderId(order_id)).timeline)

    route.handler(told(later(order, note="Zelda wrote again", gift_message="Zelda, again")), Context())

    assert [data for data in ITS_DATA if data in text_of(order_id)] == []
    assert len(orders.get_order(OrderId(order_id)).timeline) == entries


def test_an_address_that_a_person_enters_of_an_erased_order_is_erased_once_it_is_over_again() -> None:
    bought = her_order(lines=(a_line(quantity=2),))
    [order_id] = routed(bought)
    step(order_id, "complete")
    call("POST", PATH, {"order": order_id})
    audited()
    routed(later(bought, lines=(a_line(quantity=3),)))
    version = orders.get_order(OrderId(order_id)).version
    edited = call("PATCH", f"/orders/{order_id}", {"version": version, "ship_to": HOME.model_dump()})
    assert edited.status == 200, edited.body

    audited()
    assert "hidden alley" in text_of(order_id)
    step(order_id, "complete")
    audited()

    assert [data for data in ITS_DATA if data in text_of(order_id)] == []


def test_payloads_of_its_webhooks_are_deleted_and_those_of_others_stay() -> None:
    [order_id] = routed(her_order())
    now = datetime.now(UTC)
    store_payload("webhook/shop", b'{"name": "Zelda"}', now, order_id)
    other = store_payload("webhook/shop", b'{"name": "Ada"}', now, "0a1b")
    step(order_id, "complete")
    call("POST", PATH, {"order": order_id})

    audited()

    assert payload_keys("raw/webhook/shop/", "", 9) == [other]


def test_payloads_of_days_on_which_nothing_changed_are_deleted_too() -> None:
    [order_id] = routed(her_order())
    step(order_id, "complete")
    now = datetime.now(UTC)
    for day in (-11, -1, 3, 20):
        store_payload("webhook/shop", b'{"name": "Zelda"}', now + timedelta(days=day), order_id)
    other = store_payload("webhook/shop", b'{"name": "Ada"}', now + timedelta(days=3), "0a1b")
    call("POST", PATH, {"order": order_id})

    erase_buyers.erase_buyers(now + timedelta(days=20), in_time)

    assert payload_keys("raw/webhook/shop/", "", 9) == [other]


def test_payloads_whose_keys_end_with_the_order_are_deleted_also_if_they_came_before_midnight() -> None:
    [order_id] = routed(her_order())
    step(order_id, "complete")
    now = datetime.now(UTC)
    for day in (0, -1):
        key = f"{payload_prefix('webhook/shop', now + timedelta(days=day))}0a1b-{order_id}.json"
        store_file(key, b"{}", "application/json")
    call("POST", PATH, {"order": order_id})

    audited()

    assert payload_keys("raw/webhook/shop/", "", 9) == []


def test_what_an_audit_has_no_time_for_is_erased_by_the_next_one() -> None:
    [order_id] = routed(her_order())
    step(order_id, "complete")
    call("POST", PATH, {"order": order_id})

    assert erase_buyers.erase_buyers(datetime.now(UTC), lambda: True) == 0
    assert "hidden alley" in text_of(order_id)
    assert erase_buyers.erase_buyers(datetime.now(UTC), in_time) == 1


def in_time() -> bool:
    """Not late: there is time for all of it."""
    return False


def test_an_erasure_that_dies_after_its_files_is_ended_by_the_next_audit(monkeypatch: pytest.MonkeyPatch) -> None:
    [order_id] = routed(her_order())
    step(order_id, "complete")
    call("POST", PATH, {"order": order_id})

    def killed(*_: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(erase_buyers, "commit_one", killed)
        with pytest.raises(RuntimeError):
            erase_buyers.erase_buyers(NOON, in_time)
    audited()

    assert "hidden alley" not in text_of(order_id)


def test_orders_of_other_buyers_and_of_other_channels_stay() -> None:
    other = routed(an_order(customer=Customer(id="u-47", name="Ada")), an_order())
    [hers] = routed(her_order())

    assert call("POST", PATH, WHOSE[0]).body == {"orders": [hers]}
    for path in (PATH, "/privacy/export"):
        refused = call("POST", path, {"channel": "mistyped", "customer": "u-4711"})
        assert (refused.status, refused.fields) == (422, ["channel"])
    assert all(orders.get_order(OrderId(each)).erase_requested_at is None for each in other)


def test_a_name_is_no_address_that_its_orders_are_found_by() -> None:
    routed(an_order(customer=Customer(name="Zelda Quirk")))

    assert call("POST", PATH, {"email": "Zelda Quirk"}).body == {"orders": []}


@pytest.mark.parametrize("body", [{}, {"channel": "shop"}, {"order": "0" * 32, "email": "a@b.example"}])
def test_a_request_says_whose_data_in_one_way(body: dict[str, str]) -> None:
    assert call("POST", PATH, body).status == 422


def test_an_unknown_order_is_404_and_only_an_owner_may_request() -> None:
    assert call("POST", PATH, {"order": "0" * 32}).status == 404
    assert call("POST", PATH, {"order": "0" * 32}, roles=("operator",)).status == 403

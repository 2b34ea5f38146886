"""A supplier that gets its orders by e-mail: its silence is noticed, and people enter its answers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.partners.servers import Server, running_mail
from simulation.aws.boundary import World
from simulation.builders import a_configuration, a_warehouse
from simulation.merchant import put_stock, set_up
from tests.functions.fulfil.partner import ORDERS, an_order, configured, exchange, later, route_rejected, stored
from tests.functions.fulfil.test_supplier_silence import statuses
from tests.functions.operate.calls import Answer, call
from tests.functions.operate.orders import causes

pytestmark = pytest.mark.long


@pytest.fixture
def post(cloud: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """The mail server of a supplier that gets all orders first; a warehouse of our own can ship them, too."""
    configured(cloud, monkeypatch)
    set_up(a_configuration(a_warehouse("acme", kind="dropship"), a_warehouse("main"), priorities=("acme", "main")))
    put_stock(5000, warehouse="main")
    with running_mail(tmp_path) as server:
        yield server


def save(post: Server, **changes: Any) -> None:
    transport = {
        "kind": "email",
        "host": "127.0.0.1",
        "port": post.port,
        "security": "none",
        "sender": "orders@oxbarrow.example",
        "recipients": ["desk@weaver.example"],
    }
    body = {"warehouses": ["acme"], "transport": transport, "orders": ORDERS, "credentials": {}, **changes}
    saved = call("PUT", "/suppliers/acme", body)
    assert saved.status == 200, saved.body


def mails(post: Server) -> int:
    return len(list(post.root.iterdir()))


def silent(post: Server, cloud: World, monkeypatch: pytest.MonkeyPatch, *hours: int, **settings: Any) -> str:
    """An order that its supplier has not answered after so many hours."""
    save(post, **settings)
    order = an_order(cloud)
    exchange()
    assert mails(post) == 1
    for each in hours:
        later(monkeypatch, each)
        assert exchange()["failure"] is None
    return order


def enter(order: str, answer: str, body: Any = None) -> Answer:
    return call("POST", f"/orders/{order}/fulfilments/1/{answer}", body or {})


def test_a_supplier_by_mail_that_does_not_answer_is_an_exception_in_time(
    post: Server, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = silent(post, cloud, monkeypatch, 23)
    assert causes(order) == []

    later(monkeypatch, 25)
    exchange()

    assert causes(order) == ["supplier_silent"]


def test_it_is_reminded_by_one_more_mail_under_a_new_number(
    post: Server, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = silent(post, cloud, monkeypatch, 25, 50, 51, 77, when_silent="remind")

    assert (mails(post), stored(order).fulfilments[0].batch, causes(order)) == (2, 2, ["supplier_silent"])


def test_its_orders_are_routed_again_where_that_is_the_setting(
    post: Server, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = silent(post, cloud, monkeypatch, 25, 50, when_silent="route_again")

    route_rejected(cloud)

    assert [(each.warehouse, each.status) for each in stored(order).fulfilments] == [
        ("acme", "rejected"),
        ("main", "requested"),
    ]
    assert causes(order) == []


@pytest.mark.parametrize("is_late", [False, True])
def test_an_acceptance_that_a_person_enters_ends_the_silence_and_its_checks(
    post: Server, cloud: World, monkeypatch: pytest.MonkeyPatch, is_late: bool
) -> None:
    order = silent(post, cloud, monkeypatch, *([25] if is_late else []), when_silent="route_again")

    assert enter(order, "accept").status == 200

    for hours in (30, 60, 90):
        later(monkeypatch, hours)
        exchange()
    assert (causes(order), statuses(order), mails(post)) == ([], ["accepted"], 1)
    assert [each.who for each in stored(order).timeline if each.what == "accepted"] == ["user:ada@example.com"]


def test_a_rejection_that_a_person_enters_is_routed_again(
    post: Server, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = silent(post, cloud, monkeypatch, 25)

    assert enter(order, "reject", {"reason": "none_left", "override": True}).status == 200

    route_rejected(cloud)
    assert (causes(order), statuses(order)[0], stored(order).fulfilments[-1].warehouse) == ([], "rejected", "main")


def test_what_a_supplier_may_ship_is_rejected_by_override_only(post: Server, cloud: World) -> None:
    save(post)
    order = an_order(cloud)
    exchange()
    before = stored(order)

    refused = enter(order, "reject", {"reason": "none_left"})

    assert (refused.status, stored(order)) == (409, before)
    assert refused.body["detail"].startswith("acme has it and may ship it: take it back")
    key = {"idempotency-key": "one"}
    body = {"lines": [{"line": "1", "quantity": 1}], "reason": "none_left"}
    path = f"/orders/{order}/fulfilments/1/reject"
    assert call("POST", path, {**body, "override": True}, headers=key).status == 200
    assert call("POST", path, {**body, "override": True}, headers=key).status == 200
    assert len(stored(order).fulfilments[0].rejections) == 1


def test_what_no_file_has_yet_is_rejected_at_once(post: Server, cloud: World) -> None:
    save(post)
    order = an_order(cloud)

    assert enter(order, "reject", {"reason": "none_left"}).status == 200

    assert statuses(order)[0] == "rejected"


def test_parcels_that_a_person_enters_end_it(post: Server, cloud: World, monkeypatch: pytest.MonkeyPatch) -> None:
    order = silent(post, cloud, monkeypatch, 25)

    assert enter(order, "ship", {"parcels": [{"carrier": "DHL", "tracking": "JD01"}]}).status == 202

    route_rejected(cloud)
    assert (causes(order), stored(order).status) == ([], "complete")


def test_only_what_a_partner_has_is_accepted_by_hand(post: Server, cloud: World) -> None:
    save(post)
    ours, gone = an_order(cloud, quantity=2000), an_order(cloud)
    call("POST", f"/orders/{gone}/cancel")

    assert (enter(ours, "accept").status, enter(gone, "accept").status) == (409, 409)
    assert enter(gone, "accept").body["detail"] == "it is cancelled: the fulfiller is not to ship it"
    assert call("POST", f"/orders/{ours}/fulfilments/9/accept", {}).status == 404

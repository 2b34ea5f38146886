"""Label batches over the filter of the list, their order by bin, and entries whose labels are voided later."""

import inspect
import io
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from pypdf import PdfReader

from local.world.carriers.easypost import EasyPostAccount
from packhorse.api import fulfilments
from packhorse.api.label_batches import RowsToLabel
from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.warehouse import ShipsOn
from packhorse.domain.orders.part import KNOWN_FOR
from packhorse.domain.users import Role
from packhorse.domain.values import Sku
from packhorse.store import catalogue, configuration, label_batches
from packhorse.usecases.fulfilment import select_fulfilments
from packhorse.usecases.labels import run_batch, void_label
from simulation.aws.boundary import World
from simulation.builders import NOON, a_line, a_warehouse
from simulation.merchant import MUG, put_stock
from tests.functions.fulfil.labels import after_a_while, an_order_of, configured, connected, fails, files, labels
from tests.functions.fulfil.test_label_batch import CUP, done, lose_workers, results, run, start
from tests.functions.operate.calls import Answer, call
from tests.functions.operate.interference import killed_in
from tests.functions.operate.orders import one_routed, step
from tests.functions.operate.people import PAT, invited


@pytest.fixture(autouse=True)
def carrier(cloud: World) -> EasyPostAccount:
    account = connected(cloud)
    catalogue.put_product(Product(sku=Sku(CUP), weight_g=200))
    put_stock(1000, Sku(CUP))
    return account


def start_all(**more: Any) -> Answer:
    """Start a batch over a filter."""
    only = {name: more.pop(name) for name in ("who", "roles", "headers") if name in more}
    new = {name: more.pop(name) for name in ("order", "fulfilments") if name in more}
    return call("POST", "/label-batches", {"filter": more, **new}, **only)


def void(order: str) -> int:
    return call("POST", f"/orders/{order}/fulfilments/1/void", {}).status


# ---- by filter -----------------------------------------------------------------------------------------------------


def test_a_filter_has_the_fields_of_the_list() -> None:
    of_list = inspect.signature(fulfilments.listed).parameters.keys() - {"sort", "limit", "cursor"}

    assert RowsToLabel.model_fields.keys() == of_list


def test_all_that_a_filter_finds_is_labelled_and_what_comes_later_is_not(cloud: World) -> None:
    one, other = an_order_of(1), an_order_of(2)
    one_routed(a_line(CUP))

    started = start_all(q=MUG, country="DE")
    an_order_of(1)

    assert results(done(cloud, started)) == {one: "bought", other: "bought"}


def test_what_is_held_short_or_with_a_partner_is_not_in_a_batch_over_a_filter(cloud: World) -> None:
    held, fine = an_order_of(1), an_order_of(1)
    step(held, "hold", {"reason": "a doubt"})
    an_order_of(5000)

    assert results(done(cloud, start_all())) == {fine: "bought"}


def test_a_filter_that_finds_nothing_or_too_much_is_refused_and_nothing_is_bought(
    carrier: EasyPostAccount, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(select_fulfilments, "MAX_ENTRIES", 2)
    monkeypatch.setattr(select_fulfilments, "PAGE", 1)
    for _ in range(3):
        an_order_of(1)

    refused = [start_all(country="FR"), start_all(), start_all(fulfilments=[{"order": "a" * 32, "fulfilment": 1}])]

    assert [(each.status, each.fields) for each in refused] == [
        (422, ["filter"]),
        (422, ["filter"]),
        (422, ["fulfilments"]),
    ]
    assert "more than 2 fulfilment orders match" in refused[1].body["errors"][0]["message"]
    assert call("POST", "/label-batches", {}).status == 422
    assert (run(cloud), carrier.purchases) == (0, [])


def test_two_operators_with_one_filter_at_once_buy_each_label_once(carrier: EasyPostAccount, cloud: World) -> None:
    for _ in range(3):
        an_order_of(1)

    one, other = start_all(), start_all()

    run(cloud)
    states = [sorted(results(call("GET", f"/label-batches/{each.body['id']}").body).values()) for each in (one, other)]
    assert (states, len(carrier.purchases)) == ([["bought"] * 3, ["refused"] * 3], 3)


def test_a_repeated_request_resolves_its_filter_once(cloud: World) -> None:
    an_order_of(1)
    first = start_all(headers={"idempotency-key": "k"})
    an_order_of(1)

    again = start_all(headers={"idempotency-key": "k"})

    assert (again.body["id"], again.body["size"]) == (first.body["id"], 1)


def test_a_filter_whose_process_died_before_the_batch_began_keeps_what_was_stored(
    cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("packhorse.api.label_batches.current_request_id", lambda: "0" * 32)
    first = an_order_of(1)

    with killed_in(label_batches, "_values"):
        start_all()
    call("POST", f"/orders/{first}/fulfilments/1/label", {})
    second = an_order_of(1)

    batch = done(cloud, start_all())

    assert (results(batch), batch["size"]) == ({first: "refused", second: "bought"}, 2)


def test_people_of_a_warehouse_label_rows_of_theirs_alone(carrier: EasyPostAccount, cloud: World) -> None:
    york = a_warehouse("york", address=configuration.current().warehouses["main"].address)  # type: ignore[index]
    configuration.apply_edit(lambda before: before.with_warehouse(york), "owner", NOON)
    invited(PAT, Role.PACKER, warehouses=["york"])
    an_order_of(1)

    assert start_all(who=PAT, roles=()).fields == ["filter"]
    assert start_all(who=PAT, roles=(), warehouse="main").status == 422
    assert carrier.purchases == []


def test_who_works_elsewhere_by_now_has_the_labels_of_a_former_warehouse_no_more(
    carrier: EasyPostAccount, cloud: World
) -> None:
    configuration.apply_edit(lambda before: before.with_warehouse(a_warehouse("east")), "owner", NOON)
    name = invited(PAT, Role.PACKER, warehouses=["main"])
    fails(carrier, 503, times=99)
    an_order_of(1)
    path = f"/label-batches/{start_all(who=PAT, roles=()).body['id']}"
    run(cloud)
    carrier.failures.clear()
    assert call("GET", path, roles=(), who=PAT).body["counts"] == {"failed": 1}

    call("PATCH", f"/users/{name}", {"warehouses": ["east"]})

    assert call("GET", path, roles=(), who=PAT).status == 404
    assert call("POST", f"{path}/retry", roles=(), who=PAT).status == 404
    run(cloud)
    assert carrier.purchases == []
    assert call("GET", path).status == 200


def test_people_of_a_warehouse_open_the_files_of_a_batch_for_some_days(cloud: World) -> None:
    invited(PAT, Role.PACKER, warehouses=["main"])
    an_order_of(1)
    path = f"/label-batches/{start_all(who=PAT, roles=()).body['id']}"
    run(cloud)

    seen = call("GET", path, roles=(), who=PAT).body
    with time_machine.travel(datetime.now(UTC) + KNOWN_FOR, tick=False):
        later = call("GET", path, roles=(), who=PAT).body
        assert call("GET", path).body["url"]

    assert all((seen["url"], seen["items"][0]["url"]))
    assert (later["url"], later["items"][0]["url"]) == (None, None)


# ---- the order of the file -------------------------------------------------------------------------------------------


def test_labels_are_printed_by_the_first_bin_as_one_walks(cloud: World) -> None:
    catalogue.put_product(Product(sku=Sku(CUP), weight_g=200, bins={"main": "A-2"}))
    catalogue.put_product(Product(sku=Sku("JUG"), weight_g=200, bins={"main": "A-10"}))
    put_stock(9, Sku("JUG"))
    nowhere, far = one_routed(a_line(MUG)), one_routed(a_line("JUG"))
    both, near = one_routed(a_line("JUG"), a_line(CUP, line="2")), one_routed(a_line(CUP))

    batch = done(cloud, start(nowhere, far, both, near, order="bin"))

    assert [each["order"] for each in batch["items"]] == [near, both, far, nowhere]


# ---- voided later ----------------------------------------------------------------------------------------------------


def test_an_entry_whose_label_is_voided_says_so_and_the_file_is_made_without_it(cloud: World) -> None:
    first, second = an_order_of(1), an_order_of(1)
    started = start(first, second)
    done(cloud, started)

    assert void(first) == 200
    batch = done(cloud, started)

    assert (results(batch), batch["done"]) == ({first: "voided", second: "bought"}, True)
    assert [each["url"] for each in batch["items"] if each["state"] == "voided"] == [None]
    [merged] = [content for name, content in files(cloud).items() if "/batches/" in name]
    assert len(PdfReader(io.BytesIO(merged)).pages) == 1


def test_a_retry_buys_nothing_for_what_was_voided(carrier: EasyPostAccount, cloud: World) -> None:
    order = an_order_of(1)
    started = start(order)
    done(cloud, started)
    void(order)

    batch = done(cloud, call("POST", f"/label-batches/{started.body['id']}/retry"))

    assert (results(batch), len(carrier.purchases)) == ({order: "voided"}, 1)


def test_a_void_whose_process_dies_is_recorded_in_the_batch_by_the_next_try(
    cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = an_order_of(1)
    started = start(order)
    done(cloud, started)

    for name in ("record_void", "change_order"):
        with killed_in(void_label, name):
            void(order)
        lose_workers(cloud)
        after_a_while(monkeypatch)
    [label] = call("GET", f"/orders/{order}").body["fulfilments"][0]["labels"]
    assert call("POST", f"/orders/{order}/fulfilments/1/void", {"label": label["id"]}).status == 200

    assert (results(done(cloud, started)), labels(order)) == ({order: "voided"}, ["voided"])


def test_a_void_before_the_worker_stored_its_result_stays(cloud: World, monkeypatch: pytest.MonkeyPatch) -> None:
    order = an_order_of(1)
    started = start(order)
    buy = run_batch.with_result

    def and_void(*arguments: Any) -> Any:
        bought = buy(*arguments)
        assert void(order) == 200
        return bought

    monkeypatch.setattr(run_batch, "with_result", and_void)

    assert results(done(cloud, started)) == {order: "voided"}


def test_a_void_that_the_carrier_refuses_changes_no_entry(carrier: EasyPostAccount, cloud: World) -> None:
    order = an_order_of(1)
    started = start(order)
    done(cloud, started)
    fails(carrier, 422, "/refund")

    assert void(order) == 409
    assert results(done(cloud, started)) == {order: "bought"}


def test_a_label_that_no_batch_bought_is_voided_alone(cloud: World) -> None:
    configured(ships_on=ShipsOn.PACKED)
    order = an_order_of(1)
    call("POST", f"/orders/{order}/fulfilments/1/label", {})

    assert void(order) == 200
    assert label_batches.newest_batches(9) == ([], None)


def test_older_batches_are_on_the_pages_after() -> None:
    orders = [an_order_of(1) for _ in range(3)]
    started = [
        call("POST", "/label-batches", {"fulfilments": [{"order": each, "fulfilment": 1}]}).body["id"]
        for each in orders
    ]

    first = call("GET", "/label-batches", query={"limit": "2"}).body
    rest = call("GET", "/label-batches", query={"limit": "2", "cursor": first["next"]}).body

    assert [each["id"] for each in (*first["items"], *rest["items"])] == started[::-1]
    assert rest["next"] is None

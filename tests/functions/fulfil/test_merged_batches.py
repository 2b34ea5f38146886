"""Label batches over orders that ship as one parcel: one label, one page, a result for each order."""

# ruff: noqa: F811

import io
from typing import Any

import pytest
from pypdf import PdfReader

from local.world.carriers.easypost import EasyPostAccount
from packhorse.usecases.labels import buy_label, run_batch
from simulation.aws.boundary import World
from tests.functions.fulfil.labels import an_order_of, configured, files, merge, run_label
from tests.functions.fulfil.test_label_batch import carrier, done, results, start  # noqa: F401
from tests.functions.fulfil.test_merged import buy, request, trackings, two_orders, void
from tests.functions.operate.calls import call
from tests.functions.operate.interference import killed_in


def bought_with(batch: Any) -> dict[str, str | None]:
    return {each["order"]: each["bought_with"] and each["bought_with"]["order"] for each in batch["items"]}


def pages(cloud: World) -> int:
    [merged] = [content for name, content in files(cloud).items() if "/batches/" in name]
    return len(PdfReader(io.BytesIO(merged)).pages)


def test_orders_in_one_parcel_are_bought_once_and_are_one_page(carrier: EasyPostAccount, cloud: World) -> None:
    one, other = two_orders()
    third = an_order_of(1)
    request(third)
    merge(one, other)

    batch = done(cloud, start(one, other, third))

    assert results(batch) == {one: "bought", other: "bought", third: "bought"}
    assert (len(carrier.purchases), pages(cloud)) == (2, 2)
    assert bought_with(batch) == {one: None, other: one, third: None}
    found = {each["order"]: each for each in batch["items"]}
    assert (found[one]["label"], found[one]["tracking"]) == (found[other]["label"], found[other]["tracking"])
    assert trackings(one, other) == {found[other]["tracking"]}


def test_the_prices_of_a_batch_have_that_of_a_parcel_once(carrier: EasyPostAccount) -> None:
    one, other = two_orders()
    merge(one, other)
    refs = [{"order": each, "fulfilment": 1} for each in (one, other, one)]

    table = call("POST", "/label-batches/rates", {"fulfilments": refs}).body

    prices = {quote["rate"]["price"]["amount"] for row in table["items"] for quote in row["rates"]["items"]}
    assert len(table["items"]) == 3
    assert table["total"][0]["amount"] == min(prices, key=float)


def test_one_whose_worker_looks_while_the_label_is_bought_has_it_in_the_end(
    carrier: EasyPostAccount, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = two_orders()
    merge(one, other)
    started = start(one, other)
    [worker] = [each for each in cloud.functions.invocations if each.function == "test-label"]
    purchase, seen = buy_label.purchase, list[str]()

    def look_meanwhile(*arguments: Any) -> Any:
        monkeypatch.setattr(buy_label, "purchase", purchase)
        run_label({**worker.payload, "fulfilments": [{"order": other, "fulfilment": 1}]})
        seen.append(results(call("GET", f"/label-batches/{started.body['id']}").body)[other])
        return purchase(*arguments)

    monkeypatch.setattr(buy_label, "purchase", look_meanwhile)
    batch = done(cloud, started)

    assert (seen, results(batch)) == (["failed"], {one: "bought", other: "bought"})
    assert (len(carrier.purchases), pages(cloud), bought_with(batch)[other]) == (1, 1, one)


def test_a_worker_that_dies_between_the_orders_of_a_parcel_is_followed_by_one_that_finds_the_label(
    carrier: EasyPostAccount, cloud: World
) -> None:
    one, other = two_orders()
    merge(one, other)
    started = start(one, other)
    [worker] = [each for each in cloud.functions.invocations if each.function == "test-label"]

    with killed_in(run_batch, "label_shares"):
        run_label(worker.payload)
    batch = done(cloud, started)

    assert (results(batch), bought_with(batch)[other]) == ({one: "bought", other: "bought"}, one)
    assert (len(carrier.purchases), pages(cloud)) == (1, 1)


def test_a_label_that_the_carrier_refuses_is_the_result_of_each_and_a_retry_buys_one(
    carrier: EasyPostAccount, cloud: World
) -> None:
    one, other = two_orders()
    merge(one, other)
    carrier.settings.funds = "0.01"
    batch = done(cloud, start(one, other))
    assert results(batch) == {one: "refused", other: "refused"}

    carrier.settings.funds = "1000.00"
    again = done(cloud, call("POST", f"/label-batches/{batch['id']}/retry"))

    assert (results(again), len(carrier.purchases)) == ({one: "bought", other: "bought"}, 1)


def test_orders_whose_label_was_bought_before_the_batch_are_refused(carrier: EasyPostAccount, cloud: World) -> None:
    configured(ships_on="packed")
    one, other = two_orders()
    merge(one, other)
    buy(one)

    batch = done(cloud, start(one, other))

    assert (results(batch), bought_with(batch)[other]) == ({one: "refused", other: "refused"}, None)


@pytest.mark.parametrize("voided", [0, 1])
def test_a_void_is_recorded_with_every_order_of_the_parcel(carrier: EasyPostAccount, cloud: World, voided: int) -> None:
    names = two_orders()
    merge(*names)
    started = start(*names)
    done(cloud, started)

    assert void(names[voided]).status == 200

    assert results(done(cloud, started)) == dict.fromkeys(names, "voided")

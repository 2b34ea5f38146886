"""Label batches, through the API, the label function and a simulated carrier."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pypdf import PdfReader

from functions.operate import audit
from local.world.carriers.easypost import EasyPostAccount
from local.world.failures import LOST
from packhorse.domain.catalogue.product import Product, ProductKind
from packhorse.domain.errors import NotNow
from packhorse.domain.labels.consignment import LabelFormat
from packhorse.domain.labels.label import Label
from packhorse.store import catalogue, label_batches
from packhorse.usecases.labels import buy_label, run_batch, start_batch
from packhorse.usecases.labels.rate_label import LabelRequest
from packhorse.usecases.packing.print_batch import print_batch
from simulation.aws.boundary import World
from simulation.builders import a_line
from simulation.merchant import MUG, Context, put_stock
from tests.functions.fulfil.labels import (
    after_a_while,
    an_order_of,
    configured,
    connected,
    fails,
    files,
    labels,
    run_label,
    stored,
)
from tests.functions.operate.calls import Answer, call
from tests.functions.operate.interference import killed_in
from tests.functions.operate.orders import one_routed

CUP = "CUP"


@pytest.fixture
def carrier(cloud: World) -> EasyPostAccount:
    account = connected(cloud)
    catalogue.put_product(Product(sku=CUP, weight_g=200))
    put_stock(1000, CUP)
    return account


def start(*orders: str, **more: Any) -> Answer:
    refs = [{"order": order, "fulfilment": 1} for order in orders]
    key = more.pop("headers", None)
    return call("POST", "/label-batches", {"fulfilments": refs, **more}, **({"headers": key} if key else {}))


def run(cloud: World) -> int:
    """Run all workers that were invoked; return how many."""
    count = 0
    while cloud.functions.invocations:
        invocation = cloud.functions.invocations.pop(0)
        if invocation.function == "test-label":
            run_label(invocation.payload)
            count += 1
    return count


def done(cloud: World, started: Answer) -> Any:
    """The batch after its workers."""
    assert started.status == 202
    run(cloud)
    return call("GET", f"/label-batches/{started.body['id']}").body


def results(batch: Any) -> dict[str, str]:
    return {each["order"]: each["state"] for each in batch["items"]}


def test_a_batch_buys_a_label_for_each_and_makes_one_file_to_print(carrier: EasyPostAccount, cloud: World) -> None:
    orders = [an_order_of(1) for _ in range(3)]

    batch = done(cloud, start(*orders))

    assert (batch["done"], batch["counts"], len(carrier.purchases)) == (True, {"bought": 3}, 3)
    [merged] = [content for name, content in files(cloud).items() if "/batches/" in name]
    assert len(PdfReader(io.BytesIO(merged)).pages) == 3
    assert batch["url"].startswith("https://")
    assert {call("GET", f"/orders/{order}").body["status"] for order in orders} == {"complete"}


def test_many_labels_are_joined_in_parts_and_printed_in_their_sequence(
    carrier: EasyPostAccount, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("packhorse.usecases.packing.print_batch.PART", 2)

    batch = done(cloud, start(*(an_order_of(1) for _ in range(5))))

    [(_, merged)] = [each for each in files(cloud).items() if each[0].endswith(f"/batches/{batch['id']}.pdf")]
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(merged)).pages]
    assert len(pages) == len(set(pages)) == 5
    assert all(each["tracking"] in page for each, page in zip(batch["items"], pages, strict=True))


def test_the_file_to_print_has_an_invocation_of_its_own_where_little_time_is_left(
    carrier: EasyPostAccount, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_batch, "JOINING", 1000.0)
    started = start(an_order_of(1))
    [worker] = [cloud.functions.invocations.pop()]

    run_label(worker.payload)

    assert [each.payload["fulfilments"] for each in cloud.functions.invocations] == [[]]
    assert done(cloud, started)["done"]


def test_labels_are_printed_as_they_are_packed_orders_of_one_line_first_by_sku(
    carrier: EasyPostAccount, cloud: World
) -> None:
    both = one_routed(a_line(CUP), a_line(MUG, line="2"))
    mugs, cups, two_cups = one_routed(a_line(MUG)), one_routed(a_line(CUP)), one_routed(a_line(CUP, 2))

    packed = done(cloud, start(mugs, both, two_cups, cups))

    assert [each["order"] for each in packed["items"]] == [cups, two_cups, mugs, both]


def test_by_bin_a_kit_is_where_its_components_are(carrier: EasyPostAccount, cloud: World) -> None:
    catalogue.put_product(Product(sku=MUG, weight_g=350, bins={"main": "A-1"}))
    catalogue.put_product(Product(sku=CUP, weight_g=200, bins={"main": "Z-9"}))
    catalogue.put_product(Product(sku="SET", kind=ProductKind.KIT, components={MUG: 2}))
    cup, kit = one_routed(a_line(CUP)), one_routed(a_line("SET"))

    packed = done(cloud, start(cup, kit, order="bin"))

    assert [each["order"] for each in packed["items"]] == [kit, cup]


def test_zpl_is_one_file_of_zpl(carrier: EasyPostAccount, cloud: World) -> None:
    configured(label_format=LabelFormat.ZPL)

    done(cloud, start(an_order_of(1), an_order_of(1)))

    [(name, merged)] = [each for each in files(cloud).items() if "/batches/" in each[0]]
    assert (name.endswith(".zpl"), merged.count(b"^XA")) == (True, 2)


def test_labels_of_another_format_are_named_and_keep_no_other_from_its_print(
    carrier: EasyPostAccount, cloud: World
) -> None:
    configured(label_format=LabelFormat.ZPL)
    numbers = {an_order_of(1, number=each): each for each in ("R-7", "R-8", "R-9")}
    fails(carrier, 429, "/v2/shipments")
    batch = done(cloud, start(*numbers))
    [late] = [name for name, state in results(batch).items() if state == "failed"]
    configured(label_format=LabelFormat.PDF)

    again = done(cloud, call("POST", f"/label-batches/{batch['id']}/retry"))

    printed = {name: content for name, content in files(cloud).items() if "/batches/" in name}
    assert printed[f"labels/batches/{batch['id']}.zpl"].count(b"^XA") == 2
    assert again["url"] is not None
    assert again["problem"] == f"1 label of another format is printed apart, from order {numbers[late]}"


def test_each_has_its_own_result_and_only_what_failed_is_tried_again(carrier: EasyPostAccount, cloud: World) -> None:
    good, light, late = an_order_of(1), one_routed(a_line("FEATHER")), an_order_of(1)
    catalogue.put_product(Product(sku="FEATHER"))
    put_stock(5, "FEATHER")
    call("POST", f"/orders/{light}/reroute")
    light = one_routed(a_line("FEATHER"))
    call("POST", f"/orders/{late}/fulfilments/1/label", {})
    bought = len(carrier.purchases)

    batch = done(cloud, start(good, light, late))

    assert results(batch) == {good: "bought", light: "needs_data", late: "refused"}
    [feather] = [each for each in batch["items"] if each["order"] == light]
    assert feather["errors"] == [
        {"field": "weight", "message": "product FEATHER has no weight: give it one, or weigh the parcel"}
    ]
    catalogue.put_product(Product(sku="FEATHER", weight_g=5))
    again = done(cloud, call("POST", f"/label-batches/{batch['id']}/retry"))
    assert results(again) == {good: "bought", light: "bought", late: "refused"}
    assert len(carrier.purchases) == bought + 2


def test_an_order_that_breaks_its_purchase_fails_alone_and_is_tried_again_under_the_same_label(
    carrier: EasyPostAccount, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, other = an_order_of(1), an_order_of(1)

    def breaks(request: LabelRequest, remaining: Callable[[], float]) -> Label:
        if request.order == broken:
            raise ValueError("broken")
        return buy_label.buy_label(request, remaining)

    with monkeypatch.context() as patched:
        patched.setattr(run_batch, "buy_label", breaks)
        batch = done(cloud, start(broken, other, order="age"))
    assert (results(batch), batch["done"]) == ({broken: "failed", other: "bought"}, True)

    call("POST", f"/label-batches/{batch['id']}/retry")
    run(cloud)

    assert results(call("GET", f"/label-batches/{batch['id']}").body) == {broken: "bought", other: "bought"}
    assert {each.id[-2:] for order in (broken, other) for each in stored(order).fulfilments[0].labels} == {"-1"}


def test_the_same_batch_under_one_key_is_one_batch(carrier: EasyPostAccount, cloud: World) -> None:
    order = an_order_of(1)

    first, second = (start(order, headers={"idempotency-key": "k"}) for _ in range(2))

    run(cloud)
    assert (first.body["id"], len(carrier.purchases)) == (second.body["id"], 1)


def test_two_people_with_the_same_orders_buy_each_label_once(carrier: EasyPostAccount, cloud: World) -> None:
    orders = [an_order_of(1) for _ in range(3)]

    one, other = start(*orders), start(*orders)

    run(cloud)
    states = [sorted(results(call("GET", f"/label-batches/{each.body['id']}").body).values()) for each in (one, other)]
    assert (states, len(carrier.purchases)) == ([["bought"] * 3, ["refused"] * 3], 3)
    bought, refused = (call("GET", f"/label-batches/{each.body['id']}").body["items"] for each in (one, other))
    buyer = f"by batch {one.body['id']} ({one.body['who']})"
    assert [each["message"] for each in refused] == [
        f"fulfilment 1 is shipped: its label {each['tracking']} was bought {buyer}" for each in bought
    ]


def test_a_label_that_was_bought_by_itself_and_has_not_left_names_who_bought_it(
    carrier: EasyPostAccount, cloud: World
) -> None:
    configured(ships_on="packed")
    order = an_order_of(1)
    label = call("POST", f"/orders/{order}/fulfilments/1/label", {}).body

    batch = start(order)

    run(cloud)
    [refused] = call("GET", f"/label-batches/{batch.body['id']}").body["items"]
    expected = f"fulfilment 1 has a label already, {label['tracking']}, bought by {label['who']}"
    assert (refused["state"], refused["message"]) == ("refused", expected)


def test_what_does_not_exist_is_named_and_nothing_begins(carrier: EasyPostAccount, cloud: World) -> None:
    order = an_order_of(1)
    refs = [{"order": order, "fulfilment": 2}, {"order": "0" * 32, "fulfilment": 1}]

    refused = call("POST", "/label-batches", {"fulfilments": refs})

    assert (refused.status, refused.fields) == (422, ["fulfilments.0.fulfilment", "fulfilments.1.order"])
    assert run(cloud) == 0


@pytest.mark.long
def test_a_large_batch_is_labelled_by_several_workers(carrier: EasyPostAccount, cloud: World) -> None:
    orders = [an_order_of(1) for _ in range(45)]

    started = start(*orders)

    assert (run(cloud), len(carrier.purchases)) == (3, 45)
    assert call("GET", f"/label-batches/{started.body['id']}").body["counts"] == {"bought": 45}


def test_a_carrier_that_does_not_answer_fails_that_one_and_its_purchase_is_found_by_the_next_try(
    carrier: EasyPostAccount, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = an_order_of(1)
    fails(carrier, LOST, "/buy", after=True)
    fails(carrier, 503, method="GET")

    batch = done(cloud, start(order))

    assert (results(batch), len(carrier.purchases)) == ({order: "failed"}, 1)
    after_a_while(monkeypatch)
    assert results(done(cloud, call("POST", f"/label-batches/{batch['id']}/retry"))) == {order: "bought"}
    assert len(carrier.purchases) == 1


def test_a_worker_that_dies_is_followed_by_one_that_finishes_its_part(
    carrier: EasyPostAccount, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = [an_order_of(1) for _ in range(3)]
    started = start(*orders)
    [worker] = [each for each in cloud.functions.invocations if each.function == "test-label"]

    with killed_in(buy_label, "record"):
        run_label(worker.payload)
    after_a_while(monkeypatch)
    batch = done(cloud, started)

    assert (batch["counts"], len(carrier.purchases)) == ({"bought": 3}, 3)
    assert {state for order in orders for state in labels(order)} == {"bought"}


def test_what_there_is_no_time_for_continues_in_another_invocation(
    carrier: EasyPostAccount, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_batch, "MARGIN", 1000.0)
    order = an_order_of(1)
    started = start(order)
    [worker] = [cloud.functions.invocations.pop()]

    run_label(worker.payload)

    assert [each.payload["fulfilments"] for each in cloud.functions.invocations] == [
        [{"order": order, "fulfilment": 1}]
    ]
    monkeypatch.undo()
    assert done(cloud, started)["counts"] == {"bought": 1}


def lose_workers(cloud: World) -> None:
    cloud.functions.invocations.clear()


def continued_after(minutes: int) -> int:
    """How many batches the audit continues so many minutes from now."""
    return start_batch.continue_batches(datetime.now(UTC) + timedelta(minutes=minutes))


def test_a_batch_whose_workers_are_lost_is_continued_after_ten_minutes(carrier: EasyPostAccount, cloud: World) -> None:
    started = start(an_order_of(1), an_order_of(1))
    lose_workers(cloud)

    assert [continued_after(minutes) for minutes in (9, 11, 12)] == [0, 1, 0]

    assert (done(cloud, started)["counts"], len(carrier.purchases)) == ({"bought": 2}, 2)
    assert continued_after(60) == 0


def test_a_batch_that_is_tried_again_is_continued_too(carrier: EasyPostAccount, cloud: World) -> None:
    fails(carrier, 503, times=9)
    batch = done(cloud, start(an_order_of(1)))
    assert (batch["counts"], continued_after(60)) == ({"failed": 1}, 0)
    carrier.failures.clear()
    again = call("POST", f"/label-batches/{batch['id']}/retry")
    lose_workers(cloud)

    assert continued_after(60) == 1

    assert done(cloud, again)["counts"] == {"bought": 1}


def test_a_batch_of_which_only_the_file_is_missing_is_finished(
    carrier: EasyPostAccount, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = start(an_order_of(1))
    with monkeypatch.context() as patched:
        patched.setattr(run_batch, "finish_batch", lambda _: None)
        run(cloud)
    assert call("GET", f"/label-batches/{started.body['id']}").body["done"] is False

    assert continued_after(60) == 1

    assert (done(cloud, started)["done"], len(carrier.purchases)) == (True, 1)


@pytest.mark.parametrize("status", [503, 404])
def test_a_label_whose_file_could_not_be_had_is_tried_again_and_is_in_the_file_to_print_then(
    carrier: EasyPostAccount, cloud: World, status: int
) -> None:
    fails(carrier, status, ".pdf", times=2)
    batch = done(cloud, start(an_order_of(1)))
    other = done(cloud, start(an_order_of(1)))

    carrier.failures.clear()
    again = done(cloud, call("POST", f"/label-batches/{batch['id']}/retry"))

    assert (batch["counts"], batch["url"], other["counts"]) == ({"failed": 1}, None, {"failed": 1})
    assert batch["items"][0]["tracking"] == again["items"][0]["tracking"] != ""
    assert (again["counts"], len(carrier.purchases)) == ({"bought": 1}, 2)
    assert again["url"].startswith("https://")


def test_a_label_that_is_not_kept_any_more_is_named(carrier: EasyPostAccount, cloud: World) -> None:
    with pytest.raises(NotNow, match=r"labels/gone\.pdf is not kept any more"):
        print_batch("0a1b", ["labels/gone.pdf"])


def test_a_worker_that_ends_late_does_not_finish_a_batch_that_was_begun_again(
    carrier: EasyPostAccount, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails(carrier, 503, times=9)
    started = start(an_order_of(1))
    printed, times = run_batch.printed, iter(range(9))

    def meanwhile(*arguments: Any) -> Any:
        if next(times) == 0:
            start_batch.retry_batch(started.body["id"])
            lose_workers(cloud)
        return printed(*arguments)

    monkeypatch.setattr(run_batch, "printed", meanwhile)
    run(cloud)

    assert not label_batches.get_batch(started.body["id"]).is_finished


def test_the_audit_continues_batches(carrier: EasyPostAccount, cloud: World, monkeypatch: pytest.MonkeyPatch) -> None:
    started = start(an_order_of(1))
    lose_workers(cloud)
    monkeypatch.setattr(start_batch, "SILENCE", timedelta(0))

    audit.handler({"audit": "orders"}, Context())
    assert done(cloud, started)["counts"] == {"bought": 1}

"""Print jobs of stations: queued by closing a box or by request, polled, printed, done."""

from datetime import timedelta
from itertools import count
from typing import Any

import httpx
import pytest

from local.world.carriers.easypost import EasyPostAccount
from packhorse.domain.configuration.warehouse import ShipsOn
from packhorse.domain.users import Role
from packhorse.store import configuration
from simulation.aws.boundary import World
from simulation.builders import NOON, a_warehouse
from tests.functions.fulfil.labels import after_a_while, an_order_of, configured, connected, fails, merge
from tests.functions.fulfil.test_bench import at_bench, label, opened, packed, scan
from tests.functions.fulfil.test_boxes import of, parcels
from tests.functions.operate.calls import Answer, call
from tests.functions.operate.interference import Killed, killed_at
from tests.functions.operate.orders import get
from tests.functions.operate.people import PAT, invited


@pytest.fixture(autouse=True)
def carrier(cloud: World) -> EasyPostAccount:
    """A carrier, and a warehouse where the packed box is what ships."""
    account = connected(cloud)
    configured(ships_on=ShipsOn.PACKED)
    return account


def jobs(station: str = "one", **more: Any) -> list[Any]:
    answer = call("GET", "/print-jobs", query={"station": station}, **more)
    assert answer.status == 200, answer.body
    return list(answer.body["items"])


def print_again(order: str, document: str = "label", request: str = "print-it-1") -> Answer:
    body = {"id": request, "order": order, "fulfilment": 1, "document": document}
    return call("POST", "/bench/one/print", body)


def done(job: str, **more: Any) -> Answer:
    return call("POST", f"/print-jobs/{job}/done", **more)


def test_closing_a_box_has_its_label_printed_once_at_the_station_that_closed_it() -> None:
    order = an_order_of(1)
    label(order)
    opened(order)

    answers = [scan(order, id="the-last-one").body for _ in range(2)]

    [job] = jobs()
    assert {each["print_job"] for each in answers} == {job["id"]}
    assert (job["document"], job["reprint"], job["order"]) == ("label", False, order)
    assert httpx.get(job["url"]).content.startswith(b"%PDF")
    assert jobs("two") == []
    assert [each["what"] for each in get(order)["timeline"]].count("printed") == 1


def test_a_label_that_is_voided_before_it_is_printed_is_printed_no_more() -> None:
    order = an_order_of(1)
    label(order)
    assert print_again(order).status == 201
    assert len(jobs()) == 1

    assert call("POST", f"/orders/{order}/fulfilments/1/void", {}).status == 200
    assert jobs() == []
    label(order)
    print_again(order, request="print-it-2")

    [job] = jobs()
    assert get(order)["fulfilments"][0]["labels"][1]["id"] in job["url"]


def test_a_label_that_closing_buys_is_printed_too() -> None:
    order = an_order_of(1)

    assert packed(order, 1, label=True).body["print_job"] == jobs()[0]["id"]


def test_a_box_that_goes_in_several_parcels_has_the_label_of_each_printed() -> None:
    order = an_order_of(3)
    bought = parcels(order, of(2), of(1), headers={"idempotency-key": "two-parcels-1"})

    closed = packed(order, 3).body
    queued = jobs()
    again = [print_again(order) for _ in range(2)]

    assert (bought.status, closed["result"]) == (200, "closed")
    assert len({job["url"].partition("?")[0] for job in queued}) == 2
    assert {closed["print_job"]} == {at_bench("close", order=order, fulfilment=1).body["print_job"]}
    assert [job["reprint"] for job in queued] == [False, False]
    assert ({each.body["id"] for each in again} < {job["id"] for job in jobs()}, len(jobs())) == (True, 4)
    assert [each["what"] for each in get(order)["timeline"]].count("printed") == 1


@pytest.mark.parametrize("is_bought_before", [True, False])
def test_a_label_whose_file_could_not_be_had_is_named_and_printed_once_it_is_there(
    carrier: EasyPostAccount, is_bought_before: bool
) -> None:
    order = an_order_of(1)
    fails(carrier, 503, ".pdf", times=9)
    if is_bought_before:
        label(order)

    closed = packed(order, 1, label=not is_bought_before).body
    nothing = jobs()
    carrier.failures.clear()
    again = at_bench("close", order=order, fulfilment=1, label=True).body

    [bought] = get(order)["fulfilments"][0]["labels"]
    assert (closed["print_job"], nothing) == (None, [])
    assert f"did not give the file of label {bought['tracking']}" in closed["label_problem"]
    assert (again["label_problem"], again["print_job"]) == ("", jobs()[0]["id"])


def test_the_label_of_a_parcel_that_left_before_is_not_printed_again() -> None:
    order = an_order_of(3)
    configured(ships_on=ShipsOn.LABEL)
    parcels(order, of(2), headers={"idempotency-key": "first-parcel-1"})
    configured(ships_on=ShipsOn.PACKED)

    closed = packed(order, 1, label=True).body

    [job] = jobs()
    assert (closed["result"], closed["print_job"]) == ("closed", job["id"])
    [first, second] = get(order)["fulfilments"][0]["labels"]
    assert (first["id"] in job["url"], second["id"] in job["url"]) == (False, True)


@pytest.mark.parametrize("is_bought_before", [True, False])
def test_the_label_of_several_orders_is_printed_once_for_their_parcel(is_bought_before: bool) -> None:
    first, second = an_order_of(1), an_order_of(1)
    merge(first, second)
    if is_bought_before:
        label(second)

    closed = [packed(each, 1, label=True).body for each in (first, second)]

    has_it = second if is_bought_before else first
    [job] = jobs()
    assert job["order"] == has_it
    assert [(each["result"], each["print_job"] is not None, each["label_problem"]) for each in closed] == [
        ("closed", each == has_it, "") for each in (first, second)
    ]
    assert print_again(first).status == print_again(second).status == 201


@pytest.mark.parametrize("is_refused", [True, False])
def test_a_further_parcel_without_a_label_gets_none_of_another_parcel(
    carrier: EasyPostAccount, is_refused: bool
) -> None:
    order = an_order_of(3)
    configured(ships_on=ShipsOn.LABEL)
    parcels(order, of(2), headers={"idempotency-key": "first-parcel-1"})
    configured(ships_on=ShipsOn.PACKED)
    fails(carrier, 422, "/buy")

    closed = packed(order, 1, label=is_refused).body

    assert (closed["result"], closed["print_job"], bool(closed["label_problem"])) == ("closed", None, is_refused)
    assert (jobs(), print_again(order).status) == ([], 409)


def test_a_bench_with_printed_labels_prints_none_and_neither_does_a_check() -> None:
    order, checked = an_order_of(1, channel_order_id="a"), an_order_of(1, channel_order_id="b")
    label(order)
    configured(ships_on=ShipsOn.LABEL)
    label(checked)

    assert packed(order, 1, print_label=False).body["print_job"] is None
    assert packed(checked, 1).body["print_job"] is None
    assert jobs() == []


def test_a_box_without_a_label_prints_nothing() -> None:
    assert packed(an_order_of(1), 1).body["print_job"] is None
    assert jobs() == []


def test_a_job_that_is_done_is_not_printed_again_and_may_be_done_twice() -> None:
    order = an_order_of(1)
    label(order)
    packed(order, 1)
    [job] = jobs()

    once, twice = done(job["id"]), done(job["id"])

    assert (once.status, twice.status, once.body["done_at"]) == (200, 200, twice.body["done_at"])
    assert jobs() == []
    assert at_bench("close", order=order, fulfilment=1).body["print_job"] == job["id"]
    assert jobs() == []


def test_a_job_that_does_not_exist_cannot_be_done() -> None:
    assert [done(name).status for name in ("one.1.2", "nothing", "x%20y")] == [404, 404, 404]


def test_a_second_print_is_a_reprint_and_a_repeated_request_is_one_print() -> None:
    order = an_order_of(1)
    label(order)
    packed(order, 1)
    done(jobs()[0]["id"])

    answers = [print_again(order) for _ in range(2)]

    assert [(each.status, each.body["reprint"]) for each in answers] == [(201, True)] * 2
    assert [job["reprint"] for job in jobs()] == [True]
    assert get(order)["timeline"][-1]["what"] == "reprinted"


def test_a_print_of_another_box_or_document_is_another_one_also_under_the_same_id() -> None:
    first, second = (an_order_of(1, channel_order_id=name) for name in "ab")
    for order in (first, second):
        label(order)

    prints = [print_again(order, what).body for order in (first, second) for what in ("label", "packing_slip")]

    wanted = [(order, what) for order in (first, second) for what in ("label", "packing_slip")]
    assert [(each["order"], each["document"]) for each in prints] == wanted
    assert len({each["url"].partition("?")[0] for each in prints}) == 4


def test_a_packing_slip_is_printed_at_a_station() -> None:
    order = an_order_of(1)

    assert print_again(order, "packing_slip").body["reprint"] is False
    assert httpx.get(jobs()[0]["url"]).content.startswith(b"%PDF")
    assert print_again(order, "packing_slip", "print-it-2").body["reprint"] is True


def test_a_label_that_does_not_exist_is_not_printed() -> None:
    assert print_again(an_order_of(1)).status == 409


def test_a_job_expires_after_a_quarter_of_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    print_again(an_order_of(1), "packing_slip")
    assert len(jobs()) == 1

    monkeypatch.setattr("packhorse.store.print_jobs.LASTS", timedelta(0))

    assert jobs() == []


def test_a_packer_prints_for_stations_of_the_own_warehouse_alone() -> None:
    configuration.apply_edit(lambda before: before.with_warehouse(a_warehouse("york")), "owner", NOON)
    invited(PAT, Role.PACKER, warehouses=["york"])
    pat: dict[str, Any] = {"who": PAT, "roles": ()}
    print_again(an_order_of(1), "packing_slip")
    [job] = jobs()

    assert jobs(**pat) == []
    assert done(job["id"], **pat).status == 404
    assert len(jobs()) == 1


# ---- processes that die ----------------------------------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.parametrize("is_done", [False, True])
def test_a_process_that_dies_at_any_call_of_the_last_scan_is_followed_by_one_that_finishes_it(
    carrier: EasyPostAccount, monkeypatch: pytest.MonkeyPatch, *, is_done: bool
) -> None:
    after_a_while(monkeypatch)
    for number in count():
        order, request = an_order_of(1, channel_order_id=f"order-{number}"), f"the-last-one-{number}"
        opened(order)
        try:
            with killed_at(number, is_after=is_done):
                scan(order, label=True, id=request)
            break
        except Killed:
            answer = scan(order, label=True, id=request).body
        assert (answer["result"], answer["label_problem"], answer["box"]["shipped"]) == ("closed", "", True), number
        assert [job["id"] for job in jobs() if job["order"] == order] == [answer["print_job"]], number
        what = [entry["what"] for entry in get(order)["timeline"]]
        assert [what.count(each) for each in ("packed", "label_bought", "shipped", "completed")] == [1, 1, 1, 1], number
    assert len(carrier.purchases) == number + 1
    assert number > 10

"""Requests to keep units back go out to a supplier as files and are settled by its answers, over a real SFTP server."""

import json
from typing import Any

import pytest

from functions.allocate import route
from packhorse.aws.settings import settings
from packhorse.domain.orders.fulfilment_order import FulfilmentStatus
from packhorse.domain.problem import Cause
from packhorse.domain.users import Role
from packhorse.store import exceptions, supplier_work
from packhorse.suppliers.protocol import PerhapsSent
from packhorse.usecases.suppliers import cancellation_files, send_batch, send_cancellations
from simulation.aws.boundary import Call, World
from simulation.aws.refusals import failed
from simulation.builders import a_configuration, a_warehouse, sqs_event
from simulation.merchant import MUG, Context, balance, put_stock, set_up
from tests.conftest import queued
from tests.functions.fulfil.partner import (
    ANSWERS,
    HEAD,
    ORDERS,
    Partner,
    an_order,
    answer,
    exchange,
    exchange_that_dies,
    hand_over,
    handle_tracking,
    later,
    run_requested,
    save,
    stored,
)
from tests.functions.operate.calls import call
from tests.functions.operate.interference import killed_in
from tests.functions.operate.orders import causes, get
from tests.functions.operate.people import WIL, invited

CANCELLATIONS: dict[str, Any] = {**ORDERS, "file_name": "CXL_{batch:4}.csv"}
STATUSES = {**ANSWERS["statuses"], "CXL": "cancelled", "NOCXL": "cancel_refused"}


@pytest.fixture
def partner(account: Partner) -> Partner:
    """A supplier that is set up with a layout of cancellations, and gets orders of its warehouse."""
    connect(account)
    return account


def connect(partner: Partner, **changes: Any) -> None:
    save(partner, **{"cancellations": CANCELLATIONS, "answers": [{**ANSWERS, "statuses": STATUSES}], **changes})


def route_all() -> None:
    """Have all orders advanced that are to be."""
    while messages := queued(settings.orders_queue_url):
        assert route.handler(sqs_event(*messages), Context()) == {"batchItemFailures": []}


def cancel(order: str) -> None:
    assert call("POST", f"/orders/{order}/cancel", {"reason": "changed her mind"}).status == 200
    route_all()


def requests(partner: Partner) -> dict[str, list[str]]:
    return {name: text.splitlines()[1:] for name, text in partner.files().items() if name.startswith("CXL")}


def status(order: str) -> str:
    return str(get(order)["status"])


# ---- sending -------------------------------------------------------------------------------------------------------


def test_a_request_goes_out_once_and_the_order_is_cancelled_when_the_supplier_agrees(
    partner: Partner, order: str, cloud: World
) -> None:
    cancel(order)
    for _ in range(3):
        assert exchange()["failure"] is None

    assert requests(partner) == {"CXL_0002.csv": [f"{order}-1,{MUG},2,Ada Lovelace"]}
    shown = get(order)
    assert (shown["status"], shown["flags"]) == ("in_fulfilment", ["cancel_requested", "late"])
    cancellation = shown["fulfilments"][0]["cancellation"]
    assert (cancellation["state"], cancellation["batch"], cancellation["unwanted"]) == ("requested", 2, {"1": 2})
    [row] = call("GET", "/fulfilments").body["items"]
    assert (row["view"], row["cancellation"]) == ("partners", "requested")
    [cancelling, sending] = call("GET", "/suppliers/acme/batches").body["items"]
    assert (cancelling["kind"], sending["kind"]) == ("cancellations", "orders")

    answer(partner, f"{order}-1,CXL,,,,,")
    route_all()

    assert (status(order), balance(warehouse="acme")) == ("cancelled", (1000, 0, 1000))
    assert not any(each.status == "RUNNING" for each in cloud.states.executions.values())


def test_requests_of_several_pages_go_out_in_one_exchange(partner: Partner, cloud: World) -> None:
    found = [an_order(cloud, channel_order_id=f"M-{number}") for number in range(5)]
    exchange()
    for each in found:
        cancel(each)
    cloud.dynamodb.page_bytes = 300

    exchange()

    [rows] = requests(partner).values()
    assert {row.split(",")[0] for row in rows} == {f"{each}-1" for each in found}


def test_what_is_in_no_file_is_cancelled_at_once_and_never_goes_into_one(partner: Partner, cloud: World) -> None:
    order = an_order(cloud)

    cancel(order)
    exchange()

    assert (status(order), partner.files()) == ("cancelled", {})
    assert not any(each.status == "RUNNING" for each in cloud.states.executions.values())


def test_requests_go_to_a_folder_of_their_own_also_where_orders_go_on_command(partner: Partner, order: str) -> None:
    (partner.root / "stop").mkdir()
    folders = {"orders": "in", "processed": "done", "cancellations": "stop"}
    connect(partner, folders=folders, forward="on_command")

    cancel(order)
    exchange()

    assert list(partner.files("stop")) == ["CXL_0002.csv"]


def test_without_a_layout_a_person_asks_and_enters_the_answer(partner: Partner, order: str) -> None:
    connect(partner, cancellations=None)
    cancel(order)
    for _ in range(2):
        exchange()

    assert (causes(order), requests(partner)) == (["cancellation_by_hand"], {})
    assert f"2 of {MUG}" in get(order)["exceptions"][0]["message"]

    path = f"/orders/{order}/fulfilments/1/answer-cancellation"
    answered = call("POST", path, {"answer": "accepted"})

    assert (answered.status, answered.body["status"], causes(order)) == (200, "cancelled", [])
    assert call("POST", path, {"answer": "refused"}).status == 409


def test_neither_the_request_that_a_hold_makes_nor_its_exception_says_why_the_order_is_held(
    partner: Partner, order: str
) -> None:
    connect(partner, cancellations=None)
    invited(WIL, Role.WAREHOUSE, warehouses=["acme"])

    call("POST", f"/orders/{order}/hold", {"reason": "suspected of fraud"})
    route_all()
    exchange()

    seen = call("GET", f"/orders/{order}", None, (), who=WIL).body
    assert [each["cause"] for each in seen["exceptions"]] == ["cancellation_by_hand"]
    assert "the order is held" in seen["exceptions"][0]["message"]
    assert "fraud" not in json.dumps(seen)


def test_a_layout_that_is_added_later_has_the_request_sent_which_ends_the_exception(
    partner: Partner, order: str
) -> None:
    connect(partner, cancellations=None)
    cancel(order)
    exchange()

    connect(partner)
    call("POST", f"/orders/{order}/reroute")
    route_all()
    exchange()

    assert (len(requests(partner)), causes(order)) == (1, [])


def test_a_part_goes_out_by_lines_and_not_in_a_layout_without_any(partner: Partner, order: str) -> None:
    record = {"level": "order", "columns": [{"name": "PO", "source": "fulfilment.id"}]}
    whole = {"file_name": "CXL_{batch}.csv", "records": [record]}
    connect(partner, cancellations=whole)
    assert call("POST", f"/orders/{order}/lines/1/cancel", {"keep": 1}).status == 200
    route_all()
    exchange()
    assert (causes(order), requests(partner)) == (["cancellation_by_hand"], {})

    cancel(order)
    exchange()

    assert ([*requests(partner).values()], causes(order)) == ([[f"{order}-1"]], [])


@pytest.mark.parametrize("step", ["finish_batch", "sendable"])
def test_a_process_that_dies_before_it_sends_is_followed_by_one_that_sends_it_once(
    step: str, partner: Partner, order: str
) -> None:
    cancel(order)
    dies(send_cancellations, step)

    exchange()
    exchange()

    assert len(requests(partner)) == 1


@pytest.mark.parametrize(
    ("module", "step"), [(cancellation_files, "mark"), (send_batch, "deliver"), (send_batch, "record")]
)
def test_a_process_that_dies_while_it_sends_is_followed_by_one_that_sends_it_once(
    module: Any, step: str, partner: Partner, order: str
) -> None:
    cancel(order)
    dies(module, step)

    exchange()
    exchange()

    assert requests(partner) == {"CXL_0002.csv": [f"{order}-1,{MUG},2,Ada Lovelace"]}


def dies(module: Any, step: str) -> None:
    """Have the next exchange end at that step."""
    with killed_in(module, step):
        exchange()


def test_a_process_that_dies_right_after_the_commit_loses_no_request(partner: Partner, order: str) -> None:
    assert call("POST", f"/orders/{order}/cancel").status == 200
    exchange()
    assert requests(partner) == {}  # nothing has followed up the commit yet

    route_all()
    exchange()

    assert len(requests(partner)) == 1


def test_a_request_that_grows_is_sent_again_as_a_whole(partner: Partner, order: str) -> None:
    call("POST", f"/orders/{order}/lines/1/cancel", {"keep": 1})
    route_all()
    exchange()
    cancel(order)
    exchange()

    assert [rows[0].split(",")[2] for rows in requests(partner).values()] == ["1", "2"]
    answer(partner, f"{order}-1,CXL,{MUG},2,,,")
    assert status(order) == "cancelled"


def test_a_request_that_may_have_arrived_is_left_to_a_person_who_sends_it_again(
    partner: Partner, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cancel(order)

    def lose(*_: Any) -> None:
        raise PerhapsSent("no answer")

    with monkeypatch.context() as patched:
        patched.setattr("packhorse.suppliers.exchange.send_files", lose)
        exchange()
    assert supplier_work.get_batch("acme", 2).state == "unknown"
    assert call("POST", "/suppliers/acme/batches/2/resend").status == 202
    run_requested()

    assert list(requests(partner)) == ["CXL_0003.csv"]


# ---- files that are not sent yet -----------------------------------------------------------------------------------


def test_what_is_cancelled_while_its_file_waits_is_left_out_and_cancelled(partner: Partner, cloud: World) -> None:
    first, second = an_order(cloud, channel_order_id="1001"), an_order(cloud, channel_order_id="1002")
    exchange_that_dies("packhorse.usecases.suppliers.send_batch.deliver")
    cancel(first)
    assert status(first) == "in_fulfilment"

    exchange()
    route_all()

    assert (status(first), status(second)) == ("cancelled", "in_fulfilment")
    assert [row.split(",")[0] for row in partner.rows()] == [f"{second}-1"]
    assert requests(partner) == {}


def test_what_is_left_of_a_part_that_is_cancelled_while_its_file_waits_is_sent(partner: Partner, cloud: World) -> None:
    order = an_order(cloud)
    exchange_that_dies("packhorse.usecases.suppliers.send_batch.deliver")
    assert call("POST", f"/orders/{order}/lines/1/cancel", {"keep": 1}).status == 200
    route_all()

    exchange()
    assert (partner.rows(), requests(partner)) == ([], {})
    exchange()

    [(name, _, units)] = [row.split(",")[:3] for row in partner.rows()]
    assert (name, units) == (f"{order}-1", "1")
    assert requests(partner) == {}


@pytest.mark.parametrize("operation", ["SendMessageBatch", "SendTaskSuccess", "TransactWriteItems"])
def test_what_is_given_back_while_a_service_is_down_goes_elsewhere_at_the_next_exchange(
    operation: str, partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = an_order(cloud)
    exchange_that_dies("packhorse.usecases.suppliers.send_batch.deliver")
    cancel(order)
    exchange_while_it_fails(cloud, monkeypatch, operation)

    exchange()
    route_all()

    assert (status(order), failures()) == ("cancelled", [])
    assert not any(each.status == "RUNNING" for each in cloud.states.executions.values())


def failures() -> list[str]:
    """What the open exceptions about exchanges say."""
    found, _ = exceptions.newest_exceptions(exceptions.ExceptionState.OPEN, None, 10)
    return [each.message for each in found if each.cause == Cause.SUPPLIER_FAILED]


def exchange_while_it_fails(cloud: World, monkeypatch: pytest.MonkeyPatch, operation: str) -> None:
    """Have an exchange give back what was never sent, while a service refuses calls of an operation."""

    def refuse(each: Call) -> None:
        if each.operation == operation:
            raise failed()

    def give_back(*about: Any) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(cloud, "before", refuse)
            original(*about)

    original = send_cancellations.give_back
    with monkeypatch.context() as patched:
        patched.setattr(send_cancellations, "give_back", give_back)
        exchange()
    assert "waits for the next exchange" in failures()[0]


def test_what_is_cancelled_when_its_file_may_be_on_its_way_is_requested_back(partner: Partner, cloud: World) -> None:
    order = an_order(cloud)
    exchange_that_dies("packhorse.suppliers.exchange.send_files")
    cancel(order)

    exchange()

    assert list(partner.files()) == ["CXL_0002.csv", "ORD_0001.csv"]
    assert status(order) == "in_fulfilment"


# ---- answers -------------------------------------------------------------------------------------------------------


def test_a_refusal_is_an_exception_until_what_it_is_about_has_shipped(partner: Partner, order: str) -> None:
    cancel(order)
    exchange()

    answer(partner, f"{order}-1,NOCXL,,,,,it is packed")
    assert (causes(order), status(order)) == (["cancellation_refused"], "in_fulfilment")
    assert "it is packed" in get(order)["exceptions"][0]["message"]

    answer(partner, f"{order}-1,SHP,{MUG},2,UPS,1Z1,", name="shp2.csv")
    assert (causes(order), status(order)) == (["shipped_after_cancellation"], "complete")
    assert balance(warehouse="acme") == (998, 0, 998)


def test_silence_is_an_exception_until_there_is_an_answer(
    partner: Partner, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(partner, f"{order}-1,ACK,,,,,", name="shp0.csv")
    cancel(order)
    exchange()
    exchange()
    assert causes(order) == []

    for hours, said in ((25, "25 hours"), (50, "50 hours")):
        later(monkeypatch, hours)
        exchange()
        assert (causes(order), said in get(order)["exceptions"][0]["message"]) == (["cancellation_unanswered"], True)

    answer(partner, f"{order}-1,CXL,,,,,")
    assert (causes(order), status(order)) == ([], "cancelled")


def test_answers_that_are_repeated_count_once(partner: Partner, cloud: World) -> None:
    order = an_order(cloud, quantity=3)
    exchange()
    call("POST", f"/orders/{order}/lines/1/cancel", {"keep": 2})
    route_all()
    exchange()

    for number in range(3):
        answer(partner, f"{order}-1,CXL,{MUG},1,,,", *[""] * number, name=f"shp{number}.csv")

    [line], [fulfilment] = stored(order).lines, stored(order).fulfilments
    assert (line.cancelled, dict(fulfilment.remaining)) == (1, {"1": 2})
    assert queued(settings.tracking_queue_url) == []


def test_a_number_that_repeats_or_answers_the_last_request_is_for_a_person_at_once(
    partner: Partner, cloud: World
) -> None:
    order = an_order(cloud, quantity=3)
    exchange()
    call("POST", f"/orders/{order}/lines/1/cancel", {"keep": 2})
    route_all()
    exchange()
    answer(partner, f"{order}-1,CXL,{MUG},1,,,")
    call("POST", f"/orders/{order}/lines/1/cancel", {"keep": 1})
    route_all()
    exchange()
    assert causes(order) == []

    answer(partner, f"{order}-1,CXL,{MUG},1,,,", "", name="shp2.csv")

    assert (causes(order), stored(order).lines[0].cancelled) == (["cancellation_unanswered"], 1)
    assert "as many as were requested last" in get(order)["exceptions"][0]["message"]
    call("POST", f"/orders/{order}/fulfilments/1/answer-cancellation", {"answer": "accepted"})
    assert (causes(order), stored(order).lines[0].cancelled) == ([], 2)


def test_answers_that_fit_nothing_are_reported_and_change_nothing(partner: Partner, order: str) -> None:
    before = stored(order)

    answer(partner, f"{order}-1,NOCXL,,,,,", f"{order}-1,CXL,NO-SKU,,,,", "nothing-1,CXL,,,,,")

    assert stored(order) == before


def test_a_supplier_that_cancels_by_itself_has_rejected_it(partner: Partner, order: str) -> None:
    answer(partner, f"{order}-1,CXL,,,,,discontinued")
    handle_tracking()

    [fulfilment] = stored(order).fulfilments
    assert (fulfilment.status, [each.note for each in fulfilment.rejections]) == ("rejected", ["discontinued"])


def test_a_refusal_after_an_agreement_is_an_exception(partner: Partner, order: str) -> None:
    cancel(order)
    exchange()
    answer(partner, f"{order}-1,CXL,,,,,")

    answer(partner, f"{order}-1,NOCXL,,,,,too late", name="shp2.csv")

    assert (status(order), causes(order)) == ("cancelled", ["answer_refused"])


# ---- held, taken back ----------------------------------------------------------------------------------------------


def test_a_hold_asks_the_supplier_to_stop_and_a_release_sends_the_order_anew(
    partner: Partner, order: str, cloud: World
) -> None:
    call("POST", f"/orders/{order}/hold", {"reason": "a doubt"})
    route_all()
    exchange()
    assert len(requests(partner)) == 1
    answer(partner, f"{order}-1,CXL,,,,,")
    route_all()
    assert balance(warehouse="acme") == (1000, 2, 998)

    call("POST", f"/orders/{order}/release", {})
    route_all()
    hand_over(cloud)
    exchange()

    assert [row.split(",")[0] for row in partner.files()["ORD_0003.csv"].splitlines()[1:]] == [f"{order}-2"]


def test_what_a_person_takes_back_goes_elsewhere_once_the_supplier_agrees(partner: Partner, order: str) -> None:
    warehouses = a_warehouse("acme", kind="dropship"), a_warehouse("main")
    set_up(a_configuration(*warehouses, priorities=("acme", "main")))
    put_stock(10)

    taken = call("POST", f"/orders/{order}/fulfilments/1/take-back", {"reason": "too slow"})
    assert (taken.status, taken.body["fulfilments"][0]["cancellation"]["elsewhere"]) == (200, True)
    route_all()
    exchange()
    answer(partner, f"{order}-1,CXL,,,,,")
    route_all()

    assert [(each.warehouse, each.status) for each in stored(order).fulfilments] == [
        ("acme", FulfilmentStatus.CANCELLED),
        ("main", FulfilmentStatus.QUEUED),
    ]
    assert call("POST", f"/orders/{order}/fulfilments/1/take-back").status == 409
    assert call("POST", f"/orders/{order}/fulfilments/9/take-back").status == 404


def test_an_own_warehouse_gives_back_at_once_and_the_order_goes_elsewhere(partner: Partner, cloud: World) -> None:
    set_up(a_configuration(a_warehouse("main"), a_warehouse("east"), priorities=("main", "east")))
    put_stock(5)
    put_stock(5, warehouse="east")
    order = an_order(cloud)

    taken = call("POST", f"/orders/{order}/fulfilments/1/take-back")

    assert [each["warehouse"] for line in taken.body["lines"] for each in line["allocations"]] == ["east"]
    assert (balance(), balance(warehouse="east")) == ((5, 0, 5), (5, 2, 3))


def test_what_is_taken_back_ships_from_the_warehouse_that_a_person_names(partner: Partner, cloud: World) -> None:
    set_up(a_configuration(a_warehouse("main"), a_warehouse("east"), a_warehouse("west"), priorities=("main", "east")))
    for each in ("main", "east"):
        put_stock(5, warehouse=each)
    put_stock(1, warehouse="west")
    order = an_order(cloud)
    where = f"/orders/{order}/fulfilments/1/take-back"

    assert call("POST", where, {"to": "nowhere"}).body["errors"][0]["field"] == "to"
    assert call("POST", where, {"to": "main"}).status == 409
    [line] = call("POST", where, {"to": "west", "reason": "nearer"}).body["lines"]

    assert ([each["warehouse"] for each in line["allocations"]], line["short"]) == (["west"], 1)
    assert (balance(), balance(warehouse="east")) == ((5, 0, 5), (5, 0, 5))
    assert stored(order).timeline[-2].detail == "main to west. nearer"


def test_a_file_of_answers_with_an_unknown_status_names_its_row(partner: Partner, order: str) -> None:
    partner.put("shp9.csv", HEAD + f"{order}-1,WHAT,,,,,\n")
    exchange()
    exchange()

    assert status(order) == "in_fulfilment"

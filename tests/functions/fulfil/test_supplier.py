"""Orders of a supplier go out as files, through the real handler and to a real SFTP server."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from functions.allocate import route
from functions.operate import audit, drain
from packhorse.aws.settings import settings
from packhorse.domain.audits import AuditKind
from packhorse.domain.orders.fulfilment_order import FulfilmentStatus
from packhorse.messages.audits import AuditRequest
from packhorse.messages.suppliers import ExchangeFiles
from packhorse.store import supplier_work
from packhorse.suppliers.protocol import PerhapsSent
from packhorse.usecases.suppliers import answer_supplier, orders_to_send, send_batch
from packhorse.usecases.suppliers.read_folder import FolderRead
from simulation.aws.boundary import World
from simulation.builders import sqs_event
from simulation.merchant import MUG, Context
from tests.conftest import queued
from tests.functions.fulfil.partner import (
    ORDERS,
    Partner,
    an_order,
    exchange,
    exchange_that_dies,
    hand_over,
    later,
    not_written,
    run_requested,
    save,
    stored,
)
from tests.functions.operate.calls import call
from tests.functions.operate.interference import killed_in
from tests.functions.operate.letters import given_up, put
from tests.functions.operate.orders import causes, get, open_causes


def batches(name: str = "acme") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = call("GET", f"/suppliers/{name}/batches").body["items"]
    return found


# ---- sending -------------------------------------------------------------------------------------------------------


def test_an_order_goes_out_once_in_a_file_with_the_number_of_its_batch(partner: Partner, cloud: World) -> None:
    order = an_order(cloud)

    for _ in range(3):
        assert exchange()["failure"] is None

    assert partner.files() == {"ORD_0001.csv": f"PO,SKU,QTY,NAME\n{order}-1,{MUG},2,Ada Lovelace\n"}
    assert (stored(order).fulfilments[0].batch, stored(order).timeline[-1].what) == (1, "sent_to_supplier")
    [batch] = batches()
    assert (batch["number"], batch["state"], batch["files"]) == (1, "sent", [{"name": "ORD_0001.csv", "rows": 1}])
    second = an_order(cloud, channel_order_id="1002")
    exchange()
    assert list(partner.files()) == ["ORD_0001.csv", "ORD_0002.csv"]
    assert partner.rows()[1].startswith(f"{second}-1")


def test_a_held_order_is_not_sent_and_goes_out_once_it_is_released(partner: Partner, cloud: World) -> None:
    order = an_order(cloud)
    call("POST", f"/orders/{order}/hold", {"reason": "a doubt"})

    exchange()
    assert partner.files() == {}
    call("POST", f"/orders/{order}/release", {})
    for message in queued(settings.orders_queue_url):
        route.handler(sqs_event(message), Context())
    hand_over(cloud)
    exchange()

    assert len(partner.rows()) == 1


def test_more_orders_than_a_file_holds_go_out_in_several(partner: Partner, cloud: World) -> None:
    save(partner, most_orders_per_file=2)
    for number in range(5):
        an_order(cloud, channel_order_id=f"{number}")

    exchange()

    assert [len(text.splitlines()) - 1 for text in partner.files().values()] == [2, 2, 1]


def test_an_order_that_does_not_fit_is_an_exception_until_it_does_and_stops_no_other(
    partner: Partner, cloud: World
) -> None:
    short = {**ORDERS, "records": [{**ORDERS["records"][0], "columns": [*ORDERS["records"][0]["columns"]]}]}
    short["records"][0]["columns"][3] = {"name": "NAME", "source": "ship_to.name", "written": {"max_length": 3}}
    save(partner, orders=short)
    order = an_order(cloud)

    for _ in range(2):
        exchange()

    assert partner.files() == {}
    assert causes(order) == ["supplier_layout_refused"]
    assert "NAME" in get(order)["exceptions"][0]["message"]
    save(partner)
    exchange()
    assert (len(partner.rows()), causes(order)) == (1, [])


def test_what_fits_no_more_once_it_is_in_a_batch_leaves_it_however_often_that_fails(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = an_order(cloud)
    exchange_that_dies("packhorse.usecases.suppliers.send_batch.store_files")
    columns = ORDERS["records"][0]["columns"]
    short = {"name": "NAME", "source": "ship_to.name", "written": {"max_length": 3}}
    save(partner, orders={**ORDERS, "records": [{"level": "line", "columns": [*columns[:3], short]}]})
    with not_written(cloud, monkeypatch, order):
        exchange()
    assert (batches()[0]["state"], stored(order).fulfilments[0].batch) == ("forming", 1)

    exchange()
    assert (batches()[0]["state"], causes(order)) == ("empty", ["supplier_layout_refused"])

    save(partner)
    exchange()
    assert (len(partner.rows()), causes(order)) == (1, [])


def test_orders_that_do_not_fit_take_no_place_of_others_in_a_file(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = {"name": "NUMBER", "source": "order.number", "written": {"max_length": 3}}
    narrow = {**ORDERS, "records": [{"level": "line", "columns": [*ORDERS["records"][0]["columns"], number]}]}
    save(partner, orders=narrow, most_orders_per_file=1)
    refused = [an_order(cloud, channel_order_id=f"1{place}", number=f"1000{place}") for place in range(5)]
    sent = an_order(cloud, channel_order_id="2", number="7")
    monkeypatch.setattr(orders_to_send, "ROWS_A_PAGE", 2)

    exchange()

    assert [row[: len(sent)] for row in partner.rows()] == [sent]
    assert {cause for order in refused for cause in causes(order)} == {"supplier_layout_refused"}


def test_what_goes_out_on_command_waits_for_it(partner: Partner, cloud: World) -> None:
    save(partner, forward="on_command")
    an_order(cloud)

    exchange()
    assert partner.files() == {}
    assert call("POST", "/suppliers/acme/send-now").status == 202

    assert run_requested() == 1
    assert len(partner.rows()) == 1


def test_a_command_that_failed_for_good_is_an_exception_until_what_it_was_to_send_is_sent(
    partner: Partner, cloud: World
) -> None:
    save(partner, forward="on_command")
    an_order(cloud)
    command = ExchangeFiles(supplier="acme", send=True)
    put(given_up("test-supplier", command.model_dump(mode="json")))
    drain.handler({}, Context())

    exchange()
    audited()
    assert open_causes() == ["dead_letter"]
    call("POST", "/suppliers/acme/send-now")
    run_requested()
    audited()

    assert open_causes() == []


def audited() -> None:
    audit.handler(AuditRequest(audit=AuditKind.ORDERS).model_dump(mode="json"), Context())


def test_a_supplier_that_is_inactive_gets_nothing(partner: Partner, cloud: World) -> None:
    save(partner, active=False)
    an_order(cloud)

    exchange()

    assert partner.files() == {}


# ---- dying processes and lost answers --------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["form", "mark", "store_files", "deliver", "record", "as_sent"])
def test_a_process_that_dies_at_any_step_leaves_a_batch_that_is_finished_and_sent_once(
    step: str, partner: Partner, cloud: World
) -> None:
    order = an_order(cloud)

    with killed_in(send_batch, step):
        exchange()
    assert len(partner.rows()) == (1 if step in {"record", "as_sent"} else 0)
    late = an_order(cloud, channel_order_id="1002")

    for _ in range(2):
        exchange()

    assert [row.split(",")[0] for row in partner.rows()] == [f"{order}-1", f"{late}-1"]
    assert [(each["number"], each["state"]) for each in batches()] == [(2, "sent"), (1, "sent")]


def test_what_was_cancelled_while_its_batch_was_unfinished_is_not_sent(partner: Partner, cloud: World) -> None:
    order = an_order(cloud)
    exchange_that_dies("packhorse.usecases.suppliers.send_batch.form")
    call("POST", f"/orders/{order}/cancel", {})

    exchange()

    assert partner.files() == {}
    assert [each["state"] for each in batches()] == ["empty"]


def test_a_batch_that_may_have_arrived_waits_for_a_person_who_says_that_it_has(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_order(cloud)
    lose_the_answer(monkeypatch)

    for _ in range(2):
        exchange()
    assert ([each["state"] for each in batches()], open_causes()) == (["unknown"], ["supplier_batch_unknown"])
    answer = call("POST", "/suppliers/acme/batches/1/confirm")

    assert (answer.status, answer.body["state"], open_causes()) == (200, "sent", [])
    assert call("POST", "/suppliers/acme/batches/1/confirm").status == 409


def test_a_batch_that_did_not_arrive_is_sent_again_under_a_new_number(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = an_order(cloud)
    with monkeypatch.context() as patched:
        lose_the_answer(patched)
        exchange()

    answer = call("POST", "/suppliers/acme/batches/1/resend")

    assert (answer.status, answer.body["number"], answer.body["replaces"]) == (202, 2, 1)
    assert call("POST", "/suppliers/acme/batches/1/resend").status == 409
    assert run_requested() == 1
    assert list(partner.files()) == ["ORD_0002.csv"]
    assert (stored(order).fulfilments[0].batch, open_causes()) == (2, [])
    assert [each["state"] for each in batches()] == ["sent", "replaced"]


@pytest.mark.parametrize("is_unknown", [True, False])
def test_a_held_order_of_a_batch_that_is_sent_again_goes_out_once_it_is_released(
    is_unknown: bool, partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, other = an_order(cloud), an_order(cloud, channel_order_id="1002")
    with monkeypatch.context() as patched:
        if is_unknown:
            lose_the_answer(patched)
        exchange()
    call("POST", f"/orders/{held}/hold", {"reason": "a doubt"})
    assert call("POST", "/suppliers/acme/batches/1/resend").status == 202
    assert run_requested() == 1
    exchange()
    assert [row[: len(other)] for row in partner.files()["ORD_0002.csv"].splitlines()[1:]] == [other]

    call("POST", f"/orders/{held}/release", {})
    for _ in range(2):
        exchange()

    if is_unknown:
        assert (stored(held).fulfilments[0].batch, list(partner.files())) == (3, ["ORD_0002.csv", "ORD_0003.csv"])
    else:
        assert stored(held).fulfilments[0].batch == 1
        later(monkeypatch, 25)
        exchange()
        assert (causes(held), causes(other)) == (["supplier_silent"], ["supplier_silent"])
        assert call("POST", "/suppliers/acme/batches/1/resend").status == 202
        assert run_requested() == 1
        assert stored(held).fulfilments[0].batch == 3
    assert call("POST", "/suppliers/acme/batches/1/resend").status == 409
    assert stored(other).fulfilments[0].batch == 2


def test_a_batch_that_is_sent_again_waits_for_orders_that_meet_conflicts(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = an_order(cloud)
    exchange()
    call("POST", "/suppliers/acme/batches/1/resend")
    with monkeypatch.context() as patched:
        patched.setattr(send_batch, "change_orders", lambda messages, *_: set(messages))
        run_requested()
    assert (batches()[0]["state"], stored(order).fulfilments[0].batch) == ("forming", 1)

    exchange()

    assert (batches()[0]["state"], stored(order).fulfilments[0].batch) == ("sent", 2)
    assert list(partner.files()) == ["ORD_0001.csv", "ORD_0002.csv"]


def test_a_batch_that_is_sent_again_leaves_an_order_that_breaks_for_an_hour_to_the_check_of_silence(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = an_order(cloud)
    exchange()
    call("POST", "/suppliers/acme/batches/1/resend")
    later(monkeypatch, 2)
    with monkeypatch.context() as patched:
        patched.setattr(send_batch, "change_orders", lambda messages, *_: set(messages))
        exchange()
    assert batches()[0]["state"] == "empty"

    later(monkeypatch, 25)
    exchange()
    assert causes(order) == ["supplier_silent"]


def lose_the_answer(patched: pytest.MonkeyPatch) -> None:
    """As if the connection broke after the files were sent."""

    def send(*_: Any) -> None:
        raise PerhapsSent("no answer came")

    patched.setattr("packhorse.suppliers.exchange.send_files", send)


def test_one_exchange_of_a_supplier_runs_at_a_time(partner: Partner, cloud: World) -> None:
    an_order(cloud)
    now = cloud_now()
    with supplier_work.lease("acme", "another", now, 60):
        exchange()
        assert partner.files() == {}

    exchange()

    assert len(partner.rows()) == 1


def cloud_now() -> Any:
    from datetime import UTC, datetime

    return datetime.now(UTC)


def test_a_partner_that_fails_delays_no_other_one_and_its_orders_go_out_later(
    partner: Partner, cloud: World, tmp_path: Path
) -> None:
    order = an_order(cloud)
    call("PATCH", "/suppliers/acme", {"credentials": {"password": "wrong"}})

    exchange()
    assert (partner.files(), open_causes()) == ({}, ["supplier_failed"])
    call("PATCH", "/suppliers/acme", {"credentials": {"password": "a-password"}})
    exchange()

    assert (len(partner.rows()), open_causes()) == (1, [])
    assert stored(order).fulfilments[0].status is FulfilmentStatus.REQUESTED


# ---- trying --------------------------------------------------------------------------------------------------------


def test_a_test_says_what_it_saw_at_each_step(partner: Partner) -> None:
    tried = call("POST", "/suppliers/acme/test")

    assert (tried.status, tried.body["ok"]) == (200, True)
    assert [each["name"] for each in tried.body["steps"]] == ["connect", "send", "fetch", "delete", "list out"]
    assert partner.files() == {}
    call("PATCH", "/suppliers/acme", {"folders": {"orders": "nowhere"}})
    assert call("POST", "/suppliers/acme/test").body["ok"] is False


def test_a_preview_shows_the_file_of_a_past_order_and_sends_nothing(partner: Partner, cloud: World) -> None:
    order = an_order(cloud)
    call("POST", f"/orders/{order}/fulfilments/1/ship", {"parcels": [{"carrier": "dhl", "tracking": "JD1"}]})

    shown = call("POST", "/suppliers/acme/preview", {"fulfilments": [{"order": order, "fulfilment": 1}]})

    assert shown.status == 200
    assert [each["name"] for each in shown.body["items"]] == ["ORD_0001.csv"]
    assert shown.body["items"][0]["text"].splitlines()[1] == f"{order}-1,{MUG},2,Ada Lovelace"
    missing = call("POST", "/suppliers/acme/preview", {"fulfilments": [{"order": "x", "fulfilment": 1}]})
    assert (missing.status, missing.fields) == (422, ["fulfilments.0"])
    assert partner.files() == {}


def test_a_preview_names_each_cell_that_does_not_fit(partner: Partner, cloud: World) -> None:
    order = an_order(cloud)
    columns = [{**each, "written": {"max_length": 2}} for each in ORDERS["records"][0]["columns"]]
    layout = {**ORDERS, "records": [{"level": "line", "columns": columns}]}

    wanted = {"fulfilments": [{"order": order, "fulfilment": 1}], "orders": layout}
    refused = call("POST", "/suppliers/acme/preview", wanted)

    assert (refused.status, refused.body["errors"][0]["field"]) == (422, f"{order}-1.PO")
    assert refused.body["detail"].endswith("cells do not fit the layout")


def test_a_layout_is_previewed_before_it_is_saved(partner: Partner, cloud: World) -> None:
    members = [{"order": an_order(cloud), "fulfilment": 1}]
    columns = [{"name": "ID", "source": "fulfilment.id"}, {"name": "QTY", "source": "line.quantity"}]
    columns.append({"name": "ITEM", "source": "line.name"})
    layout = {"file_name": "NEW_{batch}.csv", "records": [{"level": "line", "columns": columns}]}

    shown = call("POST", "/suppliers/acme/preview", {"fulfilments": members, "orders": layout})
    nameless = {**layout, "records": [{"level": "line", "columns": columns[1:]}]}
    refused = call("POST", "/suppliers/acme/preview", {"fulfilments": members, "orders": nameless})

    assert [each["name"] for each in shown.body["items"]] == ["NEW_1.csv"]
    assert shown.body["items"][0]["text"] == f"ID,QTY,ITEM\r\n{members[0]['order']}-1,2,Mug\r\n"
    assert (refused.status, refused.fields) == (422, ["orders.records"])
    assert call("GET", "/suppliers/acme").body["orders"]["file_name"] == ORDERS["file_name"]


# ---- requests while another process exchanges files ----------------------------------------------------------------


def test_what_is_requested_while_another_process_holds_the_files_goes_out_with_the_next_exchange(
    partner: Partner, cloud: World
) -> None:
    save(partner, forward="on_command")
    an_order(cloud)
    with supplier_work.lease("acme", "another", datetime.now(UTC), 60):
        exchange(send=True)
    assert partner.rows() == []

    exchange()

    assert len(partner.rows()) == 1
    an_order(cloud, channel_order_id="1002")
    exchange()
    assert len(partner.rows()) == 1, "a request is answered once"


def test_what_is_requested_during_an_exchange_is_done_by_it(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(partner, forward="on_command")
    order = an_order(cloud)

    def read(*_: Any) -> FolderRead:
        """Answers are read after orders are sent: too late for a request that comes now."""
        with pytest.MonkeyPatch.context() as another:
            another.setattr(Context, "aws_request_id", "another")
            another.setattr(answer_supplier, "fetch_answers", read)
            exchange(send=not partner.rows())
        return FolderRead((), is_complete=True)

    monkeypatch.setattr(answer_supplier, "fetch_answers", read)
    exchange()

    assert [row.split(",")[0] for row in partner.rows()] == [f"{order}-1"]

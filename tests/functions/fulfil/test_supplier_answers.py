"""Answers of a supplier come back as files, through the real handler and from a real SFTP server."""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from packhorse.domain.health.lag import LagKind
from packhorse.store import lags, supplier_work
from packhorse.suppliers import exchange as exchanging
from packhorse.usecases.operations.end_exceptions import end_exceptions
from packhorse.usecases.suppliers import fetch_answers, read_folder
from simulation.aws.boundary import World
from simulation.merchant import MUG, balance
from tests.functions.fulfil.fba import follow_up
from tests.functions.fulfil.partner import (
    ANSWERS,
    HEAD,
    ORDERS,
    Partner,
    an_order,
    answer,
    exchange,
    later,
    read_files,
    save,
    stored,
)
from tests.functions.operate.calls import call
from tests.functions.operate.interference import killed_in
from tests.functions.operate.orders import causes, get, open_causes


def reports(cloud: World) -> list[Any]:
    [bucket] = cloud.s3.buckets.values()
    reports = (
        found.body for key, found in bucket.items() if key.startswith("reports/suppliers/acme/") and ".json" in key
    )
    return [json.loads(found) for found in reports]


def test_an_answer_ships_the_order_and_its_file_is_put_aside(partner: Partner, order: str, cloud: World) -> None:
    answer(partner, f"{order}-1,SHP,{MUG},2,UPS,1Z1,")

    shown = get(order)
    assert (shown["status"], shown["fulfilments"][0]["parcels"][0]["tracking"]) == ("complete", "1Z1")
    assert balance(warehouse="acme") == (998, 0, 998)
    assert (partner.files("out"), list(partner.files("done"))) == ({}, ["shp1.csv"])
    assert [each["errors"] for each in reports(cloud)] == [[]]
    assert not any(each.status == "RUNNING" for each in cloud.states.executions.values())


def test_two_exchanges_at_once_do_not_show_that_a_file_is_whole(
    partner: Partner, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_folder, "QUIET", timedelta(seconds=30))
    answer(partner, f"{order}-1,SHP,{MUG},1,UPS,1Z1,")
    assert (list(partner.files("out")), get(order)["status"]) == (["shp1.csv"], "in_fulfilment")
    partner.put("shp1.csv", HEAD + f"{order}-1,SHP,{MUG},1,UPS,1Z1,\n{order}-1,SHP,{MUG},1,UPS,1Z2,\n")

    for hours in (1, 2):
        later(monkeypatch, hours)
        exchange()

    assert (partner.files("out"), get(order)["status"]) == ({}, "complete")
    assert [parcel["tracking"] for parcel in get(order)["fulfilments"][0]["parcels"]] == ["1Z1", "1Z2"]


def test_a_parcel_with_a_day_only_left_on_that_day_after_the_hand_over(partner: Partner, order: str) -> None:
    dated = {**ANSWERS, "date": "%d/%m/%Y", "columns": [*ANSWERS["columns"], {"field": "shipped_at", "names": ["DAY"]}]}
    save(partner, answers=[dated])
    before, today = stored(order), datetime.now(UTC)

    partner.put("shp1.csv", f"PO,STATUS,TRACKING,DAY\n{order}-1,SHP,1Z1,{today:%d/%m/%Y}\n")
    read_files()

    [parcel] = stored(order).fulfilments[0].parcels
    handed_over = next(each.at for each in before.timeline if each.what == "handed_over")
    assert before.placed_at < handed_over <= parcel.shipped_at <= datetime.now(UTC)


def test_a_repeated_file_changes_nothing_whatever_its_name(partner: Partner, order: str) -> None:
    answer(partner, f"{order}-1,SHP,{MUG},1,UPS,1Z1,")
    before = stored(order)

    answer(partner, f"{order}-1,SHP,{MUG},1,UPS,1Z1,", name="shp2.csv")
    answer(partner, f"{order}-1,SHP,{MUG},1,UPS,1Z1,", f"{order}-1,ACK,,,,,", name="shp3.csv")

    assert stored(order).fulfilments[0].parcels == before.fulfilments[0].parcels
    assert (get(order)["status"], balance(warehouse="acme")) == ("partially_shipped", (999, 1, 998))
    assert partner.files("out") == {}


def test_an_acknowledgement_accepts_and_a_later_number_corrects(partner: Partner, order: str) -> None:
    answer(partner, f"{order}-1,ACK,,,,,")
    assert stored(order).fulfilments[0].status == "accepted"
    answer(partner, f"{order}-1,SHP,,,UPS,1Z1,", name="shp2.csv")

    answer(partner, f"{order}-1,SHP,,,UPS,1Z2,", name="shp3.csv")

    [parcel] = stored(order).fulfilments[0].parcels
    assert (parcel.tracking, parcel.former) == ("1Z2", ("1Z1",))


def test_how_long_the_first_answer_took_is_the_lag_of_that_day(partner: Partner, order: str) -> None:
    batch = supplier_work.get_batch("acme", 1)
    assert batch.sent_at
    earlier = supplier_work.save_batch(batch.replace(sent_at=batch.sent_at - timedelta(hours=5)))

    answer(partner, f"{order}-1,ACK,,,,,")
    supplier_work.save_batch(earlier.replace(sent_at=batch.sent_at - timedelta(hours=9)))
    answer(partner, f"{order}-1,SHP,,,UPS,1Z1,", name="shp2.csv")

    found = lags.find_lags(LagKind.ANSWERS, "acme", datetime.now(UTC) - timedelta(days=2))
    assert [each.seconds // 3600 for each in found] == [5]


def test_rejected_units_are_routed_again_without_the_warehouse_once(partner: Partner, order: str) -> None:
    for name in ("shp1.csv", "shp2.csv"):
        answer(partner, f"{order}-1,REJ,,,,,discontinued", name=name)

    [rejected] = stored(order).fulfilments
    assert (rejected.status, [each.note for each in rejected.rejections]) == ("rejected", ["discontinued"])
    assert stored(order).lines[0].allocated == 0


def rejected_units(order: str) -> dict[str, int]:
    return dict(stored(order).fulfilments[0].rejected)


@pytest.mark.parametrize(
    ("first", "second", "units"), [((1,), (1,), 1), ((1,), (2,), 2), ((2,), (2,), 2), ((1, 1), (1,), 1)]
)
def test_a_part_that_is_rejected_once_more_counts_once(
    first: tuple[int, ...],
    second: tuple[int, ...],
    units: int,
    partner: Partner,
    cloud: World,
) -> None:
    order = an_order(cloud, 4)
    exchange()
    answer(partner, *(f"{order}-1,REJ,{MUG},{each},,,none" for each in first))

    answer(
        partner, "nothing-1,ACK,,,,,", *(f"{order}-1,REJ,{MUG},{each},,,none left" for each in second), name="shp2.csv"
    )

    assert sum(rejected_units(order).values()) == units
    assert stored(order).fulfilments[0].remaining.total() == 4 - units
    answer(partner, f"{order}-1,SHP,{MUG},{4 - units},UPS,1Z1,", name="shp3.csv")
    assert (stored(order).fulfilments[0].status, causes(order)) == ("shipped", [])


@pytest.mark.parametrize("status", ["REJ", "CXL"])
def test_what_a_person_rejected_before_the_file_is_no_answer_of_the_supplier(
    status: str, partner: Partner, cloud: World
) -> None:
    statuses = {**ANSWERS["statuses"], "CXL": "cancelled"}
    save(partner, answers=[{**ANSWERS, "statuses": statuses}])
    order = an_order(cloud, 4)
    body = {"lines": [{"line": "1", "quantity": 1}], "reason": "damaged"}
    assert call("POST", f"/orders/{order}/fulfilments/1/reject", body).status == 200
    exchange()

    for name in ("shp1.csv", "shp2.csv"):
        answer(partner, f"{order}-1,{status},{MUG},1,,,none left", name=name)

    assert sum(rejected_units(order).values()) == 2
    assert stored(order).fulfilments[0].remaining.total() == 2


def test_a_rejection_that_a_person_entered_for_the_supplier_counts_once(partner: Partner, cloud: World) -> None:
    order = an_order(cloud, 4)
    exchange()
    body = {"lines": [{"line": "1", "quantity": 1}], "reason": "damaged", "override": True}
    assert call("POST", f"/orders/{order}/fulfilments/1/reject", body).status == 200

    answer(partner, f"{order}-1,REJ,{MUG},1,,,damaged")

    assert sum(rejected_units(order).values()) == 1


def test_units_that_are_cancelled_without_a_request_count_once(partner: Partner, cloud: World) -> None:
    statuses = {**ANSWERS["statuses"], "CXL": "cancelled"}
    save(partner, answers=[{**ANSWERS, "statuses": statuses}])
    order = an_order(cloud, 4)
    exchange()
    for name in ("shp1.csv", "shp2.csv"):
        answer(partner, f"{order}-1,CXL,{MUG},1,,,{name}", name=name)

    assert sum(rejected_units(order).values()) == 1


def test_a_file_that_is_still_written_is_not_read(
    partner: Partner, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = f"{order}-1,SHP,{MUG},2,UPS,1Z1,\n"
    partner.put("shp1.csv", HEAD)
    exchange()
    partner.put("shp1.csv", HEAD + row[:-5])
    monkeypatch.setattr(time, "sleep", lambda _: partner.put("shp1.csv", HEAD + row))

    exchange()
    assert get(order)["status"] == "in_fulfilment"
    exchange()

    assert get(order)["status"] == "complete"


def test_a_file_that_cannot_be_read_is_an_exception_until_it_is_gone(partner: Partner, order: str) -> None:
    partner.put("shp0.csv", "what;is\nthis\n")
    answer(partner, f"{order}-1,SHP,{MUG},2,UPS,1Z1,")

    assert (get(order)["status"], open_causes()) == ("complete", ["supplier_file_unreadable"])
    (partner.root / "out" / "shp0.csv").unlink()
    exchange()
    assert open_causes() == []


def test_files_that_cannot_be_read_take_no_time_of_others_and_stay_an_exception(
    partner: Partner, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        partner.put(f"shp{number}.csv", "what;is\nthis\n")
    for _ in range(2):
        exchange()
    partner.put("shp9.csv", HEAD + f"{order}-1,SHP,{MUG},2,UPS,1Z1,\n")
    exchange()
    fetched: list[str] = []
    fetch = exchanging.fetch

    def counted(drop: Any, layout: Any, file: Any) -> Any:
        fetched.append(file.name)
        monkeypatch.setattr(read_folder, "SECONDS_A_FILE", 10_000.0)
        return fetch(drop, layout, file)

    monkeypatch.setattr(exchanging, "fetch", counted)
    exchange()

    assert (fetched, get(order)["status"]) == (["shp9.csv"], "complete")
    [found] = call("GET", "/exceptions").body["items"]
    assert (found["cause"], found["message"].count("shp")) == ("supplier_file_unreadable", 3)


def test_rows_of_other_orders_and_too_many_units_are_reported_and_the_rest_is_applied(
    partner: Partner, order: str, cloud: World
) -> None:
    answer(partner, "nothing-1,SHP,,,UPS,1Z9,", f"{order}-1,SHP,{MUG},5,UPS,1Z8,", f"{order}-1,ACK,,,,,")

    [report] = reports(cloud)
    assert [each["row"] for each in report["errors"]] == [2, 3]
    assert (stored(order).fulfilments[0].status, causes(order)) == ("accepted", ["shipment_refused"])


def test_a_refused_parcel_is_no_exception_any_more_once_a_corrected_file_ships_all(
    partner: Partner, order: str
) -> None:
    answer(partner, f"{order}-1,SHP,{MUG},5,UPS,1Z8,")
    assert causes(order) == ["shipment_refused"]

    answer(partner, f"{order}-1,SHP,{MUG},1,UPS,1Z9,", name="shp2.csv")
    assert causes(order) == ["shipment_refused"]

    answer(partner, f"{order}-1,SHP,{MUG},1,UPS,1Z10,", name="shp3.csv")
    assert (get(order)["status"], causes(order)) == ("complete", [])


def test_more_units_under_a_number_that_has_left_are_an_exception_until_all_has(partner: Partner, order: str) -> None:
    answer(partner, f"{order}-1,SHP,{MUG},1,UPS,1Z8,")

    answer(partner, f"{order}-1,SHP,{MUG},5,UPS,1Z8,", name="shp2.csv")
    assert causes(order) == ["shipment_refused"]
    rest = {"carrier": "UPS", "tracking": "1Z9"}
    assert call("POST", f"/orders/{order}/fulfilments/1/ship", {"parcels": [rest]}).status == 202
    follow_up()

    assert (get(order)["status"], causes(order)) == ("complete", [])


def test_a_parcel_beyond_what_has_shipped_stays_an_exception(partner: Partner, order: str) -> None:
    answer(partner, f"{order}-1,SHP,{MUG},2,UPS,1Z8,")

    answer(partner, f"{order}-1,SHP,{MUG},3,UPS,1Z9,", name="shp2.csv")
    answer(partner, f"{order}-1,SHP,{MUG},2,UPS,1Z8,", name="shp3.csv")

    assert causes(order) == ["shipment_refused"]


def test_rows_that_are_refused_are_an_exception_of_their_file_once(partner: Partner, order: str) -> None:
    wrong = (f"{order}-1,SHP,{MUG},1,UPS,1.23E+11,", f"{order}-1,WHAT,,,,,", "nothing-1,ACK,,,,,")
    answer(partner, f"{order}-1,ACK,,,,,", *wrong)
    answer(partner, f"{order}-1,ACK,,,,,", *wrong, name="shp2.csv")

    [found] = call("GET", "/exceptions").body["items"]
    assert (found["cause"], found["times"], found["subject"]["supplier"]) == ("supplier_rows_refused", 1, "acme")
    assert "shp1.csv: 3 of 4 rows were not applied: row 3, tracking: “1.23E+11”" in found["message"]
    assert "row 5, fulfilment: “nothing-1” was not sent to this supplier" in found["message"]
    assert (stored(order).fulfilments[0].status, causes(order)) == ("accepted", [])
    assert call("POST", f"/exceptions/{found['id']}/dismiss").status == 200


def test_a_parcel_that_does_not_fit_is_an_exception_of_its_order_alone(partner: Partner, order: str) -> None:
    answer(partner, f"{order}-1,SHP,{MUG},5,UPS,1Z8,")

    assert (open_causes(), causes(order)) == (["shipment_refused"], ["shipment_refused"])


@pytest.mark.parametrize("step", ["apply_reading", "answer_waiting", "store_report", "read_once"])
def test_a_process_that_dies_at_any_step_reads_the_file_again_and_ships_once(
    step: str, partner: Partner, order: str
) -> None:
    partner.put("shp1.csv", HEAD + f"{order}-1,SHP,{MUG},2,UPS,1Z1,\n")
    exchange()

    with killed_in(fetch_answers, step):
        exchange()
    exchange()

    assert (get(order)["status"], balance(warehouse="acme")) == ("complete", (998, 0, 998))
    assert (partner.files("out"), list(partner.files("done"))) == ({}, ["shp1.csv"])


def test_silence_is_an_exception_again_and_again_until_there_is_an_answer(
    partner: Partner, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange()
    assert causes(order) == []
    for hours, said in ((25, "25 hours"), (26, "25 hours"), (50, "50 hours")):
        later(monkeypatch, hours)
        exchange()
        assert (causes(order), said in get(order)["exceptions"][0]["message"]) == (["supplier_silent"], True)

    answer(partner, f"{order}-1,ACK,,,,,")

    assert causes(order) == []


# ---- reports ---------------------------------------------------------------------------------------------------------


def test_a_file_has_a_report_of_its_rows_that_people_can_download(partner: Partner, order: str, cloud: World) -> None:
    answer(
        partner,
        "nothing-1,SHP,,,UPS,1Z9,",
        f"{order}-1,SHP,{MUG},1,UPS,1.23E+11,",
        f"{order}-1,SHP,{MUG},1,UPS,1Z8,",
        f"{order}-1,WIP,,,,,",
    )

    [file] = call("GET", "/suppliers/acme/files").body["items"]
    counts = ("kind", "state", "name", "folder", "rows", "applied", "refused", "moved_to")
    assert [file[name] for name in counts] == ["answers", "read", "shp1.csv", "out", 4, 1, 3, "done/shp1.csv"]
    report = call("GET", f"/suppliers/acme/files/{file['id']}").body
    assert sorted((each["row"], each["column"]) for each in report["errors"]) == [
        (2, "fulfilment"),
        (3, "tracking"),
        (5, "status"),
    ]
    assert "1.23E+11" in next(each["message"] for each in report["errors"] if each["row"] == 3)
    assert report["failed_rows"] in report["failed_rows_url"]
    [bucket] = cloud.s3.buckets.values()
    text = bucket[report["failed_rows"]].body.decode("utf-8-sig")
    assert text.splitlines()[0] == "Row,Severity,About,Column,Reason"
    assert len(text.splitlines()) == 4


def test_a_repeated_file_is_listed_as_one_and_pages_follow(partner: Partner, order: str) -> None:
    for number in (1, 2, 3):
        answer(partner, f"{order}-1,ACK,,,,,", name=f"shp{number}.csv")

    first = call("GET", "/suppliers/acme/files", query={"limit": "2"}).body
    second = call("GET", "/suppliers/acme/files", query={"limit": "2", "cursor": first["next"]}).body

    states = {each["name"]: each["state"] for each in (*first["items"], *second["items"])}
    assert states == {"shp1.csv": "read", "shp2.csv": "repeated", "shp3.csv": "repeated"}
    assert second["next"] is None
    repeated = next(each for each in first["items"] if each["state"] == "repeated")
    assert call("GET", f"/suppliers/acme/files/{repeated['id']}").body["errors"] == []
    assert call("GET", "/suppliers/acme/files/000000000000000000000000").status == 404


def test_an_answer_by_the_suppliers_own_sku_finds_its_line(partner: Partner, cloud: World) -> None:
    call("PATCH", f"/products/{MUG}", {"supplier_skus": {"acme": "TW-0010"}})
    own = {"name": "ITEM", "source": "line.supplier_sku", "instead": "line.sku"}
    columns = [own if each["name"] == "SKU" else each for each in ORDERS["records"][0]["columns"]]
    save(partner, orders={**ORDERS, "records": [{**ORDERS["records"][0], "columns": columns}]})
    order = an_order(cloud)
    exchange()
    assert partner.rows() == [f"{order}-1,TW-0010,2,Ada Lovelace"]

    answer(partner, f"{order}-1,SHP,tw-0010,2,UPS,1Z1,")

    assert get(order)["status"] == "complete"


def test_what_was_sent_under_a_former_name_of_the_supplier_is_answered_by_it(account: Partner, cloud: World) -> None:
    call("PATCH", f"/products/{MUG}", {"supplier_skus": {"acme": "TW-1"}})
    named = [{"name": "PO", "source": "fulfilment.id"}, {"name": "SKU", "source": "line.supplier_sku"}]
    counted = {"name": "QTY", "source": "line.quantity"}
    save(account, orders={**ORDERS, "records": [{"level": "line", "columns": [*named, counted]}]})
    order = an_order(cloud)
    exchange()
    assert account.rows() == [f"{order}-1,TW-1,2"]
    call("PATCH", f"/products/{MUG}", {"supplier_skus": {"acme": "TW-1-2027"}})

    answer(account, f"{order}-1,SHP,TW-1,1,UPS,1Z1,", f"{order}-1,SHP,TW-1-2027,1,UPS,1Z2,")

    assert (get(order)["status"], open_causes()) == ("complete", [])


def test_a_file_is_read_again_once_its_layout_is_mended(partner: Partner, order: str) -> None:
    rows = (f"{order}-1,SHIPPED,{MUG},1,UPS,1Z1,", f"{order}-1,SHP,{MUG},1,UPS,1Z2,")
    answer(partner, *rows)
    answer(partner, *rows)
    assert (get(order)["status"], open_causes()) == ("partially_shipped", ["supplier_rows_refused"])

    save(partner, answers=[{**ANSWERS, "statuses": {**ANSWERS["statuses"], "SHIPPED": "shipped"}}])
    answer(partner, *rows)

    assert (get(order)["status"], balance(warehouse="acme")) == ("complete", (998, 0, 998))
    [file] = call("GET", "/suppliers/acme/files").body["items"]
    assert (file["applied"], file["refused"]) == (2, 0)
    end_exceptions(datetime.now(UTC), lambda: False)
    assert open_causes() == []


def test_who_acknowledges_fewer_units_than_it_has_is_an_exception_until_it_has_all(
    partner: Partner, order: str
) -> None:
    answer(partner, f"{order}-1,ACK,{MUG},1,,,one on back order until May")

    [problem] = stored(order).exceptions
    assert (stored(order).fulfilments[0].status, problem.cause) == ("accepted", "accepted_in_part")
    assert problem.message == (
        f"fulfilment 1: supplier:acme accepts 1 of 2 {MUG}: one on back order until May; the others are with it, too"
    )
    [found] = call("GET", "/exceptions").body["items"]
    assert call("POST", f"/exceptions/{found['id']}/dismiss").status == 200
    answer(partner, f"{order}-1,ACK,{MUG},1,,,one on back order until May", name="shp2.csv")
    answer(partner, f"{order}-1,ACK,{MUG},0,,,none until June", name="shp3.csv")
    assert causes(order) == ["accepted_in_part"]

    answer(partner, f"{order}-1,ACK,{MUG},2,,,", name="shp4.csv")
    assert causes(order) == []

    answer(partner, f"{order}-1,ACK,{MUG},0,,,none until July", name="shp5.csv")
    assert causes(order) == ["accepted_in_part"]
    answer(partner, f"{order}-1,SHP,{MUG},2,UPS,1Z1,", name="shp6.csv")
    assert causes(order) == []


def test_open_orders_after_a_parcel_are_compared_with_what_is_left(partner: Partner, order: str) -> None:
    answer(partner, f"{order}-1,SHP,{MUG},1,UPS,1Z1,")
    answer(partner, f"{order}-1,ACK,{MUG},1,,,", name="shp2.csv")

    assert causes(order) == []


def test_a_rejection_of_the_rest_is_an_answer_about_all(partner: Partner, order: str) -> None:
    answer(partner, f"{order}-1,ACK,{MUG},1,,,", f"{order}-1,REJ,{MUG},1,,,none left")

    assert "accepted_in_part" not in causes(order)

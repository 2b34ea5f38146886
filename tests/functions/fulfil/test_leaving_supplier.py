"""What a supplier has stays with it until it is over, whatever the settings say by then."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from packhorse.store import supplier_work
from simulation.aws.boundary import World
from tests.functions.fulfil.partner import (
    HEAD,
    PASSWORD,
    Partner,
    a_partner,
    an_order,
    answer,
    exchange,
    later,
    save,
    stored,
)
from tests.functions.fulfil.test_supplier_cancellations import cancel, connect, requests
from tests.functions.operate.calls import Answer, call
from tests.functions.operate.orders import causes, get


@pytest.fixture
def partner(account: Partner) -> Partner:
    """A supplier with a layout of requests to keep units back."""
    connect(account)
    return account


@pytest.fixture
def other(partner: Partner, tmp_path: Path) -> Iterator[Partner]:
    """The account of another supplier, which has no warehouse yet."""
    with a_partner(tmp_path / "bee") as found:
        save(found, "bee", warehouses=[])
        yield found


def move(to: Partner) -> list[list[str]]:
    """Have another supplier ship the orders of the warehouse; return what each save warns of."""
    answers = [
        call("PATCH", f"/suppliers/{name}", {"warehouses": new}) for name, new in (("acme", []), ("bee", ["acme"]))
    ]
    assert [each.status for each in answers] == [200, 200]
    return [each.body["warnings"] for each in answers]


def switch_off() -> Answer:
    return call("PATCH", "/suppliers/acme", {"active": False})


def open_causes() -> dict[str, str]:
    return {each["cause"]: each["message"] for each in call("GET", "/exceptions").body["items"]}


def shipped(order: str) -> list[str | None]:
    return [parcel.tracking for each in stored(order).fulfilments for parcel in each.parcels]


# ---- its warehouse is moved ------------------------------------------------------------------------------------------


def test_a_warehouse_that_is_moved_leaves_what_was_sent_with_its_former_supplier(
    partner: Partner, other: Partner, cloud: World
) -> None:
    order = an_order(cloud)
    exchange()
    warned = move(other)

    kept = "supplier acme keeps 1 fulfilment order of warehouse acme until they are over"
    assert [kept in each for each in warned] == [True, True]
    assert exchange("bee", send=True)["failure"] is None
    assert other.files() == {}
    answer(partner, f"{order}-1,SHP,,,DHL,T1,")
    assert (get(order)["status"], shipped(order)) == ("complete", ["T1"])
    assert open_causes() == {}


def test_what_its_former_supplier_was_not_sent_goes_to_the_new_one(
    partner: Partner, other: Partner, cloud: World
) -> None:
    order = an_order(cloud)
    nobody = "warehouse acme: no supplier ships its orders any more (1 fulfilment order): name it in one's `warehouses`"
    left, taken_on = move(other)
    assert not any("keeps" in text for text in (*left, *taken_on))
    assert (nobody in left, nobody in taken_on) == (True, False)

    for name in ("acme", "bee"):
        exchange(name, send=True)

    assert (partner.files(), [row.split(",")[0] for row in other.rows()]) == ({}, [f"{order}-1"])
    assert stored(order).fulfilments[0].supplier == "bee"


def test_the_new_supplier_answers_for_nothing_that_the_former_one_has(
    partner: Partner, other: Partner, cloud: World
) -> None:
    order = an_order(cloud)
    exchange()
    move(other)

    other.put("shp1.csv", f"{HEAD}{order}-1,SHP,,,DHL,T9,\n")
    for _ in range(2):
        exchange("bee")

    assert shipped(order) == []
    assert "was not sent to this supplier" in open_causes()["supplier_rows_refused"]


def test_silence_is_that_of_the_former_supplier(
    partner: Partner, other: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = an_order(cloud)
    exchange()
    move(other)
    connect(partner, warehouses=[], when_silent="remind")

    for hours in (25, 50):
        later(monkeypatch, hours)
        for name in ("acme", "bee"):
            exchange(name)
    exchange()

    assert causes(order) == ["supplier_silent"]
    assert (len(partner.files()), other.files()) == (2, {})


def test_a_cancellation_is_requested_of_the_former_supplier_also_where_numbers_of_batches_are_the_same(
    partner: Partner, other: Partner, cloud: World
) -> None:
    order = an_order(cloud)
    exchange()
    move(other)
    newer = an_order(cloud)
    exchange("bee", send=True)
    assert [stored(each).fulfilments[0].batch for each in (order, newer)] == [1, 1]

    for each in (order, newer):
        cancel(each)
    for name in ("bee", "acme"):
        exchange(name)

    assert [row.split(",")[0] for rows in requests(partner).values() for row in rows] == [f"{order}-1"]
    assert get(order)["status"] == "in_fulfilment"
    # the new supplier has no layout of cancellations
    assert (causes(order), causes(newer)) == ([], ["cancellation_by_hand"])
    answer(partner, f"{order}-1,CXL,,,,,")
    assert get(order)["status"] == "cancelled"


def test_sending_a_batch_again_takes_nothing_from_another_suppliers_batch_of_that_number(
    partner: Partner, other: Partner, cloud: World
) -> None:
    order = an_order(cloud)
    exchange()
    move(other)
    newer = an_order(cloud)
    exchange("bee", send=True)

    assert call("POST", "/suppliers/bee/batches/1/resend", {}).status == 202
    exchange("bee", send=True)
    assert call("POST", "/suppliers/acme/batches/1/resend", {}).status == 202
    exchange()

    assert {row.split(",")[0] for row in partner.rows()} == {f"{order}-1"}
    assert {row.split(",")[0] for row in other.rows()} == {f"{newer}-1"}


def test_a_connection_is_needed_until_what_the_supplier_has_is_over(
    partner: Partner, other: Partner, cloud: World
) -> None:
    order = an_order(cloud)
    exchange()
    move(other)
    without = {"warehouses": [], "name": "Acme"}

    refused = call("PUT", "/suppliers/acme", without)

    assert (refused.status, refused.fields) == (422, ["transport"])
    answer(partner, f"{order}-1,SHP,,,DHL,T1,")
    assert call("PUT", "/suppliers/acme", without).status == 200


# ---- it is switched off ----------------------------------------------------------------------------------------------


def test_a_supplier_that_is_switched_off_gets_nothing_new_which_is_an_exception_while_anything_waits(
    partner: Partner, cloud: World
) -> None:
    warned = switch_off().body["warnings"]
    order = an_order(cloud)

    exchange(send=True)

    assert "supplier acme is inactive: orders of acme are sent to nobody" in warned
    named = call("PATCH", "/warehouses/acme", {"name": "Acme"}).body["warnings"]
    assert "warehouse acme: supplier acme, which ships its orders, is inactive: it gets none" in named
    assert (partner.files(), stored(order).fulfilments[0].batch) == ({}, None)
    assert "it is inactive, and 1 fulfilment order wait" in open_causes()["supplier_failed"]
    call("PATCH", "/suppliers/acme", {"active": True})
    exchange()
    assert (len(partner.files()), open_causes()) == (1, {})


def test_what_it_answers_is_read_until_all_is_over_and_then_nothing_is(partner: Partner, cloud: World) -> None:
    order = an_order(cloud)
    exchange()
    assert "supplier acme is inactive: it keeps 1 fulfilment order until they are over" in switch_off().body["warnings"]

    answer(partner, f"{order}-1,SHP,,,DHL,T1,")

    assert (get(order)["status"], open_causes()) == ("complete", {})
    partner.put("shp2.csv", f"{HEAD}{order}-1,SHP,,,DHL,T2,\n")
    for _ in range(2):
        exchange()
    assert partner.files("out").keys() == {"shp2.csv"}


def test_its_silence_is_an_exception(partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch) -> None:
    order = an_order(cloud)
    exchange()
    switch_off()

    later(monkeypatch, 25)
    exchange()

    assert causes(order) == ["supplier_silent"]


def test_it_is_requested_to_keep_units_back(partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch) -> None:
    order = an_order(cloud)
    exchange()
    switch_off()
    cancel(order)

    exchange()
    assert [row.split(",")[0] for rows in requests(partner).values() for row in rows] == [f"{order}-1"]
    later(monkeypatch, 25)
    exchange()

    assert "cancellation_unanswered" in causes(order)


def test_a_batch_of_which_nothing_was_sent_goes_back_and_what_is_cancelled_of_it_is_given_back(
    partner: Partner, cloud: World
) -> None:
    kept, cancelled = an_order(cloud), an_order(cloud)
    unreachable = {"transport": {**partner.transport, "port": 1}, "credentials": {"password": PASSWORD}}
    assert call("PATCH", "/suppliers/acme", unreachable).status == 200
    exchange()
    assert supplier_work.get_batch("acme", 1).state == "ready"
    switch_off()
    cancel(cancelled)

    exchange()

    assert supplier_work.get_batch("acme", 1).state == "empty"
    assert stored(kept).fulfilments[0].batch is None
    exchange()
    assert get(cancelled)["status"] == "cancelled"


def test_a_batch_that_may_have_arrived_is_sent_to_its_end(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_order(cloud)
    monkeypatch.setattr("packhorse.suppliers.exchange.send_files", lambda *_: (_ for _ in ()).throw(OSError("lost")))
    with pytest.raises(OSError, match="lost"):
        exchange()
    monkeypatch.undo()
    switch_off()

    exchange()

    assert len(partner.files()) == 1


# ---- it is removed ---------------------------------------------------------------------------------------------------


def test_a_supplier_is_not_removed_while_it_has_anything_or_anything_waits_for_it(
    partner: Partner, cloud: World
) -> None:
    order = an_order(cloud)
    waiting = call("DELETE", "/suppliers/acme")
    exchange()
    sent = call("DELETE", "/suppliers/acme")
    answer(partner, f"{order}-1,SHP,,,DHL,T1,")

    assert (waiting.status, sent.status) == (409, 409)
    assert "1 fulfilment order waits to be sent to supplier acme" in waiting.body["detail"]
    assert "supplier acme has 1 fulfilment order: set it inactive" in sent.body["detail"]
    assert "supplier acme ships the orders of acme" in call("DELETE", "/suppliers/acme").body["detail"]
    call("PATCH", "/suppliers/acme", {"warehouses": []})
    assert call("DELETE", "/suppliers/acme").status == 204


def test_it_is_not_removed_either_while_it_has_what_its_former_warehouse_sent(
    partner: Partner, other: Partner, cloud: World
) -> None:
    an_order(cloud)
    exchange()
    move(other)

    call("PATCH", "/suppliers/bee", {"warehouses": []})
    assert call("DELETE", "/suppliers/acme").status == 409
    assert call("DELETE", "/suppliers/bee").status == 204

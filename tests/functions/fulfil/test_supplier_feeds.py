"""Stock feeds of a supplier set the quantities of its warehouse, through the real handler and a real SFTP server."""

import os
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from packhorse.domain.catalogue.product import Product
from packhorse.domain.errors import Rejected
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.supply.arrivals import whole_files
from packhorse.domain.values import Sku, WarehouseId
from packhorse.store import catalogue, stock, supplier_files, supplier_folders
from packhorse.suppliers import exchange as exchanging
from packhorse.suppliers.sftp import SftpDrop
from packhorse.usecases.suppliers import fetch_feed
from simulation.aws.boundary import World
from simulation.merchant import MUG, balance
from tests.functions.fulfil.partner import Partner, an_order, exchange, later, read_files, run_requested, save
from tests.functions.operate.calls import call
from tests.functions.operate.interference import killed_in
from tests.functions.operate.orders import open_causes

FEED: dict[str, Any] = {
    "folder": "out",
    "files": "inv*.csv",
    "columns": [
        {"field": "sku", "names": ["SKU"]},
        {"field": "supplier_sku", "names": ["ITEM"]},
        {"field": "quantity", "names": ["QTY"], "values": {"in stock": "25", ">100": "100"}},
    ],
}
CUP, PLATE, BOWL = "CUP-1", "00123", "BOWL"
HEAD = "SKU,QTY\n"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def with_a_feed(account: Partner) -> Partner:
    """Return the supplier with a stock feed, a thousand mugs, and three more products."""
    for sku in (CUP, PLATE, BOWL):
        catalogue.put_product(Product(sku=sku))
    save(account, feed=FEED)
    return account


@pytest.fixture
def partner(account: Partner) -> Partner:
    return with_a_feed(account)


def feed(
    partner: Partner, *rows: str, name: str = "inv1.csv", head: str = "SKU,QTY", at: datetime | None = None
) -> None:
    """Put a feed, and exchange until it is whole and read."""
    partner.put(name, f"{head}\n" + "".join(f"{row}\n" for row in rows))
    if at:
        os.utime(partner.root / "out" / name, (at.timestamp(), at.timestamp()))
    read_files()


def units(sku: str) -> tuple[int, int, int]:
    """On hand, committed and available at the supplier."""
    found = stock.balances_at([Shelf(Sku(sku), WarehouseId("acme"))])
    return next(((each.on_hand, each.committed, each.available) for each in found.values()), (0, 0, 0))


def files() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = call("GET", "/suppliers/acme/files").body["items"]
    return found


def held_files() -> list[dict[str, Any]]:
    """Those that wait for a person, newest first."""
    found: list[dict[str, Any]] = call("GET", "/suppliers/acme/files", query={"state": "held"}).body["items"]
    return found


def report(number: int = 0) -> Any:
    return call("GET", f"/suppliers/acme/files/{files()[number]['id']}").body


def movements(sku: str = MUG) -> list[Any]:
    return stock.newest_movements(Shelf(Sku(sku), WarehouseId("acme")), None, 20)


def test_a_feed_sets_what_is_available_and_says_so_in_the_ledger(partner: Partner) -> None:
    feed(partner, f"{MUG},800", f"{CUP},in stock")

    assert (units(MUG), units(CUP)) == ((800, 0, 800), (25, 0, 25))
    newest = movements()[0]
    assert (newest.kind, newest.on_hand, newest.who, newest.reference) == ("feed", -200, "supplier:acme", "inv1.csv")
    [file] = files()
    assert {name: file[name] for name in ("kind", "state", "rows", "applied", "refused", "moved_to")} == {
        "kind": "feed",
        "state": "read",
        "rows": 2,
        "applied": 2,
        "refused": 0,
        "moved_to": "done/inv1.csv",
    }


def test_orders_that_the_supplier_has_are_not_in_its_number_and_others_are(partner: Partner, cloud: World) -> None:
    an_order(cloud, quantity=3)
    exchange()
    save(partner, feed=FEED, forward="on_command")
    an_order(cloud, quantity=2, channel_order_id="another")

    feed(partner, f"{MUG},900")

    assert units(MUG) == (903, 5, 898)


def test_an_order_that_was_sent_after_the_feed_was_written_is_taken_off_its_number(
    partner: Partner, cloud: World
) -> None:
    an_order(cloud, quantity=3)
    exchange()

    feed(partner, f"{MUG},900", at=LONG_AGO)

    assert units(MUG) == (900, 3, 897)


def test_an_order_is_sent_once_its_file_is_there_however_long_that_takes(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_order(cloud, quantity=3)
    put, began_at = SftpDrop.put, datetime.now(UTC)

    def slow(drop: SftpDrop, folder: str, name: str, content: bytes) -> None:
        partner.put("inv1.csv", f"{HEAD}{MUG},900\n")
        written = (began_at + timedelta(seconds=30)).timestamp()
        os.utime(partner.root / "out" / "inv1.csv", (written, written))
        later(monkeypatch, 1 / 60)
        put(drop, folder, name, content)

    monkeypatch.setattr(SftpDrop, "put", slow)
    read_files()

    assert units(MUG) == (900, 3, 897)


def test_a_date_that_is_ahead_of_our_clock_is_none(partner: Partner, cloud: World) -> None:
    an_order(cloud, quantity=3)
    partner.put("inv1.csv", f"{HEAD}{MUG},900\n")
    ahead_of_us = (datetime.now(UTC) + timedelta(hours=2)).timestamp()
    os.utime(partner.root / "out" / "inv1.csv", (ahead_of_us, ahead_of_us))

    read_files()
    assert units(MUG) == (900, 3, 897)
    feed(partner, f"{MUG},890", name="inv2.csv")

    assert (units(MUG), files()[0]["state"]) == ((893, 3, 890), "read")


def test_a_date_that_was_ahead_of_our_clock_when_the_file_came_is_none_later(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_order(cloud, quantity=3)
    partner.put("inv1.csv", f"{HEAD}{MUG},900\n")
    ahead_of_us = (datetime.now(UTC) + timedelta(hours=2)).timestamp()
    os.utime(partner.root / "out" / "inv1.csv", (ahead_of_us, ahead_of_us))
    exchange()

    later(monkeypatch, 3)
    exchange()

    assert units(MUG) == (900, 3, 897)


def test_when_a_file_came_is_kept_only_where_its_own_date_is_none(partner: Partner) -> None:
    for name, hours in {"inv1.csv": -1, "inv2.csv": 2}.items():
        partner.put(name, f"{HEAD}{MUG},900\n")
        modified = (datetime.now(UTC) + timedelta(hours=hours)).timestamp()
        os.utime(partner.root / "out" / name, (modified, modified))

    exchange()

    listing = supplier_folders.get_listing("acme", "feed")
    assert ({file.name for file in listing.files}, [*listing.first_at]) == ({"inv1.csv", "inv2.csv"}, ["inv2.csv"])


def test_a_feed_of_units_on_hand_counts_those_of_orders_and_leaves_them_theirs(partner: Partner, cloud: World) -> None:
    save(partner, feed={**FEED, "counts": "on_hand", "most_dropped_percent": 100, "most_emptied_percent": 100})
    an_order(cloud, quantity=3)
    feed(partner, f"{MUG},900")
    assert units(MUG) == (900, 3, 897)

    feed(partner, f"{MUG},1", name="inv2.csv")

    assert units(MUG) == (3, 3, 0)
    [warning] = report()["warnings"]
    assert (warning["row"], warning["about"], "3" in warning["message"]) == (2, MUG, True)


def test_what_a_feed_does_not_name_stays_or_is_none_as_the_layout_says(partner: Partner) -> None:
    feed(partner, f"{CUP},5", f"{BOWL},5")
    assert units(MUG)[0] == 1000
    save(partner, feed={**FEED, "absent": "zero", "most_emptied_percent": 100})

    feed(partner, f"{MUG},1000", f"{BOWL},many", name="inv2.csv")

    assert (units(MUG)[0], units(CUP)[0], units(BOWL)[0]) == (1000, 0, 5)
    feed(partner, f"{MUG},990", "1.23E+11,1", name="inv3.csv")
    assert (units(MUG)[0], units(BOWL)[0]) == (990, 5)
    assert any("1.23E+11" in each["message"] for each in report()["errors"])


def test_a_supplier_has_skus_of_its_own_and_spreadsheets_take_zeros(partner: Partner) -> None:
    assert call("PATCH", f"/products/{CUP}", {"supplier_skus": {"acme": "TW-0010"}}).status == 200

    feed(partner, f"{PLATE},9", name="inv0.csv")

    feed(partner, ",TW-0010,7", ",nothing,9", "123,,8", head="SKU,ITEM,QTY")

    assert (units(CUP)[0], units(PLATE)[0]) == (7, 8)
    found = report()
    assert (found["applied"], found["refused"], found["noted"]) == (2, 0, 2)
    assert any(PLATE in each["message"] for each in found["warnings"])


def test_a_feed_that_is_written_anew_more_often_than_it_is_looked_for_is_read(
    partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    for number in range(4):
        partner.put("inv.csv", f"SKU,QTY\n{MUG},{990 - number}\n")
        written = (datetime.now(UTC) + timedelta(minutes=15 * number - 7)).timestamp()
        os.utime(partner.root / "out" / "inv.csv", (written, written))
        later(monkeypatch, number / 4)
        exchange()

    assert (units(MUG)[0], len(waited)) == (987, 3)


def test_a_negative_number_is_none(partner: Partner) -> None:
    feed(partner, f"{CUP},40", f"{BOWL},40", f"{PLATE},40")

    feed(partner, f"{CUP},-2", f"{BOWL},41", name="inv2.csv")

    assert (units(CUP)[0], units(BOWL)[0], open_causes()) == (0, 41, [])
    assert [each["row"] for each in report()["warnings"]] == [2]


@pytest.mark.parametrize(("absent", "ended"), [("zero", []), ("unchanged", ["supplier_rows_refused"])])
def test_products_that_a_feed_has_no_usable_quantity_of_are_an_exception(
    partner: Partner, absent: str, ended: list[str]
) -> None:
    save(partner, feed={**FEED, "absent": absent, "most_dropped_percent": 100, "most_emptied_percent": 100})
    everything = [f"{MUG},1000", f"{CUP},40", f"{BOWL},40", f"{PLATE},40"]
    feed(partner, *everything)

    feed(partner, *everything[:2], f"{BOWL},Call", f"{PLATE},3", f"{PLATE},2", "not-ours,Call", name="inv2.csv")
    assert [units(sku)[0] for sku in (BOWL, PLATE)] == [40, 40]
    [found] = call("GET", "/exceptions").body["items"]
    assert (found["cause"], f"2 products ({PLATE}, {BOWL})" in found["message"]) == ("supplier_rows_refused", True)

    feed(partner, *everything, name="inv3.csv")
    assert open_causes() == ended


def test_a_row_of_no_sku_that_keeps_a_catalogue_as_it_is_is_an_exception(partner: Partner) -> None:
    save(partner, feed={**FEED, "absent": "zero"})

    feed(partner, f"{MUG},1000", "1.23E+11,1")

    assert open_causes() == ["supplier_rows_refused"]


def test_a_suppliers_own_sku_is_no_product_that_is_called_the_same_by_chance(partner: Partner) -> None:
    for sku in ("4711", "00815", "900"):
        catalogue.put_product(Product(sku=sku))
    call("PATCH", f"/products/{CUP}", {"supplier_skus": {"acme": "TW-1"}})
    call("PATCH", "/products/900", {"supplier_skus": {"acme": "TW-2"}})

    feed(partner, "TW-1,40", "4711,77", "815,55", "900,60", f"{MUG},950", head="ITEM,QTY")

    assert [units(sku)[0] for sku in (CUP, "4711", "00815", "900", MUG)] == [40, 0, 0, 0, 950]
    assert [each["row"] for each in report()["warnings"] if "supplier_skus" in each["message"]] == [3, 5]


def test_two_products_cannot_have_one_sku_of_a_supplier(partner: Partner) -> None:
    call("PATCH", f"/products/{CUP}", {"supplier_skus": {"acme": "TW-1"}})

    refused = call("PATCH", f"/products/{BOWL}", {"supplier_skus": {"acme": "TW-1"}})
    assert (refused.status, refused.fields) == (422, ["supplier_skus.acme"])
    call("PATCH", f"/products/{CUP}", {"supplier_skus": {"acme": "TW-2"}})

    saved = call("PATCH", f"/products/{BOWL}", {"supplier_skus": {"acme": "TW-1", "nobody": "X"}})
    assert (saved.status, len(saved.body["warnings"])) == (200, 1)
    assert catalogue.skus_of_supplier("acme") == {"TW-1": BOWL, "TW-2": CUP}


def test_a_feed_that_takes_too_much_is_held_until_a_person_accepts_it(partner: Partner) -> None:
    feed(partner, f"{MUG},499")

    assert (units(MUG)[0], open_causes()) == (1000, ["supplier_feed_held"])
    held = files()[0]
    assert (held["state"], held["applied"], "from 1000 to 499" in held["problem"]) == ("held", 0, True)
    assert call("POST", f"/suppliers/acme/files/{held['id']}/accept").status == 202
    assert run_requested() == 1
    assert (units(MUG)[0], open_causes()) == (499, [])
    assert (files()[0]["state"], files()[0]["applied"], files()[0]["decided_by"] is not None) == ("read", 1, True)
    assert call("POST", f"/suppliers/acme/files/{held['id']}/accept").status == 409


def test_a_held_feed_that_is_discarded_leaves_the_stock_as_it_is(partner: Partner) -> None:
    feed(partner, f"{MUG},0")
    held = files()[0]

    call("POST", f"/suppliers/acme/files/{held['id']}/discard")
    run_requested()

    assert (units(MUG)[0], open_causes(), files()[0]["state"]) == (1000, [], "discarded")


def test_a_held_feed_is_over_with_a_later_one_that_is_not(partner: Partner) -> None:
    save(partner, feed={**FEED, "absent": "zero"})
    feed(partner, f"{MUG},0")
    assert open_causes() == ["supplier_feed_held"]

    feed(partner, f"{MUG},990", name="inv2.csv")

    assert (units(MUG)[0], open_causes()) == (990, [])
    assert sorted(each["state"] for each in files()) == ["discarded", "read"]


def a_held_feed_of_changes(partner: Partner) -> None:
    """Thousand mugs and some others; a feed of changes that sets two of them to none is held."""
    feed(partner, f"{CUP},40", f"{BOWL},40", name="inv0.csv")
    feed(partner, f"{MUG},0", f"{CUP},0", name="inv1.csv")
    assert (units(MUG)[0], units(CUP)[0], open_causes()) == (1000, 40, ["supplier_feed_held"])


def decide(answer: str, name: str) -> None:
    """Enter what a person decided about a file, and have it done."""
    [held] = [each["id"] for each in files() if each["name"] == name]
    assert call("POST", f"/suppliers/acme/files/{held}/{answer}").status == 202
    run_requested()


def test_a_held_feed_of_changes_waits_while_later_ones_are_applied_and_counts_for_the_rest(partner: Partner) -> None:
    a_held_feed_of_changes(partner)

    feed(partner, f"{BOWL},39", f"{CUP},41", name="inv2.csv")
    feed(partner, f"{BOWL},38", name="inv3.csv")
    assert (units(BOWL)[0], units(CUP)[0], open_causes()) == (38, 41, ["supplier_feed_held"])
    decide("accept", "inv1.csv")

    assert [units(sku)[0] for sku in (MUG, CUP, BOWL)] == [0, 41, 38]
    assert ({each["state"] for each in files()}, open_causes()) == ({"read"}, [])


@pytest.mark.parametrize(
    ("answer", "left", "state"), [("accept", [0, 0, 3, 9], "read"), ("discard", [1000, 40, 40, 0], "discarded")]
)
def test_feeds_of_changes_that_are_held_wait_together_for_one_decision(
    partner: Partner, answer: str, left: list[int], state: str
) -> None:
    a_held_feed_of_changes(partner)
    feed(partner, f"{BOWL},0", f"{PLATE},9", name="inv2.csv")
    save(partner, feed={**FEED, "most_dropped_percent": 1})
    feed(partner, f"{BOWL},3", name="inv3.csv")
    assert ([each["state"] for each in files()].count("held"), open_causes()) == (3, ["supplier_feed_held"])

    decide(answer, "inv3.csv")

    assert [units(sku)[0] for sku in (MUG, CUP, BOWL, PLATE)] == left
    assert ({each["state"] for each in files() if each["name"] != "inv0.csv"}, open_causes()) == ({state}, [])


def test_a_decision_is_about_a_feed_and_those_before_it_alone(partner: Partner) -> None:
    a_held_feed_of_changes(partner)
    feed(partner, f"{BOWL},0", name="inv2.csv")
    assert [each["name"] for each in held_files()] == ["inv2.csv", "inv1.csv"]

    decide("accept", "inv1.csv")
    assert [units(sku)[0] for sku in (MUG, CUP, BOWL)] == [0, 0, 40]
    assert ([each["name"] for each in held_files()], open_causes()) == (["inv2.csv"], ["supplier_feed_held"])

    decide("discard", "inv2.csv")
    assert (units(BOWL)[0], held_files(), open_causes()) == (40, [], [])


def test_a_feed_that_was_decided_by_itself_is_not_decided_with_a_later_one(partner: Partner) -> None:
    a_held_feed_of_changes(partner)
    feed(partner, f"{BOWL},0", name="inv2.csv")
    later, first = held_files()

    call("POST", f"/suppliers/acme/files/{first['id']}/accept")
    call("POST", f"/suppliers/acme/files/{later['id']}/discard")
    run_requested()

    assert ([units(sku)[0] for sku in (MUG, CUP, BOWL)], open_causes()) == ([0, 0, 40], [])


def test_held_feeds_are_listed_however_many_files_came_later(partner: Partner) -> None:
    a_held_feed_of_changes(partner)
    feed(partner, f"{BOWL},39", name="inv2.csv")
    feed(partner, f"{BOWL},38", name="inv3.csv")

    page = call("GET", "/suppliers/acme/files", query={"limit": "1"}).body
    assert [each["name"] for each in page["items"]] == ["inv3.csv"]
    assert [each["name"] for each in held_files()] == ["inv1.csv"]


def test_a_feed_that_is_held_after_a_decision_waits_for_its_own(partner: Partner) -> None:
    a_held_feed_of_changes(partner)
    [held] = [each["id"] for each in files() if each["state"] == "held"]
    call("POST", f"/suppliers/acme/files/{held}/accept")

    state = supplier_files.find_feed("acme")
    assert state
    assert state.held
    later_held = state.held.replace(id="1" * 24, name="later.csv")
    supplier_files.save_feed("acme", state.with_held((state.held, later_held)))
    run_requested()

    after = supplier_files.find_feed("acme")
    assert after
    assert [each.name for each in after.all_held] == ["later.csv"]
    assert ((units(MUG)[0], units(CUP)[0]), open_causes()) == ((0, 0), ["supplier_feed_held"])


def test_a_feed_without_any_of_our_products_is_held(partner: Partner) -> None:
    feed(partner, "nothing,5")

    assert (open_causes(), files()[0]["state"]) == (["supplier_feed_held"], "held")


def test_a_feed_that_comes_twice_does_nothing_unless_it_was_written_again(partner: Partner) -> None:
    feed(partner, f"{MUG},900", at=LONG_AGO)
    call("POST", "/stock/adjustments", {"adjustments": [{"sku": MUG, "warehouse": "acme", "set": 880}]})

    feed(partner, f"{MUG},900", name="inv2.csv", at=LONG_AGO)
    assert (units(MUG)[0], sorted(each["state"] for each in files())) == (880, ["read", "repeated"])
    feed(partner, f"{MUG},900", name="inv3.csv", at=LONG_AGO + timedelta(days=1))
    assert units(MUG)[0] == 900
    feed(partner, f"{MUG},700", name="inv4.csv", at=LONG_AGO)

    assert (units(MUG)[0], files()[0]["state"]) == (900, "outdated")


def test_half_a_feed_is_not_read(partner: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    partner.put("inv1.csv", f"SKU,QTY\n{MUG}")
    exchange()
    partner.put("inv1.csv", f"SKU,QTY\n{MUG},9")
    rest = f"SKU,QTY\n{MUG},990\n"
    monkeypatch.setattr(time, "sleep", lambda _: partner.put("inv1.csv", rest))

    exchange()
    assert units(MUG)[0] == 1000
    exchange()

    assert units(MUG)[0] == 990


def test_garbage_is_an_exception_and_changes_nothing(partner: Partner) -> None:
    (partner.root / "out" / "inv1.csv").write_bytes(bytes(range(256)) * 20)
    for _ in range(2):
        exchange()

    assert (open_causes(), units(MUG)[0], files()[0]["state"]) == (["supplier_file_unreadable"], 1000, "unreadable")
    assert files()[0]["problem"]


@pytest.mark.parametrize("step", ["set_stock", "store_report", "put_aside"])
def test_a_process_that_dies_at_any_step_reads_the_feed_again(step: str, partner: Partner) -> None:
    partner.put("inv1.csv", f"SKU,QTY\n{MUG},900\n")
    exchange()

    with killed_in(fetch_feed, step):
        exchange()
    exchange()

    assert (units(MUG)[0], partner.files("out"), list(partner.files("done"))) == (900, {}, ["inv1.csv"])
    assert [each.kind for each in movements()].count("feed") == 1
    assert [(each["state"], each["moved_to"]) for each in files()] == [("read", "done/inv1.csv")]


@pytest.mark.parametrize(("rule", "left"), [("stays", 990), ("zero", 0)])
def test_a_feed_that_stops_is_an_exception_until_it_comes_again(
    rule: str, left: int, partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(partner, feed={**FEED, "when_silent": rule})
    feed(partner, f"{MUG},990")

    for hours in (47, 49, 50):
        later(monkeypatch, hours)
        exchange()
        assert open_causes() == (["supplier_feed_silent"] if hours > 48 else [])

    assert units(MUG)[0] == left
    feed(partner, f"{MUG},985", name="inv2.csv")
    assert (open_causes(), units(MUG)[0]) == ([], 985)


def test_the_exceptions_about_a_feed_end_when_the_supplier_has_none_any_more(partner: Partner) -> None:
    feed(partner, f"{MUG},0")

    save(partner)

    assert open_causes() == []
    assert balance(warehouse="acme") == (1000, 0, 1000)


@pytest.mark.parametrize("is_inactive", [True, False])
def test_a_supplier_that_gets_a_feed_again_has_time_to_send_one(
    is_inactive: bool, partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = {**FEED, "when_silent": "zero"}
    save(partner, feed=rule)
    feed(partner, f"{MUG},990")
    feed(partner, f"{MUG},0", name="inv2.csv")
    assert open_causes() == ["supplier_feed_held"]
    if is_inactive:
        save(partner, feed=rule, active=False)
    else:
        save(partner)
    ahead(monkeypatch, 200)

    save(partner, feed=rule)
    exchange()

    assert (units(MUG)[0], open_causes(), sorted(each["state"] for each in files())) == (990, [], ["discarded", "read"])
    ahead(monkeypatch, 247)
    exchange()
    assert (units(MUG)[0], open_causes()) == (990, [])
    ahead(monkeypatch, 249)
    exchange()
    assert (units(MUG)[0], open_causes()) == (0, ["supplier_feed_silent"])


def test_a_change_of_other_settings_begins_no_feed_anew(partner: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    feed(partner, f"{MUG},990")
    ahead(monkeypatch, 49)

    save(partner, feed=FEED, most_orders_per_file=7)
    exchange()

    assert open_causes() == ["supplier_feed_silent"]


def ahead(monkeypatch: pytest.MonkeyPatch, hours: int) -> None:
    """As if it were so many hours later, for the API, too."""
    later(monkeypatch, hours, "packhorse.usecases.suppliers.save_supplier")


def test_a_feed_without_a_date_that_had_to_wait_is_as_of_when_it_came(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_dates(monkeypatch)
    save(partner, feed={**FEED, "format": "json", "rows_at": "items"})
    partner.put("inv1.csv", f"{HEAD}{MUG},900\n")
    read_files()
    assert open_causes() == ["supplier_file_unreadable"]
    an_order(cloud, quantity=3)
    later(monkeypatch, 1)
    exchange()

    save(partner, feed=FEED)
    later(monkeypatch, 22)
    exchange()

    assert (units(MUG), open_causes()) == ((900, 3, 897), [])


def test_a_feed_without_a_date_that_comes_in_the_place_of_one_that_was_read_is_a_new_one(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_dates(monkeypatch)
    an_order(cloud, quantity=3)
    feed(partner, f"{MUG},900")

    partner.put("inv1.csv", f"{HEAD}{MUG},890\n")
    later(monkeypatch, 5)
    exchange()

    assert units(MUG) == (893, 3, 890)


def test_feeds_without_a_date_that_cannot_be_put_aside_are_applied_once_each(
    partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_dates(monkeypatch)
    for name, quantity in (("inv1.csv", 990), ("inv2.csv", 980)):
        partner.put(name, f"SKU,QTY\n{MUG},{quantity}\n")
    with monkeypatch.context() as patched:
        patched.setattr("packhorse.suppliers.exchange.put_aside", refuse)
        for _ in range(4):
            exchange()
        assert (units(MUG)[0], [each.kind for each in movements()].count("feed")) == (980, 2)
        assert open_causes() == ["supplier_failed"]
        partner.put("inv1.csv", f"SKU,QTY\n{MUG},970\n")
        for _ in range(2):
            exchange()
        partner.put("inv1.csv", f"SKU,QTY\n{MUG},990\n")
        for _ in range(2):
            exchange()
    assert [each.on_hand for each in movements() if each.kind == "feed"] == [20, -10, -10, -10]

    for _ in range(2):
        exchange()
    assert (partner.files("out"), open_causes(), units(MUG)[0]) == ({}, [], 990)
    feed(partner, f"{MUG},980", name="inv2.csv")
    assert units(MUG)[0] == 980


def test_a_feed_without_a_date_that_was_taken_away_counts_when_it_comes_again(
    partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_dates(monkeypatch)
    monkeypatch.setattr("packhorse.suppliers.exchange.put_aside", refuse)
    for name, quantity in (("inv1.csv", 990), ("inv2.csv", 980)):
        partner.put(name, f"SKU,QTY\n{MUG},{quantity}\n")
    for _ in range(2):
        exchange()
    (partner.root / "out" / "inv1.csv").unlink()
    exchange()

    partner.put("inv1.csv", f"SKU,QTY\n{MUG},990\n")
    for _ in range(3):
        exchange()

    assert units(MUG)[0] == 990


def refuse(*_: Any, **__: Any) -> Any:
    raise Rejected("permission denied")


def without_dates(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the server did not say when files were written."""
    arrivals = exchanging.arrivals

    def undated(drop: Any, layout: Any, before: Any) -> Any:
        listed = tuple(file._replace(modified=None) for file in arrivals(drop, layout, ()).listed)
        return exchanging.Arrivals(listed, whole_files(before, listed, layout))

    monkeypatch.setattr(exchanging, "arrivals", undated)

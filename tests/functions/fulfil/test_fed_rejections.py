"""What a supplier rejects, at a warehouse whose stock its feed counts or people do: what the shelf learns of it."""

from datetime import UTC, datetime, timedelta

import pytest

from functions.allocate import release
from packhorse.domain.catalogue.product import Product, ProductKind
from packhorse.domain.values import Sku
from packhorse.messages.release import StockArrived
from packhorse.store import catalogue
from simulation.aws.boundary import World
from simulation.builders import a_line
from simulation.merchant import MUG, Context, put_stock
from tests.functions.fulfil.partner import ANSWERS, Partner, an_order, exchange, hand_over, read_files, save, stored
from tests.functions.fulfil.test_supplier_feeds import FEED, feed, movements, units
from tests.functions.operate.calls import call
from tests.functions.operate.orders import one_routed

LAMP, SET = "LAMP", "SET"
UNGUARDED = {**FEED, "most_dropped_percent": 100, "most_emptied_percent": 100}
WITH_REASONS = {**ANSWERS, "reasons": {"out of stock": "none_left", "count wrong": "mismatch"}}


def rejects(partner: Partner, order: str, why: str, status: str = "REJ", sku: str = MUG) -> None:
    row = f"{order}-1,{status},{sku},3,,,{why}\n"
    partner.put("shp1.csv", f"PO,STATUS,SKU,QTY,CARRIER,TRACKING,REASON\n{row}")
    read_files()


def test_units_that_a_feed_does_not_count_leave_the_shelf_with_their_rejection(account: Partner, cloud: World) -> None:
    save(account, feed=UNGUARDED)
    order = an_order(cloud, quantity=3)
    exchange()
    feed(account, f"{MUG},0")
    assert units(MUG) == (3, 3, 0)

    rejects(account, order, "sold out")

    assert units(MUG) == (0, 0, 0)
    assert (movements()[0].kind, movements()[0].reason) == ("short_pick", "rejected by acme: other")


def test_a_person_who_enters_the_rejection_takes_them_off_the_shelf_as_well(account: Partner, cloud: World) -> None:
    save(account, feed=UNGUARDED)
    order = an_order(cloud, quantity=3)
    exchange()
    feed(account, f"{MUG},10")

    rejected = {"reason": "other", "override": True}
    assert call("POST", f"/orders/{order}/fulfilments/1/reject", rejected).status == 200

    assert units(MUG) == (10, 0, 10)


@pytest.mark.parametrize("reason", ["none_left", "mismatch", "damaged", "too_busy"])
def test_components_of_a_rejected_kit_leave_the_shelf_whatever_the_reason(
    account: Partner, cloud: World, reason: str
) -> None:
    save(account, feed=UNGUARDED, answers=[{**ANSWERS, "reasons": {"sorry": reason}}])
    catalogue.put_product(Product(sku=SET, kind=ProductKind.KIT, components={MUG: 2, LAMP: 1}))
    put_stock(1000, LAMP, warehouse="acme")
    order = one_routed(a_line(SET, 3))
    hand_over(cloud)
    exchange()
    feed(account, f"{MUG},0", f"{LAMP},0", at=datetime.now(UTC) + timedelta(seconds=5))
    assert (units(MUG), units(LAMP)) == ((6, 6, 0), (3, 3, 0))

    rejects(account, order, "sorry", sku=SET)

    assert (units(MUG), units(LAMP)) == ((0, 0, 0), (0, 0, 0))


def test_what_no_file_has_is_in_the_number_of_the_feed_and_stays(account: Partner, cloud: World) -> None:
    save(account, feed=UNGUARDED, forward="on_command")
    order = an_order(cloud, quantity=3)
    feed(account, f"{MUG},10")

    call("POST", f"/orders/{order}/fulfilments/1/reject", {"reason": "other"})

    assert units(MUG) == (10, 0, 10)


@pytest.mark.parametrize("status", ["REJ", "CXL"])
@pytest.mark.parametrize(("why", "left"), [("Out of  Stock", 0), ("count wrong", 997), ("no such address", 1000)])
def test_the_shelf_learns_what_the_text_of_a_supplier_means(
    account: Partner, cloud: World, status: str, why: str, left: int
) -> None:
    save(account, answers=[{**WITH_REASONS, "statuses": {**ANSWERS["statuses"], "CXL": "cancelled"}}])
    order = an_order(cloud, quantity=3)
    exchange()

    rejects(account, order, why, status=status)

    assert units(MUG) == (left, 0, left)
    assert stored(order).fulfilments[0].rejections[0].note == why.replace("  ", " ")


def test_each_reason_of_a_file_counts_for_its_own_units_once(account: Partner, cloud: World) -> None:
    save(account, answers=[WITH_REASONS])
    order = an_order(cloud, quantity=3)
    exchange()

    rows = f"{order}-1,REJ,{MUG},1,,,count wrong\n{order}-1,REJ,{MUG},2,,,too heavy\n"
    for name in ("shp1.csv", "shp2.csv"):
        account.put(name, f"PO,STATUS,SKU,QTY,CARRIER,TRACKING,REASON\n{rows}")
        read_files()

    assert units(MUG) == (999, 0, 999)
    found = {each.reason: sum(each.units.values()) for each in stored(order).fulfilments[0].rejections}
    assert found == {"mismatch": 1, "other": 2}


def after_a_rise(partner: Partner, cloud: World, order: str) -> list[str]:
    """Let the nightly feed have more, and what waits be routed; the states of the order's fulfilment orders."""
    feed(partner, f"{MUG},1010", at=datetime.now(UTC))
    arrived = StockArrived(sku=Sku(MUG), arrived_at=("acme",), last_at=datetime.now(UTC) + timedelta(seconds=9))
    release.handler(arrived.model_dump(mode="json"), Context())
    hand_over(cloud)
    return [each.status.value for each in stored(order).fulfilments]


def test_a_feed_that_rises_sends_nothing_again_that_its_supplier_rejected_for_the_order(
    account: Partner, cloud: World
) -> None:
    save(account, feed=FEED)
    order = an_order(cloud, quantity=3)
    exchange()
    rejects(account, order, "we do not ship to Hawaii")

    assert after_a_rise(account, cloud, order) == ["rejected"]


def test_a_feed_that_rises_sends_again_what_its_supplier_had_none_of(account: Partner, cloud: World) -> None:
    save(account, feed=UNGUARDED, answers=[WITH_REASONS])
    order = an_order(cloud, quantity=3)
    exchange()
    rejects(account, order, "out of stock")

    assert after_a_rise(account, cloud, order) == ["rejected", "requested"]


def test_a_feed_that_rises_sends_nothing_again_that_was_taken_from_its_supplier(account: Partner, cloud: World) -> None:
    save(account, feed=FEED, answers=[{**ANSWERS, "statuses": {"CXL": "cancelled"}}])
    order = an_order(cloud, quantity=3)
    exchange()
    call("POST", f"/orders/{order}/fulfilments/1/take-back")
    rejects(account, order, "", status="CXL")

    assert after_a_rise(account, cloud, order) == ["cancelled"]

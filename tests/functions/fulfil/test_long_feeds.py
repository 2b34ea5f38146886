"""Stock feeds of many rows, or of a large catalogue: what they cost, and what of them stays set."""

import os
from typing import Any

import pytest

from packhorse.domain.values import Sku
from packhorse.store import catalogue
from packhorse.usecases.suppliers import feed_stock
from simulation.aws.boundary import World
from simulation.merchant import MUG
from tests.functions.fulfil.partner import Partner, exchange
from tests.functions.fulfil.test_supplier_feeds import (
    BOWL,
    CUP,
    LONG_AGO,
    PLATE,
    feed,
    files,
    report,
    units,
    with_a_feed,
)
from tests.functions.operate.interference import Killed


@pytest.fixture
def partner(account: Partner) -> Partner:
    return with_a_feed(account)


def test_a_feed_costs_no_read_for_each_sku_that_is_none_of_ours(partner: Partner, cloud: World) -> None:
    before = cloud.calls["dynamodb", "BatchGetItem"]

    feed(partner, *(f"THEIRS-{number},7" for number in range(2000)), f"{MUG},990", f"{CUP},5")

    assert (units(MUG), units(CUP)) == ((990, 0, 990), (5, 0, 5))
    assert cloud.calls["dynamodb", "BatchGetItem"] - before < 20, "of a hundred keys each"
    assert "2000 skus are none of ours" in report()["warnings"][0]["message"]


@pytest.mark.parametrize("many", [1, 3])
def test_a_feed_of_few_skus_of_a_large_catalogue_sets_them(
    partner: Partner, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(catalogue, "MANY", many)

    feed(partner, f"{MUG},990", f"{PLATE},5", "THEIRS,7")

    assert (units(MUG), units(PLATE)) == ((990, 0, 990), (5, 0, 5))


def test_what_a_process_has_set_of_a_long_feed_stays_set_if_it_dies(
    partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    partner.put("inv1.csv", f"SKU,QTY\n{BOWL},7\n{CUP},8\n{MUG},900\n{PLATE},9\n")
    os.utime(partner.root / "out" / "inv1.csv", (LONG_AGO.timestamp(), LONG_AGO.timestamp()))
    exchange()
    monkeypatch.setattr(feed_stock, "READ_AT_ONCE", 2)
    reading, read = feed_stock.read_brought_forward, list[Sku]()

    def die_at_second(*given: Any) -> Any:
        read.extend(given[1])
        if len(read) == 4:
            raise Killed
        return reading(*given)

    with monkeypatch.context() as patched:
        patched.setattr(feed_stock, "read_brought_forward", die_at_second)
        with pytest.raises(Killed):
            exchange()
    assert [units(sku)[0] for sku in sorted(read)] == [9, 7, 0, 1000]
    exchange()

    assert [units(sku)[0] for sku in (BOWL, CUP, MUG, PLATE)] == [7, 8, 900, 9]
    assert [(each["state"], each["applied"]) for each in files()] == [("read", 4)]

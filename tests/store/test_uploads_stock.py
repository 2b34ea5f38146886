"""Uploads that change stock: both happen, or neither."""

import pytest

from packhorse.domain.errors import Conflict
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.stock.movement import Movement, MovementKind
from packhorse.domain.values import Sku, WarehouseId
from packhorse.store import uploads
from simulation.merchant import balance, ledger
from tests.files.upload_builders import NOW, upload_of

pytestmark = pytest.mark.usefixtures("cloud")

CONTENT = b"sku,warehouse,add\n"
PLACE = Shelf(Sku("LÄMP #3"), WarehouseId("north-1"))


def movement(event: str, on_hand: int) -> Movement:
    """So many more or fewer at the place."""
    return Movement(
        sku=PLACE.sku,
        warehouse=PLACE.warehouse,
        event=event,
        kind=MovementKind.ADJUST,
        on_hand=on_hand,
        committed=0,
        reference="1",
        who="csv:1",
        at=NOW,
    )


def test_an_upload_and_the_stock_that_it_changes_are_stored_together() -> None:
    upload = uploads.begin(upload_of(CONTENT, "stock/a.csv"), "me")

    saved = uploads.save_with(upload, "me", [movement("csv#1#2", 5), movement("csv#1#3", -2)], {PLACE: 0})

    assert saved == uploads.get(upload.id)
    assert balance(PLACE.sku, PLACE.warehouse) == (3, 0, 3)
    assert ledger(PLACE.sku, PLACE.warehouse) == (3, 0)


def test_stock_that_changed_first_leaves_the_upload_as_it_is() -> None:
    upload = uploads.begin(upload_of(CONTENT, "stock/a.csv"), "me")

    assert uploads.save_with(upload, "me", [movement("csv#1#2", -1)], {}) is None
    assert uploads.get(upload.id) == upload


def test_an_upload_that_somebody_else_went_on_with_changes_no_stock() -> None:
    upload = uploads.begin(upload_of(CONTENT, "stock/a.csv"), "me")
    uploads.save_with(upload, "the other", [movement("csv#1#2", 5)], {})

    with pytest.raises(Conflict):
        uploads.save_with(upload, "me", [movement("csv#1#3", 5)], {})
    assert balance(PLACE.sku, PLACE.warehouse) == (5, 0, 5)


def test_where_something_else_is_on_hand_than_was_nothing_happens() -> None:
    upload = uploads.begin(upload_of(CONTENT, "stock/a.csv"), "me")
    after = uploads.save_with(upload, "me", [movement("csv#1#2", 5)], {PLACE: 0})
    assert after is not None

    assert uploads.save_with(after, "me", [movement("csv#1#3", 5)], {PLACE: 0}) is None
    assert uploads.save_with(after, "me", [movement("csv#1#3", 5)], {PLACE: 4}) is None
    assert uploads.save_with(after, "me", [movement("csv#1#3", -2)], {PLACE: 5}) is not None
    assert balance(PLACE.sku, PLACE.warehouse) == (3, 0, 3)

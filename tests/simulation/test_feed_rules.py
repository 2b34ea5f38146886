"""The rules of stock feeds: what a number makes of a shelf, and which feeds set none."""

import json
from typing import Any

import pytest

from simulation.aws.dynamodb.streams import Record
from simulation.feed_rules import After, Feed, FeedBooks

EAST = ("MUG", "east")
OLDER, NEWER = "inv_1.csv", "inv_2.csv"


def read(books: FeedBooks, what: str, **body: Any) -> None:
    key = ("SUPPLIER#loomworks", what)
    books.read(Record("WorkTable", 1, key, {}, None, {"body": {"S": json.dumps(body)}}, 0.0, "NEW_IMAGE"))


def faults(books: FeedBooks, after: After, name: str = OLDER) -> list[str]:
    books.read_movement({"kind": "feed", "reference": name}, EAST, after)
    return [*books.new_faults()]


def books_of(*, is_available: bool = True) -> FeedBooks:
    books = FeedBooks(is_available=is_available, is_whole=False)
    books.written = {OLDER: Feed({"MUG": 5}, {"MUG": 1}), NEWER: Feed({"MUG": 9}, {})}
    return books


@pytest.mark.parametrize(
    ("is_available", "on_hand", "is_wrong"), [(True, 7, False), (True, 8, True), (False, 5, False), (False, 6, True)]
)
def test_only_units_of_orders_that_the_supplier_had_are_on_hand_beside_its_number(
    is_available: bool, on_hand: int, is_wrong: bool
) -> None:
    after = After(on_hand, committed=3, quarantined=1)

    assert bool(faults(books_of(is_available=is_available), after)) is is_wrong


def test_a_feed_sets_nothing_that_a_newer_one_has_set() -> None:
    books = books_of()
    read(books, "FEED", last={"name": NEWER})

    assert faults(books, After(5, 0, 0)) == ["inv_1.csv sets MUG after inv_2.csv, which is newer"]


def test_a_held_feed_sets_nothing_until_it_or_a_later_one_is_accepted() -> None:
    books = books_of()
    for file, name in (("a", OLDER), ("b", NEWER)):
        read(books, f"RECEIVED#{file}", name=name, state="held")

    assert faults(books, After(5, 0, 0)) == ["inv_1.csv is held, and sets MUG"]

    read(books, "DECIDED#b", accepted=True)

    assert faults(books, After(5, 0, 0)) == []


def test_a_feed_of_changes_sets_nothing_that_it_does_not_name() -> None:
    books = books_of()
    books.written[OLDER] = Feed({"CUP": 5}, {})

    assert faults(books, After(0, 0, 0)) == ["inv_1.csv changes MUG, which it does not name"]

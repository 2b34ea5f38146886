"""Queries: ranges, pages, filters, indexes."""

from collections.abc import Callable
from typing import Any

import pytest

from simulation.contract.tables import Table, item, plain, value, values

Code = Callable[..., str]
INVALID = "ValidationException"
SKS = ("A#1", "A#2", "B#1", "B#10", "B#2", "ä")


@pytest.fixture
def filled(table: Table) -> Table:
    """A partition of six, and one of one."""
    for position, sk in enumerate(SKS):
        table.put("p", sk, n=position)
    table.put("q", "A#1", n=9)
    return table


def sks(answer: dict[str, Any]) -> list[str]:
    return [each["sk"]["S"] for each in answer["Items"]]


def asked(table: Table, condition: str = "pk = :pk", **told: Any) -> dict[str, Any]:
    given = values(pk="p", **told.pop("given", {}))
    found: dict[str, Any] = table.query(condition, ExpressionAttributeValues=given, **told)
    return found


# ---- queries ---------------------------------------------------------------------------------------------------


RANGES: list[tuple[str, dict[str, Any], list[str]]] = [
    ("", {}, ["A#1", "A#2", "B#1", "B#10", "B#2", "ä"]),
    (" AND sk = :x", {"x": "B#1"}, ["B#1"]),
    (" AND sk < :x", {"x": "B#1"}, ["A#1", "A#2"]),
    (" AND sk <= :x", {"x": "B#1"}, ["A#1", "A#2", "B#1"]),
    (" AND sk > :x", {"x": "B#10"}, ["B#2", "ä"]),
    (" AND sk >= :x", {"x": "B#10"}, ["B#10", "B#2", "ä"]),
    (" AND begins_with(sk, :x)", {"x": "B#"}, ["B#1", "B#10", "B#2"]),
    (" AND begins_with(sk, :x)", {"x": "C"}, []),
    (" AND sk BETWEEN :x AND :y", {"x": "A#2", "y": "B#10"}, ["A#2", "B#1", "B#10"]),
]


@pytest.mark.parametrize(("condition", "given", "found"), RANGES, ids=[f"{each[0]} {each[1]}" for each in RANGES])
def test_a_query_finds_a_range_in_order(filled: Table, condition: str, given: dict[str, Any], found: list[str]) -> None:
    forward = asked(filled, f"pk = :pk{condition}", given=given)
    backward = asked(filled, f"pk = :pk{condition}", given=given, ScanIndexForward=False)

    assert sks(forward) == found
    assert sks(backward) == found[::-1]
    assert (forward["Count"], forward["ScannedCount"]) == (len(found), len(found))


WRONG_QUERIES: list[tuple[str, dict[str, Any]]] = [
    ("sk = :x", {"x": "A#1"}),
    ("pk > :x", {"x": "a"}),
    ("begins_with(pk, :x)", {"x": "a"}),
    ("pk = :x OR sk = :x", {"x": "a"}),
    ("NOT pk = :x", {"x": "a"}),
    ("pk = :x AND sk <> :x", {"x": "a"}),
    ("pk = :x AND sk IN (:x)", {"x": "a"}),
    ("pk = :x AND contains(sk, :x)", {"x": "a"}),
    ("pk = :x AND n = :y", {"x": "a", "y": 1}),
    ("pk = :x AND sk > :x AND sk < :y", {"x": "a", "y": "b"}),
    ("pk = :x AND sk = :y", {"x": "a", "y": 1}),
    ("pk = :x AND sk BETWEEN :y AND :x", {"x": "a", "y": "b"}),
    ("pk = :x", {"x": ""}),
    ("pk = :x", {"x": 1}),
    ("pk = :x", {}),
    ("", {}),
]


@pytest.mark.parametrize(("condition", "given"), WRONG_QUERIES, ids=[f"{each[0]} {each[1]}" for each in WRONG_QUERIES])
def test_a_query_that_is_none_is_refused(table: Table, code: Code, condition: str, given: dict[str, Any]) -> None:
    told = {"ExpressionAttributeValues": values(**given)} if given else {}

    assert code(table.query, condition=condition, **told) == INVALID


def test_a_page_has_as_many_as_asked_and_says_where_to_go_on(filled: Table) -> None:
    first = asked(filled, Limit=4)
    second = asked(filled, Limit=4, ExclusiveStartKey=first["LastEvaluatedKey"])

    assert (sks(first), sks(second)) == (["A#1", "A#2", "B#1", "B#10"], ["B#2", "ä"])
    assert plain(first["LastEvaluatedKey"]) == {"pk": "p", "sk": "B#10"}
    assert "LastEvaluatedKey" not in second


def test_a_page_that_ends_at_the_last_item_does_not_know_that_yet(filled: Table) -> None:
    first = asked(filled, Limit=6)
    second = asked(filled, Limit=6, ExclusiveStartKey=first["LastEvaluatedKey"])

    assert (len(first["Items"]), second["Items"]) == (6, [])
    assert "LastEvaluatedKey" not in second


def test_pages_go_backwards_too(filled: Table) -> None:
    first = asked(filled, Limit=2, ScanIndexForward=False)
    second = asked(filled, Limit=2, ScanIndexForward=False, ExclusiveStartKey=first["LastEvaluatedKey"])

    assert sks(first) + sks(second) == ["ä", "B#2", "B#10", "B#1"]


def test_a_page_may_start_where_no_item_is(filled: Table) -> None:
    assert sks(asked(filled, ExclusiveStartKey=item("p", "B#11"))) == ["B#2", "ä"]


def test_a_filter_comes_after_the_limit(filled: Table) -> None:
    wanted = "n >= :n"

    first = asked(filled, Limit=4, FilterExpression=wanted, given={"n": 3})
    second = asked(filled, FilterExpression=wanted, given={"n": 3}, ExclusiveStartKey=first["LastEvaluatedKey"])

    assert (sks(first), first["Count"], first["ScannedCount"]) == (["B#10"], 1, 4)
    assert sks(second) == ["B#2", "ä"]


def test_a_query_may_count_and_may_give_parts(filled: Table) -> None:
    counted = asked(filled, Select="COUNT")
    parts = asked(filled, ProjectionExpression="n", Limit=1)

    assert (counted["Count"], "Items" in counted) == (6, False)
    assert [plain(each) for each in parts["Items"]] == [{"n": 0}]
    assert plain(parts["LastEvaluatedKey"]) == {"pk": "p", "sk": "A#1"}


@pytest.mark.parametrize(
    "told",
    [
        {"FilterExpression": "sk = :pk"},
        {"ExclusiveStartKey": {"pk": value("p")}},
        {"ExclusiveStartKey": item("other", "A#1")},
        {"IndexName": "never"},
    ],
    ids=["filter on a key", "half a key", "other partition", "no index"],
)
def test_a_query_of_which_a_part_is_wrong_is_refused(table: Table, code: Code, told: dict[str, Any]) -> None:
    query = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": values(pk="p")}

    assert code(table.client.query, TableName=table.name, **query, **told) == INVALID


def test_a_page_ends_after_a_megabyte(table: Table) -> None:
    for sk in "1234":
        table.put("p", sk, t="x" * 300_000)

    first = asked(table)
    second = asked(table, ExclusiveStartKey=first["LastEvaluatedKey"])

    assert sks(first) + sks(second) == ["1", "2", "3", "4"]
    assert 3 <= len(first["Items"]) < 4 or len(second["Items"]) == 0


# ---- indexes -----------------------------------------------------------------------------------------------------


def by_status(table: Table, condition: str = "#status = :status", **told: Any) -> dict[str, Any]:
    given = values(status="open", **told.pop("given", {}))
    names = {"#status": "status", **told.pop("names", {})}
    found: dict[str, Any] = table.query(
        condition, "by_status", ExpressionAttributeNames=names, ExpressionAttributeValues=given, **told
    )
    return found


def test_an_index_holds_items_that_have_its_keys_in_their_order(table: Table) -> None:
    table.put("a", status="open", placed=10)
    table.put("b", status="open", placed=9, note="first", more="x")
    table.put("c", status="open")
    table.put("d", placed=1)
    table.put("e", status="shut", placed=1)

    answer = by_status(table)

    assert [plain(each) for each in answer["Items"]] == [
        {"pk": "b", "sk": "-", "status": "open", "placed": 9, "note": "first"},
        {"pk": "a", "sk": "-", "status": "open", "placed": 10},
    ]


def test_an_index_follows_its_items(table: Table) -> None:
    table.put("a", status="open", placed=1)
    table.update("a", "SET #status = :x", ExpressionAttributeNames={"#status": "status"}, **_x("shut"))
    assert by_status(table)["Items"] == []

    table.update("a", "SET #status = :x", ExpressionAttributeNames={"#status": "status"}, **_x("open"))
    assert len(by_status(table)["Items"]) == 1
    table.update("a", "REMOVE placed")
    assert by_status(table)["Items"] == []


def _x(given: Any) -> dict[str, Any]:
    return {"ExpressionAttributeValues": values(x=given)}


def test_pages_of_an_index_hold_where_its_keys_are_the_same(table: Table) -> None:
    for pk in "abcde":
        table.put(pk, status="open", placed=1)

    found: list[str] = []
    start: dict[str, Any] = {}
    for _ in range(3):
        page = by_status(table, Limit=2, **start)
        found += [each["pk"]["S"] for each in page["Items"]]
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]} if "LastEvaluatedKey" in page else {}

    assert sorted(found) == ["a", "b", "c", "d", "e"]
    assert start == {}


def test_the_key_of_a_page_of_an_index_is_that_of_both(table: Table) -> None:
    table.put("a", status="open", placed=1)
    table.put("b", status="open", placed=2)

    page = by_status(table, Limit=1)

    assert plain(page["LastEvaluatedKey"]) == {"pk": "a", "sk": "-", "status": "open", "placed": 1}


@pytest.mark.parametrize(
    "told",
    [
        {"ConsistentRead": True},
        {"ProjectionExpression": "more"},
        {"ExclusiveStartKey": item("a")},
        {"FilterExpression": "#status = :status"},
    ],
    ids=["consistent", "what it does not hold", "half a key", "filter on its key"],
)
def test_what_an_index_cannot_do_is_refused(table: Table, code: Code, told: dict[str, Any]) -> None:
    assert code(by_status, table=table, **told) == INVALID


def test_a_filter_on_the_tables_own_key_is_no_filter_on_the_indexs(table: Table) -> None:
    table.put("a", status="open", placed=1)

    assert len(by_status(table, FilterExpression="pk = :a", given={"a": "a"})["Items"]) == 1

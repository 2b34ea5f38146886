"""Items, batches of them, and all of them."""

from collections.abc import Callable
from typing import Any

import pytest

from simulation.contract.tables import Table, item, plain, stored

Code = Callable[..., str]
INVALID = "ValidationException"

# ---- items -----------------------------------------------------------------------------------------------------


def test_an_item_may_be_read_in_part(table: Table, code: Code) -> None:
    table.put("a", n=1, t="text", status="open")
    which = {"TableName": table.name, "Key": item("a"), "ConsistentRead": True}
    names = {"ExpressionAttributeNames": {"#status": "status"}}

    found = table.client.get_item(**which, ProjectionExpression="n, #status, gone", **names)

    assert plain(found["Item"]) == {"n": 1, "status": "open"}
    assert code(table.client.get_item, **which, ProjectionExpression="n, n") == INVALID
    assert code(table.client.get_item, **which, ProjectionExpression="status") == INVALID
    assert code(table.client.get_item, **which, ProjectionExpression="n", **names) == INVALID


def test_an_item_that_is_not_there_is_no_error(table: Table) -> None:
    assert "Item" not in table.client.get_item(TableName=table.name, Key=item("a"))


# ---- scans -----------------------------------------------------------------------------------------------------


def test_a_scan_finds_everything_page_by_page(table: Table) -> None:
    stored_keys = [("p", "1"), ("p", "2"), ("q", "1"), ("r", "1"), ("r", "2")]
    for pk, sk in stored_keys:
        table.put(pk, sk)

    found: list[tuple[str, str]] = []
    start: dict[str, Any] = {}
    pages = 0
    while pages == 0 or start:
        page = table.client.scan(TableName=table.name, Limit=2, **start)
        found += [(each["pk"]["S"], each["sk"]["S"]) for each in page["Items"]]
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]} if "LastEvaluatedKey" in page else {}
        pages += 1

    assert sorted(found) == stored_keys


def test_a_scan_of_an_index_finds_what_it_holds(table: Table) -> None:
    table.put("a", status="open", placed=1, note="x")
    table.put("b")

    found = table.client.scan(TableName=table.name, IndexName="by_status", FilterExpression="attribute_exists(note)")

    assert [each["pk"]["S"] for each in found["Items"]] == ["a"]


# ---- batches -----------------------------------------------------------------------------------------------------


def get_many(table: Table, *pks: str, **told: Any) -> dict[str, Any]:
    keys = {"Keys": [item(pk) for pk in pks], "ConsistentRead": True, **told}
    found: dict[str, Any] = table.client.batch_get_item(RequestItems={table.name: keys})
    return found


def test_a_batch_of_reads_finds_available_units(table: Table) -> None:
    table.put("a", n=1, t="x")
    table.put("b", n=2, t="x")

    answer = get_many(table, "a", "gone", "b")
    parts = get_many(table, "a", ProjectionExpression="n")

    found = sorted(answer["Responses"][table.name], key=lambda each: str(each["pk"]))
    assert [plain(each) for each in found] == [stored(pk="a", n=1, t="x"), stored(pk="b", n=2, t="x")]
    assert answer["UnprocessedKeys"] == {}
    assert [plain(each) for each in parts["Responses"][table.name]] == [{"n": 1}]


def test_a_batch_of_reads_says_what_it_took(table: Table) -> None:
    table.put("a", t="x" * 5000)
    keys = {"Keys": [item("a"), item("gone")], "ConsistentRead": True}

    answer = table.client.batch_get_item(RequestItems={table.name: keys}, ReturnConsumedCapacity="TOTAL")

    (told,) = answer["ConsumedCapacity"]
    assert (told["TableName"], told["CapacityUnits"]) == (table.name, 2 + 1)


def test_a_batch_of_writes_says_what_it_took(table: Table) -> None:
    table.put("b", t="x" * 2500)
    requests = [{"PutRequest": {"Item": item("a")}}, {"DeleteRequest": {"Key": item("b")}}]

    answer = table.client.batch_write_item(RequestItems={table.name: requests}, ReturnConsumedCapacity="TOTAL")

    (told,) = answer["ConsumedCapacity"]
    assert (told["TableName"], told["CapacityUnits"]) == (table.name, 1 + 3)


def test_a_batch_of_reads_without_any_result_names_its_table(table: Table) -> None:
    assert get_many(table, "gone")["Responses"] == {table.name: []}


def test_a_batch_of_reads_has_a_hundred_keys_at_most_and_none_twice(table: Table, code: Code) -> None:
    get_many(table, *(str(number) for number in range(100)))

    def ask(pks: list[str]) -> None:
        get_many(table, *pks)

    assert code(ask, pks=[str(number) for number in range(101)]) == INVALID
    assert code(ask, pks=["a", "a"]) == INVALID


def write_many(table: Table, *requests: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = table.client.batch_write_item(RequestItems={table.name: list(requests)})
    return answer


def test_a_batch_of_writes_puts_and_deletes(table: Table) -> None:
    table.put("a")

    answer = write_many(table, {"PutRequest": {"Item": item("b")}}, {"DeleteRequest": {"Key": item("a")}})

    assert answer["UnprocessedItems"] == {}
    assert (table.get("a"), table.get("b")) == (None, stored(pk="b"))


@pytest.mark.parametrize("pks", [[str(number) for number in range(26)], ["a", "a"]], ids=["too many", "twice"])
def test_a_batch_of_writes_that_is_none_is_refused(table: Table, code: Code, pks: list[str]) -> None:
    requests = {table.name: [{"PutRequest": {"Item": item(pk)}} for pk in pks]}

    assert code(table.client.batch_write_item, RequestItems=requests) == INVALID


def test_a_batch_with_one_wrong_write_writes_nothing(table: Table, code: Code) -> None:
    requests = {table.name: [{"PutRequest": {"Item": each}} for each in (item("a"), item(""))]}

    assert code(table.client.batch_write_item, RequestItems=requests) == INVALID
    assert table.get("a") is None

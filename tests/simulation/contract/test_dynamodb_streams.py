"""The stream of a table."""

from typing import Any

from simulation.contract.tables import Table, item, stored, values


def test_the_stream_tells_every_change_of_an_item_in_order(table: Table) -> None:
    table.put("a", n=1)
    table.update("a", "SET n = :x", **_x(2))
    table.client.delete_item(TableName=table.name, Key=item("a"))

    one, two = stored(pk="a", n=1), stored(pk="a", n=2)
    assert table.changes() == [("INSERT", None, one), ("MODIFY", one, two), ("REMOVE", two, None)]


def test_what_changes_nothing_is_not_in_the_stream(table: Table) -> None:
    table.put("a", n=1)
    table.put("a", n=1)
    table.update("a", "SET n = :x", **_x(1))
    table.client.delete_item(TableName=table.name, Key=item("gone"))

    assert len(table.changes()) == 1


def test_all_writes_of_a_transaction_are_in_the_stream(table: Table) -> None:
    table.transact({"Put": {"Item": item("a")}}, {"Put": {"Item": item("b")}})

    told = sorted((each.kind, each.new["pk"]) for each in table.changes() if each.new)
    assert told == [("INSERT", "a"), ("INSERT", "b")]


def _x(given: Any) -> dict[str, Any]:
    return {"ExpressionAttributeValues": values(x=given)}

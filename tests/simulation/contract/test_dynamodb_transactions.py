"""Transactions: all or nothing, why not, and once."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from simulation.contract.backends import Backend
from simulation.contract.tables import Table, item, plain, stored, values

Code = Callable[..., str]
INVALID = "ValidationException"
CANCELLED = "TransactionCanceledException"
NEW = {"ConditionExpression": "attribute_not_exists(pk)"}
MEGABYTE = 1024 * 1024


def put(pk: str, *, told: dict[str, Any] | None = None, **attributes: Any) -> dict[str, Any]:
    return {"Put": {"Item": item(pk, **attributes), **(told or {})}}


def add(pk: str, n: int, least: int | None = None) -> dict[str, Any]:
    """Adds to the number of an item; takes no more than there is, if told so."""
    update: dict[str, Any] = {"Key": item(pk), "UpdateExpression": "ADD n :n", "ExpressionAttributeValues": values(n=n)}
    if least is not None:
        update["ConditionExpression"] = "n >= :least"
        update["ExpressionAttributeValues"] |= values(least=least)
    return {"Update": update}


def reasons(table: Table, *actions: dict[str, Any], **told: Any) -> list[dict[str, Any]]:
    """Why the transaction is cancelled."""
    with pytest.raises(ClientError) as cancelled:
        table.transact(*actions, **told)
    assert cancelled.value.response["Error"]["Code"] == CANCELLED
    response: Any = cancelled.value.response
    return list(response["CancellationReasons"])


def codes(*args: Any, **told: Any) -> list[str]:
    return [reason["Code"] for reason in reasons(*args, **told)]


# ---- all or nothing ------------------------------------------------------------------------------------------


def test_all_kinds_of_actions_happen_together(table: Table) -> None:
    for pk in ("b", "c", "d"):
        table.put(pk, n=1)

    check = {"ConditionCheck": {"Key": item("d"), "ConditionExpression": "attribute_exists(pk)"}}
    table.transact(put("a", n=7), add("b", 2), {"Delete": {"Key": item("c")}}, check)

    assert table.get("a") == stored(pk="a", n=7)
    assert table.get("b") == stored(pk="b", n=3)
    assert table.get("c") is None
    assert table.get("d") == stored(pk="d", n=1)


def test_what_is_cancelled_changes_nothing(table: Table) -> None:
    table.put("b", n=1)

    assert codes(table, put("a"), add("b", -2, least=2), {"Delete": {"Key": item("c")}}) == [
        "None",
        "ConditionalCheckFailed",
        "None",
    ]

    assert table.get("a") is None
    assert table.get("b") == stored(pk="b", n=1)


def test_every_condition_that_fails_has_its_reason_in_order(table: Table) -> None:
    table.put("a")
    check = {"ConditionCheck": {"Key": item("gone"), "ConditionExpression": "attribute_exists(pk)"}}

    told = codes(table, put("a", told=NEW), put("b", told=NEW), check)

    assert told == ["ConditionalCheckFailed", "None", "ConditionalCheckFailed"]


def test_a_reason_shows_the_item_where_that_is_asked(table: Table) -> None:
    table.put("a", n=1)
    shown = {**NEW, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}

    found = reasons(table, put("a", told=shown), put("b"))
    silent = reasons(table, put("a", told=NEW))

    assert plain(found[0]["Item"]) == stored(pk="a", n=1)
    assert "Item" not in found[1]
    assert "Item" not in silent[0]


def test_what_only_the_item_can_tell_is_a_reason(table: Table) -> None:
    table.put("a", n="text")

    assert codes(table, put("b"), add("a", 1)) == ["None", "ValidationError"]
    assert table.get("b") is None


def test_an_item_that_would_be_too_large_is_a_reason(table: Table) -> None:
    table.put("a", t="x" * 409_000)
    longer = {"UpdateExpression": "SET u = :u", "ExpressionAttributeValues": values(u="x" * 1000)}

    assert codes(table, {"Update": {"Key": item("a"), **longer}}) == ["ValidationError"]


# ---- what is refused -------------------------------------------------------------------------------------------


def refused(table: Table, *actions: dict[str, Any], **told: Any) -> str:
    with pytest.raises(ClientError) as wrong:
        table.transact(*actions, **told)
    return str(wrong.value.response["Error"]["Code"])


def test_two_actions_on_one_item_are_refused(table: Table) -> None:
    check = {"ConditionCheck": {"Key": item("a"), "ConditionExpression": "attribute_exists(pk)"}}

    assert refused(table, put("a"), add("a", 1)) == INVALID
    assert refused(table, check, put("a")) == INVALID


def test_a_hundred_actions_are_done_and_one_more_is_refused(table: Table) -> None:
    table.transact(*(put(f"a{number}") for number in range(100)))

    assert refused(table, *(put(f"b{number}") for number in range(101))) == INVALID
    assert table.get("a99")
    assert table.get("b0") is None


def test_more_than_four_megabytes_are_refused(table: Table) -> None:
    large = [put(f"a{number}", t="x" * (MEGABYTE // 3)) for number in range(13)]

    assert refused(table, *large) == INVALID
    table.transact(*large[:11])


@pytest.mark.parametrize(
    "wrong",
    [
        put("a", told={"ConditionExpression": "n ="}),
        put("a", told={"ConditionExpression": "n = :n"}),
        put("a", status=1),
        put(""),
        {"ConditionCheck": {"Key": item("a"), "ConditionExpression": ""}},
        {"Update": {"Key": item("a"), "UpdateExpression": "SET pk = :n", "ExpressionAttributeValues": values(n="b")}},
    ],
    ids=["syntax", "no value", "index", "empty key", "empty condition", "key"],
)
def test_a_wrong_action_is_refused_with_all_the_others(table: Table, wrong: dict[str, Any]) -> None:
    with pytest.raises(ClientError) as refusal:
        table.transact(put("b"), wrong)

    response: Any = refusal.value.response
    told = [reason["Code"] for reason in response.get("CancellationReasons", [])]
    assert (response["Error"]["Code"], told) in [(INVALID, []), (CANCELLED, ["None", "ValidationError"])]
    assert table.get("b") is None


def test_a_table_that_is_not_there_is_not_found(table: Table, code: Code) -> None:
    items = [{"Put": {"TableName": "never", "Item": item("a")}}]

    assert code(table.client.transact_write_items, TransactItems=items) == "ResourceNotFoundException"


# ---- once ------------------------------------------------------------------------------------------------


def test_a_transaction_of_the_same_token_happens_once(table: Table) -> None:
    table.put("a", n=5)

    for _ in range(3):
        table.transact(add("a", -1), put("b", told=NEW), ClientRequestToken=f"{table.name}-once")

    assert table.get("a") == stored(pk="a", n=4)


def test_another_transaction_of_the_same_token_is_refused(table: Table) -> None:
    token = f"{table.name}-another"
    table.transact(put("a"), ClientRequestToken=token)

    assert refused(table, put("b"), ClientRequestToken=token) == "IdempotentParameterMismatchException"
    assert table.get("b") is None


def test_what_was_cancelled_may_be_tried_again_with_its_token(table: Table) -> None:
    token = f"{table.name}-again"
    table.put("a")
    assert codes(table, put("a", told=NEW), ClientRequestToken=token) == ["ConditionalCheckFailed"]
    table.client.delete_item(TableName=table.name, Key=item("a"))

    table.transact(put("a", told=NEW), ClientRequestToken=token)

    assert table.get("a")


def test_a_token_is_forgotten_after_ten_minutes(aws: Backend, table: Table) -> None:
    token = f"{table.name}-late"
    table.put("a", n=5)
    table.transact(add("a", -1), ClientRequestToken=token)

    aws.sleep(601)
    table.transact(add("a", -1), ClientRequestToken=token)

    assert table.get("a") == stored(pk="a", n=3)


def test_every_try_of_a_call_without_a_token_is_a_transaction_of_its_own(table: Table) -> None:
    table.put("a", n=5)

    for _ in range(2):
        table.transact(add("a", -1))

    assert table.get("a") == stored(pk="a", n=3)


# ---- what it costs ----------------------------------------------------------------------------------------------


def test_a_write_in_a_transaction_costs_twice_as_much(table: Table) -> None:
    total = {"ReturnConsumedCapacity": "TOTAL"}
    single = table.client.put_item(TableName=table.name, Item=item("a", t="x" * 1500), **total)

    together = table.transact(put("a", t="y" * 1500), put("b"), **total)

    assert single["ConsumedCapacity"]["CapacityUnits"] == 2
    (told,) = together["ConsumedCapacity"]
    assert (told["TableName"], told["CapacityUnits"]) == (table.name, 2 * 2 + 2)


def test_an_index_costs_beside_the_table(table: Table) -> None:
    total = {"TableName": table.name, "ReturnConsumedCapacity": "TOTAL"}

    def cost(**attributes: Any) -> float:
        answer = table.client.put_item(Item=item("a", **attributes), **total)
        return float(answer["ConsumedCapacity"]["CapacityUnits"])

    assert cost(status="open") == 1
    assert cost(status="open", placed=1) == 1 + 1
    assert cost(status="open", placed=1, more="x") == 1
    assert cost(status="open", placed=1, note="x") == 1 + 1
    assert cost(status="shut", placed=1, note="x") == 1 + 2
    assert cost() == 1 + 1


# ---- reading together --------------------------------------------------------------------------------------------


def test_reads_of_a_transaction_come_in_order_with_gaps(table: Table) -> None:
    table.put("a", n=1)
    table.put("b", n=2)

    gets = [{"Get": {"TableName": table.name, "Key": item(pk)}} for pk in ("b", "gone", "a")]
    found = table.client.transact_get_items(TransactItems=gets)["Responses"]

    assert [plain(each.get("Item")) for each in found] == [stored(pk="b", n=2), None, stored(pk="a", n=1)]

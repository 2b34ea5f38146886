"""What writes cost, and how much a key takes."""

from tests.simulation.aws.dynamodb.example import Deployment, item, limited, put, refused

# ---- limits ----------------------------------------------------------------------------------------------------


def test_a_partition_key_takes_so_many_units_a_second_and_no_more() -> None:
    deployment = limited(units=2)
    deployment.put("a")
    deployment.put("a")

    assert refused(lambda: deployment.put("a")).code == "ProvisionedThroughputExceededException"
    deployment.put("b")
    deployment.clock.sleep(0.5)
    deployment.put("a")
    assert refused(lambda: deployment.put("a")).code == "ProvisionedThroughputExceededException"


def test_what_was_saved_up_may_be_spent_at_once() -> None:
    deployment = limited(units=2, burst=2)

    for _ in range(4):
        deployment.put("a")

    assert refused(lambda: deployment.put("a")).code == "ProvisionedThroughputExceededException"
    deployment.clock.sleep(3600)
    for _ in range(4):
        deployment.put("a")
    assert refused(lambda: deployment.put("a")).code == "ProvisionedThroughputExceededException"


def test_the_key_of_an_index_is_limited_too_and_nothing_is_written_then() -> None:
    deployment = limited(units=2)
    deployment.put("a", status="open")
    deployment.put("b", status="open")

    assert refused(lambda: deployment.put("c", status="open")).code == "ProvisionedThroughputExceededException"
    assert deployment.ask("GetItem", TableName="orders", Key=item("c")) == {}


def test_a_transaction_beyond_the_limit_is_cancelled_and_says_where() -> None:
    deployment = limited(units=3)
    deployment.put("b")
    deployment.put("b")

    refusal = refused(lambda: deployment.transact(put("a"), put("b")))

    assert refusal.code == "TransactionCanceledException"
    assert [reason["Code"] for reason in refusal.answer["CancellationReasons"]] == ["None", "ThrottlingError"]
    assert deployment.ask("GetItem", TableName="orders", Key=item("a")) == {}


def test_a_condition_that_fails_is_paid_for() -> None:
    deployment = Deployment()
    deployment.put("a")
    condition = {"ConditionExpression": "attribute_not_exists(pk)"}
    before = deployment.dynamodb.units.total

    refused(lambda: deployment.ask("PutItem", TableName="orders", Item=item("a"), **condition))
    assert deployment.dynamodb.units.total == before + 1
    refused(lambda: deployment.transact({"Put": {"TableName": "orders", "Item": item("a"), **condition}}, put("b")))
    assert deployment.dynamodb.units.total == before + 1 + 4


# ---- what writes cost -----------------------------------------------------------------------------------------


def test_units_are_counted_by_size_and_index_and_those_of_the_table_double_in_a_transaction() -> None:
    deployment = Deployment()
    units = deployment.dynamodb.units
    deployment.put("a", text="x" * 1500)
    assert units.written["orders"] == 2

    deployment.put("a", text="x" * 1500, status="open")
    assert units.written["orders"] == 2 + 2 + 1
    deployment.put("a", text="x" * 1500, status="shipped")
    assert units.written["orders"] == 5 + 2 + 2
    deployment.put("a", text="y" * 1500, status="shipped")
    assert units.written["orders"] == 9 + 2
    deployment.transact(put("b", status="open"))

    assert units.written["orders"] == 11 + 2 * 1 + 1
    assert units.by_partition["orders", "b"] == 2
    assert units.by_index["orders", "by_status", "open"] == 1 + 1 + 1
    assert units.by_item["orders", ("a", "-")] == 8


def test_a_write_costs_the_larger_of_before_and_after() -> None:
    deployment = Deployment()
    deployment.put("a", text="x" * 3000)
    before = deployment.dynamodb.units.total

    deployment.put("a")

    assert deployment.dynamodb.units.total - before == 3

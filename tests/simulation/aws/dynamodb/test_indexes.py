"""Indexes that lag behind."""

from tests.simulation.aws.dynamodb.example import Deployment


def test_an_index_that_lags_knows_what_it_knew_until_it_catches_up() -> None:
    deployment = Deployment()
    deployment.put("a", status="open")
    deployment.dynamodb.indexes_lag = True
    deployment.put("a", status="shipped")
    deployment.put("b", status="open")
    assert (deployment.of_status("open"), deployment.of_status("shipped")) == (["a"], [])

    deployment.dynamodb.catch_up()

    assert (deployment.of_status("open"), deployment.of_status("shipped")) == (["b"], ["a"])
    assert deployment.dynamodb.behind() == []


def test_changes_of_one_item_come_in_order_and_those_of_others_beside_them() -> None:
    deployment = Deployment()
    deployment.dynamodb.indexes_lag = True
    for status in ("open", "shipped"):
        deployment.put("a", status=status)
    deployment.put("b", status="open")
    of_a, of_b = deployment.dynamodb.behind()

    deployment.dynamodb.catch_up(of_b)
    assert deployment.of_status("open") == ["b"]
    deployment.dynamodb.catch_up(of_a)
    assert sorted(deployment.of_status("open")) == ["a", "b"]
    deployment.dynamodb.catch_up(of_a)
    assert (deployment.of_status("open"), deployment.of_status("shipped")) == (["b"], ["a"])


def test_no_change_overtakes_one_that_waits_when_the_lag_ends() -> None:
    deployment = Deployment()
    deployment.dynamodb.indexes_lag = True
    deployment.put("a", status="open")
    deployment.dynamodb.indexes_lag = False

    deployment.put("a", status="shipped")

    assert deployment.of_status("shipped") == []
    deployment.dynamodb.catch_up()
    assert (deployment.of_status("open"), deployment.of_status("shipped")) == ([], ["a"])

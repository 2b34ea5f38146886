"""A table is brought back to what a restored one holds, against mocked tables."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from deploy import __main__ as command
from deploy import restoring
from deploy.answers import Answers
from deploy.restoring import Copied, bring_back
from deploy.sam import DeploymentFailed

REGION = "eu-west-1"


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[boto3.Session]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setattr(restoring, "READ", 2)
    with mock_aws():
        yield boto3.Session(region_name=REGION)


def table(session: boto3.Session, name: str, *keys: str, items: tuple[dict[str, Any], ...] = ()) -> Any:
    kinds = ("HASH", "RANGE")
    made = session.resource("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, kinds, strict=False)],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
    )
    for item in items:
        made.put_item(Item=item)
    return made


def an_item(sk: str, **values: Any) -> dict[str, Any]:
    return {"pk": "ORDER#1", "sk": sk, **values}


def held(table: Any) -> list[dict[str, Any]]:
    return sorted(table.scan()["Items"], key=lambda item: item["sk"])


def test_a_table_holds_what_the_restored_one_holds_and_only_differences_are_written(session: boto3.Session) -> None:
    before = tuple(an_item(f"{number}", units=number, body=b"doc", tags={"a"}) for number in range(5))
    restored = table(session, "restored", "pk", "sk", items=before)
    live = table(session, "live", "pk", "sk", items=(*before[:3], an_item("3", units=9), an_item("7", units=7)))

    assert bring_back(session, "restored", "live") == Copied(written=2, deleted=1)

    assert held(live) == held(restored)
    assert bring_back(session, "restored", "live") == Copied(0, 0)


def test_a_table_of_another_kind_is_refused(session: boto3.Session) -> None:
    table(session, "restored", "id")
    live = table(session, "live", "pk", "sk", items=(an_item("1"),))

    with pytest.raises(DeploymentFailed, match="restored has other keys than live"):
        bring_back(session, "restored", "live")
    assert len(held(live)) == 1


@pytest.mark.parametrize(("typed", "left"), [("live", 0), ("orders", 1)])
def test_nothing_is_changed_before_the_table_s_name_is_typed(
    session: boto3.Session, monkeypatch: pytest.MonkeyPatch, typed: str, left: int
) -> None:
    table(session, "restored", "pk", "sk")
    live = table(session, "live", "pk", "sk", items=(an_item("1"),))
    monkeypatch.setattr("builtins.input", lambda _: typed)
    monkeypatch.setattr(command, "answered", lambda *_: Answers("orders", REGION))
    monkeypatch.setattr(command, "table_of", lambda *_: "live")

    assert command.main(["restore", "orders", "OrdersTable", "restored"]) == left
    assert len(held(live)) == left

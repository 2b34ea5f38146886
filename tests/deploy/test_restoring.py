"""A table is brought back to what a restored one holds, against mocked tables."""

import json
import zlib
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

    assert bring_back(session, "restored", "live", print) == Copied(written=2, deleted=1)

    assert held(live) == held(restored)
    assert bring_back(session, "restored", "live", print) == Copied(0, 0)


def an_order(order_id: str, **fields: str) -> dict[str, Any]:
    return {"pk": order_id, "sk": "ORDER", "body": zlib.compress(json.dumps(fields).encode())}


def test_orders_whose_buyer_was_erased_since_are_named(session: boto3.Session) -> None:
    """Those that come later are deleted, and come again with their buyer."""
    marked, over = {"erase_requested_at": "2026-11-30T10:00:00Z"}, {"erased_at": "2026-11-30T11:00:00Z"}
    before = (an_order("a", name="Ada"), an_order("b", name="Bob"), an_order("c", **marked), an_order("d", name="Dee"))
    since = (an_order("a", **marked, **over), an_order("b", **marked), an_order("c", **marked, **over))
    table(session, "restored", "pk", "sk", items=before)
    table(session, "live", "pk", "sk", items=(*since, before[3], an_order("e", **marked), an_order("f", name="Fay")))
    lost: list[str] = []

    bring_back(session, "restored", "live", lost.append)

    assert sorted(lost) == ["a", "b", "e"]


def test_a_table_of_another_kind_is_refused(session: boto3.Session) -> None:
    table(session, "restored", "id")
    live = table(session, "live", "pk", "sk", items=(an_item("1"),))

    with pytest.raises(DeploymentFailed, match="restored has other keys than live"):
        bring_back(session, "restored", "live", print)
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

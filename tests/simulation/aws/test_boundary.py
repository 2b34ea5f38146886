"""The boundary: what an SDK makes of a service's answers, and where others may step in."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import httpx
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectTimeoutError, ParamValidationError, ReadTimeoutError
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

from simulation.aws.boundary import Call, World
from simulation.aws.refusals import failed, throttled
from simulation.turns import Killed

KEYS = {"region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}
FOUR_TRIES = Config(retries={"mode": "standard", "total_max_attempts": 4})
KEY = {"pk": {"S": "a"}}


def client(service: str) -> Any:
    return boto3.client(service, config=FOUR_TRIES, **KEYS)


@pytest.fixture
def world() -> Iterator[World]:
    with World().installed() as world:
        client("dynamodb").create_table(
            TableName="stock",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        )
        world.calls.clear()
        yield world


def sell() -> None:
    """Takes one of the stock, in a transaction."""
    update = {"TableName": "stock", "Key": KEY, "UpdateExpression": "ADD n :n"}
    less = {"ExpressionAttributeValues": {":n": {"N": "-1"}}}
    client("dynamodb").transact_write_items(TransactItems=[{"Update": {**update, **less}}])


def stock() -> str | None:
    found = client("dynamodb").get_item(TableName="stock", Key=KEY).get("Item")
    return found["n"]["N"] if found else None


def at(operation: str, error: BaseException, times: int = 1) -> Any:
    """A hook that raises at an operation, so many times."""
    left = [error] * times

    def hook(call: Call) -> None:
        if call.operation == operation and left:
            raise left.pop()

    return hook


# ---- faults ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error",
    [
        throttled(),
        failed(500),
        failed(503),
        ConnectTimeoutError(endpoint_url="https://dynamodb"),
        ReadTimeoutError(endpoint_url="https://dynamodb"),
    ],
    ids=["throttled", "500", "503", "connect", "read"],
)
def test_what_may_pass_is_tried_again(world: World, error: BaseException) -> None:
    world.before = at("TransactWriteItems", error, times=3)
    before = world.clock.now

    sell()

    assert stock() == "-1"
    assert world.calls["dynamodb", "TransactWriteItems"] == 1
    assert world.clock.now > before


def test_what_does_not_pass_is_raised_after_the_last_try(world: World) -> None:
    world.before = at("TransactWriteItems", throttled(), times=4)
    with pytest.raises(ClientError) as caught:
        sell()
    assert caught.value.response["Error"]["Code"] == "ProvisionedThroughputExceededException"

    world.before = at("TransactWriteItems", ReadTimeoutError(endpoint_url="https://dynamodb"), times=4)
    with pytest.raises(ReadTimeoutError):
        sell()
    assert stock() is None


def test_an_answer_that_is_lost_comes_after_the_effect_and_the_token_keeps_it_at_one(world: World) -> None:
    world.after = at("TransactWriteItems", ReadTimeoutError(endpoint_url="https://dynamodb"), times=3)

    sell()

    assert stock() == "-1"
    assert world.calls["dynamodb", "TransactWriteItems"] == 4


def test_a_write_without_a_token_happens_as_often_as_it_is_tried(world: World) -> None:
    world.after = at("UpdateItem", failed(500), times=2)
    more = {"UpdateExpression": "ADD n :n", "ExpressionAttributeValues": {":n": {"N": "1"}}}

    client("dynamodb").update_item(TableName="stock", Key=KEY, **more)

    assert stock() == "3"


def test_a_service_that_says_no_is_asked_once(world: World) -> None:
    with pytest.raises(client("dynamodb").exceptions.ResourceNotFoundException):
        client("dynamodb").get_item(TableName="never", Key=KEY)

    assert world.calls["dynamodb", "GetItem"] == 1


def test_a_process_that_is_killed_is_not_held_up(world: World) -> None:
    world.before = at("TransactWriteItems", Killed())
    with pytest.raises(Killed):
        sell()
    assert stock() is None

    world.before, world.after = world.after, at("TransactWriteItems", Killed())
    with pytest.raises(Killed):
        sell()
    assert stock() == "-1"


def test_hooks_see_every_try_and_how_it_ended(world: World) -> None:
    seen: list[tuple[str, int, str]] = []
    world.after = lambda call: seen.append((call.operation, call.attempt, call.error.code if call.error else ""))

    stock()
    with pytest.raises(ClientError):
        client("dynamodb").get_item(TableName="never", Key=KEY)

    assert seen == [("GetItem", 1, ""), ("GetItem", 1, "ResourceNotFoundException")]


# ---- clients -----------------------------------------------------------------------------------------------------


def test_parameters_are_checked_where_that_is_asked() -> None:
    with World(validates=True).installed(), pytest.raises(ParamValidationError):
        client("dynamodb").get_item(TableName="stock", Key=KEY, Consistent=True)


@pytest.mark.usefixtures("world")
def test_what_the_stand_in_does_not_know_is_refused_loudly() -> None:
    with pytest.raises(NotImplementedError, match="ExecuteStatement"):
        client("dynamodb").execute_statement(Statement="SELECT")
    with pytest.raises(NotImplementedError, match="sns"):
        client("sns").list_topics()


@pytest.mark.usefixtures("world")
def test_pynamodb_comes_here_too() -> None:
    class Stock(Model):
        class Meta:
            table_name = "stock"
            region = "us-east-1"

        pk = UnicodeAttribute(hash_key=True)
        n = NumberAttribute()

    Stock("a", n=5).save(condition=Stock.pk.does_not_exist())
    Stock("a").update(actions=[Stock.n.add(-2)], condition=Stock.n >= 2)

    assert Stock.get("a", consistent_read=True).n == 3


@pytest.mark.usefixtures("world")
def test_a_paginator_goes_through_all_pages() -> None:
    for pk in "abc":
        client("dynamodb").put_item(TableName="stock", Item={"pk": {"S": pk}})

    pages = client("dynamodb").get_paginator("scan").paginate(TableName="stock", PaginationConfig={"PageSize": 1})

    assert sorted(item["pk"]["S"] for page in pages for item in page["Items"]) == ["a", "b", "c"]


# ---- the world beyond ----------------------------------------------------------------------------------------------


def test_every_client_of_httpx_speaks_to_the_web(world: World) -> None:
    world.web.serve("https://shop.test/api", lambda request: httpx.Response(200, json={"path": request.url.path}))

    with httpx.Client(base_url="https://shop.test/api") as shop:
        assert shop.get("/orders").json() == {"path": "/api/orders"}
        with pytest.raises(httpx.ConnectError):
            shop.get("https://shop.test/apiary")

    assert world.calls["web", "GET"] == 2


def test_a_request_may_be_lost_before_or_after_it_arrived(world: World) -> None:
    arrived = []

    def shop(request: httpx.Request) -> httpx.Response:
        arrived.append(request)
        return httpx.Response(200)

    world.web.serve("https://shop.test", shop)

    world.before = at("GET", httpx.ConnectTimeout("lost"))
    with pytest.raises(httpx.ConnectTimeout):
        httpx.get("https://shop.test/orders")
    world.after = at("GET", httpx.ReadTimeout("lost"))
    with pytest.raises(httpx.ReadTimeout):
        httpx.get("https://shop.test/orders")

    assert len(arrived) == 1


# ---- functions and state machines ------------------------------------------------------------------------------------


def test_state_machines_may_be_left_to_the_handlers_of_functions(world: World) -> None:
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {"FunctionName": "double", "Payload": "{% $states.input %}"},
        "Output": "{% $states.result.Payload %}",
        "End": True,
    }
    machine = world.states.add("m", {"QueryLanguage": "JSONata", "StartAt": "Only", "States": {"Only": task}})
    world.functions.handlers["double"] = lambda payload: {"n": payload["n"] * 2}
    states = client("stepfunctions")
    good = states.start_execution(stateMachineArn=machine.arn, input=json.dumps({"n": 21}))["executionArn"]
    bad = states.start_execution(stateMachineArn=machine.arn, input="{}")["executionArn"]

    world.settle()

    assert states.describe_execution(executionArn=good)["output"] == '{"n": 42}'
    assert states.describe_execution(executionArn=bad)["error"] == "KeyError"


def test_what_nobody_waits_for_is_left_to_whoever_runs_the_world(world: World) -> None:
    client("lambda").invoke(FunctionName="arn:aws:lambda:::function:poll", InvocationType="Event", Payload=b'{"n": 1}')

    assert world.functions.invocations == [("poll", {"n": 1})]

"""What the local AWS keeps when it is stopped and started again: all that AWS would keep."""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from local.background import emulator
from local.home import Home
from tests.local.aws import Aws, archive, clients, create_machine, create_role, eventually, message_count, waiting_task


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    home = Home(folder=tmp_path)
    running = emulator(home)
    running.start()
    yield home
    running.stop()


@pytest.fixture
def aws(home: Home) -> Aws:
    return clients(home)


@pytest.fixture
def restart(home: Home) -> Callable[[], None]:
    def stop_and_start() -> None:
        assert emulator(home).stop()
        emulator(home).start()

    return stop_and_start


def create_function(aws: Aws, code: str, **properties: Any) -> str:
    arn: str = aws("lambda").create_function(
        FunctionName=f"f-{uuid.uuid4().hex[:8]}",
        Runtime="python3.11",
        Role=create_role(aws),
        Handler="index.handler",
        Code={"ZipFile": archive({"index.py": code})},
        **properties,
    )["FunctionArn"]
    return arn


def logged(aws: Aws, function: str) -> str:
    name = f"/aws/lambda/{function.rpartition(':')[2]}"
    groups = aws("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    events = aws("logs").filter_log_events(logGroupName=name)["events"] if groups else []
    return "\n".join(event["message"] for event in events)


def test_an_execution_goes_on_with_the_tokens_that_it_gave(aws: Aws, restart: Callable[[], None]) -> None:
    queue = aws("sqs").create_queue(QueueName="tokens")["QueueUrl"]
    task = waiting_task(queue)
    task["Arguments"] = {"QueueUrl": queue, "MessageBody": "{% [$states.input, $states.context.Task.Token] %}"}
    each = {"StartAt": "Only", "States": {"Only": task}}
    machine = create_machine(aws, create_role(aws), {"Type": "Map", "Items": [1, 2], "ItemProcessor": each})
    states = aws("stepfunctions")
    execution = states.start_execution(stateMachineArn=machine)["executionArn"]
    eventually(lambda: message_count(aws, queue) == 2)
    received: dict[int, str] = {}
    while len(received) < 2:
        messages = aws("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
        received |= dict(json.loads(message["Body"]) for message in messages)
    states.send_task_success(taskToken=received[1], output='"before"')

    restart()
    states.send_task_success(taskToken=received[2], output='"after"')

    done = eventually(lambda: (d := states.describe_execution(executionArn=execution))["status"] != "RUNNING" and d)
    assert (done["status"], json.loads(done["output"])) == ("SUCCEEDED", ["before", "after"])
    assert message_count(aws, queue) == 2


def test_a_stream_is_read_on_from_where_it_was_read(aws: Aws, restart: Callable[[], None]) -> None:
    key = {"AttributeName": "pk"}
    stream = aws("dynamodb").create_table(
        TableName="stock",
        KeySchema=[{**key, "KeyType": "HASH"}],
        AttributeDefinitions=[{**key, "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
    )["TableDescription"]["LatestStreamArn"]
    function = create_function(
        aws, "def handler(event, _): print([r['dynamodb']['Keys']['pk']['S'] for r in event['Records']])"
    )
    position = {"StartingPosition": "TRIM_HORIZON", "BatchSize": 1}
    aws("lambda").create_event_source_mapping(EventSourceArn=stream, FunctionName=function, **position)
    for number in range(3):
        aws("dynamodb").put_item(TableName="stock", Item={"pk": {"S": f"before-{number}"}})
    eventually(lambda: "before-2" in logged(aws, function))

    restart()
    aws("dynamodb").put_item(TableName="stock", Item={"pk": {"S": "after"}})

    eventually(lambda: "after" in logged(aws, function))
    assert logged(aws, function).count("before-0") == 1


def test_a_message_is_received_again_when_its_receiver_was_stopped(aws: Aws, restart: Callable[[], None]) -> None:
    queue = aws("sqs").create_queue(QueueName="orders", Attributes={"VisibilityTimeout": "3600"})["QueueUrl"]
    aws("sqs").send_message(QueueUrl=queue, MessageBody="order")
    assert aws("sqs").receive_message(QueueUrl=queue)["Messages"]

    restart()

    assert aws("sqs").receive_message(QueueUrl=queue)["Messages"]


def test_an_asynchronous_invocation_is_made_again_when_it_was_stopped(aws: Aws, restart: Callable[[], None]) -> None:
    code = """
        import time

        def handler(event, _):
            print(event["file"], "began")
            time.sleep(event["seconds"])
    """
    function = create_function(aws, "\n".join(line[8:] for line in code.splitlines()), Timeout=120)
    event = json.dumps({"file": "stock.csv", "seconds": 6}).encode()
    aws("lambda").invoke(FunctionName=function, InvocationType="Event", Payload=event)
    time.sleep(2)

    restart()

    eventually(lambda: "stock.csv began" in logged(aws, function))

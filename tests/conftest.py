"""What tests stand on: an AWS of moto with the tables and queues of template.yaml."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from tests.template import prepare, queue_names, resources

prepare()

from packhorse import aws, secrets  # noqa: E402 - after the environment is there
from packhorse.settings import settings  # noqa: E402


@pytest.fixture
def cloud() -> Iterator[None]:
    """An empty deployment in memory."""
    with mock_aws():
        secrets._kept.clear()
        _tables()
        for name in queue_names().values():
            aws.client("sqs").create_queue(QueueName=name, Attributes={"FifoQueue": "true"} if ".fifo" in name else {})
        aws.client("s3").create_bucket(Bucket=settings.uploads_bucket)
        aws.client("scheduler").create_schedule_group(Name=settings.poll_schedule_group)
        _state_machine()
        yield


def _tables() -> None:
    names = {f"{name.title().replace('_', '')}": getattr(settings, name) for name in vars(settings) if "table" in name}
    for logical_id, properties in resources("AWS::DynamoDB::Table").items():
        not_for_moto = ("PointInTimeRecoverySpecification", "TimeToLiveSpecification", "StreamSpecification")
        wanted = {name: value for name, value in properties.items() if name not in not_for_moto}
        aws.client("dynamodb").create_table(TableName=names[logical_id], **wanted)


def _state_machine() -> None:
    role = aws.client("iam").create_role(RoleName="order", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    definition: dict[str, Any] = {"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}
    aws.client("stepfunctions").create_state_machine(name="test-order", definition=json.dumps(definition), roleArn=role)


def queued(url: str) -> list[dict[str, Any]]:
    """The bodies of all messages in a queue, taken out of it."""
    bodies = []
    while messages := aws.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            bodies.append(json.loads(message["Body"]))
            aws.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return bodies

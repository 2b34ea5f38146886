"""Helpers of the tests of the local AWS."""

import io
import json
import time
import uuid
import zipfile
from collections.abc import Callable
from functools import cache
from typing import Any

import boto3

from local.background import REGION, emulator_url
from local.home import Home
from local.keys import client_arguments

Aws = Callable[[str], Any]
ASSUMED_BY_ANYONE = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}]}
)


def clients(home: Home) -> Aws:
    @cache
    def client(service: str) -> Any:
        return boto3.client(service, endpoint_url=emulator_url(home), region_name=REGION, **client_arguments(home))

    return client


def create_role(aws: Aws) -> str:
    iam = aws("iam")
    arn: str = iam.create_role(RoleName="anything", AssumeRolePolicyDocument=ASSUMED_BY_ANYONE)["Role"]["Arn"]
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    iam.put_role_policy(RoleName="anything", PolicyName="all", PolicyDocument=json.dumps(policy))
    return arn


def create_machine(aws: Aws, role: str, state: dict[str, Any]) -> str:
    """Create a state machine of one state."""
    definition = {"QueryLanguage": "JSONata", "StartAt": "Only", "States": {"Only": {**state, "End": True}}}
    arn: str = aws("stepfunctions").create_state_machine(
        name=f"m-{uuid.uuid4().hex[:8]}", roleArn=role, definition=json.dumps(definition)
    )["stateMachineArn"]
    return arn


def waiting_task(queue: str) -> dict[str, Any]:
    """A state that sends its task token to the queue and waits for the answer."""
    message = {"QueueUrl": queue, "MessageBody": "{% $states.context.Task.Token %}"}
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Arguments": message,
        "End": True,
    }


def archive(files: dict[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as zipped:
        for name, text in files.items():
            zipped.writestr(name, text)
    return packed.getvalue()


def invoke(aws: Aws, function: str) -> Any:
    return json.loads(aws("lambda").invoke(FunctionName=function)["Payload"].read())


def provision(aws: Aws, kind: str, **properties: Any) -> str:
    """Create one resource from a template and return its Ref."""
    template = {
        "Resources": {"One": {"Type": kind, "Properties": properties}},
        "Outputs": {"Ref": {"Value": {"Ref": "One"}}},
    }
    formation, name = aws("cloudformation"), f"s-{uuid.uuid4().hex[:8]}"
    formation.create_stack(StackName=name, TemplateBody=json.dumps(template))
    formation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 0.1})
    return str(formation.describe_stacks(StackName=name)["Stacks"][0]["Outputs"][0]["OutputValue"])


def eventually(look: Callable[[], Any], seconds: float = 30) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert found, f"not within {seconds} s"
    return found


def queue_arn(aws: Aws, queue: str) -> str:
    attributes = aws("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    return str(attributes["QueueArn"])


def message_count(aws: Aws, queue: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    attributes = aws("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
    return sum(int(number) for number in attributes.values())


def user_who_may(aws: Aws, statement: dict[str, str]) -> dict[str, str]:
    """Create a user with one permission and return the arguments of its clients."""
    iam, name = aws("iam"), f"u-{uuid.uuid4().hex[:8]}"
    iam.create_user(UserName=name)
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName=name, PolicyName="one", PolicyDocument=policy)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    secret = key["SecretAccessKey"]
    return {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": secret, "region_name": REGION}

"""The resources of template.yaml on the stand-ins of `simulation.aws`: tables, queues, bucket, state machine."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import httpx
import yaml

from simulation.aws.boundary import World
from simulation.aws.dynamodb.tables import Table
from simulation.aws.s3 import Subscription
from simulation.template import ROOT, environment, queue_name, resources, variables

ACCOUNT = "123456789012"
SCHEDULE_GROUPS = ("POLL_SCHEDULE_GROUP", "SUPPLIER_SCHEDULE_GROUP", "FBA_SCHEDULE_GROUP")
ORDER_MACHINE = "test-order"


def make(world: World) -> None:
    """Create all resources, empty."""
    for name, properties in resources("AWS::DynamoDB::Table").items():
        world.dynamodb.tables[name_of(name)] = Table(name_of(name), properties)
    for name, properties in sorted(resources("AWS::SQS::Queue").items(), key=lambda each: "Dead" not in each[0]):
        world.sqs.add(queue_name(name), _attributes(properties))
    _make_bucket(world)
    world.scheduler.groups |= {environment()[each] for each in SCHEDULE_GROUPS}
    world.states.add(ORDER_MACHINE, state_machine(), substitutions())


@cache
def _names() -> Mapping[str, str]:
    values = environment()
    named = {value["!Ref"]: values[name] for name, value in variables().items() if "!Ref" in value}
    return {**named, "UploadsBucket": values["UPLOADS_BUCKET"]}


def name_of(logical_id: str) -> str:
    """Return the name that functions use for a table or bucket."""
    return _names()[logical_id]


def short_name(name: str) -> str:
    """Return the name of a table or queue without the parts that all names share.

    >>> short_name("test-orders-table"), short_name("test-release-queue.fifo"), short_name("OrdersDeadLetters")
    ('orders', 'release', 'OrdersDeadLetters')
    """
    return name.removeprefix("test-").removesuffix(".fifo").removesuffix("-table").removesuffix("-queue")


@cache
def function_name(logical_id: str) -> str:
    """Return the name that template.yaml gives a function."""
    suffix: str = resources("AWS::Serverless::Function")[logical_id]["FunctionName"]["!Sub"]
    return suffix.replace("${AWS::StackName}", "test")


def logical_id(value: Mapping[str, str]) -> str:
    """Return the logical id of a resource whose Arn is referenced."""
    return value["!GetAtt"].removesuffix(".Arn")


def _attributes(properties: Mapping[str, Any]) -> dict[str, Any]:
    attributes = {name: value for name, value in properties.items() if name not in ("QueueName", "RedrivePolicy")}
    if policy := properties.get("RedrivePolicy"):
        dead = f"arn:aws:sqs:us-east-1:{ACCOUNT}:{queue_name(logical_id(policy['deadLetterTargetArn']))}"
        attributes["RedrivePolicy"] = {"deadLetterTargetArn": dead, "maxReceiveCount": policy["maxReceiveCount"]}
    return attributes


def _make_bucket(world: World) -> None:
    bucket = name_of("UploadsBucket")
    world.s3.operations["CreateBucket"]({"Bucket": bucket})
    for each in resources("AWS::S3::Bucket")["UploadsBucket"]["NotificationConfiguration"]["LambdaConfigurations"]:
        prefix = each["Filter"]["S3Key"]["Rules"][0]["Value"]
        world.s3.subscriptions.append(Subscription(bucket, prefix, function_name(logical_id(each["Function"]))))
    world.web.serve(f"https://{bucket}.s3.amazonaws.com", lambda request: _presigned(world, bucket, request))


def _presigned(world: World, bucket: str, request: httpx.Request) -> httpx.Response:
    """Serve a presigned URL, whoever signed it."""
    if "X-Amz-Signature" not in request.url.params:
        return httpx.Response(403)
    place = {"Bucket": bucket, "Key": request.url.path.removeprefix("/")}
    if request.method == "PUT":
        world.s3.operations["PutObject"]({**place, "Body": request.content})
        return httpx.Response(200)
    found = world.s3.operations["GetObject"](place)
    return httpx.Response(200, content=found["Body"].read(), headers={"Content-Type": found.get("ContentType", "")})


@cache
def state_machine() -> Mapping[str, Any]:
    """Return the definition of the order's state machine."""
    found: Mapping[str, Any] = yaml.safe_load((ROOT / "statemachine" / "order.asl.yaml").read_text())
    return found


def substitutions() -> dict[str, str]:
    """Return the values of the ${names} in the definition."""
    values = resources("AWS::Serverless::StateMachine")["OrderStateMachine"]["DefinitionSubstitutions"]
    return {name: _substituted(value) for name, value in values.items()}


def _substituted(value: Mapping[str, str]) -> str:
    target = value["!Ref"]
    if target == "AWS::Partition":
        return "aws"
    if target.endswith(".Alias"):
        return f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:{function_name(target.removesuffix('.Alias'))}"
    return f"https://sqs.us-east-1.amazonaws.com/{ACCOUNT}/{queue_name(target)}"

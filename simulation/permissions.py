"""What a function's role in template.yaml lets it do, and what its calls need."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from typing import Any, NamedTuple
from unittest.mock import patch

from botocore.client import BaseClient
from botocore.exceptions import ClientError

from simulation.template import environment, resources, template, variables

NAME = re.compile(r"\$\{AWS::StackName\}(?:-[a-z]+|-\$\{AWS::\w+\})*")
A_QUEUE = "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:"
ACTIONS = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}
SAME_AS = {
    "SendMessageBatch": "SendMessage",
    "DeleteMessageBatch": "DeleteMessage",
    "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
    "HeadObject": "GetObject",
    "ListObjectsV2": "ListBucket",
    "Invoke": "InvokeFunction",
}
GONE = {"NoSuchKey", "404"}
"""How S3 answers about an object that is not there to who may list the bucket; to others it is forbidden."""
IN_POLICIES = {"stepfunctions": "states"}
"""Services that policies call otherwise than botocore."""


class Permission(NamedTuple):
    """An action on a resource, which is named by its logical id; a table's index is `<table>/index/<name>`."""

    action: str
    resource: str


def statements(name: str) -> Iterator[Mapping[str, Any]]:
    """Yield the statements of the policies of a function's role, of a role, or of a state machine."""
    properties = template()["Resources"][name]["Properties"]
    if role := properties.get("Role"):
        return (yield from statements(role["!GetAtt"].removesuffix(".Arn")))
    for policy in properties["Policies"]:
        yield from policy.get("PolicyDocument", policy)["Statement"]


@cache
def granted(name: str) -> frozenset[Permission]:
    """Return what a function, a role or a state machine may do; resources are patterns."""
    return frozenset(
        Permission(action, _written(resource))
        for statement in statements(name)
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    )


def as_list(value: Any) -> list[Any]:
    """Return a list; CloudFormation takes one thing for a list of one."""
    return value if isinstance(value, list) else [value]


def _written(value: Any) -> str:
    """Return a resource of a statement as text."""
    text = value if isinstance(value, str) else next(iter(value.values()))
    text = text.rpartition(":function:")[2].removeprefix("arn:${AWS::Partition}:s3:::").removeprefix(A_QUEUE)
    text = NAME.sub(lambda name: _by_name().get(name[0], name[0]), text)
    return re.sub(r"\$\{([^}]+)\}", r"\1", text).replace(".Arn", "")


@cache
def _by_name() -> Mapping[str, str]:
    """Return the logical ids of what is named where a reference would make a circle, or may refer to nothing."""
    named = {each["FunctionName"]["!Sub"]: name for name, each in resources("AWS::Serverless::Function").items()}
    queues = resources("AWS::SQS::Queue").items()
    named |= {each["QueueName"]["!Sub"]: name for name, each in queues if "QueueName" in each}
    return {**named, resources("AWS::S3::Bucket")["UploadsBucket"]["BucketName"]["!Sub"]: "UploadsBucket"}


def is_granted(needed: Permission, grants: frozenset[Permission]) -> bool:
    """Return whether one of the grants covers it; resources that have no logical id are not compared."""
    return any(
        needed.action == grant.action and (not needed.resource or fnmatchcase(needed.resource, grant.resource))
        for grant in grants
    )


@lru_cache(10_000)  # objects of the bucket have ever new keys
def may(name: str, needed: Permission) -> bool:
    """Return whether the role of a function grants what a call needs."""
    return is_granted(needed, granted(name))


_recordings: list[list[Permission]] = []


@contextmanager
def recorded() -> Iterator[list[Permission]]:
    """Record what is needed for all calls of AWS meanwhile, by whatever client, also to learn that an object is gone.

    What a function does that is invoked meanwhile, and recorded itself, is its own.
    """
    needed: list[Permission] = []
    original = BaseClient._make_api_call

    def call(self: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
        if _recordings[-1] is needed:
            needed.extend(needs(self.meta.service_model.service_name, operation, parameters))
        try:
            return original(self, operation, parameters)
        except ClientError as error:
            if _recordings[-1] is needed and error.response["Error"]["Code"] in GONE:
                needed.append(Permission("s3:ListBucket", _logical(parameters["Bucket"])))
            raise

    _recordings.append(needed)
    try:
        with patch.object(BaseClient, "_make_api_call", call):
            yield needed
    finally:
        _recordings.pop()


def needs(service: str, operation: str, parameters: Mapping[str, Any]) -> Iterator[Permission]:
    """Yield what a call needs: each action of a transaction, each table of a batch."""
    if operation == "TransactWriteItems":
        for kind, action in ((kind, write) for item in parameters["TransactItems"] for kind, write in item.items()):
            yield Permission(f"dynamodb:{ACTIONS[kind]}", _logical(action["TableName"]))
    elif operation in {"BatchGetItem", "BatchWriteItem"}:
        for table in parameters["RequestItems"]:
            yield Permission(f"dynamodb:{operation}", _logical(table))
    elif operation == "DeleteObjects":
        for each in parameters["Delete"]["Objects"]:
            yield Permission("s3:DeleteObject", f"{_logical(parameters['Bucket'])}/{each['Key']}")
    else:
        version = "Version" * ("VersionId" in parameters)
        action = f"{IN_POLICIES.get(service, service)}:{SAME_AS.get(operation, operation)}{version}"
        yield Permission(action, _resource(parameters))
    if operation in {"CreateSchedule", "UpdateSchedule"}:
        yield Permission("iam:PassRole", "")


def _resource(parameters: Mapping[str, Any]) -> str:
    """Return the resource of a call that names one."""
    if "TableName" in parameters:
        index = f"/index/{parameters['IndexName']}" if "IndexName" in parameters else ""
        return _logical(parameters["TableName"]) + index
    if "Bucket" in parameters:
        return _logical(parameters["Bucket"]) + (f"/{parameters['Key']}" if "Key" in parameters else "")
    if "FunctionName" in parameters:
        name, _, alias = (
            parameters["FunctionName"].partition(":function:")[2] or parameters["FunctionName"]
        ).partition(":")
        return _by_name()[name.replace("test-", "${AWS::StackName}-", 1)] + (".Alias" if alias else "")
    return _logical(parameters["QueueUrl"].rpartition("/")[2]) if "QueueUrl" in parameters else ""


@cache
def _logical(name: str) -> str:
    """Return the logical id of what is called by its environment variable's name."""
    variable = next(
        key for key, value in environment().items() if value.removesuffix("-url") == name.removesuffix(".fifo")
    )
    return str(variables()[variable].get("!Ref", "UploadsBucket"))

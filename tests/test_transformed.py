"""template.yaml as CloudFormation gets it, transformed by SAM."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import botocore.session
import pytest

from bench.transform import Resources, transformed, translated
from deploy.sam import dated
from simulation.permissions import as_list
from simulation.template import ROOT, invoke_configs, template

RESOURCES = transformed()
ROLES = {name: each["Properties"] for name, each in RESOURCES.items() if each["Type"] == "AWS::IAM::Role"}
FUNCTIONS = {name: each["Properties"] for name, each in RESOURCES.items() if each["Type"] == "AWS::Lambda::Function"}
MAPPINGS = {
    name: each["Properties"] for name, each in RESOURCES.items() if each["Type"] == "AWS::Lambda::EventSourceMapping"
}
MOST_RESOURCES, MOST_BYTES, MOST_OUTPUTS = 500, 1_000_000, 200
MOST_ENVIRONMENT = 4096
LONGEST_STACK = 27
MOST_OF_CLOUDFRONT = 64
SERVICE = ".amazonaws.com"
HOLDS_DATA = {"AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::Cognito::UserPool"}
UNTIL_TOMORROW = {"RequestsTable"}
BUILT = {"ConsoleBucket"}
"""What a deployment writes again."""

NAMED = {
    "AWS::Cognito::UserPool": "UserPoolName",  # no key: two may be called alike
    "AWS::Cognito::UserPoolClient": "ClientName",
    "AWS::Cognito::UserPoolGroup": "GroupName",
    "AWS::ApiGatewayV2::Api": "Name",
    "AWS::ApiGatewayV2::Authorizer": "Name",
    "AWS::Lambda::Alias": "Name",
    "AWS::Lambda::LayerVersion": "LayerName",  # every version has a number
    "AWS::Lambda::Function": "FunctionName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::StepFunctions::StateMachine": "StateMachineName",
    "AWS::Events::EventBus": "Name",
    "AWS::Scheduler::ScheduleGroup": "Name",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::IAM::Role": "RoleName",
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::Scheduler::Schedule": "Name",
    "AWS::CloudFront::Function": "Name",
}
KEYS_OF_AN_ACCOUNT = {
    "AWS::Lambda::Function": "a function is replaced only by another name or package type",
    "AWS::SQS::Queue": "a FIFO queue must be named, one that may not be there is called by name; no type changes",
    "AWS::S3::Bucket": "functions must know it before it is there; what replaces it is the name only",
    "AWS::StepFunctions::StateMachine": "functions must know it before it is there; its type never changes",
    "AWS::Events::EventBus": "nothing but the name replaces it",
    "AWS::Scheduler::ScheduleGroup": "nothing but the name replaces it",
    "AWS::CloudFront::Function": "nothing but the name replaces it",
    "AWS::Logs::LogGroup": "the access log's prefix is given, its name holds the stack's id",
}
"""Types of which a resource has a name of ours that is a key of the account, and why no update replaces it under it."""


def references(value: Any) -> Iterator[str]:
    """Yield the logical ids that a part of the template refers to."""
    if isinstance(value, dict):
        for key, each in value.items():
            if key == "Ref":
                yield each
            elif key == "Fn::GetAtt":
                yield each[0] if isinstance(each, list) else each.partition(".")[0]
            elif key == "Fn::Sub":
                text = each[0] if isinstance(each, list) else each
                yield from (part.partition("}")[0].partition(".")[0] for part in text.split("${")[1:])
                yield from references(each[1:] if isinstance(each, list) else None)
            else:
                yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)


def dependencies(resources: Resources) -> dict[str, set[str]]:
    """Return what each resource waits for: what it refers to, and DependsOn."""
    return {
        name: {
            other
            for other in [*references(each.get("Properties", {})), *as_list(each.get("DependsOn", []))]
            if other in resources
        }
        for name, each in resources.items()
    }


def fields(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the keys of a part of the template, with what they hold."""
    for key, each in value.items() if isinstance(value, dict) else ():
        yield key, each
        yield from fields(each)


def test_no_resource_waits_for_itself() -> None:
    waiting = dependencies(RESOURCES)
    while ready := [name for name, others in waiting.items() if not others]:
        for name in ready:
            del waiting[name]
        for others in waiting.values():
            others.difference_update(ready)

    assert waiting == {}


def test_a_circle_is_found() -> None:
    circle: Resources = {
        "A": {"Properties": {"B": {"Ref": "B"}}},
        "B": {"Properties": {"A": {"Fn::GetAtt": ["A", "Arn"]}}},
    }

    assert dependencies(circle) == {"A": {"B"}, "B": {"A"}}


def test_the_parts_of_the_api_are_made_one_after_another() -> None:
    waits = dependencies(RESOURCES)
    parts = [name for name, each in RESOURCES.items() if each["Type"].startswith("AWS::ApiGatewayV2::")]

    def all_before(name: str) -> set[str]:
        return {name}.union(*(all_before(other) for other in waits[name] if other in parts))

    assert sorted(len(all_before(name)) for name in parts) == list(range(1, len(parts) + 1))


# ---- rights ------------------------------------------------------------------------------------------------------


def test_every_function_has_the_role_that_the_template_gives_it_and_nothing_else() -> None:
    assert {name: each["Role"]["Fn::GetAtt"][0] for name, each in FUNCTIONS.items()} == {
        name: name.replace("Function", "Role") for name in FUNCTIONS
    }
    assert not [name for name, role in ROLES.items() if role.get("ManagedPolicyArns")]
    assert set(ROLES) == {role for role in RESOURCES if role.endswith("Role")}


@pytest.mark.parametrize("name", ROLES)
def test_a_role_is_taken_on_by_one_service(name: str) -> None:
    [statement] = ROLES[name]["AssumeRolePolicyDocument"]["Statement"]
    services = {"ScheduleRole": "scheduler", "PollScheduleRole": "scheduler", "OrderStateMachineRole": "states"}

    assert as_list(statement["Principal"]["Service"]) == [f"{services.get(name, 'lambda')}.amazonaws.com"]


def test_nothing_is_traced_since_nobody_may_write_traces() -> None:
    assert "xray" not in json.dumps(RESOURCES).lower()


# ---- updates -----------------------------------------------------------------------------------------------------


def test_what_reads_a_queue_or_a_stream_is_the_version_that_is_live() -> None:
    read_by = {each["FunctionName"]["Ref"] for each in MAPPINGS.values()}

    assert read_by <= {name for name, each in RESOURCES.items() if each["Type"] == "AWS::Lambda::Alias"}
    assert len(read_by) == len(MAPPINGS) == 7


def test_what_is_called_synchronously_is_the_version_that_is_live() -> None:
    called = [each["Properties"] for each in RESOURCES.values() if each["Type"] == "AWS::ApiGatewayV2::Integration"]

    functions = ("Api", "Webhook", "Transit")
    assert {each["IntegrationUri"]["Ref"] for each in called} == {f"{name}FunctionAliaslive" for name in functions}
    assert "FinishFunctionAliaslive" in json.dumps(RESOURCES["OrderStateMachine"])


def test_failures_of_what_is_invoked_later_are_set_for_the_plain_names_by_which_it_is() -> None:
    settings = [each["Properties"] for each in RESOURCES.values() if each["Type"] == "AWS::Lambda::EventInvokeConfig"]

    assert {each["Qualifier"] for each in settings} == {"$LATEST"}
    assert sorted(each["FunctionName"]["Ref"] for each in settings) == sorted(invoke_configs())


TEMPLATE = (ROOT / "template.yaml").read_text()


@pytest.mark.parametrize(
    "deployed",
    [
        TEMPLATE.replace("ContentUri: layers/shared", "ContentUri: s3://packages/another"),
        dated(TEMPLATE, datetime.now(UTC)),  # with the same code, but perhaps with other parameters
    ],
    ids=["a new layer", "another deployment"],
)
def test_a_deployment_makes_new_versions_of_whatever_has_an_alias(deployed: str) -> None:
    changed = translated(deployed)

    before, after = (
        {name for name, each in found.items() if each["Type"] == "AWS::Lambda::Version"}
        for found in (RESOURCES, changed)
    )
    assert len(before) == len(after) == TEMPLATE.count("AutoPublishAlias:")
    assert not before & after


@pytest.mark.parametrize("name", [name for name, each in RESOURCES.items() if each["Type"] in HOLDS_DATA])
def test_what_holds_data_outlives_the_stack_and_its_own_replacement(name: str) -> None:
    if name not in UNTIL_TOMORROW | BUILT:
        assert RESOURCES[name]["DeletionPolicy"] == "RetainExceptOnCreate"
        assert RESOURCES[name]["UpdateReplacePolicy"] == "Retain"


def test_a_name_that_is_a_key_of_the_account_is_one_that_no_update_makes_anew() -> None:
    types = {each["Type"] for each in RESOURCES.values() if NAMED.get(each["Type"], "") in each.get("Properties", {})}
    free = {kind for kind in types if kind.startswith(("AWS::Cognito", "AWS::ApiGatewayV2"))}

    assert types - free - {"AWS::Lambda::Alias", "AWS::Lambda::LayerVersion"} == set(KEYS_OF_AN_ACCOUNT)


def test_what_cloudfront_names_for_the_whole_account_is_named_after_the_region_too() -> None:
    named = ("Function", "OriginAccessControl", "ResponseHeadersPolicy")
    of_cloudfront = [each for each in RESOURCES.values() if each["Type"].removeprefix("AWS::CloudFront::") in named]
    names = [value for each in of_cloudfront for key, value in fields(each["Properties"]) if key == "Name"]
    texts = [each["Fn::Sub"] for each in names]

    assert len(texts) == len(set(texts)) + 1 == 4, "two of different types are called alike"
    for text in texts:
        assert text.startswith("${AWS::StackName}-${AWS::Region}-")
        longest = text.replace("${AWS::StackName}", "s" * LONGEST_STACK).replace("${AWS::Region}", "ap-southeast-1")
        assert len(longest) <= MOST_OF_CLOUDFRONT


# ---- several stacks, any partition, any region ----------------------------------------------------------------------


def strings(value: Any) -> Iterator[str]:
    """Yield all texts of a part of the template, keys and what others are made of."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from (key, *strings(each))
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)
    elif isinstance(value, str):
        yield value


def test_nothing_names_a_partition_or_its_domain() -> None:
    machine = (ROOT / "statemachine" / "order.asl.yaml").read_text()
    texts = [*strings(RESOURCES), *machine.split()]

    assert [each for each in texts if "arn:aws:" in each] == []
    assert [each for each in texts if ".amazonaws.com" in each and not each.endswith(SERVICE)] == []
    assert RESOURCES["Authorizer"]["Properties"]["JwtConfiguration"]["Issuer"]["Fn::Sub"].endswith(
        ".${AWS::URLSuffix}/${UserPool}"
    )


def test_an_alarm_rings_for_its_own_stack() -> None:
    alarms = {name: each["Properties"] for name, each in RESOURCES.items() if each["Type"] == "AWS::CloudWatch::Alarm"}
    by_stack = {name for name, each in alarms.items() if "${AWS::StackName}" in json.dumps(each["Namespace"])}
    by_resource = {
        name for name, each in alarms.items() if any(part in RESOURCES for part in references(each.get("Dimensions")))
    }

    assert set(alarms) - by_stack - by_resource == {"ThrottlesAlarm"}, "the limit is the account's"


def test_metrics_of_the_log_are_those_of_one_stack() -> None:
    filters = [each["Properties"] for each in RESOURCES.values() if each["Type"] == "AWS::Logs::MetricFilter"]
    made = [each["MetricNamespace"] for found in filters for each in found["MetricTransformations"]]

    assert made == [{"Fn::Sub": "Packhorse/${AWS::StackName}"}] * len(filters)
    assert all(each["LogGroupName"] == {"Ref": "FunctionLogs"} for each in filters)


def test_log_groups_are_in_no_later_stacks_way_and_the_access_log_in_no_policys() -> None:
    groups = {name: each["Properties"] for name, each in RESOURCES.items() if each["Type"] == "AWS::Logs::LogGroup"}

    assert "LogGroupName" not in groups.pop("FunctionLogs")
    [access] = groups.values()
    text, values = access["LogGroupName"]["Fn::Sub"]
    assert text.startswith("/aws/vendedlogs/")
    assert "${Id}" in text
    assert {"Ref": "AWS::StackId"} in values["Id"]["Fn::Select"][1]["Fn::Split"]


def test_logs_are_kept_for_times_that_cloudwatch_takes() -> None:
    days = botocore.session.Session().get_service_model("logs").shape_for("Days").documentation
    known = set(map(int, re.findall(r"\d+", days.partition("Possible values are:")[2].partition("</p>")[0])))

    assert set(template()["Parameters"]["LogRetentionDays"]["AllowedValues"]) <= known
    assert len(known) > 20


def test_a_role_is_handed_to_the_scheduler_and_to_nobody_else() -> None:
    passing = [
        statement
        for role in ROLES.values()
        for policy in role["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
        if "iam:PassRole" in as_list(statement["Action"])
    ]

    assert [each["Condition"]["StringEquals"] for each in passing] == [
        {"iam:PassedToService": "scheduler.amazonaws.com"}
    ] * len(passing)
    assert [each["Resource"] for each in passing] == [{"Fn::GetAtt": ["PollScheduleRole", "Arn"]}] * len(passing)
    assert len(passing) == 2, "what saves a configuration, and the audit that propagates one"


# ---- limits ------------------------------------------------------------------------------------------------------


def test_template_and_outputs_are_within_the_limits() -> None:
    assert len(RESOURCES) <= MOST_RESOURCES
    assert len(json.dumps(RESOURCES)) <= MOST_BYTES
    assert len(template()["Outputs"]) <= MOST_OUTPUTS
    assert len(template()["Parameters"]) <= MOST_OUTPUTS


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_environment_fits_with_the_longest_names(name: str) -> None:
    stack, region = "s" * LONGEST_STACK, "ap-southeast-1"
    longest = {
        "AWS::StackName": stack,
        "AWS::Region": region,
        "AWS::AccountId": "1" * 12,
        "AWS::Partition": "aws-us-gov",
    }

    def size(value: Any) -> int:
        if isinstance(value, str):
            return len(value)
        text = value.get("Fn::Sub")
        if not text:
            return len(stack) + 80  # a physical name or a url of CloudFormation's making
        for key, each in longest.items():
            text = text.replace(f"${{{key}}}", each)
        return len(text)

    variables = FUNCTIONS[name]["Environment"]["Variables"]
    assert sum(len(key) + size(value) for key, value in variables.items()) <= MOST_ENVIRONMENT

"""`make deploy`: what it asks, what it checks, what it passes to SAM, and what it prints, against a mocked account."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from moto import mock_aws

from bench.transform import transformed
from deploy import __main__ as command
from deploy import answers as asking
from deploy.answers import Answers, answered
from deploy.checks import Level, checked
from deploy.outcome import CODES, next_steps
from deploy.removal import kept, remove, stop_executions
from deploy.rights import BY_TYPE, NAMED
from deploy.sam import PLATFORMS, UNDATED, DeploymentFailed, layer_of, overrides
from local.home import CHECKOUT
from packhorse.aws.secrets import CARRIERS, CHANNELS, SUPPLIERS

STACK, REGION = "orders", "eu-west-1"
ANSWERS = Answers(STACK, REGION)
OUTPUTS = {
    "ApiUrl": "https://api",
    "UserPoolId": "pool-1",
    "UserPoolClientId": "client-1",
    "AlarmsTopicArn": "arn:topic",
    "ConsoleUrl": "https://console",
}
KINDS_OF_SECRETS = (CHANNELS, CARRIERS, SUPPLIERS)
MADE_BY_ITSELF = {"AWS::CloudFormation::Stack"}
BY_CALLS_OF_THEIR_OWN = {
    ("AWS::Cognito::UserPool", "EnabledMfas"): "cognito-idp:SetUserPoolMfaConfig",
    ("AWS::DynamoDB::Table", "DeletionProtectionEnabled"): "dynamodb:UpdateTable",
    ("AWS::DynamoDB::Table", "PointInTimeRecoverySpecification"): "dynamodb:UpdateContinuousBackups",
    ("AWS::DynamoDB::Table", "TimeToLiveSpecification"): "dynamodb:UpdateTimeToLive",
    ("AWS::IAM::Role", "Policies"): "iam:PutRolePolicy",
    ("AWS::IAM::Role", "Tags"): "iam:TagRole",
    ("AWS::Lambda::Function", "RecursiveLoop"): "lambda:PutFunctionRecursionConfig",
    ("AWS::Lambda::Function", "ReservedConcurrentExecutions"): "lambda:PutFunctionConcurrency",
    ("AWS::Lambda::Function", "Tags"): "lambda:TagResource",
    ("AWS::Logs::LogGroup", "RetentionInDays"): "logs:PutRetentionPolicy",
    ("AWS::S3::Bucket", "BucketEncryption"): "s3:PutEncryptionConfiguration",
    ("AWS::S3::Bucket", "CorsConfiguration"): "s3:PutBucketCORS",
    ("AWS::S3::Bucket", "LifecycleConfiguration"): "s3:PutLifecycleConfiguration",
    ("AWS::S3::Bucket", "NotificationConfiguration"): "s3:PutBucketNotification",
    ("AWS::S3::Bucket", "OwnershipControls"): "s3:PutBucketOwnershipControls",
    ("AWS::S3::Bucket", "PublicAccessBlockConfiguration"): "s3:PutBucketPublicAccessBlock",
    ("AWS::S3::Bucket", "VersioningConfiguration"): "s3:PutBucketVersioning",
    ("AWS::StepFunctions::StateMachine", "Tags"): "states:TagResource",
}
"""Rights beside that to make a resource, by the property that asks for one."""


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """A mocked account; what moto lacks is answered from this: concurrency, what is denied, the stack's outputs."""
    known: dict[str, Any] = {
        "concurrency": 1000,
        "denied": set(),
        "limited": set(),
        "conditions": {},
        "outputs": None,
        "refused": set(),
        "state": "CREATE_COMPLETE",
        "changes": [],
        "parameters": {},
    }
    original = BaseClient._make_api_call

    def call(self: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
        if operation in known["refused"]:
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, operation)
        if operation == "GetAccountSettings":
            return {"AccountLimit": {"ConcurrentExecutions": known["concurrency"]}}
        if operation == "SimulatePrincipalPolicy":
            return {
                "EvaluationResults": [
                    {
                        "EvalActionName": name,
                        "EvalDecision": decision(known, name, parameters["ResourceArns"]),
                        "ResourceSpecificResults": [{"MissingContextValues": known["conditions"].get(name, [])}],
                    }
                    for name in parameters["ActionNames"]
                ]
            }
        if operation == "DeleteStack":
            return {}
        if operation in {"DescribeStacks", "ListChangeSets"}:
            return of_stack(known, operation)
        return original(self, operation, parameters)

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        boto3.client("iam", REGION).create_user(UserName="deployer")
        monkeypatch.setattr(BaseClient, "_make_api_call", call)
        yield known


def decision(known: Mapping[str, Any], action: str, resources: list[str]) -> str:
    """What the policies of a person say, which may be limited to resources of these names."""
    is_named = all(any(name in each for name in known["limited"]) for each in resources)
    return "allowed" if action not in known["denied"] or is_named else "implicitDeny"


def of_stack(known: Mapping[str, Any], operation: str) -> dict[str, Any]:
    """What CloudFormation answers about the stack."""
    if known["outputs"] is None:
        raise ClientError({"Error": {"Code": "ValidationError", "Message": "it does not exist"}}, operation)
    outputs = [{"OutputKey": key, "OutputValue": value} for key, value in known["outputs"].items()]
    changes = [{"ChangeSetId": f"{number}", "ExecutionStatus": each} for number, each in enumerate(known["changes"])]
    given = [{"ParameterKey": key, "ParameterValue": value} for key, value in known["parameters"].items()]
    stack = {"StackStatus": known["state"], "Outputs": outputs, "Parameters": given}
    return {"Stacks": [stack], "Summaries": changes}


def session() -> boto3.Session:
    return boto3.Session(region_name=REGION)


def found(answers: Answers = ANSWERS) -> dict[Level, list[str]]:
    """What the checks find, by level."""
    findings = list(checked(session(), answers))
    return {level: [each.text for each in findings if each.level is level] for level in Level}


# ---- what is asked -----------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(asking, "FOLDER", tmp_path)
    return tmp_path


def replies(*given: str) -> Callable[[str], str]:
    left = list(given)
    return lambda _: left.pop(0)


@pytest.mark.usefixtures("account")
def test_a_person_is_asked_once_and_the_answers_are_kept(folder: Path) -> None:
    first = answered(STACK, is_person=True, ask=replies("eu-central-1", "ON", ""))
    second = answered(STACK, is_person=False)

    assert first == second == Answers(STACK, "eu-central-1", {"Mfa": "ON", "Concurrency": "standard"})


def test_a_second_checkout_offers_what_the_stack_was_deployed_with(account: dict[str, Any], folder: Path) -> None:
    account["outputs"] = OUTPUTS
    account["parameters"] = {"Mfa": "ON", "LogRetentionDays": "90", "RawRetentionDays": "400", "Protected": "yes"}

    taken = answered(STACK, is_person=True, ask=replies("", "", "small"))

    assert taken.parameters == {"Mfa": "ON", "LogRetentionDays": "90", "Concurrency": "small"}


def test_nobody_is_asked_for_parameters_while_those_of_the_stack_cannot_be_read(
    account: dict[str, Any], folder: Path
) -> None:
    account["refused"] = {"DescribeStacks"}

    with pytest.raises(SystemExit, match="cannot be read"):
        answered(STACK, is_person=True, ask=replies(REGION))
    assert not list(folder.iterdir())


@pytest.mark.parametrize("stack", ["Packhorse", "a" * 28, "9to5", "two words", "oms-aws", "amazon-oms", "mycognito"])
def test_a_name_that_no_bucket_or_no_sign_in_page_could_have_is_refused(folder: Path, stack: str) -> None:
    with pytest.raises(SystemExit, match="cannot be the stack's name"):
        answered(stack, is_person=True)


@pytest.mark.parametrize(
    ("region", "mfa", "why"),
    [("Ireland", "", "'Ireland' is no region"), (REGION, "maybe", "Mfa: 'maybe' is none of OPTIONAL, ON, OFF")],
)
@pytest.mark.usefixtures("account")
def test_an_answer_that_does_not_fit_is_refused_and_not_kept(folder: Path, region: str, mfa: str, why: str) -> None:
    with pytest.raises(SystemExit, match=why):
        answered(STACK, is_person=True, ask=replies(region, mfa, ""))
    assert not list(folder.iterdir())


def test_a_file_with_a_parameter_that_the_template_does_not_have_is_refused(folder: Path) -> None:
    (folder / f"{STACK}.json").write_text(json.dumps({"region": REGION, "parameters": {"Mfaa": "ON"}}))

    with pytest.raises(SystemExit, match=r"template\.yaml has no parameter Mfaa"):
        answered(STACK, is_person=True)


def test_nobody_to_ask_is_said(folder: Path) -> None:
    with pytest.raises(SystemExit, match="in a terminal once"):
        answered(STACK, is_person=False)


# ---- what is checked ---------------------------------------------------------------------------------------


def test_an_account_that_fits_has_nothing_to_stop_at(account: dict[str, Any]) -> None:
    told = found()

    assert told[Level.STOP] == []
    assert any("the stack orders will be created" in each for each in told[Level.GOOD])
    assert any("an idle month will cost about" in each for each in told[Level.GOOD])


@pytest.mark.parametrize(
    ("limit", "parameters", "level", "says"),
    [
        (10, {}, Level.STOP, "set Concurrency to small in orders.json"),
        (10, {"Concurrency": "small"}, Level.NOTE, "ask AWS for 200"),
        (150, {}, Level.NOTE, "before the shops are busy"),
        (150, {"WebhookConcurrency": "20"}, Level.STOP, "set WebhookConcurrency to 0"),
        (1000, {"WebhookConcurrency": "20"}, Level.GOOD, "Lambda runs 1000 at once here"),
    ],
)
def test_how_much_lambda_runs_at_once_decides_on_the_parameters(
    account: dict[str, Any], limit: int, parameters: dict[str, str], level: Level, says: str
) -> None:
    account["concurrency"] = limit

    assert any(says in each for each in found(Answers(STACK, REGION, parameters))[level])


def test_a_right_that_is_missing_is_named(account: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    account["denied"] = {"lambda:CreateFunction"}
    monkeypatch.setattr("deploy.checks._principal", lambda *_: "arn:aws:iam::123456789012:user/deployer")

    assert found()[Level.STOP] == ["you may not: lambda:CreateFunction"]


def test_rights_may_be_limited_to_what_is_named_after_the_stack(
    account: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.checks._principal", lambda *_: "arn:aws:iam::123456789012:user/deployer")
    of_table, of_queue, unnamed = "dynamodb:CreateTable", "sqs:CreateQueue", "cognito-idp:CreateUserPool"
    account["denied"] = {of_table, of_queue, "s3:PutObject", "cloudformation:CreateChangeSet"}
    account["limited"] = {f":table/{STACK}-", f":{STACK}-", f"stack/{STACK}/", "aws-sam-cli-managed-default"}

    assert found()[Level.STOP] == []

    account["denied"] |= {unnamed}
    account["limited"] = {":table/others-", f":{STACK}-"}
    assert found()[Level.STOP] == [f"you may not: cloudformation:CreateChangeSet, {unnamed}, {of_table}, s3:PutObject"]


def test_a_right_with_a_condition_that_nobody_can_tell_stops_nothing(
    account: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.checks._principal", lambda *_: "arn:aws:iam::123456789012:user/deployer")
    account["denied"] = {"iam:PassRole"}
    account["conditions"] = {"iam:PassRole": ["iam:PassedToService"]}

    assert found()[Level.STOP] == []


def test_what_an_earlier_stack_left_is_in_the_way(account: dict[str, Any]) -> None:
    bucket = f"{STACK}-uploads-123456789012-{REGION}"
    boto3.client("s3", REGION).create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    boto3.client("stepfunctions", REGION).create_state_machine(
        name=f"{STACK}-order", definition="{}", roleArn="arn:aws:iam::123456789012:role/any"
    )
    names = [f"{STACK}/{each}" for each in KINDS_OF_SECRETS]
    for name in names:
        boto3.client("secretsmanager", REGION).create_secret(Name=f"{name}/web", SecretString="{}")

    told = found()

    assert [each.split(" ")[1] for each in told[Level.STOP]] == ["bucket", "state"]
    assert any(all(f"{name}/web" in each for name in names) for each in told[Level.NOTE])


@pytest.mark.parametrize(
    ("state", "level", "says"),
    [
        ("CREATE_COMPLETE", Level.GOOD, "will be updated"),
        ("ROLLBACK_COMPLETE", Level.STOP, "make undeploy STACK=orders"),
        ("UPDATE_IN_PROGRESS", Level.STOP, "wait until that is over"),
    ],
)
def test_a_stack_that_is_there_is_updated_unless_it_is_busy_or_failed(
    account: dict[str, Any], monkeypatch: pytest.MonkeyPatch, state: str, level: Level, says: str
) -> None:
    monkeypatch.setattr("deploy.checks.stack_state", lambda *_: state)

    assert any(says in each for each in found()[level])


def test_a_stack_whose_first_changes_were_not_confirmed_is_created(account: dict[str, Any]) -> None:
    account["outputs"], account["state"] = {}, "REVIEW_IN_PROGRESS"

    assert any("will be created" in each for each in found()[Level.GOOD])
    assert found()[Level.STOP] == []


@pytest.mark.parametrize("is_confirmed", [True, False])
@pytest.mark.parametrize("is_there", [True, False])
def test_what_was_not_confirmed_is_not_deployed_and_its_console_is_not_published(
    account: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, is_there: bool, is_confirmed: bool
) -> None:
    asked: list[bool] = []
    published: list[str] = []
    if is_there:
        account["outputs"], account["changes"] = OUTPUTS, ["AVAILABLE", "UNAVAILABLE"]

    def sam(_: Answers, verb: str, *arguments: str) -> None:
        if verb == "deploy":
            asked.append("--confirm-changeset" in arguments)
            account["outputs"] = {**OUTPUTS, "ConsoleBucket": "console"}
            account["state"] = "CREATE_COMPLETE" if is_there or is_confirmed else "REVIEW_IN_PROGRESS"
            account["changes"] += [] if is_confirmed else ["AVAILABLE"]

    built = tmp_path / "template.yaml"
    built.write_text(f"{UNDATED}\n")
    monkeypatch.setattr("deploy.sam.BUILT", built)
    monkeypatch.setattr("deploy.sam._sam", sam)
    monkeypatch.setattr("deploy.__main__.answered", lambda *_: ANSWERS)
    monkeypatch.setattr("deploy.__main__.publish", lambda *_: published.append("console"))

    assert command.main([STACK]) == (0 if is_confirmed else 1)
    assert asked == ([True, False] if is_confirmed and not is_there else [True])
    assert published == (["console"] if is_confirmed else [])
    assert UNDATED not in built.read_text()


def test_a_parameter_that_the_answers_change_is_said_first(account: dict[str, Any]) -> None:
    account["outputs"], account["parameters"] = OUTPUTS, {"Mfa": "ON", "Concurrency": "standard", "Protected": "yes"}

    assert [each for each in found()[Level.NOTE] if "will be" in each] == [
        "Mfa will be 'OPTIONAL', and is 'ON' now: orders.json has the answers"
    ]


def test_a_runtime_that_cannot_load_the_layers_is_for_the_local_stack_alone(account: dict[str, Any]) -> None:
    [stop] = found(Answers(STACK, REGION, {"PythonRuntime": "python3.11"}))[Level.STOP]

    assert "choose another PythonRuntime in orders.json" in stop


def test_a_check_that_the_caller_may_not_make_stops_nothing(account: dict[str, Any]) -> None:
    account["refused"] = {"GetAccountSettings", "ListSecrets"}

    told = found()

    assert told[Level.STOP] == []
    assert [each.partition(" cannot be checked ")[0] for each in told[Level.NOTE] if "AccessDenied" in each] == [
        "leftovers of an earlier stack",
        "how much Lambda runs at once",
    ]


def test_without_credentials_nothing_else_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boto3.Session, "get_credentials", lambda _: None)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")

    [finding] = checked(boto3.Session(region_name=REGION), ANSWERS)

    assert finding.level is Level.STOP


@pytest.mark.long
def test_the_rights_cover_every_type_of_resource_of_the_template() -> None:
    types = {each["Type"] for each in transformed().values()}

    assert set(BY_TYPE) == types - MADE_BY_ITSELF


@pytest.mark.long
def test_the_names_that_rights_may_be_limited_to_are_of_types_of_the_template() -> None:
    assert set(NAMED) <= {each["Type"] for each in transformed().values()}


@pytest.mark.long
def test_the_rights_cover_what_a_resource_gets_by_calls_of_their_own() -> None:
    given = {(each["Type"], name) for each in transformed().values() for name in each.get("Properties", ())}

    assert set(BY_CALLS_OF_THEIR_OWN) <= given, "what the template has no more needs no right"
    assert [each for each in BY_CALLS_OF_THEIR_OWN if BY_CALLS_OF_THEIR_OWN[each] not in BY_TYPE[each[0]]] == []


# ---- what SAM gets, and what a person reads ------------------------------------------------------------------


@pytest.mark.parametrize("runtime", asking.declared()["PythonRuntime"]["AllowedValues"])
@pytest.mark.parametrize("architecture", PLATFORMS)
def test_the_layer_is_built_for_what_the_functions_run_on(runtime: str, architecture: str) -> None:
    chosen = Answers(STACK, REGION, {"PythonRuntime": runtime, "Architecture": architecture})

    assert layer_of(chosen) == {
        "LAYER_PYTHON": runtime.removeprefix("python"),
        "LAYER_PLATFORM": PLATFORMS[architecture],
    }
    assert {f"PythonRuntime={runtime}", f"Architecture={architecture}"} <= set(overrides(chosen, is_protected=False))


def test_tables_are_protected_from_the_second_deployment_on() -> None:
    assert "Protected=no" in overrides(ANSWERS, is_protected=False)
    assert "Protected=yes" in overrides(ANSWERS, is_protected=True)


def test_every_parameter_is_passed_since_one_that_is_not_would_keep_its_value() -> None:
    passed = dict(each.split("=", 1) for each in overrides(ANSWERS, is_protected=False))

    assert set(passed) == set(asking.declared())
    assert (passed["Mfa"], passed["ShopifyEventSource"]) == ("OPTIONAL", '""')


def test_every_processor_has_a_platform() -> None:
    assert set(PLATFORMS) == set(asking.declared()["Architecture"]["AllowedValues"])


def test_deploying_writes_no_file_that_git_tracks() -> None:
    assert "--guided" not in (CHECKOUT / "Makefile").read_text()
    assert ".local" in (CHECKOUT / ".gitignore").read_text()
    assert asking.FOLDER.is_relative_to(CHECKOUT / ".local")


def test_what_to_do_next_names_the_pool_the_client_and_the_topic(account: dict[str, Any]) -> None:
    account["outputs"] = OUTPUTS

    text = next_steps(session(), ANSWERS)

    assert all(value in text for value in OUTPUTS.values())
    assert "Name=email_verified,Value=true" in text
    assert "{" not in text
    assert "an owner without one is an operator" in text


def test_what_to_do_next_is_said_for_every_way_to_sign_in() -> None:
    assert set(CODES) == set(asking.declared()["Mfa"]["AllowedValues"])


def test_executions_that_wait_are_stopped_before_the_stack_is_deleted(account: dict[str, Any]) -> None:
    states = boto3.client("stepfunctions", REGION)
    waiting = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 600, "End": True}}}
    arns = [
        states.create_state_machine(
            name=name, definition=json.dumps(waiting), roleArn="arn:aws:iam::123456789012:role/any"
        )["stateMachineArn"]
        for name in (f"{STACK}-order", "another")
    ]
    for arn in arns:
        states.start_execution(stateMachineArn=arn, name="one")

    assert stop_executions(session(), STACK) == 1
    assert [states.list_executions(stateMachineArn=arn)["executions"][0]["status"] for arn in arns] == [
        "ABORTED",
        "RUNNING",
    ]


def test_executions_that_start_while_the_stack_is_deleted_are_stopped_too(
    account: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    states = boto3.client("stepfunctions", REGION)
    definition = json.dumps({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 600, "End": True}}})
    role = "arn:aws:iam::123456789012:role/any"
    arn = states.create_state_machine(name=f"{STACK}-order", definition=definition, roleArn=role)["stateMachineArn"]
    account["outputs"], account["state"] = {}, "DELETE_IN_PROGRESS"
    waits: list[int] = []

    def wait(seconds: int) -> None:
        waits.append(seconds)
        states.start_execution(stateMachineArn=arn, name=f"{len(waits)}")
        account["outputs"] = None if len(waits) == 3 else {}

    monkeypatch.setattr("deploy.removal.sleep", wait)
    remove(session(), ANSWERS)

    found = states.list_executions(stateMachineArn=arn)["executions"]
    assert [each["status"] for each in found if each["name"] != "3"] == ["ABORTED", "ABORTED"]


def test_a_stack_that_cannot_be_deleted_is_said_with_what_to_do(account: dict[str, Any]) -> None:
    account["outputs"], account["state"] = {}, "DELETE_FAILED"

    with pytest.raises(DeploymentFailed, match="DELETE_FAILED: run `make undeploy STACK=orders` again"):
        remove(session(), ANSWERS)


def test_what_is_kept_is_named() -> None:
    assert f"{STACK}-uploads-<account>-{REGION}" in kept(ANSWERS)
    assert all(f"{STACK}/{each}/" in kept(ANSWERS) for each in KINDS_OF_SECRETS)


@pytest.mark.parametrize(("typed", "deleted"), [("orders", True), ("yes", False), ("", False)])
def test_a_stack_is_deleted_once_its_name_was_typed(monkeypatch: pytest.MonkeyPatch, typed: str, deleted: bool) -> None:
    removed: list[str] = []
    monkeypatch.setattr("builtins.input", lambda _: typed)
    monkeypatch.setattr(command, "answered", lambda *_: ANSWERS)
    monkeypatch.setattr(command, "remove", lambda _, answers: removed.append(answers.stack))

    assert command.main(["delete", STACK]) == (0 if deleted else 1)
    assert removed == [STACK] * deleted

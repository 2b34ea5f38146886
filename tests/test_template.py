"""template.yaml against what must agree with it: the settings, the code, the state machine, and its own rules."""

import importlib
import re
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import grimp
import pytest
import yaml

from packhorse.aws.settings import Settings
from packhorse.domain import errors
from packhorse.usecases import retry
from simulation.template import ROOT, resources, template
from tests.permissions import Permission, as_list, granted, statements

RESOURCES = template()["Resources"]
FUNCTIONS = resources("AWS::Serverless::Function")
QUEUES = resources("AWS::SQS::Queue")
DEAD_LETTERS = {name for name in QUEUES if name.endswith("DeadLetters")}
ALARMS = resources("AWS::CloudWatch::Alarm")
TABLES = resources("AWS::DynamoDB::Table")
MACHINES = resources("AWS::Serverless::StateMachine")
DEFAULT_TIMEOUT = template()["Globals"]["Function"]["Timeout"]
TWO_WEEKS = 14 * 24 * 60 * 60
A_QUARTER_OF_AN_HOUR = 15 * 60
WHOSE = re.compile(r"\$\{(\w+)\.QueueName\}=(\w+)")
PLACEHOLDER = re.compile(r"\$\{(\w+)\}")

OUTPUTS = """ApiUrl UploadsBucket OrdersTable StockTable MovementsTable OrdersQueueUrl TrackingQueueUrl
OrderStateMachineArn EventBusName UserPoolId UserPoolClientId"""

USES = {
    "packhorse.store.orders": ["OrdersTable BatchGetItem PutItem DeleteItem Query"],
    "packhorse.store.stock": ["StockTable BatchGetItem UpdateItem Query Scan", "MovementsTable GetItem PutItem Query"],
    "packhorse.store.catalogue": ["CatalogueTable BatchGetItem PutItem DeleteItem ConditionCheckItem Query"],
    "packhorse.store.configuration": ["SettingsTable GetItem PutItem Query"],
    "packhorse.store.exceptions": ["WorkTable GetItem BatchGetItem UpdateItem Query"],
    "packhorse.store.polls": ["WorkTable GetItem PutItem UpdateItem DeleteItem"],
    "packhorse.store.uploads": [
        "WorkTable GetItem PutItem Query",
        "UploadsBucket GetObject PutObject DeleteObject AbortMultipartUpload",
        "UploadsBucket ListBucket",  # without it, what is not there looks forbidden
    ],
    "packhorse.messages.orders": ["OrdersQueue SendMessage"],
    "packhorse.messages.tracking": ["TrackingQueue SendMessage"],
    "packhorse.messages.release": ["ReleaseQueue SendMessage"],
    "packhorse.messages.changes": ["ChangesQueue SendMessage"],
    "packhorse.messages.quantities": ["QuantitiesQueue SendMessage"],
    "packhorse.messages.audits": ["AuditQueue SendMessage"],
    "packhorse.messages.uploads": ["UploadsQueue SendMessage"],
    "packhorse.aws.bucket": ["UploadsBucket GetObject PutObject ListBucket"],  # a link may what its signer may
    "packhorse.usecases.retry": [f"{queue} SendMessage" for queue in QUEUES if queue.endswith("Queue")],
    "packhorse.aws.secrets": ["secretsmanager GetSecretValue PutSecretValue CreateSecret DeleteSecret"],
    "packhorse.aws.schedules": [
        "scheduler CreateSchedule UpdateSchedule DeleteSchedule",
        "PollScheduleRole PassRole",
        "PollFunction InvokeFunction",
    ],
    "packhorse.store.ledger": ["MovementsTable Query"],
    "packhorse.store.audits": ["WorkTable BatchGetItem PutItem"],
    "packhorse.aws.queues": ["QuantitiesQueue ChangeMessageVisibility"],
    "packhorse.store.published": ["WorkTable GetItem BatchGetItem PutItem BatchWriteItem"],
    "packhorse.aws.executions": [
        "OrderStateMachine StartExecution SendTaskSuccess DescribeExecution ListExecutions StopExecution",
    ],
    "packhorse.api.idempotency": ["RequestsTable GetItem PutItem UpdateItem DeleteItem"],
}
"""What the code can ask of AWS, by module."""


def module_of(function: str) -> str:
    """The Python module of a function's handler."""
    properties = FUNCTIONS[function]
    return f"{properties['CodeUri'].replace('/', '.')}.{properties['Handler'].rpartition('.')[0]}"


def sources() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every queue that a function reads: the function, and how it reads."""
    for name, function in FUNCTIONS.items():
        for event in function.get("Events", {}).values():
            if event["Type"] == "SQS":
                yield name, event["Properties"]


READS = [(function, source["Queue"]["!GetAtt"].removesuffix(".Arn"), source) for function, source in sources()]


def test_the_settings_are_the_functions_environment() -> None:
    variables = template()["Globals"]["Function"]["Environment"]["Variables"]

    assert [field.name.upper() for field in fields(Settings)] == list(variables)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_handler_exists(function: str) -> None:
    handler = FUNCTIONS[function]["Handler"].rpartition(".")[2]

    assert callable(getattr(importlib.import_module(module_of(function)), handler))


def test_every_file_of_functions_is_a_function() -> None:
    files = {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in (ROOT / "functions").rglob("*.py")}

    assert files == {module_of(function) for function in FUNCTIONS}


# ---- queues ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("function", "queue", "source"), READS)
def test_a_queue_is_read_record_by_record_by_few_at_a_time(function: str, queue: str, source: dict[str, Any]) -> None:
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert source["ScalingConfig"]["MaximumConcurrency"] >= 2
    assert QUEUES[queue]["VisibilityTimeout"] >= 6 * FUNCTIONS[function].get("Timeout", DEFAULT_TIMEOUT)


@pytest.mark.parametrize("queue", sorted(set(QUEUES) - DEAD_LETTERS))
def test_a_queue_has_dead_letters(queue: str) -> None:
    redrive = QUEUES[queue]["RedrivePolicy"]

    assert redrive["deadLetterTargetArn"]["!GetAtt"] == f"{queue.removesuffix('Queue')}DeadLetters.Arn"
    assert redrive["maxReceiveCount"] >= 5


@pytest.mark.parametrize("queue", sorted(DEAD_LETTERS))
def test_dead_letters_that_stay_undrained_are_kept_for_two_weeks_and_ring_a_bell(queue: str) -> None:
    alarm = ALARMS[f"{queue}Alarm"]

    assert QUEUES[queue]["MessageRetentionPeriod"] == TWO_WEEKS
    assert all(stat["Metric"]["Dimensions"] == of_queue(queue) for stat in watched(alarm).values())
    assert {alarm["EvaluationPeriods"] * stat["Period"] for stat in watched(alarm).values()} == {A_QUARTER_OF_AN_HOUR}
    assert alarm["AlarmActions"] == [{"!Ref": "AlarmsTopic"}]


@pytest.mark.parametrize("queue", sorted(DEAD_LETTERS))
def test_a_dead_letter_that_is_being_drained_in_vain_rings_a_bell_as_one_that_lies_there_does(queue: str) -> None:
    expression, *_ = ALARMS[f"{queue}Alarm"]["Metrics"]
    names = {name: stat["Metric"]["MetricName"] for name, stat in watched(ALARMS[f"{queue}Alarm"]).items()}

    assert sorted(names.values()) == ["ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesVisible"]
    assert expression["Expression"].split(" + ") == list(names)


def watched(alarm: dict[str, Any]) -> dict[str, Any]:
    """The metrics that an alarm adds up, by their ids."""
    return {found["Id"]: found["MetricStat"] for found in alarm["Metrics"] if not found.get("ReturnData", True)}


def of_queue(queue: str) -> list[dict[str, Any]]:
    """The dimensions of a queue's metrics."""
    return [{"Name": "QueueName", "Value": {"!GetAtt": f"{queue}.QueueName"}}]


def test_every_queue_is_read() -> None:
    assert sorted(QUEUES) == sorted(queue for _, queue, _ in READS)


def test_all_dead_letters_become_exceptions_that_ring_a_bell() -> None:
    alarm = ALARMS["DeadLettersAlarm"]

    assert {queue for function, queue, _ in READS if function == "DrainFunction"} == DEAD_LETTERS
    assert (alarm["Namespace"], alarm["MetricName"]) == ("Packhorse", "DeadLetters")
    assert alarm["Dimensions"] == [{"Name": "service", "Value": "packhorse"}]
    assert alarm["AlarmActions"] == [{"!Ref": "AlarmsTopic"}]


def test_it_is_known_whose_every_dead_letter_is_and_where_it_can_be_put_back() -> None:
    written = template()["Globals"]["Function"]["Environment"]["Variables"]["DEAD_LETTERS"]["!Sub"]
    whose = dict(WHOSE.findall(written))
    queues = {queue: queue.removesuffix("DeadLetters").lower() for queue in DEAD_LETTERS}

    assert whose == queues
    assert {name.removesuffix("Queue").lower() for name in QUEUES if name.endswith("Queue")} == set(retry.QUEUES)
    assert {url.rpartition("/")[2].removesuffix(".fifo") for url in retry.QUEUES.values()} == {
        f"test-{name}-queue" for name in retry.QUEUES
    }


def test_every_queue_is_encrypted() -> None:
    assert [name for name, queue in QUEUES.items() if queue.get("SqsManagedSseEnabled") is not True] == []


# ---- permissions -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*FUNCTIONS, *MACHINES])
def test_a_policy_is_statements_of_our_own_that_name_verbs_and_resources(name: str) -> None:
    assert [set(policy) for policy in RESOURCES[name]["Properties"]["Policies"]] == [{"Statement"}]
    for statement in statements(name):
        assert "*" not in "".join(as_list(statement["Action"]))
        assert "*" not in as_list(statement["Resource"])


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_may_do_nothing_that_its_code_cannot(function: str) -> None:
    graph = grimp.build_graph("packhorse", "functions")
    reached = {module_of(function), *graph.find_upstream_modules(module_of(function))}
    can = {line for module in reached for line in USES.get(module, [])}
    used = {(resource, verb) for resource, *verbs in map(str.split, can) for verb in verbs}

    assert {named(permission) for permission in granted(function)} <= used


def named(permission: Permission) -> tuple[str, str]:
    """The resource (or, of what has no logical id, the service) and the verb."""
    service, _, verb = permission.action.partition(":")
    resource = permission.resource.partition("/")[0]
    return ("OrderStateMachine" if service == "states" else service if ":" in resource else resource), verb


def test_the_table_of_uses_names_only_modules_that_there_are() -> None:
    assert set(USES) <= grimp.build_graph("packhorse", "functions").modules


# ---- data ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", sorted(set(TABLES) - {"RequestsTable"}))
def test_a_table_is_retained_and_can_be_brought_back(table: str) -> None:
    assert is_retained(table)
    assert TABLES[table]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


def is_retained(name: str) -> bool:
    """Whether it outlives its stack, unless that never came to be: one that was left would be in the next one's way."""
    found = RESOURCES[name]
    return (found["DeletionPolicy"], found["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")


@pytest.mark.parametrize("table", TABLES)
def test_a_table_costs_what_is_used_and_is_encrypted(table: str) -> None:
    assert TABLES[table]["BillingMode"] == "PAY_PER_REQUEST"
    assert TABLES[table].get("SSESpecification", {"SSEEnabled": True})["SSEEnabled"] is True


def test_answers_that_are_kept_for_a_day_go_by_themselves() -> None:
    assert TABLES["RequestsTable"]["TimeToLiveSpecification"] == {"AttributeName": "expiration", "Enabled": True}
    assert "DeletionPolicy" not in RESOURCES["RequestsTable"]


def test_what_others_rely_on_is_put_out() -> None:
    assert set(OUTPUTS.split()) <= set(template()["Outputs"])


# ---- the state machine -----------------------------------------------------------------------------------------


def machine(name: str) -> Any:
    """A state machine's definition."""
    return yaml.safe_load((ROOT / MACHINES[name]["DefinitionUri"]).read_text())


def scopes(definition: Any) -> Iterator[dict[str, Any]]:
    """Everything that has states: the machine, and what runs for each item of a map."""
    yield definition
    for state in definition["States"].values():
        if "ItemProcessor" in state:
            yield from scopes(state["ItemProcessor"])


def states(name: str) -> list[tuple[str, dict[str, Any]]]:
    """All states, wherever they are."""
    return [state for scope in scopes(machine(name)) for state in scope["States"].items()]


@pytest.mark.parametrize("name", MACHINES)
def test_a_state_goes_on_to_one_beside_it_or_ends(name: str) -> None:
    for scope in scopes(machine(name)):
        assert scope["StartAt"] in scope["States"]
        for state in scope["States"].values():
            ways = [
                step["Next"] for step in [state, *state.get("Catch", []), *state.get("Choices", [])] if "Next" in step
            ]
            assert set(ways) <= set(scope["States"])
            assert state.get("End") or state["Type"] in {"Succeed", "Fail"} or ways


@pytest.mark.parametrize("name", MACHINES)
def test_whoever_waits_for_an_answer_stops_waiting(name: str) -> None:
    waiting = [state for _, state in states(name) if state.get("Resource", "").endswith(".waitForTaskToken")]

    assert waiting
    for state in waiting:
        assert "TimeoutSeconds" in state
        assert ["States.Timeout"] in [caught["ErrorEquals"] for caught in state["Catch"]]


@pytest.mark.parametrize("name", MACHINES)
def test_the_placeholders_of_a_state_machine_are_filled_by_the_template(name: str) -> None:
    placeholders = set(PLACEHOLDER.findall((ROOT / MACHINES[name]["DefinitionUri"]).read_text()))

    assert placeholders == set(MACHINES[name]["DefinitionSubstitutions"])


@pytest.mark.parametrize("name", MACHINES)
def test_a_state_machine_retries_on_failures_that_there_are(name: str) -> None:
    retried = {error for _, state in states(name) for retry in state.get("Retry", []) for error in retry["ErrorEquals"]}
    ours = {error for error in retried if "." not in error}

    assert ours == {errors.Conflict.__name__, errors.Unavailable.__name__}


@pytest.mark.parametrize("name", MACHINES)
def test_a_state_machine_may_ask_for_what_its_states_ask_for(name: str) -> None:
    verbs = {"sqs:sendMessage": "sqs:SendMessage", "lambda:invoke": "lambda:InvokeFunction"}
    asked = {
        verbs[state["Resource"].removeprefix("arn:aws:states:::").removesuffix(".waitForTaskToken")]
        for _, state in states(name)
        if "Resource" in state
    }

    assert {permission.action for permission in granted(name)} == asked


def test_the_state_machine_is_called_what_the_functions_call_it() -> None:
    arn = template()["Globals"]["Function"]["Environment"]["Variables"]["ORDER_STATE_MACHINE_ARN"]["!Sub"]

    assert arn.endswith(f":stateMachine:{MACHINES['OrderStateMachine']['Name']['!Sub']}")


# ---- the doors ---------------------------------------------------------------------------------------------------


def test_a_door_that_is_open_is_one_that_checks_for_itself() -> None:
    routes = resources("AWS::ApiGatewayV2::Route").values()

    assert {route["RouteKey"] for route in routes if route.get("AuthorizationType") != "JWT"} == {
        "POST /webhooks/{channel}",
        "GET /health",
    }


def test_nobody_writes_the_name_that_the_ledger_knows_them_by() -> None:
    [pool] = resources("AWS::Cognito::UserPool").values()
    [client] = resources("AWS::Cognito::UserPoolClient").values()

    assert client["WriteAttributes"] == ["name"]
    assert pool["UserAttributeUpdateSettings"] == {"AttributesRequireVerificationBeforeUpdate": ["email"]}


def test_a_function_answers_before_api_gateway_gives_up() -> None:
    behind = {
        found["IntegrationUri"]["!GetAtt"].removesuffix(".Arn")
        for found in resources("AWS::ApiGatewayV2::Integration").values()
    }

    assert {name for name in behind if FUNCTIONS[name].get("Timeout", DEFAULT_TIMEOUT) > 29} == set()


def test_throttling_is_set() -> None:
    [stage] = resources("AWS::ApiGatewayV2::Stage").values()

    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] > 0


def test_the_bucket_is_retained() -> None:
    assert is_retained("UploadsBucket")


def test_the_bucket_is_closed_to_the_world_and_encrypted() -> None:
    [bucket] = resources("AWS::S3::Bucket").values()

    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert "BucketEncryption" in bucket

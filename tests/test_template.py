"""template.yaml against what must agree with it: the settings, the code, the state machine, and its own rules."""

import importlib
import json
import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta
from functools import cache
from typing import Any

import grimp
import pytest
import yaml

from packhorse.aws.settings import Settings, settings
from packhorse.domain import errors
from packhorse.domain.orders.soundness import WAIT
from packhorse.domain.users import Role
from packhorse.messages import origins
from packhorse.store import notices, rows
from packhorse.usecases.fulfilment.fulfilment_kinds import KINDS
from packhorse.usecases.operations.watch_waiting import WATCHED, watched_metrics
from packhorse.usecases.suppliers.answer_supplier import LEASE_SECONDS
from packhorse.usecases.users.require_mfa import OPTIONAL
from simulation.cloud import function_name
from simulation.permissions import Permission, as_list, granted, statements
from simulation.template import ROOT, function_names, invoke_configs, queue_name, resources, template

RESOURCES = template()["Resources"]
FUNCTIONS = resources("AWS::Serverless::Function")
QUEUES = resources("AWS::SQS::Queue")
DEAD_LETTERS = {name for name in QUEUES if name.endswith("DeadLetters")}
ALARMS = resources("AWS::CloudWatch::Alarm")
FILTERS = resources("AWS::Logs::MetricFilter")
SCHEDULES = resources("AWS::Scheduler::Schedule")
ASYNCHRONOUS = invoke_configs()
TABLES = resources("AWS::DynamoDB::Table")
MACHINES = resources("AWS::Serverless::StateMachine")
DEFAULT_TIMEOUT = template()["Globals"]["Function"]["Timeout"]
TEN_DAYS, TWO_WEEKS = 10 * 24 * 60 * 60, 14 * 24 * 60 * 60
MOST_RECEIVES = 1000
"""The largest number that SQS takes."""
A_QUARTER_OF_AN_HOUR = 15 * 60
KEPT_BY_CLOUDFRONT = (404, 414, 500, 501, 502, 503, 504)
HEADING = re.compile(r"^## `(\w+)`$", re.MULTILINE)
LOGGED = re.compile(r'\$\.message = "([^"]+)"')
PLACEHOLDER = re.compile(r"\$\{(\w+)\}")

CODE = ("functions", "layers/shared/packhorse")

OUTPUTS = """ApiUrl UploadsBucket OrdersTable StockTable MovementsTable OrdersQueueUrl TrackingQueueUrl
OrderStateMachineArn EventBusName UserPoolId UserPoolClientId"""

USES = {
    "packhorse.store.orders": ["OrdersTable BatchGetItem PutItem DeleteItem ConditionCheckItem Query"],
    "packhorse.store.parcels": ["OrdersTable Query"],
    "packhorse.store.notices": ["OrdersTable Query"],
    "packhorse.store.timed_holds": ["OrdersTable Query"],
    "packhorse.store.short_ids": ["OrdersTable Query BatchWriteItem"],
    "packhorse.store.print_jobs": ["WorkTable GetItem PutItem Query"],
    "packhorse.store.openings": ["RequestsTable GetItem PutItem"],
    "packhorse.store.rows": ["OrdersTable BatchGetItem PutItem DeleteItem"],
    "packhorse.store.row_search": ["OrdersTable Query"],
    "packhorse.store.row_counts": ["WorkTable Query UpdateItem"],
    "packhorse.store.stock": ["StockTable BatchGetItem UpdateItem Query Scan", "MovementsTable GetItem PutItem Query"],
    "packhorse.store.costs": ["StockTable BatchGetItem"],
    "packhorse.store.catalogue": ["CatalogueTable BatchGetItem PutItem DeleteItem ConditionCheckItem Query"],
    "packhorse.store.listings": ["CatalogueTable BatchGetItem PutItem DeleteItem Query"],
    "packhorse.store.product_matches": ["CatalogueTable BatchGetItem"],
    "packhorse.store.configuration": ["SettingsTable GetItem PutItem Query"],
    "packhorse.store.suppliers": ["SettingsTable GetItem PutItem DeleteItem Query"],
    "packhorse.store.supplier_folders": ["WorkTable GetItem PutItem"],
    "packhorse.store.supplier_work": ["WorkTable GetItem PutItem Query ConditionCheckItem"],
    "packhorse.store.supplier_files": ["WorkTable GetItem PutItem Query ConditionCheckItem"],
    "packhorse.store.manifests": ["WorkTable GetItem PutItem Query DeleteItem"],
    "packhorse.store.cancellations": ["WorkTable UpdateItem Query DeleteItem"],
    "packhorse.messages.suppliers": ["SupplierFunction.Alias InvokeFunction", "SupplierFunction InvokeFunction"],
    "packhorse.messages.fba": ["FbaFunction InvokeFunction"],
    "packhorse.store.fba_state": ["WorkTable GetItem PutItem"],
    "packhorse.store.exceptions": ["WorkTable GetItem BatchGetItem UpdateItem Query"],
    "packhorse.store.purchases": ["WorkTable GetItem BatchGetItem PutItem DeleteItem Query BatchWriteItem"],
    "packhorse.store.polls": ["WorkTable GetItem Query PutItem UpdateItem DeleteItem"],
    "packhorse.store.uploads": ["WorkTable GetItem PutItem Query"],
    "packhorse.store.upload_files": [
        "UploadsBucket GetObject GetObjectVersion PutObject DeleteObject AbortMultipartUpload",
        "UploadsBucket ListBucket",  # without it, what is not there looks forbidden
    ],
    "packhorse.messages.orders": ["OrdersQueue SendMessage"],
    "packhorse.messages.tracking": ["TrackingQueue SendMessage"],
    "packhorse.messages.channels": ["ChannelsQueue SendMessage"],
    "packhorse.messages.release": ["ReleaseFunction InvokeFunction"],
    "packhorse.messages.changes": ["PublishFunction InvokeFunction"],
    "packhorse.messages.connecting": ["ConnectFunction.Alias InvokeFunction", "ConnectFunction InvokeFunction"],
    "packhorse.store.connections": ["WorkTable GetItem PutItem UpdateItem Query BatchWriteItem"],
    "packhorse.messages.audits": ["AuditFunction InvokeFunction"],
    "packhorse.messages.notifications": ["NotificationFunction.Alias InvokeFunction"],
    "packhorse.messages.polls": ["PollFunction InvokeFunction"],
    "packhorse.messages.documents": ["DocumentsFunction.Alias InvokeFunction"],
    "packhorse.messages.uploads": ["UploadFunction InvokeFunction"],
    "packhorse.messages.labels": ["LabelFunction.Alias InvokeFunction", "LabelFunction InvokeFunction"],
    "packhorse.store.label_batches": ["WorkTable GetItem PutItem BatchWriteItem Query"],
    "packhorse.aws.bucket": ["UploadsBucket GetObject PutObject DeleteObject ListBucket"],  # a link may what its signer
    "packhorse.usecases.operations.retry": [
        *(f"{queue} SendMessage" for queue in QUEUES if queue.endswith("Queue")),
        *(f"{name} InvokeFunction" for name in ASYNCHRONOUS if function_name(name) in origins.FUNCTIONS.values()),
    ],
    "packhorse.aws.secrets": ["secretsmanager GetSecretValue PutSecretValue CreateSecret DeleteSecret"],
    "packhorse.aws.schedules": [
        "scheduler CreateSchedule UpdateSchedule DeleteSchedule",
        "PollScheduleRole PassRole",
        "PollFunction InvokeFunction",
    ],
    "packhorse.aws.metrics": ["cloudwatch GetMetricData"],
    "packhorse.store.call_rates": ["RequestsTable PutItem"],
    "packhorse.store.claims": ["RequestsTable PutItem"],
    "packhorse.store.deliveries": ["RequestsTable UpdateItem"],
    "packhorse.usecases.operations.begin_batch": ["DeadLetters SendMessage", "FifoDeadLetters SendMessage"],
    "packhorse.store.ledger": ["MovementsTable Query"],
    "packhorse.store.audits": ["WorkTable BatchGetItem PutItem"],
    "packhorse.aws.queues": [
        *(f"{queue} ChangeMessageVisibility" for queue in sorted(set(QUEUES) - DEAD_LETTERS)),
        *(f"{queue} ReceiveMessage DeleteMessage ChangeMessageVisibility" for queue in DEAD_LETTERS),
    ],
    "packhorse.store.published": ["WorkTable GetItem BatchGetItem Query PutItem UpdateItem BatchWriteItem"],
    "packhorse.aws.executions": [
        "OrderStateMachine StartExecution SendTaskSuccess DescribeExecution ListExecutions StopExecution",
    ],
    "packhorse.store.users": ["SettingsTable GetItem PutItem Query ConditionCheckItem"],
    "packhorse.aws.user_pool": [
        "UserPool ListUsers AdminGetUser AdminListGroupsForUser AdminCreateUser AdminDisableUser AdminEnableUser",
        "UserPool AdminResetUserPassword AdminSetUserMFAPreference AdminUserGlobalSignOut",
    ],
    "packhorse.api.idempotency": ["RequestsTable GetItem PutItem UpdateItem DeleteItem"],
}
"""What the code can ask of AWS, by module."""
OF_A_COMMIT = {"OrdersTable PutItem", "OrdersTable DeleteItem", "StockTable UpdateItem", "MovementsTable PutItem"}
"""What writing an order needs where it owes changes of stock, since whoever writes it pays them."""


WITHOUT_RESOURCES = {"cloudwatch:GetMetricData"}
"""Verbs that AWS takes for the whole account only."""


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

    assert [*(field.name.upper() for field in fields(Settings)), "DEPLOYED_AT"] == list(variables)


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
    name, size, key = source["ScalingConfig"]["MaximumConcurrency"]["!FindInMap"]
    assert (name, size, f"{key}Queue") == ("MostAtOnce", {"!Ref": "Concurrency"}, queue)
    timeout = FUNCTIONS[function].get("Timeout", DEFAULT_TIMEOUT)
    assert QUEUES[queue]["VisibilityTimeout"] == 2 * timeout, "time for a batch that waits; a crash hides it as long"
    assert QUEUES[queue]["VisibilityTimeout"] <= 120


def test_how_many_batches_run_at_once_depends_on_the_size_of_the_account() -> None:
    most = template()["Mappings"]["MostAtOnce"]

    assert set(most) == set(template()["Parameters"]["Concurrency"]["AllowedValues"])
    assert {size: sum(each.values()) for size, each in most.items()} == {"standard": 82, "small": 10}
    assert {queue for each in most.values() for queue in each} == {queue.removesuffix("Queue") for _, queue, _ in READS}
    assert min(each for sizes in most.values() for each in sizes.values()) == 2, "the least that Lambda takes"


@pytest.mark.parametrize("queue", sorted(set(QUEUES) - DEAD_LETTERS))
def test_a_queue_keeps_messages_ten_days_so_that_dead_letters_have_four_left(queue: str) -> None:
    assert QUEUES[queue]["MessageRetentionPeriod"] == TEN_DAYS


@pytest.mark.parametrize("queue", sorted(set(QUEUES) - DEAD_LETTERS))
def test_a_queue_redrives_to_the_dead_letters_of_its_type(queue: str) -> None:
    redrive = QUEUES[queue]["RedrivePolicy"]

    expected = "FifoDeadLetters" if QUEUES[queue].get("FifoQueue") else "DeadLetters"
    assert redrive["deadLetterTargetArn"]["!GetAtt"] == f"{expected}.Arn"
    assert redrive["maxReceiveCount"] == MOST_RECEIVES, "receives that Lambda is throttled at count"
    assert QUEUES[expected]["MaximumMessageSize"] >= QUEUES[queue].get("MaximumMessageSize", 0)


def test_every_other_queue_is_read_by_a_function_of_its_own() -> None:
    assert sorted(QUEUES.keys() - DEAD_LETTERS) == sorted(queue for _, queue, _ in READS)
    assert len({function for function, _, _ in READS}) == len(READS)


def test_dead_letters_are_two_queues_that_keep_them_for_two_weeks_and_that_no_mapping_polls() -> None:
    assert {queue: bool(QUEUES[queue].get("FifoQueue")) for queue in DEAD_LETTERS} == {
        "DeadLetters": False,
        "FifoDeadLetters": True,
    }
    assert {QUEUES[queue]["MessageRetentionPeriod"] for queue in DEAD_LETTERS} == {TWO_WEEKS}
    assert not DEAD_LETTERS & {queue for _, queue, _ in READS}


def test_dead_letters_are_drained_every_minute_by_one_invocation_at_a_time() -> None:
    schedule = SCHEDULES["DrainSchedule"]
    timeout = FUNCTIONS["DrainFunction"]["Timeout"]

    assert schedule["ScheduleExpression"] == "rate(1 minute)"
    assert schedule["Target"]["Arn"] == {"!GetAtt": "DrainFunction.Arn"}
    assert schedule["Target"]["RetryPolicy"] == {"MaximumRetryAttempts": 0}
    assert ASYNCHRONOUS["DrainFunction"] == {"MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 60}
    assert timeout < 60
    assert {queue for queue in DEAD_LETTERS if QUEUES[queue]["VisibilityTimeout"] <= timeout} == set()


def test_a_schedule_may_invoke_what_it_invokes() -> None:
    [statement] = RESOURCES["ScheduleRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]

    assert {each["Target"]["RoleArn"]["!GetAtt"] for each in SCHEDULES.values()} == {"ScheduleRole.Arn"}
    assert statement["Action"] == "lambda:InvokeFunction"
    assert sorted(each["!GetAtt"] for each in statement["Resource"]) == sorted(
        {each["Target"]["Arn"]["!GetAtt"] for each in SCHEDULES.values()}
    )


@pytest.mark.parametrize("function", sorted(ASYNCHRONOUS.keys() - {"DrainFunction"}))
def test_what_is_invoked_asynchronously_gives_up_to_the_dead_letters(function: str) -> None:
    destination = ASYNCHRONOUS[function]["DestinationConfig"]["OnFailure"]["Destination"]

    assert destination == {"!GetAtt": "DeadLetters.Arn"}


def test_whatever_is_invoked_asynchronously_says_what_becomes_of_failures() -> None:
    targets = {each["Target"]["Arn"]["!GetAtt"].removesuffix(".Arn") for each in SCHEDULES.values()}
    granted_to = (each for name in FUNCTIONS for each in granted(name))
    invoked = {named(each)[0] for each in granted_to if each.action == "lambda:InvokeFunction"}
    invoked = {name for name in invoked if not name.endswith(".Alias")}  # those wait for the answer
    files = RESOURCES["UploadsBucket"]["Properties"]["NotificationConfiguration"]["LambdaConfigurations"]

    assert {*targets, *invoked, *(each["Function"]["!GetAtt"].removesuffix(".Arn") for each in files)} == {
        *ASYNCHRONOUS
    }


STREAMS = {
    name: event["Properties"]
    for each in FUNCTIONS.values()
    for name, event in each.get("Events", {}).items()
    if event["Type"] == "DynamoDB"
}


def test_the_stream_of_stock_gives_up_to_the_dead_letters() -> None:
    assert STREAMS["Stock"]["DestinationConfig"]["OnFailure"] == {
        "Type": "SQS",
        "Destination": {"!GetAtt": "DeadLetters.Arn"},
    }


def test_the_stream_of_rows_gives_nothing_up_and_its_batches_come_again_as_they_were() -> None:
    assert not STREAMS["Rows"].keys() & {"DestinationConfig", "MaximumRetryAttempts", "BisectBatchOnFunctionError"}


def test_the_stream_of_rows_brings_keys_of_rows_and_of_notices_and_nothing_else() -> None:
    [criteria] = STREAMS["Rows"]["FilterCriteria"]["Filters"]

    prefixes = [{"prefix": rows.PREFIX}, {"prefix": notices.PREFIX}]
    assert json.loads(criteria["Pattern"]) == {"dynamodb": {"Keys": {"pk": {"S": prefixes}}}}
    assert TABLES["OrdersTable"]["StreamSpecification"] == {"StreamViewType": "KEYS_ONLY"}


def test_every_origin_of_a_dead_letter_has_a_name_and_a_way_back() -> None:
    queues = {url.rpartition("/")[2] for url in origins.QUEUES.values()}
    functions = {function_name(name) for name in ASYNCHRONOUS} - {"test-drain", "test-poll"}

    assert queues == {queue_name(queue) for queue in QUEUES.keys() - DEAD_LETTERS}
    assert set(origins.FUNCTIONS.values()) == functions
    assert not origins.QUEUES.keys() & origins.FUNCTIONS.keys()


def test_functions_are_called_what_functions_call_them() -> None:
    assert set(function_names().values()) <= {function_name(name) for name in FUNCTIONS}


def test_the_bucket_is_called_what_functions_call_it() -> None:
    variables = template()["Globals"]["Function"]["Environment"]["Variables"]
    [statement] = [RESOURCES["UploadPermission"]["Properties"]]

    assert variables["UPLOADS_BUCKET"] == RESOURCES["UploadsBucket"]["Properties"]["BucketName"]
    assert statement["SourceArn"]["!Sub"] == f"arn:${{AWS::Partition}}:s3:::{variables['UPLOADS_BUCKET']['!Sub']}"
    assert statement["SourceAccount"] == {"!Ref": "AWS::AccountId"}
    assert RESOURCES["UploadsBucket"]["DependsOn"] == "UploadPermission"


def test_every_queue_is_encrypted() -> None:
    assert [name for name, queue in QUEUES.items() if queue.get("SqsManagedSseEnabled") is not True] == []


# ---- alarms --------------------------------------------------------------------------------------------------


def metrics(alarm: dict[str, Any]) -> list[dict[str, Any]]:
    """What an alarm is charged for: its metric, or those that its expression adds up."""
    return [each["MetricStat"]["Metric"] for each in alarm.get("Metrics", ()) if "MetricStat" in each] or [alarm]


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_goes_to_the_topic_and_missing_data_is_good_news(name: str) -> None:
    assert ALARMS[name]["AlarmActions"] == [{"!Ref": "AlarmsTopic"}]
    assert ALARMS[name]["TreatMissingData"] == "notBreaching"


def test_every_alarm_has_its_action_in_the_manual_and_no_other_has_one() -> None:
    headings = HEADING.findall((ROOT / "docs" / "operate.md").read_text())

    assert headings == list(ALARMS)


def test_few_metrics_are_watched_as_each_costs_a_tenth_of_a_dollar_a_month() -> None:
    assert sum(len(metrics(alarm)) for alarm in ALARMS.values()) <= 7


def test_the_alarm_of_undrained_letters_counts_them_for_a_quarter_of_an_hour() -> None:
    alarm = ALARMS["UndrainedLettersAlarm"]

    assert (alarm["MetricName"], alarm["Dimensions"]) == (
        "ApproximateNumberOfMessagesVisible",
        of_queue("DeadLetters"),
    )
    assert alarm["EvaluationPeriods"] * alarm["Period"] == A_QUARTER_OF_AN_HOUR


def test_the_alarm_of_the_hourly_audit_is_over_before_the_next_one_begins_it_again() -> None:
    alarm = ALARMS["WaitingWorkAlarm"]

    assert alarm["EvaluationPeriods"] * alarm["Period"] <= A_QUARTER_OF_AN_HOUR


def test_what_no_alarm_watches_is_watched_every_hour() -> None:
    watched = [each.metric for each in watched_metrics()]
    ages = {metric.dimension[1] for metric in watched if metric.name == "ApproximateAgeOfOldestMessage"}
    letters = [metric.dimension[1] for metric in watched if metric.name == "ApproximateNumberOfMessagesVisible"]
    [stream] = [metric.dimension for metric in watched if metric.name == "IteratorAge"]
    [reader] = [name for name, each in FUNCTIONS.items() if "Stock" in each.get("Events", {})]

    assert ages == {queue_name(queue) for queue in QUEUES.keys() - DEAD_LETTERS}
    assert letters == [queue_name("FifoDeadLetters")]
    assert FUNCTIONS[reader]["FunctionName"]["!Sub"] == "${AWS::StackName}" + stream[1].removeprefix(
        settings.stack_name
    )
    assert SCHEDULES["ExecutionsAuditSchedule"]["ScheduleExpression"] == "rate(1 hour)"
    assert timedelta(hours=1) < WATCHED


def of_queue(queue: str) -> list[dict[str, Any]]:
    """The dimensions of a queue's metrics."""
    return [{"Name": "QueueName", "Value": {"!GetAtt": f"{queue}.QueueName"}}]


def test_an_alarm_on_a_metric_of_ours_has_the_filter_that_makes_it() -> None:
    made = [each["MetricTransformations"][0] for each in FILTERS.values()]
    ours = [alarm for alarm in ALARMS.values() if isinstance(alarm.get("Namespace"), dict)]

    names = [(each["MetricNamespace"]["!Sub"], each["MetricName"]) for each in made]
    assert [*dict.fromkeys(names)] == [(alarm["Namespace"]["!Sub"], alarm["MetricName"]) for alarm in ours]
    assert {each["LogGroupName"]["!Ref"] for each in FILTERS.values()} == {"FunctionLogs"}


def test_a_filter_looks_for_what_a_function_logs() -> None:
    code = "".join(path.read_text() for folder in CODE for path in (ROOT / folder).rglob("*.py"))
    messages = [message for each in FILTERS.values() for message in LOGGED.findall(each["FilterPattern"])]

    assert messages
    logged = {message for level in ("warning", "error") for message in re.findall(rf'logger\.{level}\("([^"]+)"', code)}
    assert [message for message in messages if message not in logged] == []


# ---- permissions -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*resources("AWS::IAM::Role"), *MACHINES])
def test_a_policy_is_statements_of_our_own_that_name_verbs_and_resources(name: str) -> None:
    assert "ManagedPolicyArns" not in RESOURCES[name]["Properties"]
    for statement in statements(name):
        assert "*" not in "".join(as_list(statement["Action"]))
        assert "*" not in as_list(statement["Resource"]) or statement["Action"] in WITHOUT_RESOURCES


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_may_do_nothing_that_its_code_cannot(function: str) -> None:
    reached = {module_of(function), *imports().find_upstream_modules(module_of(function))}
    can = {line for module in reached for line in USES.get(module, [])}
    used = {(resource, verb) for resource, *verbs in map(str.split, can) for verb in verbs}

    assert {named(permission) for permission in granted(function)} <= used | set(runtime(function))


@cache
def imports() -> grimp.ImportGraph:
    return grimp.build_graph("packhorse", "functions")


def runtime(function: str) -> Iterator[tuple[str, str]]:
    """What Lambda does in the name of a function: its log, what it reads for it, and what it gives up."""
    yield from (("FunctionLogs", verb) for verb in ("CreateLogStream", "PutLogEvents"))
    if function in ASYNCHRONOUS:
        yield "DeadLetters", "SendMessage"
    for event in FUNCTIONS[function].get("Events", {}).values():
        if event["Type"] == "SQS":
            queue = event["Properties"]["Queue"]["!GetAtt"].removesuffix(".Arn")
            yield from ((queue, verb) for verb in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes"))
        else:
            table = event["Properties"]["Stream"]["!GetAtt"]
            verbs = ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")
            yield from ((table, verb) for verb in verbs)
            yield "DeadLetters", "SendMessage"


MARKING = frozenset({"NotificationFunction", "WebhookFunction", "BusFunction"})
"""Functions that only mark orders whose buyer is to be erased."""


@pytest.mark.parametrize("function", FUNCTIONS)
def test_whoever_writes_an_order_may_pay_what_it_owes(function: str) -> None:
    grants = {" ".join(named(permission)) for permission in granted(function)}

    writes = "OrdersTable PutItem" in grants and function not in MARKING
    assert not writes or grants >= OF_A_COMMIT


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_makes_in_init_clients_of_services_that_it_may_use(function: str) -> None:
    source = (ROOT / f"{module_of(function).replace('.', '/')}.py").read_text()
    [prepared] = re.findall(r"^prepare\((.+)\)$", source, re.MULTILINE)
    services = set(re.findall(r'"(\w+)"', prepared))
    allowed = {permission.action.partition(":")[0] for permission in granted(function)}

    assert services
    assert {"states" if service == "stepfunctions" else service for service in services} <= allowed


def named(permission: Permission) -> tuple[str, str]:
    """The resource (or, of what has no logical id, the service) and the verb."""
    service, _, verb = permission.action.partition(":")
    resource = permission.resource.partition("/")[0]
    if service == "states":
        return "OrderStateMachine", verb
    return (service if ":" in resource or resource == "*" else resource), verb


def test_the_table_of_uses_names_only_modules_that_there_are() -> None:
    assert set(USES) <= imports().modules


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
def test_the_queue_of_each_kind_is_that_of_its_record(name: str) -> None:
    arguments = [state.get("Arguments", {}) for _, state in states(name)]
    [queue_url] = [each["QueueUrl"] for each in arguments if "QueueUrl" in each]
    queues = dict(re.findall(r"'([^']+)': '\$\{(\w+)Url\}'", queue_url))

    assert queues == {kind: record.queue for kind, record in KINDS.items() if record.queue}


@pytest.mark.parametrize("name", MACHINES)
def test_whoever_waits_for_an_answer_stops_waiting(name: str) -> None:
    waiting = [state for _, state in states(name) if state.get("Resource", "").endswith(".waitForTaskToken")]

    assert waiting
    for state in waiting:
        assert state["TimeoutSeconds"] == WAIT.total_seconds()
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
def test_what_asks_a_warehouse_is_repeated_for_failures_of_sqs_only(name: str) -> None:
    asking = [state for _, state in states(name) if state.get("Resource", "").endswith(".waitForTaskToken")]

    repeated = {error for state in asking for retry in state["Retry"] for error in retry["ErrorEquals"]}
    assert repeated == {"SQS.SdkClientException", "SQS.AmazonSQSException"}, "a late answer must not ask twice"


@pytest.mark.parametrize("name", MACHINES)
def test_a_state_machine_may_ask_for_what_its_states_ask_for(name: str) -> None:
    verbs = {"sqs:sendMessage": "sqs:SendMessage", "lambda:invoke": "lambda:InvokeFunction"}
    asked = {
        verbs[state["Resource"].removeprefix("arn:${Partition}:states:::").removesuffix(".waitForTaskToken")]
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
        "GET /webhooks/{channel}",
        "POST /carriers/{carrier}/webhook",
        "GET /health",
    }


def test_nobody_writes_the_name_that_the_ledger_knows_them_by() -> None:
    [pool] = resources("AWS::Cognito::UserPool").values()
    clients = resources("AWS::Cognito::UserPoolClient")

    assert [each["WriteAttributes"] for each in clients.values()] == [["name"]] * len(clients)
    assert pool["UserAttributeUpdateSettings"] == {"AttributesRequireVerificationBeforeUpdate": ["email"]}


def test_scripts_sign_in_with_credentials_of_the_account_alone() -> None:
    """Without the list, or by SRP, whoever has the password gets a token that sets a second factor up."""
    clients = {
        each["ClientName"]: each["ExplicitAuthFlows"] for each in resources("AWS::Cognito::UserPoolClient").values()
    }

    assert clients["operators"] == ["ALLOW_ADMIN_USER_PASSWORD_AUTH"]
    assert not {"ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_CUSTOM_AUTH"} & {*clients["console"]}


def test_the_groups_of_the_user_pool_are_the_roles() -> None:
    groups = [group["GroupName"] for group in resources("AWS::Cognito::UserPoolGroup").values()]

    assert sorted(groups) == sorted(Role)


def test_the_user_pool_needs_no_function_as_functions_need_it() -> None:
    [pool] = resources("AWS::Cognito::UserPool").values()

    assert "LambdaConfig" not in pool
    assert template()["Globals"]["Function"]["Environment"]["Variables"]["USER_POOL_ID"] == {"!Ref": "UserPool"}


def test_the_api_is_told_whether_people_need_a_second_factor() -> None:
    [pool] = resources("AWS::Cognito::UserPool").values()
    variables = template()["Globals"]["Function"]["Environment"]["Variables"]

    assert pool["MfaConfiguration"] == variables["MFA"] == {"!Ref": "Mfa"}
    assert OPTIONAL in template()["Parameters"]["Mfa"]["AllowedValues"]


def test_a_function_answers_before_api_gateway_gives_up() -> None:
    behind = {
        found["IntegrationUri"]["!Ref"].removesuffix(".Alias")
        for found in resources("AWS::ApiGatewayV2::Integration").values()
    }

    assert {name for name in behind if FUNCTIONS[name].get("Timeout", DEFAULT_TIMEOUT) > 29} == set()


def test_documents_are_drawn_by_a_function_with_a_layer_of_its_own() -> None:
    layers = {name: each["Layers"] for name, each in FUNCTIONS.items() if "Layers" in each}
    rules = RESOURCES["UploadsBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]

    assert layers["DocumentsFunction"] == [{"!Ref": "DocumentsLayer"}]
    assert [each["ExpirationInDays"] for each in rules if each["Prefix"] == "documents/"] == [7]


def test_suppliers_are_called_by_a_function_with_a_layer_of_its_own() -> None:
    layers = {name: each["Layers"] for name, each in FUNCTIONS.items() if "Layers" in each}

    assert layers.keys() == {"DocumentsFunction", "SupplierFunction", "NotificationFunction"}
    assert layers["SupplierFunction"] == [{"!Ref": "SftpLayer"}]


def test_notifications_are_verified_by_a_function_with_a_layer_of_its_own() -> None:
    assert FUNCTIONS["NotificationFunction"]["Layers"] == [{"!Ref": "SignaturesLayer"}]
    assert FUNCTIONS["NotificationFunction"]["Timeout"] < FUNCTIONS["WebhookFunction"]["Timeout"]


def test_cloudfront_keeps_no_error_that_the_api_answers() -> None:
    """Those that it keeps whatever the headers say: a policy without caching does not count for errors."""
    [distribution] = resources("AWS::CloudFront::Distribution").values()
    errors = distribution["DistributionConfig"]["CustomErrorResponses"]

    assert {each["ErrorCode"]: each["ErrorCachingMinTTL"] for each in errors} == dict.fromkeys(KEPT_BY_CLOUDFRONT, 0)
    assert {name for each in errors for name in each} == {"ErrorCode", "ErrorCachingMinTTL"}, "the answer stays"


def test_throttling_is_set() -> None:
    [stage] = resources("AWS::ApiGatewayV2::Stage").values()

    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] > 0


def test_webhooks_and_their_challenges_are_throttled_by_themselves() -> None:
    [stage] = resources("AWS::ApiGatewayV2::Stage").values()
    webhooks = {
        route["RouteKey"] for route in resources("AWS::ApiGatewayV2::Route").values() if "webhook" in route["RouteKey"]
    }

    assert set(stage["RouteSettings"]) == webhooks
    assert len(webhooks) == 3
    assert all(each["ThrottlingRateLimit"] > 0 for each in stage["RouteSettings"].values())


def test_the_bucket_is_retained() -> None:
    assert is_retained("UploadsBucket")


@pytest.mark.parametrize("bucket", resources("AWS::S3::Bucket").values(), ids=resources("AWS::S3::Bucket"))
def test_a_bucket_is_closed_to_the_world_and_encrypted(bucket: dict[str, Any]) -> None:
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert "BucketEncryption" in bucket


def test_a_supplier_is_held_for_longer_than_the_process_that_holds_it_can_live() -> None:
    assert FUNCTIONS["SupplierFunction"]["Timeout"] < LEASE_SECONDS - 20

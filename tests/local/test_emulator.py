"""The patches make MiniStack behave as AWS where it differs."""

import base64
import json
import os
import re
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import httpx
import pytest
from botocore.exceptions import ClientError

from local.background import REGION, emulator_url
from local.home import Home
from local.logs import newest_lines
from tests.local.aws import (
    Aws,
    archive,
    create_machine,
    eventually,
    invoke,
    message_count,
    provision,
    queue_arn,
    user_who_may,
    waiting_task,
)

# ---- functions run on the Lambda runtime client


def test_a_failing_function_reports_the_name_of_its_exception(aws: Aws, failing: str) -> None:
    answer = invoke(aws, failing)

    assert answer["errorType"] == "OutOfStock"
    assert answer["requestId"]


def test_a_state_machine_catches_an_exception_by_its_name(aws: Aws, failing: str, role: str) -> None:
    states = aws("stepfunctions")
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {"FunctionName": failing},
        "Catch": [{"ErrorEquals": ["OutOfStock"], "Next": "Caught", "Output": "caught"}],
        "End": True,
    }
    definition = {
        "QueryLanguage": "JSONata",
        "StartAt": "Task",
        "States": {"Task": task, "Caught": {"Type": "Succeed"}},
    }
    machine = states.create_state_machine(name="catches", roleArn=role, definition=json.dumps(definition))

    execution = states.start_execution(stateMachineArn=machine["stateMachineArn"])["executionArn"]

    done = eventually(lambda: (d := states.describe_execution(executionArn=execution))["status"] != "RUNNING" and d)
    assert (done["status"], done["output"]) == ("SUCCEEDED", '"caught"')


def test_a_package_that_only_the_emulator_has_is_missing(aws: Aws, deploy: Callable[..., str]) -> None:
    function = deploy("""
        import hypercorn

        def handler(event, context): ...
    """)

    assert "Runtime.ImportModuleError" in invoke(aws, function)["errorMessage"]


def test_a_function_sees_its_own_environment_only(aws: Aws, deploy: Callable[..., str]) -> None:
    function = deploy(
        """
        import os

        def handler(event, context):
            return dict(os.environ)
        """,
        Environment={"Variables": {"TABLE": "orders"}},
    )

    seen = invoke(aws, function)

    assert (seen["TABLE"], seen["AWS_LAMBDA_FUNCTION_NAME"]) == ("orders", function.split(":")[-1])
    assert not {"GATEWAY_PORT", "STATE_DIR", "AUTH", "VIRTUAL_ENV"} & seen.keys()


def test_a_function_finds_its_layer(aws: Aws, deploy: Callable[..., str]) -> None:
    packed = archive({"python/shared/__init__.py": "", "python/shared/answer.py": "VALUE = 42\n"})
    layer = aws("lambda").publish_layer_version(LayerName="shared", Content={"ZipFile": packed})
    function = deploy(
        """
        from shared.answer import VALUE

        def handler(event, context):
            return VALUE
        """,
        Layers=[layer["LayerVersionArn"]],
    )

    assert invoke(aws, function) == 42


def test_parallel_cold_starts_all_respond(aws: Aws, deploy: Callable[..., str]) -> None:
    function = deploy("""
        def handler(event, context):
            return "here"
    """)

    with ThreadPoolExecutor(8) as callers:
        answers = list(callers.map(lambda _: invoke(aws, function), range(8)))

    assert answers == ["here"] * 8


def test_no_more_environments_start_at_the_same_time_than_there_are_processors(
    aws: Aws, deploy: Callable[..., str]
) -> None:
    function = deploy("""
        import os, time

        began = time.time()
        time.sleep(0.5)
        ended = time.time()

        def handler(event, context):
            time.sleep(0.5)
            return [began, ended]
    """)
    together = 2 * (os.cpu_count() or 1) + 1

    with ThreadPoolExecutor(together) as callers:
        starts = list(callers.map(lambda _: invoke(aws, function), range(together)))

    for moment, _ in starts:
        assert len({began for began, ended in starts if began <= moment < ended}) <= (os.cpu_count() or 1)


def test_a_crowd_shares_a_few_environments_in_its_order(aws: Aws, deploy: Callable[..., str]) -> None:
    function = deploy("""
        import os, time

        def handler(event, context):
            time.sleep(0.02)
            return os.getpid()
    """)

    with ThreadPoolExecutor(100) as callers:
        processes = list(callers.map(lambda _: invoke(aws, function), range(100)))

    assert all(isinstance(process, int) for process in processes)
    assert len(set(processes)) <= max(2, os.cpu_count() or 1)


def test_starting_may_take_longer_than_an_invocation(aws: Aws, deploy: Callable[..., str]) -> None:
    function = deploy(
        """
        import time
        time.sleep(12)  # on AWS after ten seconds the Init phase is over

        def handler(event, context):
            return "here"
        """,
        Timeout=3,
    )

    assert invoke(aws, function) == "here"


# ---- API Gateway


def test_an_api_hides_why_its_function_failed(aws: Aws, home: Home, failing: str) -> None:
    gateway = aws("apigatewayv2")
    api = gateway.create_api(Name="failing", ProtocolType="HTTP")["ApiId"]
    to_function = {"IntegrationType": "AWS_PROXY", "IntegrationUri": failing, "PayloadFormatVersion": "2.0"}
    integration = gateway.create_integration(ApiId=api, **to_function)["IntegrationId"]
    gateway.create_route(ApiId=api, RouteKey="$default", Target=f"integrations/{integration}")
    gateway.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)

    answer = httpx.get(f"{emulator_url(home)}/_aws/execute-api/{api}/anything")

    assert (answer.status_code, answer.json()) == (500, {"message": "Internal Server Error"})


def test_an_api_answers_the_preflight_that_its_template_allows(aws: Aws, home: Home) -> None:
    cors = {
        "AllowOrigins": ["http://console.localhost:3000"],
        "AllowMethods": ["GET"],
        "AllowHeaders": ["authorization"],
    }
    api = provision(aws, "AWS::ApiGatewayV2::Api", Name="cors", ProtocolType="HTTP", CorsConfiguration=cors)
    preflight = {"Origin": "http://console.localhost:3000", "Access-Control-Request-Method": "GET"}

    answer = httpx.options(f"{emulator_url(home)}/_aws/execute-api/{api}/orders", headers=preflight)

    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "http://console.localhost:3000"


# ---- SQS


FAILED_BATCH = (
    "{'batchItemFailures': [{'itemIdentifier': ''}]}",
    "{'batchItemFailures': [{'itemIdentifier': 'never-sent'}]}",
    "{'batchItemFailures': [{'id': event['Records'][0]['messageId']}]}",
    "'nonsense'",
)
FAILED_RECORD = "{'batchItemFailures': [{'itemIdentifier': event['Records'][0]['messageId']}]}"
DONE = ("{'batchItemFailures': []}", "{'batchItemFailures': None}", "{}", "None")


def test_only_a_valid_batch_response_deletes_messages(aws: Aws, deploy: Callable[..., str]) -> None:
    responses = (*FAILED_BATCH, FAILED_RECORD, *DONE)
    queues = {
        response: _queue_read_by(aws, deploy(f"def handler(event, _): return {response}")) for response in responses
    }

    for queue, _ in queues.values():
        aws("sqs").send_message(QueueUrl=queue, MessageBody="order")

    expected = {response: (0, response not in DONE) for response in responses}

    def counts() -> dict[str, tuple[int, bool]]:
        return {
            response: (message_count(aws, queue), bool(message_count(aws, dead)))
            for response, (queue, dead) in queues.items()
        }

    eventually(lambda: counts() == expected, seconds=30)


def _queue_read_by(aws: Aws, function: str) -> tuple[str, str]:
    """Create a queue that the function reads, with one try a message, and its dead-letter queue."""
    sqs, name = aws("sqs"), uuid.uuid4().hex
    invoke(aws, function)  # a cold start on a busy machine may outlast the visibility timeout
    dead = sqs.create_queue(QueueName=f"dead-{name}")["QueueUrl"]
    redrive = json.dumps({"deadLetterTargetArn": queue_arn(aws, dead), "maxReceiveCount": 1})
    queue = sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "3", "RedrivePolicy": redrive})[
        "QueueUrl"
    ]
    aws("lambda").create_event_source_mapping(
        EventSourceArn=queue_arn(aws, queue), FunctionName=function, FunctionResponseTypes=["ReportBatchItemFailures"]
    )
    return queue, dead


# ---- DynamoDB


def test_batches_of_a_stream_are_a_batch_window_apart(aws: Aws, deploy: Callable[..., str]) -> None:
    name = f"t-{uuid.uuid4().hex[:8]}"
    key = {"AttributeName": "pk"}
    stream = aws("dynamodb").create_table(
        TableName=name,
        KeySchema=[{**key, "KeyType": "HASH"}],
        AttributeDefinitions=[{**key, "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
    )["TableDescription"]["LatestStreamArn"]
    function = deploy("def handler(event, context): print('batch of', len(event['Records']))")
    window = 3
    aws("lambda").create_event_source_mapping(
        EventSourceArn=stream,
        FunctionName=function,
        StartingPosition="TRIM_HORIZON",
        MaximumBatchingWindowInSeconds=window,
    )

    began = time.monotonic()
    for number in range(4):
        aws("dynamodb").put_item(TableName=name, Item={"pk": {"S": str(number)}})
        time.sleep(0.3)
    seconds = time.monotonic() - began

    group = f"/aws/lambda/{function.rpartition(':')[2]}"

    def batches() -> list[int]:
        found = aws("logs").describe_log_groups(logGroupNamePrefix=group)["logGroups"]
        events = aws("logs").filter_log_events(logGroupName=group)["events"] if found else []
        return [int(size) for event in events for size in re.findall(r"batch of (\d+)", event["message"])]

    eventually(lambda: sum(batches()) == 4)
    assert len(batches()) <= 1 + seconds / window


# ---- Step Functions


@pytest.fixture
def waiting(aws: Aws, role: str) -> tuple[str, str]:
    """A state machine that waits for an answer, and the queue that it sends its task tokens to."""
    queue = aws("sqs").create_queue(QueueName=uuid.uuid4().hex)["QueueUrl"]
    return create_machine(aws, role, waiting_task(queue)), queue


def test_starting_the_same_execution_twice_starts_it_once(aws: Aws, waiting: tuple[str, str]) -> None:
    states, (machine, _) = aws("stepfunctions"), waiting

    first = states.start_execution(stateMachineArn=machine, name="order-1", input='{"order": 1}')
    again = states.start_execution(stateMachineArn=machine, name="order-1", input='{"order": 1}')

    assert again["executionArn"] == first["executionArn"]
    assert again["startDate"] == first["startDate"]


def test_the_same_name_with_another_input_is_refused(aws: Aws, waiting: tuple[str, str]) -> None:
    states, (machine, _) = aws("stepfunctions"), waiting
    states.start_execution(stateMachineArn=machine, name="order-1", input='{"order": 1}')

    with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
        states.start_execution(stateMachineArn=machine, name="order-1", input='{"order": 2}')


def test_a_second_answer_to_a_task_is_too_late(aws: Aws, waiting: tuple[str, str]) -> None:
    states, (machine, queue) = aws("stepfunctions"), waiting
    execution = states.start_execution(stateMachineArn=machine)["executionArn"]
    message = eventually(lambda: aws("sqs").receive_message(QueueUrl=queue).get("Messages"))
    token = message[0]["Body"]

    states.send_task_success(taskToken=token, output='"first"')
    with pytest.raises(ClientError, match="TaskTimedOut"):
        states.send_task_success(taskToken=token, output='"second"')

    eventually(lambda: states.describe_execution(executionArn=execution).get("output") == '"first"')


def test_nonsense_is_not_a_task_token(aws: Aws) -> None:
    with pytest.raises(ClientError, match="InvalidToken"):
        aws("stepfunctions").send_task_failure(taskToken="nonsense", error="Rejected")


def test_an_execution_starts_at_once(aws: Aws, role: str) -> None:
    states, machine = aws("stepfunctions"), create_machine(aws, role, {"Type": "Pass"})

    def seconds() -> float:
        execution = states.start_execution(stateMachineArn=machine)["executionArn"]
        done = eventually(lambda: (d := states.describe_execution(executionArn=execution)).get("stopDate") and d)
        return float((done["stopDate"] - done["startDate"]).total_seconds())

    assert min(seconds() for _ in range(5)) < 0.15


def test_a_definition_may_be_yaml_with_placeholders(aws: Aws, role: str) -> None:
    definition = """
        StartAt: Pause
        States:
          Pause: {Type: Wait, Seconds: ${Seconds}, End: true}
    """
    substitutions = {"Seconds": "0"}
    kind = "AWS::StepFunctions::StateMachine"
    machine = provision(aws, kind, RoleArn=role, DefinitionString=definition, DefinitionSubstitutions=substitutions)
    states = aws("stepfunctions")

    execution = states.start_execution(stateMachineArn=machine)["executionArn"]

    eventually(lambda: states.describe_execution(executionArn=execution)["status"] == "SUCCEEDED")


# ---- Scheduler


def test_a_policy_may_allow_the_schedules_of_one_group(aws: Aws, home: Home) -> None:
    aws("scheduler").create_schedule_group(Name="polls")
    resource = f"arn:aws:scheduler:{REGION}:000000000000:schedule/polls/*"
    statement = {"Effect": "Allow", "Action": "scheduler:*", "Resource": resource}
    scheduler = boto3.client("scheduler", endpoint_url=emulator_url(home), **user_who_may(aws, statement))
    daily = {
        "Name": "shop",
        "ScheduleExpression": "rate(1 day)",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"Arn": "arn:aws:sqs:us-east-1:000000000000:any", "RoleArn": "arn:aws:iam::000000000000:role/any"},
    }

    scheduler.create_schedule(**daily, GroupName="polls")
    scheduler.delete_schedule(Name="shop", GroupName="polls")

    with pytest.raises(ClientError, match="AccessDenied"):
        scheduler.create_schedule(**daily)


def test_a_scheduled_invocation_that_fails_for_good_goes_to_the_destination_of_the_function(
    aws: Aws, deploy: Callable[..., str], role: str
) -> None:
    function = deploy("""
        def handler(event, _):
            raise KeyError(event["audit"])
    """)
    letters = aws("sqs").create_queue(QueueName=f"q-{uuid.uuid4().hex[:8]}")["QueueUrl"]
    aws("lambda").put_function_event_invoke_config(
        FunctionName=function,
        MaximumRetryAttempts=1,
        DestinationConfig={"OnFailure": {"Destination": queue_arn(aws, letters)}},
    )
    aws("scheduler").create_schedule(
        Name=uuid.uuid4().hex[:8],
        ScheduleExpression="at(2026-01-01T00:00:00)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": function, "RoleArn": role, "Input": '{"audit": "stock"}'},
    )

    [letter] = eventually(lambda: aws("sqs").receive_message(QueueUrl=letters).get("Messages"), seconds=40)

    told = json.loads(letter["Body"])
    assert told["requestPayload"] == {"audit": "stock"}
    assert told["responsePayload"]["errorType"] == "KeyError"
    assert function in told["requestContext"]["functionArn"]


def test_a_policy_for_one_message_is_one_for_batches(aws: Aws, home: Home) -> None:
    queue = aws("sqs").create_queue(QueueName=f"q-{uuid.uuid4().hex[:8]}")["QueueUrl"]
    statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": queue_arn(aws, queue)}
    sqs = boto3.client("sqs", endpoint_url=emulator_url(home), **user_who_may(aws, statement))

    sqs.send_message_batch(QueueUrl=queue, Entries=[{"Id": "1", "MessageBody": "x"}])

    with pytest.raises(ClientError, match="AccessDenied"):
        sqs.delete_message_batch(QueueUrl=queue, Entries=[{"Id": "1", "ReceiptHandle": "x"}])


def test_a_policy_may_allow_answers_to_the_tasks_of_one_machine(aws: Aws, home: Home, role: str) -> None:
    queues = [aws("sqs").create_queue(QueueName=f"q-{uuid.uuid4().hex[:8]}")["QueueUrl"] for _ in range(2)]
    waits = [{"StartAt": "Wait", "States": {"Wait": waiting_task(queue)}} for queue in queues]
    maps = [{"Type": "Map", "Items": [1], "ItemProcessor": processor} for processor in waits]
    ours, other = (create_machine(aws, role, state) for state in maps)
    tokens = []
    for machine, queue in zip((ours, other), queues, strict=True):
        aws("stepfunctions").start_execution(stateMachineArn=machine)
        received = aws("sqs").receive_message(QueueUrl=queue, WaitTimeSeconds=10)
        tokens.append(received["Messages"][0]["Body"])
    statement = {"Effect": "Allow", "Action": "states:SendTaskSuccess", "Resource": ours}
    states = boto3.client("stepfunctions", endpoint_url=emulator_url(home), **user_who_may(aws, statement))

    states.send_task_success(taskToken=tokens[0], output="{}")

    with pytest.raises(ClientError, match="AccessDenied"):
        states.send_task_success(taskToken=tokens[1], output="{}")


# ---- CloudWatch


def test_the_newest_lines_are_found_behind_ten_thousand_older_ones(aws: Aws) -> None:
    logs, group, now = aws("logs"), f"/packhorse/{uuid.uuid4().hex[:8]}", int(time.time() * 1000)
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="s")
    for first in range(0, 25_000, 5000):
        numbers = range(first, first + 5000)
        events = [{"timestamp": now - 100_000 + number // 3, "message": f"line {number}"} for number in numbers]
        logs.put_log_events(logGroupName=group, logStreamName="s", logEvents=events)
    logs.put_log_events(
        logGroupName=group, logStreamName="s", logEvents=[{"timestamp": now + 60_000, "message": "REPORT x"}]
    )

    found = [line for line in newest_lines(logs, 2000) if line.startswith("line ")]  # others write beside this test
    assert found[-200:] == [f"line {number}" for number in range(24_800, 25_000)]


def test_an_alarm_may_add_metrics_up(aws: Aws) -> None:
    def metric(name: str) -> dict[str, Any]:
        metric = {"Namespace": "AWS/SQS", "MetricName": name, "Dimensions": [{"Name": "QueueName", "Value": "q"}]}
        return {"Id": name, "ReturnData": False, "MetricStat": {"Stat": "Maximum", "Period": 300, "Metric": metric}}

    metrics = [{"Id": "sum", "Expression": "one + other"}, metric("one"), metric("other")]
    limits = {"Threshold": 0, "EvaluationPeriods": 3, "ComparisonOperator": "GreaterThanThreshold"}

    name = provision(aws, "AWS::CloudWatch::Alarm", Metrics=metrics, **limits)

    [alarm] = aws("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    assert (alarm["MetricName"], alarm["Statistic"], alarm["Threshold"]) == ("one", "Maximum", 0)


# ---- S3


def test_a_part_of_a_version_is_that_part(aws: Aws) -> None:
    s3 = aws("s3")
    bucket = f"versions-{uuid.uuid4().hex[:8]}"
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    old = s3.put_object(Bucket=bucket, Key="file.csv", Body=b"header\nold row\n")
    s3.put_object(Bucket=bucket, Key="file.csv", Body=b"header\nnew row\n")
    version = {"Bucket": bucket, "Key": "file.csv", "VersionId": old["VersionId"], "IfMatch": old["ETag"]}

    part = s3.get_object(**version, Range="bytes=7-9")
    rest = s3.get_object(**version, Range="bytes=11-4000")
    with pytest.raises(ClientError) as beyond:
        s3.get_object(**version, Range="bytes=15-20")

    assert (part["Body"].read(), part["ContentRange"]) == (b"old", "bytes 7-9/15")
    assert rest["Body"].read() == b"row\n"
    assert beyond.value.response["Error"]["Code"] == "InvalidRange"
    assert s3.get_object(**version)["Body"].read() == b"header\nold row\n"


# ---- people


def test_a_token_that_is_refreshed_says_the_groups_of_the_person(aws: Aws, home: Home) -> None:
    cognito, callback = aws("cognito-idp"), "http://localhost/signed-in"
    pool = cognito.create_user_pool(PoolName="people")["UserPool"]["Id"]
    client = cognito.create_user_pool_client(
        UserPoolId=pool,
        ClientName="console",
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid"],
        CallbackURLs=[callback],
    )["UserPoolClient"]["ClientId"]
    ann = {"UserPoolId": pool, "Username": "ann"}
    cognito.admin_create_user(**ann, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(**ann, Password="Aa1-secret-secret", Permanent=True)
    cognito.create_group(UserPoolId=pool, GroupName="owner")
    cognito.admin_add_user_to_group(**ann, GroupName="owner")
    asked = {"client_id": client, "redirect_uri": callback, "response_type": "code", "scope": "openid"}

    with httpx.Client(base_url=emulator_url(home)) as browser:
        there = browser.post("/login", data={**asked, "username": "ann", "password": "Aa1-secret-secret"})
        [code] = parse_qs(urlsplit(there.headers["location"]).query)["code"]
        grant = {"grant_type": "authorization_code", "code": code, "redirect_uri": callback, "client_id": client}
        first = browser.post("/oauth2/token", data=grant).json()
        again = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"], "client_id": client}
        refreshed = browser.post("/oauth2/token", data=again).json()

    for token in (first["access_token"], refreshed["access_token"], refreshed["id_token"]):
        body = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        assert claims["cognito:groups"] == ["owner"]

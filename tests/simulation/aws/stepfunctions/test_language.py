"""The language of state machines, as far as ours use it."""

import json
from typing import Any

import pytest

from tests.simulation.aws.stepfunctions.example import Deployment, machine, started, task


@pytest.mark.parametrize(
    ("names", "error", "is_caught"),
    [
        (["States.ALL"], "Boom", True),
        (["States.ALL"], "States.Timeout", True),
        (["States.TaskFailed"], "Boom", True),
        (["States.TaskFailed"], "States.Timeout", False),
        (["States.ALL"], "States.DataLimitExceeded", False),
        (["boom"], "Boom", False),
    ],
)
def test_what_catches_what(names: list[str], error: str, is_caught: bool) -> None:
    caught = {"ErrorEquals": names, "Next": "Caught", "Output": "{% $states.errorOutput.Error %}"}
    deployment, arn = started(machine(Only=task(Catch=[caught], End=True), Caught={"Type": "Succeed"}))

    deployment.states.invocations.pop().fail(error)
    deployment.go_on()

    described = deployment.ask("DescribeExecution", executionArn=arn)
    assert described.get("output") == (json.dumps(error) if is_caught else None)


def test_a_task_that_takes_too_long_times_out() -> None:
    deployment, arn = started(machine(Only=task(TimeoutSeconds=60, End=True)))

    deployment.clock.sleep(60)
    deployment.go_on()

    assert deployment.ask("DescribeExecution", executionArn=arn)["error"] == "States.Timeout"


def test_retries_are_counted_anew_where_a_state_is_entered_again() -> None:
    retry = [{"ErrorEquals": ["Again"], "MaxAttempts": 1, "IntervalSeconds": 1}]
    caught = [{"ErrorEquals": ["Again"], "Next": "Only"}]
    deployment, _ = started(machine(Only=task(Retry=retry, Catch=caught, End=True)))

    for _ in range(4):
        deployment.states.invocations.pop().fail("Again")
        deployment.clock.sleep(1)
        deployment.go_on()

    assert deployment.states.transitions == 1 + 5


def test_what_is_too_long_to_travel_fails_the_state() -> None:
    deployment, arn = started(machine(Only=task(End=True)))

    deployment.states.invocations.pop().succeed("x" * 262_144)

    assert deployment.ask("DescribeExecution", executionArn=arn)["error"] == "States.DataLimitExceeded"


@pytest.mark.parametrize("output", ["{% $states.result.Gone %}", "{% $merge([$states.result.StatusCode]) %}"])
def test_an_expression_that_cannot_be_evaluated_fails_the_state(output: str) -> None:
    deployment, arn = started(machine(Only=task(Output=output, End=True)))

    deployment.states.invocations.pop().succeed({})

    assert deployment.ask("DescribeExecution", executionArn=arn)["error"] == "States.QueryEvaluationError"


def test_a_message_that_the_queue_does_not_take_fails_the_state() -> None:
    message = {"QueueUrl": "https://sqs/gone", "MessageBody": "{% $states.context.Task.Token %}"}
    ask = {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "Arguments": message}

    deployment, arn = started(machine(Only={**ask, "End": True}))

    assert deployment.ask("DescribeExecution", executionArn=arn)["error"] == "SQS.AmazonSQSException"


@pytest.mark.parametrize(
    "definition",
    [
        machine(Only={"Type": "Choice", "Choices": []}),
        machine(Only=task(HeartbeatSeconds=1, End=True)),
        machine(Only=task(End=True) | {"Resource": "arn:aws:states:::dynamodb:putItem"}),
        machine(Only=task(Retry=[{"ErrorEquals": ["A"], "Sometimes": True}], End=True)),
        machine(Only=task(End=True)) | {"TimeoutSeconds": 1},
        machine(Only=task(End=True)) | {"QueryLanguage": "JSONPath"},
    ],
)
def test_what_the_stand_in_does_not_know_is_refused_loudly(definition: dict[str, Any]) -> None:
    with pytest.raises(NotImplementedError):
        Deployment(definition)


@pytest.mark.parametrize("only", [task(), task(Next="Gone"), task(Next="Only", End=True)])
def test_a_state_leads_to_one_that_is_there_or_ends(only: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="Only"):
        Deployment(machine(Only=only))

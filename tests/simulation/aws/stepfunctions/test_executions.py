"""Executions, and the turns that they take."""

import json

import pytest

from tests.simulation.aws.stepfunctions.example import DAY, Deployment, machine, refusal, started, task

# ---- turns ----------------------------------------------------------------------------------------------


def test_nothing_happens_of_itself_and_turns_may_be_taken_in_any_order() -> None:
    deployment = Deployment()
    deployment.start()
    works = [{"fulfilment": number, "kind": "own"} for number in (1, 2)]
    told = json.dumps({"order": "o-2", "attempt": 1, "fulfilments": works})
    deployment.ask("StartExecution", stateMachineArn=deployment.machine.arn, name="o-2", input=told)
    assert [str(turn) for turn in deployment.states.due()] == ["o-2: enter HandOver"]
    deployment.states.take(deployment.states.due()[0])

    first, second = deployment.states.due()
    deployment.states.take(second)
    deployment.states.take(first)

    assert [each["fulfilment"] for each in deployment.asked()] == [1, 2, 1]
    with pytest.raises(ValueError, match="was taken"):
        deployment.states.take(first)


def test_what_was_stopped_has_no_turns_and_its_answers_are_too_late() -> None:
    deployment, arn = started(machine(Only=task(End=True)))
    invocation = deployment.states.invocations.pop()

    deployment.ask("StopExecution", executionArn=arn, cause="replaced")
    invocation.succeed({})
    invocation.fail("Conflict")

    assert not invocation.is_awaited
    assert deployment.states.next_at() is None
    described = deployment.ask("DescribeExecution", executionArn=arn)
    assert (described["status"], described["cause"]) == ("ABORTED", "replaced")


def test_a_function_sees_none_of_the_worlds_own_objects() -> None:
    deployment, arn = started(machine(Only=task(End=True, Output="{% $states.result.Payload %}")), '{"n": 1}')
    answer = {"status": "completed"}

    deployment.states.invocations[0].payload.clear()
    deployment.states.invocations[0].succeed(answer)
    answer.clear()

    assert json.loads(deployment.ask("DescribeExecution", executionArn=arn)["output"]) == {"status": "completed"}


# ---- executions -------------------------------------------------------------------------------------------


def test_a_name_is_kept_for_ninety_days_after_the_end() -> None:
    deployment = Deployment()
    arn = deployment.start()
    token = deployment.asked()[0]["token"]
    deployment.ask("StopExecution", executionArn=arn)
    again = {"stateMachineArn": deployment.machine.arn, "name": "o-1", "input": "{}"}

    deployment.clock.sleep(90 * DAY - 1)
    assert refusal(deployment, "StartExecution", **again) == "ExecutionAlreadyExists"
    deployment.clock.sleep(1)
    assert refusal(deployment, "DescribeExecution", executionArn=arn) == "ExecutionDoesNotExist"
    assert refusal(deployment, "SendTaskSuccess", taskToken=token, output="{}") == "TaskDoesNotExist"
    assert deployment.ask("StartExecution", **again)["executionArn"] == arn


def test_what_is_described_and_listed_may_lag_behind() -> None:
    deployment = Deployment()
    deployment.states.lag = 2.0
    arn = deployment.start()
    running = {"stateMachineArn": deployment.machine.arn, "statusFilter": "RUNNING"}
    assert refusal(deployment, "DescribeExecution", executionArn=arn) == "ExecutionDoesNotExist"
    assert deployment.ask("ListExecutions", **running)["executions"] == []

    deployment.clock.sleep(2)
    deployment.ask("StopExecution", executionArn=arn)
    assert deployment.status(arn) == "RUNNING"
    assert [each["name"] for each in deployment.ask("ListExecutions", **running)["executions"]] == ["o-1"]

    deployment.clock.sleep(2)
    assert deployment.status(arn) == "ABORTED"


def test_pages_of_a_list_hold_while_others_start() -> None:
    deployment = Deployment()
    for number in range(4):
        deployment.start(f"o-{number}")
    running = {"stateMachineArn": deployment.machine.arn, "statusFilter": "RUNNING", "maxResults": 2}

    page = deployment.ask("ListExecutions", **running)
    deployment.start("o-new")
    rest = deployment.ask("ListExecutions", **running, nextToken=page["nextToken"])

    assert [[each["name"] for each in each_page["executions"]] for each_page in (page, rest)] == [
        ["o-3", "o-2"],
        ["o-1", "o-0"],
    ]
    assert "nextToken" not in rest

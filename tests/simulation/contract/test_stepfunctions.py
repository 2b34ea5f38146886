"""Step Functions: executions by name, tasks that wait for a token, functions that fail."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from packhorse.aws import executions
from packhorse.aws.settings import settings
from packhorse.domain.values import OrderId
from simulation.contract.backends import ROLE, Backend

Code = Callable[..., str]
MOST = 262_144


def asks(queue: str, **fields: Any) -> dict[str, Any]:
    """A state that asks with a token and waits."""
    body = "{% $merge([$states.input, {'token': $states.context.Task.Token}]) %}"
    arguments = {"QueueUrl": queue, "MessageBody": body}
    resource = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
    return {"Type": "Task", "Resource": resource, "Arguments": arguments, **fields}


def invokes(function: str, **fields: Any) -> dict[str, Any]:
    """A state that invokes a function with its input."""
    arguments = {"FunctionName": function, "Payload": "{% $states.input %}"}
    return {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": arguments, **fields}


class RefusesToStop:
    """A client that refuses every request to stop an execution."""

    def __init__(self, client: Any) -> None:
        self.describe_execution = client.describe_execution

    def stop_execution(self, **told: str) -> None:
        raise ClientError({"Error": {"Code": "ValidationException", "Message": "wrong"}}, "StopExecution")


class Machine:
    """A state machine of its own, and the queue that it asks."""

    def __init__(self, aws: Backend, name: str) -> None:
        self.client = aws.client("stepfunctions")
        self._aws = aws
        self._sqs = aws.client("sqs")
        self._name = name
        self.queue: str = self._sqs.create_queue(QueueName=name)["QueueUrl"]
        self.arn = ""

    def make(self, **states: dict[str, Any]) -> "Machine":
        """Makes the machine of these states, of which the first comes first."""
        told = {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states}
        made = self.client.create_state_machine(name=self._name, roleArn=ROLE, definition=json.dumps(told))
        self.arn = made["stateMachineArn"]
        return self

    def start(self, name: str = "x", given: Any = None) -> str:
        told = {"stateMachineArn": self.arn, "name": name, "input": json.dumps(given or {})}
        return str(self.client.start_execution(**told)["executionArn"])

    def describe(self, execution: str) -> dict[str, Any]:
        found: dict[str, Any] = self.client.describe_execution(executionArn=execution)
        return found

    def ended(self, execution: str) -> dict[str, Any]:
        """How an execution stands when it is over."""
        return self.eventually(lambda: (found := self.describe(execution))["status"] != "RUNNING" and found)

    def asked(self) -> dict[str, Any]:
        """The next that it asks."""
        return self.eventually(self._asked)

    def _asked(self) -> Any:
        found = self._sqs.receive_message(QueueUrl=self.queue).get("Messages", [])
        return found and json.loads(found[0]["Body"])

    def eventually(self, look: Callable[[], Any]) -> dict[str, Any]:
        for _ in range(200):
            if found := look():
                return dict(found)
            self._aws.wait()
        raise AssertionError("it did not happen")

    def failed(self, name: str) -> str:
        """An execution whose task has failed."""
        execution = self.start(name)
        self.client.send_task_failure(taskToken=self.asked()["token"], error="Broken", cause="fell off")
        self.ended(execution)
        return execution

    def succeed(self, token: str, output: Any = "done") -> None:
        self.client.send_task_success(taskToken=token, output=json.dumps(output))


@pytest.fixture
def machine(aws: Backend, name: str) -> Machine:
    return Machine(aws, name)


@pytest.fixture
def waiting(machine: Machine) -> Machine:
    """One that asks, and waits."""
    return machine.make(Only=asks(machine.queue, End=True))


# ---- executions ----------------------------------------------------------------------------------------------------


def test_the_same_execution_starts_once_while_it_runs(waiting: Machine, code: Code) -> None:
    first = waiting.start(given={"n": 1})

    assert waiting.start(given={"n": 1}) == first
    assert code(waiting.start, given={"n": 2}) == "ExecutionAlreadyExists"
    assert len(waiting.client.list_executions(stateMachineArn=waiting.arn)["executions"]) == 1


def test_an_execution_that_is_over_does_not_start_again(waiting: Machine, code: Code) -> None:
    execution = waiting.start()
    waiting.client.stop_execution(executionArn=execution, cause="enough")

    assert code(waiting.start) == "ExecutionAlreadyExists"
    described = waiting.describe(execution)
    assert (described["status"], described["cause"]) == ("ABORTED", "enough")


def test_stopping_what_is_over_changes_nothing(waiting: Machine, code: Code) -> None:
    execution = waiting.start()
    waiting.client.stop_execution(executionArn=execution, cause="enough")

    waiting.client.stop_execution(executionArn=execution, cause="more")

    assert waiting.describe(execution)["cause"] == "enough"
    gone = execution + "-gone"
    assert code(waiting.client.stop_execution, executionArn=gone) == "ExecutionDoesNotExist"
    assert code(waiting.describe, execution=gone) == "ExecutionDoesNotExist"


def test_stopping_what_has_failed_changes_nothing(waiting: Machine) -> None:
    execution = waiting.failed("x")

    waiting.client.stop_execution(executionArn=execution, cause="more")

    described = waiting.describe(execution)
    assert (described["status"], described["cause"]) == ("FAILED", "fell off")


def test_an_execution_of_ours_that_has_failed_is_stopped_without_an_error(
    aws: Backend, waiting: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    execution = waiting.failed("web-1001-1")
    monkeypatch.setattr(executions, "client", aws.client)
    monkeypatch.setattr(executions, "settings", replace(settings, order_state_machine_arn=waiting.arn))

    executions.stop_execution(OrderId("web-1001"), 1, "another execution takes over")

    assert waiting.describe(execution)["status"] == "FAILED"


def test_a_stop_that_is_refused_while_the_execution_runs_is_an_error(
    aws: Backend, waiting: Machine, code: Code, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting.start("web-1001-1")
    monkeypatch.setattr(executions, "client", lambda service: RefusesToStop(aws.client(service)))
    monkeypatch.setattr(executions, "settings", replace(settings, order_state_machine_arn=waiting.arn))
    told = {"order_id": OrderId("web-1001"), "attempt": 1, "cause": "another execution takes over"}

    assert code(executions.stop_execution, **told) == "ValidationException"


def test_running_executions_are_listed_newest_first_in_pages(waiting: Machine) -> None:
    for name in "abcd":
        waiting.start(name)
    waiting.client.stop_execution(executionArn=waiting.arn.replace(":stateMachine:", ":execution:") + ":b")

    told = {"stateMachineArn": waiting.arn, "statusFilter": "RUNNING", "maxResults": 2}
    first = waiting.client.list_executions(**told)
    second = waiting.client.list_executions(**told, nextToken=first["nextToken"])

    names = [[each["name"] for each in page["executions"]] for page in (first, second)]
    assert (names, "nextToken" in second) == ([["d", "c"], ["a"]], False)


@pytest.mark.parametrize("wrong", ["not a name", "x" * 81, "a:b", "a/b", "a*"], ids=["spaces", "long", ":", "/", "*"])
def test_a_name_has_eighty_plain_characters(waiting: Machine, code: Code, wrong: str) -> None:
    assert code(waiting.start, name=wrong) == "InvalidName"


def test_an_input_has_a_quarter_of_a_megabyte(waiting: Machine, code: Code) -> None:
    told = {"stateMachineArn": waiting.arn, "name": "x"}

    assert code(waiting.client.start_execution, **told, input="{") == "InvalidExecutionInput"
    assert code(waiting.client.start_execution, **told, input=json.dumps("x" * MOST)) == "ValidationException"
    waiting.client.start_execution(**told, input=json.dumps("x" * (MOST - 2)))


def test_a_machine_that_is_not_there_is_not_found(waiting: Machine, code: Code) -> None:
    told = {"stateMachineArn": f"{waiting.arn}-gone", "input": "{}"}

    assert code(waiting.client.start_execution, **told) == "StateMachineDoesNotExist"


# ---- tokens --------------------------------------------------------------------------------------------------------


def test_a_task_waits_for_its_answer_and_goes_on_with_it(waiting: Machine) -> None:
    execution = waiting.start(given={"n": 1})

    asked = waiting.asked()
    assert {**asked, "token": ""} == {"n": 1, "token": ""}
    waiting.succeed(asked["token"], {"outcome": "shipped"})

    ended = waiting.ended(execution)
    assert (ended["status"], json.loads(ended["output"])) == ("SUCCEEDED", {"outcome": "shipped"})


def test_a_second_answer_is_too_late(waiting: Machine, code: Code) -> None:
    execution = waiting.start()
    token = waiting.asked()["token"]
    waiting.succeed(token, "first")

    assert code(waiting.succeed, token=token, output="second") == "TaskTimedOut"
    assert waiting.ended(execution)["output"] == '"first"'
    assert code(waiting.succeed, token=token, output="third") == "TaskTimedOut"


def test_an_answer_to_what_was_stopped_is_too_late(waiting: Machine, code: Code) -> None:
    execution = waiting.start()
    token = waiting.asked()["token"]
    waiting.client.stop_execution(executionArn=execution)

    assert code(waiting.succeed, token=token) == "TaskTimedOut"
    assert code(waiting.client.send_task_heartbeat, taskToken=token) == "TaskTimedOut"


def test_a_token_that_is_none_is_refused(waiting: Machine, code: Code) -> None:
    assert code(waiting.succeed, token="rubbish") == "InvalidToken"


def test_an_answer_is_json(waiting: Machine, code: Code) -> None:
    waiting.start()
    told = {"taskToken": waiting.asked()["token"], "output": "{"}

    assert code(waiting.client.send_task_success, **told) == "InvalidOutput"


def test_a_task_that_failed_fails_its_execution(waiting: Machine) -> None:
    execution = waiting.start()
    token = waiting.asked()["token"]

    waiting.client.send_task_failure(taskToken=token, error="Broken", cause="fell off")

    ended = waiting.ended(execution)
    assert (ended["status"], ended["error"], ended["cause"]) == ("FAILED", "Broken", "fell off")


def test_a_task_that_nobody_answers_in_time_is_caught(machine: Machine, code: Code) -> None:
    output = {"n": "{% $states.input.n %}", "error": "{% $states.errorOutput.Error %}"}
    caught = {"ErrorEquals": ["States.Timeout"], "Output": output, "Next": "Late"}
    machine.make(Only=asks(machine.queue, TimeoutSeconds=1, Catch=[caught], End=True), Late={"Type": "Succeed"})
    execution = machine.start(given={"n": 1})
    token = machine.asked()["token"]

    ended = machine.ended(execution)

    assert json.loads(ended["output"]) == {"n": 1, "error": "States.Timeout"}
    assert code(machine.succeed, token=token) == "TaskTimedOut"


def test_a_map_waits_for_all_its_items_and_keeps_their_order(machine: Machine) -> None:
    items = {
        "Type": "Map",
        "Items": "{% $states.input.works %}",
        "ItemSelector": {"n": "{% $states.context.Map.Item.Value.n %}", "order": "{% $states.input.order %}"},
        "ItemProcessor": {"StartAt": "Ask", "States": {"Ask": asks(machine.queue, End=True)}},
        "Output": {"order": "{% $states.input.order %}", "outcomes": "{% $states.result %}"},
        "End": True,
    }
    machine.make(Only=items)
    execution = machine.start(given={"order": "o-1", "works": [{"n": 1}, {"n": 2}]})

    asked = sorted((machine.asked(), machine.asked()), key=lambda each: -int(each["n"]))
    for each in asked:
        machine.succeed(each["token"], each["n"] * 10)

    assert [each["order"] for each in asked] == ["o-1", "o-1"]
    assert json.loads(machine.ended(execution)["output"]) == {"order": "o-1", "outcomes": [10, 20]}


# ---- functions -----------------------------------------------------------------------------------------------------


def test_a_function_gives_its_result(aws: Backend, machine: Machine) -> None:
    machine.make(Only=invokes(aws.function(), Output="{% $states.result.Payload %}", End=True))

    ended = machine.ended(machine.start(given={"n": 1}))

    assert (ended["status"], json.loads(ended["output"])) == ("SUCCEEDED", {"n": 1})


def test_a_function_fails_by_the_name_of_its_exception(aws: Backend, machine: Machine) -> None:
    machine.make(Only=invokes(aws.function(), End=True))

    ended = machine.ended(machine.start(given={"raises": "Conflict"}))

    assert (ended["status"], ended["error"]) == ("FAILED", "Conflict")
    assert json.loads(ended["cause"])["errorMessage"] == "it did"


def test_an_exception_is_caught_by_its_name_after_it_was_tried_again(aws: Backend, machine: Machine) -> None:
    retry = [{"ErrorEquals": ["Conflict"], "IntervalSeconds": 1, "MaxAttempts": 1, "JitterStrategy": "FULL"}]
    caught = [{"ErrorEquals": ["Conflict"], "Output": "{% $states.errorOutput.Error %}", "Next": "Caught"}]
    machine.make(Only=invokes(aws.function(), Retry=retry, Catch=caught, End=True), Caught={"Type": "Succeed"})

    ended = machine.ended(machine.start(given={"raises": "Conflict"}))

    assert (ended["status"], ended["output"]) == ("SUCCEEDED", '"Conflict"')

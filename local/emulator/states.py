"""Step Functions: names of executions, task tokens, definitions in YAML."""

import json
import re
import time
from collections.abc import Callable
from contextvars import ContextVar
from types import SimpleNamespace
from typing import Any

import yaml
from ministack.core import iam_actions
from ministack.core.responses import error_response_json, json_response
from ministack.services import stepfunctions as states
from ministack.services.cloudformation import provisioners

Json = dict[str, Any]
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def start_the_same_execution_once() -> None:
    """Return the first response to a repeated StartExecution (same name, same input, still running).

    Plain MiniStack returns ExecutionAlreadyExists, so that a redelivered message looks like a conflict.
    """
    start = states._start_execution

    def start_once(request: Json) -> Any:
        machine, name = request.get("stateMachineArn", ""), request.get("name")
        running = states._executions.get(f"{machine.replace(':stateMachine:', ':execution:')}:{name}")
        if running and running["status"] == "RUNNING" and running["input"] == request.get("input", "{}"):
            answer = {"executionArn": running["executionArn"], "startDate": running["startDate"]}
            return json_response(answer)
        return start(request)

    states._start_execution = start_once


def refuse_answers_to_settled_tasks() -> None:
    """Return TaskTimedOut for a task token that was answered before, InvalidToken for one that never existed.

    Plain MiniStack returns TaskDoesNotExist for both, and lets a second answer overwrite the first until the
    execution continues. Its tokens are UUIDs, which distinguishes one that was answered from nonsense.
    """
    for name in ("_send_task_success", "_send_task_failure", "_send_task_heartbeat"):
        setattr(states, name, _only_to_open_tasks(getattr(states, name)))


def _only_to_open_tasks(answer: Callable[[Json], Any]) -> Callable[[Json], Any]:
    def answer_if_open(request: Json) -> Any:
        token = str(request.get("taskToken"))
        task = states._task_tokens.get(token)
        if task and not task["event"].is_set():
            return answer(request)
        error = ("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'")
        if not UUID.fullmatch(token):
            error = ("InvalidToken", f"Invalid Token: '{token}'")
        return error_response_json(*error, 400)

    return answer_if_open


def authorize_answers_to_tasks_by_their_machine() -> None:
    """Check SendTaskSuccess, -Failure and -Heartbeat against the policy for the state machine of the token.

    Plain MiniStack checks them against `*`. A token from before a restart counts as one of the first machine.
    """
    running: ContextVar[str] = ContextVar("running", default="*")
    machines: dict[str, str] = {}
    run, invoke, resource_arn = states._run_execution, states._invoke_with_callback, iam_actions.extract_resource_arn

    def run_as_its_machine(execution: str) -> Any:
        running.set(states._executions[execution]["stateMachineArn"])
        return run(execution)

    def invoke_and_remember(resource: str, task_input: Any, token: str, state: Json) -> Any:
        machines[token] = running.get()
        return invoke(resource, task_input, token, state)

    def machine_arn(service: str, method: str, path: str, headers: Json, body: bytes, *rest: Any) -> Any:
        arn = resource_arn(service, method, path, headers, body, *rest)
        if service != "states" or arn != "*" or not body.startswith(b"{"):
            return arn
        return machines.get(json.loads(body).get("taskToken")) or next(iter(states._state_machines), arn)

    states._run_execution, states._invoke_with_callback = run_as_its_machine, invoke_and_remember
    iam_actions.extract_resource_arn = machine_arn


def start_executions_at_once() -> None:
    """Remove the 150 ms that plain MiniStack sleeps before each execution."""
    pause = 0.15
    own_time = {name: getattr(time, name) for name in dir(time) if not name.startswith("_")}
    own_time["sleep"] = lambda seconds: None if seconds == pause else time.sleep(seconds)
    states.time = SimpleNamespace(**own_time)


def read_definitions_in_yaml() -> None:
    """Convert a state machine's YAML definition to JSON, as AWS does, after its placeholders are replaced.

    Plain MiniStack stores the YAML, and every execution fails with InvalidDefinition.
    """
    definition = provisioners._sfn_definition
    provisioners._sfn_definition = lambda properties: json.dumps(yaml.safe_load(definition(properties)))

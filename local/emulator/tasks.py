"""Step Functions: executions go on after a restart."""

import contextvars
import json
import threading
from contextvars import ContextVar
from typing import Any

from ministack.core.responses import _request_account_id, _request_region
from ministack.services import stepfunctions as states

Json = dict[str, Any]
ASKED_BEFORE = "packhorse:asked-before"


def continue_executions() -> None:
    """Continue the executions that a stop interrupted; a task that has a token is not requested again.

    Plain MiniStack fails them. Run from their start, they come to the same tasks: each waits for its old token, or has
    the answer that it got. Timeouts start anew.
    """
    tasks = _Tasks()
    run, invoke = states._run_execution, states._invoke_with_callback
    save, load = states.get_state, states.load_persisted_state

    def run_known(execution: str) -> Any:
        tasks.execution.set(execution)
        return run(execution)

    def invoke_once(resource: str, task_input: Any, token: str, state: Json) -> Any:
        key = tasks.key(task_input, token)
        before = tasks.before.pop(key, None)
        if before is None:
            tasks.asked[key] = {"token": token}
            answer = invoke(resource, task_input, token, state)
        elif "answer" in before:
            tasks.asked[key], answer = before, before["answer"]
        else:
            tasks.asked[key] = before
            answer = invoke(f"{ASKED_BEFORE}.waitForTaskToken", task_input, before["token"], state)
        tasks.asked[key]["answer"] = answer
        return answer

    def save_with_tasks() -> Json:
        state = save()
        return {**state, "packhorse_tasks": tasks.of({arn for _, _, arn in _running(state["executions"])})}

    def load_and_continue(state: Json) -> None:
        running = _running(state.get("executions", states._executions))
        load(state)
        tasks.before |= state.get("packhorse_tasks", {})
        for account, region, arn in running:
            _continue(account, region, arn)

    states._SERVICE_DISPATCH[ASKED_BEFORE] = lambda *_: None
    states._run_execution, states._invoke_with_callback = run_known, invoke_once
    states.get_state, states.load_persisted_state = save_with_tasks, load_and_continue


class _Tasks:
    """The tasks that wait for a token or did: `asked` by this process, `before` by the one before it."""

    def __init__(self) -> None:
        self.execution: ContextVar[str] = ContextVar("execution", default="")
        self.asked: dict[str, Json] = {}
        self.before: dict[str, Json] = {}

    def key(self, task_input: Any, token: str) -> str:
        """Return the execution and the input of a task, without its token."""
        return f"{self.execution.get()} {json.dumps(task_input, sort_keys=True).replace(token, 'TOKEN')}"

    def of(self, executions: set[str]) -> dict[str, Json]:
        """Return the tasks of these executions, with the answers that have just arrived."""
        asked = {key: task for key, task in self.asked.items() if key.partition(" ")[0] in executions}
        return {key: {**task, **_just_answered(task["token"])} for key, task in asked.items()}


def _just_answered(token: str) -> Json:
    results = (task["result"] for (*_, name), task in list(states._task_tokens._data.items()) if name == token)
    result = next(filter(None, results), None)
    return {} if result is None else {"answer": json.loads(result)}


def _running(executions: Any) -> list[tuple[str, str, str]]:
    return [key for key, execution in executions._data.items() if execution["status"] == "RUNNING"]


def _continue(account: str, region: str, arn: str) -> None:
    execution = states._executions._data[account, region, arn]
    for name in ("error", "cause"):
        execution.pop(name, None)
    execution |= {"status": "RUNNING", "stopDate": None, "events": execution["events"][:1]}
    context = contextvars.copy_context()
    context.run(_request_account_id.set, account)
    context.run(_request_region.set, region)
    threading.Thread(target=context.run, args=(states._run_execution, arn), daemon=True).start()

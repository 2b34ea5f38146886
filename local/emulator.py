"""Run MiniStack, the local AWS, with the patches that Packhorse needs.

It runs in an environment of its own (requirements/emulator.txt). The patches depend on MiniStack's internals, so its
version is pinned. Each patch is one function that names the difference between plain MiniStack and AWS, with a test
in tests/local/test_emulator.py.

PACKHORSE_RUNTIME_PYTHON is the interpreter of the environment that stands for Lambda's own Python
(requirements/runtime.txt).
"""

import functools
import io
import json
import os
import re
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable
from contextvars import ContextVar
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml
from ministack.app import main
from ministack.core import iam_actions, lambda_runtime
from ministack.core.responses import error_response_json, get_region, json_response
from ministack.services import dynamodb, eventbridge, lambda_svc
from ministack.services import stepfunctions as states
from ministack.services.cloudformation import provisioners

Json = dict[str, Any]
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


# ---- Lambda ------------------------------------------------------------------------------------------------


def run_functions_on_the_lambda_runtime_client() -> None:
    """Start handlers through awslambdaric, from an environment that holds nothing else.

    Plain MiniStack runs them in its own interpreter: every exception is reported as Runtime.HandlerError, so that no
    state machine matches an error by name, and a package missing from the layer is imported from MiniStack's own.
    """
    worker_class, execute = lambda_runtime._worker_class_for, lambda_svc._execute_function_warm

    def python_worker_class(config: Json) -> Any:
        return lambda_runtime.ProvidedWorker if _is_python(config) else worker_class(config)

    def execute_python(function: Json, event: object, request_id: str) -> Any:
        if _is_python(function.get("config") or function):
            return lambda_svc._execute_function_provided_warm(function, event, request_id)
        return execute(function, event, request_id)

    lambda_runtime._worker_class_for = python_worker_class
    lambda_svc._execute_function_warm = execute_python
    lambda_svc._provided_worker_env = _function_environment
    lambda_svc._provided_runtime_code_dir = _with_bootstrap(lambda_svc._provided_runtime_code_dir)


def _is_python(config: Json) -> bool:
    return str(config.get("Runtime", "")).startswith("python")


def _function_environment(config: Json, code_dir: str, port: int) -> dict[str, str]:
    """Return the variables of Lambda and of the template, without the emulator's own environment."""
    name, logging = config["FunctionName"], config.get("LoggingConfig") or {}
    gateway = f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}"
    environment = {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "TZ": ":UTC",
        "PYTHONDONTWRITEBYTECODE": "1",  # Lambda's disk is read-only
        "AWS_ENDPOINT_URL": os.environ.get("AWS_ENDPOINT_URL") or gateway,
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
        **lambda_svc._runtime_env_vars(config),
        **lambda_runtime.execution_credentials(config),
        "AWS_REGION": get_region(),
        "AWS_DEFAULT_REGION": get_region(),
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{config['Runtime']}",
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_VERSION": config.get("Version", "$LATEST"),
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(config.get("MemorySize", 128)),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": logging.get("LogGroup", f"/aws/lambda/{name}"),
        "AWS_LAMBDA_LOG_STREAM_NAME": os.urandom(16).hex(),
        "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}",
        "LAMBDA_TASK_ROOT": code_dir,
        "PYTHONPATH": os.pathsep.join([code_dir, *_layer_paths(config)]),
        "_HANDLER": config["Handler"],
    }
    if logging.get("LogFormat"):
        environment["AWS_LAMBDA_LOG_FORMAT"] = logging["LogFormat"]
    if logging.get("ApplicationLogLevel"):
        environment["AWS_LAMBDA_LOG_LEVEL"] = logging["ApplicationLogLevel"]
    return environment


def _layer_paths(config: Json) -> list[str]:
    layers = (lambda_svc._resolve_layer_zip(layer) for layer in config.get("Layers", []))
    return [f"{_unpacked(layer)}/python" for layer in layers if layer]


@functools.lru_cache(maxsize=8)
def _unpacked(layer: bytes) -> str:
    with lambda_svc._provided_code_lock, zipfile.ZipFile(io.BytesIO(layer)) as archive:
        folder = tempfile.mkdtemp(prefix="layer-")
        lambda_svc._extract_zip_preserving_mode(archive, folder)
    return folder


def _with_bootstrap(unpack: Callable[[bytes], str]) -> Callable[[bytes], str]:
    """Wrap the unpacking of code to add Lambda's start command, atomically, as cold starts run in parallel."""

    def unpack_with_bootstrap(code: bytes) -> str:
        folder = Path(unpack(code))
        with lambda_svc._provided_code_lock:
            if not (folder / "bootstrap").exists():
                python = os.environ["PACKHORSE_RUNTIME_PYTHON"]
                script = folder / "bootstrap.new"
                script.write_text(f'#!/bin/sh\nexec "{python}" -m awslambdaric "$_HANDLER"\n')
                script.chmod(0o755)
                script.rename(folder / "bootstrap")
        return str(folder)

    return unpack_with_bootstrap


def start_environments_in_turn() -> None:
    """Start at most one execution environment for each processor at the same time; use one that gets free meanwhile.

    On AWS each has a processor of its own. Plain MiniStack starts one for every concurrent request at once: on a busy
    machine none is ready within the ten seconds of the Init phase, all are ended and started again, and a request whose
    environment misses the second limit too, the function's timeout, is answered with 500.
    """
    turns = threading.BoundedSemaphore(os.cpu_count() or 1)
    acquire, spawn = lambda_svc.acquire_worker, lambda_runtime.ProvidedWorker._spawn
    choosing, with_turn = threading.Lock(), set[Any]()

    def acquire_in_turn(name: str, config: Json, code: bytes, qualifier: str = "$LATEST", **limits: Any) -> Any:
        key = lambda_runtime._worker_key(name, config, qualifier)
        while not turns.acquire(timeout=0.05):
            with choosing:
                if any(not worker.in_use for worker in list(lambda_runtime._workers.get(key, ()))):
                    return acquire(name, config, code, qualifier=qualifier, **limits)
        with choosing:
            worker, reason = acquire(name, config, code, qualifier=qualifier, **limits)
        if reason == "spawn" and isinstance(worker, lambda_runtime.ProvidedWorker):
            with_turn.add(worker)
        else:
            turns.release()
        return worker, reason

    def spawn_in_turn(worker: Any, init_timeout: float | None = None) -> None:
        try:
            spawn(worker, init_timeout)
        finally:
            if worker in with_turn:
                with_turn.remove(worker)
                turns.release()

    lambda_svc.acquire_worker, lambda_runtime.ProvidedWorker._spawn = acquire_in_turn, spawn_in_turn


def hide_failures_from_api_callers() -> None:
    """Answer 500 Internal Server Error when the function fails and 503 when it is throttled.

    Plain MiniStack returns the error's text and stack trace to the caller, with 502.
    """
    respond = lambda_svc.lambda_execute_result_to_api_proxy_response

    def respond_without_the_error(result: Json) -> Any:
        if result.get("throttle"):
            return _api_error(503, "Service Unavailable"), None
        if result.get("error"):
            return _api_error(500, "Internal Server Error"), None
        return respond(result)

    lambda_svc.lambda_execute_result_to_api_proxy_response = respond_without_the_error


def _api_error(status: int, message: str) -> Json:
    return {
        "statusCode": status,
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps({"message": message}),
    }


def keep_messages_when_the_batch_response_is_invalid() -> None:
    """Treat the whole batch as failed when a reported failure names no message of the batch.

    Plain MiniStack deletes all messages, as if they had succeeded.
    """
    execute, run_batch = lambda_svc._execute_function, lambda_svc._run_sqs_batch

    def run_reporting_batch(mapping: Json, function: Json, event: Json, *rest: object) -> None:
        reports = "ReportBatchItemFailures" in (mapping.get("FunctionResponseTypes") or [])
        run_batch(mapping, {**function, "reports_failures": reports}, event, *rest)

    def execute_and_check(function: Json, event: Json) -> Json:
        result: Json = execute(function, event)
        if function.get("reports_failures") and not result.get("error"):
            return _checked_batch_result(result, {record["messageId"] for record in event["Records"]})
        return result

    lambda_svc._execute_function, lambda_svc._run_sqs_batch = execute_and_check, run_reporting_batch


def _checked_batch_result(result: Json, sent: set[str]) -> Json:
    body = result.get("body")
    failures = body.get("batchItemFailures") if isinstance(body, dict) else None
    if body is None or (isinstance(body, dict) and not failures):
        return {**result, "body": {}}
    if isinstance(failures, list) and all(isinstance(f, dict) and f.get("itemIdentifier") in sent for f in failures):
        return result
    error = {"errorType": "InvalidBatchResponse", "errorMessage": str(body)[:200]}
    return {"error": True, "body": error, "log": result.get("log", "")}


def gather_stream_records_for_the_batch_window() -> None:
    """Invoke the function of a DynamoDB stream when its batch window is over or the batch is full.

    Plain MiniStack ignores MaximumBatchingWindowInSeconds and invokes it with the first record.
    """
    poll, read = lambda_svc._poll_dynamodb_streams, dynamodb.stream_records_since
    is_polling = ContextVar("is_polling", default=False)
    gathering: dict[str, tuple[int, float]] = {}

    def poll_with_windows() -> Any:
        was = is_polling.set(True)
        try:
            return poll()
        finally:
            is_polling.reset(was)

    def read_after_window(table: str, position: int, limit: int, **scope: Any) -> Any:
        records = read(table, position, limit, **scope)
        if not is_polling.get() or not records or len(records) >= limit:
            return records
        if gathering.get(table, (-1, 0.0))[0] != position:
            gathering[table] = position, time.monotonic()
        return records if time.monotonic() - gathering[table][1] >= _batch_window(table) else []

    lambda_svc._poll_dynamodb_streams, dynamodb.stream_records_since = poll_with_windows, read_after_window


def _batch_window(table: str) -> float:
    mappings = (mapping for _, _, mapping in lambda_svc._iter_all_esms())
    windows = (
        mapping.get("MaximumBatchingWindowInSeconds") or 0
        for mapping in mappings
        if f":table/{table}/stream/" in mapping.get("EventSourceArn", "")
    )
    return float(max(windows, default=0))


# ---- Step Functions ----------------------------------------------------------------------------------------


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


# ---- API Gateway -------------------------------------------------------------------------------------------


def read_cors_from_the_template() -> None:
    """Store an HTTP API's CorsConfiguration in the spelling of the API (allowOrigins, not AllowOrigins).

    Plain MiniStack stores the template's spelling, looks it up in the other one, and refuses every preflight.
    """
    handlers = provisioners._RESOURCE_HANDLERS["AWS::ApiGatewayV2::Api"]
    create, update = handlers["create"], handlers["update"]

    def create_api(logical_id: str, new: Json, stack: str) -> object:
        return create(logical_id, _with_api_spelling(new), stack)

    def update_api(api: str, old: Json, new: Json, stack: str, logical_id: str | None = None) -> object:
        return update(api, _with_api_spelling(old), _with_api_spelling(new), stack, logical_id)

    handlers.update(create=create_api, update=update_api)


def _with_api_spelling(properties: Json) -> Json:
    cors = properties.get("CorsConfiguration")
    if not isinstance(cors, dict):
        return properties
    return {**properties, "CorsConfiguration": {name[0].lower() + name[1:]: value for name, value in cors.items()}}


# ---- SQS -------------------------------------------------------------------------------------------------


def authorize_batches_like_single_messages() -> None:
    """Check SendMessageBatch and the like against the policy for SendMessage: AWS has no actions for batches."""
    action = iam_actions.extract_iam_action

    def single_action(*request: Any) -> Any:
        found = action(*request)
        return found.removesuffix("Batch") if str(found).startswith("sqs:") else found

    iam_actions.extract_iam_action = single_action


# ---- Scheduler -------------------------------------------------------------------------------------------


def authorize_schedules_in_their_group() -> None:
    """Check a call on a schedule against the policy for schedule/<group>/<name>.

    Plain MiniStack assumes the group `default` for every schedule, so that a policy that names the group allows
    nothing.
    """
    resource_arn = iam_actions.extract_resource_arn

    def arn_in_group(service: str, method: str, path: str, headers: Json, body: bytes, query: Json, *rest: str) -> Any:
        arn = resource_arn(service, method, path, headers, body, query, *rest)
        if service != "scheduler" or ":schedule/default/" not in arn:
            return arn
        in_query = query.get("groupName")
        group = in_query[0] if isinstance(in_query, list) else in_query
        group = group or json.loads(body or b"{}").get("GroupName") or "default"
        return arn.replace(":schedule/default/", f":schedule/{group}/")

    iam_actions.extract_resource_arn = arn_in_group


def invoke_scheduled_functions_asynchronously() -> None:
    """Invoke the function of a schedule as AWS does: with the retries and the failure destination that it has.

    Plain MiniStack invokes it once, and a failure is lost.
    """

    def dispatch(arn: str, payload: str) -> None:
        function, config, _ = lambda_svc._get_func_record_for_ref(arn)
        if function and config:
            record = lambda_svc._execution_record_for_config(function, config)
            lambda_svc.invoke_async_with_retry(record, json.loads(payload))

    eventbridge._dispatch_to_lambda = dispatch


# ---- CloudWatch ------------------------------------------------------------------------------------------


def take_alarms_on_metric_math() -> None:
    """Replace an alarm on an expression by one on the first metric of the expression.

    Plain MiniStack refuses such an alarm, and with it the whole template.
    """
    record = provisioners._cw_metric_alarm_record
    provisioners._cw_metric_alarm_record = lambda name, properties: record(name, _on_one_metric(properties))


def _on_one_metric(properties: Json) -> Json:
    stats = [each["MetricStat"] for each in properties.get("Metrics") or () if "MetricStat" in each]
    if not stats:
        return properties
    first = {"Statistic": stats[0]["Stat"], "Period": stats[0]["Period"], **stats[0]["Metric"]}
    return {name: value for name, value in properties.items() if name != "Metrics"} | first


PATCHES = (
    run_functions_on_the_lambda_runtime_client,
    start_environments_in_turn,
    hide_failures_from_api_callers,
    keep_messages_when_the_batch_response_is_invalid,
    gather_stream_records_for_the_batch_window,
    start_the_same_execution_once,
    refuse_answers_to_settled_tasks,
    authorize_answers_to_tasks_by_their_machine,
    start_executions_at_once,
    read_definitions_in_yaml,
    read_cors_from_the_template,
    authorize_batches_like_single_messages,
    authorize_schedules_in_their_group,
    invoke_scheduled_functions_asynchronously,
    take_alarms_on_metric_math,
)

if __name__ == "__main__":
    for patch in PATCHES:
        patch()
    main()
    # The state is saved. Threads of executions that wait for a task token would keep the process alive.
    sys.stdout.flush()
    os._exit(0)

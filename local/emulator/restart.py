"""What AWS keeps and a stop of the emulator would lose: work half done, and asynchronous invocations."""

import contextvars
import threading
import time
import uuid
from typing import Any

from ministack import app
from ministack.core import lambda_runtime
from ministack.services import lambda_svc

Json = dict[str, Any]
SETTLE_SECONDS = 0.3
STOPPED = {"error": True, "body": {"errorType": "Stopped", "errorMessage": "the emulator stops"}}


def end_functions_before_saving() -> None:
    """End all environments before the state is saved; what their invocations answer has no effect in it.

    Plain MiniStack saves one service after the other while functions run: a message could be deleted in what is saved,
    and the order that it became be missing.
    """
    save, execute = app.save_all, lambda_svc._execute_function
    is_stopping, is_saved = threading.Event(), threading.Event()

    def execute_until_stop(function: Json, event: Any) -> Any:
        result = STOPPED if is_stopping.is_set() else execute(function, event)
        if is_stopping.is_set():
            is_saved.wait()
        return result

    def end_and_save(services: Json) -> None:
        is_stopping.set()
        with lambda_runtime._lock:
            workers = [worker for pool in lambda_runtime._workers.values() for worker in pool]
        lambda_runtime.kill_workers(workers)
        time.sleep(SETTLE_SECONDS)  # what their last requests do ends, too
        save(services)
        is_saved.set()

    lambda_svc._execute_function, app.save_all = execute_until_stop, end_and_save


def keep_asynchronous_invocations() -> None:
    """Save asynchronous invocations that have not ended, and begin them again after the start.

    Plain MiniStack keeps them in threads only. On AWS they wait in a queue.
    """
    save, load = lambda_svc.get_state, lambda_svc.load_persisted_state
    pending: dict[str, Json] = {}

    def invoke(function: Json, event: Any) -> None:
        config = function.get("config") or function
        number = str(uuid.uuid4())
        pending[number] = {"function": config["FunctionArn"], "event": event}

        def run() -> None:
            _invoke_with_retries(function, config, event)
            pending.pop(number)

        threading.Thread(target=contextvars.copy_context().run, args=(run,), daemon=True).start()

    def save_with_pending() -> Json:
        return {**save(), "packhorse_pending": list(pending.values())}

    def load_with_pending(state: Json) -> None:
        load(state)
        for waiting in state.get("packhorse_pending", ()):
            function, config, _ = lambda_svc._get_func_record_for_ref(waiting["function"])
            if function and config:
                invoke(lambda_svc._execution_record_for_config(function, config), waiting["event"])

    lambda_svc.invoke_async_with_retry = invoke
    lambda_svc.get_state, lambda_svc.load_persisted_state = save_with_pending, load_with_pending


def _invoke_with_retries(function: Json, config: Json, event: Any) -> None:
    """Invoke a function until it succeeds or its retries are used up; send the failure to its destination."""
    account, region = lambda_svc._account_region_from_function_config(config)
    lambda_svc._request_account_id.set(account)
    lambda_svc._request_region.set(region)
    settings = function.get("event_invoke_config") or (function.get("event_invoke_configs") or {}).get("$LATEST") or {}
    retries = settings.get("MaximumRetryAttempts")
    for attempt in range((2 if retries is None else retries) + 1):
        if attempt:
            delay = lambda_svc._LAMBDA_ASYNC_RETRY_BASE_SECONDS * 2 ** (attempt - 1)
            time.sleep(min(delay, lambda_svc._LAMBDA_ASYNC_RETRY_MAX_SECONDS))
        result = lambda_svc._execute_function(function, event)
        if not result.get("error"):
            return
    if destination := settings.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination"):
        lambda_svc._route_async_failure(destination, config.get("FunctionName", "unknown"), event, result)

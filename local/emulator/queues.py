"""SQS: which messages a batch deletes, how many are received, and who may send batches."""

import time
from typing import Any

from ministack.core import iam_actions
from ministack.services import lambda_svc, sqs

from local.emulator.pool import ENVIRONMENTS

Json = dict[str, Any]


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


def authorize_batches_like_single_messages() -> None:
    """Check SendMessageBatch and the like against the policy for SendMessage: AWS has no actions for batches."""
    action = iam_actions.extract_iam_action

    def single_action(*request: Any) -> Any:
        found = action(*request)
        return found.removesuffix("Batch") if str(found).startswith("sqs:") else found

    iam_actions.extract_iam_action = single_action


def receive_no_more_batches_than_environments() -> None:
    """Receive a batch when an environment can have it: the visibility timeout runs from then on.

    Plain MiniStack receives as many batches as the mapping allows, and they would wait for one of the pool.
    """
    concurrency = lambda_svc._sqs_esm_concurrency

    def bounded(*mapping: Any) -> int:
        return min(int(concurrency(*mapping)), ENVIRONMENTS)

    lambda_svc._sqs_esm_concurrency = bounded


def return_messages_of_ended_receivers() -> None:
    """Make messages visible at the start that were received before the stop: their receivers have ended.

    Plain MiniStack hides them until their visibility timeout is over, as AWS does; but AWS does not end all receivers.
    """
    load = sqs.load_persisted_state

    def load_visible(state: Any) -> None:
        load(state)
        for queue in sqs._queues.all_values():
            for message in queue["messages"]:
                if message.get("receipt_handle"):
                    message |= {"receipt_handle": None, "visible_at": min(message["visible_at"], time.time())}

    sqs.load_persisted_state = load_visible

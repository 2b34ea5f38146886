"""Executions of the order state machine: one for each attempt; task tokens are answered with how it ended."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from botocore.exceptions import ClientError

from packhorse.aws.clients import client, error_code, ignoring
from packhorse.aws.settings import settings
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder, FulfilmentStatus
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.soundness import Execution
from packhorse.domain.schema import SCHEMA
from packhorse.domain.values import OrderId

STATES = {"RUNNING": Execution.RUNNING, "PENDING_REDRIVE": Execution.RUNNING, "SUCCEEDED": Execution.ENDED}
STALE_TOKEN_ERRORS = ("TaskTimedOut", "TaskDoesNotExist", "InvalidToken")


def start_attempts(order: Order) -> None:
    """Start the execution of every attempt that has queued fulfilment orders; starting one twice is harmless."""
    for attempt in sorted(order.unstarted):
        start_execution(order, attempt)


def start_execution(order: Order, attempt: int) -> bool:
    """Start the execution of one attempt; return False if its name is that of another one, or of one that has ended."""
    fulfilments = [fulfilment for fulfilment in order.fulfilments if fulfilment.attempt == attempt]
    document = {
        "schema": SCHEMA,
        "order": order.id,
        "attempt": attempt,
        "fulfilments": [{"fulfilment": fulfilment.number, "kind": fulfilment.kind} for fulfilment in fulfilments],
    }
    with ignoring("ExecutionAlreadyExists"):
        client("stepfunctions").start_execution(
            stateMachineArn=settings.order_state_machine_arn, name=f"{order.id}-{attempt}", input=json.dumps(document)
        )
        return True
    return False


def execution_state(order_id: OrderId, attempt: int) -> Execution:
    """Return the state of the execution of an attempt."""
    with ignoring("ExecutionDoesNotExist"):
        found = client("stepfunctions").describe_execution(executionArn=_arn(order_id, attempt))
        return STATES.get(found["status"], Execution.BROKEN)
    return Execution.MISSING


def stop_execution(order_id: OrderId, attempt: int, cause: str) -> None:
    """Stop an execution that its order does not need any more; one that has ended stays as it is."""
    try:
        with ignoring("ExecutionDoesNotExist"):
            client("stepfunctions").stop_execution(executionArn=_arn(order_id, attempt), cause=cause)
    except ClientError as error:
        # The emulator refuses to stop a failed execution with the code of a wrong request: the state decides.
        if error_code(error) != "ValidationException" or execution_state(order_id, attempt) is Execution.RUNNING:
            raise


def _arn(order_id: OrderId, attempt: int) -> str:
    return f"{settings.order_state_machine_arn.replace(':stateMachine:', ':execution:')}:{order_id}-{attempt}"


class RunningExecution(NamedTuple):
    """An execution that has not ended."""

    order_id: OrderId
    attempt: int
    since: datetime


def running_executions(after: str | None) -> tuple[list[RunningExecution], str | None]:
    """Return a page of the running executions, and the cursor of the next page."""
    page = {"nextToken": after} if after else {}
    answer = client("stepfunctions").list_executions(
        stateMachineArn=settings.order_state_machine_arn, statusFilter="RUNNING", maxResults=100, **page
    )
    names = ((each["name"].rpartition("-"), each["startDate"]) for each in answer["executions"])
    return [RunningExecution(OrderId(order), int(number), at) for (order, _, number), at in names], answer.get(
        "nextToken"
    )


def answer_tokens(fulfilments: Iterable[FulfilmentOrder]) -> None:
    """Answer the task tokens of those fulfilment orders that have ended or were taken back, earlier ones included.

    Answering late or twice is harmless.
    """
    for fulfilment in fulfilments:
        for token in fulfilment.earlier_tokens:
            _answer(token, fulfilment, FulfilmentStatus.CANCELLED)
        if fulfilment.token and (not fulfilment.is_open or fulfilment.is_taken_back):
            answer_token(fulfilment.token, fulfilment)


def answer_token(token: str, fulfilment: FulfilmentOrder) -> None:
    """Answer a task token with the status of its fulfilment order; of one that goes on without it, `cancelled`."""
    _answer(token, fulfilment, FulfilmentStatus.CANCELLED if fulfilment.is_open else fulfilment.status)


def _answer(token: str, fulfilment: FulfilmentOrder, outcome: FulfilmentStatus) -> None:
    output = json.dumps({"fulfilment": fulfilment.number, "outcome": outcome})
    with ignoring(*STALE_TOKEN_ERRORS):
        client("stepfunctions").send_task_success(taskToken=token, output=output)

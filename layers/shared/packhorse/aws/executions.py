"""The executions of the order state machine: started once an attempt, and told how a fulfilment order ended."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from botocore.exceptions import ClientError

from packhorse.aws.clients import client, error_code, ignoring
from packhorse.aws.settings import settings
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.soundness import Execution
from packhorse.domain.schema import SCHEMA
from packhorse.domain.values import OrderId

STATES = {"RUNNING": Execution.RUNNING, "PENDING_REDRIVE": Execution.RUNNING, "SUCCEEDED": Execution.ENDED}
STALE_TOKEN_ERRORS = ("TaskTimedOut", "TaskDoesNotExist", "InvalidToken")


def start_attempts(order: Order) -> None:
    """Starts the execution of every attempt that has work nobody was asked for yet; starting twice is harmless."""
    for attempt in sorted(order.unstarted):
        start_execution(order, attempt)


def start_execution(order: Order, attempt: int) -> None:
    """Starts the execution of one attempt."""
    works = [work for work in order.fulfilments if work.attempt == attempt]
    document = {
        "schema": SCHEMA,
        "order": order.id,
        "attempt": attempt,
        "fulfilments": [{"fulfilment": work.number, "kind": work.kind} for work in works],
    }
    with ignoring("ExecutionAlreadyExists"):
        client("stepfunctions").start_execution(
            stateMachineArn=settings.order_state_machine_arn, name=f"{order.id}-{attempt}", input=json.dumps(document)
        )


def execution_state(order_id: OrderId, attempt: int) -> Execution:
    """How the execution of an attempt stands."""
    with ignoring("ExecutionDoesNotExist"):
        found = client("stepfunctions").describe_execution(executionArn=_arn(order_id, attempt))
        return STATES.get(found["status"], Execution.BROKEN)
    return Execution.MISSING


def stop_execution(order_id: OrderId, attempt: int, cause: str) -> None:
    """Stop an execution that its order does not need; one that has ended, in whatever way, stays as it is."""
    try:
        with ignoring("ExecutionDoesNotExist"):
            client("stepfunctions").stop_execution(executionArn=_arn(order_id, attempt), cause=cause)
    except ClientError as error:
        # The emulator refuses to stop what has failed, with a code that a wrong request has, too: the state decides.
        if error_code(error) != "ValidationException" or execution_state(order_id, attempt) is Execution.RUNNING:
            raise


def _arn(order_id: OrderId, attempt: int) -> str:
    return f"{settings.order_state_machine_arn.replace(':stateMachine:', ':execution:')}:{order_id}-{attempt}"


class RunningExecution(NamedTuple):
    """An execution that is under way."""

    order_id: OrderId
    attempt: int
    since: datetime


def running_executions(after: str | None) -> tuple[list[RunningExecution], str | None]:
    """A page of the executions that are under way, and the token of the next."""
    page = {"nextToken": after} if after else {}
    answer = client("stepfunctions").list_executions(
        stateMachineArn=settings.order_state_machine_arn, statusFilter="RUNNING", maxResults=100, **page
    )
    names = ((each["name"].rpartition("-"), each["startDate"]) for each in answer["executions"])
    return [RunningExecution(OrderId(order), int(number), at) for (order, _, number), at in names], answer.get(
        "nextToken"
    )


def answer_tokens(works: Iterable[FulfilmentOrder]) -> None:
    """Answer the executions that wait for those fulfilment orders which have ended; late or twice is harmless."""
    for work in works:
        if work.token and not work.is_open:
            answer_token(work.token, work)


def answer_token(token: str, work: FulfilmentOrder) -> None:
    """Answers one task token."""
    output = json.dumps({"fulfilment": work.number, "outcome": work.status})
    with ignoring(*STALE_TOKEN_ERRORS):
        client("stepfunctions").send_task_success(taskToken=token, output=output)

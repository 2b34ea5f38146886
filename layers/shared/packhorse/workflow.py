"""The executions of the order state machine: started once an attempt, and told how a fulfilment order ended."""

import json

from botocore.exceptions import ClientError

from packhorse.aws import client
from packhorse.domain.fulfilment_order import FulfilmentOrder, FulfilmentStatus
from packhorse.domain.order import Order
from packhorse.settings import settings

ALREADY_STARTED = "ExecutionAlreadyExists"
NOBODY_WAITS = frozenset({"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"})


def start(order: Order) -> None:
    """Starts the execution of every attempt that has work nobody was asked for yet; starting twice is harmless."""
    for attempt in sorted({work.attempt for work in order.fulfilments if work.status is FulfilmentStatus.QUEUED}):
        _start(order, attempt)


def _start(order: Order, attempt: int) -> None:
    works = [work for work in order.fulfilments if work.attempt == attempt]
    document = {
        "order": order.id,
        "attempt": attempt,
        "fulfilments": [{"fulfilment": work.number, "kind": work.kind} for work in works],
    }
    try:
        client("stepfunctions").start_execution(
            stateMachineArn=settings.order_state_machine_arn, name=f"{order.id}-{attempt}", input=json.dumps(document)
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != ALREADY_STARTED:
            raise


def settle(order: Order) -> None:
    """Tells the executions that wait for work which has ended how it ended; telling late or twice is harmless."""
    for work in order.fulfilments:
        if work.token and not work.is_open:
            tell(work.token, work)


def tell(token: str, work: FulfilmentOrder) -> None:
    """Answers one task token."""
    output = json.dumps({"fulfilment": work.number, "outcome": work.status})
    try:
        client("stepfunctions").send_task_success(taskToken=token, output=output)
    except ClientError as error:
        if error.response["Error"]["Code"] not in NOBODY_WAITS:
            raise

"""Deleting a stack: CloudFormation waits for executions of up to a week, and deletes nothing that holds data."""

from contextlib import suppress
from time import sleep

import boto3

from deploy.answers import Answers
from deploy.checks import stack_state, state_machines
from deploy.console import empty
from deploy.outcome import outputs_of
from deploy.sam import DeploymentFailed

GONE = {"", "DELETE_COMPLETE"}
A_WAIT, MOST_WAITS = 15, 240
"""Seconds between two reads of the state of a stack that is deleted, and how many reads an hour has."""
KEPT = """deleted. What is kept, until you delete it:
  - its tables (take their deletion protection off first) and its user pool
  - the bucket {stack}-uploads-<account>-{region}, in whose way a new stack of this name would be
  - the secrets {stack}/channels/..., {stack}/carriers/... and {stack}/suppliers/..., 0.40 USD a month each
The code, the logs, and what was still in queues are gone.
"""


def remove(session: boto3.Session, answers: Answers) -> None:
    """Stop the executions that wait, and delete the stack; raises DeploymentFailed if it is not gone after an hour.

    They are stopped again while CloudFormation deletes: functions start others until they are deleted themselves.
    """
    print(f"stopped {stop_executions(session, answers.stack)} executions that waited for warehouses")
    if stack_state(session, answers.stack) and (bucket := outputs_of(session, answers.stack).get("ConsoleBucket")):
        empty(session, bucket)
    session.client("cloudformation").delete_stack(StackName=answers.stack)
    for _ in range(MOST_WAITS):
        state = stack_state(session, answers.stack)
        if state in GONE:
            return
        if state != "DELETE_IN_PROGRESS":
            break
        if more := stop_executions(session, answers.stack):
            print(f"stopped {more} that were started meanwhile")
        sleep(A_WAIT)
    raise DeploymentFailed(f"the stack is {state}: run `make undeploy STACK={answers.stack}` again")


def stop_executions(session: boto3.Session, stack: str) -> int:
    """Stop all running executions of the stack's state machine, since it is deleted only when the last has ended.

    Returns how many were stopped.
    """
    states = session.client("stepfunctions")
    stopped = 0
    for arn in state_machines(session, stack):
        with suppress(states.exceptions.StateMachineDoesNotExist, states.exceptions.ExecutionDoesNotExist):
            pages = states.get_paginator("list_executions").paginate(stateMachineArn=arn, statusFilter="RUNNING")
            for execution in [each["executionArn"] for page in pages for each in page["executions"]]:
                states.stop_execution(executionArn=execution, cause="the stack is deleted")
                stopped += 1
    return stopped


def kept(answers: Answers) -> str:
    """Return what outlives the stack, as text for a person."""
    return KEPT.format(stack=answers.stack, region=answers.region)

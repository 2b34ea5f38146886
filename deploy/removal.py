"""Deleting a stack: CloudFormation waits for executions of up to a week, and deletes nothing that holds data."""

import boto3

from deploy.answers import Answers
from deploy.checks import stack_state, state_machines
from deploy.console import empty
from deploy.outcome import outputs_of
from deploy.sam import DeploymentFailed

KEPT = """deleted. What is kept, until you delete it:
  - its tables (take their deletion protection off first) and its user pool
  - the bucket {stack}-uploads-<account>-{region}, in whose way a new stack of this name would be
  - the secrets {stack}/channels/..., {stack}/carriers/... and {stack}/suppliers/..., 0.40 USD a month each
The code, the logs, and what was still in queues are gone.
"""


def remove(session: boto3.Session, answers: Answers) -> None:
    """Stop the executions that wait, and delete the stack; raises DeploymentFailed if it is not gone after an hour."""
    print(f"stopped {stop_executions(session, answers.stack)} executions that waited for warehouses")
    if stack_state(session, answers.stack) and (bucket := outputs_of(session, answers.stack).get("ConsoleBucket")):
        empty(session, bucket)
    formation = session.client("cloudformation")
    formation.delete_stack(StackName=answers.stack)
    formation.get_waiter("stack_delete_complete").wait(
        StackName=answers.stack, WaiterConfig={"Delay": 15, "MaxAttempts": 240}
    )
    if state := stack_state(session, answers.stack):
        raise DeploymentFailed(f"the stack is {state}")


def stop_executions(session: boto3.Session, stack: str) -> int:
    """Stop all running executions of the stack's state machine, since it is deleted only when the last has ended.

    Returns how many were stopped.
    """
    states = session.client("stepfunctions")
    stopped = 0
    for arn in state_machines(session, stack):
        pages = states.get_paginator("list_executions").paginate(stateMachineArn=arn, statusFilter="RUNNING")
        for execution in [each["executionArn"] for page in pages for each in page["executions"]]:
            states.stop_execution(executionArn=execution, cause="the stack is deleted")
            stopped += 1
    return stopped


def kept(answers: Answers) -> str:
    """Return what outlives the stack, as text for a person."""
    return KEPT.format(stack=answers.stack, region=answers.region)

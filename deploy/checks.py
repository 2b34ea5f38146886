"""What must hold in an account before a stack is deployed to it, each with what to do where it does not."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from enum import Enum
from typing import Any, NamedTuple

import boto3
from botocore.exceptions import ClientError, NoCredentialsError

from deploy.answers import Answers, deployed, described
from deploy.rights import ACTIONS, resources
from local.home import CHECKOUT

ENOUGH, AMPLE = 100, 200
"""Concurrent executions of an account: the least for the standard maxima of the template, and with room for others."""
DONE = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"}
LISTED = "REVIEW_IN_PROGRESS"
TOO_OLD = "python3.11"
"""A runtime on Amazon Linux 2, whose glibc 2.26 is older than the layers' packages need: the local stack's alone."""
RESULTS = CHECKOUT / "bench" / "results.json"


class Level(Enum):
    """How much a finding matters."""

    GOOD = "good"
    NOTE = "note"
    STOP = "stop"


class Finding(NamedTuple):
    """What a check found, and what to do."""

    level: Level
    text: str


def checked(session: boto3.Session, answers: Answers) -> Iterator[Finding]:
    """Yield what each check finds; without credentials only that."""
    try:
        caller = session.client("sts").get_caller_identity()
    except (ClientError, NoCredentialsError) as failure:
        yield Finding(Level.STOP, f"no credentials of an AWS account in the environment: {failure}")
        return
    yield Finding(Level.GOOD, f"account {caller['Account']}, region {answers.region}, as {caller['Arn']}")
    if answers.parameter("PythonRuntime") == TOO_OLD:
        text = f"{TOO_OLD} of Lambda cannot load the layers, which need glibc 2.28: choose another PythonRuntime"
        yield Finding(Level.STOP, f"{text} in {answers.file.name}")
    state = stack_state(session, answers.stack)
    yield _of_state(answers.stack, state)
    yield from _changes(session, answers)
    if not state:
        yield from _unless_denied("leftovers of an earlier stack", _leftovers(session, answers, caller["Account"]))
    yield from _unless_denied("how much Lambda runs at once", _concurrency(session, answers))
    yield _rights(session, caller["Arn"], answers)
    idle = json.loads(RESULTS.read_text())["idle_usd_per_month"]
    each = "every channel, carrier account and supplier 0.40 for its secret"
    yield Finding(Level.GOOD, f"an idle month will cost about {idle:.2f} USD, and {each}")


def _unless_denied(what: str, findings: Iterator[Finding]) -> Iterator[Finding]:
    """Yield the findings of a check; of one that the caller may not make, that alone."""
    try:
        yield from findings
    except ClientError as failure:
        yield Finding(Level.NOTE, f"{what} cannot be checked ({failure.response['Error']['Code']})")


def stack_state(session: boto3.Session, stack: str) -> str:
    """Return the status of a stack, empty if it does not exist or its first changes were never confirmed."""
    state = str(described(session, stack).get("StackStatus", ""))
    return "" if state == LISTED else state


def state_machines(session: boto3.Session, stack: str) -> list[str]:
    """Return the ARN of the stack's state machine, which may outlive the stack; none if it does not exist."""
    pages = session.client("stepfunctions").get_paginator("list_state_machines").paginate()
    machines = (each for page in pages for each in page["stateMachines"])
    return [each["stateMachineArn"] for each in machines if each["name"] == f"{stack}-order"]


def _of_state(stack: str, state: str) -> Finding:
    if not state:
        return Finding(Level.GOOD, f"the stack {stack} will be created")
    if state in DONE:
        return Finding(Level.GOOD, f"the stack {stack} will be updated")
    if state == "ROLLBACK_COMPLETE":
        return Finding(
            Level.STOP, f"the first deployment of {stack} failed: `make undeploy STACK={stack}`, then deploy again"
        )
    return Finding(Level.STOP, f"the stack {stack} is {state}: wait until that is over, or see it in CloudFormation")


def _changes(session: boto3.Session, answers: Answers) -> Iterator[Finding]:
    """Yield each parameter that the answers change, since they may be older than what another checkout deployed."""
    for name, value in deployed(session, answers.stack).items():
        if name != "Protected" and value != answers.parameter(name):
            text = f"{name} will be {answers.parameter(name)!r}, and is {value!r} now"
            yield Finding(Level.NOTE, f"{text}: {answers.file.name} has the answers")


def _leftovers(session: boto3.Session, answers: Answers, account: str) -> Iterator[Finding]:
    """Yield the resources of an earlier stack of this name that are in the way."""
    bucket = f"{answers.stack}-uploads-{account}-{answers.region}"
    with suppress(ClientError):
        session.client("s3").head_bucket(Bucket=bucket)
        yield Finding(
            Level.STOP,
            f"the bucket {bucket} of an earlier stack is there: copy what you need, empty and delete it, "
            "or take another stack name",
        )
    if state_machines(session, answers.stack):
        yield Finding(
            Level.STOP,
            f"the state machine {answers.stack}-order of an earlier stack is there until its last execution has ended: "
            "stop them (docs/deploy.md)",
        )
    if names := ", ".join(sorted(_secrets(session, answers.stack))):
        what = "channels, carrier accounts and suppliers"
        yield Finding(Level.NOTE, f"{what} of these names would use the secrets of an earlier stack: {names}")


def _secrets(session: boto3.Session, stack: str) -> Iterator[str]:
    """Yield the names of a stack's secrets, whosever they are."""
    filters = [{"Key": "name", "Values": [f"{stack}/"]}]
    for page in session.client("secretsmanager").get_paginator("list_secrets").paginate(Filters=filters):
        yield from (each["Name"] for each in page["SecretList"])


def _concurrency(session: boto3.Session, answers: Answers) -> Iterator[Finding]:
    limit = session.client("lambda").get_account_settings()["AccountLimit"]["ConcurrentExecutions"]
    yield _of_concurrency(limit, answers)


def _of_concurrency(limit: int, answers: Answers) -> Finding:
    more = f"ask AWS for {AMPLE} (Service Quotas, Lambda, concurrent executions)"
    if limit < ENOUGH and answers.parameter("Concurrency") != "small":
        return Finding(
            Level.STOP,
            f"Lambda runs only {limit} at once in this account: {more}, "
            f"or set Concurrency to small in {answers.file.name}",
        )
    reserved = int(answers.parameter("WebhookConcurrency"))
    if reserved and limit < max(AMPLE, reserved + ENOUGH):
        return Finding(Level.STOP, f"Lambda runs only {limit} at once here: set WebhookConcurrency to 0, or {more}")
    if limit < AMPLE:
        return Finding(Level.NOTE, f"Lambda runs {limit} at once here: {more} before the shops are busy")
    return Finding(Level.GOOD, f"Lambda runs {limit} at once here")


def _rights(session: boto3.Session, arn: str, answers: Answers) -> Finding:
    """Simulate the caller's policies for what a deployment does."""
    if arn.endswith(":root"):
        return Finding(Level.NOTE, "you are the account's root user: a user or a role of its own is safer")
    try:
        missing = sorted(_missing(session, arn, answers))
    except ClientError as failure:
        code = failure.response["Error"]["Code"]
        return Finding(
            Level.NOTE, f"your rights cannot be checked ({code}): docs/deploy.md lists what a deployment needs"
        )
    if missing:
        return Finding(Level.STOP, f"you may not: {', '.join(missing)}")
    return Finding(Level.GOOD, "you may do what a deployment does")


def _principal(session: boto3.Session, arn: str) -> str:
    """Return the user, or the role that a session has assumed."""
    if ":assumed-role/" not in arn:
        return arn
    role = arn.split("/")[1]
    return str(session.client("iam").get_role(RoleName=role)["Role"]["Arn"])


def _missing(session: boto3.Session, arn: str, answers: Answers) -> set[str]:
    """Return the actions that are denied for resources of this stack's name, where they have one."""
    iam, principal = session.client("iam"), _principal(session, arn)
    partition, account = arn.split(":")[1], arn.split(":")[4]
    for_each = defaultdict[str, set[str]](set)
    for action in _denied(iam, principal, ACTIONS, "*"):
        for resource in resources(action, partition, answers.region, account, answers.stack):
            for_each[resource].add(action)
    missing = for_each.pop("*", set())
    for resource, actions in for_each.items():
        missing.update(_denied(iam, principal, actions, resource))
    return missing


def _denied(iam: Any, principal: str, actions: Iterable[str], resource: str) -> Iterator[str]:
    pages = iam.get_paginator("simulate_principal_policy").paginate(
        PolicySourceArn=principal, ActionNames=sorted(actions), ResourceArns=[resource]
    )
    for page in pages:
        for each in page["EvaluationResults"]:
            if each["EvalDecision"] != "allowed" and not _is_conditional(each):
                yield each["EvalActionName"]


def _is_conditional(result: Any) -> bool:
    """Return whether a policy has a condition on what only the deployment itself knows."""
    results = (result, *result.get("ResourceSpecificResults", ()))
    return any(each.get("MissingContextValues") for each in results)

"""`sam build` and `sam deploy`, with the layer and the functions for one runtime and one processor."""

import os
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.exceptions import ClientError

from deploy.answers import Answers, declared
from deploy.checks import stack_state
from local.deployment import SAM, with_own_files
from local.home import CHECKOUT

PLATFORMS = {"arm64": "aarch64-manylinux_2_28", "x86_64": "x86_64-manylinux_2_28"}
"""What uv calls the platform of a processor of Lambda."""

BUILT = CHECKOUT / ".aws-sam" / "build" / "template.yaml"
UNDATED = "DEPLOYED_AT: never"
EMPTY = '""'
"""How SAM takes a value without characters."""


class DeploymentFailed(Exception):
    """A command of SAM failed; it has printed why."""


class NotConfirmed(Exception):
    """A person did not confirm the changes, which SAM takes for a success."""


def build(answers: Answers) -> None:
    """Build the layer and the functions for the runtime and the processor of the answers."""
    print("building (sam build)", flush=True)
    _sam(answers, "build", "--parameter-overrides", *overrides(answers, is_protected=False))
    BUILT.write_text(dated(BUILT.read_text(), datetime.now(UTC)))


def dated(template: str, now: datetime) -> str:
    """Return a built template with the time in its functions' environment, so that each alias gets a new version.

    SAM makes one where the text of a function changed, which has the names of parameters and not their values; Lambda
    makes none that equals one of a deployment that was rolled back.
    """
    if UNDATED not in template:
        raise DeploymentFailed(f"{BUILT.name} does not say {UNDATED}")
    return template.replace(UNDATED, f"DEPLOYED_AT: '{now.isoformat()}'")


def deploy(session: boto3.Session, answers: Answers, *, confirms: bool = True) -> bool:
    """Deploy what was built, once a person has confirmed the changes; return whether this created the stack.

    Raises NotConfirmed if that did not happen.
    """
    is_first = not stack_state(session, answers.stack)
    before = _unconfirmed(session, answers.stack)
    print("deploying (sam deploy)", flush=True)
    _sam(
        answers,
        "deploy",
        "--stack-name",
        answers.stack,
        "--region",
        answers.region,
        "--parameter-overrides",
        *overrides(answers, is_protected=not is_first),
        "--confirm-changeset" if confirms else "--no-confirm-changeset",
    )
    if _unconfirmed(session, answers.stack) - before:
        raise NotConfirmed
    return is_first


def _unconfirmed(session: boto3.Session, stack: str) -> set[str]:
    """Return the lists of changes of a stack that were not executed; those without any changes cannot be."""
    try:
        pages = list(session.client("cloudformation").get_paginator("list_change_sets").paginate(StackName=stack))
    except ClientError as failure:
        if "does not exist" in str(failure):
            return set()
        raise
    return {
        each["ChangeSetId"] for page in pages for each in page["Summaries"] if each["ExecutionStatus"] == "AVAILABLE"
    }


def overrides(answers: Answers, *, is_protected: bool) -> list[str]:
    """Return all parameters of the template as SAM takes them: one that is left out would keep its deployed value."""
    values = {name: answers.parameter(name) for name in declared()} | {"Protected": "yes" if is_protected else "no"}
    return [f"{name}={value or EMPTY}" for name, value in sorted(values.items())]


def layer_of(answers: Answers) -> dict[str, str]:
    """Return what layers/shared/Makefile builds for."""
    return {
        "LAYER_PYTHON": answers.parameter("PythonRuntime").removeprefix("python"),
        "LAYER_PLATFORM": PLATFORMS[answers.parameter("Architecture")],
    }


def _sam(answers: Answers, *arguments: str) -> None:
    command = [str(SAM), *arguments]
    with with_own_files() as files:
        environment: Mapping[str, Any] = {**os.environ, **layer_of(answers), **files}
        ran = subprocess.run(command, cwd=CHECKOUT, env=environment, check=False)  # noqa: S603 - our own words
    if ran.returncode:
        raise DeploymentFailed(f"sam {arguments[0]}")

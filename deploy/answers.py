"""Answers of a person to the questions of a first deployment, stored below .local/deploy, which git does not track."""

import json
import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from local.home import CHECKOUT
from simulation.template import template

FOLDER = CHECKOUT / ".local" / "deploy"
LONGEST_STACK = 27
STACK = re.compile(rf"(?!.*(aws|amazon|cognito))[a-z][a-z0-9-]{{0,{LONGEST_STACK - 1}}}")
"""The name is a part of the address where people sign in, which Cognito refuses with its own words in it."""
REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
ASKED = ("Mfa", "Concurrency")
"""The parameters in questions; the others have defaults, and can be set in the file of answers."""


@dataclass(frozen=True)
class Answers:
    """The stack's name, its region, and the values of its parameters by name."""

    stack: str
    region: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        """The file that keeps the answers."""
        return FOLDER / f"{self.stack}.json"

    def parameter(self, name: str) -> str:
        """Return a parameter's value: the answer, or the default of template.yaml."""
        return self.parameters.get(name, str(declared()[name]["Default"]))


def declared() -> Mapping[str, Mapping[str, Any]]:
    """Return the parameters of template.yaml."""
    found: Mapping[str, Mapping[str, Any]] = template()["Parameters"]
    return found


def deployed(session: boto3.Session, stack: str) -> dict[str, str]:
    """Return the parameters of template.yaml that a stack was deployed with; none if it does not exist."""
    known = {each["ParameterKey"]: each["ParameterValue"] for each in described(session, stack).get("Parameters", [])}
    return {name: value for name, value in known.items() if name in declared()}


def described(session: boto3.Session, stack: str) -> Mapping[str, Any]:
    """Return what CloudFormation says of a stack; nothing if it does not exist."""
    try:
        found: Mapping[str, Any] = session.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as failure:
        if "does not exist" in str(failure):
            return {}
        raise
    return found


def answered(stack: str, is_person: bool, ask: Callable[[str], str] = input) -> Answers:
    """Return the answers for a stack: those of its file, else those of a person, which are stored; exit without either.

    A person is offered what the stack was deployed with, from another checkout. All are checked against template.yaml.
    """
    if not STACK.fullmatch(stack):
        takes = f"at most {LONGEST_STACK} of a-z, 0-9 and -, a letter first, without the words aws, amazon and cognito"
        sys.exit(f"{stack!r} cannot be the stack's name: {takes}")
    file = FOLDER / f"{stack}.json"
    if file.exists():
        kept = json.loads(file.read_text())
        return _valid(Answers(stack, kept["region"], kept["parameters"]))
    if not is_person:
        sys.exit(f"{_shown(file)} has no answers yet: run `make deploy STACK={stack}` in a terminal once")
    return _keep(_valid(_asked(stack, ask)))


def _asked(stack: str, ask: Callable[[str], str]) -> Answers:
    region = boto3.Session().region_name or "eu-west-1"
    region = ask(f"region [{region}]: ").strip() or region
    if not REGION.fullmatch(region):
        sys.exit(f"{region!r} is no region")
    parameters = _changed(stack, region)
    for name in ASKED:
        about = declared()[name]
        now = parameters.get(name, str(about["Default"]))
        print(f"{about['Description']} ({', '.join(map(str, about['AllowedValues']))})")
        parameters[name] = ask(f"{name} [{now}]: ").strip() or now
    return Answers(stack, region, parameters)


def _changed(stack: str, region: str) -> dict[str, str]:
    """Return the parameters of a stack that are not the template's defaults; exit where they cannot be read."""
    try:
        found = deployed(boto3.Session(region_name=region), stack)
    except (ClientError, BotoCoreError) as failure:
        sys.exit(f"what {stack} was deployed with in {region} cannot be read: {failure}")
    print(f"{stack} is in {region}: its values are offered" if found else f"{region} has no stack {stack} yet")
    return {
        name: value
        for name, value in found.items()
        if name != "Protected" and value != str(declared()[name]["Default"])
    }


def _valid(answers: Answers) -> Answers:
    if not REGION.fullmatch(answers.region):
        sys.exit(f"{answers.region!r} is no region")
    for name, value in answers.parameters.items():
        about = declared().get(name)
        if about is None:
            sys.exit(f"{answers.file.name}: template.yaml has no parameter {name}")
        if "AllowedValues" in about and value not in map(str, about["AllowedValues"]):
            sys.exit(f"{name}: {value!r} is none of {', '.join(map(str, about['AllowedValues']))}")
    return answers


def _keep(answers: Answers) -> Answers:
    FOLDER.mkdir(parents=True, exist_ok=True)
    kept = {"region": answers.region, "parameters": dict(answers.parameters)}
    answers.file.write_text(json.dumps(kept, indent=2) + "\n")
    print(f"kept in {_shown(answers.file)}")
    return answers


def _shown(file: Path) -> str:
    return os.path.relpath(file, CHECKOUT)

"""template.yaml as CloudFormation gets it: transformed by the translator of the SAM CLI that deploys it.

The translator is in the environment of the SAM CLI, which `make install` makes, and runs there in a process of its own,
without an account or a network.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from bench.timetable import minutes_due
from local.home import CHECKOUT, ENVIRONMENTS

PYTHON = ENVIRONMENTS / "sam" / "bin" / "python"
TRANSLATE = """
import json, sys
from samcli.lib.translate.sam_template_validator import SamTemplateValidator
from samcli.yamlhelper import yaml_parse

class NoPolicies:
    def load(self):
        return {}

template = yaml_parse(sys.stdin.read())
translated = SamTemplateValidator(template, NoPolicies(), region="us-east-1").get_translated_template_if_valid()
json.dump(yaml_parse(translated), sys.stdout)
"""
NOBODY = {
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_CONFIG_FILE": os.devnull,
    "SAM_CLI_TELEMETRY": "0",
}
SCHEDULE = "AWS::Scheduler::Schedule"
Resources = dict[str, dict[str, Any]]


@cache
def transformed() -> Resources:
    """Return all resources of template.yaml by logical id."""
    return translated((CHECKOUT / "template.yaml").read_text())


def translated(text: str) -> Resources:
    """Return all resources of a template by logical id."""
    done = subprocess.run(  # noqa: S603 - our own words
        [PYTHON, "-c", TRANSLATE],
        input=text,
        env={**os.environ, **NOBODY},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=300,
    )
    found: Resources = json.loads(done.stdout)["Resources"]
    return found


class Job(NamedTuple):
    """A schedule: at these minutes of every day it sends its input to a queue, or invokes a function with it."""

    name: str
    minutes: tuple[int, ...]
    target: str
    input: str


def jobs(resources: Resources) -> Iterator[Job]:
    """Return what schedules do, in the order of their names."""
    for name, each in sorted(resources.items()):
        properties = each.get("Properties", {})
        if each["Type"] == SCHEDULE and properties.get("State", "ENABLED") == "ENABLED":
            target = properties["Target"]
            minutes = tuple(minutes_due(properties["ScheduleExpression"]))
            yield Job(name, minutes, logical_id(target["Arn"]), target.get("Input", "{}"))


def logical_id(value: dict[str, Any]) -> str:
    """Return the resource that a Ref or a GetAtt is about.

    >>> logical_id({"Ref": "OrdersQueue"}), logical_id({"Fn::GetAtt": ["OrdersQueue", "Arn"]})
    ('OrdersQueue', 'OrdersQueue')
    """
    return str(value["Ref"] if "Ref" in value else value["Fn::GetAtt"][0])

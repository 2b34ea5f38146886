"""Commands of the AWS CLI in the documentation, and in what `make deploy` prints, against botocore's models."""

import re
import shlex
from collections.abc import Iterator

import botocore.session
import pytest
from botocore import xform_name

from deploy.outcome import PLAIN, STEPS
from local.home import CHECKOUT

GLOBAL = {"region", "query", "output", "profile", "endpoint-url", "cli-binary-format"}
COMMAND = re.compile(r"\baws ([a-z0-9-]+ [a-z0-9-]+ ?[^`\n]*)")
SERVICES = {"s3api": "s3"}
RENAMED = {("sns", "subscribe"): {"endpoint": "notification-endpoint"}}
"""Services and options that the CLI calls otherwise than botocore."""


def commands() -> Iterator[tuple[str, str]]:
    """Every command, with where it stands."""
    texts = {path.name: path.read_text() for path in [*(CHECKOUT / "docs").glob("*.md"), CHECKOUT / "README.md"]}
    texts["deploy/outcome.py"] = STEPS + PLAIN
    for name, text in texts.items():
        for found in COMMAND.finditer(re.sub(r"\\\n\s*", " ", text)):
            yield name, found[1].strip()


COMMANDS = list(commands())


def test_there_are_commands() -> None:
    assert len(COMMANDS) >= 10
    assert {name for name, _ in COMMANDS} >= {"deploy.md", "operate.md", "deploy/outcome.py"}


@pytest.mark.parametrize(("place", "command"), COMMANDS)
def test_a_command_of_the_documentation_is_one_of_aws(place: str, command: str) -> None:
    service, verb, *rest = shlex.split(command.replace("<", "_").replace(">", "_"))
    model = botocore.session.Session().get_service_model(SERVICES.get(service, service))
    operations = {xform_name(name, "-"): name for name in model.operation_names}

    assert verb in operations, place
    shape = model.operation_model(operations[verb]).input_shape
    renamed = RENAMED.get((service, verb), {})
    options = {renamed.get(name, name) for name in (xform_name(each, "-") for each in (shape.members if shape else ()))}
    required = {xform_name(each, "-") for each in (shape.required_members if shape else ())}
    flags = {name for name, each in (shape.members if shape else {}).items() if each.type_name == "boolean"}
    negated = {f"no-{xform_name(each, '-')}" for each in flags}
    used = {each[2:] for each in rest if each.startswith("--")} - negated
    assert used <= options | GLOBAL, place
    assert required <= used, place

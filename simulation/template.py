"""Read template.yaml, so that tests use exactly the resources that are deployed."""

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent


SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Ten times as fast in C, which PyYAML has where libyaml is."""


class Loader(SafeLoader):  # type: ignore[misc, valid-type]  # chosen when it runs
    """Loads YAML with CloudFormation's short functions, kept as {"!Name": value}."""


def _function(loader: yaml.Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        return {f"!{suffix}": loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {f"!{suffix}": loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {f"!{suffix}": loader.construct_mapping(node, deep=True)}


Loader.add_multi_constructor("!", _function)


@cache
def template() -> dict[str, Any]:
    """Return the template, before the SAM transform."""
    found: dict[str, Any] = yaml.load((ROOT / "template.yaml").read_text(), Loader)  # noqa: S506 - a safe loader
    return found


@cache
def resources(kind: str) -> dict[str, dict[str, Any]]:
    """Return the properties of all resources of a type, by logical id."""
    return {name: found["Properties"] for name, found in template()["Resources"].items() if found["Type"] == kind}


@cache
def invoke_configs() -> dict[str, dict[str, Any]]:
    """Return what becomes of asynchronous invocations that fail, by the logical id of the function.

    They are made by the plain name of a function. What SAM reads in one that has an alias counts for that alone.
    """
    functions = resources("AWS::Serverless::Function")
    own = {
        name: each["EventInvokeConfig"]
        for name, each in functions.items()
        if "EventInvokeConfig" in each and "AutoPublishAlias" not in each
    }
    beside = resources("AWS::Lambda::EventInvokeConfig").values()
    return own | {each["FunctionName"]["!Ref"]: each for each in beside if each["Qualifier"] == "$LATEST"}


@cache
def environment() -> dict[str, str]:
    """Return the functions' environment, with each value made from its variable's name."""
    names = template()["Globals"]["Function"]["Environment"]["Variables"]
    return {name: f"test-{name.lower().replace('_', '-')}" for name in names}


@cache
def variables() -> Mapping[str, Mapping[str, str]]:
    """Return the values of the functions' environment, where the template's options are all chosen."""
    found = template()["Globals"]["Function"]["Environment"]["Variables"]
    return {name: value["!If"][1] if "!If" in value else value for name, value in found.items()}


@cache
def queue_names() -> dict[str, str]:
    """Return the names of the queues whose urls functions have, by environment variable."""
    queues = resources("AWS::SQS::Queue")
    return {
        name: environment()[name].removesuffix("-url") + (".fifo" if "FifoQueue" in queues[value["!Ref"]] else "")
        for name, value in variables().items()
        if name.endswith("_QUEUE_URL")
    }


@cache
def queue_name(logical_id: str) -> str:
    """Return the name of a queue: from its url's variable, or else from its logical id."""
    names = {variables()[variable]["!Ref"]: name for variable, name in queue_names().items()}
    is_fifo = "FifoQueue" in resources("AWS::SQS::Queue")[logical_id]
    return names.get(logical_id, logical_id + (".fifo" if is_fifo else ""))


def function_names() -> dict[str, str]:
    """Return the names of the functions that others invoke, by the environment variable that holds the name."""
    return {
        name: value["!Sub"].replace("${AWS::StackName}", "test")
        for name, value in variables().items()
        if name.endswith("_FUNCTION")
    }


def prepare() -> None:
    """Set the environment of a function on AWS, before any of our modules is imported."""
    os.environ.update(environment())
    os.environ.update(
        AWS_ACCESS_KEY_ID="test",
        AWS_SECRET_ACCESS_KEY="test",
        AWS_DEFAULT_REGION="us-east-1",
        AWS_REGION="us-east-1",
        POWERTOOLS_METRICS_DISABLED="true",
    )
    os.environ.update(
        {name: f"https://sqs.us-east-1.amazonaws.com/123456789012/{queue}" for name, queue in queue_names().items()}
    )
    os.environ.update(function_names())
    os.environ["AMAZON_QUEUE_ARN"] = f"arn:aws:sqs:us-east-1:123456789012:{queue_names()['AMAZON_QUEUE_URL']}"
    os.environ["MFA"] = "OFF"
    os.environ["API_ADDRESS"] = ""
    os.environ["ORDER_STATE_MACHINE_ARN"] = "arn:aws:states:us-east-1:123456789012:stateMachine:test-order"
    os.environ["POLL_FUNCTION_ARN"] = "arn:aws:lambda:us-east-1:123456789012:function:test-poll"
    os.environ["SUPPLIER_FUNCTION_ARN"] = "arn:aws:lambda:us-east-1:123456789012:function:test-supplier"
    os.environ["FBA_FUNCTION_ARN"] = "arn:aws:lambda:us-east-1:123456789012:function:test-fba"
    os.environ["POLL_ROLE_ARN"] = "arn:aws:iam::123456789012:role/test-poll"

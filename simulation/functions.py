"""The functions of template.yaml, and the event sources and schedules that invoke them."""

import importlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from simulation.aws.dynamodb.streams import Record
from simulation.aws.functions import Invocation as Later
from simulation.cloud import function_name, logical_id, name_of
from simulation.template import queue_name, resources, template

Handler = Callable[[Any, Any], Any]


class Function(NamedTuple):
    """A Lambda function of the template."""

    name: str
    handler: Handler
    timeout: float


class Source(NamedTuple):
    """An event source of a function: a queue or the stream of a table, and the largest batch.

    Of a stream with a filter, only changes of items whose partition key begins with one of `prefixes` come.
    """

    function: Function
    target: str
    most: int
    prefixes: tuple[str, ...] = ("",)

    def takes(self, record: Record) -> bool:
        """Return whether the filter lets a record of the stream through."""
        return str(record.key[0]).startswith(self.prefixes)


@cache
def functions() -> Mapping[str, Function]:
    """Return all functions, by logical id."""
    default = template()["Globals"]["Function"]["Timeout"]
    found = {}
    for name, properties in resources("AWS::Serverless::Function").items():
        module, _, attribute = properties["Handler"].partition(".")
        place = f"{properties['CodeUri'].replace('/', '.')}.{module}"
        handler = getattr(importlib.import_module(place), attribute)
        found[name] = Function(name, handler, float(properties.get("Timeout", default)))
    return found


@cache
def functions_by_name() -> Mapping[str, Function]:
    """Return all functions, by the name that the template gives them."""
    return {function_name(name): function for name, function in functions().items()}


def _events(kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, properties in resources("AWS::Serverless::Function").items():
        for event in properties.get("Events", {}).values():
            if event["Type"] == kind:
                yield name, event["Properties"]


@cache
def queue_sources() -> Sequence[Source]:
    """Return the queues that invoke functions."""
    return tuple(
        Source(functions()[name], queue_name(logical_id(event["Queue"])), event["BatchSize"])
        for name, event in _events("SQS")
    )


@cache
def stream_sources() -> Sequence[Source]:
    """Return the tables whose streams invoke functions."""
    return tuple(
        Source(
            functions()[name],
            name_of(event["Stream"]["!GetAtt"].removesuffix(".StreamArn")),
            event["BatchSize"],
            _prefixes(event.get("FilterCriteria")),
        )
        for name, event in _events("DynamoDB")
    )


def _prefixes(criteria: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Return the beginnings of partition keys that a stream's filter lets through; no other filter is supported."""
    if not criteria:
        return ("",)
    [[pattern]] = [each.values() for each in criteria["Filters"]]
    return tuple(str(condition["prefix"]) for condition in json.loads(pattern)["dynamodb"]["Keys"]["pk"]["S"])


def schedules() -> Iterator[tuple[Later, str]]:
    """Yield the invocations of the template's schedules with their rates, in the order of names."""
    for _, properties in sorted(resources("AWS::Scheduler::Schedule").items()):
        target = properties["Target"]
        yield (
            Later(function_name(logical_id(target["Arn"])), json.loads(target["Input"])),
            properties["ScheduleExpression"],
        )

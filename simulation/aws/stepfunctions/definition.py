"""Definitions of state machines: parsed once; parts of the language that are not simulated are refused."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

Definition = Mapping[str, Any]
SEND_AND_WAIT = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
INVOKE = "arn:aws:states:::lambda:invoke"
ABOUT = frozenset({"Comment", "Type", "QueryLanguage"})
GOES_ON = ABOUT | {"Output", "Next", "End", "Retry", "Catch"}
FIELDS = {
    "Succeed": ABOUT | {"Output"},
    "Map": GOES_ON | {"Items", "ItemSelector", "ItemProcessor"},
    "Task": GOES_ON | {"Resource", "Arguments", "TimeoutSeconds"},
}
OF_A_RETRIER = frozenset(
    {"ErrorEquals", "IntervalSeconds", "MaxAttempts", "BackoffRate", "MaxDelaySeconds", "JitterStrategy"}
)
PLACEHOLDER = re.compile(r"\$\{(\w+)\}")
ONLY_BY_NAME = frozenset({"States.DataLimitExceeded", "States.Runtime"})


def matches(names: frozenset[str], error: str) -> bool:
    """Return whether an error is one of those that a retrier or a catcher names."""
    if error in names:
        return True
    if error in ONLY_BY_NAME:
        return False
    return "States.ALL" in names or ("States.TaskFailed" in names and error != "States.Timeout")


class Retrier(NamedTuple):
    """A retrier: the errors, how often they are retried, and the pauses between."""

    errors: frozenset[str]
    interval: float
    most: int
    rate: float
    longest: float
    has_jitter: bool

    def pause(self, attempt: int) -> float:
        """Return the pause before a retry, the first of which is attempt 1; with jitter, the longest pause."""
        return min(self.interval * self.rate ** (attempt - 1), self.longest)


class Catcher(NamedTuple):
    """A catcher: the errors and the next state."""

    errors: frozenset[str]
    definition: Definition


class State(NamedTuple):
    """A state; `kind` is its type, or the resource of a task."""

    name: str
    kind: str
    definition: Definition
    retriers: tuple[Retrier, ...]
    catchers: tuple[Catcher, ...]
    items: "Flow | None"


class Flow(NamedTuple):
    """The states of a state machine or of a Map's item processor, and the first of them."""

    first: State
    states: Mapping[str, State]


class Machine(NamedTuple):
    """A state machine."""

    name: str
    arn: str
    flow: Flow


def machine_of(name: str, definition: Definition, substitutions: Mapping[str, str]) -> Machine:
    """Parse a definition, with each ${Name} in it replaced."""
    refuse_unknown("a state machine", definition, {"Comment", "QueryLanguage", "StartAt", "States"})
    if definition.get("QueryLanguage") != "JSONata":
        raise NotImplementedError("the stand-in simulates JSONata only")
    arn = f"arn:aws:states:us-east-1:123456789012:stateMachine:{name}"
    return Machine(name, arn, _flow(_substituted(definition, substitutions)))


def refuse_unknown(what: str, definition: Definition, fields: frozenset[str] | set[str]) -> None:
    """Raise NotImplementedError for fields that are not simulated."""
    if strange := definition.keys() - fields:
        raise NotImplementedError(f"the stand-in does not simulate {sorted(strange)} of {what}")


def _substituted(value: Any, by: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return PLACEHOLDER.sub(lambda found: by[found[1]], value)
    if isinstance(value, Mapping):
        return {name: _substituted(each, by) for name, each in value.items()}
    return [_substituted(each, by) for each in value] if isinstance(value, list) else value


def _flow(definition: Definition) -> Flow:
    states = {name: _state(name, each) for name, each in definition["States"].items()}
    for state in states.values():
        for target in _targets(state):
            if target not in states:
                raise ValueError(f"{state.name} leads to {target}, which is not there")
    return Flow(states[definition["StartAt"]], states)


def _targets(state: State) -> Iterator[str]:
    is_last = state.kind == "Succeed" or state.definition.get("End", False)
    if is_last == ("Next" in state.definition):
        raise ValueError(f"{state.name} has either Next or End")
    definitions = (state.definition, *(catcher.definition for catcher in state.catchers))
    yield from (each["Next"] for each in definitions if "Next" in each)


def _state(name: str, definition: Definition) -> State:
    kind = definition["Type"]
    if kind not in FIELDS:
        raise NotImplementedError(f"the stand-in does not simulate states of type {kind}")
    refuse_unknown(f"the state {name}", definition, FIELDS[kind])
    if kind == "Task":
        kind = definition["Resource"]
        if kind not in (SEND_AND_WAIT, INVOKE):
            raise NotImplementedError(f"the stand-in does not simulate the resource {kind}")
    retriers = tuple(map(_retrier, definition.get("Retry", ())))
    catchers = tuple(map(_catcher, definition.get("Catch", ())))
    items = _items(definition["ItemProcessor"]) if kind == "Map" else None
    return State(name, kind, definition, retriers, catchers, items)


def _items(definition: Definition) -> Flow:
    refuse_unknown("an item processor", definition, {"ProcessorConfig", "StartAt", "States"})
    if definition.get("ProcessorConfig", {"Mode": "INLINE"}) != {"Mode": "INLINE"}:
        raise NotImplementedError("the stand-in processes items inline only")
    return _flow(definition)


def _retrier(definition: Definition) -> Retrier:
    refuse_unknown("a retrier", definition, OF_A_RETRIER)
    return Retrier(
        frozenset(definition["ErrorEquals"]),
        definition.get("IntervalSeconds", 1),
        definition.get("MaxAttempts", 3),
        definition.get("BackoffRate", 2.0),
        definition.get("MaxDelaySeconds", float("inf")),
        definition.get("JitterStrategy") == "FULL",
    )


def _catcher(definition: Definition) -> Catcher:
    refuse_unknown("a catcher", definition, {"Comment", "ErrorEquals", "Output", "Next"})
    return Catcher(frozenset(definition["ErrorEquals"]), definition)

"""State machines as they are told: read once, and refused loudly where the stand-in does not know the language."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

Told = Mapping[str, Any]
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
    """Whether an error is one of those that a retrier or a catcher names."""
    if error in names:
        return True
    if error in ONLY_BY_NAME:
        return False
    return "States.ALL" in names or ("States.TaskFailed" in names and error != "States.Timeout")


class Retrier(NamedTuple):
    """Which errors have a state tried again, how often and after how long."""

    errors: frozenset[str]
    interval: float
    most: int
    rate: float
    longest: float
    has_jitter: bool

    def pause(self, attempt: int) -> float:
        """The seconds before an attempt, the second being 1; with jitter, the most they may be."""
        return min(self.interval * self.rate ** (attempt - 1), self.longest)


class Catcher(NamedTuple):
    """Which errors lead to another state, and with what."""

    errors: frozenset[str]
    told: Told


class State(NamedTuple):
    """A state; `kind` is its type, or the resource of a task."""

    name: str
    kind: str
    told: Told
    retriers: tuple[Retrier, ...]
    catchers: tuple[Catcher, ...]
    items: "Flow | None"


class Flow(NamedTuple):
    """States, and which of them is the first: a state machine's, or those that an item of a Map goes through."""

    first: State
    states: Mapping[str, State]


class Machine(NamedTuple):
    """A state machine."""

    name: str
    arn: str
    flow: Flow


def machine_of(name: str, definition: Told, substitutions: Mapping[str, str]) -> Machine:
    """Reads a definition, each ${Name} in it replaced."""
    known("a state machine", definition, {"Comment", "QueryLanguage", "StartAt", "States"})
    if definition.get("QueryLanguage") != "JSONata":
        raise NotImplementedError("the stand-in knows JSONata and no other query language")
    arn = f"arn:aws:states:us-east-1:123456789012:stateMachine:{name}"
    return Machine(name, arn, _flow(_substituted(definition, substitutions)))


def known(what: str, told: Told, fields: frozenset[str] | set[str]) -> None:
    """Refuses loudly what is not simulated."""
    if strange := told.keys() - fields:
        raise NotImplementedError(f"the stand-in does not know {sorted(strange)} of {what}")


def _substituted(told: Any, by: Mapping[str, str]) -> Any:
    if isinstance(told, str):
        return PLACEHOLDER.sub(lambda found: by[found[1]], told)
    if isinstance(told, Mapping):
        return {name: _substituted(each, by) for name, each in told.items()}
    return [_substituted(each, by) for each in told] if isinstance(told, list) else told


def _flow(told: Told) -> Flow:
    states = {name: _state(name, each) for name, each in told["States"].items()}
    for state in states.values():
        for target in _targets(state):
            if target not in states:
                raise ValueError(f"{state.name} leads to {target}, which is not there")
    return Flow(states[told["StartAt"]], states)


def _targets(state: State) -> Iterator[str]:
    is_last = state.kind == "Succeed" or state.told.get("End", False)
    if is_last == ("Next" in state.told):
        raise ValueError(f"{state.name} has either Next or End")
    yield from (told["Next"] for told in (state.told, *(catcher.told for catcher in state.catchers)) if "Next" in told)


def _state(name: str, told: Told) -> State:
    kind = told["Type"]
    if kind not in FIELDS:
        raise NotImplementedError(f"the stand-in does not know states of type {kind}")
    known(f"the state {name}", told, FIELDS[kind])
    if kind == "Task":
        kind = told["Resource"]
        if kind not in (SEND_AND_WAIT, INVOKE):
            raise NotImplementedError(f"the stand-in does not know the resource {kind}")
    retriers = tuple(map(_retrier, told.get("Retry", ())))
    catchers = tuple(map(_catcher, told.get("Catch", ())))
    return State(name, kind, told, retriers, catchers, _items(told["ItemProcessor"]) if kind == "Map" else None)


def _items(told: Told) -> Flow:
    known("an item processor", told, {"ProcessorConfig", "StartAt", "States"})
    if told.get("ProcessorConfig", {"Mode": "INLINE"}) != {"Mode": "INLINE"}:
        raise NotImplementedError("the stand-in processes items inline only")
    return _flow(told)


def _retrier(told: Told) -> Retrier:
    known("a retrier", told, OF_A_RETRIER)
    return Retrier(
        frozenset(told["ErrorEquals"]),
        told.get("IntervalSeconds", 1),
        told.get("MaxAttempts", 3),
        told.get("BackoffRate", 2.0),
        told.get("MaxDelaySeconds", float("inf")),
        told.get("JitterStrategy") == "FULL",
    )


def _catcher(told: Told) -> Catcher:
    known("a catcher", told, {"Comment", "ErrorEquals", "Output", "Next"})
    return Catcher(frozenset(told["ErrorEquals"]), told)

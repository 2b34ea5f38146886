"""What requests have in common: placeholders that must all be used, projections, parameters that are known here."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from simulation.aws.dynamodb.conditions import Condition, condition
from simulation.aws.dynamodb.syntax import Path_, Values, Words
from simulation.aws.dynamodb.values import Item, Value, canonical, copied, copy
from simulation.aws.refusals import Refused, invalid

Parameters = Mapping[str, Any]
IGNORED = frozenset({"ReturnConsumedCapacity", "ReturnItemCollectionMetrics"})
NO_NAMES: dict[str, str] = {}
NO_VALUES: dict[str, Value] = {}


class Read(Protocol):
    """An expression that was read."""

    names: frozenset[str]
    values: frozenset[str]


class Placeholders(NamedTuple):
    """What the request says its placeholders stand for."""

    names: dict[str, str]
    values: Values


def refuse_unknown(parameters: Parameters, *names: str) -> None:
    """Refuses loudly what is not simulated."""
    strange = parameters.keys() - IGNORED - set(names)
    if strange:
        raise NotImplementedError(f"the stand-in does not know {sorted(strange)}")


def condition_of(parameters: Parameters, name: str = "ConditionExpression") -> Condition | None:
    """The condition that a request makes."""
    text = parameters.get(name)
    return None if text is None else condition(text, name)


def placeholders(parameters: Parameters, *expressions: Any) -> Placeholders:
    """The names and values of a request; all are there, all are used, and the values are what conditions can take."""
    read = [expression for expression in expressions if expression is not None]
    found = _matched(parameters, read)
    for expression in read:
        if isinstance(expression, Condition):
            expression.refuse_misfits(found.values)
    return found


def _matched(parameters: Parameters, read: Sequence[Any]) -> Placeholders:
    names = parameters.get("ExpressionAttributeNames")
    values = parameters.get("ExpressionAttributeValues")
    if names is not None or any(expression.names for expression in read):
        _match(names, read, "names", "ExpressionAttributeNames", "name")
    if values is not None or any(expression.values for expression in read):
        _match(values, read, "values", "ExpressionAttributeValues", "value")
    if not values:
        return Placeholders(names or NO_NAMES, NO_VALUES)
    return Placeholders(names or NO_NAMES, {name: canonical(value) for name, value in values.items()})


def _match(given: Mapping[str, Any] | None, read: Iterable[Any], which: str, parameter: str, what: str) -> None:
    used: set[str] = set()
    for expression in read:
        used |= getattr(expression, which)
    if given is not None and not given:
        raise invalid(f"{parameter} must not be empty")
    if given is not None and not read:
        raise invalid(f"{parameter} can only be specified when using expressions")
    missing = used - (given or {}).keys()
    if missing:
        raise invalid(
            f"Invalid ConditionExpression: An expression attribute {what} used in expression is not defined; "
            f"attribute {what}: {min(missing)}"
        )
    unused = (given or {}).keys() - used
    if unused:
        raise invalid(f"Value provided in {parameter} unused in expressions: keys: {{{', '.join(sorted(unused))}}}")


class Projection:
    """Which attributes a read asks for."""

    def __init__(self, text: str) -> None:
        words = Words(text, "ProjectionExpression")
        self.paths: list[Path_] = [words.path()]
        while words.skip(","):
            self.paths.append(words.path())
        if words.next:
            words.expect("<EOF>")
        if len(set(self.paths)) < len(self.paths):
            raise words.wrong("Two document paths overlap with each other; must remove or rewrite one of these paths")
        self.names, self.values = frozenset(words.names), frozenset(words.values)

    def of(self, item: Item, names: dict[str, str]) -> Item:
        """Those attributes of the item that were asked for."""
        requested = [path.places(names) for path in self.paths]
        if any(len(places) > 1 for places in requested):
            raise NotImplementedError("the stand-in projects whole attributes only")
        wanted = [str(places[0]) for places in requested]
        return {name: copy(item[name]) for name in wanted if name in item}


def projection_of(parameters: Parameters) -> Projection | None:
    """What the request wants of each item; None: all of it."""
    text = parameters.get("ProjectionExpression")
    return None if text is None else Projection(text)


def shown(item: Item, projection: Projection | None, names: dict[str, str]) -> Item:
    """A copy of what the request wants of an item."""
    return projection.of(item, names) if projection else copied(item)


def no_such_table(name: str) -> Refused:
    """The answer where there is no table of that name."""
    return Refused("ResourceNotFoundException", f"Requested resource not found: Table: {name} not found")

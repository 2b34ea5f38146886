"""Parts that all requests share: placeholders, projections, the check for parameters that are not simulated."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
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
    """A parsed expression."""

    names: frozenset[str]
    values: frozenset[str]


class Placeholders(NamedTuple):
    """The names and values that a request gives for placeholders."""

    names: dict[str, str]
    values: Values


def refuse_unknown(parameters: Parameters, *names: str) -> None:
    """Raise NotImplementedError for parameters that are not simulated."""
    if not parameters.keys() <= _known(names):
        raise NotImplementedError(f"the stand-in does not simulate {sorted(parameters.keys() - _known(names))}")


@cache
def _known(names: tuple[str, ...]) -> frozenset[str]:
    return IGNORED.union(names)


def condition_of(parameters: Parameters, name: str = "ConditionExpression") -> Condition | None:
    """Return the parsed condition of a request, if it has one."""
    text = parameters.get(name)
    return None if text is None else condition(text, name)


def placeholders(parameters: Parameters, *expressions: Any) -> Placeholders:
    """Return the names and values of a request; refuse missing, unused and invalid ones."""
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
    if given and given.keys() == used:
        return
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
    """The attributes that a read wants."""

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
        """Return the item with the wanted attributes only."""
        requested = [path.places(names) for path in self.paths]
        if any(len(places) > 1 for places in requested):
            raise NotImplementedError("the stand-in projects whole attributes only")
        wanted = [str(places[0]) for places in requested]
        return {name: copy(item[name]) for name in wanted if name in item}


def projection_of(parameters: Parameters) -> Projection | None:
    """Return the projection of a request; None for whole items."""
    text = parameters.get("ProjectionExpression")
    return None if text is None else _projection(text)


@lru_cache(maxsize=4096)
def _projection(text: str) -> Projection:
    return Projection(text)


def wanted_by(parameters: Parameters) -> tuple[Projection | None, dict[str, str]]:
    """Return the projection of a read by keys, and the names that it gives for placeholders."""
    wanted = projection_of(parameters)
    return wanted, placeholders(parameters, wanted).names


def shown(item: Item, projection: Projection | None, names: dict[str, str]) -> Item:
    """Return a copy of an item, reduced to the projection."""
    return projection.of(item, names) if projection else copied(item)


def no_such_table(name: str) -> Refused:
    """Return the answer to a request for a table that does not exist."""
    return Refused("ResourceNotFoundException", f"Requested resource not found: Table: {name} not found")

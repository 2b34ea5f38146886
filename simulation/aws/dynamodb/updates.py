"""Update expressions: SET, REMOVE, ADD and DELETE applied to an item."""

from collections.abc import Callable
from functools import lru_cache
from itertools import combinations
from typing import Any, NamedTuple

from simulation.aws.dynamodb.computing import Change, added, onto, sum_of, there, without
from simulation.aws.dynamodb.syntax import Names, Path_, Step, Values, Words, find, finder
from simulation.aws.dynamodb.values import Item, Value, copied, copy, kind_of
from simulation.aws.refusals import invalid

CLAUSES = ("SET", "REMOVE", "ADD", "DELETE")


class Action(NamedTuple):
    """A path of the item, and the function of its new value (None: remove)."""

    clause: str
    path: Path_
    change: Change


class Update(NamedTuple):
    """A parsed update expression."""

    actions: tuple[Action, ...]
    names: frozenset[str]
    values: frozenset[str]

    def apply(self, item: Item, names: Names, values: Values) -> Item:
        """Return the updated item; every right side is evaluated on the item before the update."""
        changes = [(action.path.places(names), action.change(item, names, values)) for action in self.actions]
        self._refuse_overlaps(names)
        if all(len(places) == 1 for places, _ in changes):
            new = item.copy()
            for places, value in changes:
                _set_or_remove(new, places[0], value)
            return new
        new = copied(item)
        for places, value in sorted(changes, key=_in_turn):
            _put(new, places, value)
        return new

    @property
    def is_deep(self) -> bool:
        """Whether it writes paths within attributes."""
        return any(len(action.path.steps) > 1 for action in self.actions)

    def changed(self, names: Names) -> list[str]:
        """Return the names of the attributes that it writes."""
        return [str(action.path.places(names)[0]) for action in self.actions]

    def _refuse_overlaps(self, names: Names) -> None:
        places = [action.path.places(names) for action in self.actions]
        if len(set(places)) == len(places) and all(len(place) == 1 for place in places):
            return
        for one, other in combinations(self.actions, 2):
            shorter, longer = sorted((one.path.places(names), other.path.places(names)), key=len)
            if _are_in_conflict(shorter, longer):
                raise invalid(
                    "Invalid UpdateExpression: Two document paths conflict with each other; must remove or rewrite one "
                    f"of these paths; path one: {one.path.shown(names)}, path two: {other.path.shown(names)}"
                )
            if longer[: len(shorter)] == shorter:
                raise invalid(
                    "Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one "
                    f"of these paths; path one: {one.path.shown(names)}, path two: {other.path.shown(names)}"
                )


def _in_turn(change: tuple[tuple[Step, ...], Value | None]) -> tuple[bool, list[tuple[str, int]]]:
    """Return the sort key of a change: sets come first, by rising position; then removals, by falling position."""
    places, value = change
    sign = -1 if value is None else 1
    return value is None, [("", sign * step) if isinstance(step, int) else (step, 0) for step in places]


def _are_in_conflict(one: tuple[Step, ...], other: tuple[Step, ...]) -> bool:
    """Return whether one path uses a place as a list and the other as a map."""
    pairs = zip(one, other, strict=False)
    parted = next(((first, second) for first, second in pairs if first != second), (0, 0))
    return isinstance(parted[0], str) is not isinstance(parted[1], str)


def _set_or_remove(item: Item, name: Any, value: Value | None) -> None:
    if value is None:
        item.pop(name, None)
    else:
        item[name] = value


def _put(item: Item, places: tuple[Step, ...], value: Value | None) -> None:
    *way, last = places
    parent: Value | None = find(item, tuple(way)) if way else {"M": item}
    if parent is None or kind_of(parent) != ("M" if isinstance(last, str) else "L"):
        raise invalid("The document path provided in the update expression is invalid for update")
    if isinstance(last, str):
        _set_or_remove(parent["M"], last, value)
    else:
        members: list[Value] = parent["L"]
        members[last : last + 1] = [] if value is None else [value]


# ---- reading -----------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def update(text: str) -> Update:
    """Parse an update expression."""
    words = Words(text, "UpdateExpression")
    actions: list[Action] = []
    seen: set[str] = set()
    while words.next:
        clause = words.skip(*CLAUSES)
        if not clause:
            words.expect("SET")
        if clause in seen:
            raise words.wrong(f'The "{clause}" section can only be used once in an update expression;')
        seen.add(clause)
        actions.append(READERS[clause](words))
        while words.skip(","):
            actions.append(READERS[clause](words))
    return Update(tuple(actions), frozenset(words.names), frozenset(words.values))


def _set(words: Words) -> Action:
    path = words.path()
    words.expect("=")
    value = sum_of(words)
    return Action("SET", path, lambda item, names, values: copy(there(value(item, names, values))))


def _remove(words: Words) -> Action:
    return Action("REMOVE", words.path(), lambda item, names, values: None)


def _add(words: Words) -> Action:
    path = words.path()
    return Action("ADD", path, onto(finder(path), finder(words.placeholder()), added, "ADD"))


def _delete(words: Words) -> Action:
    path = words.path()
    return Action("DELETE", path, onto(finder(path), finder(words.placeholder()), without, "DELETE"))


READERS: dict[str, Callable[[Words], Action]] = {"SET": _set, "REMOVE": _remove, "ADD": _add, "DELETE": _delete}

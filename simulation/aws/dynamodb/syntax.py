"""The tokens of DynamoDB's expressions, and the operands that all of them share."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from simulation.aws.dynamodb.values import Item, Value
from simulation.aws.refusals import Refused, invalid

TOKEN = re.compile(r"\s*(<>|<=|>=|[=<>(),.\[\]+-]|[#:]?[A-Za-z_0-9]+)")
RESERVED = frozenset(Path(__file__).with_name("reserved.txt").read_text().split())
LONGEST = 4096

Names = Mapping[str, str]
Values = Mapping[str, Value]
Step = str | int
Finder = Callable[[Item, Names, Values], Value | None]


class Path_(NamedTuple):  # noqa: N801 - the standard library has the name
    """A document path: names (placeholders not yet replaced) and list positions."""

    steps: tuple[Step, ...]

    def places(self, names: Names) -> tuple[Step, ...]:
        """Return the path with its placeholders replaced."""
        return tuple(names[step] if isinstance(step, str) and step[0] == "#" else step for step in self.steps)

    def shown(self, names: Names) -> str:
        """Return the path as error messages write it."""
        return "[" + ", ".join(f"[{step}]" if isinstance(step, int) else step for step in self.places(names)) + "]"


class Placeholder(NamedTuple):
    """A placeholder for a value of the request."""

    name: str


class Call(NamedTuple):
    """A function, an operator or a connective, and its operands."""

    name: str
    operands: tuple[Any, ...]


class Words:
    """The tokens of an expression, read one by one."""

    def __init__(self, text: str, kind: str) -> None:
        self.kind = kind
        self.names: set[str] = set()
        self.values: set[str] = set()
        if not text.strip():
            raise self.wrong("The expression can not be empty;")
        if len(text.encode()) > LONGEST:
            raise self.wrong(f"Expression size has exceeded the maximum allowed size; expression size: {len(text)}")
        self._tokens: list[str] = []
        position, end = 0, len(text.rstrip())
        while position < end:
            found = TOKEN.match(text, position)
            if not found:
                raise self.wrong(
                    f'Syntax error; token: "{text[position:].strip()[:1]}", near: "{text[position:][:12]}"'
                )
            self._tokens.append(found[1])
            position = found.end()
        self.position = 0

    def wrong(self, message: str) -> Refused:
        """Return the error for an invalid expression."""
        return invalid(f"Invalid {self.kind}: {message}")

    @property
    def next(self) -> str:
        """Return the next token without reading it; empty at the end."""
        return self._tokens[self.position] if self.position < len(self._tokens) else ""

    def take(self) -> str:
        """Read the next token."""
        word = self.next
        if not word:
            raise self.wrong('Syntax error; token: "<EOF>", near: "' + " ".join(self._tokens[-2:]) + '"')
        self.position += 1
        return word

    def skip(self, *words: str) -> str:
        """Read the next token if it is one of these (in capitals); return empty otherwise."""
        found = self.next.upper()
        if found and found in words:
            self.position += 1
            return found
        return ""

    def expect(self, word: str) -> None:
        """Read a token that must come next."""
        if not self.skip(word):
            near = " ".join(self._tokens[max(0, self.position - 1) : self.position + 2])
            raise self.wrong(f'Syntax error; token: "{self.next or "<EOF>"}", near: "{near}"')

    def are_bracketed(self, first: int) -> bool:
        """Return whether the tokens read since `first` are all within one pair of parentheses."""
        depth = 0
        for position in range(first, self.position):
            depth += {"(": 1, ")": -1}.get(self._tokens[position], 0)
            if depth <= 0:
                return position > first and position == self.position - 1
        return False

    def is_call(self) -> bool:
        """Return whether a function comes next."""
        return self._tokens[self.position + 1 : self.position + 2] == ["("] and self.next[:1].isalpha()

    def path(self) -> Path_:
        """Read a document path."""
        steps: list[Step] = [self._name()]
        while True:
            if self.skip("."):
                steps.append(self._name())
            elif self.skip("["):
                steps.append(self._position())
                self.expect("]")
            else:
                return Path_(tuple(steps))

    def _name(self) -> str:
        word = self.take()
        if word[0] == "#":
            self.names.add(word)
        elif not word[0].isalpha():
            raise self.wrong(f'Syntax error; token: "{word}", near: "{word}"')
        elif word.upper() in RESERVED:
            raise self.wrong(f"Attribute name is a reserved keyword; reserved keyword: {word}")
        return word

    def _position(self) -> int:
        word = self.take()
        if not word.isdecimal():
            raise self.wrong(f'Syntax error; token: "{word}", near: "[{word}]"')
        return int(word)

    def placeholder(self) -> Placeholder:
        """Read the placeholder of a value."""
        word = self.take()
        self.values.add(word)
        return Placeholder(word)

    def operand(self) -> Path_ | Placeholder:
        """Read a path or a placeholder."""
        return self.placeholder() if self.next.startswith(":") else self.path()


def finder(operand: Path_ | Placeholder) -> Finder:
    """Return the function that finds the value of an operand."""
    if isinstance(operand, Placeholder):
        name = operand.name
        return lambda item, names, values: values[name]
    first = operand.steps[0]
    if len(operand.steps) > 1:
        path = operand
        return lambda item, names, values: find(item, path.places(names))
    assert isinstance(first, str)
    if first[0] == "#":
        return lambda item, names, values: item.get(names[first])
    return lambda item, names, values: item.get(first)


def find(item: Item, places: tuple[Step, ...]) -> Value | None:
    """Return the value at a path of the item; None without one."""
    found: Value | None = {"M": item}
    for step in places:
        if found is None:
            return None
        if isinstance(step, str):
            found = found["M"].get(step) if "M" in found else None
        else:
            found = found["L"][step] if "L" in found and step < len(found["L"]) else None
    return found

r"""The part of JSONata that our state machines use: paths, literals, objects, arrays, comparisons, and, or, and $merge.

$lookup of a name in an object, too.

>>> evaluate("$merge([$states.input, {'token': $states.token}])", {"input": {"order": "Ä-1"}, "token": "t"})
{'order': 'Ä-1', 'token': 't'}
>>> evaluate("$lookup({'own': 'a', '3pl': 'b'}, $states.input.kind)", {"input": {"kind": "3pl"}})
'b'
>>> evaluate("$states.input.gone", {"input": {}}) is MISSING
True
>>> evaluate("$sum($states.input)", {})
Traceback (most recent call last):
...
NotImplementedError: the stand-in does not simulate JSONata's '$sum' in $sum($states.input)
"""

import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?P<number>-?\d+(?:\.\d+)?)"""
    r"""|(?P<name>\$?[A-Za-z_]\w*|`[^`]+`)|(?P<sign>!=|<=|>=|[=<>.,:(){}\[\]]))"""
)


class EvaluationError(Exception):
    """An expression without a value: an operand has the wrong type."""


class _Missing:
    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = _Missing()
"""The value of a path that leads nowhere."""

States = Mapping[str, Any]
Node = Callable[[States], Any]
LITERALS = {"true": True, "false": False, "null": None}


def evaluate(text: str, states: States) -> Any:
    """Return the value of an expression with this `$states`."""
    return _read(text)(states)


@lru_cache(maxsize=256)
def _read(text: str) -> Node:
    reader = _Reader(text)
    node = reader.any_of()
    reader.end()
    return node


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens: list[tuple[str, str]] = []
        position, end = 0, len(text.rstrip())
        while position < end:
            found = TOKEN.match(text, position)
            if not found or not found.lastgroup:
                raise self._unknown(text[position:].strip()[:1])
            self._tokens.append((found.lastgroup, found[found.lastgroup]))
            position = found.end()
        self._at = 0

    def _unknown(self, what: str) -> NotImplementedError:
        return NotImplementedError(f"the stand-in does not simulate JSONata's {what!r} in {self._text}")

    def _next(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def _take(self) -> tuple[str, str]:
        self._at += 1
        return self._tokens[self._at - 1] if self._at <= len(self._tokens) else ("end", "")

    def _skip(self, *words: str) -> str:
        kind, word = self._next()
        if kind in ("sign", "name") and word in words:
            self._at += 1
            return word
        return ""

    def _expect(self, word: str) -> None:
        if not self._skip(word):
            raise self._unknown(self._next()[1])

    def end(self) -> None:
        if self._next()[0] != "end":
            raise self._unknown(self._next()[1])

    def any_of(self) -> Node:
        node = self._all_of()
        while self._skip("or"):
            node = _either(node, self._all_of())
        return node

    def _all_of(self) -> Node:
        node = self._compared()
        while self._skip("and"):
            node = _both(node, self._compared())
        return node

    def _compared(self) -> Node:
        left = self._path()
        sign = self._skip("=", "!=", "in")
        return COMPARED[sign](left, self._path()) if sign else left

    def _path(self) -> Node:
        node = self._primary()
        while self._skip("."):
            kind, name = self._take()
            if kind != "name" or name.startswith("$"):
                raise self._unknown(name)
            node = _step(node, name.strip("`"))
        return node

    def _primary(self) -> Node:
        kind, word = self._take()
        if kind == "text":
            content = word[1:-1].replace("\\'", "'").replace('"', '\\"') if word[0] == "'" else word[1:-1]
            return _literal(json.loads(f'"{content}"'))
        if kind == "number":
            return _literal(json.loads(word))
        if word in LITERALS:
            return _literal(LITERALS[word])
        if word == "$states":
            return lambda states: states
        if word == "$merge":
            return self._merge()
        if word == "$lookup":
            return self._lookup()
        reader = {"{": self._object, "[": self._array, "(": self._bracketed}.get(word)
        if not reader:
            raise self._unknown(word)
        return reader()

    def _bracketed(self) -> Node:
        node = self.any_of()
        self._expect(")")
        return node

    def _merge(self) -> Node:
        self._expect("(")
        node = self._bracketed()

        def merged(states: States) -> Any:
            found: dict[str, Any] = {}
            for each in node(states):
                if not isinstance(each, Mapping):
                    raise EvaluationError(f"$merge takes objects, and not {each!r}")
                found |= each
            return found

        return merged

    def _lookup(self) -> Node:
        self._expect("(")
        table = self.any_of()
        self._expect(",")
        name = self.any_of()
        self._expect(")")
        return lambda states: table(states).get(name(states), MISSING)

    def _array(self) -> Node:
        nodes: list[Node] = []
        while not self._skip("]"):
            nodes.append(self.any_of())
            if not self._skip(","):
                self._expect("]")
                break
        return lambda states: [value for node in nodes if (value := node(states)) is not MISSING]

    def _object(self) -> Node:
        nodes: dict[str, Node] = {}
        while not self._skip("}"):
            kind, word = self._take()
            if kind != "text":
                raise self._unknown(word)
            self._expect(":")
            nodes[word[1:-1]] = self.any_of()
            if not self._skip(","):
                self._expect("}")
                break
        return lambda states: {name: value for name, node in nodes.items() if (value := node(states)) is not MISSING}


def _literal(value: Any) -> Node:
    return lambda states: value


def _step(node: Node, name: str) -> Node:
    def found(states: States) -> Any:
        value = node(states)
        if isinstance(value, list):
            raise NotImplementedError("the stand-in does not map JSONata paths over arrays")
        return value.get(name, MISSING) if isinstance(value, Mapping) else MISSING

    return found


def _both(one: Node, other: Node) -> Node:
    return lambda states: one(states) is True and other(states) is True


def _either(one: Node, other: Node) -> Node:
    return lambda states: one(states) is True or other(states) is True


COMPARED: Mapping[str, Callable[[Node, Node], Node]] = {
    "=": lambda one, other: lambda states: one(states) == other(states),
    "!=": lambda one, other: lambda states: one(states) != other(states),
    "in": lambda one, other: lambda states: one(states) in other(states),
}

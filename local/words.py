"""Check the words of docstrings: `python -m local.words [path ...]`, a line `file:line: fault` for each fault.

docs/glossary.md holds the words of the product; this holds the few that hide which of them is meant.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from local.home import CHECKOUT

CHECKED = ("functions", "layers/shared/packhorse", "local", "simulation", "bench", "deploy")

INSTEAD: Mapping[str, str] = {
    r"told|tells?|telling": "publish, notify, send, state, return",
    r"asked|asks|asking": "request, requested",
    r"news": "message, change",
    r"known": "stored, existing, matched, confirmed",
    r"(some|any|every|no)(body|one)": "the caller, a person, an operator, the channel",
    r"pass(es|ed)? on": "send, publish, propagate",
    r"gives (whether|what|how|where)": "return",
    r"there (is|are)": "the noun as the subject",
    r"look(s|ed)? (at|again|whether)": "read, check, route, advance",
}
"""What to write instead, by pattern."""

NO_VERB = re.compile(r"(What|Whether|Where|Which|Who|Whose|Why|How|When|The|An?)\b")
"""How the docstring of a function does not begin.

Exempt are properties, which are values, and routes, whose docstrings are descriptions in the API.
"""

ALLOWED: Mapping[str, frozenset[str]] = {}
"""Words that a file may use all the same, in lower case, by its path: a quotation, a word of an outside system."""

_WORDS = {re.compile(rf"\b({pattern})\b".replace(" ", r"\s+"), re.IGNORECASE): put for pattern, put in INSTEAD.items()}
_QUOTED = re.compile(r"`[^`\n]*`|^[ \t]*>>>.*?(?=^[ \t]*$|\"\"\"|\Z)", re.MULTILINE | re.DOTALL)
_ROUTE = frozenset({"get", "post", "put", "patch", "delete"})
_VALUE = frozenset({"property", "cached_property", "computed_field"})
_EXEMPT = _ROUTE | _VALUE


class Fault(NamedTuple):
    """A word to replace, and its line."""

    path: str
    line: int
    word: str
    instead: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.word!r} in a docstring, better: {self.instead}"


def faults_in(source: str, path: str, allowed: Mapping[str, frozenset[str]] = ALLOWED) -> Iterator[Fault]:
    """Yield what is wrong with the docstrings of a file; an allowance that it does not need is a fault, too."""
    found = [*_faults(ast.parse(source), source, path)]
    permitted = allowed.get(path, frozenset())
    yield from (fault for fault in found if fault.word.lower() not in permitted)
    for word in sorted(permitted - {fault.word.lower() for fault in found}):
        yield Fault(path, 1, word, "nothing: it is allowed here and not used")


def _faults(tree: ast.Module, source: str, path: str) -> Iterator[Fault]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and _is_text(node):
            yield from _wrong_words(node, source, path)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not _EXEMPT & {*_decorators(node)}:
            opening = NO_VERB.match(ast.get_docstring(node) or "")
            if opening:
                yield Fault(path, node.body[0].lineno, opening[0], "a verb at its beginning, such as Return")


def _wrong_words(docstring: ast.Expr, source: str, path: str) -> Iterator[Fault]:
    text = _QUOTED.sub(_blank, ast.get_source_segment(source, docstring) or "")
    for pattern, instead in _WORDS.items():
        for match in pattern.finditer(text):
            line = docstring.lineno + text.count("\n", 0, match.start())
            yield Fault(path, line, " ".join(match[0].split()), instead)


def _is_text(node: ast.Expr) -> bool:
    """Return whether the statement is a string: a docstring, or that of a value."""
    return isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _decorators(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    for each in node.decorator_list:
        called = each.func if isinstance(each, ast.Call) else each
        yield called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


def files(paths: Iterable[str] = CHECKED) -> Iterator[Path]:
    """Yield the Python files of these paths, which are relative to the checkout."""
    for each in map(CHECKOUT.joinpath, paths):
        yield from sorted(each.rglob("*.py")) if each.is_dir() else filter(Path.is_file, [each])


def main(paths: Iterable[str]) -> int:
    """Print the faults; return 1 if any were found."""
    found = [
        fault for file in files(paths) for fault in sorted(faults_in(file.read_text(), str(file.relative_to(CHECKOUT))))
    ]
    print("\n".join(map(str, found)) or "the words of all docstrings fit")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or CHECKED))

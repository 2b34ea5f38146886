"""Texts of one line, in what people send: all but those whose type is marked with MAY_BREAK."""

import re
from collections.abc import Iterator, Mapping
from enum import Enum
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel

from packhorse.domain.errors import FieldError
from packhorse.domain.values import MAY_BREAK

BREAKS = re.compile(r"[\t\n\r]")
NAMES: Mapping[str, str] = {"\t": "a tab", "\n": "a line break", "\r": "a line break"}


def line_errors(value: object, stored: object = None) -> Iterator[FieldError]:
    """Yield the texts of one line that have a tab or a line break, unless what is stored has them.

    What is stored is read whatever it has: it is of before texts were checked.
    """
    before = {text for _, text in _broken_in(stored)}
    for path, text in _broken_in(value):
        if text not in before:
            yield FieldError(path, fault_of(text))


def fault_of(text: str) -> str:
    r"""Return why a text with a tab or a line break is refused.

    >>> fault_of("Blue\tmug")
    'holds the character U+0009, a tab, and is one line: take it out'
    """
    character = BREAKS.findall(text)[0]
    return f"holds the character U+{ord(character):04X}, {NAMES[character]}, and is one line: take it out"


def _broken_in(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield the texts that break their line, each with the path of its field; names have that of their table."""
    if isinstance(value, str):
        if BREAKS.search(value) and not isinstance(value, Enum):
            yield path, value
        return
    if isinstance(value, Mapping):
        yield from ((path, name) for name in value if isinstance(name, str) and BREAKS.search(name))
    for name, inside in _parts(value):
        yield from _broken_in(inside, f"{path}.{name}".lstrip("."))


def _parts(value: object) -> Iterator[tuple[object, object]]:
    if isinstance(value, BaseModel):
        several = _fields_of_several_lines(type(value))
        yield from ((name, inside) for name, inside in vars(value).items() if name not in several)
    elif isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, list | tuple | frozenset):
        yield from enumerate(value)


@cache
def _fields_of_several_lines(model: type[BaseModel]) -> frozenset[str]:
    """Return the fields whose texts may have several lines.

    >>> from packhorse.domain.purchasing.purchase_order import PurchaseTerms
    >>> sorted(_fields_of_several_lines(PurchaseTerms))
    ['internal_note', 'note']
    """
    fields = model.model_fields.items()
    return frozenset(name for name, each in fields if MAY_BREAK in each.metadata or _is_marked(each.annotation))


def _is_marked(annotation: Any) -> bool:
    if MAY_BREAK in getattr(annotation, "__metadata__", ()):
        return True
    return any(map(_is_marked, get_args(annotation)))

"""Texts of one line: without tabs and line breaks, but where a type says that it may have them."""

from collections.abc import Mapping
from typing import Annotated

import pytest

from packhorse.domain.one_line import line_errors
from packhorse.domain.supply.layout import Delimiter
from packhorse.domain.values import MAY_BREAK, LongText, Text, Value


class Page(Value):
    """Texts of several lines, in each way that a field may have them."""

    note: LongText = ""
    maybe: LongText | None = None
    each: tuple[LongText, ...] = ()
    code: Annotated[str, MAY_BREAK] = ""


class Sheet(Value):
    """Texts of one line, and a page inside."""

    name: Text = ""
    number: str | None = None
    names: Mapping[str, str] = {}
    pages: tuple[Page, ...] = ()
    delimiter: Delimiter = Delimiter.COMMA


def fields(sheet: Sheet, stored: Sheet | None = None) -> list[str]:
    return [error.field for error in line_errors(sheet, stored)]


@pytest.mark.parametrize("text", ["a\tb", "a\nb", "a\rb", "a\r\nb"])
def test_each_text_of_one_line_is_named_by_its_field(text: str) -> None:
    assert fields(Sheet(name=text, number=text, names={"x": text})) == ["name", "number", "names.x"]
    assert fields(Sheet(names={text: "x"})) == ["names"]


def test_what_may_have_several_lines_is_taken_wherever_it_is() -> None:
    text = "one\n\ttwo"

    assert fields(Sheet(pages=(Page(), Page(note=text, maybe=text, each=("", text), code=text)))) == []


def test_the_values_of_an_enum_are_ours() -> None:
    assert fields(Sheet(delimiter=Delimiter.TAB)) == []


def test_what_is_stored_is_no_fault_of_the_request() -> None:
    assert fields(Sheet(name="a\tb", number="c\td"), Sheet(name="a\tb")) == ["number"]

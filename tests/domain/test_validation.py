"""Whatever pydantic refuses is said in words that do not speak of Python."""

import re
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field, ValidationError
from pydantic_core._pydantic_core import list_all_errors

from packhorse.domain.validation import PREFIXES, WORDS, faults_of, words_of

KINDS = [dict(each) for each in list_all_errors()]
OURS = {"value_error", "assertion_error"}
OF_PYTHON = re.compile(
    r"\b(tuple|dict\w*|list_type|frozen\w*|sets?|deque|str|int|float|bool|bytes|none|nonetype|instance|attribute\w*"
    r"|input|inputs|python|hashable|callable|sentinel|literal|argument\w*|keyword|parse|parsing|datetime|string"
    r"|boolean|integer|schema|model|dataclass|mapping|array)\b",
    re.IGNORECASE,
)


def test_every_kind_of_error_has_words() -> None:
    assert {each["type"] for each in KINDS} - OURS == WORDS.keys()


@pytest.mark.parametrize("kind", KINDS, ids=[str(each["type"]) for each in KINDS])
def test_no_words_speak_of_python(kind: dict[str, Any]) -> None:
    context = {"error": "the bin is taken", **(kind["example_context"] or {})}
    message = kind["message_template_python"].replace("{error}", "the bin is taken")

    found = words_of({"type": kind["type"], "msg": message, "ctx": context})

    assert not OF_PYTHON.search(found), found
    assert "{" not in found
    assert not found.startswith(PREFIXES)


class Item(BaseModel):
    """An item."""

    kind: Literal["item"]
    quantity: int


class Other(BaseModel):
    """Another item."""

    kind: Literal["other"]


class Document(BaseModel, extra="forbid"):
    """What comes from a person."""

    items: Annotated[tuple[Annotated[Item | Other, Field(discriminator="kind")], ...], Field(min_length=1)] = ()
    names: tuple[str, ...] = ()
    tags: frozenset[str] = frozenset()
    sizes: dict[str, int] = {}
    note: Annotated[str, Field(min_length=1, max_length=3)] = "x"
    item: Item | None = None
    is_there: bool = False


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"items": []}, "items", "must not be empty"),
        ({"names": "x"}, "names", "must be a list"),
        ({"tags": 1}, "tags", "must be a list"),
        ({"sizes": []}, "sizes", "must be an object"),
        ({"note": ""}, "note", "must not be empty"),
        ({"note": "long"}, "note", "must have no more than 3 characters"),
        ({"note": 1}, "note", "must be text"),
        ({"item": []}, "item", "must be an object"),
        ({"items": [{}]}, "items.0", "needs the field 'kind'"),
        ({"items": [{"kind": "x"}]}, "items.0", "has 'x' as 'kind', which must be one of 'item', 'other'"),
        ({"item": {"kind": "other", "quantity": 1}}, "item.kind", "must be 'item'"),
        ({"is_there": "perhaps"}, "is_there", "must be true or false"),
        ({"colour": 1}, "colour", "is no field of this"),
    ],
)
def test_what_a_person_gets_wrong_is_said_in_plain_words(given: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(ValidationError) as found:
        Document.model_validate(given)

    assert faults_of(found.value) == ((field, words),)

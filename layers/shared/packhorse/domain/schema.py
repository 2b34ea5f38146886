"""The schema of stored documents and of messages: its number stands in each, and readers bring older ones up to date.

Schema 1 is what 0.1.0 wrote, without a number. The number grows whenever a change of a document or message needs a step
that converts older ones. A new field with a default needs none; and readers ignore unknown fields, so that older code
reads what newer code wrote. The API refuses unknown fields, as `Value` does.
"""

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, TypeAdapter, ValidationError
from pydantic_core import CoreSchema, core_schema

from packhorse.domain.errors import Rejected
from packhorse.domain.validation import faults_of

SCHEMA = 2
"""The schema that this code writes; samples of every schema are in tests/data/schemas."""

OPENING = f'{{"schema":{SCHEMA},'
OPENINGS = frozenset({OPENING, OPENING.encode()})
"""The beginning of what this code wrote: such a document is parsed once, not a second time for its number."""

MOST_NAMED = 5
"""Faults that the error about a document names."""

T = TypeVar("T")
Document = dict[str, Any]
SchemaStep = Callable[[Document], Document]
"""Converts a document to the next schema."""
NO_STEPS: Mapping[int, SchemaStep] = MappingProxyType({})


class _Stamp(BaseModel):
    """The number in a document."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    number: int = Field(1, alias="schema")


def stamped(document: str) -> str:
    """Return the JSON object with the number of the schema in it.

    >>> stamped('{"kind":"all"}')
    '{"schema":2,"kind":"all"}'
    >>> stamped("{}")
    '{"schema":2}'
    """
    return f'{{"schema":{SCHEMA}{"," if document != "{}" else ""}{document[1:]}'


class Reader(Generic[T]):
    """Reads one kind of document of any schema, and writes it.

    `steps` convert older ones, by the schema that they start from.

    Fields that are unknown, at any level, are ignored.
    """

    def __init__(self, shape: TypeAdapter[T], steps: Mapping[int, SchemaStep] = NO_STEPS) -> None:
        self._shape = shape
        self._steps = steps

    def read(self, document: str | bytes) -> T:
        """Return the value of a JSON document; raises ValueError for one that does not fit."""
        try:
            if document[: len(OPENING)] not in OPENINGS:
                document = self._converted(document)
            return self._shape.validate_json(document, extra="ignore")
        except ValidationError as error:
            raise _unreadable(error) from error

    def _converted(self, document: str | bytes) -> str | bytes:
        number = _Stamp.model_validate_json(document).number
        if any(step >= number for step in self._steps):
            return json.dumps(self._up_to_date(json.loads(document), number))
        return document

    def written(self, value: T, *, exclude_defaults: bool = False) -> str:
        """Return the JSON document of a value; raises Rejected for one that no process could read again.

        `Value.replace` validates nothing: a sum may be beyond the limit of its field.
        """
        document = stamped(self._shape.dump_json(value, exclude_defaults=exclude_defaults).decode())
        try:
            self._shape.validate_json(document, extra="ignore")
        except ValidationError as error:
            raise Rejected("what would be stored is beyond what can be read again", faults_of(error)) from error
        return document

    def read_object(self, document: Mapping[str, Any]) -> T:
        """Return the value of a document that is parsed already; raises ValueError for one that does not fit."""
        try:
            number = _Stamp.model_validate(document).number
            return self._shape.validate_python(self._up_to_date(dict(document), number), extra="ignore")
        except ValidationError as error:
            raise _unreadable(error) from error

    def _up_to_date(self, document: Document, number: int) -> Document:
        for step in sorted(self._steps):
            if step >= number:
                document = self._steps[step](document)
        return document


def _unreadable(error: ValidationError) -> ValueError:
    """Return an error that names fields and quotes none: Lambda logs the text of what a function raises.

    Models hide what they do not take in pydantic's errors; a union of them does not.
    """
    wrong = "; ".join(": ".join(filter(None, fault)) for fault in faults_of(error)[:MOST_NAMED])
    return ValueError(f"the document does not fit: {wrong}")


class ByName:
    """Metadata of a NamedTuple's field: stored as an object, so that the tuple may grow.

    An array, as schema 1 has it, is read too.
    """

    def __get_pydantic_core_schema__(self, kind: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Ignore unknown fields before validation, and serialize fields with their names."""

        def known_fields(value: Any) -> Any:
            return {name: value[name] for name in kind._fields if name in value} if isinstance(value, dict) else value

        return core_schema.no_info_before_validator_function(
            known_fields, handler(kind), serialization=core_schema.plain_serializer_function_ser_schema(_by_name)
        )


def _by_name(value: Any) -> Any:
    """Return the tuple as an object, and likewise those in it."""
    if not hasattr(value, "_asdict"):
        return value
    return {name: _by_name(each) for name, each in value._asdict().items()}

"""Documents of the API: what GET answers PUT takes, and PATCH changes by a JSON merge patch (RFC 7396)."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import BaseModel, ValidationError, model_validator

from packhorse.api.sent import sent_errors
from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.validation import faults_of
from packhorse.domain.values import Value

ANSWER_ONLY = frozenset(
    {"config_version", "warnings", "connected_at", "paused_since", "active_since", "awaits_connection"}
)
"""Fields that answers have beside the settings; a request may send them back."""

MergePatch = Annotated[dict[str, Any], Body(description="JSON merge patch: fields to replace; null takes one out")]

Shape = TypeVar("Shape", bound=BaseModel)


class DocumentBody(Value):
    """A document in a request: what its answer has beside the settings is ignored."""

    @model_validator(mode="before")
    @classmethod
    def _without_what_answers_add(cls, body: Any) -> Any:
        if not isinstance(body, dict):
            return body
        return {name: value for name, value in body.items() if name not in ANSWER_ONLY}


def settings_in(body: Value, **names: str) -> dict[str, Any]:
    """Return the settings of a body, without the names that are in the address of the request as well.

    Raises Rejected if one of them differs: the request is about another document than its body.
    """
    given = dict(body)
    wrong = [
        FieldError(field, f"the address of this request says {name}")
        for field, name in names.items()
        if given.pop(field) not in (None, name)
    ]
    if wrong:
        raise Rejected("the body is that of another document", wrong)
    return given


def patched(shape: type[Shape], current: BaseModel, patch: Mapping[str, Any]) -> Shape:
    """Return the document with the patch applied, as a body of that shape; raises Rejected if it does not fit."""
    try:
        after = shape.model_validate(merged(current.model_dump(mode="json"), patch))
    except ValidationError as error:
        raise Rejected("the input does not fit", faults_of(error)) from error
    if errors := tuple(sent_errors(after, current)):
        raise Rejected("the input does not fit", errors)
    return after


def merged(target: Any, patch: Any) -> Any:
    """Apply a JSON merge patch.

    >>> merged({"a": "b", "c": {"d": 1, "e": 2}}, {"a": None, "c": {"d": None}, "f": [3]})
    {'c': {'e': 2}, 'f': [3]}
    """
    if not isinstance(patch, Mapping):
        return patch
    found = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            found.pop(name, None)
        else:
            found[name] = merged(found.get(name), value)
    return found

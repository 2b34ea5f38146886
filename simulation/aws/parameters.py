"""Check the parameters of calls as botocore does, without its detours for what most of them are."""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ParamValidationError
from botocore.validate import ParamValidator


class Validator(ParamValidator):  # type: ignore[misc]  # botocore is untyped
    """botocore's; texts, and DynamoDB's values that hold one, nine in ten of all values, are checked at once."""

    def _validate(self, params: Any, shape: Any, errors: Any, name: str) -> None:
        if not is_valid_text(params, shape) and not is_valid_attribute(params, shape):
            super()._validate(params, shape, errors, name)


def is_valid_text(given: Any, shape: Any) -> bool:
    """Return whether this is a text with nothing about it that botocore refuses; False leaves that to botocore."""
    if type(given) is not str or not given or shape.type_name != "string":
        return False
    return "min" not in shape.metadata and "jsonvalue" not in shape.serialization


def is_valid_attribute(given: Any, shape: Any) -> bool:
    """Return whether this is the value of a text or a number in an item of DynamoDB."""
    if shape.name != "AttributeValue" or type(given) is not dict or len(given) != 1:
        return False
    [(kind, value)] = given.items()
    return kind in ("S", "N") and type(value) is str


def validate(operation: Any, parameters: Mapping[str, Any]) -> None:
    """Raise ParamValidationError where the parameters do not fit the model of the operation."""
    if not operation.input_shape:
        return
    report = Validator().validate(parameters, operation.input_shape)
    if report.has_errors():
        raise ParamValidationError(report=report.generate_report())

"""Check the parameters of calls as botocore does, without its detours for what nearly all of them are."""

from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ParamValidationError
from botocore.validate import ParamValidator

Check = Callable[[Any], bool]
"""Whether botocore certainly takes a value; False leaves the answer to botocore."""


def validate(operation: Any, parameters: Mapping[str, Any]) -> None:
    """Raise ParamValidationError where the parameters do not fit the model of the operation."""
    if not operation.input_shape or _CHECKS[operation](parameters):
        return
    report = ParamValidator().validate(parameters, operation.input_shape)
    if report.has_errors():
        raise ParamValidationError(report=report.generate_report())


class _ByOperation(dict[Any, Check]):
    def __missing__(self, operation: Any) -> Check:
        self[operation] = check_of(operation.input_shape)
        return self[operation]


_CHECKS = _ByOperation()


class _ByMember(dict[str, Check]):
    """The checks of a structure's members, each made when it is needed: a value of DynamoDB may hold another."""

    def __init__(self, shapes: Mapping[str, Any]) -> None:
        super().__init__()
        self._shapes = shapes

    def __missing__(self, name: str) -> Check:
        self[name] = check_of(self._shapes[name]) if name in self._shapes else _refuse
        return self[name]


def check_of(shape: Any) -> Check:
    """Return the check of values of a shape."""
    is_special = getattr(shape, "is_document_type", False) or {"jsonvalue", "hostLabel"} & set(shape.serialization)
    return _refuse if is_special else _MAKERS.get(shape.type_name, lambda _: _refuse)(shape)


def _refuse(_: Any) -> bool:
    return False


def _structure(shape: Any) -> Check:
    required, is_union, members = shape.required_members, shape.is_tagged_union, _ByMember(shape.members)

    def is_plain(given: Any) -> bool:
        if type(given) is not dict or (is_union and len(given) != 1):
            return False
        for name in required:
            if name not in given:
                return False
        for name, value in given.items():  # noqa: SIM110 - half the time of a generator
            if not members[name](value):
                return False
        return True

    return is_plain


def _map(shape: Any) -> Check:
    key, value = check_of(shape.key), check_of(shape.value)
    return lambda given: type(given) is dict and all(key(each) and value(given[each]) for each in given)


def _list(shape: Any) -> Check:
    least, member = shape.metadata.get("min", 0), check_of(shape.member)
    return lambda given: type(given) in (list, tuple) and len(given) >= least and all(map(member, given))


def _text(shape: Any) -> Check:
    least = shape.metadata.get("min", 0)
    return lambda given: type(given) is str and len(given) >= least


def _number(shape: Any) -> Check:
    least = shape.metadata.get("min", float("-inf"))
    return lambda given: type(given) is int and given >= least


_MAKERS: Mapping[str, Callable[[Any], Check]] = {
    "structure": _structure,
    "map": _map,
    "list": _list,
    "string": _text,
    "integer": _number,
    "long": _number,
    "boolean": lambda _: lambda given: type(given) is bool,
    "blob": lambda _: lambda given: type(given) in (bytes, str),
}

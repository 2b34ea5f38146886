"""What a model does not take, in words for people: pydantic's own speak of Python, as of tuples and dictionaries."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from packhorse.domain.errors import FieldError, innermost

LIST, OBJECT, TEXT = "must be a list", "must be an object", "must be text"
WHOLE, NUMBER, YES_OR_NO = "must be a whole number", "must be a number", "must be true or false"
DATE, MOMENT = "must be a date such as 2026-11-23", "must be a moment such as 2026-11-23T09:30:00Z"
TIME, DURATION = "must be a time of day such as 09:30", "must be a duration such as PT1H30M"
ADDRESS, CODE = "must be a web address", "must be a UUID"
OTHER = "does not fit"

WORDS: Mapping[str, str] = {
    "missing": "is missing",
    "extra_forbidden": "is no field of this",
    "none_required": "must be null",
    "enum": "must be {expected}",
    "literal_error": "must be {expected}",
    "union_tag_not_found": "needs the field {discriminator}",
    "union_tag_invalid": "has '{tag}' as {discriminator}, which must be one of {expected_tags}",
    "too_short": "must have {min_length} or more entries",
    "too_long": "must have no more than {max_length} entries",
    **dict.fromkeys(("list_type", "tuple_type", "set_type", "frozen_set_type", "deque_type", "iterable_type"), LIST),
    "iteration_error": LIST,
    "set_item_not_hashable": "must be a list of single values",
    **dict.fromkeys(("dict_type", "frozen_dict_type", "ordered_dict_type", "counter_type", "mapping_type"), OBJECT),
    **dict.fromkeys(("model_type", "model_attributes_type", "dataclass_type", "dataclass_exact_type"), OBJECT),
    "named_tuple_type": "must be a list or an object",
    "invalid_key": "has a name that is no text",
    "string_type": TEXT,
    "string_unicode": "must be text in UTF-8",
    "string_not_ascii": "must be text of ASCII characters",
    "string_too_short": "must have {min_length} or more characters",
    "string_too_long": "must have no more than {max_length} characters",
    "string_pattern_mismatch": "must match the pattern {pattern}",
    **dict.fromkeys(("bool_type", "bool_parsing"), YES_OR_NO),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), WHOLE),
    "int_parsing_size": "is too large a number",
    **dict.fromkeys(("float_type", "float_parsing", "finite_number", "decimal_type", "decimal_parsing"), NUMBER),
    **dict.fromkeys(("fraction_type", "fraction_parsing", "complex_type", "complex_str_parsing"), NUMBER),
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be {ge} or more",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be {le} or less",
    "multiple_of": "must be a multiple of {multiple_of}",
    "decimal_max_digits": "must have no more than {max_digits} digits",
    "decimal_max_places": "must have no more than {decimal_places} decimal places",
    "decimal_whole_digits": "must have no more than {whole_digits} digits before the decimal point",
    **dict.fromkeys(("date_type", "date_parsing", "date_from_datetime_parsing"), DATE),
    "date_from_datetime_inexact": "must be a date without a time",
    **dict.fromkeys(("datetime_type", "datetime_parsing", "datetime_object_invalid"), MOMENT),
    "datetime_from_date_parsing": MOMENT,
    **dict.fromkeys(("date_past", "datetime_past"), "must be in the past"),
    **dict.fromkeys(("date_future", "datetime_future"), "must be in the future"),
    "timezone_naive": "must have no offset from UTC",
    "timezone_aware": "must have an offset from UTC, such as Z",
    "timezone_offset": "must have another offset from UTC",
    **dict.fromkeys(("time_type", "time_parsing"), TIME),
    **dict.fromkeys(("time_delta_type", "time_delta_parsing"), DURATION),
    **dict.fromkeys(("url_type", "url_parsing", "url_syntax_violation"), ADDRESS),
    "url_scheme": "must be a web address that begins with {expected_schemes}",
    "url_too_long": "must have no more than {max_length} characters",
    **dict.fromkeys(("uuid_type", "uuid_parsing", "uuid_version"), CODE),
    "json_invalid": "is not JSON: {error}",
    "json_type": TEXT,
    "recursion_loop": "is nested too deeply",
    "recursion_depth_exceeded": "is nested too deeply",
    **dict.fromkeys(("bytes_type", "bytes_too_short", "bytes_too_long", "bytes_invalid_encoding"), OTHER),
    **dict.fromkeys(("no_such_attribute", "get_attribute_error", "needs_python_object", "frozen_field"), OTHER),
    **dict.fromkeys(("frozen_instance", "default_factory_not_called", "is_instance_of", "is_subclass_of"), OTHER),
    **dict.fromkeys(("callable_type", "missing_sentinel_error", "ellipsis_error", "arguments_type"), OTHER),
    **dict.fromkeys(("missing_argument", "unexpected_keyword_argument", "missing_keyword_only_argument"), OTHER),
    **dict.fromkeys(("unexpected_positional_argument", "missing_positional_only_argument"), OTHER),
    "multiple_argument_values": OTHER,
}
"""Words by the kind of pydantic's error; its context fills them in. A kind that is not here has words of ours."""
EMPTY = frozenset({"too_short", "string_too_short"})
PREFIXES = ("Value error, ", "Assertion failed, ")


def words_of(error: Mapping[str, Any]) -> str:
    """Return one of pydantic's errors in plain words.

    >>> words_of({"type": "too_short", "msg": "Tuple should have ...", "ctx": {"field_type": "Tuple", "min_length": 1}})
    'must not be empty'
    >>> words_of({"type": "value_error", "msg": "Value error, the bin is taken"})
    'the bin is taken'
    """
    context = error.get("ctx", {})
    if error["type"] in EMPTY and context.get("min_length") == 1:
        return "must not be empty"
    words = WORDS.get(error["type"])
    if words is None:
        text = str(error["msg"])
        return next((text.removeprefix(each) for each in PREFIXES if text.startswith(each)), text)
    try:
        return words.format_map(context)
    except KeyError:
        return OTHER


def faults_of(error: ValidationError) -> tuple[FieldError, ...]:
    """Return what a model does not take, each with the path of its field."""
    found = error.errors(include_url=False, include_input=False)
    return tuple(innermost([FieldError(".".join(map(str, each["loc"])), words_of(each)) for each in found]))

"""The format of log lines: JSON, and of an exception where it came from and its class, never its text.

The text of an exception may quote what an outside system said, or a stored document, and so an address.
"""

import traceback
from typing import Any

from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

from packhorse.aws.clients import error_code


class TextlessFormatter(LambdaPowertoolsFormatter):
    """Powertools' format with tracebacks of our own, and without the notes of exceptions."""

    def __init__(self) -> None:
        super().__init__(use_rfc3339=True, serialize_stacktrace=False)

    def formatException(self, ei: Any) -> str:  # noqa: N802 -- the name of the standard library
        """Return the traceback of an exception, and of those behind it, each with its class for its text."""
        return _traced(ei[1])

    def serialize(self, log: Any) -> str:
        """Return a line as JSON."""
        return super().serialize({name: value for name, value in log.items() if name != "exception_notes"})


def _traced(error: BaseException) -> str:
    behind = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    before = f"{_traced(behind)}\nthen\n" if behind else ""
    frames = "".join(traceback.format_tb(error.__traceback__))
    code = error_code(error) if isinstance(error, Exception) else ""
    return f"{before}{frames}{type(error).__name__}{f' {code}' if code else ''}"

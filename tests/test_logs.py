"""No log line has the text of a failure: what an outside system says, or a stored document, may quote an address.

An exception that is given to the log itself has its class there, by the format of lines; nothing writes past that.
Libraries log warnings alone: on INFO, which Lambda has all of them log, they write addresses of calls.
"""

import ast
import importlib.util
import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from types import ModuleType

import httpx
import pytest
from pydantic import ValidationError

from local.home import CHECKOUT
from packhorse.aws import telemetry
from packhorse.aws.telemetry import logger
from packhorse.carriers.answers import download
from packhorse.domain.errors import Rejected
from packhorse.domain.values import Value
from packhorse.messages.documents import DRAW_MESSAGE, DrawDocument
from tests.papers.samples import a_slip

SOURCES = [*CHECKOUT.glob("layers/shared/packhorse/**/*.py"), *CHECKOUT.glob("functions/**/*.py")]
SAFE = {"facts_of", "type"}
"""What a failure may be given to in a log call."""


def texts_logged(source: str) -> Iterator[int]:
    """Yield the lines of log calls that are given a failure, or what was made of one."""
    if "logger" not in source:
        return
    for scope in ast.walk(ast.parse(source)):
        if caught := failures_of(scope):
            for each in (each for part in scope.body for each in ast.walk(part)):  # type: ignore[attr-defined] # it has
                if isinstance(each, ast.Assign) and names_in(each.value) & caught:
                    caught |= {target.id for target in each.targets if isinstance(target, ast.Name)}
                if (
                    isinstance(each, ast.Call)
                    and is_log(each)
                    and any(names_in(part) & caught for part in arguments(each))
                ):
                    yield each.lineno


def failures_of(scope: ast.AST) -> set[str]:
    """The names of failures in an `except` or a function: that was caught, and parameters that are one."""
    if isinstance(scope, ast.ExceptHandler):
        return {scope.name} if scope.name else set()
    if isinstance(scope, ast.FunctionDef):
        parameters = [*scope.args.args, *scope.args.kwonlyargs]
        return {each.arg for each in parameters if each.annotation and is_failure(ast.unparse(each.annotation))}
    return set()


def is_failure(annotation: str) -> bool:
    return bool(re.search(r"Error\b|Exception\b|\b(Rejected|Unavailable|CredentialsRefused|Conflict)\b", annotation))


def is_log(call: ast.Call) -> bool:
    return (
        isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "logger"
    )


def arguments(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(each.value for each in call.keywords if each.arg != "exc_info")]


def names_in(node: ast.AST) -> set[str]:
    """The names that an expression uses, without those that a safe call is given."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAFE:
        return set()
    own = {node.id} if isinstance(node, ast.Name) else set()
    return own.union(*(names_in(each) for each in ast.iter_child_nodes(node)))


def test_no_log_call_is_given_the_text_of_a_failure() -> None:
    assert {path: found for path in SOURCES if (found := list(texts_logged(path.read_text())))} == {}


@pytest.mark.parametrize(
    "given", ["str(error)", "error.in_full", "f'{error}'", "error.errors", "getattr(error, 'in_full', '')", "text"]
)
def test_a_log_call_that_is_given_one_is_found(given: str) -> None:
    source = (
        "try:\n    do()\nexcept ValueError as error:\n    text = str(error)\n"
        f"    logger.info('x', extra={{'reason': {given}}})\n    logger.info('x', extra={{**facts_of(error)}})\n"
    )
    assert list(texts_logged(source)) == [5]


@pytest.mark.parametrize("kind", ["Exception", "Unavailable | None", "Rejected"])
def test_a_log_call_that_is_given_one_by_a_parameter_is_found(kind: str) -> None:
    source = f"def log(error: {kind}) -> None:\n    logger.info('x', extra={{'why': str(error)}})\n"
    assert list(texts_logged(source)) == [2]


PAST_THE_FORMAT = re.compile(r"\bprint\(|\btraceback\b|\blogging\b|\bsys\.std|\bLogger\(|\bwarnings\.warn\b")
WITH_THE_FORMAT = {"log_format.py", "telemetry.py"}


def test_nothing_writes_past_the_format_of_log_lines() -> None:
    others = [path for path in SOURCES if path.name not in WITH_THE_FORMAT]

    assert [path for path in others if writes_past_the_format(path.read_text())] == []


@pytest.mark.parametrize("code", ["print('x')", "import logging", "sys.stderr.write('x')", "warnings.warn('x')"])
def test_what_writes_past_the_format_is_found(code: str) -> None:
    assert writes_past_the_format(code)
    assert not writes_past_the_format(f'"""Explain {code}."""\n')


def writes_past_the_format(code: str) -> bool:
    """Whether code does, beyond its comments and docstrings."""
    return bool(PAST_THE_FORMAT.search(code) and PAST_THE_FORMAT.search(ast.unparse(without_docstrings(code))))


def without_docstrings(code: str) -> ast.Module:
    found = ast.parse(code)
    for each in ast.walk(found):
        if isinstance(each, ast.Module | ast.FunctionDef | ast.ClassDef):
            each.body = [part for part in each.body if not is_text(part)] or [ast.Pass()]
    return found


def is_text(part: ast.stmt) -> bool:
    return isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant)


LABEL = "https://deliver.goshippo.com/9c2.pdf?Signature=opens-it"


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The root logger, as the runtime of Lambda sets it before it imports a handler, where lines are JSON."""
    found, level = logging.getLogger(), logging.getLogger().level
    found.setLevel(logging.INFO)
    yield found
    found.setLevel(level)


def imported(module: ModuleType) -> None:
    """Execute a module once more, beside the one that all others have."""
    spec = importlib.util.find_spec(module.__name__)
    assert spec
    assert spec.loader
    spec.loader.exec_module(importlib.util.module_from_spec(spec))


def test_the_link_to_a_label_is_not_logged(root: logging.Logger) -> None:
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    root.addHandler(handler)
    carrier = httpx.MockTransport(lambda _: httpx.Response(200, content=b"%PDF-1.4"))
    try:
        imported(telemetry)
        download(httpx.Client(transport=carrier, base_url="https://api.goshippo.com"), LABEL, ("goshippo.com",))
    finally:
        root.removeHandler(handler)

    assert heard.getvalue() == ""


@pytest.mark.parametrize("library", ["asyncssh", "boto3", "botocore", "httpcore", "httpx", "pynamodb", "urllib3"])
@pytest.mark.usefixtures("root")
def test_a_library_logs_warnings_alone(library: str) -> None:
    imported(telemetry)

    levels = [logging.getLogger(name).getEffectiveLevel() for name in (library, logger.name)]
    assert levels == [logging.WARNING, logging.INFO]


PERSONAL = "Zelda Quirk, Hidden Alley 7"


class Named(Value):
    """A document with a number."""

    number: int


def looked_up() -> None:
    try:
        int(PERSONAL)
    except ValueError:
        raise KeyError(PERSONAL)  # noqa: B904 -- with a context


def broken() -> None:
    try:
        looked_up()
    except KeyError as error:
        found = Rejected(f"the carrier said: {PERSONAL}")
        found.add_note(PERSONAL)
        raise found from error


def unreadable() -> None:
    Named.model_validate({"number": PERSONAL})


@pytest.mark.parametrize("fail", [broken, unreadable])
def test_of_an_exception_a_line_has_the_class_and_the_place_of_each_behind_it(fail: Callable[[], None]) -> None:
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    handler.setFormatter(logger.registered_formatter)
    logging.getLogger(logger.name).addHandler(handler)
    try:
        fail()
    except Exception as error:
        logger.exception("it failed", extra={"order_id": "1a2b"})
        logger.error("it failed", exc_info=error)
    finally:
        logging.getLogger(logger.name).removeHandler(handler)

    lines = [json.loads(line) for line in heard.getvalue().splitlines()]
    assert [(line["message"], line["level"]) for line in lines] == [("it failed", "ERROR")] * 2
    assert "Zelda" not in heard.getvalue()
    for line in lines:
        assert f"in {fail.__name__}" in line["exception"]
        assert line["exception"].endswith(line["exception_name"])


def test_what_is_behind_an_exception_is_there_by_its_class() -> None:
    with pytest.raises(Rejected) as caught:
        broken()

    text = logger.registered_formatter.formatException((Rejected, caught.value, caught.tb))

    assert [line for line in text.splitlines() if not line.startswith(" ")] == [
        "ValueError",
        "then",
        "KeyError",
        "then",
        "Rejected",
    ]


def test_what_does_not_fit_a_model_is_not_in_the_text_of_its_error() -> None:
    with pytest.raises(ValidationError) as caught:
        unreadable()

    assert "Zelda" not in str(caught.value)


def test_a_message_that_cannot_be_read_is_not_quoted_in_the_error_that_lambda_logs() -> None:
    message = DrawDocument(key="documents/slip.pdf", document=a_slip(ship_to=(PERSONAL,)))
    newer = message.model_dump(mode="json")
    newer["document"]["ship_to"] = PERSONAL

    with pytest.raises(ValueError, match="ship_to: must be a list") as caught:
        DRAW_MESSAGE.read(json.dumps(newer))

    assert "Zelda" not in str(caught.value)

"""No log line has the text of a failure: what an outside system says may quote an address."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.home import CHECKOUT

SOURCES = [*CHECKOUT.glob("layers/shared/packhorse/**/*.py"), *CHECKOUT.glob("functions/**/*.py")]
SAFE = {"facts_of", "type"}
"""What a failure may be given to in a log call."""


def texts_logged(source: str) -> Iterator[int]:
    """Yield the lines of log calls that are given a failure that was caught, or what was made of one."""
    for handler in ast.walk(ast.parse(source)):
        if isinstance(handler, ast.ExceptHandler) and handler.name:
            caught = {handler.name}
            for each in (each for part in handler.body for each in ast.walk(part)):
                if isinstance(each, ast.Assign) and names_in(each.value) & caught:
                    caught |= {target.id for target in each.targets if isinstance(target, ast.Name)}
                if (
                    isinstance(each, ast.Call)
                    and is_log(each)
                    and any(names_in(part) & caught for part in arguments(each))
                ):
                    yield each.lineno


def is_log(call: ast.Call) -> bool:
    return (
        isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "logger"
    )


def arguments(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(each.value for each in call.keywords)]


def names_in(node: ast.AST) -> set[str]:
    """The names that an expression uses, without those that a safe call is given."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAFE:
        return set()
    own = {node.id} if isinstance(node, ast.Name) else set()
    return own.union(*(names_in(each) for each in ast.iter_child_nodes(node)))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_no_log_call_is_given_the_text_of_a_failure(path: Path) -> None:
    assert list(texts_logged(path.read_text())) == []


@pytest.mark.parametrize(
    "given", ["str(error)", "error.in_full", "f'{error}'", "error.errors", "getattr(error, 'in_full', '')", "text"]
)
def test_a_log_call_that_is_given_one_is_found(given: str) -> None:
    source = (
        "try:\n    do()\nexcept ValueError as error:\n    text = str(error)\n"
        f"    logger.info('x', extra={{'reason': {given}}})\n    logger.info('x', extra={{**facts_of(error)}})\n"
    )
    assert list(texts_logged(source)) == [5]

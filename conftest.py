"""Spend little on what is around tests: collection, garbage, and reports from the processes that run them."""

import gc
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from _pytest.doctest import DoctestModule
from _pytest.runner import runtestprotocol

SELDOM = (20_000, 20, 20)
"""How many new objects start a collection: Python's own 700 took a tenth of the tests' time, on worlds in use."""


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, Any, Any]:
    """Look for no garbage meanwhile, and leave the tests themselves out of every later look."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(*SELDOM)
        gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path) -> Any:
    """Leave out what would find nothing; pytest would import and search every module."""
    found = yield
    return [each for each in found if not isinstance(each, DoctestModule) or b">>> " in file_path.read_bytes()]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Report of a test that passed no more than that, where another process counts: every report costs both.

    Without other processes (-n0) each phase is reported as ever, with its duration.
    """
    if not is_counted_elsewhere(item.config):
        return None
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    for report in runtestprotocol(item, log=False, nextitem=nextitem):
        if report.when == "call" or not report.passed:
            item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Generator[None, Any, Any]:
    """Send no keywords, which only a test's own process asks for."""
    data = yield
    return {**data, "keywords": {}} if "keywords" in data else data


def is_counted_elsewhere(config: pytest.Config) -> bool:
    """Whether this is a process of xdist that runs tests."""
    return hasattr(config, "workerinput")


def pytest_sessionfinish() -> None:
    """Look for garbage once more, and leave what is in use out of the looks with which pytest and Python end."""
    gc.collect()
    gc.freeze()

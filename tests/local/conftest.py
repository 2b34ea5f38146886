"""A local AWS for the tests of a module."""

import textwrap
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from local.background import emulator
from local.home import Home
from tests.local.aws import Aws, archive, clients, create_role


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    home = Home(folder=tmp_path_factory.mktemp("emulator"))
    running = emulator(home)
    running.start()
    yield home
    running.stop()


@pytest.fixture(scope="module")
def aws(home: Home) -> Aws:
    return clients(home)


@pytest.fixture(scope="module")
def role(aws: Aws) -> str:
    return create_role(aws)


@pytest.fixture(scope="module")
def deploy(aws: Aws, role: str) -> Callable[..., str]:
    def function(code: str, **properties: Any) -> str:
        arn: str = aws("lambda").create_function(
            FunctionName=f"f-{uuid.uuid4().hex[:8]}",
            Runtime="python3.11",
            Role=role,
            Handler="index.handler",
            Code={"ZipFile": archive({"index.py": textwrap.dedent(code)})},
            **properties,
        )["FunctionArn"]
        return arn

    return function


@pytest.fixture(scope="module")
def failing(deploy: Callable[..., str]) -> str:
    return deploy("""
        class OutOfStock(Exception): pass

        def handler(event, context):
            raise OutOfStock("secret detail")
    """)

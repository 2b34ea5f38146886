"""One contract, three backends: every test that asks for `aws` runs against each of them."""

from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

from local.home import Home
from simulation.contract.backends import Backend, Emulator, code_or_none, moto, stand_in
from simulation.contract.divergences import DIVERGENCES, Divergence
from simulation.contract.tables import Table

HERE = Path(__file__).parent


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test that asks for an AWS gets each of them."""
    if "aws" in metafunc.fixturenames:
        metafunc.parametrize("aws", DIVERGENCES, indirect=True, scope="module")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Known divergences are expected to fail, and to be noticed when they do not."""
    for item in items:
        if isinstance(item, pytest.Function) and item.path.parent == HERE and "aws" in item.fixturenames:
            for divergence in _divergences(item):
                item.add_marker(pytest.mark.xfail(reason=divergence.why, strict=True))


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Where failing is expected nobody reads how it failed; to write that down would take a quarter of the time."""
    try:
        return (yield)
    except Exception as error:
        if pyfuncitem.get_closest_marker("xfail"):
            raise AssertionError(str(error)) from None
        raise


def _divergences(item: pytest.Function) -> Iterator[Divergence]:
    backend, _, variant = item.callspec.id.partition("-")
    if item.callspec.id.startswith("stand-in"):
        return
    for each in DIVERGENCES[backend]:
        if each.test == item.originalname and variant not in each.but and (not each.only or variant in each.only):
            yield each


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """One for all tests, which use names of their own."""
    running = Emulator(Home(folder=tmp_path_factory.mktemp("contract")))
    running.daemon.start()
    yield running
    running.daemon.stop()


@pytest.fixture(scope="module")
def aws(request: pytest.FixtureRequest) -> Iterator[Backend]:
    """One of the three, for all tests of a module: they use names of their own."""
    if request.param == "emulator":
        yield request.getfixturevalue("emulator")
        return
    with {"stand-in": stand_in, "moto": moto}[request.param]() as backend:
        yield backend


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """A name that nobody else uses."""
    return f"t{crc32(request.node.nodeid.encode()):08x}"


@pytest.fixture
def table(aws: Backend, name: str) -> Table:
    """An empty table."""
    return Table(aws, name)


@pytest.fixture
def code() -> Callable[..., str]:
    """The code of the refusal that a call ends in."""

    def found(call: Callable[..., Any], **told: Any) -> str:
        refused = code_or_none(call, **told)
        assert refused, "it was not refused"
        return refused

    return found

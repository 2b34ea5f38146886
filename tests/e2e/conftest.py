"""A local stack of the tests' own, deployed from template.yaml and set up as the demo's merchant."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest

from local.api import Api
from local.home import CHECKOUT, Home
from local.running import Stack
from local.seed import seed
from local.stack import down, reset, up


@contextmanager
def deployed(folder: str) -> Iterator[Stack]:
    """Yield a stack in that folder below .local: deployed anew, set up, empty of orders; stop it at the end."""
    home = Home(folder=CHECKOUT / ".local" / folder)
    reset(home)
    running = up(home, empty=True)
    seed(running)
    try:
        yield running
    finally:
        down(home)


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """The stack that all tests but the console's share."""
    with deployed("test") as running:
        yield running


@pytest.fixture(scope="session")
def api(stack: Stack) -> Iterator[Api]:
    """The owner, signed in."""
    with closing(Api(stack)) as owner:
        yield owner


@pytest.fixture
def queue_depth(stack: Stack) -> Callable[[str], int]:
    """How many messages a queue of the template holds, by its logical id."""

    def depth(logical_id: str) -> int:
        sqs = stack.client("sqs")
        found = stack.client("cloudformation").describe_stack_resource(
            StackName="packhorse", LogicalResourceId=logical_id
        )
        url: str = found["StackResourceDetail"]["PhysicalResourceId"]
        names: list[Any] = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        return sum(int(n) for n in sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"].values())

    return depth

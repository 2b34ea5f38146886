"""A local stack of the tests' own, deployed from template.yaml and set up as the demo's merchant."""

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from local.api import Api
from local.home import CHECKOUT, Home
from local.running import Stack
from local.seed import seed
from local.stack import down, reset, up


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """Deployed anew, empty of orders; stopped at the end."""
    home = Home(folder=CHECKOUT / ".local" / "test")
    reset(home)
    running = up(home, empty=True)
    seed(running)
    yield running
    down(home)


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

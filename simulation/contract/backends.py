"""Three implementations of AWS, for the same tests."""

import io
import os
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple, Protocol

import boto3
import time_machine
from botocore.config import Config
from botocore.exceptions import ClientError
from moto import mock_aws

from local.background import REGION, emulator, emulator_url
from local.daemon import Daemon
from local.home import CHECKOUT, Home
from simulation.aws.boundary import World

Item = dict[str, Any]
CONFIG = Config(retries={"total_max_attempts": 1})
KEYS = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
ROLE = "arn:aws:iam::123456789012:role/anything"
CLOCK = """
import os, pathlib, time

ahead, now = pathlib.Path(os.environ["PACKHORSE_CLOCK"]), time.time
time.time = lambda: now() + float(ahead.read_text())
"""
FUNCTION = """
def handler(event, context):
    if "raises" in event:
        raise type(event["raises"], (Exception,), {})("it did")
    return event
"""


class Change(NamedTuple):
    """A record of a table's stream."""

    kind: str
    old: Item | None
    new: Item | None


class Backend(Protocol):
    """The operations of a backend beside its clients."""

    name: str

    def client(self, service: str) -> Any:
        """Return a client without retries."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let that many seconds pass, for everything but state machines."""
        ...

    def wait(self) -> None:
        """Let state machines run for a moment."""
        ...

    def changes(self, table: str) -> list[Change]:
        """Return all records of a table's stream."""
        ...

    def function(self) -> str:
        """Return the ARN of a function that returns its event, or raises the error named by `raises`."""
        ...


@cache
def plain_client(service: str) -> Any:
    """Return a client of the AWS that is installed in this process."""
    return boto3.client(service, region_name=REGION, config=CONFIG, **KEYS)


def from_stream(client: Any, table_stream: str) -> list[Change]:
    """Return the records that the API of streams returns."""
    shards = client.describe_stream(StreamArn=table_stream)["StreamDescription"]["Shards"]
    found = []
    for shard in shards:
        where = {"StreamArn": table_stream, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
        records = client.get_records(ShardIterator=client.get_shard_iterator(**where)["ShardIterator"])["Records"]
        found += [(record["eventName"], record["dynamodb"]) for record in records]
    return [Change(kind, images.get("OldImage"), images.get("NewImage")) for kind, images in found]


class StandIn:
    """Our stand-ins."""

    name = "stand-in"

    def __init__(self, world: World) -> None:
        self.world = world
        world.functions.handlers["function"] = _handler

    def client(self, service: str) -> Any:
        return plain_client(service)

    def sleep(self, seconds: float) -> None:
        self.world.clock.sleep(seconds)

    def wait(self) -> None:
        self.world.settle()
        self.world.clock.sleep(0.1)

    def changes(self, table: str) -> list[Change]:
        return [Change(each.name, each.old, each.new) for each in self.world.dynamodb.tables[table].records]

    def function(self) -> str:
        return "arn:aws:lambda:us-east-1:123456789012:function:function"


def _handler(event: Any) -> Any:
    made: dict[str, Any] = {}
    exec(FUNCTION, made)  # noqa: S102 - the same text that the emulator runs
    return made["handler"](event, None)


class Moto:
    """moto, in this process."""

    name = "moto"

    def __init__(self, traveller: time_machine.Traveller) -> None:
        self._traveller = traveller

    def client(self, service: str) -> Any:
        return plain_client(service)

    def sleep(self, seconds: float) -> None:
        self._traveller.shift(seconds)

    def wait(self) -> None:
        raise AssertionError("no state machine does anything here")

    def changes(self, table: str) -> list[Change]:
        stream = self.client("dynamodb").describe_table(TableName=table)["Table"]["LatestStreamArn"]
        return from_stream(self.client("dynamodbstreams"), stream)

    def function(self) -> str:
        return "arn:aws:lambda:us-east-1:123456789012:function:function"


class Emulator:
    """MiniStack with the repairs of local/emulator, in a process of its own."""

    name = "emulator"

    def __init__(self, home: Home) -> None:
        home.folder.mkdir(parents=True, exist_ok=True)
        self._home = home
        self._ahead = home.folder / "ahead"
        self._ahead.write_text("0")
        (home.folder / "sitecustomize.py").write_text(CLOCK)

    @property
    def daemon(self) -> Daemon:
        """Its process, which checks no policies, and no signatures against a clock that is ahead."""
        return emulator(
            self._home,
            AUTH="false",
            PACKHORSE_CLOCK=str(self._ahead),
            PYTHONPATH=f"{self._home.folder}{os.pathsep}{CHECKOUT}",
        )

    @cache  # noqa: B019 - there is one emulator
    def client(self, service: str) -> Any:
        return boto3.client(service, endpoint_url=emulator_url(self._home), region_name=REGION, config=CONFIG, **KEYS)

    def sleep(self, seconds: float) -> None:
        written = self._ahead.with_suffix(".new")
        written.write_text(str(float(self._ahead.read_text()) + seconds))
        written.replace(self._ahead)  # at once: the emulator reads it all the time

    def wait(self) -> None:
        time.sleep(0.05)

    def changes(self, table: str) -> list[Change]:
        stream = self.client("dynamodb").describe_table(TableName=table)["Table"]["LatestStreamArn"]
        return from_stream(self.client("dynamodbstreams"), stream)

    @cache  # noqa: B019 - there is one emulator
    def function(self) -> str:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as zipped:
            zipped.writestr("index.py", FUNCTION)
        code = {"ZipFile": packed.getvalue()}
        made = {"Runtime": "python3.11", "Role": ROLE, "Handler": "index.handler", "Code": code}
        return str(self.client("lambda").create_function(FunctionName="function", **made)["FunctionArn"])


@contextmanager
def stand_in() -> Iterator[Backend]:
    """Install an empty world of the stand-ins."""
    with World(validates=True).installed() as world:
        yield StandIn(world)


@contextmanager
def moto() -> Iterator[Backend]:
    """Install an empty moto, whose clock the test moves."""
    with time_machine.travel(time.time(), tick=True) as traveller, mock_aws():
        yield Moto(traveller)


def code_or_none(call: Callable[..., Any], **parameters: Any) -> str | None:
    """Return the code of the error that a call ends with; None if it succeeds."""
    try:
        call(**parameters)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return None

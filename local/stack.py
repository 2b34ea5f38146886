"""`make up`, `make down`, `make reset`, `make token`, `make logs`: the local stack from nothing to a URL, and back."""

import argparse
import hashlib
import inspect
import json
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from operator import itemgetter
from typing import Any

from local import deployment, login
from local.background import REGION, emulator, emulator_url, world, world_url
from local.home import Home, StackError, is_free

Say = Callable[[str], None]
SEEDED = "/packhorse/local/seeded"
LINES = 200


@dataclass(frozen=True)
class Stack:
    """A running local stack, as .local/stack.json describes it."""

    api_url: str | None
    console_url: str | None
    endpoint_url: str
    region: str
    outputs: dict[str, str]
    operator: dict[str, str]
    world: dict[str, str]
    home: Home

    def client(self, service: str) -> Any:
        """A boto3 client of the local AWS."""
        return deployment.client(self.home, service)

    def token(self) -> str:
        """A fresh bearer token of the operator."""
        return login.bearer_token(self.home, self.outputs, self.operator)

    def save(self) -> None:
        """Write it where scripts look for it; only its owner may read it, for it holds the password."""
        described = {name: value for name, value in asdict(self).items() if name != "home"}
        self.home.stack_file.touch(mode=0o600)
        self.home.stack_file.write_text(json.dumps(described, indent=2) + "\n")


def running_stack(home: Home) -> Stack:
    """The stack that runs there. StackError if none does."""
    if not home.stack_file.exists() or not emulator(home).is_running():
        raise StackError("the local stack is not running: make up")
    return Stack(**json.loads(home.stack_file.read_text()), home=home)


def up(home: Home, *, empty: bool = False, say: Say = print) -> Stack:
    """Start what does not run, deploy what changed, seed what was never seeded (unless `empty`)."""
    _start_emulator(home, say)
    _start_world(home, say)
    _deploy(home, say)
    stack = _describe(home)
    stack.save()
    if not empty:
        _seed(stack, say)
    return stack


def down(home: Home, say: Say = print) -> None:
    """Stop everything; the state stays."""
    home.stack_file.unlink(missing_ok=True)
    for process in (world(home), emulator(home)):
        say(f"{process.name}: {'stopped' if process.stop() else 'was not running'}")


def reset(home: Home, say: Say = print) -> None:
    """Stop everything and forget the state, so that the next `up` begins with nothing."""
    down(home, say)
    shutil.rmtree(home.state, ignore_errors=True)
    say("state: forgotten")


def logs(home: Home, say: Say = print) -> None:
    """Show what the functions logged last, oldest first."""
    client = running_stack(home).client("logs")
    groups = [group["logGroupName"] for group in client.describe_log_groups()["logGroups"]]
    pages = (client.get_paginator("filter_log_events").paginate(logGroupName=group) for group in groups)
    events = [event for group in pages for page in group for event in page["events"]]
    own_words = [event for event in events if not event["message"].startswith(("START ", "END ", "REPORT "))]
    for event in sorted(own_words, key=itemgetter("timestamp"))[-LINES:]:
        say(event["message"].rstrip())


def _start_emulator(home: Home, say: Say) -> None:
    if emulator(home).is_current():
        say(f"emulator: running at {emulator_url(home)}")
        return
    if emulator(home).stop():
        say("emulator: stopped, for it is out of date or does not answer")
    if not is_free(home.port("emulator")):
        _move_to_a_free_port(home)
    shutil.rmtree(home.folder / "tmp", ignore_errors=True)
    emulator(home).start()
    say(f"emulator: started at {emulator_url(home)}")


def _move_to_a_free_port(home: Home) -> None:
    """Somebody else has our port: take another, also in the URLs that the state is full of."""
    old, new = home.port("emulator"), home.new_port("emulator")
    for file in home.state.glob("*.json"):
        state = file.read_text()
        for host in ("localhost", "127.0.0.1"):
            state = state.replace(f"{host}:{old}", f"{host}:{new}")
        file.write_text(state)


def _start_world(home: Home, say: Say) -> None:
    if world(home).is_current():
        return
    world(home).stop()
    if not is_free(home.port("world")):
        home.new_port("world")
    world(home).start()
    say(f"outside world: started at {world_url(home)}")


def _deploy(home: Home, say: Say) -> None:
    if deployment.is_deployed(home):
        say("template.yaml: deployed already, nothing changed")
        return
    say("template.yaml: building (sam build)")
    deployment.build(home)
    say("template.yaml: deploying (sam deploy)")
    deployment.deploy(home)


def _describe(home: Home) -> Stack:
    outputs = deployment.outputs(home)
    return Stack(
        api_url=deployment.api_url(home),
        console_url=outputs.get("ConsoleUrl"),
        endpoint_url=emulator_url(home),
        region=REGION,
        outputs=outputs,
        operator=login.create_operator(home, outputs),
        world={"shop_url": world_url(home), "shopify_url": f"{world_url(home)}/shopify"},
        home=home,
    )


def _seed(stack: Stack, say: Say) -> None:
    from local import seed  # not above: it drives a running stack, and so imports this module

    version = hashlib.sha256(inspect.getsource(seed).encode()).hexdigest()
    if deployment.recall(stack.home, SEEDED) == version:
        return
    say("seeding")
    seed.seed(stack)
    deployment.remember(stack.home, SEEDED, version)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="local.stack", description=__doc__)
    parser.add_argument("command", choices=["up", "down", "reset", "token", "logs"])
    parser.add_argument("--empty", action="store_true", help="up: do not seed")
    arguments = parser.parse_args()
    home = Home()
    try:
        if arguments.command == "up":
            _up_and_tell(home, empty=arguments.empty)
        elif arguments.command == "token":
            print(running_stack(home).token())
        else:
            {"down": down, "reset": reset, "logs": logs}[arguments.command](home)
    except StackError as error:
        sys.exit(f"packhorse: {error}")


def _up_and_tell(home: Home, *, empty: bool) -> None:
    started = time.monotonic()
    stack = up(home, empty=empty)
    print(f"ready in {time.monotonic() - started:.0f} s")
    print(f"  API           {stack.api_url}")
    if stack.console_url:
        print(f"  console       {stack.console_url}")
    print(f"  bearer token  make token   (user {stack.operator['user']}, password in {home.stack_file})")
    print(f"  log           {emulator(home).log}")
    print("  stop          make down")


if __name__ == "__main__":
    main()

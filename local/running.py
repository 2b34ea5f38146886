"""The running local stack as scripts reach it: URLs, boto3 clients, tokens."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from local import deployment, login
from local.background import emulator
from local.home import Home, StackError
from local.keys import write_private


@dataclass(frozen=True)
class Stack:
    """A running local stack, as `.local/stack.json` describes it."""

    api_url: str | None
    console_url: str
    endpoint_url: str
    region: str
    outputs: dict[str, str]
    operator: dict[str, str]
    world: dict[str, str]
    home: Home
    keys: dict[str, str] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        """Return a boto3 client of the local AWS."""
        return deployment.client(self.home, service)

    def token(self) -> str:
        """Request a new bearer token of the operator."""
        return login.bearer_token(self.home, self.outputs, self.operator)

    def save(self) -> None:
        """Write the description to the stack file, readable by its owner only: it contains the password."""
        described = {name: value for name, value in asdict(self).items() if name != "home"}
        write_private(self.home.stack_file, json.dumps(described, indent=2) + "\n")


def running_stack(home: Home) -> Stack:
    """Return the stack that runs in this home; raise StackError if none does."""
    if not home.stack_file.exists() or not emulator(home).is_running():
        raise StackError("the local stack is not running: make up")
    return Stack(**json.loads(home.stack_file.read_text()), home=home)

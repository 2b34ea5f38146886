"""A supplier's API in place of its SFTP server, with the same files: its gateway may fail once a file is taken."""

from datetime import UTC, datetime
from random import Random
from urllib.parse import unquote

import httpx

from packhorse.domain.values import iso
from simulation.deployment import Deployment
from simulation.sftp import SftpServer

API_URL = "https://supplier.example"
TIMED_OUT = 0.2
"""The share of files that are taken, and whose sender is answered 504."""
TURNED_AWAY = 0.1
"""The share of files that are not taken, and whose sender is answered 502: for the sender it is the same."""


class SupplierApi:
    """Takes files by POST, lists those of a folder, gives them out, and deletes them; it knows no idempotency keys.

    `wrong` gets each file that is sent to it once more though no call of ours had failed since it answered.
    """

    def __init__(self, server: SftpServer, deployment: Deployment, dice: Random, wrong: set[str]) -> None:
        self.server, self.deployment, self.dice, self.wrong = server, deployment, dice, wrong
        self.is_reliable = False
        self._taken: dict[str, int] = {}

    def answers(self, received: httpx.Request) -> httpx.Response:
        """Return the answer to a request."""
        path = unquote(received.url.path).strip("/")
        if received.method == "POST":
            return self._take(path, received.read())
        if received.method == "GET" and received.url.path.endswith("/"):
            return httpx.Response(200, json=[self._listed(path, name) for name in self.server.names(path)])
        if path not in self.server.files:
            return httpx.Response(404)
        if received.method == "DELETE":
            del self.server.files[path]
            return httpx.Response(204)
        return httpx.Response(200, content=self.server.files[path].content)

    def _take(self, path: str, content: bytes) -> httpx.Response:
        chance = 1.0 if self.is_reliable else self.dice.random()
        if chance < TURNED_AWAY:
            return httpx.Response(502)
        if self._taken.get(path) == self.deployment.harmed and not self.deployment.clocks_wrong_by:
            self.wrong.add(f"the supplier got {path} once more, though it had taken it")
        self._taken[path] = self.deployment.harmed
        self.server.put(path, content)
        return httpx.Response(504 if chance < TURNED_AWAY + TIMED_OUT else 201)

    def _listed(self, folder: str, name: str) -> dict[str, object]:
        found = self.server.files[f"{folder}/{name}"]
        return {"name": name, "size": len(found.content), "modified": iso(datetime.fromtimestamp(found.at, UTC))}

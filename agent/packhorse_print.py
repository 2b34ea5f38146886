"""Print agent of a packing bench: fetches the print jobs of its station and puts them on printers.

Python 3.9 or later is enough; copy this file to the machine that the printers hang on. A printer is `tcp://host:9100`,
which gets the file as it is, or a command, which gets it on its standard input. What is wrong is logged and tried again
until the job expires: an agent does not end by itself.
"""

from __future__ import annotations

import argparse
import http.client
import json
import logging
import shlex
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from functools import partial
from typing import Any

log = logging.getLogger("packhorse-print")
SECONDS = 30
RAW_PORT = 9100
PASSING = (OSError, ValueError, http.client.HTTPException, subprocess.SubprocessError)
"""What may go better next time: no connection, no answer, no token, paper that is out."""

Printer = Callable[[bytes], None]


class Api:
    """The API as the packer whose token `command` prints; the token is replaced once the API refuses it."""

    def __init__(self, url: str, command: str) -> None:
        self._url, self._command, self._token = url.rstrip("/"), shlex.split(command), ""

    def call(self, method: str, path: str) -> Any:
        """Send a request, once more with a new token if the API refuses the old one, and return the answer."""
        if not self._token:
            self._sign_in()
        try:
            return self._send(method, path)
        except urllib.error.HTTPError as error:
            if error.code not in (401, 403):
                raise
            self._sign_in()
            return self._send(method, path)

    def _sign_in(self) -> None:
        ran = subprocess.run(  # noqa: S603 - the words of who starts the agent
            self._command, check=True, capture_output=True, text=True, timeout=2 * SECONDS
        )
        self._token = ran.stdout.strip()

    def _send(self, method: str, path: str) -> Any:
        headers = {"Authorization": f"Bearer {self._token}"}
        request = urllib.request.Request(self._url + path, method=method, headers=headers)  # noqa: S310 - the given address
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - the given address
            return json.load(answer)


def printer_of(target: str) -> Printer:
    """Return the printer that `tcp://host:port` or a command names."""
    if target.startswith("tcp://"):
        parts = urllib.parse.urlsplit(target)
        return partial(print_at_port, parts.hostname or "", parts.port or RAW_PORT)
    return partial(print_by_command, shlex.split(target))


def print_at_port(host: str, port: int, file: bytes) -> None:
    """Send a file to a port that prints what arrives. It answers nothing: that paper is out is seen at the printer."""
    with socket.create_connection((host, port), timeout=SECONDS) as connection:
        connection.sendall(file)


def print_by_command(words: list[str], file: bytes) -> None:
    """Run a program that prints its standard input, as `lp -d labels` does; fail where it does."""
    subprocess.run(words, input=file, check=True, capture_output=True, timeout=2 * SECONDS)  # noqa: S603 - given words


class Agent:
    """Prints the jobs of a station; what is printed already is never printed again, also where saying so failed."""

    def __init__(self, api: Api, station: str, printers: dict[str, Printer]) -> None:
        self._api, self._station, self._printers = api, urllib.parse.quote(station), printers
        self._printed: set[str] = set()

    def run_once(self) -> int:
        """Print what waits and has a printer here; return how many jobs are done."""
        jobs = self._api.call("GET", f"/print-jobs?station={self._station}")["items"]
        self._printed &= {job["id"] for job in jobs}
        return sum(self._is_done(job) for job in jobs if job["document"] in self._printers)

    def _is_done(self, job: dict[str, Any]) -> bool:
        try:
            if job["id"] not in self._printed:
                with urllib.request.urlopen(job["url"], timeout=SECONDS) as file:  # noqa: S310 - the API's link
                    self._printers[job["document"]](file.read())
                self._printed.add(job["id"])
            self._api.call("POST", f"/print-jobs/{urllib.parse.quote(job['id'])}/done")
        except PASSING as error:
            log.warning("%s of %s is not printed yet: %s", job["document"], job["id"], error)
            return False
        log.info("%s of %s is printed%s", job["document"], job["id"], " again" if job["reprint"] else "")
        return True


def main() -> None:
    """Print the jobs of a station until the process is stopped."""
    parser = argparse.ArgumentParser(prog="packhorse-print", description=__doc__.partition("\n")[0])
    parser.add_argument("--api", required=True, help="address of the API")
    parser.add_argument("--token-command", required=True, help="command that prints a bearer token of a packer")
    parser.add_argument("--station", required=True, help="name of the station, as the bench has it")
    parser.add_argument("--label", help="printer of labels: tcp://host:9100, or a command")
    parser.add_argument("--packing-slip", help="printer of packing slips, likewise")
    parser.add_argument("--every", type=float, default=2.0, help="seconds between two looks (default: 2)")
    given = parser.parse_args()
    targets = {"label": given.label, "packing_slip": given.packing_slip}
    printers = {document: printer_of(target) for document, target in targets.items() if target}
    if not printers:
        parser.error("give --label, --packing-slip or both")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    agent = Agent(Api(given.api, given.token_command), given.station, printers)
    while True:
        try:
            agent.run_once()
        except PASSING as error:
            log.warning("no jobs from the API: %s", error)
        time.sleep(given.every)


if __name__ == "__main__":
    main()

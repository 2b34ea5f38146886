"""The part of the demo in which a supplier gets orders as a file over SFTP, and its answers are read."""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

import httpx

from local.api import Api, wait_for
from local.running import Stack
from local.seed_supplier import SUPPLIER

Order = dict[str, Any]
FOLDER = ("supplier", "files")
"""Its files below the state of the stack."""
PAUSE = 1.0
TIMEOUT = 300


class Exchanged(NamedTuple):
    """What went to the supplier and came back: the orders as they are now, file by file what is in it."""

    orders: list[Order]
    sent: dict[str, list[str]]
    answers: list[dict[str, Any]]


def exchange(stack: Stack, api: Api, orders: list[Order]) -> Exchanged:
    """Exchange files until each of these orders is shipped by the supplier, or routed again because it rejected it."""
    wanted = {work["id"] for order in orders for work in _its_own(order)}

    def done() -> list[Order] | None:
        api.post(f"/suppliers/{SUPPLIER}/send-now")
        time.sleep(PAUSE)
        now = [api.get(f"/orders/{order['id']}") for order in orders]
        return now if all(map(_is_answered, now)) else None

    shown = wait_for(done, "the answers of the supplier", TIMEOUT)
    books = httpx.get(f"{stack.world['supplier_url']}/_control/received").raise_for_status().json()
    names = list(dict.fromkeys(row["file"] for row in books["rows"] if row["order"] in wanted))
    root = stack.home.state.joinpath(*FOLDER)
    sent = {str(root / "in" / name): (root / "in" / name).read_text().splitlines() for name in names}
    answers = [each for each in books["answers"] if any(row["PO_NUM"] in wanted for row in each["rows"])]
    return Exchanged(shown, sent, answers)


def _its_own(order: Order) -> list[dict[str, Any]]:
    return [work for work in order["fulfilments"] if work["warehouse"] == SUPPLIER]


def _is_answered(order: Order) -> bool:
    """Return whether the supplier shipped its part, or another warehouse has what it rejected."""
    is_over = all(work["status"] in ("shipped", "rejected") for work in _its_own(order))
    return is_over and all(work["status"] != "queued" for work in order["fulfilments"]) and _has_all(order)


def _has_all(order: Order) -> bool:
    """Return whether all allocated units are with a warehouse that has not rejected them."""
    allocated: int = sum(part["quantity"] for line in order["lines"] for part in line["allocations"])
    works = [work for work in order["fulfilments"] if work["status"] != "rejected"]
    handed_over: int = sum(part["quantity"] for work in works for part in work["lines"])
    return allocated == handed_over


def lines_of(exchanged: Exchanged, show: Callable[[str], None]) -> None:
    """Show the files that were sent, and what came back."""
    for path, rows in exchanged.sent.items():
        show(f"sent over SFTP: {path}")
        for row in rows:
            show(f"  {row}")
    for answer in exchanged.answers:
        said = ", ".join(f"{row['STATUS']} {row['ITEM']} {row['TRACKING'] or row['REASON']}" for row in answer["rows"])
        show(f"came back: {answer['file']}: {said}")

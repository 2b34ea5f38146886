"""What the demo expects of a stack that it has run on before, or that people have worked with."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from local.home import StackError
from local.scenario import Example

ANEW = "start anew with `make reset`, then `make demo`"
Get = Callable[[str], Any]
"""What reads an address of the API."""


def check(get: Get, examples: Sequence[Example]) -> None:
    """Raise StackError if orders of the demo could not end as they should, with what was found."""
    if found := list(differences(get, examples)):
        raise StackError(f"the demo cannot run on this stack: {'; '.join(found)}. Undo that, or {ANEW}")


def differences(get: Get, examples: Sequence[Example]) -> Iterator[str]:
    """Yield what is there, to come or sold by a supplier of products that the demo expects to have none of."""
    for example in examples:
        for sku in example.lines if example.ends in ("waits", "bought") else ():
            yield from _available(get, sku)
            if example.ends == "bought":
                yield from _to_come(get, sku)
            elif get(f"/products/{sku}")["bought_from"]:
                yield f"{sku}, which nobody is to sell, is bought from a supplier"


def _available(get: Get, sku: str) -> Iterator[str]:
    for each in get(f"/stock?sku={sku}")["items"]:
        if each["available"] > 0:
            yield f"{each['available']} of {sku}, which is to be sold out, are available at {each['warehouse']}"


def _to_come(get: Get, sku: str) -> Iterator[str]:
    for order in get("/purchase-orders?unfinished=true&limit=100")["items"]:
        if units := sum(line["open"] for line in order["lines"] if line["sku"] == sku):
            yield f"{units} of {sku}, which is to be bought, are bought already by {order['id']}"

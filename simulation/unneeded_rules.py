"""What is bought and built for orders beyond what these want: it is marked, and is an exception for a person.

No code of the product computes the expected result: it is counted from the documents in the stream of the table.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from simulation.books import Books
from simulation.order_documents import Document, ours, recipe, unallocated
from simulation.purchase_rules import Wanted, still_open
from simulation.work_rules import open_units


class Brought(NamedTuple):
    """Units of a product that a document has for lines of orders: those that came, and those that are still open.

    `terms` are those of a purchase order's line, of which whole cases come, and some for stock.
    """

    name: str
    document: Document
    sku: str
    made_for: tuple[Document, ...]
    came: int
    open: int
    terms: Document | None = None


def faults_of_unneeded(books: Books, opened: Mapping[str, int]) -> Iterator[str]:
    """Yield what is to come for orders that do not want it, and documents whose exceptions do not say so.

    `opened` are the open exceptions of each document.
    """
    brought = list(_brought(books))
    yield from _faults_of_marks(books, brought)
    unneeded = Counter[str]()
    for each in brought:
        if each.document.get("submitted_at"):
            unneeded[each.name] += _unneeded(each)
    for name in {*unneeded, *opened}:
        if bool(unneeded[name]) != bool(opened.get(name)):
            yield f"{name} has {unneeded[name]} units that no order needs, and {opened.get(name, 0)} exceptions"


def _faults_of_marks(books: Books, brought: Iterable[Brought]) -> Iterator[str]:
    to_come = Counter[Wanted]()
    for each in brought:
        for key, rest in _shares(each):
            to_come[key] += rest
    for key, units in to_come.items():
        if (line := _line(books, key)) and units > (lacks := _lacks(line, key[2])):
            yield f"{units} units are to come for {key}, which lacks {lacks}"


def _brought(books: Books) -> Iterator[Brought]:
    for name, purchase in books.purchases.purchases.items():
        for line in purchase["lines"] if not purchase.get("ships") else ():
            is_gone = purchase.get("cancelled_at")
            units = 0 if is_gone else max(0, still_open(line))
            made_for = tuple(line.get("made_for", ()))
            came = line.get("received", 0) + line.get("over", 0)
            yield Brought(name, purchase, line["sku"], made_for, came, units, line)
    for name, order in books.works.orders.items():
        yield Brought(
            name, order, order["sku"], tuple(order.get("made_for", ())), order.get("done", 0), open_units(order)
        )


def units_to_come(books: Books) -> "Counter[str]":
    """Return the units of each product that purchase orders, drafts included, and work orders bring."""
    to_come = Counter[str]()
    for each in _brought(books):
        to_come[each.sku] += each.open
    return to_come


def _shares(each: Brought) -> Iterator[tuple[Wanted, int]]:
    """Yield what each line of an order still gets of the units that it needs, as far as they come."""
    left = each.open
    for key, lacking in _lacking(each):
        rest = min(left, lacking)
        left -= rest
        yield key, rest


def _lacking(each: Brought) -> Iterator[tuple[Wanted, int]]:
    """Yield how many of the units that each line of an order needs have not come."""
    given = 0
    for part in each.made_for:
        needed, given = part["units"] - part.get("unneeded", 0), max(given, part.get("came_before", 0))
        taken = max(0, min(each.came - given, needed))
        given += taken
        yield (part["order"], part["line"], each.sku), needed - taken


def _unneeded(each: Brought) -> int:
    free = max(0, each.open - sum(rest for _, rest in _shares(each)))
    given_up = min(free, sum(int(part.get("unneeded", 0)) for part in each.made_for))
    if each.terms is None or not _is_awaited(each, each.terms):
        return given_up
    return min(given_up, max(0, int(each.terms.get("received", 0)) + each.open - _least(each, each.terms)))


def _is_awaited(each: Brought, terms: Document) -> bool:
    """Return whether an order or the stock is to have any unit that has not come."""
    needed = sum(int(part["units"] - part.get("unneeded", 0)) for part in each.made_for)
    lacks = sum(lacking for _, lacking in _lacking(each))
    return lacks > 0 or int(terms.get("for_stock", 0)) > each.came - (needed - lacks)


def _least(each: Brought, terms: Document) -> int:
    """Return the units to order for orders that need them and for stock, which come in whole cases."""
    needed = sum(int(part["units"] - part.get("unneeded", 0)) for part in each.made_for)
    wanted = needed + int(terms.get("for_stock", 0))
    cases = math.ceil(max(wanted, terms.get("minimum", 0)) / terms.get("case_pack", 1)) if wanted else 0
    return min(int(terms["ordered"]), cases * int(terms.get("case_pack", 1)))


def _line(books: Books, key: Wanted) -> Document | None:
    """Return the line of an order; None of an order or line that is unknown, or has no product."""
    order, line_id, _ = key
    lines = books.orders.get(order, {}).get("lines", ())
    return next((line for line in lines if str(line["id"]) == line_id and line.get("matched")), None)


def _wanted(line: Document, sku: str) -> int:
    """Return the units of a product that a line is to have."""
    return recipe(line).get(sku, 0) * ours(line)


def _lacks(line: Document, sku: str) -> int:
    """Return the units of a product that no warehouse has for a line."""
    return recipe(line).get(sku, 0) * unallocated(line)

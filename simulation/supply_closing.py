"""The end of a day with a supplier: it answers everything, all of that is heard, and every batch is finished."""

import json
from collections import Counter
from collections.abc import Callable, Iterator

from simulation.asking import ask, is_open_there, requested
from simulation.books import check
from simulation.cloud import name_of
from simulation.feed_closing import close_feeds
from simulation.order_documents import Document, recipe
from simulation.outside import Outside
from simulation.supplier import ANSWERS, SUPPLIER, WAREHOUSE, answer, read_orders
from simulation.supply_rules import SupplierBooks, fulfilment_of, goods_in, reported_parcels
from simulation.supplying import exchange, moved_on, remove_garbage, shipped_all_the_same

LONGEST_LEASE = 1600.0
"""Longer than a process that died can hold the supplier, by a clock that is ten minutes wrong."""
TIMES = 3
"""Exchanges until a file that stays as it is is read, and rejected units were routed again."""
BETWEEN_LISTS = 1300.0
"""Longer than the time that two lists must be apart to show that a file is whole, by clocks ten minutes wrong."""
MOST_TIMES = 12
"""Exchanges within which all orders of a day are sent, since each sends a few files, perhaps of one order each."""
REFUSED = "shipment_refused"
FINISHED = frozenset({"sent", "empty", "replaced"})
Do = Callable[[Callable[[], None]], None]


def close_supplier(day: Outside, books: SupplierBooks, do: Do) -> None:
    """Let everything be sent and heard that is on its way, and check that it was."""
    day.sftp.refuses_renames, day.sftp.lost_renames = False, 0
    if books.api:
        books.api.is_reliable = True
    remove_garbage(day)
    _exchange_all(day, books, do)
    if books.feeds:
        close_feeds(day, books, books.feeds, do)
        _exchange_all(day, books, do)
    believed = books.disagreeing(day.books.orders, day.books.completed)
    check((*unfinished(day), *books.unheard(day.books.orders), *believed, *left_lying(day)))


def _exchange_all(day: Outside, books: SupplierBooks, do: Do) -> None:
    for number in range(MOST_TIMES):
        do(lambda: _exchange(day, books))
        if number >= TIMES - 1 and not any(left_lying(day)):
            break


def _exchange(day: Outside, books: SupplierBooks) -> None:
    day.turns.sleep(LONGEST_LEASE)
    day.call_api("POST", f"/suppliers/{SUPPLIER}/send-now")
    day.turns.sleep(LONGEST_LEASE)
    read_orders(day, books)
    find_out(day, books)


def find_out(day: Outside, books: SupplierBooks) -> None:
    """Let people ask the supplier for the batches of which it is unknown whether it has them, and say so."""
    for number, state in states_of_batches(day):
        if state == "unknown":
            step = "confirm" if number in books.batches else "resend"
            day.call_api("POST", f"/suppliers/{SUPPLIER}/batches/{number}/{step}")
    if books.api:
        say_what_never_came(day, books)


def say_what_never_came(day: Outside, books: SupplierBooks) -> None:
    """Let people say of what was requested back and never came that it does not ship, and send the rest again."""
    for order_id, number, fulfilment in list(requested(day)):
        if _never_came(fulfilment, books):
            path = f"/orders/{order_id}/fulfilments/{number}/answer-cancellation"
            day.call_api("POST", path, {"answer": "accepted", "reason": "it never came"})
    works = [work for order in day.books.orders.values() for work in order.get("fulfilments", ())]
    for batch in sorted({work["batch"] for work in works if _never_came(work, books)}):
        day.call_api("POST", f"/suppliers/{SUPPLIER}/batches/{batch}/resend")


def _never_came(fulfilment: Document, books: SupplierBooks) -> bool:
    """Return whether a fulfilment order is open in a batch that the supplier has not got."""
    batch = fulfilment.get("batch")
    return is_open_there(fulfilment) and batch is not None and batch not in books.batches


def supply(day: Outside, books: SupplierBooks) -> None:
    """Let the supplier ship everything that it has and has not rejected, and some that it kept back; hear of it."""
    _exchange(day, books)
    ask(day, books, always=True)
    rows = [row for name, work in sorted(books.works.items()) for row in moved_on(day, name, work, ships=True)]
    kept = ((name, work) for name, work in sorted(books.works.items()) if work.kept and day.random.random() < 0.5)
    rows += [row for name, work in kept for row in shipped_all_the_same(day, name, work)]
    if rows:
        answer(day, rows)
    for number in range(TIMES):
        day.turns.sleep(BETWEEN_LISTS)
        exchange(day, f"closing-{number}", at_once=True)
    ship_what_was_refused(day)


def ship_what_was_refused(day: Outside) -> None:
    """Enter what is left of fulfilment orders whose supplier says that it shipped more than people left of them."""
    for order_id, order in list(day.books.orders.items()):
        refused = {each.get("fulfilment") for each in order.get("exceptions", ()) if each["cause"] == REFUSED}
        for number, work in enumerate(order.get("fulfilments", ()), 1):
            if number in refused and is_open_there(work):
                day.ship(order_id, number)


def check_supply(day: Outside, books: SupplierBooks) -> None:
    """Check that all that the supplier said was heard, and nothing left twice."""
    touched = day.expected.cancelled | day.expected.edited

    def is_touched(order: Document) -> bool:
        by_person = any(str(entry.get("who", "")).startswith("user:") for entry in order["timeline"])
        return by_person or order["channel_order_id"] in touched

    check((*books.unheard(day.books.orders), *books.sent_twice(day.books.orders, is_touched)))
    check(faults_of_drop_ships(day, books))


def faults_of_drop_ships(day: Outside, books: SupplierBooks) -> Iterator[str]:
    """Yield each purchase order that has other units as received than left: its supplier invoices all that left.

    Not where others say what it does not know, that parcels left, nor where parcels were refused.
    """
    for name, purchase in day.books.purchases.purchases.items():
        if not (part := purchase.get("ships")):
            continue
        order, fulfilment = day.books.orders[part["order"]], f"{part['order']}-{part['fulfilment']}"
        parcels, work = reported_parcels(fulfilment_of(order, fulfilment)), books.works.get(fulfilment)
        numbers = {each.get("tracking") for each in parcels}
        if (
            work is None
            or numbers ^ {*work.parcels, *work.unwanted}
            or any("stated_item" in each for each in order["lines"])
        ):
            continue
        left, received = goods_in(order, parcels), Counter[str]()
        kits = {line["matched"]: recipe(line) for line in order["lines"] if line.get("components")}
        for line in purchase["lines"]:  # a kit that its supplier calls by a sku of its own is bought as it is
            for sku, units in kits.get(line["sku"], {line["sku"]: 1}).items():
                received[sku] += units * line.get("received", 0)
        if left != +received:
            yield f"{dict(left)} of {fulfilment} left, and purchase order {name} has received {dict(+received)}"


def unfinished(day: Outside) -> Iterator[str]:
    """Yield each batch that was not finished, and each one that says it was sent and that the supplier has not got."""
    for number, state in states_of_batches(day):
        if state not in FINISHED:
            yield f"batch {number} stays {state}"
        if state == "sent" and day.supplier and number not in day.supplier.batches:
            yield f"batch {number} counts as sent, and the supplier has not got it"


def states_of_batches(day: Outside) -> list[tuple[int, str]]:
    """Return the numbers of all batches with their states."""
    newest = {}
    for record in day.deployment.world.dynamodb.tables[name_of("WorkTable")].records:
        if record.new and str(record.key[1]).startswith("BATCH#") and str(record.key[0]).startswith("SUPPLIER#"):
            newest[record.key] = json.loads(record.new["body"]["S"])
    return [(batch["number"], batch.get("state", "forming")) for batch in newest.values()]


def left_lying(day: Outside) -> Iterator[str]:
    """Yield each file of answers that is still there, and each fulfilment order that was not sent."""
    for name in day.sftp.names(ANSWERS):
        if not name.endswith(".done"):
            yield f"{name} was not read"
    for order in day.books.orders.values():
        for work in order.get("fulfilments", ()):
            is_its_own = work["warehouse"] == WAREHOUSE and work.get("status", "queued") == "requested"
            if is_its_own and not order.get("holds") and work.get("batch") is None:
                yield f"{work['id']} was not sent to the supplier"

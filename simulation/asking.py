"""Acts of people who take fulfilment orders back, and ask a supplier that gets no requests in files."""

from collections import Counter
from collections.abc import Iterator

from simulation.day import place_by_hand, receive
from simulation.opening import EAST, MUG
from simulation.order_documents import OPEN_FULFILMENT, Document
from simulation.outside import Outside
from simulation.supplier import WAREHOUSE, answer, read_orders
from simulation.supply_rules import SupplierBooks, Work, by_sku, fulfilment_of, pending_of
from simulation.supplying import answer_request, exchange, shipped_all_the_same


def a_person_who_takes_back(day: Outside, name: str) -> None:
    """Takes fulfilment orders back from their warehouses, so that they are routed without those."""
    for _ in range(2):
        day.turns.sleep(150 * day.random.random())
        found = [
            (order_id, number)
            for order_id, document in sorted(day.books.orders.items())
            for number, work in enumerate(document.get("fulfilments", ()), 1)
            if work.get("status", "queued") in OPEN_FULFILMENT
        ]
        if found:
            order_id, number = day.random.choice(found)
            day.call_api("POST", f"/orders/{order_id}/fulfilments/{number}/take-back", {"reason": "too slow"})


def a_customer_who_wants_less(day: Outside, name: str) -> None:
    """Orders some units twice, and wants less of each order once the supplier has it, who keeps those back."""
    wanted = 4 * day.units
    receive(day, MUG, EAST, 2 * wanted)
    for number in range(2):
        place_by_hand(day, f"{name}-{number}", {MUG: wanted}, paid=True)
    for _ in range(20):
        day.turns.sleep(20)
        for order_id, document in sorted(day.books.orders.items()):
            number = document["channel_order_id"]
            is_there = day.supplier and any(
                each["id"] in day.supplier.works for each in document.get("fulfilments", ())
            )
            if number.startswith(name) and number not in day.expected.edited and is_there:
                day.expected.edited.add(number)
                less = {"keep": day.random.choice((1, wanted - 1))}
                day.call_api("POST", f"/orders/{order_id}/lines/{document['lines'][0]['id']}/cancel", less)


def a_supplier_that_ships_all_the_same(day: Outside, name: str) -> None:
    """Agrees to keep an order back that its buyer cancels, and ships units of it all the same."""
    receive(day, MUG, EAST, 2)
    place_by_hand(day, name, {MUG: 2}, paid=True)
    for number in range(8):
        day.turns.sleep(40)
        exchange(day, f"{name}-{number}", at_once=True)
        found = [each for each, order in day.books.orders.items() if order["channel_order_id"] == name]
        if books := day.supplier if found else None:
            read_orders(day, books)
            _keeps_and_ships(day, books, found[0])


def _keeps_and_ships(day: Outside, books: SupplierBooks, order_id: str) -> None:
    """Take the next step with an order: its buyer cancels it, the supplier keeps units back, and ships one of them."""
    order = day.books.orders[order_id]
    if order["channel_order_id"] not in day.expected.cancelled:
        if any(each["id"] in books.works for each in order.get("fulfilments", ())):
            day.expected.cancelled.add(order["channel_order_id"])
            day.call_api("POST", f"/orders/{order_id}/cancel", {"reason": "changed their mind"})
        return
    works = [(each["id"], books.works[each["id"]]) for each in order["fulfilments"] if each["id"] in books.works]
    shipped = [row for name, work in works for row in shipped_all_the_same(day, name, work)]
    if rows := shipped or [row for name, work in works for row in answer_request(day, name, work)]:
        answer(day, rows)
    else:
        ask(day, books, always=True)


def a_person_who_asks(day: Outside, name: str) -> None:
    """Requests a supplier that gets no requests in files to keep units back, and enters what it says."""
    for _ in range(3):
        day.turns.sleep(120 * day.random.random())
        if day.supplier:
            ask(day, day.supplier)


def ask(day: Outside, books: SupplierBooks, *, always: bool = False) -> None:
    """Ask about some of the requests that no file has, or all of them."""
    if books.reads_requests:
        return
    for order_id, number, fulfilment in list(requested(day)):
        work = books.works.get(fulfilment["id"])
        if work and (always or day.random.random() < 0.5):
            _ask(day, order_id, number, work, fulfilment["id"])


def is_open_there(fulfilment: Document) -> bool:
    """Return whether a fulfilment order is the supplier's, and not over."""
    return bool(fulfilment["warehouse"] == WAREHOUSE) and fulfilment.get("status", "queued") in OPEN_FULFILMENT


def requested(day: Outside) -> Iterator[tuple[str, int, Document]]:
    """Yield the fulfilment orders whose supplier is requested to keep units back, with their orders and numbers."""
    for order_id, document in sorted(day.books.orders.items()):
        for number, fulfilment in enumerate(document.get("fulfilments", ()), 1):
            if is_open_there(fulfilment) and pending_of(fulfilment):
                yield order_id, number, fulfilment


def _ask(day: Outside, order_id: str, number: int, work: Work, name: str) -> None:
    """Have the supplier put all that is left aside, and ship what it is not to keep back once that is entered."""
    agrees = day.random.random() < 0.7
    work.kept += work.left if agrees else Counter()
    body = {"answer": "accepted" if agrees else "refused", "reason": "it says so"}
    day.call_api("POST", f"/orders/{order_id}/fulfilments/{number}/answer-cancellation", body)
    day.turns.sleep(1)  # the books read what became of that
    if agrees:
        order = day.books.orders[order_id]
        accepted = (fulfilment_of(order, name).get("cancellation") or {}).get("accepted", {})
        parts = [{"line": line, "quantity": units} for line, units in accepted.items()]
        work.kept = by_sku(order, parts, "line")

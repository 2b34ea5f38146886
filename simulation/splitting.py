"""Acts of people who split fulfilment orders, and join their parts again."""

from functools import partial

from simulation.order_documents import OPEN_FULFILMENT, Document
from simulation.outside import Outside


def a_packer_who_splits(day: Outside, name: str) -> None:
    """Splits a unit off fulfilment orders, some with two people at once, and joins parts again."""
    for time in range(3):
        day.turns.sleep(120 * day.random.random())
        for order_id, document in sorted(day.books.orders.items()):
            open_ones = [
                (number, work)
                for number, work in enumerate(document.get("fulfilments", ()), 1)
                if work.get("status", "queued") in OPEN_FULFILMENT
            ]
            if open_ones and day.random.random() < 0.6:
                split(day, order_id, *day.random.choice(open_ones), name=f"{name}-{time}-{order_id[:8]}")
            elif len(open_ones) > 1:
                (one, _), (other, _) = day.random.sample(open_ones, 2)
                day.call_api("POST", f"/orders/{order_id}/fulfilments/{one}/join", {"into": other})


def split(day: Outside, order_id: str, number: int, work: Document, name: str) -> None:
    """Split one unit off; a second person perhaps does the same at the same time."""
    body = {"lines": [{"line": day.random.choice(work["lines"])["line"], "quantity": 1}]}
    request = partial(day.call_api, "POST", f"/orders/{order_id}/fulfilments/{number}/split", body)
    if day.random.random() < 0.3:
        day.turns.spawn(request, f"{name}-again-{number}", day.random.random())
    request()

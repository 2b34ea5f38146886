"""Acts of warehouses that reject fulfilment orders."""

from simulation.order_documents import HANDED_OVER, Document
from simulation.outside import Outside

REASONS = ("none_left", "damaged", "mismatch", "too_busy", "other")


def a_warehouse_that_rejects(day: Outside, name: str) -> None:
    """Rejects fulfilment orders that were handed over, or a unit of them, with every reason.

    What a supplier has is refused, since it did not say that it does not ship: that is requested back instead.
    """
    for _ in range(3):
        day.turns.sleep(120 * day.random.random())
        for order_id, document in list(day.books.orders.items()):
            for number, fulfilment in enumerate(document.get("fulfilments", ()), 1):
                if fulfilment.get("status", "queued") in HANDED_OVER and day.random.random() < 0.5:
                    reject(day, order_id, number, fulfilment)


def reject(day: Outside, order_id: str, number: int, fulfilment: Document) -> None:
    """Reject all that is left, or one unit of a line."""
    one = day.random.choice(fulfilment["lines"])["line"]
    lines = day.random.choice(([], [{"line": one, "quantity": 1}]))
    body = {"lines": lines, "reason": day.random.choice(REASONS)}
    path = f"/orders/{order_id}/fulfilments/{number}"
    is_rejected = day.call_api("POST", f"{path}/reject", body).is_done
    if not is_rejected and day.is_with_partner(fulfilment):
        day.call_api("POST", f"{path}/take-back")

"""Days with a carrier account: people buy and void labels, one by one and in batches, and have manifests made."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from local.world.failures import LOST, Failure
from simulation.day import MEDDLING, hold
from simulation.opening import EAST, WEST
from simulation.order_documents import OPEN_FULFILMENT, OVER, labels_of, works_of
from simulation.outside import TRIES, Outside

TROUBLES: tuple[Mapping[str, Any], ...] = (
    {"status": LOST, "method": "POST", "ending": "/buy", "after": True},
    {"status": LOST, "method": "POST", "ending": "/buy"},
    {"status": LOST, "method": "POST", "ending": "/refund", "after": True},
    {"status": 503, "method": "POST", "ending": "/refund"},
    {"status": 503, "path": "/files/", "times": 2},
    {"status": 429, "retry_after": 7},
    {"status": 503, "method": "GET"},
    {"status": 503, "method": "POST"},
)
NO_REFUNDS: Mapping[str, Any] = {"status": 503, "method": "POST", "ending": "/refund", "times": 12}
REQUESTS = ((1, True), (1, False), *[(TRIES, False)] * 4)
"""How often a batch is requested, and whether Lambda is down then."""
POOR, RICH = "12.00", "10000.00"


# ---- the acts ----------------------------------------------------------------------------------------------------


def a_label_buyer(day: Outside, name: str) -> None:
    """Buys labels one by one, for all that is left or a unit; some are requested twice, at once or later."""
    for time in range(day.random.choice((2, 4))):
        day.turns.sleep(100 * day.random.random())
        for order_id, number in to_label(day)[:3]:
            if day.random.random() < 0.3:
                again = partial(buy, day, order_id, number)
                day.turns.spawn(again, f"{name}-again-{time}-{order_id[:8]}-{number}", 3 * day.random.random())
            buy(day, order_id, number)


def buy(day: Outside, order_id: str, number: int) -> None:
    """Buy a label, with retries under one Idempotency-Key; read the rates first, perhaps."""
    path, body = f"/orders/{order_id}/fulfilments/{number}", {}
    lines = works_of(day.books.orders[order_id])[number - 1]["lines"]
    if day.random.random() < 0.2:
        body = {"lines": [{"line": day.random.choice(lines)["line"], "quantity": 1}]}
    if day.random.random() < 0.1:
        day.call_api("POST", f"{path}/rates", body)
    day.call_api("POST", f"{path}/label", body)


def to_label(day: Outside) -> list[tuple[str, int]]:
    """Return the fulfilment orders that are open, in a random order."""
    found = [
        (order_id, number)
        for order_id, document in sorted(day.books.orders.items())
        for number, work in enumerate(works_of(document), 1)
        if work.get("status", "queued") in OPEN_FULFILMENT
    ]
    day.random.shuffle(found)
    return found


def two_people_with_batches(day: Outside, name: str) -> None:
    """Buy labels for all that is open, each as a batch, at once; each tries again what was not bought.

    Some request a batch once and leave, whatever the answer is; sometimes no worker can be invoked then.
    """
    for person in ("one", "other"):
        day.turns.spawn(partial(_label_all, day), f"{name}-{person}", 10 * day.random.random())


def _label_all(day: Outside) -> None:
    for _ in range(2):
        day.turns.sleep(100 * day.random.random())
        refs = [{"order": order_id, "fulfilment": number} for order_id, number in to_label(day)]
        tries, lacks_workers = day.random.choice(REQUESTS)
        if lacks_workers:
            day.storm("lambda", day.turns.now, 20)
        answer = day.call_api("POST", "/label-batches", {"fulfilments": refs}, tries=tries) if refs else None
        if answer and answer.is_done:
            day.turns.sleep(day.random.choice((1, 200)))
            day.call_api("POST", f"/label-batches/{answer.body['id']}/retry")


def a_voider(day: Outside, name: str) -> None:
    """Voids labels, some with two requests at once, some while the carrier takes none back.

    Some people request it once and leave.
    """
    for number in range(3):
        day.turns.sleep(100 * day.random.random())
        found = labels_in(day, "bought", "unused")
        if found:
            path, label = day.random.choice(found)
            if day.carrier and day.random.random() < 0.3:
                day.carrier.account.failures.append(Failure(**NO_REFUNDS))
            void = partial(day.call_api, "POST", f"{path}/void", {"label": label}, tries=day.random.choice((1, TRIES)))
            if day.random.random() < 0.3:
                day.turns.spawn(void, f"{name}-again-{number}", day.random.random())
            void()


def labels_in(day: Outside, *states: str) -> list[tuple[str, str]]:
    """Return the labels in these states, each with the path of its fulfilment order."""
    return [
        (f"/orders/{order_id}/fulfilments/{number}", label["id"])
        for order_id, document in sorted(day.books.orders.items())
        for number, work in enumerate(works_of(document), 1)
        for label in work.get("labels", ())
        if label["state"] in states
    ]


def a_change_of_mind(day: Outside, name: str) -> None:
    """Has a label bought, and meanwhile holds, cancels, moves, completes or ships the order.

    Some people hold it at the very moment at which the label is being bought.
    """
    for attempt in range(2):
        day.turns.sleep(100 * day.random.random())
        if found := to_label(day):
            order_id, number = found[0]
            day.turns.spawn(partial(buy, day, order_id, number), f"{name}-buyer-{attempt}")
            if day.random.random() < 0.5:
                hold_at_purchase(day, order_id)
                continue
            day.turns.sleep(3 * day.random.random())
            day.random.choice(MEDDLING)(day, order_id, day.books.orders[order_id])


def hold_at_purchase(day: Outside, order_id: str) -> None:
    """Hold an order as soon as a label of it is being bought, if that is within seconds."""
    for _ in range(100):
        day.turns.sleep(0.05)
        if any(path.split("/")[2] == order_id for path, _ in labels_in(day, "buying")):
            hold(day, order_id, seconds=400)
            return


def a_driver_who_collects(day: Outside, name: str) -> None:
    """Wants the manifests of both warehouses, of one carrier or of any; two people have some made at once.

    Some people request one once and leave. Of some orders with a label the rest is on hold at that moment.
    Sometimes our processes that call the carrier die meanwhile, and people leave.
    """
    for time in range(3):
        day.turns.sleep(150 * day.random.random())
        tries: tuple[int, ...] = (1, TRIES)
        if day.random.random() < 0.3:
            day.let_die("LabelFunction", 30)
            tries = (1,)
        if (labelled := orders_with_labels(day)) and day.random.random() < 0.5:
            order_id = day.random.choice(labelled)
            day.turns.spawn(partial(hold, day, order_id, day.books.orders[order_id]), f"{name}-hold-{time}")
            day.turns.sleep(1)
        for place in (EAST, WEST):
            wanted = day.random.choice(({}, {"carrier": "USPS"}, {"carrier": "UPS"}))
            body = {"account": "easypost", "warehouse": place, **wanted}
            make = partial(day.call_api, "POST", "/manifests", body, tries=day.random.choice(tries))
            if day.random.random() < 0.4:
                day.turns.spawn(make, f"{name}-again-{time}-{place}", 3 * day.random.random())
            make()


def orders_with_labels(day: Outside) -> list[str]:
    """Return the orders that are not over, and of which a label is bought."""
    return [
        order_id
        for order_id, document in sorted(day.books.orders.items())
        if document["status"] not in OVER and any(label["state"] == "bought" for label in labels_of(document))
    ]


def a_carrier_in_trouble(day: Outside, name: str) -> None:
    """Loses answers, refuses too many requests and addresses, has no label files; or the account has no money.

    Sometimes our processes that call it die, or those of the API, and people hold an order whose label hangs then.
    """
    if day.carrier is None:
        return
    if day.random.random() < 0.5:
        dying = day.random.choice(("LabelFunction", "LabelFunction", "ApiFunction"))
        day.let_die(dying, 120)
        day.turns.spawn(partial(hold_what_hangs, day), f"{name}-doubt")
    for _ in range(2):
        day.turns.sleep(60 * day.random.random())
        day.carrier.account.failures += [Failure(**day.random.choice(TROUBLES)) for _ in range(3)]
    settings = day.carrier.account.settings
    settings.funds = day.random.choice((RICH, POOR))
    settings.refusing = day.random.choice(({}, {"UPS": "no pickup today"}, {"UPS": "no pickup", "USPS": "no pickup"}))


def hold_what_hangs(day: Outside) -> None:
    """Hold an order whose label is being bought for seconds already, for minutes."""
    for _ in range(20):
        before = labels_in(day, "buying")
        day.turns.sleep(5)
        if hanging := [each for each in labels_in(day, "buying") if each in before]:
            path, _ = day.random.choice(hanging)
            hold(day, path.split("/")[2], seconds=400)
            return


def end_trouble(day: Outside) -> None:
    """Let the carrier answer everything from now on, and its account have money."""
    if day.carrier:
        day.carrier.account.failures.clear()
        day.carrier.account.settings.funds = RICH
        day.carrier.account.settings.refusing = {}

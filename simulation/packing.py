"""Acts of packers at benches: they scan, scan twice, undo, reject, put aside, take over, reopen, or are called away."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from simulation.books import Violation
from simulation.expected import Answer
from simulation.opening import EAST, WEST
from simulation.order_documents import OPEN_FULFILMENT
from simulation.outside import Outside
from simulation.rejecting import REASONS
from simulation.rights import PACKER, Person

MOST_STEPS = 14
SECRETS = ("@", "phone", "amount", "address1")
"""What no answer to a packer may contain, beside who of the house did something."""
COLLEAGUE = re.compile(r"user:\S+")


class Bench(NamedTuple):
    """A packer before an open box; `steps` numbers the requests, which gives each its id."""

    day: Outside
    packer: Person
    box: Mapping[str, Any]
    steps: list[str]

    def send(self, verb: str, **more: Any) -> Answer:
        """Send a request under an id of its own, some twice: at once, later, or both."""
        name = f"{self.packer.name}-{len(self.steps):04}"
        self.steps.append(verb)
        body = {"id": name, **self.box, **more}
        send = partial(at_bench, self.day, self.packer, verb, body)
        if self.day.random.random() < 0.3:
            self.day.turns.spawn(send, f"{name}-again", 4 * self.day.random.random())
        answer = send()
        return send() if self.day.random.random() < 0.1 else answer


def at_bench(day: Outside, packer: Person, verb: str, body: Mapping[str, Any]) -> Answer:
    """Send a request of the bench; raise Violation for what a packer is not to see."""
    answer = day.call_api("POST", f"/bench/{packer.name[-1]}/{verb}", body, by=packer.email)
    if answer.is_done:
        seen = str({name: each for name, each in answer.body.items() if name not in ("who", "box")})
        seen += str({name: each for name, each in (answer.body["box"] or {}).items() if name != "who"})
        seen = COLLEAGUE.sub("", seen)
        if found := [secret for secret in SECRETS if secret in seen]:
            raise Violation(f"a packer sees {found}: {seen}")
    return answer


def a_packer(day: Outside, name: str) -> None:
    """Packs fulfilment orders of both warehouses; some boxes stay open, and a colleague takes them over."""
    packer = Person(name, PACKER, (EAST, WEST))
    day.books.people[f"user:{packer.email}"] = packer
    rights = {"email": packer.email, "roles": [PACKER], "warehouses": list(packer.warehouses)}
    if not day.call_api("POST", "/users", rights).is_done:
        return
    steps = list[str]()
    for _ in range(day.random.choice((3, 6))):
        day.turns.sleep(80 * day.random.random())
        if found := to_pack(day):
            order_id, number = day.random.choice(found)
            pack(Bench(day, packer, {"order": order_id, "fulfilment": number}, steps))


def to_pack(day: Outside) -> list[tuple[str, int]]:
    """Return the fulfilment orders that are open, or that left by their label alone."""
    return [
        (order_id, number)
        for order_id, document in sorted(day.books.orders.items())
        for number, work in enumerate(document.get("fulfilments", ()), 1)
        if work.get("status", "queued") in OPEN_FULFILMENT or work.get("labels")
    ]


def pack(bench: Bench) -> None:
    """Open a box, and scan until it is closed, or the packer is called away."""
    day = bench.day
    opened = bench.send("open", take_over=day.random.random() < 0.3)
    if opened.is_done and opened.body["result"] == "packed" and day.random.random() < 0.5:
        opened = bench.send("reopen")
    if not opened.is_done or opened.body["result"] not in ("opened", "reopened"):
        return
    box = opened.body["box"]
    for _ in range(MOST_STEPS):
        day.turns.sleep(2 * day.random.random())
        dice = day.random.random()
        if dice < 0.05:
            return  # called away: the box stays open
        answer = next(step for most, step in STEPS if dice < most)(bench, box)
        if not answer.is_done or answer.body["box"] is None or answer.body["result"] in ENDS:
            return
        box = answer.body["box"]


ENDS = frozenset({"closed", "aside", "taken", "changed", "not_open", "packed", "labelled"})


def _scan(bench: Bench, box: Mapping[str, Any]) -> Answer:
    missing = [each["sku"] for each in box["items"] if each["counted"] < each["needed"]]
    code = bench.day.random.choice(missing or bench.day.stocked)
    return bench.send("scan", code=code, label=bool(bench.day.carrier) and bench.day.random.random() < 0.5)


def _scan_anything(bench: Bench, _: Mapping[str, Any]) -> Answer:
    return bench.send("scan", code=bench.day.random.choice(bench.day.stocked), by_hand=True)


def _reject(bench: Bench, box: Mapping[str, Any]) -> Answer:
    missing = [each["sku"] for each in box["items"] if each["counted"] < each["needed"]]
    some = {"code": bench.day.random.choice(missing)} if missing else {}
    one = {**some, "units": 1} if some else {}
    return bench.send("reject", reason=bench.day.random.choice(REASONS), **bench.day.random.choice(({}, some, one)))


def _close_and_open_again(bench: Bench, _: Mapping[str, Any]) -> Answer:
    closed = bench.send("close")
    return bench.send("reopen") if closed.is_done and closed.body["result"] == "closed" else closed


STEPS: tuple[tuple[float, Callable[[Bench, Mapping[str, Any]], Answer]], ...] = (
    (0.68, _scan),
    (0.74, _scan_anything),
    (0.82, lambda bench, _: bench.send("undo")),
    (0.92, _reject),
    (0.95, _close_and_open_again),
    (0.98, lambda bench, _: bench.send("finish")),
    (1.0, lambda bench, _: bench.send("aside")),
)
"""What a packer does next, by the upper end of its share."""

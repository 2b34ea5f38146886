"""Acts of people with roles other than an owner's: they do what their role allows, and try what it does not."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from simulation.books import Violation
from simulation.day import expect_units, some_shelf
from simulation.expected import Answer
from simulation.opening import EAST, MUG, WEST
from simulation.outside import Outside
from simulation.rights import BY, OPERATOR, PACKER, READ_ONLY, WAREHOUSE, Person

JOBS = (
    (OPERATOR, ()),
    (WAREHOUSE, (EAST,)),
    (WAREHOUSE, (WEST,)),
    (PACKER, (EAST,)),
    (PACKER, (WEST,)),
    (READ_ONLY, ()),
)
NO_ROLE, NOT_HERE, WRONG_FIELD, SIGNED_OUT = 403, 404, 422, 401
HIDDEN = frozenset({"email", "unit_price", "timeline"})


class Attempt(NamedTuple):
    """A request that a role does not allow, and how it is refused."""

    method: str
    path: str
    body: Any
    refused_with: int = NO_ROLE


def a_colleague(day: Outside, name: str) -> None:
    """Begins to work, with a role of her own, tries more, and is disabled at last and enabled, without a new token."""
    role, warehouses = day.random.choice(JOBS)
    person = Person(name, role, warehouses)
    day.books.people[f"user:{person.email}"] = person
    rights = {"email": person.email, "roles": [role], "warehouses": list(warehouses)}
    invited = day.call_api("POST", "/users", rights)
    if not invited.is_done:
        return
    for _ in range(day.random.choice((3, 6))):
        day.turns.sleep(100 * day.random.random())
        day.random.choice(WORK[role])(day, person)
        try_what_is_not_allowed(day, person)
    for verb in ("disable", "enable"):
        if day.call_api("POST", f"/users/{invited.body['id']}/{verb}").is_done:
            _expect(person, day.call_api("GET", "/me", by=person.email), SIGNED_OUT, f"an old token after {verb}")


def try_what_is_not_allowed(day: Outside, person: Person) -> None:
    """Send two requests that the person's role does not allow; raise Violation if it is not refused."""
    attempts = list(ATTEMPTS[person.role](day, person))
    for attempt in day.random.sample(attempts, min(2, len(attempts))):
        answer = day.call_api(attempt.method, attempt.path, attempt.body, by=person.email)
        _expect(person, answer, attempt.refused_with, f"{attempt.method} {attempt.path}")


def _expect(person: Person, answer: Answer, status: int, what: str) -> None:
    if not answer.is_none and answer.status != status:
        raise Violation(f"{person.role} of {person.warehouses}: {what} is answered {answer.status}, not {status}")


# ---- what a role allows ------------------------------------------------------------------------------------------


def _call(day: Outside, person: Person, method: str, path: str, body: Any = None, **query: str) -> Answer:
    """Send a request that the person may send; raise Violation if her role is said not to allow it."""
    answer = day.call_api(method, path, body, query, by=person.email)
    if answer.status in (NO_ROLE, SIGNED_OUT):
        raise Violation(f"{person.role} of {person.warehouses} may {method} {path}, and is answered {answer.status}")
    return answer


def _steer(day: Outside, person: Person) -> None:
    """Hold an order for a moment, record its payment, or route it again."""
    if order_id := _some_order(day):
        verb = day.random.choice(("hold", "pay", "reroute"))
        _call(day, person, "POST", f"/orders/{order_id}/{verb}", {"reason": "look at it"} if verb == "hold" else None)
        if verb == "hold":
            day.turns.sleep(30 * day.random.random())
            day.call_api("POST", f"/orders/{order_id}/release", by=person.email)


def _receive(day: Outside, person: Person) -> None:
    """Receive units at a warehouse of hers."""
    sku, place = some_shelf(day)
    place = place if person.may_count_at(place) else person.warehouses[0]
    answer = _call(day, person, "POST", "/stock/receipts", _receipt(sku, place, day.units))
    expect_units(day, answer, (sku, place), day.units)


def _ship(day: Outside, person: Person) -> None:
    """Ship what was handed over to her warehouses."""
    for order_id, number in _handed_over(day, person, is_hers=True):
        day.ship(order_id, number, name=f"{BY}{person.name}", by=person.email)


def _look(day: Outside, person: Person) -> None:
    """List orders, and open one; those who work at a warehouse see their own part of it, or nothing."""
    place = {"warehouse": person.warehouses[0]} if person.is_limited else {}
    _call(day, person, "GET", "/orders", **place)
    order_id = _some_order(day)
    if person.is_limited and order_id:
        answer = day.call_api("GET", f"/orders/{order_id}", by=person.email)
        seen = [*too_much(answer.body)]
        is_hers = answer.status == NOT_HERE or answer.is_none or answer.body["lines"] or answer.body["fulfilments"]
        if seen or not is_hers:
            raise Violation(f"{person.role} of {person.warehouses} opens an order and sees {seen or 'that of others'}")


def too_much(seen: Any) -> Iterator[str]:
    """Yield what of an order a person of a warehouse must not see.

    >>> list(too_much({"lines": [{"unit_price": None}], "customer": {"email": "ada@example.com"}, "timeline": []}))
    ['email']
    """
    if isinstance(seen, dict):
        yield from (name for name, value in seen.items() if name in HIDDEN and value)
    for each in seen.values() if isinstance(seen, dict) else seen if isinstance(seen, list) else ():
        yield from too_much(each)


# ---- what a role does not allow ----------------------------------------------------------------------------------


def _not_for_operators(day: Outside, person: Person) -> Iterator[Attempt]:
    yield Attempt("PATCH", "/account", {"ship_complete": True})
    yield Attempt("PATCH", f"/warehouses/{EAST}", {"counts_for_sync": False})
    yield Attempt("POST", "/users", {"email": f"friend-of-{person.email}", "roles": ["owner"]})


def _not_for_viewers(day: Outside, person: Person) -> Iterator[Attempt]:
    yield from _not_for_operators(day, person)
    yield from _not_for_limited(day, person)
    yield Attempt("POST", "/stock/receipts", _receipt(*some_shelf(day), 1))
    for order_id, number in _handed_over(day, person, is_hers=False):
        yield Attempt("POST", f"/orders/{order_id}/fulfilments/{number}/ship", _shipment(person, order_id, number))


def _not_for_limited(day: Outside, person: Person) -> Iterator[Attempt]:
    yield Attempt("PATCH", f"/products/{MUG}", {"reserve": 7})
    if order_id := _some_order(day):
        verb = day.random.choice(("cancel", "hold", "complete"))
        yield Attempt("POST", f"/orders/{order_id}/{verb}", {"reason": "for fun"} if verb != "complete" else None)


def _not_at_a_warehouse(day: Outside, person: Person) -> Iterator[Attempt]:
    yield from _not_for_limited(day, person)
    yield Attempt("GET", "/exceptions", None)
    for order_id, number in _handed_over(day, person, is_hers=False):
        path = f"/orders/{order_id}/fulfilments/{number}/ship"
        yield Attempt("POST", path, _shipment(person, order_id, number), NOT_HERE)
    for order_id, number in _handed_over(day, person, is_hers=True):
        held = {**_shipment(person, order_id, number), "override": True}
        yield Attempt("POST", f"/orders/{order_id}/fulfilments/{number}/ship", held)


def _not_for_warehouse_users(day: Outside, person: Person) -> Iterator[Attempt]:
    yield from _not_at_a_warehouse(day, person)
    other = WEST if EAST in person.warehouses else EAST
    yield Attempt("POST", "/stock/receipts", _receipt(MUG, other, 1), WRONG_FIELD)


def _not_for_packers(day: Outside, person: Person) -> Iterator[Attempt]:
    yield from _not_at_a_warehouse(day, person)
    yield Attempt("POST", "/stock/receipts", _receipt(MUG, person.warehouses[0], 1))


Work = Callable[[Outside, Person], None]
WORK: Mapping[str, tuple[Work, ...]] = {
    OPERATOR: (_steer, _receive, _look),
    WAREHOUSE: (_receive, _ship, _look),
    PACKER: (_ship, _look),
    READ_ONLY: (_look,),
}
ATTEMPTS: Mapping[str, Callable[[Outside, Person], Iterator[Attempt]]] = {
    OPERATOR: _not_for_operators,
    WAREHOUSE: _not_for_warehouse_users,
    PACKER: _not_for_packers,
    READ_ONLY: _not_for_viewers,
}


def _some_order(day: Outside) -> str | None:
    existing = sorted(day.books.orders)
    return quote(day.random.choice(existing)) if existing else None


def _handed_over(day: Outside, person: Person, *, is_hers: bool) -> list[tuple[str, int]]:
    """Return the fulfilment orders that a warehouse has, one of the person's or another one."""
    return [
        (quote(order_id), number)
        for order_id, document in sorted(day.books.orders.items())
        for number, each in enumerate(document.get("fulfilments", ()), 1)
        if each.get("status") == "requested" and (each["warehouse"] in person.warehouses) == is_hers
    ]


def _receipt(sku: str, place: str, units: int) -> dict[str, Any]:
    return {"receipts": [{"sku": sku, "warehouse": place, "quantity": units}]}


def _shipment(person: Person, order_id: str, number: int) -> dict[str, Any]:
    return {"parcels": [{"carrier": "DHL", "tracking": f"T-{order_id[:8]}-{number}{BY}{person.name}"}]}

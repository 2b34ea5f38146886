"""Short days without luck, each of whose calls may be the last of its process: see `crash_points`."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple, TypeVar

from local.world.shop import now
from simulation import day
from simulation.building import CRATE, HAMPER, LABOUR, sells_what_is_built
from simulation.carrier import CARRIER as ACCOUNT
from simulation.label_rules import works_of
from simulation.labelling import buy, labels_in
from simulation.outside import SHOP, TRADE, Outside, Promise, hand_order, shop_order
from simulation.packing import at_bench
from simulation.rights import PACKER, Person
from simulation.scanning import may_leave
from simulation.scene import ALONE, CARRIER, SUPPLIER, Scene
from simulation.supplier import ACKNOWLEDGED, KEPT_BACK, REJECTED, SHIPPED, answer, read_orders
from simulation.supply_rules import SupplierBooks
from simulation.supplying import Row, exchange

T = TypeVar("T")
PATIENCE, LOOKS = 60.0, 20
"""Seconds between two reads of what an act waits for, and how often it reads: longer than a dead process is missed."""


class CrashDay(NamedTuple):
    """A day: its acts by name, its seed, and its scene, if dice of the seed do not decide it."""

    acts: Sequence[tuple[str, day.Act]]
    seed: int = 1
    scene: Scene | None = None


def awaited(outside: Outside, found: Callable[[], T]) -> T:
    """Return what is found as soon as it is not empty, else what it is in the end."""
    for _ in range(LOOKS):
        if seen := found():
            return seen
        outside.turns.sleep(PATIENCE)
    return found()


def buys_in_the_shop(outside: Outside, name: str, lines: Mapping[str, int], *, times: int = 1) -> None:
    """Place an order in the shop, which sends its webhook."""
    order = outside.change_order(name, **shop_order(name, lines, paid_at=now()))
    for _ in range(times):
        if outside.post(order, "order.created"):
            outside.expected.promised.add(Promise(SHOP, name))


# ---- orders ------------------------------------------------------------------------------------------------------


def a_buyer(outside: Outside, name: str) -> None:
    """Buys a kit; the shop sends the webhook twice."""
    buys_in_the_shop(outside, name, {day.SET: 1}, times=2)


def a_waiting_buyer(outside: Outside, name: str) -> None:
    """Buys more units than are available, by hand; a receipt brings the rest."""
    outside.turns.sleep(60)
    if outside.call_api("POST", "/orders", hand_order(name, {day.CUP: 9}, paid=True)).is_done:
        outside.expected.promised.add(Promise(TRADE, name))
    outside.turns.sleep(60)
    body = {"receipts": [{"sku": day.CUP, "warehouse": day.EAST, "quantity": 9}]}
    day.expect_units(outside, outside.call_api("POST", "/stock/receipts", body), (day.CUP, day.EAST), 9)


def a_cancelling_buyer(outside: Outside, name: str) -> None:
    """Buys by hand, and a person cancels the order."""
    outside.turns.sleep(200)
    answer = outside.call_api("POST", "/orders", hand_order(name, {day.MUG: 1}, paid=True))
    outside.expected.cancelled.add(name)
    outside.turns.sleep(20)
    if answer.is_done:
        outside.call_api("POST", f"/orders/{answer.body['id']}/cancel", {"reason": "too slow"})


def a_buyer_whose_shop_cancels(outside: Outside, name: str) -> None:
    """Buys in the shop, which cancels by webhook once the warehouse has the order."""
    outside.turns.sleep(250)
    buys_in_the_shop(outside, name, {day.MUG: 1})
    outside.turns.sleep(60)
    outside.expected.cancelled.add(name)
    outside.post(outside.change_order(name, cancelled_at=now()), "order.updated")


def a_warehouse(outside: Outside, _: str) -> None:
    """Ships every fulfilment order that was handed over."""
    outside.turns.sleep(400)
    outside.ship_all()


ORDERS = CrashDay(
    (
        ("buyer", a_buyer),
        ("waits", a_waiting_buyer),
        ("cancels", a_cancelling_buyer),
        ("shop-cancels", a_buyer_whose_shop_cancels),
        ("warehouse", a_warehouse),
    )
)


# ---- labels ------------------------------------------------------------------------------------------------------


def three_buyers(outside: Outside, name: str) -> None:
    """Buy in the shop: a mug that is in the east, and cups that are in the west."""
    for number, sku in enumerate((day.MUG, day.CUP, day.CUP)):
        buys_in_the_shop(outside, f"{name}-{number}", {sku: 1})


def handed_over(outside: Outside, place: str) -> list[tuple[str, int]]:
    """Return the fulfilment orders that a warehouse has."""
    return [
        (order_id, number)
        for order_id, document in sorted(outside.books.orders.items())
        for number, work in enumerate(works_of(document), 1)
        if work["warehouse"] == place and work.get("status") in ("requested", "accepted")
    ]


def a_buyer_of_labels(outside: Outside, _: str) -> None:
    """Buys a label in the west, voids it, buys labels for all of it as a batch, and has the day's manifest made."""
    outside.turns.sleep(90)
    for order_id, number in awaited(outside, partial(handed_over, outside, day.WEST))[:1]:
        buy(outside, order_id, number)
    for path, label in awaited(outside, partial(labels_in, outside, "bought"))[:1]:
        outside.call_api("POST", f"{path}/void", {"label": label})
    awaited(outside, lambda: not labels_in(outside, "bought", "voiding"))
    refs = [{"order": order_id, "fulfilment": number} for order_id, number in handed_over(outside, day.WEST)]
    batch = outside.call_api("POST", "/label-batches", {"fulfilments": refs}) if refs else None
    awaited(outside, lambda: len(labels_in(outside, "bought")) == len(refs))
    if batch and batch.is_done:
        outside.call_api("POST", f"/label-batches/{batch.body['id']}/retry")
    for number in range(2):
        outside.turns.sleep(200 * number)
        outside.call_api("POST", "/manifests", {"account": ACCOUNT, "warehouse": day.WEST})


def a_packer_of_labels(outside: Outside, name: str) -> None:
    """Packs the mug at a bench; the last unit closes the box, and buys its label."""
    packer = Person(f"{name}-1", PACKER, (day.EAST,))
    outside.books.people[f"user:{packer.email}"] = packer
    outside.call_api("POST", "/users", {"email": packer.email, "roles": [PACKER], "warehouses": [day.EAST]})
    outside.turns.sleep(90)
    for order_id, number in awaited(outside, partial(handed_over, outside, day.EAST)):
        box = {"order": order_id, "fulfilment": number}
        at_bench(outside, packer, "open", {"id": f"{name}-open", **box})
        at_bench(outside, packer, "scan", {"id": f"{name}-scan", **box, "code": day.MUG, "label": True})


def a_carrier_that_collects(outside: Outside, _: str) -> None:
    """Scans each parcel, and posts that twice."""
    outside.turns.sleep(700)
    if outside.carrier is None:
        return
    for sold in list(outside.carrier.account.purchases):
        if may_leave(outside, outside.carrier, sold):
            raw = outside.parcel_reaches(outside.carrier, sold["tracking"], "in_transit")
            outside.post_from_carrier(raw)
            outside.post_from_carrier(raw)


LABELS = CrashDay(
    (
        ("buyers", three_buyers),
        ("labels", a_buyer_of_labels),
        ("packer", a_packer_of_labels),
        ("carrier", a_carrier_that_collects),
    ),
    scene=Scene(CARRIER, {(day.MUG, day.EAST): 2, (day.CUP, day.WEST): 3}, {day.EAST: "packed", day.WEST: "manifest"}),
)


# ---- a supplier --------------------------------------------------------------------------------------------------


def buyers_of_a_supplier(outside: Outside, name: str) -> None:
    """Buy what the supplier has: one order is acknowledged and shipped, one rejected, one cancelled by the shop."""
    for number, sku in enumerate((day.MUG, day.MUG, day.CUP)):
        buys_in_the_shop(outside, f"{name}-{number}", {sku: 1})
    _until_sent(outside, 3)
    outside.expected.cancelled.add(f"{name}-2")
    outside.post(outside.change_order(f"{name}-2", cancelled_at=now()), "order.updated")


def _until_sent(outside: Outside, works: int) -> None:
    if books := outside.supplier:
        awaited(outside, lambda: len(books.works) >= works)


def a_schedule(outside: Outside, name: str) -> None:
    """Has files exchanged every minute and a half."""
    for number in range(12):
        outside.turns.sleep(90)
        exchange(outside, f"{name}-{number}")


def a_supplier_that_answers(outside: Outside, name: str) -> None:
    """Answers each fulfilment order step by step, each answer in two files."""
    books = outside.supplier
    for _ in range(LOOKS):
        outside.turns.sleep(PATIENCE)
        if books and (rows := list(_answers(outside, books))):
            answer(outside, rows)
            answer(outside, [*rows, ("nonsense-1", SHIPPED, day.MUG, 1, "UPS", "1ZNONE", "")])


def _answers(outside: Outside, books: SupplierBooks) -> Iterator[Row]:
    """Yield the rows of a step: acknowledged, and then kept back if that is requested, rejected or shipped."""
    read_orders(outside, books)
    for name, work in sorted(books.works.items()):
        buyer = outside.books.orders[name.rpartition("-")[0]]["channel_order_id"]
        left, asked = +work.left, work.requested & work.left
        if not left:
            continue
        if not work.is_acknowledged:
            work.is_acknowledged = True
            yield name, ACKNOWLEDGED, "", "", "", "", ""
        elif asked:
            work.kept, work.requested = work.kept + asked, Counter()
            yield from ((name, KEPT_BACK, sku, units, "", "", "") for sku, units in asked.items())
        elif buyer.endswith("-1"):
            work.rejected += left
            yield from ((name, REJECTED, sku, units, "", "", "none left") for sku, units in left.items())
        elif buyer.endswith("-0"):
            work.parcels[f"1Z{name}"] = left
            yield from ((name, SHIPPED, sku, units, "UPS", f"1Z{name}", "") for sku, units in left.items())


SUPPLIES = CrashDay(
    (
        ("buyers", buyers_of_a_supplier),
        ("schedule", a_schedule),
        ("supplier", a_supplier_that_answers),
    ),
    seed=36,  # one whose end people wait for
    scene=Scene(SUPPLIER, {(day.MUG, day.EAST): 2, (day.CUP, day.EAST): 2, (day.MUG, day.WEST): 1}),
)


# ---- transfer orders ---------------------------------------------------------------------------------------------


def a_van(outside: Outside, name: str) -> None:
    """Takes cups to the west, where one comes damaged and one is lost and found; a buyer gets those that come back."""
    lines = [{"sku": day.CUP, "units": 5}, {"sku": day.MUG, "units": 1}]
    draft = {"from_warehouse": day.EAST, "to_warehouse": day.WEST, "lines": lines}
    made = outside.call_api("POST", "/transfer-orders", draft)
    if not made.is_done:
        return
    path = f"/transfer-orders/{made.body['id']}"
    some = {"line": "1", "accepted": 1, "damaged": 1, "reason": "wet"}
    steps: Sequence[tuple[str, object]] = (
        ("send", {}),
        ("receive", {"receipt": f"{name}-1", "lines": [some, {"line": "2", "accepted": 1}]}),
        ("return", {"receipt": f"{name}-2", "lines": [{"line": "1", "accepted": 2}]}),
        ("close", {}),
        ("receive", {"receipt": f"{name}-3", "lines": [{"line": "1", "accepted": 1}]}),
    )
    for step, body in steps:
        outside.turns.sleep(60)
        if step == "return" and outside.call_api("POST", "/orders", hand_order(name, {day.CUP: 2}, paid=True)).is_done:
            outside.expected.promised.add(Promise(TRADE, name))
        outside.call_api("POST", f"{path}/{step}", body)


TRANSFERS = CrashDay(
    (("van", a_van), ("warehouse", a_warehouse)),
    scene=Scene(ALONE, {(day.CUP, day.EAST): 6, (day.MUG, day.EAST): 2}),
)


# ---- work orders -------------------------------------------------------------------------------------------------


def a_workshop(outside: Outside, name: str) -> None:
    """Builds a hamper that a buyer waits for, one for a crate, and takes one apart; a cup breaks, one crate is not."""
    if not sells_what_is_built(outside):
        return
    if outside.call_api("POST", "/orders", hand_order(name, {HAMPER: 1}, paid=True)).is_done:
        outside.expected.promised.add(Promise(TRADE, name))
    waits = awaited(outside, lambda: any(outside.books.waits.values()))
    planned = outside.call_api("POST", "/work-orders/from-short-lines") if waits else None
    for each in planned.body["items"] if planned and planned.is_done else ():
        _builds(outside, each["id"], {"report": f"{name}-1", "done": 1})
    crates = outside.call_api("POST", "/work-orders", {"sku": CRATE, "warehouse": day.EAST, "units": 2})
    if not crates.is_done:
        return
    path = f"/work-orders/{crates.body['id']}"
    nested = outside.call_api("POST", f"{path}/submit", {})
    broken = {"scrap": [{"sku": day.CUP, "units": 1}], "reason": "dropped"}
    for part in nested.body["inputs"] if nested.is_done else ():
        if part["nested"]:
            _builds(outside, part["nested"], {"report": f"{name}-2", "done": 3, **broken})
    outside.call_api("POST", f"{path}/report", {"report": f"{name}-3", "done": 1, "labour": LABOUR})
    outside.call_api("POST", f"{path}/close")
    body = {"kind": "disassembly", "sku": HAMPER, "warehouse": day.EAST, "units": 1}
    apart = outside.call_api("POST", "/work-orders", body)
    if apart.is_done:
        _builds(outside, apart.body["id"], {"report": f"{name}-4", "done": 1})


def _builds(outside: Outside, work_order: str, report: Mapping[str, object]) -> None:
    outside.call_api("POST", f"/work-orders/{work_order}/submit", {})
    outside.turns.sleep(60)
    outside.call_api("POST", f"/work-orders/{work_order}/report", report)


WORK = CrashDay(
    (("workshop", a_workshop), ("warehouse", a_warehouse)),
    scene=Scene(ALONE, {(day.CUP, day.EAST): 14, (day.MUG, day.EAST): 6}),
)

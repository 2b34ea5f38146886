"""Labels: bought, voided, bought as a batch and at a bench, put on a manifest, scanned by the carrier."""

from functools import partial

from simulation import opening
from simulation.carrier import CARRIER as ACCOUNT
from simulation.crash_days.day import CrashDay, awaited, buys_in_the_shop, handed_over
from simulation.labelling import buy, labels_in
from simulation.outside import Outside
from simulation.packing import at_bench
from simulation.rights import PACKER, Person
from simulation.scanning import may_leave
from simulation.scene import CARRIER, Scene


def three_buyers(outside: Outside, name: str) -> None:
    """Buy in the shop: a mug that is in the east, and cups that are in the west."""
    for number, sku in enumerate((opening.MUG, opening.CUP, opening.CUP)):
        buys_in_the_shop(outside, f"{name}-{number}", {sku: 1})


def a_buyer_of_labels(outside: Outside, _: str) -> None:
    """Buys a label in the west, voids it, buys labels for all of it as a batch, and has the day's manifest made."""
    outside.turns.sleep(90)
    for order_id, number in awaited(outside, partial(handed_over, outside, opening.WEST))[:1]:
        buy(outside, order_id, number)
    for path, label in awaited(outside, partial(labels_in, outside, "bought"))[:1]:
        outside.call_api("POST", f"{path}/void", {"label": label})
    awaited(outside, lambda: not labels_in(outside, "bought", "voiding"))
    refs = [{"order": order_id, "fulfilment": number} for order_id, number in handed_over(outside, opening.WEST)]
    batch = outside.call_api("POST", "/label-batches", {"fulfilments": refs}) if refs else None
    awaited(outside, lambda: len(labels_in(outside, "bought")) == len(refs))
    if batch and batch.is_done:
        outside.call_api("POST", f"/label-batches/{batch.body['id']}/retry")
    for number in range(2):
        outside.turns.sleep(200 * number)
        outside.call_api("POST", "/manifests", {"account": ACCOUNT, "warehouse": opening.WEST})


def a_packer_of_labels(outside: Outside, name: str) -> None:
    """Packs the mug at a bench; the last unit closes the box, and buys its label."""
    packer = Person(f"{name}-1", PACKER, (opening.EAST,))
    outside.books.people[f"user:{packer.email}"] = packer
    outside.call_api("POST", "/users", {"email": packer.email, "roles": [PACKER], "warehouses": [opening.EAST]})
    outside.turns.sleep(90)
    for order_id, number in awaited(outside, partial(handed_over, outside, opening.EAST)):
        box = {"order": order_id, "fulfilment": number}
        at_bench(outside, packer, "open", {"id": f"{name}-open", **box})
        at_bench(outside, packer, "scan", {"id": f"{name}-scan", **box, "code": opening.MUG, "label": True})


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
    scene=Scene(
        CARRIER,
        {(opening.MUG, opening.EAST): 2, (opening.CUP, opening.WEST): 3},
        {opening.EAST: "packed", opening.WEST: "manifest"},
    ),
)

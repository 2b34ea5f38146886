"""Days with a supplier: files are exchanged by schedule and on command, and it answers, late, twice or not at all."""

from collections import Counter
from functools import partial
from typing import Any

from packhorse.messages.suppliers import ExchangeFiles
from simulation.day import place_by_hand, some_lines
from simulation.faults import TRANSACTIONS, Fault
from simulation.functions import functions
from simulation.outside import Outside
from simulation.supplier import (
    ACKNOWLEDGED,
    ANSWERS,
    KEPT_BACK,
    REJECTED,
    SHIPPED,
    SUPPLIER,
    WILL_SHIP,
    answer,
    put_answer,
    read_orders,
    service_of,
)
from simulation.supply_rules import SupplierBooks, Work, agreed_units, fulfilment_of

GARBAGE = b"\xff\xfe\x00PK\x03\x04\x00\x00" * 20
Row = tuple[object, ...]


def exchange(day: Outside, name: str, *, at_once: bool = False) -> None:
    """Run the supplier function as its schedule does, in a process of its own or, `at_once`, in this task."""
    payload = ExchangeFiles(supplier=SUPPLIER).model_dump(mode="json")
    work = partial(day.deployment.run_later, functions()["SupplierFunction"], payload)
    if at_once:
        work()
    else:
        day.turns.spawn(work, f"exchange-{name}")


# ---- the acts ----------------------------------------------------------------------------------------------------


def a_schedule_of_a_supplier(day: Outside, name: str) -> None:
    """Has files exchanged every few minutes, some times twice at once."""
    for number in range(6):
        day.turns.sleep(30 + 90 * day.random.random())
        for time in range(day.random.choice((1, 1, 2))):
            exchange(day, f"{name}-{number}-{time}")


def a_person_who_sends(day: Outside, name: str) -> None:
    """Sends to the supplier on command, and tries the connection."""
    for _ in range(3):
        day.turns.sleep(100 * day.random.random())
        day.call_api("POST", f"/suppliers/{SUPPLIER}/send-now")
        if day.random.random() < 0.2:
            day.call_api("POST", f"/suppliers/{SUPPLIER}/test")


def a_person_who_sends_again(day: Outside, name: str) -> None:
    """Has a batch sent again that the supplier has, or confirms it."""
    for _ in range(2):
        day.turns.sleep(150 * day.random.random())
        if day.supplier and day.supplier.batches:
            number = day.random.choice(sorted(day.supplier.batches))
            # Also if it is refused: a request without an answer may have been done, and its repetition is refused.
            day.supplier.resent.update(day.supplier.members(number))
            day.call_api("POST", f"/suppliers/{SUPPLIER}/batches/{number}/resend")


def a_supplier(day: Outside, name: str) -> None:
    """Reads its orders now and then, and answers: it acknowledges, rejects and ships, in parts, twice or garbled."""
    takes_away = day.random.random() < 0.3
    for _ in range(6):
        day.turns.sleep(90 * day.random.random())
        if day.supplier and day.random.random() < 0.8:
            read_orders(day, day.supplier)
            answer_some(day, day.supplier)
            if takes_away:
                day.turns.sleep(600)  # a process that sends a file has long recorded that, or is dead
                read_orders(day, day.supplier, takes_away=True)


def a_supplier_that_is_silent(day: Outside, name: str) -> None:
    """Is sent an order, does not answer for an hour, and again; when answers are due, perhaps no order can change."""
    for number in range(2):
        day.turns.sleep(60)
        place_by_hand(day, f"{name}-{number}", some_lines(day), paid=True)
        day.turns.sleep(60)
        exchange(day, f"{name}-{number}-sends")
        day.turns.sleep(3700 + 60 * day.random.random())
        if day.random.random() < 0.5:
            day.storm(TRANSACTIONS, day.turns.now, 20)
        for time in range(day.random.choice((1, 1, 2))):
            exchange(day, f"{name}-{number}-{time}")


def answer_some(day: Outside, books: SupplierBooks) -> None:
    """Answer some of what the supplier has, in one file or two; perhaps repeat it, or all that was said before."""
    rows: list[Row] = []
    lists_everything = day.random.random() < 0.3
    for fulfilment, work in sorted(books.works.items()):
        before = said(fulfilment, work, keeps=books.reads_requests) if lists_everything else []
        if day.random.random() < 0.7:
            rows += moved_on(day, fulfilment, work)
        rows += before
    if not rows:
        return
    day.random.shuffle(rows)
    cut = day.random.choice((0, 0, len(rows) // 2))
    for part in filter(None, (rows[:cut], rows[cut:])):
        name = answer(day, part)
        if day.random.random() < 0.2:
            put_answer(day, f"shp_again_{name}", day.sftp.files[f"{ANSWERS}/{name}"].content)
        if day.random.random() < 0.6:
            answer(day, [*part, ("nonsense-1", SHIPPED, "MUG", 1, "UPS", "1ZNONE", "")])
    if day.random.random() < 0.1:
        put_answer(day, f"shp_garbage_{day.answers}.csv", GARBAGE)


def moved_on(day: Outside, fulfilment: str, work: Work, *, ships: bool = False) -> list[Row]:
    """Return the rows of the supplier's next step with a fulfilment order: acknowledged, rejected, shipped, kept back.

    With `ships` it answers every request to keep units back, and ships what is left.
    """
    if work.kept and not +work.left and not ships and day.random.random() < 0.5:
        return shipped_all_the_same(day, fulfilment, work)
    answered = answer_request(day, fulfilment, work) if ships or day.random.random() < 0.7 else []
    left = +work.left
    if answered or not left:
        return [*answered, *(_shipped(day, fulfilment, work, left, ships=True) if ships and left else ())]
    if not work.is_acknowledged and not work.parcels and not ships:
        if day.random.random() < 0.2:
            return _rejected(day, fulfilment, work, left)
        if day.random.random() < 0.7:
            work.is_acknowledged = True
            return [(fulfilment, ACKNOWLEDGED, "", "", "", "", "")]
    return _shipped(day, fulfilment, work, left, ships=ships)


def _shipped(day: Outside, fulfilment: str, work: Work, left: "Counter[str]", *, ships: bool) -> list[Row]:
    """Return the rows of a parcel: of all that is left, or of a unit of it."""
    one = day.random.choice(sorted(left))
    parcel = Counter({one: 1}) if day.random.random() < 0.6 and not ships else left
    tracking = f"1Z{fulfilment[:8]}{fulfilment.rpartition('-')[2]}N{len(work.parcels) + 1}"
    work.parcels[tracking] = parcel
    return [(fulfilment, SHIPPED, sku, units, "UPS", tracking, "") for sku, units in parcel.items()]


def shipped_all_the_same(day: Outside, fulfilment: str, work: Work) -> list[Row]:
    """Return the row of a parcel of a unit that it agreed to keep back, none if we do not know that yet."""
    order = day.books.orders[fulfilment.rpartition("-")[0]]
    gone = sum(work.unwanted.values(), Counter[str]())
    if not (there := sorted((work.kept & agreed_units(order, fulfilment_of(order, fulfilment))) - gone)):
        return []
    tracking = f"1Z{fulfilment[:8]}{fulfilment.rpartition('-')[2]}K{len(work.unwanted) + 1}"
    work.unwanted[tracking] = Counter({there[0]: 1})
    return [(fulfilment, SHIPPED, there[0], 1, "UPS", tracking, "")]


def said(fulfilment: str, work: Work, *, keeps: bool) -> list[Row]:
    """Return the rows of all parcels that the supplier reported before and, if it `keeps` back by file, of that."""
    left = {**work.parcels, **work.unwanted}
    parcels = [(tracking, *part) for tracking, parcel in left.items() for part in sorted(parcel.items())]
    kept = sorted(work.kept.items()) if keeps else []
    return [
        *((fulfilment, SHIPPED, sku, units, "UPS", tracking, "") for tracking, sku, units in parcels),
        *((fulfilment, KEPT_BACK, sku, units, "", "", "") for sku, units in kept),
    ]


def answer_request(day: Outside, fulfilment: str, work: Work) -> list[Row]:
    """Return the rows of the supplier's answer to a request to keep units back: it does, or it ships them.

    It says how many it keeps back in all.
    """
    asked, work.requested = work.requested & work.left, Counter()
    if not asked:
        return []
    if day.random.random() < 0.3:
        return [(fulfilment, WILL_SHIP, "", "", "", "", "it is packed")]
    work.kept += asked
    return [(fulfilment, KEPT_BACK, sku, work.kept[sku], "", "", "") for sku in asked]


def _rejected(day: Outside, fulfilment: str, work: Work, left: "Counter[str]") -> list[Row]:
    """Return the rows of a rejection: of all, or of a sku of which the rest is shipped later."""
    some = left if day.random.random() < 0.7 else Counter({sku: left[sku] for sku in sorted(left)[:1]})
    work.rejected += some
    return [(fulfilment, REJECTED, sku, units, "", "", "none left") for sku, units in some.items()]


def a_supplier_in_trouble(day: Outside, name: str) -> None:
    """Has a server that breaks connections, is slow or loses answers, or refuses renames for a while.

    Sometimes our processes that exchange files with it die.
    """
    for _ in range(2):
        day.turns.sleep(80 * day.random.random())
        fault = day.random.choice((Fault.BREAK, Fault.ANSWER_LOST, Fault.SLOW))
        day.storm(service_of(day), day.turns.now, day.random.choice((20, 60, 400)), fault)
        if day.random.random() < 0.5:
            day.let_die("SupplierFunction", 200)
        day.sftp.refuses_renames = day.random.random() < 0.3
        day.sftp.lost_renames = day.random.choice((0, 1, 1))
        day.turns.sleep(60 * day.random.random())
        day.sftp.refuses_renames = False


def remove_garbage(day: Outside) -> None:
    """Delete the files that cannot be read, as the supplier does when it hears of them."""
    for name in day.sftp.names(ANSWERS):
        path: Any = f"{ANSWERS}/{name}"
        if name.startswith("shp_garbage"):
            del day.sftp.files[path]

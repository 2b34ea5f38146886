"""The rules that hold after every step, computed anew from the tables' streams.

No code of the product computes them: the units of an order are summed from its document, those of a shelf from its
movements.
"""

import json
import zlib
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from simulation.aws.boundary import World
from simulation.aws.dynamodb.streams import Record
from simulation.aws.dynamodb.values import Item
from simulation.cloud import name_of
from simulation.hold_rules import faults_of_reading
from simulation.label_rules import CarrierBooks, is_void
from simulation.line_ids import ids_there, in_channel_terms
from simulation.manifest_rules import left_before_manifest
from simulation.packing_rules import faults_of_packing, sent_unpacked
from simulation.price_rules import value_fault
from simulation.purchase_rules import PurchaseBooks
from simulation.rejected import faults_of_refusals, newly_damaged, newly_lacking
from simulation.rights import Person, faults_of_change, faults_of_movement
from simulation.silence_rules import SilenceBooks
from simulation.transfer_rules import TransferBooks, cost_fault
from simulation.work_rules import WorkBooks

Place = tuple[str, str]
Document = Mapping[str, Any]
OPEN_FULFILMENT = frozenset({"queued", "requested", "accepted"})
CHANGED = ("on_hand", "committed", "quarantined")
"""What a movement changes."""
QUANTITIES = ("on_hand", "committed", "quarantined", "available", "waiting", "incoming", "in_transit")
MOST_ROWS = 8
"""Rows of an order in the lists that people ship from."""
HANDED_OVER = frozenset({"requested", "accepted"})
OVER = frozenset({"complete", "cancelled"})
GONE = frozenset({"partially_shipped", "complete"})
ROW = "ROW#"
"""The beginning of the partition key of rows that people ship from."""


class Violation(Exception):
    """A rule is broken."""


def check(faults: Iterable[str]) -> None:
    """Raise Violation with the first of the faults; return without one."""
    for fault in faults:
        raise Violation(fault)


class Sums(NamedTuple):
    """Sums of changes: units on hand, committed and quarantined; `lacking` are those that were not there."""

    on_hand: int = 0
    committed: int = 0
    quarantined: int = 0
    lacking: int = 0

    def plus(self, on_hand: int, committed: int, quarantined: int, lacking: int) -> "Sums":
        """Return the sums with one more change."""
        return Sums(
            self.on_hand + on_hand, self.committed + committed, self.quarantined + quarantined, self.lacking + lacking
        )


NOTHING = Sums()


class Books:
    """The merchant's books: `orders` are documents by id, `stock` balances by shelf, `rows` what people ship from.

    `peaks` are the most units of each line that a channel says have left, by its number of the order; `completed` are
    orders that a person completes; `people` are those with a role, by the name that the product has for them;
    `carrier` are the books of the carrier account, if the day has one, `packing_places` the warehouses where the closed
    box is what ships, `manifest_places` those where the manifest is, `partners` the warehouses of suppliers.
    """

    def __init__(self, world: World) -> None:
        self.orders: dict[str, Document] = {}
        self.stock: dict[Place, Mapping[str, int]] = {}
        self.movements: list[Mapping[str, Any]] = []
        self.waits: dict[str, Counter[Place]] = {}
        self.rows: dict[str, Counter[tuple[int, str]]] = {}
        self.of_place: dict[Place, Sums] = {}
        self.of_order: dict[tuple[str, Place], Sums] = {}
        self.puts_back_by_rule = False
        self.writes_off = False
        self.people: dict[str, Person] = {}
        self.transfers = TransferBooks()
        self.works = WorkBooks()
        self.peaks: dict[str, Counter[str]] = {}
        self.completed: set[str] = set()
        self.carrier: CarrierBooks | None = None
        self.packing_places: frozenset[str] = frozenset()
        self.manifest_places: frozenset[str] = frozenset()
        self.partners: frozenset[str] = frozenset()
        self._changed: dict[Place, list[Record]] = {}
        self.purchases = PurchaseBooks()
        self.silence = SilenceBooks()
        self._tables = {name: world.dynamodb.tables[name_of(name)] for name in READERS}
        self._read = dict.fromkeys(READERS, 0)

    def available(self, sku: str, place: str) -> int:
        """Return the units of a shelf that no order has."""
        return int(self.stock.get((sku, place), {}).get("available", 0))

    def check(self) -> None:
        """Read the new stream records; raise Violation if they break a rule."""
        places: set[Place] = set()
        orders: set[str] = set()
        self._changed.clear()
        for name, table in self._tables.items():
            seen = self._read[name]
            if seen == len(table.records):
                continue
            self._read[name] = len(table.records)
            for record in table.records[seen:]:
                READERS[name](self, record, places, orders)
        for place in places:
            self._check_place(place)
        self._check_costs()
        for fault in self.carrier.faults() if self.carrier and self.carrier.is_new else ():
            raise Violation(fault)
        for order in orders:
            self._check_order(order)
        for fault in (*self.purchases.new_faults(), *self.silence.new_faults(self.orders)):
            raise Violation(fault)

    # ---- reading -------------------------------------------------------------------------------------------

    def _stock(self, record: Record, places: set[Place], _: set[str]) -> None:
        item = record.new or {}
        place = (str(record.key[0]), str(record.key[1]))
        self._changed.setdefault(place, []).append(record)
        self.stock[place] = {name: _number(item, name) for name in QUANTITIES}
        places.add(place)

    def _movement(self, record: Record, places: set[Place], orders: set[str]) -> None:
        if record.old or not record.new:
            raise Violation(f"a movement of the ledger was changed: {record.key}")
        sku, _, warehouse = str(record.key[0]).rpartition("#")
        place, item = (sku, warehouse), record.new
        delta = _number(item, "on_hand"), _number(item, "committed"), _number(item, "quarantined")
        reference = item["reference"]["S"]
        texts = {name: item[name]["S"] for name in ("kind", "reference", "who")} | {"event": str(record.key[1])}
        for fault in faults_of_movement(self.people, texts["who"], texts["kind"], warehouse):
            raise Violation(fault)
        self.purchases.read_movement(texts["kind"], reference, delta[0])
        self.movements.append({**texts, "place": place, **dict(zip(CHANGED, delta, strict=True))})
        lacking = -delta[0] if texts["kind"] == "short_pick" else 0
        self.of_place[place] = self.of_place.get(place, NOTHING).plus(*delta, lacking)
        self.of_order[reference, place] = self.of_order.get((reference, place), NOTHING).plus(*delta, lacking)
        places.add(place)
        orders.add(reference)

    def _order(self, record: Record, places: set[Place], orders: set[str]) -> None:
        if str(record.key[0]).startswith(ROW):
            self._row(record, orders)
        if record.key[1] != "ORDER":
            return
        if not record.new:
            raise Violation(f"order {record.key[0]} was deleted")
        before, after = record.old, record.new
        if _number(after, "version") != (_number(before, "version") if before else 0) + 1:
            raise Violation(
                f"order {record.key[0]}: its version is not the one after {_number(before, 'version') if before else 0}"
            )
        document = document_of(after)
        last = self.orders.get(str(record.key[0]))
        if last and is_undone(last, document):
            raise Violation(f"order {document['channel_order_id']}: {document['status']} after {last['status']}")
        for fault in self.carrier.faults_of_change(last or {}, document) if self.carrier else ():
            raise Violation(f"order {document['channel_order_id']}: {fault}")
        if last:
            self._check_change(last, document, f"{record.key[0]}#{_number(after, 'version'):06d}")
        self.orders[str(record.key[0])] = document
        self.purchases.want(str(record.key[0]), document)
        orders.add(str(record.key[0]))
        places |= {*self.waits.get(str(record.key[0]), ()), *waits(document)}
        self.waits[str(record.key[0])] = waits(document)

    def _row(self, record: Record, orders: set[str]) -> None:
        order, number = str(record.key[1]).split("#")[3:5]
        row = (int(number), str(record.key[0]).removeprefix(ROW))
        found = self.rows.setdefault(order, Counter())
        found[row] += (record.new is not None) - (record.old is not None)
        orders.add(order)

    def _work(self, record: Record, places: set[Place], orders: set[str]) -> None:
        self.purchases.read(str(record.key[0]), record.new)
        self.silence.read(record)
        for place in (*self.transfers.read(record), *self.works.read(record)):
            places.add(place)
            orders.add(str(record.key[0]).partition("#")[2])

    # ---- checking ------------------------------------------------------------------------------------------

    def _check_place(self, place: Place) -> None:
        balance = self.stock.get(place, dict.fromkeys(QUANTITIES, 0))
        if min(balance.values()) < 0:
            raise Violation(f"{place}: negative: {dict(balance)}")
        if balance["available"] != balance["on_hand"] - balance["committed"] - balance["quarantined"]:
            raise Violation(f"{place}: available is not on_hand - committed - quarantined: {dict(balance)}")
        if (balance["on_hand"], balance["committed"], balance["quarantined"]) != self.of_place.get(place, NOTHING)[:3]:
            raise Violation(f"{place}: the balance is {dict(balance)}, the ledger {self.of_place.get(place, NOTHING)}")
        built, in_transit = self.works.incoming(place), self.transfers.in_transit(place)
        incoming = self.transfers.incoming(place) + built
        if (balance["incoming"], balance["in_transit"]) != (incoming, in_transit):
            expected = f"{incoming}, {in_transit} of them by transfer orders and {built} by work orders"
            raise Violation(f"{place}: on its way are {expected}, and the balance is {dict(balance)}")
        if balance["waiting"] != sum(waiting[place] for waiting in self.waits.values()):
            raise Violation(f"{place}: {balance['waiting']} units are said to be waited for, which orders do not")

    def _check_order(self, name: str) -> None:
        document = self.orders.get(name)
        self._check_documents(name)
        if name in self.works.orders:
            return
        if document is None:
            if any(sums.committed for (order, _), sums in self.of_order.items() if order == name):
                raise Violation(f"stock is committed for order {name}, which does not exist")
            return
        for fault in (*faults(document, self.partners), *row_faults(document, +self.rows.get(name, Counter()))):
            raise Violation(f"order {document['channel_order_id']}: {fault}")
        held, gone = holdings(document)
        apart = uncounted_goods(document)
        for place in {*held, *gone, *(place for order, place in self.of_order if order == name)}:
            sums = self.of_order.get((name, place), NOTHING)
            if sums.committed != held[place]:
                raise Violation(f"order {name} has allocated {held[place]} at {place} and committed {sums.committed}")
            left = -sums.on_hand - sums.lacking
            late = self.partners and any(map(may_ship_late, document.get("fulfilments", ())))
            fits = gone[place] <= left <= gone[place] + apart[place]
            if not fits and not self.puts_back_by_rule and not (late and left < gone[place]):
                raise Violation(f"order {name} shipped {gone[place]} from {place}, and {left} left the stock")

    def _check_documents(self, name: str) -> None:
        """Check a transfer order or a work order of that id against its movements."""
        moved = {at: sums for (by, at), sums in self.of_order.items() if by == name}
        if name in self.transfers.orders:
            quarantined = {at: (sums.on_hand, sums.quarantined) for at, sums in moved.items()}
            for fault in self.transfers.faults(name, quarantined):
                raise Violation(f"transfer order {name}: {fault}")
        if name in self.works.orders:
            committed = {at: (sums.on_hand, sums.committed) for at, sums in moved.items()}
            for fault in self.works.faults(name, committed):
                raise Violation(f"work order {name}: {fault}")

    def _check_costs(self) -> None:
        """Check the value of each shelf that units came to with a cost of theirs, where nothing else changed it."""
        for place, units, minor in (*self.transfers.arrivals, *self.works.arrivals):
            match self._changed.get(place):
                case [record] if fault := cost_fault(record.old, record.new, units, minor):
                    raise Violation(f"{place}: {fault}")
        self.transfers.arrivals.clear()
        self.works.arrivals.clear()
        for place, minor in self.purchases.brought.items():
            match self._changed.get(place, []):
                case [] if minor:
                    raise Violation(f"{place}: {minor} of purchase orders did not change its value")
                case [record] if fault := value_fault(record.old, record.new, minor):
                    raise Violation(f"{place}: {fault}")
        self.purchases.brought.clear()

    def _check_change(self, last: Document, document: Document, event: str) -> None:
        """Check who changed an order, and what that does to units that it gives up or that leave while it is held."""
        scanned = self.carrier.scanned if self.carrier else set[str]()
        unpacked = sent_unpacked(last, document, self.packing_places, scanned)
        unlisted = left_before_manifest(last, document, self.manifest_places, scanned)
        by_people = faults_of_change(self.people, last, document)
        by_readings = faults_of_reading(last, document)
        for fault in (*by_people, *by_readings, *faults_of_packing(last, document), *unpacked, *unlisted):
            raise Violation(f"order {document['channel_order_id']}: {fault}")
        self._check_rejected(last, document, event)
        if self.writes_off and (given_up := given_up_places(last, document)):
            self._check_written_off(event, given_up, rejected_units(document) - rejected_units(last))
        was = sent_to_others(last)
        away = [name for name, batch in sent_to_others(document).items() if batch > was.get(name, -1)]
        if last.get("holds") and document.get("holds") and away:
            raise Violation(f"order {document['channel_order_id']}: {away} was sent away while it was held")
        sent = sent_units(document, scanned) - sent_units(last, scanned)
        if last.get("holds") and sent and not is_completed_by_hand(last, document):
            raise Violation(f"order {document['channel_order_id']}: {sent} shipped while it was held")
        if document["channel_order_id"] in self.peaks and event.partition("#")[0] not in self.completed:
            self._check_reported(last, document)

    def _check_written_off(self, event: str, given_up: set[Place], rejected: "Counter[str]") -> None:
        """Check that what is cancelled does not go back on its shelf, except what its fulfiller `rejected`, by sku."""
        released = Counter[str]()
        for each in self._made_by(event):  # what leaves one warehouse for another is released there and allocated here
            if each["place"] in given_up and not each["on_hand"]:
                released[each["place"][0]] -= each["committed"]
        if +(released - rejected):
            raise Violation(f"{event} gave up units that never come back, and they can be sold again: {+released}")

    def _check_rejected(self, last: Document, document: Document, event: str) -> None:
        """Check that rejected units go elsewhere, that damaged ones are quarantined, and lacking ones no stock."""
        for fault in faults_of_refusals(last, document):
            raise Violation(f"order {document['channel_order_id']}: {fault}")
        quarantined = Counter({each["place"]: each["quarantined"] for each in self._made_by(event)})
        if (damaged := newly_damaged(last, document)) != +quarantined:
            raise Violation(f"{event}: {dict(damaged)} were damaged, and {dict(+quarantined)} quarantined")
        gone = Counter[Place]()
        for each in self._made_by(event):
            gone[each["place"]] -= each["on_hand"]
        if there := newly_lacking(last, document) - +gone:
            raise Violation(f"{event}: {dict(there)} are not there, and stay on their shelf")

    def _made_by(self, event: str) -> list[Mapping[str, Any]]:
        return [each for each in self.movements if each["event"] == event]

    def _check_reported(self, last: Document, document: Document) -> None:
        """Check that the channel's parcels count only what is beyond the units that had left already."""
        peak = self.peaks[document["channel_order_id"]]
        names = ids_there(document)
        last, document = in_channel_terms(last, names), in_channel_terms(document, names)
        for line, units in (reported_units(document) - reported_units(last)).items():
            before, after = (gone_units(each)[line] for each in (last, document))
            if after > max(before, peak[line] + made_units(document)[line]):
                number = document["channel_order_id"]
                raise Violation(f"order {number}: {units} of line {line} counted twice: {before} + {units}, {peak}")


def moment(value: object) -> datetime:
    """Return the time that a document gives; its texts do not sort, since some have fractions of a second."""
    return datetime.fromisoformat(str(value))


def document_of(item: Item) -> Document:
    """Return the document of an order's item."""
    found: Document = json.loads(zlib.decompress(item["body"]["B"]))
    return found


READERS = {
    "StockTable": Books._stock,
    "MovementsTable": Books._movement,
    "OrdersTable": Books._order,
    "WorkTable": Books._work,
}


def _number(item: Item, name: str) -> int:
    return int(item[name]["N"]) if name in item else 0


def is_undone(before: Document, after: Document) -> bool:
    """Return whether a shipment or a cancellation was undone; an order whose every line was removed may be filled.

    A void of a label undoes its shipment.
    """
    if before["status"] == "cancelled":
        return bool(before.get("cancelled_at")) and after["status"] != "cancelled"
    return before["status"] in GONE and after["status"] not in GONE and not is_void(before, after)


def recipe(line: Document) -> Mapping[str, int]:
    """Return the units of each sku in one unit of a line."""
    return line.get("components") or ({line["matched"]: 1} if line.get("matched") else {})


def holdings(document: Document) -> tuple["Counter[Place]", "Counter[Place]"]:
    """Return the units that an order has committed and not shipped, and those that it has shipped, by shelf."""
    held: Counter[Place] = Counter()
    gone: Counter[Place] = Counter()
    recipes = {line["id"]: recipe(line) for line in document["lines"]}
    for line in document["lines"]:
        for part in line.get("allocations", ()):
            for sku, units in recipes[line["id"]].items():
                held[sku, part["warehouse"]] += units * part["quantity"]
    for warehouse, line_id, quantity in shipped_parts(document):
        for sku, units in recipes[line_id].items():
            held[sku, warehouse] -= units * quantity
            gone[sku, warehouse] += units * quantity
    for owed in document.get("owed", ()):
        place = (owed["sku"], owed["warehouse"])
        held[place] -= owed["committed"] - owed["shipped"]
        gone[place] -= owed["shipped"]
    return held, gone


def uncounted_goods(document: Document) -> "Counter[Place]":
    """Return the units by shelf that left our own warehouses though no line wants them: as many as were there."""
    gone: Counter[Place] = Counter()
    recipes = {line["id"]: recipe(line) for line in document["lines"]}
    for fulfilment in document.get("fulfilments", ()):
        for parcel in fulfilment.get("uncounted_parcels", ()) if fulfilment["kind"] == "own" else ():
            for part in parcel["lines"]:
                for sku, units in recipes[part["line"]].items():
                    gone[sku, fulfilment["warehouse"]] += units * part["quantity"]
    return gone


def short(line: Document) -> int:
    """Return the units of a line that no warehouse has allocated."""
    allocated = sum(part["quantity"] for part in line.get("allocations", ()))
    left: int = line["quantity"] - line.get("cancelled", 0) - line.get("elsewhere", 0) - allocated
    return left if line.get("routing") else 0


def waits(document: Document) -> "Counter[Place]":
    """Return the units that the short lines of an order wait for, by shelf, less those not counted yet."""
    waiting: Counter[Place] = Counter()
    for line in document["lines"]:
        if short(line) > 0 and document["status"] not in ("complete", "cancelled"):
            for each in line.get("waits", ()):
                waiting[each["sku"], each["warehouse"]] += each["units"]
    for owed in document.get("owed", ()):
        waiting[owed["sku"], owed["warehouse"]] -= owed.get("waiting", 0)
    return waiting


def may_ship_late(fulfilment: Document) -> bool:
    """Return whether units left, or may leave, that others have by now: rejected ones, or such as were kept back."""
    return bool(fulfilment.get("rejections") or (fulfilment.get("cancellation") or {}).get("shipped"))


def row_numbers(document: Document) -> list[int]:
    """Return the first fulfilment orders that are to be shipped, by number; before them 0 if units are not handed over.

    An order has MOST_ROWS at once: as some of its fulfilment orders ship, the next ones follow.
    """
    works = document.get("fulfilments", ())
    numbers = [int(work["id"].rpartition("-")[2]) for work in works if work.get("status", "queued") in OPEN_FULFILMENT]
    handed: Counter[tuple[str, str]] = Counter()
    for work in works:
        parts = [work] if work.get("status", "queued") in OPEN_FULFILMENT else work.get("parcels", ())
        handed.update({(line, work["warehouse"]): units for line, units in units_in(parts).items()})
    is_work = document["status"] not in (*OVER, "awaiting_payment") and paid(document)
    is_short = is_work and any(_is_left(line, handed) for line in document["lines"])
    return [*[0] * is_short, *numbers][:MOST_ROWS]


def paid(document: Document) -> bool:
    """Return whether an order may be sent."""
    return bool(document.get("paid_at") or document.get("ships_unpaid"))


def _is_left(line: Document, handed: "Counter[tuple[str, str]]") -> bool:
    """Return whether units of a line have no warehouse, or one that they are not handed over to."""
    allocations = line.get("allocations", ())
    allocated = sum(part["quantity"] for part in allocations)
    unallocated = line["quantity"] - line.get("cancelled", 0) - line.get("elsewhere", 0) - allocated
    return unallocated > 0 or any(part["quantity"] > handed[line["id"], part["warehouse"]] for part in allocations)


def row_faults(document: Document, rows: "Counter[tuple[int, str]]") -> Iterator[str]:
    """Yield what is wrong with the rows of an order: each is in one view, and the view fits."""
    shown = sorted(rows.elements())
    if [number for number, _ in shown] != row_numbers(document):
        yield f"its rows are {shown}, it has {row_numbers(document)} to ship"
    is_held = bool(document.get("holds"))
    for number, view in shown:
        if (is_held and view not in {"held", "needs-fix"}) or (not is_held and view == "held"):
            yield f"its row {number} is in the view {view}, and its holds are {document.get('holds', ())}"
        if number and view == "short":
            yield f"fulfilment order {number} is shown as short"


def shipped_parts(document: Document) -> Iterator[tuple[str, str, int]]:
    """Yield the contents of parcels: the warehouse, the line, the quantity."""
    for fulfilment in document.get("fulfilments", ()):
        for parcel in fulfilment.get("parcels", ()):
            for part in parcel["lines"]:
                yield fulfilment["warehouse"], part["line"], part["quantity"]


def shipped_units(document: Document) -> "Counter[str]":
    """Return the shipped units by line."""
    units: Counter[str] = Counter()
    for _, line, quantity in shipped_parts(document):
        units[line] += quantity
    return units


def wanted_units(document: Document) -> "Counter[str]":
    """Return the units that no person cancelled, by line."""
    return +Counter({line["id"]: line["quantity"] - line.get("cancelled", 0) for line in document["lines"]})


def rejected_units(document: Document) -> "Counter[str]":
    """Return the units of each sku that fulfillers of an order rejected: they are still on their shelves."""
    recipes = {line["id"]: recipe(line) for line in document["lines"]}
    rejected = Counter[str]()
    for each in document.get("fulfilments", ()):
        for rejection in each.get("rejections", ()):
            for line, units in rejection["units"].items():
                for sku, of_one in recipes[line].items():
                    rejected[sku] += of_one * units
    return rejected


def given_up_places(last: Document, document: Document) -> set[Place]:
    """Return the shelves of lines of which fewer units are wanted than were allocated; what is short is first.

    Routing may release units in the same change, for a line before it: they stay on their shelf.
    """
    fewer = wanted_units(last) - wanted_units(document)
    lines = [line for line in last["lines"] if fewer[line["id"]] > short(line)]
    return {(sku, part["warehouse"]) for line in lines for part in line.get("allocations", ()) for sku in recipe(line)}


def sent_to_others(document: Document) -> dict[str, int]:
    """Return the batches of a supplier in which fulfilment orders are, 0 for what was sent to Amazon.

    What drops out of a batch that sends another again is in that earlier one: it is not sent.
    """
    works = document.get("fulfilments", ())
    return {each["id"]: each.get("batch") or 0 for each in works if each.get("batch") or each.get("mcf")}


OVERRIDE = "-override"
"""The end of the tracking number of a parcel with which a person overrides a hold."""


def sent_units(document: Document, scanned: Container[str] = ()) -> "Counter[str]":
    """Return the units by line that our warehouses sent by themselves, without an override of a hold.

    What a carrier has `scanned` is on its way, whatever they do, and so is what a supplier or Amazon has.
    """
    units: Counter[str] = Counter()
    for fulfilment in document.get("fulfilments", ()):
        if fulfilment.get("batch") or fulfilment.get("mcf"):
            continue
        for parcel in fulfilment.get("parcels", ()):
            if parcel.get("tracking") in scanned or parcel.get("is_reported"):
                continue
            if not str(parcel.get("tracking")).endswith(OVERRIDE):
                units.update({part["line"]: part["quantity"] for part in parcel["lines"]})
    return units


def is_completed_by_hand(last: Document, document: Document) -> bool:
    """Return whether a person said between the two that all of the order has left, also if it was held."""
    new = document["timeline"][len(last["timeline"]) :]
    return any(entry["what"] == "shipped" and entry.get("detail") == "outside Packhorse" for entry in new)


def gone_units(document: Document) -> "Counter[str]":
    """Return the units by line that have left, from our stock or without it."""
    return shipped_units(document) + elsewhere_units(document)


def reported_units(document: Document) -> "Counter[str]":
    """Return the units by line that left because the channel said so."""
    ours = (each for fulfilment in document.get("fulfilments", ()) for each in fulfilment.get("parcels", ()))
    return units_in(parcel for parcel in ours if parcel.get("is_reported")) + elsewhere_units(document)


def made_units(document: Document) -> "Counter[str]":
    """Return the units by line in our parcels of which the channel has a fulfilment; its own are not counted."""
    ours = (each for fulfilment in document.get("fulfilments", ()) for each in fulfilment.get("parcels", ()))
    return units_in(parcel for parcel in ours if parcel.get("channel_fulfilment"))


def elsewhere_units(document: Document) -> "Counter[str]":
    """Return the units by line that left without our stock."""
    return Counter({line["id"]: line.get("elsewhere", 0) for line in document["lines"]})


def faults(document: Document, partners: Container[str] = ()) -> Iterator[str]:
    """Yield the contradictions within an order's document; at `partners` what is held stays, and is not sent."""
    for line in document["lines"]:
        yield from faults_of_line(document, line)
    if status_of(document) != document["status"]:
        yield f"its status is {document['status']} and should be {status_of(document)}"
    tokens = [fulfilment["token"] for fulfilment in document.get("fulfilments", ()) if fulfilment.get("token")]
    if len(tokens) != len(set(tokens)):
        yield "two fulfilment orders wait with the same token"
    for fulfilment in document.get("fulfilments", ()):
        is_held = bool(document.get("holds")) and fulfilment["warehouse"] not in partners
        yield from faults_of_fulfilment(fulfilment, is_held=is_held)


def faults_of_line(document: Document, line: Document) -> Iterator[str]:
    """Yield the contradictions between a line's quantity, its allocations, and what warehouses have of it."""
    gone = shipped_units(document)[line["id"]]
    allocated = sum(part["quantity"] for part in line.get("allocations", ()))
    has = line["quantity"] - line.get("cancelled", 0) - line.get("elsewhere", 0)
    if allocated > has:
        yield f"line {line['id']}: {allocated} allocated of {has}"
    for place, units in handed_over(document, line["id"]).items():
        if units > sum(part["quantity"] for part in line.get("allocations", ()) if part["warehouse"] == place):
            yield f"line {line['id']}: {units} units are handed over to {place}, fewer are allocated there"
    if gone > allocated:
        yield f"line {line['id']}: {gone} shipped of {allocated}"


def handed_over(document: Document, line: str) -> "Counter[str]":
    """Return the units of a line that warehouses have shipped or are to ship, by warehouse."""
    units: Counter[str] = Counter()
    for work in document.get("fulfilments", ()):
        parts = [work] if work.get("status", "queued") in OPEN_FULFILMENT else work.get("parcels", ())
        units[work["warehouse"]] += units_in(parts)[line]
    return units


def faults_of_fulfilment(fulfilment: Document, *, is_held: bool) -> Iterator[str]:
    """Yield the contradictions within a fulfilment order: its parcels, its status, and a hold that takes it back."""
    status, parcels = fulfilment.get("status", "queued"), fulfilment.get("parcels", ())
    sent = [each for each in parcels if each.get("tracking") and not each.get("is_reported")]
    numbers = [(each["tracking"], part["line"]) for each in sent for part in each["lines"]]
    is_amazons = bool(fulfilment.get("mcf"))  # its packages may have one number: fba/rules.py compares them
    if len(numbers) != len(set(numbers)) and not is_amazons:  # lines of one parcel may be reported one by one
        yield f"a parcel left twice: {numbers}"
    if is_held and status in HANDED_OVER and not parcels:
        yield f"it is held, and {fulfilment['warehouse']} has it"
    if status == "shipped" and (left := units_in([fulfilment]) - units_in(parcels)):
        yield f"fulfilment order {fulfilment['id']} is shipped, and {left} have not left"


def units_in(parcels: Iterable[Document]) -> "Counter[str]":
    """Return the units by line in parcels, or in fulfilment orders."""
    return Counter(part["line"] for parcel in parcels for part in parcel["lines"] for _ in range(part["quantity"]))


def status_of(document: Document) -> str:
    """Return the status that follows from lines, payment and fulfilment orders."""
    lines = document["lines"]
    gone = shipped_units(document).total() + sum(line.get("elsewhere", 0) for line in lines)
    if sum(line["quantity"] - line.get("cancelled", 0) for line in lines) == gone:
        return "complete" if gone else "cancelled"
    if gone:
        return "partially_shipped"
    if not document.get("paid_at"):
        return "awaiting_payment"
    statuses = {fulfilment.get("status", "queued") for fulfilment in document.get("fulfilments", ())}
    return "in_fulfilment" if statuses & OPEN_FULFILMENT else "open"

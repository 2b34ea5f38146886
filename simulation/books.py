"""The rules that hold after every step, computed anew from the tables' streams.

No code of the product computes them: the units of an order are summed from its document, those of a shelf from its
movements.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from simulation.aws.boundary import World
from simulation.aws.dynamodb.streams import Record
from simulation.aws.dynamodb.values import Item
from simulation.cloud import name_of
from simulation.count_rules import count_fault
from simulation.feed_rules import After, FeedBooks
from simulation.hold_rules import faults_of_reading
from simulation.label_rules import CarrierBooks
from simulation.line_ids import ids_there, in_channel_terms
from simulation.manifest_rules import left_before_manifest
from simulation.order_documents import (
    Document,
    Place,
    document_of,
    faults,
    given_up_places,
    gone_units,
    holdings,
    is_completed_by_hand,
    is_undone,
    made_units,
    may_ship_late,
    rejected_units,
    reported_units,
    row_faults,
    sent_to_others,
    sent_units,
    uncounted_goods,
    waits,
)
from simulation.packing_rules import faults_of_packing, sent_unpacked
from simulation.price_rules import value_fault
from simulation.purchase_rules import PurchaseBooks
from simulation.rejected import faults_of_refusals, newly_damaged, newly_lacking
from simulation.rights import Person, faults_of_change, faults_of_movement
from simulation.silence_rules import SilenceBooks
from simulation.switched_off_rules import SwitchedOff, faults_of_new_work
from simulation.transfer_rules import TransferBooks, cost_fault
from simulation.work_rules import WorkBooks

CHANGED = ("on_hand", "committed", "quarantined")
"""What a movement changes."""
QUANTITIES = ("on_hand", "committed", "quarantined", "available", "waiting", "incoming", "in_transit")
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
    box is what ships, `manifest_places` those where the manifest is, `partners` the warehouses of suppliers, `feeds`
    what one counts there, `switched_off` a warehouse that takes nothing new.
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
        self.feeds: FeedBooks | None = None
        self.switched_off: SwitchedOff | None = None
        self._clock = world.clock
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
        by_feeds = self.feeds.new_faults() if self.feeds else ()
        for fault in (*self.purchases.new_faults(), *self.silence.new_faults(self.orders), *by_feeds):
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
        after = self.of_place[place].on_hand
        if texts["kind"] == "count" and (wrong := count_fault(item["reason"]["S"], after - delta[0], after)):
            raise Violation(f"{place}: {wrong}")
        if self.feeds:
            self.feeds.read_movement(texts, place, After(*self.of_place[place][:3]))
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
        if self.feeds:
            self.feeds.read(record)
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
        off = self.switched_off
        by_routing = faults_of_new_work(off, last, document, self._clock.now) if off else ()
        for fault in (*by_people, *by_readings, *by_routing, *faults_of_packing(last, document), *unpacked, *unlisted):
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


READERS = {
    "StockTable": Books._stock,
    "MovementsTable": Books._movement,
    "OrdersTable": Books._order,
    "WorkTable": Books._work,
}


def _number(item: Item, name: str) -> int:
    return int(item[name]["N"]) if name in item else 0

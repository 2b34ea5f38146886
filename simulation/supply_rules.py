"""The rules of suppliers: what one got and says, by its own books, against the orders, by documents alone."""

from collections import Counter
from collections.abc import Callable, Container, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from simulation.feed_rules import FeedBooks
from simulation.order_documents import OPEN_FULFILMENT, Document, open_parts, recipe
from simulation.supplier_api import SupplierApi

ORDER, LINE, END = "H", "L", "T"


class Batch(NamedTuple):
    """A file of orders as the supplier reads it: its number, and the units by fulfilment order and sku."""

    number: int
    units: Mapping[str, "Counter[str]"]


@dataclass
class Work:
    """What the supplier has of a fulfilment order, and says of it; `parcels` are units by sku, by tracking number.

    `accepted` are the units of skus of which it accepts fewer than it has, `requested` those that it is requested to
    keep back and has not answered, `kept` those that it keeps back, `unwanted` the parcels in which some of these left
    all the same.
    """

    units: "Counter[str]"
    rejected: "Counter[str]" = field(default_factory=Counter)
    parcels: dict[str, "Counter[str]"] = field(default_factory=dict)
    requested: "Counter[str]" = field(default_factory=Counter)
    kept: "Counter[str]" = field(default_factory=Counter)
    unwanted: dict[str, "Counter[str]"] = field(default_factory=dict)
    is_acknowledged: bool = False
    accepted: "Counter[str]" = field(default_factory=Counter)

    @property
    def left(self) -> "Counter[str]":
        """The units that it has neither shipped nor rejected nor keeps back."""
        gone = sum(self.parcels.values(), Counter[str]())
        return self.units - self.rejected - gone - self.kept


def parsed(name: str, text: str) -> Batch:
    """Return a file of orders; raises ValueError for one that is not whole."""
    rows = [row.split(",") for row in text.splitlines()]
    if not rows or rows[-1][0] != END or int(rows[-1][1]) != len(rows) - 1:
        raise ValueError(f"the supplier read {name}, and half of it: {text[-40:]!r}")
    units: dict[str, Counter[str]] = {}
    for kind, *cells in rows[:-1]:
        if kind == ORDER:
            fulfilment = cells[0]
            units[fulfilment] = Counter()
        else:
            units[fulfilment][cells[0]] += int(cells[1])
    return Batch(int(rows[-1][2]), units)


class SupplierBooks:
    """The books of a supplier: files by name, batches by number, what it has and says by our fulfilment order's id.

    `resent` counts how often people had a fulfilment order sent again, or may have; `wrong` is what was wrong with
    files when it read them. `reads_requests`: it gets requests to keep units back in files. `api` takes files in place
    of the SFTP server, if it has one; `feeds` are its counts of what is in its warehouse. `kits` are those that it gets
    and ships as their components: its books have them whole.
    """

    def __init__(self) -> None:
        self.files: dict[str, str] = {}
        self.batches: dict[int, str] = {}
        self.works: dict[str, Work] = {}
        self.times: Counter[str] = Counter()
        self.resent: Counter[str] = Counter()
        self.wrong: set[str] = set()
        self.reads_requests = False
        self.api: SupplierApi | None = None
        self.feeds: FeedBooks | None = None
        self.kits: Mapping[str, Mapping[str, int]] = {}

    def read(self, name: str, text: str, orders: Mapping[str, Document]) -> Iterator[str]:
        """Take a file of orders in; yield what is wrong with it. One that it has already does nothing."""
        found = yield from self._new(name, text, orders)
        for fulfilment, units in found.items():
            self.times[fulfilment] += 1
            if self.times[fulfilment] > 1 + self.resent[fulfilment]:
                yield f"the supplier got {fulfilment} in {self.times[fulfilment]} files"
            if fulfilment.rpartition("-")[0] not in orders:
                yield f"the supplier got {fulfilment}, which is of no order"
            work = self.works.setdefault(fulfilment, Work(units))
            work.units |= units

    def read_requests(self, name: str, text: str, orders: Mapping[str, Document]) -> Iterator[str]:
        """Take a file of requests to keep units back in; yield what is wrong with it.

        Of an order whose POST failed it is unknown whether an API took it: one that did not passes the request over.
        """
        found = yield from self._new(name, text, orders)
        for fulfilment, units in found.items():
            if fulfilment in self.works:
                self.works[fulfilment].requested = units
            elif self.api is None:
                yield f"the supplier is requested to keep back {fulfilment}, which it never got"

    def _new(
        self, name: str, text: str, orders: Mapping[str, Document]
    ) -> Generator[str, None, Mapping[str, "Counter[str]"]]:
        """Return the units by fulfilment order of a file, none if it was read before; yield what is wrong with it."""
        if name in self.files:
            if self.files[name] != text:
                yield f"the supplier got {name} twice, with other content"
            return {}
        self.files[name] = text
        batch = parsed(name, text)
        if other := self.batches.get(batch.number):
            yield f"the supplier got batch {batch.number} in {other} and in {name}"
        self.batches[batch.number] = name
        return {fulfilment: self._in_kits(fulfilment, units, orders) for fulfilment, units in batch.units.items()}

    def _in_kits(self, fulfilment: str, units: "Counter[str]", orders: Mapping[str, Document]) -> "Counter[str]":
        """Return units with the components of kits that the fulfilment order has as these."""
        order = orders.get(fulfilment.rpartition("-")[0])
        ordered = by_sku(order, fulfilment_of(order, fulfilment)["lines"], "line") if order else Counter[str]()
        for kit, parts in self.kits.items():
            whole = min(ordered[kit], *(units[part] // each for part, each in parts.items()))
            units = units - Counter({part: each * whole for part, each in parts.items()}) + Counter({kit: whole})
        return units

    def members(self, number: int) -> tuple[str, ...]:
        """Return the fulfilment orders of a batch that it got."""
        text = self.files.get(self.batches.get(number, ""), "")
        return tuple(row.split(",")[1] for row in text.splitlines() if row.startswith(f"{ORDER},"))

    def unheard(self, orders: Mapping[str, Document]) -> Iterator[str]:
        """Yield each answer that is read and has no effect, and each one that counts for more than it says.

        Units that left by what their channel says are there no more for the supplier's answer to be about.
        """
        for fulfilment, work in self.works.items():
            order = orders[fulfilment.rpartition("-")[0]]
            ours = fulfilment_of(order, fulfilment)
            yield from _unheard_parcels(fulfilment, work, order, ours)
            yield from _counted_again(fulfilment, work, order, ours)
            status = ours.get("status", "queued")
            if work.is_acknowledged and status == "requested" and not _refused_numbers(order) & work.parcels.keys():
                yield f"the supplier acknowledged {fulfilment}, and it is {status}"
            if work.rejected and not work.left and not work.parcels and status in OPEN_FULFILMENT:
                yield f"the supplier rejected {fulfilment}, and it is {status}"
            yield from accepted_unsaid(fulfilment, work, order, ours)
            unheard = work.rejected - _reported(order, ours)
            if unheard and not rejections_of(ours) and status not in ("cancelled", "shipped"):
                yield f"the supplier rejected {dict(work.rejected)} of {fulfilment}, which is {status}, unheard"

    def disagreeing(self, orders: Mapping[str, Document], completed: Container[str]) -> Iterator[str]:
        """Yield each fulfilment order of which we believe that the supplier has other units than it has.

        Not where people or a channel say what it does not know, that parcels left, nor where its parcels were refused.
        Nor where units left late that others have: a person is to see that these do not ship. People reject nothing
        that it has: they request it back.
        """
        for fulfilment, work in self.works.items():
            name = fulfilment.rpartition("-")[0]
            order, ours = orders[name], fulfilment_of(orders[name], fulfilment)
            parcels = {str(parcel.get("tracking")) for parcel in ours.get("parcels", ())}
            is_for_person = any(each["cause"] == "shipped_late" for each in order.get("exceptions", ()))
            if name in completed or is_for_person or (parcels - work.unwanted.keys()) ^ work.parcels.keys():
                continue
            open_units = by_sku(order, open_parts(ours), "line")
            if open_units != +work.left:
                yield f"the supplier has {dict(+work.left)} of {fulfilment}, and its order says {dict(open_units)}"
            if work.left and (request := pending_of(ours)) and self.reads_requests and request.get("batch") is None:
                yield f"the supplier was never requested to keep back {request['units']} of {fulfilment}"

    def sent_twice(self, orders: Mapping[str, Document], is_touched: Callable[[Document], bool]) -> Iterator[str]:
        """Yield each order of which more units left than were bought: the supplier ships what another one has, too."""
        for name, order in orders.items():
            bought = by_sku(order, order["lines"], "id")
            if not is_touched(order) and (more := self._gone(name, order) - bought):
                yield f"order {order['channel_order_id']}: {dict(more)} more left than were bought"

    def _gone(self, name: str, order: Document) -> "Counter[str]":
        """Return the units by sku that the supplier says it shipped, and that others shipped."""
        gone: Counter[str] = Counter()
        for fulfilment, work in self.works.items():
            if fulfilment.rpartition("-")[0] == name:
                gone += sum(work.parcels.values(), Counter[str]())
        for other in order.get("fulfilments", ()):
            for parcel in other.get("parcels", ()) if other["id"] not in self.works else ():
                gone += by_sku(order, parcel["lines"], "line")
        return gone


def by_sku(order: Document, parts: Iterable[Document], named: str) -> "Counter[str]":
    """Return the units of lines, or of parts of them, by sku."""
    skus = {line["id"]: line.get("matched") or line["sku"] for line in order["lines"]}
    units: Counter[str] = Counter()
    for part in parts:
        units[skus[part[named]]] += part["quantity"]
    return units


def goods_in(order: Document, parcels: Iterable[Document]) -> "Counter[str]":
    """Return the units by sku in parcels, of kits those of their components."""
    recipes = {line["id"]: recipe(line) for line in order["lines"]}
    goods: Counter[str] = Counter()
    for part in (part for parcel in parcels for part in parcel["lines"]):
        goods.update({sku: units * part["quantity"] for sku, units in recipes[part["line"]].items()})
    return goods


def fulfilment_of(order: Document, name: str) -> Document:
    """Return the fulfilment order of an id."""
    return next(each for each in order["fulfilments"] if each["id"] == name)


def pending_of(fulfilment: Document) -> Document | None:
    """Return the request to keep units back that the supplier has not answered."""
    found: Document | None = fulfilment.get("cancellation")
    return found if found and found.get("state", "requested") == "requested" else None


def rejections_of(fulfilment: Document) -> tuple[Document, ...]:
    """Return what was rejected of a fulfilment order."""
    return tuple(fulfilment.get("rejections", ()))


def reported_parcels(ours: Document) -> tuple[Document, ...]:
    """Return the parcels that left, also those whose units no line counts."""
    return (*ours.get("parcels", ()), *ours.get("uncounted_parcels", ()))


def agreed_units(order: Document, ours: Document) -> "Counter[str]":
    """Return the units by sku that the supplier agreed to keep back, and did not ship all the same."""
    found = ours.get("cancellation") or {}
    units = Counter(found.get("accepted", {})) - Counter(found.get("shipped", {}))
    return by_sku(order, [{"line": line, "quantity": left} for line, left in units.items()], "line")


def _unheard_parcels(fulfilment: str, work: Work, order: Document, ours: Document) -> Iterator[str]:
    """Yield each parcel of the supplier that is none here: only it ships, so none of its numbers corrects another."""
    stored = {parcel.get("tracking") for parcel in reported_parcels(ours)}
    for tracking in sorted(work.unwanted.keys() - stored - _refused_numbers(order)):
        yield f"the supplier shipped {tracking} of {fulfilment} though it was to keep that back, unheard"
    reported = _reported(order, ours)
    for tracking in sorted(work.parcels.keys() - stored - _refused_numbers(order)):
        unsaid, reported = work.parcels[tracking] - reported, reported - work.parcels[tracking]
        if unsaid:
            yield f"the supplier shipped {tracking} of {fulfilment}, and its order does not say so"


def accepted_unsaid(fulfilment: str, work: Work, order: Document, ours: Document) -> Iterator[str]:
    """Yield each sku of which more units are to leave than its supplier accepts, without an exception that says so.

    And an exception of which nothing is left: what was accepted in part has left, or does not ship.
    """
    open_units = by_sku(order, open_parts(ours), "line")
    said = any(
        each["cause"] == "accepted_in_part" and fulfilment.endswith(f"-{each['fulfilment']}")
        for each in order.get("exceptions", ())
    )
    for sku, units in work.accepted.items():
        if open_units[sku] > units and not said:
            yield f"the supplier accepts {units} of {open_units[sku]} {sku} of {fulfilment}, without an exception"
    if said and not open_units:
        yield f"nothing is left of {fulfilment}, and an exception says that it is accepted in part"


def _reported(order: Document, ours: Document) -> "Counter[str]":
    """Return the units by sku that left by what the channel says."""
    lines = [line for each in ours.get("parcels", ()) if each.get("is_reported") for line in each["lines"]]
    return by_sku(order, lines, "line")


def _refused_numbers(order: Document) -> set[str]:
    """Return the numbers of parcels that do not fit the order: a person says what became of them."""
    return {number for each in order.get("exceptions", ()) for number in each.get("tracking", ())}


def _counted_again(fulfilment: str, work: Work, order: Document, ours: Document) -> Iterator[str]:
    """Yield each parcel that holds more units here than its supplier says, and units that it keeps back here only."""
    for tracking, parcel in {**work.parcels, **work.unwanted}.items():
        lines = [line for each in reported_parcels(ours) if each.get("tracking") == tracking for line in each["lines"]]
        if by_sku(order, lines, "line") - parcel:
            yield f"the supplier shipped {dict(parcel)} in {tracking} of {fulfilment}, and its order says {lines}"
    said = work.kept + work.rejected
    kept = _kept_back(order, ours)
    has_other_products = any("stated_item" in line for line in order["lines"])  # edited since: its units, whatever sku
    if kept.total() > said.total() if has_other_products else kept - said:
        yield f"the supplier does not ship {dict(said)} of {fulfilment}, and its order says {dict(kept)}"


def _kept_back(order: Document, ours: Document) -> "Counter[str]":
    """Return the units by sku of which our order says that the supplier keeps them back, or rejected them."""
    agreed = (ours.get("cancellation") or {}).get("accepted", {})
    rejected = (each["units"] for each in rejections_of(ours) if each["who"].startswith("supplier:"))
    parts = [{"line": line, "quantity": units} for each in (agreed, *rejected) for line, units in each.items()]
    return by_sku(order, parts, "line")

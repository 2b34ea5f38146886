"""The rules of labels: the carrier's own books against those of the orders, by documents alone."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from local.world.carriers.account import SCANNED
from local.world.carriers.easypost import EasyPostAccount
from simulation.manifest_rules import faults_of_claim, faults_of_form
from simulation.order_documents import Document, labels_of, moment, parcels_of, units_of, works_of
from simulation.parcel_rules import Terms, faults_of_parcel

MOVES: Mapping[str, frozenset[str]] = {
    "": frozenset({"buying"}),
    "buying": frozenset({"bought", "unused", "refused"}),
    "bought": frozenset({"unused", "voiding"}),
    "unused": frozenset({"voiding"}),
    "voiding": frozenset({"voided", "bought", "unused"}),
    "voided": frozenset(),
    "refused": frozenset(),
}
SOLD = frozenset({"bought", "unused", "voiding", "voided"})
OPEN = frozenset({"buying", "bought", "voiding"})
AT_CARRIER = frozenset({"buying", "voiding"})
RETURNED = "return_to_sender"
BACK = frozenset({RETURNED, "failure"})


class CarrierBooks:
    """The books of a carrier account beside the labels of all orders.

    `labels` are the newest documents of labels by their id, `scanned` the tracking numbers of parcels that the carrier
    has. `is_new`: the account answered a request since it was read last. `terms` are what labels are bought by.
    """

    def __init__(self, account: EasyPostAccount, terms: Terms) -> None:
        self.account, self.terms = account, terms
        self.labels: dict[str, Document] = {}
        self.scanned: set[str] = set()
        self.is_new = False
        self.on_forms: Counter[str] = Counter()
        self._forms: set[str] = set()
        self._voids: set[str] = set()
        self._read = 0

    def faults(self) -> Iterator[str]:
        """Yield what is wrong with what the carrier sold, or took back, since the last time."""
        self.is_new = False
        new = self.account.purchases[self._read :]
        self._read = len(self.account.purchases)
        times = Counter(each["reference"] for each in self.account.purchases)
        for sold in new:
            label = self.labels.get(sold["reference"])
            if label is None:
                yield f"the carrier sold label {sold['reference']}, which no order meant to buy"
            elif label["shipment"] != sold["shipment"]:
                yield f"label {sold['reference']} was bought of another shipment than its order has"
            if times[sold["reference"]] > 1:
                yield f"label {sold['reference']} was bought {times[sold['reference']]} times"
        yield from self._faults_of_forms()
        for sold in self.account.purchases:
            if sold["reference"] not in self._voids and self.is_voided(sold):
                self._voids.add(sold["reference"])
                if (state := self.labels.get(sold["reference"], {}).get("state")) not in ("voiding", "voided"):
                    yield f"the carrier takes label {sold['reference']} back, and its order says that it is {state}"

    def _faults_of_forms(self) -> Iterator[str]:
        tracked = {sold["tracking"]: self.labels.get(sold["reference"], {}) for sold in self.account.purchases}
        for name in self.account.forms.keys() - self._forms:
            self._forms.add(name)
            form = self.account.forms[name]
            yield from faults_of_form(form, tracked, self.on_forms)
            self.on_forms.update(form["tracking_codes"])

    def is_voided(self, sold: Document) -> bool:
        """Return whether the carrier gives the money for a label back, or has a request to."""
        return self.account.shipments[sold["shipment"]]["refund_status"] in ("submitted", "refunded")

    def faults_of_change(self, last: Document, document: Document) -> Iterator[str]:
        """Yield what an order's new version does to its labels and parcels that it must not."""
        before = {each["id"]: (each, work) for work in works_of(last) for each in work.get("labels", ())}
        for work in works_of(document):
            for label in work.get("labels", ()):
                if not label.get("holder"):  # else a copy of the label of another order, in the same parcel
                    self.labels[label["id"]] = label
                was, _ = before.pop(label["id"], ({}, {}))
                yield from self._faults_of_label(was, label, work)
                is_held = bool(document.get("holds")) and document["status"] != "complete"
                yield from faults_of_claim(was, label, is_held=is_held, on_forms=self.on_forms)
                if not was:
                    yield from faults_of_parcel(document, label, self.terms)
        yield from (f"label {name} is gone" for name in before)
        yield from faults_of_transit(last, document)

    def _faults_of_label(self, was: Document, label: Document, work: Document) -> Iterator[str]:
        state, name = label["state"], label["id"]
        if state == was.get("state"):
            return
        if state not in MOVES[was.get("state", "")]:
            yield f"label {name} is {state}, and was {was.get('state', 'none')}"
        if not was and (twice := bought_twice(label, work)):
            yield f"label {name} is bought for units that have one, or have left: {dict(twice)}"
        sold = [each for each in self.account.purchases if each["reference"] == name]
        if state in SOLD and [each["tracking"] for each in sold] != [label["purchase"]["tracking"]]:
            yield f"label {name} is {state}, and the carrier sold {sold}"
        if state == "refused" and sold:
            yield f"label {name} is refused, and the carrier sold {sold}"
        if state == "voided" and self.account.shipments[label["shipment"]]["refund_status"] is None:
            yield f"label {name} is voided, and the carrier has no request of that"

    def unfinished(self) -> Iterator[str]:
        """Yield what is wrong with labels once nothing goes wrong any more."""
        for name, label in self.labels.items():
            if label["state"] in AT_CARRIER:
                yield f"label {name} stays {label['state']}"
        for sold in self.account.purchases:
            label = self.labels[sold["reference"]]
            if label["state"] not in SOLD:
                yield f"the carrier sold label {sold['reference']}, and its order says that it is {label['state']}"
            if label["state"] == "voided" and not self._was_refunded(sold):
                yield f"label {sold['reference']} is voided, and the carrier keeps the money"

    def _was_refunded(self, sold: Document) -> bool:
        return self.is_voided(sold) or sold["tracking"] in self.scanned

    def faults_of_delivery(self, orders: Mapping[str, Document]) -> Iterator[str]:
        """Yield each parcel of which its order does not say what the carrier says of it."""
        parcels: dict[Any, list[Document]] = {}
        for order in orders.values():
            for work in works_of(order):
                for each in parcels_of(work):
                    parcels.setdefault(each.get("label"), []).append(each)
        for sold in self.account.purchases:
            theirs = _status(self.account.parcels[sold["tracking"]])
            for parcel in (found := parcels.get(sold["reference"], [])):  # of several orders, each says so
                ours = (parcel.get("transit") or {}).get("status", "unknown")
                if ours != theirs and (sold["tracking"] in self.scanned or ours in SCANNED):
                    yield f"parcel {sold['tracking']} is {theirs}, and its order says {ours}"
            if not found and sold["tracking"] in self.scanned and self.labels[sold["reference"]]["state"] != "unused":
                yield f"parcel {sold['tracking']} is {theirs}, and its order has not sent it"


def _status(parcel: Document) -> str:
    """Return the status that a parcel is to have: one that comes back does so also once its sender has it."""
    came_back = any(each["status"] == RETURNED for each in parcel["tracking_details"])
    return RETURNED if came_back else str(parcel["status"])


def faults_of_unanswered(orders: Mapping[str, Document], since: float | None = None) -> Iterator[str]:
    """Yield each label that was begun before a moment, and waits for its carrier in silence; each that is said to wait.

    Without a moment no label waits.
    """
    for order in orders.values():
        waiting = {label["id"] for label in labels_of(order) if label["state"] in AT_CARRIER and "holder" not in label}
        late = {label["id"] for label in labels_of(order) if label["id"] in waiting and since and begun(label) < since}
        said = {
            name
            for each in order.get("exceptions", ())
            if each["cause"] == "label_unfinished"
            for name in each["tracking"]
        }
        if late - said:
            yield f"labels {late - said} wait for their carrier for hours, without an exception"
        if said - waiting:
            yield f"labels {said - waiting} are said to wait for their carrier, and do not"


def begun(label: Document) -> float:
    """Return when the purchase or the void of a label was begun."""
    return moment(label.get("begun_at") or label["attempted_at"]).timestamp()


def bought_twice(label: Document, work: Document) -> "Counter[str]":
    """Return the units by line that a new label is for although they have another, or have left.

    An edit may have removed units of other lines for which one is bought: that one is voided then.
    """
    return (covered(work) - units_of(work["lines"])) & Counter(label["units"])


def covered(work: Document) -> "Counter[str]":
    """Return the units by line that have a label that is, or may be, paid for, or that left without one."""
    labels = [each for each in work.get("labels", ()) if each["state"] in OPEN]
    names = {each["id"] for each in labels}
    units = Counter[str]()
    for each in labels:
        units.update(each["units"])
    for parcel in parcels_of(work):
        if parcel.get("label") not in names:
            units += units_of(parcel["lines"])
    return units


def faults_of_transit(last: Document, document: Document) -> Iterator[str]:
    """Yield each parcel whose newest report is older than the one before, or undoes its arrival or its return."""
    before = {
        each["tracking"]: each["transit"] for work in works_of(last) for each in parcels_of(work) if _is_seen(each)
    }
    for work in works_of(document):
        for parcel in parcels_of(work):
            was, now = before.get(parcel.get("tracking")), parcel.get("transit")
            if not was or was == now:
                continue
            if was["status"] == RETURNED and (not now or now["status"] != RETURNED):
                yield f"parcel {parcel['tracking']} came back, and is {now}"
            elif now and now["status"] == RETURNED != was["status"]:
                continue
            elif not now or datetime.fromisoformat(now["at"]) < datetime.fromisoformat(was["at"]):
                yield f"parcel {parcel['tracking']} was {was['status']}, and goes back to {now}"
            elif was["status"] == "delivered" and now["status"] not in (*BACK, "delivered"):
                yield f"parcel {parcel['tracking']} was delivered, and is {now['status']}"


def _is_seen(parcel: Document) -> bool:
    return bool(parcel.get("transit"))

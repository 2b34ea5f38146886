"""Labels of Shippo: https://docs.goshippo.com, version 2018-02-08 of its API.

A purchase is a transaction, which is read by its id. Shippo does not refuse a second one at the same rate: whoever
lost the answer of the first must look it up, by its rate. That is a list, of which Shippo allows 50 a minute only.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from packhorse.carriers.answers import answer_of, ask, download, flattened
from packhorse.carriers.shippo.shipments import (
    FORMATS,
    TheirMessage,
    TheirRate,
    TheirRefund,
    TheirShipment,
    TheirTransaction,
    TheirTransactions,
    shipment_body,
)
from packhorse.carriers.shippo.webhooks import BOUGHT
from packhorse.carriers.tracking import cut
from packhorse.domain.errors import FieldError, NotFound, Rejected, Unavailable
from packhorse.domain.labels.consignment import Consignment
from packhorse.domain.labels.purchase import LabelFile, Purchase, Rate, RatedShipment, Refund, Sale
from packhorse.domain.money import Money, round_amount
from packhorse.http.body import validated

if TYPE_CHECKING:
    import httpx

HOSTS = ("goshippo.com", "amazonaws.com")
"""Where the files of labels are, beside the account's own host."""
UNDECIDED = frozenset({"QUEUED", "WAITING"})
REFUNDS = {
    "QUEUED": Refund.SUBMITTED,
    "PENDING": Refund.SUBMITTED,
    "SUCCESS": Refund.REFUNDED,
    "ERROR": Refund.REJECTED,
}


class Shippo:
    """An account of Shippo."""

    def __init__(self, http: "httpx.Client") -> None:
        self.http = http

    def rates(self, consignment: Consignment) -> RatedShipment:
        """Create a shipment; one that is not bought costs nothing and needs no end."""
        raw = ask(self.http, "POST", "/shipments", faults_of, json=shipment_body(consignment))
        shipment = answer_of(raw, TheirShipment, "POST /shipments")
        rates, problems = [], [cut(str(message)) for message in shipment.messages]
        for each in shipment.rates:
            try:
                rates.append(_rate(validated(TheirRate, each, "a rate is unreadable")))
            except Rejected as error:
                problems.append(cut(error.in_full))
        return RatedShipment(id=shipment.object_id, rates=tuple(rates), problems=tuple(filter(None, problems)))

    def buy(self, sale: Sale) -> Purchase:
        """Create a transaction; one that failed is refused with what the carrier said."""
        body = {
            "rate": sale.rate.id,
            "label_file_type": FORMATS[sale.format],
            "metadata": sale.reference,
            "async": False,
        }
        raw = ask(self.http, "POST", "/transactions", faults_of, json=body)
        made = answer_of(raw, TheirTransaction, "POST /transactions")
        if made.status == "ERROR":
            raise Rejected(_reason(made.messages))
        if made.status not in BOUGHT:
            raise Unavailable(f"POST /transactions: {made.status[:50]}")
        return _purchase(sale, made)

    def lookup(self, sale: Sale) -> Purchase | None:
        """Return the purchase at the rate."""
        found = self._transaction(sale)
        return _purchase(sale, found) if found else None

    def label(self, sale: Sale) -> LabelFile:
        """Download the file, which is in the format that the label was bought in."""
        return download(self.http, self._bought(sale).label_url, HOSTS)

    def void(self, sale: Sale) -> Refund:
        """Request a refund unless one is on its way."""
        found = self._bought(sale)
        if (state := BOUGHT[found.status]) in (Refund.SUBMITTED, Refund.REFUNDED):
            return state
        body = {"transaction": found.object_id, "async": False}
        try:
            raw = ask(self.http, "POST", "/refunds", faults_of, json=body)
        except Rejected:
            if (requested := self.refund(sale)) is None:  # of two requests at once the second is refused
                raise
            return requested
        status = answer_of(raw, TheirRefund, "POST /refunds").status
        if status not in REFUNDS:
            raise Unavailable(f"POST /refunds: {status[:50]}")
        return REFUNDS[status]

    def refund(self, sale: Sale) -> Refund | None:
        """Read the transaction."""
        found = self._transaction(sale)
        return BOUGHT[found.status] if found else None

    def _bought(self, sale: Sale) -> TheirTransaction:
        if (found := self._transaction(sale)) is None:
            raise NotFound("no label was bought at this rate")
        return found

    def _transaction(self, sale: Sale) -> TheirTransaction | None:
        return transaction(self.http, sale.purchase) if sale.purchase else transaction_at(self.http, sale.rate.id)


def transaction(http: "httpx.Client", name: str) -> TheirTransaction:
    """Return a purchase by its id."""
    raw = ask(http, "GET", f"/transactions/{quote(name, safe='')}", faults_of)
    return answer_of(raw, TheirTransaction, "GET /transactions")


def transaction_at(http: "httpx.Client", rate: str) -> TheirTransaction | None:
    """Return the purchase at a rate, None if none succeeded; raises Unavailable while one is being made."""
    raw = ask(http, "GET", "/transactions", faults_of, params={"rate": rate, "results": 100})
    made = answer_of(raw, TheirTransactions, "GET /transactions").results
    if bought := next((each for each in made if each.status in BOUGHT), None):
        return bought
    if any(each.status in UNDECIDED for each in made):
        raise Unavailable("GET /transactions: the label is being made")
    return None


def _rate(rate: TheirRate) -> Rate:
    return Rate(
        id=rate.object_id,
        carrier=cut(rate.provider),
        service=cut(rate.servicelevel.name or rate.servicelevel.token),
        price=Money.of(round_amount(rate.amount, rate.currency), rate.currency),
        days=rate.estimated_days,
    )


def _purchase(sale: Sale, made: TheirTransaction) -> Purchase:
    rate = sale.rate
    return Purchase(
        id=made.object_id,
        shipment=sale.shipment,
        carrier=rate.carrier,
        service=rate.service,
        tracking=cut(made.tracking_number),
        price=rate.price,
    )


def _reason(messages: Sequence[TheirMessage]) -> str:
    return cut("; ".join(filter(None, map(str, messages)))) or "Shippo refuses it"


def faults_of(body: Any) -> Iterator[FieldError]:
    """Yield the reason of a refusal, then the fields at fault; it is a text, or lists of texts by field."""
    found = list(flattened(body))
    if isinstance(body, dict) and isinstance(body.get("detail"), str):
        yield FieldError("", body["detail"])
    elif found:
        yield FieldError("", "; ".join(": ".join(filter(None, fault)) for fault in found))
    yield from (fault for fault in found if fault.field != "detail")

"""Purchase orders and the demand for a shelf, every field filled, as the code writes them."""

from datetime import UTC, date, datetime

from packhorse.domain.labels.label import FulfilmentRef
from packhorse.domain.money import Money
from packhorse.domain.numbered import Entry
from packhorse.domain.purchasing.demand import Demand, EmptyDays
from packhorse.domain.purchasing.made_for import MadeFor
from packhorse.domain.purchasing.purchase_line import PurchaseLine
from packhorse.domain.purchasing.purchase_order import LeftOut, PurchaseOrder, PurchaseState, RecordedCost, SpreadBy
from packhorse.domain.purchasing.receipts import Decision, ReceivedLine
from packhorse.store import demand
from packhorse.store.purchases import PURCHASES

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
PLATE, EUR = "PLATE Ø 27", "EUR"
LINE = PurchaseLine(
    id="1",
    sku=PLATE,
    ordered=24,
    case_pack=6,
    minimum=12,
    unit_cost=Money.of("2.50", EUR),
    supplier_sku="P-27",
    expected_on=date(2026, 11, 9),
    made_for=(MadeFor(order="web:1", line="1", units=5, unneeded=2),),
    for_stock=12,
    received=6,
    rejected=1,
    refused=2,
    closed=3,
    over=4,
    surplus=5,
    over_rejected=2,
    acknowledged=True,
    answer="two are sold out",
    landed=1250,
    expensed=250,
)
RECEIPT = ReceivedLine(
    receipt="DN-4711",
    line="1",
    accepted=10,
    rejected=1,
    reason="broken",
    replaced=True,
    surplus=5,
    decision=Decision.RETURN,
    at=NOON,
    who="user:ada",
)
FREIGHT = RecordedCost(
    document="F-1", kind="freight", amount=Money.of("12.50", EUR), by=SpreadBy.QUANTITY, shares=(1250,)
)
PURCHASE = PurchaseOrder(
    id="PO-1001",
    collects=True,
    supplier="acme",
    warehouse="leeds",
    currency=EUR,
    reference="autumn",
    note="to the back door",
    internal_note="for the fair",
    state=PurchaseState.PARTIALLY_RECEIVED,
    lines=(LINE,),
    left_out=(LeftOut(order="web:2", line="1", sku="BOWL", units=3),),
    receipts=(RECEIPT,),
    landed=(FREIGHT,),
    timeline=(Entry(at=NOON, what="created", who="user:ada", detail="by hand"),),
    created_at=NOON,
    submitted_at=NOON,
    version=1,
)
DROP_SHIP = PurchaseOrder(
    id="PO-1002",
    ships=FulfilmentRef(order="web:1", fulfilment=2),
    supplier="acme",
    warehouse="leeds",
    currency=EUR,
    state=PurchaseState.SUBMITTED,
    lines=(PurchaseLine(id="1", sku=PLATE, ordered=2, unit_cost=Money.of("2.50", EUR)),),
    created_at=NOON,
    submitted_at=NOON,
    version=1,
)
DEMAND = Demand(
    sku=PLATE,
    warehouse="leeds",
    first=date(2026, 5, 1),
    taken={date(2026, 11, 1): 3},
    empty=(EmptyDays(first=date(2026, 10, 1), last=date(2026, 10, 9)), EmptyDays(first=date(2026, 11, 2))),
)


def store() -> None:
    """Stores all of them."""
    PURCHASES.create(PURCHASE, 1001, "request-1", NOON)
    PURCHASES.create(DROP_SHIP, 1002, "request-2", NOON)
    demand.keep([DEMAND])

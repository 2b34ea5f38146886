"""Purchase orders and their receipts as CSV files."""

from enum import StrEnum
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from packhorse.api.access import VIEWING, allow
from packhorse.api.paging import KEY, Cursor, PageSize, Unfinished, Words, cursor_of, position_of
from packhorse.domain.purchasing.purchase_order import PurchaseState
from packhorse.domain.values import Value
from packhorse.files.purchasing.tables import purchases_table, receipts_table
from packhorse.store.order_search import words_of
from packhorse.store.purchases import PURCHASES, PurchaseFilter

router = APIGatewayHttpRouter()


class Rows(StrEnum):
    """What a row of the file is: a line of a purchase order, or a line of a receipt."""

    PURCHASES = "purchases"
    RECEIPTS = "receipts"


class CsvPage(Value):
    """A file of one page of purchase orders; `next` is the cursor of the next one."""

    filename: str
    text: str
    next: str | None


TABLES = {Rows.PURCHASES: purchases_table, Rows.RECEIPTS: receipts_table}


@router.get("/purchase-orders/csv", summary="Purchase orders or receipts as CSV", tags=["purchase orders"])
@allow(VIEWING)
def export(
    rows: Rows = Rows.PURCHASES,
    state: PurchaseState | None = None,
    supplier: Annotated[str | None, Query(max_length=40)] = None,
    warehouse: Annotated[str | None, Query(max_length=40)] = None,
    unfinished: Unfinished = None,
    q: Words = None,
    limit: PageSize = 50,
    cursor: Cursor = None,
) -> CsvPage:
    """Newest first, with the columns that uploads read, and what became of each line."""
    only = PurchaseFilter(state, supplier, warehouse, unfinished).limits.condition
    items, position = PURCHASES.newest(only, position_of(cursor, KEY), limit, words_of(q or ""))
    return CsvPage(filename=f"{rows}.csv", text=TABLES[rows](items), next=cursor_of(position))

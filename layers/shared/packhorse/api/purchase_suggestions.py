"""What to order from whom: suggestions, and drafts of them."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field, TypeAdapter

from packhorse.api.access import OPERATING, VIEWING, allow, current_name, current_request_id
from packhorse.api.paging import Cursor, PageSize, cursor_of, position_of
from packhorse.api.purchase_views import PurchaseOrderSummary, summary
from packhorse.domain.purchasing.demand import MAX_WEEKS, Weeks
from packhorse.domain.purchasing.suggestions import Suggestion
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.values import Identifier, Sku, SkuText, Value, WarehouseId, Whole
from packhorse.usecases.supply.suggest_purchases import (
    SuggestionScope,
    check_wanted,
    draft_suggestions,
    suggest_purchases,
)

router = APIGatewayHttpRouter()
MAX_SAFETY_DAYS = 365
MAX_CHOSEN = 500
SHELF = TypeAdapter(Shelf)


class SuggestionPage(Value):
    """A page of suggestions."""

    items: tuple[Suggestion, ...]
    next: str | None


class ChosenShelf(Value):
    """A product at a warehouse, of which what is suggested is drafted."""

    sku: SkuText
    warehouse: Identifier


class SuggestionsToDraft(Value):
    """What is to be drafted, and what it goes by: all that is suggested, or that of some `shelves`.

    `cursor` is `next` of the answer before.
    """

    weeks: Weeks = 8
    safety_days: Annotated[Whole, Field(ge=0, le=MAX_SAFETY_DAYS)] = 14
    warehouse: Identifier | None = None
    supplier: Identifier | None = None
    shelves: Annotated[tuple[ChosenShelf, ...], Field(max_length=MAX_CHOSEN)] = ()
    cursor: Annotated[str, Field(max_length=6000)] | None = None


class SuggestionsDrafted(Value):
    """The purchase orders that were made or got more lines; `next` is the `cursor` of the next request."""

    items: tuple[PurchaseOrderSummary, ...]
    next: str | None


@router.get("/purchase-suggestions", summary="What to order from whom", tags=["purchase orders"])
@allow(VIEWING)
def suggestions(
    weeks: Annotated[int, Query(ge=1, le=MAX_WEEKS, description="Of so many last weeks is the pace")] = 8,
    safety_days: Annotated[int, Query(ge=0, le=MAX_SAFETY_DAYS, description="Beyond the days to deliver")] = 14,
    warehouse: Annotated[str | None, Query(max_length=40)] = None,
    supplier: Annotated[str | None, Query(max_length=40)] = None,
    limit: PageSize = 50,
    cursor: Cursor = None,
) -> SuggestionPage:
    """By warehouse and sku. A page may be short, or empty, and have a next. What was taken is that of last night."""
    wanted = SuggestionScope(weeks, safety_days, warehouse, supplier)
    check_wanted(wanted)
    items, last = suggest_purchases(wanted, position_of(cursor, SHELF), limit)
    return SuggestionPage(items=tuple(items), next=cursor_of(last))


@router.post(
    "/purchase-orders/from-suggestions",
    summary="Draft purchase orders for what is suggested",
    tags=["purchase orders"],
    status_code=HTTPStatus.CREATED,
)
@allow(OPERATING)
def draft(wanted: SuggestionsToDraft) -> SuggestionsDrafted:
    """By supplier and warehouse, in drafts that collect; what is drafted or on its way already is left out.

    `next` is null where `shelves` are named.
    """
    chosen = [Shelf(Sku(each.sku), WarehouseId(each.warehouse)) for each in wanted.shelves]
    which = SuggestionScope(wanted.weeks, wanted.safety_days, wanted.warehouse, wanted.supplier, frozenset(chosen))
    check_wanted(which, chosen)
    after = position_of(wanted.cursor, SHELF)
    found = draft_suggestions(which, after, current_request_id(), current_name())
    return SuggestionsDrafted(items=tuple(map(summary, found.purchases)), next=cursor_of(found.next))

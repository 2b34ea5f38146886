"""Make and change purchase orders: read, decide, write, again after a conflict."""

from collections.abc import Callable
from datetime import UTC, datetime

from packhorse.domain.configuration.warehouse import WarehouseKind
from packhorse.domain.errors import FieldError, NotFound, NotNow, Rejected
from packhorse.domain.numbered import Effects, opened_and_ended
from packhorse.domain.purchasing.drafting import PurchaseDraft, drafted
from packhorse.domain.purchasing.landed import arrivals_of, costed
from packhorse.domain.purchasing.problems import problems_of
from packhorse.domain.purchasing.purchase_order import PurchaseOrder
from packhorse.domain.purchasing.receiving import PurchaseChange
from packhorse.domain.stock.movement import Movement
from packhorse.domain.values import WarehouseId
from packhorse.store import configuration, costs, suppliers
from packhorse.store.backoff import retry_conflicts
from packhorse.store.purchases import PURCHASES
from packhorse.usecases.make_numbered import make_once, product_errors

Step = Callable[[PurchaseOrder, str, datetime], PurchaseOrder | PurchaseChange]
"""What changes a purchase order, in whose name and when."""


def create_purchase(draft: PurchaseDraft, request: str, who: str) -> PurchaseOrder:
    """Make a new purchase order; the same request again returns the same one. Raises Rejected."""
    check_references(draft)
    return make_once(PURCHASES, request, lambda name, at: drafted(name, draft, who, at))


def change_purchase(purchase_id: str, step: Step, who: str) -> PurchaseOrder:
    """Change a purchase order with the stock that changes by it, in one transaction; return it.

    Raises NotNow for one that follows a fulfilment order.
    """

    def change() -> PurchaseOrder:
        now, before = datetime.now(UTC), PURCHASES.get(purchase_id)
        if before.ships:
            where = f"fulfilment {before.ships.fulfilment} of order {before.ships.order}"
            raise NotNow(f"purchase order {before.id} follows {where}, which its supplier ships: change that")
        made = step(before, who, now)
        after, movements = made if isinstance(made, PurchaseChange) else (made, ())
        return before if after == before else save_purchase(before, after, movements, now)

    return retry_conflicts(change)


def save_purchase(
    before: PurchaseOrder, after: PurchaseOrder, movements: tuple[Movement, ...], at: datetime
) -> PurchaseOrder:
    """Store a changed purchase order with its stock, costs and exceptions; return it. Raises Conflict."""
    shelves = {after.shelf(line) for line, _ in arrivals_of(before, after)}
    after, changed = costed(before, after, costs.costs_at(shelves))
    opened, ended = opened_and_ended(problems_of(before), problems_of(after))
    return PURCHASES.save(before, after, Effects(movements, changed, opened=opened, ended=ended), at)


def check_references(draft: PurchaseDraft) -> None:
    """Raise Rejected if the supplier, the warehouse or a product of a draft does not exist, or has no stock of ours."""
    of_lines = product_errors((line.sku for line in draft.lines), "order its components")
    if errors := [*_supplier_errors(draft), *_warehouse_errors(draft), *of_lines]:
        raise Rejected("the purchase order names what cannot be ordered", errors)


def _supplier_errors(draft: PurchaseDraft) -> list[FieldError]:
    try:
        suppliers.get_supplier(draft.supplier)
    except NotFound as error:
        return [FieldError("supplier", str(error))]
    return []


def _warehouse_errors(draft: PurchaseDraft) -> list[FieldError]:
    warehouse = configuration.current().warehouses.get(WarehouseId(draft.warehouse))
    if warehouse is None:
        return [FieldError("warehouse", f"there is no warehouse {draft.warehouse}")]
    if warehouse.kind is WarehouseKind.DROPSHIP:
        return [FieldError("warehouse", f"{draft.warehouse} is the supplier's own: nothing is received there")]
    return []

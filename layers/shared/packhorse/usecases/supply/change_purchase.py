"""Make and change purchase orders: read, decide, write, again after a conflict."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from packhorse.domain.configuration.warehouse import WarehouseKind
from packhorse.domain.errors import FieldError, NotFound, NotNow, Rejected
from packhorse.domain.numbered import Effects, opened_and_ended
from packhorse.domain.purchasing.drafting import (
    NOT_PLACED,
    PurchaseDraft,
    PurchaseReferences,
    draft_faults,
    drafted,
    edited,
    made_for_errors,
)
from packhorse.domain.purchasing.drop_ship_prices import with_answered_prices
from packhorse.domain.purchasing.landed import arrivals_of, costed
from packhorse.domain.purchasing.not_bought import orders_given_up
from packhorse.domain.purchasing.problems import problems_of
from packhorse.domain.purchasing.purchase_order import PurchaseOrder
from packhorse.domain.purchasing.receipts import Decision
from packhorse.domain.purchasing.receiving import PurchaseChange, PurchaseReceipt, receive, settle_surplus
from packhorse.domain.purchasing.steps import SupplierAnswer, answered
from packhorse.domain.purchasing.withdrawing import ReceiptToWithdraw, withdrawn
from packhorse.domain.stock.movement import Movement
from packhorse.domain.values import OrderId, WarehouseId
from packhorse.messages.release import OthersToCome, send_orders_to_buy_for, send_release
from packhorse.store import configuration, costs, orders, suppliers
from packhorse.store.backoff import retry_conflicts
from packhorse.store.purchases import PURCHASES
from packhorse.store.register import Write
from packhorse.store.source_shelves import source_shelves
from packhorse.usecases.routing.others_to_come import lost_units, more_units
from packhorse.usecases.supply.make_numbered import (
    check_counted_here,
    check_shelves,
    is_counted_at,
    make_once,
    product_errors,
    shelves_that_get,
)

INSTEAD_OF_AMAZON = "order to a warehouse of yours, and enter what goes on to Amazon as a transfer order"
Step = Callable[[PurchaseOrder, str, datetime], PurchaseOrder | PurchaseChange]
"""What changes a purchase order, in whose name and when."""


def create_purchase(draft: PurchaseDraft, request: str, who: str) -> PurchaseOrder:
    """Make a new purchase order; the same request again returns the same one. Raises Rejected."""
    _check_placeable(draft)

    def new(name: str, at: datetime) -> PurchaseOrder:
        order = drafted(name, draft, who, at)
        check_made_for(draft)
        return order

    made = make_once(PURCHASES, request, new)
    send_orders_to_buy_for(sorted(made.made_for_orders))
    send_release(more_units(None, made))
    return made


def edit_purchase(
    purchase_id: str, draft: PurchaseDraft, who: str, require: Callable[[PurchaseOrder], None]
) -> PurchaseOrder:
    """Replace a draft, and have what its orders lack bought; raises Rejected, NotNow once submitted.

    `require` raises if what is stored is not what the caller read.
    """
    _check_placeable(draft)

    more: list[OthersToCome] = []

    def step(order: PurchaseOrder, who: str, at: datetime) -> PurchaseOrder:
        require(order)
        after = edited(order, draft, who, at)
        check_made_for(draft)
        more[:] = more_units(order, after)
        return after

    changed = change_purchase(purchase_id, step, who)
    send_orders_to_buy_for(sorted(changed.made_for_orders))
    send_release(more)
    return changed


def change_purchase(purchase_id: str, step: Step, who: str, *, under: Sequence[Write] = ()) -> PurchaseOrder:
    """Change a purchase order with the stock that changes by it, in one transaction; return it.

    It changes only with the writes and checks `under` it, while their conditions hold. Raises NotNow for one that
    follows a fulfilment order.
    """

    def own(before: PurchaseOrder, who: str, at: datetime) -> PurchaseOrder | PurchaseChange:
        if before.ships:
            where = f"fulfilment {before.ships.fulfilment} of order {before.ships.order}"
            raise NotNow(f"purchase order {before.id} follows {where}, which its supplier ships: change that")
        return step(before, who, at)

    return _change(purchase_id, own, who, under)


def answer_purchase(purchase_id: str, step: Step, who: str) -> PurchaseOrder:
    """Change a purchase order by an answer of its supplier; return it.

    The step decides what of the answer one takes that follows a fulfilment order.
    """
    return _change(purchase_id, step, who, ())


def receive_purchase(purchase_id: str, receipt: PurchaseReceipt, who: str) -> PurchaseOrder:
    """Receive units of a purchase order; raises Rejected, and NotNow before it is submitted."""

    def step(order: PurchaseOrder, who: str, at: datetime) -> PurchaseChange:
        return receive(order, receipt, who, at, is_counted=is_counted_at(order.warehouse))

    return change_purchase(purchase_id, step, who)


def decide_surplus(purchase_id: str, line_id: str, decision: Decision, who: str) -> PurchaseOrder:
    """Decide on units beyond the order; raises NotFound, and NotNow where none waits for a decision."""

    def step(order: PurchaseOrder, who: str, at: datetime) -> PurchaseChange:
        return settle_surplus(order, line_id, decision, who, at, is_counted=is_counted_at(order.warehouse))

    return change_purchase(purchase_id, step, who)


def enter_answer(purchase_id: str, said: SupplierAnswer, who: str) -> PurchaseOrder:
    """Record what a person enters as the answer of a supplier; raises Rejected, and NotNow where it comes too late."""

    def step(order: PurchaseOrder, who: str, at: datetime) -> PurchaseOrder:
        return with_answered_prices(order, said, who, at) if order.ships else answered(order, said, who, at)

    return answer_purchase(purchase_id, step, who)


def withdraw_receipt(purchase_id: str, wrong: ReceiptToWithdraw, who: str) -> PurchaseOrder:
    """Withdraw a line of a receipt that was recorded wrongly; raises Rejected, and NotNow if its units are gone."""
    more: list[OthersToCome] = []

    def step(order: PurchaseOrder, who: str, at: datetime) -> PurchaseChange:
        shelves = [order.shelf(line)] if (line := order.line(wrong.line)) else []
        check_counted_here(shelves, "correct them there")
        is_counted = is_counted_at(order.warehouse)
        made = withdrawn(order, wrong, source_shelves(shelves), who, at, is_counted=is_counted)
        more[:] = more_units(order, made.order)
        return made

    changed = change_purchase(purchase_id, step, who)
    send_release(more)
    return changed


def _change(purchase_id: str, step: Step, who: str, under: Sequence[Write]) -> PurchaseOrder:
    def change() -> PurchaseOrder:
        now, before = datetime.now(UTC), PURCHASES.get(purchase_id)
        made = step(before, who, now)
        after, movements = made if isinstance(made, PurchaseChange) else (made, ())
        return before if after == before else save_purchase(before, after, movements, now, under)

    return retry_conflicts(change)


def save_purchase(
    before: PurchaseOrder,
    after: PurchaseOrder,
    movements: tuple[Movement, ...],
    at: datetime,
    beside: Sequence[Write] = (),
) -> PurchaseOrder:
    """Store a changed purchase order with its stock, costs, exceptions and the writes `beside`; return it.

    Raises Conflict, and NotNow if units arrive, or are to come again, of a product or at a warehouse that was removed.
    """
    arriving, to_come = shelves_that_get(movements), list(after.incoming - before.incoming)
    check_shelves([*arriving, *to_come])
    check_counted_here(arriving, "close the purchase order instead")
    check_counted_here(to_come, INSTEAD_OF_AMAZON)
    shelves = {after.shelf(line) for line, _ in arrivals_of(before, after)}
    after, changed = costed(before, after, costs.costs_at(shelves))
    opened, ended = opened_and_ended(problems_of(before), problems_of(after))
    lost = lost_units(before, after)
    saved = PURCHASES.save(before, after, Effects(movements, changed, opened=opened, ended=ended), at, beside)
    send_orders_to_buy_for(sorted(orders_given_up(before, after)))
    send_release(lost)
    return saved


def check_references(order: PurchaseOrder) -> None:
    """Raise Rejected if the supplier, the warehouse or a product of a draft does not exist, or has no stock of ours."""
    if errors := reference_errors(PurchaseReferences.by(order)):
        raise Rejected("the purchase order names what cannot be ordered", errors)


def _check_placeable(draft: PurchaseDraft) -> None:
    """Raise Rejected with every fault of what a draft names, and of its lines."""
    if errors := [*reference_errors(PurchaseReferences.by(draft)), *draft_faults(draft)]:
        raise Rejected(NOT_PLACED, errors)


def reference_errors(named: PurchaseReferences) -> list[FieldError]:
    """Return an error for the supplier, the warehouse and each product that does not exist, or has no stock of ours."""
    of_lines = product_errors(named.skus, "order its components")
    return [*_supplier_errors(named.supplier), *_warehouse_errors(named.warehouse), *of_lines]


def check_made_for(draft: PurchaseDraft) -> None:
    """Raise Rejected if lines are made for what no order has: another product, or more units than its line."""
    found = orders.find_orders({OrderId(each.order) for line in draft.lines for each in line.made_for})
    errors = [
        FieldError(f"lines.{number}.made_for.{place}.{error.field}", error.message)
        for number, line in enumerate(draft.lines)
        for place, each in enumerate(line.made_for)
        for error in made_for_errors(each, line.sku, found.get(OrderId(each.order)))
    ]
    if errors:
        raise Rejected("the purchase order is made for what no order wants", errors)


def _supplier_errors(name: str | None) -> list[FieldError]:
    if name is None:
        return []
    try:
        suppliers.get_supplier(name)
    except NotFound as error:
        return [FieldError("supplier", str(error))]
    return []


def _warehouse_errors(name: str | None) -> list[FieldError]:
    fault = why_not_received_at(name) if name is not None else None
    return [FieldError("warehouse", fault)] if fault else []


def why_not_received_at(name: str) -> str | None:
    """Return why nothing can be ordered to a warehouse, None if it can."""
    warehouse = configuration.current().warehouses.get(WarehouseId(name))
    if warehouse is None:
        return f"there is no warehouse {name}"
    if warehouse.kind is WarehouseKind.DROPSHIP:
        return f"{name} is the supplier's own: nothing is received there"
    if warehouse.kind is WarehouseKind.FBA:
        return f"{name} counts by Amazon's figures: {INSTEAD_OF_AMAZON}"
    return None

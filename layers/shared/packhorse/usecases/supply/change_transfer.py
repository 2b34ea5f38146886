"""Make and change transfer orders: read, decide, write, again after a conflict."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from packhorse.domain.configuration.warehouse import Warehouse, WarehouseKind
from packhorse.domain.errors import FieldError, NotNow, Rejected
from packhorse.domain.numbered import Effects
from packhorse.domain.transfers.drafting import TransferDraft, drafted
from packhorse.domain.transfers.effects import arrivals_of, effects_of
from packhorse.domain.transfers.figures import is_counted_here, may_receive
from packhorse.domain.transfers.receiving import TransferChange, TransferReceipt, TransferReturn, receive, take_back
from packhorse.domain.transfers.sending import Sent, TransferSending, send
from packhorse.domain.transfers.transfer_order import TransferOrder, TransferTerms
from packhorse.domain.values import WarehouseId
from packhorse.messages.release import send_release
from packhorse.store import configuration, costs
from packhorse.store.backoff import retry_conflicts
from packhorse.store.source_shelves import source_shelves
from packhorse.store.transfers import TRANSFERS
from packhorse.usecases.routing.others_to_come import lost_units, more_units
from packhorse.usecases.supply.make_numbered import (
    check_counted_here,
    check_shelves,
    is_counted_at,
    make_once,
    product_errors,
    shelves_that_get,
)

Step = Callable[[TransferOrder, str, datetime], TransferOrder | TransferChange | Sent]
"""What changes a transfer order, in whose name and when."""


def create_transfer(draft: TransferDraft, request: str, who: str) -> TransferOrder:
    """Request a new transfer order; the same request again returns the same one. Raises Rejected."""
    check_references(draft)
    return make_once(TRANSFERS, request, lambda name, at: drafted(name, draft, who, at))


def change_transfer(transfer_id: str, step: Step, who: str) -> TransferOrder:
    """Change a transfer order with the stock that changes by it, in one transaction; return it."""

    def change() -> TransferOrder:
        now, before = datetime.now(UTC), TRANSFERS.get(transfer_id)
        made = step(before, who, now)
        after = made if isinstance(made, TransferOrder) else made.order
        if after == before:
            return before
        others = [*lost_units(before, after), *more_units(before, after)]
        saved = TRANSFERS.save(before, after, _effects(before, after, made), now)
        send_release(others)
        return saved

    return retry_conflicts(change)


def send_transfer(transfer_id: str, sending: TransferSending, who: str) -> TransferOrder:
    """Send a transfer order: its units leave their shelves."""

    def sent(order: TransferOrder, who: str, at: datetime) -> Sent:
        if errors := tuple(_warehouse_errors(order)):
            raise Rejected("the transfer order names what nothing can be sent between", errors)
        is_counted = is_counted_here(_warehouse(order.to_warehouse).kind)
        shelves = source_shelves(map(order.source, order.lines))
        leaves = is_counted_at(order.from_warehouse)
        return send(order, sending, shelves, who, at, is_counted=is_counted, leaves_shelf=leaves)

    return change_transfer(transfer_id, sent, who)


def return_transfer(transfer_id: str, receipt: TransferReturn, who: str) -> TransferOrder:
    """Receive units of a transfer order back where they were sent from."""

    def step(order: TransferOrder, who: str, at: datetime) -> TransferChange:
        return take_back(order, receipt, who, at, is_counted=is_counted_at(order.from_warehouse))

    return change_transfer(transfer_id, step, who)


def receive_transfer(transfer_id: str, receipt: TransferReceipt, who: str) -> TransferOrder:
    """Receive units of a transfer order where they were sent to."""

    def step(order: TransferOrder, who: str, at: datetime) -> TransferChange:
        return receive(order, receipt, who, at, is_counted=is_counted_at(order.to_warehouse))

    return change_transfer(transfer_id, step, who)


def check_references(draft: TransferDraft) -> None:
    """Raise Rejected if a warehouse or a product of a draft does not exist, or has no stock of ours."""
    of_lines = product_errors((line.sku for line in draft.lines), "send its components")
    if errors := [*_warehouse_errors(draft), *of_lines]:
        raise Rejected("the transfer order names what cannot be sent", errors)


def _effects(before: TransferOrder, after: TransferOrder, made: TransferOrder | TransferChange | Sent) -> Effects:
    shelves = {shelf for shelf, _ in arrivals_of(before, after)}
    effects = effects_of(before, after, costs.costs_at(shelves))
    if isinstance(made, TransferOrder):
        return effects
    arriving = shelves_that_get(made.movements)
    check_shelves(arriving)
    check_counted_here(arriving, "they stay lost here")
    _check_counted_there(before, after)
    effects = effects._replace(movements=made.movements)
    return effects._replace(reserved=made.reserved, costs=made.costs) if isinstance(made, Sent) else effects


def _check_counted_there(before: TransferOrder, after: TransferOrder) -> None:
    """Raise NotNow if units that Amazon was to count came to a warehouse that is not Amazon's any more."""
    came = any(each.came and not each.is_return for each in after.receipts[len(before.receipts) :])
    found = configuration.current().warehouses.get(WarehouseId(after.to_warehouse))
    if came and not after.is_counted and (found is None or found.kind is not WarehouseKind.FBA):
        # Whether Amazon's last figures had them, a person alone can say.
        name = after.to_warehouse
        raise NotNow(f"{name} is not Amazon's any more: add to its stock by hand what its figures did not have")


def _warehouse(name: str) -> Warehouse:
    return configuration.current().warehouses[WarehouseId(name)]


def _warehouse_errors(terms: TransferTerms) -> Iterator[FieldError]:
    warehouses = configuration.current().warehouses
    for field in ("from_warehouse", "to_warehouse"):
        name = getattr(terms, field)
        warehouse = warehouses.get(WarehouseId(name))
        if warehouse is None:
            yield FieldError(field, f"there is no warehouse {name}")
        elif not may_receive(warehouse.kind):
            yield FieldError(field, f"{name} is the supplier's own: nothing is sent from there or to it")
        elif field == "from_warehouse" and not is_counted_here(warehouse.kind):
            yield FieldError(field, f"what is in {name} is not counted here: request a removal there, and receive it")

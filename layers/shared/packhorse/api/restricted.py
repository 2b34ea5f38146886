"""What limited callers see of each answer, by its type; only `Me` has its rule in `users`.

The content of an order is cut before, by `limits.own_part`, where the order becomes a view.
"""

from typing import TypeVar

from packhorse.api.access import narrow
from packhorse.api.adjusting import Changed
from packhorse.api.bench_views import BenchAnswer
from packhorse.api.catalogue import ProductPage
from packhorse.api.fulfilments import FulfilmentPage
from packhorse.api.label_batches import BatchView
from packhorse.api.labels import Rates
from packhorse.api.manifests import ManifestPage, ManifestView
from packhorse.api.merging import Merged
from packhorse.api.papers import Document
from packhorse.api.parcel_labels import ParcelLabels
from packhorse.api.print_jobs import PrintJobs, PrintJobView
from packhorse.api.purchase_views import PurchaseOrderPage, PurchaseOrderView
from packhorse.api.rate_tables import RateTable
from packhorse.api.stock import Ledger, StockPage
from packhorse.api.transfer_views import TransferLineSummary, TransferOrderPage, TransferOrderView
from packhorse.api.views import LabelView, OrderPage, OrderView
from packhorse.api.warehouses import Warehouses
from packhorse.api.work_views import WorkOrderPage, WorkOrderView
from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.warehouse import Warehouse
from packhorse.domain.users import Limits
from packhorse.domain.values import Value

Line = TypeVar("Line", bound=TransferLineSummary)
Page = TypeVar("Page", ManifestPage, PrintJobs, Ledger, WorkOrderPage, Merged)

WHOLE = (
    *(OrderView, LabelView, ParcelLabels, ManifestView, BatchView, Rates, RateTable),
    *(BenchAnswer, PrintJobView, Document, Warehouse),
)


def _whole(answer: Value, _limits: Limits) -> Value:
    return answer


def _own_items(page: Page, limits: Limits) -> Page:
    return page.replace(items=tuple(each for each in page.items if each.warehouse in limits.warehouses))


for shown_whole in WHOLE:
    narrow.register(shown_whole, _whole)
for page_of_warehouses in (ManifestPage, PrintJobs, Ledger, WorkOrderPage, Merged):
    narrow.register(page_of_warehouses, _own_items)


@narrow.register
def _orders(page: OrderPage, limits: Limits) -> OrderPage:
    return page.replace(items=tuple(each for each in page.items if limits.warehouses.issuperset(each.warehouses)))


@narrow.register
def _fulfilments(page: FulfilmentPage, limits: Limits) -> FulfilmentPage:
    """Leave out rows of other warehouses, and exceptions: those of the whole order are not the warehouse's.

    The counts are of the one warehouse that `limits.of_warehouse` made the request about.
    """
    own = (each for each in page.items if each.warehouse in limits.warehouses)
    return page.replace(items=tuple(each.replace(exceptions=()) for each in own))


@narrow.register
def _stock(page: StockPage, limits: Limits) -> StockPage:
    own = (each for each in page.items if each.warehouse in limits.warehouses)
    return page.replace(items=tuple(each.replace(average_cost=None) for each in own))


@narrow.register
def _changed(changed: Changed, limits: Limits) -> Changed:
    own = (each for each in changed.items if each.warehouse in limits.warehouses)
    return changed.replace(items=tuple(each.replace(average_cost=None) for each in own))


@narrow.register
def _purchases(page: PurchaseOrderPage, limits: Limits) -> PurchaseOrderPage:
    own = (each for each in page.items if each.warehouse in limits.warehouses)
    return page.replace(items=tuple(each.replace(total=None, received_total=None, sending=None) for each in own))


@narrow.register
def _purchase(purchase: PurchaseOrderView, _limits: Limits) -> PurchaseOrderView:
    """Leave out what it costs, the timeline, which says it, too, and how it was sent: receiving needs none of it."""
    lines = tuple(
        each.replace(unit_cost=None, landed=None, expensed=None, offered=None, answer="") for each in purchase.lines
    )
    return purchase.replace(total=None, received_total=None, landed=(), timeline=(), sending=None, lines=lines)


@narrow.register
def _transfers(page: TransferOrderPage, limits: Limits) -> TransferOrderPage:
    own = (each for each in page.items if limits.warehouses & {each.from_warehouse, each.to_warehouse})
    return page.replace(items=tuple(each.replace(lines=_without_cost(each.lines)) for each in own))


@narrow.register
def _transfer(transfer: TransferOrderView, _limits: Limits) -> TransferOrderView:
    return transfer.replace(timeline=(), lines=_without_cost(transfer.lines))


def _without_cost(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    return tuple(each.replace(cost=None) for each in lines)


@narrow.register
def _work_order(work: WorkOrderView, _limits: Limits) -> WorkOrderView:
    reports = tuple(each.replace(labour=None, cost=None) for each in work.reports)
    return work.replace(timeline=(), labour=None, cost=None, expense=None, reports=reports)


@narrow.register
def _products(page: ProductPage, limits: Limits) -> ProductPage:
    return page.replace(items=tuple(_product(each, limits) for each in page.items))


@narrow.register
def _product(product: Product, limits: Limits) -> Product:
    pinned = product.pinned_warehouse if product.pinned_warehouse in limits.warehouses else None
    priorities = tuple(each for each in product.priorities if each in limits.warehouses)
    bins = {warehouse: place for warehouse, place in product.bins.items() if warehouse in limits.warehouses}
    return product.replace(pinned_warehouse=pinned, priorities=priorities, bins=bins, bought_from=())


@narrow.register
def _warehouses(listed: Warehouses, limits: Limits) -> Warehouses:
    return listed.replace(items=tuple(each for each in listed.items if each.id in limits.warehouses))

"""Quantities at a WooCommerce store: the stock of products and of variations, in batches.

A listing's reference is the id of a product, the ids of a product and its variation as `22:23`, or a sku.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from pydantic import BeforeValidator, Field, StrictInt

from packhorse.channels.decoration import Words, otherwise
from packhorse.channels.protocol import Answer, ChannelStock, Quantity
from packhorse.channels.setting import set_each
from packhorse.channels.woocommerce.lists import all_models
from packhorse.channels.woocommerce.rest import API, MAX_PER_PAGE, Params, call, find, model_in, models_in
from packhorse.domain.batching import batched
from packhorse.domain.errors import CallFailed, Rejected
from packhorse.domain.values import Text
from packhorse.http.body import ExternalId, ExternalModel

if TYPE_CHECKING:
    import httpx

PRODUCTS = f"{API}/products"
BATCH_SIZE = 100
SERVER_ERROR = 500
SKUS_AT_ONCE = 20
"""Skus in an address."""

BY_ID = re.compile(r"([0-9]{1,18})(?::([0-9]{1,18}))?", re.ASCII)


def _whole(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError, ArithmeticError):
        return None


def _own(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


class Product(ExternalModel):
    """A product or a variation; `manage_stock` of a variation is `parent` if its product has the stock."""

    id: ExternalId
    parent_id: ExternalId = "0"
    sku: Text = ""
    manage_stock: Annotated[str, BeforeValidator(_own)] = "false"
    stock_quantity: Annotated[int | None, BeforeValidator(_whole)] = None

    @property
    def item(self) -> "Item":
        """The ids by which its stock is set."""
        return Item(self.id) if self.parent_id == "0" else Item(self.parent_id, self.id)

    @property
    def quantity(self) -> int | None:
        """The quantity that the store shows; None where it counts none."""
        return self.stock_quantity if self.manage_stock == "true" else None


class ErrorData(ExternalModel):
    """The status that the object would have been answered with alone."""

    status: StrictInt = 0


class ObjectError(ExternalModel):
    """The reason why one object of a batch was refused."""

    code: Words = ""
    message: Words = ""
    data: Annotated[ErrorData, otherwise(ErrorData)] = Field(default_factory=ErrorData)


class Updated(Product):
    """An object of a batch as it is now, or its error."""

    error: ObjectError | None = None


class Batch(ExternalModel):
    """The answer to a batch: an entry for each object."""

    update: tuple[Updated, ...]


class Item(NamedTuple):
    """What has a stock: a product, or a variation of it."""

    product: str
    variation: str = ""

    @property
    def id(self) -> str:
        """The id in a batch."""
        return self.variation or self.product


class WooStock:
    """The stock of a WooCommerce store; made for each invocation."""

    at_once = BATCH_SIZE

    def __init__(self, http: "httpx.Client") -> None:
        self.http = http

    def set_quantities(self, wanted: Sequence[Quantity]) -> Iterator[Mapping[str, Answer]]:
        """Set quantities: products in one batch, variations in one for each product."""
        return set_each(wanted, BATCH_SIZE, self._set_found)

    def _set_found(self, wanted: Sequence[Quantity]) -> Iterator[Mapping[str, Answer]]:
        by_reference = {each.reference: each for each in wanted}
        found = self._items(list(by_reference))
        items = {reference: item for reference, item in found.items() if isinstance(item, Item)}
        yield {reference: item for reference, item in found.items() if isinstance(item, Rejected)}
        for path, batch in _batches(items):
            yield from set_each([by_reference[each] for each in batch], BATCH_SIZE, partial(self._set, path, items))

    def quantities(self, references: Sequence[str]) -> Mapping[str, int]:
        """Return the quantities, without references that the store does not have, or whose stock it does not count."""
        by_sku = [reference for reference in references if not BY_ID.fullmatch(reference)]
        shown = {sku: several[0].quantity for sku, several in self._with_skus(by_sku).items() if len(several) == 1}
        items = {reference: item for reference in references if (item := item_of(reference))}
        for path, batch in _batches(items):
            listed = {product.id: product for product in self._listed(path, {items[each].id for each in batch})}
            shown |= {each: listed[items[each].id].quantity for each in batch if items[each].id in listed}
        return {reference: quantity for reference, quantity in shown.items() if quantity is not None}

    def stock_behind(self, _: Sequence[str]) -> Mapping[str, ChannelStock]:
        """Return nothing: webhooks of products do not say whether we changed them."""
        return {}

    def fulfilled_by_channel(self, _: Sequence[str]) -> Collection[str]:
        """Return nothing: a store does not say which listings others ship."""
        return ()

    def _set(self, path: str, items: Mapping[str, Item], wanted: Sequence[Quantity]) -> Iterator[Mapping[str, Answer]]:
        changes = [{"id": int(items[each.reference].id), "stock_quantity": each.quantity} for each in wanted]
        answer = model_in(call(self.http, "POST", f"{path}/batch", json={"update": changes}), Batch)
        entries = {entry.id: entry for entry in answer.update}
        names = (each.reference for each in wanted)
        yield {reference: answer_of(reference, entries.get(items[reference].id)) for reference in names}

    def _listed(self, path: str, names: Iterable[str]) -> list[Product]:
        params: Params = {"include": ",".join(sorted(names)), "per_page": MAX_PER_PAGE}
        response = find(self.http, path, params)
        return [] if isinstance(response, str) else models_in(response, Product)

    def _items(self, references: Sequence[str]) -> dict[str, Item | Rejected]:
        """Return what each reference is about, or why it is about nothing."""
        found: dict[str, Item | Rejected] = {each: item for each in references if (item := item_of(each))}
        skus = [each for each in references if each not in found]
        try:
            matches = self._with_skus(skus)
        except Rejected as error:
            return {**found, **dict.fromkeys(skus, error)}
        return found | {sku: _only(sku, matches.get(sku, [])) for sku in skus}

    def _with_skus(self, skus: Sequence[str]) -> dict[str, list[Product]]:
        found: dict[str, list[Product]] = {}
        for searched in batched(skus, SKUS_AT_ONCE):
            for product in all_models(self.http, PRODUCTS, Product, {"sku": ",".join(searched)}):
                found.setdefault(product.sku, []).append(product)
        return found


def item_of(reference: str) -> Item | None:
    """Return what a reference by ids is about; None for a sku.

    >>> item_of("93"), item_of("22:23"), item_of("MUG-1")
    (Item(product='93', variation=''), Item(product='22', variation='23'), None)
    """
    found = BY_ID.fullmatch(reference)
    return Item(found[1], found[2] or "") if found else None


def answer_of(reference: str, entry: Updated | None) -> Answer:
    """Return what became of an object whose batch was answered with 200."""
    if entry is None:
        return Rejected(f"{reference}: the store does not say whether it was set")
    if entry.error:
        is_failure = entry.error.data.status >= SERVER_ERROR
        return (CallFailed if is_failure else Rejected)(f"{reference}: {entry.error.code} {entry.error.message}"[:500])
    if entry.manage_stock == "parent":
        return Rejected(
            f"{reference}: the variation has the stock of its product; list the product, or manage its stock"
        )
    if entry.manage_stock != "true":
        return Rejected(
            f'{reference}: the store does not count its stock; switch on "Track stock quantity" of the product'
        )
    return None


def _only(sku: str, products: Sequence[Product]) -> Item | Rejected:
    if len(products) > 1:
        return Rejected(f"{len(products)} products have the sku {sku}: list one of them by its id")
    return products[0].item if products else Rejected(f"no product has the sku {sku}")


def _batches(items: Mapping[str, Item]) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield the path of products, or of the variations of one, with references of at most a batch."""
    by_path: dict[str, list[str]] = {}
    for reference, item in items.items():
        path = f"{PRODUCTS}/{item.product}/variations" if item.variation else PRODUCTS
        by_path.setdefault(path, []).append(reference)
    for path, references in by_path.items():
        yield from ((path, batch) for batch in batched(references, BATCH_SIZE))

"""The Catalogue table.

question                                   | pk                          | sk                | index
a product                                  | PRODUCT#sku                 | PRODUCT           | -
the listings of a product                  | PRODUCT#sku                 | LISTING#channel   | -
the listings of a channel, by sku          | kind = LISTING#channel      | name              | by_kind
which product a channel means              | LISTING#channel#reference   | LISTING           | -
which product has a barcode                | BARCODE#barcode             | BARCODE           | -
which product a supplier means             | SUPPLIER_SKU#supplier#sku   | SUPPLIER_SKU      | -
what a supplier calls our products         | kind = SUPPLIER_SKU#supplier | name             | by_kind
what a product is a component of           | COMPONENT#sku               | KIT#kit           | -
all products, by sku                       | kind = PRODUCT              | name              | by_kind

Matching reads base items only, so that a listing saved a moment ago is found. `untold` of a product or listing is the
event under which its change is to be published; it is removed once that message is sent. `run` of a reference is the
import of listings that made it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import TypeAdapter
from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.transactions import TransactWrite

from packhorse.aws.settings import settings
from packhorse.domain.catalogue.barcode import spellings, typed_as
from packhorse.domain.catalogue.offer import changes_quantity
from packhorse.domain.catalogue.product import Listing, Product
from packhorse.domain.errors import FieldError, NotFound, NotNow, Rejected
from packhorse.domain.orders.channel_order import ChannelLine
from packhorse.domain.orders.matching import Match, Matches
from packhorse.domain.orders.order import Order
from packhorse.domain.schema import Reader, stamped
from packhorse.domain.values import ChannelId, OrderId, Sku, WarehouseId
from packhorse.store.items import Item
from packhorse.store.transaction import ignore_failed_condition, transaction

PRODUCT = Reader(TypeAdapter(Product))
LISTING = Reader(TypeAdapter(Listing))

LAST_CHARACTER = "\U0010ffff"


class ByKind(GlobalSecondaryIndex["CatalogueItem"]):
    """All products, by sku."""

    class Meta:
        index_name = "by_kind"
        projection = AllProjection()

    kind = UnicodeAttribute(hash_key=True)
    name = UnicodeAttribute(range_key=True)


class CatalogueItem(Item):
    """One item of the table; `body` is the product or listing as JSON."""

    class Meta:
        table_name = settings.catalogue_table

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    kind = UnicodeAttribute(null=True)
    name = UnicodeAttribute(null=True)
    body = UnicodeAttribute()
    untold = UnicodeAttribute(null=True)
    run = UnicodeAttribute(null=True)
    by_kind = ByKind()


def get_product(sku: Sku) -> Product:
    """Return the product of that sku; raises NotFound."""
    found = find_products((sku,))
    if sku not in found:
        raise NotFound(f"there is no product {sku}")
    return found[sku]


def find_products(skus: Iterable[Sku]) -> dict[Sku, Product]:
    """Return those of the products that exist."""
    entries = CatalogueItem.batch_get(((f"PRODUCT#{sku}", "PRODUCT") for sku in set(skus)), consistent_read=True)
    found = (PRODUCT.read(entry.body) for entry in entries)
    return {Sku(each.sku): each for each in found}


def find_by_code(code: str) -> Product | None:
    """Return the product of a scanned code, which is its sku or its barcode; None if no product has it.

    The code as it was scanned comes before the same in capitals or in small letters, and skus before barcodes.
    """
    typed = typed_as(code)
    barcodes = [each for name in typed for each in sorted(spellings(name))]
    keys = [*(_product_key(Sku(name)) for name in typed), *((f"BARCODE#{name}", "BARCODE") for name in barcodes)]
    entries = {entry.pk: entry for entry in CatalogueItem.batch_get(dict.fromkeys(keys), consistent_read=True)}
    found = next((entries[pk] for pk, _ in keys if pk in entries), None)
    if found is None or found.sk == "PRODUCT":
        return PRODUCT.read(found.body) if found else None
    return find_products((Sku(found.body),)).get(Sku(found.body))


def with_components(skus: Iterable[Sku]) -> dict[Sku, Product]:
    """Return those of the products that exist, and the components of kits among them, at all depths."""
    return _read(_with_components(skus, lambda product: product.is_kit))


def with_all_components(skus: Iterable[Sku]) -> dict[Sku, Product]:
    """Return those of the products that exist, and the components of kits and built products, at all depths."""
    return _read(_with_components(skus, lambda product: product.has_components))


def _read(entries: Mapping[Sku, CatalogueItem]) -> dict[Sku, Product]:
    return {sku: PRODUCT.read(entry.body) for sku, entry in entries.items()}


def _with_components(skus: Iterable[Sku], is_opened: Callable[[Product], bool]) -> dict[Sku, CatalogueItem]:
    found: dict[Sku, CatalogueItem] = {}
    wanted = set(skus)
    while wanted:
        entries = list(CatalogueItem.batch_get((_product_key(sku) for sku in wanted), consistent_read=True))
        found |= {Sku(str(entry.name)): entry for entry in entries}
        opened = filter(is_opened, (PRODUCT.read(entry.body) for entry in entries))
        wanted = {Sku(sku) for product in opened for sku in product.components} - found.keys() - wanted
    return found


def kits_with(sku: Sku) -> set[Sku]:
    """Return the kits and built products that hold the product, at all depths."""
    found: set[Sku] = set()
    wanted = {sku}
    while wanted:
        entries = (entry for name in wanted for entry in CatalogueItem.query(f"COMPONENT#{name}", consistent_read=True))
        wanted = {Sku(entry.sk.removeprefix("KIT#")) for entry in entries} - found
        found |= wanted
    return found


def product_page(after: str | None, limit: int, prefix: str = "") -> tuple[list[Product], str | None]:
    """Return a page of the products whose sku begins so, by sku, and the sku after which the next page starts."""
    first = after or prefix
    condition = ByKind.name.between(first, prefix + LAST_CHARACTER) if first else None
    most = limit + 2  # one is the product that the page comes after, one says that there is a next page
    entries = CatalogueItem.by_kind.query("PRODUCT", condition, limit=most, page_size=most)
    read = [PRODUCT.read(entry.body) for entry in entries]
    found = [product for product in read if product.sku != after]
    return found[:limit], found[limit - 1].sku if len(found) > limit else None


def products_pinned_to(warehouse: WarehouseId) -> Iterator[Product]:
    """Return the products that name the warehouse, by sku; one that was saved a moment ago may be missing."""
    found = (PRODUCT.read(entry.body) for entry in CatalogueItem.by_kind.query("PRODUCT"))
    return (product for product in found if warehouse in (product.pinned_warehouse, *product.priorities))


def put_product(
    new: Product, check: Callable[[Mapping[Sku, Product]], None] = lambda _: None, event: str | None = None
) -> bool:
    """Write a product; return whether its change must be published, and `mark_product_published` called after that.

    `check` gets the components of the product; that these are unchanged is a condition of the write. Raises Rejected if
    another product has the barcode, Conflict if the product or a component changed meanwhile.
    """
    read = _stored(*_product_key(Sku(new.sku)))
    parts = _with_components((Sku(sku) for sku in new.components), lambda part: part.has_components)
    check({sku: PRODUCT.read(entry.body) for sku, entry in parts.items()})
    old = PRODUCT.read(read.body) if read else new
    is_unpublished = changes_quantity(old, new) or (read is not None and read.untold is not None)
    taken = Rejected("not unique", [FieldError("barcode", "another product has this barcode")])
    with transaction(taken if new.barcode else None) as write:
        if old.barcode and old.barcode != new.barcode:
            write.delete(_barcode(old))
        write.save(_entry(new, event if is_unpublished else None), condition=_unchanged(read))
        for entry in parts.values():
            if entry.name != new.sku:
                write.condition_check(CatalogueItem, entry.pk, entry.sk, condition=_unchanged(entry))
        for removed in old.components.keys() - new.components.keys():
            write.delete(_component(removed, new))
        for part in new.components.keys() - (old.components.keys() if read else set()):
            write.save(_component(part, new))
        _write_supplier_skus(write, old if read else None, new)
        if new.barcode:
            write.save(_barcode(new), condition=_is_free_for(new))
    return is_unpublished


def mark_product_published(new: Product, event: str) -> None:
    """Mark the change of the product as published, unless the product has changed again."""
    _mark_published(_entry(new), event)


def _mark_published(entry: CatalogueItem, event: str) -> None:
    with ignore_failed_condition():
        entry.save(condition=(CatalogueItem.body == entry.body) & (CatalogueItem.untold == event))


def create_product(new: Product) -> None:
    """Write the product unless one of that sku exists."""
    with ignore_failed_condition():
        _entry(new).save(condition=CatalogueItem.pk.does_not_exist())


def _entry(new: Product, untold: str | None = None) -> CatalogueItem:
    key = _product_key(Sku(new.sku))
    return CatalogueItem(*key, kind="PRODUCT", name=new.sku, body=stamped(new.model_dump_json()), untold=untold)


def _barcode(product: Product) -> CatalogueItem:
    return CatalogueItem(f"BARCODE#{product.barcode}", "BARCODE", body=product.sku)


def _is_free_for(product: Product) -> Condition:
    is_free: Condition = CatalogueItem.pk.does_not_exist() | (CatalogueItem.body == product.sku)
    return is_free


def _supplier_sku(supplier: str, name: str, product: Product) -> CatalogueItem:
    kind = f"SUPPLIER_SKU#{supplier}"
    return CatalogueItem(f"{kind}#{name}", "SUPPLIER_SKU", kind=kind, name=name, body=product.sku)


def _write_supplier_skus(write: TransactWrite, old: Product | None, new: Product) -> None:
    before = old.supplier_skus.items() if old else set[tuple[str, str]]()
    for former in before - new.supplier_skus.items():
        write.delete(_supplier_sku(*former, new))
    for given in new.supplier_skus.items() - before:
        write.save(_supplier_sku(*given, new), condition=_is_free_for(new))


def other_products_of(new: Product) -> dict[str, Sku]:
    """Return other products that suppliers call as they shall call this one, by supplier."""
    suppliers = {f"SUPPLIER_SKU#{supplier}#{name}": supplier for supplier, name in new.supplier_skus.items()}
    entries = CatalogueItem.batch_get(((key, "SUPPLIER_SKU") for key in suppliers), consistent_read=True)
    return {suppliers[entry.pk]: Sku(entry.body) for entry in entries if entry.body != new.sku}


def skus_of_supplier(supplier: str) -> dict[str, Sku]:
    """Return our skus by those of a supplier; one that was saved a moment ago may be missing."""
    entries = CatalogueItem.by_kind.query(f"SUPPLIER_SKU#{supplier}")
    return {str(entry.name): Sku(entry.body) for entry in entries}


def _component(part: str, kit: Product) -> CatalogueItem:
    return CatalogueItem(f"COMPONENT#{part}", f"KIT#{kit.sku}", body=kit.sku)


def _product_key(sku: Sku) -> tuple[str, str]:
    return f"PRODUCT#{sku}", "PRODUCT"


def _stored(pk: str, sk: str) -> CatalogueItem | None:
    return next(iter(CatalogueItem.batch_get([(pk, sk)], consistent_read=True)), None)


def _unchanged(read: CatalogueItem | None) -> Condition:
    return CatalogueItem.body == read.body if read else CatalogueItem.pk.does_not_exist()


def delete_product(sku: Sku) -> None:
    """Delete a product; raises NotNow while a channel lists it or a kit holds it."""
    read = _stored(*_product_key(sku))
    if read is None:
        raise NotFound(f"there is no product {sku}")
    if listed := listings_of(sku):
        raise NotNow(f"{sku} is listed on {', '.join(each.channel for each in listed)}; remove the listings first")
    if kits := kits_with(sku):
        raise NotNow(f"{sku} is a component of {', '.join(sorted(kits))}; change the kits first")
    old = PRODUCT.read(read.body)
    with transaction() as write:
        write.delete(read, condition=_unchanged(read))
        for part in old.components:
            write.delete(_component(part, old))
        if old.barcode:
            write.delete(_barcode(old))
        for named in old.supplier_skus.items():
            write.delete(_supplier_sku(*named, old))


def listings_of(sku: Sku) -> list[Listing]:
    """Return the listings of a product on all channels."""
    entries = CatalogueItem.query(f"PRODUCT#{sku}", CatalogueItem.sk.startswith("LISTING#"), consistent_read=True)
    return [LISTING.read(entry.body) for entry in entries]


def listings_on(channel: ChannelId, skus: Iterable[Sku]) -> dict[Sku, Listing]:
    """Return the channel's listings of those products that it lists."""
    entries = CatalogueItem.batch_get((_listing_key(sku, channel) for sku in set(skus)), consistent_read=True)
    return {Sku(each.sku): each for each in (LISTING.read(entry.body) for entry in entries)}


def listing_page(channel: ChannelId, after: str | None, limit: int) -> list[Listing]:
    """Return a page of the channel's listings, by sku, after one; a listing made a moment ago may be missing."""
    condition = ByKind.name > after if after else None
    found = CatalogueItem.by_kind.query(f"LISTING#{channel}", condition, limit=limit, page_size=limit)
    return [LISTING.read(entry.body) for entry in found]


def get_listing(sku: Sku, channel: ChannelId) -> Listing:
    """Return the channel's listing of the product; raises NotFound."""
    return LISTING.read(_listing_item(sku, channel).body)


def _listing_item(sku: Sku, channel: ChannelId) -> CatalogueItem:
    found = _stored(*_listing_key(sku, channel))
    if not found:
        raise NotFound(f"{channel} does not list {sku}")
    return found


class WrittenListing(NamedTuple):
    """Whether its change must be published, then `mark_listing_published` called; the reference that it replaced."""

    is_unpublished: bool
    replaced: str | None


def put_listing(new: Listing, event: str | None = None) -> WrittenListing:
    """Write a listing.

    Raises Rejected if the channel lists another product under the reference, Conflict if the listing changed meanwhile.
    """
    get_product(Sku(new.sku))
    key = _listing_key(Sku(new.sku), ChannelId(new.channel))
    read = _stored(*key)
    old = LISTING.read(read.body) if read else new
    is_unpublished = read is None or read.untold is not None or old != new
    message = f"{new.channel} lists another product under {new.reference}"
    with transaction(Rejected("not unique", [FieldError("reference", message)])) as write:
        if old.reference != new.reference:
            write.delete(_reference(old))
        write.save(_listing_entry(new, event if is_unpublished else None), condition=_unchanged(read))
        write.save(_reference(new), condition=CatalogueItem.pk.does_not_exist() | (CatalogueItem.name == new.sku))
    return WrittenListing(is_unpublished, old.reference if old.reference != new.reference else None)


class ListedAs(NamedTuple):
    """The product that a reference means, and the import that listed it; empty if a person did."""

    sku: Sku
    run: str


def listed_as(channel: ChannelId, references: Iterable[str]) -> dict[str, ListedAs]:
    """Return what those of a channel's references mean that are listed."""
    prefix = f"LISTING#{channel}#"
    keys = ((f"{prefix}{each}", "LISTING") for each in set(references))
    found = CatalogueItem.batch_get(keys, consistent_read=True)
    return {each.pk.removeprefix(prefix): ListedAs(Sku(str(each.name)), each.run or "") for each in found}


TOGETHER = 25
"""Listings that are created in one transaction."""


def create_listings(new: Sequence[Listing], run: str) -> None:
    """Create up to TOGETHER listings in one transaction, none of which may exist; they are not marked to be published.

    Raises Rejected or Conflict, and creates none, if one of the products is listed or one of the references taken.
    """
    with transaction(Rejected("listed already")) as write:
        for each in new:
            write.save(_listing_entry(each), condition=CatalogueItem.pk.does_not_exist())
            write.save(_reference(each, run), condition=CatalogueItem.pk.does_not_exist())


def mark_listing_published(new: Listing, event: str) -> None:
    """Mark the change of the listing as published, unless the listing has changed again."""
    _mark_published(_listing_entry(new), event)


def _listing_entry(new: Listing, untold: str | None = None) -> CatalogueItem:
    key = _listing_key(Sku(new.sku), ChannelId(new.channel))
    return CatalogueItem(
        *key, kind=f"LISTING#{new.channel}", name=new.sku, body=stamped(new.model_dump_json()), untold=untold
    )


def delete_listing(sku: Sku, channel: ChannelId) -> None:
    """Delete the channel's listing of the product; raises NotFound."""
    read = _listing_item(sku, channel)
    with transaction() as write:
        write.delete(read, condition=_unchanged(read))
        write.delete(_reference(LISTING.read(read.body)))


def _listing_key(sku: Sku, channel: ChannelId) -> tuple[str, str]:
    return f"PRODUCT#{sku}", f"LISTING#{channel}"


def _reference(listed: Listing, run: str | None = None) -> CatalogueItem:
    key = f"LISTING#{listed.channel}#{listed.reference}"
    return CatalogueItem(key, "LISTING", name=listed.sku, body=stamped(listed.model_dump_json()), run=run)


def matches(orders: Iterable[Order]) -> dict[OrderId, Matches]:
    """Match the orders' lines that have no product: by listing reference, then by sku, then by barcode."""
    lacking = [(order, [line for line in order.lines if not line.matched]) for order in orders]
    keys = {key for order, lines in lacking for line in lines for key in _match_keys(order.channel, line)}
    found = (
        {(entry.pk, entry.sk): entry for entry in CatalogueItem.batch_get(keys, consistent_read=True)} if keys else {}
    )
    return {order.id: _matched(order.channel, lines, found) for order, lines in lacking}


def _match_keys(channel: str, line: ChannelLine) -> list[tuple[str, str]]:
    """Return the keys that may match a line, in the order of preference."""
    keys = [(f"LISTING#{channel}#{name}", "LISTING") for name in dict.fromkeys((line.reference, line.sku)) if name]
    if line.sku:
        keys.append((f"PRODUCT#{line.sku.strip()}", "PRODUCT"))
    if line.barcode:
        keys.append((f"BARCODE#{line.barcode}", "BARCODE"))
    return keys


def _matched(channel: str, lines: Iterable[ChannelLine], found: Mapping[tuple[str, str], Any]) -> Matches:
    matched = {}
    for line in lines:
        entry = next((found[key] for key in _match_keys(channel, line) if key in found), None)
        if entry:
            matched[line.id] = Match(Sku(_sku(entry)))
    return matched


def _sku(entry: CatalogueItem) -> str:
    return entry.body if entry.sk == "BARCODE" else str(entry.name)

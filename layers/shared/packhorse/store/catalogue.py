"""Products and what they are found by, in the Catalogue table: `catalogue_items` says where."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from pydantic import TypeAdapter
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from packhorse.domain.catalogue.barcode import spellings, typed_as
from packhorse.domain.catalogue.offer import changes_quantity
from packhorse.domain.catalogue.product import Product
from packhorse.domain.errors import FieldError, NotNow, Rejected
from packhorse.domain.schema import Reader, stamped
from packhorse.domain.values import Sku, WarehouseId
from packhorse.store.catalogue_items import (
    ByKind,
    CatalogueItem,
    is_unchanged,
    mark_published,
    product_item,
    product_key,
    stored_item,
)
from packhorse.store.conditions import ignore_failed_condition
from packhorse.store.listings import listings_of
from packhorse.store.transaction import transaction

PRODUCT = Reader(TypeAdapter(Product))

LAST_CHARACTER = "\U0010ffff"
MANY = 1000
"""Skus of which each costs a read, where all products cost one for eight kilobytes."""


def get_product(sku: Sku) -> Product:
    """Return the product of that sku; raises NotFound."""
    return PRODUCT.read(product_item(sku).body)


def find_products(skus: Iterable[Sku]) -> dict[Sku, Product]:
    """Return those of the products that exist."""
    entries = CatalogueItem.batch_get(((f"PRODUCT#{sku}", "PRODUCT") for sku in set(skus)), consistent_read=True)
    found = (PRODUCT.read(entry.body) for entry in entries)
    return {Sku(each.sku): each for each in found}


def find_products_among(names: Collection[Sku]) -> dict[Sku, Product]:
    """Return those of a supplier's skus, of which most may be none of ours, that are products.

    Very many are not looked up one by one, which DynamoDB charges for each: our own products are read by the index, up
    to as many, and one that was saved a moment ago may be missing.
    """
    if len(wanted := set(names)) <= MANY:
        return find_products(wanted)
    found = {}
    for number, entry in enumerate(CatalogueItem.by_kind.query("PRODUCT")):
        if number == len(wanted):
            return find_products(wanted)
        if entry.name in wanted:
            found[Sku(entry.name)] = PRODUCT.read(entry.body)
    return found


def names_of(skus: Iterable[str]) -> dict[str, str]:
    """Return the names of those of the products that exist, by sku."""
    return {sku: product.name for sku, product in find_products(map(Sku, skus)).items()}


def find_by_code(code: str) -> Product | None:
    """Return the product of a scanned code, which is its sku or its barcode; None if no product has it.

    The code as it was scanned comes before the same in capitals or in small letters, and skus before barcodes.
    """
    typed = typed_as(code)
    barcodes = [each for name in typed for each in sorted(spellings(name))]
    keys = [*(product_key(Sku(name)) for name in typed), *((f"BARCODE#{name}", "BARCODE") for name in barcodes)]
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
        entries = list(CatalogueItem.batch_get((product_key(sku) for sku in wanted), consistent_read=True))
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


def products_bought_from(supplier: str) -> Iterator[Product]:
    """Return the products that are bought from the supplier, by sku; one that was saved a moment ago may be missing."""
    found = (PRODUCT.read(entry.body) for entry in CatalogueItem.by_kind.query("PRODUCT"))
    return (product for product in found if supplier in {terms.supplier for terms in product.bought_from})


class WrittenProduct(NamedTuple):
    """The product as it is stored, and whether its change must be published, then `mark_product_published` called."""

    product: Product
    is_unpublished: bool


def put_product(new: Product, event: str | None = None) -> bool:
    """Write a product, whatever is stored; return whether its change must be published."""
    return edit_product(Sku(new.sku), lambda _: new, event=event).is_unpublished


def edit_product(
    sku: Sku,
    edit: Callable[[Product | None], Product],
    check: Callable[[Product, Mapping[Sku, Product]], None] = lambda *_: None,
    event: str | None = None,
) -> WrittenProduct:
    """Write a product as `edit` returns it, which gets what is stored, None if nothing is.

    `check` gets it with its components. That all of these are unchanged is a condition of the write. Raises Rejected if
    another product has the barcode, Conflict if the product or a component changed meanwhile.
    """
    read = stored_item(*product_key(sku))
    stored = PRODUCT.read(read.body) if read else None
    new = edit(stored)
    parts = _with_components((Sku(part) for part in new.components), lambda part: part.has_components)
    check(new, {part: PRODUCT.read(entry.body) for part, entry in parts.items()})
    old = stored or new
    is_unpublished = changes_quantity(old, new) or (read is not None and read.untold is not None)
    taken = Rejected("not unique", [FieldError("barcode", "another product has this barcode")])
    with transaction(taken if new.barcode else None) as write:
        if old.barcode and old.barcode != new.barcode:
            write.delete(_barcode(old))
        write.save(_entry(new, event if is_unpublished else None), condition=is_unchanged(read))
        for entry in parts.values():
            if entry.name != new.sku:
                write.condition_check(CatalogueItem, entry.pk, entry.sk, condition=is_unchanged(entry))
        for removed in old.components.keys() - new.components.keys():
            write.delete(_component(removed, new))
        for part in new.components.keys() - (stored.components.keys() if stored else set()):
            write.save(_component(part, new))
        _write_supplier_skus(write, stored, new)
        if new.barcode:
            write.save(_barcode(new), condition=_is_free_for(new))
    return WrittenProduct(new, is_unpublished)


def mark_product_published(new: Product, event: str) -> None:
    """Mark the change of the product as published, unless the product has changed again."""
    mark_published(_entry(new), event)


def create_product(new: Product) -> None:
    """Write the product unless one of that sku exists."""
    with ignore_failed_condition():
        _entry(new).save(condition=CatalogueItem.pk.does_not_exist())


def _entry(new: Product, untold: str | None = None) -> CatalogueItem:
    key = product_key(Sku(new.sku))
    return CatalogueItem(*key, kind="PRODUCT", name=new.sku, body=stamped(new.model_dump_json()), untold=untold)


def _barcode(product: Product) -> CatalogueItem:
    return CatalogueItem(f"BARCODE#{product.barcode}", "BARCODE", body=product.sku)


def _is_free_for(product: Product) -> Condition:
    is_free: Condition = CatalogueItem.pk.does_not_exist() | (CatalogueItem.body == product.sku)
    return is_free


def is_barcode_of_another(new: Product) -> bool:
    """Return whether another product has the barcode of this one, perhaps with more or fewer zeros in front."""
    keys = ((f"BARCODE#{name}", "BARCODE") for name in spellings(new.barcode or ""))
    return any(entry.body != new.sku for entry in CatalogueItem.batch_get(keys, consistent_read=True))


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


def delete_product(sku: Sku) -> None:
    """Delete a product; raises NotNow while a channel lists it or a kit holds it."""
    read = product_item(sku)
    if listed := listings_of(sku):
        raise NotNow(f"{sku} is listed on {', '.join(each.channel for each in listed)}; remove the listings first")
    if kits := kits_with(sku):
        raise NotNow(f"{sku} is a component of {', '.join(sorted(kits))}; change the kits first")
    old = PRODUCT.read(read.body)
    with transaction() as write:
        write.delete(read, condition=is_unchanged(read))
        for part in old.components:
            write.delete(_component(part, old))
        if old.barcode:
            write.delete(_barcode(old))
        for named in old.supplier_skus.items():
            write.delete(_supplier_sku(*named, old))

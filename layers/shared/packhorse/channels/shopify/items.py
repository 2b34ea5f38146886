"""The inventory items behind the references of listings, and what of them is stocked at a location."""

import re
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from packhorse.channels.shopify.inventory import FIND, Found, Variant, Variants
from packhorse.channels.shopify.query import query
from packhorse.domain.batching import batched
from packhorse.domain.errors import Rejected

if TYPE_CHECKING:
    import httpx

FIND_SIZE = 50
PAGE_SIZE = 100
MAX_FIND_PAGES = 10


class ShopifyItems:
    """The inventory items of a store at one of its locations (None: its primary one); made for each invocation."""

    def __init__(
        self, location: str | None, http: "httpx.Client", sleep: Callable[[float], None] | None = None
    ) -> None:
        self.location = location and gid("Location", location)
        self.http = http
        self.sleep = sleep or time.sleep
        self._items: dict[str, str | Rejected] = {}
        self._not_stocked: set[str] = set()
        self._not_tracked: set[str] = set()

    def seen(self, reference: str) -> str | None:
        """Return the item of a reference that was looked up and has one."""
        item = self._items.get(reference)
        return item if isinstance(item, str) else None

    def is_stocked(self, item: str) -> bool:
        """Return whether the location stocks the item, as far as that was read."""
        return item not in self._not_stocked

    def is_tracked(self, item: str) -> bool:
        """Return whether the store counts what it has of an item that was looked up."""
        return item not in self._not_tracked

    def found(self, references: Sequence[str]) -> dict[str, str | Rejected]:
        """Return the inventory item of each reference, or its rejection; each reference is looked up once."""
        for batch in batched([each for each in references if each not in self._items], FIND_SIZE):
            self._find(batch)
        return {reference: self._items[reference] for reference in references}

    def _find(self, references: Sequence[str]) -> None:
        ids = {reference: gid for reference in references if (gid := _variant_id(reference))}
        skus = [reference for reference in references if not reference.startswith("gid://")]
        search = " OR ".join(f"sku:{_quoted(sku)}" for sku in skus)
        is_located = self.location is not None
        nodes, matches = self._look_up(list(dict.fromkeys(ids.values())), search)
        by_id = {variant.id: variant for variant in nodes}
        for reference in references:
            same = [by_id[ids[reference]]] if ids.get(reference) in by_id else _with_sku(reference, matches)
            self._items[reference] = _item(reference, same)
            found = [each.item for each in same if each.item]
            self._not_tracked |= {item.id for item in found if not item.tracked}
            if is_located:
                self._not_stocked |= {item.id for item in found if item.level is None}

    def _look_up(self, ids: Sequence[str], search: str) -> tuple[list[Variant], list[Variant]]:
        nodes: list[Variant] = []
        matches: list[Variant] = []
        # The primary location has no id until the first answer: what is stocked there is not asked with it.
        where = {"at": self.location or gid("Location", "0"), "located": self.location is not None}
        variables: dict[str, Any] = {**where, "ids": ids, "search": bool(search), "first": PAGE_SIZE, "skus": search}
        for _ in range(MAX_FIND_PAGES):
            named = {"location": self.location} if self.location else {}
            answer = query(self.http, Found, FIND, variables | named, self.sleep)
            if answer.location is None:
                raise Rejected(f"no location {self.location or ''} at this store")
            self.location = answer.location.id
            nodes += [variant for variant in answer.nodes if variant]
            page = answer.by_sku or Variants(nodes=())
            matches += page.nodes
            if not page.page.more:
                break
            variables |= {"ids": [], "after": page.page.end}
        return nodes, matches


def _item(reference: str, variants: Sequence[Variant]) -> str | Rejected:
    items = {variant.item.id for variant in variants if variant.item}
    if len(items) > 1:
        return Rejected(f"{len(items)} variants have the sku {reference}: list one of them by its id")
    return items.pop() if items else Rejected(f"no variant {reference} at this store")


def _with_sku(sku: str, variants: Iterable[Variant]) -> list[Variant]:
    """Return the variants with exactly that sku; a search finds similar ones, too."""
    return [variant for variant in variants if variant.sku == sku]


def _variant_id(reference: str) -> str | None:
    found = re.fullmatch(r"(?:gid://shopify/ProductVariant/)?([0-9]{1,18})", reference)
    return gid("ProductVariant", found[1]) if found else None


def gid(kind: str, name: str) -> str:
    """Return the global id of an object that may be named by its number."""
    return name if name.startswith("gid://") else f"gid://shopify/{kind}/{name}"


def _quoted(text: str) -> str:
    r"""Return the text as a value of Shopify's search language.

    >>> print(_quoted('3" pipe'))
    "3\" pipe"
    """
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'

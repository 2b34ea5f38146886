"""Queries and mutations on Shopify's inventory, and the shapes of their answers."""

import re
from collections.abc import Sequence

from pydantic import Field, StrictBool, StrictInt

from packhorse.http.body import ExternalModel, Moment

FIND = """
query find(
  $location: ID, $at: ID!, $located: Boolean!,
  $ids: [ID!]!, $search: Boolean!, $first: Int!, $skus: String, $after: String
) {
  location(id: $location) { id }
  nodes(ids: $ids) { ... on ProductVariant { id ITEM } }
  productVariants(first: $first, query: $skus, after: $after) @include(if: $search) {
    nodes { id sku ITEM }
    pageInfo { hasNextPage endCursor }
  }
}
""".replace("ITEM", "inventoryItem { id tracked inventoryLevel(locationId: $at) @include(if: $located) { id } }")

READ = """
query read($items: [ID!]!, $location: ID!) {
  nodes(ids: $items) {
    ... on InventoryItem {
      id
      inventoryLevel(locationId: $location) { quantities(names: ["available"]) { name quantity } }
    }
  }
}
"""

SET = """
mutation set($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { createdAt }
    userErrors { code field message }
  }
}
"""


class Thing(ExternalModel):
    """An object with an id."""

    id: str


class StockedItem(ExternalModel):
    """An inventory item, with its stock at the location if that was requested; none where it is not stocked.

    The store sells one that is not `tracked` without limit, whatever its quantity.
    """

    id: str
    tracked: StrictBool = True
    level: Thing | None = Field(None, validation_alias="inventoryLevel")


class Variant(ExternalModel):
    """A variant of a product; empty if the node is something else."""

    id: str = ""
    sku: str = ""
    item: StockedItem | None = Field(None, validation_alias="inventoryItem")


class PageInfo(ExternalModel):
    """Whether a next page exists."""

    more: StrictBool = Field(False, validation_alias="hasNextPage")
    end: str | None = Field(None, validation_alias="endCursor")


class Variants(ExternalModel):
    """A page of variants."""

    nodes: tuple[Variant, ...]
    page: PageInfo = Field(default_factory=PageInfo, validation_alias="pageInfo")


class Found(ExternalModel):
    """An answer to FIND."""

    location: Thing | None = None
    nodes: tuple[Variant | None, ...]
    by_sku: Variants | None = Field(None, validation_alias="productVariants")


class Named(ExternalModel):
    """A quantity of one name, such as `available`."""

    quantity: StrictInt


class Level(ExternalModel):
    """The stock of an item at a location."""

    quantities: tuple[Named, ...]


class Item(ExternalModel):
    """An inventory item; no level where it is not stocked at the location."""

    id: str = ""
    level: Level | None = Field(None, validation_alias="inventoryLevel")


class Levels(ExternalModel):
    """An answer to READ."""

    nodes: tuple[Item | None, ...]


class UserError(ExternalModel):
    """Why the whole of SET was refused; `field` is a path such as input, quantities, 0, quantity."""

    code: str = ""
    field: tuple[str, ...] = ()
    message: str = ""

    def concerns(self, size: int) -> Sequence[int]:
        """Return the indexes in the list of quantities that the error is about; all of them if it names none."""
        named = re.search(r"\bquantities,([0-9]{1,4})\b", ",".join(self.field))
        return [int(named[1])] if named and int(named[1]) < size else range(size)


class AdjustmentGroup(ExternalModel):
    """The changes that SET made, and when by the store's clock."""

    created_at: Moment = Field(validation_alias="createdAt")


class SetResult(ExternalModel):
    """The result of SET; no group if it changed nothing."""

    group: AdjustmentGroup | None = Field(None, validation_alias="inventoryAdjustmentGroup")
    errors: tuple[UserError, ...] = Field(validation_alias="userErrors")


class WasSet(ExternalModel):
    """An answer to SET."""

    outcome: SetResult = Field(validation_alias="inventorySetQuantities")

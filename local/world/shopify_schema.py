"""The inventory part of the Admin API's GraphQL schema, and the execution of both parts on a store."""

import base64
import re
from collections.abc import Callable
from functools import lru_cache
from operator import itemgetter
from typing import Any

from graphql import DocumentNode, GraphQLError, GraphQLResolveInfo, build_schema, execute_sync, parse, validate

from local.world.shopify_cancelling import run_jobs
from local.world.shopify_cost import actual_cost, requested_cost, value_of
from local.world.shopify_ids import error, limited, number_of, page_size, split
from local.world.shopify_order_schema import ORDERS
from local.world.shopify_orders import OrderFields
from local.world.shopify_store import Json, Store, Variant
from local.world.shopify_webhooks import WEBHOOKS, WebhookFields

MAX_COST = 1000
Info = GraphQLResolveInfo[Any]

SCHEMA = build_schema(
    """
    directive @idempotent(key: String!) on FIELD

    schema { query: QueryRoot mutation: Mutation }

    interface Node { id: ID! }

    type Location implements Node { id: ID! legacyResourceId: UnsignedInt64! name: String! }

    type InventoryQuantity { name: String! quantity: Int! }

    type InventoryLevel implements Node {
      id: ID!
      location: Location!
      quantities(names: [String!]!): [InventoryQuantity!]!
    }

    type InventoryItem implements Node {
      id: ID!
      sku: String
      tracked: Boolean!
      variant: ProductVariant!
      inventoryLevel(locationId: ID!): InventoryLevel
    }

    type ProductVariant implements Node {
      id: ID!
      legacyResourceId: UnsignedInt64!
      sku: String
      inventoryItem: InventoryItem!
      displayName: String!
    }

    type PageInfo { hasNextPage: Boolean! endCursor: String }

    type ProductVariantConnection { nodes: [ProductVariant!]! pageInfo: PageInfo! }

    type QueryRoot {
      location(id: ID): Location
      nodes(ids: [ID!]!): [Node]!
      productVariants(first: Int, after: String, query: String): ProductVariantConnection!
    }

    input InventoryQuantityInput {
      inventoryItemId: ID!
      locationId: ID!
      quantity: Int!
      changeFromQuantity: Int
    }

    input InventorySetQuantitiesInput {
      name: String!
      reason: String!
      referenceDocumentUri: String
      quantities: [InventoryQuantityInput!]!
    }

    enum InventorySetQuantitiesUserErrorCode {
      CHANGE_FROM_QUANTITY_STALE
      IDEMPOTENCY_CONCURRENT_REQUEST
      IDEMPOTENCY_KEY_PARAMETER_MISMATCH
      INVALID_INVENTORY_ITEM
      INVALID_LOCATION
      INVALID_NAME
      INVALID_QUANTITY_NEGATIVE
      INVALID_QUANTITY_TOO_HIGH
      INVALID_QUANTITY_TOO_LOW
      INVALID_REASON
      INVALID_REFERENCE_DOCUMENT
      NON_MUTABLE_INVENTORY_ITEM
      NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR
    }

    type InventorySetQuantitiesUserError {
      code: InventorySetQuantitiesUserErrorCode
      field: [String!]
      message: String!
    }

    type InventoryAdjustmentGroup implements Node { id: ID! createdAt: DateTime! }

    type InventorySetQuantitiesPayload {
      inventoryAdjustmentGroup: InventoryAdjustmentGroup
      userErrors: [InventorySetQuantitiesUserError!]!
    }

    type Mutation {
      inventorySetQuantities(input: InventorySetQuantitiesInput!): InventorySetQuantitiesPayload
    }
    """
    + ORDERS
    + WEBHOOKS
)


def execute(store: Store, request: Json) -> Json:
    """Execute a GraphQL request and return its data or errors, with its cost."""
    document, errors = _parse_and_validate(str(request.get("query", "")))
    if document is None:
        return {"errors": [each.formatted for each in errors]}
    variables = request.get("variables") or {}
    with store.lock:
        store.questions += 1
        run_jobs(store)
        return _execute_within_budget(store, document, variables)


@lru_cache(64)
def _parse_and_validate(query: str) -> tuple[DocumentNode | None, list[GraphQLError]]:
    """Return the document, None with errors if it is invalid."""
    try:
        document = parse(query)
    except GraphQLError as failed:
        return None, [failed]
    errors = validate(SCHEMA, document)
    return (None if errors else document), errors


def _execute_within_budget(store: Store, document: DocumentNode, variables: Json) -> Json:
    requested = requested_cost(document, variables)
    if requested > MAX_COST:
        text = f"Query cost is {requested}, which exceeds the single query max cost limit ({MAX_COST})."
        return _refusal("MAX_COST_EXCEEDED", text, _cost(store, requested, None))
    if store.bucket.refill() < requested:
        return _refusal("THROTTLED", "Throttled", _cost(store, requested, None))
    result = execute_sync(SCHEMA, document, root_value=_Root(store), variable_values=variables).formatted
    actual = min(requested, actual_cost(result.get("data")))
    store.bucket.available -= actual
    return {**result, "extensions": {"cost": _cost(store, requested, actual)}}


def _refusal(code: str, message: str, points: Json) -> Json:
    return {"errors": [{"message": message, "extensions": {"code": code}}], "extensions": {"cost": points}}


def _cost(store: Store, requested: int, actual: int | None) -> Json:
    status = {
        "maximumAvailable": store.bucket.maximum,
        "currentlyAvailable": int(store.bucket.available),
        "restoreRate": store.bucket.restored,
    }
    return {"requestedQueryCost": requested, "actualQueryCost": actual, "throttleStatus": status}


# ---- resolvers: objects are dicts, a field with arguments is a function


class _Root(OrderFields, WebhookFields):
    """The fields of the query root and of the mutation root."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def location(self, _: Info, id: str | None = None) -> Json | None:  # noqa: A002 -- the name in the schema
        name = number_of("Location", id) if id is not None else next(iter(self.store.locations), None)
        return _location(self.store, name) if name in self.store.locations else None

    def nodes(self, _: Info, ids: list[str]) -> list[Json | None]:
        return [self._node(gid) for gid in limited(ids)]

    def productVariants(  # noqa: N802 -- the name in the schema
        self, _: Info, first: int | None = None, after: str | None = None, query: str | None = None
    ) -> Json:
        size = page_size(first)
        matches = _search(query or "")
        last = int(base64.b64decode(after)) if after else 0  # a cursor is a place behind an id, not an offset
        named = sorted(((int(name), each) for name, each in self.store.variants.items()), key=itemgetter(0))
        found = [(number, each) for number, each in named if number > last and matches(each)]
        end = str(found[:size][-1][0] if found else last)
        return {
            "nodes": [_variant(self.store, variant) for _, variant in found[:size]],
            "pageInfo": {"hasNextPage": len(found) > size, "endCursor": base64.b64encode(end.encode()).decode()},
        }

    def inventorySetQuantities(self, info: Info, input: Json) -> Json:  # noqa: A002, N802
        key = _idempotency_key(info)
        for each in limited(input["quantities"]):
            if "changeFromQuantity" not in each:
                text = "InventoryQuantityInput must include the following argument: changeFromQuantity."
                raise error("INVALID_FIELD_ARGUMENTS", text)
            number_of("InventoryItem", each["inventoryItemId"]), number_of("Location", each["locationId"])
        return self.store.set_quantities(key, input)

    def _node(self, gid: str) -> Json | None:
        kind, name = split(gid)
        if kind == "ProductVariant":
            found = self.store.variants.get(name)
            return _variant(self.store, found) if found else None
        if kind == "InventoryItem":
            variant = self.store.variant_of(name)
            return _item(self.store, variant) if variant else None
        return _location(self.store, name) if kind == "Location" and name in self.store.locations else None


def _variant(store: Store, variant: Variant) -> Json:
    return {
        "__typename": "ProductVariant",
        "id": f"gid://shopify/ProductVariant/{variant.id}",
        "legacyResourceId": variant.id,
        "sku": variant.sku or None,
        "displayName": f"{variant.title or 'Product'} - {variant.sku or variant.id}",
        "inventoryItem": lambda _: _item(store, variant),
    }


def _item(store: Store, variant: Variant) -> Json:
    return {
        "__typename": "InventoryItem",
        "id": f"gid://shopify/InventoryItem/{variant.item}",
        "sku": variant.sku or None,
        "tracked": variant.tracked,
        "variant": lambda _: _variant(store, variant),
        "inventoryLevel": lambda _, locationId: _level(store, variant, number_of("Location", locationId)),  # noqa: N803
    }


def _level(store: Store, variant: Variant, location: str) -> Json | None:
    if location not in variant.levels:
        return None
    return {
        "__typename": "InventoryLevel",
        "id": f"gid://shopify/InventoryLevel/{location}?inventory_item_id={variant.item}",
        "location": _location(store, location),
        "quantities": lambda _, names: [
            {"name": name, "quantity": variant.levels[location]} for name in names if name in ("available", "on_hand")
        ],
    }


def _location(store: Store, name: Any) -> Json:
    gid = f"gid://shopify/Location/{name}"
    return {"__typename": "Location", "id": gid, "legacyResourceId": name, "name": store.locations[name]}


def _idempotency_key(info: Info) -> str:
    for directive in info.field_nodes[0].directives or ():
        if directive.name.value == "idempotent" and directive.arguments:
            variables: Any = info.variable_values  # graphql-core 3.3 wraps them in a class
            key = value_of(directive.arguments[0].value, getattr(variables, "coerced", variables))
            if isinstance(key, str) and 0 < len(key) <= 255:
                return key
    raise error("BAD_REQUEST", "The @idempotent directive is required for this mutation but was not provided.")


def _search(query: str) -> Callable[[Variant], bool]:
    """Return the predicate of a search: terms `sku:value` joined by OR, each a prefix of a sku, ignoring case."""
    term = r"""\s*sku:(?:"((?:\\.|[^"\\])*)"|([^\s"]+))\s*"""
    if query and not re.fullmatch(rf"{term}(?:\bOR\b{term})*", query):
        raise error("BAD_REQUEST", f"this store does not support the search {query}")
    prefixes = [re.sub(r"\\(.)", r"\1", quoted or plain).lower() for quoted, plain in re.findall(term, query)]
    return lambda variant: not prefixes or variant.sku.lower().startswith(tuple(prefixes))

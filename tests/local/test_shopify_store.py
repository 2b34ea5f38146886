"""The simulated Shopify store follows Shopify's rules, and the Shopify channel works with it over a real socket."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.world import saved
from local.world.server import server
from local.world.shop import Shop
from local.world.shopify_events import PRIVACY
from local.world.shopify_store import Store
from packhorse.channels.http import connect
from packhorse.channels.protocol import Keys, Quantity
from packhorse.channels.shopify import login, sign_in
from packhorse.channels.shopify.stock import ShopifyStock
from packhorse.domain.configuration.channel import Channel, ChannelKind
from packhorse.domain.errors import CredentialsRefused, Rejected, Unavailable
from tests.channels.setting import set_all

GRAPHQL = "/admin/api/2026-10/graphql.json"
SET = """
mutation set($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { id }
    userErrors { code field message }
  }
}
"""
ITEM, OTHER_ITEM = "gid://shopify/InventoryItem/944211", "gid://shopify/InventoryItem/944212"
MAIN, WAREHOUSE = "gid://shopify/Location/7001", "gid://shopify/Location/7002"


@pytest.fixture
def url() -> Iterator[str]:
    http = server(Shop(), store=Store())
    threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
    login.clear_tokens()
    yield f"http://127.0.0.1:{http.server_address[1]}/shopify"
    http.shutdown()
    http.server_close()


@pytest.fixture
def store(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, headers={"X-Shopify-Access-Token": "shpat_of-the-store"}) as client:
        mugs = [
            {"id": 44211, "sku": "MUG #1", "levels": {"7001": 10, "7002": 20}},
            {"id": 44212, "sku": "MUG #1-XL", "levels": {"7001": 5}},
        ]
        client.put("/_control/variants", json=mugs)
        yield client


def ask(store: httpx.Client, query: str, **variables: Any) -> Any:
    return store.post(GRAPHQL, json={"query": query, "variables": variables}).json()


def an_input(*quantities: dict[str, Any], **changed: Any) -> dict[str, Any]:
    return {"name": "available", "reason": "correction", "quantities": list(quantities), **changed}


def a_quantity(item: str = ITEM, quantity: int = 7, was: int | None = None, location: str = MAIN) -> dict[str, Any]:
    return {"inventoryItemId": item, "locationId": location, "quantity": quantity, "changeFromQuantity": was}


def set_quantities(store: httpx.Client, *quantities: dict[str, Any], key: str = "k-1", **changed: Any) -> Any:
    return ask(store, SET, input=an_input(*quantities, **changed), key=key)


def codes(answer: Any) -> list[tuple[str, str]]:
    errors = answer["data"]["inventorySetQuantities"]["userErrors"]
    return [(error["code"], ".".join(error["field"] or ())) for error in errors]


def levels(store: httpx.Client, variant: int = 44211) -> Any:
    return store.get("/_control/received").json()["variants"][str(variant)]["levels"]


# ---- authorization


def test_a_request_without_a_token_is_refused(store: httpx.Client) -> None:
    answer = store.post(GRAPHQL, json={"query": "{ location { id } }"}, headers={"X-Shopify-Access-Token": "wrong"})

    assert answer.status_code == 401


def test_another_version_of_the_api_does_not_exist(store: httpx.Client) -> None:
    assert store.post("/admin/api/2024-01/graphql.json", json={"query": "{ location { id } }"}).status_code == 404


def test_an_app_gets_tokens_that_expire(store: httpx.Client) -> None:
    app = {"client_id": "app-of-the-store", "client_secret": "shpss_of-the-store", "grant_type": "client_credentials"}

    granted = store.post("/admin/oauth/access_token", data=app).json()
    store.headers["X-Shopify-Access-Token"] = granted["access_token"]
    before = store.post(GRAPHQL, json={"query": "{ location { id } }"}).status_code
    store.delete("/_control/tokens")
    after = store.post(GRAPHQL, json={"query": "{ location { id } }"}).status_code

    assert granted["expires_in"] == 86_399
    assert (before, after) == (200, 401)


@pytest.mark.parametrize(
    "wrong", [{"client_secret": "x"}, {"client_id": "x"}, {"grant_type": "authorization_code"}, {"client_id": ""}]
)
def test_other_credentials_get_no_token(store: httpx.Client, wrong: dict[str, str]) -> None:
    app = {"client_id": "app-of-the-store", "client_secret": "shpss_of-the-store", "grant_type": "client_credentials"}

    assert store.post("/admin/oauth/access_token", data=app | wrong).status_code == 400


# ---- requests


def test_a_request_that_does_not_fit_the_schema_is_refused(store: httpx.Client) -> None:
    answers = [
        ask(store, query)
        for query in (
            "{ orders { id } }",
            "{ location { adress } }",
            "{ location {",
            "{ nodes(ids: 7) }",
            'mutation { inventorySetQuantities(input: {name: "available", reason: "x", ignoreCompareQuantity: true}) }',
        )
    ]

    assert all("data" not in answer and answer["errors"] for answer in answers)


def test_variants_are_found_by_id_and_by_the_beginning_of_their_sku(store: httpx.Client) -> None:
    query = '{ nodes(ids: ["gid://shopify/ProductVariant/44211", "gid://shopify/ProductVariant/1"]) { id } '
    query += (
        'productVariants(first: 1, query: "sku:\\"mug #1\\"") { nodes { sku } pageInfo { hasNextPage endCursor } } }'
    )

    data = ask(store, query)["data"]

    assert data["nodes"] == [{"id": "gid://shopify/ProductVariant/44211"}, None]
    assert data["productVariants"]["nodes"] == [{"sku": "MUG #1"}]
    assert data["productVariants"]["pageInfo"]["hasNextPage"]


def test_stock_is_listed_by_location(store: httpx.Client) -> None:
    query = """query read($item: ID!, $location: ID!) {
      nodes(ids: [$item]) { ... on InventoryItem { inventoryLevel(locationId: $location) {
        location { name } quantities(names: ["available"]) { name quantity } } } } }"""

    stocked = ask(store, query, item=ITEM, location=WAREHOUSE)["data"]["nodes"][0]["inventoryLevel"]
    not_stocked = ask(store, query, item=OTHER_ITEM, location=WAREHOUSE)["data"]["nodes"][0]["inventoryLevel"]

    assert stocked == {"location": {"name": "Warehouse"}, "quantities": [{"name": "available", "quantity": 20}]}
    assert not_stocked is None


def test_an_id_of_another_kind_is_refused(store: httpx.Client) -> None:
    errors = ask(store, '{ location(id: "7001") { id } }')["errors"]

    assert errors[0]["extensions"]["code"] == "INVALID_GLOBAL_ID"


# ---- setting quantities


def test_all_of_a_call_is_set(store: httpx.Client) -> None:
    answer = set_quantities(store, a_quantity(quantity=7, was=10), a_quantity(OTHER_ITEM, 0, was=None))

    assert codes(answer) == []
    assert (levels(store), levels(store, 44212)) == ({"7001": 7, "7002": 20}, {"7001": 0})


WRONG = [
    (a_quantity(was=9), "CHANGE_FROM_QUANTITY_STALE", "changeFromQuantity"),
    (a_quantity("gid://shopify/InventoryItem/1"), "INVALID_INVENTORY_ITEM", "inventoryItemId"),
    (a_quantity(location="gid://shopify/Location/1"), "INVALID_LOCATION", "locationId"),
    (a_quantity(quantity=-1), "INVALID_QUANTITY_NEGATIVE", "quantity"),
    (a_quantity(quantity=1_000_000_001), "INVALID_QUANTITY_TOO_HIGH", "quantity"),
]


@pytest.mark.parametrize(("wrong", "code", "field"), WRONG, ids=lambda part: part if isinstance(part, str) else "")
def test_one_wrong_quantity_and_nothing_is_set(
    store: httpx.Client, wrong: dict[str, Any], code: str, field: str
) -> None:
    answer = set_quantities(store, a_quantity(location=WAREHOUSE, quantity=1), wrong)

    assert codes(answer) == [(code, f"input.quantities.1.{field}")]
    assert answer["data"]["inventorySetQuantities"]["inventoryAdjustmentGroup"] is None
    assert levels(store) == {"7001": 10, "7002": 20}


def test_what_is_not_stocked_at_a_location_is_set_there_and_offered_to_nobody(store: httpx.Client) -> None:
    """The error for it went with version 2026-10."""
    answers = [
        set_quantities(store, a_quantity(OTHER_ITEM, 3, was=None, location=WAREHOUSE)),
        set_quantities(store, a_quantity(OTHER_ITEM, 4, was=1, location=WAREHOUSE), key="k-2"),
    ]

    assert list(map(codes, answers)) == [[], [("CHANGE_FROM_QUANTITY_STALE", "input.quantities.0.changeFromQuantity")]]
    assert levels(store, 44212) == {"7001": 5}


def test_a_pair_of_item_and_location_may_occur_once(store: httpx.Client) -> None:
    answer = set_quantities(store, a_quantity(quantity=1), a_quantity(quantity=2))

    assert codes(answer) == [("NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR", "input.quantities.1")]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"name": "committed"}, "INVALID_NAME"),
        ({"reason": "because"}, "INVALID_REASON"),
        ({"referenceDocumentUri": "packhorse"}, "INVALID_REFERENCE_DOCUMENT"),
        ({"referenceDocumentUri": "gid://packhorse"}, "INVALID_REFERENCE_DOCUMENT"),
    ],
)
def test_errors_of_the_whole_call_are_reported(store: httpx.Client, changed: dict[str, Any], code: str) -> None:
    answer = set_quantities(store, a_quantity(), **changed)

    assert [found for found, _ in codes(answer)] == [code]


def test_the_quantity_before_is_required_but_may_be_null(store: httpx.Client) -> None:
    quantity = {name: value for name, value in a_quantity().items() if name != "changeFromQuantity"}

    answer = set_quantities(store, quantity)

    assert answer["errors"][0]["extensions"]["code"] == "INVALID_FIELD_ARGUMENTS"
    assert levels(store)["7001"] == 10


def test_a_call_holds_250_quantities_and_no_more(store: httpx.Client) -> None:
    answer = set_quantities(store, *[a_quantity()] * 251)

    assert answer["errors"][0]["extensions"]["code"] == "MAX_INPUT_SIZE_EXCEEDED"


def test_the_idempotency_key_is_required(store: httpx.Client) -> None:
    answer = ask(store, SET.replace("@idempotent(key: $key)", "").replace(", $key: String!", ""), input=an_input())

    assert answer["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
    assert "@idempotent directive is required" in answer["errors"][0]["message"]


def test_the_same_key_with_the_same_input_returns_the_first_payload_and_sets_once(store: httpx.Client) -> None:
    first = set_quantities(store, a_quantity(quantity=7, was=10))
    store.post("/_control/sales", json={"variant": 44211, "quantity": 2})
    second = set_quantities(store, a_quantity(quantity=7, was=10))

    assert first["data"] == second["data"]
    assert levels(store)["7001"] == 5


def test_a_refusal_is_repeated_under_its_key_too(store: httpx.Client) -> None:
    set_quantities(store, a_quantity(quantity=7, was=9))
    store.post("/_control/sales", json={"variant": 44211, "quantity": 1})

    assert codes(set_quantities(store, a_quantity(quantity=7, was=9)))[0][0] == "CHANGE_FROM_QUANTITY_STALE"
    assert codes(set_quantities(store, a_quantity(quantity=7, was=9), key="k-2")) == []


def test_the_same_key_with_another_input_is_refused(store: httpx.Client) -> None:
    set_quantities(store, a_quantity(quantity=7))

    answer = set_quantities(store, a_quantity(quantity=8))

    assert codes(answer) == [("IDEMPOTENCY_KEY_PARAMETER_MISMATCH", "")]
    assert levels(store)["7001"] == 7


# ---- cost


def test_a_request_costs_what_it_found_and_points_are_restored(store: httpx.Client) -> None:
    query = '{ nodes(ids: ["gid://shopify/ProductVariant/44211", "gid://shopify/ProductVariant/1"])'
    query += " { ... on ProductVariant { id inventoryItem { id } } } }"

    cost = ask(store, query)["extensions"]["cost"]

    assert (cost["requestedQueryCost"], cost["actualQueryCost"]) == (4, 2)
    assert cost["throttleStatus"] == {"maximumAvailable": 2000, "currentlyAvailable": 1998, "restoreRate": 100}
    assert set_quantities(store, a_quantity())["extensions"]["cost"]["requestedQueryCost"] == 10


def test_without_points_a_request_is_throttled(store: httpx.Client) -> None:
    store.put("/_control/bucket", json={"available": 5, "restored": 0.1})

    answer = set_quantities(store, a_quantity())

    assert (answer["errors"][0]["message"], answer["errors"][0]["extensions"]["code"]) == ("Throttled", "THROTTLED")
    assert answer["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"] == 5
    assert "data" not in answer
    assert levels(store)["7001"] == 10


def test_a_request_may_cost_at_most_a_thousand_points(store: httpx.Client) -> None:
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on InventoryItem { inventoryLevel(locationId: $l) { "
    query = query.replace("$l", f'"{MAIN}"') + 'location { id } quantities(names: ["available"]) { quantity } } } } }'

    answer = ask(store, query, ids=[ITEM] * 251)

    assert answer["errors"][0]["extensions"]["code"] == "MAX_COST_EXCEEDED"


# ---- control


def test_a_variant_that_is_put_again_keeps_its_levels(store: httpx.Client) -> None:
    store.put("/_control/variants", json=[{"id": 44211, "sku": "MUG #1"}, {"id": 1, "sku": "NEW"}])

    assert (levels(store), levels(store, 1)) == ({"7001": 10, "7002": 20}, {"7001": 0})


def test_an_injected_failure_comes_before_or_after_the_effect(store: httpx.Client) -> None:
    store.post("/_control/failures", json={"status": 503, "path": "/admin/api"})
    store.post("/_control/failures", json={"status": 502, "path": "/admin/api", "after": True})
    request = {"query": SET, "variables": {"input": an_input(a_quantity()), "key": "k"}}

    found = [(store.post(GRAPHQL, json=request).status_code, levels(store)["7001"]) for _ in range(3)]

    assert found == [(503, 10), (502, 7), (200, 7)]


def test_its_state_can_be_saved_and_loaded(tmp_path: Path) -> None:
    store = Store()
    store.put_variant({"id": 44211, "sku": "MUG #1"})
    store.set_quantities("k-1", an_input(a_quantity()))
    store.settings.token = "changed"
    saved.save(store, tmp_path / "shopify.json")

    assert Store.load(tmp_path / "shopify.json") == store
    assert Store.load(tmp_path / "none.json").variants == {}


# ---- the channel over a real socket


def a_channel(url: str, **more: Any) -> Channel:
    return Channel(id="shopify-us", kind=ChannelKind.SHOPIFY, base_url=url, **more)


APP = Keys("", "app-of-the-store", "shpss_of-the-store")


@pytest.mark.parametrize("keys", [Keys("shpat_of-the-store"), APP], ids=["token", "app"])
def test_quantities_are_set_and_read_back(url: str, store: httpx.Client, keys: Keys) -> None:
    channel = a_channel(url, location="7002")

    with connect(channel, sign_in, keys) as http:
        stock = ShopifyStock(channel.location, http)
        answers = set_all(stock, [Quantity("44211", 3, 20, "k-1"), Quantity("MUG #9", 3, None, "k-2")])
        read = stock.quantities(["44211", "MUG #1", "MUG #9"])

    assert (answers["44211"], type(answers["MUG #9"])) == (None, Rejected)
    assert read == {"44211": 3, "MUG #1": 3}
    assert levels(store) == {"7001": 10, "7002": 3}


def test_a_fetched_token_is_kept_for_the_next_client(url: str, store: httpx.Client) -> None:
    for _ in range(3):
        with connect(a_channel(url), sign_in, APP) as http:
            ShopifyStock(None, http).quantities(["44211"])

    assert len(store.get("/_control/received").json()["tokens"]) == 1


def test_a_token_that_expires_soon_is_not_kept(url: str, store: httpx.Client) -> None:
    store.put("/_control/settings", json={"token_seconds": 200})

    with connect(a_channel(url), sign_in, APP) as http:
        found = [ShopifyStock(None, http).quantities(["44211"]) for _ in range(2)]

    assert found == [{"44211": 10}] * 2
    assert len(store.get("/_control/received").json()["tokens"]) == 4


def test_a_revoked_token_is_fetched_again(url: str, store: httpx.Client) -> None:
    with connect(a_channel(url), sign_in, APP) as http:
        stock = ShopifyStock(None, http)
        stock.quantities(["44211"])
        store.delete("/_control/tokens")

        assert set_all(stock, [Quantity("44211", 1, None, "k-1")]) == {"44211": None}


def test_refused_credentials_of_the_app_are_for_a_person(url: str, store: httpx.Client) -> None:
    keys = Keys("", "app-of-the-store", "stale secret")

    with connect(a_channel(url), sign_in, keys) as http, pytest.raises(CredentialsRefused) as refusal:
        set_all(ShopifyStock(None, http), [Quantity("44211", 1, None, "k-1")])

    assert "access_token: 400" in str(refusal.value)
    assert "secret" not in str(refusal.value)


def test_a_store_that_issues_no_token_now_is_unavailable(url: str, store: httpx.Client) -> None:
    store.post("/_control/failures", json={"status": 503, "path": "/admin/oauth"})

    with connect(a_channel(url), sign_in, APP) as http, pytest.raises(Unavailable, match="access_token: 503"):
        ShopifyStock(None, http).quantities(["44211"])


def test_a_missing_base_url_is_for_a_person() -> None:
    with connect(Channel(id="shopify-us", kind=ChannelKind.SHOPIFY), sign_in, APP) as http, pytest.raises(Rejected):
        ShopifyStock(None, http).quantities(["44211"])


def test_a_burst_is_slowed_to_the_rate_at_which_points_are_restored(url: str, store: httpx.Client) -> None:
    store.put("/_control/bucket", json={"available": 300, "restored": 1000, "maximum": 400})

    with connect(a_channel(url), sign_in, APP) as http:
        answers = [
            set_all(ShopifyStock(None, http), [Quantity("44211", number, None, f"k-{number}")]) for number in range(8)
        ]

    assert answers == [{"44211": None}] * 8
    assert levels(store)["7001"] == 7


# ---- what it posts

SUBSCRIBE = """
mutation subscribe($topic: WebhookSubscriptionTopic!, $input: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $input) { userErrors { message } }
}
"""
NOBODY = "http://127.0.0.1:9/webhooks/shop"


def posted(store: httpx.Client, count: int) -> list[tuple[str, str]]:
    """Topic and url of what was posted, as soon as there is so much."""
    for _ in range(200):
        if len(found := store.get("/_control/received").json()["deliveries"]) >= count:
            return [(each["topic"], each["uri"]) for each in found]
        time.sleep(0.05)
    raise AssertionError(found)


def test_each_changed_quantity_is_posted_also_one_that_the_api_set(store: httpx.Client) -> None:
    ask(store, SUBSCRIBE, topic="INVENTORY_LEVELS_UPDATE", input={"uri": NOBODY})

    set_quantities(store, a_quantity(quantity=7))
    set_quantities(store, a_quantity(quantity=7), key="k-2")
    store.post("/_control/sales", json={"variant": 44211, "quantity": 2})

    assert posted(store, 2) == [("inventory_levels/update", NOBODY)] * 2
    assert levels(store)["7001"] == 5


def test_requests_about_buyers_are_posted_to_the_url_of_the_app(store: httpx.Client) -> None:
    store.put("/_control/settings", json={"compliance_url": NOBODY})

    answers = [store.post("/_control/privacy", json={"topic": topic, "orders": [7]}) for topic in PRIVACY]

    assert [each.status_code for each in answers] == [200] * 3
    assert sorted(posted(store, 3)) == [(topic, NOBODY) for topic in PRIVACY]
    assert store.post("/_control/privacy", json={"topic": "orders/create"}).status_code == 400


TOTALS = """
query totals($id: ID!) {
  order(id: $id) {
    totalPriceSet { shopMoney { amount } } totalTaxSet { shopMoney { amount } }
    totalDiscountsSet { shopMoney { amount } } currentTotalPriceSet { shopMoney { amount } }
  }
}
"""


def totals(store: httpx.Client, **changed: Any) -> list[str]:
    line = {"id": 1, "price": "19.00", "quantity": 3, "current_quantity": 2, "total_discount": "7.00"}
    line["tax_lines"] = [{"title": "VAT", "price": "9.50"}]
    shipping = [{"price": "4.90"}, {"price": "9.00", "is_removed": True}]
    order = {"id": 7, "currency": "USD", "created_at": "2026-11-01T10:00:00Z", "line_items": [line]}
    store.put("/_control/orders", json=[{**order, "shipping_lines": shipping, **changed}]).raise_for_status()
    found = ask(store, TOTALS, id="gid://shopify/Order/7")["data"]["order"]
    return [amounts["shopMoney"]["amount"] for amounts in found.values()]


def test_an_order_costs_its_units_shipping_and_taxes_less_discounts(store: httpx.Client) -> None:
    assert totals(store) == ["64.40", "9.50", "7.00", "45.40"]
    assert totals(store, taxes_included=True) == ["54.90", "9.50", "7.00", "35.90"]


def test_an_order_costs_what_it_was_put_with(store: httpx.Client) -> None:
    assert totals(store, total_price="50.00", current_total_price="40.00") == ["50.00", "9.50", "7.00", "40.00"]

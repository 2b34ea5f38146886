"""Quantities at a Shopify store that keeps to Shopify's rules, reached without a socket."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.world import shopify_server
from local.world.shopify_store import Store
from packhorse.channels.protocol import Quantity
from packhorse.channels.shopify import graphql
from packhorse.channels.shopify.graphql import MAX_WAIT_SECONDS
from packhorse.channels.shopify.inventory import UserError
from packhorse.channels.shopify.stock import QuantityChange, ShopifyStock, split_errors, waves
from packhorse.domain.errors import CallFailed, Rejected, Unavailable
from tests.channels.setting import set_all
from tests.examples import times

Meddle = Callable[[httpx.Request, Callable[[], httpx.Response]], httpx.Response]


class Place:
    """A store with three mugs, the time that was slept at it, and clients of it that can be meddled with."""

    def __init__(self) -> None:
        self.store = Store()
        self.slept: list[float] = []
        for number in (1, 2, 3):
            self.store.put_variant({"id": 44210 + number, "sku": f"MUG #{number}", "levels": {"7001": 10, "7002": 20}})

    def stock(self, meddle: Meddle | None = None, location: str | None = None) -> ShopifyStock:
        def answer(request: httpx.Request) -> httpx.Response:
            return meddle(request, lambda: self.answer(request)) if meddle else self.answer(request)

        headers = {"X-Shopify-Access-Token": self.store.settings.token}
        transport = httpx.MockTransport(answer)
        client = httpx.Client(base_url="https://mugs.myshopify.com", headers=headers, transport=transport)
        return ShopifyStock(location, client, self.sleep)

    def answer(self, request: httpx.Request) -> httpx.Response:
        token = request.headers["X-Shopify-Access-Token"]
        asked = request.method, request.url.raw_path.decode(), token, request.content
        status, content = shopify_server.answer(self.store, *asked)
        return httpx.Response(status, json=content)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.store.bucket.at -= seconds

    def level(self, variant: int, location: str = "7001") -> int:
        return self.store.variants[str(variant)].levels[location]

    def broke(self) -> None:
        self.store.bucket.refill()
        self.store.bucket.available = 0


@pytest.fixture
def place() -> Place:
    return Place()


def a_wish(reference: str, quantity: int = 7, last: int | None = None, key: str = "k-1") -> Quantity:
    return Quantity(reference, quantity, last, key)


def is_set(request: httpx.Request) -> bool:
    return b"inventorySetQuantities" in request.content


def saying(status: int, **body: Any) -> Meddle:
    return lambda _request, _answer: httpx.Response(status, json=body)


# ---- references


@pytest.mark.parametrize("reference", ["44211", "gid://shopify/ProductVariant/44211", "MUG #1"])
def test_a_listing_is_named_by_the_id_of_its_variant_or_by_its_sku(place: Place, reference: str) -> None:
    assert set_all(place.stock(), [a_wish(reference)]) == {reference: None}

    assert place.level(44211) == 7
    assert place.stock().quantities([reference]) == {reference: 7}


def test_a_number_is_a_sku_where_no_variant_has_it_as_its_id(place: Place) -> None:
    place.store.put_variant({"id": 5, "sku": "44211"})
    place.store.put_variant({"id": 6, "sku": "0815"})

    assert set_all(place.stock(), [a_wish("44211", 1), a_wish("0815", 2)]) == {"44211": None, "0815": None}

    assert (place.level(44211), place.level(5), place.level(6)) == (1, 0, 2)


@pytest.mark.parametrize(
    "reference",
    [
        "44299",
        "MUG",
        "mug #1",
        "gid://shopify/ProductVariant/44299",
        "gid://shopify/Product/44211",
        "gid://shopify/ProductVariant/x",
        "9" * 19,
        "٤٤٢١١",
    ],
)
def test_a_reference_that_means_no_variant_is_refused_alone(place: Place, reference: str) -> None:
    answers = set_all(place.stock(), [a_wish(reference), a_wish("44212", 3)])

    assert str(answers[reference]).startswith(f"no variant {reference}")
    assert answers["44212"] is None
    assert place.level(44212) == 3
    assert place.stock().quantities([reference, "44212"]) == {"44212": 3}


def test_a_sku_of_two_variants_means_neither(place: Place) -> None:
    place.store.put_variant({"id": 5, "sku": "MUG #1"})

    answers = set_all(place.stock(), [a_wish("MUG #1")])

    assert "2 variants have the sku MUG #1" in str(answers["MUG #1"])
    assert (place.level(44211), place.level(5)) == (10, 0)


def test_a_sku_is_found_behind_pages_of_skus_that_begin_alike(place: Place) -> None:
    for number in range(250):
        place.store.put_variant({"id": 1000 + number, "sku": f"TEE-{number:03}"})
    place.store.put_variant({"id": 5, "sku": "TEE"})

    assert set_all(place.stock(), [a_wish("TEE"), a_wish("44211")]) == {"TEE": None, "44211": None}

    assert place.level(5) == 7


@given(
    skus=st.lists(
        st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12)
        | st.sampled_from(['"', "\\", '\\"', "a OR sku:b", "(a)", "a:b", "*", "' ", "sku:x"]),
        min_size=1,
        max_size=60,
        unique=True,
    )
)
@times(0.4)
def test_any_text_can_be_a_sku(skus: list[str]) -> None:
    place = Place()
    for number, sku in enumerate(skus):
        place.store.put_variant({"id": 50_000 + number, "sku": sku})

    answers = set_all(place.stock(), [a_wish(sku, number) for number, sku in enumerate(skus)])

    assert answers == dict.fromkeys(skus)
    assert [place.level(50_000 + number) for number in range(len(skus))] == list(range(len(skus)))


def test_more_listings_than_a_call_may_hold(place: Place) -> None:
    for number in range(300):
        place.store.put_variant({"id": 60_000 + number, "sku": f"S{number}"})
    references = [str(60_000 + number) for number in range(300)]
    place.store.bucket.maximum = place.store.bucket.available = 20_000

    answers = set_all(place.stock(), [a_wish(reference, 4) for reference in references])

    assert answers == dict.fromkeys(references)
    assert place.stock().quantities(references) == dict.fromkeys(references, 4)


def test_a_variant_that_is_listed_twice_has_the_number_that_was_said_last(place: Place) -> None:
    answers = set_all(place.stock(), [a_wish("44211", 3), a_wish("MUG #1", 5, last=3), a_wish("44212", 2)])

    assert answers == {"44211": None, "MUG #1": None, "44212": None}
    assert (place.level(44211), place.level(44212)) == (5, 2)


# ---- locations


def test_without_a_location_it_is_the_primary_one(place: Place) -> None:
    set_all(place.stock(), [a_wish("44211")])

    assert (place.level(44211, "7001"), place.level(44211, "7002")) == (7, 20)


@pytest.mark.parametrize("location", ["7002", "gid://shopify/Location/7002"])
def test_a_location_of_its_own(place: Place, location: str) -> None:
    set_all(place.stock(location=location), [a_wish("44211")])

    assert (place.level(44211, "7001"), place.level(44211, "7002")) == (10, 7)
    assert place.stock(location=location).quantities(["44212"]) == {"44212": 20}


@pytest.mark.parametrize("location", ["7009", "gid://shopify/Product/7001", "Main street"])
def test_a_location_that_is_none_is_for_a_person(place: Place, location: str) -> None:
    answers = set_all(place.stock(location=location), [a_wish("44211")])

    assert isinstance(answers["44211"], Rejected)
    assert place.level(44211) == 10


def test_what_is_not_stocked_there_is_refused_and_shows_none(place: Place) -> None:
    place.store.put_variant({"id": 5, "sku": "POT", "levels": {"7001": 1}})

    answers = set_all(place.stock(location="7002"), [a_wish("POT"), a_wish("44211")])

    assert str(answers["POT"]).startswith("POT is not stocked at the location gid://shopify/Location/7002")
    assert (answers["44211"], place.level(44211, "7002")) == (None, 7)
    assert place.store.variants["5"].inactive == {}
    assert place.stock(location="7002").quantities(["POT", "44211", "PAN"]) == {"POT": 0, "44211": 7}


def test_that_none_is_offered_of_what_is_not_stocked_there_is_so_already(place: Place) -> None:
    place.store.put_variant({"id": 5, "sku": "POT", "levels": {"7001": 1}})

    assert set_all(place.stock(location="7002"), [a_wish("POT", 0)]) == {"POT": None}
    assert place.store.updates == []


# ---- what the store does not count


@pytest.mark.parametrize("quantity", [0, 7])
def test_a_variant_that_the_store_sells_without_limit_is_said_so_whatever_its_quantity(
    place: Place, quantity: int
) -> None:
    place.store.put_variant({"id": 5, "sku": "POT", "levels": {"7001": 1}, "tracked": False})

    answers = set_all(place.stock(), [a_wish("POT", quantity), a_wish("44211")])

    assert str(answers["POT"]) == (
        'POT: the store does not count its stock and sells it without limit; switch on "Track quantity" of the variant'
    )
    assert (answers["44211"], place.level(44211), place.level(5)) == (None, 7, 1)


def test_no_quantity_is_shown_of_what_the_store_does_not_count(place: Place) -> None:
    place.store.put_variant({"id": 5, "sku": "POT", "levels": {"7001": 1}, "tracked": False})

    assert place.stock().quantities(["POT", "44211"]) == {"44211": 10}


# ---- compare and set


def test_a_number_that_the_store_raised_itself_is_read_and_replaced(place: Place) -> None:
    place.store.sell("44211", "7001", -3)

    answers = set_all(place.stock(), [a_wish("44211", 6, last=10), a_wish("44212", 9, last=10)])

    assert answers == {"44211": None, "44212": None}
    assert (place.level(44211), place.level(44212)) == (6, 9)
    assert {update["variant"]: update["from"] for update in place.store.updates} == {"44211": 13, "44212": 10}


@pytest.mark.parametrize(("sold", "wanted", "shown"), [(3, 9, 6), (3, 12, 9), (3, 2, 0), (10, 9, 0)])
def test_units_that_the_store_has_just_sold_are_not_offered_again(
    place: Place, sold: int, wanted: int, shown: int
) -> None:
    place.store.sell("44211", "7001", sold)

    assert set_all(place.stock(), [a_wish("44211", wanted, last=10)]) == {"44211": None}

    assert place.level(44211) == shown


def test_a_sale_between_reading_and_setting_is_noticed(place: Place) -> None:
    sales = [3, 2]

    def selling(request: httpx.Request, answer: Callable[[], httpx.Response]) -> httpx.Response:
        if is_set(request) and sales:
            place.store.sell("44211", "7001", sales.pop())
        return answer()

    assert set_all(place.stock(selling), [a_wish("44211", 6, last=10)]) == {"44211": None}

    assert place.level(44211) == 1
    assert place.store.updates[-1]["from"] == 5


def test_a_number_that_never_rests_is_left_for_later(place: Place) -> None:
    def selling(request: httpx.Request, answer: Callable[[], httpx.Response]) -> httpx.Response:
        if is_set(request):
            place.store.sell("44211", "7001", 1)
        return answer()

    with pytest.raises(Unavailable, match="44211 changes faster"):
        set_all(place.stock(selling), [a_wish("44211", 6, last=10)])

    assert place.store.updates == []


def test_the_refused_the_stale_and_the_good_of_one_call(place: Place) -> None:
    place.store.sell("44212", "7001", 1)
    wishes = [a_wish("44211", 2_000_000_000, last=10), a_wish("44212", 4, last=10), a_wish("44213", 5, last=10)]

    answers = set_all(place.stock(), wishes)

    assert "INVALID_QUANTITY_TOO_HIGH" in str(answers["44211"])
    assert (answers["44212"], answers["44213"]) == (None, None)
    assert [place.level(variant) for variant in (44211, 44212, 44213)] == [10, 3, 5]


# ---- idempotency


def test_the_same_under_the_same_key_is_done_once(place: Place) -> None:
    set_all(place.stock(), [a_wish("44211", 6, last=10)])
    place.store.sell("44211", "7001", 1)

    again = set_all(place.stock(), [a_wish("44211", 6, last=10)])

    assert again == {"44211": None}
    assert place.level(44211) == 5


def test_a_number_that_comes_back_under_a_new_key_is_set_anew(place: Place) -> None:
    for key, quantity, last in (("k-1", 6, 10), ("k-2", 10, 6), ("k-3", 6, 10)):
        set_all(place.stock(), [a_wish("44211", quantity, last, key)])

    assert place.level(44211) == 6
    assert len({update["key"] for update in place.store.updates}) == 3


def test_after_a_lost_answer_the_rest_can_be_said_in_other_company(place: Place) -> None:
    def lost(request: httpx.Request, answer: Callable[[], httpx.Response]) -> httpx.Response:
        answered = answer()
        if is_set(request):
            raise httpx.ReadTimeout("no luck", request=request)
        return answered

    with pytest.raises(Unavailable):
        set_all(place.stock(lost), [a_wish("44211", 6, last=10)])
    answers = set_all(place.stock(), [a_wish("44211", 6), a_wish("44212", 3, last=10)])

    assert answers == {"44211": None, "44212": None}
    assert (place.level(44211), place.level(44212)) == (6, 3)


def test_what_a_call_set_that_failed_is_no_sale_of_the_store(place: Place) -> None:
    def failing(request: httpx.Request, answer: Callable[[], httpx.Response]) -> httpx.Response:
        answered = answer()
        return httpx.Response(502) if is_set(request) and len(place.store.updates) == 2 else answered

    answers = set_all(place.stock(failing), [a_wish("44211", 6, last=10), a_wish("44212", 3, last=10)])

    assert answers == {"44211": None, "44212": None}
    assert (place.level(44211), place.level(44212)) == (6, 3)


# ---- points


def test_a_short_wait_for_points_is_waited_here(place: Place) -> None:
    place.broke()

    assert set_all(place.stock(), [a_wish("44211")]) == {"44211": None}

    assert 0 < sum(place.slept) < MAX_WAIT_SECONDS


def test_a_long_wait_for_points_is_left_to_the_caller(place: Place) -> None:
    place.broke()
    place.store.bucket.restored = 0.25

    with pytest.raises(Unavailable, match="throttled") as refusal:
        set_all(place.stock(), [a_wish("44211")])

    assert place.slept == []
    assert (refusal.value.retry_after or 0) > MAX_WAIT_SECONDS


def test_waits_do_not_add_up_for_ever(place: Place) -> None:
    def throttled(_request: httpx.Request, _answer: Callable[[], httpx.Response]) -> httpx.Response:
        status = {"currentlyAvailable": 0, "restoreRate": 100, "maximumAvailable": 2000}
        cost = {"requestedQueryCost": 150, "actualQueryCost": None, "throttleStatus": status}
        errors = [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]
        return httpx.Response(429, json={"errors": errors, "extensions": {"cost": cost}})

    with pytest.raises(Unavailable, match="throttled") as refusal:
        set_all(place.stock(throttled), [a_wish("44211")])

    assert sum(place.slept) <= MAX_WAIT_SECONDS
    assert refusal.value.retry_after == 1.5


@pytest.mark.parametrize("status", [200, 429])
def test_throttled_without_a_number_is_left_to_the_caller(place: Place, status: int) -> None:
    with pytest.raises(Unavailable, match="throttled") as refusal:
        place.stock(saying(status, errors=[{"message": "Throttled"}])).quantities(["44211"])

    assert (refusal.value.retry_after, place.slept) == (None, [])


# ---- what else goes wrong


@pytest.mark.parametrize("code", ["MAX_COST_EXCEEDED", "undefinedField", ""])
def test_a_question_that_the_store_will_never_answer_is_for_a_person(place: Place, code: str) -> None:
    refusing = saying(200, errors=[{"message": "Access denied for location field.", "extensions": {"code": code}}])

    answers = set_all(place.stock(refusing), [a_wish("44211"), a_wish("44212")])

    assert all("Access denied for location field." in str(answers[name]) for name in ("44211", "44212"))
    with pytest.raises(Rejected, match="Access denied"):
        place.stock(refusing).quantities(["44211"])


@pytest.mark.parametrize(("status", "reason"), [(402, "the store is frozen"), (423, "locked the store")])
def test_a_store_that_takes_no_calls_is_called_once_and_refuses_no_listing(
    place: Place, status: int, reason: str
) -> None:
    calls: list[bytes] = []

    def closed(request: httpx.Request, _answer: Callable[[], httpx.Response]) -> httpx.Response:
        calls.append(request.content)
        return httpx.Response(status, json={"errors": "Unavailable Shop"})

    with pytest.raises(Unavailable, match=reason) as refusal:
        set_all(place.stock(closed), [a_wish("44211"), a_wish("44212")])

    assert (len(calls), isinstance(refusal.value, CallFailed)) == (1, False)


def test_nor_does_one_that_is_not_active(place: Place) -> None:
    inactive = saying(200, errors=[{"message": "The shop is not active.", "extensions": {"code": "SHOP_INACTIVE"}}])

    with pytest.raises(Unavailable, match="not active"):
        set_all(place.stock(inactive), [a_wish("44211"), a_wish("44212")])


@pytest.mark.parametrize("code", ["INTERNAL_SERVER_ERROR", "TIMEOUT"])
def test_a_hiccup_of_the_store_is_for_later(place: Place, code: str) -> None:
    with pytest.raises(Unavailable, match=code):
        set_all(place.stock(saying(200, errors=[{"extensions": {"code": code}}])), [a_wish("44211")])


@pytest.mark.parametrize("code", ["IDEMPOTENCY_CONCURRENT_REQUEST", "SERVICE_UNAVAILABLE"])
def test_what_is_still_under_way_is_for_later(place: Place, code: str) -> None:
    def busy(request: httpx.Request, answer: Callable[[], httpx.Response]) -> httpx.Response:
        errors = [{"code": code, "message": "try again", "field": None}]
        said = {"data": {"inventorySetQuantities": {"userErrors": errors}}}
        return httpx.Response(200, json=said) if is_set(request) else answer()

    with pytest.raises(Unavailable, match=code):
        set_all(place.stock(busy), [a_wish("44211")])


def test_a_key_whose_first_attempt_broke_is_not_used_again(place: Place) -> None:
    keys: list[str] = []

    def broken(request: httpx.Request, answer: Callable[[], httpx.Response]) -> httpx.Response:
        if not is_set(request):
            return answer()
        keys.append(json.loads(request.content)["variables"]["key"])
        errors = [{"code": "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED", "message": "anew"}]
        said = {"data": {"inventorySetQuantities": {"userErrors": errors}}}
        return httpx.Response(200, json=said) if keys[-1] == keys[0] else answer()

    assert set_all(place.stock(broken), [a_wish("44211")]) == {"44211": None}

    assert place.level(44211) == 7


def test_an_error_that_names_no_quantity_is_about_all_of_them() -> None:
    changes = [QuantityChange(name, f"gid://{name}", 1, None, "k") for name in ("a", "b")]

    refused, stale = split_errors(changes, [UserError(code="INVALID_REASON", field=("input", "reason"), message="no")])

    assert ({name: str(error) for name, error in refused.items()}, stale) == (
        dict.fromkeys("ab", "Shopify: INVALID_REASON no"),
        set(),
    )


@given(st.lists(st.tuples(st.integers(), st.sampled_from("abc")), unique=True, max_size=9))
def test_waves_hold_every_change_once_and_no_item_twice(places: list[tuple[int, str]]) -> None:
    changes = [QuantityChange(str(number), item, 1, None, "k") for number, item in places]

    found = list(waves(changes))

    assert sorted(change for wave in found for change in wave) == sorted(changes)
    assert all(len({change.item for change in wave}) == len(wave) for wave in found)


def test_the_version_of_the_api_is_the_one_that_webhooks_are_of() -> None:
    from local.world.shopify import API_VERSION

    assert graphql.API_VERSION == API_VERSION

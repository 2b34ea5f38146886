"""Quantities of the channels queue, through the real handler; the shop answers over httpx's mock transport."""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from functions.allocate import push
from local.world import shopify_server
from local.world.shopify_store import Store
from packhorse.aws import clients, secrets
from packhorse.aws.kept_at import KeptAt
from packhorse.aws.queues import FIRST_DELAY
from packhorse.aws.settings import settings
from packhorse.domain.catalogue.product import Listing, Product, ProductKind
from packhorse.domain.configuration.channel import MAIN, ChannelKind
from packhorse.domain.errors import CredentialsRefused
from packhorse.domain.health.lag import LagKind
from packhorse.domain.values import ChannelId, Sku
from packhorse.messages.channels import CompareQuantities, PublishQuantity
from packhorse.store import catalogue, exceptions, lags, listings, published
from packhorse.store.deliveries import count_delivery
from packhorse.store.exceptions import ExceptionState
from packhorse.usecases.catalogue.save_listing import remove_listing, save_listing
from packhorse.usecases.channels import refused_credentials
from packhorse.usecases.stock import compare_stock, publish_stock
from simulation.aws.boundary import World
from simulation.builders import NOON, a_channel, a_configuration, sqs_event
from simulation.merchant import MUG, Context, put_stock, set_up
from tests.conftest import queued
from tests.functions.operate.interference import answered_by

pytestmark = pytest.mark.usefixtures("cloud")
SHOP = ChannelId("shop")
Answer = Callable[[httpx.Request], httpx.Response]


class Shop:
    """A generic shop: what it was told, and how it answers instead when told to."""

    def __init__(self) -> None:
        self.told: list[tuple[str, int]] = []
        self.stock: dict[str, int] = {}
        self.answers: list[Answer] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.answers:
            return self.answers.pop(0)(request)
        return self.done(request)

    def done(self, request: httpx.Request) -> httpx.Response:
        """As a shop does that is well."""
        if request.method == "PUT":
            reference = unquote(request.url.raw_path.decode().rpartition("/")[2])
            self.stock[reference] = json.loads(request.content)["quantity"]
            self.told.append((reference, self.stock[reference]))
            return httpx.Response(200, json={})
        asked = request.url.params.get_list("reference")
        rows = [{"reference": name, "quantity": self.stock[name]} for name in asked if name in self.stock]
        return httpx.Response(200, json={"stock": rows})

    def done_and_dies(self, request: httpx.Request) -> httpx.Response:
        """Does what it is asked; nobody hears of it."""
        self.done(request)
        raise httpx.ReadError("the connection broke", request=request)


def refuses(status: int, **headers: str) -> Answer:
    return lambda _: httpx.Response(status, headers=headers, text="no")


@pytest.fixture
def shop(cloud: World) -> Shop:
    """A shop that lists MUG as `ref`, with account, product and channel switched on."""
    found = Shop()
    a_merchant()
    listings.put_listing(Listing(channel=SHOP, reference="ref", sku=MUG))
    cloud.web.serve("https://shop.example", found)
    cloud.web.serve("https://other.example", found)
    return found


def a_merchant(**account: Any) -> None:
    channel = a_channel(SHOP, ChannelKind.GENERIC, base_url="https://shop.example")
    set_up(a_configuration(channel=channel, **{"sync": True, **account}))


class Ending(Context):
    """An invocation that has so many seconds left."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def get_remaining_time_in_millis(self) -> int:
        return int(1000 * self.seconds)


def deliver(*news: PublishQuantity | CompareQuantities, times: int = 1, context: Any = None) -> list[str]:
    event = sqs_event(*(each.model_dump_json() for each in news))
    for record in event["Records"]:
        record["attributes"]["ApproximateReceiveCount"] = str(times)
        if times > 1:
            put_receives(record["messageId"], range(2, times))  # the first is not counted, this one is when it begins
        record["receiptHandle"] = received()
    answer = push.handler(event, context or Context())
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def put_receives(message_id: str, receives: Iterable[int]) -> None:
    for count in receives:
        count_delivery(message_id, count)


def received() -> str:
    """The receipt of a real message, so that its visibility can be changed."""
    queue = settings.channels_queue_url
    name = str(datetime.now(UTC).timestamp())
    clients.client("sqs").send_message(
        QueueUrl=queue, MessageBody='"x"', MessageGroupId=name, MessageDeduplicationId=name
    )
    [message] = clients.client("sqs").receive_message(QueueUrl=queue)["Messages"]
    return str(message["ReceiptHandle"])


def tell(sku: str = MUG, **more: Any) -> PublishQuantity:
    return PublishQuantity(channel=SHOP, sku=Sku(sku), at=NOON, **more)


def listed(sku: str, **more: Any) -> None:
    save_listing(Sku(sku), SHOP, lambda _: Listing(channel=SHOP, reference="ref", sku=sku, **more))


def problems() -> list[tuple[str, str]]:
    return [(each.cause, each.concerns) for each in exceptions.newest_exceptions(ExceptionState.OPEN, None, 10)[0]]


def test_the_channel_is_told_what_there_is_now(shop: Shop) -> None:
    put_stock(7)

    assert deliver(tell()) == []

    assert shop.told == [("ref", 7)]
    sent = published.last_published(SHOP, [MUG], MAIN)[MUG]
    assert (sent.quantity, sent.may_be_rejected) == (7, False)


def test_the_time_from_a_change_to_what_the_channel_confirms_is_the_lag_of_that_hour(shop: Shop) -> None:
    put_stock(7)
    changed = datetime.now(UTC) - timedelta(seconds=80)

    deliver(tell().replace(at=changed))
    deliver(tell().replace(at=changed - timedelta(hours=1)))

    found = lags.find_lags(LagKind.QUANTITIES, SHOP, datetime.now(UTC) - timedelta(hours=2))
    assert max(each.seconds for each in found) // 10 == 8, "what the channel knows already is not confirmed again"


def test_what_the_channel_knows_is_not_told_again_unless_it_must(shop: Shop) -> None:
    put_stock(7)

    deliver(tell())
    deliver(tell(), tell())
    assert shop.told == [("ref", 7)]

    deliver(tell(forced=True))
    assert shop.told == [("ref", 7)] * 2


def test_a_listing_under_another_reference_is_told_what_the_old_one_knew(shop: Shop) -> None:
    put_stock(7)
    deliver(tell())
    listings.put_listing(Listing(channel=SHOP, reference="new", sku=MUG))

    deliver(tell())

    assert shop.told == [("ref", 7), ("new", 7)]


def test_a_listing_that_is_made_anew_is_told_what_another_product_may_have_overwritten(shop: Shop) -> None:
    put_stock(7)
    catalogue.put_product(Product(sku="CUP"))
    deliver(tell())
    remove_listing(MUG, SHOP)
    listed("CUP")
    deliver(tell("CUP"))
    remove_listing(Sku("CUP"), SHOP)

    listed(MUG)
    deliver(tell())

    assert shop.told == [("ref", 7), ("ref", 0), ("ref", 7)]


def test_a_listing_that_its_channel_fulfils_no_more_is_told_what_it_knew_before(shop: Shop) -> None:
    put_stock(7)
    deliver(tell())

    for is_theirs in (True, False):
        listed(MUG, fulfilled_by_channel=is_theirs)
        deliver(tell())

    assert shop.told == [("ref", 7)] * 2


def test_a_number_that_was_kept_without_its_place_is_told_again(shop: Shop) -> None:
    put_stock(7)
    key = {"pk": {"S": f"PUBLISHED#{SHOP}"}, "sk": {"S": MUG}}
    old = {**key, "quantity": {"N": "7"}, "at": {"S": "2026-11-02T12:00:00.000000Z"}}
    clients.client("dynamodb").put_item(TableName=settings.work_table, Item=old)

    deliver(tell())

    assert shop.told == [("ref", 7)]


def test_several_changes_of_a_product_are_told_once(shop: Shop) -> None:
    put_stock(7)

    deliver(tell(), tell(), tell())

    assert shop.told == [("ref", 7)]


@pytest.mark.parametrize("times", [1, 2])
def test_what_a_channel_has_whose_answer_was_lost_is_not_trusted(shop: Shop, times: int) -> None:
    """Whether the same message comes again, or was given up and another one comes."""
    put_stock(7)
    deliver(tell())
    put_stock(-2, event="two sold")
    shop.answers = [shop.done_and_dies]
    assert deliver(tell()) == ["m0"]
    put_stock(2, event="two came back")

    deliver(tell(), times=times)

    assert shop.stock == {"ref": 7}
    assert shop.told[-1] == ("ref", 7)


def test_a_number_that_comes_back_is_told_shopify_again_by_the_same_message(cloud: World) -> None:
    """Under another key: Shopify answers a key that it knows as it did before, and does nothing."""
    store = Store()
    store.put_variant({"id": 1, "sku": MUG})
    channel = a_channel(SHOP, ChannelKind.SHOPIFY, base_url="https://mugs.myshopify.com")
    set_up(a_configuration(channel=channel, sync=True))
    listings.put_listing(Listing(channel=SHOP, reference="1", sku=MUG))

    def answer(request: httpx.Request) -> httpx.Response:
        path, token = request.url.raw_path.decode(), store.settings.token
        status, content = shopify_server.answer(store, request.method, path, token, request.content)
        if b"inventorySetQuantities" in request.content and tries < 5:
            raise httpx.ReadTimeout("no answer", request=request)
        return httpx.Response(status, json=content)

    cloud.web.serve("https://mugs.myshopify.com", answer)
    for tries, units in enumerate((7, -2, 2, -2, 2), 1):
        put_stock(units, event=f"change {tries}")
        deliver(tell(), times=tries)

    assert store.variants["1"].levels == {"7001": 7}


def sells_one_meanwhile(shop: Shop) -> Answer:
    """The shop sets what it is sent, and sells one; the message about that order is read before the shop's answer."""

    def answer(request: httpx.Request) -> httpx.Response:
        done = shop.done(request)
        shop.stock["ref"] -= 1
        published.forget_confirmed(SHOP, [MUG], MAIN)
        return done

    return answer


@pytest.mark.parametrize("history", ["never published", "confirmed", "unknown"])
def test_an_order_during_a_publish_leaves_the_quantity_unknown(shop: Shop, history: str) -> None:
    """Else ours would not be published once the order is cancelled: it equals what was confirmed."""
    if history != "never published":
        put_stock(3)
        deliver(tell())
    if history == "unknown":
        published.forget_confirmed(SHOP, [MUG], MAIN)
    put_stock(4, event="arrived")
    shop.answers = [sells_one_meanwhile(shop)]

    deliver(tell())
    after_sale = dict(shop.stock)
    deliver(tell())

    assert after_sale["ref"] == shop.stock["ref"] - 1
    deliver(tell())
    assert len(shop.told) == (2 if history == "never published" else 3)  # it is confirmed now


def test_that_costs_a_publish_no_read(shop: Shop, cloud: World) -> None:
    put_stock(7)
    deliver(tell())
    put_stock(-1, event="sold")
    cloud.calls.clear()

    deliver(tell())

    of_the_table = {name: times for (service, name), times in cloud.calls.items() if service == "dynamodb"}
    assert of_the_table == {"BatchGetItem": 4, "BatchWriteItem": 1, "PutItem": 1, "GetItem": 2}


def test_an_order_during_a_publish_that_the_channel_rejects_opens_the_exception_all_the_same(shop: Shop) -> None:
    put_stock(7)
    deliver(tell())
    published.forget_confirmed(SHOP, [MUG], MAIN)

    def refuse_meanwhile(_: httpx.Request) -> httpx.Response:
        published.forget_confirmed(SHOP, [MUG], MAIN)
        return httpx.Response(404, text="no")

    shop.answers = [refuse_meanwhile]
    deliver(tell())

    assert problems() == [("push_rejected", f"{SHOP} {MUG}")]
    deliver(tell())
    assert (shop.told, problems()) == ([("ref", 7), ("ref", 7)], [])


def test_a_message_that_cannot_be_read_fails_alone_and_comes_again_soon(shop: Shop, cloud: World) -> None:
    put_stock(7)
    good = PublishQuantity(channel=SHOP, sku=MUG, at=NOON).model_dump_json()
    event = sqs_event("{", good, '{"kind": "tell"}')
    for record in event["Records"]:
        record["receiptHandle"] = received()

    answer = push.handler(event, Context())

    assert [each["itemIdentifier"] for each in answer["batchItemFailures"]] == ["m0", "m2"]
    assert shop.told == [("ref", 7)]
    cloud.clock.sleep(FIRST_DELAY + 1)
    assert len(queued(settings.channels_queue_url)) == 2


def test_a_product_that_the_channel_refuses_is_an_exception_until_it_takes_it(shop: Shop) -> None:
    put_stock(7)
    shop.answers = [refuses(404)]

    assert deliver(tell()) == []
    assert problems() == [("push_rejected", f"{SHOP} {MUG}")]

    deliver(tell())
    assert shop.told == [("ref", 7)]
    assert problems() == []


@pytest.mark.parametrize(
    "end",
    [lambda: remove_listing(MUG, SHOP), lambda: listed(MUG, fulfilled_by_channel=True)],
    ids=["removed", "theirs"],
)
def test_a_refused_product_is_no_exception_once_it_is_not_told_any_more(end: Callable[[], None], shop: Shop) -> None:
    shop.answers = [refuses(404)]
    deliver(tell())
    assert problems() == [("push_rejected", f"{SHOP} {MUG}")]

    end()

    assert problems() == []


def test_a_channel_that_is_busy_is_told_later(shop: Shop) -> None:
    put_stock(7)
    shop.answers = [refuses(503, **{"retry-after": "120"})]

    assert deliver(tell()) == ["m0"]

    assert shop.told == []
    assert problems() == []
    assert published.last_published(SHOP, [MUG], MAIN)[MUG].quantity is None


@pytest.mark.parametrize(
    ("stated", "seconds"), [({}, 5), ({"retry-after": "1800"}, 1801), ({"retry-after": "90000"}, 3601)]
)
def test_a_channel_that_says_when_to_come_back_is_left_alone_so_long(
    stated: dict[str, str], seconds: int, shop: Shop
) -> None:
    put_stock(7)
    shop.answers = [refuses(429, **stated)]

    with answered_by("ChangeMessageVisibility", {}) as hidden:
        deliver(tell())

    assert [each["VisibilityTimeout"] for each in hidden] == [seconds]


def test_one_channel_that_fails_does_not_stop_another(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    put_stock(7)
    other = a_channel("other", ChannelKind.GENERIC, base_url="https://other.example")
    config = a_configuration(channel=a_channel(SHOP, ChannelKind.GENERIC, base_url="https://shop.example"), sync=True)
    set_up(config.with_channel(other))
    listings.put_listing(Listing(channel="other", reference="theirs", sku=MUG))
    shop.answers = [refuses(429)]

    assert deliver(tell(), PublishQuantity(channel="other", sku=MUG, at=NOON)) == ["m0"]

    assert shop.told == [("theirs", 7)]


@pytest.fixture
def slow(shop: Shop) -> Ending:
    """An invocation of a minute, of which the shop takes twenty seconds for each of five mugs that are there."""
    ending = Ending(60)

    def answer(request: httpx.Request) -> httpx.Response:
        ending.seconds -= 20
        return shop.done(request)

    shop.answers = [answer] * 5
    for number in range(5):
        catalogue.put_product(Product(sku=f"M{number}"))
        listings.put_listing(Listing(channel=SHOP, reference=f"r{number}", sku=f"M{number}"))
        put_stock(number, f"M{number}")
    return ending


def test_a_slow_channel_keeps_what_it_confirmed_and_is_told_the_rest_by_the_next_invocation(
    shop: Shop, slow: Ending
) -> None:
    assert deliver(*(tell(f"M{number}") for number in range(5)), context=slow) == ["m2"]

    assert shop.told == [("r0", 0), ("r1", 1)]
    known = published.last_published(SHOP, [Sku(f"M{number}") for number in range(5)], MAIN)
    assert {sku: sent.quantity for sku, sent in known.items()} == {"M0": 0, "M1": 1, "M2": None}


def test_what_only_ran_out_of_time_comes_again_as_if_for_the_first_time(shop: Shop, slow: Ending) -> None:
    news = [tell(f"M{number}") for number in range(5)]
    rounds = 0

    while news:
        slow.seconds = 60
        failed = deliver(*news, context=slow)
        again = [PublishQuantity(**each) for each in queued(settings.channels_queue_url) if isinstance(each, dict)]
        news = [news[int(name.removeprefix("m"))] for name in failed] + again
        rounds += 1

    assert (rounds, shop.told) == (3, [(f"r{number}", number) for number in range(5)])


def test_what_an_invocation_had_no_time_for_stays_known(shop: Shop) -> None:
    put_stock(7)
    deliver(tell())
    put_stock(-2, event="two sold")

    assert deliver(tell(), CompareQuantities(channel=SHOP, event="tonight"), context=Ending(20)) == ["m0", "m1"]

    assert shop.told == [("ref", 7)]
    assert published.last_published(SHOP, [MUG], MAIN)[MUG].quantity == 7


def test_a_channel_that_wants_to_be_asked_seldom_is_not_waited_for_in_vain(shop: Shop, slow: Ending) -> None:
    channel = a_channel(SHOP, ChannelKind.GENERIC, base_url="https://shop.example", calls_per_second=0.01)
    set_up(a_configuration(channel=channel, sync=True))

    assert deliver(tell("M1"), tell("M2"), context=slow) == ["m1"]

    assert shop.told == [("r1", 1)]


def test_a_channel_whose_turn_did_not_come_is_told_first_the_next_time(shop: Shop, slow: Ending) -> None:
    channel = a_channel(SHOP, ChannelKind.GENERIC, base_url="https://shop.example")
    other = a_channel("other", ChannelKind.GENERIC, base_url="https://other.example")
    set_up(a_configuration(channel=channel, sync=True).with_channel(other))
    listings.put_listing(Listing(channel="other", reference="theirs", sku=MUG))
    theirs = PublishQuantity(channel="other", sku=MUG, at=NOON)

    assert deliver(tell("M1"), tell("M2"), theirs, context=slow) == ["m2"]
    assert deliver(tell("M3"), theirs, times=2) == []

    assert shop.told == [("r1", 1), ("r2", 2), ("r3", 3), ("theirs", 0)]


@pytest.mark.parametrize("account", [{"sync": False}, {}])
def test_nobody_is_told_once_a_switch_is_off(shop: Shop, account: dict[str, Any]) -> None:
    put_stock(7)
    a_merchant(**account)
    if not account:
        catalogue.put_product(Product(sku=MUG, sync=False))

    deliver(tell(forced=True))

    assert shop.told == []


def test_a_product_that_is_not_listed_any_more_is_passed_over(shop: Shop) -> None:
    listings.delete_listing(MUG, SHOP)

    assert deliver(tell(), tell("NEVER KNOWN")) == []

    assert shop.told == []


def test_a_kit_is_told_as_what_could_be_made(shop: Shop) -> None:
    catalogue.put_product(Product(sku="SIX", kind=ProductKind.KIT, components={MUG: 6}))
    listings.put_listing(Listing(channel=SHOP, reference="six pack", sku="SIX"))
    put_stock(20)

    deliver(tell("SIX"))

    assert shop.told == [("six pack", 3)]


# ---- comparing


def compared(event: str = "tonight") -> Any:
    news: Any = CompareQuantities(channel=SHOP, event=event)
    while news:
        assert deliver(news) == []
        left = [each for each in queued(settings.channels_queue_url) if isinstance(each, dict)]
        again = next((each for each in left if each.get("kind") == "compare"), None)
        healed = [each for each in left if each.get("kind") == "tell"]
        news = CompareQuantities(**again) if again else None
    return published.find_drift(SHOP), [each["sku"] for each in healed]


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was told counts as settled at once."""
    monkeypatch.setattr("packhorse.domain.catalogue.drift.SETTLE_TIME", timedelta(0))


@pytest.mark.usefixtures("patient")
def test_a_channel_that_says_what_it_was_told_has_no_drift(shop: Shop) -> None:
    put_stock(7)
    deliver(tell())

    report, _ = compared()

    assert (report.looked_at, report.different, report.problem) == (1, 0, None)
    assert report.finished_at is not None
    assert problems() == []


@pytest.mark.usefixtures("patient")
def test_differences_are_reported_and_left_alone_unless_they_are_to_be_healed(shop: Shop) -> None:
    put_stock(7)
    deliver(tell())
    shop.stock["ref"] = 5

    report, healed = compared()
    [difference] = report.differences
    assert (difference.theirs, difference.ours, difference.reference) == (5, 7, "ref")
    assert problems() == [("drift", SHOP)]
    assert healed == []

    a_merchant(heal_drift=True)
    _, healed = compared("tomorrow")
    assert healed == [MUG]
    deliver(tell(forced=True))
    assert shop.stock == {"ref": 7}


@pytest.mark.usefixtures("patient")
def test_a_channel_that_shows_more_than_there_is_is_healed_unless_that_is_switched_off(shop: Shop) -> None:
    put_stock(7)
    deliver(tell())
    shop.stock["ref"] = 9

    _, healed = compared()
    a_merchant(heal_oversold=False)
    _, left = compared("tomorrow")

    assert (healed, left) == ([MUG], [])


@pytest.mark.usefixtures("patient")
def test_a_comparison_that_finds_no_drift_ends_the_exception(shop: Shop) -> None:
    put_stock(7)
    deliver(tell())
    shop.stock["ref"] = 9
    compared()
    shop.stock["ref"] = 7

    compared("tomorrow")

    assert problems() == []


def test_what_was_told_a_moment_ago_is_not_held_against_the_channel(shop: Shop) -> None:
    put_stock(7)
    deliver(tell())
    shop.stock["ref"] = 9

    report, _ = compared()

    assert report.different == 0


def test_a_forced_publish_beside_a_change_sends_the_new_quantity(shop: Shop) -> None:
    put_stock(7)
    deliver(tell())
    put_stock(-3, event="sold")

    deliver(tell(forced=True), tell())

    assert shop.stock == {"ref": 4}
    assert published.last_published(SHOP, [MUG], MAIN)[MUG].quantity == 4


@pytest.mark.usefixtures("patient")
def test_a_comparison_goes_on_behind_a_page_whose_last_listing_it_heals(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compare_stock, "COMPARE_PAGE", 2)
    a_merchant(heal_drift=True)
    for number in range(4):
        catalogue.put_product(Product(sku=f"P{number}"))
        listings.put_listing(Listing(channel=SHOP, reference=f"r{number}", sku=f"P{number}"))
        shop.stock[f"r{number}"] = 5

    report, _ = compared()

    assert (report.looked_at, report.different) == (5, 5)
    assert report.finished_at is not None


@pytest.mark.usefixtures("patient")
def test_many_listings_are_compared_page_by_page_each_once(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare_stock, "COMPARE_PAGE", 2)
    for number in range(4):
        catalogue.put_product(Product(sku=f"P{number}"))
        listings.put_listing(Listing(channel=SHOP, reference=f"r{number}", sku=f"P{number}"))
        shop.stock[f"r{number}"] = number % 2

    report, _ = compared()

    assert (report.looked_at, report.different) == (5, 3)
    deliver(CompareQuantities(channel=SHOP, event="tonight", after="P1"))
    again = published.find_drift(SHOP)
    assert again is not None
    assert again.looked_at == 5


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("size", [1, 5])
@pytest.mark.parametrize("status", [400, 403])
def test_a_listing_that_cannot_be_read_stops_no_comparison_and_is_named(
    cloud: World, shop: Shop, monkeypatch: pytest.MonkeyPatch, size: int, status: int
) -> None:
    monkeypatch.setattr(compare_stock, "COMPARE_PAGE", size)
    for number in range(4):
        catalogue.put_product(Product(sku=f"P{number}"))
        listings.put_listing(Listing(channel=SHOP, reference=f"r{number}", sku=f"P{number}"))
        shop.stock[f"r{number}"] = 0

    def answer(request: httpx.Request) -> httpx.Response:
        return refuses(status)(request) if "r1" in request.url.params.get_list("reference") else shop.done(request)

    cloud.web.serve("https://shop.example", answer)
    shop.stock["ref"] = 0

    report, _ = compared()

    assert (report.looked_at, report.different, report.refused, report.problem) == (4, 0, 1, None)
    assert report.finished_at is not None
    [(cause, _)] = problems()
    [opened] = exceptions.newest_exceptions(ExceptionState.OPEN, None, 10)[0]
    assert (cause, "1 listing could not be read, such as P1" in opened.message) == ("drift", True)


@pytest.mark.usefixtures("patient")
def test_a_comparison_ends_once_another_one_has_begun(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare_stock, "COMPARE_PAGE", 1)
    catalogue.put_product(Product(sku=Sku("P1")))
    listings.put_listing(Listing(channel=SHOP, reference="r1", sku="P1"))
    shop.stock |= {"ref": 9, "r1": 0}
    deliver(CompareQuantities(channel=SHOP, event="tonight"))
    deliver(CompareQuantities(channel=SHOP, event="a person"))

    deliver(CompareQuantities(channel=SHOP, event="tonight", after=MUG))

    report = published.find_drift(SHOP)
    assert report is not None
    assert (report.event, report.looked_at, report.different) == ("a person", 1, 1)


def test_a_channel_that_cannot_be_asked_says_so_in_its_report(shop: Shop) -> None:
    put_stock(7)
    shop.answers = [refuses(501)]

    report, _ = compared()

    assert report.problem
    assert problems() == []


# ---- credentials that the channel refuses

ORIGIN = "https://shop.example:443"


def waiting() -> list[str]:
    """The skus of messages in the queue that are publishes."""
    bodies = queued(settings.channels_queue_url)
    return sorted(body["sku"] for body in bodies if isinstance(body, dict))


def test_a_refused_credential_is_one_exception_of_the_channel_and_quantities_wait(shop: Shop) -> None:
    others = [f"CUP-{number}" for number in range(3)]
    for name in others:
        catalogue.put_product(Product(sku=Sku(name)))
        listings.put_listing(Listing(channel=SHOP, reference=name, sku=Sku(name)))
    shop.answers = [refuses(401)]

    again = deliver(tell(), *(tell(name) for name in others))

    assert problems() == [("credentials_refused", SHOP)]
    assert again == ["m0"]
    assert waiting() == others


def test_a_message_that_waits_for_credentials_never_becomes_a_dead_letter(shop: Shop) -> None:
    shop.answers = [refuses(401)]

    assert deliver(tell(), times=publish_stock.MAX_WAITS) == []

    assert waiting() == [MUG]


@pytest.mark.parametrize(("waited", "resyncs"), [(False, []), (True, [("channel", SHOP, False)])])
def test_the_next_good_call_ends_the_exception_and_after_a_while_has_all_published(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, waited: bool, resyncs: list[tuple[str, str, bool]]
) -> None:
    put_stock(7)
    shop.answers = [refuses(403)]
    deliver(tell())
    if waited:
        monkeypatch.setattr(refused_credentials, "FLICKER", timedelta())

    with answered_by("Invoke", {"StatusCode": 202}) as invoked:
        assert deliver(tell()) == []
        deliver(tell(forced=True))

    assert shop.told == [("ref", 7), ("ref", 7)]
    assert problems() == []
    sent = [json.loads(each["Payload"]) for each in invoked]
    assert [(each["kind"], each["channel"], each["forced"]) for each in sent] == resyncs


@pytest.mark.parametrize(("minutes", "resyncs"), [((0, 5), 0), ((0, 30, 70), 1)])
def test_all_is_published_after_a_while_of_this_refusal_not_of_the_first_one_ever(
    shop: Shop, minutes: tuple[int, ...], resyncs: int
) -> None:
    refused, times = CredentialsRefused("403"), [NOON + timedelta(days=2, minutes=each) for each in minutes]
    refused_credentials.record_refused_publish(SHOP, refused, NOON)
    refused_credentials.resolve_after_publish(SHOP, NOON)

    for moment in times:
        refused_credentials.record_refused_publish(SHOP, refused, moment)
    with answered_by("Invoke", {"StatusCode": 202}) as invoked:
        refused_credentials.resolve_after_publish(SHOP, times[-1])

    assert (len(invoked), problems()) == (resyncs, [])


def test_credentials_saved_a_moment_ago_are_used(shop: Shop) -> None:
    put_stock(7)
    secrets.save_credentials(SHOP, secrets.Credentials(token="old", origin=ORIGIN))
    cached = secrets.get_credentials(SHOP)
    secrets.save_credentials(SHOP, secrets.Credentials(token="new", origin=ORIGIN))
    secrets._cached_credentials[secrets._name(secrets.CHANNELS, SHOP)] = secrets._CachedCredentials(
        KeptAt.now(), cached
    )
    shop.answers = [refuses(401)]

    assert deliver(tell()) == []

    assert (shop.told, problems()) == ([("ref", 7)], [])


def test_a_good_poll_does_not_end_what_a_publish_found(shop: Shop) -> None:
    shop.answers = [refuses(403)]
    deliver(tell())

    refused_credentials.resolve_after_poll(SHOP)

    assert problems() == [("credentials_refused", SHOP)]

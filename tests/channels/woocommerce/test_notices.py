"""Parcels at a WooCommerce store, in each of its three ways to show tracking, over a real socket."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.world.failures import Failure
from local.world.woocommerce.store import Store
from packhorse.channels.protocol import ParcelNotice
from packhorse.channels.woocommerce.notices import WooNotices
from packhorse.channels.woocommerce.orders import WooCommerce
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import Rejected, Unavailable
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.orders.parcel import LineQuantity

BODY = json.loads((Path(__file__).parents[2] / "data/woocommerce/order-created.json").read_text())
ORDER, MUG, SHIRT = "5127", "315", "316"
Shown = Callable[[], list[str]]


def notice(
    name: str = "f-1-a", tracking: str | None = "0034", carrier: str | None = "DHL", **units: int
) -> ParcelNotice:
    lines = {key.removeprefix("_"): many for key, many in units.items()} or {MUG: 3, SHIRT: 1}
    parts = tuple(LineQuantity(line=line, quantity=many) for line, many in lines.items())
    return ParcelNotice(ORDER, name, carrier, tracking, parts)


def meta(fulfillment: dict[str, Any]) -> dict[str, Any]:
    return {each["key"]: each["value"] for each in fulfillment["meta_data"]}


@pytest.fixture(
    params=["fulfillments", "extension", "advanced", ""],
    ids=["fulfillments", "Shipment Tracking", "Advanced Shipment Tracking", "notes"],
)
def notices(request: pytest.FixtureRequest, store: Store, channel: Channel, client: httpx.Client) -> WooNotices:
    store.settings.tracking = request.param
    store.put_order(BODY)
    return WooNotices(channel, client)


@pytest.fixture
def shown(store: Store) -> Shown:
    """What the store shows of parcels, as carrier and number."""

    def found() -> list[str]:
        made = [meta(each) for each in store.fulfillments.get(ORDER, [])]
        return [
            *(f"{each.get('_provider_name')} {each.get('_tracking_number')}" for each in made),
            *(f"{e['tracking_provider']} {e['tracking_number']}" for e in store.trackings.get(ORDER, [])),
            *(" ".join(each["note"].split(":")[1].split()[:2]) for each in reversed(store.notes.get(ORDER, []))),
        ]

    return found


def read(store: Store, channel: Channel) -> ChannelOrder:
    raw = json.dumps(store.orders[ORDER]).encode()
    found = WooCommerce(channel).read({"X-WC-Webhook-Topic": "order.updated"}, raw)
    assert isinstance(found, ChannelOrder)
    return found


def test_the_last_parcel_completes_the_order(store: Store, notices: WooNotices, shown: Shown) -> None:
    assert notices.notify_shipped(notice("f-1-a", "0034", _315=2)) == ("f-1-a",)
    assert store.orders[ORDER]["status"] == "processing"

    notices.notify_shipped(notice("f-1-b", "0035", _315=1, _316=1))

    assert (store.orders[ORDER]["status"], shown()) == ("completed", ["DHL 0034", "DHL 0035"])


def test_the_store_lists_the_parcel_in_its_messages_under_our_id(
    store: Store, channel: Channel, notices: WooNotices
) -> None:
    notices.notify_shipped(notice())

    found = read(store, channel)

    [parcel] = found.parcels
    assert (parcel.id, parcel.carrier, parcel.tracking) == ("f-1-a", "DHL", "0034")
    assert (parcel.lines, found.shipped_at is not None) == (notice().lines, True)


def test_a_parcel_of_a_line_that_the_order_does_not_have_is_not_shown(
    store: Store, notices: WooNotices, shown: Shown
) -> None:
    with pytest.raises(Rejected, match=f"WooCommerce has no line 999 in order {ORDER}: enter there what left"):
        notices.notify_shipped(notice(_315=1, _999=1))

    assert (shown(), store.orders[ORDER]["status"]) == ([], "processing")


def test_notifying_twice_is_harmless(store: Store, notices: WooNotices, shown: Shown) -> None:
    notices.notify_shipped(notice())
    mails = len(store.mails)

    assert notices.notify_shipped(notice()) == ("f-1-a",)
    assert (shown(), len(store.mails)) == (["DHL 0034"], mails)


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_lost_answer_makes_no_second_parcel(store: Store, notices: WooNotices, shown: Shown, method: str) -> None:
    store.failures.append(Failure(502, method=method, after=True))
    with pytest.raises(Unavailable):
        notices.notify_shipped(notice())

    notices.notify_shipped(notice())

    assert (shown(), store.orders[ORDER]["status"]) == (["DHL 0034"], "completed")


def test_a_number_is_corrected(store: Store, channel: Channel, notices: WooNotices, shown: Shown) -> None:
    notices.notify_shipped(notice())

    for _ in range(2):
        notices.notify_corrected(notice(tracking="0099", carrier="DPD"))

    assert shown() == ["DPD 0099"]
    assert [(each.id, each.tracking) for each in read(store, channel).parcels] == [("f-1-a", "0099")]


def test_a_correction_of_a_parcel_that_the_store_lost_shows_it(notices: WooNotices, shown: Shown) -> None:
    notices.notify_corrected(notice(tracking="0099"))

    assert shown() == ["DHL 0099"]


def test_a_withdrawn_parcel_is_gone_and_the_order_in_processing_again(
    store: Store, channel: Channel, notices: WooNotices, shown: Shown
) -> None:
    notices.notify_shipped(notice())

    for _ in range(2):
        notices.notify_withdrawn(notice())

    assert (shown(), store.orders[ORDER]["status"]) == ([], "processing")
    assert (read(store, channel).parcels, read(store, channel).shipped_at) == ((), None)


def test_of_two_parcels_with_one_number_the_other_one_stays_shown(notices: WooNotices, shown: Shown) -> None:
    first, second = notice("f-1-a", "0034", _315=2), notice("f-2-a", "0034", _315=1, _316=1)
    notices.notify_shipped(first)
    notices.notify_shipped(second)

    notices.notify_withdrawn(first)
    assert shown() == ["DHL 0034"]
    notices.notify_shipped(first)
    notices.notify_corrected(second._replace(tracking="0035"))
    assert sorted(shown()) == ["DHL 0034", "DHL 0035"]
    notices.notify_corrected(second)
    for each in (first, second):
        notices.notify_withdrawn(each)

    assert shown() == []


def test_a_parcel_whose_answer_was_lost_is_withdrawn_too(store: Store, notices: WooNotices, shown: Shown) -> None:
    store.failures.append(Failure(502, method="PUT"))
    with pytest.raises(Unavailable):
        notices.notify_shipped(notice())

    notices.notify_withdrawn(notice())

    assert shown() == []


def test_an_order_that_the_merchant_completed_stays_so(store: Store, notices: WooNotices) -> None:
    store.set_status(ORDER, "completed")
    notices.notify_shipped(notice())
    notices.notify_withdrawn(notice())

    assert store.orders[ORDER]["status"] == "completed"


@pytest.mark.parametrize("status", ["cancelled", "refunded", "pending"])
def test_an_order_that_is_not_in_processing_is_not_completed(store: Store, notices: WooNotices, status: str) -> None:
    store.set_status(ORDER, status)

    notices.notify_shipped(notice())

    assert store.orders[ORDER]["status"] == status


def test_units_that_were_refunded_are_not_waited_for(store: Store, notices: WooNotices) -> None:
    units = {"quantity": -1, "meta_data": [{"id": 1, "key": "_refunded_item_id", "value": SHIRT}]}
    store.put_order({**BODY, "refunds": [{"id": 9, "date_created_gmt": "2026-11-23T10:00:00", "line_items": [units]}]})

    notices.notify_shipped(notice(_315=3))

    assert store.orders[ORDER]["status"] == "completed"


def test_an_order_in_a_state_of_a_plugin_is_completed_as_the_state_is_mapped(
    store: Store, channel: Channel, client: httpx.Client
) -> None:
    store.settings.statuses = ["packed"]
    store.put_order({**BODY, "status": "packed"})
    mapped = channel.replace(order_states={"wc-packed": "processing"})

    WooNotices(channel, client).notify_shipped(notice("f-1-a", _315=3))
    assert store.orders[ORDER]["status"] == "packed"
    WooNotices(mapped, client).notify_shipped(notice("f-1-b", _316=1))

    assert store.orders[ORDER]["status"] == "completed"


def test_a_parcel_without_a_number_is_noted(store: Store, notices: WooNotices) -> None:
    notices.notify_shipped(notice(tracking=None, carrier=None))

    assert store.orders[ORDER]["status"] == "completed"
    assert bool(store.notes.get(ORDER)) == (store.settings.tracking != "fulfillments")


def test_an_order_that_the_store_does_not_have_is_rejected(notices: WooNotices) -> None:
    with pytest.raises(Rejected, match="404"):
        notices.notify_shipped(notice()._replace(order="1"))


def test_the_way_is_asked_for_once(store: Store, channel: Channel, client: httpx.Client) -> None:
    store.put_order(BODY)
    asked: list[str] = []
    client.event_hooks["request"].append(lambda request: asked.append(request.url.path.rpartition("/")[2]))
    notices = WooNotices(channel, client)

    notices.notify_shipped(notice("f-1-a", "1", _315=1))
    notices.notify_shipped(notice("f-1-b", "2", _315=1))

    assert (asked.count("fulfillments"), asked.count("shipment-trackings")) == (1, 1)


@pytest.mark.parametrize(("ago", "is_sent"), [(timedelta(days=5), True), (timedelta(hours=20), False)])
def test_the_extension_shows_when_a_parcel_left_that_is_reported_late(
    store: Store, channel: Channel, client: httpx.Client, ago: timedelta, *, is_sent: bool
) -> None:
    store.settings.tracking = "extension"
    store.put_order(BODY)
    left_at = datetime.now(UTC) - ago

    WooNotices(channel, client).notify_shipped(notice()._replace(shipped_at=left_at))

    [made] = store.trackings[ORDER]
    assert made["date_shipped"] == (left_at if is_sent else datetime.now(UTC)).strftime("%Y-%m-%d")


@pytest.mark.parametrize("tracking", ["extension", "advanced"])
def test_a_carrier_that_the_extension_does_not_have_is_noted(
    store: Store, channel: Channel, client: httpx.Client, shown: Shown, tracking: str
) -> None:
    store.settings.tracking = tracking
    store.put_order(BODY)
    notices = WooNotices(channel, client)

    notices.notify_shipped(notice(carrier="Bike"))
    assert (shown(), store.trackings) == (["Bike 0034"], {})
    notices.notify_corrected(notice(carrier="dhl"))

    assert (shown(), store.notes[ORDER]) == (["DHL 0034"], [])


@pytest.mark.parametrize(
    ("carrier", "key"),
    [("UPSDAP", "ups"), ("Royal Mail", "royal-mail"), ("Evri", "evri-hermes"), ("DhlEcs", "dhl"), ("Bike", "other")],
)
def test_a_fulfillment_has_the_key_of_its_carrier_and_its_name(
    store: Store, channel: Channel, client: httpx.Client, carrier: str, key: str
) -> None:
    store.settings.tracking = "fulfillments"
    store.put_order(BODY)

    WooNotices(channel, client).notify_shipped(notice(carrier=carrier))

    [made] = map(meta, store.fulfillments[ORDER])
    assert (made["_shipment_provider"], made["_provider_name"]) == (key, carrier)


@pytest.mark.parametrize("writes", [True, False])
@pytest.mark.parametrize("tracking", ["fulfillments", ""])
def test_the_buyer_is_written_to_if_the_channel_says_so(
    store: Store, channel: Channel, client: httpx.Client, tracking: str, *, writes: bool
) -> None:
    store.settings.tracking = tracking
    store.put_order(BODY)

    WooNotices(channel.replace(notify_customer=writes), client).notify_shipped(notice(_315=1))

    assert bool(store.mails) == writes


def test_what_a_supplier_writes_is_text_in_a_mail_to_the_buyer(
    store: Store, channel: Channel, client: httpx.Client
) -> None:
    store.settings.tracking = ""
    body = {**BODY, "line_items": [{**item, "name": "Mug &lt;b&gt;"} for item in BODY["line_items"]]}
    store.put_order(body)
    notices, sent = WooNotices(channel, client), notice(tracking='<a href="https://shop.example">here</a>', _315=1)

    for _ in range(2):
        notices.notify_shipped(sent)

    [note] = store.notes[ORDER]
    assert note["note"].startswith(
        'Shipped: DHL &lt;a href="https://shop.example"&gt;here&lt;/a&gt;: 1 x Mug &lt;b&gt; ['
    )


# ---- what a call without an answer left behind


def shown_only(notices: WooNotices, sent: ParcelNotice) -> None:
    """Shows the tracking, as a process does that dies before the meta data of the parcel is written."""
    order = notices._order(ORDER)
    notices._way(order, sent).made(order, sent)


def test_a_number_that_the_store_may_have_is_replaced(notices: WooNotices, shown: Shown) -> None:
    shown_only(notices, notice(tracking="0034"))
    now = notice(tracking="0099")._replace(former=("0034",))

    notices.notify_corrected(now._replace(references=notices.notify_shipped(now)))

    assert shown() == ["DHL 0099"]


def test_a_number_that_the_store_may_have_is_withdrawn(notices: WooNotices, shown: Shown) -> None:
    shown_only(notices, notice(tracking="0034"))

    notices.notify_withdrawn(notice(tracking="0099")._replace(former=("0034",)))

    assert shown() == []


def test_a_correction_that_died_and_is_put_back_is_gone(notices: WooNotices, shown: Shown) -> None:
    references = notices.notify_shipped(notice(tracking="0034"))
    shown_only(notices, notice(tracking="0099"))

    notices.notify_corrected(notice(tracking="0034")._replace(former=("0099",), references=references))

    assert shown() == ["DHL 0034"]


def test_a_refusal_says_whether_something_was_done_before_it(notices: WooNotices) -> None:
    changes: list[httpx.Request] = []
    refused = 0

    def refuse(response: httpx.Response) -> None:
        if response.request.method != "GET":
            changes.append(response.request)
            response.status_code = 422 if len(changes) == refused else response.status_code

    notices.http.event_hooks["response"].append(refuse)
    notices.notify_shipped(notice(_315=1))
    for refused in (1, 2):
        for run in (
            partial(notices.notify_corrected, notice(tracking=f"9{refused}", _315=1)),
            partial(notices.notify_shipped, notice(f"g-{refused}", f"8{refused}", _315=1)),
        ):
            changes.clear()
            with pytest.raises(Rejected) as found:
                run()
            assert (len(changes), found.value.is_in_part) == (refused, refused == 2), [each.url for each in changes]


def test_a_parcel_of_a_line_that_was_entered_again_since_counts_for_it(store: Store, notices: WooNotices) -> None:
    notices.notify_shipped(notice("f-1-a", "0034", _315=2, _316=1))
    body = store.orders[ORDER]
    again = [{**line, "id": 999} if line["id"] == int(MUG) else line for line in body["line_items"]]
    store.put_order({**body, "line_items": again})

    notices.notify_shipped(notice("f-1-b", "0035", _999=1)._replace(renamed={MUG: "999"}))

    assert store.orders[ORDER]["status"] == "completed"

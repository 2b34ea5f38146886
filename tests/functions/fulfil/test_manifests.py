"""Manifests, through the API, the label function and a simulated carrier."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from local.world.carriers import easypost_forms, rating, shippo_manifests
from local.world.carriers.easypost import EasyPostAccount
from local.world.carriers.shippo import ShippoAccount
from local.world.failures import LOST, Failure
from packhorse.domain.configuration.carrier import CarrierAccount, CarrierKind
from packhorse.domain.configuration.warehouse import ShipsOn
from packhorse.domain.labels.label import Label
from packhorse.domain.labels.manifest import Manifest
from packhorse.domain.labels.tracking import TrackingEvent, TrackingStatus
from packhorse.domain.problem import Cause, Problem, Subject
from packhorse.messages.tracking import ParcelTracked
from packhorse.store import configuration, exceptions, manifests
from packhorse.usecases.labels import continue_manifests, make_manifest
from packhorse.usecases.labels.record_tracking import record_tracking
from simulation.aws.boundary import World
from simulation.builders import NOON
from simulation.carrier import CARRIER
from tests.functions.fulfil.labels import (
    SHIPPO,
    an_order_of,
    configured,
    connected,
    connected_to_shippo,
    fails,
    files,
    run_label,
    stored,
)
from tests.functions.operate.calls import Answer, call
from tests.functions.operate.orders import get
from tests.functions.operate.people import WIL, invited

FORMS = "/scan_forms"


@pytest.fixture
def carrier(cloud: World) -> EasyPostAccount:
    return connected(cloud)


def bought(carrier_name: str = "USPS", quantity: int = 1) -> str:
    """An order with a label."""
    order = an_order_of(quantity)
    assert call("POST", f"/orders/{order}/fulfilments/1/label", {"carrier": carrier_name}).status == 201
    return order


def manifest(key: str = "", **more: Any) -> Answer:
    body = {"account": CARRIER, "warehouse": "main", **more}
    return call("POST", "/manifests", body, headers={"idempotency-key": key} if key else {})


def label(order: str) -> Label:
    [found] = stored(order).fulfilments[0].labels
    return found


def orders_on(answer: Answer) -> set[str]:
    return {each["order"] for each in answer.body["parcels"]}


def test_a_manifest_has_all_labels_of_the_day_on_one_form_with_its_document(
    carrier: EasyPostAccount, cloud: World
) -> None:
    orders = {bought(), bought()}

    made = manifest()

    assert (made.status, made.body["state"], made.body["carrier"], orders_on(made)) == (201, "made", "USPS", orders)
    assert files(cloud)[f"labels/manifests/{made.body['id']}.pdf"].startswith(b"%PDF")
    assert made.body["url"].startswith("https://")
    [form] = carrier.forms.values()
    assert (form["id"], len(form["tracking_codes"])) == (made.body["form"], 2)
    assert all((label(order).manifest, label(order).is_manifested) == (made.body["id"], True) for order in orders)
    assert "manifested" in [each["what"] for each in get(next(iter(orders)))["timeline"]]
    assert call("GET", f"/manifests/{made.body['id']}").body["form"] == made.body["form"]
    assert [each["id"] for each in call("GET", "/manifests").body["items"]] == [made.body["id"]]


def test_a_parcel_is_never_on_two_manifests(carrier: EasyPostAccount) -> None:
    bought()
    manifest()
    assert manifest().status == 409
    later = bought()

    assert orders_on(manifest()) == {later}
    codes = [code for form in carrier.forms.values() for code in form["tracking_codes"]]
    assert len(codes) == len(set(codes)) == 2


def waiting() -> set[str]:
    """The orders that the next manifest of today reads."""
    return {key.order for key, _ in manifests.bought_on(CARRIER, "main", datetime.now(UTC).date())}


def test_a_manifest_reads_no_orders_whose_labels_are_on_an_earlier_one(carrier: EasyPostAccount) -> None:
    configured(ships_on=ShipsOn.MANIFEST)
    orders = {bought(), bought()}
    assert waiting() == orders
    manifest()
    assert waiting() == set()
    later, voided, held = bought(), bought(), bought()
    call("POST", f"/orders/{voided}/fulfilments/1/void", {})
    call("POST", f"/orders/{held}/hold", {"reason": "a doubt"})

    assert orders_on(manifest()) == {later}

    assert waiting() == {held}
    call("POST", f"/orders/{held}/release")
    assert orders_on(manifest()) == {held}


def test_labels_that_are_on_a_manifest_and_were_not_forgotten_are_by_the_next(
    carrier: EasyPostAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    bought()
    with monkeypatch.context() as patched:
        patched.setattr(manifests, "forget_bought", lambda *_: None)
        manifest()
    assert len(waiting()) == 1

    assert (manifest().status, waiting()) == (409, set())


def test_a_request_under_the_same_key_is_one_manifest(carrier: EasyPostAccount) -> None:
    bought()

    assert manifest("k").body["id"] == manifest("k").body["id"]
    assert len(carrier.forms) == 1


def test_labels_of_several_carriers_go_on_a_manifest_each(carrier: EasyPostAccount) -> None:
    post, express = bought("USPS"), bought("UPS")

    refused = manifest()

    assert (refused.status, refused.fields, carrier.forms) == (422, ["carrier"], {})
    assert (orders_on(manifest(carrier="ups")), orders_on(manifest())) == ({express}, {post})


def test_a_manifest_of_a_carrier_has_the_labels_of_each_name_that_the_account_gives_it(
    carrier: EasyPostAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    """EasyPost names UPS after the kind of its account."""
    services = (each._replace(carrier=each.carrier.replace("UPS", "UPSDAP")) for each in rating.SERVICES[3:6])
    monkeypatch.setattr(rating, "SERVICES", (*rating.SERVICES[:3], *services))
    monkeypatch.setattr(rating, "MOST_OUNCES", {"USPS": 1000, "UPSDAP": 1000})
    order, _ = bought("UPS"), bought("USPS")

    made = manifest(carrier="ups")

    assert (made.status, made.body["carrier"], orders_on(made)) == (201, "UPSDAP", {order})


def test_a_label_of_another_day_or_a_voided_one_is_on_none(carrier: EasyPostAccount) -> None:
    voided, kept = bought(), bought(quantity=2)
    call("POST", f"/orders/{voided}/fulfilments/1/void", {})
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    assert manifest(day=yesterday).status == 409

    assert orders_on(manifest()) == {kept}


def test_a_manifested_label_is_not_voided_and_the_refusal_says_why(carrier: EasyPostAccount) -> None:
    order = bought()
    made = manifest().body["id"]

    refused = call("POST", f"/orders/{order}/fulfilments/1/void", {})

    assert (refused.status, made in refused.body["detail"], label(order).state) == (409, True, "bought")


# ---- what goes wrong -------------------------------------------------------------------------------------------------


def test_a_form_whose_answer_is_lost_is_found_and_not_made_twice(carrier: EasyPostAccount) -> None:
    order = bought()
    fails(carrier, LOST, FORMS, after=True)

    made = manifest()

    assert (made.status, len(carrier.forms), label(order).is_manifested) == (201, 1, True)


def test_a_request_that_did_not_arrive_is_made_by_the_next_one(
    carrier: EasyPostAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = bought()
    fails(carrier, LOST, FORMS)

    assert (manifest("k").status, carrier.forms) == (503, {})
    assert manifest("k").status == 503  # the first one may still be waiting
    assert manifest("other").status == 409  # its label is claimed
    monkeypatch.setattr(make_manifest, "CALL_LASTS", timedelta(0))

    made = manifest("k")

    assert (made.status, len(carrier.forms), orders_on(made)) == (201, 1, {order})


CALLS = ["_claimed", "_form", "on_form", "store_file", "_ship", "_store"]


@pytest.mark.parametrize("died_in", CALLS)
def test_a_manifest_whose_process_dies_is_made_by_itself_once(
    carrier: EasyPostAccount, cloud: World, monkeypatch: pytest.MonkeyPatch, died_in: str
) -> None:
    configured(ships_on=ShipsOn.MANIFEST)
    orders = {bought(), bought()}

    def die(*_: Any, **__: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(make_manifest, died_in, die)
        with pytest.raises(SystemExit):
            manifest("k")
    monkeypatch.setattr(make_manifest, "CALL_LASTS", timedelta(0))
    cloud.functions.invocations.clear()

    assert continue_manifests.continue_manifests(datetime.now(UTC) + timedelta(minutes=11)) == 1
    for invocation in cloud.functions.invocations:
        run_label(invocation.payload)

    [made] = call("GET", "/manifests").body["items"]
    assert (made["state"], {each["order"] for each in made["parcels"]}, len(carrier.forms)) == ("made", orders, 1)
    assert {get(order)["status"] for order in orders} == {"complete"}
    assert continue_manifests.continue_manifests(datetime.now(UTC) + timedelta(minutes=22)) == 0


def test_what_the_carrier_refuses_is_an_answer_and_the_labels_are_free_again(carrier: EasyPostAccount) -> None:
    order = bought()
    fails(carrier, 422, FORMS)

    refused = manifest("k")

    assert (refused.status, label(order).manifest) == (422, None)
    assert [each["state"] for each in call("GET", "/manifests").body["items"]] == ["refused"]
    assert manifest("other").status == 201


def test_a_form_that_a_person_made_at_the_carrier_is_taken_over(carrier: EasyPostAccount) -> None:
    there, other = bought(), bought()
    form = easypost_forms.create_form(carrier, {"shipments": [{"id": label(there).shipment}]})

    made = manifest()

    assert (made.body["form"], orders_on(made)) == (form["id"], {there})
    assert orders_on(manifest()) == {other}


def test_parcels_of_two_addresses_are_refused_by_the_carrier(carrier: EasyPostAccount) -> None:
    first, second = bought(), bought()
    carrier.shipments[label(first).shipment]["from_address"] = {"street1": "elsewhere"}

    refused = manifest()

    assert (refused.status, "same origin address" in refused.body["detail"]) == (422, True)
    assert (label(first).manifest, label(second).manifest) == (None, None)


def test_a_carrier_without_forms_says_so(carrier: EasyPostAccount) -> None:
    other = CarrierAccount(id="desk", kind=CarrierKind.MANUAL)
    configuration.apply_edit(lambda before: before.with_carrier(other), "owner", NOON)

    refused = manifest(account="desk")

    text = "manifests of manual are not made here: make them at the carrier"
    assert (refused.status, refused.body["detail"]) == (422, text)
    assert manifest(account="nobody").fields == ["account"]


def delivered(order: str) -> None:
    """Have the carrier report that the parcel of an order arrived."""
    now = datetime.now(UTC)
    event = TrackingEvent(carrier="USPS", tracking=label(order).tracking, status=TrackingStatus.DELIVERED, at=now)
    assert not record_tracking({"1": ParcelTracked(account=CARRIER, event=event, received_at=now)}, now)


@pytest.mark.parametrize("ships_on", list(ShipsOn))
def test_a_parcel_that_its_carrier_has_already_is_on_no_manifest(carrier: EasyPostAccount, ships_on: ShipsOn) -> None:
    configured(ships_on=ships_on)
    gone, here = bought(), bought()
    delivered(gone)

    assert orders_on(manifest()) == {here}
    assert (manifest().status, label(gone).manifest) == (409, None)


def test_a_parcel_that_departs_before_a_manifest_is_finished_is_left_out(
    carrier: EasyPostAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured(ships_on=ShipsOn.MANIFEST)
    gone, here = bought(), bought()
    carrier.failures.append(Failure(LOST, method="POST", ending=FORMS))
    manifest("k")
    delivered(gone)
    monkeypatch.setattr(make_manifest, "CALL_LASTS", timedelta(0))

    made = manifest("k")

    assert (made.status, orders_on(made), label(gone).manifest) == (201, {here}, None)
    assert [form["tracking_codes"] for form in carrier.forms.values()] == [[label(here).tracking]]


def test_a_manifest_all_of_whose_parcels_departed_before_it_was_finished_is_refused(
    carrier: EasyPostAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = bought()
    carrier.failures.append(Failure(LOST, method="POST", ending=FORMS))
    manifest("k")
    delivered(gone)
    monkeypatch.setattr(make_manifest, "CALL_LASTS", timedelta(0))

    assert manifest("k").status == 409
    assert ([each["state"] for each in call("GET", "/manifests").body["items"]], carrier.forms) == (["refused"], {})


def test_a_form_that_was_made_before_its_parcel_was_delivered_is_recorded(
    carrier: EasyPostAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = bought()
    carrier.failures.append(Failure(LOST, method="POST", ending=FORMS, after=True))
    fails(carrier, 500, f"/shipments/{label(order).shipment}")
    manifest("k")
    delivered(order)
    monkeypatch.setattr(make_manifest, "CALL_LASTS", timedelta(0))

    made = manifest("k")

    assert (made.status, orders_on(made), len(carrier.forms), label(order).is_manifested) == (201, {order}, 1, True)


# ---- another kind of carrier -----------------------------------------------------------------------------------------


@pytest.fixture
def shippo(carrier: EasyPostAccount, cloud: World) -> ShippoAccount:
    """An account of Shippo beside that of EasyPost."""
    account = connected_to_shippo(cloud)
    configured(ships_on=ShipsOn.MANIFEST)
    return account


def bought_at_shippo() -> str:
    order = an_order_of(1)
    package = {"weight_g": 500, "length_mm": 200, "width_mm": 150, "height_mm": 100}
    body = {"account": SHIPPO.id, "carrier": "USPS", "package": package}
    assert call("POST", f"/orders/{order}/fulfilments/1/label", body).status == 201
    return order


def test_a_manifest_of_shippo_ships_its_parcels_and_not_those_of_the_other_account(
    shippo: ShippoAccount, cloud: World
) -> None:
    orders, other = {bought_at_shippo(), bought_at_shippo()}, bought()

    made = manifest(account=SHIPPO.id)

    assert (made.status, made.body["state"], orders_on(made)) == (201, "made", orders)
    assert files(cloud)[f"labels/manifests/{made.body['id']}.pdf"].startswith(b"%PDF")
    assert ({get(order)["status"] for order in orders}, get(other)["status"]) == ({"complete"}, "in_fulfilment")
    assert manifest(account=SHIPPO.id).status == 409


def test_a_day_of_the_warehouse_that_is_two_in_utc_is_one_manifest_of_shippo(shippo: ShippoAccount) -> None:
    configured(ships_on=ShipsOn.MANIFEST, handling={"time_zone": "America/Los_Angeles"})
    with time_machine.travel(datetime(2026, 12, 2, 21, 0, tzinfo=UTC), tick=False):
        noon = bought_at_shippo()
    with time_machine.travel(datetime(2026, 12, 3, 0, 30, tzinfo=UTC), tick=False):
        afternoon = bought_at_shippo()

        assert orders_on(manifest(account=SHIPPO.id)) == {noon, afternoon}


def test_the_files_of_many_labels_and_their_manifest_take_no_lists_of_shippo(
    shippo: ShippoAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local.world.carriers.shippo.MAX_LISTS", 0)
    orders = {bought_at_shippo(), bought_at_shippo()}

    assert all(label(order).file for order in orders)
    assert orders_on(manifest(account=SHIPPO.id)) == orders


def test_a_parcel_that_its_carrier_has_already_is_on_no_manifest_of_shippo(shippo: ShippoAccount) -> None:
    gone, here = bought_at_shippo(), bought_at_shippo()
    delivered(gone)

    assert orders_on(manifest(account=SHIPPO.id)) == {here}
    assert manifest(account=SHIPPO.id).status == 409


@pytest.mark.parametrize("after", [False, True])
def test_a_manifest_of_shippo_whose_answer_is_lost_is_made_once(
    shippo: ShippoAccount, monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    order = bought_at_shippo()
    shippo.failures.append(Failure(LOST, method="POST", ending="/manifests", after=after))

    manifest("k", account=SHIPPO.id)
    monkeypatch.setattr(make_manifest, "CALL_LASTS", timedelta(0))
    made = manifest("k", account=SHIPPO.id)

    assert (made.status, len(shippo.manifests), get(order)["status"]) == (201, 1, "complete")


def test_a_manifest_that_a_person_made_at_shippo_is_taken_over(shippo: ShippoAccount) -> None:
    there, other = bought_at_shippo(), bought_at_shippo()
    [name] = [each for each in shippo.transactions if shippo.transactions[each]["metadata"] == label(there).id]
    shipment = shippo.shipments[label(there).shipment]
    theirs = shippo_manifests.create_manifest(
        shippo,
        {
            "carrier_account": "ca_usps",
            "shipment_date": shipment["shipment_date"],
            "address_from": shipment["address_from"]["object_id"],
            "transactions": [name],
        },
    )

    made = manifest(account=SHIPPO.id)

    assert (made.body["form"], orders_on(made)) == (theirs["object_id"], {there})
    assert orders_on(manifest(account=SHIPPO.id)) == {other}


# ---- one that is not made --------------------------------------------------------------------------------------------


@pytest.fixture
def hours(cloud: World, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], int]:
    """What the hourly audit does so many hours later, and how many manifests it continues."""
    monkeypatch.setattr(make_manifest, "CALL_LASTS", timedelta(0))

    def later(hours: float) -> int:
        cloud.functions.invocations.clear()
        continued = continue_manifests.continue_manifests(datetime.now(UTC) + timedelta(hours=hours))
        for invocation in list(cloud.functions.invocations):
            run_label(invocation.payload)
        return continued

    return later


def not_made() -> list[Any]:
    items = call("GET", "/exceptions", query={"cause": "manifest_not_made", "state": "open"}).body["items"]
    return list(items)


def test_a_manifest_that_is_not_made_is_an_exception_until_it_is(
    carrier: EasyPostAccount, hours: Callable[[float], int]
) -> None:
    order = bought()
    fails(carrier, 503, FORMS, times=99)
    assert manifest("k").status == 503
    assert (hours(1), not_made()) == (1, [])

    assert [hours(each) for each in (4, 5, 47, 49, 200)] == [1] * 5

    [problem] = not_made()
    assert (problem["times"], problem["subject"]["warehouse"], "(1 on it)" in problem["message"]) == (1, "main", True)
    assert problem["message"].endswith("scan_forms: 503")
    assert call("POST", f"/exceptions/{problem['id']}/dismiss").status == 409
    carrier.failures.clear()
    assert hours(201) == 1
    assert (not_made(), label(order).is_manifested, len(carrier.forms)) == ([], True, 1)
    assert hours(202) == 0


def test_a_manifest_that_ended_as_its_exception_opened_is_no_exception_any_more(
    carrier: EasyPostAccount, hours: Callable[[float], int]
) -> None:
    bought()
    made = manifest("k").body["id"]
    late = Problem(cause=Cause.MANIFEST_NOT_MADE, subject=Subject.of_manifest(made, "main"), message="late")
    exceptions.open_exception(late, datetime.now(UTC))

    assert (hours(60), not_made()) == (0, [])


def test_a_manifest_whose_carrier_account_is_removed_is_refused_and_its_labels_are_free(
    carrier: EasyPostAccount, hours: Callable[[float], int]
) -> None:
    order = bought()
    fails(carrier, 503, FORMS, times=99)
    manifest("k")
    hours(4)
    configuration.apply_edit(lambda before: before.without_carrier(CARRIER), "owner", NOON)

    hours(5)

    assert (not_made(), label(order).manifest) == ([], None)
    assert [each["state"] for each in call("GET", "/manifests").body["items"]] == ["refused"]


def test_no_label_is_claimed_for_a_manifest_of_a_carrier_without_forms(
    carrier: EasyPostAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = bought()
    monkeypatch.setattr(make_manifest, "makes_forms", lambda _: False)

    assert (manifest("k").status, label(order).manifest) == (422, None)
    assert call("GET", "/manifests").body["items"] == []


# ---- when it counts as shipped ---------------------------------------------------------------------------------------


def test_where_the_manifest_ships_a_parcel_has_left_with_it_and_not_before(carrier: EasyPostAccount) -> None:
    configured(ships_on=ShipsOn.MANIFEST)
    order = bought()
    assert get(order)["status"] == "in_fulfilment"

    manifest()

    shown = get(order)
    assert (shown["status"], shown["fulfilments"][0]["parcels"][0]["tracking"]) == ("complete", label(order).tracking)
    assert [each["what"] for each in shown["timeline"]][-3:] == ["manifested", "shipped", "completed"]


def test_a_held_parcel_waits_for_the_next_manifest(carrier: EasyPostAccount) -> None:
    configured(ships_on=ShipsOn.MANIFEST)
    held, other = bought(), bought()
    call("POST", f"/orders/{held}/hold", {"reason": "a doubt"})

    assert orders_on(manifest()) == {other}
    assert label(held).manifest is None


def test_whose_labels_it_has_is_said_only_where_that_may_be_several_accounts(
    carrier: EasyPostAccount, cloud: World
) -> None:
    order = bought()
    connected_to_shippo(cloud)

    unclear = call("POST", "/manifests", {"warehouse": "main"})
    assert (unclear.status, unclear.fields) == (422, ["account"])
    assert unclear.body["errors"][0]["message"] == f"one of {', '.join(sorted((CARRIER, SHIPPO.id)))}"

    configured(carrier_account=CARRIER)
    made = call("POST", "/manifests", {"warehouse": "main"})
    assert (made.status, made.body["account"], orders_on(made)) == (201, CARRIER, {order})


def made_of(account: str, warehouse: str, at: datetime) -> str:
    """A manifest that was made then, by its id."""
    made = Manifest(
        id=f"{account}-{warehouse}-{at:%H%M}",
        account=account,
        carrier="USPS",
        warehouse=warehouse,
        day=at.date(),
        who="user:ada@example.com",
        created_at=at,
        attempted_at=at,
        parcels=(),
    )
    assert manifests.create_manifest(made)
    return made.id


def listed(query: dict[str, str], **more: Any) -> tuple[list[str], str | None]:
    body = call("GET", "/manifests", query=query, **more).body
    return [each["id"] for each in body["items"]], body["next"]


def test_a_list_is_of_an_account_and_a_warehouse_page_by_page(cloud: World) -> None:
    whose = [("rare", "main"), *[("busy", "main")] * 4, ("busy", "east")]
    rare, one, two, three, four, east = (
        made_of(*each, NOON + timedelta(minutes=place)) for place, each in enumerate(whose)
    )
    of_busy = {"account": "busy", "warehouse": "main", "limit": "3"}

    first, cursor = listed(of_busy)

    assert (first, cursor is None) == ([four, three, two], False)
    assert listed({**of_busy, "cursor": str(cursor)}) == ([one], None)
    assert listed({"account": "rare"}) == ([rare], None)
    assert listed({"limit": "2"})[0] == [east, four]


def test_people_of_a_warehouse_list_its_manifests_alone(cloud: World) -> None:
    configured()
    invited(WIL, "warehouse", warehouses=["main"])
    main, _ = (made_of("busy", each, NOON) for each in ("main", "east"))
    wil: dict[str, Any] = {"roles": (), "who": WIL}

    assert listed({}, **wil) == ([main], None)
    assert call("GET", "/manifests", query={"warehouse": "east"}, **wil).status == 422

"""Files of a supplier that come again: with the name, the content or the time of earlier ones, or to stay for ever."""

from datetime import UTC, datetime, timedelta

import pytest

from packhorse.aws.clients import client
from packhorse.aws.settings import settings
from packhorse.domain.errors import CredentialsRefused, Rejected, Unavailable
from packhorse.domain.supply.answer_layout import AnswerLayout
from packhorse.domain.supply.arrivals import RemoteFile, content_hash
from packhorse.domain.supply.feeds import FeedFile, FeedState
from packhorse.domain.supply.supplier import Supplier
from packhorse.store import suppliers
from packhorse.suppliers import exchange as exchanging
from packhorse.suppliers.exchange import Fetched
from packhorse.suppliers.protocol import FileDrop
from packhorse.usecases.suppliers.fetch_answers import fetch_answers
from packhorse.usecases.suppliers.fetch_feed import has_come_again
from simulation.aws.boundary import World
from simulation.merchant import MUG
from tests.functions.fulfil.partner import (
    HEAD,
    Partner,
    an_order,
    exchange,
    handle_tracking,
    later,
    read_files,
    save,
    stored,
)
from tests.functions.fulfil.test_supplier_feeds import FEED, feed, units, without_dates
from tests.functions.operate.calls import call
from tests.functions.operate.orders import causes, open_causes

ONLY_ORDERS = [{"field": "fulfilment", "names": ["PO"]}]
BY_NAME = [
    {"folder": "out", "files": "ack*.csv", "means": "acknowledged", "columns": ONLY_ORDERS},
    {"folder": "out", "files": "rej*.csv", "means": "rejected", "columns": ONLY_ORDERS},
]


def test_a_file_of_one_name_and_content_is_put_aside_however_often_it_comes(partner: Partner) -> None:
    for _ in range(4):
        partner.put("shp.csv", HEAD)
        read_files()
        assert (partner.files("out"), open_causes()) == ({}, [])

    assert len(partner.files("done")) == 2


def test_silence_is_noticed_though_a_file_that_was_read_cannot_be_put_aside(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = an_order(cloud)
    (partner.root / "done").rmdir()
    partner.put("shp.csv", HEAD)
    read_files()
    assert open_causes() == ["supplier_failed"]

    later(monkeypatch, 72)
    read_files()

    assert (causes(order), list(partner.files("out"))) == (["supplier_silent"], ["shp.csv"])


def test_other_files_are_read_though_one_cannot_be_put_aside_for_now(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = an_order(cloud)
    exchange()
    partner.put("shp1.csv", HEAD)
    partner.put("shp2.csv", HEAD + f"{order}-1,ACK,,,,,\n")

    def busy(*_: object) -> None:
        raise Unavailable("450 file busy")

    with monkeypatch.context() as patched:
        patched.setattr("packhorse.suppliers.exchange.put_aside", busy)
        read_files()
    assert (stored(order).fulfilments[0].status, open_causes()) == ("accepted", ["supplier_failed"])

    exchange()
    assert (partner.files("out"), open_causes()) == ({}, [])


def test_the_same_bytes_say_what_the_layout_of_their_file_says(partner: Partner, cloud: World) -> None:
    save(partner, answers=BY_NAME)
    order = an_order(cloud)
    exchange()
    for name, status in (("ack1.csv", "accepted"), ("rej1.csv", "rejected")):
        partner.put(name, f"PO\n{order}-1\n")
        read_files()
        handle_tracking()
        assert stored(order).fulfilments[0].status == status

    found = call("GET", "/suppliers/acme/files").body["items"]
    assert {each["name"]: each["state"] for each in found} == {"ack1.csv": "read", "rej1.csv": "read"}


@pytest.mark.parametrize(("name", "status"), [("ack0.csv", "requested"), ("rej0.csv", "accepted")])
def test_a_file_that_older_code_read_counts_as_read_by_the_layouts_that_its_name_fits(
    name: str, status: str, partner: Partner, cloud: World
) -> None:
    save(partner, answers=BY_NAME)
    order = an_order(cloud)
    exchange()
    text = f"PO\n{order}-1\n"
    values = {"pk": "SUPPLIER#acme", "sk": f"FILE#{content_hash(text.encode())}", "name": name, "read_at": "2026-01-01"}
    item = {key: {"S": value} for key, value in values.items()}
    client("dynamodb").put_item(TableName=settings.work_table, Item=item)

    partner.put("ack1.csv", text)
    read_files()

    assert stored(order).fulfilments[0].status == status


@pytest.fixture(params=[True, False], ids=["dated", "undated"])
def zero_when_silent(request: pytest.FixtureRequest, partner: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    """A feed whose silence sets the stock to zero, from a server that dates its files and from one that does not."""
    if not request.param:
        without_dates(monkeypatch)
    save(partner, feed={**FEED, "when_silent": "zero"})


@pytest.mark.usefixtures("zero_when_silent")
def test_a_feed_whose_numbers_stay_the_same_is_not_silent(partner: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    written = datetime.now(UTC)

    for day in range(4):
        later(monkeypatch, 24 * day)
        feed(partner, f"{MUG},950", at=written)

    assert (units(MUG)[0], open_causes()) == (950, [])


@pytest.mark.usefixtures("zero_when_silent")
def test_a_feed_that_is_the_same_as_before_it_was_silent_sets_the_stock_again(
    partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = datetime.now(UTC)
    feed(partner, f"{MUG},950", at=written)
    later(monkeypatch, 49)
    exchange()
    assert (units(MUG)[0], open_causes()) == (0, ["supplier_feed_silent"])

    feed(partner, f"{MUG},950", at=written)

    assert (units(MUG)[0], open_causes()) == (950, [])


@pytest.mark.usefixtures("zero_when_silent")
def test_a_feed_that_stays_in_its_folder_has_come_once(partner: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    (partner.root / "done").rmdir()
    feed(partner, f"{MUG},950")

    for hours in (24, 49, 72):
        later(monkeypatch, hours)
        exchange()

    assert (units(MUG)[0], sorted(open_causes())) == (0, ["supplier_failed", "supplier_feed_silent"])


def test_a_feed_that_was_written_before_the_last_one_is_no_sign_of_a_newer_one(
    partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(partner, feed=FEED)
    written = datetime.now(UTC)
    feed(partner, f"{MUG},950", at=written)

    later(monkeypatch, 49)
    feed(partner, f"{MUG},940", at=written - timedelta(hours=1))

    assert (units(MUG)[0], open_causes()) == (950, ["supplier_feed_silent"])


def test_an_api_without_dates_has_each_feed_anew_though_it_deletes_none(partner: Partner) -> None:
    now = datetime.now(UTC)
    file = FeedFile(id="0" * 24, name="inv.csv", digest="a", written_at=now, is_dated=False)
    state = FeedState(since=now, last=file).with_left(file)
    by_folder: Supplier = suppliers.get_supplier("acme")
    transport = {"kind": "https", "base_url": "https://acme.example"}
    by_api = Supplier.model_validate({**by_folder.model_dump(), "transport": transport})

    assert has_come_again(by_api, state, file)
    assert not has_come_again(by_api, state, file.replace(is_dated=True))
    assert not has_come_again(by_folder, state, file)


def test_a_file_of_another_folder_is_another_one(partner: Partner, cloud: World) -> None:
    (partner.root / "refused").mkdir()
    save(
        partner,
        answers=[
            {**each, "folder": folder, "files": "*.csv"}
            for each, folder in zip(BY_NAME, ("out", "refused"), strict=True)
        ],
    )
    order = an_order(cloud)
    exchange()
    for folder in ("out", "refused"):
        (partner.root / folder / "1.csv").write_text(f"PO\n{order}-1\n")
        read_files()

    assert [each["folder"] for each in call("GET", "/suppliers/acme/files").body["items"]] == ["refused", "out"]


@pytest.mark.parametrize("error", [Unavailable("450 file is locked"), CredentialsRefused("fetch: 403", status=403)])
def test_a_file_that_the_server_does_not_give_away_for_now_keeps_no_other_waiting(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch, error: Unavailable
) -> None:
    order = an_order(cloud)
    exchange()
    partner.put("shp1.csv", HEAD)
    partner.put("shp2.csv", HEAD + f"{order}-1,ACK,,,,,\n")
    fetch = exchanging.fetch

    def locked(drop: FileDrop, layout: AnswerLayout, file: RemoteFile) -> Fetched:
        if file.name == "shp1.csv":
            raise error
        return fetch(drop, layout, file)

    with monkeypatch.context() as patched:
        patched.setattr("packhorse.suppliers.exchange.fetch", locked)
        exchange()
        exchange()
    assert (stored(order).fulfilments[0].status, open_causes()) == ("accepted", ["supplier_failed"])

    exchange()
    assert (partner.files("out"), open_causes()) == ({}, [])


def test_files_that_stay_keep_no_new_one_waiting(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = an_order(cloud)
    exchange()
    fetched: list[str] = []
    fetch = exchanging.fetch

    def noted(drop: FileDrop, layout: AnswerLayout, file: RemoteFile) -> Fetched:
        fetched.append(file.name)
        return fetch(drop, layout, file)

    def kept(*_: object) -> None:
        raise Rejected("permission denied")

    monkeypatch.setattr("packhorse.suppliers.exchange.put_aside", kept)
    for number in range(3):
        partner.put(f"shp{number}.csv", HEAD + f"x{number}-1,ACK,,,,,\n")
    read_files()
    monkeypatch.setattr("packhorse.suppliers.exchange.fetch", noted)
    partner.put("shp9.csv", HEAD + f"{order}-1,ACK,,,,,\n")
    supplier = suppliers.get_supplier("acme")

    fetch_answers(supplier, datetime.now(UTC) + timedelta(hours=1), lambda: 90.0)
    fetched.clear()
    done = fetch_answers(supplier, datetime.now(UTC) + timedelta(hours=2), lambda: 0.0 if fetched else 90.0)

    assert (fetched, done.is_complete) == (["shp9.csv"], True)
    assert stored(order).fulfilments[0].status == "accepted"


def test_an_empty_file_says_that_there_is_nothing(partner: Partner) -> None:
    partner.put("shp1.csv", "")
    read_files()

    [file] = call("GET", "/suppliers/acme/files").body["items"]
    assert (file["state"], file["rows"], partner.files("out"), open_causes()) == ("read", 0, {}, [])

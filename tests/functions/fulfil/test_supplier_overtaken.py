"""Two exchanges with a supplier at once, whose clocks differ by more than its lease: one sends, the other leaves."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from functions.fulfil import supplier
from packhorse.aws.bucket import read_payload
from packhorse.domain.errors import FieldError
from packhorse.domain.supply.batches import BatchState
from packhorse.messages.suppliers import ExchangeFiles
from packhorse.store import supplier_work
from packhorse.usecases.suppliers import answer_supplier, batch_files, send_batch
from simulation.aws.boundary import World
from simulation.merchant import MUG, Context
from tests.functions.fulfil import buying
from tests.functions.fulfil.partner import (
    Partner,
    a_partner,
    an_order,
    exchange,
    handle_tracking,
    run_requested,
    save,
    stored,
)
from tests.functions.fulfil.test_supplier_cancellations import cancel, connect, route_all
from tests.functions.operate.calls import call
from tests.functions.operate.interference import at_call
from tests.functions.operate.interference import meanwhile as meanwhile_at
from tests.functions.operate.orders import causes, open_causes
from tests.functions.operate.purchasing import do, made

Meanwhile = Callable[[str], object]
ENDED = {"sent", "empty"}


@pytest.fixture
def partner(account: Partner, monkeypatch: pytest.MonkeyPatch) -> Partner:
    """A supplier that gets orders and requests, and whose lease is over as soon as it begins."""
    monkeypatch.setattr(answer_supplier, "LEASE_SECONDS", -1)
    connect(account)
    return account


class Taken:
    """What a supplier has taken away from its folder: the contents of each name, in their order."""

    def __init__(self, partner: Partner) -> None:
        self.partner = partner
        self.contents: dict[str, list[bytes]] = {}

    def take(self) -> None:
        """Take all files away."""
        for path in sorted((self.partner.root / "in").iterdir()):
            if ".tmp" not in path.name:
                self.contents.setdefault(path.name, []).append(path.read_bytes())
                path.unlink()

    def check(self) -> None:
        """Check that each name has one content, which is that of its batch, and that each order is in one file."""
        for name, contents in self.contents.items():
            assert len(set(contents)) == 1, (name, contents)
        stored_files = {file.name: read_payload(file.key) for each in newest() for file in each.files}
        assert {name: contents[0] for name, contents in self.contents.items()} == stored_files
        rows = Counter(row.split(",")[0] for name in self.contents if name.startswith("ORD") for row in self.rows(name))
        assert set(rows.values()) <= {1}, rows

    def rows(self, name: str) -> list[str]:
        """The rows of a file, without its header."""
        return self.contents[name][0].decode().splitlines()[1:]


def newest() -> list[Any]:
    return supplier_work.newest_batches("acme", 100)


def ship_one(order: str) -> None:
    parcel = {"carrier": "DHL", "tracking": f"JD-{order}", "lines": [{"line": "1", "quantity": 1}]}
    answer = call("POST", f"/orders/{order}/fulfilments/1/ship", {"parcels": [parcel]})
    assert answer.status == 202, answer.body
    handle_tracking()


def hold(order: str) -> None:
    assert call("POST", f"/orders/{order}/hold", {"reason": "a doubt"}).status == 200


def run() -> None:
    """Run an exchange, in which others may happen."""
    assert supplier.handler(ExchangeFiles(supplier="acme").model_dump(mode="json"), Context())["failure"] is None


def finish() -> None:
    """Let what is left be sent."""
    for _ in range(2):
        run_requested()
        exchange()
        route_all()


def interrupted(taken: Taken, number: int, other: Callable[[], None]) -> list[str]:
    """Run an exchange in which another happens at one call, and what is left; the call, none if it made fewer."""
    with at_call(number, other) as made_calls:
        run()
    taken.take()
    finish()
    taken.take()
    taken.check()
    return made_calls


@pytest.mark.parametrize("meanwhile", [lambda _: None, cancel, ship_one, hold])
def test_another_exchange_at_any_call_has_one_content_sent_and_asks_nothing_of_a_person(
    partner: Partner, cloud: World, meanwhile: Meanwhile
) -> None:
    taken, number = Taken(partner), 0

    def other() -> None:
        meanwhile(second)
        exchange()
        taken.take()

    while True:
        first, second = (an_order(cloud, channel_order_id=f"{number}-{place}") for place in range(2))
        made_calls = interrupted(taken, number, other)
        assert {each.state for each in newest()} <= ENDED, number
        assert [cause for cause in open_causes() if cause.startswith("supplier")] == [], number
        assert stored(first).fulfilments[0].batch, number
        if not made_calls:
            break
        call("POST", f"/orders/{second}/release", {})
        number += 1
    assert number > 25


@pytest.mark.parametrize("meanwhile", [lambda _: None, ship_one])
def test_another_exchange_at_any_call_sends_requests_with_one_content(
    partner: Partner, cloud: World, meanwhile: Meanwhile
) -> None:
    taken, number = Taken(partner), 0

    def other() -> None:
        meanwhile(second)
        exchange()
        taken.take()

    while True:
        first, second = (an_order(cloud, channel_order_id=f"{number}-{place}") for place in range(2))
        exchange()
        taken.take()
        cancel(first)
        cancel(second)
        made_calls = interrupted(taken, number, other)
        asked = [row.split(",")[0] for name in taken.contents if name.startswith("CXL") for row in taken.rows(name)]
        assert f"{first}-1" in asked, number
        assert {each.state for each in newest()} <= ENDED, number
        assert [cause for cause in open_causes() if cause.startswith("supplier")] == [], number
        if not made_calls:
            break
        number += 1
    assert number > 20


def test_another_exchange_at_any_call_sends_a_purchase_order_with_one_content(
    cloud: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    buying.bought(cloud, monkeypatch)
    monkeypatch.setattr(answer_supplier, "LEASE_SECONDS", -1)
    with a_partner(tmp_path / "acme") as partner:
        buying.save(partner, pdf=True)
        taken, number = Taken(partner), 0

        def other() -> None:
            do(name, "answer", {"lines": [{"line": "2", "refused": 1}]})
            exchange()
            taken.take()

        while True:
            name = made()
            do(name, "submit")
            made_calls = interrupted(taken, number, other)
            assert (buying.sending(name)["state"], open_causes()) == ("sent", []), number
            if not made_calls:
                break
            number += 1
        assert number > 25


@pytest.mark.parametrize("is_requested", [False, True])
def test_what_an_exchange_that_was_overtaken_was_to_send_on_command_goes_out(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch, is_requested: bool
) -> None:
    save(partner, forward="on_command", most_orders_per_file=1)
    orders = [an_order(cloud, channel_order_id=f"{place}") for place in range(3)]
    store, left = batch_files.store_files, [exchange]

    def overtaken(*given: Any) -> Any:
        if left:
            left.pop()()
        return store(*given)

    monkeypatch.setattr(send_batch, "store_files", overtaken)

    if is_requested:  # by one that found another exchange going on
        supplier_work.request_exchange("acme")
    exchange(send=not is_requested)

    assert sorted(row.split(",")[0] for row in partner.rows()) == sorted(f"{order}-1" for order in orders)
    assert open_causes() == []


def test_an_order_that_another_exchange_has_sent_does_not_leave_its_batch(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = an_order(cloud)
    mark, left = send_batch.mark, [exchange]

    def overtaken(*given: Any) -> Any:
        marked = mark(*given)
        if left:
            left.pop()()
            monkeypatch.setattr(send_batch, "faults_in", lambda *_: (FieldError("orders.NAME", "is too long"),))
        return marked

    monkeypatch.setattr(send_batch, "mark", overtaken)

    exchange()

    assert (stored(order).fulfilments[0].batch, causes(order), open_causes()) == (1, [], [])
    assert partner.files() == {"ORD_0001.csv": f"PO,SKU,QTY,NAME\n{order}-1,{MUG},2,Ada Lovelace\n"}


def test_of_a_confirmation_and_a_resend_at_once_one_counts(partner: Partner, cloud: World) -> None:
    order = an_order(cloud)
    exchange()
    batch = supplier_work.get_batch("acme", 1)
    supplier_work.save_batch(batch.replace(state=BatchState.UNKNOWN, problem="a doubt"))
    confirmed: list[int] = []

    def confirm() -> None:
        confirmed.append(call("POST", "/suppliers/acme/batches/1/confirm").status)

    with meanwhile_at("TransactWriteItems", confirm):
        resent = call("POST", "/suppliers/acme/batches/1/resend")

    assert (confirmed, resent.status) == ([200], 409)
    assert [(each.number, each.state) for each in newest()] == [(1, "sent")]
    assert (run_requested(), stored(order).fulfilments[0].batch, open_causes()) == (0, 1, [])


def test_a_request_that_a_person_makes_at_any_call_of_an_exchange_goes_out(partner: Partner, cloud: World) -> None:
    taken, number = Taken(partner), 0
    while True:
        order = an_order(cloud, channel_order_id=f"{number}")
        exchange()
        cancel(order)
        refused = {"answer": "refused", "reason": "it is packed"}
        assert call("POST", f"/orders/{order}/fulfilments/1/answer-cancellation", refused).status == 200
        with at_call(number, partial(cancel, order)) as made_calls:
            run()
        finish()
        taken.take()
        asked = [row.split(",")[0] for name in taken.contents if name.startswith("CXL") for row in taken.rows(name)]
        assert asked.count(f"{order}-1") == (1 if made_calls else 0), number
        if not made_calls:
            break
        number += 1
    assert number > 10

"""Files that wait at a failing supplier say what is still to leave, and a file that may have arrived is not changed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from local.partners.servers import running_mail
from packhorse.suppliers import exchange as files_over
from simulation import builders
from simulation.aws.boundary import World
from simulation.builders import a_line, later
from simulation.merchant import MUG
from tests.functions.fulfil.buying import attached, mails
from tests.functions.fulfil.fba import BERLIN
from tests.functions.fulfil.partner import (
    Partner,
    an_order,
    exchange,
    hand_over,
    handle_tracking,
    run_requested,
    stored,
)
from tests.functions.fulfil.test_supplier_by_mail import save as save_mail
from tests.functions.fulfil.test_supplier_cancellations import cancel, connect, requests, route_all
from tests.functions.operate.calls import call
from tests.functions.operate.interference import Killed
from tests.functions.operate.orders import causes, get, open_causes, routed

Ends = Callable[[str], Any]


@pytest.fixture
def partner(account: Partner) -> Partner:
    """A supplier with a layout of cancellations, that gets orders of its warehouse."""
    connect(account)
    return account


def ship(order: str, units: int = 2) -> None:
    parcel = {"carrier": "DHL", "tracking": f"JD{units}", "lines": [{"line": "1", "quantity": units}]}
    shipped = call("POST", f"/orders/{order}/fulfilments/1/ship", {"parcels": [parcel]})
    assert shipped.status == 202, shipped.body
    handle_tracking()


def reject(order: str) -> None:
    body = {"lines": [{"line": "1", "quantity": 2}], "reason": "none_left", "override": True}
    rejected = call("POST", f"/orders/{order}/fulfilments/1/reject", body)
    assert rejected.status == 200, rejected.body


def dies(*, is_after: bool) -> None:
    """Have the next exchange end at its send, before the files are there or after."""
    send = files_over.send_files

    def die(*given: Any) -> None:
        if is_after:
            send(*given)
        raise Killed

    with patch("packhorse.suppliers.exchange.send_files", die), pytest.raises(Killed):
        exchange()


def state() -> str:
    return str(call("GET", "/suppliers/acme/batches").body["items"][-1]["state"])


def fails(partner: Partner) -> None:
    """Let an exchange fail, since the folder of orders is gone, and have the folder made again."""
    folder = partner.root / "in"
    folder.rmdir()
    exchange()
    folder.mkdir()
    assert "supplier_failed" in open_causes()


@pytest.mark.parametrize("ends", [cancel, ship, reject])
def test_what_ends_while_a_supplier_takes_no_file_is_in_none(partner: Partner, cloud: World, ends: Ends) -> None:
    over, other = an_order(cloud), an_order(cloud, channel_order_id="1002")
    fails(partner)

    ends(over)
    exchange()
    route_all()

    assert [row.split(",")[0] for row in partner.rows()] == [f"{other}-1"]
    assert (requests(partner), state()) == ({}, "sent")
    assert get(over)["status"] != "in_fulfilment"


def test_a_part_that_left_while_a_supplier_takes_no_file_is_not_in_it(partner: Partner, cloud: World) -> None:
    order = an_order(cloud)
    fails(partner)

    ship(order, 1)
    exchange()

    assert partner.rows() == [f"{order}-1,{MUG},1,Ada Lovelace"]


def test_an_address_that_changes_while_a_supplier_takes_no_file_is_in_it(partner: Partner, cloud: World) -> None:
    told = builders.an_order(a_line(quantity=2))
    [order] = routed(told)
    hand_over(cloud)
    fails(partner)

    routed(later(told, ship_to=BERLIN.replace(name="Grace Hopper")))
    exchange()

    assert (partner.rows(), state()) == ([f"{order}-1,{MUG},2,Grace Hopper"], "sent")


@pytest.mark.parametrize("ends", [ship, reject])
def test_whether_a_file_arrived_that_says_too_much_and_is_not_there_a_person_finds_out(
    partner: Partner, cloud: World, ends: Ends
) -> None:
    over, other = an_order(cloud), an_order(cloud, channel_order_id="1002")
    dies(is_after=False)

    ends(over)
    exchange()
    assert (partner.files(), state(), open_causes()) == ({}, "unknown", ["supplier_batch_unknown"])
    assert call("POST", "/suppliers/acme/batches/1/resend").status == 202
    run_requested()

    assert [row.split(",")[0] for row in partner.rows()] == [f"{other}-1"]
    assert (stored(other).fulfilments[0].batch, open_causes()) == (2, [])


@pytest.mark.parametrize("ends", [ship, reject])
def test_a_file_that_says_too_much_and_is_there_counts_as_sent(partner: Partner, cloud: World, ends: Ends) -> None:
    order = an_order(cloud)
    dies(is_after=True)

    ends(order)
    exchange()

    assert ([row.split(",")[0] for row in partner.rows()], state()) == ([f"{order}-1"], "sent")
    assert "supplier_batch_unknown" not in open_causes()


def test_what_is_cancelled_and_may_have_arrived_goes_out_with_its_request(partner: Partner, cloud: World) -> None:
    order = an_order(cloud)
    dies(is_after=False)

    cancel(order)
    exchange()

    assert ([*partner.files()], state()) == (["CXL_0002.csv", "ORD_0001.csv"], "sent")


def test_a_failure_does_not_end_the_doubt_about_a_try_before_it(partner: Partner, cloud: World) -> None:
    order = an_order(cloud)
    dies(is_after=False)
    fails(partner)

    ship(order)
    exchange()

    assert (partner.files(), state()) == ({}, "unknown")


def test_an_answer_that_comes_while_its_request_waits_leaves_nothing_to_request(partner: Partner, cloud: World) -> None:
    order = an_order(cloud)
    exchange()
    cancel(order)
    connect(partner, folders={"orders": "in", "processed": "done", "cancellations": "nowhere"})
    exchange()
    answered = call("POST", f"/orders/{order}/fulfilments/1/answer-cancellation", {"answer": "accepted"})
    assert answered.status == 200

    connect(partner)
    exchange()

    assert (requests(partner), causes(order)) == ({}, [])


@pytest.mark.long
def test_a_mail_that_was_not_taken_is_written_anew(partner: Partner, cloud: World, tmp_path: Path) -> None:
    over, other = an_order(cloud), an_order(cloud, channel_order_id="1002")
    with running_mail(tmp_path / "busy", "busy") as busy:
        save_mail(busy, credentials={"password": "-"})
        exchange()
        assert open_causes() == ["supplier_failed"]
    ship(over)

    with running_mail(tmp_path / "taking") as post:
        save_mail(post, credentials={"password": "-"})
        exchange()
        [mail] = mails(post)
        [text] = attached(mail).values()
        assert (f"{other}-1" in str(text), f"{over}-1" in str(text)) == (True, False)

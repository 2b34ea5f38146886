"""The exception about refused rows of a supplier's file ends with the fulfilment orders that they name."""

from typing import Any

import pytest

from functions.operate import audit
from packhorse.domain.audits import AuditKind
from packhorse.messages.audits import AuditRequest
from packhorse.usecases.suppliers import refused_rows
from simulation.aws.boundary import World
from simulation.merchant import MUG, Context
from tests.functions.fulfil.partner import Partner, an_order, answer, exchange, handle_tracking, stored
from tests.functions.operate.calls import call

ENDING = "look at them, and dismiss this"


def audited() -> list[str]:
    """The messages of exceptions that are open after the hourly audit, which does nothing that its role forbids."""
    audit.handler(AuditRequest(audit=AuditKind.ORDERS).model_dump(mode="json"), Context())
    items: list[dict[str, Any]] = call("GET", "/exceptions").body["items"]
    assert {each["cause"] for each in items} <= {"supplier_rows_refused"}
    return [each["message"] for each in items]


def test_refused_rows_are_over_once_their_fulfilment_orders_have_ended(
    partner: Partner, order: str, cloud: World
) -> None:
    other = an_order(cloud, channel_order_id="1002")
    exchange()
    answer(partner, f"{order}-1,SHP,{MUG},1,UPS,1.23E+11,", f"{other}-1,WHAT,,,,,")
    [message] = audited()
    assert ENDING not in message

    answer(partner, f"{order}-1,SHP,{MUG},1,UPS,1Z1,", f"{other}-1,ACK,,,,,", name="shp2.csv")
    assert len(audited()) == 1
    answer(partner, f"{order}-1,SHP,{MUG},1,UPS,1Z2,", name="shp3.csv")
    assert len(audited()) == 1
    answer(partner, f"{other}-1,SHP,{MUG},2,UPS,1Z3,", name="shp4.csv")

    assert audited() == []


def test_a_file_that_ends_the_fulfilment_order_of_its_own_refused_row_is_over(partner: Partner, order: str) -> None:
    answer(partner, f"{order}-1,SHP,{MUG},1,UPS,1.23E+11,", f"{order}-1,SHP,{MUG},2,UPS,1Z1,")

    assert audited() == []


def test_what_people_enter_ends_it(partner: Partner, order: str) -> None:
    answer(partner, f"{order}-1,SHP,{MUG},2,UPS,1.23E+11,")

    call("POST", f"/orders/{order}/fulfilments/1/ship", {"parcels": [{"carrier": "UPS", "tracking": "1Z1"}]})
    handle_tracking()

    assert (stored(order).fulfilments[0].status, audited()) == ("shipped", [])


@pytest.mark.parametrize(
    "named", ["nothing-1,ACK,,,,,", ",ACK,,,,,", "{order}-1;{order}-2,ACK,,,,,", "{order}-9,WHAT,,,,,"]
)
def test_a_row_that_names_no_order_is_for_a_person_as_its_message_says(
    named: str, partner: Partner, order: str
) -> None:
    answer(partner, f"{order}-1,WHAT,,,,,", named.format(order=order), f"{order}-1,SHP,{MUG},2,UPS,1Z1,")

    [message] = audited()
    assert ENDING in message


def test_a_row_about_an_order_that_had_ended_before_is_for_a_person(partner: Partner, order: str) -> None:
    answer(partner, f"{order}-1,SHP,{MUG},2,UPS,1Z1,")
    answer(partner, f"{order}-1,SHP,{MUG},1,UPS,1.23E+11,", name="shp2.csv")

    [message] = audited()
    assert ENDING in message


def test_a_file_of_more_orders_than_a_report_names_is_for_a_person(
    partner: Partner, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refused_rows, "MOST_AWAITED", 0)

    answer(partner, f"{order}-1,WHAT,,,,,", f"{order}-1,SHP,{MUG},2,UPS,1Z1,")

    assert len(audited()) == 1

"""A process may die before or after any call; some of them here, all of them in `make bench ONLY=crash_points`."""

import pytest

from simulation.crash_days import DAYS
from simulation.crash_points import killed_at, run_of, singles, undisturbed
from simulation.order_documents import works_of
from simulation.run import Run

EVERY = {"orders": 13, "labels": 43, "supplies": 59, "purchases": 127, "transfers": 29, "work": 59, "amazon": 193}
ORDERS = {"orders": 4, "labels": 3, "supplies": 3, "purchases": 2, "transfers": 1, "work": 1, "amazon": 3}


@pytest.mark.parametrize("name", DAYS)
def test_wherever_a_process_dies_the_day_ends_as_it_should(name: str) -> None:
    day = undisturbed(name)
    assert (day.violation, day.orders) == (None, ORDERS[name])

    for deaths in singles(day.calls)[:: EVERY[name]]:
        outcome = killed_at(name, deaths)
        assert (outcome.violation, outcome.points) == (None, deaths)


def timelines(run: Run) -> set[str]:
    return {entry["what"] for order in run.books.orders.values() for entry in order["timeline"]}


def test_the_day_of_labels_buys_voids_packs_and_lists_them() -> None:
    run = run_of("labels")

    assert run.run().violation is None

    carrier = run.outside.carrier
    assert carrier is not None
    states = sorted(each["state"] for each in carrier.labels.values())
    assert states == ["bought", "bought", "bought", "voided"]
    assert [len(form["tracking_codes"]) for form in carrier.account.forms.values()] == [2]
    packed = [work for order in run.books.orders.values() for work in works_of(order) if work.get("packing")]
    assert [work["warehouse"] for work in packed] == ["east"]
    assert timelines(run) >= {"label_voided", "manifested", "packed", "in_transit", "notified"}


def test_the_day_of_a_supplier_has_each_of_its_answers() -> None:
    run = run_of("supplies")

    assert run.run().violation is None

    assert timelines(run) >= {
        "sent_to_supplier",
        "accepted",
        "rejected",
        "shipped",
        "cancellation_accepted",
        "notified",
    }
    assert sorted(each["status"] for each in run.books.orders.values()) == ["cancelled", "complete", "complete"]


def test_the_day_of_a_purchaser_receives_in_parts_too_many_and_closes_short() -> None:
    run = run_of("purchases")

    assert run.run().violation is None

    bought = [
        (each["timeline"][0]["who"], each["state"], line["received"], line.get("over", 0), line.get("landed", 0))
        for each in run.books.purchases.purchases.values()
        for line in each["lines"]
    ]
    person = "user:ada@example.com"
    assert sorted(bought) == [
        ("packhorse", "received", 3, 1, 101),
        (person, "closed", 1, 0, 0),
        (person, "received", 3, 1, 101),
    ]
    assert {each["status"] for each in run.books.orders.values()} == {"complete"}


def test_the_day_of_a_van_loses_finds_and_returns() -> None:
    run = run_of("transfers")

    assert run.run().violation is None

    [order] = run.books.transfers.orders.values()
    [cups, mugs] = order["lines"]
    counted = [cups.get(name, 0) for name in ("sent", "received", "damaged", "returned", "lost")]
    assert (order["state"], counted, mugs["received"]) == ("closed", [5, 2, 1, 2, 0], 1)


def test_the_day_of_a_workshop_builds_scraps_closes_and_takes_apart() -> None:
    run = run_of("work")

    assert run.run().violation is None

    counted = [
        (each.get("kind", "build"), each["state"], each.get("done", 0)) for each in run.books.works.orders.values()
    ]
    assert counted == [
        ("build", "done", 1),
        ("build", "closed", 1),
        ("build", "partially_done", 3),
        ("disassembly", "done", 1),
    ]

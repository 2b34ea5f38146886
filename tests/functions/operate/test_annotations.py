"""Internal notes and tags: written, found, filtered, removed."""

import pytest

from packhorse.domain.orders.annotations import MAX_NOTES
from simulation.aws.boundary import World
from simulation.builders import an_order
from simulation.merchant import set_up
from tests.functions.operate.calls import call
from tests.functions.operate.orders import get, one_routed, routed, step

pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture
def order_id(cloud: World) -> str:
    """The order #7, beside another one."""
    set_up()
    routed(an_order(number="#8"))
    return one_routed(number="#7")


def found(**query: str) -> list[str]:
    return [item["number"] for item in call("GET", "/orders", query=query).body["items"]]


def tag(order_id: str, *tags: str) -> int:
    return call("PUT", f"/orders/{order_id}/tags", {"tags": tags}).status


def test_a_note_is_kept_with_who_wrote_it_found_and_removed(order_id: str) -> None:
    step(order_id, "notes", {"text": "Wrap as a gift,\nplease", "printable": True})

    (note,) = get(order_id)["internal_notes"]
    assert (note["text"], note["printable"], note["author"]) == (
        "Wrap as a gift,\nplease",
        True,
        "user:ada@example.com",
    )
    assert found(q="gift") == ["#7"]
    removed = call("DELETE", f"/orders/{order_id}/notes/{note['id']}")
    assert (removed.status, removed.body["internal_notes"], found(q="gift")) == (200, [], [])
    assert call("DELETE", f"/orders/{order_id}/notes/{note['id']}").status == 404


def test_a_repeated_request_writes_one_note(order_id: str) -> None:
    for _ in range(2):
        step(order_id, "notes", {"text": "once"}, headers={"idempotency-key": "k"})

    assert len(get(order_id)["internal_notes"]) == 1


def test_an_order_has_a_bounded_number_of_notes(order_id: str) -> None:
    answers = [step(order_id, "notes", {"text": str(n)}).status for n in range(MAX_NOTES + 1)]

    assert answers == [200] * MAX_NOTES + [422]


def test_orders_are_filtered_by_a_whole_tag_in_any_case(order_id: str) -> None:
    assert tag(order_id, "VIP", "gift  wrap", "vip") == 200

    assert get(order_id)["tags"] == ["gift wrap", "vip"]
    assert found(tag="Vip") == found(tag="gift wrap") == found(q="7", tag="vip") == found(q="wrap") == ["#7"]
    assert found(tag="vi") == found(tag="gift") == found(q="8", tag="vip") == []
    tag(order_id)
    assert found(tag="vip") == []


def test_a_tag_that_cannot_be_one_is_refused(order_id: str) -> None:
    assert tag(order_id, "a|b") == tag(order_id, " ") == tag(order_id, "x" * 41) == 422


def test_tags_that_were_made_on_another_version_replace_none(order_id: str) -> None:
    read = get(order_id)["version"]
    path = f"/orders/{order_id}/tags"

    first = call("PUT", path, {"tags": ["gift"], "version": read})
    second = call("PUT", path, {"tags": ["rush"], "version": read})

    assert (first.status, second.status, second.fields) == (200, 409, ["version"])
    assert get(order_id)["tags"] == ["gift"]
    assert call("PUT", path, {"tags": ["rush"]}).status == 200

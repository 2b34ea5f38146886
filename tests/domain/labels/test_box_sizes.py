"""Box sizes, and the smallest that holds the units of a parcel."""

import pytest

from packhorse.domain.labels.box_sizes import MAX_REFUSED, BoxSize, SizedUnits, smallest
from packhorse.domain.labels.consignment import MAX_GRAMS, Package


def a_box(name: str, *sides: int, **more: object) -> BoxSize:
    length, width, height = sides or (200, 200, 200)
    return BoxSize.model_validate({"id": name, "length_mm": length, "width_mm": width, "height_mm": height, **more})


SMALL, MIDDLE, LONG = a_box("small", 200, 150, 100), a_box("middle", 300, 200, 200), a_box("long", 1000, 150, 150)
MUG = SizedUnits("MUG", 1, (120, 90, 100))


def test_the_smallest_box_size_whose_volume_holds_the_units_is_chosen() -> None:
    choice = smallest([LONG, MIDDLE, SMALL], [MUG._replace(units=2)])

    assert (choice.box, choice.reason, choice.refused) == ("small", "the smallest that holds 2.16 l", ())


def test_smaller_ones_that_do_not_hold_them_are_named_with_the_reason() -> None:
    choice = smallest([SMALL, MIDDLE], [MUG._replace(units=4)])

    assert choice.box == "middle"
    assert [tuple(dict(each).values()) for each in choice.refused] == [
        ("small", "the units take 4.32 l, the box holds 3.00 l")
    ]


def test_a_unit_that_is_too_long_does_not_fit_whatever_the_volume_is() -> None:
    choice = smallest([MIDDLE, LONG], [SizedUnits("UMBRELLA", 1, (40, 900, 40))])

    assert choice.box == "long"
    assert choice.refused[0].reason == "UMBRELLA is 900 x 40 x 40 mm, the box 300 x 200 x 200 mm"


def test_a_unit_may_lie_on_any_of_its_sides() -> None:
    assert smallest([SMALL], [SizedUnits("BOARD", 1, (100, 200, 150))]).box == "small"


def test_where_none_holds_them_none_is_chosen_and_the_largest_says_why() -> None:
    choice = smallest([SMALL, MIDDLE], [MUG._replace(units=40)])

    assert choice.box is None
    assert choice.reason == "no box size of 2 holds it (the units take 43.20 l, the box holds 12.00 l)"


def test_of_many_refused_ones_the_largest_are_stored() -> None:
    boxes = [a_box(f"b{side}", side, side, side) for side in range(10, 30)]

    choice = smallest([*boxes, SMALL], [MUG])

    assert (choice.box, len(choice.refused), choice.refused[-1].box) == ("small", MAX_REFUSED, "b29")


def test_a_parcel_weighs_its_contents_and_the_box_and_is_as_large_as_the_box_outside() -> None:
    box = a_box("b", 300, 200, 100, tare_g=150, wall_mm=4)

    assert box.package(700) == Package(weight_g=850, length_mm=308, width_mm=208, height_mm=108)


def test_a_parcel_that_is_heavier_with_its_box_than_any_can_be_has_no_weight() -> None:
    box = a_box("b", tare_g=150)

    assert [box.package(MAX_GRAMS - 150).weight_g, box.package(MAX_GRAMS - 149).weight_g] == [MAX_GRAMS, 0]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [({}, True), ({"warehouses": ("main",)}, True), ({"warehouses": ("leeds",)}, False), ({"active": False}, False)],
)
def test_a_box_size_is_used_where_it_is_active(settings: dict[str, object], expected: bool) -> None:
    assert a_box("b", **settings).is_at("main") is expected

import pytest

from packhorse.domain.address import Address, with_codes
from packhorse.domain.configuration.warehouse import Region
from packhorse.domain.routing.regions import Precision, precision


def reaches(region: Region, **fields: str) -> Precision:
    return precision([region], with_codes(Address(**fields)))


def test_the_most_exact_region_counts() -> None:
    everywhere = Region(country="US")
    california = Region(country="US", state="CA")
    downtown = Region(country="US", state="CA", postcode_from="90001", postcode_to="90089")
    home = Address(country="US", state="CA", postcode="90012")

    assert precision([everywhere], home) is Precision.COUNTRY
    assert precision([everywhere, california], home) is Precision.STATE
    assert precision([downtown, everywhere], home) is Precision.POSTCODE
    assert precision([], home) is Precision.NONE


def test_a_region_wants_the_state_as_well_as_the_postcode() -> None:
    nevada = Region(country="US", state="NV", postcode_from="90001", postcode_to="90089")

    assert reaches(nevada, country="US", state="CA", postcode="90012") is Precision.NONE


@pytest.mark.parametrize(
    ("postcode", "inside"),
    [
        ("SW1 1AA", True),
        ("SW1A 1AA", True),
        ("SW9 0AA", True),
        ("sw99aa", True),
        ("SW10 0AA", False),
        ("SW19 5AE", False),
        ("SE5 8AA", False),
        ("S1 2AA", False),
        ("W2 1AA", False),
        ("", False),
        ("no idea", False),
    ],
)
def test_british_districts_are_counted_not_spelled(postcode: str, inside: bool) -> None:
    brixton = Region(country="GB", postcode_from="SW1", postcode_to="SW9")

    assert (reaches(brixton, country="UK", postcode=postcode) is Precision.POSTCODE) is inside


@pytest.mark.parametrize(
    ("low", "high", "postcode", "inside"),
    [
        ("BT", "BT", "BT12 5GH", True),
        ("AB", "EH", "DD1 1AA", True),
        ("AB", "EH", "FK1 1AA", False),
        ("B", "B", "BT1 1AA", False),
        ("W1A", "W1D", "W1C 1AA", True),
        ("W1A", "W1D", "W1F 1AA", False),
        ("sw1a1aa", "sw1a2zz", "SW1A 2AA", True),
        ("SW1-SW9", None, "SW1 1AA", False),
    ],
)
def test_a_british_range_ends_wherever_its_ends_do(low: str, high: str | None, postcode: str, inside: bool) -> None:
    region = Region(country="GB", postcode_from=low, postcode_to=high)

    assert (reaches(region, country="GB", postcode=postcode) is Precision.POSTCODE) is inside


@pytest.mark.parametrize(
    ("country", "low", "high", "postcode", "inside"),
    [
        ("US", "02101", "02299", "02139", True),
        ("US", "02101", "02299", "2139", True),
        ("US", "2101", "2299", "02139", True),
        ("US", "02139", "02139", "02139-4307", True),
        ("US", "02139-5000", "02139-9999", "02139-4307", True),
        ("US", "021", "022", "02299", True),
        ("US", "021", "022", "02301", False),
        ("CA", "M5V", "M5V", "m5v3l9", True),
        ("CA", "M5V", "M5X", "M5Y 1A1", False),
        ("NL", "1000", "1109", "1109 ZZ", True),
        ("PL", "00-001", "04-999", "04999", True),
        ("DE", "10", "14", "14199", True),
        ("DE", "10", "14", "15230", False),
        ("DE", "99", None, "99999", True),
        ("DE", None, "01", "01067", True),
        ("DE", None, "01", "", False),
    ],
)
def test_an_end_of_a_range_covers_all_that_begins_with_it(
    country: str, low: str | None, high: str | None, postcode: str, inside: bool
) -> None:
    region = Region(country=country, postcode_from=low, postcode_to=high)

    assert (reaches(region, country=country, postcode=postcode) is Precision.POSTCODE) is inside


def test_a_territory_is_found_as_a_country_and_as_a_state() -> None:
    for region in (Region(country="PR"), Region(country="US", state="PR"), Region(country="US")):
        assert reaches(region, country="PR")
        assert reaches(region, country="US", state="Puerto Rico")


def test_a_region_may_say_uk() -> None:
    assert reaches(Region(country="UK"), country="GB") is Precision.COUNTRY

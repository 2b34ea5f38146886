import pytest

from packhorse.domain.address import Address, is_usable, normalised


def spelled(**fields: str) -> Address:
    return normalised(Address(**fields))


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("US", "US"),
        ("us", "US"),
        ("USA", "US"),
        ("U.S.A.", "US"),
        ("United States", "US"),
        ("the united states of america", "US"),
        ("UK", "GB"),
        ("Great Britain", "GB"),
        ("United Kingdom", "GB"),
        ("gbr", "GB"),
        ("EL", "GR"),
        ("Deutschland", "DE"),
        ("Österreich", "AT"),
        ("Côte d’Ivoire", "CI"),
        ("Ivory Coast", "CI"),
        ("Korea, Republic of", "KR"),
        ("South Korea", "KR"),
        ("Trinidad and Tobago", "TT"),
        ("Saint Lucia", "LC"),
        ("Türkiye", "TR"),
    ],
)
def test_a_country_is_its_iso_code_however_it_was_written(written: str, code: str) -> None:
    address = spelled(country=written)

    assert address.country == code
    assert is_usable(address)


@pytest.mark.parametrize("written", ["", "Narnia", "??", "ZZ", "日本"])
def test_an_unknown_country_stays_as_it_is_and_is_no_use_to_geo(written: str) -> None:
    address = spelled(country=written, state="Cair Paravel", postcode="n1")

    assert (address.country, address.state) == (written, "Cair Paravel")
    assert not is_usable(address)


def test_an_address_is_usable_before_it_is_normalised() -> None:
    assert is_usable(Address(country="Great Britain"))


@pytest.mark.parametrize(
    ("country", "written", "code"),
    [
        ("US", "California", "CA"),
        ("US", "ca", "CA"),
        ("US", "US-CA", "CA"),
        ("US", "west  virginia", "WV"),
        ("US", "Washington", "WA"),
        ("US", "Washington, D.C.", "DC"),
        ("US", "Puerto Rico", "PR"),
        ("US", "Armed Forces Pacific", "AP"),
        ("CA", "Québec", "QC"),
        ("CA", "newfoundland & labrador", "NL"),
        ("AU", "New South Wales", "NSW"),
        ("AU", "wa", "WA"),
        ("US", "Bavaria", "Bavaria"),
        ("DE", "Bayern", "Bayern"),
    ],
)
def test_a_state_is_its_code_where_states_have_codes(country: str, written: str, code: str) -> None:
    assert spelled(country=country, state=written).state == code


@pytest.mark.parametrize(
    ("country", "written", "spelling"),
    [
        ("US", "02139", "02139"),
        ("US", "2139", "02139"),
        ("US", "02139-4307", "02139-4307"),
        ("US", "021394307", "02139-4307"),
        ("US", "2139-4307", "02139-4307"),
        ("US", "501", "00501"),
        ("PR", "901", "00901"),
        ("US", "123456", "123456"),
        ("GB", "sw1a1aa", "SW1A 1AA"),
        ("GB", " sw1a   1aa ", "SW1A 1AA"),
        ("GB", "m11ae", "M1 1AE"),
        ("GB", "sw1", "SW1"),
        ("CA", "m5v-3l9", "M5V 3L9"),
        ("NL", "1012  ab", "1012 AB"),
        ("DE", "1067", "1067"),
    ],
)
def test_a_postcode_is_written_as_its_post_office_writes_it(country: str, written: str, spelling: str) -> None:
    assert spelled(country=country, postcode=written).postcode == spelling


def test_the_country_decides_how_the_rest_is_read() -> None:
    address = spelled(country="Canada", state="Ontario", postcode="k1a0b1", city="Ottawa")

    assert (address.country, address.state, address.postcode, address.city) == ("CA", "ON", "K1A 0B1", "Ottawa")


@pytest.mark.parametrize("country", ["usa", "Great Britain", "Narnia", "ca"])
def test_an_address_that_was_normalised_stays_as_it_is(country: str) -> None:
    once = spelled(country=country, state="ontario", postcode="2139 4307")

    assert normalised(once) == once

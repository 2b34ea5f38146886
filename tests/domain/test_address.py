import pytest

from packhorse.domain.address import Address, is_usable, lacking_fields, normalised, with_codes


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
        ("AGO", "AO"),
        ("日本", "JP"),
        ("アメリカ合衆国", "US"),
        ("Ελλάδα", "GR"),
        ("Росси́я", "RU"),
        ("Niemcy", "DE"),
        ("Royaume-Uni", "GB"),
        ("Magyarország", "HU"),
        ("United States (US)", "US"),
        ("United Kingdom (UK)", "GB"),
        ("United States (US) Minor Outlying Islands", "UM"),
        ("Germany (DE)", "DE"),
        ("Belau", "PW"),
        ("Bonaire, Saint Eustatius and Saba", "BQ"),
        ("Congo (Brazzaville)", "CG"),
        ("Congo (Kinshasa)", "CD"),
        ("Curaçao", "CW"),
        ("Macao", "MO"),
        ("Palestinian Territory", "PS"),
        ("Pitcairn", "PN"),
        ("Saint Martin (French part)", "MF"),
        ("Saint Martin (Dutch part)", "SX"),
        ("South Georgia/Sandwich Islands", "GS"),
        ("Virgin Islands (British)", "VG"),
        ("Virgin Islands (US)", "VI"),
        ("Hong Kong SAR", "HK"),
        ("Holy See (Vatican City State)", "VA"),
        ("Korea, Democratic People's Republic Of", "KP"),
        ("Congo, The Democratic Republic Of The", "CD"),
        ("Lao People's Democratic Republic", "LA"),
        ("Libyan Arab Jamahiriya", "LY"),
        ("Macedonia, Republic Of", "MK"),
        ("Myanmar (Burma)", "MM"),
        ("Palestinian Territory, Occupied", "PS"),
        ("Republic of Cameroon", "CM"),
        ("Virgin Islands, British", "VG"),
        ("Kosovo", "XK"),
        ("Canary Islands", "ES"),
    ],
)
def test_a_country_is_its_iso_code_however_it_was_written(written: str, code: str) -> None:
    address = spelled(country=written)

    assert address.country == code
    assert is_usable(address)


@pytest.mark.parametrize("written", ["", "Narnia", "??", "ZZ", "中つ国", "Germany (FR)"])
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
        ("DE", "Bavaria", "BY"),
        ("DE", "DE-BY", "BY"),
        ("JP", "東京都", "13"),
        ("JP", "Tokyo-to", "13"),
        ("JP", "JP13", "13"),
        ("JP", "北海道", "01"),
        ("IT", "Provincia di Roma", "RM"),
        ("ES", "Madrid", "M"),
        ("FR", "Île-de-France", "IDF"),
        ("CN", "Guangdong", "GD"),
        ("MX", "CDMX", "CMX"),
        ("BR", "Sao Paulo", "SP"),
        ("IE", "Co. Dublin", "D"),
        ("EE", "Tartu", "Tartu"),
        ("DE", "Bayern", "BY"),
        ("DE", "Mordor", "Mordor"),
    ],
)
def test_a_state_is_its_code_where_states_have_codes(country: str, written: str, code: str) -> None:
    assert with_codes(Address(country=country, state=written)).state == code


@pytest.mark.parametrize(
    ("country", "state", "written"),
    [
        ("US", "California", "CA"),
        ("JP", "東京都", "東京都"),
        ("JP", "JP13", "Tokyo"),
        ("AT", "Wien", "Wien"),
        ("PL", "mazowieckie", "mazowieckie"),
        ("FR", "Paris", "Paris"),
        ("DE", "MORDOR-13", "MORDOR-13"),
        ("PH", "NCR-1", "NCR-1"),
    ],
)
def test_a_state_whose_code_has_digits_is_written_by_its_name(country: str, state: str, written: str) -> None:
    found = spelled(country=country, state=state)

    assert found.state == written
    assert normalised(found) == found


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
        ("NL", "NL-1012ab", "1012 AB"),
        ("DE", "1067", "01067"),
        ("DE", "D-01067", "01067"),
        ("DE", "DE 1067", "01067"),
        ("DE", "1067.0", "01067"),
        ("DE", "106", "106"),
        ("DE", "Postfach", "Postfach".upper()),
        ("FI", "100", "00100"),
        ("ZA", "1", "0001"),
        ("AU", "800", "0800"),
        ("CH", "800", "800"),
        ("CH", "CH-8001", "8001"),
        ("AT", "A-1010", "1010"),
        ("JP", "〒１００−０００１", "100-0001"),
        ("JP", "600000", "060-0000"),
        ("BR", "1310100", "01310-100"),
        ("PL", "950", "00-950"),
        ("PT", "1000001", "1000-001"),
        ("SE", "SE-11122", "111 22"),
        ("LV", "1010", "LV-1010"),
        ("AD", "500", "AD500"),
        ("IE", "d02x285", "D02 X285"),
        ("US", "'90012", "90012"),
        ("US", "’90012", "90012"),
        ("US", "US-90012", "90012"),
        ("KH", "12000", "12000"),
        ("", "1067", "1067"),
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


@pytest.mark.parametrize(
    ("country", "given", "lacking"),
    [
        ("DE", {"address1": "1 Weg", "city": "Berlin"}, ("postcode",)),
        ("DE", {"address1": "1 Weg", "city": "Berlin", "postcode": " "}, ("postcode",)),
        ("US", {"address1": "1 Main St", "city": "Reno"}, ("state", "postcode")),
        ("PR", {"address1": "1 Calle", "city": "Ponce", "postcode": "00716"}, ()),
        ("HK", {"address1": "1 Nathan Road", "city": "Hong Kong"}, ()),
        ("CL", {"address1": "1 Alameda", "city": "Santiago"}, ()),
        ("Narnia", {}, ("address1", "city")),
    ],
)
def test_what_an_address_lacks_depends_on_its_country(
    country: str, given: dict[str, str], lacking: tuple[str, ...]
) -> None:
    assert lacking_fields(Address(country=country, **given)) == lacking

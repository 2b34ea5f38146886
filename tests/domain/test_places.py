from collections import Counter
from importlib.resources import files

import pytest

from packhorse.domain.places import COUNTRIES, STATES, country_code, folded, rows, state_code
from packhorse.domain.postcodes import FORMATS, LOST_ZEROS, digits, postcode

WITHOUT_ISO_STATES = frozenset(
    "AI AQ AS AW AX BL BM BV CC CK CW CX EH FK FO GF GG GI GP GS GU HK HM IM IO JE KY MF MO MP MQ MS NC NF NU PF PM "
    "PN PR RE SJ SX TC TF TK VA VG VI XK YT".split()
)


def iso_countries() -> dict[str, str]:
    table = files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text(encoding="utf-8")
    found = (line for line in table.splitlines() if line and not line.startswith("#"))
    return {line[:2]: line[3:] for line in found}


def test_the_table_has_the_249_countries_of_iso_3166_and_kosovo() -> None:
    listed = {code for code, *_ in rows(COUNTRIES)}

    assert listed == {*iso_countries(), "XK"}
    assert len(listed) == 250


def test_every_country_is_known_by_its_two_codes_in_any_case_and_by_its_name_in_the_time_zone_database() -> None:
    for alpha2, alpha3, *_ in rows(COUNTRIES):
        for code in (alpha2, alpha2.lower(), alpha3, alpha3.lower()):
            assert country_code(code) == alpha2
    known = {code: country_code(name) for code, name in iso_countries().items()}
    assert {code: found for code, found in known.items() if found != code} == {}


def test_every_alpha_3_code_is_three_letters_and_the_only_one_of_its_country() -> None:
    codes = [alpha3 for _, alpha3, *_ in rows(COUNTRIES)]

    assert len({*codes}) == len(codes)
    assert all(len(code) == 3 and code.isascii() and code.isupper() for code in codes)


@pytest.mark.parametrize("table", [COUNTRIES, STATES])
def test_every_name_is_as_the_reader_folds_it(table: str) -> None:
    for _, _, *names in rows(table):
        assert names == [folded(name) for name in names]


def test_no_name_belongs_to_two_countries() -> None:
    names = Counter(name for _, _, *names in rows(COUNTRIES) for name in names)

    assert [name for name, times in names.items() if times > 1] == []


def test_every_country_that_iso_3166_2_divides_has_its_states() -> None:
    without = {code for code, *_ in rows(COUNTRIES)} - {country for country, *_ in rows(STATES)}

    assert without == WITHOUT_ISO_STATES


def test_every_state_is_known_by_its_code_by_iso_3166_2_and_by_its_names() -> None:
    for country, code, *names in rows(STATES):
        for text in (code, code.lower(), f"{country}-{code}", *names):
            assert state_code(country, text) == code


@pytest.mark.parametrize("country", sorted(LOST_ZEROS))
def test_a_postcode_gets_back_the_zeros_that_a_spreadsheet_removed(country: str) -> None:
    length = digits(country) or 0
    whole = "123456789"[: length - LOST_ZEROS[country]]

    found = postcode(country, whole)

    assert "".join(filter(str.isdigit, found)) == whole.rjust(length, "0")
    assert postcode(country, found) == found


def test_a_postcode_too_short_stays_as_it_is_where_none_begins_with_a_zero() -> None:
    changed = [country for country in FORMATS if country not in LOST_ZEROS and postcode(country, "12") != "12"]

    assert changed == []


def test_a_postcode_is_found_behind_the_code_of_its_country() -> None:
    wholes = {country: "123456789"[: digits(country)] for country in FORMATS}

    found = {country: postcode(country, f"{country}-{whole}") for country, whole in wholes.items()}

    assert found == {country: postcode(country, whole) for country, whole in wholes.items()}

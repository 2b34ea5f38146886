"""Countries and their states by any of their names; the tables are made by `local/places.py`.

Imports the standard library only, so that the script which makes the tables folds names exactly as the reader does.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

COUNTRIES = "countries.tsv"
STATES = "states.tsv"
DATA = Path(__file__).with_name("data")

_WITH_CODE = re.compile(r"(.+?)\s*\(([A-Z]{2,3})\)")
_WORDS = re.compile(r"[^\W_]+")
_UNDECOMPOSED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})
_IGNORED = frozenset("the of and".split())
_GENERIC = frozenset(
    "province provincia provincie prefecture state county co region department departement district governorate oblast "
    "canton kanton land bundesland di de del da ken fu to sheng shi zizhiqu".split()
)
"""Words that people write beside the name of a state, and that its name in the table may lack."""


def folded(text: str) -> str:
    """Return the words that matter, plain and sorted: `the Republic of Korea` becomes `korea republic`."""
    letters = unicodedata.normalize("NFKD", text.casefold()).translate(_UNDECOMPOSED)
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter) and letter not in ".'’ʻ`")
    words = _WORDS.findall(unicodedata.normalize("NFC", bare))
    return " ".join(sorted("st" if word == "saint" else word for word in words if word not in _IGNORED))


@lru_cache(maxsize=1024)
def country_code(text: str) -> str:
    """Return the alpha-2 code of a code, name or alias; any other text comes back unchanged.

    >>> country_code("U.S.A."), country_code("deutschland"), country_code("United States (US)"), country_code("Narnia")
    ('US', 'DE', 'US', 'Narnia')
    """
    return _find_country(text) or text


def alpha3(code: str) -> str:
    """Return the three letters of ISO 3166 of a country's two; any other text comes back unchanged.

    >>> alpha3("GB"), alpha3("Narnia")
    ('GBR', 'Narnia')
    """
    return _alpha3().get(code, code)


def is_country(text: str) -> bool:
    """Return whether the text is the code or a name of a country."""
    return _find_country(text) is not None


def _find_country(text: str) -> str | None:
    names = _names()
    found = names.get(text.strip().lower()) or names.get(folded(text))  # folding leaves nothing of AND, Andorra
    if found is None and (doubled := _WITH_CODE.fullmatch(text)):
        name, code = (names.get(folded(part)) for part in doubled.groups())
        return name if name == code else None
    return found


@lru_cache(maxsize=1024)
def state_code(country: str, text: str) -> str:
    """Return the code of a state, from its name, its code in any case, or ISO 3166-2; other text stays unchanged.

    >>> state_code("JP", "JP-13"), state_code("JP", "Tokyo-to"), state_code("DE", "Bavaria"), state_code("US", "x")
    ('13', '13', 'BY', 'x')
    """
    code = text.upper().strip().removeprefix(country).lstrip("- ")
    states = _states(country)
    if code in states.values():
        return code
    name = folded(text)
    return states.get(name) or states.get(without_generic_words(name)) or text


@lru_cache(maxsize=1024)
def written_state(country: str, text: str) -> str:
    """Return a state as it is written in addresses: by its code if that has letters alone, else by its name.

    >>> written_state("US", "California"), written_state("JP", "東京都"), written_state("JP", "JP-13")
    ('CA', '東京都', 'Tokyo')
    """
    code = state_code(country, text)
    if code.isalpha():
        return code
    if not any(map(str.isdecimal, text)):
        return text
    names = (name for name, each in _states(country).items() if each == code and name != code.lower())
    name = next(names, None)
    return name.title() if name else text


def without_generic_words(name: str) -> str:
    """Return the folded name of a state without words such as `province`.

    >>> without_generic_words(folded("Provincia di Roma"))
    'roma'
    """
    return " ".join(word for word in name.split() if word not in _GENERIC)


def is_state(country: str, code: str) -> bool:
    """Return whether the country has a state of that code."""
    return code in _states(country).values()


@cache
def _codes() -> frozenset[str]:
    return frozenset(_names().values())


@cache
def _names() -> dict[str, str]:
    """Return alpha-2 codes by folded name, alias, alpha-3 and alpha-2."""
    return {name.lower(): row[0] for row in rows(COUNTRIES) for name in row}


@cache
def _alpha3() -> dict[str, str]:
    return {row[0]: row[1] for row in rows(COUNTRIES)}


@lru_cache(maxsize=300)
def _states(country: str) -> dict[str, str]:
    """Return the codes of a country's states by folded name; of a text that is no code, none."""
    if country not in _codes():
        return {}
    own = (row for row in rows(STATES) if row[0] == country)
    return {name: code for _, code, *names in own for name in (code.lower(), *names)}


def rows(table: str) -> Iterator[list[str]]:
    """Yield the rows of a table: code or codes, then folded names."""
    lines = (DATA / table).read_text(encoding="utf-8").splitlines()
    return (line.split("\t") for line in lines if not line.startswith("#"))


EUROPEAN_UNION = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MC MT NL PL PT RO SE SI SK".split()
)
"""The countries of the European Union's customs territory, with Monaco."""

APART: dict[str, tuple[tuple[str, ...], ...]] = {
    "DE": (("27498",), ("78266",)),  # Helgoland, Büsingen
    "ES": (("35", "38"), ("51",), ("52",)),  # the Canary Islands, Ceuta, Melilla
    "FI": (("22",),),  # Åland
    "FR": tuple((f"97{last}",) for last in range(1, 9)) + tuple((f"98{last}",) for last in range(4, 9)),  # overseas
    "GR": (("63086",),),  # Mount Athos
    "IT": (("23041",), ("22061",)),  # Livigno, Campione d'Italia
}
"""Places of the European Union by the first digits of their postcodes to which its parcels are declared.

They are outside of its customs territory (Article 4 of Regulation 952/2013) or of its value added tax (Article 6 of
Directive 2006/112).
"""


OF_ANOTHER = {"IM": "GB", "LI": "CH"}
"""Countries in the customs territory of another one."""
NORTHERN_IRELAND = "BT"
"""How the postcodes of Northern Ireland begin."""


def customs_areas(country: str, postcode: str) -> frozenset[str]:
    """Return the areas of an address, by its alpha-2 code and its postcode, within which parcels pass no customs.

    Northern Ireland is in two: the United Kingdom's, and for goods in the European Union's.

    >>> customs_areas("DE", "10115") == customs_areas("ES", "28001"), customs_areas("LI", "9490")
    (True, frozenset({'CH'}))
    >>> customs_areas("ES", "35001") == customs_areas("ES", "38001"), customs_areas("ES", "51001")
    (True, frozenset({'ES 51'}))
    >>> sorted(customs_areas("GR", "630 86")), sorted(customs_areas("FI", "AX-22100"))
    (['GR 63086'], ['FI 22'])
    >>> sorted(customs_areas("GB", "BT1 1AA")), sorted(customs_areas("GB", "E1 1AA"))
    (['EU', 'GB'], ['GB'])
    """
    digits = "".join(filter(str.isdigit, postcode))
    for prefixes in APART.get(country, ()):
        if digits.startswith(prefixes):
            return frozenset({f"{country} {prefixes[0]}"})
    if country == "GB" and postcode.upper().startswith(NORTHERN_IRELAND):
        return frozenset({"GB", "EU"})
    return frozenset({"EU" if country in EUROPEAN_UNION else OF_ANOTHER.get(country, country)})

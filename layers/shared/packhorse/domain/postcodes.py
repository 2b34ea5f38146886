"""Postcodes in the spelling of their country, mending what spreadsheets and people make of them."""

import re
import unicodedata
from typing import NamedTuple

US_TERRITORIES = frozenset({"AS", "GU", "MP", "PR", "VI"})
"""Countries to ISO 3166, states to the US post: channels send either."""

_FORMATS = {
    "###": "FO IS LS MG PG",
    "####": """AF AL AM AR AT AU BD BE BG BO CC CH CV CX CY DK ET GE GL GW HM HU LI LR LU MK MZ NE NF NO NZ PA PH SI SJ
SV TN VE ZA""",
    "#####": """AX BA BL BT CR CU DE DO DZ EE EG ES FI FM FR GF GP GT HN HR ID IQ IT JO KE KR KW LA LK LT MA MC ME MF
MH MM MN MQ MX MY NC NI NP PE PF PK PM PW RE RS SA SD SM SN TH TR UA UY VA VN WF XK YT ZM""",
    "######": "BY CN CO EC IN KG KZ NG RO RU SG TJ TM TT UZ",
    "#######": "CL IL",
    "### ##": "CZ GR SE SK",
    "##-###": "PL",
    "####-###": "PT",
    "###-####": "JP",
    "#####-###": "BR",
}
FORMATS = {country: written for written, countries in _FORMATS.items() for country in countries.split()} | {
    "US": "#####"
}
"""How a country writes its postcodes, where they are a fixed number of digits."""

_LOST_ZEROS = {
    1: "AU BR CN CO DE DK DZ EC ES FR GE GT KR KZ LA MM MX MY NZ PA PE PH RO SG SK TR UA VN",
    2: "FI IT JP KE LK LT NO US VA",
    3: "AM PL ZA",
}
LOST_ZEROS = {country: zeros for zeros, countries in _LOST_ZEROS.items() for country in countries.split()}
"""With how many zeros postcodes of a country may begin; those of the others begin with none."""

_NEEDED = frozenset(
    """AT AU AX BE BG BR CA CH CN CY CZ DE DK EE ES FI FO FR GB GF GG GL GP GR HR HU IM IN IT JE JP KR LI LT LU LV MC
MF MQ MT MX MY NL NO NZ PL PM PT RE RO RU SE SG SI SJ SK SM TR UA US VA YT ZA""".split()
)
"""Countries to which no carrier takes a parcel without a postcode; others have postcodes that few people write."""

_PLATES = dict(
    entry.split(":")
    for entry in (
        "AT:A BE:B DE:D ES:E FI:FIN FR:F HU:H IT:I JP:T LI:FL LU:L NO:N PT:P SE:S SI:SLO SM:RSM US:USA VA:V"
    ).split()
)
"""What stands before the digits where it is not the country's code: the sign on the plates of its cars."""

_SIGNS = str.maketrans({"〒": "", **dict.fromkeys("‐‑‒–—−ー", "-")})
_FLOAT = re.compile(r"(\d+)[.,]0{1,2}")
_BRITISH = re.compile(r"([A-Z]{1,2})(?:(\d{1,2})([A-Z]?)(?: (\d[A-Z]{2}))?)?")
_ZIP_PLUS_4 = re.compile(r"(\d{3,5})-?(\d{4})")


class Lettered(NamedTuple):
    """The postcodes of a country that have letters: a pattern without blanks, and how its groups are written."""

    pattern: re.Pattern[str]
    written: str


_LETTERED = {
    "AD": Lettered(re.compile(r"(?:AD)?-?(\d{3})"), "AD{}"),
    "AZ": Lettered(re.compile(r"(?:AZ)?-?(\d{4})"), "AZ {}"),
    "CA": Lettered(re.compile(r"([A-Z]\d[A-Z])-?(\d[A-Z]\d)"), "{} {}"),
    "GB": Lettered(re.compile(r"([A-Z]{1,2}\d[A-Z\d]?)(\d[A-Z]{2})"), "{} {}"),
    "IE": Lettered(re.compile(r"([A-Z]\d[\dW])-?([A-Z\d]{4})"), "{} {}"),
    "LV": Lettered(re.compile(r"(?:LV)?-?(\d{4})"), "LV-{}"),
    "MD": Lettered(re.compile(r"(?:MD)?-?(\d{4})"), "MD-{}"),
    "MT": Lettered(re.compile(r"([A-Z]{3})-?(\d{4})"), "{} {}"),
    "NL": Lettered(re.compile(r"(?:NL)?-?(\d{4})-?([A-Z]{2})"), "{} {}"),
}


def postcode(country: str, text: str) -> str:
    """Return the postcode as its country writes it, with the zeros that a spreadsheet removed; else in upper case.

    >>> postcode("CA", "m5v3l9"), postcode("US", "2139-4307"), postcode("NL", " 1012  ab")
    ('M5V 3L9', '02139-4307', '1012 AB')
    >>> postcode("DE", "1067"), postcode("JP", "〒１００−０００１"), postcode("CH", "CH-8001"), postcode("US", "'90012")
    ('01067', '100-0001', '8001', '90012')
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).translate(_SIGNS).upper().split()).lstrip("'’`´ ")
    home = postal_country(country)
    if lettered := _LETTERED.get(home):
        found = lettered.pattern.fullmatch(plain.replace(" ", ""))
        return lettered.written.format(*found.groups()) if found else plain
    return _of_digits(home, plain) or plain if home in FORMATS else plain


def postal_country(country: str) -> str:
    """Return the country whose post delivers there."""
    return "US" if country in US_TERRITORIES else country


def needs_postcode(country: str) -> bool:
    """Return whether an address in the country is not complete without a postcode.

    >>> needs_postcode("DE"), needs_postcode("PR"), needs_postcode("IE"), needs_postcode("HK")
    (True, True, False, False)
    """
    return postal_country(country) in _NEEDED


def digits(country: str) -> int | None:
    """Return how many digits a postcode has; None if it has letters, or any number of digits."""
    return FORMATS[country].count("#") if country in FORMATS else None


def _of_digits(country: str, plain: str) -> str | None:
    """Return a postcode of digits in its country's format, None if it does not fit."""
    number = _FLOAT.sub(r"\1", re.sub(rf"^(?:{country}|{_PLATES.get(country, country)})[ -]*(?=\d)", "", plain))
    if country == "US" and (extended := _ZIP_PLUS_4.fullmatch(number.replace(" ", ""))):
        return f"{extended[1]:0>5}-{extended[2]}"
    bare = re.sub(r"[ -]", "", number)
    lost = FORMATS[country].count("#") - len(bare)
    if not bare.isdecimal() or not 0 <= lost <= (0 if bare[0] == "0" else LOST_ZEROS.get(country, 0)):
        return None
    each = iter(bare.zfill(len(bare) + lost))
    return "".join(next(each) if sign == "#" else sign for sign in FORMATS[country])


def range_end(country: str, code: str | None) -> str | None:
    """Return the comparable end of a range; one that lacks more than a character is a prefix, not a lost zero.

    So are up to three characters everywhere.
    """
    if not code:
        return None
    whole = max(4, (digits(postal_country(country)) or 0) - 1)
    return sorting_key(country, postcode(country, code) if len(code) >= whole else code.upper())


def sorting_key(country: str, code: str) -> str:
    """Return text that sorts as postcodes do (`SW9` before `SW10`); empty for one that cannot be read."""
    if country == "GB":
        return _british(code)
    plain = re.sub(r"[^A-Z0-9]", "", code)
    if postal_country(country) == "US":
        return plain[:5]
    return plain.removeprefix(country)  # LV-1010, AD500


def _british(code: str) -> str:
    found = _BRITISH.fullmatch(code)
    if not found:
        return ""
    area, number, suffix, inward = found.groups(default="")
    district = f"{int(number):02}" if number else ""
    return f"{area:<2}{district}{suffix}{inward}"

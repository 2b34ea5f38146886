"""Addresses in one spelling, so that the same place is the same text whoever wrote it.

Countries become ISO 3166 alpha-2, states of the US, Canada and Australia their codes, postcodes upper case.
What is not recognised stays as it was: a carrier may still make sense of it.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files

from packhorse.domain.values import Text, Value


class Address(Value):
    """Where a parcel goes; `country` is ISO 3166 alpha-2, `state` the code used there where it could be found."""

    name: Text = ""
    company: Text = ""
    address1: Text = ""
    address2: Text = ""
    address3: Text = ""
    city: Text = ""
    state: Text = ""
    postcode: Text = ""
    country: Text = ""
    phone: Text = ""


US_TERRITORIES = frozenset({"AS", "GU", "MP", "PR", "VI"})
"""Countries to ISO 3166, states to the US post: channels send either."""

_ALIASES = """
AE UAE; AT Osterreich; BA Bosnia; BE Belgie, Belgique; BN Brunei Darussalam; BO Plurinational State of Bolivia;
BR Brasil; CD DR Congo, Democratic Republic of the Congo; CG Congo, Republic of the Congo;
CH Schweiz, Suisse, Svizzera; CI Ivory Coast; CN PRC, Peoples Republic of China, Mainland China; CV Cabo Verde;
CZ Czechia; DE Deutschland; DK Danmark; ES Espana; FI Suomi; FM Federated States of Micronesia; FR Metropolitan France;
GB UK, United Kingdom, United Kingdom of Great Britain and Northern Ireland, Great Britain, Britain;
GB England, Scotland, Wales, Northern Ireland; GR EL, Hellas; HK Hong Kong SAR; IE Republic of Ireland, Eire;
IR Islamic Republic of Iran; IT Italia; KP DPRK, Democratic Peoples Republic of Korea; KR Korea, Republic of Korea;
LA Lao PDR; MD Republic of Moldova; MK Macedonia, FYROM; MM Myanmar, Burma; MO Macao; NL Holland, Nederland; NO Norge;
PL Polska; PS State of Palestine; RU Russian Federation; SE Sverige; SY Syrian Arab Republic; SZ Eswatini, Swaziland;
TL Timor Leste; TR Turkiye; TW Taiwan Province of China; TZ United Republic of Tanzania;
US United States of America, America; VA Holy See; VE Bolivarian Republic of Venezuela; VG British Virgin Islands;
VN Viet Nam; WS Samoa; XK XK, Kosovo; ZA RSA
"""

_ALPHA_3 = """
AE ARE AF AFG AL ALB AM ARM AR ARG AT AUT AU AUS AZ AZE BA BIH BD BGD BE BEL BG BGR BH BHR BO BOL BR BRA BY BLR CA CAN
CH CHE CL CHL CM CMR CN CHN CO COL CR CRI CY CYP CZ CZE DE DEU DK DNK DO DOM DZ DZA EC ECU EE EST EG EGY ES ESP FI FIN
FR FRA GB GBR GE GEO GH GHA GI GIB GL GRL GR GRC GT GTM GU GUM HK HKG HN HND HR HRV HT HTI HU HUN ID IDN IE IRL IL ISR
IM IMN IN IND IQ IRQ IR IRN IS ISL IT ITA JE JEY JM JAM JO JOR JP JPN KE KEN KR KOR KW KWT KZ KAZ LB LBN LI LIE LK LKA
LT LTU LU LUX LV LVA MA MAR MC MCO MD MDA ME MNE MK MKD MO MAC MT MLT MU MUS MX MEX MY MYS NG NGA NI NIC NL NLD NO NOR
NP NPL NZ NZL OM OMN PA PAN PE PER PH PHL PK PAK PL POL PR PRI PT PRT PY PRY QA QAT RE REU RO ROU RS SRB RU RUS SA SAU
SE SWE SG SGP SI SVN SK SVK SM SMR SN SEN SV SLV TH THA TN TUN TR TUR TT TTO TW TWN TZ TZA UA UKR UG UGA US USA UY URY
UZ UZB VE VEN VI VIR VN VNM ZA ZAF ZM ZMB ZW ZWE
"""

_STATES = {
    "US": """
AL Alabama; AK Alaska; AZ Arizona; AR Arkansas; CA California; CO Colorado; CT Connecticut; DE Delaware;
DC District of Columbia, Washington DC; FL Florida; GA Georgia; HI Hawaii; ID Idaho; IL Illinois; IN Indiana;
IA Iowa; KS Kansas; KY Kentucky; LA Louisiana; ME Maine; MD Maryland; MA Massachusetts; MI Michigan; MN Minnesota;
MS Mississippi; MO Missouri; MT Montana; NE Nebraska; NV Nevada; NH New Hampshire; NJ New Jersey; NM New Mexico;
NY New York; NC North Carolina; ND North Dakota; OH Ohio; OK Oklahoma; OR Oregon; PA Pennsylvania; RI Rhode Island;
SC South Carolina; SD South Dakota; TN Tennessee; TX Texas; UT Utah; VT Vermont; VA Virginia; WA Washington;
WV West Virginia; WI Wisconsin; WY Wyoming; AS American Samoa; GU Guam; MP Northern Mariana Islands; PR Puerto Rico;
VI Virgin Islands, US Virgin Islands; AA Armed Forces Americas; AE Armed Forces Europe; AP Armed Forces Pacific
""",
    "CA": """
AB Alberta; BC British Columbia; MB Manitoba; NB New Brunswick; NL Newfoundland and Labrador, Newfoundland;
NS Nova Scotia; NT Northwest Territories; NU Nunavut; ON Ontario; PE Prince Edward Island, PEI; QC Quebec;
SK Saskatchewan; YT Yukon, Yukon Territory
""",
    "AU": """
ACT Australian Capital Territory; NSW New South Wales; NT Northern Territory; QLD Queensland; SA South Australia;
TAS Tasmania; VIC Victoria; WA Western Australia
""",
}

_POSTCODE_SHAPES = {
    "GB": (re.compile(r"([A-Z]{1,2}\d[A-Z\d]?)(\d[A-Z]{2})"), "{} {}"),
    "CA": (re.compile(r"([A-Z]\d[A-Z])-?(\d[A-Z]\d)"), "{} {}"),
    "US": (re.compile(r"(\d{3,5})(?:-?(\d{4}))?"), "{:0>5}-{}"),
}


def normalised(address: Address) -> Address:
    """Return the same address in our spelling; normalising it again changes nothing.

    >>> normalised(Address(country="Great Britain", postcode="sw1a1aa")).postcode
    'SW1A 1AA'
    """
    country = country_code(address.country)
    return address.replace(
        country=country,
        state=state_code(country, address.state),
        postcode=postcode(country, address.postcode),
    )


def is_usable(address: Address) -> bool:
    """Return whether the address is enough to compare with regions: its country is recognised."""
    return country_code(address.country) in _countries().values()


@lru_cache(maxsize=1024)
def country_code(text: str) -> str:
    """Return the alpha-2 code of a code, name or alias; any other text comes back unchanged.

    >>> country_code("U.S.A."), country_code("deutschland"), country_code("Narnia")
    ('US', 'DE', 'Narnia')
    """
    return _countries().get(_folded(text), text)


@lru_cache(maxsize=1024)
def state_code(country: str, text: str) -> str:
    """Return the code of a state, from its name, its code in any case, or ISO 3166-2 (`US-CA`)."""
    return _states(country).get(_folded(text.upper().removeprefix(f"{country}-")), text)


def postcode(country: str, text: str) -> str:
    """Return the postcode in upper case and its country's spacing; a US one with the zeros that a spreadsheet removed.

    >>> postcode("CA", "m5v3l9"), postcode("US", "2139-4307"), postcode("NL", " 1012  ab")
    ('M5V 3L9', '02139-4307', '1012 AB')
    """
    plain = " ".join(text.upper().split())
    pattern, shape = _POSTCODE_SHAPES.get("US" if country in US_TERRITORIES else country, (None, ""))
    found = pattern and pattern.fullmatch(plain.replace(" ", ""))
    return shape.format(found[1], found[2] or "").rstrip("-") if found else plain


@cache
def _countries() -> dict[str, str]:
    """Return alpha-2 codes by folded name, alias and code; the names are those of the time zone database."""
    table = files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#") and line]
    named = {key: code for code, name in rows for key in (code.lower(), _folded(name))}
    codes = _ALPHA_3.split()
    by_alpha3 = {alpha3.lower(): alpha2 for alpha2, alpha3 in zip(codes[::2], codes[1::2], strict=True)}
    return {**named, **by_alpha3, **dict(_listed(_ALIASES))}


@cache
def _states(country: str) -> dict[str, str]:
    named = dict(_listed(_STATES.get(country, "")))
    return named | {code.lower(): code for code in named.values()}


def _listed(table: str) -> Iterator[tuple[str, str]]:
    """Yield (folded name, code) pairs of a table `CODE name, other name; CODE name`."""
    for entry in filter(None, " ".join(table.split()).split("; ")):
        code, _, names = entry.partition(" ")
        for name in names.split(", "):
            yield _folded(name), code


def _folded(text: str) -> str:
    """Return the words that matter, plain and sorted: `the Republic of Korea` becomes `korea republic`."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter) and letter not in ".'’")
    words = re.findall(r"[a-z0-9]+", bare.replace("saint ", "st "))
    return " ".join(sorted(word for word in words if word not in ("the", "of", "and")))

"""Write the tables of countries and states in packhorse/domain/data, from CLDR (babel) and ISO 3166 (pycountry).

Needs those two, which nothing else does: `make places` runs it in an environment of its own. A name that two countries
or two states of one level have is left out, and reported.
"""

import gettext
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import babel
import pycountry
from babel.languages import get_official_languages

from packhorse.domain.places import COUNTRIES, DATA, STATES, folded, without_generic_words

LANGUAGES = (
    "en be bg bs ca cs cy da de de_AT de_CH el en_GB es et eu fi fo fr fr_BE fr_CH ga gl hr hu hy is it ja ka lb lt lv "
    "mk mt nb nl nn pl pt pt_PT rm ro ru sk sl sq sr sr_Latn sv tr uk"
).split()
"""Of Europe, and Japanese; where two languages use one name for two countries, the earlier language has it."""

ALIASES = """
AE UAE, Emirates; AX Aland; BA Bosnia; BN Brunei Darussalam; BO Plurinational State of Bolivia; BQ Bonaire;
BQ Bonaire Saint Eustatius and Saba; BQ Bonaire Sint Eustatius and Saba; CC Cocos Islands, Keeling Islands;
CD DR Congo, DRC, Congo Kinshasa, Congo DRC, Democratic Republic of the Congo, Democratic Republic of Congo, Zaire;
CG Congo, Congo Brazzaville, Republic of the Congo, Republic of Congo; CI Ivory Coast; CM Republic of Cameroon;
CN PRC, Peoples Republic of China, Mainland China; CV Cape Verde, Cabo Verde; CZ Czechia, Czech Republic;
ES Canary Islands, Islas Canarias, Kanarische Inseln, IC, Ceuta, Melilla, Ceuta and Melilla; FK Falklands, Malvinas;
FM Federated States of Micronesia; FR Metropolitan France; GB UK, Great Britain, Britain, England, Scotland, Wales;
GB Northern Ireland, 英国, United Kingdom of Great Britain and Northern Ireland; GR EL, Hellas; GM The Gambia;
GS South Georgia, South Georgia/Sandwich Islands; HK Hong Kong, Hong Kong SAR; HK Hong Kong SAR China;
IE Republic of Ireland, Eire; IR Islamic Republic of Iran; KP DPRK, Democratic Peoples Republic of Korea;
KR Korea, Republic of Korea; LA Lao PDR; LY Libyan Arab Jamahiriya; MD Republic of Moldova; MF Saint Martin;
MF Saint Martin (French part); MK Macedonia, FYROM, Republic of Macedonia;
MK former Yugoslav Republic of Macedonia; MM Myanmar, Burma;
MO Macao, Macau, Macao SAR, Macau SAR; NL Holland, The Netherlands; PN Pitcairn; PS Palestine, State of Palestine;
PS Palestinian Territory, Palestinian Territory Occupied; PT Azores, Madeira; PW Belau; RE Reunion;
RU Russian Federation; SH Saint Helena; SX Saint Martin (Dutch part), Sint Maarten; SY Syrian Arab Republic;
SZ Swaziland, Eswatini; TL East Timor, Timor Leste; TR Turkey, Turkiye; TW Taiwan, Taiwan Province of China;
TZ United Republic of Tanzania; UM United States (US) Minor Outlying Islands; US USA, America;
US United States of America, United States of North America, 米国, アメリカ; VA Holy See, Vatican, Vatican City State;
VA Holy See (Vatican City State); VE Bolivarian Republic of Venezuela; VG British Virgin Islands;
VI US Virgin Islands, Virgin Islands of the United States, Virgin Islands; VN Viet Nam; XK Kosovo, XKX; ZA RSA;
BQ Caribbean NL; CD Congo (Dem. Rep.); CF Central African Rep.; CG Congo (Rep.); MF St Martin (French);
SX St Maarten (Dutch); SZ Eswatini (Swaziland); TC Turks & Caicos Is; TF French S. Terr.; VC St Vincent;
UM US minor outlying islands; VG Virgin Islands (UK); WS Samoa (western), Western Samoa
"""
"""What shops and people write beside the names of ISO and CLDR."""

STATE_ALIASES = {
    "US": """AA Armed Forces Americas; AE Armed Forces Europe; AP Armed Forces Pacific; DC Washington DC;
VI Virgin Islands, US Virgin Islands""",
    "CA": "NL Newfoundland; PE PEI; QC PQ; YT Yukon Territory",
    "GR": """A East Macedonia and Thrace, Eastern Macedonia and Thrace; B Central Macedonia; C Western Macedonia;
C West Macedonia; D Epirus; E Thessaly; F Ionian Islands; G Western Greece, West Greece; H Central Greece;
I Attica, Athens; J Peloponnese; K North Aegean; L South Aegean; M Crete""",
    "IN": "OD OR, Orissa; UK UT, Uttaranchal; CG CT; TS TG",
    "MX": """AGU AGS, AG; BCN BC; BCS BS; CAM CAMP, CM; CHH CHIH, CH; CHP CHIS, CS; CMX CDMX, DF, Distrito Federal;
COA COAH, CO; COL CL; DUR DGO, DG; GRO GR; GUA GTO, GT; HID HGO, HG; JAL JA; MEX EM, MX, Mexico; MIC MICH, MI;
MOR MO; NAY NA; NLE NL; OAX OA; PUE PU; QUE QRO, QT; ROO Q ROO, QR; SIN SI; SLP SL; SON SO; TAB TB; TAM TAMP, TM;
TLA TLAX, TL; VER VE; YUC YU; ZAC ZA""",
    "IT": """FI Florence; GE Genoa; MI Milan; MN Mantua; NA Naples; PD Padua; RM Rome; TO Turin; VE Venice;
BZ South Tyrol, Alto Adige""",
    "ES": "B BCN; BI Vizcaya; SS Guipuzcoa; VI Alava; SE Seville; CT Catalonia; AN Andalusia; PV Basque Country; "
    "TF Tenerife; GC Las Palmas de Gran Canaria; PM Mallorca, Palma de Mallorca, Baleares",
}
"""Codes and names that shops and posts use beside ISO 3166-2."""

Names = Mapping[str, Iterable[str]]


def main() -> None:
    """Write both tables."""
    alpha3 = {each.alpha_2: each.alpha_3 for each in pycountry.countries} | {"XK": "XKX"}
    countries = unambiguous(country_names(alpha3), taken={*map(str.lower, (*alpha3, *alpha3.values()))})
    write(COUNTRIES, ((code, alpha3[code], *countries[code]) for code in sorted(alpha3)))
    write(STATES, state_rows(sorted(alpha3)))


def country_names(codes: Iterable[str]) -> Iterator[Names]:
    """Yield names by country, those that count most first: aliases, ISO, then a language each."""
    yield listed(ALIASES)
    fields = ("name", "common_name", "official_name")
    yield {each.alpha_2: [getattr(each, field, "") for field in fields] for each in pycountry.countries}
    for language in LANGUAGES:
        names = babel.Locale.parse(language).territories
        yield {code: [names.get(code, "")] for code in codes}


def unambiguous(sources: Iterable[Names], taken: set[str]) -> dict[str, list[str]]:
    """Return the folded names by code; the first source that has a name decides whose it is."""
    owner: dict[str, str] = {}
    found: dict[str, list[str]] = defaultdict(list)
    for names in sources:
        claims: dict[str, set[str]] = defaultdict(set)
        for code, given in names.items():
            for name in filter(None, map(folded, given)):
                claims[name].add(code)
        for name, codes in claims.items():
            if len(codes) > 1 or owner.get(name) not in (None, *codes):
                print(f"{name}: of {', '.join(sorted(codes))}; is {owner.get(name, 'left out')}")
            elif name not in owner and name not in taken:
                owner[name] = next(iter(codes))
                found[owner[name]].append(name)
    return found


def state_rows(countries: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Yield country, code and names of every state; of two with one name, the one on the lower level has it."""
    for country in countries:
        states = sorted(pycountry.subdivisions.get(country_code=country) or (), key=lambda each: each.code)
        own = {each.code.partition("-")[2]: each for each in states}
        aliases = listed(STATE_ALIASES.get(country, ""))
        names = {code: list(state_names(country, each.name)) for code, each in own.items()}
        lower = {code: given for code, given in names.items() if own[code].parent_code}
        plain = {code: [without_generic_words(folded(name)) for name in given] for code, given in names.items()}
        codes = {*own, *aliases}
        found = unambiguous((aliases, lower, names, plain), taken={code.lower() for code in codes})
        yield from ((country, code, *found[code]) for code in sorted(codes))


def state_names(country: str, name: str) -> Iterator[str]:
    """Yield the names of a state: in ISO 3166-2, and as iso-codes translates it to the country's languages."""
    for text in dict.fromkeys((name, *(translated(name, language) for language in languages(country)))):
        plain = re.sub(r"\s*[A-Z]{2}-[A-Z0-9]+", "", text).replace("*", "")
        outside, _, inside = plain.partition("[")
        for part in filter(None, (outside.strip(), inside.strip("] "))):
            yield part
            yield part.partition(",")[0]
            if country == "JP" and not part.isascii() and part != "北海道":
                yield part + {"東京": "都", "大阪": "府", "京都": "府"}.get(part, "県")


def languages(country: str) -> list[str]:
    """Return the languages of a country, English included."""
    official = get_official_languages(country, regional=True, de_facto=True)
    return ["en", *("nb_NO" if each in ("no", "nb") else str(each) for each in official)]


def translated(name: str, language: str) -> str:
    """Return the name in a language; unchanged if the catalogue lacks it."""
    return gettext.translation("iso3166-2", pycountry.LOCALES_DIR, [language], fallback=True).gettext(name)


def listed(table: str) -> dict[str, list[str]]:
    """Return names by code of a table `CODE name, other name; CODE name`."""
    found: dict[str, list[str]] = defaultdict(list)
    for entry in filter(None, " ".join(table.split()).split("; ")):
        code, _, names = entry.partition(" ")
        found[code] += names.split(", ")
    return found


def write(table: str, rows: Iterable[tuple[str, ...]]) -> None:
    """Write a table, with a line that says where it comes from."""
    head = "# Made by local/places.py (make places) from CLDR and iso-codes: change that, not this.\n"
    (DATA / table).write_text(head + "".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    main()

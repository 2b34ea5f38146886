"""How exactly a warehouse's regions cover an address: a postcode range beats a state, a state beats a country."""

from collections.abc import Iterable, Iterator
from enum import IntEnum

from packhorse.domain.address import Address
from packhorse.domain.configuration.warehouse import Region
from packhorse.domain.places import country_code
from packhorse.domain.postcodes import US_TERRITORIES, range_end, sorting_key


class Precision(IntEnum):
    """How exactly a region covers an address; greater is better."""

    NONE = 0
    COUNTRY = 1
    STATE = 2
    POSTCODE = 3


def precision(regions: Iterable[Region], address: Address) -> Precision:
    """Return the most exact match of a normalised address; `NONE` if it is outside of all regions."""
    return max((_match(region, address) for region in regions), default=Precision.NONE)


def _match(region: Region, address: Address) -> Precision:
    country = country_code(region.country)
    if not any(country == home and region.state in (None, state) for home, state in _homes(address)):
        return Precision.NONE
    if region.postcode_from or region.postcode_to:
        return Precision.POSTCODE if _is_within(region, country, address.postcode) else Precision.NONE
    return Precision.STATE if region.state else Precision.COUNTRY


def _homes(address: Address) -> Iterator[tuple[str, str]]:
    """Yield country and state; for a US territory both spellings: country `PR`, and state `PR` of `US`."""
    state = address.state.upper()
    yield address.country, state
    if address.country == "US" and state in US_TERRITORIES:
        yield state, ""
    if address.country in US_TERRITORIES:
        yield "US", address.country


def _is_within(region: Region, country: str, code: str) -> bool:
    """Return whether a postcode is within a range.

    An end includes all postcodes that begin with it (`SW9`: `SW9 0AA`); a missing end is open.
    """
    here = sorting_key(country, code)
    low, high = range_end(country, region.postcode_from), range_end(country, region.postcode_to)
    if not here or low == "" or high == "":
        return False
    return (low is None or low <= here[: len(low)]) and (high is None or here[: len(high)] <= high)

"""Warnings about regions that can match no address, or not what they seem to."""

from collections.abc import Iterator

from packhorse.domain.configuration.warehouse import Region
from packhorse.domain.places import country_code, is_country, is_state
from packhorse.domain.postcodes import digits, postal_country, range_end


def region_warnings(region: Region) -> Iterator[str]:
    """Yield what is wrong with a region.

    >>> list(region_warnings(Region(country="DE", postcode_from="20", postcode_to="10")))
    ['its postcodes from 20 to 10 are reversed and match none']
    """
    if not is_country(region.country):
        yield f"there is no country {region.country}"
        return
    country = country_code(region.country)
    if region.state and not is_state(country, region.state):
        yield f"{country} has no state {region.state}"
    yield from _postcode_warnings(region, country)


def _postcode_warnings(region: Region, country: str) -> Iterator[str]:
    malformed = [end for end in (region.postcode_from, region.postcode_to) if end and not _can_match(country, end)]
    yield from (f"{end} is no postcode of {country}, nor the beginning of one" for end in malformed)
    low, high = range_end(country, region.postcode_from), range_end(country, region.postcode_to)
    if low and high and not malformed:
        shared = min(len(low), len(high))
        if low[:shared] > high[:shared]:
            yield f"its postcodes from {region.postcode_from} to {region.postcode_to} are reversed and match none"


def _can_match(country: str, end: str) -> bool:
    key, length = range_end(country, end), digits(postal_country(country))
    return bool(key) and (length is None or (str(key).isdecimal() and len(str(key)) <= length))

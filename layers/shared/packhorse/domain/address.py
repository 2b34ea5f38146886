"""Addresses in one spelling, so that the same place is the same text whoever wrote it.

Countries become ISO 3166 alpha-2, postcodes what their country writes, and states their ISO 3166-2 codes, but for those
that have digits: no carrier knows 13 for Tokyo. What is not recognised stays as it was: a carrier may still make sense
of it.
"""

from packhorse.domain.places import country_code, is_country, state_code, written_state
from packhorse.domain.postcodes import needs_postcode, postal_country, postcode
from packhorse.domain.values import Text, Value

STATE_NEEDED = frozenset({"AU", "BR", "CA", "IN", "MX", "US"})
"""Countries whose carriers want the state beside the postcode."""


class Address(Value):
    """Where a parcel goes; `country` is ISO 3166 alpha-2, `state` the code or the name used there."""

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


def one_line(address: Address | None) -> str:
    """Return an address as one line of text.

    >>> one_line(Address(name="Ada Lovelace", address1="1 Lane", city="Leeds", country="GB"))
    'Ada Lovelace, 1 Lane, Leeds, GB'
    """
    return ", ".join(part for _, part in address if part) if address else "no address"


def normalised(address: Address) -> Address:
    """Return the same address in our spelling; normalising it again changes nothing.

    >>> normalised(Address(country="Great Britain", postcode="sw1a1aa")).postcode
    'SW1A 1AA'
    """
    country = country_code(address.country)
    return address.replace(
        country=country,
        state=written_state(country, address.state),
        postcode=postcode(country, address.postcode),
    )


def with_codes(address: Address) -> Address:
    """Return the address as it is compared with others: normalised, and its state by any name as its code.

    >>> with_codes(Address(country="JP", state="東京都")).state
    '13'
    """
    found = normalised(address)
    return found.replace(state=state_code(found.country, found.state))


def as_stored(address: Address | None, *stored: Address | None) -> Address | None:
    """Return the stored address that is the same in another spelling, else the address itself."""
    if address is None or address == stored[0]:
        return address
    spelled = with_codes(address)
    return next((each for each in stored if each and with_codes(each) == spelled), address)


def postal_spelling(address: Address) -> Address:
    """Return the address with a territory of the United States as their state, where it has that as a country.

    >>> found = postal_spelling(Address(city="San Juan", postcode="00901", country="PR"))
    >>> found.state, found.country
    ('PR', 'US')
    """
    home = postal_country(address.country)
    return address if home == address.country else address.replace(country=home, state=address.country)


def is_usable(address: Address) -> bool:
    """Return whether the address is enough to compare with regions: its country is recognised."""
    return is_country(address.country)


def lacking_fields(address: Address) -> tuple[str, ...]:
    """Return what a carrier needs of an address in its country and it does not have, by the names of the fields.

    >>> lacking_fields(Address(address1="1 Weg", city="Berlin", country="DE"))
    ('postcode',)
    >>> lacking_fields(Address(address1="1 Nathan Road", city="Hong Kong", country="HK"))
    ()
    """
    needed = ["address1", "city"]
    if address.country in STATE_NEEDED:
        needed.append("state")
    if needs_postcode(address.country):
        needed.append("postcode")
    return tuple(name for name in needed if not getattr(address, name).strip())


def is_missing(address: Address | None) -> bool:
    """Return whether an address is missing, or names neither street nor place."""
    return address is None or not any(
        (address.address1, address.address2, address.address3, address.city, address.postcode)
    )


def lacks_destination(address: Address | None) -> bool:
    """Return whether nothing can be sent: the address is missing, or no table has its country."""
    return is_missing(address) or has_unknown_country(address)


def has_unknown_country(address: Address | None) -> bool:
    """Return whether the address names a country that no table has; one without any names none."""
    return address is not None and address.country != "" and not is_country(address.country)

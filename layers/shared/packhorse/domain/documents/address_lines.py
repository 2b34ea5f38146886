"""Addresses as they are printed."""

from packhorse.domain.address import Address
from packhorse.domain.places import state_code

CITY_FIRST = frozenset({"AU", "CA", "IN", "NZ", "US"})
"""Countries that write the place as `Springfield IL 62704`."""
POSTCODE_LAST = frozenset({"GB", "IE"})
"""Countries that write the postcode on a line of its own."""
NUMBERED = frozenset({"JP"})
"""Countries that write the name of a state whose code is a number."""


def address_lines(address: Address | None) -> tuple[str, ...]:
    """Return the lines of an address, without its phone number; the country is its code.

    >>> address_lines(Address(name="Ada", address1="1 Lane", city="Leeds", postcode="LS1 1AA", country="GB"))
    ('Ada', '1 Lane', 'Leeds', 'LS1 1AA', 'GB')
    >>> address_lines(Address(name="Ada", city="Springfield", state="IL", postcode="62704", country="US"))
    ('Ada', 'Springfield IL 62704', 'US')
    >>> address_lines(Address(city="Wien", state="Wien", postcode="1010", country="AT"))
    ('1010 Wien', 'AT')
    >>> address_lines(Address(city="渋谷区", state="東京都", postcode="150-0001", country="JP"))
    ('150-0001 渋谷区 東京都', 'JP')
    """
    if address is None:
        return ()
    street = (address.name, address.company, address.address1, address.address2, address.address3)
    return tuple(filter(None, (*street, *_place(address), address.country)))


def _place(address: Address) -> tuple[str, ...]:
    state = address.state if _is_on_letters(address) else ""
    if address.country in POSTCODE_LAST:
        return address.city, address.postcode
    if address.country in CITY_FIRST:
        return (_joined(address.city, state, address.postcode),)
    return (_joined(address.postcode, address.city, state),)


def _is_on_letters(address: Address) -> bool:
    """Return whether the state is a part of the address: where its code is a number, as in Austria, it is none."""
    has_code = state_code(address.country, address.state).isalpha()
    return address.state.isalpha() and (has_code or address.country in NUMBERED)


def _joined(*parts: str) -> str:
    return " ".join(filter(None, parts))

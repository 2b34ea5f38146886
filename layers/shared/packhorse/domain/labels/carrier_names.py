"""Names of carriers: one carrier has several, such as those of EasyPost's kinds of accounts."""

from collections.abc import Collection, Mapping

ALIASES: Mapping[str, str] = {
    "upsdap": "ups",
    "fedexsmartpost": "fedex",
    "dhl": "dhlexpress",
    "dhlecs": "dhlecommerce",
    "dhlglobalmail": "dhlecommerce",
    "dhlecommerceasia": "dhlecommerce",
    "dpduk": "dpd",
    "lasershipv2": "lasership",
    "ontracv3": "ontrac",
}
"""Other names of carriers, and the one that tables of carriers have, in small letters and digits."""


OWN_ACCOUNT = "default"
"""What EasyPost puts behind the name of a carrier that labels are bought of by its own account there."""


def plain(name: str) -> str:
    """Return the letters and digits of a name.

    >>> plain("Ground Advantage")
    'groundadvantage'
    """
    return "".join(character for character in name.casefold() if character.isalnum())


def carrier_key(name: str) -> str:
    """Return the carrier of a name, as tables of carriers have it.

    >>> carrier_key("UPSDAP"), carrier_key("DHL"), carrier_key("Royal Mail"), carrier_key("FedExDefault")
    ('ups', 'dhlexpress', 'royalmail', 'fedex')
    """
    found = plain(name)
    found = found.removesuffix(OWN_ACCOUNT) or found
    return ALIASES.get(found, found)


def same_carrier(one: str, other: str) -> bool:
    """Return whether two names are of one carrier.

    >>> same_carrier("UPSDAP", "ups"), same_carrier("UPS", "USPS"), same_carrier("DhlEcs", "DHL")
    (True, False, False)
    """
    return carrier_key(one) == carrier_key(other)


def names_meant(name: str, known: Collection[str]) -> tuple[str, ...]:
    """Return which of some names are meant by a name: that name, otherwise all names of its carrier.

    >>> names_meant("ups", ["UPS", "UPSDAP", "USPS"]), names_meant("UPS", ["UPSDAP", "USPS"])
    (('UPS',), ('UPSDAP',))
    """
    exact = tuple(each for each in known if plain(each) == plain(name))
    return exact or tuple(each for each in known if same_carrier(each, name))

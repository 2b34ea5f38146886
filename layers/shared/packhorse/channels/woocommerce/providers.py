"""Carriers as WooCommerce's own fulfillments name them: by a key, of which the store makes a name and a picture."""

from packhorse.domain.labels.carrier_names import carrier_key, plain

KEYS = (
    "acs-courier amazon-logistics an-post aras-kargo australia-post azerpost bartolini-brt belpochta bpost"
    " bulgarian-posts canada-post cdek ceska-posta chronopost correos ctt cyprus-post deutsche-post dhl dpd econt"
    " eimskip elta evri-hermes fan-courier fastway fedex geniki-taxydromiki gls haypost helthjem hrvatska-posta inpost"
    " islandspostur itella kazpost la-poste-colissimo lasership-ontrac latvijas-pasts liechtensteinische-post"
    " magyar-posta makedonska-posta maltapost matkahuolto mondial-relay mpl mrw new-zealand-post nova-poshta omniva"
    " osterreichische-post parcelforce poczta-polska post-luxembourg posta-moldovei posta-romana poste-italiane"
    " poste-san-marino posten-norge-bring postnl postnord purolator royal-mail russian-post sda seur slovenska-posta"
    " spee-dee-delivery startrack swiss-post toll ukrposhta ups usps urgent-cargus yurtici-kargo zasilkovna"
).split()
OF_SEVERAL = {
    "bartolini-brt": ("bartolini", "brt"),
    "evri-hermes": ("evri", "hermes"),
    "la-poste-colissimo": ("laposte", "colissimo"),
    "lasership-ontrac": ("lasership", "ontrac"),
    "posten-norge-bring": ("postennorge", "bring"),
    "dhl": ("dhlexpress", "dhlecommerce", "dhlparcel"),
}
"""Keys that stand for carriers of other names."""

PROVIDERS = {plain(key): key for key in KEYS} | {name: key for key, names in OF_SEVERAL.items() for name in names}
OTHER = "other"
"""The key of a carrier that is shown by its name alone."""


def core_provider(carrier: str) -> str:
    """Return the key of a carrier; empty without one.

    >>> core_provider("Royal Mail"), core_provider("DHL"), core_provider("Hedgehog Express"), core_provider("")
    ('royal-mail', 'dhl', 'other', '')
    """
    return PROVIDERS.get(carrier_key(carrier), OTHER) if carrier else ""

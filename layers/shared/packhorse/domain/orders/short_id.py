"""Short ids of fulfilment orders: what stands on paper, as text and as a barcode, and is scanned or typed.

A short id is the first 40 bits of the order's id in Crockford's base 32, which has no I, L, O and U since they are
mistaken for other characters, a dash, and the fulfilment order's number in the order. It is not unique: among 10 000
open orders two share their 40 bits with a chance of 1 in 22 000, and among a million orders a scan finds a second one
once in a million scans. Whoever looks one up reads every order whose id begins with `order_prefix`, keeps those that
have a fulfilment order of that number at the warehouse, and has a person choose where several remain.
"""

import re
from typing import NamedTuple

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MISREAD = str.maketrans("ILO", "110")
DIGITS, CHARACTERS = 10, 8
WRITTEN = re.compile(rf"([{ALPHABET}]{{{CHARACTERS}}})-?([1-9][0-9]{{0,3}})")


class ShortId(NamedTuple):
    """A short id that was read: the first hexadecimal digits of the order's id, and the fulfilment order's number."""

    order_prefix: str
    number: int


def short_id(order_id: str, number: int) -> str:
    """Return the short id of a fulfilment order.

    >>> short_id("0f" * 16, 2)
    '1W7GY3RF-2'
    """
    bits = int(order_id[:DIGITS], 16)
    return "".join(ALPHABET[(bits >> 5 * place) & 31] for place in reversed(range(CHARACTERS))) + f"-{number}"


def parse_short_id(text: str) -> ShortId | None:
    """Return what a short id names, however it was typed; None for a text that is no short id.

    >>> parse_short_id(" iw7g y3rf-2 ")
    ShortId(order_prefix='0f0f0f0f0f', number=2)
    >>> parse_short_id("MUG-2")
    """
    found = WRITTEN.fullmatch("".join(text.upper().split()).translate(MISREAD))
    if not found:
        return None
    bits = 0
    for character in found[1]:
        bits = bits * len(ALPHABET) + ALPHABET.index(character)
    return ShortId(f"{bits:0{DIGITS}x}", int(found[2]))

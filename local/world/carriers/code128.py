"""Code 128 barcodes: the widths of their bars and spaces."""

WIDTHS = """
212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 123122
123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 232121 111323
131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131
213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122
141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212 124112
124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141
411131 211412 211214 211232
""".split()
"""By value: three bars and three spaces, eleven modules in all."""
STOP = "2331112"
START_B, START_C = 104, 105


def values(text: str) -> list[int]:
    """Return the values of a text: start, characters (pairs of digits if they are all digits), check; no stop.

    >>> values("12"), values("A1")
    ([105, 12, 14], [104, 33, 17, 68])
    """
    if text.isdecimal() and text.isascii() and len(text) % 2 == 0:
        start, inner = START_C, [int(text[place : place + 2]) for place in range(0, len(text), 2)]
    elif all(" " <= character <= "~" for character in text):
        start, inner = START_B, [ord(character) - ord(" ") for character in text]
    else:
        raise ValueError(f"Code 128 has no set for {text!r}")
    check = (start + sum(place * value for place, value in enumerate(inner, 1))) % 103
    return [start, *inner, check]


def modules(text: str) -> str:
    """Return a character a module: 1 is black; without the quiet zones.

    >>> len(modules("12")), modules("12")[-13:]
    (46, '1100011101011')
    """
    widths = "".join(WIDTHS[value] for value in values(text)) + STOP
    return "".join(("1", "0")[place % 2] * int(width) for place, width in enumerate(widths))

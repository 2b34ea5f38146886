"""Letters of five by seven pixels, for labels that are images."""

import unicodedata
from collections.abc import Iterator

WIDTH, HEIGHT, ADVANCE = 5, 7, 6

_GLYPHS = """
A 0E11111F111111|B 1E11111E11111E|C 0E11101010110E|D 1E11111111111E|E 1F10101E10101F|F 1F10101E101010|G 0E11101711110F
H 1111111F111111|I 0E04040404040E|J 0702020202120C|K 11121418141211|L 1010101010101F|M 111B1515111111|N 11191513111111
O 0E11111111110E|P 1E11111E101010|Q 0E11111115120D|R 1E11111E141211|S 0F10100E01011E|T 1F040404040404|U 1111111111110E
V 11111111110A04|W 111111151B1B11|X 11110A040A1111|Y 11110A04040404|Z 1F01020408101F|0 0E11131519110E|1 040C040404040E
2 0E11010608101F|3 1F02040201110E|4 02060A121F0202|5 1F101E0101110E|6 0608101E11110E|7 1F010204080808|8 0E11110E11110E
9 0E11110F01020C|- 0000001F000000|. 00000000000C0C|, 000000000C0408|/ 00010204081000|# 0A0A1F0A1F0A0A|? 0E110102040004
: 000C0C000C0C00|( 02040808080402|) 08040202020408|+ 0004041F040400|& 0C12140815120D|' 04040800000000
"""
GLYPHS = {entry[0]: bytes.fromhex(entry[2:]) for line in _GLYPHS.split("\n") for entry in line.split("|") if entry}
"""The rows of a letter from above, its pixels in the lowest five bits, leftmost first."""
_UNDECOMPOSED = str.maketrans(
    {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ß": "ss", "æ": "ae", "Æ": "AE"}
)


def plain(text: str) -> str:
    """Return the text in ASCII, with `?` for what has no letter there, as printers of labels do.

    >>> plain("Łukasz Müller, 東京")
    'Lukasz Muller, ??'
    """
    decomposed = unicodedata.normalize("NFKD", text.translate(_UNDECOMPOSED))
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return bare.encode("ascii", "replace").decode()


def pixels(text: str) -> Iterator[tuple[int, int]]:
    """Yield the black pixels of a text, as column and row."""
    for place, character in enumerate(plain(text).upper()):
        for row, bits in enumerate(GLYPHS.get(character, b"" if character == " " else GLYPHS["?"])):
            for column in range(WIDTH):
                if bits >> (WIDTH - 1 - column) & 1:
                    yield place * ADVANCE + column, row

"""Characters that no page shows: control characters, and those that turn what follows around."""

import re

CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
FORMATS = r"\u200b\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
ONLY_FORMATS = re.compile(f"[{FORMATS}]")
UNSEEN = re.compile(f"[{CONTROLS}{FORMATS}]")
"""Control characters but tab and line breaks, and characters of format.

Not those that scripts and emoji are written with: joiners, soft hyphens, selectors, and marks of direction, which turn
nothing around.
"""


def unseen_in(text: str) -> str | None:
    r"""Return the name of the first character of a text that no page shows; None without one.

    >>> unseen_in("Ada\u202e"), unseen_in("Ada\nLovelace")
    ('U+202E', None)
    """
    found = UNSEEN.search(text)
    return f"U+{ord(found[0]):04X}" if found else None


def without_unseen(text: str) -> str:
    r"""Return the text without what no page shows; what parts words becomes a blank.

    >>> without_unseen("\u202eAda\x00\u2028Lovelace\ufeff")
    'Ada Lovelace'
    """
    return UNSEEN.sub(_parting, text)


def without_formats(text: str) -> str:
    """Return the text without characters of format, which people do not type; what parts words becomes a blank."""
    return ONLY_FORMATS.sub(_parting, text)


def _parting(found: re.Match[str]) -> str:
    return " " if found[0].isspace() else ""

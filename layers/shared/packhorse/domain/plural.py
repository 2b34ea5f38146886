"""Numbers of things in words."""


def plural(number: int, what: str) -> str:
    """Return a number of things in words.

    >>> plural(1, "unit"), plural(2, "unit")
    ('1 unit', '2 units')
    """
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def agree(number: int, one: str, other: str) -> str:
    """Return the form of a word that goes with a number.

    >>> agree(1, "is", "are"), agree(0, "is", "are")
    ('is', 'are')
    """
    return one if number == 1 else other

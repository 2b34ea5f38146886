"""Numbers of things in words."""


def plural(number: int, what: str) -> str:
    """Return a number of things in words.

    >>> plural(1, "unit"), plural(2, "unit")
    ('1 unit', '2 units')
    """
    return f"{number} {what}" if number == 1 else f"{number} {what}s"

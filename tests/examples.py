"""How many examples of a property are tried: fewer in `make unit`, of each in the same proportion."""

from hypothesis import settings


def times(factor: float, **others: object) -> settings:
    """Return the settings of a property that takes so many times the examples of others."""
    return settings(max_examples=round(factor * settings().max_examples), **others)  # type: ignore[arg-type]  # theirs

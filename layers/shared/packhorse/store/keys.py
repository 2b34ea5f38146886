"""Texts of outside systems as a part of a key: DynamoDB takes no empty key, and no sort key above 1024 bytes."""

MAX_NAME = 200
"""Characters of a name that a record has: four bytes each at most, beside what the key has before them."""


def is_nameable(text: str) -> bool:
    """Return whether a record can be stored under what an outside system calls it; no record has any other name.

    >>> [is_nameable(text) for text in ("gid://shopify/FulfillmentOrder/7", "", "x" * 201)]
    [True, False, False]
    """
    return 0 < len(text) <= MAX_NAME

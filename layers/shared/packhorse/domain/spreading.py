"""Amounts and weights that are spread to the last unit."""

from collections.abc import Sequence


def spread(amount: int, weights: Sequence[int]) -> list[int]:
    """Return the shares of an amount by weight, which add up to it: the largest remainders get what is left.

    >>> spread(100, [1, 1, 1]), spread(10, [0, 3, 1])
    ([34, 33, 33], [0, 8, 2])
    """
    whole = sum(weights)
    shares = [amount * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: (-(amount * weights[index] % whole), index))
    for index in by_remainder[: amount - sum(shares)]:
        shares[index] += 1
    return shares

"""Our secrets in what outside systems say: blanked before it is quoted."""

import json
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

SHORTEST_SECRET = 4
"""Shorter ones are not blanked: they are in any text by chance."""


def blanked(text: str, secrets: Iterable[str]) -> str:
    """Return the text with each secret replaced, also in the forms that JSON and URLs give it.

    >>> blanked("you sent Bearer a/secret and a%2Fsecret", ["a/secret"])
    'you sent Bearer *** and ***'
    """
    forms = {form for secret in secrets if len(secret) >= SHORTEST_SECRET for form in _forms(secret)}
    for form in sorted(forms, key=len, reverse=True):  # a token that holds a shorter one is blanked as a whole
        text = text.replace(form, "***")
    return text


def _forms(secret: str) -> tuple[str, ...]:
    as_json = json.dumps(secret)[1:-1]
    return secret, as_json, as_json.replace("/", "\\/"), quote(secret, safe=""), quote(secret), quote_plus(secret)

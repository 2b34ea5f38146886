"""Addresses are split in one place, which no text makes fail."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from packhorse.domain.configuration.web_address import address_error, origin_of, split_url


@given(st.text(st.characters(), max_size=30), st.sampled_from(["", "https://", "http://[", "https://[::1]:"]))
@example("[x]", "https://")
@example("[::1", "https://")
@example("[v1.x]", "https://")
def test_no_text_makes_it_fail(text: str, before: str) -> None:
    url = before + text

    assert isinstance(split_url(url).path, str)
    assert isinstance(origin_of(url), str)
    assert address_error(url, local_allowed=True) is None or "://" not in origin_of(None)


@pytest.mark.parametrize("url", ["https://[x]", "https://[::1", ""])
def test_what_is_no_address_is_refused(url: str) -> None:
    assert address_error(url, local_allowed=True) == "is not the address of a host"


def test_the_product_splits_addresses_nowhere_else() -> None:
    files = [each for root in ("layers/shared", "functions") for each in Path(root).rglob("*.py")]
    splitting = [each.name for each in files if {"urlsplit", "urlparse"} & set(_words(each))]

    assert splitting == ["web_address.py"]


def _words(file: Path) -> list[str]:
    return file.read_text().replace("(", " ").replace(",", " ").split()

"""Listings of a channel, page by page, and all of them."""

from collections.abc import Callable, Iterator

from packhorse.channels.protocol import Connecting, ListingFound, ListingPage


def listing_pages(connecting: Callable[[], Connecting]) -> Iterator[ListingPage]:
    """Yield the pages; the next one is read only once it is wanted, by what `connecting` returns then."""
    page = connecting().listings(None)
    yield page
    while page.next:
        page = connecting().listings(page.next)
        yield page


def all_listings(connecting: Callable[[], Connecting]) -> list[ListingFound]:
    """Return the listings of all pages."""
    return [each for page in listing_pages(connecting) for each in page.items]

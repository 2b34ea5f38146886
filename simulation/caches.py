"""What the code keeps between invocations of a process."""

from packhorse.aws import secrets, user_pool
from packhorse.channels.amazon import login as amazon_login
from packhorse.channels.ebay import login as ebay_login
from packhorse.channels.ebay.notifications import clear_keys
from packhorse.channels.shopify import login
from packhorse.store import call_rates, configuration
from packhorse.usecases.intake import record_event
from packhorse.usecases.operations import record_lag


def clear_caches() -> None:
    """Forget all of it, as a new process has."""
    configuration.cached = None
    secrets._cached_credentials.clear()
    record_event.recorded.clear()
    record_lag.recorded.clear()
    user_pool._cached.clear()
    login.clear_tokens()
    call_rates.newest.clear()
    amazon_login.clear_tokens()
    ebay_login.clear_tokens()
    clear_keys()

"""The demo: every way in and every way out of the local stack, once."""

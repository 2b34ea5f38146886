"""Channels: connected, paused, watched, and what they are sent of their orders."""

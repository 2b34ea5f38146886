"""Orders: how they come in, change, ship and end."""

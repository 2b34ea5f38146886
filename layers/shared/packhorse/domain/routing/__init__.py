"""Which warehouse ships which line; knows nothing of orders."""

"""Products and listings, and which of them the lines of orders mean."""

"""Products, kits, listings, and what channels may sell of them."""

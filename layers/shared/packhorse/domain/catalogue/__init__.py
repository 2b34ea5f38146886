"""Products, kits, listings, and the quantities that are published of them."""

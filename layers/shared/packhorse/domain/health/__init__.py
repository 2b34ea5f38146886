"""How the business does: orders of each hour, and how far behind channels and suppliers are."""

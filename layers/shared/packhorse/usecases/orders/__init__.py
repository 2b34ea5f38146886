"""What people and the system do with an order as a whole, and with the buyer's data."""

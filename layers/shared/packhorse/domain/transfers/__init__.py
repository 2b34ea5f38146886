"""Transfer orders: goods that go from one warehouse to another."""

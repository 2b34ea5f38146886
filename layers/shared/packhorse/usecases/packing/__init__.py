"""The packing bench: boxes, merged parcels, and the papers that go with them."""

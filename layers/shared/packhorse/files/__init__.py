"""CSV files of orders: read as a stream, surveyed, turned into orders batch by batch, reported on."""

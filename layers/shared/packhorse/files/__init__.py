"""CSV files of orders and of stock: read as a stream, applied in batches, with a report."""

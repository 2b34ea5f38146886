"""CSV files of stock."""

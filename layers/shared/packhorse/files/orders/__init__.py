"""CSV files of orders."""

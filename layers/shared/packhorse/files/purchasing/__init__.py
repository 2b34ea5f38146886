"""CSV files of purchase orders and of their receipts."""

"""Files that come back from suppliers, read by layouts that are data."""

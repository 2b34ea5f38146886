"""Stock as arithmetic: goods, movements, adjustments."""

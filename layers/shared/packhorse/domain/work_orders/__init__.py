"""Work orders: units of a product that are built of components, or taken apart again."""

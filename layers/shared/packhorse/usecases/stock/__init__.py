"""Stock of the shelves: adjusted, read, published to channels, compared with what these show."""

"""Stock of the shelves: adjusted, read, forwarded and published to channels, compared with what these show."""

"""Long and wide: a thousand people at once, ten thousand messages. Run by `make soak`."""

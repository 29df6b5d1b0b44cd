"""The rules of the house, kept by tests: sizes, names, imports, packaging, what may not be said."""

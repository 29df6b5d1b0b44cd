"""The tests of Amity, by room. A package, so that its name cannot be taken by another's `tests`."""

"""The answers to the words a person can use, by subject."""

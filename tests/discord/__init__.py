"""Tests of the Discord adapter, with the real library against a Discord of our own."""

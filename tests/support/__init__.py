"""Helpers that the tests share: programs to start, servers to talk to, and what each of them needs.

Most tests want the fixtures of `tests/conftest.py`, which are built from these.
"""

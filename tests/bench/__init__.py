"""Benchmarks: each measures something of ours beside a yardstick, in the same run.

A benchmark is a module `bench_<name>.py` here with a function `main()` that prints what it found;
its docstring's first line says what it measures. `python -m tests.bench` runs all of them, or those
whose names are given, each in a process of its own so that none pays for another's imports.
"""

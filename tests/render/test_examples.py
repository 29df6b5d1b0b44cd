"""Each function that outside authors use shows one example, and it is true."""

import doctest
import importlib
import inspect
from types import FunctionType

import pytest

from amity import adapter, markup, message, render, sealed

FUNCTIONS = [
    (name, found)
    for name in render.__all__
    if isinstance(found := getattr(render, name), FunctionType)
]


@pytest.mark.parametrize("name, function", FUNCTIONS)
def test_its_example_is_true(name: str, function: FunctionType) -> None:
    known = {**vars(sealed), **vars(message), **vars(markup), **vars(adapter), **vars(render)}
    module = importlib.import_module(function.__module__)
    tests = doctest.DocTestFinder(recurse=False).find(function, name, module, known)
    assert sum(len(test.examples) for test in tests) >= 1, "it has no example"
    for test in tests:
        results = doctest.DocTestRunner().run(test)
        assert results.failed == 0
    assert inspect.getdoc(function)

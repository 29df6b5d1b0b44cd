"""A manifest whose module imports what only its adapter needs."""

import hypothesis

from amity.adapter import AdapterFactory, Manifest
from tests.kit.plaza_manifest import PLAZA, Config


def _load() -> AdapterFactory:
    assert hypothesis.__version__
    return PLAZA.load()


HEAVY = Manifest(name="heavy", realm="heavy", config=Config, load=_load)

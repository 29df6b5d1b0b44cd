"""The kit passes on adapters that keep the contract, with everything and with little."""

import pytest

from amity.testing import AdapterKit
from tests.kit.plaza import Plaza
from tests.kit.plaza_manifest import PLAZA


class TestPlaza(AdapterKit):
    """An adapter that can everything."""

    manifest = PLAZA

    @pytest.fixture
    def platform(self) -> Plaza:
        return Plaza()

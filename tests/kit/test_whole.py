"""The kit passes on adapters that keep the contract, with everything and with little."""

import pytest

from amity.testing import AdapterKit, World
from tests.kit.plaza import Plaza
from tests.kit.plaza_manifest import PLAZA


class TestPlaza(AdapterKit):
    """An adapter that can everything."""

    manifest = PLAZA

    @pytest.fixture
    def platform(self) -> Plaza:
        return Plaza()

    @pytest.mark.xfail(strict=True, reason="the core forgets an edit once it is answered")
    async def test_an_edit_that_is_delivered_twice_is_answered_once(self, world: World) -> None:
        await super().test_an_edit_that_is_delivered_twice_is_answered_once(world)

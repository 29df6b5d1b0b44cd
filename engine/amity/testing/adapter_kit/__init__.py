"""What every adapter has to do, as tests. Subclass the kit, give it a platform, run pytest.

::

    class TestLines(AdapterKit):
        manifest = LINES

        @pytest.fixture
        async def platform(self) -> AsyncIterator[FakeLines]:
            async with FakeLines() as platform:
                yield platform

Each test starts a whole Amity in this process, with the adapter on the platform that the fixture
makes (see ``amity.testing.platform``), and plays people on it. What a manifest declares is shown to
work, what it does not declare is shown to be not used, and a failure says in one sentence what is
wrong. The tests are coroutines: run them with pytest-asyncio.
"""

from amity.testing.adapter_kit.base import ALWAYS, NEEDS, Need
from amity.testing.adapter_kit.faults import FaultKit
from amity.testing.adapter_kit.gate import GateKit
from amity.testing.adapter_kit.groups import GroupKit
from amity.testing.adapter_kit.media import MediaKit
from amity.testing.adapter_kit.people import Person
from amity.testing.adapter_kit.privacy import PrivacyKit
from amity.testing.adapter_kit.restarts import RestartKit
from amity.testing.adapter_kit.shown import ShownKit
from amity.testing.adapter_kit.talk import TalkKit
from amity.testing.adapter_kit.told import ToldKit
from amity.testing.adapter_kit.world import World

__all__ = ["ALWAYS", "NEEDS", "AdapterKit", "Need", "Person", "World"]


class AdapterKit(
    GateKit,
    TalkKit,
    RestartKit,
    FaultKit,
    ToldKit,
    ShownKit,
    MediaKit,
    GroupKit,
    PrivacyKit,
):
    """The contract of ``amity.adapter.Adapter``, sentence by sentence."""

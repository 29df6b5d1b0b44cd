"""What every store has to do, as tests. Subclass the kit, give it a store, run pytest.

::

    class TestMyStore(StoreKit):
        @pytest.fixture
        async def store(self):
            store = await MyStore.open(..., self.datamap)
            yield store
            await store.aclose()

The tests are coroutines: run them with pytest-asyncio and ``asyncio_mode = auto``.
"""

from amity.testing.store_kit_reading import ReadingKit
from amity.testing.store_kit_together import TogetherKit
from amity.testing.store_kit_writing import WritingKit

__all__ = ["StoreKit"]


class StoreKit(ReadingKit, WritingKit, TogetherKit):
    """The contract of ``amity.store.contract.Store``, sentence by sentence."""

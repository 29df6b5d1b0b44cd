"""The kit passes on adapters that keep the contract, with everything and with little."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import ClassVar

import pytest

from amity.testing import AdapterKit, HasCredentials, HasFaults, HasOutages
from amity_web import Web
from tests.kit.folder_platform import FolderPlatform
from tests.kit.plaza import Plaza
from tests.kit.plaza_manifest import PLAZA
from tests.kit.web_platform import WebPlatform, browsers
from tests.support.sample_adapter.amity_sample import SAMPLE, WHISPERING


class TestPlaza(AdapterKit):
    """An adapter that can everything."""

    manifest = PLAZA

    @pytest.fixture
    def platform(self) -> Plaza:
        return Plaza()


class FolderKit(AdapterKit):
    """An adapter with two methods, over a folder that shows lines and no files."""

    drafts = False
    lacks: ClassVar = {
        HasFaults: "a line can always be written to a file that is there",
        HasCredentials: "whoever can read the folder is let in",
    }

    @pytest.fixture
    def platform(self, tmp_path: Path) -> FolderPlatform:
        return FolderPlatform(tmp_path / "folder", drafts=self.drafts)


@pytest.mark.soak  # what it can is a part of what the next one can
class TestSample(FolderKit):
    """The least that an adapter can be."""

    manifest = SAMPLE


class TestDraftingSample(FolderKit):
    """One on which a reply that grows is a message that changes."""

    manifest = SAMPLE
    drafts = True


@pytest.mark.soak  # what it alone can is shown by tests/promises/test_groups.py, too
class TestWhispering(FolderKit):
    """One on which a message in a group can be shown to one person."""

    manifest = WHISPERING


class TestWeb(AdapterKit):
    """The chat page, whose clients read the journal."""

    manifest = Web
    lacks: ClassVar = {
        HasOutages: "nothing lies between the page and Amity that could keep a message: the page"
        " itself sends it again",
        HasFaults: "sending is only the news of what stands in the journal, and cannot fail",
        HasCredentials: "the page is Amity's own; there is nobody to let it in",
    }

    @pytest.fixture
    async def platform(self) -> AsyncIterator[WebPlatform]:
        async with browsers() as platform:
            yield platform

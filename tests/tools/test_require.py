"""A lack is a skip with the way out of it, and a failure where it was said to be compulsory."""

import pytest

from tests.support import require as needs


@pytest.fixture
def _nothing_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("AMITY_REQUIRE", raising=False)


@pytest.mark.usefixtures("_nothing_there")
def test_a_lack_is_a_skip_that_says_how_to_get_it() -> None:
    with pytest.raises(pytest.skip.Exception) as skipped:
        needs.require("browser")
    assert "apt-get install chromium" in str(skipped.value)


@pytest.mark.usefixtures("_nothing_there")
def test_a_lack_that_was_ruled_out_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMITY_REQUIRE", "mongo, node")
    with pytest.raises(pytest.fail.Exception, match="no node on the PATH"):
        needs.require("node")
    with pytest.raises(pytest.skip.Exception):
        needs.require("browser")


def test_a_misspelt_requirement_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMITY_REQUIRE", "browser,mnogo")
    with pytest.raises(pytest.UsageError, match="mnogo"):
        needs.required()

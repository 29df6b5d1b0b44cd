"""Special categories of data are found in what people say of themselves and of others."""

import pytest

from amity.safety.special import SpecialCategory, special_categories
from tests.safety.special_cases import HELD, NOT_HELD

_PAIRS = [(kind, line) for kind, lines in HELD.items() for line in lines.splitlines()]
_NUMBERS = [f"{kind}-{number}" for number, (kind, _) in enumerate(_PAIRS)]
_CLEAR = NOT_HELD.splitlines()


@pytest.mark.parametrize("kind,line", _PAIRS, ids=_NUMBERS)
def test_it_is_found(kind: str, line: str) -> None:
    assert SpecialCategory(kind) in special_categories(line)


@pytest.mark.parametrize("line", _CLEAR, ids=map(str, range(len(_CLEAR))))
def test_ordinary_talk_holds_none(line: str) -> None:
    assert special_categories(line) == ()


def test_every_kind_has_cases() -> None:
    assert set(HELD) == {kind.value for kind in SpecialCategory}

"""Special categories of data are found in what people say of themselves and of others."""

import pytest

from amity.safety.special import SpecialCategory, special_categories, special_in_name
from tests.safety.special_cases import HELD, NAMES, NAMES_OF_A_KIND, NOT_HELD

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


@pytest.mark.parametrize("name", NAMES_OF_A_KIND, ids=map(str, range(len(NAMES_OF_A_KIND))))
def test_a_name_may_hold_one_too(name: str) -> None:
    assert special_in_name(name)


@pytest.mark.parametrize("name", NAMES, ids=map(str, range(len(NAMES))))
def test_a_name_that_sounds_like_one_is_a_name(name: str) -> None:
    assert special_in_name(name) == ()

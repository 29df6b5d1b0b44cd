"""Recovery codes: readable, forgiving, and a slip of the pen is noticed."""

import random

import pytest

from amity.people.codes import new_key, new_recovery_code, normalise_recovery_code


def test_a_code_is_seven_groups_of_four() -> None:
    code = new_recovery_code()
    assert [len(group) for group in code.split("-")] == [4] * 7
    assert normalise_recovery_code(code) == code.replace("-", "")


def test_codes_differ() -> None:
    assert len({new_recovery_code() for _ in range(200)}) == 200
    assert len({new_key() for _ in range(200)}) == 200


@pytest.mark.parametrize("seed", range(20))
def test_how_it_is_written_down_makes_no_difference(seed: int) -> None:
    code = new_recovery_code()
    letters = code.replace("-", "")
    dice = random.Random(seed)
    alike = {"0": "oOоО0", "1": "iIlL1", "A": "аА", "K": "кК", "H": "НH", "X": "хx", "E": "еЕ"}
    written = "".join(dice.choice(alike.get(c, c + c.lower())) for c in letters)
    spaced = " ".join(written[i : i + 4] for i in range(0, 28, 4))
    assert normalise_recovery_code(f"  {spaced}\n") == letters
    assert normalise_recovery_code(spaced.replace(" ", "–")) == letters


def test_one_wrong_letter_is_noticed() -> None:
    letters = new_recovery_code().replace("-", "")
    noticed = 0
    for place in range(28):
        wrong = "7" if letters[place] != "7" else "8"
        if normalise_recovery_code(letters[:place] + wrong + letters[place + 1 :]) is None:
            noticed += 1
    # A checksum of 12 bits misses one in 4096.
    assert noticed >= 27


@pytest.mark.parametrize("text", ["", "-", "7" * 27, "7" * 29, "U" * 28, "é" * 28, "7" * 100_000])
def test_what_is_no_code_is_none(text: str) -> None:
    assert normalise_recovery_code(text) is None

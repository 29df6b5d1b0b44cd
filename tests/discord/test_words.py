"""The pure parts: what people write as words, buttons as ids, words as Discord's own Markdown."""

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.markup import TextUnit
from amity.message import Button, Buttons
from amity.render import fit
from amity_discord import DIALECT
from amity_discord.custom_ids import LONGEST, CustomIds, Pressed
from amity_discord.from_discord import words_of
from amity_discord.places import milliseconds_of, snowflake_of
from amity_discord.to_discord import first_words, nonce_of, rows_of, written_words

ME = 42

WORDS = st.text(st.characters(blacklist_categories=["Cs"]), max_size=60)
COMMANDS = st.text(string.ascii_lowercase + string.digits + "_", min_size=1, max_size=40)


@pytest.mark.parametrize(
    "written, heard",
    [
        ("<@42> hello", "hello"),
        ("<@!42>, hello", "hello"),
        ("hello <@42>!", "hello!"),
        ("so <@42> tell me", "so tell me"),
        ("<@42> <@42>\nhello", "hello"),
        ("<@42>", ""),
        ("<@42> is <@7> here?", "is @someone here?"),
        ("<@&9> in <#8>", "@some-role in #some-channel"),
        ("</help me:123> <:wave:77> <a:dance:78>", "/help me :wave: :dance:"),
        ("at <t:0:R> or <t:99999999999>", "at 1970-01-01 00:00 UTC or 5138-11-16 09:46 UTC"),
        ("a < b and <b> and <@> and <#x>", "a < b and <b> and <@> and <#x>"),
        ("<id:customize>", "#some-channel"),
        ("first line\n<@42>\nlast", "first line\n\nlast"),
    ],
)
def test_marks_become_words_without_ids(written: str, heard: str) -> None:
    assert words_of(written, me=ME) == heard


@given(WORDS, st.integers(0, 2**63), WORDS)
def test_no_id_is_left_of_any_mention(before: str, id: int, after: str) -> None:
    for mark in (f"<@{id}>", f"<@!{id}>", f"<@&{id}>", f"<#{id}>", f"<a:x_1:{id}>", f"</go:{id}>"):
        heard = words_of(f"{before}{mark}{after}", me=ME)
        plain = re.findall(r"\d+", before + after + "x_1")
        assert str(id) not in heard or any(str(id) in one for one in plain) or id < 10


@given(WORDS)
def test_words_without_marks_stay_as_they_are(text: str) -> None:
    text = text.replace("<", "(")
    assert words_of(text, me=ME) == text.strip()


@given(COMMANDS, WORDS, st.booleans(), st.booleans())
def test_a_button_comes_back_as_it_was_made(
    command: str, argument: str, modal: bool, quiet: bool
) -> None:
    ids = CustomIds("secret")
    made = ids.make(command, argument, modal=modal, quiet=quiet)
    if made is None:
        assert len(command) + len(argument) + 15 > LONGEST
        return
    assert len(made) <= LONGEST
    assert ids.read(made, person="1", modal=modal) == Pressed(command, argument, quiet)
    assert ids.read(made, person="1", modal=not modal) is None
    assert CustomIds("another").read(made, person="1", modal=modal) is None


@given(COMMANDS, st.text(max_size=30))
def test_a_button_for_one_person_is_good_for_nobody_else(command: str, argument: str) -> None:
    ids = CustomIds("secret")
    made = ids.make(command, argument, person="7", quiet=True)
    assert made is not None
    assert ids.read(made, person="7") == Pressed(command, argument, quiet=True)
    assert ids.read(made, person="8") is None


@given(st.text(max_size=120), st.integers(0, 60), st.characters())
def test_a_forged_button_is_good_for_nobody(any_text: str, place: int, other: str) -> None:
    ids = CustomIds("secret")
    assert ids.read(any_text, person="7") is None
    made = ids.make("delete_me", "yes", person="7")
    assert made is not None
    place %= len(made)
    forged = made[:place] + other + made[place + 1 :]
    if forged != made:
        assert ids.read(forged, person="7") is None


@given(
    st.lists(
        st.lists(
            st.builds(Button, label=WORDS, command=COMMANDS, argument=st.text(max_size=100)),
            max_size=8,
        ),
        max_size=8,
    )
)
def test_every_button_is_shown_or_typed_and_discord_takes_what_is_shown(
    rows: list[list[Button]],
) -> None:
    ids = CustomIds("secret")
    shown, typed = rows_of(Buttons(tuple(tuple(row) for row in rows)), ids, person="")
    assert len(shown) <= 5
    made = [one["custom_id"] for row in shown for one in row["components"]]
    assert len(set(made)) == len(made)
    assert all(1 <= len(row["components"]) <= 5 for row in shown)
    assert all(1 <= len(one["label"]) <= 80 for row in shown for one in row["components"])
    there = {ids.read(one, person="") for one in made}
    there |= {Pressed(button.command, button.argument) for button in typed}
    assert there == {Pressed(b.command, b.argument, b.private) for row in rows for b in row}


@given(st.text(max_size=60))
def test_a_nonce_fits_and_is_the_same_again(id: str) -> None:
    assert len(nonce_of(id)) == 25
    assert nonce_of(id) == nonce_of(id) != nonce_of(f"{id}.")


@given(st.integers(1_420_070_400_001, 4_000_000_000_000))
def test_times_and_ids_agree(milliseconds: int) -> None:
    assert milliseconds_of(snowflake_of(milliseconds)) == milliseconds - 1
    assert milliseconds_of(snowflake_of(milliseconds) + 1) == milliseconds


@pytest.mark.parametrize(
    "markdown, written",
    [
        ("**bold** and *soft*", "**bold** and *soft*"),
        ("__bold__", "**bold**"),
        ("<@7> and ||hidden||", r"\<@7> and \|\|hidden\|\|"),
        ("snake_case_name", r"snake\_case\_name"),
    ],
)
def test_words_are_written_as_discord_reads_them(markdown: str, written: str) -> None:
    assert written_words(markdown) == written


@given(st.text(max_size=3000), st.integers(1, 4))
def test_a_growing_text_always_fits_one_message(piece: str, times: int) -> None:
    text = "\n\n".join([piece] * times)
    shown = first_words(text)
    assert len(shown) <= 2000
    pieces = fit(text, limit=2000, unit=TextUnit.CODE_POINTS, markup=DIALECT)
    assert shown == written_words(pieces[0])

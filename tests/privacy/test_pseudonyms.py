"""Names leave as placeholders and come back, however the stream is cut."""

import unicodedata

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from amity.privacy.pseudonyms import PLACEHOLDER, Pseudonyms
from amity.sealed import SealedText


def named(name: str | None, *known: str) -> Pseudonyms:
    sealed = None if name is None else SealedText(name)
    return Pseudonyms(sealed, [SealedText(k) for k in known])


def streamed(names: Pseudonyms, pieces: list[str]) -> str:
    restorer = names.restorer()
    return "".join([restorer.feed(piece) for piece in pieces]) + restorer.finish()


@pytest.mark.parametrize(
    "name, text, hidden",
    [
        ("Katrin", "I am Katrin.", "I am [NAME_1]."),
        ("Katrin", "katrin, KATRIN and Katrin's", "[NAME_1], [NAME_1] and [NAME_1]'s"),
        ("Katrin", "Katrina and SuperKatrin stay", "Katrina and SuperKatrin stay"),
        ("Katrin", "@katrin_k", "@[NAME_1]_k"),
        ("Anna Maria", "Anna  Maria, or Anna", "[NAME_1], or [NAME_1]"),
        ("Will", "Will you? I will. Ask Will!", "[NAME_1] you? I will. Ask [NAME_1]!"),
        ("Маша", "Это Маша, у маши, о Маше, с Машей. Маш!", "Это {0}, у {0}, о {0}, с {0}. {0}!"),
        ("Маша", "машина и Машенька", "машина и Машенька"),
        ("Андрей", "андрею, Андреем, Андрея", "{0}, {0}, {0}"),
        ("Игорь", "Игорю, с Игорем", "{0}, с {0}"),
        ("Павел", "Павла и павлом", "{0} и {0}"),
        ("Алёна", "Алена и Алёну", "{0} и {0}"),
        ("Любовь", "Любовь зла, но любовь есть", "{0} зла, но любовь есть"),
        ("小明", "我叫小明。小明今天来", "我叫{0}。{0}今天来"),
        ("José", unicodedata.normalize("NFD", "José!"), "{0}!"),
        ("Jose", unicodedata.normalize("NFD", "José!"), unicodedata.normalize("NFD", "José!")),
        ("R2-D2", "r2-d2 beeps", "{0} beeps"),
        ("a.c", "abc a.c", "abc {0}"),
        ("X", "X is left: it names nobody", "X is left: it names nobody"),
        ("★", "a ★ too", "a ★ too"),
        ("", "nothing", "nothing"),
    ],
)
def test_whole_words_in_any_case_and_form_are_hidden(name: str, text: str, hidden: str) -> None:
    assert named(name).hide(text) == hidden.replace("{0}", PLACEHOLDER)


@pytest.mark.parametrize(
    "name, text, hidden",
    [
        # An everyday word is the name in capitals, where somebody says who they are, and alone.
        ("Mark", "MARK here", "{0} here"),
        ("Grace", "GRACE", "{0}"),
        ("Mark", "hi, my name is mark, ok?", "hi, my name is {0}, ok?"),
        ("Mark", "My name\u2019s mark. im  mark", "My name\u2019s {0}. im  {0}"),
        ("Grace", "I'm grace; call me grace!", "I'm {0}; call me {0}!"),
        ("Mark", "mark", "{0}"),
        ("Mark", " mark! ", " {0}! "),
        ("Mark", "Well. mark here, it's mark speaking", "Well. {0} here, it's {0} speaking"),
        ("Роман", "меня зовут роман", "меня зовут {0}"),
        ("Вера", "Зови меня верой, я вера.", "Зови меня {0}, я {0}."),
        ("Роман", "РОМАНА нет", "{0} нет"),
        ("Mark Twain", "MARK TWAIN; MARK; call me twain", "{0}; {0}; call me {0}"),
        # And a word everywhere else.
        ("Mark", "mark my words, I'll mark it", "mark my words, I'll mark it"),
        ("Grace", "say grace", "say grace"),
        ("Will", "i will, and my will is mine", "i will, and my will is mine"),
        ("Happy", "i'm happy and i am happy", "i'm happy and i am happy"),
        ("Rich", "im rich", "im rich"),
        ("Summer", "it's summer. this is summer", "it's summer. this is summer"),
        ("Роман", "читаю роман, в романе", "читаю роман, в романе"),
        ("Вера", "вера в себя", "вера в себя"),
        ("Рада", "я рада.", "я рада."),
        ("Роман", "я роман читаю", "я роман читаю"),
        # What a phone makes of it, or leaves out.
        ("O'Brien", "O\u2019Brien, o`brien, OBrien", "{0}, {0}, {0}"),
        ("O\u2019Brien", "O'Brien's", "{0}'s"),
        ("Anna-Maria", "Anna\u2011Maria, Anna, maria", "{0}, {0}, maria"),
        ("José", "Jose and jose", "{0} and {0}"),
        ("Rosé", "Rose, a rose", "{0}, a rose"),
        # Handles.
        ("Anna", "im anna92, Anna_1992, anna19920514", "im {0}92, {0}_1992, {0}19920514"),
        ("Mark", "mark92 but mark2 and mark 92", "{0}92 but mark2 and mark 92"),
        ("Anna", "annab92 and an92", "annab92 and an92"),
        ("R2", "r22 and r2", "r22 and {0}"),
        # Russian cases, vowels that go among them.
        ("Лев", "Льва, Льву, Львом, о Льве, ЛЬВА", "{0}, {0}, {0}, о {0}, {0}"),
        ("Лев", "лев и львы", "лев и львы"),
        ("Павел", "Павла, павлу, Павлом, о Павле", "{0}, {0}, {0}, о {0}"),
        ("Пётр", "Петра, Пётра, петром", "{0}, {0}, {0}"),
        ("Ольга", "Ольгу, Ольге, ольгой", "{0}, {0}, {0}"),
        ("Илья", "Илью, Ильи, Илье, Ильёй, ильей", "{0}, {0}, {0}, {0}, {0}"),
        ("Любовь", "Любови, Любовью", "{0}, {0}"),
        ("Ян", "Яна, яну, Яном", "{0}, {0}, {0}"),
        ("Оля", "Оль, у Оли, оль", "{0}, у {0}, оль"),
        ("Ёж", "ежа, Ежом, ежик", "{0}, {0}, ежик"),
        ("Витек", "Витька и Витьке", "{0} и {0}"),
        ("Анна-Мария", "Анне-Марии, Марии", "{0}-{0}, {0}"),
        ("Достоевский", "Достоевского, Достоевским", "{0}, {0}"),
        ("Крупская", "Крупской, Крупскую", "{0}, {0}"),
    ],
)
def test_the_ways_in_which_people_write_their_name(name: str, text: str, hidden: str) -> None:
    assert named(name).hide(text) == hidden.replace("{0}", PLACEHOLDER)


NAMES = ["Katrin", "Mark", "O'Brien", "Anna Maria", "José", "Лев", "Роман", "Пётр", "小明"]


@given(st.sampled_from(NAMES), st.text(max_size=20), st.text(max_size=20))
def test_a_name_in_capitals_is_hidden_wherever_it_stands(
    name: str, before: str, after: str
) -> None:
    assume(not unicodedata.combining(after[:1] or "a"))
    assert PLACEHOLDER in named(name).hide(f"{before} {name.upper()} {after}")


@given(st.sampled_from(NAMES), st.integers(10, 10**8 - 1), st.booleans())
def test_a_name_with_a_number_behind_it_is_hidden(name: str, number: int, small: bool) -> None:
    assume(not name.isascii() or name[-1].isalpha())
    handle = f"{name.lower() if small else name}{number}"
    assert named(name).hide(f"I am {handle} there") == f"I am {PLACEHOLDER}{number} there"


@given(
    st.sampled_from(["mark", "grace", "роман", "вера", "will", "summer"]),
    st.lists(st.sampled_from(["the", "a", "of", "to", "и", "в", "без", "my", "is"]), min_size=1),
    st.lists(st.sampled_from(["of", "and", "в", "и", "мой", "words", "."]), min_size=1),
)
def test_an_everyday_word_among_others_is_no_name(
    word: str, before: list[str], after: list[str]
) -> None:
    assume("name is" not in " ".join(before))
    text = f"{' '.join(before)} {word} {' '.join(after)}"
    assert named(word.capitalize()).hide(text) == text


INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u202e\u034f\ufe0f"


@pytest.mark.parametrize("char", INVISIBLE)
def test_what_nobody_sees_in_a_name_hides_it_from_nobody(char: str) -> None:
    parted = char.join("Katrin")
    names = named("Katrin")
    assert names.hide(f"I am {parted}.") == "I am [NAME_1]."
    assert names.hide(f"so{char} Kat{char}rin{char}, hi") == f"so{char} [NAME_1]{char}, hi"
    assert names.hide(f"no{char} name") == f"no{char} name"
    assert named("Анна Мария").hide(f"это Ан{char}на {char}Мария") == "это [NAME_1]"
    assert named(parted).hide("I am Katrin") == "I am [NAME_1]"
    assert named("Маша").hide(f"о М{char}аше") == "о [NAME_1]"


def test_what_nobody_sees_elsewhere_stays() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert named("Katrin").hide(f"{family} Katrin {family}") == f"{family} [NAME_1] {family}"
    assert named("\u06cc\u0633\u200c\u0646").hide("\u06cc\u0633\u200c\u0646") == PLACEHOLDER


def test_other_known_names_have_their_own_placeholders() -> None:
    names = named("Katrin", "Bartholomew")
    hidden = names.hide("Katrin and bartholomew")
    assert hidden == "[NAME_1] and [NAME_2]"
    assert names.restore(hidden) == "Katrin and Bartholomew"


@pytest.mark.parametrize(
    "name, known, text, hidden",
    [
        ("Anna", "Anna Maria", "Anna Maria, or Anna, or Maria", "{2}, or {1}, or {2}"),
        ("Anna Maria", "Anna", "Anna Maria, or Anna, or Maria", "{1}, or {2}, or {1}"),
        ("Anna", "Anna-Maria", "anna-maria and Anna", "{2} and {1}"),
        ("Annabeth", "Annabeth Lee", "annabeth lee and Annabeth", "{2} and {1}"),
        ("Аня", "Анна", "Аню звали Анной", "{1} звали {2}"),
        (None, "Annabeth", "I'm Annabeth", "I'm {2}"),
    ],
)
def test_a_name_that_is_part_of_another_leaves_nothing_of_it(
    name: str | None, known: str, text: str, hidden: str
) -> None:
    names = named(name, known)
    assert names.hide(text) == hidden.replace("{1}", "[NAME_1]").replace("{2}", "[NAME_2]")
    assert names.others == ("[NAME_2]",)


def test_without_a_call_name_nothing_happens() -> None:
    names = named(None)
    assert names.hide("Katrin") == "Katrin"
    assert streamed(names, ["[NAME_1] sta", "ys"]) == "[NAME_1] stays"


@pytest.mark.parametrize(
    "spelling",
    [
        "[NAME_1]",
        "[name_1]",
        "[Name 1]",
        "[NAME1]",
        "[ NAME_1 ]",
        "[NAME-1]",
        "NAME_1",
        "[NAME_1",
        "NAME_1]",
        r"\[NAME\_1\]",
        r"NAME\_1",
        "[ИМЯ_1]",
        "[имя 1]",
        "ИМЯ_1",
    ],
)
def test_what_models_make_of_a_placeholder_is_understood(spelling: str) -> None:
    names = named("Katrin")
    text = f"Hello, {spelling}, and welcome"
    assert names.restore(text) == "Hello, Katrin, and welcome"
    assert streamed(names, list(text)) == "Hello, Katrin, and welcome"


@pytest.mark.parametrize(
    "text",
    [
        "the variable name_1 and SURNAME_1",
        "NAME_12 [NAME_2] [NAME_1000]",
        "name 1, name 2",
        "[N] [NA] a[N",
        "[NAME_",
        "NAME_",
        "\\",
        "И",
    ],
)
def test_what_is_no_placeholder_stays(text: str) -> None:
    names = named("Katrin")
    assert names.restore(text) == text
    assert streamed(names, list(text)) == text


PLACEHOLDERS = ["[NAME_1]", "[NAME_1", "NAME_1", "NAME_2]", "[ИМЯ_2]", "Name_", "NAME", "ИМЯ"]
pieces_of_placeholders = st.lists(
    st.sampled_from([*r"[]\ _-12NAMEnИМЯмxж,", *PLACEHOLDERS]), max_size=12
)


@given(pieces_of_placeholders)
def test_any_cut_of_a_stream_gives_the_same_as_the_whole(pieces: list[str]) -> None:
    names = named("Katrin", "Bo-Xi")
    whole = names.restore("".join(pieces))
    assert streamed(names, pieces) == whole
    assert streamed(names, list("".join(pieces))) == whole


@given(pieces_of_placeholders)
def test_a_stream_never_shows_a_piece_of_a_placeholder(pieces: list[str]) -> None:
    names = named("Katrin", "Bo-Xi")
    restorer = names.restorer()
    shown = ""
    for piece in pieces:
        shown += restorer.feed(piece)
        # What was shown is what the whole begins with: nothing of it has to be taken back.
        rest = names.restorer()
        whole = rest.feed("".join(pieces)) + rest.finish()
        assert whole.startswith(shown)


@given(st.text(alphabet="abKatrin кМаша.,!\n", max_size=60), st.sampled_from(["Katrin", "Marfa"]))
def test_hidden_and_restored_is_the_text(text: str, name: str) -> None:
    names = named(name)
    assert names.restore(names.hide(text)).casefold() == text.casefold()


@given(st.text(min_size=2, max_size=20), st.text(max_size=30), st.text(max_size=30))
@example("0\u00ad", "", "")
def test_a_name_between_spaces_is_hidden_whatever_its_letters(
    name: str, before: str, after: str
) -> None:
    clean = " ".join(unicodedata.normalize("NFC", name).split())
    assume(len(clean) >= 2 and any(c.isalnum() for c in clean))
    assume(not unicodedata.combining(after[:1] or "a"))
    hidden = named(name).hide(f"{before} {clean} {after}")
    assert PLACEHOLDER in hidden


def test_a_stream_holds_back_no_more_than_a_placeholder() -> None:
    restorer = named("Katrin").restorer()
    for char in "[NAME_1 and then a long text that is no placeholder [ ":
        restorer.feed(char)
        assert len(restorer._held) <= 20
    assert restorer.feed("x") != ""


def test_no_repr_shows_a_name() -> None:
    assert "Katrin" not in repr(named("Katrin"))
    assert "Katrin" not in repr(named("Katrin").restorer())

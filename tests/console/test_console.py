"""The terminal, driven through pipes and through a pty."""

import asyncio
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from amity.adapter import Accepted, Manifest, SupportsDraft, SupportsTyping
from amity.message import Address, Button, Buttons, Choice, File, Inbound, MediaRef, Outcome
from amity.plugin import find_adapters
from amity_console import Config, Console
from amity_console.terminal import Terminal
from amity_console.texts import _WORDS
from tests.console.conftest import FakeHost, Start

GATE = Buttons(
    (
        (
            Button(label="I am over", command="i_am_18"),
            Button(label="I am under", command="under_18"),
        ),
        (Button(label="Say\x1b[2J more", command="more", argument="now"),),
    )
)


async def test_lines_go_in_and_answers_come_out_in_order(piped: Start) -> None:
    async with piped() as ends:
        ends.type("one\n\n  \ntwo\nthree")
        ends.end()
        shown = await ends.ended()
        assert shown == "Mia: You said: one\nMia: You said: two\nMia: You said: three\n"
        assert ends.host.said == ["one", "two", "three"]
        first = ends.host.inbound[0]
        assert (first.address, first.private, first.addressed) == (
            Address(channel="console", chat=""),
            True,
            True,
        )
        assert first.time == ends.host.now()
        assert len({message.id for message in ends.host.inbound}) == 3
        assert len({message.sender.id for message in ends.host.inbound}) == 1


async def test_a_line_waits_for_the_answer_to_the_one_before(piped: Start) -> None:
    order: list[str] = []

    async def slow(host: FakeHost, message: Inbound) -> None:
        order.append("asked")
        await asyncio.sleep(0.05)
        order.append("answered")
        await host.say(message, "yes", reply=message.id)

    async with piped(slow) as ends:
        ends.type("one\ntwo\n")
        ends.end()
        await ends.ended()
    assert order == ["asked", "answered", "asked", "answered"]


async def test_a_reply_grows_and_is_not_shown_twice(piped: Start) -> None:
    async def grow(host: FakeHost, message: Inbound) -> None:
        for text in ("Hel", "Hello the", "Hello there, **fri"):
            await host.draft(message, text)
            await asyncio.sleep(0)
        await host.say(message, "Hello there, **friend**.")

    async with piped(grow) as ends:
        ends.type("hi\n")
        ends.end()
        assert await ends.ended() == "Mia: Hello there, friend.\n"


async def test_words_are_shown_before_the_reply_is_whole(piped: Start) -> None:
    seen = asyncio.Event()

    async def half(host: FakeHost, message: Inbound) -> None:
        await host.draft(message, "Half of ")
        await seen.wait()
        await host.say(message, "Half of it")

    async with piped(half) as ends:
        ends.type("hi\n")
        await ends.sees("Mia: Half of ")
        seen.set()
        await ends.sees("Mia: Half of it\n")


async def test_a_reply_in_parts_is_shown_once(piped: Start) -> None:
    async def parts(host: FakeHost, message: Inbound) -> None:
        await host.draft(message, "First part.\n\nSecond")
        await host.say(message, "First part.", part=0, last=False)
        await host.say(message, "Second part.", part=1)

    async with piped(parts) as ends:
        ends.type("hi\n")
        ends.end()
        shown = await ends.ended()
    assert shown.count("First part.") == 1
    assert shown.count("Second") == 1
    assert shown.endswith("Second part.\n")


async def test_a_reply_that_changed_is_shown_as_it_stands(piped: Start) -> None:
    async def changed(host: FakeHost, message: Inbound) -> None:
        await host.draft(message, "I am a hum")
        await host.say(message, "I am software.")

    async with piped(changed) as ends:
        ends.type("hi\n")
        ends.end()
        assert await ends.ended() == "Mia: I am a hum\nMia: I am software.\n"


async def test_a_reply_can_be_taken_back(piped: Start) -> None:
    async def gone(host: FakeHost, message: Inbound) -> None:
        await host.draft(message, "I think")
        await host.draft(message, "")
        await host.notice(message, "It is cleared.")

    async with piped(gone) as ends:
        ends.type("hi\n")
        ends.end()
        assert await ends.ended() == "Mia: I think (taken back)\n* It is cleared.\n"


async def test_a_cut_reply_says_so(piped: Start) -> None:
    async def cut(host: FakeHost, message: Inbound) -> None:
        await host.say(message, "I was about", cut=True)

    async with piped(cut) as ends:
        ends.type("hi\n")
        ends.end()
        assert await ends.ended() == "Mia: I was about\n  [cut]\n"


async def test_notices_are_marked_and_do_not_mix_with_a_reply(piped: Start) -> None:
    async def both(host: FakeHost, message: Inbound) -> None:
        await host.draft(message, "Well, ")
        await host.notice(message, "A note\nof two lines")
        await host.draft(message, "Well, now")
        await host.say(message, "Well, now.")

    async with piped(both) as ends:
        ends.type("hi\n")
        ends.end()
        shown = await ends.ended()
    assert shown == "Mia: Well, \n* A note\n  of two lines\nMia: now.\n"


async def test_buttons_are_numbers_and_typed_commands(piped: Start) -> None:
    async def gate(host: FakeHost, message: Inbound) -> None:
        await host.notice(message, "How old?", GATE)

    async with piped(gate) as ends:
        ends.type("hi\n1\n")
        ends.type("3\n/under_18\n7\n")
        ends.end()
        shown = await ends.ended()
    assert "  1) I am over  /i_am_18\n  2) I am under  /under_18\n" in shown
    assert "  3) Say[2J more  /more now\n" in shown
    assert ends.host.said == ["hi", "/i_am_18", "/more now", "/under_18", "7"]
    pressed = ends.host.inbound[1].parts[0]
    assert isinstance(pressed, Choice)
    assert pressed.method == "numbered choice"


async def test_a_number_is_a_number_where_nothing_was_asked(piped: Start) -> None:
    async with piped() as ends:
        ends.type("1\n٣\n99999999999\n")
        ends.end()
        await ends.ended()
        assert ends.host.said == ["1", "٣", "99999999999"]


async def test_a_choice_is_offered_for_one_line(piped: Start) -> None:
    asked: list[bool] = []

    async def once(host: FakeHost, message: Inbound) -> None:
        parts = () if asked else (GATE,)
        asked.append(True)
        await host.notice(message, "Well?", *parts)

    async with piped(once) as ends:
        ends.type("hi\nno\n1\n")
        ends.end()
        await ends.ended()
        assert ends.host.said == ["hi", "no", "1"]


async def test_the_end_of_input_waits_for_the_answer(piped: Start) -> None:
    async def slow(host: FakeHost, message: Inbound) -> None:
        await host.terminal.typing(message.address)  # type: ignore[union-attr]
        await asyncio.sleep(0.3)
        await host.say(message, "late but there")

    async with piped(slow) as ends:
        ends.type("hi\n")
        ends.end()
        assert "late but there" in await ends.ended()


async def test_an_answer_that_never_comes_ends_the_wait(piped: Start) -> None:
    async def silent(host: FakeHost, message: Inbound) -> None:
        return

    async with piped(silent, patience=0.1) as ends:
        ends.type("hi\n")
        ends.end()
        assert "no answer yet" in await ends.ended()


async def test_what_nothing_will_answer_is_not_waited_for(piped: Start) -> None:
    async def silent(host: FakeHost, message: Inbound) -> None:
        host.nothing_comes = True

    async with piped(silent, patience=600) as ends:
        ends.type("/stop\n")
        ends.end()
        assert await ends.ended() == ""


async def test_a_store_that_does_not_answer_is_said(piped: Start) -> None:
    async with piped() as ends:
        ends.host.unavailable = True
        ends.type("hi\n")
        ends.end()
        assert "not taken" in await ends.ended()
        assert ends.host.inbound == []


async def test_what_is_not_taken_is_said(piped: Start) -> None:
    async def silent(host: FakeHost, message: Inbound) -> None:
        return

    async with piped(silent) as ends:
        ends.host.status = Accepted.IGNORED
        ends.type("hi\n")
        ends.end()
        assert await ends.ended() == "That was not taken.\n"


async def test_bytes_that_are_no_text_and_controls_do_no_harm(piped: Start) -> None:
    async with piped() as ends:
        os.write(ends._write, b"caf\xe9 \x1b[31m\n")
        ends.end()
        shown = await ends.ended()
    assert "\x1b" not in ends.text
    assert shown.startswith("Mia: You said: caf")


async def test_a_reader_that_left_ends_the_chat(piped: Start) -> None:
    async with piped() as ends:
        ends.hang_up()
        ends.type("hi\nmore\n")
        async with asyncio.timeout(20):
            await ends.task
        receipt = await ends.host.say(ends.host.inbound[0], "too late")
        assert receipt.outcome is Outcome.FAILED


async def test_leaving_by_word(piped: Start) -> None:
    async with piped() as ends:
        ends.type("/quit\nhi\n")
        await ends.ended()
        assert ends.host.inbound == []


async def test_a_file_is_kept_only_where_the_person_says(piped: Start, tmp_path: Path) -> None:
    async def export(host: FakeHost, message: Inbound) -> None:
        host.files["k"] = b"everything"
        media = MediaRef(key="k", media_type="application/zip", name="../export.zip")
        await host.notice(message, "Here.", File(media=media))

    target = tmp_path / "mine.zip"
    async with piped(export) as ends:
        ends.type(f"/save {target}\n/export\n/save {target}\n/save {target}\n")
        ends.type(f"/save {tmp_path}/no/where.zip\n")
        ends.end()
        shown = await ends.ended()
    assert "There is no file to save." in shown
    assert "[file .._export.zip, 10 bytes" in shown
    assert f"Saved as {target}." in shown
    assert "something of that name already" in shown
    assert "cannot be written there" in shown
    assert target.read_bytes() == b"everything"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert ends.host.said == ["/export"]


async def test_a_file_that_is_not_there_is_said(piped: Start) -> None:
    async def export(host: FakeHost, message: Inbound) -> None:
        await host.notice(message, "Here.", File(media=MediaRef(key="gone", name="a.zip")))

    async with piped(export) as ends:
        ends.type("/export\n")
        ends.end()
        assert "[file a.zip: it cannot be fetched" in await ends.ended()


# ------------------------------------------------------------------ a person at a terminal


async def test_a_terminal_asks_and_shows(typed: Start) -> None:
    async with typed() as ends:
        await ends.asked()
        ends.type("hello\r")
        await ends.sees("Mia: You said: hello")
        await ends.asked()
        ends.type("\x04")
        assert "Goodbye." in await ends.ended()
        assert ends.host.said == ["hello"]


async def test_a_stranger_is_met_at_the_gate_at_once(typed: Start) -> None:
    async def gate(host: FakeHost, message: Inbound) -> None:
        await host.notice(message, "How old?", GATE)

    async with typed(gate, state="stranger") as ends:
        await ends.sees("1) I am over")
        await ends.asked()
        ends.type("2\r")
        async with asyncio.timeout(20):
            while len(ends.host.inbound) < 2:
                await asyncio.sleep(0.01)
        assert ends.host.said == ["/start", "/under_18"]


async def test_what_comes_while_the_prompt_stands_is_shown_above_it(typed: Start) -> None:
    async with typed() as ends:
        await ends.asked()
        ends.type("hi\r")
        await ends.sees("You said: hi")
        await ends.asked()
        ends.type("half a li")
        await ends.sees("half a li")
        await ends.host.say(ends.host.inbound[0], "by the way", reply="later")
        await ends.sees("Mia: by the way")
        ends.type("ne\r")
        await ends.sees("You said: half a line")


async def test_control_c_stops_a_reply(typed: Start) -> None:
    stopped = asyncio.Event()

    async def endless(host: FakeHost, message: Inbound) -> None:
        if host.said[-1] == "/stop":
            stopped.set()
            await host.say(host.inbound[0], "Once upon", cut=True)
            return
        await host.draft(message, "Once upon")

    before = signal.getsignal(signal.SIGINT)
    async with typed(endless) as ends:
        await ends.asked()
        ends.type("tell me\r")
        await ends.sees("Once upon")
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.wait_for(stopped.wait(), 20)
        await ends.sees("[cut]")
        assert ends.host.said == ["tell me", "/stop"]
        assert ends.host.inbound[1].address.chat == "own"
        await ends.asked()
        ends.type("\x04")
        await ends.ended()
    assert signal.getsignal(signal.SIGINT) is before


async def test_control_c_twice_during_a_reply_gives_the_prompt_back(typed: Start) -> None:
    async def silent(host: FakeHost, message: Inbound) -> None:
        return

    async with typed(silent) as ends:
        await ends.asked()
        ends.type("hi\r")
        async with asyncio.timeout(20):
            while not ends.host.inbound:
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.sleep(0.05)
        await ends.asked()
        ends.type("\x04")
        assert "Goodbye." in await ends.ended()
        assert ends.host.said == ["hi", "/stop"]


async def test_control_c_twice_at_the_prompt_leaves(typed: Start) -> None:
    async with typed() as ends:
        await ends.asked()
        ends.type("\x03")
        await ends.sees("once more")
        await ends.asked()
        ends.type("hi\r")
        await ends.sees("You said: hi")
        await ends.asked()
        ends.type("\x03")
        async with asyncio.timeout(20):
            while ends.shown().count("once more") < 2:
                await asyncio.sleep(0.01)
        await ends.asked()
        ends.type("\x03")
        assert "Goodbye." in await ends.ended()


# ------------------------------------------------------------------ the package


def test_it_is_found_and_says_what_it_can() -> None:
    manifest = find_adapters().manifests["console"]
    assert isinstance(manifest, Manifest)
    assert (manifest.name, manifest.realm) == ("console", "console")
    made = manifest.load()("console", Config(input=0, output=1))
    assert isinstance(made, Terminal)
    assert isinstance(made, SupportsDraft)
    assert isinstance(made, SupportsTyping)
    assert Console.config is Config


def test_the_manifest_imports_no_library_of_terminals() -> None:
    ask = "import amity_console, sys; print('prompt_toolkit' in sys.modules)"
    done = subprocess.run([sys.executable, "-Ic", ask], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_every_language_has_every_word() -> None:
    assert len({frozenset(table) for table in _WORDS.values()}) == 1


@pytest.mark.parametrize("value", [{"input": -1}, {"patience": 0}, {"colour": True}])
def test_a_config_that_is_wrong_is_refused(value: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(value))):
        Config.model_validate(value)

"""What the core says arrives: with its looks, without them if need be, once."""

import asyncio
from typing import Any

import pytest

from amity.errors import Forbidden, Gone, Refused, RetryAfter, Unknown
from amity.message import (
    Address,
    Audio,
    Button,
    Buttons,
    Choice,
    File,
    Image,
    MediaRef,
    Outcome,
    Text,
    Video,
    Voice,
)
from amity.sealed import SealedText
from amity.testing.telegram_server import BotAccount, BotApiServer, Fault, OpenChat, Person
from tests.telegram.host import Running, outbound, running

QUICK = {"limits": {"per_second": 1000, "private_per_second": 1000, "group_per_minute": 10_000}}


@pytest.fixture
def mia(telegram: BotApiServer) -> BotAccount:
    return telegram.bot("Mia")


@pytest.fixture
def ann(telegram: BotApiServer) -> Person:
    return telegram.person("Ann", language_code="en")


async def opened(one: Running, mia: BotAccount, ann: Person) -> OpenChat:
    """Have somebody write first, as Telegram wants it."""
    chat = ann.open(mia)
    chat.say("hello")
    await one.host.until(lambda: one.host.inbounds)
    return chat


def buttons(*labels: str, **more: Any) -> Buttons:
    return Buttons((tuple(Button(label=label, command=label.lower(), **more) for label in labels),))


async def test_a_message_with_its_looks(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    async with running(telegram.url, mia.token) as one:
        chat = await opened(one, mia, ann)
        said = outbound("👋 **Hello**, [Ann](https://example.org)")
        receipt = await one.adapter.send(one.address(ann.id), said)
        shown = await chat.next()
        assert receipt.outcome is Outcome.SENT
        assert receipt.message_ids == (str(shown.id),)
        assert shown.text == "👋 Hello, Ann"
        assert [(e["type"], e["offset"], e["length"]) for e in shown.entities] == [
            ("bold", 3, 5),
            ("text_link", 10, 3),
        ]
        sent = telegram.calls("sendMessage")[-1]
        assert sent.fields["link_preview_options"] == {"is_disabled": True}
        assert "parse_mode" not in sent.fields


async def test_buttons_come_back_as_choices_and_are_answered_at_once(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    async with running(telegram.url, mia.token) as one:
        chat = await opened(one, mia, ann)
        two = Buttons(
            (
                (Button(label="Yes", command="agree"), Button(label="No", command="decline")),
                (Button(label="Leo", command="persona", argument="leo"),),
            )
        )
        await one.adapter.send(one.address(ann.id), outbound("Well?", two))
        shown = await chat.next()
        assert [[b.text for b in row] for row in shown.buttons] == [["Yes", "No"], ["Leo"]]
        # The store does not answer for a while: the app is answered all the same.
        one.host.unavailable = 1
        press = chat.press("Leo")
        assert not (await press.answered()).text
        inbound = await one.host.until(lambda: one.host.inbounds[1:])
        assert inbound[0].parts == (Choice(command="persona", argument="leo"),)
        assert inbound[0].address == one.address(ann.id)


async def test_a_made_up_button_is_answered_with_a_word_and_ignored(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    async with running(telegram.url, mia.token) as one:
        chat = await opened(one, mia, ann)
        await one.adapter.send(one.address(ann.id), outbound("Well?", buttons("Yes")))
        shown = await chat.next()
        stored = chat.chat.find(shown.id)
        assert stored is not None
        assert stored.markup is not None
        stored.markup["inline_keyboard"][0][0]["callback_data"] = "AAAAAAAAAAAAdelete_me yes"
        answer = await chat.press("Yes").answered()
        assert "/help" in answer.text
        assert len(one.host.inbounds) == 1


async def test_buttons_outlive_a_restart_and_end_with_their_token(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    async with running(telegram.url, mia.token) as one:
        chat = await opened(one, mia, ann)
        await one.adapter.send(one.address(ann.id), outbound("Well?", buttons("Yes")))
        await chat.next()
    async with running(telegram.url, mia.token) as one:
        chat.press("Yes")
        assert (await one.host.until(lambda: one.host.inbounds))[0].parts == (
            Choice(command="yes"),
        )


async def test_a_button_that_holds_too_much_is_written_to_be_typed(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    async with running(telegram.url, mia.token) as one:
        chat = await opened(one, mia, ann)
        long = Buttons(
            (
                (Button(label="Short", command="persona", argument="leo"),),
                (Button(label="Long", command="persona", argument="x" * 60),),
            )
        )
        receipt = await one.adapter.send(one.address(ann.id), outbound("Who?", long))
        first, second = await chat.next(), await chat.next()
        assert first.text == "Who?"
        assert second.text == f"Long: /persona {'x' * 60}"
        assert [b.text for row in second.buttons for b in row] == ["Short"]
        assert receipt.message_ids == (str(first.id), str(second.id))


async def test_files(telegram: BotApiServer, mia: BotAccount, ann: Person) -> None:
    async with running(telegram.url, mia.token) as one:
        chat = await opened(one, mia, ann)
        png = (
            b"\x89PNG\r\n\x1a\n"
            b"\0\0\0\rIHDR" + (64).to_bytes(4) + (64).to_bytes(4) + b"\x08\x02" + bytes(40)
        )
        kinds: list[tuple[Any, str, bytes]] = [
            (Image, "photo", png),
            (Voice, "voice", b"OggS-voice"),
            (Audio, "audio", b"ID3-audio"),
            (Video, "video", b"\0\0\0\x18ftypmp42-video"),
            (File, "document", b"{}"),
        ]
        for kind, shown_as, content in kinds:
            one.host.files["k"] = content
            media = MediaRef(key="k", media_type="application/json", name="export.json")
            part = kind(media=media, caption=SealedText("**Your** data"))
            receipt = await one.adapter.send(one.address(ann.id), outbound(part, id=shown_as))
            assert receipt.outcome is Outcome.SENT, receipt
            shown = await chat.next()
            assert shown.file is not None
            assert (shown.file.kind, shown.file.data) == (shown_as, content)
            assert shown.text == "Your data"
            assert [e["type"] for e in shown.entities] == ["bold"]


async def test_a_file_that_is_gone_is_said_to_be(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    async with running(telegram.url, mia.token) as one:
        await opened(one, mia, ann)
        part = File(media=MediaRef(key="nowhere"))
        receipt = await one.adapter.send(one.address(ann.id), outbound(part))
        assert receipt.outcome is Outcome.FAILED
        assert isinstance(receipt.error, Gone)


async def test_a_caption_that_is_too_long_becomes_a_message(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    async with running(telegram.url, mia.token) as one:
        chat = await opened(one, mia, ann)
        one.host.files["k"] = b"x"
        part = File(media=MediaRef(key="k"), caption=SealedText("long " * 300))
        receipt = await one.adapter.send(one.address(ann.id), outbound(part))
        file, words = await chat.next(), await chat.next()
        assert file.file is not None
        assert file.text == ""
        assert words.text.count("long") == 300
        assert len(receipt.message_ids) == 2


# ---------------------------------------------------------------------------- mended


async def test_entities_that_are_refused_are_left_out(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    telegram.fail("sendMessage", Fault.refused(400, "Bad Request: can't parse entities: no"))
    async with running(telegram.url, mia.token) as one:
        chat = await opened(one, mia, ann)
        receipt = await one.adapter.send(one.address(ann.id), outbound("**Hello**"))
        shown = await chat.next()
        assert receipt.outcome is Outcome.SENT
        assert (shown.text, shown.entities) == ("Hello", ())


async def test_buttons_that_are_refused_are_written_to_be_typed(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    telegram.fail("sendMessage", Fault.refused(400, "Bad Request: BUTTON_DATA_INVALID"))
    async with running(telegram.url, mia.token) as one:
        chat = await opened(one, mia, ann)
        await one.adapter.send(one.address(ann.id), outbound("Well?", buttons("Yes", "No")))
        shown = await chat.next()
        assert shown.text == "Well?\n\nYes: /yes\nNo: /no"
        assert shown.buttons == ()


async def test_a_text_of_marks_alone_is_shown_as_it_is(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    async with running(telegram.url, mia.token) as one:
        chat = await opened(one, mia, ann)
        await one.adapter.send(one.address(ann.id), outbound("<!-- -->"))
        assert (await chat.next()).text


@pytest.mark.parametrize(
    "kind,refusal",
    [(Image, "PHOTO_INVALID_DIMENSIONS"), (Voice, "VOICE_MESSAGES_FORBIDDEN")],
    ids=["picture", "voice"],
)
async def test_what_is_refused_as_it_is_arrives_as_a_file(
    telegram: BotApiServer, mia: BotAccount, ann: Person, kind: type[Image | Voice], refusal: str
) -> None:
    telegram.fail(["sendPhoto", "sendVoice"], Fault.refused(400, f"Bad Request: {refusal}"))
    async with running(telegram.url, mia.token) as one:
        chat = await opened(one, mia, ann)
        one.host.files["k"] = b"content"
        part = kind(media=MediaRef(key="k"), caption=SealedText("**look**"))
        said = outbound(part, buttons("Yes"))
        receipt = await one.adapter.send(one.address(ann.id), said)
        assert receipt.outcome is Outcome.SENT
        shown = await chat.next()
        assert shown.file is not None
        assert (shown.file.kind, shown.file.data, shown.text) == ("document", b"content", "look")
        assert shown.button("Yes")


async def test_buttons_alone_can_be_changed(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    async with running(telegram.url, mia.token) as one:
        chat = await opened(one, mia, ann)
        receipt = await one.adapter.send(one.address(ann.id), outbound("Well?", buttons("Yes")))
        id = receipt.message_ids[0]
        edited = await one.adapter.edit(one.address(ann.id), id, outbound(buttons("No")))
        assert edited.outcome is Outcome.SENT
        shown = chat.message(int(id))
        assert shown is not None
        assert (shown.text, [b.text for row in shown.buttons for b in row]) == ("Well?", ["No"])


async def test_nothing_to_say_is_not_said(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    async with running(telegram.url, mia.token) as one:
        await opened(one, mia, ann)
        receipt = await one.adapter.send(one.address(ann.id), outbound("  \n "))
        assert receipt.outcome is Outcome.SUPPRESSED


async def test_a_group_that_became_a_supergroup_is_followed(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    group = telegram.group("Friends", ann, mia, supergroup=False)
    async with running(telegram.url, mia.token, limits=QUICK["limits"]) as one:
        before = await one.adapter.send(one.address(group.id), outbound("before", id="r0"))
        assert before.moved_to == ""
        new = group.upgrade()
        chat = ann.open(new)
        theirs = [chat.say(f"message {number}").id for number in range(9)]
        assert int(before.message_ids[0]) in theirs  # the new chat counts anew
        said = outbound("Hello all", "and more", buttons("Yes"), quote=before.message_ids[0])
        receipt = await one.adapter.send(one.address(group.id), said)
        shown = [m for m in chat.messages if m.from_bot]
        assert [m.text for m in shown] == ["Hello all", "and more"]
        assert receipt.outcome is Outcome.SENT
        assert receipt.moved_to == str(new.id)
        assert receipt.message_ids == tuple(str(m.id) for m in shown)
        assert [m.reply_to for m in shown if m.reply_to] == []
        # Its buttons are for where it stands.
        chat.press("Yes")
        (pressed,) = await one.host.until(lambda: one.host.inbounds)
        assert pressed.address == one.address(new.id)


async def test_what_stood_in_a_group_before_is_not_looked_for_in_the_supergroup(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    group = telegram.group("Friends", ann, mia, supergroup=False)
    async with running(telegram.url, mia.token, limits=QUICK["limits"]) as one:
        await one.adapter.send(one.address(group.id), outbound("in the old one", id="r0"))
        new = group.upgrade()
        sent = [
            await one.adapter.send(one.address(new.id), outbound("in the new one", id=f"r{n}"))
            for n in range(1, 6)
        ]
        stands = [m.text for m in new.messages]
        old, last = one.address(group.id), sent[-1].message_ids[0]
        upgraded = "Bad Request: group chat was upgraded to a supergroup chat"
        telegram.fail("editMessageText", Fault.refused(400, upgraded, migrate_to_chat_id=new.id))
        for receipt in (
            await one.adapter.delete(old, last),
            await one.adapter.react(old, last, "👍"),
            await one.adapter.edit(old, last, outbound("changed")),
        ):
            assert receipt.outcome is Outcome.FAILED
            assert isinstance(receipt.error, Gone)
        assert [m.text for m in new.messages] == stands


# ---------------------------------------------------------------------------- failures


async def failed(one: Running, chat: int, text: str = "hi") -> Any:
    receipt = await one.adapter.send(one.address(chat), outbound(text))
    assert receipt.outcome is Outcome.FAILED
    assert receipt.error is not None
    return receipt.error


@pytest.mark.parametrize(
    "fault,known",
    [
        (Fault.flood(7), RetryAfter),
        (Fault.internal_error(500), Unknown),
        (Fault.internal_error(502), Unknown),
        (Fault.garbage(), Unknown),
        (Fault.dropped(), Unknown),
        (Fault.answer_lost(), Unknown),
        (Fault.refused(400, "Bad Request: chat not found"), Gone),
        (Fault.refused(400, "Bad Request: message is too long"), Refused),
        (Fault.refused(403, "Forbidden: bot was blocked by the user"), Forbidden),
        (Fault.refused(401, "Unauthorized"), RetryAfter),
    ],
    ids=["429", "500", "502", "garbage", "dropped", "lost", "gone", "long", "blocked", "401"],
)
async def test_what_goes_wrong_is_told_to_the_core(
    telegram: BotApiServer, mia: BotAccount, ann: Person, fault: Fault, known: type[Exception]
) -> None:
    async with running(telegram.url, mia.token) as one:
        await opened(one, mia, ann)
        telegram.fail("sendMessage", fault)
        assert isinstance(await failed(one, ann.id), known)


async def test_nothing_is_doubtful_while_telegram_cannot_be_reached(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    async with running(telegram.url, mia.token) as one:
        await opened(one, mia, ann)
        async with telegram.outage():
            # The first may go out on a connection that was open; then nothing is written.
            await one.adapter.send(one.address(ann.id), outbound("one", id="r0"))
            assert isinstance(await failed(one, ann.id), RetryAfter)


async def test_a_wait_that_telegram_asks_for_holds_for_all_of_the_chat(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    async with running(telegram.url, mia.token) as one:
        await opened(one, mia, ann)
        telegram.fail("sendMessage", Fault.flood(1))
        assert isinstance(await failed(one, ann.id), RetryAfter)
        before = len(telegram.requests)
        await one.adapter.typing(one.address(ann.id))
        assert [r for r in telegram.requests[before:] if r.method == "sendChatAction"] == []
        receipt = await one.adapter.send(one.address(ann.id), outbound("after all"))
        assert receipt.outcome is Outcome.SENT
        first, second = telegram.calls("sendMessage")[-2:]
        assert second.time - first.time >= 1


async def test_who_blocked_the_bot_is_left_alone_until_they_write_again(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    async with running(telegram.url, mia.token) as one:
        chat = await opened(one, mia, ann)
        chat.block()
        await one.host.until(lambda: not mia.updates.pending)
        await asyncio.sleep(0.1)
        before = len(telegram.requests)
        assert isinstance(await failed(one, ann.id), Forbidden)
        await one.adapter.typing(one.address(ann.id))
        sent = [r.method for r in telegram.requests[before:] if r.method != "getUpdates"]
        assert sent == []
        chat.unblock()
        chat.say("I am back")
        await one.host.until(lambda: "I am back" in one.host.heard)
        receipt = await one.adapter.send(one.address(ann.id), outbound("Good"))
        assert receipt.outcome is Outcome.SENT


async def test_who_never_wrote_cannot_be_written_to(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    async with running(telegram.url, mia.token) as one:
        error = await failed(one, ann.id)
        assert isinstance(error, Forbidden | Gone)


async def test_what_was_delivered_before_a_failure_is_not_delivered_again(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    async with running(telegram.url, mia.token) as one:
        chat = await opened(one, mia, ann)
        one.host.files["k"] = b"x"
        said = outbound(File(media=MediaRef(key="k")), "and words")
        telegram.fail("sendMessage", Fault.flood(1))
        receipt = await one.adapter.send(one.address(ann.id), said)
        assert receipt.outcome is Outcome.FAILED
        assert isinstance(receipt.error, RetryAfter)
        again = await one.adapter.send(one.address(ann.id), said)
        assert again.outcome is Outcome.SENT
        assert len(again.message_ids) == 2
        assert [(m.kind, m.text) for m in chat.messages if m.from_bot] == [
            ("document", ""),
            ("text", "and words"),
        ]


async def test_a_part_that_can_never_arrive_makes_it_partial(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    async with running(telegram.url, mia.token) as one:
        await opened(one, mia, ann)
        one.host.files["k"] = b"x"
        telegram.fail("sendMessage", Fault.refused(403, "Forbidden: bot was blocked by the user"))
        said = outbound(File(media=MediaRef(key="k")), "and words")
        receipt = await one.adapter.send(one.address(ann.id), said)
        assert receipt.outcome is Outcome.PARTIAL
        assert len(receipt.message_ids) == 1


# ---------------------------------------------------------------------------- groups


async def test_in_a_group_it_quotes_and_a_private_button_leads_to_the_own_chat(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    group = telegram.group("Friends", ann, mia)
    async with running(telegram.url, mia.token) as one:
        asked = ann.open(group).say(f"@{mia.username} who are you?")
        await one.host.until(lambda: one.host.inbounds)
        gate = buttons("Open", private=True)
        said = outbound("Mia", gate, in_reply_to=(str(asked.id),), quote=str(asked.id))
        await one.adapter.send(one.address(group.id), said)
        shown = next(m for m in group.messages if m.text == "Mia")
        assert shown.reply_to == asked.id
        button = shown.button("Open")
        assert button is not None
        assert button.url.startswith(f"https://t.me/{mia.username}?start=")
        payload = button.url.partition("?start=")[2]
        ann.open(mia).start(payload)
        inbound = (await one.host.until(lambda: one.host.inbounds[1:]))[0]
        assert inbound.private
        assert inbound.parts == (Choice(command="open", method="deep link"),)
        # It was made for who asked: to somebody else it says nothing.
        bob = telegram.person("Bob")
        bob.open(mia).start(payload)
        inbound = (await one.host.until(lambda: one.host.inbounds[2:]))[0]
        assert inbound.parts == (Text(SealedText(f"/start {payload}")),)


async def test_a_quote_that_is_gone_is_no_hindrance(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    group = telegram.group("Friends", ann, mia)
    async with running(telegram.url, mia.token) as one:
        chat = ann.open(group)
        asked = chat.say(f"@{mia.username} who are you?")
        await one.host.until(lambda: one.host.inbounds)
        chat.delete(asked)
        said = outbound("Mia", quote=str(asked.id), in_reply_to=(str(asked.id),))
        receipt = await one.adapter.send(one.address(group.id), said)
        assert receipt.outcome is Outcome.SENT


async def test_a_button_in_a_group_is_for_who_asked(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    bob = telegram.person("Bob")
    group = telegram.group("Friends", ann, bob, mia)
    async with running(telegram.url, mia.token) as one:
        asked = ann.open(group).say(f"@{mia.username} again?")
        await one.host.until(lambda: one.host.inbounds)
        said = outbound("Well?", buttons("Yes"), in_reply_to=(str(asked.id),))
        await one.adapter.send(one.address(group.id), said)
        answer = await bob.open(group).press("Yes").answered()
        assert answer.text
        assert not (await ann.open(group).press("Yes").answered()).text
        inbound = (await one.host.until(lambda: one.host.inbounds[1:]))[0]
        assert (inbound.sender.id, inbound.private) == (str(ann.id), False)


async def test_what_is_private_goes_to_the_own_chat(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    group = telegram.group("Friends", ann, mia)
    async with running(telegram.url, mia.token) as one:
        chat = await opened(one, mia, ann)
        said = outbound("Only you", private=True, recipient=str(ann.id), quote="3")
        receipt = await one.adapter.send(one.address(group.id, "5"), said)
        assert receipt.outcome is Outcome.SENT
        assert (await chat.next()).text == "Only you"
        assert "Only you" not in [m.text for m in group.messages]
        bob = telegram.person("Bob")
        said = outbound("Only you", id="r2", private=True, recipient=str(bob.id))
        receipt = await one.adapter.send(one.address(group.id), said)
        assert isinstance(receipt.error, Forbidden | Gone)


async def test_a_topic_is_answered_in_it(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    group = telegram.group("Friends", ann, mia, forum=True)
    topic = group.topic("Films")
    async with running(telegram.url, mia.token) as one:
        ann.open(group, topic=topic.id).say(f"@{mia.username} seen it?")
        inbound = (await one.host.until(lambda: one.host.inbounds))[0]
        assert inbound.address.thread == str(topic.id)
        await one.adapter.send(inbound.address, outbound("Yes"))
        await one.adapter.typing(inbound.address)
        shown = next(m for m in group.messages if m.text == "Yes")
        assert shown.thread == topic.id


async def test_a_bot_that_was_removed_sends_nothing_there(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    group = telegram.group("Friends", ann, mia)
    async with running(telegram.url, mia.token) as one:
        await one.host.until(lambda: not mia.updates.pending)
        group.remove(mia)
        await one.host.until(lambda: not mia.updates.pending)
        await asyncio.sleep(0.1)
        assert isinstance(await failed(one, group.id), Forbidden)
        assert telegram.calls("sendMessage") == []


# ---------------------------------------------------------------------------- the rest


async def test_edits_deletions_reactions_and_typing(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    async with running(telegram.url, mia.token) as one:
        chat = await opened(one, mia, ann)
        place = one.address(ann.id)
        await one.adapter.typing(place)
        assert chat.action == "typing"
        receipt = await one.adapter.send(place, outbound("One", buttons("Yes")))
        (id,) = receipt.message_ids
        edited = await one.adapter.edit(place, id, outbound("**Two**", buttons("No")))
        assert edited.outcome is Outcome.SENT
        shown = chat.message(int(id))
        assert shown is not None
        assert (shown.text, shown.edited) == ("Two", True)
        assert shown.button("No")
        again = await one.adapter.edit(place, id, outbound("**Two**", buttons("No")))
        assert again.outcome is Outcome.SENT
        asked = next(m for m in chat.messages if not m.from_bot)
        assert (await one.adapter.react(place, str(asked.id), "👍")).outcome is Outcome.SENT
        seen = chat.message(asked.id)
        assert seen is not None
        assert seen.reactions == {mia.id: ("👍",)}
        refused = await one.adapter.react(place, str(asked.id), "no emoji")
        assert isinstance(refused.error, Refused)
        assert (await one.adapter.delete(place, id)).outcome is Outcome.SENT
        assert chat.message(int(id)) is None
        gone = await one.adapter.edit(place, id, outbound("Three"))
        assert isinstance(gone.error, Gone)
        assert isinstance((await one.adapter.delete(place, id)).error, Gone)
        nothing = await one.adapter.delete(place, "callback:1")
        assert isinstance(nothing.error, Gone)


async def test_before_it_runs_nothing_is_sent_and_nothing_lost() -> None:
    from amity_telegram import Config
    from amity_telegram.adapter import TelegramAdapter

    adapter = TelegramAdapter("mia", Config.model_validate({"token": "1:abc"}))
    place = Address(channel="mia", chat="7")
    receipt = await adapter.send(place, outbound("hi"))
    assert isinstance(receipt.error, RetryAfter)
    assert isinstance((await adapter.edit(place, "1", outbound("hi"))).error, RetryAfter)
    await adapter.typing(place)
    with pytest.raises(RetryAfter):
        await adapter.fetch(MediaRef(key="x"), limit=10)

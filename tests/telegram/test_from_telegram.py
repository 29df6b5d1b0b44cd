"""What people do becomes messages; what must not be known of them does not cross the border."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.message import (
    Audio,
    Choice,
    Event,
    File,
    Image,
    Inbound,
    Location,
    Part,
    Sticker,
    Text,
    Video,
    Voice,
    text_of,
)
from amity.sealed import SealedText
from amity_telegram.callbacks import Callbacks
from amity_telegram.from_telegram import Me, Reader
from amity_telegram.updates import CallbackQuery, Message, Update, read_update, read_updates
from tests.telegram.updates import BOT, CANARIES, group_message, person, private_message

CALLBACKS = Callbacks(b"key")
FILE = {"file_id": "F1", "file_unique_id": "U1", "file_size": 1234}


def reader() -> Reader:
    return Reader("mia", Me(900, "mia_test_bot"), CALLBACKS)


def read(raw: dict[str, Any]) -> Inbound | None:
    update = read_update({"update_id": 5, "message": raw})
    assert update is not None
    assert update.message is not None
    return reader().message(update.message)


def parts(raw: dict[str, Any]) -> tuple[Part, ...]:
    inbound = read(raw)
    assert inbound is not None
    return inbound.parts


def words(raw: dict[str, Any]) -> str:
    return text_of(parts(raw)).reveal()


# ---------------------------------------------------------------------------- private chats


def test_a_text() -> None:
    inbound = read(private_message(3, text="Hello 👋"))
    assert inbound is not None
    assert inbound.address.channel == "mia"
    assert inbound.address.chat == "7"
    assert inbound.address.thread is None
    assert (inbound.sender.id, inbound.sender.locale) == ("7", "de")
    assert (inbound.id, inbound.time) == ("3", 1_700_000_000_000)
    assert inbound.private
    assert inbound.addressed
    assert inbound.parts == (Text(SealedText("Hello 👋")),)
    assert inbound.raw is None


MEDIA: dict[str, tuple[Any, type[Part], str, str]] = {
    "photo": (
        [
            {**FILE, "width": 90, "height": 90},
            {**FILE, "file_id": "BIG", "width": 900, "height": 900},
        ],
        Image,
        "BIG",
        "image/jpeg",
    ),
    "voice": ({**FILE, "duration": 3, "mime_type": "audio/ogg"}, Voice, "F1", "audio/ogg"),
    "audio": ({**FILE, "duration": 3, "title": "TITLECANARY"}, Audio, "F1", "audio/mpeg"),
    "video": ({**FILE, "duration": 3, "width": 1, "height": 1}, Video, "F1", "video/mp4"),
    "video_note": ({**FILE, "duration": 3, "length": 1}, Video, "F1", "video/mp4"),
    "animation": ({**FILE, "duration": 3, "mime_type": "image/gif"}, Video, "F1", "image/gif"),
    "live_photo": ({**FILE, "duration": 3}, Video, "F1", "video/mp4"),
    "document": (
        {**FILE, "mime_type": "text/plain", "file_name": "FILENAMECANARY.txt"},
        File,
        "F1",
        "text/plain",
    ),
}


@pytest.mark.parametrize("field", MEDIA)
def test_a_medium(field: str) -> None:
    content, kind, key, media_type = MEDIA[field]
    (part,) = parts(private_message(**{field: content, "caption": "look"}))
    assert isinstance(part, kind)
    assert isinstance(part, Image | Voice | Audio | Video | File)
    assert part.media.key == key
    assert part.media.media_type == media_type
    assert part.media.size == 1234
    assert part.media.name is None
    assert part.caption == SealedText("look")


def test_an_animation_comes_as_a_document_too_and_is_one_part() -> None:
    animation = {**FILE, "duration": 3}
    assert len(parts(private_message(animation=animation, document=FILE))) == 1


def test_a_sticker_is_its_emoji() -> None:
    assert parts(private_message(sticker={**FILE, "emoji": "😀"})) == (Sticker(emoji="😀"),)


def test_a_place_is_only_a_place() -> None:
    at = {"latitude": 52.987654, "longitude": 13.123456}
    assert parts(private_message(location=at)) == (Location(),)
    venue = {"location": at, "title": "TITLECANARY", "address": "ADDRESSCANARY"}
    assert parts(private_message(venue=venue, location=at)) == (Location(),)


DROPPED: dict[str, Any] = {
    "contact": {"phone_number": "PHONECANARY", "first_name": "X", "vcard": "VCARDCANARY"},
    "passport_data": {"data": [], "credentials": {"data": "PASSPORTCANARY"}},
    "poll": {"id": "1", "question": "POLLCANARY", "options": []},
    "dice": {"emoji": "🎲", "value": 3},
    "users_shared": {"request_id": 1, "users": [{"user_id": 1, "first_name": "FIRSTNAMECANARY"}]},
    "web_app_data": {"data": "PHONECANARY", "button_text": "x"},
    "story": {"chat": {"id": 1}, "id": 2},
}


@pytest.mark.parametrize("field", DROPPED)
def test_what_is_not_taken_is_known_to_be_something(field: str) -> None:
    assert parts(private_message(**{field: DROPPED[field]})) == ()


@pytest.mark.parametrize(
    "field",
    [
        "new_chat_title",
        "pinned_message",
        "left_chat_member",
        "successful_payment",
        "delete_chat_photo",
    ],
)
def test_what_nobody_said_is_nothing(field: str) -> None:
    content: dict[str, Any] = {field: {"message_id": 1} if field[0] == "p" else True}
    assert read(private_message(**content)) is None


@pytest.mark.parametrize(
    "more",
    [
        {"from": BOT},
        {"sender_chat": {"id": -1, "type": "channel"}},
        {"is_automatic_forward": True},
        {"from": None},
        {"chat": {"id": -1, "type": "channel"}},
    ],
)
def test_what_no_person_said_is_nothing(more: dict[str, Any]) -> None:
    assert read(private_message(text="hi", **more)) is None


def test_what_it_answers() -> None:
    answered = read(private_message(text="yes", reply_to_message=private_message(2, text="?")))
    assert answered is not None
    assert answered.reply_to == "2"


def test_a_topic_is_a_thread_and_its_beginning_is_not_answered() -> None:
    topic: dict[str, Any] = {"is_topic_message": True, "message_thread_id": 44}
    root = {**private_message(44), "forum_topic_created": {"name": "TITLECANARY"}}
    inbound = read(private_message(text="hi", reply_to_message=root, **topic))
    assert inbound is not None
    assert inbound.address.thread == "44"
    assert inbound.reply_to is None
    no_topic = read(private_message(text="hi", message_thread_id=44))
    assert no_topic is not None
    assert no_topic.address.thread is None


def test_an_edit_has_the_old_id_and_its_own_time() -> None:
    raw = Message.model_validate(private_message(3, text="new", edit_date=1_700_000_050))
    first, second = reader().edited(raw, 71_001), reader().edited(raw, 71_002)
    assert first is not None
    assert second is not None
    assert first.event is Event.EDITED
    assert (first.id, first.time) == ("3", 1_700_000_050_001)
    assert second.time != first.time
    assert first.parts == (Text(SealedText("new")),)


def test_a_place_that_moves_is_no_edit() -> None:
    at = {"latitude": 1.0, "longitude": 2.0, "live_period": 60}
    raw = Message.model_validate(private_message(3, location=at, edit_date=1_700_000_050))
    assert reader().edited(raw, 1) is None


def test_an_album_is_one_message() -> None:
    photo = [{**FILE, "width": 1, "height": 1}]
    album = [
        Message.model_validate(private_message(n, photo=photo, media_group_id="a", **more))
        for n, more in ((12, {}), (11, {"caption": "all of us"}), (13, {}))
    ]
    inbound = reader().album(album)
    assert inbound is not None
    assert inbound.id == "11"
    assert [type(part) for part in inbound.parts] == [Image, Image, Image]
    assert text_of(inbound.parts) == SealedText("all of us")


# ---------------------------------------------------------------------------- groups


MEANT = [
    "@mia_test_bot how are you?",
    "@MIA_Test_Bot how are you?",
    "how are you? @mia_test_bot",
    "ask @mia_test_bot please",
    "👋👋 @mia_test_bot",
    "/help@mia_test_bot",
    "/help@Mia_Test_Bot me",
]
NOT_MEANT = [
    "how are you?",
    "mia_test_bot is nice",
    "@mia_test_bot2 how are you?",
    "@leo_test_bot how are you?",
    "/help",
    "/help@leo_test_bot",
    "/help@leo_test_bot not @mia_test_bot",
    "mail me: x@mia_test_bot",
]


@pytest.mark.parametrize("text", MEANT)
def test_in_a_group_it_is_meant_when_it_is_named(text: str) -> None:
    inbound = read(group_message(text=text))
    assert inbound is not None
    assert inbound.addressed
    assert not inbound.private
    assert inbound.address.chat == "-100500"


@pytest.mark.parametrize("text", NOT_MEANT)
def test_of_what_is_not_meant_for_the_bot_nothing_is_taken(text: str) -> None:
    assert read(group_message(text=text)) is None


def test_a_reply_to_the_bot_is_meant_for_it() -> None:
    assert read(group_message(text="yes", reply_to_message={**group_message(9), "from": BOT}))
    assert not read(group_message(text="yes", reply_to_message=group_message(9)))
    # A topic that the bot opened is not a message of the bot that everything in it answers.
    root = {**group_message(9), "from": BOT, "forum_topic_created": {"name": "x"}}
    topic: dict[str, Any] = {
        "is_topic_message": True,
        "message_thread_id": 9,
        "reply_to_message": root,
    }
    assert not read(group_message(text="yes", **topic))


def test_a_mention_by_name_of_somebody_without_a_username() -> None:
    entity = {"type": "text_mention", "offset": 0, "length": 3, "user": BOT}
    assert read(group_message(text="Mia, hi", entities=[entity]))
    other = {**entity, "user": person(8)}
    assert not read(group_message(text="Mia, hi", entities=[other]))


def test_a_caption_can_mention_too() -> None:
    photo = [{**FILE, "width": 1, "height": 1}]
    entity = {"type": "mention", "offset": 0, "length": 13}
    raw = group_message(photo=photo, caption="@mia_test_bot look", caption_entities=[entity])
    assert words(raw) == "look"


@pytest.mark.parametrize(
    "said,heard",
    [
        ("@mia_test_bot how are you?", "how are you?"),
        ("@mia_test_bot, how are you?", "how are you?"),
        ("how are you @mia_test_bot", "how are you"),
        ("ask @mia_test_bot please", "ask @mia_test_bot please"),
        ("@mia_test_bot", "@mia_test_bot"),
        ("@mia_test_bot 👋 hi", "👋 hi"),
        ("👋 hi @mia_test_bot", "👋 hi"),
        ("@mia_test_bot /help", "/help"),
        ("/help@mia_test_bot me", "/help@mia_test_bot me"),
    ],
)
def test_what_only_calls_the_bot_is_left_out(said: str, heard: str) -> None:
    assert words(group_message(text=said)) == heard


def test_who_asked_is_known_to_the_buttons_of_the_answer() -> None:
    one = reader()
    message = Message.model_validate(group_message(31, text="@mia_test_bot hi"))
    assert one.message(message)
    assert one.author("-100500", "31") == "7"
    assert one.author("-100500", "32") == ""


# ---------------------------------------------------------------------------- presses


def query(data: str | None, *, chat: dict[str, Any] | None = None, by: int = 7) -> CallbackQuery:
    message = {"message_id": 40, "date": 0, "chat": chat or {"id": 7, "type": "private"}}
    raw = {"id": "q1", "from": person(by), "message": message, "chat_instance": "1", "data": data}
    return CallbackQuery.model_validate(raw)


def test_a_pressed_button_is_a_choice() -> None:
    data = CALLBACKS.button("7", "7", "persona", "leo")
    inbound = reader().choice(query(data), 1234)
    assert inbound is not None
    assert inbound.parts == (Choice(command="persona", argument="leo"),)
    assert (inbound.id, inbound.time, inbound.reply_to) == ("callback:q1", 1234, "40")
    assert inbound.private


def test_a_button_of_another_chat_or_person_or_nobody_is_nothing() -> None:
    mine = CALLBACKS.button("7", "7", "persona", "leo")
    group = {"id": -5, "type": "group"}
    assert reader().choice(query(mine, chat=group), 1) is None
    assert reader().choice(query(mine, by=8), 1) is None
    assert reader().choice(query("persona leo"), 1) is None
    assert reader().choice(query(""), 1) is None
    assert reader().choice(query(None), 1) is None
    assert reader().choice(query("é" * 30), 1) is None


def test_a_link_of_ours_is_a_choice_and_any_other_is_said() -> None:
    payload = CALLBACKS.link("7", "settings", "")
    assert parts(private_message(text=f"/start {payload}")) == (
        Choice(command="settings", method="deep link"),
    )
    assert words(private_message(text="/start summer-2026")) == "/start summer-2026"
    for_other = CALLBACKS.link("8", "settings", "")
    assert words(private_message(text=f"/start {for_other}")) == f"/start {for_other}"


def test_stop_is_a_choice() -> None:
    raw = {
        "update_id": 6,
        "stopped_message_generation": {
            "draft_id": 5,
            "chat": {"id": 7, "type": "private", "first_name": "X"},
        },
    }
    update = read_update(raw)
    assert update is not None
    assert update.stopped_message_generation is not None
    inbound = reader().stopped(update.stopped_message_generation, 6, 99)
    assert inbound is not None
    assert inbound.parts == (Choice(command="stop"),)
    assert (inbound.sender.id, inbound.address.chat, inbound.id) == ("7", "7", "stop:6")


def reactions(old: list[Any], new: list[Any], **more: Any) -> list[tuple[str, bool]]:
    change = {
        "chat": {"id": 7, "type": "private"},
        "message_id": 12,
        "date": 1_700_000_000,
        "user": person(),
        "old_reaction": old,
        "new_reaction": new,
        **more,
    }
    update = read_update({"update_id": 5, "message_reaction": change})
    assert update is not None
    assert update.message_reaction is not None
    inbounds = reader().reactions(update.message_reaction, 5)
    assert len({inbound.id for inbound in inbounds}) == len(inbounds)
    found = [inbound.reaction for inbound in inbounds if inbound.event is Event.REACTION]
    return [(one.emoji, one.removed) for one in found if one is not None]


def test_reactions_are_what_changed() -> None:
    heart, fire = {"type": "emoji", "emoji": "❤"}, {"type": "emoji", "emoji": "🔥"}
    custom = {"type": "custom_emoji", "custom_emoji_id": "1"}
    assert reactions([], [heart]) == [("❤", False)]
    assert reactions([heart], [fire]) == [("❤", True), ("🔥", False)]
    assert reactions([heart], []) == [("❤", True)]
    assert reactions([], [custom, {"type": "paid"}]) == [("⭐", False)]
    assert reactions([], [heart], user=None) == []
    assert reactions([], [heart], user=BOT) == []


# ---------------------------------------------------------------------------- the border


def everything() -> list[dict[str, Any]]:
    contents: list[dict[str, Any]] = [
        {"text": "hi"},
        *({field: MEDIA[field][0]} for field in MEDIA),
    ]
    contents += [{field: DROPPED[field]} for field in DROPPED]
    at = {"latitude": 52.987654, "longitude": 13.123456}
    venue = {"location": at, "title": "TITLECANARY", "address": "ADDRESSCANARY"}
    contents += [{"location": at}, {"venue": venue, "location": at}]
    forward = {"type": "user", "sender_user": person(9, first_name="FORWARDCANARY"), "date": 1}
    contents.append({"text": "hi", "forward_origin": forward})
    return contents


def test_nothing_of_a_person_is_read() -> None:
    raw = [
        {"update_id": number, "message": private_message(number, **content)}
        for number, content in enumerate(everything())
    ]
    data = CALLBACKS.button("7", "7", "help", "")
    raw.append({"update_id": 90, "callback_query": {"id": "1", "from": person(), "data": data}})
    read, unreadable = read_updates(raw)
    assert (len(read), unreadable) == (len(raw), 0)
    seen = "".join(repr(update) + update.model_dump_json() for update in read)
    assert [canary for canary in CANARIES if canary in seen] == []
    # The same canaries are in what Telegram sent.
    assert all(canary in repr(raw) for canary in CANARIES)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["update_id", "message", "chat", "id", "from", "text", "photo", "type"])
            | st.text(max_size=5),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(st.lists(JSON, max_size=4))
def test_whatever_comes_is_read_or_left_out(raw: list[Any]) -> None:
    good = {"update_id": 5, "message": private_message(text="hi")}
    read, unreadable = read_updates([*raw, good])
    assert len(read) + unreadable == len(raw) + 1
    assert isinstance(read[-1], Update)
    assert read[-1].update_id == 5

"""Groups and forums: what a bot hears in them, who is in them, and topics."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import ChatMemberAdministrator, ReplyParameters

from amity.testing.telegram_server import BotAccount, BotApiServer, Group, Person
from tests.testing.telegram_server.making import MakeBot, messages


@pytest.fixture
def group(server: BotApiServer, ann: Person, mia: BotAccount) -> Group:
    return server.group("Friends", ann, mia)


async def heard(bot: Bot) -> list[str]:
    return [message.text for message in messages(await bot.get_updates()) if message.text]


async def test_privacy_mode_lets_through_what_is_meant_for_the_bot(
    server: BotApiServer, bot: Bot, group: Group, ann: Person, mia: BotAccount
) -> None:
    chat = ann.open(group)
    chat.say("not for you")
    chat.say("Hello @mia_bot")
    chat.say("Hello @MIA_bot again")
    chat.say("Hello @other_bot")
    chat.say("/help@mia_bot")
    chat.say("/help@other_bot")
    chat.say("/help")
    sent = await bot.send_message(group.id, "Yes?")
    chat.say("a reply", reply_to=sent.message_id)
    chat.say(
        "Mia",
        entities=[{"type": "text_mention", "offset": 0, "length": 3, "user": mia.user.as_json()}],
    )
    assert await heard(bot) == [
        "Hello @mia_bot",
        "Hello @MIA_bot again",
        "/help@mia_bot",
        "/help",
        "a reply",
        "Mia",
    ]


async def test_a_bare_command_is_for_the_bot_that_spoke_last(
    server: BotApiServer, bot: Bot, group: Group, ann: Person, sdk: MakeBot
) -> None:
    leo = server.bot("Leo")
    group.add(leo, by=ann)
    other = sdk(leo)
    await other.send_message(group.id, "Leo here")
    ann.open(group).say("/help")
    assert await heard(bot) == []
    assert await heard(other) == ["/help"]
    assert [one.author for one in group.messages if one.kind == "text"] == ["Leo", "Ann Example"]


@pytest.mark.parametrize("how", ["privacy off", "administrator"])
async def test_some_bots_hear_everything(
    server: BotApiServer, sdk: MakeBot, ann: Person, how: str
) -> None:
    account = server.bot("Ears", reads_groups=how == "privacy off")
    group = server.group("Friends", ann, account)
    if how == "administrator":
        group.promote(account)
    bot = sdk(account)
    ann.open(group).say("not for you")
    assert await heard(bot) == ["not for you"]
    me = await bot.get_me()
    assert me.can_read_all_group_messages is (how == "privacy off")


async def test_bots_do_not_hear_each_other(server: BotApiServer, sdk: MakeBot, ann: Person) -> None:
    accounts = [server.bot("One", reads_groups=True), server.bot("Two", reads_groups=True)]
    group = server.group("Friends", ann, *accounts)
    one, two = (sdk(account) for account in accounts)
    sent = await one.send_message(group.id, "@two_bot hello")
    assert await heard(two) == []
    with pytest.raises(TelegramBadRequest, match="message to be replied not found"):
        await two.send_message(
            group.id, "a", reply_parameters=ReplyParameters(message_id=sent.message_id)
        )


async def test_coming_and_going_is_told(
    server: BotApiServer, bot: Bot, mia: BotAccount, ann: Person
) -> None:
    group = server.group("Friends", ann)
    group.add(mia, by=ann)
    bea = server.person("Bea")
    group.add(bea)
    group.promote(mia, rights=["can_delete_messages"])
    group.leave(bea)
    group.remove(mia)
    updates = await bot.get_updates()
    changes = [u.my_chat_member for u in updates if u.my_chat_member]
    assert [(one.old_chat_member.status, one.new_chat_member.status) for one in changes] == [
        ("left", "member"),
        ("member", "administrator"),
        ("administrator", "kicked"),
    ]
    promoted = changes[1].new_chat_member
    assert isinstance(promoted, ChatMemberAdministrator)
    assert (promoted.can_delete_messages, promoted.can_pin_messages) == (True, False)
    assert changes[0].from_user.id == ann.id
    told = messages(updates)
    assert [[u.id for u in m.new_chat_members or []] for m in told][:2] == [[mia.id], [bea.id]]
    assert told[2].left_chat_member is not None
    assert told[2].left_chat_member.id == bea.id


async def test_members_of_others_are_told_to_administrators_that_ask(
    server: BotApiServer, bot: Bot, group: Group, mia: BotAccount
) -> None:
    await bot.get_updates(offset=-1, allowed_updates=["chat_member", "my_chat_member"])
    group.promote(mia)
    group.add(server.person("Bea"))
    updates = await bot.get_updates()
    changes = [u.chat_member for u in updates if u.chat_member]
    assert [one.new_chat_member.user.first_name for one in changes] == ["Bea"]


async def test_what_can_be_asked_about_a_group(
    server: BotApiServer, bot: Bot, group: Group, ann: Person, mia: BotAccount
) -> None:
    about = await bot.get_chat(group.id)
    assert (about.type, about.title) == ("supergroup", "Friends")
    member = await bot.get_chat_member(group.id, ann.id)
    assert (member.status, member.user.id) == ("creator", ann.id)
    assert (await bot.get_chat_member(group.id, mia.id)).status == "member"
    assert [one.user.id for one in await bot.get_chat_administrators(group.id)] == [ann.id]
    assert await bot.get_chat_member_count(group.id) == 2
    with pytest.raises(TelegramBadRequest, match="member not found"):
        await bot.get_chat_member(group.id, server.person("Bea").id)
    ann.open(mia).start()
    private = await bot.get_chat(ann.id)
    assert (private.type, private.first_name) == ("private", "Ann")
    assert (await bot.get_chat_member(ann.id, ann.id)).status == "member"
    assert await bot.get_chat_member_count(ann.id) == 2
    with pytest.raises(TelegramBadRequest, match="no administrators in the private chat"):
        await bot.get_chat_administrators(ann.id)


async def test_a_public_group_has_a_name(
    server: BotApiServer, bot: Bot, ann: Person, mia: BotAccount
) -> None:
    group = server.group("Friends", ann, mia, username="friends_here")
    sent = await bot.send_message("@friends_here", "Hello")
    assert sent.chat.id == group.id
    assert sent.chat.username == "friends_here"


async def test_topics_of_a_forum(
    server: BotApiServer, bot: Bot, ann: Person, mia: BotAccount
) -> None:
    group = server.group("Forum", ann, mia, forum=True)
    with pytest.raises(TelegramBadRequest, match="not enough rights to create a topic"):
        await bot.create_forum_topic(group.id, "Tea")
    group.promote(mia)
    topic = await bot.create_forum_topic(group.id, "Tea")
    thread = topic.message_thread_id
    sent = await bot.send_message(group.id, "In the topic", message_thread_id=thread)
    assert (sent.message_thread_id, sent.is_topic_message) == (thread, True)
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.forum_topic_created is not None
    inside = ann.open(group, topic=thread)
    shown = await inside.next()
    assert (shown.text, shown.reply_to) == ("In the topic", 0)
    inside.say("answer", reply_to=shown)
    answer = messages(await bot.get_updates())[-1]
    assert (answer.message_thread_id, answer.text) == (thread, "answer")
    assert answer.reply_to_message is not None
    assert answer.reply_to_message.message_id == sent.message_id
    ann.open(group).say("In General")
    assert messages(await bot.get_updates())[-1].message_thread_id is None
    await bot.edit_forum_topic(group.id, thread, name="Coffee")
    await bot.close_forum_topic(group.id, thread)
    with pytest.raises(TelegramBadRequest, match="TOPIC_NOT_MODIFIED"):
        await bot.close_forum_topic(group.id, thread)
    await bot.send_message(group.id, "administrators may", message_thread_id=thread)
    group.demote(mia)
    with pytest.raises(TelegramBadRequest, match="TOPIC_CLOSED"):
        await bot.send_message(group.id, "others not", message_thread_id=thread)
    group.promote(mia)
    await bot.reopen_forum_topic(group.id, thread)
    await bot.delete_forum_topic(group.id, thread)
    with pytest.raises(TelegramBadRequest, match="message thread not found"):
        await bot.send_message(group.id, "gone", message_thread_id=thread)
    assert inside.messages == []


async def test_a_topic_that_a_person_opens(
    server: BotApiServer, bot: Bot, ann: Person, mia: BotAccount, group: Group
) -> None:
    forum = server.group("Forum", ann, mia, forum=True)
    topic = forum.topic("Tea")
    created = messages(await bot.get_updates())[-1]
    assert created.forum_topic_created is not None
    assert created.message_thread_id == topic.id
    with pytest.raises(ValueError, match="no forum"):
        group.topic("Tea")
    with pytest.raises(TelegramBadRequest, match="the chat is not a forum"):
        await bot.create_forum_topic(group.id, "Tea")


async def test_replies_in_a_plain_supergroup_make_threads(
    bot: Bot, group: Group, ann: Person
) -> None:
    first = await bot.send_message(group.id, "first")
    chat = ann.open(group)
    chat.say("second", reply_to=first.message_id)
    (second,) = [m for m in messages(await bot.get_updates()) if m.text]
    assert second.message_thread_id == first.message_id
    assert second.is_topic_message is None
    third = await bot.send_message(group.id, "third", message_thread_id=first.message_id)
    assert third.message_thread_id == first.message_id


async def test_who_is_not_in_a_group_cannot_write_there(
    server: BotApiServer, group: Group, ann: Person, mia: BotAccount
) -> None:
    bea = server.person("Bea")
    with pytest.raises(ValueError, match="Bea cannot write"):
        bea.open(group).say("Hello")
    group.add(bea)
    group.mute(bea)
    with pytest.raises(ValueError, match="Bea cannot write"):
        bea.open(group).say("Hello")
    with pytest.raises(ValueError, match="cannot be added"):
        group.add(server.bot("Shy", joins_groups=False), by=ann)
    with pytest.raises(ValueError, match="private chat"):
        ann.open(group).block()

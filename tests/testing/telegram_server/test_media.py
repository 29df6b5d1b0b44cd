"""Files in both directions: uploads, ids, albums, downloads."""

from collections.abc import Awaitable, Callable

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    BufferedInputFile,
    InputFile,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    Message,
)

from amity.testing.telegram_server import (
    Animation,
    Audio,
    BotAccount,
    BotApiServer,
    Document,
    Media,
    OpenChat,
    Photo,
    Sticker,
    Video,
    VideoNote,
    Voice,
)
from amity.testing.telegram_server.pictures import make_png, picture_size
from tests.testing.telegram_server.making import messages

FROM_PEOPLE: list[tuple[str, Media, bytes]] = [
    ("voice", Voice(data=b"OggS voice"), b"OggS voice"),
    ("audio", Audio(data=b"ID3 song", title="Song", performer="Somebody"), b"ID3 song"),
    ("video", Video(data=b"a video"), b"a video"),
    ("video_note", VideoNote(data=b"a round video"), b"a round video"),
    ("document", Document(data=b"a file", name="a.txt"), b"a file"),
    ("animation", Animation(data=b"a gif"), b"a gif"),
    ("sticker", Sticker(data=b"a sticker", emoji="😀"), b"a sticker"),
]


@pytest.mark.parametrize("kind,media,data", FROM_PEOPLE, ids=[one[0] for one in FROM_PEOPLE])
async def test_what_a_person_sends_can_be_fetched_and_sent_back(
    bot: Bot, chat: OpenChat, kind: str, media: Media, data: bytes
) -> None:
    chat.send(media)
    (message,) = messages(await bot.get_updates())
    sent = getattr(message, kind)
    assert sent.file_size == len(data)
    file = await bot.get_file(sent.file_id)
    assert file.file_unique_id == sent.file_unique_id
    assert file.file_path is not None
    downloaded = await bot.download_file(file.file_path)
    assert downloaded is not None
    assert downloaded.read() == data
    back = await getattr(bot, f"send_{kind}")(chat.person.id, sent.file_id)
    assert getattr(back, kind).file_unique_id == sent.file_unique_id
    shown = chat.messages[-1]
    assert shown.kind == kind
    assert shown.file is not None
    assert shown.file.data == data


async def test_a_photo_has_sizes(bot: Bot, chat: OpenChat) -> None:
    picture = make_png(1000, 500)
    chat.send(Photo(data=picture), caption="Look at https://example.org")
    (message,) = messages(await bot.get_updates())
    assert message.photo is not None
    assert [(size.width, size.height) for size in message.photo] == [
        (90, 45),
        (320, 160),
        (800, 400),
        (1000, 500),
    ]
    assert len({size.file_id for size in message.photo}) == 4
    assert message.caption == "Look at https://example.org"
    assert message.caption_entities is not None
    small, large = message.photo[0], message.photo[-1]
    downloaded = await bot.download(large)
    assert downloaded is not None
    assert downloaded.read() == picture
    downloaded = await bot.download(small)
    assert downloaded is not None
    assert picture_size(downloaded.read()) == (90, 45)
    back = await bot.send_photo(chat.person.id, small.file_id, has_spoiler=True)
    assert back.photo is not None
    assert [size.file_unique_id for size in back.photo] == [
        size.file_unique_id for size in message.photo
    ]
    assert back.has_media_spoiler


Upload = Callable[[Bot, int, InputFile], Awaitable[Message]]
UPLOADS: list[tuple[str, Upload]] = [
    ("voice", lambda bot, to, file: bot.send_voice(to, file, duration=4)),
    ("audio", lambda bot, to, file: bot.send_audio(to, file, duration=4, title="T")),
    ("video", lambda bot, to, file: bot.send_video(to, file, duration=4, width=3, height=2)),
    ("video_note", lambda bot, to, file: bot.send_video_note(to, file, duration=4)),
    ("document", lambda bot, to, file: bot.send_document(to, file)),
    ("animation", lambda bot, to, file: bot.send_animation(to, file, duration=4)),
    ("sticker", lambda bot, to, file: bot.send_sticker(to, file, emoji="😀")),
    ("photo", lambda bot, to, file: bot.send_photo(to, file)),
]


@pytest.mark.parametrize("kind,upload", UPLOADS, ids=[one[0] for one in UPLOADS])
async def test_what_a_bot_uploads_is_seen_and_has_an_id(
    bot: Bot, chat: OpenChat, kind: str, upload: Upload
) -> None:
    chat.start()
    data = make_png(60, 40) if kind == "photo" else b"some bytes"
    sent = await upload(bot, chat.person.id, BufferedInputFile(data, "name.bin"))
    shown = await chat.next()
    assert shown.kind == kind
    assert shown.file is not None
    assert shown.file.data == data
    value = getattr(sent, kind)
    file_id = value[-1].file_id if kind == "photo" else value.file_id
    downloaded = await bot.download(file_id)
    assert downloaded is not None
    assert downloaded.read() == data
    if kind in {"voice", "audio", "video", "video_note", "animation"}:
        assert value.duration == 4


async def test_an_album_of_a_person_is_several_updates_with_one_group(
    bot: Bot, chat: OpenChat
) -> None:
    sent = chat.send_album([Photo(), Video(), Photo()], caption="Three")
    received = messages(await bot.get_updates())
    assert len({message.media_group_id for message in received}) == 1
    assert received[0].media_group_id
    assert [message.caption for message in received] == ["Three", None, None]
    assert [message.message_id for message in received] == [shown.id for shown in sent]


async def test_an_album_of_a_bot(bot: Bot, chat: OpenChat) -> None:
    chat.start()
    photo = InputMediaPhoto(
        media=BufferedInputFile(make_png(40, 40), "a.png"),
        caption="<b>Two</b>",
        parse_mode="HTML",
    )
    video = InputMediaVideo(media=BufferedInputFile(b"video", "a.mp4"), duration=3)
    sent = await bot.send_media_group(chat.person.id, [photo, video])
    assert sent[0].media_group_id == sent[1].media_group_id is not None
    shown = chat.messages[-2:]
    assert [one.kind for one in shown] == ["photo", "video"]
    assert [one.text for one in shown] == ["Two", ""]
    assert shown[0].entities[0]["type"] == "bold"
    documents = [
        InputMediaDocument(media=BufferedInputFile(b"a", f"{number}.txt")) for number in range(11)
    ]
    with pytest.raises(TelegramBadRequest, match="too many messages to send as an album"):
        await bot.send_media_group(chat.person.id, list(documents))
    assert len(chat.messages) == 3


async def test_links_to_files_last_an_hour_and_belong_to_one_bot(
    server: BotApiServer, bot: Bot, mia: BotAccount, chat: OpenChat
) -> None:
    leo = server.bot("Leo")
    chat.send(Document(data=b"secret"))
    (message,) = messages(await bot.get_updates())
    assert message.document is not None
    file = await bot.get_file(message.document.file_id)

    async def status(token: str) -> int:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{server.url}/file/bot{token}/{file.file_path}") as answer,
        ):
            return answer.status

    assert await status(mia.token) == 200
    assert await status(leo.token) == 404
    assert await status("1:nobody") == 401
    server.move_clock(3601)
    assert await status(mia.token) == 404


async def test_a_file_that_is_too_large_to_fetch(
    server: BotApiServer, bot: Bot, chat: OpenChat
) -> None:
    server.world.download_limit = 10
    chat.send(Document(data=b"eleven byte"))
    (message,) = messages(await bot.get_updates())
    assert message.document is not None
    with pytest.raises(TelegramBadRequest, match="file is too big"):
        await bot.get_file(message.document.file_id)


@pytest.mark.parametrize(
    "data,size",
    [
        (make_png(3, 5), (3, 5)),
        (b"GIF89a" + bytes([7, 0, 9, 0]), (7, 9)),
        (b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x00\x05\x00\x03", (3, 5)),
        (b"RIFF\0\0\0\0WEBPVP8X" + bytes(8) + bytes([2, 0, 0, 4, 0, 0]), (3, 5)),
        (b"RIFF\0\0\0\0WEBPVP8 " + bytes(10) + bytes([3, 0, 5, 0]), (3, 5)),
        (b"RIFF\0\0\0\0WEBPVP8L" + bytes(5) + bytes([2, 0, 1, 0]), (3, 5)),
        (b"\xff\xd8\xff", None),
        (b"RIFF\0\0\0\0WEBPVP8?", None),
        (b"", None),
    ],
)
def test_pictures_are_measured(data: bytes, size: tuple[int, int] | None) -> None:
    assert picture_size(data) == size


async def test_a_file_can_be_lost(server: BotApiServer, bot: Bot, chat: OpenChat) -> None:
    chat.send(Document(data=b"a file"))
    chat.send(Document(data=b"another"))
    lost, kept = messages(await bot.get_updates())
    assert lost.document is not None
    assert kept.document is not None
    path = (await bot.get_file(lost.document.file_id)).file_path
    server.world.files.lose(next(f for f in server.world.files.all if f.data == b"a file"))
    with pytest.raises(TelegramBadRequest, match="temporarily unavailable"):
        await bot.get_file(lost.document.file_id)
    with pytest.raises(aiohttp.ClientResponseError):
        await bot.download_file(path or "")
    assert await bot.download(kept.document.file_id) is not None

"""The page on a real `amity run` with nothing configured: the offline voice speaks."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openai
import pytest

from tests.support.amity import AmityProcess
from tests.web.walking import SIZES, Axe, OpenPage, enter, menu, replies, say

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

CANARY = "canary-5d9e"


LOOKS = [
    ("phone", "dark"),
    ("desktop", "light"),
    *(
        pytest.param(look, marks=pytest.mark.soak)
        for look in [("phone", "light"), ("desktop", "dark")]
    ),
]


@pytest.mark.parametrize("look", LOOKS)
async def test_the_walk(
    start_amity: Callable[..., AmityProcess],
    open_page: OpenPage,
    axe: Axe,
    look: tuple[str, str],
    tmp_path: Path,
) -> None:
    size, scheme = look
    assert size in SIZES
    # The walk presses more in its ten seconds than a person can.
    amity = start_amity(environment={"AMITY__LIMITS__BURST": "100"})
    await amity.aready()
    page = await open_page(amity.url, size, scheme)
    await page.wait_for_selector("[data-choice=i_am_18]")
    assert await axe(page) == []
    assert not await page.context.cookies()
    await page.click("[data-choice=i_am_18]")
    await page.wait_for_selector("[data-choice=agree]")
    assert await axe(page) == []
    await page.click("[data-choice=agree]")
    await page.wait_for_selector("#text:visible")
    greeting = (await replies(page, 1))[0]
    assert "Mia" in greeting
    await page.wait_for_selector(".message.service >> text=software, not a human being")

    # The first reply says what the offline voice is; it is stopped while it is being written.
    await say(page, "Good evening! I was at the lake today.")
    await page.wait_for_selector(".draft")
    await page.click("#stop")
    await page.wait_for_selector(".cut")
    await say(page, f"I had a long day at work, and {CANARY} happened.")
    await replies(page, 3)
    await say(page, "What do you like?")
    await replies(page, 4)
    assert await axe(page) == []

    await page.locator(".message.persona .tools button").click()
    await page.wait_for_selector("#stop", state="hidden")
    assert len(await replies(page, 4)) == 4

    await menu(page, "[data-persona=leo]")
    await page.wait_for_selector("#head-name:has-text('Leo')")
    assert "Leo" in (await replies(page, 1))[0]
    await menu(page, "[data-persona=mia]")
    await replies(page, 4)

    await menu(page, "#open-settings")
    await page.fill("#set-name", "Anna")
    await page.select_option("#set-country", "DE")
    await page.click("#settings .form .strong")
    await page.wait_for_selector("#settings >> text=Saved.")
    await page.keyboard.press("Escape")

    await rights(page, axe, tmp_path)


async def rights(page: Any, axe: Axe, folder: Path) -> None:
    await menu(page, "#open-data")
    await page.click("[data-right=export]")
    async with page.expect_download() as download:
        await page.click("#data a.file")
    file = folder / "export.zip"
    await (await download.value).save_as(file)
    with zipfile.ZipFile(file) as archive:
        texts = b"".join(archive.read(name) for name in archive.namelist())
    assert CANARY.encode() in texts
    assert await axe(page) == []

    await page.click("[data-right=clear]")
    await page.click("#data .choices button >> nth=0")
    await page.wait_for_selector("#data >> text=Deleted for good")
    await page.wait_for_selector(".message.person", state="detached")
    await page.click("[data-right=delete]")
    await page.click("#data .choices button >> nth=0")
    await page.wait_for_selector("#farewell:visible")
    assert await axe(page) == []
    await page.click("#farewell button")
    await page.wait_for_selector("[data-choice=i_am_18]")
    assert not await page.context.cookies()


async def test_a_key_talks_through_the_same_gate(
    start_amity: Callable[..., AmityProcess], open_page: OpenPage
) -> None:
    amity = start_amity()
    await amity.aready()
    page = await open_page(amity.url)
    await enter(page)
    await replies(page, 1)
    await menu(page, "#open-settings")
    await page.fill("#key-label", "test")
    await page.click("#settings .inline button")
    key = await page.inner_text("#settings .secret")
    await page.keyboard.press("Escape")
    messages: Any = [{"role": "user", "content": "How are you today, friend?"}]
    async with openai.AsyncOpenAI(base_url=f"{amity.url}/v1", api_key=key, max_retries=0) as ai:
        assert [model.id async for model in ai.models.list()] == ["mia", "leo"]
        plain = await ai.chat.completions.create(model="mia", messages=messages)
        text = plain.choices[0].message.content or ""
        assert text
        # The page shows what was said with the key: it is the same person's conversation.
        await page.wait_for_selector(".message.person >> text=How are you today, friend?")
        stream = await ai.chat.completions.create(model="mia", messages=messages, stream=True)
        pieces = [piece.choices[0].delta.content or "" async for piece in stream]
        assert len([piece for piece in pieces if piece]) > 1
        await replies(page, 3)

        await menu(page, "#open-data")
        await page.click("[data-right=pause]")
        await page.wait_for_selector("#data .service >> text=/resume")
        paused = await ai.chat.completions.create(model="mia", messages=messages)
        assert "/resume" in (paused.choices[0].message.content or "")
        assert paused.model_extra is not None
        assert paused.model_extra["amity"]["kind"] == "notice"

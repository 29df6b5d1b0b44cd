"""The page in a real browser: a walk through all of it, on phone and desktop, light and dark."""

import re
from functools import partial
from typing import Any

import pytest

from tests.web.conftest import Serve, Site
from tests.web.walking import SIZES, Axe, OpenPage, enter, menu, replies, say

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_walk(site: Site, open_page: OpenPage, axe: Axe, size: str, scheme: str) -> None:
    if (size, scheme) in {("phone", "light"), ("desktop", "dark")}:
        axe = partial(axe, tags=("wcag2aa",))  # the other two walks judge all the rest
    page = await open_page(site.url, size, scheme)
    await page.wait_for_selector("[data-choice=i_am_18]")
    assert await axe(page) == []
    yes, no = page.locator("[data-choice=i_am_18]"), page.locator("[data-choice=under_18]")
    one, other = await yes.bounding_box(), await no.bounding_box()
    assert abs(one["width"] - other["width"]) < 1
    assert abs(one["height"] - other["height"]) < 1
    assert await yes.get_attribute("class") == await no.get_attribute("class")
    assert not await page.context.cookies()

    await yes.click()
    await page.wait_for_selector("[data-choice=agree]")
    assert await axe(page) == []
    await page.click("[data-choice=agree]")
    await page.wait_for_selector("#text:visible")
    assert await axe(page) == []

    # Three turns, with what Markdown can do.
    await say(page, "first words")
    assert (await replies(page, 1))[-1] == "You said: first words"
    await say(page, "**two**\n\n- a\n- b\n\n```\ncode\n```\n\n[out](https://example.org)")
    await replies(page, 2)
    assert await page.locator(".persona strong, .persona li, .persona pre").count() == 4
    assert "example.org" in await page.locator(".persona a.leaves").inner_text()
    await say(page, "third")
    await replies(page, 3)
    assert await axe(page) == []

    # Stop.
    site.host.pace = 0.05
    await say(page, "a very long thing to say " * 10)
    await page.wait_for_selector(".draft")
    assert await axe(page) == []
    await page.click("#stop")
    assert len((await replies(page, 4))[-1]) < 200
    await page.wait_for_selector(".cut")
    site.host.pace = 0.001

    # Regenerate.
    await page.locator(".message.persona .tools button").click()
    await page.wait_for_selector("text=(again)")
    assert len(await replies(page, 4)) == 4

    # Another persona, and back.
    await menu(page, "[data-persona=leo]")
    await page.wait_for_selector("#head-name:has-text('Leo')")
    await say(page, "hello Leo")
    assert await replies(page, 1) == ["You said: hello Leo"]
    await menu(page, "[data-persona=mia]")
    assert len(await replies(page, 4)) == 4

    await settings(page, axe)
    await rights(page, axe)


async def settings(page: Any, axe: Axe) -> None:
    await menu(page, "#open-settings")
    await page.fill("#set-name", "Anna")
    await page.select_option("#set-country", "DE")
    await page.select_option("#set-zone", "Europe/Berlin")
    assert await axe(page) == []
    await page.click("#settings .form .strong")
    await page.wait_for_selector("#settings >> text=Saved.")
    await page.fill("#key-label", "laptop")
    await page.click("#settings .inline button")
    await page.wait_for_selector("#settings .secret")
    assert await axe(page) == []
    await page.click("#settings .keys button")
    await page.wait_for_selector("text=The key no longer works.")
    await page.keyboard.press("Escape")


async def rights(page: Any, axe: Axe) -> None:
    await menu(page, "#open-data")
    assert await axe(page) == []
    await page.click("[data-right=export]")
    async with page.expect_download() as download:
        await page.click("#data a.file")
    assert (await download.value).suggested_filename == "amity.json"
    await page.click("[data-right=recovery]")
    assert re.fullmatch(r"[0-9a-f-]{39}", await page.inner_text("#data .secret"))
    await page.click("[data-right=clear]")
    await page.click("#data .choices >> text=This conversation")
    await page.wait_for_selector("#data >> text=Cleared.")
    await page.wait_for_selector(".message", state="detached")
    await page.click("[data-right=pause]")
    await page.wait_for_selector("#data >> text=Paused.")
    await page.keyboard.press("Escape")
    await page.click("#banner button")
    await page.wait_for_selector("#banner", state="hidden")
    await menu(page, "#open-data")
    await page.click("[data-right=delete]")
    await page.wait_for_selector("#data .choices")
    assert await axe(page) == []
    await page.click("#data .choices button")
    await page.wait_for_selector("#farewell >> text=Everything about you was erased.")
    assert await axe(page) == []
    await page.click("#farewell button")
    await page.wait_for_selector("[data-choice=i_am_18]")
    assert not await page.context.cookies()


async def test_under_18_ends_it(site: Site, open_page: OpenPage, axe: Axe) -> None:
    page = await open_page(site.url, "phone")
    await page.click("[data-choice=under_18]")
    await page.wait_for_selector("text=only for people of 18 or over")
    assert await axe(page) == []
    await page.reload()
    await page.wait_for_selector("text=only for people of 18 or over")
    assert await page.locator("[data-choice]").count() == 0


async def test_declining_costs_nothing(site: Site, open_page: OpenPage, axe: Axe) -> None:
    page = await open_page(site.url)
    await page.click("[data-choice=i_am_18]")
    await page.click("[data-choice=decline]")
    await page.wait_for_selector("text=Nothing was kept")
    assert await axe(page) == []
    await page.click("#gate .gate-answers button")
    await page.wait_for_selector("[data-choice=agree]")


async def test_all_of_it_by_keyboard(site: Site, open_page: OpenPage) -> None:
    page = await open_page(site.url)
    await page.wait_for_selector("#gate-title")

    async def tab_to(selector: str) -> None:
        for _ in range(40):
            await page.keyboard.press("Tab")
            if await page.evaluate("s => document.activeElement?.matches(s) ?? false", selector):
                return
        raise AssertionError(f"Tab never came to {selector}")

    await tab_to("[data-choice=i_am_18]")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("[data-choice=agree]")
    await tab_to("[data-choice=agree]")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#text:focus")
    await page.keyboard.type("typed words")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("second line")
    await page.keyboard.press("Enter")
    assert "typed words" in (await replies(page, 1))[0]
    await tab_to("[data-persona]")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#head-name:has-text('Leo')")
    await tab_to("#open-settings")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#settings[open]")
    await page.keyboard.press("Escape")
    await page.wait_for_selector("#open-settings:focus")


async def test_the_key_that_asks_for_a_deletion_does_not_confirm_it(
    site: Site, open_page: OpenPage
) -> None:
    page = await open_page(site.url)
    await enter(page)
    await menu(page, "#open-data")
    await page.focus("[data-right=delete]")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#data .service-words:focus button")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await page.wait_for_selector("#data .service-words button:focus")
    people = list(site.host.people.values())
    assert [person.state for person in people] == ["active"]


async def test_the_words_of_a_setting_are_not_broken(site: Site, open_page: OpenPage) -> None:
    page = await open_page(site.url, "phone", locale="ru-RU")
    await enter(page)
    await menu(page, "#open-settings")
    # None is narrower than its longest word.
    fits = (
        "nodes => nodes.map(node => { const whole = node.getBoundingClientRect().width;"
        " node.style.cssText = 'width: min-content; overflow-wrap: normal';"
        " const least = node.getBoundingClientRect().width;"
        " node.style.cssText = ''; return least <= whole + 1; })"
    )
    assert await page.eval_on_selector_all("#settings .segment span", fits) == [True] * 3


async def test_finished_messages_are_announced_and_drafts_are_not(
    site: Site, open_page: OpenPage
) -> None:
    page = await open_page(site.url)
    await enter(page)
    await say(page, "hello")
    await replies(page, 1)
    assert await page.get_attribute("#log", "aria-live") == "polite"
    assert await page.get_attribute("#drafts", "aria-live") == "off"
    assert await page.locator("#log .draft").count() == 0
    assert "Mia: " in await page.locator("#log .message.persona .unseen").first.text_content()


async def test_a_broken_line_is_said_and_nothing_is_missed(site: Site, open_page: OpenPage) -> None:
    page = await open_page(site.url)
    await enter(page)
    await say(page, "before")
    await replies(page, 1)
    await page.context.set_offline(True)
    site.adapter._hub._streams.copy()
    for streams in list(site.adapter._hub._streams.values()):
        for listener in streams:
            listener.end("closing")
    await page.wait_for_selector("#banner >> text=The connection is lost")
    await say(page, "while away")
    await page.wait_for_selector(".state-unsent")
    await page.context.set_offline(False)
    await page.wait_for_selector("#banner", state="hidden")
    await page.click(".state-unsent .tool")
    assert (await replies(page, 2))[-1] == "You said: while away"
    assert await page.locator(".message.person").count() == 2


async def test_what_stays_unanswered_is_marked_and_can_be_asked_again(
    site: Site, open_page: OpenPage, axe: Axe
) -> None:
    page = await open_page(site.url)
    await enter(page)
    site.host.mute.add("are you there?")
    await say(page, "are you there?")
    await page.wait_for_selector(".state-unanswered")
    await page.wait_for_selector("text=ab12cd34")
    assert await axe(page) == []
    site.host.mute.clear()
    await page.click(".state-unanswered .tool")
    assert await replies(page, 1) == ["You said: are you there?"]


async def test_a_new_answer_is_offered_only_for_what_was_said_last(
    site: Site, open_page: OpenPage
) -> None:
    page = await open_page(site.url)
    await enter(page)
    await say(page, "first")
    await replies(page, 1)
    await page.wait_for_selector(".message.persona .tools button")
    site.host.gap.clear()
    await say(page, "second")
    await page.wait_for_selector(".message.person >> text=second")
    assert await page.locator(".message.persona .tools button").count() == 0
    site.host.gap.set()
    assert (await replies(page, 2))[1] == "You said: second"
    await page.wait_for_selector("li.message.persona:last-of-type .tools button")
    assert await page.locator(".message.persona .tools button").count() == 1


async def test_the_gate_has_help_where_nothing_can_be_typed(
    site: Site, open_page: OpenPage, axe: Axe
) -> None:
    page = await open_page(site.url)
    await page.click("#gate-help")
    await page.wait_for_selector("#gate-card .service-words >> text=Help: /privacy")
    assert await axe(page) == []
    await page.click("[data-choice=i_am_18]")
    await page.wait_for_selector("[data-choice=agree]")
    await page.click("#gate-help")
    await page.wait_for_selector("#gate-card .service-words >> text=Help: /privacy")


@pytest.mark.parametrize(
    "locale, twelve", [("en-GB", False), ("en-US", True)], ids=["british", "american"]
)
async def test_the_clock_is_the_one_of_the_browsers_country(
    site: Site, open_page: OpenPage, locale: str, *, twelve: bool
) -> None:
    page = await open_page(site.url, locale=locale)
    await enter(page)
    await say(page, "what time is it?")
    await replies(page, 1)
    shown = await page.inner_text(".message.persona time")
    assert (shown[-1:] == "M") is twelve, shown


async def test_the_last_message_can_be_changed(site: Site, open_page: OpenPage) -> None:
    page = await open_page(site.url)
    await enter(page)
    await say(page, "helo")
    await replies(page, 1)
    await page.click(".message.person .tools button")
    assert await page.input_value("#text") == "helo"
    await say(page, "hello")
    await page.wait_for_selector("text=You said: hello")
    assert await page.locator(".message.person").count() == 1


async def test_two_pages_of_one_person_show_the_same(site: Site, open_page: OpenPage) -> None:
    page = await open_page(site.url)
    await enter(page)
    other = await page.context.new_page()
    await other.goto(site.url)
    await other.wait_for_selector("#text:visible")
    await say(page, "from the first")
    await other.wait_for_selector(".message.person >> text=from the first")
    assert await replies(other, 1) == ["You said: from the first"]
    await say(other, "from the second")
    await page.wait_for_selector(".message.person >> text=from the second")
    await page.reload()
    assert len(await replies(page, 2)) == 2


async def test_recovery_in_another_browser(site: Site, open_page: OpenPage, axe: Axe) -> None:
    page = await open_page(site.url)
    await enter(page)
    await say(page, "remember this")
    await replies(page, 1)
    await menu(page, "#open-data")
    await page.click("[data-right=recovery]")
    code = await page.inner_text("#data .secret")
    other = await open_page(site.url, "phone", "dark")
    await enter(other)
    await menu(other, "#open-data")
    await other.click("[data-right=recover]")
    await other.fill("#recover-code", code)
    await other.click("#recover .strong")
    await other.wait_for_selector("#recover .warning")
    assert await axe(other) == []
    await other.click("#recover .danger")
    assert await replies(other, 1) == ["You said: remember this"]


async def test_in_russian(site: Site, open_page: OpenPage, axe: Axe) -> None:
    page = await open_page(site.url, locale="ru-RU")
    await page.wait_for_selector("text=Добро пожаловать")
    assert await page.get_attribute("html", "lang") == "ru"
    await page.select_option("#gate-language", "en")
    await page.wait_for_selector("text=Welcome to")
    await page.select_option("#gate-language", "ru")
    await page.wait_for_selector("text=Добро пожаловать")
    await enter(page)
    assert await axe(page) == []


async def test_long_words_and_other_scripts_fit(site: Site, open_page: OpenPage) -> None:
    page = await open_page(site.url, "phone")
    await enter(page)
    await say(page, "x" * 600 + "\n\nשלום עולם\n\n| " + " | ".join("abcdefghij" * 2) + " |")
    await replies(page, 1)
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390
    assert await page.locator(".message.person .bubble").get_attribute("dir") == "auto"


async def test_a_person_is_let_in_with_a_code(site: Site, open_page: OpenPage, axe: Axe) -> None:
    site.host.code = "open sesame"
    page = await open_page(site.url)
    await page.click("[data-choice=i_am_18]")
    await page.wait_for_selector("text=Please send the access code.")
    assert await axe(page) == []
    await page.fill("#gate-code", "wrong")
    await page.press("#gate-code", "Enter")
    await page.wait_for_selector("text=Please send the access code.")
    await page.fill("#gate-code", "open sesame")
    await page.press("#gate-code", "Enter")
    await page.wait_for_selector("[data-choice=agree]")


async def test_without_scripts_it_says_so(serving: Serve, open_page: OpenPage) -> None:
    page = await open_page((await serving()).url, java_script_enabled=False)
    assert "needs JavaScript" in await page.inner_text("body")

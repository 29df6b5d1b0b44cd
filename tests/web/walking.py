"""What walks over the page have in common: what a person does there."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

SIZES: Final = {"phone": (390, 844), "desktop": (1280, 800)}

Axe = Callable[..., Awaitable[list[Any]]]
OpenPage = Callable[..., Awaitable[Any]]


@asynccontextmanager
async def opening(browser: Any) -> AsyncIterator[OpenPage]:
    """Give a way to open pages.

    At the end nothing may have left the origin, and no script may have failed.
    """
    contexts: list[Any] = []
    bad: list[str] = []

    async def new(url: str, size: str = "desktop", scheme: str = "light", **options: Any) -> Any:
        width, height = SIZES[size]
        options = {"viewport": {"width": width, "height": height}, **options}
        context = await browser.new_context(color_scheme=scheme, **options)
        contexts.append(context)
        page = await context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: bad.append(f"error: {error}"))
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((url, "data:", "about:"))
                else bad.append(f"left the origin: {request.url}")
            ),
        )
        page.on(
            "console",
            lambda message: (
                bad.append(f"console: {message.text}")
                if "Content Security Policy" in message.text or "Trusted" in message.text
                else None
            ),
        )
        await page.goto(url)
        return page

    yield new
    for context in contexts:
        await context.close()
    assert bad == []


async def enter(page: Any) -> None:
    """Pass the gate."""
    await page.click("[data-choice=i_am_18]")
    await page.click("[data-choice=agree]")
    await page.wait_for_selector("#text:visible")


async def say(page: Any, text: str) -> None:
    await page.fill("#text", text)
    await page.click("#send")


async def replies(page: Any, count: int) -> list[str]:
    """Wait until there are so many replies, and return them."""
    await page.wait_for_selector(f":nth-match(.message.persona:not(.draft), {count})")
    return [
        text.strip() for text in await page.locator(".message.persona .bubble").all_inner_texts()
    ]


async def menu(page: Any, what: str) -> None:
    """Open something from the sidebar, which is a drawer on a phone."""
    if await page.locator("#side-open").is_visible():
        await page.click("#side-open")
    await page.click(what)

"""A real browser opens what we serve, and axe finds what is wrong with it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

pytestmark = pytest.mark.browser

GOOD = """<!doctype html><html lang="en"><head><title>Hello</title></head>
<body><main><h1>Hello</h1><button onclick="document.title='clicked'">Say it</button></main></body>
</html>"""
BAD = """<!doctype html><html><head><title></title></head><body><img src="x.png"></body></html>"""
BROKEN = """<!doctype html><html lang="en"><head><title>x</title></head><body>
<script>throw new Error("boom")</script></body></html>"""


@pytest.fixture
async def site(loopback_port: int) -> AsyncIterator[str]:
    app = web.Application()
    # The strictest policy: the checker must work on a page that allows no foreign script.
    headers = {"Content-Security-Policy": "default-src 'self'; script-src 'unsafe-inline'"}
    for path, text in (("/good", GOOD), ("/bad", BAD), ("/broken", BROKEN)):

        async def show(_: web.Request, text: str = text) -> web.Response:
            return web.Response(text=text, content_type="text/html", headers=headers)

        app.router.add_get(path, show)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", loopback_port).start()
    yield f"http://127.0.0.1:{loopback_port}"
    await runner.cleanup()


async def test_a_page_opens_and_reacts(page: Any, site: str) -> None:
    await page.goto(f"{site}/good")
    await page.get_by_role("button", name="Say it").click()
    assert await page.title() == "clicked"


async def test_axe_finds_nothing_on_a_good_page(page: Any, site: str, axe: Any) -> None:
    await page.goto(f"{site}/good")
    assert await axe(page) == []


async def test_axe_names_what_is_wrong(page: Any, site: str, axe: Any) -> None:
    await page.goto(f"{site}/bad")
    found = {violation.rule for violation in await axe(page)}
    assert {"image-alt", "html-has-lang", "document-title"} <= found
    narrow = {violation.rule for violation in await axe(page, tags=("wcag2a",))}
    assert "region" in found - narrow


async def test_an_uncaught_error_is_seen(browser: Any, site: str) -> None:
    page = await browser.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    await page.goto(f"{site}/broken")
    assert any("boom" in error for error in errors)

"""A real browser, and an accessibility checker to run in it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Browser, Page, async_playwright

from tests.support.require import NODE_PACKAGES, chromium

__all__ = ["FLAGS", "Violation", "axe_violations", "launch", "screenshot"]

# The tests run as root in CI, and the browser is to speak to nobody but the server under test.
FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@asynccontextmanager
async def launch(**options: Any) -> AsyncIterator[Browser]:
    """Start Chromium without a window; `options` go to Playwright's `launch`."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium(), args=list(FLAGS), **options
        )
        try:
            yield browser
        finally:
            await browser.close()


@dataclass(frozen=True, kw_only=True, slots=True)
class Violation:
    """One rule of accessibility that a page breaks."""

    rule: str
    impact: str
    help: str
    where: tuple[str, ...]


async def axe_violations(page: Page, *, tags: tuple[str, ...] = ()) -> list[Violation]:
    """Return what axe-core finds on the page as it is now.

    Args:
        page: The page, with what is to be judged visible.
        tags: Only rules with one of these tags, for example `wcag2aa`; all rules when empty.
    """
    # Evaluated, not added as a script element: a page's Content-Security-Policy refuses those.
    await page.evaluate((NODE_PACKAGES / "axe-core" / "axe.min.js").read_text("utf-8"))
    options = {"runOnly": {"type": "tag", "values": list(tags)}} if tags else {}
    # Only the violations cross over: the whole result is so large that decoding it holds the loop.
    found = await page.evaluate(
        "async options => (await axe.run(document, options)).violations", options
    )
    return [
        Violation(
            rule=violation["id"],
            impact=violation["impact"] or "",
            help=violation["help"],
            where=tuple(str(node["target"]) for node in violation["nodes"]),
        )
        for violation in found
    ]


async def screenshot(page: Page, path: Path) -> Path:
    """Write a picture of the whole page, for a person to look at, and return its path."""
    await page.screenshot(path=path, full_page=True)
    return path

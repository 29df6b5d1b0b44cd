"""Markdown as a plain page: no script, nothing from elsewhere, readable at every width."""

from collections.abc import Sequence
from functools import lru_cache
from html import escape

from markdown_it import MarkdownIt

__all__ = ["STYLE", "document", "fragment"]

STYLE = """
:root { color-scheme: light dark; --ink: #1c1c1e; --paper: #fff; --line: #8a8a8e; --link: #0b57a4; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ececee; --paper: #161618; --line: #7c7c82; --link: #8ab8f5; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main, header { max-width: 46rem; margin: 0 auto; padding: 1rem; }
header { padding-bottom: 0; } nav ul { list-style: none; padding: 0; margin: 0; display: flex;
  flex-wrap: wrap; gap: .5rem 1.25rem; }
a { color: var(--link); } a:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
a[aria-current] { font-weight: 600; text-decoration: none; color: inherit; }
h1 { font-size: 1.7rem; line-height: 1.25; } h2 { font-size: 1.25rem; margin-top: 2rem; }
.table { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid var(--line); padding: .4rem .6rem; text-align: left;
  vertical-align: top; }
code { font-size: .95em; }
button { font: inherit; padding: .6rem 1.4rem; border: 1px solid var(--line); border-radius: .5rem;
  background: var(--link); color: var(--paper); cursor: pointer; }
button:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
"""


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    # CommonMark and tables; raw HTML is shown as text, whatever an operator's name or text holds.
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def fragment(markdown: str) -> str:
    """Return Markdown as HTML, without anything around it."""
    html: str = _markdown().render(markdown)
    # A wide table scrolls by itself; with the keyboard too, hence focusable and named.
    return html.replace(
        "<table>", '<div class="table" role="region" aria-label="table" tabindex="0"><table>'
    ).replace("</table>", "</table></div>")


def document(
    *,
    title: str,
    language: str,
    markdown: str,
    stylesheet: str = "",
    links: Sequence[tuple[str, str]] = (),
    current: str = "",
    button: str = "",
) -> str:
    """Return a whole page.

    Args:
        title: The page's title.
        language: Its language, as a BCP 47 tag.
        markdown: Its content; its first heading is the page's.
        stylesheet: The address under which ``STYLE`` is served; inside the page if not given, for
            pages that are read as a file.
        links: Sister pages as path and title.
        current: Which of them this one is.
        button: The words of a button below the content that asks for the same address by POST.
    """
    style = (
        f'<link rel="stylesheet" href="{escape(stylesheet)}">'
        if stylesheet
        else f"<style>{STYLE}</style>"
    )
    return (
        "<!doctype html>\n"
        f'<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n{style}\n</head>\n<body>\n"
        f"{_navigation(title, language, links, current)}"
        f"<main>\n{fragment(markdown)}{_button(button)}</main>\n</body>\n</html>\n"
    )


def _button(words: str) -> str:
    if not words:
        return ""
    return f'<form method="post"><button type="submit">{escape(words)}</button></form>\n'


def _navigation(title: str, language: str, links: Sequence[tuple[str, str]], current: str) -> str:
    if not links:
        return ""
    items = []
    for path, name in links:
        here = ' aria-current="page"' if path == current else ""
        address = f"/{escape(path)}?lang={escape(language)}"
        items.append(f'<li><a href="{address}"{here}>{escape(name)}</a></li>')
    return f'<header><nav aria-label="{escape(title)}"><ul>{"".join(items)}</ul></nav></header>\n'

"""What a platform cannot show, spelt out in what it can: addresses behind their words, tables."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import reduce
from itertools import groupby
from operator import and_
from typing import Final

from amity.markup import Dialect, Markup
from amity.render.inline import canonical, words
from amity.render.lists import made_list
from amity.render.tables import columns_of, rows_of
from amity.render.tree import (
    Block,
    Heading,
    Inline,
    List,
    Paragraph,
    Quote,
    Run,
    Style,
    Table,
)

__all__ = ["can_lead", "spelt", "spelt_inlines"]

_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:.", re.DOTALL)
_WEB: Final = re.compile(r"https?://.", re.IGNORECASE | re.DOTALL)

_Markup = Markup | Dialect


def can_lead(address: str) -> bool:
    """Whether an address says by itself where it leads."""
    return _ABSOLUTE.match(address) is not None


def spelt(blocks: Sequence[Block], markup: _Markup) -> tuple[Block, ...]:
    """Return blocks without links and tables that a platform cannot show as such.

    To do so again changes nothing.
    """
    return tuple(blocks if markup is Markup.MARKDOWN else _spelt(blocks, markup))


def spelt_inlines(inlines: Sequence[Inline], markup: _Markup) -> tuple[Inline, ...]:
    """Return inlines with the addresses of such links behind their words."""
    return tuple(inlines if markup is Markup.MARKDOWN else _linked(inlines, markup))


def _leads(items: Sequence[Inline], address: str, markup: _Markup) -> bool:
    """Whether words can be shown as a link to an address."""
    if isinstance(markup, Dialect):
        return markup.links and _can_be_masked(items, address)
    return markup is Markup.SPANS and can_lead(address)


def _can_be_masked(items: Sequence[Inline], address: str) -> bool:
    # Words that look like an address are often refused, or hide the true one; and nothing in code
    # can be escaped.
    code = "".join(item.text for item in items if isinstance(item, Run) and item.is_code)
    bracketed = "[" in code or "]" in code
    return _WEB.match(address) is not None and "://" not in words(items) and not bracketed


def _spelt(blocks: Sequence[Block], markup: _Markup) -> Iterator[Block]:
    for block in blocks:
        match block:
            case Paragraph(inlines=inlines) | Heading(inlines=inlines):
                yield replace(block, inlines=_linked(inlines, markup))
            case Quote(blocks=quoted):
                yield Quote(tuple(_spelt(quoted, markup)))
            case List(items=items, start=start, tight=tight):
                inner = tuple(tuple(_spelt(item, markup)) for item in items)
                yield made_list(inner, start, tight=tight)
            case Table():
                if columns_of(block) is None:
                    yield from _spelt(rows_of(block), markup)
                else:
                    yield block
            case _:
                yield block


def _linked(inlines: Sequence[Inline], markup: _Markup) -> tuple[Inline, ...]:
    if not any(isinstance(item, Run) and item.link for item in inlines):
        return tuple(inlines)
    found: list[Inline] = []
    for address, group in groupby(_with_links(inlines), key=lambda pair: pair[1]):
        items = [item for item, _ in group]
        shown = words(items)
        # In a dialect only an address of the web is more than its words.
        link = "" if isinstance(markup, Dialect) and not _WEB.match(address) else address
        if shown == address:
            found.append(Run(address, _shared(items), link))
            continue
        if not address or _leads(items, address, markup):
            found += items
            continue
        found += [replace(item, link="") if isinstance(item, Run) else item for item in items]
        if address.removeprefix("mailto:").removeprefix("tel:") != shown:
            found += [Run(" ("), Run(address, link=link), Run(")")]
    return canonical(found)


def _shared(items: Sequence[Inline]) -> Style:
    """Return the styles that all words have; code is left out, since it cannot lead anywhere."""
    styles = (item.style for item in items if isinstance(item, Run))
    return reduce(and_, styles) & ~Style.CODE


def _with_links(inlines: Sequence[Inline]) -> Iterator[tuple[Inline, str]]:
    """Yield inlines with their links; a break within a link belongs to it."""
    for number, item in enumerate(inlines):
        if isinstance(item, Run):
            yield item, item.link
        else:
            before, after = inlines[number - 1], inlines[number + 1]
            within = (
                isinstance(before, Run) and isinstance(after, Run) and before.link == after.link
            )
            yield item, before.link if within and isinstance(before, Run) else ""

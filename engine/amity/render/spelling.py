"""What a platform cannot show, spelt out in what it can: addresses behind their words, tables."""

import re
from collections.abc import Callable, Iterator, Sequence
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

_Leads = Callable[[Sequence[Inline], str], bool]


def can_lead(address: str) -> bool:
    """Whether an address says by itself where it leads."""
    return _ABSOLUTE.match(address) is not None


def spelt(blocks: Sequence[Block], markup: Markup | Dialect) -> tuple[Block, ...]:
    """Return blocks without links and tables that a platform cannot show as such.

    To do so again changes nothing.
    """
    if markup is Markup.MARKDOWN:
        return tuple(blocks)
    return tuple(_spelt(blocks, _leading(markup)))


def spelt_inlines(inlines: Sequence[Inline], markup: Markup | Dialect) -> tuple[Inline, ...]:
    """Return inlines with the addresses of such links behind their words."""
    if markup is Markup.MARKDOWN:
        return tuple(inlines)
    return _linked(inlines, _leading(markup))


def _leading(markup: Markup | Dialect) -> _Leads:
    """Return the test whether words can be shown as a link to an address."""
    if isinstance(markup, Dialect) and markup.links:
        return _can_be_masked
    if markup is Markup.SPANS:
        return lambda _, address: can_lead(address)
    return lambda _words, _address: False


def _can_be_masked(items: Sequence[Inline], address: str) -> bool:
    # Words that look like an address are often refused, or hide the true one; and nothing in code
    # can be escaped.
    code = "".join(item.text for item in items if isinstance(item, Run) and item.is_code)
    bracketed = "[" in code or "]" in code
    return _WEB.match(address) is not None and "://" not in words(items) and not bracketed


def _spelt(blocks: Sequence[Block], leads: _Leads) -> Iterator[Block]:
    for block in blocks:
        match block:
            case Paragraph(inlines=inlines) | Heading(inlines=inlines):
                yield replace(block, inlines=_linked(inlines, leads))
            case Quote(blocks=quoted):
                yield Quote(tuple(_spelt(quoted, leads)))
            case List(items=items, start=start, tight=tight):
                inner = tuple(tuple(_spelt(item, leads)) for item in items)
                yield made_list(inner, start, tight=tight)
            case Table():
                if columns_of(block) is None:
                    yield from _spelt(rows_of(block), leads)
                else:
                    yield block
            case _:
                yield block


def _linked(inlines: Sequence[Inline], leads: _Leads) -> tuple[Inline, ...]:
    if not any(isinstance(item, Run) and item.link for item in inlines):
        return tuple(inlines)
    found: list[Inline] = []
    for address, group in groupby(_with_links(inlines), key=lambda pair: pair[1]):
        items = [item for item, _ in group]
        shown = words(items)
        if shown == address:
            found.append(Run(address, _shared(items), address))
            continue
        if not address or leads(items, address):
            found += items
            continue
        found += [replace(item, link="") if isinstance(item, Run) else item for item in items]
        if address.removeprefix("mailto:").removeprefix("tel:") != shown:
            found += [Run(" ("), Run(address, link=address), Run(")")]
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

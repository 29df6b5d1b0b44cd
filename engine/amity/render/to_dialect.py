"""A tree as a platform's own Markdown."""

import re
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import lru_cache
from typing import Final

from amity.markup import Dialect
from amity.render.characters import is_plain
from amity.render.delimiters import Delimiter, Token, bare_address, delimited, flaws
from amity.render.inline import canonical, unstyled
from amity.render.page import HIGHEST_NUMBER, Layout
from amity.render.parse import parse
from amity.render.spelling import spelt
from amity.render.tables import columns_of
from amity.render.to_markdown import code_span, fence_of
from amity.render.tree import (
    Block,
    Break,
    CodeBlock,
    Heading,
    Inline,
    Paragraph,
    Quote,
    Run,
    Style,
    Table,
)

__all__ = ["blocks_to_dialect", "to_dialect"]

_RULE: Final = "———"
_ALWAYS: Final = "\\*_~`"
_AT_LINE_STARTS: Final = frozenset("#>+-")
_WEB: Final = re.compile(r"https?://.", re.IGNORECASE | re.DOTALL)
_LINE_START: Final = re.compile(r"(\d+(?=[.)](?:\s|\Z)))?(?:(?<=\d)[.)]|[-+#>=](?![^\W_]))")
_LANGUAGE: Final = re.compile(r"[A-Za-z0-9_+\-.#]+")
_PASSES: Final = 5
_CLOSING: Final = re.compile(r"(?<![\\#])#+\Z")
_TICKS: Final = re.compile("`(?=`)")


def to_dialect(text: str, dialect: Dialect) -> str:
    r"""Render Markdown as a platform's own.

    What the platform has no form for is written in what it has: deep headings as bold lines, tables
    as code in columns or as lines of "header: cell", links as words with their address behind them.
    What is text stays text: characters that the platform would take for markup get a backslash. A
    style is left out where its marks might be shown instead of it.

    Args:
        text: Markdown.
        dialect: What the platform reads.

    Example:
        >>> to_dialect("__Hello__ <@1>, 2*2", Dialect(escaped="<"))
        '**Hello** \\<@1>, 2\\*2'
    """
    if is_plain(text) and not _escapes(dialect).search(text):
        return text
    return blocks_to_dialect(parse(text).blocks, dialect)


def blocks_to_dialect(blocks: Sequence[Block], dialect: Dialect) -> str:
    """Render blocks as a platform's own Markdown."""
    layout = _Dialect(dialect)
    layout.blocks(spelt(blocks, dialect))
    return layout.page.text


@lru_cache(maxsize=64)
def _escapes(dialect: Dialect) -> re.Pattern[str]:
    """Return what finds the characters of a text that get a backslash wherever they stand."""
    chars = set(_ALWAYS + dialect.escaped) - _AT_LINE_STARTS
    chars |= set("[]" if dialect.links else "")
    chars |= set("<" if dialect.autolinks else "")
    chars |= set("|" if dialect.spoilers else "")
    return re.compile(f"[{re.escape(''.join(sorted(chars)))}]|:(?=//)")


class _Dialect(Layout):
    def __init__(self, dialect: Dialect) -> None:
        super().__init__()
        self._dialect = dialect

    def marker(self, number: int | None, other: bool) -> str:
        if number is not None:
            return f"{min(number, HIGHEST_NUMBER)}. "
        return "• " if self.quotes and not self._dialect.nested_quotes else "- "

    def paragraph(self, block: Paragraph) -> None:
        self._inlines(block.inlines)

    def heading(self, block: Heading) -> None:
        flat = self.lists and not self._dialect.nested_quotes
        if block.level <= self._dialect.headings and not flat:
            self._inlines(block.inlines, before=f"{'#' * block.level} ")
            return
        strong = (
            replace(item, style=item.style | Style.STRONG) if isinstance(item, Run) else item
            for item in block.inlines
        )
        self._inlines(canonical(strong))

    def code(self, block: CodeBlock) -> None:
        self._fenced(block.text.split("\n"), block.language)

    def quote(self, block: Quote) -> None:
        if self._dialect.nested_quotes:
            with self.page.behind("> ", "> ", mark=True):
                self.blocks(block.blocks)
        elif self.quotes > 1:
            self.blocks(block.blocks)
        else:
            with self._flat(), self.page.behind("> ", "> ", mark=True):
                self.blocks(block.blocks)

    def table(self, block: Table) -> None:
        self._fenced(columns_of(block) or [], "")

    def rule(self) -> None:
        self.page.line()
        self.page.put(_RULE)

    def _fenced(self, lines: Sequence[str], language: str) -> None:
        text = self._fenceable("\n".join(lines))
        fence = fence_of(text)
        language = language if _LANGUAGE.fullmatch(language) else ""
        with self._flat():
            for line in (f"{fence}{language}", *text.split("\n"), fence):
                if line:
                    self.page.line()
                    self.page.put(line)
                else:
                    self.page.blank()

    def _flat(self) -> AbstractContextManager[None]:
        return nullcontext() if self._dialect.nested_quotes else self.page.flush()

    def _inlines(self, inlines: Sequence[Inline], *, before: str = "") -> None:
        tokens = _readable(inlines, raw_addresses=not self._dialect.autolinks)
        self.page.line()
        self.page.put(before)
        fresh = not before
        number = 0
        while number < len(tokens):
            token = tokens[number]
            match token:
                case Break():
                    self.page.line()
                case Run():
                    text = self._run(token, fresh)
                    if before and number == len(tokens) - 1:
                        # Signs at the end of a heading would be taken for its closing ones.
                        text = _CLOSING.sub(r"\\\g<0>", text)
                    self.page.put(text)
                case Delimiter(mark=mark, opens=opens, text=text):
                    if bare := opens and self._bare(tokens, number):
                        self.page.put(bare)
                        number += 2
                    else:
                        self.page.put(text or self._link(mark.link, opens))
            fresh = isinstance(token, Break)
            number += 1

    def _run(self, run: Run, fresh: bool) -> str:
        if run.is_code:
            return code_span(self._fenceable(run.text))
        number, text = "", run.text
        if fresh and (start := _LINE_START.match(text)):
            number = f"{start[1] or ''}\\{text[len(start[1] or '')]}"
            text = text[len(start[1] or "") + 1 :]
        return number + _escapes(self._dialect).sub(lambda match: f"\\{match[0]}", text)

    def _fenceable(self, code: str) -> str:
        """Return code that a fence can hold."""
        return code if self._dialect.long_fences else _TICKS.sub("`\u200b", code)

    def _link(self, address: str, opens: bool) -> str:
        if opens:
            return "["
        quoted = address.replace("(", "%28").replace(")", "%29")
        return f"](<{quoted}>)" if self._dialect.autolinks else f"]({quoted})"

    def _bare(self, tokens: Sequence[Token], number: int) -> str | None:
        """Return what is written for a link whose words are its address; ``None`` for others."""
        address = bare_address(tokens, number)
        if address is None:
            return None
        if self._dialect.autolinks:
            return f"<{address}>"
        scheme, _, rest = address.partition("://")
        escapes = _escapes(self._dialect)
        ends = _ends(tokens, number + 3)
        if self._dialect.links and (escapes.search(rest) or not ends):
            words = self._run(Run(address), fresh=False)
            return f"{self._link(address, opens=True)}{words}{self._link(address, opens=False)}"
        # A backslash would be taken for part of it.
        return f"{scheme}://{escapes.sub(_percent, rest)}{'' if ends else ' '}"


def _ends(tokens: Sequence[Token], number: int) -> bool:
    """Whether what is written before a token would not be taken to go on with it."""
    words = ""
    if number < len(tokens) and isinstance(run := tokens[number], Run) and not run.is_code:
        words = run.text.lstrip(".,;:!?)")
        number += not words
    at_end = number >= len(tokens) or isinstance(tokens[number], Break)
    return at_end or words[:1].isspace()


def _percent(match: re.Match[str]) -> str:
    return f"%{ord(match[0]):02X}"


def _readable(inlines: Sequence[Inline], *, raw_addresses: bool) -> list[Token]:
    """Return inlines with their marks, without those that might not be read as marks."""
    for _ in range(_PASSES):  # without one mark, another beside it may be doubtful, too
        tokens = delimited(inlines)
        found = flaws(tokens, raw_addresses=raw_addresses)
        doubtful = {flaw.delimiter for flaw in found} | set(_ended_early(tokens))
        if not doubtful:
            return tokens
        inlines = canonical(_without(tokens, doubtful))
    return delimited(canonical(map(unstyled, inlines)))


def _ended_early(tokens: Sequence[Token]) -> Iterator[int]:
    """Yield the marks that code or an address within might end, since nothing there is escaped."""
    for number, token in enumerate(tokens):
        if isinstance(token, Delimiter) and token.opens and token.text:
            inside = (t for t in tokens[number : token.partner] if isinstance(t, Run))
            if any(token.text[0] in (run.text if run.is_code else run.link) for run in inside):
                yield number


def _without(tokens: Sequence[Token], doubtful: set[int]) -> Iterator[Inline]:
    """Take marks off all that lies between their two ends."""
    lost: list[Style] = []
    for number, token in enumerate(tokens):
        if isinstance(token, Delimiter):
            if number in doubtful or token.partner in doubtful:
                if token.opens:
                    lost.append(token.mark.style)
                else:
                    lost.remove(token.mark.style)
        elif isinstance(token, Run):
            yield replace(token, style=token.style & ~sum(lost, Style.NONE))
        else:
            yield token

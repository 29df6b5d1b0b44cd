"""Markdown to a tree."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from markdown_it.common.utils import unescapeAll
from markdown_it.token import Token

from amity.render._rules import markdown
from amity.render.characters import usable
from amity.render.inline import canonical, on_one_line
from amity.render.lists import made_list
from amity.render.tree import (
    Align,
    Block,
    Break,
    Cell,
    CodeBlock,
    Document,
    Heading,
    Inline,
    Item,
    Paragraph,
    Quote,
    Rule,
    Run,
    Style,
    Table,
)

__all__ = ["parse"]

_STYLES: Final = {
    "strong": Style.STRONG,
    "em": Style.EMPHASIS,
    "s": Style.STRIKE,
}


def parse(text: str) -> Document:
    """Parse Markdown: CommonMark with tables and ``~~strike~~``; HTML is text.

    Never fails, and takes time in proportion to the text. What is nested more than some sixteen
    levels deep stays as plain paragraphs. Characters that no platform takes (controls, lone
    surrogates) become U+FFFD. A picture is a link with its description as words. An address that
    stands in the text is a link, too. The definition of a link that nothing refers to is shown at
    the end as it was written. A text of nothing but marks is text.

    Example:
        >>> parse("Hello, *Anna*!").blocks[0].inlines[1].text
        'Anna'
    """
    text = usable(text)
    environment: dict[str, Any] = {}
    tokens = markdown().parse(text, environment)
    blocks = _Builder().build(tokens)
    blocks.extend(_unused(text, environment, tokens))
    if not blocks:
        blocks = [Paragraph(words)] if (words := canonical([Run(text)])) else []
    return Document(tuple(blocks))


@dataclass(slots=True)
class _Frame:
    """A block that is being read."""

    kind: str
    start: int | None = None
    blocks: list[Block] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    tight: bool = False
    rows: list[list[Cell]] = field(default_factory=list)
    align: list[Align] = field(default_factory=list)


class _Builder:
    """Makes blocks of markdown-it's tokens."""

    def __init__(self) -> None:
        self._frames = [_Frame("document")]
        self._level = 0
        self._hidden = False

    def build(self, tokens: Sequence[Token]) -> list[Block]:
        for token in tokens:
            match token.type:
                case "inline":
                    self._words(token)
                case "fence" | "code_block":
                    self._code(token)
                case "hr":
                    self._frames[-1].blocks.append(Rule())
                case "heading_open":
                    self._level = int(token.tag[1:])
                case "heading_close":
                    self._level = 0
                case "paragraph_open":
                    self._hidden = token.hidden
                case "th_open":
                    side = str(token.attrs.get("style", "")).removeprefix("text-align:")
                    self._frames[-1].align.append(Align(side))
                case "tr_open":
                    self._frames[-1].rows.append([])
                case _:
                    self._container(token)
        return self._frames[0].blocks

    def _container(self, token: Token) -> None:
        match token.type:
            case "blockquote_open" | "bullet_list_open" | "list_item_open" | "table_open":
                self._frames.append(_Frame(token.type))
            case "ordered_list_open":
                self._frames.append(_Frame(token.type, start=int(token.attrs.get("start", 1))))
            case (
                "blockquote_close"
                | "bullet_list_close"
                | "ordered_list_close"
                | "list_item_close"
                | "table_close"
            ):
                frame = self._frames.pop()
                self._close(frame, self._frames[-1])
            case _:
                pass

    def _close(self, frame: _Frame, around: _Frame) -> None:
        match frame.kind:
            case "blockquote_open":
                if frame.blocks:
                    around.blocks.append(Quote(tuple(frame.blocks)))
            case "list_item_open":
                around.items.append(tuple(frame.blocks))
                around.tight = around.tight or frame.tight
            case "table_open":
                header, *rows = (tuple(row) for row in frame.rows)
                around.blocks.append(Table(header, tuple(rows), tuple(frame.align)))
            case _:
                items = tuple(frame.items)
                around.blocks.append(made_list(items, frame.start, tight=frame.tight))

    def _words(self, token: Token) -> None:
        frame = self._frames[-1]
        inlines = tuple(_inlines(token.children or []))
        if frame.rows:
            frame.rows[-1].append(on_one_line(inlines))
            return
        inlines = on_one_line(inlines) if self._level else canonical(inlines)
        if not inlines:
            return
        if self._level:
            frame.blocks.append(Heading(self._level, inlines))
        else:
            frame.blocks.append(Paragraph(inlines))
            frame.tight = frame.tight or self._hidden

    def _code(self, token: Token) -> None:
        text = token.content.strip("\n")
        if text.strip():
            info = " ".join(usable(unescapeAll(token.info)).split())
            self._frames[-1].blocks.append(CodeBlock(text, info))


def _inlines(tokens: Sequence[Token]) -> Iterator[Inline]:
    """Make runs of the tokens of one line or paragraph."""
    depth = {"strong": 0, "em": 0, "s": 0}
    style = Style.NONE
    links: list[str] = []
    empty = False  # whether nothing was said since the outermost link began
    for token in tokens:
        match token.type:
            case "text" | "code_inline":
                code = Style.CODE if token.type == "code_inline" else Style.NONE
                empty = empty and not token.content
                yield Run(token.content, style | code, links[0] if links else "")
            case "softbreak" | "hardbreak":
                yield Break(hard=token.type == "hardbreak")
            case "link_open":
                empty = empty if links else True
                links.append(str(token.attrs["href"]))
            case "link_close":
                address = links.pop()
                if empty and not links:
                    yield Run(address, style, address)
                    empty = False
            case _:
                name, _, edge = token.type.rpartition("_")
                depth[name] += 1 if edge == "open" else -1
                style = Style(sum(_STYLES[name] for name, count in depth.items() if count))


def _unused(text: str, environment: dict[str, Any], tokens: Sequence[Token]) -> Iterator[Block]:
    """Make paragraphs of the definitions that no link refers to: no word is lost."""
    known = environment.get("references")
    if not known:
        return
    used = {
        child.attrs["href"]
        for token in tokens
        for child in token.children or []
        if child.type == "link_open"
    }
    definitions = [d for d in known.values() if d["href"] not in used]
    definitions += environment.get("duplicate_refs", [])
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for definition in sorted(definitions, key=lambda d: d["map"]):
        first, end = definition["map"]
        raw = [line.strip(" \t>") for line in lines[first:end]]
        children = markdown().parseInline("\n".join(raw), {})[0].children
        if inlines := canonical(_inlines(children or [])):
            yield Paragraph(inlines)

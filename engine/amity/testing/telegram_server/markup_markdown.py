"""Telegram's two kinds of Markdown, which have little to do with anybody else's."""

from dataclasses import dataclass
from typing import Any, Final

from amity.testing.telegram_server.spans import Draft, Entity, MarkupError, units

__all__ = ["parse_markdown", "parse_markdown_v2"]

_RESERVED: Final = "_*[]()~`>#+-=|{}.!\n"
_TITLES: Final = {
    "bold": "Bold",
    "italic": "Italic",
    "underline": "Underline",
    "strikethrough": "Strikethrough",
    "spoiler": "Spoiler",
    "code": "Code",
    "pre": "Pre",
    "text_link": "TextUrl",
    "custom_emoji": "CustomEmoji",
    "blockquote": "BlockQuote",
}
_ENDS: Final = {
    "bold": "*",
    "underline": "__",
    "italic": "_",
    "strikethrough": "~",
    "spoiler": "||",
    "code": "`",
    "pre": "```",
    "text_link": "]",
    "custom_emoji": "]",
}
# What begins with another comes after it.
_STARTS: Final = (
    ("__", "underline"),
    ("_", "italic"),
    ("*", "bold"),
    ("~", "strikethrough"),
    ("||", "spoiler"),
    ("![", "custom_emoji"),
    ("[", "text_link"),
    ("```", "pre"),
    ("`", "code"),
)


@dataclass(slots=True)
class _Open:
    """An entity that has begun."""

    kind: str
    offset: int
    begin: int
    language: str = ""


class _Reader:
    """Walks over the source once."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._text: list[str] = []
        self._length = 0
        self._open: list[_Open] = []
        self._entities: list[Entity] = []
        self._quoted = False

    def read(self) -> Draft:
        while self._at < len(self._source):
            self._step()
        if self._open and self._open[-1].kind == "blockquote":
            self._finish(self._open.pop(), {})
        if self._open:
            raise self._endless(self._open[-1])
        return Draft(text="".join(self._text), entities=self._entities)

    def _step(self) -> None:
        character = self._source[self._at]
        following = self._source[self._at + 1 : self._at + 2]
        if character == "\\" and following and 0 < ord(following) <= 126:
            self._add(following)
            self._at += 2
            return
        inside = self._open[-1].kind if self._open else ""
        reserved = "`" if inside in {"code", "pre"} else _RESERVED
        if character not in reserved:
            self._add(character)
            self._at += 1
        elif self._quoted and character == "\n" and following != ">":
            self._end_quote()
        elif inside in _ENDS and self._ends_here(inside):
            self._end()
        else:
            self._begin(character)

    def _ends_here(self, kind: str) -> bool:
        end = _ENDS[kind]
        if not self._source.startswith(end, self._at):
            return False
        return kind != "italic" or not self._source.startswith("__", self._at)

    def _begin(self, character: str) -> None:
        if character == "\n":
            self._add("\n")
            self._at += 1
            if self._source.startswith(">", self._at):
                self._at += 1
                if not self._quoted:
                    self._quote()
            return
        if character == ">" and self._at == 0:
            self._at = 1
            self._quote()
            return
        for start, kind in _STARTS:
            if self._source.startswith(start, self._at):
                self._open.append(_Open(kind, self._length, self._at))
                self._at += len(start)
                if kind == "pre":
                    self._language(self._open[-1])
                return
        raise MarkupError(
            f"Character '{character}' is reserved and must be escaped with the preceding '\\'"
        )

    def _quote(self) -> None:
        self._quoted = True
        self._open.append(_Open("blockquote", self._length, self._at))

    def _language(self, block: _Open) -> None:
        end = self._at
        while end < len(self._source) and not self._source[end].isspace():
            if self._source[end] == "`":
                break
            end += 1
        if self._at != end < len(self._source) and self._source[end] != "`":
            block.language = self._source[self._at : end]
            self._at = end
        if self._source.startswith(("\r\n", "\n\r"), self._at):
            self._at += 2
        elif self._source.startswith(("\n", "\r"), self._at):
            self._at += 1

    def _end_quote(self) -> None:
        if self._open[-1].kind != "blockquote":
            raise self._endless(self._open[-1])
        # The line break belongs to the quote.
        self._add("\n")
        self._at += 1
        self._finish(self._open.pop(), {})
        self._quoted = False

    def _end(self) -> None:
        one = self._open.pop()
        self._at += len(_ENDS[one.kind])
        extra: dict[str, Any] = {}
        if one.kind == "text_link":
            extra["url"] = self._address() or self._words(one)
        elif one.kind == "custom_emoji":
            if not self._source.startswith("(", self._at):
                raise MarkupError("Custom emoji entity must contain a tg://emoji URL")
            address = self._address()
            if not address.startswith("tg://emoji?id="):
                raise MarkupError("Custom emoji URL must have an emoji identifier")
            extra["custom_emoji_id"] = address.removeprefix("tg://emoji?id=")
        elif one.language:
            extra["language"] = one.language
        self._finish(one, extra)

    def _address(self) -> str:
        """Read the address in round brackets, if there is one."""
        if not self._source.startswith("(", self._at):
            return ""
        begin = self._at + 1
        address: list[str] = []
        at = begin
        while at < len(self._source) and self._source[at] != ")":
            if self._source[at] == "\\" and at + 1 < len(self._source):
                at += 1
            address.append(self._source[at])
            at += 1
        if at >= len(self._source):
            raise MarkupError(f"Can't find end of a URL at byte offset {self._byte(begin)}")
        self._at = at + 1
        return "".join(address)

    def _words(self, one: _Open) -> str:
        encoded = "".join(self._text).encode("utf-16-le")
        return encoded[one.offset * 2 :].decode("utf-16-le")

    def _finish(self, one: _Open, extra: dict[str, Any]) -> None:
        length = self._length - one.offset
        if length:
            self._entities.append(
                Entity(kind=one.kind, offset=one.offset, length=length, extra=extra)
            )

    def _add(self, text: str) -> None:
        self._text.append(text)
        self._length += units(text)

    def _byte(self, at: int) -> int:
        return len(self._source[:at].encode())

    def _endless(self, one: _Open) -> MarkupError:
        title = "PreCode" if one.language else _TITLES[one.kind]
        return MarkupError(
            f"Can't find end of {title} entity at byte offset {self._byte(one.begin)}"
        )


def parse_markdown_v2(source: str) -> Draft:
    """Return the text of MarkdownV2 with its entities.

    Raises:
        MarkupError: It cannot be parsed.
    """
    return _Reader(source).read()


def parse_markdown(source: str) -> Draft:
    """Return the text of the old Markdown, which cannot nest, with its entities.

    Raises:
        MarkupError: It cannot be parsed.
    """
    text: list[str] = []
    entities: list[Entity] = []
    at = length = 0

    def add(words: str) -> int:
        nonlocal length
        text.append(words)
        length += units(words)
        return units(words)

    while at < len(source):
        character = source[at]
        if character == "\\" and source[at + 1 : at + 2] in {"_", "*", "`", "["}:
            add(source[at + 1])
            at += 2
            continue
        if character not in "_*`[":
            add(character)
            at += 1
            continue
        begin, offset = at, length
        kind, end = {"_": ("italic", "_"), "*": ("bold", "*"), "[": ("text_link", "]")}.get(
            character, ("pre", "```") if source.startswith("```", at) else ("code", "`")
        )
        at += len(end)
        closing = source.find(end, at)
        if closing < 0:
            raise MarkupError(
                "Can't find end of the entity starting at byte offset "
                f"{len(source[:begin].encode())}"
            )
        words, extra = source[at:closing], dict[str, Any]()
        at = closing + len(end)
        if kind == "pre":
            first, newline, rest = words.partition("\n")
            if newline and first and not first[0].isspace():
                extra["language"] = first.strip()
            words = rest if newline and (extra or not first) else words
        elif kind == "text_link":
            shut = source.find(")", at) if source.startswith("(", at) else -1
            if shut < 0:
                add(words)
                continue
            extra["url"] = source[at + 1 : shut]
            at = shut + 1
        if added := add(words):
            entities.append(Entity(kind=kind, offset=offset, length=added, extra=extra))
    return Draft(text="".join(text), entities=entities)

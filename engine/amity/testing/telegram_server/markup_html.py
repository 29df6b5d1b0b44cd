"""Telegram's HTML: the few tags it knows, and its sentences about the others."""

import re
from dataclasses import dataclass
from typing import Any, Final

from amity.testing.telegram_server.spans import Draft, Entity, MarkupError, units

__all__ = ["parse_html"]

_KINDS: Final = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    **dict.fromkeys(("tg-spoiler", "span"), "spoiler"),
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
_NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE: Final = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot)\b);?")
_NAME: Final = re.compile(r"[^\s>]*")
_SPACE: Final = re.compile(r"\s*")
_ATTRIBUTE: Final = re.compile(r"[^\s=>]*")
_TOKEN: Final = re.compile(r"[A-Za-z0-9.-]*")


@dataclass(slots=True)
class _Open:
    """A tag that is not closed yet."""

    name: str
    argument: str
    offset: int
    expandable: bool


class _Reader:
    """Walks over the source once."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._text: list[str] = []
        self._length = 0
        self._open: list[_Open] = []
        self._entities: list[Entity] = []

    def read(self) -> Draft:
        while self._at < len(self._source):
            character = self._source[self._at]
            if character == "&" and (match := _REFERENCE.match(self._source, self._at)):
                decoded = _decoded(match)
                self._at = match.end() if decoded else self._at + 1
                self._add(decoded or "&")
            elif character != "<":
                self._add(character)
                self._at += 1
            elif self._source.startswith("</", self._at):
                self._close()
            else:
                self._start()
        if self._open:
            raise MarkupError(
                f'Can\'t find end tag corresponding to start tag "{self._open[-1].name}"'
            )
        return Draft(text="".join(self._text), entities=self._entities)

    def _add(self, text: str) -> None:
        self._text.append(text)
        self._length += units(text)

    def _byte(self, at: int) -> int:
        return len(self._source[:at].encode())

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._source, self._at)
        assert match is not None
        self._at = match.end()
        return match[0]

    def _here(self) -> str:
        return self._source[self._at : self._at + 1]

    def _start(self) -> None:
        begin = self._at
        self._at += 1
        name = self._take(_NAME).lower()
        if not self._here():
            raise MarkupError(f"Unclosed start tag at byte offset {self._byte(begin)}")
        if name not in _KINDS:
            raise MarkupError(f'Unsupported start tag "{name}" at byte offset {self._byte(begin)}')
        attributes = self._attributes(name, begin)
        argument = {
            "a": attributes.get("href", ""),
            "code": attributes.get("class", "").removeprefix("language-"),
            "tg-emoji": attributes.get("emoji-id", ""),
        }.get(name, "")
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise MarkupError(
                f'Tag "span" must have class "tg-spoiler" at byte offset {self._byte(begin)}'
            )
        self._open.append(_Open(name, argument, self._length, "expandable" in attributes))

    def _attributes(self, name: str, begin: int) -> dict[str, str]:
        found: dict[str, str] = {}
        while True:
            self._take(_SPACE)
            if self._here() == ">":
                self._at += 1
                return found
            attribute = self._take(_ATTRIBUTE)
            if not attribute:
                raise MarkupError(
                    f'Empty attribute name in the tag "{name}" at byte offset {self._byte(begin)}'
                )
            self._take(_SPACE)
            if name == "blockquote" and attribute == "expandable" and self._here() != "=":
                found[attribute] = ""
                continue
            if self._here() != "=":
                raise MarkupError(
                    f'Expected equal sign in declaration of an attribute of the tag "{name}" '
                    f"at byte offset {self._byte(begin)}"
                )
            self._at += 1
            self._take(_SPACE)
            found[attribute] = self._value(name, begin)

    def _value(self, name: str, begin: int) -> str:
        quote = self._here()
        if not quote:
            raise MarkupError(f'Unclosed start tag "{name}" at byte offset {self._byte(begin)}')
        if quote not in {"'", '"'}:
            token = self._at
            value = self._take(_TOKEN)
            if self._here() != ">" and not self._here().isspace():
                raise MarkupError(
                    f"Unexpected end of name token at byte offset {self._byte(token)}"
                )
            return value.lower()
        end = self._source.find(quote, self._at + 1)
        if end < 0 or end + 1 == len(self._source):
            raise MarkupError(f"Unclosed start tag at byte offset {self._byte(begin)}")
        value = self._source[self._at + 1 : end]
        self._at = end + 1
        return _REFERENCE.sub(lambda match: _decoded(match) or match[0], value)

    def _close(self) -> None:
        begin = self._at
        if not self._open:
            raise MarkupError(f"Unexpected end tag at byte offset {self._byte(begin)}")
        self._at += 2
        name = self._take(_NAME).lower()
        self._take(_SPACE)
        if self._here() != ">":
            raise MarkupError(f"Unclosed end tag at byte offset {self._byte(begin)}")
        self._at += 1
        tag = self._open[-1]
        if name and name != tag.name:
            raise MarkupError(
                f"Unmatched end tag at byte offset {self._byte(begin)}, "
                f'expected "</{tag.name}>", found "</{name}>"'
            )
        self._open.pop()
        if self._length > tag.offset:
            self._end(tag)

    def _end(self, tag: _Open) -> None:
        """Add the entity of a tag that was closed."""
        kind, extra = _KINDS[tag.name], dict[str, Any]()
        length = self._length - tag.offset
        if tag.name == "a":
            words = "".join(self._text)
            extra["url"] = tag.argument or words[len(words) - length :]
        elif tag.name == "tg-emoji":
            extra["custom_emoji_id"] = tag.argument
        elif tag.name == "code" and self._open and self._open[-1].name == "pre" and tag.argument:
            # <pre><code class="language-…"> is one block of code in that language.
            self._open[-1].argument = tag.argument
            return
        elif tag.name == "code" and self._open and self._open[-1].name == "pre":
            return
        elif tag.name == "pre" and tag.argument:
            extra["language"] = tag.argument
        elif tag.name == "blockquote" and tag.expandable:
            kind = "expandable_blockquote"
        self._entities.append(Entity(kind=kind, offset=tag.offset, length=length, extra=extra))


def _decoded(match: re.Match[str]) -> str:
    """Return the character of a reference; empty where it is none."""
    if match[3]:
        return _NAMED[match[3]]
    code = int(match[1], 16) if match[1] else int(match[2])
    return chr(code) if 0 < code < 0x10FFFF and not 0xD800 <= code <= 0xDFFF else ""


def parse_html(source: str) -> Draft:
    """Return the text of Telegram's HTML with its entities.

    Raises:
        MarkupError: It cannot be parsed.
    """
    return _Reader(source).read()

"""Fitting what is said, with its pictures and buttons, to the messages that a channel takes."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from amity.adapter import Capabilities
from amity.markup import SMALLEST_LIMIT, Markup
from amity.message import Audio, Buttons, File, Image, Part, Text, Video, Voice
from amity.render.buttons import plain_buttons
from amity.render.fit import fit
from amity.sealed import SealedText

__all__ = ["fit_parts"]

_NO_LIMIT: Final = sys.maxsize

_Captioned = Image | Voice | Audio | Video | File


def fit_parts(parts: tuple[Part, ...], capabilities: Capabilities) -> list[tuple[Part, ...]]:
    """Return what is said as the messages that a channel takes, each as its parts.

    Texts are cut to the channel's limit. What is too long of a caption follows as text. Pictures
    and the like go with the text's last piece, buttons with the last message; where a channel has
    no buttons, they are words to type. Where it knows no markup, all words are plain text.

    Args:
        parts: What is said; its words are Markdown.
        capabilities: What the channel takes.

    Example:
        >>> said = (Text(SealedText("**Hello!** " * 20)),)
        >>> len(fit_parts(said, Capabilities(text_limit=64)))
        3
    """
    if not capabilities.buttons and any(isinstance(part, Buttons) for part in parts):
        parts = plain_buttons(parts)
    limited = capabilities.text_limit is not None or capabilities.caption_limit is not None
    if not limited and capabilities.markup is not Markup.PLAIN:
        return [parts]
    buttons = tuple(part for part in parts if isinstance(part, Buttons))
    texts = [part.text.reveal() for part in parts if isinstance(part, Text)]
    others: list[Part] = []
    following: list[str] = []
    for part in parts:
        if isinstance(part, _Captioned) and part.caption is not None:
            caption, *more = _caption(part.caption.reveal(), capabilities)
            others.append(replace(part, caption=SealedText(caption) if caption else None))
            following += more
        elif not isinstance(part, Text | Buttons):
            others.append(part)
    messages: list[tuple[Part, ...]] = []
    if texts:
        pieces = _pieces("\n\n".join(texts), capabilities)
        messages = [(Text(SealedText(piece)),) for piece in pieces]
    if others:
        messages[-1:] = [(*(messages[-1] if messages else ()), *others)]
    messages += [(Text(SealedText(piece)),) for piece in following]
    if buttons:
        messages[-1:] = [(*(messages[-1] if messages else ()), *buttons)]
    return messages


def _pieces(text: str, capabilities: Capabilities, first: int | None = None) -> list[str]:
    return fit(
        text,
        limit=capabilities.text_limit or _NO_LIMIT,
        unit=capabilities.text_unit,
        markup=capabilities.markup,
        first=first,
    )


def _caption(text: str, capabilities: Capabilities) -> Sequence[str]:
    """Return a caption that fits, which may be empty, and the texts that follow it."""
    limit = capabilities.caption_limit
    if limit is None:
        limit = _NO_LIMIT
    if limit < SMALLEST_LIMIT:
        return ["", *_pieces(text, capabilities)]
    return _pieces(text, capabilities, first=limit)

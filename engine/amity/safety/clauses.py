"""Where the clauses of a text end, which its plain form no longer says."""

import re
from typing import Final

from amity.safety.normalise import Plain

__all__ = ["clauses"]

# A comma, a bracket, a dash or a picture ends a clause, unless it stands within a number or
# before quoted words; a colon is told apart, since what comes before it governs what follows.
_PIECE: Final = re.compile(
    r"(?P<word>[^\W_]+)|(?P<end>[.!;…\n])|(?P<ask>\?)|(?P<colon>:(?!\d))|"
    '(?P<border>,(?!\\d)(?! ?["“«„])|[()]|[—–](?! ?\\d)| --? (?! ?\\d)|'
    "[\u2600-\u27bf\U0001f300-\U0001faff])"
)
# "мне15" and "im15" are two words, and "15-ть" is a number.
_GLUED: Final = re.compile(r"(?<= )(мне|im|iam)(\d{1,2})(?= |л)")
_INFLECTED: Final = re.compile(r"(?<=\d) (?:ть|ти|и)(?= (?:[.?,:]|лет|и|а|но)(?= ))")
# What stands between two commas behind these words is no clause of its own.
_ASIDE: Final = re.compile(
    r"( мне| im| i am) ,( (?:если честно|честно говоря|честно|кстати|вообще то|если что|на самом"
    r" деле|actually|honestly|to be honest|tbh|like|well|uh|um|btw|you know|technically)) ,(?= )"
)


# What counts on ends no age: "15, 16 and 17".
_COUNTING: Final = re.compile(r"(?<=\d ),(?= \d+ (?!класс|grade))")


def clauses(plain: Plain) -> str:
    """Return the words of a text with the borders of its clauses between them.

    They are `` , `` and `` : ``, and `` / `` where a further number follows.
    """
    parts: list[str] = []
    for piece in _PIECE.finditer(plain.folded or plain.text):
        kind = piece.lastgroup
        if kind == "word":
            parts.append(piece[0])
        elif kind == "end":
            parts.append(".")
        elif kind == "ask":
            parts.append("?")
        elif parts and parts[-1] not in ".?,:":
            parts.append(":" if kind == "colon" else ",")
    text = f" {' '.join(parts)} . "
    text = _GLUED.sub(r"\1 \2", text)
    text = _COUNTING.sub("/", _INFLECTED.sub("", text))
    return _ASIDE.sub(r"\1\2", text)

"""Buttons, for channels that have none."""

from amity.message import Button, Buttons, Part, Text
from amity.sealed import SealedText

__all__ = ["plain_buttons"]


def _line(button: Button) -> str:
    typed = f"/{button.command} {button.argument}".rstrip()
    return f"{button.label}: {typed}"


def plain_buttons(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    r"""Return the parts with each row of buttons written as words that can be typed.

    Args:
        parts: What is said. The words follow its first text; where there is none they come first.

    Example:
        >>> rows = ((Button(label="I agree", command="agree"),),)
        >>> plain_buttons((Text(SealedText("Well?")), Buttons(rows)))[0].text.reveal()
        'Well?\n\nI agree: /agree'
    """
    lines = [
        _line(button)
        for part in parts
        if isinstance(part, Buttons)
        for row in part.rows
        for button in row
    ]
    if not lines:
        return tuple(part for part in parts if not isinstance(part, Buttons))
    rest = [part for part in parts if not isinstance(part, Buttons)]
    typed = "\n".join(lines)
    for position, part in enumerate(rest):
        if isinstance(part, Text):
            said = part.text.reveal()
            rest[position] = Text(SealedText(f"{said}\n\n{typed}" if said else typed))
            return tuple(rest)
    return (Text(SealedText(typed)), *rest)

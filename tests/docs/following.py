"""Follows a page of the docs as its reader would: command by command, block by block.

An HTML comment before a block says what the reader is to do with it, as the text around it does:

* ``written: FILE``: the block stands in that file already.
* ``becomes: FILE NAME``: the function, class or value of that name in the file becomes the block.
* ``new: FILE``: the block is a new method at the end of the file's class.
* ``fails``: the command fails, and says what the ``text`` block after it holds.
* anything else is for the test of that page.

Without a comment, an ``sh`` block is run and must succeed.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

__all__ = ["Block", "apply", "blocks"]

_BLOCK: Final = re.compile(
    r"^(?:<!-- (?P<order>[^>]*) -->\n)?```(?P<language>\w+)\n(?P<text>.*?)^```",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a page.

    Attributes:
        line: Where it is, to name it.
        language: What its fence says.
        order: What the comment before it says; empty where there is none.
        text: What is in it.
    """

    line: int
    language: str
    order: str
    text: str


def blocks(page: str) -> Iterator[Block]:
    """Yield the blocks of a page in their order."""
    for found in _BLOCK.finditer(page):
        line = page[: found.start()].count("\n") + 1
        yield Block(line, found["language"], (found["order"] or "").strip(), found["text"])


def apply(folder: Path, block: Block) -> None:
    """Do to the files in a folder what a block of code says."""
    order, _, rest = block.order.partition(": ")
    name, _, what = rest.partition(" ")
    path = folder / name
    text = path.read_text("utf-8")
    match order:
        case "written":
            assert block.text in text, f"line {block.line}: this does not stand in {name}"
        case "becomes":
            lines = text.splitlines(keepends=True)
            first, last = _place(text, what)
            lines[first - 1 : last] = [block.text]
            path.write_text("".join(lines), "utf-8")
        case "new":
            path.write_text(f"{text.rstrip()}\n\n{block.text}", "utf-8")
        case _:
            raise AssertionError(f"line {block.line}: nothing says what to do with this block")


def _place(text: str, name: str) -> tuple[int, int]:
    """Return the first and last line of what has a name."""
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() if node.name == name:
                pass
            case ast.Assign(targets=[ast.Name(id=found)]) if found == name:
                pass
            case _:
                continue
        assert node.end_lineno is not None
        return node.lineno, node.end_lineno
    raise AssertionError(f"there is no {name} to replace")
